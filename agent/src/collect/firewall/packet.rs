//! Packets that nobody expects, as rules see them.

/// One packet that begins a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// IPv6, not IPv4.
    pub is_ipv6: bool,
    /// UDP, not TCP.
    pub is_udp: bool,
    /// The port it is for.
    pub port: u16,
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
/// 203.0.113.77 (TEST-NET-3, RFC 5737) and its like of RFC 3849: nobody's addresses.
const SOURCE_V4: [u8; 4] = [203, 0, 113, 77];
const TARGET_V4: [u8; 4] = [198, 51, 100, 5];
const SOURCE_V6: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77];
const TARGET_V6: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5];
const SOURCE_PORT: u16 = 51_515;
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
    pub const fn ports(&self) -> (u16, u16) {
        (SOURCE_PORT, self.port)
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
            // No priority, no mark, no group; for this host (PACKET_HOST); unprotected.
            2 | 3 | 21 => vec![0; 4],
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

    /// Bytes of the packet from a header on (NFT_PAYLOAD_*).
    pub fn bytes(&self, base: u32, offset: u32, length: u32) -> Option<Vec<u8>> {
        let header = match base {
            0 => self.link_header(),
            1 => self.network_header(),
            2 => self.transport_header(),
            _ => return None,
        };
        let from = usize::try_from(offset).ok()?;
        let to = from.checked_add(usize::try_from(length).ok()?)?;
        header.get(from..to).map(<[u8]>::to_vec)
    }

    fn link_header(&self) -> Vec<u8> {
        let kind = if self.is_ipv6 { [0x86, 0xdd] } else { [8, 0] };
        [[2, 0, 0, 0, 0, 5].as_slice(), &[2, 0, 0, 0, 0, 0x77], &kind].concat()
    }

    fn network_header(&self) -> Vec<u8> {
        if self.is_ipv6 {
            return [[0x60, 0, 0, 0, 0, 40, self.protocol(), 64].as_slice(), &SOURCE_V6, &TARGET_V6].concat();
        }
        let start = [0x45, 0, 0, 60, 0, 1, 0x40, 0, 64, self.protocol(), 0, 0];
        [start.as_slice(), &SOURCE_V4, &TARGET_V4].concat()
    }

    fn transport_header(&self) -> Vec<u8> {
        let ports = [SOURCE_PORT.to_be_bytes(), self.port.to_be_bytes()].concat();
        if self.is_udp {
            return [ports.as_slice(), &[0, 40, 0, 0]].concat();
        }
        // A sequence number, nothing acknowledged, five words of header, SYN.
        [ports.as_slice(), &[0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0]].concat()
    }
}

fn name(text: &str) -> Vec<u8> {
    let mut name = text.as_bytes().to_vec();
    name.resize(NAME_LENGTH, 0);
    name
}
