//! Looking at what is judged. Everything has a limit of time, and nothing is changed.

pub mod installation;
pub mod network;
pub mod peers;
pub mod ports;
pub mod running;

use std::time::Duration;

/// How long one look over the network may take.
pub(super) const WITHIN: Duration = Duration::from_secs(5);
