//! Ports at which this host waits for others.
//!
//! Which program waits is not told: it would have to be searched for among the open files of every process.

pub mod socket_table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use tenken_model::fact::listeners::{Listener, Listeners, Transport};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::{Look, Needs};

/// As much of a table is read: ten thousand sockets.
const TABLE_MAX: Size = Size::from_bytes(1536 * 1024);
const PORTS_MAX: usize = 1_000;
const ADDRESSES_MAX: usize = 16;
const RANGE: &str = "/proc/sys/net/ipv4/ip_local_port_range";
const RANGE_MAX: Size = Size::from_bytes(4096);
/// The kernel's own, where its setting is not read.
const RANGE_DEFAULT: (u16, u16) = (32_768, 60_999);

const TABLES: [(&str, Transport); 4] = [
    ("/proc/net/tcp", Transport::Tcp),
    ("/proc/net/tcp6", Transport::Tcp),
    ("/proc/net/udp", Transport::Udp),
    ("/proc/net/udp6", Transport::Udp),
];

#[derive(Default)]
struct Found {
    addresses: BTreeSet<IpAddr>,
    uids: BTreeSet<u32>,
}

/// Reads the tables of sockets. A table of IPv6 that is not there has none.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Listeners> {
    let mut ports: BTreeMap<(u16, bool), Found> = BTreeMap::new();
    let mut complete = Read::Measured(true);
    for (path, transport) in TABLES {
        if let Err(reason) = table(look, path, transport, &mut ports) {
            if path == TABLES[0].0 {
                return Outcome::Failed(reason);
            }
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
    });
    Outcome::Known(Listeners { ports: ports.collect(), complete, cut: i64::try_from(cut).unwrap_or(i64::MAX) })
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
    for socket in sockets {
        let found = ports.entry((socket.port, transport == Transport::Udp)).or_default();
        found.addresses.insert(socket.address);
        found.uids.insert(socket.uid);
    }
    let is_cut = u64::try_from(bytes.len()).is_ok_and(|length| length >= TABLE_MAX.bytes());
    if is_cut && (last_waits || transport == Transport::Udp) {
        return Err(Reason::new(ReasonCode::TooLarge, format!("read {path}: more than {TABLE_MAX}")));
    }
    Ok(())
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
