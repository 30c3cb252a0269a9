//! Conditions of iptables inside nf_tables, as iptables-nft writes them.
//!
//! Source: linux/netfilter/xt_tcpudp.h, xt_conntrack.h, xt_state.h, xt_multiport.h, xt_addrtype.h; numbers are in the
//! machine's order.

use super::packet::Packet;

/// Whether a condition holds for a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It holds for some of such packets.
    Sometimes,
    /// It is not known.
    Unknown,
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// The state of a connection that begins, in the bits of xt_conntrack.
const NEW: u16 = 8;
const OF_STATE: u16 = 1;

/// Whether a condition holds. Conditions on who sent a packet, or on what an expected one alone has, do not.
pub fn holds(name: &str, revision: u32, info: &[u8], packet: &Packet) -> Holds {
    let known = match name {
        "comment" => Some(Holds::Yes),
        "tcp" => ports(info, packet, false, 11),
        "udp" => ports(info, packet, true, 8),
        "conntrack" => conntrack(revision, info),
        "state" => u16_at(info, 0).map(|states| (states & NEW != 0).into()),
        "multiport" => multiport(info, packet),
        "addrtype" if revision == 1 => address_kind(info),
        "limit" | "hashlimit" | "recent" | "statistic" | "connlimit" | "quota" => Some(Holds::Sometimes),
        "set" | "mac" | "iprange" | "owner" | "string" | "geoip" | "icmp" | "icmp6" | "rt" | "hl" | "ttl" | "frag"
        | "ah" | "esp" | "policy" | "helper" | "connmark" | "mark" | "physdev" | "socket" | "sctp" | "dccp"
        | "ipv6header" | "hbh" | "dst" | "mh" | "eui64" => Some(Holds::No),
        _ => None,
    };
    known.unwrap_or(Holds::Unknown)
}

fn u16_at(info: &[u8], at: usize) -> Option<u16> {
    info.get(at..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes))
}

fn ports(info: &[u8], packet: &Packet, of_udp: bool, inverted_at: usize) -> Option<Holds> {
    if packet.is_udp != of_udp {
        return Some(Holds::No);
    }
    let inverted = *info.get(inverted_at)?;
    let (source, target) = packet.ports();
    let within = |at: usize, port: u16| Some((u16_at(info, at)?..=u16_at(info, at + 2)?).contains(&port));
    let source = within(0, source)? != (inverted & 1 != 0);
    let target = within(4, target)? != (inverted & 2 != 0);
    // Flags of TCP: those of the mask must be as compared; of this packet SYN alone is set.
    let flags = if of_udp {
        true
    } else {
        let (mask, wanted) = (*info.get(9)?, *info.get(10)?);
        (2 & mask == wanted) != (inverted & 8 != 0)
    };
    Some((source && target && flags).into())
}

fn conntrack(revision: u32, info: &[u8]) -> Option<Holds> {
    if revision < 2 {
        return None;
    }
    let (compared, inverted, states) = (u16_at(info, 146)?, u16_at(info, 148)?, u16_at(info, 150)?);
    if compared & OF_STATE != 0 && (states & NEW != 0) == (inverted & OF_STATE != 0) {
        return Some(Holds::No);
    }
    Some(if compared & !OF_STATE == 0 { Holds::Yes } else { Holds::Unknown })
}

fn multiport(info: &[u8], packet: &Packet) -> Option<Holds> {
    let (which, count) = (*info.first()?, usize::from(*info.get(1)?));
    let inverted = *info.get(47)? != 0;
    let (source, target) = packet.ports();
    let listed = |port: u16| {
        let mut at = 0;
        while at < count.min(15) {
            let first = u16_at(info, 2 + 2 * at)?;
            // A mark says that the next port ends a range.
            let is_range = *info.get(32 + at)? != 0;
            let last = if is_range { u16_at(info, 4 + 2 * at)? } else { first };
            if (first..=last).contains(&port) {
                return Some(true);
            }
            at += if is_range { 2 } else { 1 };
        }
        Some(false)
    };
    let found = match which {
        0 => listed(source)?,
        1 => listed(target)?,
        _ => listed(source)? || listed(target)?,
    };
    Some((found != inverted).into())
}

/// The packet is from one host to this one (RTN_UNICAST, RTN_LOCAL).
fn address_kind(info: &[u8]) -> Option<Holds> {
    let (source, target) = (u16_at(info, 0)?, u16_at(info, 2)?);
    let flags = u32::from_ne_bytes(*info.get(4..)?.first_chunk()?);
    let source = source == 0 || (source & 2 != 0) != (flags & 1 != 0);
    let target = target == 0 || (target & 4 != 0) != (flags & 2 != 0);
    Some((source && target).into())
}
