//! Conditions of iptables inside nf_tables, as iptables-nft writes them.
//!
//! Source: linux/netfilter/xt_tcpudp.h, xt_conntrack.h, xt_state.h, xt_multiport.h, xt_addrtype.h; numbers are in the
//! machine's order.

use std::net::IpAddr;

use super::holds::Holds;
use super::packet::Packet;

/// The state of a connection that begins, in the bits of xt_conntrack.
const NEW: u16 = 8;
const OF_STATE: u16 = 1;
/// `-m state` is `-m conntrack` under its old name (XT_CONNTRACK_STATE_ALIAS).
const BY_OLD_NAME: u16 = 1 << 13;

/// Whether a condition holds; `mark` is that of the packet or of its connection, where it is known. Conditions on what an unexpected packet does not have
/// hold where they are turned by a `!`, and only there.
pub fn holds(name: &str, revision: u32, info: &[u8], packet: &Packet, mark: Option<u32>) -> Holds {
    let known = match name {
        "comment" => Some(Holds::Yes),
        "tcp" => ports(info, packet, false, 11),
        "udp" => ports(info, packet, true, 8),
        "conntrack" => conntrack(revision, info),
        "state" => u16_at(info, 0).map(|states| (states & NEW != 0).into()),
        "multiport" => multiport(info, packet),
        "addrtype" => address_kind(revision, info, packet),
        "iprange" if revision == 1 => iprange(info, packet),
        // xt_set_info: number, dimension, flags. Who is in the set the kernel tells others.
        "set" if revision > 0 => flags_at(info, 3, 1).map(|inverted| match flags_at(info, 3, 2) {
            Some(true) => Holds::Listed.inverted(inverted),
            _ => Holds::Unknown,
        }),
        // No sender is one that is named.
        "mac" => u32_at(info, 8).map(|inverted| Holds::No.inverted(inverted != 0)),
        "geoip" => flags_at(info, 0, 4).map(|inverted| Holds::Listed.inverted(inverted)),
        // The packet is for this host (PACKET_HOST).
        "pkttype" => {
            u32_at(info, 0).zip(u32_at(info, 4)).map(|(kind, inverted)| (kind == 0).ne(&(inverted != 0)).into())
        }
        // XT_POLICY_MATCH_NONE: the packet is unprotected.
        "policy" => u16_at(info, 304).map(|flags| (flags & 4 != 0).into()),
        // XT_RPFILTER_INVERT: there is a way back to where it is from.
        "rpfilter" => flags_at(info, 0, 8).map(|inverted| (!inverted).into()),
        "mark" | "connmark" if revision == 1 => mark.and_then(|mark| of_mark(info, mark)),
        "helper" => u32_at(info, 0).map(|inverted| (inverted != 0).into()),
        // XT_PHYSDEV_OP_BRIDGED: the packet is routed, not bridged.
        "physdev" if info.get(65) == Some(&4) => flags_at(info, 64, 4).map(Holds::from),
        "limit" | "hashlimit" | "recent" | "statistic" | "connlimit" | "quota" | "string" | "ttl" | "hl" | "length"
        | "dscp" | "tos" | "tcpmss" | "time" | "ecn" | "eui64" => Some(Holds::Sometimes),
        // Of a packet that has no such header these say no, also where they are turned.
        "icmp" | "icmp6" | "rt" | "frag" | "ah" | "esp" | "sctp" | "dccp" | "hbh" | "dst" | "mh" => Some(Holds::No),
        _ => None,
    };
    known.unwrap_or(Holds::Unknown)
}

fn flags_at(info: &[u8], at: usize, flag: u8) -> Option<bool> {
    info.get(at).map(|flags| flags & flag != 0)
}

fn u32_at(info: &[u8], at: usize) -> Option<u32> {
    info.get(at..)?.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes))
}

/// xt_mark_mtinfo1 and xt_connmark_mtinfo1: mark, mask, whether it is turned.
fn of_mark(info: &[u8], own: u32) -> Option<Holds> {
    let (wanted, mask, inverted) = (u32_at(info, 0)?, u32_at(info, 4)?, *info.get(8)? != 0);
    Some((own & mask == wanted).ne(&inverted).into())
}

/// xt_iprange_mtinfo: the first and last of the addresses it is from and for, in sixteen bytes each, and flags.
fn iprange(info: &[u8], packet: &Packet) -> Option<Holds> {
    let flags = *info.get(64)?;
    let bounds = |at: usize| -> Option<(IpAddr, IpAddr)> {
        let address = |at: usize| -> Option<IpAddr> {
            let bytes: [u8; 16] = *info.get(at..)?.first_chunk()?;
            let v4: [u8; 4] = *bytes.first_chunk()?;
            Some(if packet.is_ipv6 { IpAddr::from(bytes) } else { IpAddr::from(v4) })
        };
        Some((address(at)?, address(at + 16)?))
    };
    let within = |which: u8, at: usize, address: Option<IpAddr>| {
        if flags & which == 0 {
            return Some(Holds::Yes);
        }
        let (first, last) = bounds(at)?;
        let found = address.map_or(Holds::Unknown, |address| (first <= address && address <= last).into());
        Some(found.inverted(flags & which << 4 != 0))
    };
    Some(within(1, 0, packet.source)?.and(within(2, 32, packet.target)?))
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
    let is_any = u16_at(info, 0)? == 0 && u16_at(info, 2)? == u16::MAX;
    let source = match source {
        Some(port) => within(0, port)?.into(),
        None if is_any => Holds::Yes,
        None => Holds::Unknown,
    };
    let source = source.inverted(inverted & 1 != 0);
    let target = Holds::from(within(4, target)? != (inverted & 2 != 0));
    if of_udp {
        return Some(source.and(target));
    }
    // Flags of TCP: those of the mask must be as compared; of this packet SYN alone is set (XT_TCP_INV_FLAGS).
    let (option, mask, wanted) = (*info.get(8)?, *info.get(9)?, *info.get(10)?);
    let flags = Holds::from((2 & mask == wanted) != (inverted & 4 != 0));
    let option = if option == 0 { Holds::Yes } else { Holds::Sometimes };
    Some(source.and(target).and(flags).and(option))
}

fn conntrack(revision: u32, info: &[u8]) -> Option<Holds> {
    if revision < 2 {
        return None;
    }
    let (compared, inverted, states) = (u16_at(info, 146)?, u16_at(info, 148)?, u16_at(info, 150)?);
    if compared & OF_STATE != 0 && (states & NEW != 0) == (inverted & OF_STATE != 0) {
        return Some(Holds::No);
    }
    Some(if compared & !(OF_STATE | BY_OLD_NAME) == 0 { Holds::Yes } else { Holds::Unknown })
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
    let of_source = source.map_or(Some(Holds::Unknown), |port| listed(port).map(Holds::from))?;
    let of_target = Holds::from(listed(target)?);
    let found = match which {
        0 => of_source,
        1 => of_target,
        _ => of_source.or(of_target),
    };
    Some(found.inverted(inverted))
}

/// The packet is from one host to this one (RTN_UNICAST, RTN_LOCAL), or to another one.
fn address_kind(revision: u32, info: &[u8], packet: &Packet) -> Option<Holds> {
    let (source, target) = (u16_at(info, 0)?, u16_at(info, 2)?);
    let (source_inverted, target_inverted) = if revision == 0 {
        (u32_at(info, 4)? != 0, u32_at(info, 8)? != 0)
    } else {
        let flags = u32_at(info, 4)?;
        (flags & 1 != 0, flags & 2 != 0)
    };
    let kind = if packet.way_out.is_some() { 2 } else { 4 };
    let source = source == 0 || (source & 2 != 0) != source_inverted;
    let target = target == 0 || (target & kind != 0) != target_inverted;
    Some((source && target).into())
}
