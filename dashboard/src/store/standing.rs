//! What the states of items rest on, counted where it is kept: with thousands of hosts nearly all findings pass, and what they
//! say changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::any::AnyRow;
use tenken_model::finding::VerdictKind;
use tenken_model::{FindingKey, HostId, Instant, ReasonCode, RuleId};

use super::findings::{counts, stored};
use super::value::{Columns, subject};
use super::{FindingCounts, StoreError, StoredFinding, Transaction};

/// A finding that fails or is unknown, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoudFinding {
    /// The host.
    pub host: HostId,
    /// Which finding.
    pub key: FindingKey,
    /// Its verdict.
    pub verdict: VerdictKind,
    /// Why it is unknown; absent for one that fails.
    pub unknown: Option<ReasonCode>,
    /// Since when it has this verdict.
    pub since: Instant,
}

/// How many findings of a rule there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleFindings {
    /// Those about a host as a whole, one a host.
    pub whole: u64,
    /// How many have each verdict.
    pub counts: FindingCounts,
}

/// Which findings of a rule are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Every one.
    All,
    /// Those that fail or are unknown.
    Loud,
    /// Those that pass or do not bear on their host.
    Quiet,
}

/// What is known of an open drift without its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftMark {
    /// Its number.
    pub id: i64,
    /// Somebody took it up.
    pub acknowledged: bool,
}

fn mark(row: &AnyRow) -> Result<((HostId, FindingKey), DriftMark), StoreError> {
    let columns = Columns::of(row);
    let acknowledged = columns.maybe_instant("acknowledged_at")?.is_some();
    Ok(((columns.parsed("host")?, columns.key()?), DriftMark { id: columns.int("id")?, acknowledged }))
}

/// The findings of a rule for which some more holds, what needs somebody first.
macro_rules! of_rule {
    ($more:literal) => {
        concat!(
            "SELECT f.host, f.digest, f.body, f.since, f.failing_since, f.failing_awake, f.changed_at FROM findings f ",
            "JOIN hosts h ON h.id = f.host WHERE f.rule = $1 AND h.revoked_at IS NULL",
            $more,
            " ORDER BY CASE f.verdict WHEN 'fail' THEN 0 WHEN 'unknown' THEN 1 WHEN 'pass' THEN 2 ELSE 3 END, ",
            "h.name, f.host, f.subject LIMIT $2 OFFSET $3"
        )
    };
}

impl Transaction {
    /// The findings of hosts that are not revoked that fail or are unknown, by host, rule and subject.
    pub async fn loud_findings(&mut self) -> Result<Vec<LoudFinding>, StoreError> {
        let rows = sqlx::query(
            "SELECT f.host, f.rule, f.subject, f.verdict, f.reason, f.since FROM findings f JOIN hosts h ON h.id = f.host \
             WHERE f.verdict IN ('fail', 'unknown') AND h.revoked_at IS NULL ORDER BY f.host, f.rule, f.subject",
        )
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(LoudFinding {
                    host: columns.parsed("host")?,
                    key: columns.key()?,
                    verdict: columns.word("verdict", VerdictKind::from_word)?,
                    unknown: columns.maybe_word("reason", ReasonCode::from_word)?,
                    since: columns.instant("since")?,
                })
            })
            .collect()
    }

    /// The rules of which something on a host that is not revoked is unknown for a reason.
    pub async fn rules_unknown_for(&mut self, reason: ReasonCode) -> Result<BTreeSet<RuleId>, StoreError> {
        let rows = sqlx::query(
            "SELECT DISTINCT rule FROM findings WHERE verdict = 'unknown' AND reason = $1 \
             AND host NOT IN (SELECT id FROM hosts WHERE revoked_at IS NOT NULL)",
        )
        .bind(reason.word())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Columns::of(row).parsed("rule")).collect()
    }

    /// How many findings of each rule there are on hosts that are not revoked. A rule without any is left out.
    pub async fn rule_findings(&mut self) -> Result<BTreeMap<RuleId, RuleFindings>, StoreError> {
        let rows = sqlx::query(
            "SELECT rule, verdict, COUNT(*) AS findings, COUNT(CASE WHEN subject = '' THEN 1 END) AS whole FROM findings \
             WHERE host NOT IN (SELECT id FROM hosts WHERE revoked_at IS NOT NULL) GROUP BY rule, verdict",
        )
        .fetch_all(self.connection())
        .await?;
        let mut found: BTreeMap<RuleId, RuleFindings> = BTreeMap::new();
        for row in &rows {
            let columns = Columns::of(row);
            let of = found.entry(columns.parsed("rule")?).or_default();
            of.whole = of.whole.saturating_add(columns.count("whole")?);
            of.counts.set(columns.word("verdict", VerdictKind::from_word)?, columns.count("findings")?);
        }
        Ok(found)
    }

    /// How many findings of one rule have each verdict on hosts that are not revoked.
    pub async fn finding_counts_of_rule(&mut self, rule: &RuleId) -> Result<FindingCounts, StoreError> {
        let rows = sqlx::query(
            "SELECT verdict, COUNT(*) AS findings FROM findings WHERE rule = $1 \
             AND host NOT IN (SELECT id FROM hosts WHERE revoked_at IS NOT NULL) GROUP BY verdict",
        )
        .bind(rule.as_str())
        .fetch_all(self.connection())
        .await?;
        counts(&rows)
    }

    /// The hosts that are not revoked of which nothing was found yet.
    pub async fn hosts_without_finding(&mut self) -> Result<BTreeSet<HostId>, StoreError> {
        let rows = sqlx::query(
            "SELECT h.id FROM hosts h WHERE h.revoked_at IS NULL \
             AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.host = h.id)",
        )
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Columns::of(row).parsed("id")).collect()
    }

    /// On how many hosts that are not revoked something fails or is unknown by a rule that says nothing of the host as a whole.
    pub async fn hosts_loud_on_part(&mut self) -> Result<BTreeMap<RuleId, u64>, StoreError> {
        let rows = sqlx::query(
            "SELECT f.rule, COUNT(DISTINCT f.host) AS hosts FROM findings f JOIN hosts h ON h.id = f.host \
             WHERE f.verdict IN ('fail', 'unknown') AND f.subject <> '' AND h.revoked_at IS NULL AND NOT EXISTS ( \
             SELECT 1 FROM findings w WHERE w.host = f.host AND w.rule = f.rule AND w.subject = '') GROUP BY f.rule",
        )
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.parsed("rule")?, columns.count("hosts")?))
            })
            .collect()
    }

    /// How many hosts are not revoked.
    pub async fn standing_hosts(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS hosts FROM hosts WHERE revoked_at IS NULL")
            .fetch_one(self.connection())
            .await?;
        Columns::of(&row).count("hosts")
    }

    /// The hosts that are not revoked and were not judged by a rule: no finding of it is of the host as a whole, and none
    /// fails or is unknown.
    pub async fn hosts_unjudged(&mut self, rule: &RuleId) -> Result<Vec<HostId>, StoreError> {
        let rows = sqlx::query(
            "SELECT h.id FROM hosts h WHERE h.revoked_at IS NULL AND h.id NOT IN (SELECT f.host FROM findings f \
             WHERE f.rule = $1 AND (f.subject = '' OR f.verdict IN ('fail', 'unknown')))",
        )
        .bind(rule.as_str())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Columns::of(row).parsed("id")).collect()
    }

    /// Findings of a rule on hosts that are not revoked: those that fail, then those that are unknown, that pass, that do not
    /// bear on their host, each by the host's name and subject; so many after the first so many.
    pub async fn findings_of_rule_from(
        &mut self,
        rule: &RuleId,
        part: Part,
        skipped: u32,
        limit: u32,
    ) -> Result<Vec<StoredFinding>, StoreError> {
        let query = match part {
            Part::All => sqlx::query(of_rule!("")),
            Part::Loud => sqlx::query(of_rule!(" AND f.verdict IN ('fail', 'unknown')")),
            Part::Quiet => sqlx::query(of_rule!(" AND f.verdict IN ('pass', 'not_applicable')")),
        };
        let query = query.bind(rule.as_str()).bind(i64::from(limit)).bind(i64::from(skipped));
        query.fetch_all(self.connection()).await?.iter().map(stored).collect()
    }

    /// The open drifts of a rule, by host and finding.
    pub async fn open_drifts_of_rule(
        &mut self,
        rule: &RuleId,
    ) -> Result<BTreeMap<(HostId, FindingKey), DriftMark>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, host, rule, subject, acknowledged_at FROM drifts WHERE resolved_at IS NULL AND rule = $1",
        )
        .bind(rule.as_str())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(mark).collect()
    }

    /// Every open drift, by host and finding.
    pub async fn open_drift_marks(&mut self) -> Result<BTreeMap<(HostId, FindingKey), DriftMark>, StoreError> {
        let rows = sqlx::query("SELECT id, host, rule, subject, acknowledged_at FROM drifts WHERE resolved_at IS NULL")
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(mark).collect()
    }

    /// One finding of a host.
    pub async fn finding_of(&mut self, host: &HostId, key: &FindingKey) -> Result<Option<StoredFinding>, StoreError> {
        let row = sqlx::query(
            "SELECT host, digest, body, since, failing_since, failing_awake, changed_at FROM findings \
             WHERE host = $1 AND rule = $2 AND subject = $3",
        )
        .bind(host.as_str())
        .bind(key.rule.as_str())
        .bind(subject(key))
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(stored).transpose()
    }
}
