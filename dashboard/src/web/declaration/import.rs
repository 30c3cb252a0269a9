//! A published form: pasted or chosen, looked at, taken in.

use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use tenken_calendar::{PlannedTime, read_date};
use tenken_form::declaration::{Answer, Declaration, Status};
use tenken_form::print;
use tenken_form::read::{self, BYTES_MAX, Reading, Trouble};
use tenken_model::{ItemId, Language};

use super::today;
use crate::declaration::{self, REASON_CHARS_MAX, TakingIn};
use crate::pages::declaration_import::{self as pages, ReadingView, Refused, Typed};
use crate::web::done::Done;
use crate::web::failure::Failure;
use crate::web::people::FORM_BYTES_MAX;
use crate::web::sent::Sent;
use crate::web::upload::{Most, Upload};
use crate::web::visit::Visit;

/// The largest upload: a form twice, pasted and chosen, and what stands around it.
pub(in crate::web) const UPLOAD_BYTES_MAX: usize = 3 * BYTES_MAX;
/// The largest form that takes a form in: four characters for three of its bytes, none of which a form escapes.
pub(in crate::web) const APPLY_BYTES_MAX: usize = BYTES_MAX.div_ceil(3) * 4 + FORM_BYTES_MAX;

/// `GET /declaration/import`
pub(in crate::web) async fn import(visit: Visit) -> Result<Html<String>, Failure> {
    choose(&visit, None).await
}

/// `POST /declaration/import`: what is read of the form. Nothing is kept.
pub(in crate::web) async fn do_read(
    visit: Visit,
    upload: Result<Multipart, MultipartRejection>,
) -> Result<Html<String>, Failure> {
    let most = Most { file: BYTES_MAX, field: BYTES_MAX, files: 1 };
    let upload = Upload::read(&visit, upload, most).await?;
    let pasted = upload.get("text");
    let text = match upload.files.first().map(|file| file.content.as_deref()) {
        Some(None) => Err(Refused::Unreadable(read::Unreadable::TooLarge)),
        Some(Some(file)) => read::decode(file, None).map_err(Refused::Unreadable),
        None if pasted.trim().is_empty() => Err(Refused::Nothing),
        None => Ok(pasted.to_owned()),
    };
    let visit = visit.leading_to("/declaration/import".to_owned());
    let text = match text {
        Ok(text) => text,
        Err(refused) => return choose(&visit, Some(refused)).await,
    };
    let reading = take_apart(&visit, &text).await?;
    if reading.items.is_empty() {
        return choose(&visit, Some(Refused::NoItem)).await;
    }
    confirm(&visit, &reading, &text, &Filled::default()).await
}

/// `POST /declaration/import/apply`
pub(in crate::web) async fn do_apply(visit: Visit, sent: Sent) -> Result<Response, Failure> {
    let checklist = &visit.site.app.checklist;
    let bytes = URL_SAFE_NO_PAD.decode(sent.get("content")).map_err(|_| Failure::INPUT)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::INPUT)?;
    let reading = take_apart(&visit, &text).await?;
    let filled = fill_in(&visit, &reading, &sent);
    let (Some(day), true) = (reading.updated_on.or(filled.day), filled.typed.iter().all(|typed| typed.error.is_none()))
    else {
        let visit = visit.leading_to("/declaration/import".to_owned());
        return Ok(confirm(&visit, &reading, &text, &filled).await?.into_response());
    };
    let mut answers = reading.answers();
    answers.extend(filled.answers.iter().cloned());
    let declaration = Declaration::new(checklist, day, answers, reading.header.clone()).map_err(|_| Failure::INPUT)?;
    let reason: String = filled.reason.chars().take(REASON_CHARS_MAX).collect();
    let taken = declaration::take_in(visit.store(), checklist, declaration, &reason, visit.person(), visit.now).await?;
    let done = match taken {
        TakingIn::Kept(_) => Done::TakenIn,
        TakingIn::Proposed(_) => Done::TakenInProposed,
        TakingIn::Same => Done::TakenInSame,
    };
    Ok(Visit::done("/declaration", done).into_response())
}

/// Reads a form off the threads that serve pages. A date to come is a slip, and no form may be dated by it for ever.
async fn take_apart(visit: &Visit, text: &str) -> Result<Reading, Failure> {
    let (checklist, text) = (Arc::clone(&visit.site.app.checklist), text.to_owned());
    let reading = tokio::task::spawn_blocking(move || read::read_text(&text, &checklist)).await;
    let mut reading = reading.map_err(anyhow::Error::from)?;
    if let Some(day) = reading.updated_on.filter(|day| *day > today(visit.now)) {
        reading.updated_on = None;
        reading.troubles.push(Trouble::BadDate(print::date(day)));
    }
    Ok(reading)
}

/// What a person filled in.
#[derive(Default)]
struct Filled {
    /// Everything that was typed, good or not.
    typed: Vec<Typed>,
    answers: Vec<(ItemId, Answer)>,
    /// Why the form was made.
    reason: String,
    day: Option<NaiveDate>,
    typed_day: Option<String>,
}

/// Reads what was filled in for the items whose answer could not be read, and for the date.
fn fill_in(visit: &Visit, reading: &Reading, sent: &Sent) -> Filled {
    let read = reading.answers();
    let mut filled = Filled { reason: sent.get("reason").trim().to_owned(), ..Filled::default() };
    for item in visit.site.app.checklist.items().filter(|item| !read.contains_key(&item.id)) {
        let (status, when) = (sent.get(&format!("status.{}", item.id)), sent.get(&format!("when.{}", item.id)).trim());
        let read = answer(status, when, visit.language());
        filled.typed.push(Typed {
            item: item.id.clone(),
            status: status.to_owned(),
            when: when.to_owned(),
            error: read.as_ref().err().cloned(),
        });
        if let Ok(answer) = read {
            filled.answers.push((item.id.clone(), answer));
        }
    }
    if reading.updated_on.is_none() {
        let typed = sent.get("updated_on");
        filled.day = read_date(typed).ok().filter(|day| *day <= today(visit.now));
        filled.typed_day = Some(typed.to_owned());
    }
    filled
}

/// A published answer as it was chosen. It is a fact, so that a time in the past or in words is taken as it is.
fn answer(status: &str, when: &str, t: Language) -> Result<Answer, String> {
    match status {
        "done" => Ok(Answer::done()),
        "planned" => match PlannedTime::new(when) {
            Ok(when) => Ok(Answer { status: Status::Planned(Some(when)), remark: String::new() }),
            Err(_) if when.is_empty() => Err(t.propose_when_empty()),
            Err(error) => Err(error.text(t)),
        },
        _ => Err(t.reading_choose()),
    }
}

async fn choose(visit: &Visit, refused: Option<Refused>) -> Result<Html<String>, Failure> {
    let (_, chrome) = visit.read().await?;
    Ok(Html(pages::render(refused, &chrome)?))
}

async fn confirm(visit: &Visit, reading: &Reading, text: &str, filled: &Filled) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let in_force = transaction.declaration().await?.is_some();
    let content = URL_SAFE_NO_PAD.encode(text);
    let view = ReadingView {
        checklist: &visit.site.app.checklist,
        reading,
        content: &content,
        in_force,
        typed: &filled.typed,
        typed_date: filled.typed_day.as_deref(),
        date_is_wrong: filled.typed_day.is_some() && filled.day.is_none(),
        reason: &filled.reason,
    };
    Ok(Html(pages::render_reading(&view, &chrome)?))
}
