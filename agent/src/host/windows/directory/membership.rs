//! What the machine is a member of.

#![expect(unsafe_code, reason = "LAN Manager answers in memory of its own")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use windows_sys::Win32::NetworkManagement::NetManagement::{
    NetGetJoinInformation, NetSetupDomainName, NetSetupUnjoined, NetSetupWorkgroupName,
};

use crate::host::windows::ffi::memory::free_net;
use crate::host::windows::ffi::{Owned, failed, wide_text};
use crate::host::windows_api::{JoinKind, Membership};
use crate::host::{ReadError, ReadErrorKind};

/// The longest name, in units of UTF-16.
const NAME_MAX: usize = 1_024;

/// See [`crate::host::windows_api::WindowsApi::membership`].
pub(in crate::host::windows) fn membership() -> Result<Membership, ReadError> {
    let tried = "ask for the domain";
    let mut name: *mut c_void = null_mut();
    let mut status = 0_i32;
    // SAFETY: null is this machine; the pointer and the status are written to live variables.
    let code = unsafe { NetGetJoinInformation(null(), (&raw mut name).cast(), &raw mut status) };
    // SAFETY: the function left null or memory that is freed by NetApiBufferFree.
    let name = unsafe { Owned::new(name, free_net) };
    if code != 0 {
        return Err(failed(tried, code));
    }
    // SAFETY: the memory is a text that ends with a zero, or null.
    let name = unsafe { wide_text(name.pointer().cast(), NAME_MAX) };
    #[expect(non_upper_case_globals, reason = "the names are those of Windows")]
    let kind = match status {
        NetSetupUnjoined => JoinKind::Unjoined,
        NetSetupWorkgroupName => JoinKind::Workgroup,
        NetSetupDomainName => JoinKind::Domain,
        // 0 is that it does not know.
        other => return Err(ReadError::new(ReadErrorKind::Failed, tried, format!("the system says status {other}"))),
    };
    Ok(Membership { kind, name: Some(name).filter(|name| !name.is_empty()) })
}
