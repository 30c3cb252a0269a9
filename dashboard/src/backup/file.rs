//! The file of a backup on the disk: whole under its name, or not there.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tenken_model::Instant;
use tenken_model::digest::Digest;

use super::BackupError;

/// What a file ends in while it is being written.
const PART: &str = ".part";
/// What a backup that is named by its time ends in.
const ENDING: &str = ".backup";
/// How many digits of the authority's digest tell one dashboard's backups from another's.
const OWN_DIGITS: usize = 8;

/// A file that is being written, beside the place where it will be. Unless it is kept, it is removed.
#[derive(Debug)]
pub struct Draft {
    file: Option<File>,
    beside: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Begins a file for its owner alone, after removing what runs that were cut off left of the same.
    pub fn begin(path: &Path) -> Result<Self, BackupError> {
        let failed = BackupError::writing(path);
        let name = path.file_name().and_then(OsStr::to_str);
        let name = name.ok_or_else(|| failed(Error::new(ErrorKind::InvalidInput, "this is no name of a file")))?;
        let folder = folder_of(path);
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        remove_abandoned(folder, |found| found.starts_with(&format!(".{name}."))).map_err(&failed)?;
        let beside = folder.join(format!(".{name}.{}{PART}", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(&failed)?;
        // Others see by it that this is not left over.
        file.lock().map_err(&failed)?;
        Ok(Self { file: Some(file), beside, path: path.to_owned() })
    }

    /// What was written is whole: it is synced and gets its name.
    pub fn keep(mut self) -> Result<(), BackupError> {
        let failed = BackupError::writing(&self.path);
        if std::fs::symlink_metadata(&self.path).is_ok() {
            return Err(BackupError::Exists(self.path.clone()));
        }
        if let Some(file) = &self.file {
            file.sync_all().map_err(&failed)?;
        }
        std::fs::rename(&self.beside, &self.path).map_err(&failed)?;
        self.file = None;
        File::open(folder_of(&self.path)).and_then(|folder| folder.sync_all()).map_err(&failed)
    }
}

impl Write for Draft {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.file.as_ref().map_or_else(|| Err(ErrorKind::BrokenPipe.into()), |mut file| file.write(piece))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.as_ref().map_or(Ok(()), |mut file| file.flush())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _left_behind = std::fs::remove_file(&self.beside);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes drafts that nobody writes any more.
fn remove_abandoned(folder: &Path, is_own: impl Fn(&str) -> bool) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_draft = entry.file_name().to_str().is_some_and(|name| name.ends_with(PART) && is_own(name));
        if is_draft && File::open(entry.path()).is_ok_and(|draft| draft.try_lock().is_ok()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What all backups of one dashboard that are named by their time begin with.
fn own(authority: &Digest) -> String {
    let digits = authority.to_string();
    format!("tenken-{}-", digits.get(..OWN_DIGITS).unwrap_or(&digits))
}

/// The name of a backup of that time.
pub fn name_of(authority: &Digest, at: Instant) -> String {
    format!("{}{}{ENDING}", own(authority), at.format("%Y%m%dT%H%M%SZ"))
}

/// Removes all but the newest of the backups of that dashboard in a folder, and what runs that were cut off left there;
/// returns the names of those that were removed. Nothing else is touched.
pub fn forget_older(folder: &Path, authority: &Digest, keep: usize) -> Result<Vec<String>, BackupError> {
    let failed = BackupError::writing(folder);
    let own = own(authority);
    remove_abandoned(folder, |found| found.strip_prefix('.').is_some_and(|name| name.starts_with(&own)))
        .map_err(&failed)?;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(&failed)? {
        let entry = entry.map_err(&failed)?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let name = entry.file_name().into_string().ok().filter(|name| is_file && is_time(name, &own));
        names.extend(name);
    }
    // Their names sort by time.
    names.sort();
    names.truncate(names.len().saturating_sub(keep));
    for name in &names {
        std::fs::remove_file(folder.join(name)).map_err(&failed)?;
    }
    Ok(names)
}

/// Whether a name is one that [`name_of`] makes.
fn is_time(name: &str, own: &str) -> bool {
    let time = name.strip_prefix(own).and_then(|rest| rest.strip_suffix(ENDING));
    time.is_some_and(|time| chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").is_ok())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.backup");
        let mut dropped = Draft::begin(&path).unwrap();
        dropped.write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(dropped);
        assert!(names(folder.path()).is_empty());

        let mut kept = Draft::begin(&path).unwrap();
        kept.write_all(b"whole").unwrap();
        kept.keep().unwrap();
        assert_eq!(names(folder.path()), ["a.backup"]);
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(Draft::begin(&path), Err(BackupError::Exists(_))));
        assert!(matches!(Draft::begin(&folder.path().join("none/a")), Err(BackupError::Write { .. })));
    }

    #[test]
    fn what_a_run_that_was_cut_off_left_goes_and_what_is_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.backup");
        let held = File::create(folder.path().join(".a.backup.2.part")).unwrap();
        held.lock().unwrap();
        std::fs::write(folder.path().join(".a.backup.1.part"), "left over").unwrap();
        std::fs::write(folder.path().join(".b.backup.1.part"), "another's").unwrap();
        Draft::begin(&path).unwrap().keep().unwrap();
        assert_eq!(names(folder.path()), [".a.backup.2.part", ".b.backup.1.part", "a.backup"]);
    }

    #[test]
    fn only_older_backups_of_the_same_dashboard_go() {
        let folder = tempfile::tempdir().unwrap();
        let (own, other) = (Digest::of(b"own"), Digest::of(b"other"));
        let at = |day: u32| format!("2026-11-{day:02}T02:00:00Z").parse().unwrap();
        let mine: Vec<String> = (1..=4).map(|day| name_of(&own, at(day))).collect();
        let odd = [name_of(&other, at(1)), format!("{}.txt", mine[0]), mine[0].replace("T02", "Tx2"), "notes".into()];
        for name in mine.iter().chain(&odd) {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::write(folder.path().join(format!(".{}.77.part", mine[0])), "left over").unwrap();
        // A folder of such a name is none of them.
        std::fs::create_dir(folder.path().join(name_of(&own, at(9)))).unwrap();
        assert_eq!(forget_older(folder.path(), &own, 2).unwrap(), mine[..2]);
        let mut left: Vec<String> = mine[2..].iter().chain(&odd).cloned().chain([name_of(&own, at(9))]).collect();
        left.sort();
        assert_eq!(names(folder.path()), left);
        assert!(forget_older(folder.path(), &own, 2).unwrap().is_empty());
    }
}
