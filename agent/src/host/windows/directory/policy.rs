//! What the local accounts database asks of passwords and sign-ins.

#![expect(unsafe_code, reason = "LAN Manager answers in memory of its own")]

use std::ptr::null;

use windows_sys::Win32::NetworkManagement::NetManagement::{NetUserModalsGet, USER_MODALS_INFO_0, USER_MODALS_INFO_3};

use super::password_properties;
use crate::host::ReadError;
use crate::host::windows::ffi::failed;
use crate::host::windows::ffi::memory::net_memory;
use crate::host::windows_api::AccountPolicy;

const TRIED: &str = "read the account policy";

/// See [`crate::host::windows_api::WindowsApi::account_policy`].
pub(in crate::host::windows) fn account_policy() -> Result<AccountPolicy, ReadError> {
    // SAFETY: level 0 is one USER_MODALS_INFO_0, all numbers.
    let passwords: USER_MODALS_INFO_0 = unsafe { level(0) }?;
    // SAFETY: level 3 is one USER_MODALS_INFO_3, all numbers.
    let lockout: USER_MODALS_INFO_3 = unsafe { level(3) }?;
    Ok(AccountPolicy {
        min_length: passwords.usrmod0_min_passwd_len,
        max_age: passwords.usrmod0_max_passwd_age,
        min_age: passwords.usrmod0_min_passwd_age,
        history: passwords.usrmod0_password_hist_len,
        // The rest holds without it, and its absence says that the system does not tell.
        properties: password_properties::read().ok(),
        lockout_threshold: lockout.usrmod3_lockout_threshold,
        lockout_duration: lockout.usrmod3_lockout_duration,
        lockout_window: lockout.usrmod3_lockout_observation_window,
    })
}

/// # Safety
///
/// NetUserModalsGet answers that level with one `T`, for which any bytes are a value.
unsafe fn level<T: Copy>(level: u32) -> Result<T, ReadError> {
    let memory = net_memory(TRIED, |memory| {
        // SAFETY: null is this machine, and the pointer is written to a live variable.
        unsafe { NetUserModalsGet(null(), level, memory) }
    });
    let memory = memory.map_err(|(_, error)| error)?;
    // SAFETY: as the caller promises.
    unsafe { memory.rows::<T>(0, 1) }.first().copied().ok_or_else(|| failed(TRIED, 0))
}
