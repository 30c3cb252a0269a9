//! Deciding on proposals: nobody on their own.

use tenken_calendar::japan::date_of;
use tenken_form::declaration::Declaration;
use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::propose::audited;
use crate::store::{AuditEntry, Change, Decision, NewVersion, Origin, Proposal, Store, StoreError, Transaction};

/// What came of deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deciding {
    /// It is decided; the version that came of it, if one did.
    Done(Option<i64>),
    /// The person proposed it. Another one has to decide.
    Own,
    /// It does not say yet what is to stand in the form.
    Incomplete,
    /// The form changed since it was proposed.
    Stale,
    /// It is not open any more.
    Gone,
}

/// Accepts proposals together: one new version of the form, dated today, which is to be published.
pub async fn accept(
    store: &Store,
    ids: &[i64],
    note: &str,
    person: &str,
    now: Instant,
) -> Result<Deciding, StoreError> {
    let mut transaction = store.write().await?;
    let Some(in_force) = transaction.declaration().await? else { return Ok(Deciding::Gone) };
    let mut declaration = in_force.declaration().clone();
    let mut accepted = Vec::new();
    for id in ids {
        let Some(proposal) = open(&mut transaction, *id).await? else { return Ok(Deciding::Gone) };
        if proposal.proposed.proposed_by.as_deref() == Some(person) {
            return Ok(Deciding::Own);
        }
        if let Err(why) = apply(&mut declaration, &proposal.proposed.change) {
            return Ok(why);
        }
        accepted.push(proposal);
    }
    if accepted.is_empty() {
        return Ok(Deciding::Gone);
    }
    // The form is dated by the day in Japan on which it changes, and never back.
    declaration.updated_on = date_of(now).max(in_force.declaration().updated_on);
    let new = NewVersion { declaration, origin: Origin::Approved, accepted_at: now, accepted_by: person.to_owned() };
    let version = transaction.add_version(&new).await?;
    transaction.open_publication(version, now).await?;
    let bytes = serde_json::to_vec(&new.declaration)
        .map_err(|error| StoreError::Damaged { what: "a declaration", problem: error.to_string() })?;
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: "version_accepted".to_owned(),
        subject: version.to_string(),
        detail: format!("{} {}", new.declaration.updated_on, Digest::of(&bytes)),
    };
    transaction.audit(&entry).await?;
    for proposal in &accepted {
        let decided = Decision::Accepted;
        transaction.decide_proposal(proposal.id, decided, Some(person), note, Some(version), now).await?;
        record(&mut transaction, proposal, "change_accepted", note, person, now).await?;
    }
    transaction.save().await?;
    Ok(Deciding::Done(Some(version)))
}

/// Refuses a proposal: what it is about is to be repaired instead.
pub async fn refuse(store: &Store, id: i64, note: &str, person: &str, now: Instant) -> Result<Deciding, StoreError> {
    let mut transaction = store.write().await?;
    let Some(proposal) = open(&mut transaction, id).await? else { return Ok(Deciding::Gone) };
    if proposal.proposed.proposed_by.as_deref() == Some(person) {
        return Ok(Deciding::Own);
    }
    transaction.decide_proposal(id, Decision::Refused, Some(person), note, None, now).await?;
    record(&mut transaction, &proposal, "change_refused", note, person, now).await?;
    transaction.save().await?;
    Ok(Deciding::Done(None))
}

/// Takes back a proposal of a person. Tenken's own is settled by repairing, waiving or changing the form.
pub async fn withdraw(store: &Store, id: i64, person: &str, now: Instant) -> Result<Deciding, StoreError> {
    let mut transaction = store.write().await?;
    let Some(proposal) = open(&mut transaction, id).await? else { return Ok(Deciding::Gone) };
    if proposal.proposed.proposed_by.is_none() {
        return Ok(Deciding::Incomplete);
    }
    transaction.decide_proposal(id, Decision::Withdrawn, Some(person), "", None, now).await?;
    record(&mut transaction, &proposal, "change_withdrawn", "", person, now).await?;
    transaction.save().await?;
    Ok(Deciding::Done(None))
}

async fn open(transaction: &mut Transaction, id: i64) -> Result<Option<Proposal>, StoreError> {
    Ok(transaction.proposal(id).await?.filter(|proposal| proposal.decided.is_none()))
}

/// Makes a change, if the form still says what it said when the change was proposed.
fn apply(declaration: &mut Declaration, change: &Change) -> Result<(), Deciding> {
    match change {
        Change::Answer { after: None, .. } => Err(Deciding::Incomplete),
        Change::Answer { item, before, after: Some(after) } => {
            if declaration.answer(item) != Some(before) {
                return Err(Deciding::Stale);
            }
            declaration.answers.insert(item.clone(), after.clone());
            Ok(())
        }
        Change::Header { before, after } => {
            if declaration.header != *before {
                return Err(Deciding::Stale);
            }
            declaration.header = after.clone();
            Ok(())
        }
    }
}

async fn record(
    transaction: &mut Transaction,
    proposal: &Proposal,
    act: &str,
    note: &str,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let subject = proposal.proposed.change.item().map_or_else(|| "header".to_owned(), ToString::to_string);
    let detail = audited(note, &proposal.proposed.change)?;
    let entry = AuditEntry { at: now, person: person.to_owned(), act: act.to_owned(), subject, detail };
    transaction.audit(&entry).await
}
