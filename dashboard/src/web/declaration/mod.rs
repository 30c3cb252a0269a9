//! The published form: in force, its versions, its changes, its publication.

mod header;
mod import;
mod proposals;
mod propose;
mod publication;

use axum::extract::Path;
use axum::http::{HeaderValue, header as headers};
use axum::response::{Html, IntoResponse, Response};
use tenken_form::compare::differences;
use tenken_form::declaration::Declaration;
use tenken_form::header::Block;
use tenken_form::print;
use tenken_model::Instant;

use super::asked::Asked;
use super::failure::Failure;
use super::visit::{Visit, number};
use crate::declaration::publication::PublicAddress;
use crate::demo;
use crate::pages::chrome::DataKind;
use crate::pages::declaration::{self as page, DeclarationView, Standing};
use crate::pages::declaration_versions::{self as versions_page, VersionView, VersionsView};
use crate::pages::pager::Pager;
use crate::pages::proposal::ProposalView;
use crate::status::Known;
use crate::store::{Publication, StoreError, Transaction, Version};

pub(super) use header::{do_header, header};
pub(super) use import::{APPLY_BYTES_MAX, UPLOAD_BYTES_MAX, do_apply, do_read, import};
pub(super) use proposals::{do_accept, do_refuse, do_withdraw};
pub(super) use propose::{do_propose, propose};
pub(super) use publication::{do_check, do_confirm, do_set, publication};

/// How many versions a page lists.
const VERSIONS_SHOWN: usize = 50;

/// `GET /declaration`
pub(super) async fn declaration(visit: Visit) -> Result<Html<String>, Failure> {
    show(&visit, None).await
}

/// The page of the declaration, with why something was not done.
async fn show(visit: &Visit, refused: Option<String>) -> Result<Html<String>, Failure> {
    let checklist = &visit.site.app.checklist;
    let (mut transaction, chrome) = visit.read().await?;
    let version = transaction.declaration().await?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let proposals = transaction.open_proposals().await?;
    let publication = published(&mut transaction, version.as_ref()).await?;
    let view = DeclarationView {
        checklist,
        version: version.as_ref(),
        statuses: &known.statuses(checklist),
        proposals: proposals.iter().map(|proposal| ProposalView::of(proposal, checklist)).collect(),
        publication: standing(publication.as_ref()),
        confirmed: visit.is_confirmed(),
        refused,
    };
    Ok(Html(page::render(&view, &chrome)?))
}

/// What is known of the publication of a version, if a public address is set.
async fn published(
    transaction: &mut Transaction,
    version: Option<&Version>,
) -> Result<Option<Publication>, StoreError> {
    match (transaction.setting::<PublicAddress>().await?, version) {
        (Some(_), Some(version)) => transaction.publication(version.id).await,
        _ => Ok(None),
    }
}

const fn standing(publication: Option<&Publication>) -> Standing<'_> {
    match publication {
        Some(publication) => Standing::Known(publication),
        None => Standing::NoAddress,
    }
}

/// `GET /declaration/versions`
pub(super) async fn versions(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let total = usize::try_from(transaction.version_count().await?).unwrap_or(usize::MAX);
    let pager = Pager::new(asked.get("page"), VERSIONS_SHOWN, total, "/declaration/versions?page=");
    let versions = transaction.versions_from(pager.skipped(), pager.limit()).await?;
    let view = VersionsView { checklist: &visit.site.app.checklist, versions: &versions, pager: &pager };
    Ok(Html(versions_page::render_list(&view, &chrome)?))
}

/// `GET /declaration/versions/{id}`
pub(super) async fn version(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    let checklist = &visit.site.app.checklist;
    let (mut transaction, chrome) = visit.read().await?;
    let version = transaction.version(number(&id)?).await?.ok_or(Failure::NOT_FOUND)?;
    let newest = transaction.declaration().await?;
    let before = transaction.version_before(version.id).await?;
    let proposals = transaction.proposals_behind(version.id).await?;
    let changed = before.as_ref().map(|before| differences(before.declaration(), version.declaration(), checklist));
    let view = VersionView {
        checklist,
        version: &version,
        in_force: newest.is_some_and(|newest| newest.id == version.id),
        before: before.as_ref(),
        differences: changed.as_deref(),
        proposals: proposals.iter().map(|proposal| ProposalView::of(proposal, checklist)).collect(),
    };
    Ok(Html(versions_page::render(&view, &chrome)?))
}

/// `GET /declaration/form/{kind}`
pub(super) async fn form(visit: Visit, Path(kind): Path<String>) -> Result<Response, Failure> {
    let version = visit.store().read().await?.declaration().await?.ok_or(Failure::NOT_FOUND)?;
    file(&visit, &version, &kind)
}

/// `GET /declaration/versions/{id}/{kind}`
pub(super) async fn version_form(visit: Visit, Path((id, kind)): Path<(String, String)>) -> Result<Response, Failure> {
    let version = visit.store().read().await?.version(number(&id)?).await?.ok_or(Failure::NOT_FOUND)?;
    file(&visit, &version, &kind)
}

/// The form of a version as it is printed: that of a demonstration says so, whatever became of its part about the agency.
fn printed(visit: &Visit, version: &Version) -> Declaration {
    let mut declaration = version.declaration().clone();
    if visit.site.configured.data == DataKind::Demonstration {
        let mark = Block::Paragraph(demo::MARK.to_owned());
        declaration.header.blocks.retain(|block| *block != mark);
        declaration.header.blocks.insert(0, mark);
    }
    declaration
}

/// The form of a version as a file to save. It is never shown as a page of this dashboard.
fn file(visit: &Visit, version: &Version, kind: &str) -> Result<Response, Failure> {
    let (declaration, checklist) = (&printed(visit, version), &visit.site.app.checklist);
    // The same version gives the same bytes whenever it is asked for.
    let made_at = version.kept.accepted_at;
    let (body, kind, ending) = match kind {
        "html" => (print::html::write(declaration, checklist)?.into_bytes(), "text/html; charset=utf-8", "html"),
        "pdf" => {
            let printed = print::pdf::write(declaration, checklist, made_at).map_err(anyhow::Error::from)?;
            (printed.bytes, "application/pdf", "pdf")
        }
        "xlsx" => {
            let bytes = print::xlsx::write(declaration, checklist, made_at).map_err(anyhow::Error::from)?;
            (bytes, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
        }
        // Spreadsheets recognise UTF-8 by its byte order mark.
        "csv" => {
            let text = print::csv::write(declaration, checklist).map_err(anyhow::Error::from)?;
            (format!("\u{feff}{text}").into_bytes(), "text/csv; charset=utf-8", "csv")
        }
        _ => return Err(Failure::NOT_FOUND),
    };
    let mark = if visit.site.configured.data == DataKind::Demonstration { "demo-" } else { "" };
    let name = format!("attachment; filename=\"{mark}checklist-{}-v{}.{ending}\"", declaration.updated_on, version.id);
    let name = HeaderValue::try_from(name).map_err(anyhow::Error::from)?;
    let kind = HeaderValue::from_static(kind);
    Ok(([(headers::CONTENT_TYPE, kind), (headers::CONTENT_DISPOSITION, name)], body).into_response())
}

/// The day it is in Japan.
fn today(now: Instant) -> chrono::NaiveDate {
    tenken_calendar::japan::date_of(now)
}
