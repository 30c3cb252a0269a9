//! Hardware addresses and what they tell of the device.

use std::fmt;

/// A hardware address of six bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hardware([u8; 6]);

/// Address ranges that belong to no device of its own: virtual routers (VRRP for both families, HSRP 1 and 2, GLBP),
/// containers, and what hypervisors give to virtual machines (VMware, Hyper-V, Xen, QEMU, VirtualBox, Parallels).
/// Sources: RFC 9568 section 7.3, Cisco's HSRP documents, the IEEE's register of makers.
const VIRTUAL: &[&[u8]] = &[
    &[0x00, 0x00, 0x5e, 0x00, 0x01],
    &[0x00, 0x00, 0x5e, 0x00, 0x02],
    &[0x00, 0x00, 0x0c, 0x07, 0xac],
    &[0x00, 0x00, 0x0c, 0x9f],
    &[0x00, 0x07, 0xb4, 0x00],
    &[0x00, 0x05, 0x73, 0xa0],
    &[0x02, 0x42],
    &[0x00, 0x05, 0x69],
    &[0x00, 0x0c, 0x29],
    &[0x00, 0x1c, 0x14],
    &[0x00, 0x50, 0x56],
    &[0x00, 0x15, 0x5d],
    &[0x00, 0x16, 0x3e],
    &[0x52, 0x54, 0x00],
    &[0x08, 0x00, 0x27],
    &[0x0a, 0x00, 0x27],
    &[0x00, 0x1c, 0x42],
];

impl Hardware {
    /// An address of exactly six bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Six pairs of hexadecimal digits with colons, in either case.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts.next()?;
            if part.is_empty() || part.len() > 2 || !part.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            *byte = u8::from_str_radix(part, 16).ok()?;
        }
        parts.next().is_none().then_some(Self(bytes))
    }

    /// It is the address of one device: neither all zeros nor of a group (broadcast is one).
    pub fn is_device(self) -> bool {
        self.0 != [0; 6] && self.0.first().is_some_and(|byte| byte & 1 == 0)
    }

    /// It is locally administered: no maker gave it.
    pub fn is_randomised(self) -> bool {
        self.0.first().is_some_and(|byte| byte & 2 != 0)
    }

    /// It is in a range of virtual routers, containers or virtual machines.
    pub fn is_virtual(self) -> bool {
        VIRTUAL.iter().any(|prefix| self.0.starts_with(prefix))
    }
}

impl fmt::Display for Hardware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if at == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        for (text, device, randomised, virtual_device) in [
            ("00:1f:5B:01:02:03", true, false, false),
            ("0:1f:5b:1:2:3", true, false, false),
            ("da:a1:19:00:00:01", true, true, false),
            ("02:42:ac:11:00:02", true, true, true),
            ("52:54:00:12:34:56", true, true, true),
            ("00:00:5e:00:01:07", true, false, true),
            ("00:00:0c:07:ac:01", true, false, true),
            ("00:00:0c:07:ad:01", true, false, false),
            ("ff:ff:ff:ff:ff:ff", false, true, false),
            ("01:00:5e:00:00:fb", false, false, false),
            ("00:00:00:00:00:00", false, false, false),
        ] {
            let found = Hardware::from_text(text).unwrap();
            let told = (found.is_device(), found.is_randomised(), found.is_virtual());
            assert_eq!(told, (device, randomised, virtual_device), "{text}");
        }
        assert_eq!(Hardware::from_text("0:1f:5B:1:2:3").unwrap().to_string(), "00:1f:5b:01:02:03");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "00:11:22:33:44", "00:11:22:33:44:55:66", "00:11:22:33:44:+5", "000:1:2:3:4:5", "0:1:2:3:4:", "x"]
        {
            assert_eq!(Hardware::from_text(text), None, "{text}");
        }
        assert_eq!(Hardware::from_bytes(&[0; 8]), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = Hardware::from_text(&text);
        }
    }
}
