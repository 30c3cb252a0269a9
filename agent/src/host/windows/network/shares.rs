//! Folders and devices that this machine shares.

#![expect(unsafe_code, reason = "LAN Manager answers in memory of its own")]

use std::ptr::null;

use windows_sys::Win32::NetworkManagement::NetManagement::MAX_PREFERRED_LENGTH;
use windows_sys::Win32::Security::{
    GetSecurityDescriptorControl, GetSecurityDescriptorLength, IsValidSecurityDescriptor, MakeSelfRelativeSD,
    PSECURITY_DESCRIPTOR, SE_SELF_RELATIVE,
};
use windows_sys::Win32::Storage::FileSystem::{NetShareEnum, SHARE_INFO_502};

use crate::host::recorded::Bytes;
use crate::host::windows::ffi::memory::Part;
use crate::host::windows::ffi::{enumerate, text, wide_text};
use crate::host::windows_api::SharedFolder;
use crate::host::{ReadError, ReadErrorKind};

const TRIED: &str = "list shared folders";
/// The most shares of one machine.
const SHARES_MAX: usize = 4_096;
/// The longest path, in units of UTF-16.
const TEXT_MAX: usize = 32 << 10;
/// The longest security descriptor that Windows keeps.
const SECURITY_MAX: usize = 64 << 10;

/// See [`crate::host::windows_api::WindowsApi::shared_folders`]. Where the server service does not run nothing is shared, and there
/// is no such thing.
pub(in crate::host::windows) fn shared_folders() -> Result<Vec<SharedFolder>, ReadError> {
    let mut handle = 0_u32;
    // SAFETY: null is this machine; where it writes are live variables of the caller, and the handle is one too.
    let ask = |part: Part| unsafe {
        NetShareEnum(null(), 502, part.memory, MAX_PREFERRED_LENGTH, part.read, part.total, &raw mut handle)
    };
    // SAFETY: what the row points to lies in the memory that the row is of.
    let row = |row: &SHARE_INFO_502| unsafe { share(row) };
    // SAFETY: NetShareEnum fills memory of its own with rows of SHARE_INFO_502 at level 502.
    let found = unsafe { enumerate(TRIED, SHARES_MAX, ask, row) }?;
    found.into_iter().collect()
}

/// # Safety
///
/// What the row points to is null or there whole, its texts with a zero at their end.
unsafe fn share(row: &SHARE_INFO_502) -> Result<SharedFolder, ReadError> {
    // SAFETY: as the caller promises.
    let (name, path) = unsafe { (wide_text(row.shi502_netname, TEXT_MAX), wide_text(row.shi502_path, TEXT_MAX)) };
    let security = if row.shi502_security_descriptor.is_null() {
        None
    } else {
        let odd = || {
            let tried = format!("read who may use the share {name}");
            ReadError::new(ReadErrorKind::WrongKind, tried, "it is no security descriptor")
        };
        // SAFETY: as the caller promises.
        Some(Bytes(unsafe { self_relative(row.shi502_security_descriptor) }.ok_or_else(odd)?))
    };
    Ok(SharedFolder { name, kind: row.shi502_type, path, security })
}

/// A security descriptor whose parts follow it.
///
/// # Safety
///
/// The pointer is of a security descriptor that is there whole.
unsafe fn self_relative(descriptor: PSECURITY_DESCRIPTOR) -> Option<Vec<u8>> {
    // SAFETY: as the caller promises; the call looks at each part that the descriptor has.
    if unsafe { IsValidSecurityDescriptor(descriptor) } == 0 {
        return None;
    }
    let (mut control, mut revision) = (0_u16, 0_u32);
    // SAFETY: the descriptor is valid; both numbers are live.
    if unsafe { GetSecurityDescriptorControl(descriptor, &raw mut control, &raw mut revision) } == 0 {
        return None;
    }
    // SAFETY: the descriptor is valid.
    let length = unsafe { GetSecurityDescriptorLength(descriptor) };
    let bytes = usize::try_from(length).ok().filter(|bytes| *bytes <= SECURITY_MAX)?;
    if control & SE_SELF_RELATIVE != 0 {
        // SAFETY: a valid self-relative descriptor is as long as is told, all in one piece.
        return Some(unsafe { text::bytes(descriptor.cast_const(), bytes) });
    }
    let mut room = length;
    // Numbers of 32 bits, so that it is aligned.
    let mut copy = vec![0_u32; bytes.div_ceil(4)];
    // SAFETY: the descriptor is valid and absolute; the copy has as many bytes as is said.
    if unsafe { MakeSelfRelativeSD(descriptor, copy.as_mut_ptr().cast(), &raw mut room) } == 0 {
        return None;
    }
    Some(copy.iter().flat_map(|number| number.to_ne_bytes()).take(bytes).collect())
}
