//! The rules as they are in the kernel.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tenken_model::fact::firewall::InboundFilter;
use tenken_model::{Read, Reason, ReasonCode};

use super::packet::{PORTS, Packet};
use super::rule_set::{Chain, Element, chains, elements};
use super::walk::{Fate, fate};
use crate::collect::Look;
use crate::host::NetfilterDump;

/// What a set holds, or why it was not read.
type Elements = Result<Vec<Element>, String>;

/// Interfaces by which packets are let in, one after the other; more are left out.
const INTERFACES_MAX: usize = 32;

/// The rules; an error is why the kernel did not tell.
pub(in crate::collect) fn read(look: &Look<'_>) -> Result<Vec<Chain>, Reason> {
    let dump = |what: NetfilterDump| look.netfilter_dump(&what).map_err(|error| error.reason());
    let tables = dump(NetfilterDump::Tables)?;
    let (all, rules) = (dump(NetfilterDump::Chains)?, dump(NetfilterDump::Rules)?);
    chains(&tables, &all, &rules)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read the rules of nf_tables: {error}")))
}

/// What the rules do to unexpected packets of one protocol, by whichever interface they come.
pub(super) fn inbound(look: &Look<'_>, chains: &[Chain], interfaces: &[(u32, String)], is_ipv6: bool) -> InboundFilter {
    let mut unclear = None;
    for interface in interfaces.iter().take(INTERFACES_MAX) {
        match worst(look, chains, is_ipv6, interface, None) {
            Fate::Refused => {}
            Fate::Accepted(hole) => return InboundFilter { refuses: Read::Measured(false), hole: Some(hole) },
            Fate::Unclear(why) => {
                unclear.get_or_insert(why);
            }
        }
    }
    let refuses = match unclear {
        None => Read::Measured(true),
        Some(why) => Read::not_read(ReasonCode::Unsupported, format!("follow a packet through nf_tables: {why}")),
    };
    InboundFilter { refuses, hole: None }
}

/// The worst that becomes of unexpected packets by one interface, for this host or for another one behind `way_out`.
pub(in crate::collect) fn worst(
    look: &Look<'_>,
    chains: &[Chain],
    is_ipv6: bool,
    (interface, interface_name): &(u32, String),
    way_out: Option<&(u32, String)>,
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
    let mut worst = Fate::Refused;
    for (port, is_udp) in PORTS.into_iter().flat_map(|port| [(port, false), (port, true)]) {
        let packet = Packet {
            is_ipv6,
            is_udp,
            port,
            interface: *interface,
            interface_name: interface_name.clone(),
            way_out: way_out.cloned(),
        };
        match fate(chains, &sets, &packet) {
            Fate::Refused => {}
            Fate::Accepted(place) => {
                let protocol = if is_udp { "udp" } else { "tcp" };
                return Fate::Accepted(format!("{place} (a packet for {port}/{protocol} by {interface_name})"));
            }
            unclear @ Fate::Unclear(_) => worst = unclear,
        }
    }
    worst
}
