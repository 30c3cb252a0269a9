//! Network adapters.

#![expect(unsafe_code, reason = "adapters come as lists of pointers")]

use std::ffi::CStr;
use std::mem::size_of;
use std::net::IpAddr;
use std::ptr::{copy_nonoverlapping, null};

use windows_sys::Win32::NetworkManagement::IpHelper::{
    GAA_FLAG_INCLUDE_GATEWAYS, GAA_FLAG_SKIP_ANYCAST, GAA_FLAG_SKIP_DNS_SERVER, GAA_FLAG_SKIP_MULTICAST,
    GetAdaptersAddresses, IP_ADAPTER_ADDRESSES_LH,
};
use windows_sys::Win32::Networking::WinSock::SOCKET_ADDRESS;

use super::address::{LENGTH_MAX, address};
use super::forwarding::{Forwarding, IPV4, IPV6};
use crate::host::recorded::Bytes;
use crate::host::windows::ffi::{failed, text, wide_text};
use crate::host::windows_api::{Adapter, Guid};
use crate::host::{ReadError, ReadErrorKind};

const TRIED: &str = "list network adapters";
/// The most bytes of the answer.
const ANSWER_MAX: usize = 4 << 20;
/// The most adapters, and the most addresses of one.
const LIST_MAX: usize = 1_024;
/// The longest name, in units of UTF-16.
const NAME_MAX: usize = 1_024;
/// Adapters come and go while they are asked for.
const ATTEMPTS: usize = 5;
const BUFFER_OVERFLOW: u32 = 111;
const NO_DATA: u32 = 232;
/// The system has no address at all.
const NO_ADDRESS: u32 = 1_228;
/// IfOperStatusUp.
const UP: i32 = 1;

/// See [`crate::host::windows_api::WindowsApi::adapters`].
pub(in crate::host::windows) fn adapters() -> Result<Vec<Adapter>, ReadError> {
    let flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER | GAA_FLAG_INCLUDE_GATEWAYS;
    // Numbers of 64 bits, so that the first structure is aligned. Those behind it are read as they lie.
    let mut buffer = vec![0_u64; 2 << 10];
    for _ in 0..ATTEMPTS {
        let mut bytes = u32::try_from(buffer.len().saturating_mul(8)).unwrap_or_default();
        // SAFETY: family 0 is all; the buffer is as long as is said; the reserved pointer is null, as is asked.
        let code = unsafe { GetAdaptersAddresses(0, flags, null(), buffer.as_mut_ptr().cast(), &raw mut bytes) };
        match code {
            0 => {
                // Asked for after the adapters, so that one that came meanwhile is not taken for one without an interface.
                let forwarding = Forwarding::read();
                // SAFETY: the call filled the buffer, which stays as it is until the list is read.
                return unsafe { listed(buffer.as_ptr().cast(), &forwarding) };
            }
            NO_DATA | NO_ADDRESS => return Ok(Vec::new()),
            BUFFER_OVERFLOW => {
                let needed = usize::try_from(bytes).unwrap_or(usize::MAX);
                if needed > ANSWER_MAX {
                    let why = format!("an answer of more than {ANSWER_MAX} bytes");
                    return Err(ReadError::new(ReadErrorKind::TooLarge, TRIED, why));
                }
                buffer = vec![0; needed.div_ceil(8).saturating_add(256)];
            }
            code => return Err(failed(TRIED, code)),
        }
    }
    Err(ReadError::new(ReadErrorKind::Failed, TRIED, "the answer grew each time it was asked for"))
}

/// # Safety
///
/// The pointer is of the list that GetAdaptersAddresses filled, which is still there whole.
unsafe fn listed(first: *const IP_ADAPTER_ADDRESSES_LH, forwarding: &Forwarding) -> Result<Vec<Adapter>, ReadError> {
    let mut adapters = Vec::new();
    let mut next = first;
    while !next.is_null() && adapters.len() < LIST_MAX {
        // SAFETY: as the caller promises; `next` is of the list.
        let found = unsafe { structure(next) };
        // SAFETY: everything that the structure points to is in the list.
        adapters.push(unsafe { adapter(&found, forwarding) }?);
        next = found.Next;
    }
    Ok(adapters)
}

/// A copy of a structure. Those of older systems are shorter, as their first number says; the rest is zeros.
///
/// # Safety
///
/// The pointer is of a structure that is as long as it says.
unsafe fn structure(at: *const IP_ADAPTER_ADDRESSES_LH) -> IP_ADAPTER_ADDRESSES_LH {
    let mut found = IP_ADAPTER_ADDRESSES_LH::default();
    // SAFETY: the length is the structure's first field.
    let length = unsafe { at.cast::<u32>().read_unaligned() };
    let length = usize::try_from(length).unwrap_or_default().min(size_of::<IP_ADAPTER_ADDRESSES_LH>());
    // SAFETY: as many bytes are there, and no more than the copy holds, in which any bytes are a value.
    unsafe { copy_nonoverlapping(at.cast::<u8>(), (&raw mut found).cast::<u8>(), length) };
    found
}

/// # Safety
///
/// What the structure points to is there, and its texts end with a zero.
unsafe fn adapter(found: &IP_ADAPTER_ADDRESSES_LH, forwarding: &Forwarding) -> Result<Adapter, ReadError> {
    // SAFETY: any bytes are a value of this member of the union, whose other one is a number over the same bytes.
    let index = unsafe { found.Anonymous1.Anonymous.IfIndex };
    // SAFETY: both members of the union are of 64 bits, of which any are a value.
    let luid = unsafe { found.Luid.Value };
    // SAFETY: as the caller promises.
    let (guid, name, description) = unsafe {
        (guid(found.AdapterName), wide_text(found.FriendlyName, NAME_MAX), wide_text(found.Description, NAME_MAX))
    };
    let length = usize::try_from(found.PhysicalAddressLength).unwrap_or_default();
    let mut addresses = Vec::new();
    let mut next = found.FirstUnicastAddress;
    while !next.is_null() && addresses.len() < LIST_MAX {
        // SAFETY: as the caller promises.
        let row = unsafe { next.read_unaligned() };
        // SAFETY: as the caller promises.
        addresses.extend(unsafe { socket_address(&row.Address) });
        next = row.Next;
    }
    let mut gateways = Vec::new();
    let mut next = found.FirstGatewayAddress;
    while !next.is_null() && gateways.len() < LIST_MAX {
        // SAFETY: as the caller promises.
        let row = unsafe { next.read_unaligned() };
        // SAFETY: as the caller promises.
        gateways.extend(unsafe { socket_address(&row.Address) });
        next = row.Next;
    }
    Ok(Adapter {
        // One that has IPv6 alone has no index of IPv4.
        index: if index == 0 { found.Ipv6IfIndex } else { index },
        guid: guid
            .ok_or_else(|| ReadError::new(ReadErrorKind::WrongKind, TRIED, "the name of an adapter is no GUID"))?,
        name,
        description,
        kind: found.IfType,
        hardware: Bytes(found.PhysicalAddress.get(..length).unwrap_or_default().to_vec()),
        up: found.OperStatus == UP,
        addresses,
        gateways,
        forwards_ipv4: forwarding.of(luid, IPV4),
        forwards_ipv6: forwarding.of(luid, IPV6),
        // Zero where that version of IP is not bound to it.
        metric_ipv4: Some(found.Ipv4Metric).filter(|metric| *metric != 0),
        metric_ipv6: Some(found.Ipv6Metric).filter(|metric| *metric != 0),
    })
}

/// The GUID that is the adapter's permanent name.
///
/// # Safety
///
/// The pointer is null or of a text that ends with a zero.
unsafe fn guid(name: *const u8) -> Option<Guid> {
    if name.is_null() {
        return None;
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(name.cast()) }.to_str().ok()?.parse().ok()
}

/// # Safety
///
/// The pointer is null or of as many bytes as is said.
unsafe fn socket_address(found: &SOCKET_ADDRESS) -> Option<IpAddr> {
    let length = usize::try_from(found.iSockaddrLength).ok()?.min(LENGTH_MAX);
    // SAFETY: as the caller promises.
    address(&unsafe { text::bytes(found.lpSockaddr.cast(), length) })
}
