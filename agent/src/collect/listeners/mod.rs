//! Ports at which this host waits for others.
//!
//! Which program waits is not told: it would have to be searched for among the open files of every process. Sockets of other
//! network namespaces, such as those of containers, are not in the tables; what the kernel passes on to them is in its rules.
//! Raw sockets have no port.

pub mod passed_on;
pub mod sctp_table;
pub mod socket_dump;
pub mod socket_table;
#[cfg(test)]
mod tests;
pub mod windows;
mod windows_program;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use self::passed_on::PassedOn;
use tenken_model::fact::listeners::{Listener, Listeners, Transport};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use self::socket_table::Socket;
use super::firewall::{kernel, old_rules};
use super::{Look, Needs, neighbours};
use crate::host::SocketDump;

/// As much of a table is read: ten thousand sockets.
const TABLE_MAX: Size = Size::from_bytes(1536 * 1024);
const PORTS_MAX: usize = 1_000;
const ADDRESSES_MAX: usize = 16;
const RANGE: &str = "/proc/sys/net/ipv4/ip_local_port_range";
const RANGE_MAX: Size = Size::from_bytes(4096);
/// The kernel's own, where its setting is not read.
const RANGE_DEFAULT: (u16, u16) = (32_768, 60_999);

const TABLES: [(SocketDump, &str, Transport); 4] = [
    (SocketDump::Tcp4, "/proc/net/tcp", Transport::Tcp),
    (SocketDump::Tcp6, "/proc/net/tcp6", Transport::Tcp),
    (SocketDump::Udp4, "/proc/net/udp", Transport::Udp),
    (SocketDump::Udp6, "/proc/net/udp6", Transport::Udp),
];

#[derive(Default)]
struct Found {
    addresses: BTreeSet<IpAddr>,
    uids: BTreeSet<u32>,
}

/// Asks the kernel for the sockets that wait, or reads its tables of all sockets. A table of IPv6 that is not there has none.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Listeners> {
    let mut ports: BTreeMap<(u16, bool), Found> = BTreeMap::new();
    let mut complete = Read::Measured(true);
    for (dump, path, transport) in TABLES {
        let told = look.socket_dump(dump).and_then(|datagrams| socket_dump::parse(&datagrams).ok());
        let result = match told {
            Some(sockets) => {
                add(sockets, transport, &mut ports);
                Ok(())
            }
            None => table(look, path, transport, &mut ports),
        };
        if let Err(reason) = result {
            if dump == SocketDump::Tcp4 {
                return Outcome::Failed(reason);
            }
            complete = Read::NotRead(reason);
        }
    }
    for result in [sctp(look), passed_on(look, &mut ports)] {
        if let (Err(reason), Read::Measured(_)) = (result, &complete) {
            complete = Read::NotRead(reason);
        }
    }
    let (first, last) = range(look);
    let cut = ports.len().saturating_sub(PORTS_MAX);
    if cut > 0 {
        complete = Read::not_read(ReasonCode::TooLarge, format!("list ports: {cut} more than are kept"));
    }
    let ports = ports.into_iter().take(PORTS_MAX).map(|((port, is_udp), found)| Listener {
        name: format!("{port}/{}", if is_udp { "udp" } else { "tcp" }),
        port: i64::from(port),
        transport: if is_udp { Transport::Udp } else { Transport::Tcp },
        reachable: found.addresses.iter().any(|address| !address.to_canonical().is_loopback()),
        addresses: found.addresses.iter().take(ADDRESSES_MAX).map(ToString::to_string).collect(),
        ephemeral: (first..=last).contains(&port),
        uids: found.uids.into_iter().take(ADDRESSES_MAX).map(i64::from).collect(),
        programs: Vec::new(),
        unplaced: None,
    });
    Outcome::Known(Listeners { ports: ports.collect(), complete, cut: i64::try_from(cut).unwrap_or(i64::MAX) })
}

fn add(sockets: Vec<Socket>, transport: Transport, ports: &mut BTreeMap<(u16, bool), Found>) {
    for socket in sockets {
        let found = ports.entry((socket.port, transport == Transport::Udp)).or_default();
        found.addresses.insert(socket.address);
        found.uids.insert(socket.uid);
    }
}

fn table(
    look: &Look<'_>,
    path: &str,
    transport: Transport,
    ports: &mut BTreeMap<(u16, bool), Found>,
) -> Result<(), Reason> {
    let bytes = match look.read_part(path, 0, TABLE_MAX) {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_there() && path.ends_with('6') => return Ok(()),
        Err(error) => return Err(error.reason()),
    };
    let (sockets, last_waits) = socket_table::parse(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
    add(sockets, transport, ports);
    let is_cut = u64::try_from(bytes.len()).is_ok_and(|length| length >= TABLE_MAX.bytes());
    if is_cut && (last_waits || transport == Transport::Udp) {
        return Err(Reason::new(ReasonCode::TooLarge, format!("read {path}: more than {TABLE_MAX}")));
    }
    Ok(())
}

/// Adds the ports that the kernel passes on. Where it does not tell its rules, and this host has containers, there may be more.
fn passed_on(look: &Look<'_>, ports: &mut BTreeMap<(u16, bool), Found>) -> Result<(), Reason> {
    let has_guests = || {
        neighbours::links(look).is_ok_and(|links| {
            // Within a container the network itself is one of a pair, and called so.
            links.iter().any(|link| link.kind.as_deref() == Some("veth") && !link.name.starts_with("eth"))
        })
    };
    let rules = match kernel::read(look) {
        Ok(rules) => rules,
        Err(why) if has_guests() || kernel::is_told(&why) => {
            let detail = format!("list ports that are passed on to containers: {}", why.detail);
            return Err(Reason::new(why.code, detail));
        }
        Err(_) => return Ok(()),
    };
    let (found, unclear) = passed_on::passed_on(&rules);
    for PassedOn { address, first, last, is_udp } in found {
        // More of one range are cut anyway.
        for port in (first..=last).take(PORTS_MAX + 1) {
            ports.entry((port, is_udp)).or_default().addresses.insert(address);
        }
    }
    let unclear = unclear.or_else(|| {
        let is_old =
            ["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"].iter().any(|list| old_rules(look, list, "nat"));
        (is_old && has_guests()).then(|| "rules of iptables-legacy are not told".to_owned())
    });
    match unclear {
        None => Ok(()),
        Some(why) => Err(Reason::new(ReasonCode::Unsupported, format!("list ports that are passed on: {why}"))),
    }
}

/// Sockets of SCTP are not told by port; where some wait, the list is not whole.
fn sctp(look: &Look<'_>) -> Result<(), Reason> {
    const PATH: &str = "/proc/net/sctp/eps";
    let bytes = match look.read_if_there(PATH, TABLE_MAX) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(()),
        Err(error) => return Err(error.reason()),
    };
    let waiting = sctp_table::waiting(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {PATH}: {error}")))?;
    if waiting.is_empty() {
        return Ok(());
    }
    let ports = waiting.iter().take(ADDRESSES_MAX).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Err(Reason::new(
        ReasonCode::Unsupported,
        format!("list ports: sockets of SCTP, which are not judged, wait at {ports}"),
    ))
}

/// The ports the kernel gives to programs that ask for none.
fn range(look: &Look<'_>) -> (u16, u16) {
    let bytes = look.read_if_there(RANGE, RANGE_MAX).ok().flatten().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut numbers = text.split_whitespace().map(str::parse::<u16>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(first)), Some(Ok(last))) => (first, last),
        _ => RANGE_DEFAULT,
    }
}
