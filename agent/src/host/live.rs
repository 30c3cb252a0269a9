//! The machine this program runs on, whatever its system: each platform has the same rooms.

#[cfg(target_os = "linux")]
pub use super::linux::{FAMILY, LiveHost, events::Events, memory, owner, packet_filter, service};
#[cfg(target_os = "macos")]
pub use super::macos::{FAMILY, LiveHost, events::Events, memory, service};
#[cfg(unix)]
pub use super::unix::{installer, secret::Seal, terminal};
#[cfg(windows)]
pub use super::windows::{FAMILY, LiveHost, events::Events, installer, memory, secret::Seal, service, terminal};

/// Here the service runs as whoever may enrol the host.
#[cfg(not(target_os = "linux"))]
pub mod owner {
    pub use crate::host::storage::create_private_folder as act_for;
}

/// Here no packet filter is told to some processes and not to others.
#[cfg(not(target_os = "linux"))]
pub mod packet_filter {
    use super::LiveHost;
    use crate::host::{Host as _, NetfilterDump, ReadError};

    /// There is none.
    pub fn dump(dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
        LiveHost::new().netfilter_dump(dump)
    }

    /// Nothing needs one.
    pub fn helper() -> Option<Result<(), ReadError>> {
        None
    }
}
