//! The accounts of a domain, which its controllers keep in the place of accounts of their own.
//!
//! The accounts database of a controller is the directory, and NetUserEnum lists what authenticated users may read of it:
//! <https://learn.microsoft.com/en-us/windows/win32/api/lmaccess/nf-lmaccess-netuserenum>. Times of the last sign-in are those of this
//! controller (`usri3_last_logon`).

#![expect(unsafe_code, reason = "LAN Manager and the security authority answer in memory of their own")]

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use windows_sys::Win32::NetworkManagement::NetManagement::{
    FILTER_NORMAL_ACCOUNT, FILTER_SERVER_TRUST_ACCOUNT, GROUP_USERS_INFO_0, MAX_PREFERRED_LENGTH, NetGroupGetUsers,
    NetUserEnum, NetUserModalsGet, USER_INFO_3, USER_MODALS_INFO_2,
};
use windows_sys::Win32::Security::Authentication::Identity::{
    LSA_UNICODE_STRING, LsaEnumerateTrustedDomainsEx, TRUST_DIRECTION_OUTBOUND, TRUSTED_DOMAIN_INFORMATION_EX,
};

use super::accounts::{TEXT_MAX, is_domain_controller, named};
use super::groups;
use super::lsa::{Policy, check, error_of, free_lsa};
use crate::host::windows::ffi::memory::{Part, net_memory};
use crate::host::windows::ffi::{Owned, enumerate, sid, wide, wide_text};
use crate::host::windows_api::{DomainAccounts, DomainGroup, LocalAccount, LocalGroup, LocalMember, Sid};
use crate::host::{ReadError, ReadErrorKind};

/// No further part is asked for when so many accounts were read.
const ENOUGH: u32 = 4_096;
/// How many bytes of accounts one part has.
const PART_BYTES: u32 = 256 << 10;
/// The most rows of one list, with the last part of it.
const ROWS_MAX: usize = 16_384;
/// The groups of this machine that may do everything, of which the directory's groups are members: administrators, and who may
/// replace every file.
const MIGHTY: [&str; 2] = ["S-1-5-32-544", "S-1-5-32-551"];
/// The most groups of the directory that are looked into.
const GROUPS_MAX: usize = 32;
/// SidTypeGroup.
const GROUP: u32 = 2;
/// ERROR_MORE_DATA, ERROR_NO_MORE_ITEMS.
const MORE_DATA: u32 = 234;
const NO_MORE: u32 = 259;
/// The most calls for the domains that are trusted.
const TRUST_CALLS_MAX: usize = 64;

/// See [`crate::host::windows_api::WindowsApi::domain_accounts`].
pub(in crate::host::windows) fn domain_accounts() -> Result<DomainAccounts, ReadError> {
    const TRIED: &str = "list accounts of the domain";
    if !is_domain_controller() {
        return Err(ReadError::new(ReadErrorKind::NotThere, TRIED, "this machine is no controller"));
    }
    let domain = domain_sid(TRIED)?;
    let (accounts, left_out) = accounts(TRIED, &domain)?;
    Ok(DomainAccounts { accounts, left_out, controllers: controllers()?, trusted: trusted()?, groups: mighty()? })
}

/// The SID of the domain.
fn domain_sid(tried: &str) -> Result<Sid, ReadError> {
    let memory = net_memory(tried, |memory| {
        // SAFETY: null is this machine, and the pointer is written to a live variable.
        unsafe { NetUserModalsGet(null(), 2, memory) }
    });
    let memory = memory.map_err(|(_, error)| error)?;
    // SAFETY: level 2 is one USER_MODALS_INFO_2, in which any bytes are a value.
    let rows = unsafe { memory.rows::<USER_MODALS_INFO_2>(0, 1) };
    // SAFETY: the SID lies in the same memory, which is still there.
    let found = rows.first().and_then(|row| unsafe { sid(row.usrmod2_domain_id) });
    found.ok_or_else(|| ReadError::new(ReadErrorKind::WrongKind, tried, "the domain has no SID"))
}

/// Accounts of people and programs, and how many more there are.
fn accounts(tried: &str, domain: &Sid) -> Result<(Vec<LocalAccount>, u32), ReadError> {
    let (mut handle, mut seen, mut left_out) = (0_u32, 0_u32, 0_u32);
    let ask = |part: Part| {
        // SAFETY: null is this machine; where it writes are live variables of the caller, and the handle is one too.
        let code = unsafe {
            NetUserEnum(
                null(),
                3,
                FILTER_NORMAL_ACCOUNT,
                part.memory,
                PART_BYTES,
                part.read,
                part.total,
                &raw mut handle,
            )
        };
        // SAFETY: both are live variables of the caller.
        let (read, total) = unsafe { (part.read.read(), part.total.read()) };
        seen = seen.saturating_add(read);
        if code == MORE_DATA && seen >= ENOUGH {
            // How many there are is an estimate of a directory; that there are more is none.
            left_out = total.saturating_sub(read).max(1);
            return 0;
        }
        code
    };
    let account = |row: &USER_INFO_3| {
        // SAFETY: both texts lie in the memory that the row is of, and end with a zero.
        let (name, comment) = unsafe { (wide_text(row.usri3_name, TEXT_MAX), wide_text(row.usri3_comment, TEXT_MAX)) };
        let sid = format!("{domain}-{}", row.usri3_user_id).parse().ok()?;
        Some(LocalAccount {
            name,
            sid,
            flags: row.usri3_flags,
            password_age: row.usri3_password_age,
            password_expired: row.usri3_password_expired != 0,
            last_logon: row.usri3_last_logon,
            expires: row.usri3_acct_expires,
            bad_passwords: row.usri3_bad_pw_count,
            comment,
            internet_identity: None,
        })
    };
    // SAFETY: NetUserEnum fills memory of its own with rows of USER_INFO_3 at level 3.
    let found = unsafe { enumerate(tried, ROWS_MAX, ask, account) }?;
    let whole: Option<Vec<LocalAccount>> = found.into_iter().collect();
    let whole = whole.ok_or_else(|| ReadError::new(ReadErrorKind::WrongKind, tried, "an account has no SID"))?;
    Ok((whole, left_out))
}

/// The accounts of the domain's controllers, but for those that only read: those are machines like others, and have each a key
/// of their own (`krbtgt_NUMBER`) among the accounts.
fn controllers() -> Result<Vec<String>, ReadError> {
    named("list controllers of the domain", FILTER_SERVER_TRUST_ACCOUNT, ROWS_MAX)
}

/// The domains whose accounts may sign in here.
fn trusted() -> Result<Vec<String>, ReadError> {
    const TRIED: &str = "list domains that are trusted";
    let policy = Policy::open(TRIED)?;
    let mut context = 0_u32;
    let mut found = Vec::new();
    for _ in 0..TRUST_CALLS_MAX {
        let (mut memory, mut count): (*mut c_void, u32) = (null_mut(), 0);
        // SAFETY: the policy is open; the context, the pointer and the count are live variables.
        let status = unsafe {
            LsaEnumerateTrustedDomainsEx(
                policy.handle(),
                &raw mut context,
                &raw mut memory,
                MAX_PREFERRED_LENGTH,
                &raw mut count,
            )
        };
        // SAFETY: the call left null or memory that is freed by LsaFreeMemory.
        let memory = unsafe { Owned::new(memory, free_lsa) };
        if status < 0 && error_of(status) == NO_MORE {
            return Ok(found);
        }
        check(TRIED, status)?;
        // SAFETY: the call gave so many rows, in which any bytes are a value.
        let rows = unsafe { memory.rows::<TRUSTED_DOMAIN_INFORMATION_EX>(0, count) };
        let rows = rows.iter().filter(|row| row.TrustDirection & TRUST_DIRECTION_OUTBOUND != 0);
        // SAFETY: the name lies in the same memory, which is still there.
        found.extend(rows.map(|row| unsafe { counted_text(&row.Name) }));
        if status == 0 && count == 0 {
            return Ok(found);
        }
    }
    Err(ReadError::new(ReadErrorKind::TooLarge, TRIED, "there is no end of them"))
}

/// # Safety
///
/// The text holds as many bytes as it says.
unsafe fn counted_text(text: &LSA_UNICODE_STRING) -> String {
    if text.Buffer.is_null() {
        return String::new();
    }
    // SAFETY: as the caller promises, so many units are there.
    let units = (0..usize::from(text.Length) / 2).map(|at| unsafe { text.Buffer.add(at).read_unaligned() });
    String::from_utf16_lossy(&units.collect::<Vec<u16>>())
}

/// The groups of the directory that may do everything here, with those who are in them; not with those who are by another group.
fn mighty() -> Result<Vec<DomainGroup>, ReadError> {
    let local = groups()?;
    let members = local.iter().filter(|group| MIGHTY.contains(&group.sid.as_str())).flat_map(|group| &group.members);
    let mut found: Vec<DomainGroup> = Vec::new();
    for member in members.filter(|member| is_of_directory(member, &local)).take(GROUPS_MAX) {
        if found.iter().all(|group| group.sid != member.sid) {
            let name = member.name.rsplit('\\').next().unwrap_or_default();
            found.push(DomainGroup { sid: member.sid.clone(), members: users(name)? });
        }
    }
    Ok(found)
}

fn is_of_directory(member: &LocalMember, local: &[LocalGroup]) -> bool {
    member.usage == GROUP && !member.name.is_empty() && local.iter().all(|group| group.sid != member.sid)
}

/// The users of a group; of one of another domain, which this one does not have, none.
fn users(group: &str) -> Result<Vec<String>, ReadError> {
    /// NERR_GroupNotFound.
    const NO_SUCH_GROUP: u32 = 2_220;
    let tried = format!("list the members of the group {group}");
    let group = wide(group);
    let (mut handle, mut is_missing) = (0_usize, false);
    let ask = |part: Part| {
        // SAFETY: null is this machine; the name ends with a zero; where it writes are live variables of the caller.
        let code = unsafe {
            NetGroupGetUsers(
                null(),
                group.as_ptr(),
                0,
                part.memory,
                MAX_PREFERRED_LENGTH,
                part.read,
                part.total,
                &raw mut handle,
            )
        };
        is_missing |= code == NO_SUCH_GROUP;
        code
    };
    // SAFETY: the name lies in the memory that the row is of, and ends with a zero.
    let name = |row: &GROUP_USERS_INFO_0| unsafe { wide_text(row.grui0_name, TEXT_MAX) };
    // SAFETY: NetGroupGetUsers fills memory of its own with rows of GROUP_USERS_INFO_0 at level 0.
    let found = unsafe { enumerate(&tried, ROWS_MAX, ask, name) };
    if is_missing { Ok(Vec::new()) } else { found }
}
