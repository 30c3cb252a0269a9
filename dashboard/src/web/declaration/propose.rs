//! Proposing another answer for an item.

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::PlannedTime;
use tenken_form::declaration::{Answer, Status};
use tenken_model::{Instant, Language};

use super::today;
use crate::declaration::{self, Proposing, REASON_CHARS_MAX, REMARK_CHARS_MAX};
use crate::pages::propose::{self as page, CAUSES_SHOWN, Errors, ProposeView, Typed};
use crate::status::Known;
use crate::web::done::Done;
use crate::web::failure::Failure;
use crate::web::items;
use crate::web::sent::Sent;
use crate::web::visit::Visit;

/// `GET /items/{id}/propose`
pub(in crate::web) async fn propose(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    show(&visit, &id, None).await
}

/// `POST /items/{id}/propose`
pub(in crate::web) async fn do_propose(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let (_, item) = items::find(&visit.site.app.checklist, &id).ok_or(Failure::NOT_FOUND)?;
    let typed = Typed {
        status: sent.get("status").to_owned(),
        when: sent.get("when").trim().to_owned(),
        remark: sent.get("remark").trim().to_owned(),
        reason: sent.get("reason").trim().to_owned(),
    };
    let answer = match read(&typed, visit.language(), visit.now) {
        Ok(answer) => answer,
        Err(errors) => return Ok(show(&visit, &id, Some((typed, errors))).await?.into_response()),
    };
    match declaration::propose(visit.store(), &item.id, answer, &typed.reason, visit.person(), visit.now).await? {
        Proposing::Open(_) => Ok(Visit::done("/declaration", Done::Proposed).into_response()),
        Proposing::Unchanged => {
            let errors = Errors { status: Some(visit.language().propose_unchanged()), ..Errors::default() };
            Ok(show(&visit, &id, Some((typed, errors))).await?.into_response())
        }
        Proposing::NoForm | Proposing::Stale => Err(Failure::NOT_FOUND),
    }
}

/// The answer that was typed, or what is wrong with it.
fn read(typed: &Typed, t: Language, now: Instant) -> Result<Answer, Errors> {
    let mut errors = Errors::default();
    let long = |text: &str, most: usize| (text.chars().count() > most).then(|| t.cell_too_long(most));
    errors.remark = long(&typed.remark, REMARK_CHARS_MAX);
    errors.reason =
        if typed.reason.is_empty() { Some(t.propose_reason_empty()) } else { long(&typed.reason, REASON_CHARS_MAX) };
    let status = match typed.status.as_str() {
        "done" => Some(Status::Done),
        "planned" => match when(&typed.when, t, now) {
            Ok(when) => Some(Status::Planned(Some(when))),
            Err(error) => {
                errors.when = Some(error);
                None
            }
        },
        _ => {
            errors.status = Some(t.reading_choose());
            None
        }
    };
    match status {
        Some(status) if errors.is_empty() => Ok(Answer { status, remark: typed.remark.clone() }),
        Some(_) | None => Err(errors),
    }
}

/// A time that somebody announces now: it can be followed, and is to come.
fn when(typed: &str, t: Language, now: Instant) -> Result<PlannedTime, String> {
    if typed.is_empty() {
        return Err(t.propose_when_empty());
    }
    let when = PlannedTime::new(typed).map_err(|error| error.text(t))?;
    match when.last_day() {
        None => Err(t.propose_when_unclear()),
        Some(last) if last < today(now) => Err(t.propose_when_past()),
        Some(_) => Ok(when),
    }
}

async fn show(visit: &Visit, id: &str, refused: Option<(Typed, Errors)>) -> Result<Html<String>, Failure> {
    let checklist = &visit.site.app.checklist;
    let (section, item) = items::find(checklist, id).ok_or(Failure::NOT_FOUND)?;
    let (mut transaction, chrome) = visit.read().await?;
    let version = transaction.declaration().await?.ok_or(Failure::NOT_FOUND)?;
    let answer = version.declaration().answer(&item.id).ok_or(Failure::NOT_FOUND)?;
    let known = Known::read(&mut transaction, visit.now).await?;
    let (typed, errors) = refused.unwrap_or_else(|| (proposed_first(answer), Errors::default()));
    let mut status = known.status(item);
    Known::tell(&mut transaction, [&mut status], CAUSES_SHOWN).await?;
    let view = ProposeView { section, item, answer, status: &status, typed, errors };
    Ok(Html(page::render(&view, &chrome)?))
}

/// What the form begins with: the other answer, with the remark as it is.
fn proposed_first(answer: &Answer) -> Typed {
    let status = if answer.is_done() { "planned" } else { "done" };
    Typed { status: status.to_owned(), remark: answer.remark.clone(), ..Typed::default() }
}
