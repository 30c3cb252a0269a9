//! Gateways as hosts see them, beside the register of networks: who takes a gateway's place reads what passes.

use std::net::IpAddr;

use tenken_engine::Rule;
use tenken_model::fact::neighbours::{Neighbour, Neighbours, Sighting};
use tenken_model::finding::Evidence;
use tenken_model::{Finding, Language, Read, ReasonCode};

use super::agency::{Agency, rows};
use super::disposed::stands;
use super::located::is_portable;
use super::machine::{Look, Machine};
use super::verdicts::{Doubt, Verdicts, evidence, row};
use crate::groups::seen_by;
use crate::registers::belongings::Network;
use crate::registers::typed::Listed;

/// Each gateway must have the hardware address of the register, and nobody else may claim its address.
pub(super) fn unchanged(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if machine.neighbours == Look::Absent && machine.fleet.is_none() {
        return verdicts.not_applicable();
    }
    let is_kept = verdicts.needs(&agency.networks);
    if machine.neighbours == Look::Absent {
        return verdicts.finish(Vec::new());
    }
    let is_told = verdicts.needs_fact(&machine.neighbours, Language::correlate_neighbours);
    let known = machine.neighbours.known().filter(|_| is_kept && is_told);
    let Some(neighbours) = known else { return verdicts.finish(Vec::new()) };
    // Leases tell what somebody was given, not what answers.
    let answering = |device: &&Neighbour| device.seen_by.contains(&Sighting::NeighbourTable);
    let devices: Vec<&Neighbour> = neighbours.devices.iter().filter(answering).collect();
    for device in &devices {
        judge(&mut verdicts, device, &devices);
    }
    doubts(&mut verdicts, neighbours);
    verdicts.finish(Vec::new())
}

fn judge(verdicts: &mut Verdicts<'_>, device: &Neighbour, devices: &[&Neighbour]) {
    let agency = verdicts.agency;
    let mut is_known = false;
    for address in &device.addresses {
        let registered = registered(agency, address);
        is_known |= !registered.is_empty();
        let with_mac: Vec<&Listed<Network>> =
            registered.iter().copied().filter(|listed| !listed.row.gateway_mac.is_empty()).collect();
        match (with_mac.first(), registered.first()) {
            (Some(listed), _) => {
                if !with_mac.iter().any(|listed| listed.row.gateway_mac == device.mac) {
                    changed(verdicts, device, address, listed);
                }
            }
            (None, Some(listed)) if device.gateway => {
                twice(verdicts, device, address, devices);
                let words = [("gateway", address.clone()), ("mac", device.mac.clone())];
                verdicts.is_unsure(address, "mac_not_recorded", &words, on(device, Some(listed)));
            }
            (None, None) if device.gateway => twice(verdicts, device, address, devices),
            (None, _) => {}
        }
    }
    // Who is carried about meets gateways of others.
    if device.gateway && !is_known && !is_portable(agency, &verdicts.machine.name) {
        let address = device.addresses.first().unwrap_or(&device.mac).clone();
        let words = [("gateway", address.clone()), ("mac", device.mac.clone())];
        verdicts.is_unsure(&address, "not_recorded", &words, on(device, None));
    }
}

/// The gateway has another hardware address than the register says.
fn changed(verdicts: &mut Verdicts<'_>, device: &Neighbour, address: &str, listed: &Listed<Network>) {
    let (agency, machine) = (verdicts.agency, verdicts.machine);
    let same = [
        ("gateway", address.to_owned()),
        ("network", listed.row.name.clone()),
        ("mac", device.mac.clone()),
        ("registered", listed.row.gateway_mac.clone()),
    ];
    if is_portable(agency, &machine.name) {
        // Networks of others have the same addresses.
        return verdicts.is_unsure(address, "changed_or_elsewhere", &same, on(device, Some(listed)));
    }
    let words = |language| {
        let by = seen_by(&machine.name, stands(agency, &machine.name).as_ref(), language);
        [same.to_vec(), vec![("seen_by", by)]].concat()
    };
    verdicts.fails_in(address, "changed", words, on(device, Some(listed)));
}

/// Two devices on one interface claim the address of a gateway of which the register does not say whose it is.
fn twice(verdicts: &mut Verdicts<'_>, device: &Neighbour, address: &str, devices: &[&Neighbour]) {
    let claims = |other: &&&Neighbour| {
        other.mac != device.mac
            && other.addresses.iter().any(|claimed| claimed == address)
            && other.interfaces.iter().any(|interface| device.interfaces.contains(interface))
    };
    let Some(other) = devices.iter().find(claims) else { return };
    let (agency, machine) = (verdicts.agency, verdicts.machine);
    let mut macs = [device.mac.as_str(), other.mac.as_str()];
    macs.sort_unstable();
    let macs = macs.join(", ");
    let words = |language| {
        let by = seen_by(&machine.name, stands(agency, &machine.name).as_ref(), language);
        vec![("gateway", address.to_owned()), ("mac", macs.clone()), ("seen_by", by)]
    };
    verdicts.fails_in(address, "claimed_twice", words, [on(device, None), on(other, None)].concat());
}

/// The rows that say that a gateway has that address.
fn registered<'a>(agency: &'a Agency, address: &str) -> Vec<&'a Listed<Network>> {
    let Ok(seen) = address.parse::<IpAddr>() else { return Vec::new() };
    let open = rows(&agency.networks).filter(|listed| listed.is_open());
    open.filter(|listed| listed.row.gateway.trim().parse::<IpAddr>().is_ok_and(|gateway| gateway == seen)).collect()
}

fn doubts(verdicts: &mut Verdicts<'_>, neighbours: &Neighbours) {
    let cut = |language: Language| language.correlate_cut(&language.correlate_neighbours());
    match &neighbours.table {
        Read::Measured(true) if neighbours.cut == 0 => {}
        Read::Measured(_) => verdicts.doubts(Doubt::new(ReasonCode::TooLarge, cut)),
        Read::NotRead(reason) => verdicts.doubts(Doubt::new(reason.code, cut)),
    }
}

fn on(device: &Neighbour, listed: Option<&Listed<Network>>) -> Vec<Evidence> {
    let path = |field: &str| format!("neighbours.devices[{}].{field}", device.mac);
    let seen = [
        evidence(path("addresses"), device.addresses.join(", ")),
        evidence(path("interfaces"), device.interfaces.join(", ")),
    ];
    seen.into_iter().chain(listed.map(row)).collect()
}
