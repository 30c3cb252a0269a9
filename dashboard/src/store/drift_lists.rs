//! Lists of drifts as pages, mails and trends tell them.

use tenken_model::{Instant, RuleId};

use super::drifts::{Drift, OpenDrift, drift, line};
use super::value::{Columns, millis};
use super::{DriftLine, StoreError, Transaction};

/// The drifts of which a time lies after an instant and up to another, the oldest first.
macro_rules! lines {
    ($time:literal) => {
        concat!(
            "SELECT d.id, h.name, d.rule, d.subject FROM drifts d JOIN hosts h ON h.id = d.host WHERE ",
            $time,
            " > $1 AND ",
            $time,
            " <= $2 ORDER BY d.id"
        )
    };
}

impl Transaction {
    /// How many drifts are open, and how many ended.
    pub async fn drift_counts(&mut self) -> Result<(u64, u64), StoreError> {
        let counted = "SELECT COUNT(*) AS drifts, COUNT(resolved_at) AS resolved FROM drifts";
        let row = sqlx::query(counted).fetch_one(self.connection()).await?;
        let (all, resolved) = (Columns::of(&row).count("drifts")?, Columns::of(&row).count("resolved")?);
        Ok((all.saturating_sub(resolved), resolved))
    }

    /// Open drifts, the newest first; so many after the first so many.
    pub async fn open_drifts_from(&mut self, skipped: u32, limit: u32) -> Result<Vec<Drift>, StoreError> {
        sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE resolved_at IS NULL ORDER BY opened_at DESC, id DESC \
             LIMIT $1 OFFSET $2",
        )
        .bind(i64::from(limit))
        .bind(i64::from(skipped))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(drift)
        .collect()
    }

    /// Every open drift without its finding: of which rule, on which host, since when.
    pub async fn open_drift_lines(&mut self) -> Result<Vec<OpenDrift>, StoreError> {
        sqlx::query("SELECT id, host, rule, opened_at FROM drifts WHERE resolved_at IS NULL ORDER BY opened_at, id")
            .fetch_all(self.connection())
            .await?
            .iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(OpenDrift {
                    id: columns.int("id")?,
                    host: columns.parsed("host")?,
                    rule: columns.parsed("rule")?,
                    opened_at: columns.instant("opened_at")?,
                })
            })
            .collect()
    }

    /// Every open drift, the newest first.
    pub async fn open_drifts(&mut self) -> Result<Vec<Drift>, StoreError> {
        sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE resolved_at IS NULL ORDER BY opened_at DESC, id DESC",
        )
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(drift)
        .collect()
    }

    /// The drifts that were opened after an instant and up to another, the oldest first.
    pub async fn drifts_opened(&mut self, after: Instant, until: Instant) -> Result<Vec<DriftLine>, StoreError> {
        self.drift_lines(lines!("d.opened_at"), after, until).await
    }

    /// The drifts that ended after an instant and up to another and are not open again, the oldest first.
    pub async fn drifts_resolved(&mut self, after: Instant, until: Instant) -> Result<Vec<DriftLine>, StoreError> {
        self.drift_lines(lines!("d.resolved_at"), after, until).await
    }

    async fn drift_lines(
        &mut self,
        query: &'static str,
        after: Instant,
        until: Instant,
    ) -> Result<Vec<DriftLine>, StoreError> {
        let query = sqlx::query(query).bind(millis(after)).bind(millis(until));
        query.fetch_all(self.connection()).await?.iter().map(line).collect()
    }

    /// The newest drifts that are open or ended since an instant, the newest first.
    pub async fn drifts_since(&mut self, since: Instant, limit: u32) -> Result<Vec<Drift>, StoreError> {
        sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE resolved_at IS NULL OR resolved_at >= $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(millis(since))
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(drift)
        .collect()
    }

    /// How many drifts are open or ended since an instant.
    pub async fn drift_count_since(&mut self, since: Instant) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS drifts FROM drifts WHERE resolved_at IS NULL OR resolved_at >= $1")
            .bind(millis(since))
            .fetch_one(self.connection())
            .await?;
        Columns::of(&row).count("drifts")
    }

    /// The newest drifts of a rule on any host that were open at an instant or opened later, the newest first.
    pub async fn drifts_of_rule(&mut self, rule: &RuleId, from: Instant, limit: u32) -> Result<Vec<Drift>, StoreError> {
        sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE rule = $1 AND (resolved_at IS NULL OR resolved_at >= $2) \
             ORDER BY opened_at DESC, id DESC LIMIT $3",
        )
        .bind(rule.as_str())
        .bind(millis(from))
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(drift)
        .collect()
    }

    /// How many drifts of a rule were open at an instant or opened later.
    pub async fn drift_count_of_rule(&mut self, rule: &RuleId, from: Instant) -> Result<u64, StoreError> {
        let counted =
            "SELECT COUNT(*) AS drifts FROM drifts WHERE rule = $1 AND (resolved_at IS NULL OR resolved_at >= $2)";
        let row = sqlx::query(counted).bind(rule.as_str()).bind(millis(from)).fetch_one(self.connection()).await?;
        Columns::of(&row).count("drifts")
    }

    /// The drifts that ended last.
    pub async fn resolved_drifts(&mut self, limit: u32) -> Result<Vec<Drift>, StoreError> {
        self.resolved_drifts_from(0, limit).await
    }

    /// The drifts that ended, the last first; so many after the first so many.
    pub async fn resolved_drifts_from(&mut self, skipped: u32, limit: u32) -> Result<Vec<Drift>, StoreError> {
        sqlx::query(
            "SELECT id, host, failing_since, opened_at, resolved_at, resolution, reopened, reminded, acknowledged_at, \
             acknowledged_by, told_by, finding FROM drifts WHERE resolved_at IS NOT NULL ORDER BY resolved_at DESC, id DESC LIMIT $1 OFFSET $2",
        )
        .bind(i64::from(limit))
        .bind(i64::from(skipped))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(drift)
        .collect()
    }
}
