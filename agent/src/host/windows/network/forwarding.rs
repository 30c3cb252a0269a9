//! Which adapters pass on what comes in for others.

#![expect(unsafe_code, reason = "the table comes in memory of the system")]

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::mem::{offset_of, size_of};
use std::ptr::null_mut;

use windows_sys::Win32::NetworkManagement::IpHelper::{
    FreeMibTable, GetIpInterfaceTable, MIB_IPINTERFACE_ROW, MIB_IPINTERFACE_TABLE,
};

use crate::host::windows::ffi::Owned;

/// The most rows of the table.
const ROWS_MAX: u32 = 65_536;
/// How long a row is. Its truth values are bytes of which any may come, so that rows are read as bytes.
const ROW: usize = size_of::<MIB_IPINTERFACE_ROW>();
pub(super) const IPV4: u16 = 2;
pub(super) const IPV6: u16 = 23;

/// What the table of interfaces says (MIB_IPINTERFACE_ROW.ForwardingEnabled), by adapter (NET_LUID) and family.
#[derive(Debug, Default)]
pub(super) struct Forwarding(Option<BTreeMap<(u64, u16), bool>>);

impl Forwarding {
    /// Asks for the table. Where that fails nothing is known; adapters are told all the same.
    pub(super) fn read() -> Self {
        let mut table: *mut c_void = null_mut();
        // SAFETY: family 0 is both, and the pointer is written to a live variable.
        let code = unsafe { GetIpInterfaceTable(0, (&raw mut table).cast()) };
        // SAFETY: the call left null or memory that is freed by FreeMibTable.
        let table = unsafe { Owned::new(table, free) };
        if code != 0 || table.pointer().is_null() {
            return Self(None);
        }
        // SAFETY: the table begins with the count of its rows.
        let count = unsafe { table.rows::<u32>(offset_of!(MIB_IPINTERFACE_TABLE, NumEntries), 1) };
        let count = count.first().copied().unwrap_or_default();
        if count > ROWS_MAX {
            return Self(None);
        }
        // SAFETY: as many rows follow, and any bytes are bytes.
        let rows = unsafe { table.rows::<[u8; ROW]>(offset_of!(MIB_IPINTERFACE_TABLE, Table), count) };
        Self(rows.iter().map(row).collect())
    }

    /// Whether an adapter passes on what comes in by that family. One that has no interface of the family does not.
    pub(super) fn of(&self, adapter: u64, family: u16) -> Option<bool> {
        self.0.as_ref().map(|rows| rows.get(&(adapter, family)) == Some(&true))
    }
}

/// The adapter and the family of a row, and whether it passes on.
fn row(bytes: &[u8; ROW]) -> Option<((u64, u16), bool)> {
    let family = bytes.get(offset_of!(MIB_IPINTERFACE_ROW, Family)..)?.first_chunk()?;
    let adapter = bytes.get(offset_of!(MIB_IPINTERFACE_ROW, InterfaceLuid)..)?.first_chunk()?;
    let forwards = bytes.get(offset_of!(MIB_IPINTERFACE_ROW, ForwardingEnabled))?;
    Some(((u64::from_ne_bytes(*adapter), u16::from_ne_bytes(*family)), *forwards != 0))
}

/// # Safety
///
/// The pointer is from GetIpInterfaceTable and is not used after this.
unsafe fn free(pointer: *mut c_void) {
    // SAFETY: as the caller promises.
    unsafe { FreeMibTable(pointer) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(adapter: u64, family: u16, forwards: u8) -> [u8; ROW] {
        let mut bytes = [0xee; ROW];
        bytes[..2].copy_from_slice(&family.to_ne_bytes());
        bytes[8..16].copy_from_slice(&adapter.to_ne_bytes());
        // netioapi.h: after family, adapter, index, size, identifier and two intervals, AdvertisingEnabled is before it.
        bytes[41] = forwards;
        bytes
    }

    #[test]
    fn a_row_is_read_where_the_header_has_it_whatever_byte_is_true() {
        assert_eq!(row(&bytes(7, IPV4, 0)), Some(((7, IPV4), false)));
        assert_eq!(row(&bytes(7, IPV6, 1)), Some(((7, IPV6), true)));
        assert_eq!(row(&bytes(u64::MAX, IPV4, 0xff)), Some(((u64::MAX, IPV4), true)));
    }

    #[test]
    fn a_family_without_an_interface_passes_nothing_on_and_no_table_says_nothing() {
        let rows = [row(&bytes(7, IPV4, 1)), row(&bytes(8, IPV4, 0))];
        let told = Forwarding(rows.into_iter().collect());
        assert_eq!((told.of(7, IPV4), told.of(7, IPV6), told.of(8, IPV4)), (Some(true), Some(false), Some(false)));
        assert_eq!(Forwarding::default().of(7, IPV4), None);
    }
}
