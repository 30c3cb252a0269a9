//! One question to a local service, and its answer.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::net::sockopt::socket_peercred;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use tenken_model::{Size, Span};

use super::files::from_errno;
use super::reply_socket::ReplySocket;
use super::root::Root;
use crate::host::network::Deadline;
use crate::host::{Endpoint, ReadError, ReadErrorKind};

/// No datagram is larger.
const DATAGRAM: u64 = 65_536;

/// One exchange under way.
struct Asking<'a> {
    tried: String,
    request: &'a [u8],
    limit: Size,
    within: Span,
    deadline: Deadline,
}

/// See [`crate::host::Host::exchange`].
pub(super) fn exchange(
    root: &Root,
    endpoint: &Endpoint,
    request: &[u8],
    limit: Size,
    within: Span,
) -> Result<Vec<u8>, ReadError> {
    let asking =
        Asking { tried: format!("ask {endpoint}"), request, limit, within, deadline: Deadline::within(within) };
    match endpoint {
        Endpoint::UnixStream(path) => asking.stream(unix_stream(root, path, &asking.tried)?),
        Endpoint::LoopbackTcp(port) => {
            let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, *port).into();
            let stream = TcpStream::connect_timeout(&address, asking.left()?);
            asking.stream(stream.map_err(|error| asking.failed(&error))?)
        }
        Endpoint::UnixDatagram(path) => asking.unix_datagram(root, path),
        Endpoint::LoopbackUdp(port) => {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| asking.failed(&error))?;
            socket.connect((Ipv4Addr::LOCALHOST, *port)).map_err(|error| asking.failed(&error))?;
            asking.datagram(
                |left| socket.set_write_timeout(Some(left)).and_then(|()| socket.send(asking.request)),
                |left, buffer| socket.set_read_timeout(Some(left)).and_then(|()| socket.recv(buffer)),
            )
        }
    }
}

/// What a service of that user says on a stream socket to whoever connects, until it closes; more than `limit` is too large. Both the
/// socket in the file system and the process that listens must be that user's.
pub(super) fn hear(root: &Root, path: &Path, owner: u32, limit: Size, within: Span) -> Result<Vec<u8>, ReadError> {
    let tried = format!("ask {}", path.display());
    // One byte more than allowed tells what is too large from what just fits.
    let more = Size::from_bytes(limit.bytes().saturating_add(1));
    let asking = Asking { tried, request: &[], limit: more, within, deadline: Deadline::within(within) };
    let not_believed = |why: String| ReadError::new(ReadErrorKind::WrongKind, &asking.tried, why);
    let located = locate(root, path, &asking.tried)?;
    let found = located.file.metadata().map_err(|error| asking.failed(&error))?;
    if !found.file_type().is_socket() {
        return Err(not_believed("it is no socket".to_owned()));
    }
    if found.uid() != owner {
        return Err(not_believed(format!("it belongs to user {}, not to {owner}", found.uid())));
    }
    let stream = connect(&located, &asking.tried)?;
    let peer = socket_peercred(&stream).map_err(|errno| from_errno(asking.tried.clone(), errno))?;
    if peer.uid.as_raw() != owner {
        return Err(not_believed(format!("who listens as user {} should be {owner}", peer.uid.as_raw())));
    }
    let answer = asking.stream(stream)?;
    if u64::try_from(answer.len()).unwrap_or(u64::MAX) > limit.bytes() {
        return Err(ReadError::new(ReadErrorKind::TooLarge, &asking.tried, format!("larger than {limit}")));
    }
    Ok(answer)
}

/// Connects to a stream socket in the file system. A service whose queue is full is not waited for.
pub(super) fn unix_stream(root: &Root, path: &Path, tried: &str) -> Result<UnixStream, ReadError> {
    connect(&locate(root, path, tried)?, tried)
}

fn connect(located: &Located, tried: &str) -> Result<UnixStream, ReadError> {
    let failed = |errno| from_errno(tried.to_owned(), errno);
    let address = SocketAddrUnix::new(&located.address).map_err(failed)?;
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).map_err(failed)?;
    rustix::net::connect(&socket, &address).map_err(failed)?;
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(false).map_err(|error| ReadError::from_io(tried, &error))?;
    Ok(stream)
}

/// A socket in the file system, held so that it can be connected to by descriptor: its path may be longer than
/// an address allows, and is already resolved below the root.
struct Located {
    /// Held open while the address is in use.
    file: std::fs::File,
    address: PathBuf,
}

fn locate(root: &Root, path: &Path, tried: &str) -> Result<Located, ReadError> {
    let file = root.locate(path, OFlags::empty()).map_err(|errno| from_errno(tried.to_owned(), errno))?;
    let address = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    Ok(Located { file, address })
}

impl Located {
    /// The real path, past all links and the root.
    fn real_path(&self) -> std::io::Result<PathBuf> {
        std::fs::read_link(&self.address)
    }
}

/// A stream whose calls can be bounded.
trait Bounded: Read + Write {
    fn bound(&self, left: Duration) -> std::io::Result<()>;
}

impl Bounded for UnixStream {
    fn bound(&self, left: Duration) -> std::io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}

impl Bounded for TcpStream {
    fn bound(&self, left: Duration) -> std::io::Result<()> {
        self.set_read_timeout(Some(left))?;
        self.set_write_timeout(Some(left))
    }
}

impl Asking<'_> {
    fn left(&self) -> Result<Duration, ReadError> {
        self.deadline.left().ok_or_else(|| {
            ReadError::new(ReadErrorKind::TimedOut, &self.tried, format!("no whole answer within {}", self.within))
        })
    }

    fn failed(&self, error: &std::io::Error) -> ReadError {
        ReadError::from_io(&self.tried, error)
    }

    fn stream(&self, mut stream: impl Bounded) -> Result<Vec<u8>, ReadError> {
        let mut unsent = self.request;
        while !unsent.is_empty() {
            stream.bound(self.left()?).map_err(|error| self.failed(&error))?;
            match stream.write(unsent) {
                Ok(sent) => unsent = unsent.get(sent..).unwrap_or_default(),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(self.failed(&error)),
            }
        }
        let limit = usize::try_from(self.limit.bytes()).unwrap_or(usize::MAX);
        let mut answer = Vec::new();
        let mut buffer = [0_u8; 4_096];
        while answer.len() < limit {
            stream.bound(self.left()?).map_err(|error| self.failed(&error))?;
            let wanted = buffer.len().min(limit - answer.len());
            let Some(part) = buffer.get_mut(..wanted) else { break };
            match stream.read(part) {
                Ok(0) => break,
                Ok(got) => answer.extend_from_slice(part.get(..got).unwrap_or_default()),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(self.failed(&error)),
            }
        }
        Ok(answer)
    }

    fn unix_datagram(&self, root: &Root, path: &Path) -> Result<Vec<u8>, ReadError> {
        let located = locate(root, path, &self.tried)?;
        let real = located.real_path().map_err(|error| self.failed(&error))?;
        let reply = ReplySocket::beside(&real).map_err(|why| {
            ReadError::new(ReadErrorKind::NotPermitted, &self.tried, format!("no place for the answer: {why}"))
        })?;
        let socket: &UnixDatagram = reply.socket();
        socket.connect(&located.address).map_err(|error| self.failed(&error))?;
        self.datagram(
            |left| socket.set_write_timeout(Some(left)).and_then(|()| socket.send(self.request)),
            |left, buffer| socket.set_read_timeout(Some(left)).and_then(|()| socket.recv(buffer)),
        )
    }

    fn datagram(
        &self,
        send: impl Fn(Duration) -> std::io::Result<usize>,
        receive: impl Fn(Duration, &mut [u8]) -> std::io::Result<usize>,
    ) -> Result<Vec<u8>, ReadError> {
        self.until_done(&send)?;
        // One byte more than allowed tells what is too large from what just fits.
        let room = self.limit.bytes().min(DATAGRAM).saturating_add(1);
        let mut buffer = vec![0_u8; usize::try_from(room).unwrap_or(0)];
        let received = loop {
            let left = self.left()?;
            match receive(left, &mut buffer) {
                Ok(received) => break received,
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(self.failed(&error)),
            }
        };
        if u64::try_from(received).unwrap_or(u64::MAX) > self.limit.bytes() {
            return Err(ReadError::new(ReadErrorKind::TooLarge, &self.tried, format!("larger than {}", self.limit)));
        }
        buffer.truncate(received);
        Ok(buffer)
    }

    fn until_done(&self, call: &impl Fn(Duration) -> std::io::Result<usize>) -> Result<(), ReadError> {
        loop {
            match call(self.left()?) {
                Ok(_) => return Ok(()),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(self.failed(&error)),
            }
        }
    }
}

/// A signal, or the end of a bounded call: the deadline decides whether to go on.
fn is_passing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
