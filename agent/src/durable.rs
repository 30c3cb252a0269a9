//! Files that are whole after a power cut: either the old content or the new.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tenken_model::Size;
use thiserror::Error;

use crate::host::storage;

/// Why the agent's own state could not be kept or read.
#[derive(Debug, Error)]
pub enum DurableError {
    /// The disk or the quota is full.
    #[error("{tried} {}: the disk is full; free space there, nothing was lost", path.display())]
    Full {
        /// What was tried.
        tried: &'static str,
        /// On which file.
        path: PathBuf,
    },
    /// The file is larger than anything the agent writes there.
    #[error("read {}: larger than {limit}; it was not written by this agent, move it away", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: Size,
    },
    /// Anything else.
    #[error("{tried} {}: {source}", path.display())]
    Failed {
        /// What was tried.
        tried: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl DurableError {
    /// A failure of the system while `tried` on `path`.
    pub fn from_io(tried: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full { tried, path },
            _ => Self::Failed { tried, path, source },
        }
    }
}

/// Puts `bytes` in the place of whatever is at `path`. When it returns, the new content survives a
/// power cut; when it fails, the old content is still there. Readable by the owner only.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), DurableError> {
    replace_with(path, |file| file.write_all(bytes)).map(drop)
}

/// Like [`replace`], with the content written by `write`. Gives the new file, open for writing at its end.
pub fn replace_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<File, DurableError> {
    let temporary = temporary_beside(path);
    let written = storage::create_private(&temporary).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()?;
        Ok(file)
    });
    let file = written.map_err(|error| {
        // What is left of the attempt takes space that is just what may be lacking.
        drop(std::fs::remove_file(&temporary));
        DurableError::from_io("write", &temporary, error)
    })?;
    storage::rename(&temporary, path).map_err(|error| DurableError::from_io("rename to", path, error))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    storage::sync_folder(folder).map_err(|error| DurableError::from_io("sync", folder, error))?;
    Ok(file)
}

/// The content of a file; `None` if there is none.
pub fn read(path: &Path, limit: Size) -> Result<Option<Vec<u8>>, DurableError> {
    let failed = |error| DurableError::from_io("read", path, error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    file.take(limit.bytes().saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit.bytes() {
        return Err(DurableError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(Some(bytes))
}

/// Takes a file away, if it is there.
pub fn remove(path: &Path) -> Result<(), DurableError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(DurableError::from_io("remove", path, error)),
        _ => Ok(()),
    }
}

fn temporary_beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".new");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_read_within_its_limit() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("state.json");
        assert!(read(&path, Size::from_bytes(10)).unwrap().is_none());
        replace(&path, b"first").unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(read(&path, Size::from_bytes(6)).unwrap().unwrap(), b"second");
        let error = read(&path, Size::from_bytes(5)).unwrap_err();
        assert!(matches!(error, DurableError::TooLarge { .. }), "{error}");
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 1, "no temporary file is left");
        remove(&path).unwrap();
        remove(&path).unwrap();
    }

    #[test]
    fn a_failed_write_keeps_the_old_content() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("state.json");
        replace(&path, b"old").unwrap();
        let error = replace_with(&path, |file| {
            file.write_all(b"ne")?;
            Err(io::Error::from(ErrorKind::StorageFull))
        })
        .unwrap_err();
        assert!(error.to_string().contains("the disk is full"), "{error}");
        assert_eq!(read(&path, Size::from_bytes(9)).unwrap().unwrap(), b"old");
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_in_place_of_a_file_is_said() {
        let scratch = tempfile::tempdir().unwrap();
        let error = read(scratch.path(), Size::from_bytes(9)).unwrap_err();
        assert!(error.to_string().starts_with(&format!("read {}: ", scratch.path().display())), "{error}");
        assert!(replace(&scratch.path().join("missing/x"), b"").is_err());
    }

    /// Linux's /dev/full refuses every write as a full disk does.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_named() {
        let error = std::fs::write("/dev/full", "x").unwrap_err();
        let said = DurableError::from_io("write", Path::new("/dev/full"), error).to_string();
        assert!(said.contains("free space"), "{said}");
    }
}
