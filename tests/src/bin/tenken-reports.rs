//! How many reports a dashboard takes in a second when all PCs are switched on at nine: each tells who has signed in since, and
//! is joined with the registers. It speaks to the store of a demonstration, not through a listener, so that only taking counts.
//!
//! `cargo xtask pages --reports` starts it with the folder of a demonstration, of which it uses up a copy.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant as Stopwatch};

use anyhow::{Context as _, Result};
use tenken_dashboard::drift::Terms;
use tenken_dashboard::ingest;
use tenken_dashboard::store::{Host, Store};
use tenken_engine::Catalog;
use tenken_model::fact::KeptFact;
use tenken_model::observation::Outcome;
use tenken_model::report::{PROTOCOL, Report};
use tenken_model::{HostId, Instant, Topic};

fn main() -> Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("the folder of a demonstration is missing")?.into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(folder))
}

async fn run(folder: PathBuf) -> Result<()> {
    let copy = tempfile::tempdir()?;
    std::fs::copy(folder.join("tenken.db"), copy.path().join("tenken.db")).context("copying the store")?;
    let store = Store::open_folder(copy.path()).await?;
    let terms = Terms::of(&Catalog::embedded().map_err(|problems| anyhow::anyhow!("{problems:?}"))?, None);
    let now = chrono::Utc::now();
    let (mut fresh, mut quiet) = (Vec::new(), Vec::new());
    let mut transaction = store.read().await?;
    for host in transaction.hosts().await?.into_iter().filter(|host| host.revoked_at.is_none()) {
        let mut facts = transaction.facts_of(&host.id, Instant::UNIX_EPOCH).await?;
        if let Some(Outcome::Known(sessions)) = facts.sessions.as_mut().map(|observation| &mut observation.outcome) {
            let newest = sessions.entries.first().cloned();
            sessions
                .entries
                .extend(newest.map(|session| tenken_model::fact::sessions::Session { started: now, ..session }));
        }
        let sessions = facts.observation(Topic::Sessions).context("a host of a demonstration tells its sessions")?;
        fresh.push((host.id.clone(), body(&host, Some(&KeptFact::of(&sessions)?), now)?));
        quiet.push((host.id.clone(), body(&host, None, now)?));
    }
    transaction.abandon().await?;
    told("with new sessions", &take(&store, &terms, &fresh, now).await?)?;
    told("without news", &take(&store, &terms, &quiet, now).await?)?;
    store.close().await;
    Ok(())
}

/// What a host says whose findings did not change.
fn body(host: &Host, fact: Option<&KeptFact>, now: Instant) -> Result<Vec<u8>> {
    let mut heartbeat = host.heartbeat.clone().context("a host of a demonstration has reported")?;
    heartbeat.sent_at = now;
    let facts: BTreeMap<_, _> =
        fact.into_iter().map(|fact| (fact.topic().name().to_owned(), fact.wire().clone())).collect();
    let report =
        Report { protocol: PROTOCOL, epoch: host.epoch, transitions: Vec::new(), snapshot: None, facts, heartbeat };
    Ok(serde_json::to_vec(&report)?)
}

async fn take(store: &Store, terms: &Terms, bodies: &[(HostId, Vec<u8>)], now: Instant) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for (host, body) in bodies {
        let begun = Stopwatch::now();
        ingest::receive(store, terms, host, body, now).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

fn told(what: &str, times: &[Duration]) -> Result<()> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |per_cent: usize| sorted.get(sorted.len() * per_cent / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let seconds = times.iter().sum::<Duration>().as_secs_f64().max(1e-9);
    let rate = f64::from(u32::try_from(times.len())?) / seconds;
    let (count, median, p95) = (times.len(), at(50), at(95));
    let mut out = std::io::stdout().lock();
    writeln!(out, "{count} reports {what}: {rate:.0} a second, median {median:.1} ms, 95th percentile {p95:.1} ms")?;
    Ok(())
}
