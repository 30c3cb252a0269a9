//! Approved exceptions.

use sqlx::any::AnyRow;
use tenken_model::{FindingKey, HostId, Instant, RuleId, Subject, choice};

use super::value::{Columns, millis};
use super::{StoreError, Transaction};

choice! {
    /// What became of a waiver that somebody asked for.
    pub enum WaiverDecision {
        /// It is granted.
        Granted = "granted",
        /// It is refused.
        Refused = "refused",
        /// It was taken back before it was decided.
        Withdrawn = "withdrawn",
    }
}

/// A waiver that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWaiver {
    /// The rule that need not hold.
    pub rule: RuleId,
    /// On which host; absent for every host.
    pub host: Option<HostId>,
    /// About what of the host; absent for all of it.
    pub subject: Option<Subject>,
    /// Why it cannot hold.
    pub reason: String,
    /// What is done in its place.
    pub compensation: String,
    /// It ends at this instant.
    pub until: Instant,
    /// When it was asked for.
    pub asked_at: Instant,
    /// By whom.
    pub asked_by: String,
}

/// A waiver as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its number.
    pub id: i64,
    /// What was asked for.
    pub asked: NewWaiver,
    /// When, by whom and how it was decided.
    pub decided: Option<(Instant, String, WaiverDecision)>,
    /// When and by whom it was ended before its time.
    pub ended: Option<(Instant, String)>,
}

impl Waiver {
    /// It is in force.
    pub fn holds(&self, now: Instant) -> bool {
        let granted = matches!(self.decided, Some((_, _, WaiverDecision::Granted)));
        granted && self.ended.is_none() && now < self.asked.until
    }

    /// It is about that finding.
    pub fn covers(&self, host: &HostId, key: &FindingKey) -> bool {
        let asked = &self.asked;
        asked.rule == key.rule
            && asked.host.as_ref().is_none_or(|own| own == host)
            && (asked.subject.is_none() || asked.subject == key.subject)
    }
}

fn waiver(row: &AnyRow) -> Result<Waiver, StoreError> {
    let columns = Columns::of(row);
    let decided = match columns.maybe_instant("decided_at")? {
        Some(at) => Some((at, columns.text("decided_by")?, columns.word("decision", WaiverDecision::from_word)?)),
        None => None,
    };
    let host = columns.text("host")?;
    Ok(Waiver {
        id: columns.int("id")?,
        asked: NewWaiver {
            rule: columns.parsed("rule")?,
            host: if host.is_empty() { None } else { Some(columns.parsed("host")?) },
            subject: columns.key()?.subject,
            reason: columns.text("reason")?,
            compensation: columns.text("compensation")?,
            until: columns.instant("until")?,
            asked_at: columns.instant("asked_at")?,
            asked_by: columns.text("asked_by")?,
        },
        decided,
        ended: columns.maybe_instant("ended_at")?.zip(columns.maybe_text("ended_by")?),
    })
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, rule, host, subject, reason, compensation, until, asked_at, asked_by, decided_at, decided_by, ",
            "decision, ended_at, ended_by FROM waivers ",
            $rest
        )
    };
}

impl Transaction {
    /// Keeps a waiver that somebody asks for.
    pub async fn ask_waiver(&mut self, new: &NewWaiver) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO waivers (rule, host, subject, reason, compensation, until, asked_at, asked_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        )
        .bind(new.rule.as_str())
        .bind(new.host.as_ref().map_or("", HostId::as_str))
        .bind(new.subject.as_ref().map_or("", Subject::as_str))
        .bind(new.reason.as_str())
        .bind(new.compensation.as_str())
        .bind(millis(new.until))
        .bind(millis(new.asked_at))
        .bind(new.asked_by.as_str())
        .fetch_one(self.connection())
        .await?;
        self.touch();
        Columns::of(&row).int("id")
    }

    /// Keeps what became of a waiver; false if it was decided before.
    pub async fn decide_waiver(
        &mut self,
        id: i64,
        decision: WaiverDecision,
        person: &str,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE waivers SET decided_at = $2, decided_by = $3, decision = $4 WHERE id = $1 AND decided_at IS NULL",
        )
        .bind(id)
        .bind(millis(now))
        .bind(person)
        .bind(decision.word())
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// Ends a waiver before its time; false if it is not in force.
    pub async fn end_waiver(&mut self, id: i64, person: &str, now: Instant) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE waivers SET ended_at = $2, ended_by = $3 \
             WHERE id = $1 AND decision = 'granted' AND ended_at IS NULL AND until > $2",
        )
        .bind(id)
        .bind(millis(now))
        .bind(person)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// The waiver of that number.
    pub async fn waiver(&mut self, id: i64) -> Result<Option<Waiver>, StoreError> {
        let row = sqlx::query(select!("WHERE id = $1")).bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(waiver).transpose()
    }

    /// Every waiver, the newest first.
    pub async fn waivers(&mut self) -> Result<Vec<Waiver>, StoreError> {
        let rows = sqlx::query(select!("ORDER BY id DESC")).fetch_all(self.connection()).await?;
        rows.iter().map(waiver).collect()
    }

    /// How many waivers there are.
    pub async fn waiver_count(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS waivers FROM waivers").fetch_one(self.connection()).await?;
        Columns::of(&row).count("waivers")
    }

    /// Waivers: those that wait for a decision, then those in force, the first to end first, then the others, the newest first;
    /// so many after the first so many.
    pub async fn waivers_from(&mut self, now: Instant, skipped: u32, limit: u32) -> Result<Vec<Waiver>, StoreError> {
        let rows = sqlx::query(select!(
            "ORDER BY CASE WHEN decided_at IS NULL THEN 0 \
             WHEN decision = 'granted' AND ended_at IS NULL AND until > $1 THEN until ELSE 9223372036854775807 END, \
             id DESC LIMIT $2 OFFSET $3"
        ))
        .bind(millis(now))
        .bind(i64::from(limit))
        .bind(i64::from(skipped))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(waiver).collect()
    }

    /// The waivers that wait for a decision and those in force, the oldest first.
    pub async fn waivers_standing(&mut self, now: Instant) -> Result<Vec<Waiver>, StoreError> {
        let rows = sqlx::query(select!(
            "WHERE decided_at IS NULL OR (decision = 'granted' AND ended_at IS NULL AND until > $1) ORDER BY id"
        ))
        .bind(millis(now))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(waiver).collect()
    }

    /// Every waiver about a rule, the newest first.
    pub async fn waivers_of_rule(&mut self, rule: &RuleId) -> Result<Vec<Waiver>, StoreError> {
        let rows = sqlx::query(select!("WHERE rule = $1 ORDER BY id DESC"))
            .bind(rule.as_str())
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(waiver).collect()
    }

    /// The waivers in force.
    pub async fn waivers_in_force(&mut self, now: Instant) -> Result<Vec<Waiver>, StoreError> {
        let rows = sqlx::query(select!("WHERE decision = 'granted' AND ended_at IS NULL AND until > $1 ORDER BY id"))
            .bind(millis(now))
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(waiver).collect()
    }
}
