//! The addresses of a name.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;

use super::deadline::Deadline;
use crate::host::{ReadError, ReadErrorKind};

/// The addresses of a name or an address, with that port.
pub(super) fn resolve(name: &str, port: u16, deadline: Deadline, tried: &str) -> Result<Vec<SocketAddr>, ReadError> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    // The system's resolver knows no deadline: it is left behind on a thread of its own when it passes.
    let (sender, receiver) = mpsc::channel();
    let name = name.to_owned();
    std::thread::Builder::new()
        .name("resolve".to_owned())
        .spawn(move || {
            let addresses = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
            // Nobody listens any more when the deadline has passed.
            let _ = sender.send(addresses);
        })
        .map_err(|error| ReadError::from_io(tried, &error))?;
    match receiver.recv_timeout(deadline.left().unwrap_or_default()) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(ReadError::new(ReadErrorKind::NoAnswer, tried, error.to_string())),
        Err(_) => Err(ReadError::new(ReadErrorKind::TimedOut, tried, "its name was not resolved in time")),
    }
}
