//! Files and folders.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use tenken_model::{Instant, Size};

use crate::host::{Entry, EntryKind, Metadata, ReadError, ReadErrorKind};

/// `O_NONBLOCK` of Darwin: opening a pipe in place of a file does not wait for a writer.
const NONBLOCK: i32 = 0x4;

fn open(path: &Path, tried: &str) -> Result<File, ReadError> {
    let file = OpenOptions::new().read(true).custom_flags(NONBLOCK).open(path);
    let file = file.map_err(|error| ReadError::from_io(tried, &error))?;
    let metadata = file.metadata().map_err(|error| ReadError::from_io(tried, &error))?;
    if metadata.is_file() {
        Ok(file)
    } else {
        Err(ReadError::new(ReadErrorKind::WrongKind, tried, "it is no regular file"))
    }
}

/// See [`crate::host::Host::read`].
pub(super) fn read(path: &Path, limit: Size) -> Result<Vec<u8>, ReadError> {
    let tried = format!("read {}", path.display());
    let file = open(path, &tried)?;
    let mut bytes = Vec::new();
    let read = file.take(limit.bytes().saturating_add(1)).read_to_end(&mut bytes);
    let length = read.map_err(|error| ReadError::from_io(&tried, &error))?;
    if u64::try_from(length).unwrap_or(u64::MAX) > limit.bytes() {
        return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("larger than {limit}")));
    }
    Ok(bytes)
}

/// See [`crate::host::Host::read_part`].
pub(super) fn read_part(path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
    let tried = format!("read {len} at {offset} of {}", path.display());
    let mut file = open(path, &tried)?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset))
        .and_then(|_| file.take(len.bytes()).read_to_end(&mut bytes))
        .map_err(|error| ReadError::from_io(&tried, &error))?;
    Ok(bytes)
}

/// See [`crate::host::Host::list`].
pub(super) fn list(path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
    let tried = format!("list {}", path.display());
    let failed = |error: &std::io::Error| ReadError::from_io(&tried, error);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        if entries.len() >= limit {
            return Err(ReadError::new(ReadErrorKind::TooLarge, &tried, format!("more than {limit} entries")));
        }
        let kind = kind(entry.file_type().map_err(|error| failed(&error))?);
        entries.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), kind });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

/// See [`crate::host::Host::metadata`].
pub(super) fn metadata(path: &Path) -> Result<Metadata, ReadError> {
    let tried = format!("look at {}", path.display());
    let metadata = std::fs::metadata(path).map_err(|error| ReadError::from_io(&tried, &error))?;
    let nanoseconds = u32::try_from(metadata.mtime_nsec()).unwrap_or(0);
    let modified = Instant::from_timestamp(metadata.mtime(), nanoseconds)
        .ok_or_else(|| ReadError::new(ReadErrorKind::Failed, &tried, "its time of change is no time"))?;
    Ok(Metadata {
        kind: kind(metadata.file_type()),
        size: Size::from_bytes(metadata.len()),
        modified,
        mode: metadata.mode() & 0o7777,
        uid: metadata.uid(),
        gid: metadata.gid(),
        device: metadata.dev(),
        inode: metadata.ino(),
    })
}

fn kind(found: std::fs::FileType) -> EntryKind {
    if found.is_file() {
        EntryKind::File
    } else if found.is_dir() {
        EntryKind::Folder
    } else if found.is_symlink() {
        EntryKind::Link
    } else {
        EntryKind::Other
    }
}
