//! The rules as they are in the kernel.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;

use tenken_model::fact::firewall::InboundFilter;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::addresses::{own_ipv4, own_ipv6};
use super::attributes::DumpError;
use super::packet::{BEYOND, PORTS, Packet, SOURCE_PORT, SOURCES_V4, SOURCES_V6};
use super::rule_set::{Chain, Element, Expression, chains, elements};
use super::walk::{Fate, fate};
use crate::collect::Look;
use crate::host::NetfilterDump;

/// What a set holds, or why it was not read.
type Elements = Result<Vec<Element>, String>;

/// Interfaces by which packets are let in, one after the other; of more it is said that they were not looked at.
const INTERFACES_MAX: usize = 32;
/// The same for addresses of this host.
const ADDRESSES_MAX: usize = 16;
/// Times that the rules are read while they change.
const TRIES: usize = 3;
/// The kernel's list of this host's addresses and routes; longer ones are of routers.
const ROUTES_MAX: Size = Size::from_bytes(1024 * 1024);

/// The rules; an error is why the kernel did not tell.
pub(in crate::collect) fn read(look: &Look<'_>) -> Result<Vec<Chain>, Reason> {
    let dump = |what: NetfilterDump| look.netfilter_dump(&what).map_err(|error| error.reason());
    let unparsable =
        |error: DumpError| Reason::new(ReasonCode::Unparsable, format!("read the rules of nf_tables: {error}"));
    for _ in 0..TRIES {
        let tables = dump(NetfilterDump::Tables)?;
        let (all, rules) = (dump(NetfilterDump::Chains)?, dump(NetfilterDump::Rules)?);
        match chains(&tables, &all, &rules) {
            Ok(chains) => return Ok(chains),
            Err(DumpError::Changed) => {}
            Err(error) => return Err(unparsable(error)),
        }
    }
    Err(unparsable(DumpError::Changed))
}

/// Whether somebody began to tell the rules, or should have: that what came cannot be used says nothing about what is configured.
pub(in crate::collect) fn is_told(why: &Reason) -> bool {
    matches!(why.code, ReasonCode::Unparsable | ReasonCode::TooLarge | ReasonCode::TimedOut | ReasonCode::NoAnswer)
}

/// This host's own addresses, without loopback; nothing where they are not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Own {
    ipv4: Vec<IpAddr>,
    ipv6: Vec<IpAddr>,
}

impl Own {
    pub(super) fn read(look: &Look<'_>) -> Self {
        let text = |path: &str| {
            let bytes = look.read_if_there(path, ROUTES_MAX).ok().flatten().unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        Self { ipv4: own_ipv4(&text("/proc/net/fib_trie")), ipv6: own_ipv6(&text("/proc/net/if_inet6")) }
    }
}

/// What the rules do to unexpected packets of one protocol, by whichever interface they come.
pub(super) fn inbound(
    look: &Look<'_>,
    chains: &[Chain],
    interfaces: &[(u32, String)],
    own: &Own,
    is_ipv6: bool,
) -> InboundFilter {
    let targets = if is_ipv6 { &own.ipv6 } else { &own.ipv4 };
    let mut unclear = None;
    for interface in interfaces.iter().take(INTERFACES_MAX) {
        match worst(look, chains, is_ipv6, interface, &Way::Here(targets)) {
            Fate::Refused => {}
            Fate::Accepted(hole) => return InboundFilter { refuses: Read::Measured(false), hole: Some(hole) },
            Fate::Unclear(why) => {
                unclear.get_or_insert(why);
            }
        }
    }
    let left_out = interfaces.len().saturating_sub(INTERFACES_MAX);
    if left_out > 0 {
        unclear.get_or_insert_with(|| format!("{left_out} more interfaces than are looked at"));
    }
    let refuses = match unclear {
        None => Read::Measured(true),
        Some(why) => Read::not_read(ReasonCode::Unsupported, format!("follow a packet through nf_tables: {why}")),
    };
    InboundFilter { refuses, hole: None }
}

/// Where packets go.
pub(in crate::collect) enum Way<'a> {
    /// To one of this host's addresses; to an unknown one where there are none.
    Here(&'a [IpAddr]),
    /// To others, by that interface.
    On(&'a (u32, String)),
}

/// What the rules look at beside what every packet that is tried has.
#[derive(Debug, Clone, Copy, Default)]
struct Looks {
    source: bool,
    source_port: bool,
    target: bool,
}

impl Looks {
    fn of(chains: &[Chain]) -> Self {
        let mut looks = Self::default();
        for expression in chains.iter().flat_map(|chain| chain.rules.iter().flatten()) {
            match expression {
                Expression::Payload { base: 1, offset, length, .. } => {
                    // Addresses are at 12 and 16 in the header of IPv4, at 8 and 24 in that of IPv6.
                    looks.source |= *offset < 24 && offset.saturating_add(*length) > 8;
                    looks.target |= offset.saturating_add(*length) > 16;
                }
                Expression::Payload { base: 2, offset: 0 | 1, .. } => looks.source_port = true,
                Expression::Match { name, .. } => {
                    looks.source |= name == "iprange";
                    looks.target |= name == "iprange";
                    looks.source_port |= matches!(name.as_str(), "tcp" | "udp" | "multiport");
                }
                _ => {}
            }
        }
        looks
    }
}

/// Packets of one kind that differ in where they are from and for, as far as the rules look at it.
fn packets(looks: Looks, kind: &Packet, way: &Way<'_>) -> Vec<Packet> {
    let sources: [IpAddr; 2] = if kind.is_ipv6 { SOURCES_V6.map(IpAddr::from) } else { SOURCES_V4.map(IpAddr::from) };
    let beyond = if kind.is_ipv6 { IpAddr::from(BEYOND.1) } else { IpAddr::from(BEYOND.0) };
    let targets: Vec<Option<IpAddr>> = match way {
        Way::Here([]) => vec![None],
        Way::Here(own) => {
            let count = if looks.target { ADDRESSES_MAX } else { 1 };
            own.iter().take(count).copied().map(Some).collect()
        }
        Way::On(_) => vec![Some(beyond)],
    };
    let mut found = Vec::new();
    for source in sources.into_iter().take(if looks.source { 2 } else { 1 }) {
        let from = |target: &Option<IpAddr>| Packet {
            source: Some(source),
            source_port: Some(SOURCE_PORT),
            target: *target,
            ..kind.clone()
        };
        found.extend(targets.iter().map(from));
    }
    if matches!(way, Way::On(_)) && (looks.source || looks.target) {
        // Who is behind an interface is not known.
        found.push(kind.clone());
    }
    if looks.source_port {
        // Who sends a packet chooses the port it is from.
        let any = found.iter().map(|packet| Packet { source_port: None, ..packet.clone() });
        found.extend(any.collect::<Vec<_>>());
    }
    found
}

/// The worst that becomes of unexpected packets by one interface, for this host or for another one behind `way_out`.
pub(in crate::collect) fn worst(
    look: &Look<'_>,
    chains: &[Chain],
    is_ipv6: bool,
    (interface, interface_name): &(u32, String),
    way: &Way<'_>,
) -> Fate {
    let kept: RefCell<BTreeMap<(u8, String, String), Elements>> = RefCell::default();
    let sets = |family: u8, table: &str, set: &str| {
        let key = (family, table.to_owned(), set.to_owned());
        if let Some(found) = kept.borrow().get(&key) {
            return found.clone();
        }
        let dump = NetfilterDump::Elements { family, table: key.1.clone(), set: key.2.clone() };
        let found = look
            .netfilter_dump(&dump)
            .map_err(|error| error.to_string())
            .and_then(|datagrams| elements(&datagrams).map_err(|error| format!("read {dump}: {error}")));
        kept.borrow_mut().insert(key, found.clone());
        found
    };
    let looks = Looks::of(chains);
    let left_out = match way {
        Way::Here(own) if looks.target => own.len().saturating_sub(ADDRESSES_MAX),
        _ => 0,
    };
    let mut worst = Fate::Refused;
    for (port, is_udp) in PORTS.into_iter().flat_map(|port| [(port, false), (port, true)]) {
        let kind = Packet {
            is_ipv6,
            is_udp,
            port,
            source: None,
            source_port: None,
            target: None,
            interface: *interface,
            interface_name: interface_name.clone(),
            way_out: match way {
                Way::Here(_) => None,
                Way::On(way_out) => Some((*way_out).clone()),
            },
        };
        // What becomes of a packet of which this is not known becomes of every one.
        let packets = match fate(chains, &sets, &kind) {
            Fate::Refused => continue,
            Fate::Accepted(_) => vec![kind],
            Fate::Unclear(_) => {
                if left_out > 0 {
                    worst = Fate::Unclear(format!("{left_out} more addresses of this host than are looked at"));
                }
                packets(looks, &kind, way)
            }
        };
        for packet in packets {
            match fate(chains, &sets, &packet) {
                Fate::Refused => {}
                Fate::Accepted(place) => {
                    let protocol = if is_udp { "udp" } else { "tcp" };
                    return Fate::Accepted(format!("{place} (a packet for {port}/{protocol} by {interface_name})"));
                }
                unclear @ Fate::Unclear(_) => worst = unclear,
            }
        }
    }
    worst
}
