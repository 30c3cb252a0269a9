//! Volumes and the firmware's tables.

#![expect(unsafe_code, reason = "nothing among the dependencies asks drives and firmware")]

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::Path;
use std::ptr::null_mut;

use tenken_model::Size;
use windows_sys::Win32::Storage::FileSystem::{
    FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, GetDiskFreeSpaceExW, GetDriveTypeW, GetLogicalDrives,
    GetVolumeInformationW, GetVolumeNameForVolumeMountPointW,
};
use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOOPENFILEERRORBOX, SetThreadErrorMode,
};
use windows_sys::Win32::System::IO::DeviceIoControl;
use windows_sys::Win32::System::Ioctl::{IOCTL_STORAGE_GET_DEVICE_NUMBER, IOCTL_STORAGE_QUERY_PROPERTY};
use windows_sys::Win32::System::SystemInformation::{GetSystemFirmwareTable, RSMB};

use super::call;
use crate::host::windows_api::{FirmwareTable, Volume};
use crate::host::{ReadError, ReadErrorKind};

/// What GetDriveType says of a drive on another machine, which is not asked: it may take long to answer.
const REMOTE: u32 = 4;
/// What it says of drives whose medium stays, and of those in memory.
const FIXED: u32 = 3;
const IN_MEMORY: u32 = 6;
/// Buses whose disks are unplugged (STORAGE_BUS_TYPE): IEEE 1394, USB, SD.
const PLUGGED: [u32; 3] = [4, 7, 12];
/// What it says of a letter that leads nowhere.
const NO_ROOT: u32 = 1;
/// The kind of devices that are disks (winioctl.h).
const FILE_DEVICE_DISK: u32 = 7;
/// Names of volumes are `\\?\Volume{…}\`, of file systems a few letters.
const NAME_MAX: usize = 64;
/// Room for a STORAGE_DEVICE_DESCRIPTOR with its texts.
const DESCRIPTOR_MAX: usize = 1_024;
/// SMBIOS 2 tables have at most 64 KiB; those of SMBIOS 3 are hardly larger.
const TABLE_MAX: u32 = 1 << 20;

/// What the caller may still use of the file system that a folder is on.
pub(in crate::host) fn free_space(folder: &Path) -> io::Result<Size> {
    let name: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
    let mut free = 0;
    // SAFETY: the name ends with 0, the number is written before the call returns, and null asks for no other.
    let done = unsafe { GetDiskFreeSpaceExW(name.as_ptr(), &raw mut free, null_mut(), null_mut()) };
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(Size::from_bytes(free)) }
}

/// Keeps Windows from asking the person at the screen to put a medium into a drive; as it was before with its end.
struct Unasked {
    before: u32,
}

impl Unasked {
    fn new() -> Self {
        let mut before = 0;
        // SAFETY: it sets a mode of this thread alone and tells the former one.
        unsafe { SetThreadErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX, &raw mut before) };
        Self { before }
    }
}

impl Drop for Unasked {
    fn drop(&mut self) {
        // SAFETY: as above; null asks for no former mode.
        unsafe { SetThreadErrorMode(self.before, null_mut()) };
    }
}

/// See [`crate::host::windows_api::WindowsApi::volumes`].
pub(super) fn volumes() -> Result<Vec<Volume>, ReadError> {
    let _unasked = Unasked::new();
    // SAFETY: it takes nothing and gives a number.
    let drives = unsafe { GetLogicalDrives() };
    if drives == 0 {
        return Err(call::last("list volumes"));
    }
    let letters = ('A'..='Z').enumerate().filter(|(place, _)| drives >> place & 1 == 1);
    Ok(letters.map(|(_, letter)| volume(letter)).filter(|volume| volume.kind != NO_ROOT).collect())
}

/// Why folders of a drive are not watched, if so: an open folder keeps a medium or disk from being taken out, and what another
/// machine does is not told reliably. The drive with the system is watched wherever it is.
pub(super) fn unwatchable(letter: char) -> Option<&'static str> {
    let system = std::env::var("SystemDrive").unwrap_or_default();
    if system.chars().next().unwrap_or('C').eq_ignore_ascii_case(&letter) {
        return None;
    }
    let _unasked = Unasked::new();
    let plugged = || {
        let described = property(&opened(letter).ok()?)?;
        Some(PLUGGED.contains(&Described::read(&described)?.bus))
    };
    match kind(letter) {
        REMOTE => Some("the drive is another machine's"),
        FIXED if plugged() != Some(true) => None,
        IN_MEMORY => None,
        _ => Some("watching it would keep its drive from being taken out"),
    }
}

/// GetDriveType of a drive.
fn kind(letter: char) -> u32 {
    let root = root(letter);
    // SAFETY: the name ends with a zero.
    unsafe { GetDriveTypeW(root.as_ptr()) }
}

fn root(letter: char) -> Vec<u16> {
    call::wide(format!("{letter}:\\"))
}

/// What there is to be told of a drive. What one call does not tell, another may.
fn volume(letter: char) -> Volume {
    let mut volume = Volume {
        letter,
        device: String::new(),
        kind: kind(letter),
        file_system: String::new(),
        size: Size::from_bytes(0),
        serial: 0,
        bus: None,
        removable_medium: None,
        disk: None,
        disk_serial: None,
    };
    if matches!(volume.kind, REMOTE | NO_ROOT) {
        return volume;
    }
    let root = root(letter);
    let (mut device, mut file_system, mut size) = ([0_u16; NAME_MAX], [0_u16; NAME_MAX], 0);
    let longest = u32::try_from(NAME_MAX).unwrap_or_default();
    // SAFETY: the name ends with a zero, buffers are as long as is said, and the rest are live variables or may be null.
    unsafe {
        if GetVolumeNameForVolumeMountPointW(root.as_ptr(), device.as_mut_ptr(), longest) != 0 {
            volume.device = call::text(&device);
        }
        let serial = &raw mut volume.serial;
        if GetVolumeInformationW(
            root.as_ptr(),
            null_mut(),
            0,
            serial,
            null_mut(),
            null_mut(),
            file_system.as_mut_ptr(),
            longest,
        ) != 0
        {
            volume.file_system = call::text(&file_system);
        }
        if GetDiskFreeSpaceExW(root.as_ptr(), null_mut(), &raw mut size, null_mut()) != 0 {
            volume.size = Size::from_bytes(size);
        }
    }
    if let Ok(device) = opened(letter) {
        if let Some(described) = property(&device).as_deref().and_then(Described::read) {
            volume.bus = Some(described.bus);
            volume.removable_medium = Some(described.removable);
            volume.disk_serial = described.serial;
        }
        volume.disk = disk(&device);
    }
    volume
}

/// The volume as a device, without a right to its content.
fn opened(letter: char) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.access_mode(0).share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
    options.open(format!(r"\\.\{letter}:"))
}

/// Asks a device; as many bytes as it answered.
fn ask(device: &File, what: u32, request: &[u8], answer: &mut [u8]) -> Option<usize> {
    let mut returned = 0;
    // SAFETY: the device is open, request and answer are as long as is said, and the call ends before it returns, because the
    // device was not opened to be asked otherwise.
    let done = unsafe {
        DeviceIoControl(
            device.as_raw_handle(),
            what,
            request.as_ptr().cast(),
            u32::try_from(request.len()).ok()?,
            answer.as_mut_ptr().cast(),
            u32::try_from(answer.len()).ok()?,
            &raw mut returned,
            null_mut(),
        )
    };
    usize::try_from(returned).ok().filter(|returned| done != 0 && *returned <= answer.len())
}

fn property(device: &File) -> Option<Vec<u8>> {
    let mut answer = vec![0; DESCRIPTOR_MAX];
    // STORAGE_PROPERTY_QUERY: StorageDeviceProperty and PropertyStandardQuery are both zero, and nothing more is told.
    let length = ask(device, IOCTL_STORAGE_QUERY_PROPERTY, &[0; 12], &mut answer)?;
    answer.truncate(length);
    Some(answer)
}

/// The number of the disk, of what is one.
fn disk(device: &File) -> Option<u32> {
    // STORAGE_DEVICE_NUMBER: kind, number, partition.
    let mut answer = [0; 12];
    ask(device, IOCTL_STORAGE_GET_DEVICE_NUMBER, &[], &mut answer).filter(|length| *length == 12)?;
    (word(&answer, 0)? == FILE_DEVICE_DISK).then(|| word(&answer, 4)).flatten()
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}

/// A STORAGE_DEVICE_DESCRIPTOR (ntddstor.h).
#[derive(Debug, PartialEq, Eq)]
struct Described {
    bus: u32,
    removable: bool,
    serial: Option<String>,
}

impl Described {
    fn read(bytes: &[u8]) -> Option<Self> {
        let serial = usize::try_from(word(bytes, 24)?).ok()?;
        // Texts are behind the structure; without one, the place is 0, or all ones of old drivers.
        let serial = bytes.get(serial..).filter(|_| serial >= 36);
        let serial = serial.and_then(|bytes| bytes.split(|byte| *byte == 0).next());
        let serial = serial.map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
        Some(Self {
            bus: word(bytes, 28)?,
            removable: *bytes.get(10)? != 0,
            serial: serial.filter(|serial| !serial.is_empty()),
        })
    }
}

/// See [`crate::host::windows_api::WindowsApi::firmware_table`].
pub(super) fn firmware_table(table: FirmwareTable) -> Result<Vec<u8>, ReadError> {
    let tried = format!("read the firmware table {table:?}");
    let provider = match table {
        FirmwareTable::Smbios => RSMB,
    };
    // SAFETY: without a buffer it tells how long it would have to be.
    let length = unsafe { GetSystemFirmwareTable(provider, 0, null_mut(), 0) };
    if length == 0 {
        return Err(call::last(tried));
    }
    if length > TABLE_MAX {
        return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("it has {length} bytes")));
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    // SAFETY: the buffer is as long as is said.
    let written = unsafe { GetSystemFirmwareTable(provider, 0, bytes.as_mut_ptr(), length) };
    if written == 0 || written > length {
        return Err(call::last(tried));
    }
    bytes.truncate(usize::try_from(written).unwrap_or_default());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drives_of_this_machine_are_listed() {
        let volumes = volumes().unwrap();
        let system = volumes.iter().find(|volume| volume.letter == 'C').unwrap();
        assert_eq!(system.kind, 3, "{system:?}");
        assert!(system.size.bytes() > 0 && !system.file_system.is_empty(), "{system:?}");
        assert!(system.device.starts_with(r"\\?\Volume{"), "{system:?}");
    }

    #[test]
    fn a_drive_that_is_none_is_none() {
        let volume = volume('B');
        assert!(volume.size.bytes() == 0 && volume.device.is_empty() && volume.disk.is_none(), "{volume:?}");
    }

    #[test]
    fn the_drive_of_the_system_is_watched_and_none_that_is_none() {
        assert_eq!(unwatchable('c'), None);
        assert!(unwatchable('B').is_some());
    }

    #[test]
    fn a_disk_describes_itself() {
        let mut bytes = vec![0; 60];
        bytes[10] = 1;
        bytes[24..28].copy_from_slice(&40_u32.to_le_bytes());
        bytes[28..32].copy_from_slice(&7_u32.to_le_bytes());
        bytes[40..50].copy_from_slice(b"  4C5300 \0");
        let described = Described { bus: 7, removable: true, serial: Some("4C5300".into()) };
        assert_eq!(Described::read(&bytes), Some(described));
        for place in [0_u32, 7, 59, 60, 4_000, u32::MAX] {
            bytes[24..28].copy_from_slice(&place.to_le_bytes());
            assert_eq!(Described::read(&bytes).unwrap().serial, None, "{place}");
        }
        for end in 0..32 {
            assert_eq!(Described::read(&bytes[..end]), None);
        }
    }

    #[test]
    fn the_firmware_describes_itself() {
        match firmware_table(FirmwareTable::Smbios) {
            Ok(bytes) => {
                let length = usize::try_from(word(&bytes, 4).unwrap()).unwrap();
                assert_eq!(bytes.len(), length + 8, "the header says how long it is");
            }
            Err(error) => println!("SKIPPED the_firmware_describes_itself: {error}"),
        }
    }
}
