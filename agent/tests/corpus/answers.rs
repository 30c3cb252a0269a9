//! What chronyd and the kernel answer, from a form that a person can read.

use std::net::IpAddr;

use serde::Deserialize;
use tenken_agent::collect::time_sync::chrony_packet::{TRACKING_BYTES, tracking_request};
use tenken_agent::collect::time_sync::chrony_sources::{
    SOURCE_BYTES, count_request, name_request, source, source_request,
};
use tenken_agent::host::{Endpoint, NetlinkDump, Recording};
use tenken_model::{Instant, Span};

/// The number that the agent gives its questions.
const SEQUENCE: u32 = 0x7465_6e6b;
const SOCKET: &str = "/run/chrony/chronyd.sock";

/// A chronyd that answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenChrony {
    /// The address it follows; left out: none.
    follows: Option<[u8; 4]>,
    /// When it last measured against it.
    last: Option<Instant>,
    /// The names of the servers it has now.
    servers: Vec<String>,
}

/// The host with a chronyd that answers on its socket. Replies are laid out as candm.h of chrony 4 says.
pub(crate) fn chrony(host: Recording, written: &WrittenChrony) -> Recording {
    let question = tracking_request(SEQUENCE);
    let mut pairs = vec![(question.clone(), tracking(&question, written))];
    let question = count_request(SEQUENCE);
    let count = u32::try_from(written.servers.len()).unwrap();
    pairs.push((question.clone(), reply(&question, 2, &count.to_be_bytes())));
    for (index, name) in (0..).zip(&written.servers) {
        let question = source_request(index, SEQUENCE);
        let mut data = vec![192, 0, 2, u8::try_from(index).unwrap()];
        data.extend([0; 12]);
        // IPv4, polled each 64 s, of stratum 2, selected, a client.
        data.extend([0, 1, 0, 0, 0, 6, 0, 2, 0, 0, 0, 0]);
        data.resize(SOURCE_BYTES - 28, 0);
        let answer = reply(&question, 3, &data);
        let server = source(&answer, SEQUENCE).unwrap().unwrap();
        pairs.push((question, answer));
        let question = name_request(&server, SEQUENCE);
        let mut text = name.as_bytes().to_vec();
        text.resize(256, 0);
        pairs.push((question.clone(), reply(&question, 19, &text)));
    }
    let socket = || Endpoint::UnixDatagram(SOCKET.into());
    pairs.into_iter().fold(host, |host, (question, answer)| host.exchange(socket(), question, Ok(answer)))
}

fn reply(question: &[u8], kind: u16, data: &[u8]) -> Vec<u8> {
    let mut reply = vec![6, 2, 0, 0, question[4], question[5]];
    for field in [kind, 0, 0, 0, 0] {
        reply.extend(field.to_be_bytes());
    }
    reply.extend(&question[8..12]);
    reply.extend([0; 8]);
    reply.extend(data);
    reply
}

fn tracking(question: &[u8], written: &WrittenChrony) -> Vec<u8> {
    const NOT_SYNCHRONISED: u16 = 3;
    let address = written.follows.unwrap_or_default();
    let leap = if written.follows.is_some() { 0 } else { NOT_SYNCHRONISED };
    // The reference, the address with its family, stratum and leap; then the time of the last measurement.
    let mut data = [address.as_slice(), &address, &[0; 12]].concat();
    for field in [1_u16, 0, 2, leap] {
        data.extend(field.to_be_bytes());
    }
    let seconds = written.last.map_or(0, |at| u32::try_from(at.timestamp()).unwrap());
    for field in [0, seconds, 0] {
        data.extend(field.to_be_bytes());
    }
    let mut reply = reply(question, 5, &data);
    reply.resize(TRACKING_BYTES, 0);
    reply
}

/// An interface beside loopback with the devices the kernel knows behind it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenInterface {
    interface: String,
    /// `bridge`, `veth` and so on; left out for hardware.
    kind: Option<String>,
    #[serde(default)]
    neighbours: Vec<WrittenNeighbour>,
}

/// An entry of the kernel's neighbour table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNeighbour {
    mac: String,
    address: IpAddr,
    #[serde(default)]
    state: State,
    /// How long ago it last answered: `2m`.
    seen: String,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    #[default]
    Reachable,
    Stale,
    Failed,
    Permanent,
}

impl State {
    /// Its number in linux/neighbour.h.
    const fn number(self) -> u16 {
        match self {
            Self::Reachable => 0x02,
            Self::Stale => 0x04,
            Self::Failed => 0x20,
            Self::Permanent => 0x80,
        }
    }
}

/// The host with these interfaces, as rtnetlink(7) tells of them.
pub(crate) fn network(host: Recording, interfaces: &[WrittenInterface]) -> Recording {
    let mut links = link(1, 0x49, "lo", None);
    let mut neighbours = Vec::new();
    for (index, interface) in (2..).zip(interfaces) {
        links.extend(link(index, 0x1043, &interface.interface, interface.kind.as_deref()));
        neighbours.extend(interface.neighbours.iter().flat_map(|written| neighbour(index, written)));
    }
    let whole = |messages: Vec<u8>| vec![[messages, message(3, &[0; 4])].concat()];
    host.netlink(NetlinkDump::Links, whole(links))
        .netlink(NetlinkDump::Neighbours, whole(neighbours))
        .netlink(NetlinkDump::Routes, whole(Vec::new()))
}

fn link(index: u32, flags: u32, name: &str, kind: Option<&str>) -> Vec<u8> {
    let mut body = vec![0; 4];
    for field in [index, flags, 0] {
        body.extend(field.to_ne_bytes());
    }
    body.extend(attribute(3, &[name.as_bytes(), &[0]].concat()));
    if let Some(kind) = kind {
        body.extend(attribute(18, &attribute(1, &[kind.as_bytes(), &[0]].concat())));
    }
    message(16, &body)
}

fn neighbour(index: u32, written: &WrittenNeighbour) -> Vec<u8> {
    let (family, address) = match written.address {
        IpAddr::V4(address) => (2, address.octets().to_vec()),
        IpAddr::V6(address) => (10, address.octets().to_vec()),
    };
    let mut body = vec![family, 0, 0, 0];
    body.extend(index.to_ne_bytes());
    body.extend(written.state.number().to_ne_bytes());
    body.extend([0, 1]);
    body.extend(attribute(1, &address));
    let mac: Vec<u8> =
        written.mac.split(':').map(|byte| u8::from_str_radix(byte, 16).expect("a MAC address")).collect();
    body.extend(attribute(2, &mac));
    let ago: Span = written.seen.parse().expect("a length of time such as 2m");
    let ticks = u32::try_from(ago.millis() / 10).unwrap();
    body.extend(attribute(3, &[ticks, ticks, ticks, 0].map(u32::to_ne_bytes).concat()));
    message(28, &body)
}

fn message(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap();
    let mut message = [length.to_ne_bytes().as_slice(), &kind.to_ne_bytes(), &[0; 10], body].concat();
    message.resize(message.len().next_multiple_of(4), 0);
    message
}

fn attribute(number: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + value.len()).unwrap();
    let mut attribute = [length.to_ne_bytes().as_slice(), &number.to_ne_bytes(), value].concat();
    attribute.resize(attribute.len().next_multiple_of(4), 0);
    attribute
}
