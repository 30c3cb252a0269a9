use proptest::prelude::*;

use super::*;

const LINKS: &[u8] = include_bytes!("../../../../tests/samples/neighbours/links.bin");
const NEIGHBOURS: &[u8] = include_bytes!("../../../../tests/samples/neighbours/neighbours.bin");
const ROUTES: &[u8] = include_bytes!("../../../../tests/samples/neighbours/routes.bin");

fn hardware(text: &str) -> Hardware {
    Hardware::from_text(text).unwrap()
}

#[test]
fn a_kernels_interfaces_are_read() {
    let found = links(&[LINKS.to_vec()]).unwrap();
    assert!(found.iter().any(|link| link.name == "lo" && link.loopback));
    let eth0 = found.iter().find(|link| link.name == "eth0").unwrap();
    assert_eq!(eth0.kind.as_deref(), Some("veth"));
    assert_eq!((eth0.hardware, eth0.loopback), (Some(hardware("00:1f:5b:01:02:03")), false));
}

#[test]
fn only_neighbours_that_answered_are_seen() {
    let found = neighbours(&[NEIGHBOURS.to_vec()]).unwrap();
    let addresses: BTreeSet<String> = found.iter().map(|entry| entry.address.to_string()).collect();
    assert!(addresses.contains("192.0.2.2") && addresses.contains("2001:db8::2"), "{addresses:?}");
    assert!(!addresses.contains("192.0.2.50"), "somebody wrote it, nobody saw it");
    assert!(!addresses.contains("192.0.2.99"), "it never answered");
    assert!(found.iter().all(|entry| entry.hardware == hardware("00:22:58:aa:bb:01")));
    assert!(found.iter().all(|entry| entry.confirmed.is_some_and(|ago| ago <= Span::from_secs(60))));
}

#[test]
fn gateways_of_both_families_are_read() {
    let found: Vec<String> =
        gateways(&[ROUTES.to_vec()]).unwrap().iter().map(|(_, address)| address.to_string()).collect();
    assert_eq!(found, ["192.0.2.2", "2001:db8::2"]);
}

#[test]
fn a_dump_that_is_cut_off_is_no_dump() {
    for end in 0..NEIGHBOURS.len() - 20 {
        assert_eq!(neighbours(&[NEIGHBOURS[..end].to_vec()]), Err(DumpError::Cut), "{end}");
    }
    assert_eq!(links(&[]), Err(DumpError::Cut), "a dump that never ended");
}

#[test]
fn several_ways_of_one_route_are_all_gateways() {
    let attribute = |name: u16, value: &[u8]| {
        let length = u16::try_from(value.len() + 4).unwrap();
        [&length.to_ne_bytes(), &name.to_ne_bytes(), value].concat()
    };
    let hop = |link: u32, inner: Vec<u8>| {
        let length = u16::try_from(inner.len() + 8).unwrap();
        [&length.to_ne_bytes(), &[0, 0][..], &link.to_ne_bytes(), &inner].concat()
    };
    let via = [&10_u16.to_ne_bytes()[..], &Ipv6Addr::LOCALHOST.octets()].concat();
    let mut padded = attribute(18, &via);
    padded.resize(24, 0);
    let hops = [hop(2, attribute(5, &[192, 0, 2, 1])), hop(3, padded)].concat();
    let body = [&[2; 1][..], &[0; 11], &attribute(9, &hops)].concat();
    let found = default_route(&body).unwrap().unwrap();
    assert_eq!(found, [(2, Ipv4Addr::new(192, 0, 2, 1).into()), (3, Ipv6Addr::LOCALHOST.into())]);
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..400_usize) {
        let mut hostile = ROUTES.to_vec();
        for (place, byte) in hostile.iter_mut().skip(at).zip(&bytes) {
            *place = *byte;
        }
        for dump in [bytes, hostile] {
            let _ = links(std::slice::from_ref(&dump));
            let _ = neighbours(std::slice::from_ref(&dump));
            let _ = gateways(&[dump]);
        }
    }
}
