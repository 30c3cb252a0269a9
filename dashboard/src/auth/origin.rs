//! From where a password is tried. Pure.

use std::net::{IpAddr, Ipv6Addr};

/// The network a try comes from, as far as one person commonly has it for themselves: an address of IPv4, the 64 bits of a
/// network of IPv6 (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin(IpAddr);

impl Origin {
    /// Wherever it comes from. Codes are counted so too, since only who has the password comes to try one: a stranger
    /// keeps nobody out, and a thief of a password does not come further by having many addresses.
    pub const ANYWHERE: Self = Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED));

    /// Of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_is_one_origin() {
        let of = |text: &str| Origin::of(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:3::1"), of("2001:db8:1:2::1"));
    }
}
