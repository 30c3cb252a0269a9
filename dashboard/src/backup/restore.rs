//! Putting a backup back.
//!
//! The database is made beside the one there is and filled; only when all of it is whole, files are moved. From the first
//! of them to the last the folder says that a restore is not finished, and no dashboard starts on it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tenken_model::Instant;

use super::archive::Archive;
use super::rows::Rows;
use super::{AUTHORITY, BackupError, Manifest, ROWS, RestoredFrom, TABLES, write_down};
use crate::authority::Authority;
use crate::data_folder;
use crate::store::{DATABASE_FILE, Location, Store, StoreError, Transaction};

/// Where the new state is made, within the data folder.
const DRAFT: &str = "restore-draft";
/// Files of the database that SQLite keeps beside it while it is open.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// What is to be restored, and where.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// A server's database in place of the one in the folder.
    pub server: Option<&'a Location>,
    /// What the folder holds is kept beside, and replaced.
    pub replace: bool,
    /// Who restores it, for the audit log.
    pub person: &'a str,
    /// The wall clock.
    pub now: Instant,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the backup holds.
    pub manifest: Manifest,
    /// Where the state from before is kept; absent if there was none.
    pub kept: Option<PathBuf>,
    /// The first entry of the audit log that does not follow from the one before; it was so in the backup.
    pub audit_break: Option<i64>,
}

/// Restores a backup. Unless it returns that it did, the dashboard that is there stays as it was.
pub async fn restore(file: &Path, wanted: &Wanted<'_>) -> Result<Outcome, BackupError> {
    let mut archive = Archive::open(file)?;
    let data = wanted.data;
    let _alone = data_folder::hold_alone(data)?;
    // One that was cut off began with the leave to replace what is there.
    if !wanted.replace && !data_folder::is_unfinished(data) && holds_dashboard(data) {
        return Err(BackupError::Occupied(data.to_owned()));
    }
    let draft = data.join(DRAFT);
    data_folder::remove(&draft)?;
    data_folder::make(&draft)?;
    let done = into(&mut archive, &draft, wanted).await;
    let removed = data_folder::remove(&draft);
    let outcome = done?;
    removed?;
    Ok(outcome)
}

/// Whether there is state that a restore would take the place of.
fn holds_dashboard(data: &Path) -> bool {
    [DATABASE_FILE, Authority::FOLDER].iter().any(|name| data.join(name).exists())
}

/// Makes a database as the one of the backup was, with its schema, where there is none. It holds once the transaction is saved.
pub async fn unpack(archive: &mut Archive, location: &Location) -> Result<(Store, Transaction), BackupError> {
    let made = Store::make(location, archive.manifest().schema).await.map_err(|error| match error {
        StoreError::NotEmpty => BackupError::OccupiedServer,
        other => other.into(),
    });
    let (store, mut transaction) = made?;
    fill(archive, &mut transaction).await?;
    Ok((store, transaction))
}

async fn into(archive: &mut Archive, draft: &Path, wanted: &Wanted<'_>) -> Result<Outcome, BackupError> {
    let own = Location::folder(draft)?;
    let (store, mut transaction) = unpack(archive, wanted.server.unwrap_or(&own)).await?;
    transaction.climb().await?;
    let authority = authority(archive, draft, &mut transaction).await?;
    if authority.digest() != archive.manifest().authority {
        return Err(BackupError::damaged("its authority is not the one in the manifest"));
    }
    let audit_break = transaction.audit_break().await?;
    settle(archive, &mut transaction, wanted).await?;
    let kept = match wanted.server {
        None => {
            transaction.save().await?;
            store.close().await;
            move_in(draft, wanted, None).await?
        }
        Some(_) => move_in(draft, wanted, Some(transaction)).await?,
    };
    Ok(Outcome { manifest: archive.manifest().clone(), kept, audit_break })
}

/// Fills the tables, which are those of the backup's schema.
async fn fill(archive: &mut Archive, transaction: &mut Transaction) -> Result<(), BackupError> {
    let tables = transaction.tables().await?;
    let manifest = archive.manifest().clone();
    let wanted: BTreeSet<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let found: BTreeSet<&str> = manifest.members.iter().filter_map(|member| member.table()).collect();
    if wanted != found {
        let problem = format!("its tables are not those of schema {}", manifest.schema);
        return Err(BackupError::Damaged(problem));
    }
    transaction.begin_filling(&tables).await?;
    for table in &tables {
        let name = format!("{TABLES}{}{ROWS}", table.name);
        let told = manifest.members.iter().find(|member| member.name == name).and_then(|member| member.rows);
        let mut rows = Rows::new(table, archive.member(&name)?)?;
        let mut count: u64 = 0;
        while let Some(row) = rows.next()? {
            transaction.fill_row(table, row).await?;
            count = count.saturating_add(1);
        }
        if told != Some(count) {
            return Err(BackupError::Damaged(format!("the table {} has not as many rows as it should", table.name)));
        }
    }
    for counter in manifest.counters.iter().filter(|counter| wanted.contains(counter.table.as_str())) {
        transaction.set_counter(counter).await?;
    }
    Ok(())
}

/// Writes the authority's files into the draft; the database must be its.
async fn authority(
    archive: &mut Archive,
    draft: &Path,
    transaction: &mut Transaction,
) -> Result<Authority, BackupError> {
    let mut files = Vec::new();
    for name in Authority::FILES {
        files.push((name, archive.text(&format!("{AUTHORITY}{name}"))?));
    }
    Ok(Authority::put(draft, &files, transaction).await?)
}

/// What counted when the backup was made and must not count again: who was signed in, and tokens that may have been used since.
async fn settle(archive: &Archive, transaction: &mut Transaction, wanted: &Wanted<'_>) -> Result<(), BackupError> {
    let made_at = archive.manifest().made_at;
    transaction.end_all_sessions().await?;
    transaction.withdraw_tokens(wanted.person, wanted.now).await?;
    transaction.set_setting(&RestoredFrom { made_at, restored_at: wanted.now }).await?;
    let subject = made_at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let detail = format!("SHA-256 {}", archive.digest());
    Ok(write_down(transaction, wanted.now, wanted.person, "backup_restored", &subject, detail).await?)
}

/// Moves what is there into a folder beside, and the draft into its place. A server's transaction is saved in between.
async fn move_in(
    draft: &Path,
    wanted: &Wanted<'_>,
    server: Option<Transaction>,
) -> Result<Option<PathBuf>, BackupError> {
    let data = wanted.data;
    data_folder::give_to_owner_of(data, draft)?;
    data_folder::sync(draft)?;
    let database = |ending: &str| format!("{DATABASE_FILE}{ending}");
    let mut names = vec![Authority::FOLDER.to_owned()];
    if server.is_none() {
        names.extend([database(BESIDE[0]), database(BESIDE[1]), database("")]);
    }
    data_folder::begin_moving(data)?;
    let kept = beside(data, wanted.now);
    let mut moved = false;
    for name in &names {
        if data.join(name).exists() {
            data_folder::make(&kept)?;
            moved |= data_folder::move_if_there(&data.join(name), &kept.join(name))?;
        }
    }
    if moved {
        data_folder::sync(&kept)?;
        data_folder::give_to_owner_of(data, &kept)?;
    }
    for name in &names {
        data_folder::move_if_there(&draft.join(name), &data.join(name))?;
    }
    if let Some(transaction) = server {
        transaction.save().await?;
    }
    data_folder::end_moving(data)?;
    Ok(moved.then_some(kept))
}

/// A folder that is not there yet.
fn beside(data: &Path, now: Instant) -> PathBuf {
    let first = data.join(format!("before-restore-{}", now.format("%Y%m%dT%H%M%SZ")));
    let mut free = first.clone();
    for number in 2_u32.. {
        if !free.exists() {
            break;
        }
        free = first.with_extension(number.to_string());
    }
    free
}
