//! Sessions at the console and over Remote Desktop.

#![expect(unsafe_code, reason = "Remote Desktop Services answer in memory of their own")]

use std::ffi::c_void;
use std::mem::size_of;
use std::net::Ipv4Addr;
use std::ptr::null_mut;

use windows_sys::Win32::System::RemoteDesktop::{
    WTS_CLIENT_ADDRESS, WTS_INFO_CLASS, WTS_SESSION_INFO_1W, WTSClientAddress, WTSClientName, WTSClientProtocolType,
    WTSEnumerateSessionsExW, WTSFreeMemory, WTSFreeMemoryExW, WTSINFOEX_LEVEL1_W, WTSINFOEXW, WTSListen,
    WTSQuerySessionInformationW, WTSSessionInfoEx, WTSTypeSessionInfoLevel1,
};

use crate::host::windows::ffi::{Owned, failed, file_time, last_error, wide_array, wide_text};
use crate::host::windows_api::WindowsSession;
use crate::host::{ReadError, ReadErrorKind};

const TRIED: &str = "list sessions";
/// The most sessions of one machine.
const SESSIONS_MAX: u32 = 4_096;
/// The longest name, in units of UTF-16.
const NAME_MAX: usize = 1_024;
/// The session of services, at which nobody can sit.
const SERVICES: u32 = 0;
/// WTS_PROTOCOL_TYPE_RDP.
const REMOTE_DESKTOP: u16 = 2;
/// `AF_INET`.
const IPV4: u32 = 2;

/// See [`crate::host::windows_api::WindowsApi::sessions`].
pub(in crate::host::windows) fn sessions() -> Result<Vec<WindowsSession>, ReadError> {
    let mut list = List { rows: null_mut(), count: 0 };
    let mut level = 1_u32;
    // SAFETY: null is this machine; level 1 is the only one; pointer and count are written to live variables.
    let listed =
        unsafe { WTSEnumerateSessionsExW(null_mut(), &raw mut level, 0, &raw mut list.rows, &raw mut list.count) };
    if listed == 0 {
        return Err(failed(TRIED, last_error()));
    }
    if list.count > SESSIONS_MAX {
        let why = format!("there are more than {SESSIONS_MAX}");
        return Err(ReadError::new(ReadErrorKind::TooLarge, TRIED, why));
    }
    let mut sessions = Vec::new();
    for at in 0..usize::try_from(list.count).unwrap_or_default() {
        if list.rows.is_null() {
            break;
        }
        // SAFETY: the call gave `count` rows.
        let row = unsafe { list.rows.add(at).read_unaligned() };
        if row.SessionId != SERVICES && row.State != WTSListen {
            // SAFETY: the texts of the row lie in memory that `list` still owns, and end with a zero.
            sessions.push(unsafe { session(&row) });
        }
    }
    Ok(sessions)
}

/// # Safety
///
/// The texts of the row are null or end with a zero, and are still there.
unsafe fn session(row: &WTS_SESSION_INFO_1W) -> WindowsSession {
    let id = row.SessionId;
    // SAFETY: as the caller promises.
    let (account, domain, station) = unsafe {
        (
            wide_text(row.pUserName, NAME_MAX),
            wide_text(row.pDomainName, NAME_MAX),
            wide_text(row.pSessionName, NAME_MAX),
        )
    };
    let protocol = query(id, WTSClientProtocolType).and_then(|answer| answer.first_u16());
    // Stations of Remote Desktop are named by the protocol, whatever the language.
    let is_station = station.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("RDP-"));
    let remote = protocol.map_or(is_station, |protocol| protocol == REMOTE_DESKTOP || is_station);
    let details = query(id, WTSSessionInfoEx).and_then(|answer| answer.details());
    WindowsSession {
        id,
        state: row.State.cast_unsigned(),
        account,
        domain,
        remote,
        client: if remote { client(id) } else { None },
        signed_in: details.as_ref().and_then(|details| file_time(details.LogonTime)),
        last_input: details.as_ref().and_then(|details| file_time(details.LastInputTime)),
        // WTS_SESSIONSTATE_LOCK is 0 and UNLOCK 1 since Windows 8; -1 is that it is not known.
        locked: details.as_ref().and_then(|details| match details.SessionFlags {
            0 => Some(true),
            1 => Some(false),
            _ => None,
        }),
    }
}

/// Where a session over Remote Desktop comes from: its machine's name, or its address.
fn client(id: u32) -> Option<String> {
    let name = query(id, WTSClientName).map(|answer| answer.text()).filter(|name| !name.is_empty());
    name.or_else(|| query(id, WTSClientAddress)?.address())
}

/// An answer about a session: its memory, and how many bytes it holds.
struct Answer {
    memory: Owned,
    bytes: usize,
}

fn query(id: u32, class: WTS_INFO_CLASS) -> Option<Answer> {
    let mut pointer: *mut c_void = null_mut();
    let mut bytes = 0_u32;
    // SAFETY: null is this machine; pointer and count are written to live variables.
    let answered =
        unsafe { WTSQuerySessionInformationW(null_mut(), id, class, (&raw mut pointer).cast(), &raw mut bytes) };
    // SAFETY: the call left null or memory that is freed by WTSFreeMemory.
    let memory = unsafe { Owned::new(pointer, free) };
    let bytes = usize::try_from(bytes).ok()?;
    (answered != 0 && !memory.pointer().is_null()).then_some(Answer { memory, bytes })
}

impl Answer {
    /// One `T` at its beginning; nothing where it is shorter.
    ///
    /// # Safety
    ///
    /// Any bytes are a `T`.
    unsafe fn read<T: Copy>(&self) -> Option<T> {
        if self.bytes < size_of::<T>() {
            return None;
        }
        // SAFETY: the memory holds at least a `T`, and the caller promises that any bytes are one.
        Some(unsafe { self.memory.pointer().cast::<T>().read_unaligned() })
    }

    fn first_u16(&self) -> Option<u16> {
        // SAFETY: any bytes are a number.
        unsafe { self.read::<u16>() }
    }

    fn details(&self) -> Option<WTSINFOEX_LEVEL1_W> {
        // SAFETY: the structure is numbers and arrays of them.
        let found = unsafe { self.read::<WTSINFOEXW>() }?;
        if found.Level != 1 {
            return None;
        }
        // SAFETY: the union has this one member, and the level says that it was written.
        Some(unsafe { found.Data.WTSInfoExLevel1 })
    }

    fn text(&self) -> String {
        let units = (0..(self.bytes / 2).min(NAME_MAX)).map(|at| {
            // SAFETY: the memory holds as many units.
            unsafe { self.memory.pointer().cast::<u16>().add(at).read_unaligned() }
        });
        wide_array(&units.collect::<Vec<_>>())
    }

    /// An address of IPv4, which begins two bytes into the field. How others lie there is not documented.
    fn address(&self) -> Option<String> {
        // SAFETY: the structure is numbers and arrays of them.
        let found = unsafe { self.read::<WTS_CLIENT_ADDRESS>() }?;
        let [_, _, a, b, c, d, ..] = found.Address;
        (found.AddressFamily == IPV4).then(|| Ipv4Addr::new(a, b, c, d).to_string())
    }
}

/// # Safety
///
/// The pointer is from WTSQuerySessionInformationW and is not used after this.
unsafe fn free(pointer: *mut c_void) {
    // SAFETY: as the caller promises.
    unsafe { WTSFreeMemory(pointer) }
}

/// The list of sessions, which is freed with its texts.
struct List {
    rows: *mut WTS_SESSION_INFO_1W,
    count: u32,
}

impl Drop for List {
    fn drop(&mut self) {
        if !self.rows.is_null() {
            // SAFETY: WTSEnumerateSessionsExW gave the rows and their count, and this alone owns them.
            let _freed = unsafe { WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, self.rows.cast(), self.count) };
        }
    }
}
