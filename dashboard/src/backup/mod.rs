//! All of the dashboard's state in one file, and back.
//!
//! The file is a ZIP: `tables/NAME.jsonl` has every row of a table, `authority/` the keys and the certificate, and the last
//! member, `manifest.json`, says of each other one its size and digest. Rows are written as JSON and not as a database's own
//! file, so that one format serves SQLite and PostgreSQL, a running dashboard is read in one transaction without a second
//! copy on the disk, and a backup of one database can be restored into the other. The tables are those of the schema
//! that the database has; a restore makes that schema, fills it, and brings it to the newest.

mod archive;
mod error;
mod file;
mod make;
mod restore;
mod rows;

use serde::{Deserialize, Serialize};
use tenken_model::Instant;
use tenken_model::digest::Digest;

use crate::store::{AuditEntry, AuditHead, Counter, Setting, StoreError, Transaction};

pub use archive::Archive;
pub use error::BackupError;
pub use file::{Draft, forget_older, name_of};
pub use make::{Made, write};
pub use restore::{Outcome, Wanted, restore, unpack};

/// How the file is laid out; a program reads its own and older ones.
const FORMAT: u32 = 1;
/// The list of all other members.
const MANIFEST: &str = "manifest.json";
/// Before the name of a table.
const TABLES: &str = "tables/";
/// After it.
const ROWS: &str = ".jsonl";
/// Before the name of a file of the authority.
const AUTHORITY: &str = "authority/";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How the file is laid out.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The schema of its tables.
    pub schema: i64,
    /// When the state was read.
    pub made_at: Instant,
    /// SHA-256 of the authority's certificate in DER.
    pub authority: Digest,
    /// The newest entry of the audit log.
    pub audit: AuditHead,
    /// The last numbers that were given to rows.
    pub counters: Vec<Counter>,
    /// Every other member.
    pub members: Vec<Member>,
}

/// A file within a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its path.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
    /// How many rows it has, if it is a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

impl Member {
    /// The table whose rows it has.
    fn table(&self) -> Option<&str> {
        self.name.strip_prefix(TABLES)?.strip_suffix(ROWS)
    }
}

/// What this dashboard was last restored from. Certificates that hosts got between both times are not in the database, and
/// are its authority's all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoredFrom {
    /// When the state was read.
    pub made_at: Instant,
    /// When it was restored.
    pub restored_at: Instant,
}

impl Setting for RestoredFrom {
    const NAME: &'static str = "restored_from";
}

/// Writes down who made or restored a backup.
pub async fn write_down(
    transaction: &mut Transaction,
    at: Instant,
    person: &str,
    act: &str,
    subject: &str,
    detail: String,
) -> Result<(), StoreError> {
    let entry = AuditEntry { at, person: person.to_owned(), act: act.to_owned(), subject: subject.to_owned(), detail };
    transaction.audit(&entry).await
}

#[cfg(test)]
mod tests;
