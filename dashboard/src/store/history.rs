//! Every change of a finding that was ever reported, or that the dashboard found itself.

use sqlx::any::AnyRow;
use tenken_model::finding::VerdictKind;
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId};

use super::value::{Columns, json, millis, number, subject};
use super::{StoreError, Transaction};

/// A change to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHistory {
    /// Which finding.
    pub key: FindingKey,
    /// Under which number its agent told it; absent for what the dashboard found itself.
    pub number: Option<Number>,
    /// When the agent noticed it, held between the host's enrolment and the report; or when the dashboard did.
    pub at: Instant,
    /// When it was reported.
    pub received_at: Instant,
    /// The verdict before; absent if there was no finding.
    pub before: Option<VerdictKind>,
    /// The finding after; absent if there is none any more.
    pub finding: Option<Finding>,
}

/// The number under which an agent told a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The epoch of the agent's numbers.
    pub epoch: u64,
    /// The transition's, or that of the snapshot that showed the difference.
    pub seq: u64,
    /// 0 for a transition; differences that a snapshot showed are numbered from 1.
    pub part: u64,
}

/// A change as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its number, in the order of storing.
    pub id: i64,
    /// The host.
    pub host: HostId,
    /// What changed.
    pub change: NewHistory,
}

fn entry(row: &AnyRow) -> Result<HistoryEntry, StoreError> {
    let columns = Columns::of(row);
    let before = match columns.maybe_text("before")? {
        None => None,
        Some(_) => Some(columns.word("before", VerdictKind::from_word)?),
    };
    let number = match columns.maybe_int("epoch")? {
        None => None,
        Some(_) => {
            Some(Number { epoch: columns.count("epoch")?, seq: columns.count("seq")?, part: columns.count("part")? })
        }
    };
    Ok(HistoryEntry {
        id: columns.int("id")?,
        host: columns.parsed("host")?,
        change: NewHistory {
            key: columns.key()?,
            number,
            at: columns.instant("at")?,
            received_at: columns.instant("received_at")?,
            before,
            finding: columns.maybe_json("body")?,
        },
    })
}

impl Transaction {
    /// Keeps a change. One number of an epoch is kept once.
    pub async fn add_history(&mut self, host: &HostId, new: &NewHistory) -> Result<(), StoreError> {
        let stored = |part: fn(&Number) -> u64, what| new.number.as_ref().map(|of| number(part(of), what)).transpose();
        let body = new.finding.as_ref().map(|finding| json(finding, "a finding")).transpose()?;
        sqlx::query(
            "INSERT INTO history (host, rule, subject, epoch, seq, part, at, received_at, before, verdict, body) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(host.as_str())
        .bind(new.key.rule.as_str())
        .bind(subject(&new.key))
        .bind(stored(|of| of.epoch, "the epoch")?)
        .bind(stored(|of| of.seq, "the number of a transition")?)
        .bind(stored(|of| of.part, "the part of a transition")?)
        .bind(millis(new.at))
        .bind(millis(new.received_at))
        .bind(new.before.map(VerdictKind::word))
        .bind(new.finding.as_ref().map(|finding| finding.verdict.kind().word()))
        .bind(body)
        .execute(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "the transition"))?;
        self.touch();
        Ok(())
    }

    /// How many differences a snapshot of that number has shown already.
    pub async fn snapshot_parts(&mut self, host: &HostId, epoch: u64, seq: u64) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT COALESCE(MAX(part), 0) AS parts FROM history WHERE host = $1 AND epoch = $2 AND seq = $3",
        )
        .bind(host.as_str())
        .bind(number(epoch, "the epoch")?)
        .bind(number(seq, "the number of a transition")?)
        .fetch_one(self.connection())
        .await?;
        Columns::of(&row).count("parts")
    }

    /// The newest changes of a host, newest first.
    pub async fn history_of_host(&mut self, host: &HostId, limit: u32) -> Result<Vec<HistoryEntry>, StoreError> {
        sqlx::query(
            "SELECT id, host, rule, subject, epoch, seq, part, at, received_at, before, body FROM history \
             WHERE host = $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(host.as_str())
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(entry)
        .collect()
    }

    /// The newest changes of a rule on every host, newest first.
    pub async fn history_of_rule(&mut self, rule: &RuleId, limit: u32) -> Result<Vec<HistoryEntry>, StoreError> {
        sqlx::query(
            "SELECT id, host, rule, subject, epoch, seq, part, at, received_at, before, body FROM history \
             WHERE rule = $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(rule.as_str())
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(entry)
        .collect()
    }

    /// The newest changes that were reported since an instant, newest first.
    pub async fn history_since(&mut self, since: Instant, limit: u32) -> Result<Vec<HistoryEntry>, StoreError> {
        sqlx::query(
            "SELECT id, host, rule, subject, epoch, seq, part, at, received_at, before, body FROM history \
             WHERE received_at >= $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(millis(since))
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(entry)
        .collect()
    }

    /// How many changes were reported since an instant.
    pub async fn history_count_since(&mut self, since: Instant) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS changes FROM history WHERE received_at >= $1")
            .bind(millis(since))
            .fetch_one(self.connection())
            .await?;
        Columns::of(&row).count("changes")
    }

    /// The newest changes of one finding, newest first.
    pub async fn history_of_finding(
        &mut self,
        host: &HostId,
        key: &FindingKey,
        limit: u32,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        sqlx::query(
            "SELECT id, host, rule, subject, epoch, seq, part, at, received_at, before, body FROM history \
             WHERE host = $1 AND rule = $2 AND subject = $3 ORDER BY id DESC LIMIT $4",
        )
        .bind(host.as_str())
        .bind(key.rule.as_str())
        .bind(subject(key))
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(entry)
        .collect()
    }
}
