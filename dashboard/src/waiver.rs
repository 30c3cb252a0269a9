//! Waivers: a rule need not hold somewhere for a time, because another person agreed to what is done in its place.

use tenken_model::{Instant, Span};

use crate::store::{AuditEntry, NewWaiver, Store, StoreError, Transaction, Waiver, WaiverDecision};

/// The longest a waiver may last.
pub const LONGEST: Span = Span::from_days(366);
/// The most characters of its reason and of what is done in its place.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// What came of an act on a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiving {
    /// It is done.
    Done,
    /// The person asked for it. Another one has to decide.
    Own,
    /// It was decided, or ended, before.
    Gone,
}

/// Asks for a waiver.
pub async fn ask(store: &Store, asked: &NewWaiver) -> Result<i64, StoreError> {
    let mut transaction = store.write().await?;
    let id = transaction.ask_waiver(asked).await?;
    record(&mut transaction, "waiver_asked", id, asked, &asked.asked_by, asked.asked_at).await?;
    transaction.save().await?;
    Ok(id)
}

/// Grants or refuses a waiver that another person asked for.
pub async fn decide(store: &Store, id: i64, grant: bool, person: &str, now: Instant) -> Result<Waiving, StoreError> {
    let mut transaction = store.write().await?;
    let Some(waiver) = undecided(&mut transaction, id).await? else { return Ok(Waiving::Gone) };
    if waiver.asked.asked_by == person {
        return Ok(Waiving::Own);
    }
    let (decision, act) =
        if grant { (WaiverDecision::Granted, "waiver_granted") } else { (WaiverDecision::Refused, "waiver_refused") };
    transaction.decide_waiver(id, decision, person, now).await?;
    record(&mut transaction, act, id, &waiver.asked, person, now).await?;
    transaction.save().await?;
    Ok(Waiving::Done)
}

/// Takes back a waiver before it is decided, or ends one that is in force.
pub async fn end(store: &Store, id: i64, person: &str, now: Instant) -> Result<Waiving, StoreError> {
    let mut transaction = store.write().await?;
    let Some(waiver) = transaction.waiver(id).await? else { return Ok(Waiving::Gone) };
    let (done, act) = if waiver.decided.is_none() {
        (transaction.decide_waiver(id, WaiverDecision::Withdrawn, person, now).await?, "waiver_withdrawn")
    } else {
        (transaction.end_waiver(id, person, now).await?, "waiver_ended")
    };
    if !done {
        return Ok(Waiving::Gone);
    }
    record(&mut transaction, act, id, &waiver.asked, person, now).await?;
    transaction.save().await?;
    Ok(Waiving::Done)
}

/// All of a waiver, so that a later rewrite of it shows.
fn audited(asked: &NewWaiver) -> String {
    let NewWaiver { rule, host, subject, reason, compensation, until, .. } = asked;
    let host = host.as_ref().map_or("*", |host| host.as_str());
    let subject = subject.as_ref().map_or("*", |subject| subject.as_str());
    format!("{rule} {host} {subject} {until}\n{reason}\n{compensation}")
}

async fn undecided(transaction: &mut Transaction, id: i64) -> Result<Option<Waiver>, StoreError> {
    Ok(transaction.waiver(id).await?.filter(|waiver| waiver.decided.is_none()))
}

async fn record(
    transaction: &mut Transaction,
    act: &str,
    id: i64,
    asked: &NewWaiver,
    person: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let entry = AuditEntry {
        at: now,
        person: person.to_owned(),
        act: act.to_owned(),
        subject: id.to_string(),
        detail: audited(asked),
    };
    transaction.audit(&entry).await
}
