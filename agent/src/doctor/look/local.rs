//! The state folder.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use tenken_model::Size;

use super::tried;
use crate::doctor::seen::{Folder, Looked, Owned, Policy};
use crate::durable::{self, DurableError};
use crate::host::live::LiveHost;
use crate::host::storage;
use crate::host::{EntryKind, Host as _, ReadError, ReadErrorKind};
use crate::identity::Identity;
use crate::policy;
use crate::spool;

const FILE_BYTES: Size = Size::from_bytes(1 << 20);
/// The agent keeps a handful.
const FILES_MAX: usize = 256;

/// A small file of the folder; nothing where there is none.
pub(super) fn read(path: &Path) -> Looked<Option<Vec<u8>>> {
    durable::read(path, FILE_BYTES).map_err(|error| ReadError::new(kind(&error), tried("read", path), why(&error)))
}

/// The kind of a failure.
pub(super) fn kind(error: &DurableError) -> ReadErrorKind {
    match error {
        DurableError::Failed { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            ReadErrorKind::NotPermitted
        }
        DurableError::Failed { .. } | DurableError::Full { .. } => ReadErrorKind::Failed,
        DurableError::TooLarge { .. } => ReadErrorKind::TooLarge,
    }
}

fn why(error: &DurableError) -> String {
    match error {
        DurableError::Failed { source, .. } => source.to_string(),
        DurableError::Full { .. } | DurableError::TooLarge { .. } => error.to_string(),
    }
}

/// The folder and its files, those of the spool too.
pub(super) fn folder(host: &LiveHost, state_dir: &Path) -> Looked<Option<Folder>> {
    let owned = |path: &Path| {
        host.metadata(path).map(|found| Owned { path: path.display().to_string(), uid: found.uid, mode: found.mode })
    };
    let first = match owned(state_dir) {
        Err(error) if error.is_not_there() => return Ok(None),
        found => found?,
    };
    let mut files = vec![first];
    for folder in [state_dir.to_owned(), state_dir.join("spool")] {
        let entries = match host.list(&folder, FILES_MAX) {
            Err(error) if error.is_not_there() => continue,
            entries => entries?,
        };
        for entry in entries {
            let path = folder.join(&entry.name);
            if entry.kind == EntryKind::Link {
                let why = "it is a link, and the agent makes none";
                return Err(ReadError::new(ReadErrorKind::WrongKind, tried("look at", &path), why));
            }
            match owned(&path) {
                // Files are exchanged for others while the agent runs.
                Err(error) if error.is_not_there() => {}
                found => files.push(found?),
            }
        }
    }
    let foreign = match storage::check_private_folder(state_dir) {
        Err(error) if error.raw_os_error().is_some() && error.kind() == ErrorKind::PermissionDenied => {
            return Err(ReadError::from_io(tried("look at", state_dir), &error));
        }
        checked => checked.err().map(|error| error.to_string()),
    };
    Ok(Some(Folder { files, foreign }))
}

/// Whether an agent holds the spool.
pub(super) fn lock(state_dir: &Path) -> Looked<bool> {
    let path = state_dir.join("spool").join("lock");
    let failed = |error: &std::io::Error| ReadError::from_io(tried("lock", &path), error);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(&error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}

/// What waits to be sent.
pub(super) fn spool(state_dir: &Path) -> Looked<spool::Seen> {
    let folder = state_dir.join("spool");
    spool::look(&folder).map_err(|error| ReadError::new(kind(&error), tried("read", &folder), why(&error)))
}

/// The policy that is kept.
pub(super) fn policy(state_dir: &Path, identity: &Identity) -> Looked<Option<Policy>> {
    let path = policy::path(state_dir);
    let failed = |error: &std::io::Error| ReadError::from_io(tried("read", &path), error);
    let modified = match path.metadata().and_then(|metadata| metadata.modified()) {
        Ok(modified) => modified,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    let restored = policy::restore(state_dir, identity);
    let version = match restored {
        Ok((in_force, None)) => Ok(in_force.version),
        Ok((_, Some(error))) | Err(error) => Err(error.to_string()),
    };
    Ok(Some(Policy { received_at: modified.into(), version }))
}
