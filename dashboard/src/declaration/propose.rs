//! Proposing a change of the form.

use tenken_form::declaration::Answer;
use tenken_form::header::Header;
use tenken_model::{Instant, ItemId};

use crate::store::{AuditEntry, Change, Decision, NewProposal, Proposal, Store, StoreError, Transaction};

/// The most characters of a reason.
pub const REASON_CHARS_MAX: usize = 2_000;
/// The most characters of a remark in the form.
pub const REMARK_CHARS_MAX: usize = 200;

/// What came of proposing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposing {
    /// It is open for another person to decide.
    Open(i64),
    /// No form is in force that could be changed.
    NoForm,
    /// The form in force says that already.
    Unchanged,
    /// Another form is in force than the one it was made from.
    Stale,
}

/// Proposes another answer for an item. An open proposal for it ends: who saw that one has not seen this one.
pub async fn propose(
    store: &Store,
    item: &ItemId,
    after: Answer,
    reason: &str,
    person: &str,
    now: Instant,
) -> Result<Proposing, StoreError> {
    let mut transaction = store.write().await?;
    let in_force = transaction.declaration().await?;
    let Some(before) = in_force.as_ref().and_then(|version| version.declaration().answer(item)) else {
        return Ok(Proposing::NoForm);
    };
    if *before == after {
        return Ok(Proposing::Unchanged);
    }
    let change = Change::Answer { item: item.clone(), before: before.clone(), after: Some(after) };
    let id = put(&mut transaction, change, reason, person, now).await?;
    transaction.save().await?;
    Ok(Proposing::Open(id))
}

/// Proposes another part about the agency, made from the part of that version. An open proposal for it ends.
pub async fn propose_header(
    store: &Store,
    made_from: i64,
    after: Header,
    reason: &str,
    person: &str,
    now: Instant,
) -> Result<Proposing, StoreError> {
    let mut transaction = store.write().await?;
    let Some(in_force) = transaction.declaration().await? else { return Ok(Proposing::NoForm) };
    if in_force.id != made_from {
        return Ok(Proposing::Stale);
    }
    let before = in_force.declaration().header.clone();
    if before == after {
        return Ok(Proposing::Unchanged);
    }
    let id = put(&mut transaction, Change::Header { before, after }, reason, person, now).await?;
    transaction.save().await?;
    Ok(Proposing::Open(id))
}

/// Keeps a person's proposal. The open one about the same ends with its own row, so that it stays readable.
pub(super) async fn put(
    transaction: &mut Transaction,
    change: Change,
    reason: &str,
    person: &str,
    now: Instant,
) -> Result<i64, StoreError> {
    let subject = change.item().map_or_else(|| "header".to_owned(), ToString::to_string);
    let open = open_about(transaction, &change).await?;
    let new = NewProposal { change, reason: reason.to_owned(), proposed_at: now, proposed_by: Some(person.to_owned()) };
    if let Some(open) = open {
        transaction.decide_proposal(open.id, Decision::Replaced, Some(person), "", None, now).await?;
    }
    let id = transaction.propose(&new).await?;
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "change_proposed".to_owned(),
        subject,
        detail: audited(reason, &new.change)?,
    };
    transaction.audit(&entry).await?;
    Ok(id)
}

/// What the audit log keeps of a change: what a person said of it, and all of it, so that a later rewrite of the change shows.
pub(super) fn audited(said: &str, change: &Change) -> Result<String, StoreError> {
    let change = serde_json::to_string(change)
        .map_err(|error| StoreError::Damaged { what: "a change", problem: error.to_string() })?;
    Ok(format!("{said}\n{change}"))
}

async fn open_about(transaction: &mut Transaction, change: &Change) -> Result<Option<Proposal>, StoreError> {
    let open = transaction.open_proposals().await?;
    Ok(open.into_iter().find(|proposal| proposal.proposed.change.item() == change.item()))
}
