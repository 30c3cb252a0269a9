//! Proposing a change of the form.

use tenken_form::declaration::Answer;
use tenken_form::header::Header;
use tenken_model::{Instant, ItemId};

use crate::store::{AuditEntry, Change, NewProposal, Proposal, Store, StoreError, Transaction};

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
}

/// Proposes another answer for an item, in place of an open proposal for it if there is one.
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

/// Proposes another part about the agency, in place of an open proposal for it if there is one.
pub async fn propose_header(
    store: &Store,
    after: Header,
    reason: &str,
    person: &str,
    now: Instant,
) -> Result<Proposing, StoreError> {
    let mut transaction = store.write().await?;
    let Some(in_force) = transaction.declaration().await? else { return Ok(Proposing::NoForm) };
    let before = in_force.declaration().header.clone();
    if before == after {
        return Ok(Proposing::Unchanged);
    }
    let id = put(&mut transaction, Change::Header { before, after }, reason, person, now).await?;
    transaction.save().await?;
    Ok(Proposing::Open(id))
}

/// Keeps a person's proposal, in place of the open one about the same.
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
    let id = match open {
        Some(open) => {
            transaction.propose_instead(open.id, &new).await?;
            open.id
        }
        None => transaction.propose(&new).await?,
    };
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "change_proposed".to_owned(),
        subject,
        detail: reason.to_owned(),
    };
    transaction.audit(&entry).await?;
    Ok(id)
}

async fn open_about(transaction: &mut Transaction, change: &Change) -> Result<Option<Proposal>, StoreError> {
    let open = transaction.open_proposals().await?;
    Ok(open.into_iter().find(|proposal| proposal.proposed.change.item() == change.item()))
}
