//! The declared backup sets of this host as they are on disk.

pub mod borg;
pub mod dated;
pub mod file_system_snapshots;
mod folder;
pub mod generation;
#[cfg(test)]
mod isolation_tests;
pub mod memory;
pub mod mounts;
mod offline;
mod repository;
pub mod restic;
pub mod rsnapshot;
pub mod server_backup;
mod snapshots;
pub mod veeam;
mod veeam_files;
pub mod windows;
mod windows_agents;
#[cfg(test)]
mod windows_tests;

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use tenken_model::fact::backups::{BackupSet, Backups};
use tenken_model::observation::Outcome;
use tenken_model::register::{BackupMethod, BackupRow, Isolation};
use tenken_model::{Instant, Language, Read, Reason, ReasonCode, Size, Topic};

use self::generation::Summary;
use self::memory::BackupMemory;
use self::mounts::Mount;
use self::offline::Looked;
use super::antivirus::time_zone::{self, Zone};
use super::{Look, Needs, Wake};
use crate::host::{EntryKind, ReadError, ReadErrorKind};

/// How many sets are read on one host.
const SETS_MAX: usize = 200;
/// How many links of a path are followed, as in the kernel.
const LINKS_MAX: usize = 40;
/// The host's time zone, in which names and vendors' commands write times.
const LOCAL_TIME: &str = "/etc/localtime";
/// A link for each file system on a disk that is attached.
const DISKS: &str = "/dev/disk/by-uuid";

/// The backup sets the register declares for this host, of which nothing is remembered.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Backups> {
    collect_after(look, needs, None).0
}

/// The backup sets the register declares for this host. Gives what is to be remembered next.
///
/// A location that is not there is a set without generations. If the register says that its medium is disconnected but for the
/// time of copying, it is what it was when it was last seen.
pub fn collect_after(
    look: &Look<'_>,
    needs: &Needs,
    before: Option<&BackupMemory>,
) -> (Outcome<Backups>, Option<BackupMemory>) {
    let rows = match &needs.registers.backup_sets {
        Read::Measured(rows) if rows.is_empty() => {
            return (Outcome::Absent(Language::English.absent(Topic::Backups)), None);
        }
        Read::Measured(rows) => rows,
        Read::NotRead(reason) => return (Outcome::Failed(reason.clone()), None),
    };
    let zone = zone(look);
    let (backups, memory) = each(rows, before, needs.now, |row| set(look, row, rows, &zone, needs.now));
    (Outcome::Known(backups), memory)
}

/// Looks at each set, as far as they are not too many, beside what is remembered of it.
fn each(
    rows: &[BackupRow],
    before: Option<&BackupMemory>,
    now: Instant,
    look_at: impl Fn(&BackupRow) -> Looked,
) -> (Backups, Option<BackupMemory>) {
    let mut memory = before.map(|_| BackupMemory::default());
    let sets = rows.iter().enumerate().map(|(index, row)| {
        if index < SETS_MAX {
            return offline::remembered(row, look_at(row), before, &mut memory, now);
        }
        let detail = format!("read backup set {}: more than {SETS_MAX} are declared for this host", row.name);
        let reason = Reason::new(ReasonCode::TooLarge, detail);
        let place = Place { same_disk: Read::NotRead(reason.clone()), always_written: Read::NotRead(reason.clone()) };
        put_together(row, place, Summary::not_read(&reason, "not looked at"))
    });
    let sets = sets.collect();
    (Backups { sets }, memory)
}

/// Where a set lies.
struct Place {
    same_disk: Read<bool>,
    always_written: Read<bool>,
}

/// A set in storage that no host looks at: what the register declares of it, and nothing that was measured.
fn elsewhere(row: &BackupRow) -> Looked {
    let detail =
        format!("look at {}: it is declared to be in storage of a provider, and is not measured", row.location);
    let reason = Reason::new(ReasonCode::Unsupported, detail);
    let place = Place { same_disk: Read::Measured(false), always_written: Read::Measured(false) };
    let summary = Summary::not_read(&reason, "declared in the register, not measured");
    Looked { set: put_together(row, place, summary), volume: Ok(None) }
}

/// The host's time zone; without one set it is UTC.
fn zone(look: &Look<'_>) -> Result<Zone, Reason> {
    let bytes =
        look.read_if_there(LOCAL_TIME, Size::from_bytes(time_zone::FILE_MAX)).map_err(|error| error.reason())?;
    bytes.map_or_else(
        || Ok(Zone::utc()),
        |bytes| {
            let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read {LOCAL_TIME}: {error}"));
            time_zone::parse(&bytes).map_err(unparsable)
        },
    )
}

fn set(look: &Look<'_>, row: &BackupRow, rows: &[BackupRow], zone: &Result<Zone, Reason>, now: Instant) -> Looked {
    if row.is_elsewhere() {
        return elsewhere(row);
    }
    if row.isolation == Isolation::Offline {
        // That something is mounted at a path tells nobody; that a disk came or went does.
        look.wake_on(Wake::Path(DISKS.into()));
    }
    let there = look.metadata(&row.location);
    let mount = there.as_ref().map_err(ReadError::reason).and_then(|_| mount(look, row));
    let place = Place {
        same_disk: same_disk(look, row),
        always_written: mount.clone().map(|mount| mount.is_some_and(|mount| mount.is_written_share())).into(),
    };
    let looked = match looked_at(look, row) {
        Ok(true) => read(look, row, rows, zone, now),
        Ok(false) => Ok(Summary::of(Vec::new(), "the location is not there", now)),
        Err(reason) => Err(reason),
    };
    let summary = looked.unwrap_or_else(|reason| Summary::not_read(&reason, reason.detail.clone()));
    let volume = match there {
        Err(error) if error.is_not_there() => Ok(None),
        Ok(_) | Err(_) => mount.map(|mount| Some(mount.map(|mount| mount.point).unwrap_or_default())),
    };
    Looked { set: put_together(row, place, summary), volume }
}

/// The file system that the location is on.
fn mount(look: &Look<'_>, row: &BackupRow) -> Result<Option<Mount>, Reason> {
    let location = resolved(look, Path::new(&row.location))?;
    Ok(mounts::holding(&snapshots::mounted(look)?, &location).cloned())
}

/// Whether the location is there as a folder.
fn looked_at(look: &Look<'_>, row: &BackupRow) -> Result<bool, Reason> {
    let location = Path::new(&row.location);
    if !row.location.starts_with('/') {
        let detail = format!("look at {}: it is no absolute path on this host", row.location);
        return Err(Reason::new(ReasonCode::NotConfigured, detail));
    }
    match look.metadata(location) {
        Ok(metadata) if metadata.kind == EntryKind::Folder => Ok(true),
        Ok(_) => {
            let detail = format!("look at {}: it is no folder", row.location);
            Err(Reason::new(ReasonCode::Unparsable, detail))
        }
        Err(error) if error.is_not_there() => Ok(false),
        Err(error) => Err(error.reason()),
    }
}

/// Whether the location is on the same file system as the root, or on another part of what that is stored on.
fn same_disk(look: &Look<'_>, row: &BackupRow) -> Read<bool> {
    // The root's entries change for other reasons: looking at it wakes nobody.
    let root = look.aside().metadata("/").map_err(|error| error.reason());
    let location = look.metadata(&row.location).map_err(|error| error.reason());
    match root.and_then(|root| location.map(|location| location.device == root.device)) {
        Ok(false) => same_storage(look, Path::new(&row.location)).into(),
        other => other.into(),
    }
}

/// Whether root and location, whose device numbers differ, are subvolumes or datasets of one storage.
fn same_storage(look: &Look<'_>, location: &Path) -> Result<bool, Reason> {
    let location = resolved(look, location)?;
    let mounts = snapshots::mounted(look)?;
    let storage = |path| mounts::holding(&mounts, path).and_then(Mount::storage);
    Ok(storage(Path::new("/")).is_some_and(|root| storage(&location) == Some(root)))
}

/// The path without links, as mounts name it.
pub(super) fn resolved(look: &Look<'_>, path: &Path) -> Result<PathBuf, Reason> {
    let aside = look.aside();
    let mut left: Vec<OsString> = parts(path);
    let mut done = PathBuf::from("/");
    let mut links = 0;
    while let Some(part) = left.pop() {
        if part == ".." {
            done.pop();
            continue;
        }
        let candidate = done.join(&part);
        match aside.read_link(&candidate) {
            Ok(target) => {
                links += 1;
                if links > LINKS_MAX {
                    let detail = format!("follow {}: more than {LINKS_MAX} links", path.display());
                    return Err(Reason::new(ReasonCode::TooLarge, detail));
                }
                if target.has_root() {
                    done = PathBuf::from("/");
                }
                left.extend(parts(&target));
            }
            Err(error) if error.kind == ReadErrorKind::WrongKind => done = candidate,
            Err(error) => return Err(error.reason()),
        }
    }
    Ok(done)
}

/// The names of a path, the last first.
fn parts(path: &Path) -> Vec<OsString> {
    let named = path.components().filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    named.rev().map(|part| part.as_os_str().to_owned()).collect()
}

/// The generations of a set whose location is there.
fn read(
    look: &Look<'_>,
    row: &BackupRow,
    rows: &[BackupRow],
    zone: &Result<Zone, Reason>,
    now: Instant,
) -> Result<Summary, Reason> {
    let location = Path::new(&row.location);
    let alone = rows.iter().filter(|other| Path::new(&other.location) == location).count() < 2;
    let zone = || zone.as_ref().map_err(Clone::clone);
    match row.method {
        BackupMethod::Restic => repository::restic(look, location, &row.name, alone, now),
        BackupMethod::Borg => repository::borg(look, location, &row.name, zone()?, now),
        BackupMethod::Rsnapshot => folder::rsnapshot(look, location, now),
        BackupMethod::DatedFolders => folder::dated(look, location, zone()?, now),
        BackupMethod::Btrfs => snapshots::btrfs(look, location, zone()?, now),
        BackupMethod::Zfs => snapshots::zfs(look, location, zone()?, now),
        BackupMethod::ShadowCopy
        | BackupMethod::WindowsServerBackup
        | BackupMethod::FileHistory
        | BackupMethod::VeeamAgent
        | BackupMethod::AcronisCyberProtect
        | BackupMethod::ArcserveUdp
        | BackupMethod::BackupExec
        | BackupMethod::NetBackup
        | BackupMethod::ObjectStorage => {
            let detail = format!("read backup set {}: {} is read on Windows only", row.name, row.method.word());
            Err(Reason::new(ReasonCode::Unsupported, detail))
        }
    }
}

/// A set of which only the newest generation is known, because the others could not be counted this time.
///
/// That the agent may not look stays so: it is then as with a program that does not tell, of which a person can say it. Everything else
/// is an error of this time.
fn uncounted(newest: Summary, reason: &Reason) -> Summary {
    let code = match reason.code {
        ReasonCode::NotPermitted => ReasonCode::Unsupported,
        other => other,
    };
    let reason = Reason::new(code, format!("count generations: {}", reason.detail));
    Summary { newest: newest.newest, evidence: newest.evidence, ..Summary::not_read(&reason, "") }
}

fn put_together(row: &BackupRow, place: Place, summary: Summary) -> BackupSet {
    BackupSet {
        name: row.name.clone(),
        system: row.system.clone(),
        method: row.method,
        location: row.location.clone(),
        isolation: row.isolation,
        same_disk: place.same_disk,
        always_written: place.always_written,
        attached_since: Read::Measured(None),
        generations: summary.generations,
        newest: summary.newest,
        oldest: summary.oldest,
        newest_size: summary.newest_size,
        size_percent: summary.size_percent,
        newest_file: summary.newest_file,
        newest_file_sure: summary.newest_file_sure,
        failed_runs: summary.failed_runs,
        evidence: summary.evidence,
    }
}

#[cfg(test)]
mod tests;
