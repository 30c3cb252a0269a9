//! Asking servers on the network, alike on every system.

mod deadline;
mod resolve;
pub mod sntp;
pub mod tls;

use std::net::SocketAddr;

use tenken_model::Span;

pub(in crate::host) use deadline::Deadline;

use super::ReadError;

/// The addresses of a name or an address, with that port.
pub fn addresses(name: &str, port: u16, within: Span) -> Result<Vec<SocketAddr>, ReadError> {
    resolve::resolve(name, port, Deadline::within(within), &format!("resolve {name}"))
}
