//! Dumps of the routing netlink socket. What is not known to be harmless is left out.

use super::addresses::Addresses;

const HEADER: usize = 16;
const NEW_LINK: u16 = 16;
const NEW_ROUTE: u16 = 24;
const NEW_NEIGHBOUR: u16 = 28;
const DONE: u16 = 3;

/// What becomes of an attribute.
#[derive(Clone, Copy)]
enum Kept {
    Whole,
    Address,
    /// The name of an interface.
    Name,
    /// Of what an interface is, only the word for it (IFLA_INFO_KIND).
    KindOfLink,
}

/// A datagram whose addresses have their stand-ins, and with only those attributes that are known.
pub(super) fn datagram(bytes: &[u8], addresses: &mut Addresses) -> Vec<u8> {
    let mut written = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((length, kind)) = length_and_kind(rest) {
        let (message, _) = rest.split_at(length);
        if let Some(message) = scrubbed(message, kind, addresses) {
            written.extend(message);
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    written
}

fn length_and_kind(bytes: &[u8]) -> Option<(usize, u16)> {
    let length = usize::try_from(u32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?)).ok()?;
    let kind = u16::from_ne_bytes(bytes.get(4..6)?.try_into().ok()?);
    (length >= HEADER && length <= bytes.len()).then_some((length, kind))
}

fn scrubbed(message: &[u8], kind: u16, addresses: &mut Addresses) -> Option<Vec<u8>> {
    // The family's own header and what is kept of its attributes (linux/if_link.h, neighbour.h, rtnetlink.h).
    let (family, kept): (usize, fn(u16) -> Option<Kept>) = match kind {
        NEW_LINK => (16, link),
        NEW_NEIGHBOUR => (12, neighbour),
        NEW_ROUTE => (12, route),
        DONE => return Some(padded(message.to_vec())),
        _ => return None,
    };
    let mut written = message.get(..HEADER + family)?.to_vec();
    let mut rest = message.get(HEADER + family..)?;
    while let Some((name, value, tail)) = attribute(rest) {
        rest = tail;
        let value = match kept(name & 0x3fff) {
            Some(Kept::Whole) => value.to_vec(),
            Some(Kept::Address) => addresses.bytes(value),
            Some(Kept::Name) => interface(value, message.get(HEADER + 4..HEADER + 8)?),
            Some(Kept::KindOfLink) => kind_of_link(value),
            None => continue,
        };
        written.extend(padded(attribute_of(name, &value)));
    }
    let length = u32::try_from(written.len()).ok()?.to_ne_bytes();
    written.get_mut(..4)?.copy_from_slice(&length);
    Some(padded(written))
}

fn link(name: u16) -> Option<Kept> {
    match name {
        // IFLA_ADDRESS, IFLA_BROADCAST, IFLA_PERM_ADDRESS.
        1 | 2 | 54 => Some(Kept::Address),
        // IFNAME.
        3 => Some(Kept::Name),
        // MTU, LINK, MASTER, OPERSTATE, LINKMODE, CARRIER.
        4 | 5 | 10 | 16 | 17 | 33 => Some(Kept::Whole),
        18 => Some(Kept::KindOfLink),
        _ => None,
    }
}

fn neighbour(name: u16) -> Option<Kept> {
    match name {
        // NDA_DST, NDA_LLADDR.
        1 | 2 => Some(Kept::Address),
        // CACHEINFO, PROBES, VLAN, IFINDEX, MASTER.
        3 | 4 | 5 | 8 | 9 => Some(Kept::Whole),
        _ => None,
    }
}

fn route(name: u16) -> Option<Kept> {
    match name {
        // RTA_DST, RTA_SRC, RTA_GATEWAY, RTA_PREFSRC.
        1 | 2 | 5 | 7 => Some(Kept::Address),
        // IIF, OIF, PRIORITY, TABLE, PREF.
        3 | 4 | 6 | 15 | 20 => Some(Kept::Whole),
        _ => None,
    }
}

/// The stand-in of an interface of that name and number.
pub(super) fn stand_in(name: &str, index: u32) -> String {
    let name = interface(format!("{name}\0").as_bytes(), &index.to_ne_bytes());
    String::from_utf8_lossy(name.strip_suffix(&[0]).unwrap_or(&name)).into_owned()
}

/// The name of an interface as the system gives it; of another, and of one made of a hardware address, its number.
fn interface(name: &[u8], index: &[u8]) -> Vec<u8> {
    const KINDS: [&str; 16] = [
        "lo", "eth", "eno", "ens", "enp", "wlan", "wlp", "wlo", "wwan", "br", "virbr", "docker", "bond", "tun", "tap",
        "wg",
    ];
    let text = String::from_utf8_lossy(name.strip_suffix(&[0]).unwrap_or(name)).into_owned();
    let of_kind = |kind: &&str| {
        let rest = text.strip_prefix(*kind);
        rest.is_some_and(|rest| {
            rest.len() <= 9 && rest.bytes().all(|byte| byte.is_ascii_digit() || b"psfdn".contains(&byte))
        })
    };
    if KINDS.iter().any(of_kind) {
        return name.to_vec();
    }
    let index = index.try_into().map(u32::from_ne_bytes).unwrap_or_default();
    format!("if{index}\0").into_bytes()
}

fn kind_of_link(value: &[u8]) -> Vec<u8> {
    let mut rest = value;
    let mut written = Vec::new();
    while let Some((name, value, tail)) = attribute(rest) {
        rest = tail;
        if name & 0x3fff == 1 {
            written.extend(padded(attribute_of(name, value)));
        }
    }
    written
}

/// Name and value of the first attribute, and what follows it.
fn attribute(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let length = usize::from(u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?));
    let name = u16::from_ne_bytes(bytes.get(2..4)?.try_into().ok()?);
    let value = bytes.get(4..length)?;
    Some((name, value, bytes.get(length.next_multiple_of(4)..).unwrap_or_default()))
}

fn attribute_of(name: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 4).unwrap_or(u16::MAX);
    [length.to_ne_bytes().as_slice(), &name.to_ne_bytes(), value].concat()
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(kind: u16, family: usize, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; HEADER + family];
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        for (name, value) in attributes {
            bytes.extend(padded(attribute_of(*name, value)));
        }
        let length = u32::try_from(bytes.len()).unwrap();
        bytes[..4].copy_from_slice(&length.to_ne_bytes());
        bytes
    }

    #[test]
    fn addresses_are_replaced_and_the_unknown_left_out() {
        let hardware = [0x00, 0x1f, 0x5b, 1, 2, 3];
        let original = [
            message(NEW_LINK, 16, &[(1, &hardware), (3, b"eth0\0"), (20, b"Tanaka's desk\0")]),
            message(NEW_NEIGHBOUR, 12, &[(1, &[192, 168, 30, 7]), (2, &hardware)]),
            message(DONE, 0, &[]),
        ]
        .concat();
        let expected = [
            message(NEW_LINK, 16, &[(1, &[0x00, 0x1f, 0x5b, 0, 0, 1]), (3, b"eth0\0")]),
            message(NEW_NEIGHBOUR, 12, &[(1, &[192, 168, 0, 1]), (2, &[0x00, 0x1f, 0x5b, 0, 0, 1])]),
            message(DONE, 0, &[]),
        ]
        .concat();
        assert_eq!(datagram(&original, &mut Addresses::default()), expected);
    }

    #[test]
    fn what_an_interface_is_stays_and_its_settings_go() {
        let nested = [padded(attribute_of(1, b"vxlan\0")), padded(attribute_of(2, &[9; 8]))].concat();
        let original = message(NEW_LINK, 16, &[(0x8012, &nested)]);
        let expected = message(NEW_LINK, 16, &[(0x8012, &padded(attribute_of(1, b"vxlan\0")))]);
        assert_eq!(datagram(&original, &mut Addresses::default()), expected);
    }

    #[test]
    fn cut_off_messages_are_left_out() {
        let whole = message(NEW_NEIGHBOUR, 12, &[(1, &[192, 168, 30, 7])]);
        for end in 0..whole.len() {
            assert_eq!(datagram(whole.get(..end).unwrap(), &mut Addresses::default()), Vec::<u8>::new(), "{end}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = datagram(&bytes, &mut Addresses::default());
        }
    }
}
