//! The machine this program runs on, whatever its system: each platform has the same rooms.

#[cfg(target_os = "linux")]
pub use super::linux::{LiveHost, events::Events, memory, service};
#[cfg(target_os = "macos")]
pub use super::macos::{LiveHost, events::Events, memory, service};
#[cfg(unix)]
pub use super::unix::{installer, secret::Seal, terminal};
#[cfg(windows)]
pub use super::windows::{LiveHost, events::Events, installer, memory, secret::Seal, service, terminal};
