//! Folders of the system, from its own numbers.
//!
//! `%ProgramData%` would be what the one who starts a program wants it to be: an elevated terminal has the variables that an
//! ordinary user set for the account.

#![expect(unsafe_code, reason = "the folder of Windows is told into a buffer")]

use std::path::PathBuf;

use windows_registry::LOCAL_MACHINE;
use windows_sys::Win32::System::SystemInformation::GetSystemWindowsDirectoryW;

use crate::host::registration::folder_of;

const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";
const PROGRAM_DATA: &str = "ProgramData";

/// Where programs keep data that is no person's: `C:\ProgramData` on nearly every machine.
pub(in crate::host) fn program_data() -> PathBuf {
    let drive = system_drive();
    let setting = LOCAL_MACHINE.open(PROFILES).and_then(|key| key.get_string(PROGRAM_DATA));
    let folder = setting.ok().and_then(|setting| folder_of(&setting, &drive));
    folder.unwrap_or_else(|| PathBuf::from(format!(r"{drive}\ProgramData")))
}

/// The drive that Windows is on.
fn system_drive() -> String {
    const DRIVE: &str = "C:";
    let mut buffer = [0_u16; 260];
    let size = u32::try_from(buffer.len()).unwrap_or_default();
    // SAFETY: the buffer has the length that is said.
    let len = unsafe { GetSystemWindowsDirectoryW(buffer.as_mut_ptr(), size) };
    let drive = buffer.get(..2).filter(|_| len > 2 && len < size).map(String::from_utf16_lossy);
    drive.filter(|drive| drive.ends_with(':')).unwrap_or_else(|| DRIVE.to_owned())
}
