//! Approving rows: each act with its entry in the audit log, both or neither; and which rows wait for it.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_model::Instant;
use tenken_model::digest::Digest;
use thiserror::Error;

use super::approval;
use super::definition::{Approval, Definition};
use super::keep::Seen;
use super::references::Names;
use super::row::Row;
use crate::store::{AuditEntry, RegisterAct, RegisterRow, Store, StoreError, Transaction};

/// Why a row was not approved, or its approval not taken back. Nothing was then written.
#[derive(Debug, Error)]
pub enum ApproveError {
    /// Who wants to approve it wrote it, or some of it.
    #[error("nobody approves what they wrote themselves")]
    Own,
    /// Its day is past, and nobody said why it is approved late.
    #[error("its day is past; the reason why it is approved late is missing")]
    LacksReason,
    /// It was changed, closed or approved after it was seen.
    #[error("the row was changed, closed or approved by somebody else; look at it again")]
    Changed,
    /// There is no such row, or rows of its register need no approval.
    #[error("there is no such row to approve")]
    Gone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Approves a row that others wrote, as it was seen.
pub async fn approve(
    store: &Store,
    definition: &'static Definition,
    seen: Seen,
    person: &str,
    now: Instant,
) -> Result<(), ApproveError> {
    let mut transaction = store.write().await?;
    let (before, rule) = as_seen(&mut transaction, definition, seen, false).await?;
    let today = japan::date_of(now);
    if approval::lacks_reason(definition, rule, &before.row, today) {
        return Err(ApproveError::LacksReason);
    }
    let history = transaction.row_history(definition, seen.id).await?;
    if approval::authors(definition, rule, &history).contains(person) {
        return Err(ApproveError::Own);
    }
    let mut row = before.row.clone();
    row.set(rule.person, person.to_owned());
    row.set(rule.day, today.to_string());
    let row = Names::read(&mut transaction, definition).await?.resolve(definition, &row);
    write(&mut transaction, definition, seen, &row, RegisterAct::Approved, person, now).await?;
    Ok(transaction.save().await?)
}

/// Takes the approval of a row back.
pub async fn take_back(
    store: &Store,
    definition: &'static Definition,
    seen: Seen,
    person: &str,
    now: Instant,
) -> Result<(), ApproveError> {
    let mut transaction = store.write().await?;
    let (before, rule) = as_seen(&mut transaction, definition, seen, true).await?;
    let mut row = before.row.clone();
    row.set(rule.person, String::new());
    row.set(rule.day, String::new());
    write(&mut transaction, definition, seen, &row, RegisterAct::ApprovalTakenBack, person, now).await?;
    Ok(transaction.save().await?)
}

/// The row as it was seen, approved or not as the act needs it.
async fn as_seen(
    transaction: &mut Transaction,
    definition: &Definition,
    seen: Seen,
    is_given: bool,
) -> Result<(RegisterRow, Approval), ApproveError> {
    let rule = definition.approval.ok_or(ApproveError::Gone)?;
    let row = transaction.register_row(definition, seen.id).await?.ok_or(ApproveError::Gone)?;
    let fits =
        row.revision == seen.revision && row.closed_at.is_none() && approval::is_given(&rule, &row.row) == is_given;
    if fits { Ok((row, rule)) } else { Err(ApproveError::Changed) }
}

/// Writes the row by that act, with its entry. The digest in the entry is of what was approved, which the history of the row
/// tells.
async fn write(
    transaction: &mut Transaction,
    definition: &'static Definition,
    seen: Seen,
    row: &Row,
    act: RegisterAct,
    person: &str,
    now: Instant,
) -> Result<(), ApproveError> {
    let rule = definition.approval.ok_or(ApproveError::Gone)?;
    transaction.write_row(definition, seen, row, act, person, now).await?;
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: format!("register_row_{}", act.word()),
        subject: format!("{}/{}", definition.slug, seen.id),
        detail: format!("{} {}", row.name(definition), approval::asked(definition, rule, row)),
    };
    Ok(transaction.audit(&entry).await?)
}

/// A row that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its register.
    pub definition: &'static Definition,
    /// Its number.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// The day before whose end it is to be approved.
    pub day: NaiveDate,
    /// Somebody said why it is approved late.
    pub has_late_reason: bool,
    /// What is asked for.
    pub asked: Digest,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Instant,
}

impl Waiting {
    /// What waits, if the row does.
    pub fn of(definition: &'static Definition, stored: &RegisterRow) -> Option<Self> {
        let rule = definition.approval?;
        let row = &stored.row;
        if stored.closed_at.is_some() || approval::is_given(&rule, row) {
            return None;
        }
        Some(Self {
            definition,
            id: stored.id,
            name: row.name(definition),
            day: approval::before(definition, rule, row)?,
            has_late_reason: rule.late.is_some_and(|late| !row.get(late).is_empty()),
            asked: approval::asked(definition, rule, row),
            by: stored.changed_by.clone(),
            at: stored.changed_at,
        })
    }

    /// Where the row is.
    pub fn address(&self) -> String {
        format!("/registers/{}/{}#approval", self.definition.slug, self.id)
    }
}

/// The rows of all registers that wait for approval, by their day.
pub async fn waiting(transaction: &mut Transaction) -> Result<Vec<Waiting>, StoreError> {
    let mut found = Vec::new();
    for definition in Definition::all() {
        if let Some(rule) = definition.approval {
            let rows = transaction.open_rows_without(definition, rule.day).await?;
            found.extend(rows.iter().filter_map(|stored| Waiting::of(definition, stored)));
        }
    }
    found.sort_by_key(|waiting| waiting.day);
    Ok(found)
}
