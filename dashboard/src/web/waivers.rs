//! Waivers: asked for, decided, ended.

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::{japan, read_date};
use tenken_model::{Instant, Language};

use super::asked::Asked;
use super::done::Done;
use super::drifts;
use super::failure::Failure;
use super::machines::Machines;
use super::sent::Sent;
use super::visit::{Visit, number};
use crate::drift;
use crate::pages::pager::Pager;
use crate::pages::waivers::{self as pages, AskView, Errors, Typed, WaiverRow, WaiversView};
use crate::store::{Drift, NewWaiver};
use crate::waiver::{self, LONGEST, TEXT_CHARS_MAX, Waiving};

/// How many waivers a page shows.
const SHOWN: usize = 40;

/// `GET /waivers`
pub(super) async fn waivers(visit: Visit, asked: Asked) -> Result<Html<String>, Failure> {
    list(&visit, asked.get("page"), None).await
}

async fn list(visit: &Visit, page: &str, refused: Option<String>) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let machines = Machines::read(&mut transaction).await?;
    let total = usize::try_from(transaction.waiver_count().await?).unwrap_or(usize::MAX);
    let pager = Pager::new(page, SHOWN, total, "/waivers?page=");
    let waivers = transaction.waivers_from(visit.now, pager.skipped(), pager.limit()).await?;
    let rows = waivers.iter().map(|waiver| WaiverRow {
        waiver,
        rule: visit.site.app.catalog.rule(&waiver.asked.rule),
        host: waiver.asked.host.as_ref().map(|host| machines.name(host)),
    });
    let view = WaiversView { rows: rows.collect(), pager, confirmed: visit.is_confirmed(), refused };
    Ok(Html(pages::render(&view, &chrome)?))
}

/// `GET /drifts/{id}/waiver`
pub(super) async fn ask(visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Failure> {
    let drift = open(&visit, &id).await?;
    form(&visit, &drift, Typed::default(), Errors::default()).await
}

/// `POST /drifts/{id}/waiver`
pub(super) async fn do_ask(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let drift = open(&visit, &id).await?;
    let typed = Typed {
        wide: sent.get("wide").to_owned(),
        reason: sent.get("reason").trim().to_owned(),
        compensation: sent.get("compensation").trim().to_owned(),
        until: sent.get("until").trim().to_owned(),
    };
    let until = match read(&typed, visit.language(), visit.now) {
        Ok(until) => until,
        Err(errors) => return Ok(form(&visit, &drift, typed, errors).await?.into_response()),
    };
    let key = drift.finding.key;
    let asked = NewWaiver {
        rule: key.rule,
        host: (typed.wide != "all").then_some(drift.host),
        subject: key.subject.filter(|_| typed.wide == "finding"),
        reason: typed.reason,
        compensation: typed.compensation,
        until,
        asked_at: visit.now,
        asked_by: visit.person().to_owned(),
    };
    waiver::ask(visit.store(), &asked).await?;
    Ok(Visit::done("/waivers", Done::WaiverAsked).into_response())
}

/// When the waiver ends, or what is wrong with what was typed.
fn read(typed: &Typed, t: Language, now: Instant) -> Result<Instant, Errors> {
    let text = |text: &str| {
        if text.is_empty() {
            Some(t.waiver_text_empty())
        } else {
            (text.chars().count() > TEXT_CHARS_MAX).then(|| t.cell_too_long(TEXT_CHARS_MAX))
        }
    };
    let until = read_date(&typed.until).ok().map(japan::end_of).filter(|end| *end > now && *end <= LONGEST.after(now));
    let errors = Errors {
        reason: text(&typed.reason),
        compensation: text(&typed.compensation),
        until: until.is_none().then(|| t.waiver_until_bad()),
    };
    match until {
        Some(until) if errors == Errors::default() => Ok(until),
        Some(_) | None => Err(errors),
    }
}

async fn open(visit: &Visit, id: &str) -> Result<Drift, Failure> {
    let drift = visit.store().read().await?.drift(number(id)?).await?;
    drift.filter(|drift| drift.resolved.is_none()).ok_or(Failure::NOT_FOUND)
}

async fn form(visit: &Visit, drift: &Drift, typed: Typed, errors: Errors) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let machines = Machines::read(&mut transaction).await?;
    let row = drifts::row(visit, &machines, drift, None);
    Ok(Html(pages::render_ask(&AskView { row, typed, errors }, &chrome)?))
}

/// `POST /waivers/{id}/grant`
pub(super) async fn do_grant(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    visit.confirmed("/waivers")?;
    let waiving = waiver::decide(visit.store(), number(&id)?, true, visit.person(), visit.now).await?;
    // What it covers ends now, not with the next look.
    drift::settle_due(visit.store(), &visit.site.app.terms, visit.now).await?;
    answer(&visit, waiving, Done::WaiverDecided).await
}

/// `POST /waivers/{id}/refuse`
pub(super) async fn do_refuse(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    visit.confirmed("/waivers")?;
    let waiving = waiver::decide(visit.store(), number(&id)?, false, visit.person(), visit.now).await?;
    answer(&visit, waiving, Done::WaiverDecided).await
}

/// `POST /waivers/{id}/end`
pub(super) async fn do_end(visit: Visit, Path(id): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let waiving = waiver::end(visit.store(), number(&id)?, visit.person(), visit.now).await?;
    answer(&visit, waiving, Done::WaiverEnded).await
}

async fn answer(visit: &Visit, waiving: Waiving, done: Done) -> Result<Response, Failure> {
    let t = visit.language();
    let why = match waiving {
        Waiving::Done => return Ok(Visit::done("/waivers", done).into_response()),
        Waiving::Own => t.waiver_own(),
        Waiving::Gone => t.deciding_gone(),
    };
    Ok(list(&visit.leading_to("/waivers".to_owned()), "", Some(why)).await?.into_response())
}
