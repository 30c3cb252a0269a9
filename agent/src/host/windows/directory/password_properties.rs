//! Whether passwords must be complex (`PasswordProperties` of DOMAIN_PASSWORD_INFORMATION).
//!
//! No documented function gives it. The accounts database does, by `samlib.dll` of every Windows: the client of the documented
//! protocol [MS-SAMR] (SamrConnect, SamrOpenDomain, SamrQueryInformationDomain with DomainPasswordInformation). Where that
//! library or one of its entries is missing, nothing is told.

#![expect(unsafe_code, reason = "the accounts database is asked by entries of a library")]

use std::ffi::c_void;
use std::mem::transmute;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::NTSTATUS;
use windows_sys::Win32::Security::Authentication::Identity::{
    DOMAIN_PASSWORD_INFORMATION, LSA_OBJECT_ATTRIBUTES, LsaQueryInformationPolicy, POLICY_ACCOUNT_DOMAIN_INFO,
    PolicyAccountDomainInformation,
};
use windows_sys::Win32::Security::PSID;

use super::lsa::{self, Policy, free_lsa};
use crate::host::ReadError;
use crate::host::windows::ffi::library::Entry;
use crate::host::windows::ffi::{Library, Owned, failed};

const TRIED: &str = "ask the accounts database for the properties of passwords";
/// SAM_SERVER_CONNECT and SAM_SERVER_LOOKUP_DOMAIN.
const SERVER_RIGHTS: u32 = 0x1 | 0x20;
/// DOMAIN_READ_PASSWORD_PARAMETERS.
const DOMAIN_RIGHTS: u32 = 0x1;
/// DomainPasswordInformation.
const PASSWORD_INFORMATION: i32 = 1;

type Connect = unsafe extern "system" fn(*const c_void, *mut SamHandle, u32, *const LSA_OBJECT_ATTRIBUTES) -> NTSTATUS;
type OpenDomain = unsafe extern "system" fn(SamHandle, u32, PSID, *mut SamHandle) -> NTSTATUS;
type Query = unsafe extern "system" fn(SamHandle, i32, *mut *mut c_void) -> NTSTATUS;
type Release = unsafe extern "system" fn(*mut c_void) -> NTSTATUS;
type SamHandle = *mut c_void;

/// The properties of the local accounts' passwords: 1 is complex, 16 stored reversibly.
pub(super) fn read() -> Result<u32, ReadError> {
    let domain = account_domain()?;
    let library = Library::load("samlib.dll")?;
    // SAFETY: the type is that of the entry, as the header of the library (ntsam.h) has it.
    let connect = unsafe { transmute::<Entry, Connect>(library.entry(c"SamConnect")?) };
    // SAFETY: as above.
    let open = unsafe { transmute::<Entry, OpenDomain>(library.entry(c"SamOpenDomain")?) };
    // SAFETY: as above.
    let query = unsafe { transmute::<Entry, Query>(library.entry(c"SamQueryInformationDomain")?) };
    // SAFETY: as above.
    let free = unsafe { transmute::<Entry, Release>(library.entry(c"SamFreeMemory")?) };
    // SAFETY: as above.
    let close = unsafe { transmute::<Entry, Release>(library.entry(c"SamCloseHandle")?) };

    let nothing = LSA_OBJECT_ATTRIBUTES::default();
    let mut server = Released { pointer: null_mut(), release: close };
    // SAFETY: null is this machine; the handle is written to a live variable; the attributes are empty, as they must be.
    check(unsafe { connect(null(), &raw mut server.pointer, SERVER_RIGHTS, &raw const nothing) })?;
    let mut opened = Released { pointer: null_mut(), release: close };
    // SAFETY: the server is open; the SID lies in memory that `domain` still owns.
    check(unsafe { open(server.pointer, DOMAIN_RIGHTS, domain.sid, &raw mut opened.pointer) })?;
    let mut answer = Released { pointer: null_mut(), release: free };
    // SAFETY: the domain is open, and the pointer is written to a live variable.
    check(unsafe { query(opened.pointer, PASSWORD_INFORMATION, &raw mut answer.pointer) })?;
    if answer.pointer.is_null() {
        return Err(failed(TRIED, 0));
    }
    // SAFETY: the call gave one structure of this class, all numbers, which `answer` still owns.
    let found = unsafe { answer.pointer.cast::<DOMAIN_PASSWORD_INFORMATION>().read_unaligned() };
    Ok(found.PasswordProperties)
}

/// What an entry of the library releases.
struct Released {
    pointer: *mut c_void,
    release: Release,
}

impl Drop for Released {
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            // SAFETY: the pointer is of the kind that the entry releases, is owned by this alone, and the library is loaded.
            let _released = unsafe { (self.release)(self.pointer) };
        }
    }
}

/// The SID of the domain that local accounts are of, in memory that is kept with it.
struct AccountDomain {
    sid: PSID,
    _memory: Owned,
}

fn account_domain() -> Result<AccountDomain, ReadError> {
    let policy = Policy::open(TRIED)?;
    let mut memory: *mut c_void = null_mut();
    // SAFETY: the policy is open, and the pointer is written to a live variable.
    let status = unsafe { LsaQueryInformationPolicy(policy.handle(), PolicyAccountDomainInformation, &raw mut memory) };
    // SAFETY: the call left null or memory that is freed by LsaFreeMemory.
    let memory = unsafe { Owned::new(memory, free_lsa) };
    check(status)?;
    // SAFETY: the call gave one POLICY_ACCOUNT_DOMAIN_INFO, in which any bytes are a value.
    let rows = unsafe { memory.rows::<POLICY_ACCOUNT_DOMAIN_INFO>(0, 1) };
    let sid = rows.first().map(|domain| domain.DomainSid).filter(|sid| !sid.is_null());
    Ok(AccountDomain { sid: sid.ok_or_else(|| failed(TRIED, 0))?, _memory: memory })
}

fn check(status: NTSTATUS) -> Result<(), ReadError> {
    lsa::check(TRIED, status)
}
