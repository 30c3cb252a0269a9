//! The sheets of the monthly review of logs.

use sqlx::any::AnyRow;
use tenken_model::digest::Digest;
use tenken_model::{Instant, choice};

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};
use crate::log_review::{Month, Sheet};

choice! {
    /// What a review came to.
    pub enum ReviewResult {
        /// Nothing was found.
        Clean = "clean",
        /// Something was found.
        Found = "found",
    }
}

/// A sheet with the digest by which it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSheet {
    /// The sheet.
    pub sheet: Sheet,
    /// Of the sheet as it is kept.
    pub digest: Digest,
    body: String,
}

impl LogSheet {
    /// A sheet that was made.
    pub fn new(sheet: Sheet) -> Result<Self, StoreError> {
        let body = json(&sheet, "a sheet of logs")?;
        let digest = Digest::of(body.as_bytes());
        Ok(Self { sheet, digest, body })
    }
}

/// Who signed a sheet, and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedSheet {
    /// When.
    pub at: Instant,
    /// Who: the name to sign in with.
    pub person: String,
    /// What the review came to.
    pub result: ReviewResult,
    /// What was found and done.
    pub findings: String,
    /// The number of the row in the register of reviews.
    pub row: i64,
    /// The digest of the document among the evidence files.
    pub document: Digest,
}

/// A sheet without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSheetHead {
    /// The month.
    pub month: Month,
    /// Up to when it looks.
    pub until: Instant,
    /// When it was made.
    pub made_at: Instant,
    /// Who signed it.
    pub signed: Option<SignedSheet>,
}

fn head(row: &AnyRow) -> Result<LogSheetHead, StoreError> {
    let columns = Columns::of(row);
    let signed = match columns.maybe_instant("signed_at")? {
        Some(at) => Some(SignedSheet {
            at,
            person: columns.text("signed_by")?,
            result: columns.word("result", ReviewResult::from_word)?,
            findings: columns.text("findings")?,
            row: columns.int("register_row")?,
            document: columns.parsed("document")?,
        }),
        None => None,
    };
    Ok(LogSheetHead {
        month: columns.parsed("month")?,
        until: columns.instant("until")?,
        made_at: columns.instant("made_at")?,
        signed,
    })
}

impl Transaction {
    /// Keeps a sheet in place of an earlier one of its month; false if that is signed.
    pub async fn keep_log_sheet(&mut self, new: &LogSheet) -> Result<bool, StoreError> {
        let kept = sqlx::query(
            "INSERT INTO log_sheets (month, until, made_at, body, digest) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (month) DO UPDATE SET until = excluded.until, made_at = excluded.made_at, \
             body = excluded.body, digest = excluded.digest WHERE log_sheets.signed_at IS NULL",
        )
        .bind(new.sheet.month.to_string())
        .bind(millis(new.sheet.until))
        .bind(millis(new.sheet.made_at))
        .bind(&*new.body)
        .bind(new.digest.to_string())
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(kept.rows_affected() > 0)
    }

    /// The sheet of a month.
    pub async fn log_sheet(&mut self, month: Month) -> Result<Option<LogSheet>, StoreError> {
        let row = sqlx::query("SELECT body, digest FROM log_sheets WHERE month = $1")
            .bind(month.to_string())
            .fetch_optional(self.connection())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        let (body, digest): (String, Digest) = (columns.text("body")?, columns.parsed("digest")?);
        let sheet = columns.json("body")?;
        if Digest::of(body.as_bytes()) != digest {
            let problem = format!("{month} is not what its digest says");
            return Err(StoreError::Damaged { what: "a sheet of logs", problem });
        }
        Ok(Some(LogSheet { sheet, digest, body }))
    }

    /// The sheet of a month without its lines.
    pub async fn log_sheet_head(&mut self, month: Month) -> Result<Option<LogSheetHead>, StoreError> {
        let row = sqlx::query(
            "SELECT month, until, made_at, signed_at, signed_by, result, findings, register_row, document \
             FROM log_sheets WHERE month = $1",
        )
        .bind(month.to_string())
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(head).transpose()
    }

    /// All sheets without their lines, the newest first.
    pub async fn log_sheet_heads(&mut self) -> Result<Vec<LogSheetHead>, StoreError> {
        let rows = sqlx::query(
            "SELECT month, until, made_at, signed_at, signed_by, result, findings, register_row, document \
             FROM log_sheets ORDER BY month DESC",
        )
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(head).collect()
    }

    /// Signs the sheet of a month as it was seen; false if it was made anew or signed since.
    pub async fn sign_log_sheet(
        &mut self,
        month: Month,
        seen: &Digest,
        signed: &SignedSheet,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE log_sheets SET signed_at = $3, signed_by = $4, result = $5, findings = $6, register_row = $7, \
             document = $8 WHERE month = $1 AND digest = $2 AND signed_at IS NULL",
        )
        .bind(month.to_string())
        .bind(seen.to_string())
        .bind(millis(signed.at))
        .bind(&*signed.person)
        .bind(signed.result.word())
        .bind(&*signed.findings)
        .bind(signed.row)
        .bind(signed.document.to_string())
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }
}
