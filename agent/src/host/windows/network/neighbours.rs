//! The table of neighbours.

#![expect(unsafe_code, reason = "the table comes in memory of the system")]

use std::ffi::c_void;
use std::mem::offset_of;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr::null_mut;

use windows_sys::Win32::NetworkManagement::IpHelper::{FreeMibTable, GetIpNetTable2, MIB_IPNET_ROW2, MIB_IPNET_TABLE2};

use crate::host::recorded::Bytes;
use crate::host::windows::ffi::{Owned, failed};
use crate::host::windows_api::IpNeighbour;
use crate::host::{ReadError, ReadErrorKind};

const TRIED: &str = "list neighbours";
/// The most rows of the table.
const ROWS_MAX: u32 = 65_536;
const IPV4: u16 = 2;
const IPV6: u16 = 23;
/// NlnsPermanent: nobody ever looked whether it can be reached.
const PERMANENT: u32 = 6;

/// See [`crate::host::windows_api::WindowsApi::neighbours`].
pub(in crate::host::windows) fn neighbours() -> Result<Vec<IpNeighbour>, ReadError> {
    let mut table: *mut c_void = null_mut();
    // SAFETY: family 0 is both, and the pointer is written to a live variable.
    let code = unsafe { GetIpNetTable2(0, (&raw mut table).cast()) };
    // SAFETY: the call left null or memory that is freed by FreeMibTable.
    let table = unsafe { Owned::new(table, free) };
    match code {
        0 => {}
        // ERROR_NOT_FOUND: it looked, and there is none.
        1_168 => return Ok(Vec::new()),
        code => return Err(failed(TRIED, code)),
    }
    // SAFETY: the table begins with the count of its rows.
    let count = unsafe { table.rows::<u32>(offset_of!(MIB_IPNET_TABLE2, NumEntries), 1) };
    let count = count.first().copied().unwrap_or_default();
    if count > ROWS_MAX {
        let why = format!("there are more than {ROWS_MAX}");
        return Err(ReadError::new(ReadErrorKind::TooLarge, TRIED, why));
    }
    // SAFETY: as many rows follow, in which any bytes are a value.
    let rows = unsafe { table.rows::<MIB_IPNET_ROW2>(offset_of!(MIB_IPNET_TABLE2, Table), count) };
    Ok(rows.iter().filter_map(neighbour).collect())
}

fn neighbour(row: &MIB_IPNET_ROW2) -> Option<IpNeighbour> {
    // SAFETY: each member of the union begins with the family.
    let address = match unsafe { row.Address.si_family } {
        // SAFETY: the family says that this member was written, and any bytes are a value of the number.
        IPV4 => IpAddr::from(Ipv4Addr::from(unsafe { row.Address.Ipv4.sin_addr.S_un.S_addr }.to_ne_bytes())),
        // SAFETY: the family says that this member was written, and any bytes are an address.
        IPV6 => Ipv6Addr::from(unsafe { row.Address.Ipv6.sin6_addr.u.Byte }).into(),
        _ => return None,
    };
    let length = usize::try_from(row.PhysicalAddressLength).unwrap_or_default();
    let state = row.State.cast_unsigned();
    // SAFETY: both members of the union are one number, of what the state says.
    let millis = unsafe { row.ReachabilityTime.LastReachable };
    Some(IpNeighbour {
        adapter: row.InterfaceIndex,
        address,
        hardware: Bytes(row.PhysicalAddress.get(..length).unwrap_or_default().to_vec()),
        state,
        reachable_millis: Some(millis).filter(|millis| *millis != u32::MAX && state != PERMANENT),
    })
}

/// # Safety
///
/// The pointer is from GetIpNetTable2 and is not used after this.
unsafe fn free(pointer: *mut c_void) {
    // SAFETY: as the caller promises.
    unsafe { FreeMibTable(pointer) }
}
