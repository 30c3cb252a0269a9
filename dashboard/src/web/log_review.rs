//! The monthly review of logs.

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use tenken_calendar::japan;
use tenken_model::digest::Digest;
use tenken_model::{ItemId, Language};

use super::asked::Asked;
use super::done::Done;
use super::failure::Failure;
use super::sent::Sent;
use super::visit::Visit;
use crate::log_review::{self, Month, SignError, Signature, Signing};
use crate::pages::log_review::{self as pages, Errors, SheetState, SheetView, SheetsView, Typed};
use crate::pages::pager::Pager;
use crate::registers::definition::CELL_CHARS_MAX;
use crate::registers::{Definition, Names, Register};
use crate::store::{ReviewResult, Transaction};
use crate::working_calendar;

/// How many lines a page of one part has.
const PART_LINES: usize = 100;

/// `GET /log-review`
pub(super) async fn sheets(visit: Visit) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let heads = transaction.log_sheet_heads().await?;
    let today = japan::date_of(visit.now);
    let due = log_review::due(transaction.first_host().await?, visit.now);
    let missing = due.into_iter().filter(|month| !heads.iter().any(|head| head.month == *month)).collect();
    let sheets = heads.into_iter().map(|head| {
        let state = SheetState::of(&head, head.month.signed_from(&calendar), today);
        (head, state)
    });
    Ok(Html(pages::render_list(&SheetsView { sheets: sheets.collect(), missing }, &chrome)?))
}

/// `GET /log-review/{month}`: the whole sheet, or one part of it alone.
pub(super) async fn sheet(visit: Visit, Path(month): Path<String>, asked: Asked) -> Result<Html<String>, Failure> {
    let wanted = match asked.get("part") {
        "" => Wanted::Whole(None),
        place => Wanted::Part(place.parse().map_err(|_| Failure::NOT_FOUND)?, asked.get("page").to_owned()),
    };
    page(&visit, named(&month)?, wanted).await
}

/// `POST /log-review/{month}/make`
pub(super) async fn do_make(visit: Visit, Path(month): Path<String>, _sent: Sent) -> Result<Response, Failure> {
    let month = named(&month)?;
    let first = visit.store().read().await?.first_host().await?;
    if !log_review::due(first, visit.now).contains(&month) {
        return Err(Failure::NOT_FOUND);
    }
    if !log_review::make(visit.store(), month, visit.now).await? {
        let t = visit.language();
        return Ok(page(&visit.leading_to(address(month)), month, Wanted::Whole(Some((None, t.logs_taken()))))
            .await?
            .into_response());
    }
    Ok(Visit::done(&address(month), Done::LogsMade).into_response())
}

/// `POST /log-review/{month}`: signs it.
pub(super) async fn do_sign(visit: Visit, Path(month): Path<String>, sent: Sent) -> Result<Response, Failure> {
    let month = named(&month)?;
    let t = visit.language();
    let typed = Typed {
        reviewer: sent.get("reviewer").trim().to_owned(),
        result: sent.get("result").to_owned(),
        findings: sent.get("findings").trim().replace("\r\n", "\n"),
        items: sent.all("item").map(str::to_owned).collect(),
    };
    let visit = visit.leading_to(address(month));
    let errors = check(&typed, t);
    let (Some(result), true) = (ReviewResult::from_word(&typed.result), errors == Errors::default()) else {
        return Ok(page(&visit, month, Wanted::Whole(Some((Some((typed, errors)), String::new()))))
            .await?
            .into_response());
    };
    let signature = Signature {
        seen: sent.get("digest").parse::<Digest>().map_err(|_| Failure::INPUT)?,
        reviewer: typed.reviewer.clone(),
        result,
        findings: typed.findings.clone(),
        items: typed.items.iter().filter_map(|id| ItemId::new(id).ok()).collect(),
    };
    let checklist = &visit.site.app.checklist;
    let signing = log_review::sign(visit.store(), checklist, month, &signature, visit.person(), visit.now).await;
    let mut errors = Errors::default();
    let refused = match signing {
        Ok(Signing::Done) => return Ok(Visit::done(&address(month), Done::LogsSigned).into_response()),
        Ok(Signing::Stale) => t.logs_stale(),
        Ok(Signing::Taken) => t.logs_taken(),
        Ok(Signing::TooEarly(from)) => t.logs_sign_from(&crate::pages::moment::date(t, from)),
        Ok(Signing::RowTaken(name)) => t.logs_row_taken(&name),
        Ok(Signing::TooLong) => t.cell_too_long(CELL_CHARS_MAX),
        Ok(Signing::NoReviewer) => {
            let title = Definition::of(Register::People).map_or_else(String::new, |people| (people.title)(t));
            errors.reviewer = Some(t.cell_no_row(&typed.reviewer, &title));
            String::new()
        }
        Err(SignError::Gone) => return Err(Failure::NOT_FOUND),
        Err(SignError::Store(error)) => return Err(error.into()),
        Err(error @ SignError::Document(_)) => return Err(anyhow::Error::from(error).into()),
    };
    Ok(page(&visit, month, Wanted::Whole(Some((Some((typed, errors)), refused)))).await?.into_response())
}

fn check(typed: &Typed, t: Language) -> Errors {
    let too_long = typed.findings.chars().count() > CELL_CHARS_MAX;
    Errors {
        reviewer: typed.reviewer.is_empty().then(|| t.cell_empty()),
        result: ReviewResult::from_word(&typed.result).is_none().then(|| t.choose_one()),
        findings: if typed.findings.is_empty() {
            Some(t.logs_findings_empty())
        } else {
            too_long.then(|| t.cell_too_long(CELL_CHARS_MAX))
        },
    }
}

fn named(month: &str) -> Result<Month, Failure> {
    month.parse().map_err(|_| Failure::NOT_FOUND)
}

fn address(month: Month) -> String {
    format!("/log-review/{month}")
}

/// What was tried and not done: what was typed with what is wrong with it, and why else.
type Tried = (Option<(Typed, Errors)>, String);

/// What of a sheet is shown.
enum Wanted {
    /// All of it, with what was tried.
    Whole(Option<Tried>),
    /// The part of that place, and which page of it.
    Part(usize, String),
}

async fn page(visit: &Visit, month: Month, wanted: Wanted) -> Result<Html<String>, Failure> {
    let (mut transaction, chrome) = visit.read().await?;
    let kept = transaction.log_sheet(month).await?.ok_or(Failure::NOT_FOUND)?;
    let head = transaction.log_sheet_head(month).await?.ok_or(Failure::NOT_FOUND)?;
    let calendar = working_calendar::read(&mut transaction).await?;
    let people = people(&mut transaction).await?;
    let (tried, alone) = match wanted {
        Wanted::Whole(tried) => (tried, None),
        Wanted::Part(place, page) => {
            let chapters = log_review::chapters(&kept.sheet, visit.language());
            let total = chapters.get(place).ok_or(Failure::NOT_FOUND)?.rows.len();
            let address = format!("{}?part={place}&page=", address(month));
            (None, Some((place, Pager::new(&page, PART_LINES, total, address))))
        }
    };
    let (written, refused) =
        tried.map_or((None, None), |(written, refused)| (written, Some(refused).filter(|refused| !refused.is_empty())));
    let (typed, errors) = written.unwrap_or_else(|| {
        let reviewer = people.iter().find(|name| *name == visit.person()).cloned().unwrap_or_default();
        (Typed { reviewer, ..Typed::default() }, Errors::default())
    });
    let sign_from = month.signed_from(&calendar);
    let view = SheetView {
        sheet: &kept.sheet,
        digest: kept.digest.to_string(),
        signed: head.signed.as_ref(),
        sign_from,
        state: SheetState::of(&head, sign_from, japan::date_of(visit.now)),
        checklist: &visit.site.app.checklist,
        people,
        typed,
        errors,
        refused,
        alone,
    };
    Ok(Html(pages::render(&view, &chrome)?))
}

/// The names of those who may have reviewed something.
async fn people(transaction: &mut Transaction) -> Result<Vec<String>, Failure> {
    let Some(reviews) = Definition::by_slug("reviews") else { return Ok(Vec::new()) };
    let names = Names::read(transaction, reviews).await?;
    Ok(names.of(Register::People).into_iter().map(str::to_owned).collect())
}
