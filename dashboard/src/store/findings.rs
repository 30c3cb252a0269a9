//! The findings of every host as they are now.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::any::AnyRow;
use tenken_model::digest::Digest;
use tenken_model::finding::VerdictKind;
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId, Span};

use super::value::{Columns, json, millis, subject};
use super::{StoreError, Transaction};

/// A finding with since when it is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFinding {
    /// The host.
    pub host: HostId,
    /// The finding.
    pub finding: Finding,
    /// Its digest.
    pub digest: Digest,
    /// Since when it has this verdict.
    pub since: Instant,
    /// Since when it fails, not counting times at which it could not be known.
    pub failing: Option<Failing>,
    /// When its verdict or evidence last changed.
    pub changed_at: Instant,
}

/// Since when a finding fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failing {
    /// On the clock.
    pub since: Instant,
    /// How long its host had been awake by then, as [`super::Host::awake`] counts.
    pub awake: Span,
}

/// What is known of a finding without its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its digest.
    pub digest: Digest,
    /// Its verdict.
    pub verdict: VerdictKind,
    /// See [`StoredFinding::since`].
    pub since: Instant,
    /// See [`StoredFinding::failing`].
    pub failing: Option<Failing>,
}

impl Held {
    /// What is known of a finding that has this verdict from then on: it fails, if it does, since `from`.
    pub fn after(before: Option<&Self>, verdict: VerdictKind, digest: Digest, from: Failing) -> Self {
        let since = match before {
            Some(held) if held.verdict == verdict => held.since,
            Some(_) | None => from.since,
        };
        let failing_before = before.and_then(|held| held.failing);
        let failing = match verdict {
            VerdictKind::Fail => Some(failing_before.unwrap_or(from)),
            VerdictKind::Unknown => failing_before,
            VerdictKind::Pass | VerdictKind::NotApplicable => None,
        };
        Self { digest, verdict, since, failing }
    }
}

/// A finding that fails on a host that may report, and has no open drift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailingFinding {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub host_name: String,
    /// The finding.
    pub finding: Finding,
    /// Since when it fails.
    pub failing: Failing,
    /// How long the host has been awake by now.
    pub awake: Span,
}

/// Since when a finding fails that has no open drift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailingKey {
    /// The host.
    pub host: HostId,
    /// The finding.
    pub key: FindingKey,
    /// Since when it fails.
    pub failing: Failing,
    /// How long the host has been awake by now.
    pub awake: Span,
}

/// How many findings of a host have each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingCounts {
    /// Pass.
    pub pass: u64,
    /// Fail.
    pub fail: u64,
    /// Unknown.
    pub unknown: u64,
    /// Not applicable.
    pub not_applicable: u64,
}

impl FindingCounts {
    /// Sets how many have a verdict.
    pub(super) fn set(&mut self, verdict: VerdictKind, count: u64) {
        match verdict {
            VerdictKind::Pass => self.pass = count,
            VerdictKind::Fail => self.fail = count,
            VerdictKind::Unknown => self.unknown = count,
            VerdictKind::NotApplicable => self.not_applicable = count,
        }
    }

    /// How many have a verdict.
    pub const fn of(&self, verdict: VerdictKind) -> u64 {
        match verdict {
            VerdictKind::Pass => self.pass,
            VerdictKind::Fail => self.fail,
            VerdictKind::Unknown => self.unknown,
            VerdictKind::NotApplicable => self.not_applicable,
        }
    }

    /// How many there are.
    pub const fn total(&self) -> u64 {
        self.pass.saturating_add(self.fail).saturating_add(self.unknown).saturating_add(self.not_applicable)
    }
}

fn failing(columns: &Columns<'_>) -> Result<Option<Failing>, StoreError> {
    let Some(since) = columns.maybe_instant("failing_since")? else { return Ok(None) };
    Ok(Some(Failing { since, awake: columns.span("failing_awake")? }))
}

pub(super) fn stored(row: &AnyRow) -> Result<StoredFinding, StoreError> {
    let columns = Columns::of(row);
    Ok(StoredFinding {
        host: columns.parsed("host")?,
        finding: columns.json("body")?,
        digest: columns.parsed("digest")?,
        since: columns.instant("since")?,
        failing: failing(&columns)?,
        changed_at: columns.instant("changed_at")?,
    })
}

/// Of the findings that fail and have no open drift: the columns, of those that some more holds for.
macro_rules! failing_without_drift {
    ($columns:literal, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM findings f JOIN hosts h ON h.id = f.host ",
            "WHERE f.verdict = 'fail' AND f.failing_since IS NOT NULL AND h.revoked_at IS NULL AND NOT EXISTS (",
            "SELECT 1 FROM drifts d WHERE d.host = f.host AND d.rule = f.rule AND d.subject = f.subject ",
            "AND d.resolved_at IS NULL)",
            $more
        )
    };
}

/// How many findings have each verdict, by rows of a verdict and a number.
pub(super) fn counts(rows: &[AnyRow]) -> Result<FindingCounts, StoreError> {
    let mut counts = FindingCounts::default();
    for row in rows {
        let columns = Columns::of(row);
        counts.set(columns.word("verdict", VerdictKind::from_word)?, columns.count("findings")?);
    }
    Ok(counts)
}

impl Transaction {
    /// The findings of a host, by rule and subject.
    pub async fn findings_of_host(&mut self, host: &HostId) -> Result<Vec<StoredFinding>, StoreError> {
        sqlx::query(
            "SELECT host, digest, body, since, failing_since, failing_awake, changed_at FROM findings WHERE host = $1 \
             ORDER BY rule, subject",
        )
        .bind(host.as_str())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(stored)
        .collect()
    }

    /// The findings of a rule on hosts that are not revoked, by host and subject.
    pub async fn findings_of_rule(&mut self, rule: &RuleId) -> Result<Vec<StoredFinding>, StoreError> {
        sqlx::query(
            "SELECT f.host, f.digest, f.body, f.since, f.failing_since, f.failing_awake, f.changed_at FROM findings f \
             JOIN hosts h ON h.id = f.host WHERE f.rule = $1 AND h.revoked_at IS NULL ORDER BY h.name, f.host, f.subject",
        )
        .bind(rule.as_str())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(stored)
        .collect()
    }

    /// Every finding of hosts that are not revoked, by host, rule and subject.
    pub async fn findings(&mut self) -> Result<Vec<StoredFinding>, StoreError> {
        sqlx::query(
            "SELECT f.host, f.digest, f.body, f.since, f.failing_since, f.failing_awake, f.changed_at FROM findings f \
             JOIN hosts h ON h.id = f.host WHERE h.revoked_at IS NULL ORDER BY f.host, f.rule, f.subject",
        )
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(stored)
        .collect()
    }

    /// What is known of a host's findings without their evidence.
    pub async fn held_of(&mut self, host: &HostId) -> Result<BTreeMap<FindingKey, Held>, StoreError> {
        let rows = sqlx::query(
            "SELECT rule, subject, digest, verdict, since, failing_since, failing_awake FROM findings WHERE host = $1",
        )
        .bind(host.as_str())
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                let held = Held {
                    digest: columns.parsed("digest")?,
                    verdict: columns.word("verdict", VerdictKind::from_word)?,
                    since: columns.instant("since")?,
                    failing: failing(&columns)?,
                };
                Ok((columns.key()?, held))
            })
            .collect()
    }

    /// How many findings of a host have each verdict.
    pub async fn finding_counts_of(&mut self, host: &HostId) -> Result<FindingCounts, StoreError> {
        let rows = sqlx::query("SELECT verdict, COUNT(*) AS findings FROM findings WHERE host = $1 GROUP BY verdict")
            .bind(host.as_str())
            .fetch_all(self.connection())
            .await?;
        counts(&rows)
    }

    /// The hosts on which something fails.
    pub async fn hosts_failing(&mut self) -> Result<BTreeSet<HostId>, StoreError> {
        let rows = sqlx::query("SELECT DISTINCT host FROM findings WHERE verdict = 'fail'")
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| Columns::of(row).parsed("host")).collect()
    }

    /// Findings that fail and have no open drift yet; of one host if it is given.
    pub async fn failing_without_drift(&mut self, host: Option<&HostId>) -> Result<Vec<FailingFinding>, StoreError> {
        // Two statements, so that one host is looked up by its index.
        let query = match host {
            Some(host) => sqlx::query(failing_without_drift!(
                "f.host, h.name AS host_name, f.body, f.failing_since, f.failing_awake, h.awake",
                " AND f.host = $1 ORDER BY f.failing_since, f.rule, f.subject"
            ))
            .bind(host.as_str()),
            None => sqlx::query(failing_without_drift!(
                "f.host, h.name AS host_name, f.body, f.failing_since, f.failing_awake, h.awake",
                " ORDER BY f.failing_since, f.host, f.rule, f.subject"
            )),
        };
        let rows = query.fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(FailingFinding {
                    host: columns.parsed("host")?,
                    host_name: columns.text("host_name")?,
                    finding: columns.json("body")?,
                    failing: Failing {
                        since: columns.instant("failing_since")?,
                        awake: columns.span("failing_awake")?,
                    },
                    awake: columns.span("awake")?,
                })
            })
            .collect()
    }

    /// The findings that fail and have no open drift yet, and since when they fail.
    pub async fn failing_keys_without_drift(&mut self) -> Result<Vec<FailingKey>, StoreError> {
        sqlx::query(failing_without_drift!("f.host, f.rule, f.subject, f.failing_since, f.failing_awake, h.awake", ""))
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(FailingKey {
                    host: columns.parsed("host")?,
                    key: columns.key()?,
                    failing: Failing {
                        since: columns.instant("failing_since")?,
                        awake: columns.span("failing_awake")?,
                    },
                    awake: columns.span("awake")?,
                })
            })
            .collect()
    }

    /// Sets a finding of a host.
    pub async fn set_finding(&mut self, stored: &StoredFinding) -> Result<(), StoreError> {
        let key = &stored.finding.key;
        sqlx::query(
            "INSERT INTO findings (host, rule, subject, digest, verdict, reason, body, since, failing_since, failing_awake, \
             changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (host, rule, subject) DO UPDATE \
             SET digest = excluded.digest, verdict = excluded.verdict, reason = excluded.reason, body = excluded.body, \
             since = excluded.since, failing_since = excluded.failing_since, failing_awake = excluded.failing_awake, \
             changed_at = excluded.changed_at",
        )
        .bind(stored.host.as_str())
        .bind(key.rule.as_str())
        .bind(subject(key))
        .bind(stored.digest.to_string())
        .bind(stored.finding.verdict.kind().word())
        .bind(stored.finding.verdict.reason().map(|reason| reason.code.word()))
        .bind(json(&stored.finding, "a finding")?)
        .bind(millis(stored.since))
        .bind(stored.failing.map(|failing| millis(failing.since)))
        .bind(stored.failing.map(|failing| failing.awake.millis()))
        .bind(millis(stored.changed_at))
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// Removes a finding of a host.
    pub async fn clear_finding(&mut self, host: &HostId, key: &FindingKey) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM findings WHERE host = $1 AND rule = $2 AND subject = $3")
            .bind(host.as_str())
            .bind(key.rule.as_str())
            .bind(subject(key))
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }
}
