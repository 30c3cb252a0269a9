//! TCP ports that listen and UDP ports that are bound.

#![expect(unsafe_code, reason = "the tables are filled by calls of Windows")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr::null_mut;

use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetExtendedTcpTable, GetExtendedUdpTable, TCP_TABLE_OWNER_PID_LISTENER, UDP_TABLE_OWNER_PID,
};

use crate::host::windows::ffi::failed;
use crate::host::windows_api::{BoundSocket, SocketProtocol};
use crate::host::{ReadError, ReadErrorKind};

const TRIED: &str = "list bound ports";
/// The most bytes of one table.
const TABLE_MAX: usize = 4 << 20;
/// A table may grow while it is asked for.
const ATTEMPTS: usize = 5;
const INSUFFICIENT_BUFFER: u32 = 122;
const IPV4: u32 = 2;
const IPV6: u32 = 23;

/// How the rows of a table lie, in numbers of 32 bits.
struct Shape {
    protocol: SocketProtocol,
    /// How many numbers a row has.
    row: usize,
    /// Where the local address begins, and how many numbers it has.
    address: (usize, usize),
    port: usize,
    pid: usize,
}

/// MIB_TCPROW_OWNER_PID: state, local address, local port, remote address, remote port, process.
const TCP4: Shape = Shape { protocol: SocketProtocol::Tcp, row: 6, address: (1, 1), port: 2, pid: 5 };
/// MIB_TCP6ROW_OWNER_PID: local address, scope, port, remote address, scope, port, state, process.
const TCP6: Shape = Shape { protocol: SocketProtocol::Tcp, row: 14, address: (0, 4), port: 5, pid: 13 };
/// MIB_UDPROW_OWNER_PID: local address, port, process.
const UDP4: Shape = Shape { protocol: SocketProtocol::Udp, row: 3, address: (0, 1), port: 1, pid: 2 };
/// MIB_UDP6ROW_OWNER_PID: local address, scope, port, process.
const UDP6: Shape = Shape { protocol: SocketProtocol::Udp, row: 7, address: (0, 4), port: 5, pid: 6 };

/// See [`crate::host::windows_api::WindowsApi::sockets`].
pub(in crate::host::windows) fn sockets() -> Result<Vec<BoundSocket>, ReadError> {
    let mut found = Vec::new();
    for (family, shape) in [(IPV4, TCP4), (IPV6, TCP6)] {
        let table = table(|buffer, bytes| {
            // SAFETY: the buffer is null or as long as is said, and aligned as the rows are.
            unsafe { GetExtendedTcpTable(buffer.cast(), bytes, 0, family, TCP_TABLE_OWNER_PID_LISTENER, 0) }
        })?;
        found.extend(rows(&table, &shape));
    }
    for (family, shape) in [(IPV4, UDP4), (IPV6, UDP6)] {
        let table = table(|buffer, bytes| {
            // SAFETY: the buffer is null or as long as is said, and aligned as the rows are.
            unsafe { GetExtendedUdpTable(buffer.cast(), bytes, 0, family, UDP_TABLE_OWNER_PID, 0) }
        })?;
        found.extend(rows(&table, &shape));
    }
    Ok(found)
}

/// A table, as numbers of 32 bits.
fn table(ask: impl Fn(*mut u32, *mut u32) -> u32) -> Result<Vec<u32>, ReadError> {
    let mut buffer: Vec<u32> = Vec::new();
    for _ in 0..ATTEMPTS {
        let mut bytes = u32::try_from(buffer.len().saturating_mul(4)).unwrap_or_default();
        let place = if buffer.is_empty() { null_mut() } else { buffer.as_mut_ptr() };
        match ask(place, &raw mut bytes) {
            0 => return Ok(buffer),
            INSUFFICIENT_BUFFER => {
                let needed = usize::try_from(bytes).unwrap_or(usize::MAX);
                if needed > TABLE_MAX {
                    let why = format!("a table of more than {TABLE_MAX} bytes");
                    return Err(ReadError::new(ReadErrorKind::TooLarge, TRIED, why));
                }
                // Some room for what is bound meanwhile.
                buffer = vec![0; needed.div_ceil(4).saturating_add(64)];
            }
            code => return Err(failed(TRIED, code)),
        }
    }
    Err(ReadError::new(ReadErrorKind::Failed, TRIED, "the table grew each time it was asked for"))
}

/// The rows of a table, which begins with their count. Those that its length does not hold are not there.
fn rows<'a>(table: &'a [u32], shape: &'a Shape) -> impl Iterator<Item = BoundSocket> + 'a {
    let (count, rest) = table.split_first().map_or((0, table), |(count, rest)| (*count, rest));
    let count = usize::try_from(count).unwrap_or_default();
    rest.chunks_exact(shape.row).take(count).filter_map(|row| {
        let (from, length) = shape.address;
        let address: Vec<u8> = row.get(from..from + length)?.iter().flat_map(|number| number.to_ne_bytes()).collect();
        let address = match <[u8; 4]>::try_from(address.as_slice()) {
            Ok(four) => IpAddr::from(Ipv4Addr::from(four)),
            Err(_) => Ipv6Addr::from(<[u8; 16]>::try_from(address.as_slice()).ok()?).into(),
        };
        // The port is in the first two bytes, as it is on the wire.
        let [high, low, ..] = row.get(shape.port)?.to_ne_bytes();
        Some(BoundSocket {
            protocol: shape.protocol,
            address,
            port: u16::from_be_bytes([high, low]),
            pid: *row.get(shape.pid)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_far_as_the_table_goes() {
        let port = |port: u16| {
            let [high, low] = port.to_be_bytes();
            u32::from_ne_bytes([high, low, 0xff, 0xff])
        };
        let any = u32::from_ne_bytes([0, 0, 0, 0]);
        let local = u32::from_ne_bytes([127, 0, 0, 1]);
        let table = [2, any, port(123), 7, local, port(53), 8, 9];
        let found: Vec<_> = rows(&table, &UDP4).map(|row| (row.address.to_string(), row.port, row.pid)).collect();
        assert_eq!(found, [("0.0.0.0".to_owned(), 123, 7), ("127.0.0.1".to_owned(), 53, 8)]);
        let claims_more = [9, any, port(123), 7, local];
        assert_eq!(rows(&claims_more, &UDP4).count(), 1);
        assert_eq!((rows(&[], &UDP4).count(), rows(&[5], &TCP6).count()), (0, 0));
        let mut six = vec![1_u32];
        six.extend(
            Ipv6Addr::LOCALHOST.octets().chunks_exact(4).map(|part| u32::from_ne_bytes(part.try_into().unwrap())),
        );
        six.extend([0, port(3_389), 1_000]);
        let six: Vec<_> = rows(&six, &UDP6).collect();
        assert_eq!((six[0].address, six[0].port, six[0].pid), (Ipv6Addr::LOCALHOST.into(), 3_389, 1_000));
    }
}
