//! The versions of the form: each one accepted, none ever changed.

use sqlx::any::AnyRow;
use tenken_form::declaration::Declaration;
use tenken_model::{Instant, choice};

use super::value::{Columns, json, millis};
use super::{StoreError, Transaction};

choice! {
    /// Where a version comes from.
    pub enum Origin {
        /// It was published before Tenken kept it, and was taken in.
        TakenIn = "taken_in",
        /// Changes to the version before were approved.
        Approved = "approved",
    }
}

/// A version to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// What the form says.
    pub declaration: Declaration,
    /// Where it comes from.
    pub origin: Origin,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// Who accepted it.
    pub accepted_by: String,
}

/// A version as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub id: i64,
    /// What it holds.
    pub kept: NewVersion,
}

impl Version {
    /// What the form says.
    pub const fn declaration(&self) -> &Declaration {
        &self.kept.declaration
    }
}

fn version(row: &AnyRow) -> Result<Version, StoreError> {
    let columns = Columns::of(row);
    Ok(Version {
        id: columns.int("id")?,
        kept: NewVersion {
            declaration: columns.json("body")?,
            origin: columns.word("origin", Origin::from_word)?,
            accepted_at: columns.instant("accepted_at")?,
            accepted_by: columns.text("accepted_by")?,
        },
    })
}

impl Transaction {
    /// Keeps a version, which is then the one in force.
    pub async fn add_version(&mut self, new: &NewVersion) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO declarations (body, origin, accepted_at, accepted_by) VALUES ($1, $2, $3, $4) RETURNING id",
        )
        .bind(json(&new.declaration, "a declaration")?)
        .bind(new.origin.word())
        .bind(millis(new.accepted_at))
        .bind(new.accepted_by.as_str())
        .fetch_one(self.connection())
        .await?;
        self.touch();
        Columns::of(&row).int("id")
    }

    /// The version in force; absent while there is none.
    pub async fn declaration(&mut self) -> Result<Option<Version>, StoreError> {
        let row =
            sqlx::query("SELECT id, body, origin, accepted_at, accepted_by FROM declarations ORDER BY id DESC LIMIT 1")
                .fetch_optional(self.connection())
                .await?;
        row.as_ref().map(version).transpose()
    }

    /// The version of that number.
    pub async fn version(&mut self, id: i64) -> Result<Option<Version>, StoreError> {
        let row = sqlx::query("SELECT id, body, origin, accepted_at, accepted_by FROM declarations WHERE id = $1")
            .bind(id)
            .fetch_optional(self.connection())
            .await?;
        row.as_ref().map(version).transpose()
    }

    /// The version before that number.
    pub async fn version_before(&mut self, id: i64) -> Result<Option<Version>, StoreError> {
        let row = sqlx::query(
            "SELECT id, body, origin, accepted_at, accepted_by FROM declarations WHERE id < $1 ORDER BY id DESC LIMIT 1",
        )
        .bind(id)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(version).transpose()
    }

    /// How many versions there are.
    pub async fn version_count(&mut self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS versions FROM declarations").fetch_one(self.connection()).await?;
        Columns::of(&row).count("versions")
    }

    /// The newest versions, the newest first.
    pub async fn versions(&mut self, limit: u32) -> Result<Vec<Version>, StoreError> {
        self.versions_from(0, limit).await
    }

    /// Versions, the newest first; so many after the first so many.
    pub async fn versions_from(&mut self, skipped: u32, limit: u32) -> Result<Vec<Version>, StoreError> {
        sqlx::query(
            "SELECT id, body, origin, accepted_at, accepted_by FROM declarations ORDER BY id DESC LIMIT $1 OFFSET $2",
        )
        .bind(i64::from(limit))
        .bind(i64::from(skipped))
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(version)
        .collect()
    }
}
