//! Restore points of Veeam Agent for Microsoft Windows as they lie at their destination: a file `.vbk` for each full backup and one
//! `.vib` for what changed since, in a folder that is called like the job; their names have the time.
//!
//! Source: [Veeam Agent for Microsoft Windows, Backup Files](https://helpcenter.veeam.com/docs/agentforwindows/userguide/backup_files.html).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tenken_model::register::BackupRow;
use tenken_model::{Instant, Read, Reason, ReasonCode};

use super::dated::stamp;
use super::folder::FOLDER_LIMIT;
use super::generation::{Generation, Summary};
use crate::collect::Look;
use crate::collect::antivirus::time_zone::Zone;
use crate::host::EntryKind;

/// Endings of files that hold a restore point.
const RESTORE_POINTS: [&str; 3] = [".vbk", ".vib", ".vrb"];
/// How many folders below the destination are looked into.
const FOLDERS_MAX: usize = 50;

/// The restore points of a set: of the folder that is called like it, or of all there are where the set is `alone`.
pub(super) fn read(
    look: &Look<'_>,
    row: &BackupRow,
    location: &Path,
    zone: &Zone,
    alone: bool,
    now: Instant,
) -> Result<Summary, Reason> {
    let untold = |code: ReasonCode, why: &str| {
        let detail = format!("look for restore points of Veeam Agent in {}: {why}", row.location);
        Reason::new(code, detail)
    };
    let mut points = BTreeSet::new();
    let mut folders = vec![(location.to_owned(), alone || is_called(location, &row.name), 0)];
    let mut looked_into = 0;
    while let Some((folder, is_own, depth)) = folders.pop() {
        looked_into += 1;
        if looked_into > FOLDERS_MAX {
            return Err(untold(ReasonCode::TooLarge, "it holds too many folders"));
        }
        for entry in look.list(&folder, FOLDER_LIMIT).map_err(|error| error.reason())? {
            let path: PathBuf = folder.join(&entry.name);
            match entry.kind {
                EntryKind::Folder if depth == 0 => {
                    let is_own = is_own || is_called(&path, &row.name);
                    folders.push((path, is_own, depth + 1));
                }
                EntryKind::File if is_own => points.extend(time(&entry.name, zone)),
                _ => {}
            }
        }
    }
    if points.is_empty() {
        return Err(untold(ReasonCode::Inconclusive, "there are none that can be told to be its own"));
    }
    let generations = points.into_iter().map(|made| {
        let size = Read::not_read(ReasonCode::Unsupported, "compare sizes: its files hold what changed alone");
        Generation { size, ..Generation::untold(made) }
    });
    Ok(Summary::of(generations.collect(), "record 190 of Veeam Agent, and the names of its restore points", now))
}

fn is_called(folder: &Path, job: &str) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().trim().to_lowercase() == job.trim().to_lowercase())
}

/// When a restore point was made, by the name of its file: `Daily2026-11-22T220000.vbk`, `DailyD2026-11-22T220000_6A1F.vib`.
fn time(name: &str, zone: &Zone) -> Option<Instant> {
    let lower = name.to_ascii_lowercase();
    RESTORE_POINTS.iter().any(|ending| lower.ends_with(ending)).then_some(())?;
    let stamp = stamp(name).filter(|stamp| stamp.time.is_some())?;
    zone.written(stamp.begin())
}
