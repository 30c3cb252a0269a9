//! Files and folders of local drives.
//!
//! Nobody is locked out of a file by its being read, and no privilege is used to get past its access list.

#![expect(unsafe_code, reason = "the standard library tells neither the volume nor the number of a file")]

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::{Path, PathBuf};

use tenken_model::Size;
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_OFFLINE, FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS,
    FILE_ATTRIBUTE_RECALL_ON_OPEN, FILE_FLAG_BACKUP_SEMANTICS, FILE_READ_ATTRIBUTES, FILE_SHARE_DELETE,
    FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_TYPE_DISK, GetFileInformationByHandle, GetFileType,
    SECURITY_IDENTIFICATION,
};

use super::call;
use crate::host::{Entry, EntryKind, Metadata, ReadError, ReadErrorKind};

/// Others may read, write, rename and delete meanwhile.
const SHARED: u32 = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
/// Where somebody put a link to a pipe in the place of a file, the one behind it may ask who reads, and not act as that one.
const NOBODYS_SERVANT: u32 = SECURITY_IDENTIFICATION;
/// Reading these would fetch them from a cloud or a tape, which changes the host and may take long.
const ELSEWHERE: u32 = FILE_ATTRIBUTE_OFFLINE | FILE_ATTRIBUTE_RECALL_ON_OPEN | FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS;

/// See [`crate::host::Host::read`].
pub(super) fn read(path: &Path, limit: Size) -> Result<Vec<u8>, ReadError> {
    let tried = format!("read {}", path.display());
    let too_large = || ReadError::new(ReadErrorKind::TooLarge, tried.as_str(), format!("larger than {limit}"));
    let (file, size) = open_regular(path, &tried)?;
    if size > limit.bytes() {
        return Err(too_large());
    }
    let bytes = read_at_most(file, limit.bytes().saturating_add(1), size)
        .map_err(|error| call::failed_io(tried.as_str(), &error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit.bytes() {
        return Err(too_large());
    }
    Ok(bytes)
}

/// See [`crate::host::Host::read_part`].
pub(super) fn read_part(path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
    let tried = format!("read {len} at {offset} of {}", path.display());
    let (mut file, size) = open_regular(path, &tried)?;
    file.seek(SeekFrom::Start(offset)).map_err(|error| call::failed_io(tried.as_str(), &error))?;
    read_at_most(file, len.bytes(), size.saturating_sub(offset)).map_err(|error| call::failed_io(tried, &error))
}

/// See [`crate::host::Host::list`].
pub(super) fn list(path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
    let tried = format!("list {}", path.display());
    let failed = |error: &std::io::Error| call::failed_io(tried.as_str(), error);
    let mut listed = Vec::new();
    for entry in std::fs::read_dir(checked(path, &tried)?).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        if listed.len() >= limit {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("more than {limit} entries")));
        }
        let kind = entry.file_type().map_err(|error| failed(&error))?;
        // Symbolic links and junctions are links; files of a cloud or of a compressed image, which are reparse points too, are
        // what they look like.
        let kind = if kind.is_symlink() {
            EntryKind::Link
        } else if kind.is_dir() {
            EntryKind::Folder
        } else {
            EntryKind::File
        };
        listed.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), kind });
    }
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(listed)
}

/// See [`crate::host::Host::metadata`].
pub(super) fn metadata(path: &Path) -> Result<Metadata, ReadError> {
    let tried = format!("look at {}", path.display());
    let found = look(path, &tried)?;
    let modified = call::instant(found.ftLastWriteTime)
        .ok_or_else(|| ReadError::new(ReadErrorKind::Failed, tried, "its time of change is no date"))?;
    Ok(Metadata {
        kind: if is_folder(&found) { EntryKind::Folder } else { EntryKind::File },
        size: Size::from_bytes(if is_folder(&found) { 0 } else { size(&found) }),
        modified,
        mode: 0,
        uid: 0,
        gid: 0,
        device: u64::from(found.dwVolumeSerialNumber),
        inode: number(&found),
    })
}

/// See [`crate::host::Host::read_link`].
pub(super) fn read_link(path: &Path) -> Result<PathBuf, ReadError> {
    let tried = format!("read link {}", path.display());
    let target = std::fs::read_link(checked(path, &tried)?).map_err(|error| call::failed_io(tried, &error))?;
    Ok(PathBuf::from(target.to_string_lossy().replace('\\', "/")))
}

/// Volume and number of what a path leads to: another folder of the same name has another.
pub(super) fn identity(path: &Path) -> Result<(u64, u64), ReadError> {
    let found = look(path, "watch it")?;
    Ok((u64::from(found.dwVolumeSerialNumber), number(&found)))
}

/// A path that names a file or folder of a local drive and nothing else: `C:/x`. What names another machine (whose answer may
/// take long, and which would be told who asks), a device (which may do something when it is opened) or a stream beside the
/// file is refused.
///
/// Source: Windows documentation, "Naming Files, Paths, and Namespaces".
pub(super) fn checked<'a>(path: &'a Path, tried: &str) -> Result<&'a Path, ReadError> {
    let refused = |why: &str| Err(ReadError::new(ReadErrorKind::WrongKind, tried, why));
    let Some(text) = path.to_str() else { return refused("it is no Unicode") };
    let mut characters = text.chars();
    let drive = (characters.next(), characters.next(), characters.next());
    if !matches!(drive, (Some(letter), Some(':'), Some('/' | '\\')) if letter.is_ascii_alphabetic()) {
        return refused("it does not begin with a local drive, as `C:/` does");
    }
    for name in characters.as_str().split(['/', '\\']) {
        if name.contains(['\0', ':', '*', '?', '"', '<', '>', '|']) {
            return refused("it names no file but a part of one, or several");
        }
        if is_device(name) {
            return refused("it names a device");
        }
    }
    Ok(path)
}

/// Names that are devices in every folder, with any ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let is_number = |rest: &str| {
        let mut digits = rest.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || numbered.is_some_and(is_number)
}

/// What a path leads to. It is opened for its attributes only, which folders allow with that flag; no backup privilege is on.
fn look(path: &Path, tried: &str) -> Result<BY_HANDLE_FILE_INFORMATION, ReadError> {
    let mut options = OpenOptions::new();
    options.access_mode(FILE_READ_ATTRIBUTES).share_mode(SHARED).custom_flags(FILE_FLAG_BACKUP_SEMANTICS);
    options.security_qos_flags(NOBODYS_SERVANT);
    let file = options.open(checked(path, tried)?).map_err(|error| call::failed_io(tried, &error))?;
    information(&file, tried)
}

fn information(file: &File, tried: &str) -> Result<BY_HANDLE_FILE_INFORMATION, ReadError> {
    let handle = file.as_raw_handle();
    // SAFETY: the file is open.
    if unsafe { GetFileType(handle) } != FILE_TYPE_DISK {
        return Err(ReadError::new(ReadErrorKind::WrongKind, tried, "it is on no disk"));
    }
    let mut found = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the file is open, and the structure is live and writable.
    if unsafe { GetFileInformationByHandle(handle, &raw mut found) } == 0 {
        return Err(call::last(tried));
    }
    Ok(found)
}

/// Opens a regular file and tells its size. What it is, is asked before it is opened to be read, and again after, because it
/// may have been exchanged meanwhile.
fn open_regular(path: &Path, tried: &str) -> Result<(File, u64), ReadError> {
    regular(&look(path, tried)?, tried)?;
    let mut options = OpenOptions::new();
    options.read(true).share_mode(SHARED).security_qos_flags(NOBODYS_SERVANT);
    let file = options.open(path).map_err(|error| call::failed_io(tried, &error))?;
    let found = information(&file, tried)?;
    regular(&found, tried)?;
    Ok((file, size(&found)))
}

fn regular(found: &BY_HANDLE_FILE_INFORMATION, tried: &str) -> Result<(), ReadError> {
    if is_folder(found) {
        return Err(ReadError::new(ReadErrorKind::WrongKind, tried, "it is no regular file"));
    }
    if found.dwFileAttributes & ELSEWHERE != 0 {
        let why = "its content is not on this disk but in a cloud or an archive, and is not fetched";
        return Err(ReadError::new(ReadErrorKind::Failed, tried, why));
    }
    Ok(())
}

fn is_folder(found: &BY_HANDLE_FILE_INFORMATION) -> bool {
    found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY != 0
}

fn size(found: &BY_HANDLE_FILE_INFORMATION) -> u64 {
    (u64::from(found.nFileSizeHigh) << 32) | u64::from(found.nFileSizeLow)
}

fn number(found: &BY_HANDLE_FILE_INFORMATION) -> u64 {
    (u64::from(found.nFileIndexHigh) << 32) | u64::from(found.nFileIndexLow)
}

fn read_at_most(file: File, limit: u64, expected: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(limit)).unwrap_or(0));
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Size = Size::from_bytes(100);

    /// As collectors write it.
    fn slashes(path: &Path) -> PathBuf {
        path.to_str().unwrap().replace('\\', "/").into()
    }

    #[test]
    fn files_are_read_within_their_limit() {
        let scratch = tempfile::tempdir().unwrap();
        let path = slashes(&scratch.path().join("点検.txt"));
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(read(&path, Size::from_bytes(10)).unwrap(), b"0123456789");
        assert_eq!(read(&path, Size::from_bytes(9)).unwrap_err().kind, ReadErrorKind::TooLarge);
        assert_eq!(read_part(&path, 7, LIMIT).unwrap(), b"789");
        assert_eq!(read_part(&path, 2, Size::from_bytes(3)).unwrap(), b"234");
        assert_eq!(read_part(&path, 70, LIMIT).unwrap(), b"");
        assert_eq!(read(scratch.path(), LIMIT).unwrap_err().kind, ReadErrorKind::WrongKind);
        assert!(read(&path.with_file_name("none"), LIMIT).unwrap_err().is_not_there());
        assert!(read(&path.join("below"), LIMIT).unwrap_err().is_not_there());
    }

    #[test]
    fn reading_locks_nobody_out() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("x");
        std::fs::write(&path, "x").unwrap();
        let (file, _) = open_regular(&path, "read").unwrap();
        std::fs::write(&path, "written meanwhile").unwrap();
        std::fs::rename(&path, scratch.path().join("y")).unwrap();
        drop(file);
        let mut alone = OpenOptions::new();
        let held = alone.read(true).share_mode(0).open(scratch.path().join("y")).unwrap();
        let error = read(&scratch.path().join("y"), LIMIT).unwrap_err();
        assert!(error.kind == ReadErrorKind::Failed && error.why.starts_with("another program"), "{error}");
        drop(held);
    }

    #[test]
    fn folders_are_listed_in_order_and_to_a_limit() {
        let scratch = tempfile::tempdir().unwrap();
        for name in ["b", "a", "健診"] {
            std::fs::write(scratch.path().join(name), "").unwrap();
        }
        std::fs::create_dir(scratch.path().join("folder")).unwrap();
        let listed = list(&slashes(scratch.path()), 4).unwrap();
        let expected = [("a", false), ("b", false), ("folder", true), ("健診", false)];
        let found: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.kind == EntryKind::Folder)).collect();
        assert_eq!(found, expected);
        assert_eq!(list(scratch.path(), 3).unwrap_err().kind, ReadErrorKind::TooLarge);
        assert_eq!(list(&scratch.path().join("a"), 3).unwrap_err().kind, ReadErrorKind::WrongKind);
        assert!(list(&scratch.path().join("none"), 3).unwrap_err().is_not_there());
    }

    #[test]
    fn what_a_path_is() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("x");
        std::fs::write(&path, "12345").unwrap();
        let file = metadata(&slashes(&path)).unwrap();
        assert_eq!((file.kind, file.size.bytes(), file.mode, file.uid), (EntryKind::File, 5, 0, 0));
        assert!((chrono::Utc::now() - file.modified).num_seconds().abs() < 120);
        let folder = metadata(scratch.path()).unwrap();
        assert_eq!((folder.kind, folder.device), (EntryKind::Folder, file.device));
        assert!(file.inode != 0 && folder.inode != file.inode);
        assert_eq!(identity(&path).unwrap(), (file.device, file.inode));
        assert_eq!(metadata(Path::new("C:/")).unwrap().kind, EntryKind::Folder);
    }

    #[test]
    fn links_are_links_and_followed() {
        let scratch = tempfile::tempdir().unwrap();
        let (file, link) = (scratch.path().join("x"), scratch.path().join("link"));
        std::fs::write(&file, "linked").unwrap();
        if let Err(error) = std::os::windows::fs::symlink_file(&file, &link) {
            println!("SKIPPED links_are_links_and_followed: no symbolic link can be made here: {error}");
            return;
        }
        let listed = list(scratch.path(), 9).unwrap();
        if listed.iter().all(|entry| entry.kind != EntryKind::Link) {
            println!("SKIPPED links_are_links_and_followed: this system makes a link that does not look like one");
            return;
        }
        assert_eq!((listed[0].kind, read(&link, LIMIT).unwrap()), (EntryKind::Link, b"linked".to_vec()));
        assert_eq!(read_link(&link).unwrap(), slashes(&file));
        assert_eq!(read_link(&file).unwrap_err().kind, ReadErrorKind::WrongKind);
    }

    #[test]
    fn devices_streams_and_other_machines_are_refused() {
        let odd = [
            "",
            "x",
            "/x",
            "C:x",
            "C:",
            r"\\server\share\x",
            "//server/share/x",
            r"\\.\PhysicalDrive0",
            r"\\?\C:\x",
            r"\\.\pipe\x",
            "C:/x:stream",
            "C:/x/CON",
            "C:/x/con.txt",
            "C:/NUL /y",
            "C:/com1",
            "C:/Lpt³.x",
            "C:/CONOUT$",
            "C:/x/*",
            "C:/x?",
            "C:/x\0y",
            "1:/x",
        ];
        for path in odd {
            let path = Path::new(path);
            for error in [read(path, LIMIT).unwrap_err(), metadata(path).unwrap_err(), list(path, 1).unwrap_err()] {
                assert_eq!(error.kind, ReadErrorKind::WrongKind, "{path:?} {error}");
            }
        }
        for good in ["C:/", r"d:\x", "C:/console/auxiliary/com/com10/lpt.x/nulls", "C:/健診/x.y"] {
            assert!(checked(Path::new(good), "x").is_ok(), "{good}");
        }
    }
}
