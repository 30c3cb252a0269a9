//! The machine this program runs on, whatever its system: each platform has the same rooms.

#[cfg(target_os = "linux")]
pub use super::linux::{LiveHost, events::Events, installer, memory, secret::Seal, service};
#[cfg(windows)]
pub use super::windows::{LiveHost, events::Events, installer, memory, secret::Seal, service};
