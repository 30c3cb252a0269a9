//! The audit package, its parts for programs, and evidence sheets.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse as _, Response};
use tenken_model::digest::Digest;

use super::failure::Failure;
use super::items;
use super::sent::Sent;
use super::visit::Visit;
use crate::assessment::make::{Wanted, make};
use crate::assessment::{Assessment, Scope, json, ocsf, oscal, sheet};
use crate::export::{self, Load, Taken, Turn};
use crate::pages::audit_package::{self as page, AuditPackageView, REGISTERS};

/// `GET /audit-package`
pub(super) async fn explain(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let declared = transaction.declaration().await?.is_some();
    let view = AuditPackageView { items: visit.site.app.checklist.items().count(), declared };
    Ok(Html(page::render(&view, &chrome)?))
}

/// `POST /audit-package`: makes one. It is an act that is written down, and so nothing that an address alone asks for.
pub(super) async fn do_make(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let app = &visit.site.app;
    let wanted = Wanted { language: visit.language(), registers: sent.get(REGISTERS) == "true" };
    let (checklist, catalog) = (Arc::clone(&app.checklist), Arc::clone(&app.catalog));
    let made = make(visit.store(), checklist, catalog, wanted, visit.person(), visit.now).await;
    let made = made.map_err(anyhow::Error::from)?;
    saved("application/zip", &made.name, made.bytes)
}

/// `GET /audit-package/{kind}`: one of the files that programs read.
pub(super) async fn part(visit: Visit, Path(kind): Path<String>) -> Result<Response, Failure> {
    let t = visit.language();
    let render = match kind.as_str() {
        "oscal" => |it: &Assessment, t| oscal::file(&oscal::results(it, t)),
        "oscal-catalog" => |it: &Assessment, _| oscal::file(&oscal::catalog(it)),
        "ocsf" => ocsf::write,
        "json" => |it: &Assessment, _| json::write(it),
        _ => return Err(Failure::NOT_FOUND),
    };
    let turn = Turn::take(Load::Whole).await.map_err(anyhow::Error::from)?;
    let assessment = assess(&visit, Scope::All).await?;
    let day = tenken_calendar::japan::date_of(assessment.at);
    let (media, ending) = if kind == "ocsf" { ("application/jsonl", "jsonl") } else { ("application/json", "json") };
    let work = tokio::task::spawn_blocking(move || (render(&assessment, t).into_bytes(), turn));
    let (bytes, _turn) = work.await.map_err(anyhow::Error::from)?;
    // The catalog is the checklist, which anybody may see.
    if kind != "oscal-catalog" {
        let taken = Taken::Results { kind: &kind, digest: Digest::of(&bytes) };
        export::record(visit.store(), &taken, visit.person(), visit.now).await?;
    }
    saved(media, &format!("tenken-{kind}-{day}.{ending}"), bytes)
}

/// `GET /items/{id}/sheet`
pub(super) async fn evidence_sheet(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let (_, item) = items::find(&visit.site.app.checklist, &id).ok_or(Failure::NOT_FOUND)?;
    let turn = Turn::take(Load::Part).await.map_err(anyhow::Error::from)?;
    let assessment = assess(&visit, Scope::Item(item)).await?;
    let (day, t, wanted) = (tenken_calendar::japan::date_of(assessment.at), visit.language(), item.id.clone());
    let work = tokio::task::spawn_blocking(move || {
        let located = assessment.checklist.locate(&wanted);
        (located.map(|(section, item)| sheet::write(&assessment, section, item, t)), turn)
    });
    let (printed, _turn) = work.await.map_err(anyhow::Error::from)?;
    let printed = printed.ok_or(Failure::NOT_FOUND)?.map_err(anyhow::Error::from)?;
    let taken = Taken::Sheet { item: &item.id, digest: Digest::of(&printed.bytes) };
    export::record(visit.store(), &taken, visit.person(), visit.now).await?;
    saved("application/pdf", &format!("evidence-{}-{day}.pdf", item.id), printed.bytes)
}

/// What is known now, as much of it as `scope` says.
async fn assess(visit: &Visit, scope: Scope<'_>) -> Result<Assessment, Failure> {
    let app = &visit.site.app;
    let mut transaction = visit.store().read().await?;
    let (checklist, catalog) = (Arc::clone(&app.checklist), Arc::clone(&app.catalog));
    Ok(Assessment::read(&mut transaction, checklist, catalog, scope, visit.now).await?)
}

/// A file to save; its name is Tenken's own.
fn saved(media: &'static str, name: &str, bytes: Vec<u8>) -> Result<Response, Failure> {
    let name = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(anyhow::Error::from)?;
    let headers: [(HeaderName, HeaderValue); 2] =
        [(CONTENT_TYPE, HeaderValue::from_static(media)), (CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}
