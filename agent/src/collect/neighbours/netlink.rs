//! Dumps of the routing netlink socket: interfaces, neighbours and the gateways of default routes.
//!
//! Source: rtnetlink(7) and the kernel's headers linux/if_link.h, linux/neighbour.h, linux/rtnetlink.h; numbers are in the
//! machine's order, a message and an attribute begin on a multiple of 4 bytes.

pub mod news;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tenken_model::Span;
use thiserror::Error;

use super::hardware::Hardware;

/// More entries of one dump are refused.
pub const ENTRIES_MAX: usize = 100_000;

const HEADER: usize = 16;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const NEW_LINK: u16 = 16;
const NEW_ROUTE: u16 = 24;
const NEW_NEIGHBOUR: u16 = 28;
const FAMILY_IPV4: u8 = 2;
const FAMILY_IPV6: u8 = 10;
/// IFF_UP.
const UP: u32 = 0x1;
/// IFF_LOOPBACK.
const LOOPBACK: u32 = 0x8;
/// NUD_REACHABLE, STALE, DELAY and PROBE: the device answered once. Neither what somebody wrote into the table
/// (PERMANENT), nor what is not asked for (NOARP), nor what never answered (INCOMPLETE, FAILED) was seen.
const ANSWERED: u16 = 0x02 | 0x04 | 0x08 | 0x10;
/// The kernel's clock ticks as it tells them (USER_HZ) are a hundredth of a second.
const TICK_MILLIS: i64 = 10;

/// Why a dump says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DumpError {
    /// A message or attribute is cut off.
    #[error("a netlink message is cut off")]
    Cut,
    /// The kernel refused.
    #[error("the kernel answered with an error")]
    Refused,
    /// There are too many entries.
    #[error("more than {ENTRIES_MAX} entries")]
    TooMany,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub index: u32,
    /// Its name: `eth0`.
    pub name: String,
    /// What kind of virtual interface it is: `bridge`, `veth`; absent for hardware.
    pub kind: Option<String>,
    /// The number of the bridge or bond it is a port of.
    pub master: Option<u32>,
    /// Its own hardware address; absent when it has none of six bytes.
    pub hardware: Option<Hardware>,
    /// It leads to this host only.
    pub loopback: bool,
    /// It is switched on.
    pub up: bool,
}

/// An entry of the neighbour table that tells of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number of the interface.
    pub link: u32,
    /// Network address.
    pub address: IpAddr,
    /// Hardware address.
    pub hardware: Hardware,
    /// How long ago the device was last known to be alive; absent when the kernel does not say.
    pub confirmed: Option<Span>,
}

/// The interfaces of a dump.
pub fn links(datagrams: &[Vec<u8>]) -> Result<Vec<Link>, DumpError> {
    entries(datagrams, NEW_LINK, link)
}

/// The neighbours of a dump that answered; other entries are left out.
pub fn neighbours(datagrams: &[Vec<u8>]) -> Result<Vec<Entry>, DumpError> {
    entries(datagrams, NEW_NEIGHBOUR, neighbour)
}

/// The neighbours of a dump, also those that never answered.
fn neighbour_entries(datagrams: &[Vec<u8>]) -> Result<Vec<NeighbourEntry>, DumpError> {
    entries(datagrams, NEW_NEIGHBOUR, neighbour_entry)
}

/// The gateways of the default routes of a dump, each with the number of its interface.
pub fn gateways(datagrams: &[Vec<u8>]) -> Result<BTreeSet<(u32, IpAddr)>, DumpError> {
    Ok(entries(datagrams, NEW_ROUTE, default_route)?.into_iter().flatten().collect())
}

fn entries<T>(
    datagrams: &[Vec<u8>],
    wanted: u16,
    entry: impl Fn(&[u8]) -> Result<Option<T>, DumpError>,
) -> Result<Vec<T>, DumpError> {
    let mut found = Vec::new();
    for message in datagrams.iter().flat_map(|datagram| messages(datagram)) {
        match message? {
            (DONE, _) => return Ok(found),
            (ERROR, _) => return Err(DumpError::Refused),
            (kind, body) if kind == wanted => found.extend(entry(body)?),
            _ => {}
        }
        if found.len() > ENTRIES_MAX {
            return Err(DumpError::TooMany);
        }
    }
    // A dump ends by its own word; without it something is missing.
    Err(DumpError::Cut)
}

/// Kind and body of each message of a datagram. Ends after one that is cut off.
fn messages(datagram: &[u8]) -> impl Iterator<Item = Result<(u16, &[u8]), DumpError>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let bytes = std::mem::take(&mut rest);
        let read = || {
            let length = usize::try_from(u32_at(bytes, 0)?).map_err(|_| DumpError::Cut)?;
            let body = bytes.get(HEADER..length).ok_or(DumpError::Cut)?;
            Ok((length, (u16_at(bytes, 4)?, body)))
        };
        Some(read().map(|(length, message)| {
            rest = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
            message
        }))
    })
}

fn link(body: &[u8]) -> Result<Option<Link>, DumpError> {
    let (index, flags) = (u32_at(body, 4)?, u32_at(body, 8)?);
    let mut link = Link {
        index,
        name: index.to_string(),
        kind: None,
        master: None,
        hardware: None,
        loopback: flags & LOOPBACK != 0,
        up: flags & UP != 0,
    };
    for attribute in Attributes(body.get(16..).ok_or(DumpError::Cut)?) {
        match attribute? {
            (1, value) => link.hardware = Hardware::from_bytes(value),
            (3, value) => link.name = text(value),
            (10, value) => link.master = Some(u32_at(value, 0)?),
            (18, value) => {
                for inner in Attributes(value) {
                    if let (1, kind) = inner? {
                        link.kind = Some(text(kind));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Some(link))
}

fn neighbour(body: &[u8]) -> Result<Option<Entry>, DumpError> {
    let entry = neighbour_entry(body)?;
    Ok(entry.and_then(|entry| {
        let hardware = entry.device()?;
        Some(Entry { link: entry.link, address: entry.address, hardware, confirmed: entry.confirmed })
    }))
}

/// An entry of the neighbour table, of a device or of none.
struct NeighbourEntry {
    link: u32,
    address: IpAddr,
    hardware: Option<Hardware>,
    state: u16,
    confirmed: Option<Span>,
}

impl NeighbourEntry {
    /// Which entry it is.
    const fn place(&self) -> (u32, IpAddr) {
        (self.link, self.address)
    }

    /// The device that answered.
    fn device(&self) -> Option<Hardware> {
        let place = !self.address.is_multicast() && !self.address.is_unspecified();
        self.hardware.filter(|hardware| place && self.state & ANSWERED != 0 && hardware.is_device())
    }
}

/// Nothing of a table that is not that of a network protocol, such as a bridge's.
fn neighbour_entry(body: &[u8]) -> Result<Option<NeighbourEntry>, DumpError> {
    let family = *body.first().ok_or(DumpError::Cut)?;
    let (link, state) = (u32_at(body, 4)?, u16_at(body, 8)?);
    let (mut found, mut hardware, mut confirmed) = (None, None, None);
    for attribute in Attributes(body.get(12..).ok_or(DumpError::Cut)?) {
        match attribute? {
            (1, value) => found = address(family, value),
            (2, value) => hardware = Hardware::from_bytes(value),
            (3, value) => confirmed = Some(Span::from_millis(i64::from(u32_at(value, 0)?) * TICK_MILLIS)),
            _ => {}
        }
    }
    Ok(found.map(|address| NeighbourEntry { link, address, hardware, state, confirmed }))
}

fn default_route(body: &[u8]) -> Result<Option<Vec<(u32, IpAddr)>>, DumpError> {
    let (family, prefix) = (*body.first().ok_or(DumpError::Cut)?, *body.get(1).ok_or(DumpError::Cut)?);
    let attributes = body.get(12..).ok_or(DumpError::Cut)?;
    let mut hops = Vec::new();
    let (mut link, mut gateway) = (None, None);
    for attribute in Attributes(attributes) {
        match attribute? {
            (4, value) => link = Some(u32_at(value, 0)?),
            (name @ (5 | 18), value) => gateway = gateway_of(family, name, value),
            (9, value) => hops.extend(next_hops(family, value)?),
            _ => {}
        }
    }
    hops.extend(link.zip(gateway));
    Ok((prefix == 0 && !hops.is_empty()).then_some(hops))
}

/// The several ways of one route (RTA_MULTIPATH): each with its length, two bytes, its interface and attributes.
fn next_hops(family: u8, value: &[u8]) -> Result<Vec<(u32, IpAddr)>, DumpError> {
    let mut hops = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        let length = usize::from(u16_at(rest, 0)?);
        let link = u32_at(rest, 4)?;
        for attribute in Attributes(rest.get(8..length).ok_or(DumpError::Cut)?) {
            if let (name @ (5 | 18), value) = attribute? {
                hops.extend(gateway_of(family, name, value).map(|gateway| (link, gateway)));
            }
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(hops)
}

/// RTA_GATEWAY is of the route's family; RTA_VIA says its own in two bytes before the address.
fn gateway_of(family: u8, name: u16, value: &[u8]) -> Option<IpAddr> {
    match name {
        5 => address(family, value),
        _ => address(u8::try_from(u16_at(value, 0).ok()?).ok()?, value.get(2..)?),
    }
}

fn address(family: u8, value: &[u8]) -> Option<IpAddr> {
    match family {
        FAMILY_IPV4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(value).ok()?).into()),
        FAMILY_IPV6 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(value).ok()?).into()),
        _ => None,
    }
}

fn text(value: &[u8]) -> String {
    let end = value.iter().position(|byte| *byte == 0).unwrap_or(value.len());
    String::from_utf8_lossy(value.get(..end).unwrap_or_default()).into_owned()
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, DumpError> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u16::from_ne_bytes(*bytes)).ok_or(DumpError::Cut)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, DumpError> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u32::from_ne_bytes(*bytes)).ok_or(DumpError::Cut)
}

/// Number and value of each attribute; the two upper bits of the number are flags. Ends after one that is cut off.
struct Attributes<'a>(&'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(u16, &'a [u8]), DumpError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let bytes = std::mem::take(&mut self.0);
        let read = || {
            let length = usize::from(u16_at(bytes, 0)?);
            let value = bytes.get(4..length).ok_or(DumpError::Cut)?;
            Ok((length, (u16_at(bytes, 2)? & 0x3fff, value)))
        };
        Some(read().map(|(length, attribute)| {
            self.0 = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
            attribute
        }))
    }
}

#[cfg(test)]
mod tests;
