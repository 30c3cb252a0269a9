//! What people stated for items.

use sqlx::any::AnyRow;
use tenken_model::{BranchId, Instant, ItemId};

use super::value::{Columns, millis};
use super::{StoreError, Transaction};

/// A statement to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttestation {
    /// The item.
    pub item: ItemId,
    /// What was stated.
    pub statement: String,
    /// Where the evidence is kept.
    pub evidence: String,
    /// Who stated it.
    pub person: String,
    /// When.
    pub attested_at: Instant,
    /// Until when it holds.
    pub valid_until: Instant,
    /// The way that holds, for an item that has several.
    pub branch: Option<BranchId>,
}

/// A statement as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Its number.
    pub id: i64,
    /// What it says.
    pub stated: NewAttestation,
    /// When it was taken back, and by whom.
    pub withdrawn: Option<(Instant, String)>,
}

fn attestation(row: &AnyRow) -> Result<Attestation, StoreError> {
    let columns = Columns::of(row);
    Ok(Attestation {
        id: columns.int("id")?,
        stated: NewAttestation {
            item: columns.parsed("item")?,
            statement: columns.text("statement")?,
            evidence: columns.text("evidence")?,
            person: columns.text("person")?,
            attested_at: columns.instant("attested_at")?,
            valid_until: columns.instant("valid_until")?,
            branch: columns.maybe_parsed("branch")?,
        },
        withdrawn: columns.maybe_instant("withdrawn_at")?.zip(columns.maybe_text("withdrawn_by")?),
    })
}

impl Transaction {
    /// Keeps a statement.
    pub async fn attest(&mut self, new: &NewAttestation) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO attestations (item, statement, evidence, person, attested_at, valid_until, branch) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(new.item.as_str())
        .bind(new.statement.as_str())
        .bind(new.evidence.as_str())
        .bind(new.person.as_str())
        .bind(millis(new.attested_at))
        .bind(millis(new.valid_until))
        .bind(new.branch.as_ref().map(BranchId::as_str))
        .fetch_one(self.connection())
        .await?;
        self.touch();
        Columns::of(&row).int("id")
    }

    /// Takes a statement back; false if it was.
    pub async fn withdraw_attestation(&mut self, id: i64, person: &str, now: Instant) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE attestations SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1 AND withdrawn_at IS NULL",
        )
        .bind(id)
        .bind(millis(now))
        .bind(person)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(done.rows_affected() > 0)
    }

    /// The statement of that number.
    pub async fn attestation(&mut self, id: i64) -> Result<Option<Attestation>, StoreError> {
        let row = sqlx::query(
            "SELECT id, item, statement, evidence, person, attested_at, valid_until, branch, withdrawn_at, withdrawn_by \
             FROM attestations WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(attestation).transpose()
    }

    /// The newest statement of each item, also one that lapsed or was taken back: an older one does not count again.
    pub async fn newest_attestations(&mut self) -> Result<Vec<Attestation>, StoreError> {
        sqlx::query(
            "SELECT id, item, statement, evidence, person, attested_at, valid_until, branch, withdrawn_at, withdrawn_by \
             FROM attestations WHERE id IN (SELECT MAX(id) FROM attestations GROUP BY item) ORDER BY id",
        )
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(attestation)
        .collect()
    }

    /// Every statement, the oldest first.
    pub async fn attestations(&mut self) -> Result<Vec<Attestation>, StoreError> {
        sqlx::query(
            "SELECT id, item, statement, evidence, person, attested_at, valid_until, branch, withdrawn_at, withdrawn_by \
             FROM attestations ORDER BY id",
        )
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(attestation)
        .collect()
    }

    /// Every statement for an item, newest first.
    pub async fn attestations_of(&mut self, item: &ItemId) -> Result<Vec<Attestation>, StoreError> {
        sqlx::query(
            "SELECT id, item, statement, evidence, person, attested_at, valid_until, branch, withdrawn_at, withdrawn_by \
             FROM attestations WHERE item = $1 ORDER BY id DESC",
        )
        .bind(item.as_str())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(attestation)
        .collect()
    }
}
