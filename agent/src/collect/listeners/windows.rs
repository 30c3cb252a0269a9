//! Ports at which a Windows host waits for others, with the programs that wait.
//!
//! The kernel's own (process 4, `System`) has those of file sharing and of what answers by HTTP.sys, such as WinRM.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use tenken_model::fact::listeners::{Listener, Listeners, Transport};
use tenken_model::observation::Outcome;
use tenken_model::{Read, ReasonCode};

use super::windows_program::Programs;
use super::{ADDRESSES_MAX, PORTS_MAX};
use crate::collect::{Look, Needs};
use crate::host::windows_api::SocketProtocol;

/// The ports Windows gives to programs that ask for none, since Vista; `netsh int ipv4 show dynamicport tcp`.
const DYNAMIC: (u16, u16) = (49_152, 65_535);

#[derive(Default)]
struct Found {
    addresses: BTreeSet<IpAddr>,
    pids: BTreeSet<u32>,
}

/// Reads the tables of sockets.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Listeners> {
    let sockets = match look.sockets() {
        Ok(sockets) => sockets,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let mut ports: BTreeMap<(u16, bool), Found> = BTreeMap::new();
    for socket in sockets {
        let found = ports.entry((socket.port, socket.protocol == SocketProtocol::Udp)).or_default();
        found.addresses.insert(socket.address);
        found.pids.insert(socket.pid);
    }
    // Without them every port is still told; only who waits there is not.
    let programs = Programs::read(look);
    let cut = ports.len().saturating_sub(PORTS_MAX);
    let complete = if cut > 0 {
        Read::not_read(ReasonCode::TooLarge, format!("list ports: {cut} more than are kept"))
    } else {
        Read::Measured(true)
    };
    let ports = ports.into_iter().take(PORTS_MAX).map(|((port, is_udp), found)| {
        let (programs, unplaced) = programs.waiting(found.pids.iter().copied(), ADDRESSES_MAX);
        Listener {
            name: format!("{port}/{}", if is_udp { "udp" } else { "tcp" }),
            port: i64::from(port),
            transport: if is_udp { Transport::Udp } else { Transport::Tcp },
            reachable: found.addresses.iter().any(|address| !address.to_canonical().is_loopback()),
            addresses: found.addresses.iter().take(ADDRESSES_MAX).map(ToString::to_string).collect(),
            ephemeral: (DYNAMIC.0..=DYNAMIC.1).contains(&port),
            uids: Vec::new(),
            programs,
            unplaced: Some(unplaced),
        }
    });
    Outcome::Known(Listeners { ports: ports.collect(), complete, cut: i64::try_from(cut).unwrap_or(i64::MAX) })
}
