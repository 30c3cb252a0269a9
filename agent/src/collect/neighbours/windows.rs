//! The devices a Windows host sees: the table of neighbours of both families.
//!
//! Adapters of virtual switches that lead to nothing but this host's own guests (Hyper-V, WSL, Docker, VMware, VirtualBox) show no
//! device of the network. Leases of the DHCP server of Windows are in a database that it keeps closed.

use std::collections::BTreeMap;

use tenken_model::fact::neighbours::{Neighbours, Sighting};
use tenken_model::observation::Outcome;
use tenken_model::{Language, Read, ReasonCode, Topic};

use super::devices::Devices;
use super::hardware::Hardware;
use super::told;
use crate::collect::windows_setting::Services;
use crate::collect::{Look, Needs};
use crate::host::windows_api::{Adapter, IpNeighbour};

/// IF_TYPE_SOFTWARE_LOOPBACK.
const LOOPBACK: u32 = 24;
/// Beginnings of what drivers of virtual switches call their adapters; drivers are not translated.
pub const SWITCHES: [&str; 3] =
    ["Hyper-V Virtual Ethernet Adapter", "VMware Virtual Ethernet Adapter", "VirtualBox Host-Only"];
/// NlnsUnreachable, NlnsIncomplete, NlnsStale and NlnsReachable of NL_NEIGHBOR_STATE.
const UNREACHABLE: u32 = 0;
const INCOMPLETE: u32 = 1;
const STALE: u32 = 4;

/// Reads what is seen. Absent on a host that has no adapter.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Neighbours> {
    let adapters = match look.adapters() {
        Ok(adapters) => adapters,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    if adapters.iter().all(|adapter| adapter.kind == LOOPBACK) {
        return Outcome::Absent(Language::English.absent(Topic::Neighbours));
    }
    let mut devices = Devices::default();
    let table = match look.ip_neighbours() {
        Ok(neighbours) => {
            add(&neighbours, &adapters, needs, &mut devices);
            Read::Measured(true)
        }
        Err(error) => Read::NotRead(error.reason()),
    };
    Outcome::Known(told(devices, table, leases(look), Vec::new()))
}

/// The adapter leads to guests of this host alone: it is of a virtual switch, and no gateway is behind it.
pub(crate) fn is_inward(adapter: &Adapter) -> bool {
    adapter.gateways.is_empty() && SWITCHES.iter().any(|switch| adapter.description.starts_with(switch))
}

fn add(neighbours: &[IpNeighbour], adapters: &[Adapter], needs: &Needs, devices: &mut Devices) {
    let adapters: BTreeMap<u32, &Adapter> = adapters.iter().map(|adapter| (adapter.index, adapter)).collect();
    for neighbour in neighbours {
        let hardware = Hardware::from_bytes(&neighbour.hardware.0).filter(|hardware| hardware.is_device());
        // Whoever did not answer has no address that is proven; a multicast group is nobody.
        let Some(hardware) = hardware.filter(|_| !matches!(neighbour.state, UNREACHABLE | INCOMPLETE)) else {
            continue;
        };
        let adapter = adapters.get(&neighbour.adapter);
        if neighbour.address.is_multicast() || adapter.is_some_and(|adapter| adapter.kind == LOOPBACK) {
            continue;
        }
        let mut device = devices.entry(hardware, neighbour.address, Sighting::NeighbourTable);
        device.gateway |= adapter.is_some_and(|adapter| adapter.gateways.contains(&neighbour.address));
        device.interface(adapter.map_or_else(|| neighbour.adapter.to_string(), |adapter| adapter.name.clone()));
        device.virtual_device |= adapter.is_some_and(|adapter| is_inward(adapter));
        // The time is since it was last reachable, unless it was not.
        let ago = neighbour.reachable_millis.filter(|_| neighbour.state >= STALE).map(i64::from);
        device.alive(ago.and_then(|ago| needs.now.checked_sub_signed(chrono::TimeDelta::milliseconds(ago))));
    }
}

/// Whether there is no DHCP server here whose leases would have to be read.
fn leases(look: &Look<'_>) -> Read<bool> {
    match Services::read(look) {
        Ok(services) if services.runs("DHCPServer") => Read::not_read(
            ReasonCode::Unsupported,
            "read leases of the DHCP server of Windows: its database is closed to others",
        ),
        Ok(_) => Read::Measured(true),
        Err(error) => Read::NotRead(error.reason()),
    }
}
