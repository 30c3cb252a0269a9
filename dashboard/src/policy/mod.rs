//! What each host must check: the catalogue, the settings and the register rows that bear on it, signed.

mod build;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenken_model::digest::Digest;
use tenken_model::policy::{POLICY_BYTES_MAX, Policy, SignedPolicy};
use tenken_model::{HostId, Instant, RuleId, Span};
use thiserror::Error;

use crate::authority::Authority;
use crate::store::{Setting, Store, StoreError, StoredPolicy, Transaction};

pub use build::{Kept, build, content, digest};

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
/// catalogue as it is written. Writes only if there is something to write.
pub async fn refresh(
    store: &Store,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    now: Instant,
) -> Result<usize, PolicyError> {
    let mut transaction = store.read().await?;
    let stale = stale(&mut transaction, rules, None).await?;
    transaction.abandon().await?;
    if stale.is_empty() {
        return Ok(0);
    }
    remake(store, authority, rules, None, now).await
}

/// The newest policy of a host, made if what it rests on has changed.
pub async fn current(
    store: &Store,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    host: &HostId,
    now: Instant,
) -> Result<Option<SignedPolicy>, PolicyError> {
    let mut transaction = store.read().await?;
    if transaction.host(host).await?.is_none_or(|host| host.revoked_at.is_some()) {
        return Ok(None);
    }
    if stale(&mut transaction, rules, Some(host)).await?.is_empty() {
        return Ok(transaction.policy(host).await?.map(|policy| policy.signed));
    }
    transaction.abandon().await?;
    remake(store, authority, rules, Some(host), now).await?;
    Ok(store.read().await?.policy(host).await?.map(|policy| policy.signed))
}

/// A policy that is to be made, without its rules.
struct Stale {
    draft: Policy,
    content: Digest,
}

/// The policies whose content changed; of one host if it is given. Their versions are set.
async fn stale(
    transaction: &mut Transaction,
    rules: &BTreeMap<RuleId, String>,
    only: Option<&HostId>,
) -> Result<Vec<Stale>, PolicyError> {
    let rules = digest(rules);
    let kept = Kept::read(transaction).await?;
    let marks = transaction.policy_marks().await?;
    let mut stale = Vec::new();
    for host in transaction.hosts().await?.iter().filter(|host| host.revoked_at.is_none()) {
        if only.is_some_and(|only| *only != host.id) {
            continue;
        }
        let draft = build(host, &kept);
        let content = content(&draft, &rules).map_err(|error| written(&host.id, &error))?;
        let mark = marks.get(&host.id);
        if mark.is_none_or(|mark| mark.content != content) {
            let version = mark.map_or(0, |mark| mark.version).saturating_add(1);
            stale.push(Stale { draft: Policy { version, ..draft }, content });
        }
    }
    Ok(stale)
}

async fn remake(
    store: &Store,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    only: Option<&HostId>,
    now: Instant,
) -> Result<usize, PolicyError> {
    let mut transaction = store.write().await?;
    let stale = stale(&mut transaction, rules, only).await?;
    let made = stale.len();
    for Stale { draft, content } in stale {
        let (version, host) = (draft.version, draft.host.clone());
        let policy = Policy { issued_at: now, rules: rules.clone(), ..draft };
        let body = serde_json::to_string(&policy).map_err(|error| written(&host, &error))?;
        if body.len() > POLICY_BYTES_MAX {
            return Err(PolicyError::TooLarge { host, bytes: body.len() });
        }
        let policy = StoredPolicy { version, content, signed: authority.sign(body), made_at: now };
        transaction.set_policy(&host, &policy).await?;
    }
    transaction.save().await?;
    Ok(made)
}

fn written(host: &HostId, error: &serde_json::Error) -> PolicyError {
    PolicyError::Written { host: host.clone(), problem: error.to_string() }
}

#[cfg(test)]
mod tests;
