//! Dumps of the sockets that wait, over the netlink socket of sock_diag (sock_diag(7)).
//!
//! `/proc/net/tcp` walks the kernel's whole table of connections, which is sized by the machine's memory, also where it is empty;
//! this asks for what waits alone. Source: the kernel's headers linux/sock_diag.h and inet_diag.h.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::io::Errno;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use super::{HEADER, NLM_F_DUMP, NLM_F_REQUEST, again_while_it_changes, dump_once};
use crate::host::linux::files::from_errno;
use crate::host::{ReadError, ReadErrorKind, SocketDump};

/// SOCK_DIAG_BY_FAMILY.
const BY_FAMILY: u16 = 20;
/// The length of inet_diag_req_v2.
const BODY: usize = 56;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// TCP_LISTEN; and TCP_CLOSE, which is the state of UDP sockets that are not connected.
const LISTENING: u32 = 1 << 10;
const UNCONNECTED: u32 = 1 << 7;

/// See [`crate::host::Host::socket_dump`].
pub(in crate::host::linux) fn dump(dump: SocketDump) -> Result<Vec<Vec<u8>>, ReadError> {
    let tried = format!("dump {dump}");
    if !is_loaded(dump) {
        return Err(ReadError::new(ReadErrorKind::Unsupported, tried, "the kernel's module for it is not loaded"));
    }
    let request = request(dump);
    again_while_it_changes(&tried, || {
        let socket = socket().map_err(|errno| from_errno(tried.clone(), errno))?;
        dump_once(&socket, &request, &tried)
    })
}

/// Asking would make the kernel load its module, and the agent changes nothing on its host. A kernel that loads none has no list of them.
fn is_loaded(dump: SocketDump) -> bool {
    let module = match dump {
        SocketDump::Tcp4 | SocketDump::Tcp6 => "/sys/module/tcp_diag",
        SocketDump::Udp4 | SocketDump::Udp6 => "/sys/module/udp_diag",
    };
    Path::new(module).exists() || !Path::new("/proc/modules").exists()
}

fn socket() -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC;
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, Some(SOCK_DIAG))?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, 0))?;
    Ok(socket)
}

fn request(dump: SocketDump) -> Vec<u8> {
    let (family, protocol, states) = match dump {
        SocketDump::Tcp4 => (AddressFamily::INET, TCP, LISTENING),
        SocketDump::Tcp6 => (AddressFamily::INET6, TCP, LISTENING),
        SocketDump::Udp4 => (AddressFamily::INET, UDP, UNCONNECTED),
        SocketDump::Udp6 => (AddressFamily::INET6, UDP, UNCONNECTED),
    };
    let mut bytes = Vec::with_capacity(HEADER + BODY);
    bytes.extend_from_slice(&u32::try_from(HEADER + BODY).unwrap_or(u32::MAX).to_ne_bytes());
    bytes.extend_from_slice(&BY_FAMILY.to_ne_bytes());
    bytes.extend_from_slice(&(NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    bytes.resize(HEADER, 0);
    bytes.extend_from_slice(&[u8::try_from(family.as_raw()).unwrap_or(0), protocol, 0, 0]);
    bytes.extend_from_slice(&states.to_ne_bytes());
    // No address, port or cookie is asked for.
    bytes.resize(HEADER + BODY, 0);
    bytes
}
