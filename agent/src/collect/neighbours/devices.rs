//! Sightings put together: one device for each hardware address.

use std::collections::BTreeMap;
use std::net::IpAddr;

use tenken_model::Instant;
use tenken_model::fact::neighbours::{Neighbour, Sighting};

use super::hardware::Hardware;

/// More devices are counted only.
pub(super) const DEVICES_MAX: usize = 5_000;
/// A device that claims more addresses than this has its first ones shown.
const ADDRESSES_MAX: usize = 64;

/// The devices seen so far.
#[derive(Debug, Default)]
pub(super) struct Devices(BTreeMap<Hardware, Neighbour>);

/// A device that was seen once more.
pub(super) struct Seen<'a>(&'a mut Neighbour);

impl Devices {
    /// A sighting of a device with an address.
    pub(super) fn entry(&mut self, hardware: Hardware, address: IpAddr, by: Sighting) -> Seen<'_> {
        let device = self.0.entry(hardware).or_insert_with(|| Neighbour {
            mac: hardware.to_string(),
            randomised: hardware.is_randomised(),
            virtual_device: hardware.is_virtual(),
            gateway: false,
            addresses: Vec::new(),
            interfaces: Vec::new(),
            name: None,
            seen_by: Vec::new(),
            last_seen: None,
        });
        if device.addresses.len() < ADDRESSES_MAX {
            add(&mut device.addresses, address.to_string());
        }
        if !device.seen_by.contains(&by) {
            device.seen_by.push(by);
        }
        Seen(device)
    }

    /// The devices in the order of their addresses, and how many were left out. What makers numbered comes before what is
    /// randomised, so that a crowd of telephones does not displace a device that is judged.
    pub(super) fn finish(self) -> (Vec<Neighbour>, i64) {
        let mut devices: Vec<Neighbour> = self.0.into_values().collect();
        devices.sort_by_key(|device| device.randomised);
        let cut = i64::try_from(devices.len().saturating_sub(DEVICES_MAX)).unwrap_or(i64::MAX);
        devices.truncate(DEVICES_MAX);
        for device in &mut devices {
            device.addresses.sort_unstable();
            device.interfaces.sort_unstable();
        }
        (devices, cut)
    }
}

impl Seen<'_> {
    /// It was seen on that interface.
    pub(super) fn interface(&mut self, name: String) {
        add(&mut self.0.interfaces, name);
    }

    /// It gave that name.
    pub(super) fn name(&mut self, name: Option<String>) {
        self.0.name = name.or_else(|| self.0.name.take());
    }

    /// It was alive then.
    pub(super) fn alive(&mut self, at: Option<Instant>) {
        self.0.last_seen = self.0.last_seen.max(at);
    }
}

impl std::ops::Deref for Seen<'_> {
    type Target = Neighbour;

    fn deref(&self) -> &Neighbour {
        self.0
    }
}

impl std::ops::DerefMut for Seen<'_> {
    fn deref_mut(&mut self) -> &mut Neighbour {
        self.0
    }
}

fn add(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
