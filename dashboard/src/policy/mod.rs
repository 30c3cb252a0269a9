//! What each host must check: the catalogue, the settings and the register rows that bear on it, signed.

mod build;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenken_model::policy::{POLICY_BYTES_MAX, Policy, SignedPolicy};
use tenken_model::{HostId, Instant, RuleId, Span};
use thiserror::Error;

use crate::authority::Authority;
use crate::store::{Host, Setting, Store, StoreError, StoredPolicy, Transaction};

pub use build::{Kept, build, content};

/// What an administrator sets for all hosts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySettings {
    /// Parameters that differ from the rules' defaults, as they are written: `15m`, `3`.
    pub parameters: BTreeMap<RuleId, BTreeMap<String, Value>>,
    /// Time servers to measure against.
    pub time_references: Vec<String>,
    /// Collect each topic at least this often.
    pub collect_within: Span,
}

impl Default for PolicySettings {
    fn default() -> Self {
        // The public servers of the institute that makes Japan's standard time.
        let time_references = vec!["ntp.nict.jp".to_owned()];
        Self { parameters: BTreeMap::new(), time_references, collect_within: Span::from_secs(10 * 60) }
    }
}

impl Setting for PolicySettings {
    const NAME: &'static str = "policy";
}

/// Why a host has no newer policy.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// It cannot be written as JSON.
    #[error("the policy of {host} cannot be written: {problem}")]
    Written {
        /// The host.
        host: HostId,
        /// Why.
        problem: String,
    },
    /// It is larger than agents read.
    #[error(
        "the policy of {host} has {bytes} bytes, agents read at most {POLICY_BYTES_MAX}; close register rows that no longer count"
    )]
    TooLarge {
        /// The host.
        host: HostId,
        /// How large it is.
        bytes: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the policies that changed, of every host that is not revoked. Returns how many. `rules` is the
/// catalogue as it is written.
pub async fn refresh(
    store: &Store,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    now: Instant,
) -> Result<usize, PolicyError> {
    let mut transaction = store.write().await?;
    let kept = Kept::read(&mut transaction).await?;
    let mut made = 0;
    for host in transaction.hosts().await?.iter().filter(|host| host.revoked_at.is_none()) {
        made += usize::from(renew(&mut transaction, authority, rules, &kept, host, now).await?);
    }
    if made > 0 {
        transaction.save().await?;
    }
    Ok(made)
}

/// The newest policy of a host, made if what it rests on has changed.
pub async fn current(
    store: &Store,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    host: &HostId,
    now: Instant,
) -> Result<Option<SignedPolicy>, PolicyError> {
    let mut transaction = store.write().await?;
    let Some(known) = transaction.host(host).await?.filter(|host| host.revoked_at.is_none()) else { return Ok(None) };
    let kept = Kept::read(&mut transaction).await?;
    let renewed = renew(&mut transaction, authority, rules, &kept, &known, now).await?;
    let policy = transaction.policy(host).await?.map(|policy| policy.signed);
    if renewed {
        transaction.save().await?;
    }
    Ok(policy)
}

/// Makes the policy of a host if its content changed; true if it did.
async fn renew(
    transaction: &mut Transaction,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    kept: &Kept,
    host: &Host,
    now: Instant,
) -> Result<bool, PolicyError> {
    let written = |error: serde_json::Error| PolicyError::Written { host: host.id.clone(), problem: error.to_string() };
    let draft = build(host, rules, kept);
    let content = content(&draft).map_err(written)?;
    let before = transaction.policy(&host.id).await?;
    if before.as_ref().is_some_and(|policy| policy.content == content) {
        return Ok(false);
    }
    let version = before.map_or(0, |policy| policy.version).saturating_add(1);
    let body = serde_json::to_string(&Policy { version, issued_at: now, ..draft }).map_err(written)?;
    if body.len() > POLICY_BYTES_MAX {
        return Err(PolicyError::TooLarge { host: host.id.clone(), bytes: body.len() });
    }
    let policy = StoredPolicy { version, content, signed: authority.sign(body), made_at: now };
    transaction.set_policy(&host.id, &policy).await?;
    Ok(true)
}

#[cfg(test)]
mod tests;
