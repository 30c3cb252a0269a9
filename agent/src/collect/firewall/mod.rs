//! What becomes of packets that come in unasked.
//!
//! The rules are asked of the kernel, which tells them to holders of CAP_NET_ADMIN only; the agent's package has a helper for it. Where
//! neither tells, what is configured is read, and whether its service is active: weaker evidence, and named so in the fact. Chains of Docker, Podman and libvirt
//! are for the traffic of guests and are met only where a packet for this host meets them.
//!
//! Neither an interface that comes up nor a change of the kernel's rules makes an event: both are seen when the collector runs for
//! another reason, or after its interval. Files that are read wake it, included ones too.

pub mod addresses;
pub mod attributes;
pub(crate) mod configured;
pub mod configured_zones;
pub mod firewalld;
pub mod holds;
pub mod iptables_match;
pub mod iptables_save;
pub(super) mod kernel;
pub mod macos;
pub mod nft_file;
pub mod packet;
mod registers;
pub mod rule_set;
pub mod telling;
#[cfg(test)]
mod tests;
pub mod ufw;
pub mod walk;
pub mod windows;
pub mod written;

use tenken_model::fact::firewall::{Firewall, FirewallEvidence, InboundFilter};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use self::kernel::Own;
use super::neighbours;
use super::neighbours::netlink::Link;
use super::{Look, Needs};

/// What stands for the interface of a host that has none.
const ANY_INTERFACE: (u32, &str) = (2, "eth0");
/// Kinds of interfaces that others are ports of.
const JOINING: [&str; 3] = ["bridge", "bond", "team"];
/// Small tables of the kernel.
const TABLE_MAX: Size = Size::from_bytes(256 * 1024);

/// Reads what refuses packets on this host.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Firewall> {
    let ipv6_in_use = ipv6_in_use(look);
    let chains = match kernel::read(look) {
        Ok(chains) => chains,
        // What was told, and could not be used, is not made good by what is configured.
        Err(why) if kernel::is_told(&why) => {
            let filter = || InboundFilter { refuses: Read::NotRead(why.clone()), hole: None };
            return Outcome::Known(Firewall {
                evidence: FirewallEvidence::Kernel,
                manager: configured::manager(look),
                in_force: Read::Measured(true),
                ipv4: filter(),
                ipv6: filter(),
                ipv6_in_use,
                public_reach: None,
            });
        }
        Err(why) => return Outcome::Known(configured::read(look, &why, ipv6_in_use)),
    };
    let own = Own::read(look);
    let interfaces = asked_of(look);
    let manager = configured::manager(look);
    let mut filters = [false, true].map(|is_ipv6| match &interfaces {
        Ok(interfaces) => kernel::inbound(look, &chains, interfaces, &own, is_ipv6),
        Err(why) => InboundFilter { refuses: Read::NotRead(why.clone()), hole: None },
    });
    for (filter, list) in filters.iter_mut().zip(["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"]) {
        // Rules of the older iptables are beside those of nf_tables, and cannot be asked for.
        if filter.refuses.measured() == Some(&false) && old_rules(look, list, "filter") {
            let why = "rules of iptables-legacy are loaded, which the kernel does not tell by netlink";
            *filter = InboundFilter { refuses: Read::not_read(ReasonCode::Unsupported, why), hole: None };
        }
    }
    let [ipv4, ipv6] = filters;
    Outcome::Known(Firewall {
        evidence: FirewallEvidence::Kernel,
        manager,
        in_force: Read::Measured(true),
        ipv4,
        ipv6,
        ipv6_in_use,
        public_reach: None,
    })
}

/// The interfaces by which others reach this host. What comes in by a port of a bridge, or by one of several that are one, comes
/// by that.
fn outward(look: &Look<'_>) -> Result<Vec<(u32, String)>, Reason> {
    let links = neighbours::links(look)?;
    let inward = neighbours::inward(&links);
    let joins = |link: &&Link| link.kind.as_deref().is_some_and(|kind| JOINING.contains(&kind));
    let joining: Vec<u32> = links.iter().filter(joins).map(|link| link.index).collect();
    let is_port = |link: &Link| link.master.is_some_and(|master| joining.contains(&master));
    let is_outer = |link: &Link| !link.loopback && link.up && !inward.contains(&link.index) && !is_port(link);
    let found = links.into_iter().filter(is_outer);
    Ok(found.map(|link| (link.index, link.name)).collect())
}

/// Those of which the kernel's rules are asked: a stand-in where there is none.
fn asked_of(look: &Look<'_>) -> Result<Vec<(u32, String)>, Reason> {
    let found = outward(look)?;
    Ok(if found.is_empty() { vec![(ANY_INTERFACE.0, ANY_INTERFACE.1.to_owned())] } else { found })
}

/// Whether a table of the older iptables is loaded.
pub(super) fn old_rules(look: &Look<'_>, list: &str, table: &str) -> bool {
    let lists = |bytes: Vec<u8>| bytes.split(|byte| *byte == b'\n').any(|name| name == table.as_bytes());
    look.read_if_there(list, TABLE_MAX).is_ok_and(|bytes| bytes.is_some_and(lists))
}

/// An interface other than loopback has an address; without the list there is no IPv6.
fn ipv6_in_use(look: &Look<'_>) -> Read<bool> {
    let list = look.read_if_there("/proc/net/if_inet6", TABLE_MAX).map_err(|error| error.reason());
    let in_use = |list: Vec<u8>| {
        let text = String::from_utf8_lossy(&list).into_owned();
        text.lines().filter_map(|line| line.split_whitespace().nth(5)).any(|interface| interface != "lo")
    };
    list.map(|list| list.is_some_and(in_use)).into()
}
