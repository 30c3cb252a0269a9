//! Packets that nobody expects, as rules see them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One packet that begins a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// IPv6, not IPv4.
    pub is_ipv6: bool,
    /// UDP, not TCP.
    pub is_udp: bool,
    /// The port it is for.
    pub port: u16,
    /// The address it is from; absent when it may be any.
    pub source: Option<IpAddr>,
    /// The port it is from; absent when it may be any: who sends it chooses.
    pub source_port: Option<u16>,
    /// The address it is for; absent when it is not known.
    pub target: Option<IpAddr>,
    /// The number of the interface it came in on.
    pub interface: u32,
    /// Its name.
    pub interface_name: String,
    /// Number and name of the interface it is to leave by; absent when it is for this host.
    pub way_out: Option<(u32, String)>,
}

/// Ports at which no service is expected; one in each part of the range of ports that is opened as a whole: below 1024, those
/// given to users, those of NodePort and RPC, those the kernel gives away.
pub const PORTS: [u16; 4] = [11, 4_321, 24_571, 57_123];

const TCP: u8 = 6;
const UDP: u8 = 17;
/// Where unexpected packets are from: an address of TEST-NET-3 (RFC 5737) or its like of RFC 3849, which are nobody's, and one
/// that lists of such addresses do not hold.
pub const SOURCES_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(203, 0, 113, 77), Ipv4Addr::new(11, 22, 33, 77)];
/// As [`SOURCES_V4`].
pub const SOURCES_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x77), Ipv6Addr::new(0x2600, 0x77, 0, 0, 0, 0, 0, 0x77)];
/// Addresses of others to which a packet may be passed on (RFC 5737, RFC 3849).
pub const BEYOND: (Ipv4Addr, Ipv6Addr) =
    (Ipv4Addr::new(198, 51, 100, 5), Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 5));
/// A port from which clients send.
pub const SOURCE_PORT: u16 = 51_515;
/// The state of a connection that begins (NF_CT_STATE_BIT).
const NEW: u32 = 8;
const NAME_LENGTH: usize = 16;
/// ARPHRD_ETHER.
const ETHERNET: u16 = 1;

impl Packet {
    /// The number of its protocol.
    pub const fn protocol(&self) -> u8 {
        if self.is_udp { UDP } else { TCP }
    }

    /// Ports it is from and for.
    pub const fn ports(&self) -> (Option<u16>, u16) {
        (self.source_port, self.port)
    }

    /// NFT_META_*; nothing for what is not known.
    pub fn meta(&self, key: u32) -> Option<Vec<u8>> {
        let ethernet_type: u16 = if self.is_ipv6 { 0x86dd } else { 0x0800 };
        let family = if self.is_ipv6 { 10 } else { 2 };
        Some(match key {
            1 => ethernet_type.to_be_bytes().to_vec(),
            4 => self.interface.to_ne_bytes().to_vec(),
            5 => self.way_out.as_ref().map_or(0, |(number, _)| *number).to_ne_bytes().to_vec(),
            6 => name(&self.interface_name),
            7 => name(self.way_out.as_ref().map_or("", |(_, name)| name)),
            8 => ETHERNET.to_ne_bytes().to_vec(),
            // No priority, no mark; for this host (PACKET_HOST); unprotected. The group of an interface is not asked for.
            2 | 3 => vec![0; 4],
            15 => vec![family],
            16 => vec![self.protocol()],
            19 | 25 => vec![0],
            _ => return None,
        })
    }

    /// NFT_CT_*: state, direction, status, mark.
    pub fn connection(&self, key: u32) -> Option<Vec<u8>> {
        match key {
            0 => Some(NEW.to_ne_bytes().to_vec()),
            1 => Some(vec![0]),
            2 | 3 => Some(vec![0; 4]),
            7 => Some(vec![if self.is_ipv6 { 10 } else { 2 }]),
            _ => None,
        }
    }

    /// Bytes of the packet from a header on (NFT_PAYLOAD_*); those that are not known are absent.
    pub fn bytes(&self, base: u32, offset: u32, length: u32) -> Option<Vec<Option<u8>>> {
        let header = match base {
            0 => known(&self.link_header()),
            1 => self.network_header(),
            2 => self.transport_header(),
            _ => return None,
        };
        let from = usize::try_from(offset).ok()?;
        let to = from.checked_add(usize::try_from(length).ok()?)?;
        header.get(from..to).map(<[_]>::to_vec)
    }

    fn link_header(&self) -> Vec<u8> {
        let kind = if self.is_ipv6 { [0x86, 0xdd] } else { [8, 0] };
        [[2, 0, 0, 0, 0, 5].as_slice(), &[2, 0, 0, 0, 0, 0x77], &kind].concat()
    }

    /// What is not known of it is absent.
    fn network_header(&self) -> Vec<Option<u8>> {
        let start = if self.is_ipv6 {
            known(&[0x60, 0, 0, 0, 0, 40, self.protocol(), 64])
        } else {
            known(&[0x45, 0, 0, 60, 0, 1, 0x40, 0, 64, self.protocol(), 0, 0])
        };
        [start, self.octets(self.source), self.octets(self.target)].concat()
    }

    fn octets(&self, address: Option<IpAddr>) -> Vec<Option<u8>> {
        match address {
            Some(IpAddr::V4(address)) if !self.is_ipv6 => known(&address.octets()),
            Some(IpAddr::V6(address)) if self.is_ipv6 => known(&address.octets()),
            _ => vec![None; if self.is_ipv6 { 16 } else { 4 }],
        }
    }

    fn transport_header(&self) -> Vec<Option<u8>> {
        let from = self.source_port.map_or_else(|| vec![None; 2], |port| known(&port.to_be_bytes()));
        let rest: &[u8] = if self.is_udp {
            &[0, 40, 0, 0]
        } else {
            // A sequence number, nothing acknowledged, five words of header, SYN.
            &[0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0]
        };
        [from, known(&self.port.to_be_bytes()), known(rest)].concat()
    }
}

fn known(bytes: &[u8]) -> Vec<Option<u8>> {
    bytes.iter().copied().map(Some).collect()
}

fn name(text: &str) -> Vec<u8> {
    let mut name = text.as_bytes().to_vec();
    name.resize(NAME_LENGTH, 0);
    name
}
