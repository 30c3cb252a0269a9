//! Addresses that rules name, and those of this host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::holds::Holds;

/// The first and the last address of a text: `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9`, `10.0.0.1`; nothing for
/// what is none, such as the name of a host.
pub fn range(text: &str) -> Option<(IpAddr, IpAddr)> {
    if let Some((first, last)) = text.split_once('-') {
        let (first, last): (IpAddr, IpAddr) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        return (first.is_ipv4() == last.is_ipv4()).then_some((first, last));
    }
    let (address, mask) = text.split_once('/').map_or((text, None), |(address, mask)| (address, Some(mask)));
    match address.parse().ok()? {
        IpAddr::V4(address) => {
            let mask = match mask {
                None => u32::MAX,
                Some(mask) => match mask.parse::<u32>() {
                    Ok(length) => u32::MAX.checked_shl(32_u32.checked_sub(length)?).unwrap_or(0),
                    Err(_) => mask
                        .parse::<Ipv4Addr>()
                        .ok()
                        .map(u32::from)
                        .filter(|mask| mask.leading_ones() == mask.count_ones())?,
                },
            };
            let first = u32::from(address) & mask;
            Some((Ipv4Addr::from(first).into(), Ipv4Addr::from(first | !mask).into()))
        }
        IpAddr::V6(address) => {
            let length: u32 = mask.map_or(Some(128), |mask| mask.parse().ok())?;
            let mask = u128::MAX.checked_shl(128_u32.checked_sub(length)?).unwrap_or(0);
            let first = u128::from(address) & mask;
            Some((Ipv6Addr::from(first).into(), Ipv6Addr::from(first | !mask).into()))
        }
    }
}

/// Whether an address is between two.
pub fn is_within((first, last): (IpAddr, IpAddr), address: IpAddr) -> bool {
    first.is_ipv4() == address.is_ipv4() && first <= address && address <= last
}

/// Whether a sender's address is one of those.
pub fn is_from(text: &str, source: IpAddr) -> Holds {
    range(text).map_or(Holds::Unknown, |range| is_within(range, source).into())
}

/// Whether packets for this host are for one of those addresses: for any of them, for none that a host has of its own, or it
/// depends on the host.
pub fn is_own(text: &str) -> Holds {
    match range(text) {
        Some((first, last)) if first.is_unspecified() && is_last(last) => Holds::Yes,
        Some((first, last)) if first.is_loopback() && last.is_loopback() => Holds::No,
        Some((first, _)) if first.is_multicast() || first == IpAddr::from(Ipv4Addr::BROADCAST) => Holds::No,
        _ => Holds::Unknown,
    }
}

const fn is_last(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.to_bits() == u32::MAX,
        IpAddr::V6(address) => address.to_bits() == u128::MAX,
    }
}

/// This host's own addresses of IPv4, without loopback: entries `/32 host LOCAL` of `/proc/net/fib_trie`.
pub fn own_ipv4(table: &str) -> Vec<IpAddr> {
    let mut found = Vec::new();
    let mut address: Option<Ipv4Addr> = None;
    for line in table.lines().map(str::trim) {
        if let Some(leaf) = line.strip_prefix("|-- ") {
            address = leaf.parse().ok();
        } else if line == "/32 host LOCAL"
            && let Some(address) = address.filter(|address| !address.is_loopback())
            && !found.contains(&IpAddr::from(address))
        {
            found.push(address.into());
        }
    }
    found
}

/// This host's own addresses of IPv6, without loopback, of `/proc/net/if_inet6`.
pub fn own_ipv6(list: &str) -> Vec<IpAddr> {
    let address = |line: &str| u128::from_str_radix(line.split_whitespace().next()?, 16).ok().map(Ipv6Addr::from);
    list.lines().filter_map(address).filter(|address| !address.is_loopback()).map(IpAddr::from).collect()
}
