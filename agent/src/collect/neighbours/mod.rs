//! The devices this host sees: the kernel's neighbour table, and the leases of DHCP servers that run here.

mod devices;
pub mod hardware;
pub mod lease_configuration;
mod lease_files;
mod lease_places;
pub mod leases;
pub mod netlink;
pub mod windows;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use tenken_model::fact::neighbours::{Neighbours, Sighting};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, Reason, ReasonCode, Topic};

use super::{Look, Needs, Wake};
use crate::host::NetlinkDump;
use devices::Devices;
use netlink::{DumpError, Link};

/// Kinds of interfaces behind which no device of the network is: containers and virtual machines of this host, tunnels.
const INWARD: &[&str] = &["veth", "tun", "dummy", "wireguard"];

/// Reads what is seen. Absent on a host that has no interface but loopback.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Neighbours> {
    look.wake_on(Wake::NeighbourEvents);
    let links = match links(look) {
        Ok(links) => links,
        Err(reason) => return Outcome::Failed(reason),
    };
    if links.iter().all(|link| link.loopback) {
        return Outcome::Absent(Language::English.absent(Topic::Neighbours));
    }
    let mut devices = Devices::default();
    let table = table(look, needs, &links, &mut devices);
    let leases = lease_files::read(look, needs.now, &mut devices);
    Outcome::Known(told(devices, table, leases.whole, leases.files))
}

/// The fact of what was seen. A table of which devices were cut off was not read whole.
fn told(devices: Devices, mut table: Read<bool>, leases: Read<bool>, lease_files: Vec<String>) -> Neighbours {
    let (devices, cut) = devices.finish();
    if cut > 0 && table.measured().is_some() {
        table = Read::not_read(ReasonCode::TooLarge, format!("list devices: {cut} more than are kept"));
    }
    let randomised = devices.iter().filter(|device| device.randomised).count();
    Neighbours {
        randomised_count: i64::try_from(randomised).unwrap_or(i64::MAX),
        devices,
        cut,
        table,
        leases,
        lease_files,
    }
}

/// Adds what the kernel's table holds.
fn table(look: &Look<'_>, needs: &Needs, links: &[Link], devices: &mut Devices) -> Read<bool> {
    let entries = match dump(look, NetlinkDump::Neighbours, netlink::neighbours) {
        Ok(entries) => entries,
        Err(reason) => return Read::NotRead(reason),
    };
    // Without the routes every device is still seen; only which of them is the gateway is not.
    let gateways: BTreeSet<(u32, IpAddr)> = dump(look, NetlinkDump::Routes, netlink::gateways).unwrap_or_default();
    let inward = inward(links);
    let links: BTreeMap<u32, &Link> = links.iter().map(|link| (link.index, link)).collect();
    for entry in entries {
        let link = links.get(&entry.link);
        if link.is_some_and(|link| link.loopback) {
            continue;
        }
        let mut device = devices.entry(entry.hardware, entry.address, Sighting::NeighbourTable);
        device.gateway |= gateways.contains(&(entry.link, entry.address));
        device.interface(link.map_or_else(|| entry.link.to_string(), |link| link.name.clone()));
        device.virtual_device |= inward.contains(&entry.link);
        device.alive(
            entry.confirmed.and_then(|ago| needs.now.checked_sub_signed(chrono::TimeDelta::milliseconds(ago.millis()))),
        );
    }
    Read::Measured(true)
}

/// The interfaces that lead to nothing but this host's own guests. A bridge is one of them unless it has a port that leads
/// out: a host of virtual machines has its address on such a bridge, and the whole network is behind it.
pub(crate) fn inward(links: &[Link]) -> BTreeSet<u32> {
    let guest = |link: &Link| link.kind.as_deref().is_some_and(|kind| INWARD.contains(&kind));
    let enclosed = |bridge: &Link| links.iter().filter(|port| port.master == Some(bridge.index)).all(guest);
    let bridge = |link: &Link| link.kind.as_deref() == Some("bridge") && enclosed(link);
    links.iter().filter(|link| guest(link) || bridge(link)).map(|link| link.index).collect()
}

/// This host's interfaces.
pub(crate) fn links(look: &Look<'_>) -> Result<Vec<Link>, Reason> {
    dump(look, NetlinkDump::Links, netlink::links)
}

fn dump<T>(
    look: &Look<'_>,
    what: NetlinkDump,
    parse: impl Fn(&[Vec<u8>]) -> Result<T, DumpError>,
) -> Result<T, Reason> {
    let datagrams = look.netlink_dump(what).map_err(|error| error.reason())?;
    parse(&datagrams).map_err(|error| {
        let code = match error {
            DumpError::TooMany => ReasonCode::TooLarge,
            DumpError::Cut | DumpError::Refused => ReasonCode::Unparsable,
        };
        Reason::new(code, format!("read netlink {what:?}: {error}"))
    })
}

#[cfg(test)]
mod tests;
