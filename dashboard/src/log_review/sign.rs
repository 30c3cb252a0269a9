//! Signing the sheet of a month: the row in the register of reviews, the statements with the document, and the signature, all or
//! none of them.

use tenken_calendar::japan;
use tenken_engine::checklist::{Checklist, Item};
use tenken_model::digest::Digest;
use tenken_model::{Instant, ItemId, Language};
use thiserror::Error;

use super::{Month, document};
use crate::attest::{self, Attached, Statement};
use crate::evidence::{Kind, Scan};
use crate::registers::definition::CELL_CHARS_MAX;
use crate::registers::keep::{self, KeepError};
use crate::registers::{Column, Definition, Row};
use crate::store::{AuditEntry, LogSheet, ReviewResult, SignedSheet, Store, StoreError, Transaction};
use crate::working_calendar;

/// The items that a review of logs can state, the first always.
pub const ITEMS: [&str; 3] = ["technical.7", "maintenance.8", "physical.4"];

/// The language of what is kept: that of the form.
const KEPT: Language = Language::Japanese;

/// What somebody signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The digest of the sheet that was seen.
    pub seen: Digest,
    /// Who reviewed it, as the register of people has the name.
    pub reviewer: String,
    /// What it came to.
    pub result: ReviewResult,
    /// What was found and done, at most [`CELL_CHARS_MAX`] characters.
    pub findings: String,
    /// The items beside the first of [`ITEMS`] that it states.
    pub items: Vec<ItemId>,
}

impl Signature {
    /// What it came to, as people read it.
    pub fn result_text(&self, t: Language) -> String {
        match self.result {
            ReviewResult::Clean => t.reviews_result_clean(),
            ReviewResult::Found => t.reviews_result_found(),
        }
    }
}

/// What came of signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signing {
    /// It is signed.
    Done,
    /// The sheet was made anew since it was seen.
    Stale,
    /// It is signed already.
    Taken,
    /// It may be signed from that day on.
    TooEarly(chrono::NaiveDate),
    /// The register of reviews has a row of that name.
    RowTaken(String),
    /// The register of people has nobody of that name.
    NoReviewer,
    /// What was found is longer than a cell may be.
    TooLong,
}

/// Why it could not be signed. Nothing was written then.
#[derive(Debug, Error)]
pub enum SignError {
    /// There is no sheet of that month.
    #[error("there is no sheet of that month")]
    Gone,
    /// The document could not be made.
    #[error(transparent)]
    Document(#[from] tenken_form::print::pdf::PdfError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs the sheet of a month as it was seen.
///
/// # Errors
/// There is none, its document cannot be made, or the store failed.
pub async fn sign(
    store: &Store,
    checklist: &Checklist,
    month: Month,
    signature: &Signature,
    person: &str,
    now: Instant,
) -> Result<Signing, SignError> {
    let mut transaction = store.write().await?;
    let head = transaction.log_sheet_head(month).await?.ok_or(SignError::Gone)?;
    if head.signed.is_some() {
        return Ok(Signing::Taken);
    }
    let kept = transaction.log_sheet(month).await?.ok_or(SignError::Gone)?;
    if kept.digest != signature.seen {
        return Ok(Signing::Stale);
    }
    let calendar = working_calendar::read(&mut transaction).await?;
    let (today, from) = (japan::date_of(now), month.signed_from(&calendar));
    if today < from {
        return Ok(Signing::TooEarly(from));
    }
    let next = month.next().signed_from(&calendar);
    let row = match add_row(&mut transaction, &kept, signature, next, person, now).await? {
        Ok(row) => row,
        Err(refused) => return Ok(refused),
    };
    let printed = document::write(&kept.sheet, &kept.digest, signature, person, now)?;
    for item in checklist.items().filter(|item| states(signature, item)) {
        if let Some(ask) = &item.attestation {
            let statement = statement(&kept, &printed.bytes);
            attest::attest_in(&mut transaction, item, ask, statement, person, now).await?;
        }
    }
    let document = Digest::of(&printed.bytes);
    let signed = SignedSheet {
        at: now,
        person: person.to_owned(),
        result: signature.result,
        findings: signature.findings.clone(),
        row,
        document,
    };
    if !transaction.sign_log_sheet(month, &signature.seen, &signed).await? {
        return Ok(Signing::Stale);
    }
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "log_sheet_signed".to_owned(),
        subject: month.to_string(),
        detail: format!("{}\n{document}\n{}", kept.digest, signature.findings),
    };
    transaction.audit(&entry).await?;
    transaction.save().await?;
    Ok(Signing::Done)
}

fn states(signature: &Signature, item: &Item) -> bool {
    let is_first = ITEMS.first().is_some_and(|first| item.id.as_str() == *first);
    is_first || (ITEMS.contains(&item.id.as_str()) && signature.items.contains(&item.id))
}

fn row_name(month: Month) -> String {
    KEPT.logs_row_name(&super::month_name(month, KEPT))
}

fn statement(kept: &LogSheet, document: &[u8]) -> Statement {
    let file = Attached {
        name: document::name(&kept.sheet),
        kind: Kind::Pdf,
        content: document.to_vec(),
        scanned: Scan::NotAsked,
    };
    let evidence = KEPT.logs_statement(&row_name(kept.sheet.month));
    Statement { evidence, branch: None, until: None, files: vec![file] }
}

/// Adds the row to the register of reviews; or why it is not taken.
async fn add_row(
    transaction: &mut Transaction,
    kept: &LogSheet,
    signature: &Signature,
    next: chrono::NaiveDate,
    person: &str,
    now: Instant,
) -> Result<Result<i64, Signing>, SignError> {
    if signature.findings.chars().count() > CELL_CHARS_MAX {
        return Ok(Err(Signing::TooLong));
    }
    let Some(definition) = Definition::by_slug("reviews") else { return Err(SignError::Gone) };
    let name = row_name(kept.sheet.month);
    let typed = |column: &'static Column| {
        let text = match column.name {
            "name" => name.clone(),
            "kind" => "logs".to_owned(),
            "period" => document::days(&kept.sheet),
            "scope" => KEPT.logs_row_scope(kept.sheet.hosts),
            "reviewed_by" => signature.reviewer.clone(),
            "reviewed_on" => japan::date_of(now).to_string(),
            "result" => signature.result.word().to_owned(),
            "findings" => signature.findings.clone(),
            "next_on" => next.to_string(),
            _ => return None,
        };
        Some(text)
    };
    let Ok(row) = Row::read(definition, typed) else { return Ok(Err(Signing::NoReviewer)) };
    match keep::add_in(transaction, definition, &row, person, now).await {
        Ok(id) => Ok(Ok(id)),
        Err(KeepError::Taken) => Ok(Err(Signing::RowTaken(name))),
        Err(KeepError::Unfounded(_)) => Ok(Err(Signing::NoReviewer)),
        Err(KeepError::Changed | KeepError::Gone) => Err(SignError::Gone),
        Err(KeepError::Store(error)) => Err(error.into()),
    }
}
