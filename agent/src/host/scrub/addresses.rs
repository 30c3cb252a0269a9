//! Addresses of machines, and what stands in their place.
//!
//! A stand-in is of the same kind (private, link-local, global), two addresses of one network stay in one, and of a
//! hardware address the vendor's part stays, because facts rest on these.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Addresses and their stand-ins, the same everywhere in one recording.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    hardware: BTreeMap<[u8; 6], [u8; 6]>,
    v4: BTreeMap<Ipv4Addr, Ipv4Addr>,
    v4_networks: BTreeMap<[u8; 3], u16>,
    v6: BTreeMap<Ipv6Addr, Ipv6Addr>,
    v6_networks: BTreeMap<[u16; 4], u16>,
}

impl Addresses {
    /// A hardware address. Addresses of groups and the empty one are nobody's.
    pub(super) fn hardware(&mut self, address: [u8; 6]) -> [u8; 6] {
        if address[0] & 1 == 1 || address == [0; 6] {
            return address;
        }
        let count = u32::try_from(self.hardware.len()).unwrap_or(u32::MAX).wrapping_add(1);
        *self.hardware.entry(address).or_insert_with(|| {
            let [_, high, middle, low] = count.to_be_bytes();
            // A locally given address has no vendor; its first part is as personal as the rest.
            let [first, second, third] =
                if address[0] & 2 == 2 { [2, 0, 0] } else { [address[0], address[1], address[2]] };
            [first, second, third, high, middle, low]
        })
    }

    /// An IPv4 address.
    pub(super) fn v4(&mut self, address: Ipv4Addr) -> Ipv4Addr {
        let [first, second, third, last] = address.octets();
        if address.is_loopback()
            || address.is_unspecified()
            || first >= 224
            || super::known::is_host(&address.to_string())
        {
            return address;
        }
        if let Some(known) = self.v4.get(&address) {
            return *known;
        }
        let next = u16::try_from(self.v4_networks.len()).unwrap_or(u16::MAX);
        let network = *self.v4_networks.entry([first, second, third]).or_insert(next);
        let [high, low] = network.to_be_bytes();
        let (first, second) = match (first, second) {
            (10, _) => (10, high),
            (172, 16..=31) => (172, 16 + high % 16),
            (192, 168) => (192, 168),
            (169, 254) => (169, 254),
            (100, 64..=127) => (100, 64 + high % 64),
            // Set aside for tests of networks (RFC 2544).
            _ => (198, 18 + high % 2),
        };
        let is_neighbour = |known: &&Ipv4Addr| {
            let [one, two, three, last] = known.octets();
            [one, two, three] == [first, second, low] && !matches!(last, 0 | 255)
        };
        let among = self.v4.values().filter(is_neighbour).count();
        let last = match last {
            0 | 255 => last,
            _ => u8::try_from(among % 254).unwrap_or(0) + 1,
        };
        let stand_in = Ipv4Addr::new(first, second, low, last);
        self.v4.insert(address, stand_in);
        stand_in
    }

    /// An IPv6 address.
    pub(super) fn v6(&mut self, address: Ipv6Addr) -> Ipv6Addr {
        if address.is_loopback() || address.is_unspecified() || address.is_multicast() {
            return address;
        }
        if let Some(v4) = address.to_ipv4_mapped() {
            return self.v4(v4).to_ipv6_mapped();
        }
        if let Some(known) = self.v6.get(&address) {
            return *known;
        }
        let [first, second, third, fourth, rest @ ..] = address.segments();
        let next = u16::try_from(self.v6_networks.len()).unwrap_or(u16::MAX);
        let network = *self.v6_networks.entry([first, second, third, fourth]).or_insert(next);
        let network = if address.is_unicast_link_local() {
            [0xfe80, 0, 0, 0]
        } else if address.is_unique_local() {
            [0xfd00, 0, 0, network]
        } else {
            // Set aside for documentation (RFC 3849).
            [0x2001, 0xdb8, 0, network]
        };
        let among = self.v6.values().filter(|known| known.segments()[..4] == network).count();
        let last = if rest == [0; 4] { 0 } else { u16::try_from(among).unwrap_or(u16::MAX).saturating_add(1) };
        let stand_in = Ipv6Addr::new(network[0], network[1], network[2], network[3], 0, 0, 0, last);
        self.v6.insert(address, stand_in);
        stand_in
    }

    /// An address of an interface by its length: hardware, IPv4 or IPv6. Others become zeros.
    pub(super) fn bytes(&mut self, address: &[u8]) -> Vec<u8> {
        if let Ok(v4) = <[u8; 4]>::try_from(address) {
            self.v4(v4.into()).octets().to_vec()
        } else if let Ok(hardware) = <[u8; 6]>::try_from(address) {
            self.hardware(hardware).to_vec()
        } else if let Ok(v6) = <[u8; 16]>::try_from(address) {
            self.v6(v6.into()).octets().to_vec()
        } else {
            vec![0; address.len()]
        }
    }

    /// A text in which every address has its stand-in.
    pub(super) fn text(&mut self, text: &[u8]) -> Vec<u8> {
        let mut written = Vec::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let run = rest.iter().take_while(|byte| is_part(**byte)).count();
            let (token, tail) = rest.split_at(run);
            written.extend(self.token(token));
            // What is no part of an address separates the next one.
            let gap = tail.iter().take_while(|byte| !is_part(**byte)).count();
            let (gap, tail) = tail.split_at(gap);
            written.extend_from_slice(gap);
            rest = tail;
        }
        written
    }

    /// One run of letters, digits, dots, colons and dashes: an address, with or without a port.
    fn token(&mut self, token: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(token) else { return token.to_vec() };
        // A colon may be the address's own, as in that of a network, or follow it.
        let bare = text.trim_end_matches(['.', ':', '-']);
        for part in [text, text.trim_end_matches(['.', '-']), bare] {
            if let Some(stand_in) = self.address(part) {
                return format!("{stand_in}{}", text.get(part.len()..).unwrap_or_default()).into_bytes();
            }
        }
        token.to_vec()
    }

    fn address(&mut self, text: &str) -> Option<String> {
        if let Some(separator) = [':', '-'].into_iter().find(|separator| text.matches(*separator).count() == 5)
            && let Some(hardware) = hardware(text, separator)
        {
            let parts = self.hardware(hardware).map(|byte| format!("{byte:02x}"));
            return Some(parts.join(&separator.to_string()));
        }
        if let Ok(v4) = text.parse::<Ipv4Addr>() {
            return Some(self.v4(v4).to_string());
        }
        if let Ok(v6) = text.parse::<Ipv6Addr>() {
            return Some(self.v6(v6).to_string());
        }
        let (address, port) = text.split_once(':')?;
        let v4 = address.parse::<Ipv4Addr>().ok()?;
        port.parse::<u16>().ok()?;
        Some(format!("{}:{port}", self.v4(v4)))
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'_')
}

fn hardware(text: &str, separator: char) -> Option<[u8; 6]> {
    let mut address = [0; 6];
    let mut parts = text.split(separator);
    for byte in &mut address {
        let part = parts.next().filter(|part| part.len() == 2)?;
        *byte = u8::from_str_radix(part, 16).ok()?;
    }
    parts.next().is_none().then_some(address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(addresses: &mut Addresses, text: &str) -> String {
        String::from_utf8(addresses.text(text.as_bytes())).unwrap()
    }

    #[test]
    fn kinds_and_networks_stay() {
        let mut addresses = Addresses::default();
        let mut text = |line: &str| text(&mut addresses, line);
        assert_eq!(text("server 192.168.30.7 iburst"), "server 192.168.0.1 iburst");
        assert_eq!(text("allow 192.168.30.0/24, 192.168.30.9:123."), "allow 192.168.0.0/24, 192.168.0.2:123.");
        assert_eq!(
            text("192.168.30.7 10.20.30.40 172.20.1.1 169.254.3.3"),
            "192.168.0.1 10.0.1.1 172.16.2.1 169.254.3.1"
        );
        assert_eq!(text("133.243.238.163"), "198.18.4.1");
        assert_eq!(text("[2001:db8:7::5]:123 fe80::21f:5bff:fe3c:1%eth0"), "[2001:db8::1]:123 fe80::1%eth0");
        assert_eq!(text("fd12:3456:789a:1::1 2001:db8:7::/64"), "fd00:0:0:2::1 2001:db8::/64");
    }

    #[test]
    fn nobodys_addresses_and_other_numbers_stay() {
        let same = "127.0.0.1 ::1 0.0.0.0 255.255.255.0 224.0.0.1 ff02::1 12:34:56 1.2.3 1.2.3.4.5 v1.2.3.4 \
                    00:00:00:00:00:00 ff:ff:ff:ff:ff:ff 01-02-03 a::g std::fs 12345678-1234-1234-1234-123456789012";
        assert_eq!(text(&mut Addresses::default(), same), same);
    }

    #[test]
    fn of_a_hardware_address_the_vendors_part_stays() {
        let mut addresses = Addresses::default();
        let mut text = |line: &str| text(&mut addresses, line);
        assert_eq!(text("00:1F:5b:3c:aa:bb 00-1f-5b-3c-aa-bc"), "00:1f:5b:00:00:01 00-1f-5b-00-00-02");
        assert_eq!(text("00:1f:5b:3c:aa:bb da:a1:19:01:02:03"), "00:1f:5b:00:00:01 02:00:00:00:00:03");
    }

    #[test]
    fn bytes_and_text_agree() {
        let mut addresses = Addresses::default();
        assert_eq!(addresses.bytes(&[192, 168, 30, 7]), [192, 168, 0, 1]);
        assert_eq!(text(&mut addresses, "192.168.30.7"), "192.168.0.1");
        assert_eq!(addresses.bytes(&[1, 2, 3]), [0, 0, 0]);
        let mapped: Ipv6Addr = "::ffff:192.168.30.7".parse().unwrap();
        assert_eq!(addresses.v6(mapped), "::ffff:192.168.0.1".parse::<Ipv6Addr>().unwrap());
    }

    proptest! {
        #[test]
        fn never_panics(lines in proptest::collection::vec("[0-9a-f.:/% -]{0,40}", 0..20)) {
            let mut addresses = Addresses::default();
            for line in lines {
                let _ = addresses.text(line.as_bytes());
            }
        }
    }
}
