//! What people did, each entry chained to the one before by its digest.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};

/// One act of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Instant,
    /// Who.
    pub person: String,
    /// A stable word for what: `host_revoked`, `register_changed`.
    pub act: String,
    /// On what: a host's id, a register and its row.
    pub subject: String,
    /// What changed, for people.
    pub detail: String,
}

/// The newest entry's number and digest: who knows them can tell a later rewrite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// How many entries there are.
    pub entries: i64,
    /// The digest of the newest with all before it.
    pub digest: Digest,
}

/// What the chain begins with, in place of an entry before the first.
pub const BEGINNING: &[u8] = b"tenken audit v1";

/// The digest covers the bytes as they are stored, never what is read from them.
fn chain(before: &Digest, entry: &str) -> Digest {
    Digest::of_parts([before.bytes().as_slice(), entry.as_bytes()])
}

fn head(row: Option<&AnyRow>) -> Result<AuditHead, StoreError> {
    let Some(row) = row else { return Ok(AuditHead::beginning()) };
    let columns = Columns::of(row);
    Ok(AuditHead { entries: columns.int("id")?, digest: columns.parsed("digest")? })
}

/// An entry as it is stored: what its digest covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenEntry {
    /// Its number.
    pub number: i64,
    /// Its text, byte for byte.
    pub entry: String,
    /// The digest of it with all before it.
    pub digest: Digest,
}

impl AuditHead {
    /// The head of a log without an entry: what the first entry follows from.
    pub fn beginning() -> Self {
        Self { entries: 0, digest: Digest::of(BEGINNING) }
    }
}

/// What is searched for in the audit log.
#[derive(Debug, Clone, Copy)]
pub struct AuditSearch<'a> {
    /// A part of the person or of the subject, in either case.
    pub text: &'a str,
    /// Words of acts.
    pub acts: &'a [&'a str],
}

/// The pattern of what has that part.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn numbered(row: &AnyRow) -> Result<(i64, AuditEntry), StoreError> {
    let columns = Columns::of(row);
    Ok((columns.int("id")?, columns.json("entry")?))
}

impl Transaction {
    /// The head of the chain.
    pub async fn audit_head(&mut self) -> Result<AuditHead, StoreError> {
        let row = sqlx::query("SELECT id, digest FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_optional(self.connection())
            .await?;
        head(row.as_ref())
    }

    /// The digest of an entry with all before it, if there is one of that number.
    pub async fn audit_digest(&mut self, entry: i64) -> Result<Option<Digest>, StoreError> {
        let row =
            sqlx::query("SELECT digest FROM audit WHERE id = $1").bind(entry).fetch_optional(self.connection()).await?;
        row.as_ref().map(|row| Columns::of(row).parsed("digest")).transpose()
    }

    /// Appends an entry.
    pub async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let head = self.audit_head().await?;
        let text = json(entry, "an audit entry")?;
        sqlx::query(
            "INSERT INTO audit (id, at, person, act, subject, entry, digest) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(head.entries.saturating_add(1))
        .bind(millis(entry.at))
        .bind(entry.person.as_str())
        .bind(entry.act.as_str())
        .bind(entry.subject.as_str())
        .bind(text.as_str())
        .bind(chain(&head.digest, &text).to_string())
        .execute(self.connection())
        .await
        .map_err(|error| StoreError::taken(error, "an audit entry"))?;
        self.touch();
        Ok(())
    }

    /// The newest entries with their numbers, newest first; older than `before` if it is given.
    pub async fn audit_entries(
        &mut self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, AuditEntry)>, StoreError> {
        let rows = sqlx::query("SELECT id, entry FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2")
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::from(limit))
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(numbered).collect()
    }

    /// The entries after that number as they are stored, the oldest first.
    pub async fn audit_written(&mut self, after: i64, limit: u32) -> Result<Vec<WrittenEntry>, StoreError> {
        let rows = sqlx::query("SELECT id, entry, digest FROM audit WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(self.connection())
            .await?;
        let written = |row: &AnyRow| {
            let columns = Columns::of(row);
            Ok(WrittenEntry {
                number: columns.int("id")?,
                entry: columns.text("entry")?,
                digest: columns.parsed("digest")?,
            })
        };
        rows.iter().map(written).collect()
    }

    /// The newest entries that a search finds with their numbers, newest first; older than `before` if it is given.
    pub async fn audit_found(
        &mut self,
        search: &AuditSearch<'_>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, AuditEntry)>, StoreError> {
        let acts = search.acts.iter().fold(" ".to_owned(), |acts, act| acts + act + " ");
        let rows = sqlx::query(
            "SELECT id, entry FROM audit WHERE id < $1 AND (LOWER(person) LIKE $3 ESCAPE '!' \
             OR LOWER(subject) LIKE $3 ESCAPE '!' OR $4 LIKE '% ' || act || ' %') ORDER BY id DESC LIMIT $2",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .bind(pattern(search.text))
        .bind(acts)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(numbered).collect()
    }

    /// Whether a person did that on that after an instant.
    pub async fn audit_has(
        &mut self,
        person: &str,
        act: &str,
        subject: &str,
        after: Instant,
    ) -> Result<bool, StoreError> {
        let row =
            sqlx::query("SELECT id FROM audit WHERE person = $1 AND act = $2 AND subject = $3 AND at > $4 LIMIT 1")
                .bind(person)
                .bind(act)
                .bind(subject)
                .bind(millis(after))
                .fetch_optional(self.connection())
                .await?;
        Ok(row.is_some())
    }

    /// When the first entry was made.
    pub async fn audit_first(&mut self) -> Result<Option<Instant>, StoreError> {
        let row = sqlx::query("SELECT at FROM audit ORDER BY id LIMIT 1").fetch_optional(self.connection()).await?;
        row.as_ref().map(|row| Columns::of(row).instant("at")).transpose()
    }

    /// When that was done last.
    pub async fn audit_last(&mut self, act: &str) -> Result<Option<Instant>, StoreError> {
        let row = sqlx::query("SELECT at FROM audit WHERE act = $1 ORDER BY id DESC LIMIT 1")
            .bind(act)
            .fetch_optional(self.connection())
            .await?;
        row.as_ref().map(|row| Columns::of(row).instant("at")).transpose()
    }

    /// The number of the first entry that does not follow from the one before; `None` if all do.
    pub async fn audit_break(&mut self) -> Result<Option<i64>, StoreError> {
        const AT_ONCE: i64 = 1_000;
        let mut before = AuditHead::beginning();
        loop {
            let rows = sqlx::query("SELECT id, entry, digest FROM audit WHERE id > $1 ORDER BY id LIMIT $2")
                .bind(before.entries)
                .bind(AT_ONCE)
                .fetch_all(self.connection())
                .await?;
            if rows.is_empty() {
                return Ok(None);
            }
            for row in &rows {
                let columns = Columns::of(row);
                let found = AuditHead { entries: columns.int("id")?, digest: columns.parsed("digest")? };
                let follows = found.entries == before.entries.saturating_add(1)
                    && found.digest == chain(&before.digest, &columns.text("entry")?);
                if !follows {
                    return Ok(Some(found.entries));
                }
                before = found;
            }
        }
    }
}
