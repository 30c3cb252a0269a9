//! Files and folders.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use chrono::DateTime;
use rustix::fs::{AtFlags, Dir, FileType, OFlags};
use rustix::io::Errno;
use tenken_model::Size;

use super::root::Root;
use crate::host::{Entry, EntryKind, Metadata, ReadError, ReadErrorKind};

/// Lists of more entries are no administrator's.
const ACCESS_LIST_MAX: usize = 8_192;
/// Most files of /proc and /sys, which do not say how large they are, are smaller.
const UNSAID: u64 = 1_024;

/// See [`crate::host::Host::read`].
pub(super) fn read(root: &Root, path: &Path, limit: Size) -> Result<Vec<u8>, ReadError> {
    let tried = || format!("read {}", path.display());
    let too_large = || ReadError::new(ReadErrorKind::TooLarge, tried(), format!("larger than {limit}"));
    let (file, size) = open_regular(root, path, &tried)?;
    if size > limit.bytes() {
        return Err(too_large());
    }
    // Files of /proc and /sys say 0 and give more; a file may grow while it is read.
    let bytes = read_at_most(file, limit.bytes().saturating_add(1), size).map_err(|error| from_io(tried(), &error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit.bytes() {
        return Err(too_large());
    }
    Ok(bytes)
}

/// See [`crate::host::Host::read_part`].
pub(super) fn read_part(root: &Root, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
    let tried = || format!("read {len} at {offset} of {}", path.display());
    let (mut file, size) = open_regular(root, path, &tried)?;
    file.seek(SeekFrom::Start(offset)).map_err(|error| from_io(tried(), &error))?;
    read_at_most(file, len.bytes(), size.saturating_sub(offset)).map_err(|error| from_io(tried(), &error))
}

/// See [`crate::host::Host::read_device`]. The device is named before it is opened, so that opening anything else does nothing
/// to it, and what was opened is asked again.
pub(super) fn read_device(root: &Root, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
    let tried = || format!("read {len} at {offset} of {}", path.display());
    let is_device = |file: &File| match file.metadata() {
        Ok(found) if found.file_type().is_block_device() => Ok(()),
        Ok(_) => Err(ReadError::new(ReadErrorKind::WrongKind, tried(), "it is no block device")),
        Err(error) => Err(from_io(tried(), &error)),
    };
    is_device(&root.locate(path, OFlags::empty()).map_err(|errno| from_errno(tried(), errno))?)?;
    let mut file = root.open_to_read(path, OFlags::empty()).map_err(|errno| from_errno(tried(), errno))?;
    is_device(&file)?;
    file.seek(SeekFrom::Start(offset)).map_err(|error| from_io(tried(), &error))?;
    read_at_most(file, len.bytes(), len.bytes()).map_err(|error| from_io(tried(), &error))
}

/// See [`crate::host::Host::list`].
pub(super) fn list(root: &Root, path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
    let tried = || format!("list {}", path.display());
    let folder = root.open_to_read(path, OFlags::DIRECTORY).map_err(|errno| {
        let is_other = errno == Errno::NOTDIR && metadata(root, path).is_ok();
        if is_other {
            ReadError::new(ReadErrorKind::WrongKind, tried(), "it is no folder")
        } else {
            from_errno(tried(), errno)
        }
    })?;
    let mut entries = Dir::new(folder).map_err(|errno| from_errno(tried(), errno))?;
    let mut listed = Vec::new();
    while let Some(entry) = entries.read() {
        let entry = entry.map_err(|errno| from_errno(tried(), errno))?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        if listed.len() >= limit {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried(), format!("more than {limit} entries")));
        }
        let kind = match entry.file_type() {
            FileType::Unknown => match rustix::fs::statat(
                entries.fd().map_err(|errno| from_errno(tried(), errno))?,
                name,
                AtFlags::SYMLINK_NOFOLLOW,
            ) {
                Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                // It went away between the two calls.
                Err(Errno::NOENT) => continue,
                Err(errno) => return Err(from_errno(tried(), errno)),
            },
            known => known,
        };
        listed.push(Entry { name: name.to_string_lossy().into_owned(), kind: entry_kind(kind) });
    }
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(listed)
}

/// See [`crate::host::Host::metadata`].
pub(super) fn metadata(root: &Root, path: &Path) -> Result<Metadata, ReadError> {
    let tried = || format!("look at {}", path.display());
    let file = root.locate(path, OFlags::empty()).map_err(|errno| from_errno(tried(), errno))?;
    let found = file.metadata().map_err(|error| from_io(tried(), &error))?;
    let nanos = u32::try_from(found.mtime_nsec()).unwrap_or(0);
    let modified = DateTime::from_timestamp(found.mtime(), nanos)
        .ok_or_else(|| ReadError::new(ReadErrorKind::Failed, tried(), "its time of change is no date"))?;
    Ok(Metadata {
        kind: entry_kind_of(found.file_type()),
        size: Size::from_bytes(found.size()),
        modified,
        mode: found.mode() & 0o7777,
        uid: found.uid(),
        gid: found.gid(),
        device: found.dev(),
        inode: found.ino(),
    })
}

/// See [`crate::host::Host::access_list`].
pub(super) fn access_list(root: &Root, path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
    let tried = || format!("read the access list of {}", path.display());
    let file = root.locate(path, OFlags::empty()).map_err(|errno| from_errno(tried(), errno))?;
    // What is only named gives no attributes by itself.
    let place = format!("/proc/self/fd/{}", file.as_raw_fd());
    let mut bytes = vec![0; ACCESS_LIST_MAX];
    match rustix::fs::getxattr(place, "system.posix_acl_access", bytes.as_mut_slice()) {
        Ok(length) => {
            bytes.truncate(length);
            Ok(Some(bytes))
        }
        // It has none, or its file system knows none.
        Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(None),
        Err(Errno::RANGE) => {
            Err(ReadError::new(ReadErrorKind::TooLarge, tried(), format!("larger than {ACCESS_LIST_MAX} bytes")))
        }
        Err(errno) => Err(from_errno(tried(), errno)),
    }
}

/// See [`crate::host::Host::read_link`].
pub(super) fn read_link(root: &Root, path: &Path) -> Result<PathBuf, ReadError> {
    use std::os::unix::ffi::OsStringExt;

    let tried = || format!("read link {}", path.display());
    let link = root.locate(path, OFlags::NOFOLLOW).map_err(|errno| from_errno(tried(), errno))?;
    let kind = link.metadata().map_err(|error| from_io(tried(), &error))?;
    if !kind.file_type().is_symlink() {
        return Err(ReadError::new(ReadErrorKind::WrongKind, tried(), "it is no symbolic link"));
    }
    let target = rustix::fs::readlinkat(&link, "", Vec::new()).map_err(|errno| from_errno(tried(), errno))?;
    Ok(PathBuf::from(std::ffi::OsString::from_vec(target.into_bytes())))
}

/// An error of the system, in the words of [`ReadError`].
pub(super) fn from_errno(tried: String, errno: Errno) -> ReadError {
    match errno {
        Errno::LOOP => ReadError::new(ReadErrorKind::Failed, tried, "too many levels of symbolic links"),
        Errno::NOSYS => ReadError::new(ReadErrorKind::Unsupported, tried, "this kernel has no such call"),
        _ => ReadError::from_io(tried, &errno.into()),
    }
}

fn from_io(tried: String, error: &std::io::Error) -> ReadError {
    ReadError::from_io(tried, error)
}

/// Opens a regular file and tells its size. What it is, is asked before it is opened, because opening a
/// device may already do something; and again after, because it may have been exchanged meanwhile.
fn open_regular(root: &Root, path: &Path, tried: &impl Fn() -> String) -> Result<(File, u64), ReadError> {
    let wrong_kind = || ReadError::new(ReadErrorKind::WrongKind, tried(), "it is no regular file");
    let found = metadata(root, path).map_err(|error| ReadError { tried: tried(), ..error })?;
    if found.kind != EntryKind::File {
        return Err(wrong_kind());
    }
    let file = root.open_to_read(path, OFlags::empty()).map_err(|errno| from_errno(tried(), errno))?;
    let opened = file.metadata().map_err(|error| from_io(tried(), &error))?;
    if opened.is_file() { Ok((file, opened.len())) } else { Err(wrong_kind()) }
}

fn read_at_most(file: File, limit: u64, expected: u64) -> std::io::Result<Vec<u8>> {
    // With room for one more the end is seen without a look of its own; what says 0 is most often short.
    let expected = if expected == 0 { UNSAID } else { expected.saturating_add(1) };
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(limit)).unwrap_or(0));
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn entry_kind(kind: FileType) -> EntryKind {
    match kind {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Folder,
        FileType::Symlink => EntryKind::Link,
        FileType::Fifo | FileType::Socket | FileType::CharacterDevice | FileType::BlockDevice | FileType::Unknown => {
            EntryKind::Other
        }
    }
}

fn entry_kind_of(kind: std::fs::FileType) -> EntryKind {
    if kind.is_file() {
        EntryKind::File
    } else if kind.is_dir() {
        EntryKind::Folder
    } else if kind.is_symlink() {
        EntryKind::Link
    } else {
        EntryKind::Other
    }
}
