//! `/proc/net/tcp`, `tcp6`, `udp` and `udp6`.
//!
//! Source: proc_net_tcp.txt of the kernel's documentation. Addresses are words of four bytes in the machine's order, ports are
//! hexadecimal. Sockets that listen come first in the tables of TCP.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use thiserror::Error;

/// More sockets that wait are refused.
pub const SOCKETS_MAX: usize = 20_000;
/// TCP_LISTEN; and TCP_CLOSE, which is the state of UDP sockets that are not connected.
const LISTENING: &str = "0A";
const UNCONNECTED: &str = "07";

/// Why a table cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TableError {
    /// It is no text.
    #[error("it is not text")]
    NotText,
    /// A line is none of such a table.
    #[error("line {0} is none of a table of sockets")]
    Line(usize),
    /// It has too many sockets.
    #[error("it has more than {SOCKETS_MAX} sockets that wait")]
    TooMany,
}

/// A socket that waits for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// The address it waits at.
    pub address: IpAddr,
    /// The port.
    pub port: u16,
    /// The account of its program.
    pub uid: u32,
}

/// The sockets of a table that wait, and whether the last line that was read is one of them.
pub fn parse(bytes: &[u8]) -> Result<(Vec<Socket>, bool), TableError> {
    let text = std::str::from_utf8(bytes).map_err(|_| TableError::NotText)?;
    let mut found = Vec::new();
    let mut last_waits = false;
    // A line that is cut off where the table was is none.
    let end = text.rfind('\n').map_or(0, |end| end + 1);
    for (line, number) in text.get(..end).unwrap_or_default().lines().zip(1_usize..).skip(1) {
        let socket = socket(line).ok_or(TableError::Line(number))?;
        last_waits = socket.is_some();
        found.extend(socket);
        if found.len() > SOCKETS_MAX {
            return Err(TableError::TooMany);
        }
    }
    Ok((found, last_waits))
}

/// The socket of a line, if it waits; nothing for a line that has not the form.
#[expect(clippy::option_option, reason = "no line of a table, and a socket that does not wait, are two things")]
fn socket(line: &str) -> Option<Option<Socket>> {
    let mut words = line.split_whitespace();
    let (_, local, remote, state) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let uid = words.nth(3)?.parse().ok()?;
    let (address, port) = place(local)?;
    let (_, remote_port) = place(remote)?;
    let waits = state == LISTENING || state == UNCONNECTED && remote_port == 0 && port != 0;
    Some(waits.then_some(Socket { address, port, uid }))
}

fn place(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut bytes = Vec::new();
    for at in (0..address.len()).step_by(8) {
        bytes.extend(u32::from_str_radix(address.get(at..at + 8)?, 16).ok()?.to_ne_bytes());
    }
    let address = match bytes.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).into(),
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into(),
        _ => return None,
    };
    Some((address, port))
}
