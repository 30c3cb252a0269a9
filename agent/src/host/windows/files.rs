//! Files and folders of local drives.
//!
//! Nobody is locked out of a file by its being read, nobody who holds one is waited for, and no privilege is used to get past
//! its access list.

#![expect(unsafe_code, reason = "the standard library tells neither the volume nor the number of a file")]

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::windows::io::AsRawHandle as _;
use std::path::{Path, PathBuf};

use tenken_model::Size;
use windows_sys::Wdk::Storage::FileSystem::FILE_DIRECTORY_FILE;
use windows_sys::Win32::Foundation::ERROR_NO_MORE_FILES;
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_OFFLINE, FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS,
    FILE_ATTRIBUTE_RECALL_ON_OPEN, FILE_LIST_DIRECTORY, FILE_READ_ATTRIBUTES, FILE_READ_DATA, FILE_TYPE_DISK,
    FileIdBothDirectoryInfo, GetFileInformationByHandle, GetFileInformationByHandleEx, GetFileType,
    GetFinalPathNameByHandleW,
};

use super::call;
use super::open::{self, Way};
use crate::host::windows_files::{Link, Place, entries, link};
use crate::host::{Entry, EntryKind, Metadata, ReadError, ReadErrorKind};

/// Reading these would fetch them from a cloud or a tape, which changes the host and may take long.
const ELSEWHERE: u32 = FILE_ATTRIBUTE_OFFLINE | FILE_ATTRIBUTE_RECALL_ON_OPEN | FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS;
/// What one call lists at most, in words of eight bytes, as its entries are aligned.
const LISTING_WORDS: usize = 8 << 10;
/// The longest path that is told.
const PATH_MAX: usize = 32 << 10;

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
    let options = FILE_DIRECTORY_FILE;
    let folder = open::open(path, Way { access: FILE_LIST_DIRECTORY, options, tried: &tried })?;
    let mut listed = Vec::new();
    let mut words = vec![0_u64; LISTING_WORDS];
    while listing(&folder, &mut words, &tried)? {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let damaged = || ReadError::new(ReadErrorKind::Failed, tried.as_str(), "what Windows lists is damaged");
        listed.extend(entries(&bytes).ok_or_else(damaged)?);
        if listed.len() > limit {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("more than {limit} entries")));
        }
    }
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(listed)
}

/// Has the next entries of a folder written; false where there are no more.
fn listing(folder: &File, words: &mut [u64], tried: &str) -> Result<bool, ReadError> {
    let size = u32::try_from(size_of_val(words)).unwrap_or_default();
    let (handle, buffer) = (folder.as_raw_handle(), words.as_mut_ptr().cast());
    // SAFETY: the folder is open, and the buffer is as long as is said.
    match unsafe { GetFileInformationByHandleEx(handle, FileIdBothDirectoryInfo, buffer, size) } {
        0 if call::last_code() == ERROR_NO_MORE_FILES => Ok(false),
        0 => Err(call::last(tried)),
        _ => Ok(true),
    }
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
    let wrong = |why: &str| ReadError::new(ReadErrorKind::WrongKind, tried.as_str(), why);
    let data = open::link(path, &tried)?.ok_or_else(|| wrong("it is no symbolic link"))?;
    let (Link::Absolute(target) | Link::Relative(target)) = link(&data).map_err(|why| wrong(&why.to_string()))?;
    Ok(PathBuf::from(target.strip_prefix(r"\??\").unwrap_or(&target).replace('\\', "/")))
}

/// What is at a path itself: a link is not followed.
pub(super) fn kind(path: &Path) -> Result<EntryKind, ReadError> {
    let tried = format!("look at {}", path.display());
    if open::link(path, &tried)?.is_some() {
        return Ok(EntryKind::Link);
    }
    Ok(if is_folder(&look(path, &tried)?) { EntryKind::Folder } else { EntryKind::File })
}

/// Where a path leads in the end, links followed, and whether that is a folder.
pub(super) fn resolved(path: &Path) -> Result<(PathBuf, bool), ReadError> {
    let tried = format!("follow {}", path.display());
    let file = open::open(path, Way { access: FILE_READ_ATTRIBUTES, options: 0, tried: &tried })?;
    let mut name = vec![0_u16; PATH_MAX];
    let size = u32::try_from(name.len()).unwrap_or_default();
    // SAFETY: the file is open, and the buffer is as long as is said. It is on a local drive, which is not asked of others.
    let length = unsafe { GetFinalPathNameByHandleW(file.as_raw_handle(), name.as_mut_ptr(), size, 0) };
    if length == 0 || length >= size {
        return Err(call::last(tried));
    }
    let name = call::text(&name);
    // Names that Windows is to take as they are begin so.
    let plain = PathBuf::from(name.strip_prefix(r"\\?\").unwrap_or(&name));
    checked(&plain, &tried)?;
    Ok((plain, is_folder(&information(&file, &tried)?)))
}

/// Volume and number of what a path leads to: another folder of the same name has another.
pub(super) fn identity(path: &Path) -> Result<(u64, u64), ReadError> {
    look(path, "watch it").map(|found| named(&found))
}

/// The same of what is open.
pub(super) fn identity_of(file: &File) -> Result<(u64, u64), ReadError> {
    information(file, "watch it").map(|found| named(&found))
}

fn named(found: &BY_HANDLE_FILE_INFORMATION) -> (u64, u64) {
    (u64::from(found.dwVolumeSerialNumber), number(found))
}

/// A path that names a file or folder of a local drive and nothing else, see [`Place::of`].
pub(super) fn checked<'a>(path: &'a Path, tried: &str) -> Result<&'a Path, ReadError> {
    match Place::of(path) {
        Ok(_) => Ok(path),
        Err(why) => Err(ReadError::new(ReadErrorKind::WrongKind, tried, why.to_string())),
    }
}

/// What a path leads to. It is opened for its attributes only, which no lock forbids; no backup privilege is on.
fn look(path: &Path, tried: &str) -> Result<BY_HANDLE_FILE_INFORMATION, ReadError> {
    information(&open::open(path, Way { access: FILE_READ_ATTRIBUTES, options: 0, tried })?, tried)
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
    let file = open::open(path, Way { access: FILE_READ_DATA | FILE_READ_ATTRIBUTES, options: 0, tried })?;
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
    use std::fs::OpenOptions;
    use std::os::windows::fs::OpenOptionsExt as _;

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
