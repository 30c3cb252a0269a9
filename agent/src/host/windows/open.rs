//! Opening files and folders of this machine's disks, and nothing else.
//!
//! Windows is asked to open a way only if there is no link on it (OBJ_DONT_REPARSE, since Windows 10 1607). Where there is
//! one, it is followed here, see [`crate::host::windows_files`].
//!
//! Sources: Windows documentation, "InitializeObjectAttributes" and "NtCreateFile".

#![expect(unsafe_code, reason = "the standard library follows every link")]

use std::fs::{File, OpenOptions};
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _};
use std::path::Path;
use std::ptr::{null, null_mut};
use std::time::Duration;

use windows_sys::Wdk::Foundation::OBJECT_ATTRIBUTES;
use windows_sys::Wdk::Storage::FileSystem::{
    FILE_COMPLETE_IF_OPLOCKED, FILE_DIRECTORY_FILE, FILE_OPEN, FILE_OPEN_REPARSE_POINT, FILE_SYNCHRONOUS_IO_NONALERT,
    NtCreateFile,
};
use windows_sys::Win32::Foundation::{
    HANDLE, NTSTATUS, OBJ_CASE_INSENSITIVE, OBJ_DONT_REPARSE, RtlNtStatusToDosError, STATUS_OPLOCK_BREAK_IN_PROGRESS,
    STATUS_REPARSE_POINT_ENCOUNTERED, UNICODE_STRING,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ATTRIBUTE_TAG_INFO, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OVERLAPPED, FILE_LIST_DIRECTORY,
    FILE_READ_ATTRIBUTES, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, FileAttributeTagInfo,
    GetFileInformationByHandleEx, QueryDosDeviceW, SYNCHRONIZE,
};
use windows_sys::Win32::System::IO::DeviceIoControl;
use windows_sys::Win32::System::IO::IO_STATUS_BLOCK;
use windows_sys::Win32::System::Ioctl::FSCTL_GET_REPARSE_POINT;

use super::call;
use crate::host::windows_files::{self, Disk, Link, NotOpened, Place, Refused, Root, is_folder, is_link, is_remote};
use crate::host::{ReadError, ReadErrorKind};

/// Others may read, write, rename and delete meanwhile.
const SHARED: u32 = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
/// The largest data of a reparse point (MAXIMUM_REPARSE_DATA_BUFFER_SIZE).
const REPARSE_DATA_MAX: usize = 16 << 10;
/// How often a letter stands for a folder of another letter's, before it is taken for a circle.
const LETTERS_MAX: usize = 4;
/// The longest name of a device that is read.
const DEVICE_MAX: usize = 1_024;
/// Whoever holds a file by an opportunistic lock is told that somebody wants it, and gives it up in less. One who does not is
/// not waited for: a person could hold the agent up without an end.
const PATIENCE: Duration = Duration::from_millis(10);

/// How something is opened: the right that is asked for, and options of NtCreateFile beside those that all have. Without the
/// flag FILE_SYNCHRONOUS_IO_NONALERT nobody can read it with the standard library.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) access: u32,
    pub(super) options: u32,
    pub(super) tried: &'a str,
}

/// Opens what a path leads to.
pub(super) fn open(path: &Path, way: Way<'_>) -> Result<File, ReadError> {
    windows_files::open(&way, place(path, way.tried)?, way.tried).map(|(file, _)| file)
}

/// Opens a folder so that its changes can be waited for.
pub(super) fn folder_to_watch(path: &Path, tried: &str) -> Result<File, ReadError> {
    let way = Way { access: FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES, options: FILE_DIRECTORY_FILE, tried };
    windows_files::open(&Overlapped(way), place(path, tried)?, tried).map(|(file, _)| file)
}

/// A way whose questions are answered later.
struct Overlapped<'a>(Way<'a>);

/// The file or folder at a path, or the link, which is not followed: where it leads, if it is one.
pub(super) fn link(path: &Path, tried: &str) -> Result<Option<Vec<u8>>, ReadError> {
    let place = place(path, tried)?;
    let way = Way { access: FILE_READ_ATTRIBUTES, options: FILE_OPEN_REPARSE_POINT, tried };
    let (file, _) = windows_files::open(&way, place, tried)?;
    reparse_data(&file, tried)
}

/// The place that a path names. Where its letter stands for a folder it is in that one, on whose way there may be links.
fn place(path: &Path, tried: &str) -> Result<Place, ReadError> {
    let mut place = Place::of(path).map_err(|why| refused(why, tried))?;
    for _ in 0..LETTERS_MAX {
        let Root::Drive(letter) = place.root() else { break };
        let device = device(*letter, tried)?;
        if !is_folder(&device) {
            break;
        }
        place = place.through(0, &Link::Absolute(device)).map_err(|why| refused(why, tried))?;
    }
    Ok(place)
}

fn refused(why: Refused, tried: &str) -> ReadError {
    ReadError::new(ReadErrorKind::WrongKind, tried, why.to_string())
}

impl Disk for Overlapped<'_> {
    type Opened = File;

    fn open(&self, place: &Place) -> Result<File, NotOpened> {
        self.0.opened(place, FILE_FLAG_OVERLAPPED, 0)
    }

    fn link(&self, place: &Place) -> Result<Option<Vec<u8>>, ReadError> {
        self.0.link(place)
    }
}

impl Way<'_> {
    /// Opens what is there; a root with these flags of CreateFile, and all else with these options of NtCreateFile.
    fn opened(&self, place: &Place, flags: u32, options: u32) -> Result<File, NotOpened> {
        let failed = |code| NotOpened::Failed(call::failed(self.tried, code));
        if place.length() == 0 {
            return root(place.root(), self.access, flags, self.tried).map_err(NotOpened::Failed);
        }
        let root = root(place.root(), FILE_READ_ATTRIBUTES, 0, self.tried).map_err(NotOpened::Failed)?;
        let mut waited = false;
        loop {
            match create(&root, &place.below(), self.access, self.options | options) {
                Ok(file) => return Ok(file),
                Err(STATUS_REPARSE_POINT_ENCOUNTERED) => return Err(NotOpened::Link),
                Err(STATUS_OPLOCK_BREAK_IN_PROGRESS) if waited => {
                    let why = "another program holds it by an opportunistic lock and does not give it up";
                    return Err(NotOpened::Failed(ReadError::new(ReadErrorKind::Failed, self.tried, why)));
                }
                Err(STATUS_OPLOCK_BREAK_IN_PROGRESS) => {
                    waited = true;
                    std::thread::sleep(PATIENCE);
                }
                // SAFETY: it takes a number and gives one.
                Err(status) => return Err(failed(unsafe { RtlNtStatusToDosError(status) })),
            }
        }
    }
}

impl Disk for Way<'_> {
    type Opened = File;

    fn open(&self, place: &Place) -> Result<File, NotOpened> {
        self.opened(place, 0, FILE_SYNCHRONOUS_IO_NONALERT)
    }

    fn link(&self, place: &Place) -> Result<Option<Vec<u8>>, ReadError> {
        let way = Way { access: FILE_READ_ATTRIBUTES, options: FILE_OPEN_REPARSE_POINT, tried: self.tried };
        match way.open(place) {
            Ok(file) => reparse_data(&file, self.tried),
            Err(NotOpened::Failed(error)) => Err(error),
            // One that was made on the way meanwhile.
            Err(NotOpened::Link) => {
                Err(ReadError::new(ReadErrorKind::Failed, self.tried, "the way changes all the time"))
            }
        }
    }
}

/// The folder in which a drive's or volume's names begin.
fn root(root: &Root, access: u32, flags: u32, tried: &str) -> Result<File, ReadError> {
    if let Root::Drive(letter) = root {
        let device = device(*letter, tried)?;
        if is_remote(&device) {
            return Err(refused(Refused::RemoteDrive, tried));
        }
        // By this name Windows would follow every link on the way to that folder.
        if is_folder(&device) {
            return Err(refused(Refused::Elsewhere, tried));
        }
    }
    let mut options = OpenOptions::new();
    options.access_mode(access).share_mode(SHARED).custom_flags(FILE_FLAG_BACKUP_SEMANTICS | flags);
    options.open(root.name()).map_err(|error| call::failed_io(tried, &error))
}

/// What a drive's letter stands for. Nobody is asked but the table of names.
fn device(letter: char, tried: &str) -> Result<String, ReadError> {
    let name = call::wide(format!("{letter}:"));
    let mut device = [0_u16; DEVICE_MAX];
    let size = u32::try_from(device.len()).unwrap_or_default();
    // SAFETY: the name ends with a zero, and the buffer is as long as is said.
    if unsafe { QueryDosDeviceW(name.as_ptr(), device.as_mut_ptr(), size) } == 0 {
        return Err(call::last(tried));
    }
    Ok(call::text(&device))
}

/// Opens a name below a folder if no link is on the way.
fn create(folder: &File, name: &str, access: u32, options: u32) -> Result<File, NTSTATUS> {
    let mut units: Vec<u16> = name.encode_utf16().collect();
    // A place is no longer than this, see there.
    let bytes = u16::try_from(units.len() * 2).unwrap_or(u16::MAX);
    let name = UNICODE_STRING { Length: bytes, MaximumLength: bytes, Buffer: units.as_mut_ptr() };
    let object = OBJECT_ATTRIBUTES {
        Length: u32::try_from(size_of::<OBJECT_ATTRIBUTES>()).unwrap_or_default(),
        RootDirectory: folder.as_raw_handle(),
        ObjectName: &raw const name,
        Attributes: OBJ_CASE_INSENSITIVE | OBJ_DONT_REPARSE,
        SecurityDescriptor: null(),
        SecurityQualityOfService: null(),
    };
    let mut handle: HANDLE = null_mut();
    let mut told = IO_STATUS_BLOCK::default();
    // SAFETY: the folder is open, and the name, the structures and what is written to outlive the call.
    let status = unsafe {
        NtCreateFile(
            &raw mut handle,
            access | SYNCHRONIZE,
            &raw const object,
            &raw mut told,
            null(),
            0,
            SHARED,
            FILE_OPEN,
            options | FILE_COMPLETE_IF_OPLOCKED,
            null(),
            0,
        )
    };
    if status < 0 {
        return Err(status);
    }
    // SAFETY: it was opened, and nobody else has it.
    let file = unsafe { File::from_raw_handle(handle) };
    // Then it is open, but the first who reads waits for the holder.
    if status == STATUS_OPLOCK_BREAK_IN_PROGRESS { Err(status) } else { Ok(file) }
}

/// The data of a link that was opened itself; nothing of what is none.
fn reparse_data(file: &File, tried: &str) -> Result<Option<Vec<u8>>, ReadError> {
    let mut found = FILE_ATTRIBUTE_TAG_INFO::default();
    let size = u32::try_from(size_of::<FILE_ATTRIBUTE_TAG_INFO>()).unwrap_or_default();
    let handle = file.as_raw_handle();
    // SAFETY: the file is open, and the structure has the size that is said.
    if unsafe { GetFileInformationByHandleEx(handle, FileAttributeTagInfo, (&raw mut found).cast(), size) } == 0 {
        return Err(call::last(tried));
    }
    if !is_link(found.FileAttributes, found.ReparseTag) {
        return Ok(None);
    }
    let mut data = vec![0_u8; REPARSE_DATA_MAX];
    let (size, mut length) = (u32::try_from(data.len()).unwrap_or_default(), 0);
    // SAFETY: the file is open, nothing is handed over, and the buffer is as long as is said.
    let done = unsafe {
        DeviceIoControl(
            handle,
            FSCTL_GET_REPARSE_POINT,
            null(),
            0,
            data.as_mut_ptr().cast(),
            size,
            &raw mut length,
            null_mut(),
        )
    };
    if done == 0 {
        return Err(call::last(tried));
    }
    data.truncate(usize::try_from(length).unwrap_or_default());
    Ok(Some(data))
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::Storage::FileSystem::{DDD_REMOVE_DEFINITION, DefineDosDeviceW, FILE_READ_DATA};

    use super::*;

    const READING: Way<'_> = Way { access: FILE_READ_DATA, options: 0, tried: "read x" };

    #[test]
    fn drives_stand_for_devices() {
        let device = device('C', "x").unwrap();
        assert!(device.starts_with(r"\Device\") && !is_remote(&device), "{device}");
        assert!(open(Path::new("B:/x"), READING).unwrap_err().is_not_there());
    }

    #[test]
    fn a_letter_that_stands_for_a_folder_leads_there() {
        let scratch = tempfile::tempdir().unwrap();
        std::fs::write(scratch.path().join("x"), "x").unwrap();
        let (letter, folder) = (call::wide("S:"), call::wide(scratch.path()));
        // SAFETY: both texts end with a zero.
        let is_made = unsafe { DefineDosDeviceW(0, letter.as_ptr(), folder.as_ptr()) } != 0;
        let (stands_for, opened) = (device('S', "x"), open(Path::new("S:/x"), READING));
        let other = root(&Root::Drive('S'), FILE_READ_ATTRIBUTES, 0, "x");
        // SAFETY: as above.
        unsafe { DefineDosDeviceW(DDD_REMOVE_DEFINITION, letter.as_ptr(), folder.as_ptr()) };
        if !is_made || !stands_for.as_ref().is_ok_and(|device| is_folder(device)) {
            println!("SKIPPED a_letter_that_stands_for_a_folder_leads_there: here it stands for {stands_for:?}");
            return;
        }
        assert!(opened.is_ok(), "{stands_for:?} {opened:?}");
        assert_eq!(other.unwrap_err().kind, ReadErrorKind::WrongKind);
    }

    #[test]
    fn names_are_opened_in_any_case_and_below_the_root() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("Folder");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("健診.txt"), "x").unwrap();
        for name in ["Folder/健診.txt", "folder/健診.TXT", "./Folder/../FOLDER/健診.txt"] {
            assert!(open(&scratch.path().join(name), READING).is_ok(), "{name}");
        }
        assert!(open(Path::new("C:/"), Way { access: FILE_READ_ATTRIBUTES, ..READING }).is_ok());
        assert_eq!(link(&path, "x").unwrap(), None);
        let error = open(&path.join("none"), READING).unwrap_err();
        assert_eq!(error.to_string(), "read x: it is not there (Windows error 2)");
    }
}
