//! Groups of this machine.

#![expect(unsafe_code, reason = "LAN Manager answers in memory of its own")]

use std::ptr::null;

use windows_sys::Win32::NetworkManagement::NetManagement::{
    LOCALGROUP_INFO_0, LOCALGROUP_MEMBERS_INFO_2, MAX_PREFERRED_LENGTH, NetLocalGroupEnum, NetLocalGroupGetMembers,
};
use windows_sys::Win32::Security::{LookupAccountNameW, SidTypeAlias, SidTypeWellKnownGroup};
use windows_sys::Win32::System::WindowsProgramming::GetComputerNameW;

use crate::host::windows::ffi::memory::Part;
use crate::host::windows::ffi::{enumerate, failed, last_error, sid, wide, wide_array, wide_text};
use crate::host::windows_api::{LocalGroup, LocalMember, Sid};
use crate::host::{ReadError, ReadErrorKind};

/// The most groups of one machine.
const GROUPS_MAX: usize = 1_024;
/// The most members of one group.
const MEMBERS_MAX: usize = 4_096;
/// The longest name, in units of UTF-16.
const NAME_MAX: usize = 1_024;
/// The longest SID in numbers of 32 bits: eight bytes of head and 15 numbers.
const SID_MAX: usize = 17;

/// See [`crate::host::windows_api::WindowsApi::local_groups`].
pub(in crate::host::windows) fn groups() -> Result<Vec<LocalGroup>, ReadError> {
    let mut groups = Vec::new();
    for name in names()? {
        let sid = group_sid(&name)?;
        groups.push(LocalGroup { sid, members: members(&name)?, name });
    }
    Ok(groups)
}

fn names() -> Result<Vec<String>, ReadError> {
    let mut handle = 0_usize;
    // SAFETY: null is this machine; where it writes are live variables of the caller, and the handle is one too.
    let ask = |part: Part| unsafe {
        NetLocalGroupEnum(null(), 0, part.memory, MAX_PREFERRED_LENGTH, part.read, part.total, &raw mut handle)
    };
    // SAFETY: the name lies in the memory that the row is of, and ends with a zero.
    let name = |row: &LOCALGROUP_INFO_0| unsafe { wide_text(row.lgrpi0_name, NAME_MAX) };
    // SAFETY: NetLocalGroupEnum fills memory of its own with rows of LOCALGROUP_INFO_0 at level 0.
    unsafe { enumerate("list local groups", GROUPS_MAX, ask, name) }
}

fn members(group: &str) -> Result<Vec<LocalMember>, ReadError> {
    let tried = format!("list the members of the local group {group}");
    let name = wide(group);
    let mut handle = 0_usize;
    // SAFETY: null is this machine; the name ends with a zero; where it writes are live variables of the caller.
    let ask = |part: Part| unsafe {
        NetLocalGroupGetMembers(
            null(),
            name.as_ptr(),
            2,
            part.memory,
            MAX_PREFERRED_LENGTH,
            part.read,
            part.total,
            &raw mut handle,
        )
    };
    let member = |row: &LOCALGROUP_MEMBERS_INFO_2| {
        // SAFETY: the SID and the name lie in the memory that the row is of; the name ends with a zero.
        let (sid, name) = unsafe { (sid(row.lgrmi2_sid), wide_text(row.lgrmi2_domainandname, NAME_MAX)) };
        let usage = row.lgrmi2_sidusage.cast_unsigned();
        sid.map(|sid| LocalMember { sid, name, usage })
    };
    // SAFETY: NetLocalGroupGetMembers fills memory of its own with rows of LOCALGROUP_MEMBERS_INFO_2 at level 2.
    let found = unsafe { enumerate(&tried, MEMBERS_MAX, ask, member) }?;
    let whole: Option<Vec<LocalMember>> = found.into_iter().collect();
    whole.ok_or_else(|| ReadError::new(ReadErrorKind::WrongKind, tried, "a member has no SID"))
}

/// A group's SID, by its name alone, and by the machine's before it where an account of another kind has the name too.
fn group_sid(name: &str) -> Result<Sid, ReadError> {
    let tried = format!("look up the SID of the local group {name}");
    let is_group = |usage: i32| usage == SidTypeAlias || usage == SidTypeWellKnownGroup;
    let (found, usage) = look_up(name, &tried)?;
    if is_group(usage) {
        return Ok(found);
    }
    let (found, usage) = look_up(&format!("{}\\{name}", computer_name(&tried)?), &tried)?;
    if is_group(usage) {
        return Ok(found);
    }
    Err(ReadError::new(ReadErrorKind::WrongKind, tried, format!("the name is of no group (use {usage})")))
}

/// The SID of a name, and what it is of (SID_NAME_USE).
fn look_up(name: &str, tried: &str) -> Result<(Sid, i32), ReadError> {
    let name = wide(name);
    let mut found = [0_u32; SID_MAX];
    let mut domain = [0_u16; NAME_MAX];
    let mut sid_bytes = u32::try_from(size_of_val(&found)).unwrap_or_default();
    let mut domain_units = u32::try_from(domain.len()).unwrap_or_default();
    let mut usage = 0_i32;
    // SAFETY: null is this machine; the name ends with a zero; both buffers are live and as long as is said, the one of the SID
    // aligned as its numbers are.
    let done = unsafe {
        LookupAccountNameW(
            null(),
            name.as_ptr(),
            found.as_mut_ptr().cast(),
            &raw mut sid_bytes,
            domain.as_mut_ptr(),
            &raw mut domain_units,
            &raw mut usage,
        )
    };
    if done == 0 {
        return Err(failed(tried, last_error()));
    }
    // SAFETY: the call wrote a SID into the buffer, which is as long as the longest and was all zeros before.
    let found = unsafe { sid(found.as_mut_ptr().cast()) };
    let none = || ReadError::new(ReadErrorKind::WrongKind, tried, "the answer is no SID");
    Ok((found.ok_or_else(none)?, usage))
}

fn computer_name(tried: &str) -> Result<String, ReadError> {
    let mut name = [0_u16; 256];
    let mut units = u32::try_from(name.len()).unwrap_or_default();
    // SAFETY: the buffer is live and as long as is said.
    let done = unsafe { GetComputerNameW(name.as_mut_ptr(), &raw mut units) };
    if done == 0 { Err(failed(tried, last_error())) } else { Ok(wide_array(&name)) }
}
