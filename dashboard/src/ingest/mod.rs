//! Taking the reports of agents: each once, in order, or not at all.

mod apply;
mod awake;
mod check;
mod decide;
mod facts;
mod rate;
mod refusal;

use std::collections::BTreeMap;

use tenken_model::report::{Heartbeat, Report, ReportAnswer};
use tenken_model::{HostId, Instant, Span};
use thiserror::Error;

use crate::correlate;
use crate::drift::{self, Terms};
use crate::status::PRESENT_WITHIN;
use crate::store::{HeldFact, Host, LastRefusal, Store, StoreError, Transaction};

pub use awake::AwakeTime;
pub use check::read;
pub use decide::{Applied, Decision, HostState, Taken, decide};
pub use rate::Rates;
pub use refusal::{CLOCK_OFF_MAX, Refused};

/// When an agent without news is to send the next heartbeat at the latest.
pub const HEARTBEAT_WITHIN: Span = Span::from_secs(60);

/// The most gaps in the records of a host's sign-ins that are kept apart.
const RECORD_GAPS_MAX: usize = 100;

/// Why a request of a host has no answer.
#[derive(Debug, Error)]
pub enum RequestError {
    /// It is refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed; the agent tries again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes the report in `body` of the host that its certificate names. What is refused is kept with the
/// host as its last refusal, so that people see why a host is silent.
pub async fn receive(
    store: &Store,
    terms: &Terms,
    host: &HostId,
    body: &[u8],
    now: Instant,
) -> Result<ReportAnswer, RequestError> {
    let taken = read_and_take(store, terms, host, body, now).await;
    if let Err(RequestError::Refused(refused)) = &taken {
        let mut transaction = store.write().await?;
        if transaction.host(host).await?.is_some_and(|known| news(&known, refused)) {
            let refusal = LastRefusal { at: now, code: refused.code().to_owned(), message: refused.to_string() };
            transaction.refuse(host, &refusal).await?;
            transaction.save().await?;
        }
    }
    taken
}

/// One refusal is kept, not each repetition of it.
fn news(host: &Host, refused: &Refused) -> bool {
    host.revoked_at.is_none() && host.refused.as_ref().is_none_or(|last| last.code != refused.code())
}

async fn read_and_take(
    store: &Store,
    terms: &Terms,
    host: &HostId,
    body: &[u8],
    now: Instant,
) -> Result<ReportAnswer, RequestError> {
    let report = read(body, now)?;
    let mut transaction = store.write().await?;
    let answer = take(&mut transaction, terms, host, report, now).await?;
    transaction.save().await?;
    Ok(answer)
}

/// Takes a report whose form [`read`] has checked, in a transaction that writes. After a refusal the transaction is not saved.
pub async fn take(
    transaction: &mut Transaction,
    terms: &Terms,
    host: &HostId,
    mut report: Report,
    now: Instant,
) -> Result<ReportAnswer, RequestError> {
    let facts = facts::read(std::mem::take(&mut report.facts), now)?;
    let known = known(transaction, host).await?;
    let mut held = transaction.held_of(host).await?;
    held.retain(|key, _| !correlate::judges(&key.rule));
    let last = known.heartbeat.as_ref().zip(known.last_seen);
    let state = HostState {
        enrolled_at: known.enrolled_at,
        epoch: known.epoch,
        acknowledged: known.acknowledged,
        awake: AwakeTime::count(known.awake, last, &report.heartbeat, now),
        held,
    };
    let policy_version = transaction.policy_version(host).await?;
    let mut held_facts = transaction.held_facts_of(host).await?;
    let answer = |epoch, acknowledged, resync, held: &BTreeMap<String, HeldFact>| ReportAnswer {
        epoch,
        acknowledged,
        resync,
        policy_version,
        heartbeat_within: HEARTBEAT_WITHIN,
        facts_wanted: Some(facts::wanted(&report.heartbeat.facts, held)),
    };
    let taken = match decide(&state, &report, now) {
        Decision::Refuse(refused) => return Err(refused.into()),
        Decision::Behind => return Ok(answer(state.epoch, state.acknowledged, false, &held_facts)),
        Decision::Take(taken) => taken,
    };
    if taken.passed_over > 0 {
        let findings = taken.passed_over;
        tracing::warn!(%host, findings, "an agent told findings of rules that the dashboard judges; they are passed over");
    }
    apply::apply(transaction, host, &state, &taken, now).await?;
    let mut told_anew = false;
    for fact in facts {
        let fact = fact.held_between(known.enrolled_at, now);
        let name = fact.topic().name();
        if let Some((began, ended)) = held_facts.get(name).and_then(|held| {
            let seen = held.outdated_since.or(known.last_seen)?;
            facts::gap(seen, &fact)
        }) {
            // Many gaps become one: a host that tells a new one each time costs no more, and no time is taken for whole.
            let known = transaction.record_gaps(host).await?;
            let newest = known.first().filter(|_| known.len() >= RECORD_GAPS_MAX);
            transaction.keep_record_gap(host, newest.map_or(began, |(began, _)| *began), ended).await?;
        }
        transaction.set_fact(host, &fact, now).await?;
        let held = HeldFact { digest: fact.digest(), outdated_since: None };
        told_anew |= held_facts.insert(name.to_owned(), held) != Some(held);
    }
    let outdated = outdated(transaction, host, &report.heartbeat, &mut held_facts, now).await?;
    let shows = shows(&known, &report.heartbeat, now);
    transaction.hear(host, now, &report.heartbeat, state.awake.now(), shows).await?;
    let judged_anew = (told_anew || outdated) && correlate::judge_host(transaction, terms, host, now).await?;
    // While more of the past is to come, what fails now is not known yet.
    let is_whole = taken.resync || taken.state.acknowledged == report.heartbeat.state_seq;
    if is_whole && (judged_anew || !taken.changes.is_empty()) {
        drift::settle(transaction, terms, Some(host), now).await?;
    }
    Ok(answer(taken.state.epoch, taken.state.acknowledged, taken.resync, &held_facts))
}

/// Keeps which facts that are held of a host are outdated, by the digests of its heartbeat. True if one has been for so long
/// that it counts no more.
async fn outdated(
    transaction: &mut Transaction,
    host: &HostId,
    heartbeat: &Heartbeat,
    held: &mut BTreeMap<String, HeldFact>,
    now: Instant,
) -> Result<bool, StoreError> {
    let mut for_long = false;
    for (name, held) in held.iter_mut() {
        let is_other = heartbeat.facts.get(name).is_some_and(|told| *told != held.digest);
        let since = is_other.then(|| held.outdated_since.unwrap_or(now));
        if since != held.outdated_since {
            transaction.set_fact_outdated(host, name, since).await?;
            held.outdated_since = since;
        }
        for_long |= since.is_some_and(|since| since <= outdated_before(now));
    }
    Ok(for_long)
}

/// A fact that is known to be outdated since before then counts no more.
pub fn outdated_before(now: Instant) -> Instant {
    Span::from_millis(facts::OUTDATED_AFTER.millis().saturating_neg()).after(now)
}

/// The host of that id, if it may speak.
pub async fn known(transaction: &mut Transaction, host: &HostId) -> Result<Host, RequestError> {
    let known = transaction.host(host).await?.ok_or(Refused::WrongHost)?;
    match known.revoked_at {
        Some(at) => Err(Refused::Revoked(at).into()),
        None => Ok(known),
    }
}

/// Pages show something new by this heartbeat, not only a later time.
fn shows(host: &Host, heartbeat: &Heartbeat, now: Instant) -> bool {
    let Some(before) = &host.heartbeat else { return true };
    let absent = host.last_seen.is_none_or(|seen| Span::between(seen, now) >= PRESENT_WITHIN);
    absent
        || host.refused.is_some()
        || before.agent_version != heartbeat.agent_version
        || before.policy_version != heartbeat.policy_version
        || before.policy_refused != heartbeat.policy_refused
        || before.rules_unread != heartbeat.rules_unread
        || before.folded != heartbeat.folded
        || before.system != heartbeat.system
}

#[cfg(test)]
mod tests;
