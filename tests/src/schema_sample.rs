//! A database with rows in most of its tables, to be stored with a release and updated by later ones.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use tenken_dashboard::authority::Authority;
use tenken_dashboard::backup::{self, Draft};
use tenken_dashboard::demo::{self, Plan};
use tenken_dashboard::store::{NewToken, Store, newest_schema};
use tenken_engine::{Catalog, Checklist};
use tenken_model::digest::Digest;
use tenken_model::{Instant, Span};

/// How many days of an agency it has.
const DAYS: u64 = 40;

/// Where the databases of released schemas are stored.
pub fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/schemas")
}

/// The name of the stored database of a schema.
pub fn name(schema: i64) -> String {
    format!("{schema:04}.backup")
}

/// Writes a backup of a dashboard with the newest schema into `folder`.
pub async fn make(folder: &Path) -> Result<PathBuf> {
    let until: Instant = "2026-11-26T08:30:00Z".parse()?;
    let scratch = tempfile::tempdir()?;
    let store = Store::open_folder(scratch.path()).await?;
    let catalog = Catalog::embedded().map_err(|problems| anyhow!("{problems:?}"))?;
    let checklist = Checklist::embedded().map_err(|problems| anyhow!("{problems:?}"))?;
    let plan = Plan { hosts: 5, days: DAYS, seed: 1, until };
    demo::fill(&store, &catalog, &checklist, plan, |_| ()).await?;
    Authority::open(scratch.path(), &store, until).await?;
    let mut transaction = store.write().await?;
    let (host, _) = transaction.host_names().await?.into_iter().next().context("the demonstration has hosts")?;
    let new = NewToken {
        digest: Digest::of(b"sample"),
        made_at: until,
        made_by: "sato".to_owned(),
        until: Span::from_days(1).after(until),
        hosts: 50,
    };
    let token = transaction.add_token(&new).await?;
    transaction.use_token(&new.digest, until).await?;
    transaction.add_enrolment(token, &host, until).await?;
    transaction.save().await?;
    let path = folder.join(name(newest_schema()));
    let draft = Draft::begin(&path)?;
    let (_, draft) = backup::write(&store, scratch.path(), draft, &path, until).await?;
    draft.keep()?;
    store.close().await;
    Ok(path)
}
