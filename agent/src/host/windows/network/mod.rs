//! Adapters, neighbours, ports, wireless networks and shares.

mod adapters;
mod address;
mod forwarding;
mod neighbours;
mod shares;
mod sockets;
#[cfg(test)]
mod tests;
mod wireless;

pub(super) use adapters::adapters;
pub(super) use neighbours::neighbours;
pub(super) use shares::shared_folders;
pub(super) use sockets::sockets;
pub(super) use wireless::wireless;
