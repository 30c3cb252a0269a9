//! Dumps of the netfilter netlink socket. What is not known to be harmless is left out: comments, prefixes of logs, settings of
//! conditions that are not judged. Names of tables, chains, sets and interfaces and all addresses have their stand-ins.

use super::Scrubber;
use crate::collect::firewall::attributes::{Attributes, text};
use crate::host::NetfilterDump;

const HEADER: usize = 16;
const FAMILY: usize = 4;
const DONE: u16 = 3;
const NAME_LENGTH: usize = 16;
/// Conditions of iptables whose settings are judged, and others of which the name alone counts.
const JUDGED: [&str; 16] = [
    "tcp",
    "udp",
    "conntrack",
    "state",
    "multiport",
    "addrtype",
    "set",
    "mac",
    "iprange",
    "policy",
    "mark",
    "pkttype",
    "rpfilter",
    "helper",
    "physdev",
    "connmark",
];
const NAMED: [&str; 35] = [
    "comment",
    "limit",
    "hashlimit",
    "recent",
    "statistic",
    "connlimit",
    "quota",
    "owner",
    "string",
    "icmp",
    "icmp6",
    "rt",
    "hl",
    "ttl",
    "REJECT",
    "LOG",
    "NFLOG",
    "MARK",
    "CONNMARK",
    "CT",
    "NOTRACK",
    "TCPMSS",
    "MASQUERADE",
    "DNAT",
    "SNAT",
    "REDIRECT",
    "NFQUEUE",
    "masq",
    "nat",
    "redir",
    "reject",
    "queue",
    "numgen",
    "dynset",
    "tproxy",
];

/// What a value is that a rule compares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loaded {
    Address,
    Interface,
    Other,
}

/// A question with the stand-ins of its names.
pub(super) fn question(scrubber: &mut Scrubber, dump: &NetfilterDump) -> NetfilterDump {
    match dump {
        NetfilterDump::Elements { family, table, set } => NetfilterDump::Elements {
            family: *family,
            table: scrubber.names.part(table),
            set: scrubber.names.part(set),
        },
        NetfilterDump::Tables | NetfilterDump::Chains | NetfilterDump::Rules => dump.clone(),
    }
}

/// A datagram without what names anybody.
pub(super) fn datagram(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = Vec::new();
    let mut rest = bytes;
    while let Some((length, kind)) = head(rest) {
        let (message, _) = rest.split_at(length);
        written.extend(self::message(scrubber, message, kind).unwrap_or_default());
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    written
}

fn head(bytes: &[u8]) -> Option<(usize, u16)> {
    let length = usize::try_from(u32::from_ne_bytes(*bytes.first_chunk()?)).ok()?;
    let kind = u16::from_ne_bytes(*bytes.get(4..)?.first_chunk()?);
    (length >= HEADER && length <= bytes.len()).then_some((length, kind))
}

fn message(scrubber: &mut Scrubber, message: &[u8], kind: u16) -> Option<Vec<u8>> {
    if kind == DONE {
        return Some(padded(message.to_vec()));
    }
    let mut written = message.get(..HEADER + FAMILY)?.to_vec();
    let attributes = Attributes(message.get(HEADER + FAMILY..)?);
    for (name, value) in attributes.each() {
        let kept = match (kind & 0xff, name) {
            (0 | 3 | 6 | 12, 1) | (3, 3) | (6 | 12, 2) => named(scrubber, value),
            (0, 2) | (3, 5) => value.to_vec(),
            (3, 4) => hook(scrubber, Attributes(value)),
            (3, 7) if [b"filter\0".as_slice(), b"nat\0", b"route\0"].contains(&value) => value.to_vec(),
            (6, 4) => expressions(scrubber, Attributes(value)),
            (12, 3) => elements(scrubber, Attributes(value)),
            _ => continue,
        };
        written.extend(attribute(name, &kept));
    }
    let length = u32::try_from(written.len()).ok()?.to_ne_bytes();
    written.get_mut(..4)?.copy_from_slice(&length);
    Some(padded(written))
}

/// Where a chain is met, and the stand-ins of the devices whose packets meet it.
fn hook(scrubber: &Scrubber, hook: Attributes<'_>) -> Vec<u8> {
    let stand_in = |device: &[u8]| {
        let name = scrubber.interfaces.get(&text(device)).map_or("x", String::as_str);
        format!("{name}\0").into_bytes()
    };
    let mut written = kept_of(hook, &[1, 2]);
    if let Some(device) = hook.get(3) {
        written.extend(attribute(3, &stand_in(device)));
    }
    let listed: Vec<u8> = hook.within(4).each().flat_map(|(name, device)| attribute(name, &stand_in(device))).collect();
    if !listed.is_empty() {
        written.extend(attribute(4, &listed));
    }
    written
}

/// A name that ends with a byte of zero.
fn named(scrubber: &mut Scrubber, value: &[u8]) -> Vec<u8> {
    let name = String::from_utf8_lossy(value.strip_suffix(&[0]).unwrap_or(value)).into_owned();
    let mut name = scrubber.names.part(&name).into_bytes();
    name.push(0);
    name
}

fn kept_of(attributes: Attributes<'_>, kept: &[u16]) -> Vec<u8> {
    attributes.each().filter(|(name, _)| kept.contains(name)).flat_map(|(name, value)| attribute(name, value)).collect()
}

fn expressions(scrubber: &mut Scrubber, list: Attributes<'_>) -> Vec<u8> {
    let mut loaded = Loaded::Other;
    let mut written = Vec::new();
    for (number, part) in list.each() {
        let part = Attributes(part);
        let name = part.text(1).unwrap_or_default();
        let (name, data) = expression(scrubber, &name, part.within(2), &mut loaded);
        let part = [attribute(1, format!("{name}\0").as_bytes()), attribute(2, &data)].concat();
        written.extend(attribute(number, &part));
    }
    written
}

fn expression<'a>(
    scrubber: &mut Scrubber,
    name: &'a str,
    data: Attributes<'_>,
    loaded: &mut Loaded,
) -> (&'a str, Vec<u8>) {
    let number = |name| data.number(name).unwrap_or(0);
    let written = match name {
        "meta" => {
            *loaded = if [6, 7].contains(&number(2)) { Loaded::Interface } else { Loaded::Other };
            data.0.to_vec()
        }
        "payload" => {
            let is_address = number(2) < 2 && [4, 6, 16].contains(&number(4));
            *loaded = if is_address { Loaded::Address } else { Loaded::Other };
            data.0.to_vec()
        }
        "ct" | "fib" => {
            *loaded = Loaded::Other;
            data.0.to_vec()
        }
        "bitwise" | "byteorder" => data.0.to_vec(),
        "cmp" | "range" => data
            .each()
            .flat_map(|(name, value)| match name {
                1 | 2 => attribute(name, value),
                _ => attribute(name, &self::data(scrubber, Attributes(value), *loaded)),
            })
            .collect(),
        "immediate" => data
            .each()
            .flat_map(|(name, value)| match name {
                2 => attribute(name, &self::data(scrubber, Attributes(value), Loaded::Address)),
                _ => attribute(name, value),
            })
            .collect(),
        "lookup" => data
            .each()
            .flat_map(|(name, value)| match name {
                1 => attribute(name, &named(scrubber, value)),
                _ => attribute(name, value),
            })
            .collect(),
        "match" | "target" => of_iptables(scrubber, data),
        "objref" => kept_of(data, &[1]),
        "counter" | "log" | "limit" | "notrack" | "last" => Vec::new(),
        other if NAMED.contains(&other) => Vec::new(),
        _ => return ("x", Vec::new()),
    };
    (name, written)
}

fn of_iptables(scrubber: &mut Scrubber, data: Attributes<'_>) -> Vec<u8> {
    let name = data.text(1).unwrap_or_default();
    let judged = JUDGED.contains(&name.as_str());
    let known = judged || NAMED.contains(&name.as_str());
    let shown = if known { name.as_str() } else { "x" };
    let mut written = attribute(1, format!("{shown}\0").as_bytes());
    written.extend(kept_of(data, &[2]));
    if judged {
        let info = judged_of(scrubber, &name, data.get(3).unwrap_or_default());
        written.extend(attribute(3, &info));
    } else if name == "CT" {
        // Its flags say whether of what connection a packet is will be known.
        written.extend(attribute(3, data.get(3).and_then(|info| info.get(..2)).unwrap_or_default()));
    }
    written
}

/// The settings of a condition, without what names anybody: the same bytes are looked at by
/// [`crate::collect::firewall::iptables_match`].
fn judged_of(scrubber: &mut Scrubber, name: &str, info: &[u8]) -> Vec<u8> {
    let mut kept = info.to_vec();
    let nobodys = match name {
        // Eight addresses of sixteen bytes; the number of a set; a hardware address; names of interfaces and helpers;
        // addresses of tunnels.
        "conntrack" => 0..128,
        "set" => 0..2,
        "mac" => 0..6,
        "physdev" => 0..64,
        "helper" => 4..info.len(),
        "policy" => 0..304,
        "iprange" => {
            for at in [0, 16, 32, 48] {
                let Some(address) = info.get(at..at + 16) else { return Vec::new() };
                let is_ipv4 = address.iter().skip(4).all(|byte| *byte == 0);
                let length = if is_ipv4 { 4 } else { 16 };
                let stand_in = scrubber.addresses.bytes(address.get(..length).unwrap_or_default());
                kept.iter_mut().skip(at).zip(stand_in).for_each(|(byte, new)| *byte = new);
            }
            0..0
        }
        _ => 0..0,
    };
    kept.iter_mut().take(nobodys.end).skip(nobodys.start).for_each(|byte| *byte = 0);
    kept
}

/// A value, or a verdict with the chain it names.
fn data(scrubber: &mut Scrubber, data: Attributes<'_>, loaded: Loaded) -> Vec<u8> {
    let mut written = Vec::new();
    for (name, value) in data.each() {
        let value = match name {
            1 => self::value(scrubber, value, loaded),
            _ => Attributes(value)
                .each()
                .flat_map(|(name, value)| match name {
                    2 => attribute(name, &named(scrubber, value)),
                    _ => attribute(name, value),
                })
                .collect(),
        };
        written.extend(attribute(name, &value));
    }
    written
}

fn value(scrubber: &mut Scrubber, value: &[u8], loaded: Loaded) -> Vec<u8> {
    match (loaded, value.len()) {
        (Loaded::Address, 4 | 6 | 16) => scrubber.addresses.bytes(value),
        (Loaded::Interface, _) => scrubber.interface_bytes(value),
        (Loaded::Address, _) | (Loaded::Other, 0..=4) => value.to_vec(),
        (Loaded::Other, length) => vec![0; length],
    }
}

/// Keys of sets say not of what they are: small numbers, names of interfaces and addresses are told apart by their bytes.
fn elements(scrubber: &mut Scrubber, list: Attributes<'_>) -> Vec<u8> {
    let mut written = Vec::new();
    for (number, element) in list.each() {
        let mut kept = Vec::new();
        for (name, value) in Attributes(element).each() {
            kept.extend(match name {
                1 | 10 => {
                    let key = Attributes(value).get(1).unwrap_or_default();
                    attribute(name, &attribute(1, &self::key(scrubber, key)))
                }
                2 => attribute(name, &data(scrubber, Attributes(value), Loaded::Address)),
                3 => attribute(name, value),
                _ => continue,
            });
        }
        written.extend(attribute(number, &kept));
    }
    written
}

fn key(scrubber: &mut Scrubber, key: &[u8]) -> Vec<u8> {
    let is_number = key.first_chunk().is_some_and(|bytes| u32::from_ne_bytes(*bytes) <= 0xffff);
    match key.len() {
        0..=3 => key.to_vec(),
        4 if is_number => key.to_vec(),
        NAME_LENGTH if key.first().is_some_and(u8::is_ascii_alphanumeric) && key.last() == Some(&0) => {
            scrubber.interface_bytes(key)
        }
        4 | 6 | NAME_LENGTH => scrubber.addresses.bytes(key),
        length => vec![0; length],
    }
}

fn attribute(name: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 4).unwrap_or(u16::MAX);
    padded([length.to_ne_bytes().as_slice(), &name.to_ne_bytes(), value].concat())
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = datagram(&mut Scrubber::of_nothing(), &bytes);
        }
    }
}
