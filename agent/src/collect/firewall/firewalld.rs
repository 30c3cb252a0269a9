//! firewalld: `firewalld.conf` and the files of zones.
//!
//! Source: firewalld.conf(5) and firewalld.zone(5). A zone without a target rejects what no service, port or rule of it lets in.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use thiserror::Error;

use super::written::{When, by_ports};

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
    /// It is none of a zone.
    #[error("it has no element zone")]
    NoZone,
}

/// What a zone does to unexpected packets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// What lets them in; absent when they are refused.
    pub hole: Option<String>,
    /// The interfaces that are given to it here.
    pub interfaces: Vec<String>,
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

/// Reads the file of a zone.
pub fn zone(bytes: &[u8]) -> Result<Zone, FirewalldError> {
    let text = std::str::from_utf8(bytes).map_err(|_| FirewalldError::NotText)?;
    let mut reader = Reader::from_str(text);
    let mut zone: Option<Zone> = None;
    // The rule that is open: whether it has a condition that unexpected packets do not meet, and whether it accepts.
    let mut rule: Option<(bool, bool)> = None;
    for _ in 0..EVENTS_MAX {
        let event = reader.read_event().map_err(|_| FirewalldError::NotXml)?;
        match &event {
            Event::Eof => return zone.ok_or(FirewalldError::NoZone),
            Event::End(end) if end.local_name().as_ref() == b"rule" => {
                if let (Some((false, true)), Some(zone)) = (rule.take(), &mut zone) {
                    zone.hole.get_or_insert_with(|| "a rich rule accepts everything".to_owned());
                }
            }
            Event::Start(element) | Event::Empty(element) => {
                let name = element.local_name();
                match (name.as_ref(), &mut zone, &mut rule) {
                    (b"zone", found, _) => {
                        let accepts = attribute(element, "target")?.is_some_and(|target| target == "ACCEPT");
                        let hole = accepts.then(|| "its target is ACCEPT".to_owned());
                        *found = Some(Zone { hole, interfaces: Vec::new() });
                    }
                    (b"interface", Some(zone), None) => zone.interfaces.extend(attribute(element, "name")?),
                    (b"rule", _, open) if matches!(event, Event::Start(_)) => *open = Some((false, false)),
                    (b"accept", _, Some((_, accepts))) => *accepts = true,
                    (
                        b"source" | b"destination" | b"service" | b"protocol" | b"icmp-type" | b"icmp-block"
                        | b"forward-port" | b"source-port" | b"masquerade",
                        _,
                        Some((narrow, _)),
                    ) => *narrow = true,
                    (b"port", _, Some((narrow, _))) => *narrow |= !is_wide(element)?,
                    (b"port", Some(zone), None) if is_wide(element)? => {
                        let port = attribute(element, "port")?.unwrap_or_default();
                        zone.hole.get_or_insert_with(|| format!("ports {port} are open"));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Err(FirewalldError::TooLong)
}

fn is_wide(element: &BytesStart<'_>) -> Result<bool, FirewalldError> {
    Ok(attribute(element, "port")?.is_some_and(|port| by_ports(&port, false) != When::Never))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, FirewalldError> {
    let found = element.try_get_attribute(name).map_err(|_| FirewalldError::NotXml)?;
    Ok(found.map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned()))
}
