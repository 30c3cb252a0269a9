//! The newest policy of each host, as it was signed.

use std::collections::BTreeMap;

use tenken_model::digest::Digest;
use tenken_model::policy::SignedPolicy;
use tenken_model::{HostId, Instant};

use super::value::{Columns, json, millis, number};
use super::{HeldPolicy, StoreError, Transaction};

/// A policy as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPolicy {
    /// Its version.
    pub version: u64,
    /// The digest of what it says, without version and date.
    pub content: Digest,
    /// What the agent is sent.
    pub signed: SignedPolicy,
    /// When it was made.
    pub made_at: Instant,
}

/// What a host's newest policy is, without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyMark {
    /// Its version.
    pub version: u64,
    /// The digest of what it says, without version and date.
    pub content: Digest,
}

impl Transaction {
    /// The newest policy of every host, without their texts.
    pub async fn policy_marks(&mut self) -> Result<BTreeMap<HostId, PolicyMark>, StoreError> {
        let rows = sqlx::query("SELECT host, version, content FROM policies").fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                let mark = PolicyMark { version: columns.count("version")?, content: columns.parsed("content")? };
                Ok((columns.parsed("host")?, mark))
            })
            .collect()
    }

    /// The version of the newest policy of a host; 0 if it has none.
    pub async fn policy_version(&mut self, host: &HostId) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT version FROM policies WHERE host = $1")
            .bind(host.as_str())
            .fetch_optional(self.connection())
            .await?;
        row.map_or(Ok(0), |row| Columns::of(&row).count("version"))
    }

    /// The newest policy of a host.
    pub async fn policy(&mut self, host: &HostId) -> Result<Option<StoredPolicy>, StoreError> {
        let row = sqlx::query("SELECT version, content, body, signature, made_at FROM policies WHERE host = $1")
            .bind(host.as_str())
            .fetch_optional(self.connection())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        Ok(Some(StoredPolicy {
            version: columns.count("version")?,
            content: columns.parsed("content")?,
            signed: SignedPolicy { body: columns.text("body")?, signature: columns.text("signature")? },
            made_at: columns.instant("made_at")?,
        }))
    }

    /// Keeps that a host's policy cannot be sent, until the next one can.
    pub async fn hold_policy(&mut self, host: &HostId, held: &HeldPolicy) -> Result<(), StoreError> {
        self.set_held(host, Some(held)).await
    }

    async fn set_held(&mut self, host: &HostId, held: Option<&HeldPolicy>) -> Result<(), StoreError> {
        sqlx::query("UPDATE hosts SET policy_held = $2 WHERE id = $1")
            .bind(host.as_str())
            .bind(held.map(|held| json(held, "a policy that is held")).transpose()?)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Replaces the policy of a host.
    pub async fn set_policy(&mut self, host: &HostId, policy: &StoredPolicy) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO policies (host, version, content, body, signature, made_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (host) DO UPDATE SET version = excluded.version, content = excluded.content, \
             body = excluded.body, signature = excluded.signature, made_at = excluded.made_at",
        )
        .bind(host.as_str())
        .bind(number(policy.version, "the version of a policy")?)
        .bind(policy.content.to_string())
        .bind(policy.signed.body.as_str())
        .bind(policy.signed.signature.as_str())
        .bind(millis(policy.made_at))
        .execute(self.connection())
        .await?;
        self.set_held(host, None).await
    }
}
