//! Taking the reports of agents: each once, in order, or not at all.

mod apply;
mod check;
mod decide;
mod rate;
mod refusal;

use tenken_model::report::{Heartbeat, Report, ReportAnswer};
use tenken_model::{HostId, Instant, Span};
use thiserror::Error;

use crate::drift::{self, Terms};
use crate::store::{Host, LastRefusal, Store, StoreError, Transaction};

pub use check::read;
pub use decide::{Applied, Decision, HostState, Taken, decide};
pub use rate::Rates;
pub use refusal::{CLOCK_OFF_MAX, Refused};

/// When an agent without news is to send the next heartbeat at the latest.
pub const HEARTBEAT_WITHIN: Span = Span::from_secs(60);
/// A host is silent when nothing was heard of it for this long.
pub const SILENT_AFTER: Span = Span::from_secs(5 * 60);

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
    let answer = take(&mut transaction, terms, host, &report, now).await?;
    transaction.save().await?;
    Ok(answer)
}

/// Takes a report whose form [`read`] has checked, in a transaction that writes. After a refusal the transaction is not saved.
pub async fn take(
    transaction: &mut Transaction,
    terms: &Terms,
    host: &HostId,
    report: &Report,
    now: Instant,
) -> Result<ReportAnswer, RequestError> {
    let known = known(transaction, host).await?;
    let held = transaction.held_of(host).await?;
    let state =
        HostState { enrolled_at: known.enrolled_at, epoch: known.epoch, acknowledged: known.acknowledged, held };
    let policy_version = transaction.policy_version(host).await?;
    let answer = |epoch, acknowledged, resync| ReportAnswer {
        epoch,
        acknowledged,
        resync,
        policy_version,
        heartbeat_within: HEARTBEAT_WITHIN,
    };
    let taken = match decide(&state, report, now) {
        Decision::Refuse(refused) => return Err(refused.into()),
        Decision::Behind => return Ok(answer(state.epoch, state.acknowledged, false)),
        Decision::Take(taken) => taken,
    };
    apply::apply(transaction, host, &state, &taken, now).await?;
    let shows = shows(&known, &report.heartbeat, now);
    transaction.hear(host, now, &report.heartbeat, shows).await?;
    // While more of the past is to come, what fails now is not known yet.
    if !taken.changes.is_empty() && (taken.resync || taken.state.acknowledged == report.heartbeat.state_seq) {
        drift::settle(transaction, terms, Some(host), now).await?;
    }
    Ok(answer(taken.state.epoch, taken.state.acknowledged, taken.resync))
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
    let silent = host.last_seen.is_none_or(|seen| Span::between(seen, now) >= SILENT_AFTER);
    silent
        || host.refused.is_some()
        || before.agent_version != heartbeat.agent_version
        || before.policy_version != heartbeat.policy_version
        || before.policy_refused != heartbeat.policy_refused
        || before.folded != heartbeat.folded
        || before.system != heartbeat.system
}

#[cfg(test)]
mod tests;
