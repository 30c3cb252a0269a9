use std::collections::BTreeSet;

use tenken_model::fact::neighbours::{Neighbours, Sighting};
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode};

use super::netlink::Link;
use super::{collect, inward};
use crate::collect::{Look, Needs, Wake};
use crate::host::{NetlinkDump, Recording};

const LINKS: &[u8] = include_bytes!("../../../tests/samples/neighbours/links.bin");
const NEIGHBOURS: &[u8] = include_bytes!("../../../tests/samples/neighbours/neighbours.bin");
const ROUTES: &[u8] = include_bytes!("../../../tests/samples/neighbours/routes.bin");
const DNSMASQ: &str = "/var/lib/misc/dnsmasq.leases";

fn now() -> Instant {
    Instant::from_timestamp(1_700_000_000, 0).unwrap()
}

fn host() -> Recording {
    Recording::new(now())
        .running(1, "systemd")
        .netlink(NetlinkDump::Links, vec![LINKS.to_vec()])
        .netlink(NetlinkDump::Neighbours, vec![NEIGHBOURS.to_vec()])
        .netlink(NetlinkDump::Routes, vec![ROUTES.to_vec()])
}

fn outcome(host: &Recording) -> (Outcome<Neighbours>, BTreeSet<Wake>) {
    let look = Look::new(host);
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    let outcome = collect(&look, &needs);
    (outcome, look.finish().1)
}

fn fact(host: &Recording) -> Neighbours {
    let Outcome::Known(fact) = outcome(host).0 else { panic!("there is a network") };
    fact
}

#[test]
fn one_device_has_all_its_addresses() {
    let (outcome, wakes) = outcome(&host());
    let Outcome::Known(fact) = outcome else { panic!("{outcome:?}") };
    let [device] = fact.devices.as_slice() else { panic!("{:?}", fact.devices) };
    assert_eq!(device.mac, "00:22:58:aa:bb:01");
    assert!(device.gateway && device.virtual_device && !device.randomised);
    assert!(device.addresses.contains(&"192.0.2.2".to_owned()) && device.addresses.contains(&"2001:db8::2".to_owned()));
    assert_eq!((device.interfaces.as_slice(), fact.cut), (&["eth0".to_owned()][..], 0));
    assert!(device.last_seen.is_some_and(|seen| seen <= now() && now() - seen < chrono::TimeDelta::minutes(1)));
    assert_eq!((&fact.table, &fact.leases), (&Read::Measured(true), &Read::Measured(true)));
    for wake in [Wake::NeighbourEvents, Wake::Path(DNSMASQ.into()), Wake::Path("/var/lib/dhcp/dhcpd.leases".into())] {
        assert!(wakes.contains(&wake), "{wake:?}");
    }
}

#[test]
fn leases_add_names_and_devices() {
    let fact = fact(
        &host()
            .file(DNSMASQ, "1700000100 00:22:58:aa:bb:01 192.0.2.2 bp-07 *\n")
            .file("/var/lib/libvirt/dnsmasq/default.leases", "0 da:a1:19:00:00:01 192.0.2.8 * *\n")
            .file("/var/lib/libvirt/dnsmasq/default.conf", "no lease\n"),
    );
    assert_eq!((fact.devices.len(), fact.randomised_count, fact.lease_files.len()), (2, 1, 2));
    assert_eq!(fact.devices[0].name.as_deref(), Some("bp-07"));
    assert_eq!(fact.devices[0].seen_by, [Sighting::NeighbourTable, Sighting::DhcpLease]);
}

#[test]
fn leases_that_kea_put_aside_count_until_the_new_file_says_otherwise() {
    let file = |lines: &str| format!("address,hwaddr,valid_lifetime,expire,state\n{lines}");
    let fact = fact(
        &host()
            .file(
                "/var/lib/kea/kea-leases4.csv.1",
                file("192.0.2.7,00:22:58:aa:bb:07,60,1700000030,0\n192.0.2.8,00:22:58:aa:bb:08,60,1700000030,0\n"),
            )
            .file("/var/lib/kea/kea-leases4.csv", file("192.0.2.8,00:22:58:aa:bb:08,60,1700000030,2\n")),
    );
    let leased: Vec<&str> = fact.devices.iter().map(|device| device.mac.as_str()).collect();
    assert_eq!(leased, ["00:22:58:aa:bb:01", "00:22:58:aa:bb:07"]);
    assert_eq!(fact.devices[1].last_seen.map(|seen| seen.timestamp()), Some(1_699_999_970));
}

#[test]
fn a_lease_file_that_is_not_read_is_told() {
    for host in [
        host().denied(DNSMASQ),
        host().file(DNSMASQ, "\0\x01binary"),
        host().file("/var/lib/dhcp/dhcpd.leases", "lease {"),
    ] {
        let fact = fact(&host);
        assert!(matches!(fact.leases, Read::NotRead(_)), "{fact:?}");
        assert_eq!((fact.devices.len(), fact.lease_files.len()), (1, 0), "the table was read all the same");
    }
}

#[test]
fn a_server_that_runs_without_a_lease_file_was_not_read() {
    let code = |host: Recording| match fact(&host).leases {
        Read::NotRead(reason) => Some(reason.code),
        Read::Measured(_) => None,
    };
    for server in ["dnsmasq", "dhcpd", "kea-dhcp4"] {
        assert_eq!(code(host().running(9, server)), Some(ReasonCode::Missing), "{server}");
    }
    let dns = host().running(9, "dnsmasq").file("/etc/dnsmasq.conf", "server=192.0.2.1\n");
    assert_eq!(code(dns.clone()), None, "it answers for names only");
    assert_eq!(code(dns.clone().running(10, "dnsmasq")), Some(ReasonCode::Missing), "the other may lease");
    assert_eq!(code(dns.file("/etc/dnsmasq.d/net", "dhcp-range=192.0.2.9,1h\n")), Some(ReasonCode::Missing));
    assert_eq!(code(host().running(9, "dhcpd").denied("/etc/dhcp/dhcpd.conf")), Some(ReasonCode::NotPermitted));
    let database = |database: &str| {
        let text = format!("{{\"Dhcp4\": {{\"lease-database\": {database}}}}}");
        host().running(9, "kea-dhcp4").file("/etc/kea/kea-dhcp4.conf", text)
    };
    assert_eq!(code(database("{\"type\": \"postgresql\"}")), Some(ReasonCode::Unsupported));
    let unlisted = Recording { processes: None, ..host() };
    assert!(code(unlisted).is_some(), "a server may run");
}

#[test]
fn leases_are_read_where_the_server_was_told_to_put_them() {
    let dnsmasq = host()
        .running(9, "dnsmasq")
        .file("/etc/dnsmasq.conf", "conf-dir=/etc/net.d/,*.conf\n")
        .file("/etc/net.d/a.conf", "dhcp-leasefile=/srv/leases\ndhcp-range=192.0.2.9,1h\n")
        .file("/srv/leases", "0 da:a1:19:00:00:01 192.0.2.8 * *\n");
    let dhcpd = host().running(9, "dhcpd").file("/etc/dhcp/dhcpd.conf", "lease-file-name \"/srv/leases\";\n").file(
        "/srv/leases",
        "lease 192.0.2.8 {\n  ends never;\n  binding state active;\n  \
            hardware ethernet da:a1:19:00:00:01;\n}\n",
    );
    let kea = host()
        .running(9, "kea-dhcp4")
        .file("/etc/kea/kea-dhcp4.conf", "{\"Dhcp4\": {\"lease-database\": {\"name\": \"/srv/leases\"}}}")
        .file(
            "/srv/leases",
            "address,hwaddr,valid_lifetime,expire,state\n192.0.2.8,da:a1:19:00:00:01,60,1700000030,0\n",
        );
    for host in [dnsmasq, dhcpd, kea] {
        let fact = fact(&host);
        assert_eq!((&fact.leases, fact.devices.len()), (&Read::Measured(true), 2), "{fact:?}");
        assert_eq!(fact.lease_files, ["/srv/leases"]);
    }
}

#[test]
fn a_table_that_is_not_read_is_told() {
    let cut = NEIGHBOURS[..40].to_vec();
    let fact = fact(&host().netlink(NetlinkDump::Neighbours, vec![cut]));
    assert!(matches!(fact.table, Read::NotRead(_)));
    assert!(matches!(outcome(&Recording::new(now())).0, Outcome::Failed(_)));
}

#[test]
fn too_many_devices_are_counted_and_not_taken_for_all() {
    let lines = (0..5_007_u32)
        .map(|at| format!("0 00:22:59:00:{:02x}:{:02x} 192.0.2.8 * *", at / 256, at % 256))
        .collect::<Vec<_>>()
        .join("\n");
    let fact = fact(&host().file(DNSMASQ, lines));
    assert_eq!((fact.devices.len(), fact.cut), (5_000, 8));
    assert!(matches!(fact.table, Read::NotRead(_)));
}

#[test]
fn a_host_with_loopback_only_has_no_network() {
    let length = |at: usize| usize::try_from(u32::from_ne_bytes(LINKS[at..at + 4].try_into().unwrap())).unwrap();
    let first = length(0);
    let done = LINKS[LINKS.len() - 20..].to_vec();
    let host = Recording::new(now()).netlink(NetlinkDump::Links, vec![LINKS[..first].to_vec(), done]);
    assert!(matches!(outcome(&host).0, Outcome::Absent(_)));
}

#[test]
fn a_bridge_with_a_way_out_is_not_taken_for_one_of_guests() {
    let link = |index, kind: Option<&str>, master| Link {
        index,
        name: index.to_string(),
        kind: kind.map(str::to_owned),
        master,
        hardware: None,
        loopback: false,
        up: true,
    };
    let links = [
        link(1, None, Some(2)),
        link(2, Some("bridge"), None),
        link(3, Some("veth"), Some(2)),
        link(4, Some("bridge"), None),
        link(5, Some("tun"), Some(4)),
        link(6, Some("vlan"), None),
    ];
    assert_eq!(inward(&links), BTreeSet::from([3, 4, 5]));
}
