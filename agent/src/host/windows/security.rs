//! Security descriptors.

#![expect(unsafe_code, reason = "nothing among the dependencies reads security descriptors")]

use std::os::windows::io::AsRawHandle as _;

use windows_sys::Win32::Foundation::{
    ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER, ERROR_MORE_DATA, WIN32_ERROR,
};
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, GetKernelObjectSecurity, GetSecurityDescriptorControl,
    GetSecurityDescriptorLength, IsValidSecurityDescriptor, OWNER_SECURITY_INFORMATION, SE_SELF_RELATIVE,
};
use windows_sys::Win32::Storage::FileSystem::READ_CONTROL;
use windows_sys::Win32::System::Registry::RegGetKeySecurity;
use windows_sys::Win32::System::Services::{QueryServiceObjectSecurity, SC_MANAGER_CONNECT};

use super::open::{self, Way};
use super::services::Controlled;
use super::{call, registry};
use crate::host::windows_api::SecuredObject;
use crate::host::{ReadError, ReadErrorKind};

/// Access lists have at most 64 KiB (ACL.AclSize); owner and group come to that.
const DESCRIPTOR_MAX: u32 = 68 << 10;
const WANTED: u32 = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

/// See [`crate::host::windows_api::WindowsApi::security_descriptor`]. The system list, which tells what is audited, would
/// need a privilege and is not asked for.
pub(super) fn descriptor(object: &SecuredObject) -> Result<Vec<u8>, ReadError> {
    let tried = format!("read who may use {object}");
    match object {
        SecuredObject::File(path) => {
            let file = open::open(path, Way { access: READ_CONTROL, options: 0, tried: &tried })?;
            grown(&tried, |bytes, length, needed| {
                // SAFETY: the file is open, the buffer is as long as is said.
                let done =
                    unsafe { GetKernelObjectSecurity(file.as_raw_handle(), WANTED, bytes.cast(), length, needed) };
                if done != 0 { 0 } else { call::last_code() }
            })
        }
        SecuredObject::RegistryKey(path) => {
            let key = registry::open(path, READ_CONTROL).map_err(|code| call::failed(tried.as_str(), code))?;
            grown(&tried, |bytes, length, needed| {
                *needed = length;
                // SAFETY: the key is open, the buffer is as long as `needed` says, which is set to what it would have to be.
                unsafe { RegGetKeySecurity(key.as_raw(), WANTED, bytes.cast(), needed) }
            })
        }
        SecuredObject::Service(name) => {
            let manager = Controlled::manager(&tried, SC_MANAGER_CONNECT)?;
            let service = manager.service(&tried, name, READ_CONTROL)?;
            grown(&tried, |bytes, length, needed| {
                // SAFETY: the service is open, the buffer is as long as is said.
                let done = unsafe { QueryServiceObjectSecurity(service.raw(), WANTED, bytes.cast(), length, needed) };
                if done != 0 { 0 } else { call::last_code() }
            })
        }
    }
}

/// Calls with a buffer that is as large as the call before asked for.
fn grown(tried: &str, mut ask: impl FnMut(*mut u8, u32, &mut u32) -> WIN32_ERROR) -> Result<Vec<u8>, ReadError> {
    let mut length = 1_024;
    // It may grow between two calls, but not for ever.
    for _ in 0..4 {
        // In words, because a descriptor begins at a multiple of four.
        let mut words = vec![0_u64; usize::try_from(length).unwrap_or_default().div_ceil(8)];
        let mut needed = 0;
        match ask(words.as_mut_ptr().cast(), length, &mut needed) {
            0 => return self_relative(tried, &mut words),
            ERROR_INSUFFICIENT_BUFFER | ERROR_MORE_DATA if needed > length => length = needed,
            code => return Err(call::failed(tried, code)),
        }
        if length > DESCRIPTOR_MAX {
            break;
        }
    }
    Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("larger than {DESCRIPTOR_MAX} bytes")))
}

/// The bytes of the descriptor at the beginning of a buffer.
fn self_relative(tried: &str, words: &mut [u64]) -> Result<Vec<u8>, ReadError> {
    let descriptor = words.as_mut_ptr().cast();
    let (mut control, mut revision) = (0, 0);
    // SAFETY: the buffer lives and is at least as long as what the call before wrote, which was a descriptor.
    let length = unsafe {
        if IsValidSecurityDescriptor(descriptor) == 0
            || GetSecurityDescriptorControl(descriptor, &raw mut control, &raw mut revision) == 0
        {
            return Err(call::failed(tried, ERROR_INVALID_PARAMETER));
        }
        GetSecurityDescriptorLength(descriptor)
    };
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    match bytes.get(..length) {
        Some(bytes) if control & SE_SELF_RELATIVE != 0 => Ok(bytes.to_vec()),
        Some(_) | None => Err(ReadError::new(ReadErrorKind::Failed, tried, "the descriptor points elsewhere")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::RegistryPath;

    /// Revision 1, self-relative, with an owner and a list.
    fn assert_whole(bytes: &[u8]) {
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(bytes[0], 1);
        assert_eq!(u16::from_le_bytes([bytes[2], bytes[3]]) & 0x8004, 0x8004, "{bytes:?}");
        for offset in [word(4), word(16)] {
            assert!(offset >= 20 && usize::try_from(offset).unwrap() < bytes.len(), "{bytes:?}");
        }
    }

    #[test]
    fn files_and_folders_have_descriptors() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("x");
        std::fs::write(&file, "x").unwrap();
        for path in [scratch.path().to_owned(), file.clone()] {
            assert_whole(&descriptor(&SecuredObject::File(path)).unwrap());
        }
        assert!(descriptor(&SecuredObject::File(file.join("none"))).unwrap_err().is_not_there());
        let device = descriptor(&SecuredObject::File(r"\\.\PhysicalDrive0".into())).unwrap_err();
        assert_eq!(device.kind, ReadErrorKind::WrongKind);
    }

    #[test]
    fn registry_keys_have_descriptors() {
        let path = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Services");
        assert_whole(&descriptor(&SecuredObject::RegistryKey(path.clone())).unwrap());
        assert!(descriptor(&SecuredObject::RegistryKey(path.join("TenkenNone"))).unwrap_err().is_not_there());
    }

    #[test]
    fn services_have_descriptors() {
        match descriptor(&SecuredObject::Service("EventLog".into())) {
            Ok(bytes) if bytes[4..8] == [0; 4] => {
                println!("SKIPPED services_have_descriptors: they have no owner here");
            }
            Ok(bytes) => assert_whole(&bytes),
            Err(error) => println!("SKIPPED services_have_descriptors: {error}"),
        }
        assert!(descriptor(&SecuredObject::Service("TenkenNone".into())).unwrap_err().is_not_there());
    }

    #[test]
    fn what_grows_is_asked_again_and_not_for_ever() {
        let mut asked = 0;
        let error = grown("x", |_, length, needed| {
            asked += 1;
            *needed = length + 1;
            ERROR_INSUFFICIENT_BUFFER
        });
        assert_eq!((error.unwrap_err().kind, asked), (ReadErrorKind::TooLarge, 4));
        let error = grown("x", |_, _, needed| {
            *needed = DESCRIPTOR_MAX + 1;
            ERROR_INSUFFICIENT_BUFFER
        });
        assert_eq!(error.unwrap_err().kind, ReadErrorKind::TooLarge);
        assert_eq!(grown("x", |_, _, _| 5).unwrap_err().kind, ReadErrorKind::NotPermitted);
        assert_eq!(grown("x", |_, _, _| 0).unwrap_err().kind, ReadErrorKind::Failed, "nothing was written");
    }
}
