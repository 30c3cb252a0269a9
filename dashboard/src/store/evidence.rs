//! Files that people attached, kept by the digest of their content.

use sqlx::any::AnyRow;
use tenken_model::digest::Digest;
use tenken_model::{Instant, ItemId};

use super::value::{Columns, millis};
use super::{StoreError, Transaction};
use crate::evidence::{Kind, Scan};

/// A file to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidence {
    /// What kind of file it is, told by its content.
    pub kind: Kind,
    /// Its bytes.
    pub content: Vec<u8>,
    /// What the virus scanner said.
    pub scanned: Scan,
    /// When it was stored.
    pub stored_at: Instant,
    /// By whom.
    pub stored_by: String,
}

/// A file as it was kept, with the name under which it was first attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// What kind of file it is.
    pub kind: Kind,
    /// Its bytes.
    pub content: Vec<u8>,
    /// Its name.
    pub name: String,
}

/// A file as it is listed with a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// The statement's number.
    pub attestation: i64,
    /// The digest of its content.
    pub digest: Digest,
    /// Its name as the person had it.
    pub name: String,
    /// What kind of file it is.
    pub kind: Kind,
    /// What the virus scanner said.
    pub scanned: Scan,
}

/// A file that is attached to a statement, with how large it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuredFile {
    /// The file.
    pub file: AttachedFile,
    /// How many bytes it has.
    pub bytes: u64,
}

fn attached(row: &AnyRow) -> Result<AttachedFile, StoreError> {
    let columns = Columns::of(row);
    Ok(AttachedFile {
        attestation: columns.int("attestation")?,
        digest: columns.parsed("digest")?,
        name: columns.text("name")?,
        kind: columns.word("kind", Kind::from_word)?,
        scanned: columns.word("scanned", Scan::from_word)?,
    })
}

fn measured(row: &AnyRow) -> Result<MeasuredFile, StoreError> {
    Ok(MeasuredFile { file: attached(row)?, bytes: Columns::of(row).count("bytes")? })
}

/// Files with their sizes, of which and in which order the rest says.
macro_rules! measured {
    ($rest:literal) => {
        concat!(
            "SELECT f.attestation, f.digest, f.name, e.kind, e.scanned, CAST(LENGTH(e.content) AS BIGINT) AS bytes ",
            "FROM attestation_files f JOIN evidence_files e ON e.digest = f.digest ",
            $rest
        )
    };
}

impl Transaction {
    /// Keeps a file and attaches it to a statement. A file that is kept already is not kept twice.
    pub async fn attach(&mut self, attestation: i64, name: &str, new: &NewEvidence) -> Result<Digest, StoreError> {
        let digest = Digest::of(&new.content);
        sqlx::query(
            "INSERT INTO evidence_files (digest, kind, content, scanned, stored_at, stored_by) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING",
        )
        .bind(digest.to_string())
        .bind(new.kind.word())
        .bind(new.content.clone())
        .bind(new.scanned.word())
        .bind(millis(new.stored_at))
        .bind(new.stored_by.as_str())
        .execute(self.connection())
        .await?;
        sqlx::query(
            "INSERT INTO attestation_files (attestation, digest, name) VALUES ($1, $2, $3) \
             ON CONFLICT (attestation, digest, name) DO NOTHING",
        )
        .bind(attestation)
        .bind(digest.to_string())
        .bind(name)
        .execute(self.connection())
        .await?;
        self.touch();
        Ok(digest)
    }

    /// The file of that digest, under a name it was attached by: `name` if it is one of them, otherwise the first.
    pub async fn evidence(&mut self, digest: &Digest, name: &str) -> Result<Option<EvidenceFile>, StoreError> {
        let row = sqlx::query(
            "SELECT e.kind, e.content, f.name FROM evidence_files e JOIN attestation_files f ON f.digest = e.digest \
             WHERE e.digest = $1 ORDER BY CASE WHEN f.name = $2 THEN 0 ELSE 1 END, f.attestation, f.name LIMIT 1",
        )
        .bind(digest.to_string())
        .bind(name)
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let columns = Columns::of(&row);
        Ok(Some(EvidenceFile {
            kind: columns.word("kind", Kind::from_word)?,
            content: columns.bytes("content")?,
            name: columns.text("name")?,
        }))
    }

    /// The files attached to the statements for an item.
    pub async fn files_of(&mut self, item: &ItemId) -> Result<Vec<AttachedFile>, StoreError> {
        sqlx::query(
            "SELECT f.attestation, f.digest, f.name, e.kind, e.scanned FROM attestation_files f \
             JOIN evidence_files e ON e.digest = f.digest JOIN attestations a ON a.id = f.attestation \
             WHERE a.item = $1 ORDER BY f.attestation, f.name",
        )
        .bind(item.as_str())
        .fetch_all(self.connection())
        .await?
        .iter()
        .map(attached)
        .collect()
    }

    /// Every file that is attached to a statement, by statement and name.
    pub async fn attached_files(&mut self) -> Result<Vec<MeasuredFile>, StoreError> {
        let rows =
            sqlx::query(measured!("ORDER BY f.attestation, f.name, f.digest")).fetch_all(self.connection()).await?;
        rows.iter().map(measured).collect()
    }

    /// The files of the statements for an item, with the size of each, by statement and name.
    pub async fn attached_files_of(&mut self, item: &ItemId) -> Result<Vec<MeasuredFile>, StoreError> {
        let rows = sqlx::query(measured!(
            "JOIN attestations a ON a.id = f.attestation WHERE a.item = $1 ORDER BY f.attestation, f.name, f.digest"
        ))
        .bind(item.as_str())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(measured).collect()
    }
}
