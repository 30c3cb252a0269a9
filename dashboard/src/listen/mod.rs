//! The listeners: agents come with a client certificate, people without one, and both by TLS 1.3 only.
//! A third listener without TLS is only for browsers on the dashboard's own machine.

pub mod connection;
mod held;
pub mod tls;

pub use connection::{Limits, Peer, serve};
