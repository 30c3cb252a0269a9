//! firewalld: `firewalld.conf` and the files of zones, policies and services.
//!
//! Source: firewalld.conf(5), firewalld.zone(5), firewalld.policy(5), firewalld.service(5), firewalld.richlanguage(5) and
//! firewalld.direct(5). A zone without a target rejects what no service, port or rule of it lets in.

use std::net::IpAddr;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use thiserror::Error;

use super::addresses::{is_from, is_own, range};
use super::holds::Holds;
use super::iptables_save::rule::{Place, rule};
use super::iptables_save::words;
use super::packet::{SOURCES_V4, SOURCES_V6};
use super::written::{Then, by_protocol, covers_unexpected_ports};

/// The most parts of one file of a zone.
const EVENTS_MAX: usize = 20_000;
const LINES_MAX: usize = 10_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FirewalldError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is too long.
    #[error("it has too many lines or elements")]
    TooLong,
    /// It is no XML.
    #[error("it is not well-formed XML")]
    NotXml,
    /// It is none of a zone or a policy.
    #[error("it has no element zone")]
    NoZone,
    /// It is none of a service.
    #[error("it has no element service")]
    NoService,
}

/// What a zone, policy or service does to unexpected packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// What lets them in; absent when they are refused.
    pub hole: Option<String>,
    /// What perhaps lets them in: it is not known for whom it is.
    pub unclear: Option<String>,
    /// The interfaces that are given to it here.
    pub interfaces: Vec<String>,
    /// It is for unexpected packets by the address they are from.
    pub by_source: Holds,
    /// The services that it lets in; of a service, those it includes.
    pub services: Vec<String>,
    /// Of a policy, the zones that packets come from.
    pub from: Vec<String>,
    /// Of a policy, the zones that packets go to.
    pub to: Vec<String>,
}

impl Zone {
    const fn new(hole: Option<String>) -> Self {
        Self {
            hole,
            unclear: None,
            interfaces: Vec::new(),
            by_source: Holds::No,
            services: Vec::new(),
            from: Vec::new(),
            to: Vec::new(),
        }
    }

    fn lets_in(&mut self, holds: Holds, what: impl FnOnce() -> String) {
        match holds {
            Holds::Yes | Holds::Sometimes => {
                self.hole.get_or_insert_with(what);
            }
            Holds::Listed | Holds::Unknown => {
                self.unclear.get_or_insert_with(what);
            }
            Holds::No => {}
        }
    }
}

/// A rich rule: whom and what it is for, and whether it accepts.
struct Rule {
    who: Holds,
    what: Holds,
    service: Option<String>,
    accepts: bool,
}

/// The last value of a key of `firewalld.conf`.
pub fn value(bytes: &[u8], key: &str) -> Result<Option<String>, FirewalldError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FirewalldError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(FirewalldError::TooLong);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';']));
    let values = lines.filter_map(|line| line.split_once('=')).filter(|(name, _)| name.trim() == key);
    Ok(values.map(|(_, value)| value.trim().to_owned()).next_back())
}

/// Whether unexpected packets are from what a set of that name holds.
pub type Sets<'a> = dyn Fn(&str) -> Holds + 'a;

/// Reads the file of a zone or a policy.
pub fn zone(bytes: &[u8], sets: &Sets<'_>) -> Result<Zone, FirewalldError> {
    parse(bytes, &[b"zone", b"policy"], sets)?.ok_or(FirewalldError::NoZone)
}

/// Reads the file of a service.
pub fn service(bytes: &[u8]) -> Result<Zone, FirewalldError> {
    parse(bytes, &[b"service"], &|_| Holds::Listed)?.ok_or(FirewalldError::NoService)
}

fn parse(bytes: &[u8], roots: &[&[u8]], sets: &Sets<'_>) -> Result<Option<Zone>, FirewalldError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FirewalldError::NotText)?;
    let mut reader = Reader::from_str(text);
    let mut zone: Option<Zone> = None;
    let mut rule: Option<Rule> = None;
    for _ in 0..EVENTS_MAX {
        let event = reader.read_event().map_err(|_| FirewalldError::NotXml)?;
        match &event {
            Event::Eof => return Ok(zone),
            Event::End(end) if end.local_name().as_ref() == b"rule" => {
                if let (Some(rule), Some(zone)) = (rule.take().filter(|rule| rule.accepts), &mut zone) {
                    zone.lets_in(rule.who.and(rule.what), || "a rich rule accepts everything".to_owned());
                    zone.services.extend(rule.service.filter(|_| rule.who != Holds::No));
                }
            }
            Event::Start(element) | Event::Empty(element) => {
                let name = element.local_name();
                match (name.as_ref(), &mut zone, &mut rule) {
                    (name, found @ None, _) if roots.contains(&name) => {
                        let accepts = attribute(element, "target")?.is_some_and(|target| target == "ACCEPT");
                        *found = Some(Zone::new(accepts.then(|| "its target is ACCEPT".to_owned())));
                    }
                    (b"rule", Some(_), open) if matches!(event, Event::Start(_)) => {
                        *open = Some(Rule { who: Holds::Yes, what: Holds::Yes, service: None, accepts: false });
                    }
                    (name, Some(_), Some(rule)) => of_rule(name, element, rule, sets)?,
                    (name, Some(zone), None) => of_zone(name, element, zone, sets)?,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Err(FirewalldError::TooLong)
}

fn of_zone(name: &[u8], element: &BytesStart<'_>, zone: &mut Zone, sets: &Sets<'_>) -> Result<(), FirewalldError> {
    match name {
        b"interface" => zone.interfaces.extend(attribute(element, "name")?),
        b"source" => zone.by_source = zone.by_source.or(senders(element, sets)?),
        b"service" => zone.services.extend(attribute(element, "name")?),
        b"include" => zone.services.extend(attribute(element, "service")?),
        b"ingress-zone" => zone.from.extend(attribute(element, "name")?),
        b"egress-zone" => zone.to.extend(attribute(element, "name")?),
        b"port" | b"forward-port" | b"protocol" | b"source-port" => {
            let what = attribute(element, "port")?.or(attribute(element, "value")?).unwrap_or_default();
            let kind = String::from_utf8_lossy(name).into_owned();
            zone.lets_in(lets_in(name, element)?, || format!("{kind} {what} is open"));
        }
        _ => {}
    }
    Ok(())
}

fn of_rule(name: &[u8], element: &BytesStart<'_>, rule: &mut Rule, sets: &Sets<'_>) -> Result<(), FirewalldError> {
    match name {
        b"accept" => rule.accepts = true,
        b"source" => rule.who = rule.who.and(senders(element, sets)?),
        b"destination" => {
            let address = attribute(element, "address")?;
            let found = address.map_or(Holds::Unknown, |address| is_own(&address));
            rule.who = rule.who.and(found.inverted(is_inverted(element)?));
        }
        b"service" => {
            rule.service = attribute(element, "name")?;
            rule.what = Holds::No;
        }
        b"icmp-type" | b"icmp-block" | b"masquerade" | b"tcp-mss-clamp" => rule.what = Holds::No,
        b"port" | b"forward-port" | b"protocol" | b"source-port" => rule.what = rule.what.and(lets_in(name, element)?),
        _ => {}
    }
    Ok(())
}

/// Whether unexpected packets are from there.
fn senders(element: &BytesStart<'_>, sets: &Sets<'_>) -> Result<Holds, FirewalldError> {
    let inverted = is_inverted(element)?;
    if let Some(set) = attribute(element, "ipset")? {
        return Ok(sets(&set).inverted(inverted));
    }
    let Some(address) = attribute(element, "address")? else {
        // A hardware address is that of one machine.
        return Ok(Holds::No.inverted(inverted));
    };
    if let Some(set) = address.strip_prefix("ipset:") {
        return Ok(if set.is_empty() { Holds::Unknown } else { sets(set).inverted(inverted) });
    }
    if is_hardware(&address) {
        return Ok(Holds::No.inverted(inverted));
    }
    Ok(from_sources(&address, inverted))
}

/// Whether one of the addresses that unexpected packets are from is within a range of its kind, or outside of it.
fn from_sources(address: &str, inverted: bool) -> Holds {
    let sources = SOURCES_V4.map(IpAddr::from).into_iter().chain(SOURCES_V6.map(IpAddr::from));
    let sources = sources.filter(|source| range(address).is_none_or(|(first, _)| first.is_ipv4() == source.is_ipv4()));
    sources.fold(Holds::No, |found, source| found.or(is_from(address, source).inverted(inverted)))
}

/// Whether unexpected packets are from what the file of a set names. One without entries is filled by programs, and so is one
/// whose entries go after a time.
pub fn set(bytes: &[u8]) -> Result<Holds, FirewalldError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FirewalldError::NotText)?;
    let mut reader = Reader::from_str(text);
    let (mut found, mut is_entry, mut of_addresses) = (None, false, false);
    for _ in 0..EVENTS_MAX {
        match reader.read_event().map_err(|_| FirewalldError::NotXml)? {
            Event::Eof => return Ok(found.unwrap_or(Holds::Listed)),
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                b"ipset" => {
                    let kind = attribute(&element, "type")?.unwrap_or_default();
                    if kind == "hash:mac" {
                        return Ok(Holds::No);
                    }
                    of_addresses = matches!(kind.as_str(), "hash:ip" | "hash:net");
                }
                b"option" if attribute(&element, "name")?.as_deref() == Some("timeout") => return Ok(Holds::Listed),
                b"entry" => is_entry = true,
                _ => {}
            },
            Event::Text(text) if is_entry && of_addresses => {
                let holds = from_sources(String::from_utf8_lossy(&text).trim(), false);
                found = Some(found.unwrap_or(Holds::No).or(holds));
            }
            Event::End(_) => is_entry = false,
            _ => {}
        }
    }
    Err(FirewalldError::TooLong)
}

fn is_hardware(address: &str) -> bool {
    address.split(':').count() == 6 && address.split(':').all(|part| part.len() == 2)
}

fn is_inverted(element: &BytesStart<'_>) -> Result<bool, FirewalldError> {
    Ok(attribute(element, "invert")?.is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "yes" | "true")))
}

/// Whether what an element opens takes unexpected packets in.
fn lets_in(name: &[u8], element: &BytesStart<'_>) -> Result<Holds, FirewalldError> {
    let protocol = |name: &str| Holds::from(by_protocol(name).is_for_some());
    Ok(match name {
        // Who sends a packet chooses the port it is from.
        b"source-port" => Holds::Yes,
        b"protocol" => protocol(&attribute(element, "value")?.unwrap_or_default()),
        _ => match attribute(element, "port")?.filter(|port| !port.is_empty()) {
            Some(port) => covers_unexpected_ports(&port).into(),
            None => protocol(&attribute(element, "protocol")?.unwrap_or_default()),
        },
    })
}

/// Whether a file of direct rules may let something unexpected in: by a rule in a chain for what comes in, or by a command that is
/// passed on as it is. Which of the two is met first, a direct rule or a zone, depends on what firewalld is set to use.
pub fn direct_lets_in(bytes: &[u8]) -> Result<bool, FirewalldError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FirewalldError::NotText)?;
    let mut reader = Reader::from_str(text);
    let mut begun: Option<String> = None;
    let mut is_open = false;
    for _ in 0..EVENTS_MAX {
        match reader.read_event().map_err(|_| FirewalldError::NotXml)? {
            Event::Eof => return Ok(is_open),
            Event::Start(element) => match element.local_name().as_ref() {
                b"passthrough" => begun = Some(String::new()),
                b"rule" => {
                    let table = attribute(&element, "table")?.unwrap_or_default();
                    let chain = attribute(&element, "chain")?.unwrap_or_default();
                    begun = Some(format!("-t {table} -A {chain} "));
                }
                _ => {}
            },
            Event::Text(text) => {
                if let Some(command) = &mut begun {
                    command.push_str(&String::from_utf8_lossy(&text));
                }
            }
            Event::End(element) if matches!(element.local_name().as_ref(), b"passthrough" | b"rule") => {
                is_open |= begun.take().is_some_and(|command| command_lets_in(&command));
            }
            _ => {}
        }
    }
    Err(FirewalldError::TooLong)
}

/// Whether a command of iptables may let something unexpected in; one that is not followed may.
fn command_lets_in(command: &str) -> bool {
    let mut words = words(command);
    if let Some(at) = words.iter().position(|word| word == "-t" || word == "--table") {
        let table: Vec<String> = words.drain(at..words.len().min(at + 2)).collect();
        if table.get(1).is_some_and(|table| table != "filter") {
            return false;
        }
    }
    let Some(rule) = rule(&words, Place::default()) else { return true };
    let passes = matches!(rule.then, Then::Refuse | Then::Return | Then::Pass);
    let is_elsewhere = ["FORWARD", "OUTPUT"].iter().any(|chain| rule.chain.starts_with(chain));
    !passes && !is_elsewhere && rule.when.is_for_some()
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, FirewalldError> {
    let found = element.try_get_attribute(name).map_err(|_| FirewalldError::NotXml)?;
    Ok(found.map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned()))
}
