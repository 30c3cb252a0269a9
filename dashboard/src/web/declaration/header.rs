//! Editing the part about the agency.

use axum::response::{Html, IntoResponse, Response};
use tenken_form::header::{Block, Header};

use crate::declaration::{self, Proposing, REASON_CHARS_MAX};
use crate::pages::declaration_header::{self as page, HeaderView, cell_name, paragraph_name};
use crate::pages::failure::FailureView;
use crate::web::done::Done;
use crate::web::failure::Failure;
use crate::web::sent::Sent;
use crate::web::visit::{Visit, number};

/// `GET /declaration/header`
pub(in crate::web) async fn header(visit: Visit) -> Result<Html<String>, Failure> {
    let version = visit.store().read().await?.declaration().await?.ok_or(Failure::NOT_FOUND)?;
    show(&visit, version.id, &version.declaration().header, None).await
}

/// `POST /declaration/header`
pub(in crate::web) async fn do_header(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let t = visit.language();
    let version = visit.store().read().await?.declaration().await?.ok_or(Failure::NOT_FOUND)?;
    let made_from = number(sent.get("version"))?;
    let typed = typed(&version.declaration().header, &sent);
    let reason = sent.get("reason").trim();
    let error = if reason.is_empty() {
        Some(t.propose_reason_empty())
    } else {
        (reason.chars().count() > REASON_CHARS_MAX).then(|| t.cell_too_long(REASON_CHARS_MAX))
    };
    if let Some(error) = error {
        return Ok(show(&visit, made_from, &typed, Some((reason.to_owned(), error))).await?.into_response());
    }
    match declaration::propose_header(visit.store(), made_from, typed.clone(), reason, visit.person(), visit.now)
        .await?
    {
        Proposing::Open(_) => Ok(Visit::done("/declaration", Done::Proposed).into_response()),
        Proposing::Unchanged => {
            let refused = Some((reason.to_owned(), t.propose_unchanged()));
            Ok(show(&visit, made_from, &typed, refused).await?.into_response())
        }
        Proposing::Stale => Err(Failure(FailureView::Conflict)),
        Proposing::NoForm => Err(Failure::NOT_FOUND),
    }
}

/// The part in force with what was typed into its cells; its shape stays.
fn typed(header: &Header, sent: &Sent) -> Header {
    // Browsers send line ends as CR LF and drop the first of a field.
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let cell = |name: String, was: &String| sent.sent(&name).map_or_else(|| was.clone(), plain);
    let blocks = header.blocks.iter().enumerate().map(|(block, it)| match it {
        Block::Paragraph(text) => Block::Paragraph(cell(paragraph_name(block), text)),
        Block::Table(rows) => {
            let rows = rows.iter().enumerate().map(|(row, cells)| {
                let cells = cells.iter().enumerate();
                cells.map(|(column, text)| cell(cell_name(block, row, column), text)).collect()
            });
            Block::Table(rows.collect())
        }
    });
    Header { blocks: blocks.collect() }
}

async fn show(
    visit: &Visit,
    version: i64,
    header: &Header,
    refused: Option<(String, String)>,
) -> Result<Html<String>, Failure> {
    let (_, chrome) = visit.read().await?;
    Ok(Html(page::render(&HeaderView { version, header, refused }, &chrome)?))
}
