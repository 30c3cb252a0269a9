//! Asking servers on the network, alike on every system.

mod deadline;
mod resolve;
pub mod sntp;
pub mod tls;

#[cfg(unix)]
pub(in crate::host) use deadline::Deadline;
