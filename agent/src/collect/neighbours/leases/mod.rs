//! What DHCP servers on this host have leased.

pub mod dhcpd;
pub mod dnsmasq;
pub mod kea;

use std::net::IpAddr;

use tenken_model::Instant;
use thiserror::Error;

use super::hardware::Hardware;

/// More leases in one file are refused.
pub const LEASES_MAX: usize = 100_000;

/// A lease that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The leased address.
    pub address: IpAddr,
    /// To whom.
    pub hardware: Hardware,
    /// The name the device gave.
    pub name: Option<String>,
    /// When the device last spoke to the server; absent when the file does not say.
    pub last_seen: Option<Instant>,
}

/// Why a lease file says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LeaseError {
    /// A line is not of the file's form.
    #[error("line {0} is not understood")]
    Line(usize),
    /// There are too many leases.
    #[error("more than {LEASES_MAX} leases")]
    TooMany,
}

/// The longest name of a device that is kept (RFC 1035), in characters.
const NAME_CHARS_MAX: usize = 253;

/// A name as a device gave it, without what could disturb a screen; nothing when nothing is left.
fn name(text: &str) -> Option<String> {
    let name: String = text.chars().filter(|letter| !letter.is_control()).take(NAME_CHARS_MAX).collect();
    (!name.is_empty()).then_some(name)
}
