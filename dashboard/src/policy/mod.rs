//! What each host must check: the built-in rules, the own rules that are for it, the thresholds in force there, the settings
//! and the register rows that bear on it, signed.

mod build;
pub mod parameters;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_engine::Catalog;
use tenken_model::digest::Digest;
use tenken_model::policy::{POLICY_BYTES_MAX, SignedPolicy};
use tenken_model::{HostId, Instant, RuleId, Span};
use thiserror::Error;

use crate::authority::Authority;
use crate::store::{HeldPolicy, Host, Setting, Store, StoreError, StoredPolicy, Transaction};

use build::{build, content, shared};

pub use build::Kept;
pub use parameters::Parameters;

/// The highest version that is believed to be in force on a host: far more than are ever made, and far from the largest
/// number that can be kept.
const VERSION_BELIEVED: u64 = 1 << 53;

/// What an administrator sets for all hosts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySettings {
    /// Time servers to measure against.
    pub time_references: Vec<String>,
    /// Collect each topic at least this often.
    pub collect_within: Span,
}

impl Default for PolicySettings {
    fn default() -> Self {
        // The public servers of the institute that makes Japan's standard time.
        let time_references = vec!["ntp.nict.jp".to_owned()];
        Self { time_references, collect_within: Span::from_secs(10 * 60) }
    }
}

impl Setting for PolicySettings {
    const NAME: &'static str = "policy";
}

/// The rules that are built in.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn<'a> {
    /// Those that agents judge, as they are written.
    pub sources: &'a BTreeMap<RuleId, String>,
    /// All of them.
    pub catalog: &'a Catalog,
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
        bytes: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the policies that changed, of every host that is not revoked, and returns how many. Writes only if there is something to write. A host whose policy is too large keeps the one
/// it has, which is kept with it.
pub async fn refresh(
    store: &Store,
    authority: &Authority,
    built_in: BuiltIn<'_>,
    now: Instant,
) -> Result<usize, PolicyError> {
    let mut transaction = store.read().await?;
    let kept = Kept::read(&mut transaction, now).await?;
    let stale = stale(&mut transaction, &kept, built_in, None).await?;
    transaction.abandon().await?;
    if stale.is_empty() {
        return Ok(0);
    }
    remake(store, authority, built_in, None, now).await
}

/// The newest policy of a host, made if what it rests on has changed.
pub async fn current(
    store: &Store,
    authority: &Authority,
    built_in: BuiltIn<'_>,
    host: &HostId,
    now: Instant,
) -> Result<Option<SignedPolicy>, PolicyError> {
    let mut transaction = store.read().await?;
    if transaction.host(host).await?.is_none_or(|host| host.revoked_at.is_some()) {
        return Ok(None);
    }
    let kept = Kept::read(&mut transaction, now).await?;
    let stale = stale(&mut transaction, &kept, built_in, Some(host)).await?;
    transaction.abandon().await?;
    if !stale.is_empty() {
        remake(store, authority, built_in, Some(host), now).await?;
    }
    let mut transaction = store.read().await?;
    if let Some(policy) = transaction.policy(host).await? {
        return Ok(Some(policy.signed));
    }
    let held = transaction.host(host).await?.and_then(|host| host.policy_held);
    Err(PolicyError::TooLarge { host: host.clone(), bytes: held.map_or(0, |held| held.bytes) })
}

/// A host whose policy is to be made.
struct Stale {
    host: Host,
    version: u64,
    content: Digest,
}

/// The hosts whose policy changed, or that have a newer one in force than the store, as after a backup of it was
/// restored; only one host if it is given.
async fn stale(
    transaction: &mut Transaction,
    kept: &Kept,
    built_in: BuiltIn<'_>,
    only: Option<&HostId>,
) -> Result<Vec<Stale>, PolicyError> {
    let shared = shared(kept, built_in.sources).map_err(|error| PolicyError::Common(error.to_string()))?;
    let marks = transaction.policy_marks().await?;
    let mut stale = Vec::new();
    for host in transaction.hosts().await?.into_iter().filter(|host| host.revoked_at.is_none()) {
        if only.is_some_and(|only| *only != host.id) {
            continue;
        }
        let content = content(&host, kept, built_in, &shared).map_err(|error| written(&host.id, &error))?;
        let mark = marks.get(&host.id);
        let newest = mark.map_or(0, |mark| mark.version);
        let in_force = host.heartbeat.as_ref().map_or(0, |heartbeat| heartbeat.policy_version);
        let ahead = in_force > newest && in_force <= VERSION_BELIEVED;
        let limit = u64::try_from(POLICY_BYTES_MAX).unwrap_or(u64::MAX);
        let is_held = host.policy_held.as_ref().is_some_and(|held| held.content == content && held.bytes > limit);
        // One that was held and is as before again is made anew too, which says that it reaches the host.
        let changed = mark.is_none_or(|mark| mark.content != content) || host.policy_held.is_some();
        if !is_held && (ahead || changed) {
            let version = if ahead { in_force } else { newest }.saturating_add(1);
            stale.push(Stale { host, version, content });
        }
    }
    Ok(stale)
}

async fn remake(
    store: &Store,
    authority: &Authority,
    built_in: BuiltIn<'_>,
    only: Option<&HostId>,
    now: Instant,
) -> Result<usize, PolicyError> {
    let mut transaction = store.write().await?;
    let kept = Kept::read(&mut transaction, now).await?;
    let mut made = 0;
    // One after the other: each may be some megabytes.
    for Stale { host, version, content } in stale(&mut transaction, &kept, built_in, only).await? {
        let policy = build(&host, &kept, built_in, version, now);
        let body = serde_json::to_string(&policy).map_err(|error| written(&host.id, &error))?;
        if body.len() > POLICY_BYTES_MAX {
            let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
            let error = PolicyError::TooLarge { host: host.id.clone(), bytes };
            tracing::error!(%error, "a host keeps the policy it has");
            transaction.hold_policy(&host.id, &HeldPolicy { content, bytes }).await?;
            continue;
        }
        let policy = StoredPolicy { version, content, signed: authority.sign(body), made_at: now };
        transaction.set_policy(&host.id, &policy).await?;
        made += 1;
    }
    transaction.save().await?;
    Ok(made)
}

fn written(host: &HostId, error: &serde_json::Error) -> PolicyError {
    PolicyError::Written { host: host.clone(), problem: error.to_string() }
}

#[cfg(test)]
mod tests;
