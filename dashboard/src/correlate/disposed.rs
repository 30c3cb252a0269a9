//! Devices that the registers have closed or disposed of, and that are seen again all the same.

use std::collections::BTreeSet;

use chrono::Datelike as _;
use tenken_engine::Rule;
use tenken_model::fact::neighbours::Neighbour;
use tenken_model::{Finding, Instant, Language, Read, ReasonCode, Span};

use super::agency::{Agency, rows};
use super::machine::{Look, Machine};
use super::verdicts::{Doubt, Verdicts, evidence, minute, row};
use crate::groups::{Whereabouts, at_place, seen_by};
use crate::registers::hosts::{HostRow, HostStatus};
use crate::registers::typed::Listed;

/// No device whose row was closed, and no host that is disposed of, may be seen, or report. Devices that an open row says
/// are stopped are told by what agents judge.
pub(super) fn absent(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let is_kept = (verdicts.needs(&agency.hosts), verdicts.needs(&agency.devices));
    if is_kept == (false, false) {
        return verdicts.finish(Vec::new());
    }
    reporting(&mut verdicts);
    if machine.neighbours == Look::Absent {
        return verdicts.finish(Vec::new());
    }
    verdicts.needs_fact(&machine.neighbours, Language::correlate_neighbours);
    let Some(neighbours) = machine.neighbours.known() else { return verdicts.finish(Vec::new()) };
    let open: BTreeSet<&str> =
        rows(&agency.devices).filter(|row| row.is_open()).map(|row| row.row.mac.as_str()).collect();
    for device in neighbours.devices.iter().filter(|device| !device.virtual_device) {
        if !open.contains(device.mac.as_str()) {
            closed(&mut verdicts, device);
        }
        named(&mut verdicts, device);
    }
    let cut = |language: Language| language.correlate_cut(&language.correlate_neighbours());
    if neighbours.cut > 0 {
        verdicts.doubts(Doubt::new(ReasonCode::TooLarge, cut));
    }
    for part in [&neighbours.table, &neighbours.leases] {
        match part {
            Read::Measured(true) => {}
            Read::Measured(false) => verdicts.doubts(Doubt::new(ReasonCode::Missing, cut)),
            Read::NotRead(reason) => verdicts.doubts(Doubt::new(reason.code, cut)),
        }
    }
    verdicts.finish(Vec::new())
}

/// The host itself is disposed of, and its agent reports.
fn reporting(verdicts: &mut Verdicts<'_>) {
    let machine = verdicts.machine;
    let Some(listed) = disposed(verdicts.agency, &machine.name) else { return };
    let Some(heard) = machine.heard.filter(|heard| *heard > listed.changed_at) else { return };
    if Span::between(heard, verdicts.agency.now) <= verdicts.span("seen_within") {
        let device = |language| vec![("device", at_place(&listed.row.name, &listed.row.place, language))];
        verdicts.fails_in(&listed.row.name, "host_reports", device, vec![row(listed)]);
    }
}

/// A device whose row was closed.
fn closed(verdicts: &mut Verdicts<'_>, device: &Neighbour) {
    let agency = verdicts.agency;
    let same = rows(&agency.devices).filter(|listed| listed.row.mac == device.mac);
    let last = same.filter_map(|listed| Some((listed.closed_at?, listed))).max_by_key(|(closed, _)| *closed);
    let Some((closed, listed)) = last else { return };
    if is_seen_since(verdicts, device, closed) {
        let since = tenken_calendar::japan::date_of(closed);
        let (agency, machine) = (verdicts.agency, verdicts.machine);
        let words = |language: Language| {
            let mut words = words(agency, machine, (&listed.row.name, &listed.row.place), device, language);
            words.push(("since", language.day(since.year(), since.month(), since.day())));
            words
        };
        let mut on = seen(device);
        on.push(row(listed));
        verdicts.fails_in(&device.mac, "seen", words, on);
    }
}

/// A device that gave the name of a host that is disposed of.
fn named(verdicts: &mut Verdicts<'_>, device: &Neighbour) {
    let Some(listed) = device.name.as_deref().and_then(|name| disposed(verdicts.agency, name)) else { return };
    if is_seen_since(verdicts, device, listed.changed_at) {
        let mut on = seen(device);
        on.push(row(listed));
        let (agency, machine) = (verdicts.agency, verdicts.machine);
        let words = |language| words(agency, machine, (&listed.row.name, &listed.row.place), device, language);
        verdicts.fails_in(&listed.row.name, "host_seen", words, on);
    }
}

/// The row by which a host is disposed of, unless another says that it is there.
fn disposed<'a>(agency: &'a Agency, name: &str) -> Option<&'a Listed<HostRow>> {
    let same = |listed: &&Listed<HostRow>| listed.row.name.trim().eq_ignore_ascii_case(name.trim());
    let is_disposed = |listed: &Listed<HostRow>| listed.row.status == HostStatus::Disposed;
    if rows(&agency.hosts).filter(same).any(|listed| listed.is_open() && !is_disposed(listed)) {
        return None;
    }
    rows(&agency.hosts).filter(same).filter(|listed| is_disposed(listed)).max_by_key(|listed| listed.changed_at)
}

/// The device was alive after then and not long ago. Where nobody says when it was, it counts once whatever lingered
/// has gone.
fn is_seen_since(verdicts: &Verdicts<'_>, device: &Neighbour, since: Instant) -> bool {
    let (within, now) = (verdicts.span("seen_within"), verdicts.agency.now);
    if let Some(seen) = device.last_seen {
        return seen > since && Span::between(seen, now) <= within;
    }
    let heard = verdicts.machine.heard.filter(|heard| Span::between(*heard, now) <= within);
    heard.is_some_and(|heard| Span::between(since, heard) > within)
}

/// What is said of a device that the register has by a name in a place, and of the host that saw it.
fn words(
    agency: &Agency,
    machine: &Machine,
    (name, place): (&str, &str),
    device: &Neighbour,
    language: Language,
) -> Vec<(&'static str, String)> {
    let addresses = device.addresses.join(", ");
    let addresses = if addresses.is_empty() { device.interfaces.join(", ") } else { addresses };
    let stands = stands(agency, &machine.name);
    vec![
        ("device", at_place(name, place, language)),
        ("mac", device.mac.clone()),
        ("addresses", addresses),
        ("seen_by", seen_by(&machine.name, stands.as_ref(), language)),
    ]
}

/// Where the host of that name stands: by the row that says it is in use before one that says it is not.
pub(super) fn stands(agency: &Agency, name: &str) -> Option<Whereabouts> {
    let same = |listed: &&Listed<HostRow>| listed.row.name.trim().eq_ignore_ascii_case(name.trim());
    let open = rows(&agency.hosts).filter(|listed| listed.is_open()).filter(same);
    open.min_by_key(|listed| listed.row.status != HostStatus::InUse).map(|listed| Whereabouts::of(&listed.row))
}

fn seen(device: &Neighbour) -> Vec<tenken_model::finding::Evidence> {
    let path = |field: &str| format!("neighbours.devices[{}].{field}", device.mac);
    let mut found = vec![
        evidence(path("addresses"), device.addresses.join(", ")),
        evidence(path("interfaces"), device.interfaces.join(", ")),
    ];
    if let Some(last) = device.last_seen {
        let mut at = evidence(path("last_seen"), minute(last));
        at.volatile = true;
        found.push(at);
    }
    found
}
