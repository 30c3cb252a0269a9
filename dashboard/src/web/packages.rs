//! The agent's packages, for hosts that install it, and which version each agent is.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _, Response};
use futures_util::stream::try_unfold;

use super::failure::Failure;
use super::site::Site;
use super::visit::Visit;
use crate::packages::{FileKind, Opened};
use crate::pages::authority::AuthorityView;
use crate::pages::packages::PackagesView;
use crate::pages::versions::{self, VersionRow, VersionsView};

/// How much of a file is in memory at a time.
const PIECE: usize = 64 << 10;
/// How many hosts of a version are named.
const NAMED: u32 = 20;
/// How long others may keep a package: its name tells its version.
const PACKAGE_KEPT: &str = "public, max-age=3600";
/// Lists are asked for again.
const LIST_KEPT: &str = "no-cache";

/// `GET /packages/{name}`, and `GET /packages/./{name}`, as APT asks for the files of a flat repository.
pub(super) async fn file(State(site): State<Site>, Path(name): Path<String>) -> Result<Response, Failure> {
    let packages = site.packages.ok_or(Failure::NOT_FOUND)?;
    let saved = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let opened = tokio::task::spawn_blocking(move || packages.open(&name)).await.map_err(lost)?;
    let Opened { file, bytes, kind } = opened.map_err(lost)?.ok_or(Failure::NOT_FOUND)?;
    let body = Body::from_stream(try_unfold(file, |file| async move {
        tokio::task::spawn_blocking(move || piece(file)).await.map_err(std::io::Error::other)?
    }));
    let kept = match kind {
        FileKind::Package => PACKAGE_KEPT,
        FileKind::Around => LIST_KEPT,
    };
    let mut answer = body.into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, bytes.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(CONTENT_DISPOSITION, saved.map_err(|_| Failure::NOT_FOUND)?);
    Ok(answer)
}

/// The next piece of a file; absent at its end.
fn piece(mut file: std::fs::File) -> std::io::Result<Option<(Bytes, std::fs::File)>> {
    use std::io::Read as _;
    let mut piece = vec![0; PIECE];
    let read = file.read(&mut piece)?;
    piece.truncate(read);
    Ok((read > 0).then(|| (Bytes::from(piece), file)))
}

fn lost(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::from(anyhow::Error::new(error).context("a package could not be read"))
}

/// `GET /hosts/versions`
pub(super) async fn versions(visit: Visit) -> Result<Html<String>, Failure> {
    let packages = listed(&visit.site).await;
    let (mut transaction, chrome) = visit.read().await?;
    let mut rows = Vec::new();
    for (version, count) in transaction.agents_by_version().await? {
        let hosts = transaction.hosts_of_version(version.as_deref(), NAMED).await?;
        rows.push(VersionRow { version, count, hosts });
    }
    let authority = AuthorityView::of(&visit.site.app.authority);
    let view = VersionsView { rows, packages, authority };
    Ok(Html(versions::render(&view, &chrome)?))
}

/// What pages show of the packages.
pub(super) async fn listed(site: &Site) -> PackagesView {
    let base = site.configured.enrol_url.clone();
    let Some(packages) = site.packages.clone() else { return PackagesView { base, listing: None, unread: false } };
    let read = tokio::task::spawn_blocking(move || (packages.list(), packages)).await;
    match read {
        Ok((Ok(listing), _)) => PackagesView { base, listing: Some(listing), unread: false },
        Ok((Err(error), packages)) => {
            tracing::error!(%error, folder = %packages.folder().display(), "the folder of packages could not be read");
            PackagesView { base, listing: None, unread: true }
        }
        Err(error) => {
            tracing::error!(%error, "the folder of packages could not be read");
            PackagesView { base, listing: None, unread: true }
        }
    }
}
