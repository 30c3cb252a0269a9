//! Drifts: failures that outlasted their grace.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::any::AnyRow;
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId, choice};

use super::value::{Columns, json, millis, number, subject};
use super::{DriftLine, StoreError, Thread, Transaction};

choice! {
    /// How a drift ended.
    pub enum Resolution {
        /// The rule holds again.
        Passed = "passed",
        /// The rule no longer bears on the host.
        NotApplicable = "not_applicable",
        /// The finding is gone: its subject passes or is gone, or its rule was withdrawn.
        Cleared = "cleared",
        /// The host was revoked.
        Revoked = "revoked",
        /// A waiver was granted.
        Waived = "waived",
    }
}

/// A drift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Its number.
    pub id: i64,
    /// The host.
    pub host: HostId,
    /// Since when the finding failed.
    pub failing_since: Instant,
    /// When it became a drift.
    pub opened_at: Instant,
    /// When and how it ended.
    pub resolved: Option<(Instant, Resolution)>,
    /// How often it came back soon after it had ended.
    pub reopened: u64,
    /// How many reminders were written.
    pub reminded: u64,
    /// When and by whom it was acknowledged.
    pub acknowledged: Option<(Instant, String)>,
    /// The drift of the same thing on another host in whose thread people are told of it.
    pub told_by: Option<i64>,
    /// The finding as it failed.
    pub finding: Finding,
}

impl Drift {
    /// The thread of its mails.
    pub fn thread(&self) -> Thread {
        Thread::Drift(self.told_by.unwrap_or(self.id))
    }
}

/// A drift to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDrift {
    /// The host.
    pub host: HostId,
    /// Since when the finding fails.
    pub failing_since: Instant,
    /// Now.
    pub opened_at: Instant,
    /// The drift of the same thing on another host in whose thread people were told of it.
    pub told_by: Option<i64>,
    /// The finding.
    pub finding: Finding,
}

/// How often people were reminded of a drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminded {
    /// When it became a drift.
    pub opened_at: Instant,
    /// How many reminders were written.
    pub reminded: u64,
}

/// An open drift in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDrift {
    /// Its number.
    pub id: i64,
    /// The host.
    pub host: HostId,
    /// The rule.
    pub rule: RuleId,
    /// When it became a drift.
    pub opened_at: Instant,
}

/// An open drift beside the finding as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingDrift {
    /// The drift.
    pub drift: Drift,
    /// The host's name.
    pub host_name: String,
    /// The host was revoked.
    pub revoked: bool,
    /// The finding now; absent if there is none any more.
    pub finding: Option<Finding>,
}

pub(super) fn drift(row: &AnyRow) -> Result<Drift, StoreError> {
    let columns = Columns::of(row);
    let resolved = match columns.maybe_instant("resolved_at")? {
        Some(at) => Some((at, columns.word("resolution", Resolution::from_word)?)),
        None => None,
    };
    let acknowledged = columns.maybe_instant("acknowledged_at")?.zip(columns.maybe_text("acknowledged_by")?);
    Ok(Drift {
        id: columns.int("id")?,
        host: columns.parsed("host")?,
        failing_since: columns.instant("failing_since")?,
        opened_at: columns.instant("opened_at")?,
        resolved,
        reopened: columns.count("reopened")?,
        reminded: columns.count("reminded")?,
        acknowledged,
        told_by: columns.maybe_int("told_by")?,
        finding: columns.json("finding")?,
    })
}

/// The open drifts for which some more holds, each with its finding as it is now.
macro_rules! standing {
    ($more:literal) => {
        concat!(
            "SELECT d.id, d.host, d.failing_since, d.opened_at, d.resolved_at, d.resolution, d.reopened, d.reminded, ",
            "d.acknowledged_at, d.acknowledged_by, d.told_by, d.finding, h.name AS host_name, h.revoked_at, f.body ",
            "FROM drifts d JOIN hosts h ON h.id = d.host ",
            "LEFT JOIN findings f ON f.host = d.host AND f.rule = d.rule AND f.subject = d.subject ",
            "WHERE d.resolved_at IS NULL",
            $more,
            " ORDER BY d.id"
        )
    };
}

pub(super) fn line(row: &AnyRow) -> Result<DriftLine, StoreError> {
    let columns = Columns::of(row);
    Ok(DriftLine { drift: columns.int("id")?, host_name: columns.text("name")?, key: columns.key()? })
}

impl Transaction {
    /// Opens a drift; there may be one open for each finding.
    pub async fn open_drift(&mut self, new: &NewDrift) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO drifts (host, rule, subject, failing_since, opened_at, reopened, reminded, told_by, finding) \
             VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7) RETURNING id",
        )
        .bind(new.host.as_str())
        .bind(new.finding.key.rule.as_str())
        .bind(subject(&new.finding.key))
        .bind(millis(new.failing_since))
        .bind(millis(new.opened_at))
        .bind(new.told_by)
        .bind(json(&new.finding, "a finding")?)
        .fetch_one(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "the drift"))?;
        self.touch();
        Columns::of(&row).int("id")
    }

    /// Opens a drift again that ended a short while ago. Who had acknowledged it stays, until [`Self::forget_acknowledged`].
    pub async fn reopen_drift(&mut self, id: i64, finding: &Finding) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE drifts SET resolved_at = NULL, resolution = NULL, reopened = reopened + 1, finding = $2 WHERE id = $1",
        )
        .bind(id)
        .bind(json(finding, "a finding")?)
        .execute(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "the drift"))?;
        self.touch();
        Ok(())
    }

    /// Nobody has seen a drift any more: it is news again.
    pub async fn forget_acknowledged(&mut self, id: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE drifts SET acknowledged_at = NULL, acknowledged_by = NULL WHERE id = $1")
            .bind(id)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// The finding of an open drift as it fails now.
    pub async fn update_drift(&mut self, id: i64, finding: &Finding) -> Result<(), StoreError> {
        sqlx::query("UPDATE drifts SET finding = $2 WHERE id = $1 AND resolved_at IS NULL")
            .bind(id)
            .bind(json(finding, "a finding")?)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// How many reminders of a drift were written.
    pub async fn set_reminded(&mut self, id: i64, reminders: u64) -> Result<(), StoreError> {
        sqlx::query("UPDATE drifts SET reminded = $2 WHERE id = $1")
            .bind(id)
            .bind(number(reminders, "the number of reminders")?)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Ends a drift.
    pub async fn resolve_drift(&mut self, id: i64, now: Instant, how: Resolution) -> Result<(), StoreError> {
        sqlx::query("UPDATE drifts SET resolved_at = $2, resolution = $3 WHERE id = $1 AND resolved_at IS NULL")
            .bind(id)
            .bind(millis(now))
            .bind(how.word())
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// Somebody has seen a drift; false if it is not open or was acknowledged before.
    pub async fn acknowledge_drift(&mut self, id: i64, person: &str, now: Instant) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE drifts SET acknowledged_at = $2, acknowledged_by = $3 \
             WHERE id = $1 AND resolved_at IS NULL AND acknowledged_at IS NULL",
        )
        .bind(id)
        .bind(millis(now))
        .bind(person)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// The drift of that number.
    pub async fn drift(&mut self, id: i64) -> Result<Option<Drift>, StoreError> {
        let row = sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(drift).transpose()
    }

    /// The newest drift of a finding, open or not.
    pub async fn drift_of(&mut self, host: &HostId, key: &FindingKey) -> Result<Option<Drift>, StoreError> {
        let row = sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE host = $1 AND rule = $2 AND subject = $3 \
             ORDER BY id DESC LIMIT 1",
        )
        .bind(host.as_str())
        .bind(key.rule.as_str())
        .bind(subject(key))
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(drift).transpose()
    }

    /// The oldest open drift of the same rule and subject on another host than that of a drift.
    pub async fn eldest_of_same(&mut self, host: &HostId, key: &FindingKey) -> Result<Option<Drift>, StoreError> {
        let row = sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE rule = $1 AND subject = $2 AND host <> $3 \
             AND resolved_at IS NULL ORDER BY id LIMIT 1",
        )
        .bind(key.rule.as_str())
        .bind(subject(key))
        .bind(host.as_str())
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(drift).transpose()
    }

    /// How often people were reminded of the open drifts that nobody acknowledged.
    pub async fn reminded_of(&mut self) -> Result<Vec<Reminded>, StoreError> {
        sqlx::query("SELECT opened_at, reminded FROM drifts WHERE resolved_at IS NULL AND acknowledged_at IS NULL")
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(Reminded { opened_at: columns.instant("opened_at")?, reminded: columns.count("reminded")? })
            })
            .collect()
    }

    /// The open drifts of a host by finding.
    pub async fn open_drifts_of(&mut self, host: &HostId) -> Result<BTreeMap<FindingKey, Drift>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE host = $1 AND resolved_at IS NULL",
        )
        .bind(host.as_str())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| drift(row).map(|drift| (drift.finding.key.clone(), drift))).collect()
    }

    /// Of which findings a drift is open.
    pub async fn drifting(&mut self) -> Result<BTreeSet<(HostId, FindingKey)>, StoreError> {
        let rows = sqlx::query("SELECT host, rule, subject FROM drifts WHERE resolved_at IS NULL")
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.parsed("host")?, columns.key()?))
            })
            .collect()
    }

    /// The rules that open drifts are of, with when the newest of each became one.
    pub async fn newest_open_drifts(&mut self) -> Result<Vec<(RuleId, Instant)>, StoreError> {
        sqlx::query("SELECT rule, MAX(opened_at) AS newest FROM drifts WHERE resolved_at IS NULL GROUP BY rule")
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.parsed("rule")?, columns.instant("newest")?))
            })
            .collect()
    }

    /// Every open drift with its finding as it is now; of one host if it is given.
    pub async fn open_drifts_as_they_stand(&mut self, host: Option<&HostId>) -> Result<Vec<StandingDrift>, StoreError> {
        // Two statements, so that one host is looked up by its index.
        let query = match host {
            Some(host) => sqlx::query(standing!(" AND d.host = $1")).bind(host.as_str()),
            None => sqlx::query(standing!("")),
        };
        let rows = query.fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(StandingDrift {
                    drift: drift(row)?,
                    host_name: columns.text("host_name")?,
                    revoked: columns.maybe_int("revoked_at")?.is_some(),
                    finding: columns.maybe_json("body")?,
                })
            })
            .collect()
    }
}
