//! The dashboard as a service of systemd: sockets that are handed over, and what the manager is told.

pub mod sockets;
pub mod supervisor;
