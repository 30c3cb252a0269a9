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

use build::{Here, build, content, shared};

pub use build::Kept;

/// The highest version that is believed to be in force on a host: far more than are ever made, and far from the largest
/// number that can be kept.
const VERSION_BELIEVED: u64 = 1 << 53;

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
    /// What all policies have in common cannot be written as JSON.
    #[error("the policies cannot be written: {0}")]
    Common(String),
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

/// What [`refresh`] came to.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// How many policies were made.
    pub made: usize,
    /// The hosts whose policies could not be made keep those they have.
    pub refused: Vec<PolicyError>,
}

/// Makes the policies that changed, of every host that is not revoked. `rules` is the
/// catalogue as it is written. Writes only if there is something to write.
pub async fn refresh(
    store: &Store,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    now: Instant,
) -> Result<Refreshed, PolicyError> {
    let mut transaction = store.read().await?;
    let Drafts { ready, refused } = drafts(&mut transaction, rules, None, now).await?;
    transaction.abandon().await?;
    if ready.is_empty() {
        return Ok(Refreshed { made: 0, refused });
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
    let Drafts { ready, mut refused } = drafts(&mut transaction, rules, Some(host), now).await?;
    if let Some(error) = refused.pop() {
        return Err(error);
    }
    if ready.is_empty() {
        return Ok(transaction.policy(host).await?.map(|policy| policy.signed));
    }
    transaction.abandon().await?;
    remake(store, authority, rules, Some(host), now).await?;
    Ok(store.read().await?.policy(host).await?.map(|policy| policy.signed))
}

/// The policies that are to be made.
struct Drafts {
    ready: Vec<Draft>,
    refused: Vec<PolicyError>,
}

/// A policy that is to be made.
struct Draft {
    host: HostId,
    version: u64,
    content: Digest,
    body: String,
}

/// The policies whose content changed, or that a host has a newer one of than the store, as after a backup of it was
/// restored; of one host if it is given.
async fn drafts(
    transaction: &mut Transaction,
    rules: &BTreeMap<RuleId, String>,
    only: Option<&HostId>,
    now: Instant,
) -> Result<Drafts, PolicyError> {
    let kept = Kept::read(transaction).await?;
    let shared = shared(&kept, rules).map_err(|error| PolicyError::Common(error.to_string()))?;
    let marks = transaction.policy_marks().await?;
    let mut drafts = Drafts { ready: Vec::new(), refused: Vec::new() };
    for host in transaction.hosts().await?.iter().filter(|host| host.revoked_at.is_none()) {
        if only.is_some_and(|only| *only != host.id) {
            continue;
        }
        let (here, mark) = (Here::of(host, &kept), marks.get(&host.id));
        let content = content(host, &here, &shared).map_err(|error| written(&host.id, &error))?;
        let newest = mark.map_or(0, |mark| mark.version);
        let in_force = host.heartbeat.as_ref().map_or(0, |heartbeat| heartbeat.policy_version);
        let ahead = in_force > newest && in_force <= VERSION_BELIEVED;
        if !ahead && mark.is_some_and(|mark| mark.content == content) {
            continue;
        }
        let version = if ahead { in_force } else { newest }.saturating_add(1);
        match body(&build(host, here, &kept, rules, version, now)) {
            Ok(body) => drafts.ready.push(Draft { host: host.id.clone(), version, content, body }),
            Err(error) => drafts.refused.push(error),
        }
    }
    Ok(drafts)
}

fn body(policy: &Policy) -> Result<String, PolicyError> {
    let body = serde_json::to_string(policy).map_err(|error| written(&policy.host, &error))?;
    if body.len() > POLICY_BYTES_MAX {
        return Err(PolicyError::TooLarge { host: policy.host.clone(), bytes: body.len() });
    }
    Ok(body)
}

async fn remake(
    store: &Store,
    authority: &Authority,
    rules: &BTreeMap<RuleId, String>,
    only: Option<&HostId>,
    now: Instant,
) -> Result<Refreshed, PolicyError> {
    let mut transaction = store.write().await?;
    let Drafts { ready, refused } = drafts(&mut transaction, rules, only, now).await?;
    let made = ready.len();
    for Draft { host, version, content, body } in ready {
        let policy = StoredPolicy { version, content, signed: authority.sign(body), made_at: now };
        transaction.set_policy(&host, &policy).await?;
    }
    transaction.save().await?;
    Ok(Refreshed { made, refused })
}

fn written(host: &HostId, error: &serde_json::Error) -> PolicyError {
    PolicyError::Written { host: host.clone(), problem: error.to_string() }
}

#[cfg(test)]
mod tests;
