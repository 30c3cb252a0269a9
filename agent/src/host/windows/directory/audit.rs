//! What is audited, by subcategory.

#![expect(unsafe_code, reason = "the audit policy comes in memory of the system, to holders of a privilege")]

use std::ffi::c_void;
use std::mem::{size_of, transmute};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{CloseHandle, HANDLE, LUID};
use windows_sys::Win32::Security::Authentication::Identity::AUDIT_POLICY_INFORMATION;
use windows_sys::Win32::Security::{
    AdjustTokenPrivileges, ImpersonateSelf, LUID_AND_ATTRIBUTES, LookupPrivilegeValueW, RevertToSelf,
    SE_PRIVILEGE_ENABLED, SecurityImpersonation, TOKEN_ADJUST_PRIVILEGES, TOKEN_PRIVILEGES, TOKEN_QUERY,
};
use windows_sys::Win32::System::Threading::{GetCurrentThread, OpenThreadToken};
use windows_sys::core::GUID;

use crate::host::windows::ffi::library::Entry;
use crate::host::windows::ffi::{Library, failed, guid, last_error, wide};
use crate::host::windows_api::AuditSetting;
use crate::host::{ReadError, ReadErrorKind};

const TRIED: &str = "read the audit policy";
const PRIVILEGE: &str = "SeSecurityPrivilege";
/// Windows has some sixty subcategories.
const SUBCATEGORIES_MAX: u32 = 1_024;
/// POLICY_AUDIT_EVENT_SUCCESS and POLICY_AUDIT_EVENT_FAILURE.
const SUCCESS: u32 = 1;
const FAILURE: u32 = 2;

type EnumerateSubCategories = unsafe extern "system" fn(*const GUID, u8, *mut *mut GUID, *mut u32) -> u8;
type QuerySystemPolicy = unsafe extern "system" fn(*const GUID, u32, *mut *mut AUDIT_POLICY_INFORMATION) -> u8;
type Free = unsafe extern "system" fn(*mut c_void);

/// See [`crate::host::windows_api::WindowsApi::audit_policy`]. It is told to holders of `SeSecurityPrivilege`, which is enabled for
/// this thread while it is asked.
pub(in crate::host::windows) fn audit_policy() -> Result<Vec<AuditSetting>, ReadError> {
    let library = Library::load("advapi32.dll")?;
    // SAFETY: the type is that of the entry (ntsecapi.h); BOOLEAN is one byte.
    let enumerate =
        unsafe { transmute::<Entry, EnumerateSubCategories>(library.entry(c"AuditEnumerateSubCategories")?) };
    // SAFETY: as above.
    let query = unsafe { transmute::<Entry, QuerySystemPolicy>(library.entry(c"AuditQuerySystemPolicy")?) };
    // SAFETY: as above.
    let free = unsafe { transmute::<Entry, Free>(library.entry(c"AuditFree")?) };

    // Who may look without the privilege is not refused for its lack; who may not is told which right is missing.
    let privilege = Privilege::enable(PRIVILEGE);
    let refused = |code: u32| match (code, &privilege) {
        (5 | 1_314, Err(missing)) => missing.clone(),
        (5 | 1_314, Ok(_)) => {
            ReadError::new(ReadErrorKind::NotPermitted, TRIED, format!("{PRIVILEGE} did not suffice"))
        }
        (code, _) => failed(TRIED, code),
    };

    let mut subcategories = Memory { pointer: null_mut(), free };
    let mut count = 0_u32;
    // SAFETY: no category is named, and all are asked for; pointer and count are written to live variables.
    let listed = unsafe { enumerate(null(), 1, (&raw mut subcategories.pointer).cast(), &raw mut count) };
    if listed == 0 {
        return Err(refused(last_error()));
    }
    if subcategories.pointer.is_null() || count == 0 || count > SUBCATEGORIES_MAX {
        return Err(ReadError::new(ReadErrorKind::WrongKind, TRIED, format!("the system lists {count} subcategories")));
    }
    let mut settings = Memory { pointer: null_mut(), free };
    // SAFETY: the subcategories are `count` GUIDs, which are still there; the pointer is written to a live variable.
    let answered =
        unsafe { query(subcategories.pointer.cast_const().cast(), count, (&raw mut settings.pointer).cast()) };
    if answered == 0 || settings.pointer.is_null() {
        return Err(refused(last_error()));
    }
    let count = usize::try_from(count).unwrap_or_default();
    let found = (0..count).filter_map(|row| {
        let at = row.wrapping_mul(size_of::<AUDIT_POLICY_INFORMATION>());
        // SAFETY: the call gave a structure for each subcategory that was named, in which any bytes are a value.
        let setting = unsafe { settings.pointer.byte_add(at).cast::<AUDIT_POLICY_INFORMATION>().read_unaligned() };
        Some(AuditSetting {
            subcategory: guid(&setting.AuditSubCategoryGuid)?,
            success: setting.AuditingInformation & SUCCESS != 0,
            failure: setting.AuditingInformation & FAILURE != 0,
        })
    });
    Ok(found.collect())
}

/// Memory that AuditFree frees.
struct Memory {
    pointer: *mut c_void,
    free: Free,
}

impl Drop for Memory {
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            // SAFETY: the audit functions gave the pointer, this alone owns it, and the library is loaded.
            unsafe { (self.free)(self.pointer) }
        }
    }
}

/// A privilege that this thread has enabled, while this lives. The process goes on without it.
struct Privilege;

impl Privilege {
    fn enable(name: &str) -> Result<Self, ReadError> {
        let tried = format!("enable {name} to {TRIED}");
        // SAFETY: the call only gives this thread a copy of the process's own token.
        if unsafe { ImpersonateSelf(SecurityImpersonation) } == 0 {
            return Err(failed(tried, last_error()));
        }
        // From here on the copy is given up when this is dropped, whatever follows.
        let privilege = Self;
        let mut token: HANDLE = null_mut();
        let rights = TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY;
        // SAFETY: the handle of the current thread is always good, and the token's is written to a live variable.
        if unsafe { OpenThreadToken(GetCurrentThread(), rights, 1, &raw mut token) } == 0 {
            return Err(failed(tried, last_error()));
        }
        let token = Token(token);
        let (name, mut luid) = (wide(name), LUID::default());
        // SAFETY: null is this machine; the name ends with a zero; the number is written to a live variable.
        if unsafe { LookupPrivilegeValueW(null(), name.as_ptr(), &raw mut luid) } == 0 {
            return Err(failed(tried, last_error()));
        }
        let wanted = TOKEN_PRIVILEGES {
            PrivilegeCount: 1,
            Privileges: [LUID_AND_ATTRIBUTES { Luid: luid, Attributes: SE_PRIVILEGE_ENABLED }],
        };
        // SAFETY: the token is open with the right to adjust; the structure is live and names one privilege; what it was
        // before is not asked for.
        let done = unsafe { AdjustTokenPrivileges(token.0, 0, &raw const wanted, 0, null_mut(), null_mut()) };
        // It succeeds also where the token has no such privilege, and says so by the error alone.
        match (done, last_error()) {
            (0, code) => Err(failed(tried, code)),
            (_, 0) => Ok(privilege),
            (_, code) => Err(failed(tried, code)),
        }
    }
}

impl Drop for Privilege {
    fn drop(&mut self) {
        // SAFETY: the call only ends what ImpersonateSelf began in this thread.
        let _reverted = unsafe { RevertToSelf() };
    }
}

struct Token(HANDLE);

impl Drop for Token {
    fn drop(&mut self) {
        // SAFETY: the handle is open and owned by this alone.
        let _closed = unsafe { CloseHandle(self.0) };
    }
}
