//! Dumps of the routing netlink socket (rtnetlink(7)).

pub mod netfilter;
pub mod sockets;

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::files::from_errno;
use crate::host::{NetlinkDump, ReadError, ReadErrorKind};

/// The kernel fills at most 32 KiB of a dump at once.
const DATAGRAM: usize = 64 * 1024;
/// Together 64 MiB: some hundred thousand routes.
const DATAGRAMS: usize = 1_024;
const TRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(5);

const HEADER: usize = 16;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_DUMP_INTR: u16 = 0x10;
const NLM_F_DUMP: u16 = 0x300;
const RTM_GETLINK: u16 = 18;
const RTM_GETROUTE: u16 = 26;
const RTM_GETNEIGH: u16 = 30;

/// What one datagram of a dump says of the dump itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// The dump ends with it.
    pub done: bool,
    /// The table changed in the meantime.
    pub interrupted: bool,
    /// The kernel's refusal, as errno.
    pub refused: Option<i32>,
}

/// See [`crate::host::Host::netlink_dump`]. A dump during which the table changed is taken again.
pub(super) fn dump(dump: NetlinkDump) -> Result<Vec<Vec<u8>>, ReadError> {
    let tried = format!("dump netlink {dump:?}");
    let request = request(dump);
    again_while_it_changes(&tried, || {
        let socket = socket(0, SocketFlags::empty()).map_err(|errno| from_errno(tried.clone(), errno))?;
        dump_once(&socket, &request, &tried)
    })
}

/// Takes a dump again while its table changed under it.
fn again_while_it_changes(
    tried: &str,
    dump: impl Fn() -> Result<Option<Vec<Vec<u8>>>, ReadError>,
) -> Result<Vec<Vec<u8>>, ReadError> {
    for _ in 0..TRIES {
        if let Some(datagrams) = dump()? {
            return Ok(datagrams);
        }
    }
    Err(ReadError::new(ReadErrorKind::Failed, tried, format!("it changed while it was read, {TRIES} times")))
}

/// A socket of the routing family, bound to some groups of events.
pub(super) fn socket(groups: u32, flags: SocketFlags) -> Result<OwnedFd, Errno> {
    let flags = flags | SocketFlags::CLOEXEC;
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, groups))?;
    Ok(socket)
}

fn dump_once(socket: &OwnedFd, request: &[u8], tried: &str) -> Result<Option<Vec<Vec<u8>>>, ReadError> {
    let failed = |errno| from_errno(tried.to_owned(), errno);
    set_socket_timeout(socket, Timeout::Recv, Some(PATIENCE)).map_err(failed)?;
    let kernel = SocketAddrNetlink::new(0, 0);
    rustix::net::sendto(socket, request, SendFlags::empty(), &kernel).map_err(failed)?;

    let mut buffer = vec![0_u8; DATAGRAM];
    let mut datagrams = Vec::new();
    let mut interrupted = false;
    while datagrams.len() < DATAGRAMS {
        let (length, sender) = receive(socket, &mut buffer).map_err(failed)?;
        if sender.is_some_and(|sender| sender.pid() != 0) {
            continue;
        }
        let Some(datagram) = buffer.get(..length) else {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("a datagram of {length} bytes")));
        };
        let state = state(datagram);
        if let Some(errno) = state.refused {
            return Err(failed(Errno::from_raw_os_error(errno)));
        }
        interrupted |= state.interrupted;
        datagrams.push(datagram.to_vec());
        if state.done {
            return Ok((!interrupted).then_some(datagrams));
        }
    }
    Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("more than {DATAGRAMS} datagrams")))
}

fn receive(socket: &OwnedFd, buffer: &mut [u8]) -> Result<(usize, Option<SocketAddrNetlink>), Errno> {
    loop {
        match rustix::net::recvfrom(socket, &mut *buffer, RecvFlags::TRUNC) {
            Ok((_, length, sender)) => {
                let sender = sender.and_then(|sender| SocketAddrNetlink::try_from(sender).ok());
                return Ok((length, sender));
            }
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

fn request(dump: NetlinkDump) -> Vec<u8> {
    // The family's own header follows, all zeros: any family, no filter.
    let (kind, body): (u16, usize) = match dump {
        NetlinkDump::Links => (RTM_GETLINK, 16),
        NetlinkDump::Neighbours => (RTM_GETNEIGH, 12),
        NetlinkDump::Routes => (RTM_GETROUTE, 12),
    };
    let length = HEADER + body;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(&(NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    bytes.resize(length, 0);
    bytes
}

/// What one datagram says of the dump it is part of.
pub fn state(datagram: &[u8]) -> State {
    let mut state = State::default();
    let mut rest = datagram;
    while let Some((length, kind, flags)) = header(rest) {
        state.interrupted |= flags & NLM_F_DUMP_INTR != 0;
        if kind == NLMSG_DONE || kind == NLMSG_ERROR {
            state.done |= kind == NLMSG_DONE;
            let code = rest.get(HEADER..HEADER + 4).filter(|_| length >= HEADER + 4);
            let code = code.and_then(|bytes| bytes.try_into().ok()).map_or(0, i32::from_ne_bytes);
            if code < 0 {
                state.refused = Some(code.saturating_neg());
            } else if kind == NLMSG_ERROR {
                // An acknowledgement nobody asked for; a dump ends by NLMSG_DONE only.
                state.refused = Some(libc::EPROTO);
            }
        }
        let aligned = length.next_multiple_of(4);
        rest = rest.get(aligned..).unwrap_or_default();
    }
    state
}

/// Length, type and flags of the message at the beginning; nothing when it is cut off.
fn header(bytes: &[u8]) -> Option<(usize, u16, u16)> {
    let length = u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?);
    let kind = u16::from_ne_bytes(bytes.get(4..6)?.try_into().ok()?);
    let flags = u16::from_ne_bytes(bytes.get(6..8)?.try_into().ok()?);
    let length = usize::try_from(length).ok()?;
    (length >= HEADER && length <= bytes.len()).then_some((length, kind, flags))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = u32::try_from(HEADER + body.len()).unwrap().to_ne_bytes().to_vec();
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(&flags.to_ne_bytes());
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn the_end_the_refusal_and_the_interruption_are_seen() {
        let ended = [message(16, 2, &[1, 2, 3]), message(NLMSG_DONE, 2, &0_i32.to_ne_bytes())].concat();
        assert_eq!(state(&ended), State { done: true, ..State::default() });
        let interrupted = message(16, NLM_F_DUMP_INTR, &[]);
        assert_eq!(state(&interrupted), State { interrupted: true, ..State::default() });
        let refused = message(NLMSG_ERROR, 0, &(-libc::EPERM).to_ne_bytes());
        assert_eq!(state(&refused).refused, Some(libc::EPERM));
        let late = message(NLMSG_DONE, 0, &(-libc::EINVAL).to_ne_bytes());
        assert_eq!(state(&late).refused, Some(libc::EINVAL));
        assert_eq!(state(&message(NLMSG_ERROR, 0, &i32::MIN.to_ne_bytes())).refused, Some(i32::MAX));
    }

    #[test]
    fn cut_off_datagrams_end_nothing() {
        let whole = message(NLMSG_DONE, 0, &0_i32.to_ne_bytes());
        for end in 0..whole.len() {
            assert_eq!(state(whole.get(..end).unwrap()), State::default(), "{end}");
        }
    }

    #[test]
    fn this_machine_has_its_loopback_interface() {
        let links = dump(NetlinkDump::Links).unwrap();
        assert!(links.iter().any(|datagram| datagram.windows(3).any(|bytes| bytes == b"lo\0")));
        assert!(state(links.last().unwrap()).done);
        assert!(!dump(NetlinkDump::Routes).unwrap().is_empty());
        assert!(!dump(NetlinkDump::Neighbours).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = state(&bytes);
        }
    }
}
