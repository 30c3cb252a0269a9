//! Which device answers for which address, as several hosts of one network see it. One host's table holds one device for
//! an address, so that only two together show two.

use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::Rule;
use tenken_model::fact::neighbours::{Neighbour, Neighbours, Sighting};
use tenken_model::observation::Outcome;
use tenken_model::{Finding, HostId, Instant, Language, Observation, ReasonCode, Span, Topic};

use super::agency::Agency;
use super::machine::Machine;
use super::verdicts::{Doubt, Verdicts, evidence, several};
use crate::ingest;
use crate::store::{StoreError, Transaction};

/// Of how many hosts what they see is read at once.
const HOSTS_AT_ONCE: u32 = 200;
/// Two devices that answer for one address within so long both have it: a lease that went from one to the other takes longer.
const TOGETHER_WITHIN: Span = Span::from_secs(10 * 60);
/// The most sightings of one device at one address that are looked at, the newest.
const SIGHTINGS_MAX: usize = 8;

/// What hosts see on their networks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// How many hosts told what they see.
    hosts: usize,
    /// Who was seen at an address, by the hardware address of the gateway beside it and by the address: hosts with one
    /// gateway are on one network, whatever others have the same addresses.
    seen: BTreeMap<(String, String), BTreeMap<String, Vec<Seen>>>,
}

/// A device was alive.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    at: Instant,
    by: String,
    randomised: bool,
}

/// Two devices have one address.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Twice {
    address: String,
    macs: [String; 2],
    hosts: [String; 2],
    at: Instant,
}

impl Claims {
    /// Adds what a host sees.
    pub fn add(&mut self, host: &str, neighbours: &Neighbours) {
        self.hosts = self.hosts.saturating_add(1);
        let answering = |device: &&Neighbour| device.seen_by.contains(&Sighting::NeighbourTable);
        // Networks far apart may have virtual gateways of one hardware address (RFC 9568), and are not one network.
        let is_gateway = |device: &&Neighbour| device.gateway && !device.virtual_device;
        for gateway in neighbours.devices.iter().filter(answering).filter(is_gateway) {
            let beside = |device: &&Neighbour| device.interfaces.iter().any(|on| gateway.interfaces.contains(on));
            let others = neighbours.devices.iter().filter(answering).filter(|device| !device.virtual_device);
            for device in others.filter(beside) {
                let Some(at) = device.last_seen else { continue };
                for address in &device.addresses {
                    let key = (gateway.mac.clone(), address.clone());
                    let seen = self.seen.entry(key).or_default().entry(device.mac.clone()).or_default();
                    seen.push(Seen { at, by: host.to_owned(), randomised: device.randomised });
                    if seen.len() > SIGHTINGS_MAX {
                        seen.sort_by_key(|seen| std::cmp::Reverse(seen.at));
                        seen.truncate(SIGHTINGS_MAX);
                    }
                }
            }
        }
    }

    /// The addresses that two devices had at one time since then.
    fn twice(&self, since: Instant, repeaters: &BTreeSet<String>) -> Vec<Twice> {
        let several = self.seen.iter().filter(|(_, macs)| macs.len() > 1);
        several.filter_map(|((_, address), macs)| of_address(address, macs, since, repeaters)).collect()
    }
}

/// The last time that two devices had an address, of which neither is a repeater that answers for others.
fn of_address(
    address: &str,
    macs: &BTreeMap<String, Vec<Seen>>,
    since: Instant,
    repeaters: &BTreeSet<String>,
) -> Option<Twice> {
    let sightings = || macs.iter().flat_map(|(mac, seen)| seen.iter().map(move |seen| (mac, seen)));
    let recent = || sightings().filter(|(_, seen)| seen.at >= since);
    let pairs = recent().flat_map(|left| recent().map(move |right| (left, right)));
    let both = pairs.filter(|((left, one), (right, other))| {
        // A telephone may change its hardware address and keep the other.
        left < right
            && one.by != other.by
            && !repeaters.contains(*left)
            && !repeaters.contains(*right)
            && !(one.randomised && other.randomised)
            && Span::between(one.at, other.at).abs() <= TOGETHER_WITHIN
    });
    let ((left, one), (right, other)) = both.max_by_key(|((_, one), (_, other))| one.at.min(other.at))?;
    Some(Twice {
        address: address.to_owned(),
        macs: [left.clone(), right.clone()],
        hosts: [one.by.clone(), other.by.clone()],
        at: one.at.min(other.at),
    })
}

/// Reads what all hosts see. With two thousand of them that takes a moment, and one host alone asks for it.
pub(super) async fn read(transaction: &mut Transaction, now: Instant) -> Result<Claims, StoreError> {
    let mut claims = Claims::default();
    let mut after: Option<HostId> = None;
    loop {
        let outdated = ingest::outdated_before(now);
        let some = transaction.facts_on(Topic::Neighbours, after.as_ref(), HOSTS_AT_ONCE, outdated).await?;
        let Some((last, ..)) = some.last() else { return Ok(claims) };
        after = Some(last.clone());
        for (_, name, facts) in &some {
            if let Some(Observation { outcome: Outcome::Known(neighbours), .. }) = facts.neighbours.as_deref() {
                claims.add(name, neighbours);
            }
        }
    }
}

/// No two devices may have one address at one time.
pub(super) fn not_duplicated(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let Some(fleet) = &machine.fleet else { return verdicts.not_applicable() };
    if fleet.claims.hosts == 0 {
        verdicts.doubts(Doubt::new(ReasonCode::Missing, Language::correlate_nobody_sees));
    }
    let repeaters =
        verdicts.texts("repeaters").into_iter().map(|mac| mac.trim().to_lowercase().replace('-', ":")).collect();
    for twice in fleet.claims.twice(verdicts.back_to("seen_within"), &repeaters) {
        let words = |language| {
            let named = |names: &[String]| several(names, language);
            vec![("address", twice.address.clone()), ("macs", named(&twice.macs)), ("hosts", named(&twice.hosts))]
        };
        let seen = twice.macs.iter().zip(&twice.hosts);
        let on = seen.map(|(mac, host)| evidence(format!("neighbours.devices[{mac}].addresses"), host.clone()));
        verdicts.fails_in(&twice.address, "twice", words, on.collect());
    }
    verdicts.finish(Vec::new())
}
