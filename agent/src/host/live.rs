//! The machine this program runs on, whatever its system: each platform has the same rooms.

#[cfg(target_os = "linux")]
pub use super::linux::{LiveHost, events::Events, memory, owner, service};
#[cfg(target_os = "macos")]
pub use super::macos::{LiveHost, events::Events, memory, service};
#[cfg(unix)]
pub use super::unix::{installer, secret::Seal, terminal};
#[cfg(windows)]
pub use super::windows::{LiveHost, events::Events, installer, memory, secret::Seal, service, terminal};

/// Here the service runs as whoever may enrol the host.
#[cfg(not(target_os = "linux"))]
pub mod owner {
    pub use crate::host::storage::create_private_folder as act_for;
}
