//! Rules that the agency wrote itself. Nothing of them is ever removed.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use tenken_model::{HostId, Instant, ItemId, RuleId, choice};

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};
use crate::groups::HostScope;

choice! {
    /// How far a version of an own rule is.
    pub enum VersionState {
        /// It is being written.
        Draft = "draft",
        /// It waits for another person's approval.
        Waiting = "waiting",
        /// Another person approved it.
        Approved = "approved",
        /// Another person refused it.
        Refused = "refused",
    }
}

/// A rule that the agency wrote itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRule {
    /// Its id, which no other rule ever gets.
    pub id: RuleId,
    /// When it was begun.
    pub created_at: Instant,
    /// By whom.
    pub created_by: String,
    /// Where which version of it is judged; absent before, and once it was withdrawn.
    pub rolled_out: Option<RollOut>,
    /// When and by whom it was withdrawn.
    pub withdrawn: Option<(Instant, String)>,
}

/// Where a version of an own rule is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollOut {
    /// The version.
    pub version: i64,
    /// On which hosts: any of these.
    pub scopes: Vec<HostScope>,
    /// Since when.
    pub at: Instant,
    /// Who rolled it out.
    pub by: String,
}

/// What somebody writes of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOwnVersion {
    /// The rule.
    pub rule: RuleId,
    /// The version, counted from 1.
    pub version: i64,
    /// The rule as it is written.
    pub text: String,
    /// Its cases as they are written; empty without any.
    pub cases: String,
    /// The items it bears on.
    pub items: Vec<ItemId>,
    /// When it was written.
    pub written_at: Instant,
    /// Everybody who wrote of it, the last one last.
    pub writers: Vec<String>,
}

/// A version of an own rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnVersion {
    /// What was written.
    pub written: NewOwnVersion,
    /// How far it is.
    pub state: VersionState,
    /// How often it was written.
    pub revision: i64,
    /// When and by whom its approval was asked for.
    pub asked: Option<(Instant, String)>,
    /// When and by whom it was approved or refused.
    pub decided: Option<(Instant, String)>,
    /// What was said with that.
    pub note: String,
}

/// An own rule as it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledOut {
    /// Its id.
    pub id: RuleId,
    /// The version.
    pub version: i64,
    /// The rule as it is written.
    pub text: String,
    /// The items it bears on.
    pub items: Vec<ItemId>,
    /// On which hosts it is judged: any of these.
    pub scopes: Vec<HostScope>,
}

/// On how many hosts a rule fails or is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleHosts {
    /// It fails.
    pub failing: u64,
    /// It is unknown; such as fail as well are among both.
    pub unknown: u64,
}

fn rule(row: &AnyRow) -> Result<OwnRule, StoreError> {
    let columns = Columns::of(row);
    let rolled_out = match columns.maybe_int("version")? {
        Some(version) => Some(RollOut {
            version,
            scopes: columns.json("scopes")?,
            at: columns.instant("rolled_out_at")?,
            by: columns.text("rolled_out_by")?,
        }),
        None => None,
    };
    Ok(OwnRule {
        id: columns.parsed("id")?,
        created_at: columns.instant("created_at")?,
        created_by: columns.text("created_by")?,
        rolled_out,
        withdrawn: columns.maybe_instant("withdrawn_at")?.zip(columns.maybe_text("withdrawn_by")?),
    })
}

fn version(row: &AnyRow) -> Result<OwnVersion, StoreError> {
    let columns = Columns::of(row);
    Ok(OwnVersion {
        written: NewOwnVersion {
            rule: columns.parsed("rule")?,
            version: columns.int("version")?,
            text: columns.text("text")?,
            cases: columns.text("cases")?,
            items: columns.json("items")?,
            written_at: columns.instant("written_at")?,
            writers: columns.json("writers")?,
        },
        state: columns.word("state", VersionState::from_word)?,
        revision: columns.int("revision")?,
        asked: columns.maybe_instant("asked_at")?.zip(columns.maybe_text("asked_by")?),
        decided: columns.maybe_instant("decided_at")?.zip(columns.maybe_text("decided_by")?),
        note: columns.text("note")?,
    })
}

macro_rules! select_rule {
    ($rest:literal) => {
        concat!(
            "SELECT id, created_at, created_by, version, scopes, rolled_out_at, rolled_out_by, withdrawn_at, ",
            "withdrawn_by FROM own_rules ",
            $rest
        )
    };
}

macro_rules! select_version {
    ($rest:literal) => {
        concat!(
            "SELECT rule, version, text, cases, items, state, revision, written_at, writers, asked_at, asked_by, ",
            "decided_at, decided_by, note FROM own_rule_versions ",
            $rest
        )
    };
}

impl Transaction {
    /// Every own rule, by id.
    pub async fn own_rules(&mut self) -> Result<Vec<OwnRule>, StoreError> {
        let rows = sqlx::query(select_rule!("ORDER BY id")).fetch_all(self.connection()).await?;
        rows.iter().map(rule).collect()
    }

    /// The own rule of that id.
    pub async fn own_rule(&mut self, id: &RuleId) -> Result<Option<OwnRule>, StoreError> {
        let found = sqlx::query(select_rule!("WHERE id = $1")).bind(id.as_str());
        found.fetch_optional(self.connection()).await?.as_ref().map(rule).transpose()
    }

    /// Begins an own rule.
    pub async fn add_own_rule(&mut self, id: &RuleId, person: &str, now: Instant) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO own_rules (id, created_at, created_by) VALUES ($1, $2, $3)")
            .bind(id.as_str())
            .bind(millis(now))
            .bind(person)
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// The newest versions of an own rule, the newest first, at most so many.
    pub async fn own_versions(&mut self, rule: &RuleId, most: u32) -> Result<Vec<OwnVersion>, StoreError> {
        let rows = sqlx::query(select_version!("WHERE rule = $1 ORDER BY version DESC LIMIT $2"))
            .bind(rule.as_str())
            .bind(i64::from(most))
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(version).collect()
    }

    /// The newest version of every own rule that has one.
    pub async fn newest_own_versions(&mut self) -> Result<BTreeMap<RuleId, OwnVersion>, StoreError> {
        let rows = sqlx::query(select_version!(
            "v WHERE version = (SELECT MAX(w.version) FROM own_rule_versions w WHERE w.rule = v.rule) ORDER BY rule"
        ))
        .fetch_all(self.connection())
        .await?;
        let versions = rows.iter().map(version);
        versions.map(|found| found.map(|found| (found.written.rule.clone(), found))).collect()
    }

    /// A version of an own rule.
    pub async fn own_version(&mut self, rule: &RuleId, number: i64) -> Result<Option<OwnVersion>, StoreError> {
        let found = sqlx::query(select_version!("WHERE rule = $1 AND version = $2")).bind(rule.as_str()).bind(number);
        found.fetch_optional(self.connection()).await?.as_ref().map(version).transpose()
    }

    /// Begins a version, as a draft.
    pub async fn add_own_version(&mut self, new: &NewOwnVersion) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO own_rule_versions (rule, version, text, cases, items, state, revision, written_at, writers, note) \
             VALUES ($1, $2, $3, $4, $5, 'draft', 1, $6, $7, '')",
        )
        .bind(new.rule.as_str())
        .bind(new.version)
        .bind(new.text.as_str())
        .bind(new.cases.as_str())
        .bind(json(&new.items, "items")?)
        .bind(millis(new.written_at))
        .bind(json(&new.writers, "writers")?)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// Writes a draft anew; false if it is none any more, or somebody wrote it since that revision.
    pub async fn write_own_version(&mut self, new: &NewOwnVersion, revision: i64) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE own_rule_versions SET text = $4, cases = $5, items = $6, written_at = $7, writers = $8, \
             revision = revision + 1 WHERE rule = $1 AND version = $2 AND revision = $3 AND state = 'draft'",
        )
        .bind(new.rule.as_str())
        .bind(new.version)
        .bind(revision)
        .bind(new.text.as_str())
        .bind(new.cases.as_str())
        .bind(json(&new.items, "items")?)
        .bind(millis(new.written_at))
        .bind(json(&new.writers, "writers")?)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// Keeps that the approval of a draft is asked for; false if it is no draft of that revision.
    pub async fn ask_own_version(
        &mut self,
        (rule, version): (&RuleId, i64),
        revision: i64,
        person: &str,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE own_rule_versions SET state = 'waiting', asked_at = $4, asked_by = $5 \
             WHERE rule = $1 AND version = $2 AND revision = $3 AND state = 'draft'",
        )
        .bind(rule.as_str())
        .bind(version)
        .bind(revision)
        .bind(millis(now))
        .bind(person)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// When the approval of each version that waits for it was asked for, the oldest first.
    pub async fn own_rules_waiting(&mut self) -> Result<Vec<Instant>, StoreError> {
        let rows = sqlx::query("SELECT asked_at FROM own_rule_versions WHERE state = 'waiting' ORDER BY asked_at")
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| Columns::of(row).instant("asked_at")).collect()
    }

    /// Makes a version that waits a draft again; false if it does not wait.
    pub async fn take_back_own_version(&mut self, rule: &RuleId, version: i64) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE own_rule_versions SET state = 'draft', asked_at = NULL, asked_by = NULL \
             WHERE rule = $1 AND version = $2 AND state = 'waiting'",
        )
        .bind(rule.as_str())
        .bind(version)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// Keeps what became of a version that waits; false if it does not.
    pub async fn decide_own_version(
        &mut self,
        (rule, version): (&RuleId, i64),
        state: VersionState,
        note: &str,
        person: &str,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE own_rule_versions SET state = $3, decided_at = $4, decided_by = $5, note = $6 \
             WHERE rule = $1 AND version = $2 AND state = 'waiting'",
        )
        .bind(rule.as_str())
        .bind(version)
        .bind(state.word())
        .bind(millis(now))
        .bind(person)
        .bind(note)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// Keeps where an own rule is judged from now on.
    pub async fn roll_out(&mut self, rule: &RuleId, roll_out: &RollOut) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE own_rules SET version = $2, scopes = $3, rolled_out_at = $4, rolled_out_by = $5, \
             withdrawn_at = NULL, withdrawn_by = NULL WHERE id = $1",
        )
        .bind(rule.as_str())
        .bind(roll_out.version)
        .bind(json(&roll_out.scopes, "scopes")?)
        .bind(millis(roll_out.at))
        .bind(roll_out.by.as_str())
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(())
    }

    /// Keeps that an own rule is judged nowhere any more; false if it was not.
    pub async fn withdraw_rule(&mut self, rule: &RuleId, person: &str, now: Instant) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE own_rules SET version = NULL, scopes = NULL, rolled_out_at = NULL, rolled_out_by = NULL, \
             withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1 AND version IS NOT NULL",
        )
        .bind(rule.as_str())
        .bind(millis(now))
        .bind(person)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// The own rules in force, by id.
    pub async fn rolled_out(&mut self) -> Result<Vec<RolledOut>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.version, r.scopes, v.text, v.items FROM own_rules r \
             JOIN own_rule_versions v ON v.rule = r.id AND v.version = r.version ORDER BY r.id",
        )
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok(RolledOut {
                    id: columns.parsed("id")?,
                    version: columns.int("version")?,
                    text: columns.text("text")?,
                    items: columns.json("items")?,
                    scopes: columns.json("scopes")?,
                })
            })
            .collect()
    }

    /// The own rules in force with the hosts they are for, by id, without what they say.
    pub async fn roll_out_scopes(&mut self) -> Result<Vec<(RuleId, Vec<HostScope>)>, StoreError> {
        let rows = sqlx::query("SELECT id, scopes FROM own_rules WHERE version IS NOT NULL ORDER BY id")
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.parsed("id")?, columns.json("scopes")?))
            })
            .collect()
    }

    /// The hosts of which something of a rule was found.
    pub async fn hosts_with_rule(&mut self, rule: &RuleId) -> Result<Vec<HostId>, StoreError> {
        let rows = sqlx::query("SELECT DISTINCT host FROM findings WHERE rule = $1 ORDER BY host")
            .bind(rule.as_str())
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| Columns::of(row).parsed("host")).collect()
    }

    /// Removes what was found of a rule on a host that it is not for any more. The history of it stays.
    pub async fn forget_findings(&mut self, rule: &RuleId, host: &HostId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM findings WHERE rule = $1 AND host = $2")
            .bind(rule.as_str())
            .bind(host.as_str())
            .execute(self.connection())
            .await?;
        self.touch();
        Ok(())
    }

    /// On how many hosts that are not revoked each rule fails or is unknown. A rule without such a host is left out.
    pub async fn rule_hosts(&mut self) -> Result<BTreeMap<RuleId, RuleHosts>, StoreError> {
        let rows = sqlx::query(
            "SELECT f.rule, f.verdict, COUNT(DISTINCT f.host) AS hosts FROM findings f JOIN hosts h ON h.id = f.host \
             WHERE f.verdict IN ('fail', 'unknown') AND h.revoked_at IS NULL GROUP BY f.rule, f.verdict",
        )
        .fetch_all(self.connection())
        .await?;
        let mut found: BTreeMap<RuleId, RuleHosts> = BTreeMap::new();
        for row in &rows {
            let columns = Columns::of(row);
            let of = found.entry(columns.parsed("rule")?).or_default();
            let hosts = columns.count("hosts")?;
            if columns.text("verdict")? == "fail" {
                of.failing = hosts;
            } else {
                of.unknown = hosts;
            }
        }
        Ok(found)
    }
}
