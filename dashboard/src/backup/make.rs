//! Making a backup, also of a dashboard that runs.

use std::io::Write;
use std::path::Path;

use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::archive::ArchiveWriter;
use super::{AUTHORITY, BackupError, FORMAT, Manifest, ROWS, TABLES, rows};
use crate::authority::Authority;
use crate::store::{SchemaMark, Store};

/// A backup that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What it holds.
    pub manifest: Manifest,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

/// Writes the state of the store and the authority of the data folder, as both are now. `path` is told when writing fails.
pub async fn write<W: Write>(
    store: &Store,
    data: &Path,
    out: W,
    path: &Path,
    now: Instant,
) -> Result<(Made, W), BackupError> {
    let mut archive = ArchiveWriter::new(out, path);
    // One state of everything, whatever others write meanwhile.
    let mut transaction = store.read().await?;
    let SchemaMark { schema, program: _ } = transaction.schema_mark().await?;
    let (authority, files) = Authority::files(data, &mut transaction).await?;
    for (name, text) in files {
        archive.begin(&format!("{AUTHORITY}{name}"))?;
        archive.add(text.as_bytes())?;
        archive.end(None);
    }
    for table in transaction.tables().await? {
        archive.begin(&format!("{TABLES}{}{ROWS}", table.name))?;
        archive.add(&rows::heading(&table))?;
        let count = transaction.rows_of(&table, |row| archive.add(&rows::row(row))).await?;
        archive.end(Some(count));
    }
    let audit = transaction.audit_head().await?;
    let counters = transaction.counters().await?;
    transaction.abandon().await?;
    let (manifest, written) = archive.seal(|members| Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema,
        made_at: now,
        authority,
        audit,
        counters,
        members,
    })?;
    Ok((Made { manifest, digest: written.digest, bytes: written.bytes }, written.inner))
}
