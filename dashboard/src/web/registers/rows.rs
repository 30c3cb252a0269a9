//! One row of a register: adding, changing and closing it.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::japan;

use super::known;
use crate::correlate;
use crate::pages::register_row::{self, RegisterRowView, RowRefused};
use crate::pages::row_approval::RowApproval;
use crate::registers::approve::{self, ApproveError};
use crate::registers::keep::{self, KeepError, Seen};
use crate::registers::row::ColumnError;
use crate::registers::{Column, Definition, Names, Register, Row, approval, cell, references};
use crate::store::{RegisterEntry, RegisterRow};
use crate::web::done::Done;
use crate::web::failure::Failure;
use crate::web::sent::Sent;
use crate::web::visit::{Visit, number};

/// What was sent and not kept.
#[derive(Default)]
struct Tried {
    revision: Option<i64>,
    typed: Option<BTreeMap<&'static str, String>>,
    errors: Vec<ColumnError>,
    refused: Option<RowRefused>,
}

/// `GET /registers/{slug}/new`
pub(in crate::web) async fn new(visit: Visit, Path(slug): Path<String>) -> Result<Html<String>, Failure> {
    let definition = known(&slug)?;
    page(&visit, definition, None, Tried::default()).await
}

/// `POST /registers/{slug}/new`
pub(in crate::web) async fn do_new(visit: Visit, Path(slug): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let definition = known(&slug)?;
    let typed = typed(definition, |column| sent.get(column.name).to_owned());
    let added = match read(definition, &typed) {
        Ok(row) => keep::add(visit.store(), definition, &row, visit.person(), visit.now).await.map(drop),
        Err(errors) => {
            let tried = Tried { typed: Some(typed), errors, ..Tried::default() };
            return Ok(page(&visit, definition, None, tried).await?.into_response());
        }
    };
    match refusal(added)? {
        Outcome::Kept => Ok(Visit::done(&format!("/registers/{slug}"), Done::Saved).into_response()),
        Outcome::Not { refused, errors } => {
            let tried = Tried { typed: Some(typed), errors, refused, ..Tried::default() };
            Ok(page(&visit, definition, None, tried).await?.into_response())
        }
    }
}

/// `GET /registers/{slug}/{id}`
pub(in crate::web) async fn row(
    visit: Visit,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Html<String>, Failure> {
    page(&visit, known(&slug)?, Some(number(&id)?), Tried::default()).await
}

/// `POST /registers/{slug}/{id}`
pub(in crate::web) async fn do_change(
    visit: Visit,
    Path((slug, id)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let definition = known(&slug)?;
    let seen = seen(&id, &sent)?;
    let stored = stored(&visit, definition, seen.id).await?;
    // A form from before a column was added does not have its field: what is stored stays. An empty field
    // is one that somebody emptied.
    let kept = |column: &Column| {
        sent.sent(column.name).map_or_else(|| stored.row.typed(column, visit.language()), str::to_owned)
    };
    let typed = typed(definition, kept);
    // Until it is saved the form rests on the revision that was seen: it must not hide what others changed.
    let revision = Some(seen.revision);
    let changed = match read(definition, &typed) {
        Ok(row) => keep::change(visit.store(), definition, seen, &row, visit.person(), visit.now).await,
        Err(errors) => {
            let tried = Tried { revision, typed: Some(typed), errors, refused: None };
            return Ok(page(&visit, definition, Some(seen.id), tried).await?.into_response());
        }
    };
    match refusal(changed)? {
        Outcome::Kept => Ok(Visit::done(&format!("/registers/{slug}"), Done::Saved).into_response()),
        Outcome::Not { refused, errors } => {
            let tried = Tried { revision, typed: Some(typed), errors, refused };
            Ok(page(&visit, definition, Some(seen.id), tried).await?.into_response())
        }
    }
}

/// `POST /registers/{slug}/{id}/close`
pub(in crate::web) async fn do_close(
    visit: Visit,
    Path((slug, id)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let definition = known(&slug)?;
    let seen = seen(&id, &sent)?;
    let closed = keep::close(visit.store(), definition, seen, visit.person(), visit.now).await;
    match refusal(closed)? {
        Outcome::Kept => Ok(Visit::done(&format!("/registers/{slug}"), Done::Closed).into_response()),
        Outcome::Not { refused, errors } => {
            let tried = Tried { errors, refused, ..Tried::default() };
            let visit = visit.leading_to(format!("/registers/{slug}/{id}"));
            Ok(page(&visit, definition, Some(seen.id), tried).await?.into_response())
        }
    }
}

/// `POST /registers/{slug}/{id}/approve`
pub(in crate::web) async fn do_approve(
    visit: Visit,
    Path((slug, id)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    visit.confirmed(&format!("/registers/{slug}/{id}"))?;
    let definition = known(&slug)?;
    let seen = seen(&id, &sent)?;
    let approved = approve::approve(visit.store(), definition, seen, visit.person(), visit.now).await;
    answer(&visit, definition, seen, approved, Done::Approved).await
}

/// `POST /registers/{slug}/{id}/take-back`
pub(in crate::web) async fn do_take_back(
    visit: Visit,
    Path((slug, id)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    visit.confirmed(&format!("/registers/{slug}/{id}"))?;
    let definition = known(&slug)?;
    let seen = seen(&id, &sent)?;
    let taken = approve::take_back(visit.store(), definition, seen, visit.person(), visit.now).await;
    answer(&visit, definition, seen, taken, Done::ApprovalTakenBack).await
}

/// The answer to an act of approval: the row, which says what was done or why not.
async fn answer(
    visit: &Visit,
    definition: &'static Definition,
    seen: Seen,
    done: Result<(), ApproveError>,
    says: Done,
) -> Result<Response, Failure> {
    let address = format!("/registers/{}/{}", definition.slug, seen.id);
    let refused = match done {
        Ok(()) => return Ok(Visit::done(&address, says).into_response()),
        Err(ApproveError::Own) => RowRefused::Own,
        Err(ApproveError::LacksReason) => RowRefused::LacksReason,
        Err(ApproveError::Changed) => RowRefused::Conflict,
        Err(ApproveError::Gone) => return Err(Failure::NOT_FOUND),
        Err(ApproveError::Store(error)) => return Err(error.into()),
    };
    let tried = Tried { refused: Some(refused), ..Tried::default() };
    Ok(page(&visit.leading_to(address), definition, Some(seen.id), tried).await?.into_response())
}

fn seen(id: &str, sent: &Sent) -> Result<Seen, Failure> {
    let revision = sent.get("revision").parse().map_err(|_| Failure::INPUT)?;
    Ok(Seen { id: number(id)?, revision })
}

fn typed(definition: &Definition, text: impl Fn(&'static Column) -> String) -> BTreeMap<&'static str, String> {
    definition.columns.iter().map(|column| (column.name, text(column))).collect()
}

fn read(definition: &Definition, typed: &BTreeMap<&'static str, String>) -> Result<Row, Vec<ColumnError>> {
    Row::read(definition, |column| typed.get(column.name).cloned())
}

/// Whether the row was kept, or why not.
enum Outcome {
    Kept,
    Not { refused: Option<RowRefused>, errors: Vec<ColumnError> },
}

/// Whether the row was kept; the error is of a row that is not there, or of the store.
fn refusal(kept: Result<(), KeepError>) -> Result<Outcome, Failure> {
    let refused = |refused| Ok(Outcome::Not { refused: Some(refused), errors: Vec::new() });
    match kept {
        Ok(()) => Ok(Outcome::Kept),
        Err(KeepError::Taken) => refused(RowRefused::Taken),
        Err(KeepError::Changed) => refused(RowRefused::Conflict),
        Err(KeepError::Unfounded(errors)) => Ok(Outcome::Not { refused: None, errors }),
        Err(KeepError::Gone) => Err(Failure::NOT_FOUND),
        Err(KeepError::Store(error)) => Err(error.into()),
    }
}

async fn stored(visit: &Visit, definition: &Definition, id: i64) -> Result<RegisterRow, Failure> {
    visit.store().read().await?.register_row(definition, id).await?.ok_or(Failure::NOT_FOUND)
}

async fn page(
    visit: &Visit,
    definition: &'static Definition,
    id: Option<i64>,
    tried: Tried,
) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let (row, history) = match id {
        Some(id) => {
            let row = transaction.register_row(definition, id).await?.ok_or(Failure::NOT_FOUND)?;
            (Some(row), transaction.row_history(definition, id).await?)
        }
        None => (None, Vec::new()),
    };
    let names = Names::read(&mut transaction, definition).await?;
    let (referring, referring_left) = match &row {
        Some(row) => references::referring(&mut transaction, definition, &row.row).await?,
        None => (Vec::new(), 0),
    };
    let sessions = match &row {
        Some(row) if definition.kind == Register::Maintenance => {
            Some(correlate::sessions_of_row(&mut transaction, row.id, visit.now).await?)
        }
        Some(_) | None => None,
    };
    let Tried { revision, mut typed, errors, refused } = tried;
    let fresh = row.as_ref().map(|row| row.revision);
    let conflicts = refused == Some(RowRefused::Conflict);
    if let (true, Some(typed), Some(revision)) = (conflicts, &mut typed, revision) {
        leave_own(typed, definition, as_seen(&history, revision));
    }
    let view = RegisterRowView {
        definition,
        row: row.as_ref(),
        revision: revision.filter(|_| !conflicts).or(fresh),
        typed,
        errors,
        refused,
        history: history.iter().collect(),
        names: &names,
        referring: &referring,
        referring_left,
        sessions: sessions.as_deref(),
        approval: row.as_ref().and_then(|row| approval(visit, definition, row, &history)),
    };
    Ok(Html(register_row::render(&view, &chrome)?))
}

/// How a row stands with its approval, where its register asks for one.
fn approval(
    visit: &Visit,
    definition: &'static Definition,
    stored: &RegisterRow,
    history: &[RegisterEntry],
) -> Option<RowApproval> {
    let rule = definition.approval?;
    let row = &stored.row;
    let day = definition.column(rule.day).and_then(|column| cell::day(column, row.get(rule.day)));
    Some(RowApproval {
        given: day.filter(|_| approval::is_given(&rule, row)).map(|day| (row.get(rule.person).to_owned(), day)),
        before: approval::before(definition, rule, row),
        is_own: approval::authors(definition, rule, history).contains(visit.person()),
        lacks_reason: approval::lacks_reason(definition, rule, row, japan::date_of(visit.now)),
        confirmed: visit.is_confirmed(),
    })
}

/// The row at that revision. Each entry of its history made one, the first of them the last entry.
fn as_seen(history: &[RegisterEntry], revision: i64) -> Option<&Row> {
    let before = usize::try_from(revision).ok()?.checked_sub(1)?;
    history.iter().rev().nth(before).map(|entry| &entry.row)
}

/// Leaves of a form what the person changed in it.
fn leave_own(typed: &mut BTreeMap<&'static str, String>, definition: &Definition, seen: Option<&Row>) {
    let Some(seen) = seen else { return };
    let same = |column: &&'static Column| {
        let text = typed.get(column.name).map_or("", String::as_str);
        cell::read(column, text).is_ok_and(|read| read == seen.get(column.name))
    };
    let same: Vec<&str> = definition.columns.iter().filter(same).map(|column| column.name).collect();
    typed.retain(|name, _| !same.contains(name));
}
