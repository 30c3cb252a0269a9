//! Addresses of sockets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `AF_INET`.
const IPV4: u16 = 2;
/// `AF_INET6`.
const IPV6: u16 = 23;
/// The bytes of the longer of both (`SOCKADDR_IN6`).
pub(super) const LENGTH_MAX: usize = 28;

/// The address in a `SOCKADDR_IN` (at byte 4) or `SOCKADDR_IN6` (at byte 8); nothing for other families and where it is cut.
pub(super) fn address(socket: &[u8]) -> Option<IpAddr> {
    let part = |from: usize, length: usize| socket.get(from..from.checked_add(length)?);
    match u16::from_ne_bytes(part(0, 2)?.try_into().ok()?) {
        IPV4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(part(4, 4)?).ok()?).into()),
        IPV6 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(part(8, 16)?).ok()?).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_by_its_family_and_only_whole() {
        let four = [2, 0, 0, 80, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(address(&four).unwrap().to_string(), "192.0.2.1");
        let mut six = vec![23, 0, 0, 80, 0, 0, 0, 0];
        six.extend(Ipv6Addr::LOCALHOST.octets());
        assert_eq!(address(&six).unwrap().to_string(), "::1");
        assert_eq!(
            (address(&six[..20]), address(&four[..7]), address(&[]), address(&[9; 28])),
            (None, None, None, None)
        );
    }
}
