//! Accounts of this machine's own database.

#![expect(unsafe_code, reason = "LAN Manager answers in memory of its own")]

use std::mem::size_of;
use std::ptr::null;

use windows_sys::Win32::NetworkManagement::NetManagement::{
    FILTER_NORMAL_ACCOUNT, MAX_PREFERRED_LENGTH, NET_USER_ENUM_FILTER_FLAGS, NetUserEnum, NetUserGetInfo, USER_INFO_0,
    USER_INFO_4, USER_INFO_24,
};
use windows_sys::Win32::System::SystemInformation::{GetVersionExW, OSVERSIONINFOEXW};

use crate::host::windows::ffi::memory::{Part, net_memory};
use crate::host::windows::ffi::{enumerate, sid, wide, wide_text};
use crate::host::windows_api::LocalAccount;
use crate::host::{ReadError, ReadErrorKind};

/// The most accounts of one machine.
const ACCOUNTS_MAX: usize = 4_096;
/// The longest name or comment, in units of UTF-16.
pub(super) const TEXT_MAX: usize = 1_024;
/// NERR_UserNotFound: it went away meanwhile.
const NO_SUCH_USER: u32 = 2_221;
/// VER_NT_DOMAIN_CONTROLLER.
const DOMAIN_CONTROLLER: u8 = 2;

/// See [`crate::host::windows_api::WindowsApi::local_accounts`].
pub(in crate::host::windows) fn accounts() -> Result<Vec<LocalAccount>, ReadError> {
    if is_domain_controller() {
        return Ok(Vec::new());
    }
    let mut accounts = Vec::new();
    for name in names()? {
        accounts.extend(account(&name)?);
    }
    Ok(accounts)
}

/// Their names.
pub(super) fn names() -> Result<Vec<String>, ReadError> {
    named("list local accounts", FILTER_NORMAL_ACCOUNT, ACCOUNTS_MAX)
}

/// The names of the accounts of that kind (`FILTER_…`), at most so many.
pub(super) fn named(tried: &str, kind: NET_USER_ENUM_FILTER_FLAGS, rows_max: usize) -> Result<Vec<String>, ReadError> {
    let mut handle = 0_u32;
    // SAFETY: null is this machine; where it writes are live variables of the caller, and the handle is one too.
    let ask = |part: Part| unsafe {
        NetUserEnum(null(), 0, kind, part.memory, MAX_PREFERRED_LENGTH, part.read, part.total, &raw mut handle)
    };
    // SAFETY: the name lies in the memory that the row is of, and ends with a zero.
    let name = |row: &USER_INFO_0| unsafe { wide_text(row.usri0_name, TEXT_MAX) };
    // SAFETY: NetUserEnum fills memory of its own with rows of USER_INFO_0 at level 0.
    unsafe { enumerate(tried, rows_max, ask, name) }
}

/// One of them; nothing where it went away meanwhile.
fn account(name: &str) -> Result<Option<LocalAccount>, ReadError> {
    let tried = format!("read the local account {name}");
    let name_wide = wide(name);
    let asked = net_memory(&tried, |memory| {
        // SAFETY: null is this machine; the name ends with a zero; the pointer is written to a live variable.
        unsafe { NetUserGetInfo(null(), name_wide.as_ptr(), 4, memory) }
    });
    let memory = match asked {
        Ok(memory) => memory,
        Err((NO_SUCH_USER, _)) => return Ok(None),
        Err((_, error)) => return Err(error),
    };
    // SAFETY: level 4 is one USER_INFO_4, in which any bytes are a value.
    let rows = unsafe { memory.rows::<USER_INFO_4>(0, 1) };
    let Some(found) = rows.first() else { return Ok(None) };
    // SAFETY: the SID lies in the same memory, which is still there.
    let sid = unsafe { sid(found.usri4_user_sid) };
    let no_sid = || ReadError::new(ReadErrorKind::WrongKind, &tried, "it has no SID");
    // SAFETY: both texts lie in the same memory, which is still there, and end with a zero.
    let (name, comment) = unsafe { (wide_text(found.usri4_name, TEXT_MAX), wide_text(found.usri4_comment, TEXT_MAX)) };
    Ok(Some(LocalAccount {
        name,
        sid: sid.ok_or_else(no_sid)?,
        flags: found.usri4_flags,
        password_age: found.usri4_password_age,
        password_expired: found.usri4_password_expired != 0,
        last_logon: found.usri4_last_logon,
        expires: found.usri4_acct_expires,
        bad_passwords: found.usri4_bad_pw_count,
        comment,
        internet_identity: internet_identity(&name_wide),
    }))
}

/// Whether an account is joined to a Microsoft account; nothing where the system does not tell. The name ends with a zero.
fn internet_identity(name: &[u16]) -> Option<bool> {
    let memory = net_memory("ask for a Microsoft account", |memory| {
        // SAFETY: null is this machine; the name ends with a zero; the pointer is written to a live variable.
        unsafe { NetUserGetInfo(null(), name.as_ptr(), 24, memory) }
    });
    let memory = memory.ok()?;
    // SAFETY: level 24 is one USER_INFO_24, in which any bytes are a value.
    let rows = unsafe { memory.rows::<USER_INFO_24>(0, 1) };
    rows.first().map(|found| found.usri24_internet_identity != 0)
}

/// Whether its accounts are those of a domain. The kind of product is told truly to any program, other than the version.
pub(super) fn is_domain_controller() -> bool {
    let mut version = OSVERSIONINFOEXW {
        dwOSVersionInfoSize: u32::try_from(size_of::<OSVERSIONINFOEXW>()).unwrap_or_default(),
        ..OSVERSIONINFOEXW::default()
    };
    // SAFETY: the structure is live and says by its size that it is the longer of the two that the call knows.
    let asked = unsafe { GetVersionExW((&raw mut version).cast()) };
    asked != 0 && version.wProductType == DOMAIN_CONTROLLER
}
