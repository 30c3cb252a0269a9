//! The rows of registers, each with what was done to it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use sqlx::any::AnyRow;
use tenken_model::{Instant, choice};

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};
use crate::registers::keep::Seen;
use crate::registers::{Definition, Register, Row, due};

choice! {
    /// What was done to a row.
    pub enum RegisterAct {
        /// It was written.
        Added = "added",
        /// It was changed.
        Changed = "changed",
        /// It was closed: it counts no more.
        Closed = "closed",
        /// It counts again.
        Reopened = "reopened",
        /// It was approved.
        Approved = "approved",
        /// Its approval was taken back.
        ApprovalTakenBack = "approval_taken_back",
    }
}

/// A row of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Its number.
    pub id: i64,
    /// What it says.
    pub row: Row,
    /// Grows with every change; who changes the row says which one was seen.
    pub revision: i64,
    /// When it was written.
    pub created_at: Instant,
    /// When it was last changed.
    pub changed_at: Instant,
    /// By whom.
    pub changed_by: String,
    /// Since when it counts no more.
    pub closed_at: Option<Instant>,
}

/// A row that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// Its register.
    pub definition: &'static Definition,
    /// Its number.
    pub id: i64,
    /// What it says.
    pub row: Row,
}

/// What was done to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntry {
    /// When.
    pub at: Instant,
    /// By whom.
    pub person: String,
    /// What.
    pub act: RegisterAct,
    /// What the row said afterwards.
    pub row: Row,
}

fn register_row(definition: &Definition, row: &AnyRow) -> Result<RegisterRow, StoreError> {
    let columns = Columns::of(row);
    let body: Value = columns.json("body")?;
    Ok(RegisterRow {
        id: columns.int("id")?,
        row: Row::from_json(definition, &body),
        revision: columns.int("revision")?,
        created_at: columns.instant("created_at")?,
        changed_at: columns.instant("changed_at")?,
        changed_by: columns.text("changed_by")?,
        closed_at: columns.maybe_instant("closed_at")?,
    })
}

/// A pattern for what holds a word anywhere; signs that mean something in a pattern are escaped by `!`.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for character in word.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

fn key(definition: &Definition, row: &Row) -> Result<String, StoreError> {
    json(&row.key(definition), "the key of a register row")
}

/// The first day by which something of a row has to be done, as it is stored.
fn due_by(definition: &Definition, row: &Row) -> Option<String> {
    due::earliest(definition, row).map(|day| day.to_string())
}

impl Transaction {
    /// The registers that are kept, with since when. One that is not kept is not an empty one.
    pub async fn registers_begun(&mut self) -> Result<BTreeMap<Register, Instant>, StoreError> {
        let rows = sqlx::query("SELECT name, begun_at FROM registers").fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.word("name", Register::from_name)?, columns.instant("begun_at")?))
            })
            .collect()
    }

    /// The registers that are kept, with the number of the last entry about each; 0 before the first.
    pub async fn last_register_entries(&mut self) -> Result<BTreeMap<Register, i64>, StoreError> {
        let rows = sqlx::query("SELECT name, last_entry FROM registers").fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.word("name", Register::from_name)?, columns.int("last_entry")?))
            })
            .collect()
    }

    /// From now on the register is kept, even while it has no row.
    pub async fn begin_register(&mut self, kind: Register, now: Instant) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO registers (name, begun_at, last_entry) VALUES ($1, $2, 0) ON CONFLICT (name) DO NOTHING",
        )
        .bind(kind.name())
        .bind(millis(now))
        .execute(self.connection())
        .await?;
        self.touch_registers();
        Ok(())
    }

    /// The rows that count, in the order they were written.
    pub async fn open_rows(&mut self, definition: &Definition) -> Result<Vec<RegisterRow>, StoreError> {
        sqlx::query(
            "SELECT id, body, revision, created_at, changed_at, changed_by, closed_at FROM register_rows \
             WHERE register = $1 AND closed_at IS NULL ORDER BY id",
        )
        .bind(definition.kind.name())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(|row| register_row(definition, row))
        .collect()
    }

    /// The rows that count and in which a column of text or a day is empty, in the order they were written.
    pub async fn open_rows_without(
        &mut self,
        definition: &Definition,
        column: &'static str,
    ) -> Result<Vec<RegisterRow>, StoreError> {
        // Quotes within what people write are escaped, so that only a field that is empty reads like this.
        let empty = format!("\"{column}\":\"\"");
        let rows = sqlx::query(
            "SELECT id, body, revision, created_at, changed_at, changed_by, closed_at FROM register_rows \
             WHERE register = $1 AND closed_at IS NULL AND body LIKE $2 ESCAPE '!' ORDER BY id",
        )
        .bind(definition.kind.name())
        .bind(pattern(&empty))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| register_row(definition, row)).collect()
    }

    /// What the rows of a register that count say, as it is stored, with their numbers, in the order they were written.
    pub async fn open_bodies(&mut self, kind: Register) -> Result<Vec<(i64, String)>, StoreError> {
        let query =
            sqlx::query("SELECT id, body FROM register_rows WHERE register = $1 AND closed_at IS NULL ORDER BY id");
        let rows = query.bind(kind.name()).fetch_all(self.connection()).await?;
        rows.iter().map(|row| Ok((Columns::of(row).int("id")?, Columns::of(row).text("body")?))).collect()
    }

    /// The rows of a register that count and on which something has to be done by a day, in the order they were written.
    pub async fn rows_due(&mut self, definition: &Definition, by: NaiveDate) -> Result<Vec<RegisterRow>, StoreError> {
        sqlx::query(
            "SELECT id, body, revision, created_at, changed_at, changed_by, closed_at FROM register_rows \
             WHERE register = $1 AND closed_at IS NULL AND due_by <= $2 ORDER BY id",
        )
        .bind(definition.kind.name())
        .bind(by.to_string())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(|row| register_row(definition, row))
        .collect()
    }

    /// The rows that count and hold every one of the folded words, at most so many, by register.
    pub async fn rows_with(&mut self, words: &[String], limit: usize) -> Result<Vec<FoundRow>, StoreError> {
        let patterns: Vec<String> = words.iter().map(|word| pattern(word)).collect();
        // A word that is not asked for stands in every row.
        let word = |place: usize| patterns.get(place).map_or("%", String::as_str);
        let rows = sqlx::query(
            "SELECT id, register, body FROM register_rows WHERE closed_at IS NULL AND searched LIKE $1 ESCAPE '!' \
             AND searched LIKE $2 ESCAPE '!' AND searched LIKE $3 ESCAPE '!' AND searched LIKE $4 ESCAPE '!' \
             AND searched LIKE $5 ESCAPE '!' ORDER BY register, id LIMIT $6",
        )
        .bind(word(0))
        .bind(word(1))
        .bind(word(2))
        .bind(word(3))
        .bind(word(4))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                let register = columns.word("register", Register::from_name)?;
                let definition = Definition::of(register).ok_or_else(|| StoreError::Damaged {
                    what: "register",
                    problem: "it has no definition".to_owned(),
                })?;
                let body: Value = columns.json("body")?;
                Ok(FoundRow { definition, id: columns.int("id")?, row: Row::from_json(definition, &body) })
            })
            .collect()
    }

    /// How many rows of each register count; a register without one is left out.
    pub async fn open_row_counts(&mut self) -> Result<BTreeMap<Register, u64>, StoreError> {
        let counted =
            "SELECT register, COUNT(*) AS open_rows FROM register_rows WHERE closed_at IS NULL GROUP BY register";
        let rows = sqlx::query(counted).fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                Ok((columns.word("register", Register::from_name)?, columns.count("open_rows")?))
            })
            .collect()
    }

    /// The row that counts and has the same key.
    pub async fn open_row_like(&mut self, definition: &Definition, row: &Row) -> Result<Option<i64>, StoreError> {
        let found =
            sqlx::query("SELECT id FROM register_rows WHERE register = $1 AND row_key = $2 AND closed_at IS NULL")
                .bind(definition.kind.name())
                .bind(key(definition, row)?)
                .fetch_optional(self.connection())
                .await?;
        found.as_ref().map(|row| Columns::of(row).int("id")).transpose()
    }

    /// The rows that were closed, the last first.
    pub async fn closed_rows(&mut self, definition: &Definition, limit: u32) -> Result<Vec<RegisterRow>, StoreError> {
        sqlx::query(
            "SELECT id, body, revision, created_at, changed_at, changed_by, closed_at FROM register_rows \
             WHERE register = $1 AND closed_at IS NOT NULL ORDER BY closed_at DESC, id DESC LIMIT $2",
        )
        .bind(definition.kind.name())
        .bind(i64::from(limit))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(|row| register_row(definition, row))
        .collect()
    }

    /// The row of that number in that register.
    pub async fn register_row(&mut self, definition: &Definition, id: i64) -> Result<Option<RegisterRow>, StoreError> {
        let row = sqlx::query(
            "SELECT id, body, revision, created_at, changed_at, changed_by, closed_at FROM register_rows \
             WHERE register = $1 AND id = $2",
        )
        .bind(definition.kind.name())
        .bind(id)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(|row| register_row(definition, row)).transpose()
    }

    /// Writes a row; the register is kept from then on.
    pub async fn add_row(
        &mut self,
        definition: &Definition,
        row: &Row,
        person: &str,
        now: Instant,
    ) -> Result<i64, StoreError> {
        self.begin_register(definition.kind, now).await?;
        let body = row.to_json(definition).to_string();
        let made = sqlx::query(
            "INSERT INTO register_rows (register, row_key, body, searched, due_by, revision, created_at, changed_at, changed_by) \
             VALUES ($1, $2, $3, $6, $7, 1, $4, $4, $5) RETURNING id",
        )
        .bind(definition.kind.name())
        .bind(key(definition, row)?)
        .bind(body.as_str())
        .bind(millis(now))
        .bind(person)
        .bind(row.searched(definition))
        .bind(due_by(definition, row))
        .fetch_one(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "a register row of that key"))?;
        let id = Columns::of(&made).int("id")?;
        self.record_row(id, RegisterAct::Added, &body, person, now).await?;
        Ok(id)
    }

    /// Changes a row that counts and that nobody changed since `revision`.
    pub async fn change_row(
        &mut self,
        definition: &Definition,
        id: i64,
        revision: i64,
        row: &Row,
        person: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.write_row(definition, Seen { id, revision }, row, RegisterAct::Changed, person, now).await
    }

    /// Writes a row that counts and that nobody changed since it was seen, by that act.
    pub async fn write_row(
        &mut self,
        definition: &Definition,
        Seen { id, revision }: Seen,
        row: &Row,
        act: RegisterAct,
        person: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let body = row.to_json(definition).to_string();
        let done = sqlx::query(
            "UPDATE register_rows SET row_key = $3, body = $4, revision = revision + 1, changed_at = $5, \
             changed_by = $6, searched = $8, due_by = $9 WHERE id = $1 AND revision = $2 AND register = $7 AND closed_at IS NULL",
        )
        .bind(id)
        .bind(revision)
        .bind(key(definition, row)?)
        .bind(body.as_str())
        .bind(millis(now))
        .bind(person)
        .bind(definition.kind.name())
        .bind(row.searched(definition))
        .bind(due_by(definition, row))
        .execute(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "a register row of that key"))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict("the register row"));
        }
        self.record_row(id, act, &body, person, now).await
    }

    /// Closes a row that nobody changed since `revision`, or opens it again.
    pub async fn set_row_closed(
        &mut self,
        id: i64,
        revision: i64,
        closed: bool,
        person: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE register_rows SET closed_at = $3, revision = revision + 1, changed_at = $4, changed_by = $5 \
             WHERE id = $1 AND revision = $2 RETURNING body",
        )
        .bind(id)
        .bind(revision)
        .bind(closed.then(|| millis(now)))
        .bind(millis(now))
        .bind(person)
        .fetch_optional(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "a register row of that key"))?;
        let Some(changed) = changed else { return Err(StoreError::Conflict("the register row")) };
        let body = Columns::of(&changed).text("body")?;
        let act = if closed { RegisterAct::Closed } else { RegisterAct::Reopened };
        self.record_row(id, act, &body, person, now).await
    }

    async fn record_row(
        &mut self,
        id: i64,
        act: RegisterAct,
        body: &str,
        person: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let entry = sqlx::query(
            "INSERT INTO register_history (row_id, at, person, act, body) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(id)
        .bind(millis(now))
        .bind(person)
        .bind(act.word())
        .bind(body)
        .fetch_one(self.connection())
        .await?;
        sqlx::query(
            "UPDATE registers SET last_entry = $1 WHERE name = (SELECT register FROM register_rows WHERE id = $2)",
        )
        .bind(Columns::of(&entry).int("id")?)
        .bind(id)
        .execute(self.connection())
        .await?;
        self.touch_registers();
        Ok(())
    }

    /// What was done to a row, newest first.
    pub async fn row_history(&mut self, definition: &Definition, id: i64) -> Result<Vec<RegisterEntry>, StoreError> {
        let rows = sqlx::query("SELECT at, person, act, body FROM register_history WHERE row_id = $1 ORDER BY id DESC")
            .bind(id)
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::of(row);
                let body: Value = columns.json("body")?;
                Ok(RegisterEntry {
                    at: columns.instant("at")?,
                    person: columns.text("person")?,
                    act: columns.word("act", RegisterAct::from_word)?,
                    row: Row::from_json(definition, &body),
                })
            })
            .collect()
    }
}
