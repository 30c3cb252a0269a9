//! The data folder as a whole: who uses it, and whether a restore ended.
//!
//! A dashboard and whoever makes a backup share the folder; a restore has it alone. The lock is the system's and goes with
//! the process that holds it, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The file that is locked.
const LOCK: &str = "dashboard.lock";
/// Is there from the first file that a restore moves to the last.
const UNFINISHED: &str = "restore-unfinished";

/// Why a data folder cannot be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// Something in it cannot be read or written.
    #[error("{act} {path}: {source}; the folder must belong to the account the dashboard runs under")]
    File {
        /// What was tried.
        act: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: Error,
    },
    /// A dashboard runs on it, or a backup is made.
    #[error(
        "{0} is in use: a dashboard runs on it, or a backup is made of it; end that first (`systemctl stop 'tenken-dashboard*.socket' tenken-dashboard`: without the sockets, or the next report starts it again)"
    )]
    InUse(PathBuf),
    /// A restore has it alone.
    #[error("{0} is being restored; wait until that has ended")]
    Restoring(PathBuf),
    /// A restore was cut off while it moved files.
    #[error("a restore into {0} was cut off; run the same `tenken-dashboard restore` again before anything else")]
    Unfinished(PathBuf),
}

/// The folder is in use as long as this lives.
#[derive(Debug)]
pub struct Held {
    _lock: File,
}

fn file(act: &'static str, path: &Path) -> impl Fn(Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError::File { act, path: path.clone(), source }
}

/// Uses the folder, which is made if it is not there, beside others.
pub fn share(data: &Path) -> Result<Held, FolderError> {
    let lock = open(data)?;
    match lock.try_lock_shared() {
        Ok(()) => check(data).map(|()| Held { _lock: lock }),
        Err(TryLockError::WouldBlock) => Err(FolderError::Restoring(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(file("locking", &data.join(LOCK))(error)),
    }
}

/// Uses the folder, which is made if it is not there, alone.
pub fn hold_alone(data: &Path) -> Result<Held, FolderError> {
    let lock = open(data)?;
    match lock.try_lock() {
        Ok(()) => Ok(Held { _lock: lock }),
        Err(TryLockError::WouldBlock) => Err(FolderError::InUse(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(file("locking", &data.join(LOCK))(error)),
    }
}

/// Refuses a folder in which a restore was cut off.
pub fn check(data: &Path) -> Result<(), FolderError> {
    if is_unfinished(data) { Err(FolderError::Unfinished(data.to_owned())) } else { Ok(()) }
}

/// Whether a restore was cut off while it moved files.
pub fn is_unfinished(data: &Path) -> bool {
    data.join(UNFINISHED).exists()
}

/// From now on nobody but a restore takes the folder for a dashboard's.
pub(crate) fn begin_moving(data: &Path) -> Result<(), FolderError> {
    let mark = data.join(UNFINISHED);
    private(&mark).and_then(|made| made.sync_all()).map_err(file("writing", &mark))?;
    sync(data)
}

/// What the restore moved is whole.
pub(crate) fn end_moving(data: &Path) -> Result<(), FolderError> {
    sync(data)?;
    let mark = data.join(UNFINISHED);
    std::fs::remove_file(&mark).map_err(file("removing", &mark))?;
    sync(data)
}

/// Gives everything below `path` to whom the folder belongs, for a restore that an administrator runs.
pub(crate) fn give_to_owner_of(data: &Path, path: &Path) -> Result<(), FolderError> {
    let owner = std::fs::metadata(data).map_err(file("reading", data))?;
    give(path, owner.uid(), owner.gid())
}

fn give(path: &Path, user: u32, group: u32) -> Result<(), FolderError> {
    let found = std::fs::symlink_metadata(path).map_err(file("reading", path))?;
    if found.is_dir() {
        for entry in std::fs::read_dir(path).map_err(file("reading", path))? {
            give(&entry.map_err(file("reading", path))?.path(), user, group)?;
        }
    }
    if (found.uid(), found.gid()) != (user, group) {
        std::os::unix::fs::lchown(path, Some(user), Some(group)).map_err(file("giving away", path))?;
    }
    Ok(())
}

/// Makes a folder for its owner alone; one that is there stays.
pub(crate) fn make(folder: &Path) -> Result<(), FolderError> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(file("making", folder))
}

/// What was renamed in a folder stays so after a power cut.
pub(crate) fn sync(folder: &Path) -> Result<(), FolderError> {
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(file("syncing", folder))
}

/// Moves a file or folder; nothing to move is no failure.
pub(crate) fn move_if_there(from: &Path, to: &Path) -> Result<bool, FolderError> {
    match std::fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound && !from.exists() => Ok(false),
        Err(error) => Err(file("moving", from)(error)),
    }
}

/// Removes a folder with all that is in it; nothing to remove is no failure.
pub(crate) fn remove(folder: &Path) -> Result<(), FolderError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(file("removing", folder)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn open(data: &Path) -> Result<File, FolderError> {
    make(data)?;
    let lock = data.join(LOCK);
    let is_new = !lock.exists();
    let opened = private(&lock).map_err(file("opening", &lock))?;
    if is_new {
        give_to_owner_of(data, &lock)?;
    }
    Ok(opened)
}

fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashboard_shares_the_folder_and_a_restore_has_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (one, two) = (share(&data).unwrap(), share(&data).unwrap());
        assert!(matches!(hold_alone(&data), Err(FolderError::InUse(_))));
        drop((one, two));
        let alone = hold_alone(&data).unwrap();
        assert!(matches!(share(&data), Err(FolderError::Restoring(_))));
        assert!(matches!(hold_alone(&data), Err(FolderError::InUse(_))));
        drop(alone);
        share(&data).unwrap();
    }

    #[test]
    fn a_restore_that_was_cut_off_keeps_everybody_else_out() {
        let folder = tempfile::tempdir().unwrap();
        begin_moving(folder.path()).unwrap();
        assert!(matches!(share(folder.path()), Err(FolderError::Unfinished(_))));
        drop(hold_alone(folder.path()).unwrap());
        end_moving(folder.path()).unwrap();
        share(folder.path()).unwrap();
    }
}
