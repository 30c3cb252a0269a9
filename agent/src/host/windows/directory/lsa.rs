//! The local security authority: its policy while it is open, its memory and its errors.

#![expect(unsafe_code, reason = "the policy is opened and closed by calls of Windows")]

use std::ffi::c_void;
use std::ptr::null;

use windows_sys::Win32::Foundation::NTSTATUS;
use windows_sys::Win32::Security::Authentication::Identity::{
    LSA_HANDLE, LSA_OBJECT_ATTRIBUTES, LsaClose, LsaFreeMemory, LsaNtStatusToWinError, LsaOpenPolicy,
};

use crate::host::ReadError;
use crate::host::windows::ffi::failed;

const POLICY_VIEW_LOCAL_INFORMATION: u32 = 1;

/// The policy, to be looked at. It is closed when this is dropped.
pub(super) struct Policy(LSA_HANDLE);

impl Policy {
    pub(super) fn open(tried: &str) -> Result<Self, ReadError> {
        let nothing = LSA_OBJECT_ATTRIBUTES::default();
        let mut policy: LSA_HANDLE = 0;
        // SAFETY: null is this machine; the attributes are empty, as they must be; the handle is written to a live variable.
        let opened =
            unsafe { LsaOpenPolicy(null(), &raw const nothing, POLICY_VIEW_LOCAL_INFORMATION, &raw mut policy) };
        check(tried, opened)?;
        Ok(Self(policy))
    }

    pub(super) const fn handle(&self) -> LSA_HANDLE {
        self.0
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        // SAFETY: the handle is open and owned by this alone.
        let _closed = unsafe { LsaClose(self.0) };
    }
}

/// # Safety
///
/// The pointer is from one of the `Lsa…` functions and is not used after this.
pub(super) unsafe fn free_lsa(pointer: *mut c_void) {
    // SAFETY: as the caller promises.
    let _freed = unsafe { LsaFreeMemory(pointer) };
}

pub(super) fn check(tried: &str, status: NTSTATUS) -> Result<(), ReadError> {
    if status >= 0 { Ok(()) } else { Err(failed(tried, error_of(status))) }
}

/// The number of an error of Windows that a status stands for.
pub(super) fn error_of(status: NTSTATUS) -> u32 {
    // SAFETY: the call only turns one number into another.
    unsafe { LsaNtStatusToWinError(status) }
}
