//! Ports that the kernel passes on: to containers of this host, to other machines, or to another port.
//!
//! No socket waits at them here. They are in the rules of nf_tables, in chains of kind nat that packets come to before they are
//! routed.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::collect::firewall::rule_set::{Chain, Expression, Verdict};

const PREROUTING: u32 = 0;
const IPV6: u8 = 10;
const TCP: u8 = 6;
const UDP: u8 = 17;
/// NFT_META_L4PROTO.
const PROTOCOL: u32 = 16;

/// Ports that are passed on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOn {
    /// The address they are at; unspecified for every one of this host.
    pub address: IpAddr,
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
    /// UDP, not TCP.
    pub is_udp: bool,
}

/// What the bytes are that a rule loaded last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loaded {
    Protocol,
    Port,
    Target,
    Other,
}

/// The ports that are passed on, and why there may be more.
pub fn passed_on(chains: &[Chain]) -> (BTreeSet<PassedOn>, Option<String>) {
    let mut found = BTreeSet::new();
    let mut unclear = None;
    let is_start = |chain: &&Chain| chain.kind == "nat" && chain.hook.is_some_and(|(hook, _)| hook == PREROUTING);
    let mut waiting: Vec<&Chain> = chains.iter().filter(is_start).collect();
    let mut seen: Vec<&Chain> = Vec::new();
    while let Some(chain) = waiting.pop() {
        if seen.iter().any(|other| std::ptr::eq(*other, chain)) {
            continue;
        }
        seen.push(chain);
        for rule in &chain.rules {
            if rule.iter().any(|part| matches!(part, Expression::Lookup { to: Some(0), .. })) {
                unclear.get_or_insert_with(|| format!("chain {} looks up what it does in a map", chain.name));
            }
            match rule.iter().find_map(|part| if let Expression::Decide(verdict) = part { Some(verdict) } else { None })
            {
                Some(Verdict::Jump(to) | Verdict::Goto(to)) => {
                    let is_there = |other: &&Chain| {
                        other.family == chain.family && other.table == chain.table && other.name == *to
                    };
                    waiting.extend(chains.iter().find(is_there));
                }
                Some(Verdict::Translate) => match of_rule(rule, chain.family == IPV6) {
                    Some(ports) => found.extend(ports),
                    None => {
                        unclear.get_or_insert_with(|| format!("chain {} passes on packets, not by port", chain.name));
                    }
                },
                _ => {}
            }
        }
    }
    (found, unclear)
}

/// The ports of one rule; nothing where it names none.
fn of_rule(rule: &[Expression], is_ipv6: bool) -> Option<Vec<PassedOn>> {
    let mut loaded = Loaded::Other;
    let mut protocol = None;
    let mut ports: Vec<(u16, u16)> = Vec::new();
    let mut address: IpAddr = if is_ipv6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
    let port = |data: &[u8]| data.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
    for part in rule {
        match part {
            Expression::Meta { key: PROTOCOL, .. } | Expression::Payload { base: 1, offset: 9, length: 1, .. } => {
                loaded = Loaded::Protocol;
            }
            Expression::Payload { base: 2, offset: 2, length: 2, .. } => loaded = Loaded::Port,
            Expression::Payload { base: 1, offset: 16, length: 4, .. }
            | Expression::Payload { base: 1, offset: 24, length: 16, .. } => loaded = Loaded::Target,
            Expression::Meta { .. }
            | Expression::Payload { .. }
            | Expression::Connection { .. }
            | Expression::Fib { .. } => {
                loaded = Loaded::Other;
            }
            Expression::Compare { operation: 0, data, .. } => match loaded {
                Loaded::Protocol => protocol = data.first().copied(),
                Loaded::Port => ports.extend(port(data).map(|port| (port, port))),
                Loaded::Target => address = self::address(data).unwrap_or(address),
                Loaded::Other => {}
            },
            Expression::Range { negated: false, low, high, .. } if loaded == Loaded::Port => {
                ports.extend(port(low).zip(port(high)));
            }
            Expression::Match { name, info, .. } => {
                let at = |place: usize| info.get(place..)?.first_chunk().map(|bytes| u16::from_ne_bytes(*bytes));
                match name.as_str() {
                    // xt_tcp and xt_udp: ports it is from, then for; the flags that turn them.
                    "tcp" if info.get(11).is_some_and(|flags| flags & 2 == 0) => ports.extend(at(4).zip(at(6))),
                    "udp" if info.get(8).is_some_and(|flags| flags & 2 == 0) => ports.extend(at(4).zip(at(6))),
                    // xt_multiport_v1 of single ports it is for.
                    "multiport" if info.first() == Some(&1) && info.get(47) == Some(&0) => {
                        let count = usize::from(*info.get(1)?).min(15);
                        if info.iter().skip(32).take(count).any(|is_range| *is_range != 0) {
                            return None;
                        }
                        ports.extend((0..count).filter_map(|number| at(2 + 2 * number)).map(|port| (port, port)));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    let kinds: &[bool] = match protocol {
        Some(TCP) => &[false],
        Some(UDP) => &[true],
        Some(_) => return Some(Vec::new()),
        None => &[false, true],
    };
    if ports.is_empty() || ports.contains(&(0, u16::MAX)) {
        return None;
    }
    let of =
        |is_udp: bool| ports.iter().map(move |(first, last)| PassedOn { address, first: *first, last: *last, is_udp });
    Some(kinds.iter().flat_map(|is_udp| of(*is_udp)).collect())
}

fn address(data: &[u8]) -> Option<IpAddr> {
    match data.len() {
        4 => data.first_chunk::<4>().map(|bytes| IpAddr::from(*bytes)),
        16 => data.first_chunk::<16>().map(|bytes| IpAddr::from(*bytes)),
        _ => None,
    }
}
