//! Hosts whose agents are older than a rule. They are never judged by what they cannot read: their items stay unknown.
//!
//! Agents say which rules of their policy they cannot read. Those of before refuse a whole policy for one such rule; they
//! are given no own rule until they are updated.

use tenken_model::report::Heartbeat;
use tenken_model::{HostId, Instant, RuleId};

use super::{Spared, is_own};
use crate::store::{Host, StoreError, Transaction};

/// Whether own rules are held back from a host, whose agent would refuse everything for one that it cannot read. One that
/// was not heard of yet is given them: it is most likely of today.
pub fn is_held_back(host: &Host) -> bool {
    host.heartbeat.as_ref().is_some_and(|heartbeat| heartbeat.rules_unread.is_none())
}

/// Whether a rule waits on a host until its agent is updated.
fn waits(heartbeat: &Heartbeat, rule: &RuleId) -> bool {
    match &heartbeat.rules_unread {
        Some(unread) => unread.contains(rule),
        None => is_own(rule),
    }
}

/// The hosts on which a rule in force waits until their agents are updated, by name.
pub async fn behind(
    transaction: &mut Transaction,
    rule: &RuleId,
    now: Instant,
) -> Result<Vec<(HostId, String)>, StoreError> {
    let mut hosts = transaction.hosts_behind().await?;
    hosts.retain(|host| host.heartbeat.as_ref().is_some_and(|heartbeat| waits(heartbeat, rule)));
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    let spared = Spared::read(transaction, now).await?;
    let is_for = |host: &Host| !spared.holds(&host.name, rule);
    Ok(hosts.into_iter().filter(is_for).map(|host| (host.id, host.name)).collect())
}
