use std::net::Ipv4Addr;

use tenken_model::fact::listeners::Listeners;
use tenken_model::register::Registers;
use tenken_model::{Instant, ReasonCode};

use super::*;
use crate::collect::firewall::rule_set::{Chain, Expression, Verdict};
use crate::host::recorded::Recording;
use crate::host::{NetfilterDump, NetlinkDump, ReadError, ReadErrorKind, scrub};
use socket_table::{TableError, parse};

const TCP: &[u8] = include_bytes!("../../../tests/samples/listeners/debian_12_tcp");
const TCP6: &[u8] = include_bytes!("../../../tests/samples/listeners/debian_12_tcp6");
const UDP: &[u8] = include_bytes!("../../../tests/samples/listeners/debian_12_udp");

fn needs() -> Needs {
    Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH }
}

fn facts(host: &Recording) -> Listeners {
    match collect(&Look::new(host), &needs()) {
        Outcome::Known(listeners) => listeners,
        other => panic!("{other:?}"),
    }
}

fn host() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
        .file("/proc/net/tcp", TCP)
        .file("/proc/net/tcp6", TCP6)
        .file("/proc/net/udp", UDP)
        .file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
}

fn shown(listeners: &Listeners) -> Vec<String> {
    let one = |port: &Listener| format!("{} {} {}", port.name, port.addresses.join(","), port.reachable);
    listeners.ports.iter().map(one).collect()
}

#[test]
fn ports_of_a_server() {
    let listeners = facts(&host());
    assert_eq!(
        shown(&listeners),
        ["22/tcp 0.0.0.0,:: true", "68/udp 192.0.2.5 true", "631/tcp 127.0.0.1,::1 false", "45000/udp 0.0.0.0 true"]
    );
    assert_eq!(listeners.complete, Read::Measured(true));
    assert!(listeners.ports[3].ephemeral && !listeners.ports[0].ephemeral);
    assert_eq!(listeners.ports[2].uids, [0]);
    let scrubbed = facts(&scrub(&host()));
    assert_eq!(scrubbed.ports.len(), 4);
    assert_eq!(scrubbed.ports.iter().map(|port| port.reachable).collect::<Vec<_>>(), [true, true, false, true]);
}

#[test]
fn what_cannot_be_read_is_unknown() {
    let denied = Recording::new(Instant::UNIX_EPOCH).denied("/proc/net/tcp");
    assert!(
        matches!(collect(&Look::new(&denied), &needs()), Outcome::Failed(reason) if reason.code == ReasonCode::NotPermitted)
    );
    let without = Recording::new(Instant::UNIX_EPOCH);
    assert!(matches!(collect(&Look::new(&without), &needs()), Outcome::Failed(_)), "every kernel has the table");
    let no_ipv6 = Recording::new(Instant::UNIX_EPOCH).file("/proc/net/tcp", TCP).file("/proc/net/udp", UDP);
    assert_eq!(facts(&no_ipv6).complete, Read::Measured(true));
    let garbled = host().file("/proc/net/udp", "  sl\nx\n");
    assert_eq!(facts(&garbled).complete.measured(), None);
    let partly = host().denied("/proc/net/tcp6");
    assert_eq!(facts(&partly).complete.measured(), None);
    assert!(!facts(&partly).ports.is_empty());
}

#[test]
fn lines_of_a_table() {
    let line = |local: &str, remote: &str, state: &str| {
        let text =
            format!("  sl  local\n   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000  33  0 7 1\n");
        parse(text.as_bytes()).map(|(sockets, _)| sockets)
    };
    let sockets = line("0100007F:0016", "00000000:0000", "0A").unwrap();
    assert_eq!((sockets[0].address, sockets[0].port, sockets[0].uid), (Ipv4Addr::LOCALHOST.into(), 22, 33));
    for (local, remote, state) in [
        ("0100007F:0016", "0100007F:D431", "01"),
        ("0100007F:0016", "0100007F:D431", "07"),
        ("0100007F:0000", "00000000:0000", "07"),
        ("0100007F:0016", "00000000:0000", "06"),
    ] {
        assert_eq!(line(local, remote, state), Ok(Vec::new()), "{local} {remote} {state}");
    }
    for (local, remote) in
        [("0100007F", "0:0"), ("0100007:0016", "00000000:0000"), ("0100007F:0016:1", "x"), ("é100007F:0016", "0:0")]
    {
        assert_eq!(line(local, remote, "0A"), Err(TableError::Line(2)), "{local} {remote}");
    }
    assert_eq!(parse(b"  sl\n   0: 0100007F:0016 0000"), Ok((Vec::new(), false)), "cut off where the reading ended");
    assert_eq!(parse(b"\xff\n"), Err(TableError::NotText));
    assert_eq!(parse(b""), Ok((Vec::new(), false)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_port_of_this_machine_is_seen() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let live = crate::host::linux::LiveHost::new();
    let Outcome::Known(listeners) = collect(&Look::new(&live), &needs()) else { panic!() };
    let found = listeners.ports.iter().find(|found| found.name == format!("{port}/tcp")).unwrap();
    assert!(!found.reachable && found.addresses.contains(&"127.0.0.1".to_owned()), "{found:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_tells_of_the_sockets_that_are_in_its_tables() {
    use std::net::{TcpListener, UdpSocket};

    let listeners = ["127.0.0.1:0", "[::1]:0"].map(|address| TcpListener::bind(address).unwrap());
    let waiting = ["127.0.0.1:0", "[::1]:0"].map(|address| UdpSocket::bind(address).unwrap());
    let connected = UdpSocket::bind("127.0.0.1:0").unwrap();
    connected.connect(waiting[0].local_addr().unwrap()).unwrap();
    let stream = std::net::TcpStream::connect(listeners[0].local_addr().unwrap()).unwrap();
    let ours: Vec<u16> = listeners.iter().map(|socket| socket.local_addr().unwrap().port()).collect();
    let ours: Vec<u16> =
        ours.into_iter().chain(waiting.iter().map(|socket| socket.local_addr().unwrap().port())).collect();
    let others = [connected.local_addr().unwrap().port(), stream.local_addr().unwrap().port()];
    let live = crate::host::linux::LiveHost::new();
    for (place, (dump, path, _)) in TABLES.into_iter().enumerate() {
        let Some(datagrams) = Look::new(&live).socket_dump(dump) else {
            println!("SKIPPED {dump}: the kernel does not tell them here");
            continue;
        };
        // What others open and close in the meantime is in one of the two alone; ours is in both.
        let told = socket_dump::parse(&datagrams).unwrap();
        let table = parse(&crate::host::Host::read(&live, path.as_ref(), TABLE_MAX).unwrap()).unwrap().0;
        let mut seen = BTreeSet::new();
        for port in ours.iter().chain(&others) {
            let of = |sockets: &[Socket]| {
                let mut found: Vec<_> = sockets.iter().filter(|socket| socket.port == *port).cloned().collect();
                found.sort_by_key(|socket| socket.address);
                found
            };
            assert_eq!(of(&told), of(&table), "{dump}");
            seen.extend(of(&told).into_iter().map(|socket| socket.port));
        }
        // One of ours waits in each table, and what is connected in none.
        assert_eq!(seen, BTreeSet::from([ours[place]]), "{dump}");
    }
}

/// A host whose kernel told its rules, as they were recorded.
fn with_rules(host: Recording, name: &str) -> Recording {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/firewall/nft").join(name);
    let dump = |name: &str| Ok(vec![std::fs::read(folder.join(format!("{name}.bin"))).unwrap()]);
    host.netfilter(NetfilterDump::Tables, dump("tables"))
        .netfilter(NetfilterDump::Chains, dump("chains"))
        .netfilter(NetfilterDump::Rules, dump("rules"))
}

fn with_link(host: Recording, name: &str, kind: &str) -> Recording {
    let attribute = |number: u16, value: &[u8]| {
        let length = u16::try_from(value.len() + 4).unwrap();
        let mut bytes = [length.to_ne_bytes().as_slice(), &number.to_ne_bytes(), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let message = |number: u16, body: &[u8]| {
        let length = u32::try_from(16 + body.len()).unwrap();
        [length.to_ne_bytes().as_slice(), &number.to_ne_bytes(), &[0; 10], body].concat()
    };
    let mut body = [[0, 0, 1, 0].as_slice(), &5_u32.to_ne_bytes(), &1_u32.to_ne_bytes(), &[0; 4]].concat();
    body.extend(attribute(3, format!("{name}\0").as_bytes()));
    body.extend(attribute(18, &attribute(1, format!("{kind}\0").as_bytes())));
    host.netlink(NetlinkDump::Links, vec![message(16, &body), message(3, &[0; 4])])
}

#[test]
fn ports_that_are_passed_on_to_containers_are_told() {
    let found = facts(&with_rules(host(), "docker_published"));
    assert_eq!(found.complete, Read::Measured(true));
    let ports = shown(&found);
    assert!(ports.contains(&"8080/tcp 0.0.0.0 true".to_owned()), "{ports:?}");
    assert!(ports.contains(&"9053/udp 127.0.0.1 false".to_owned()), "for this host alone: {ports:?}");
    assert_eq!(facts(&with_rules(host(), "debian_workstation")).ports.len(), facts(&host()).ports.len());
    let scrubbed = facts(&scrub(&with_rules(host(), "docker_published")));
    assert!(scrubbed.ports.iter().any(|port| port.name == "8080/tcp" && port.reachable));
}

#[test]
fn ports_of_containers_that_are_not_told_are_said() {
    let complete = |host: &Recording| facts(host).complete.measured().copied();
    let error = ReadError::new(ReadErrorKind::NotPermitted, "dump tables of nf_tables", "operation not permitted");
    let denied = || host().netfilter(NetfilterDump::Tables, Err(error.clone()));
    assert_eq!(complete(&with_link(denied(), "eth0", "veth")), Some(true), "this host is a container itself");
    assert_eq!(complete(&with_link(denied(), "wg0", "wireguard")), Some(true));
    let with_container = with_link(denied(), "veth12ab", "veth");
    let Read::NotRead(why) = facts(&with_container).complete else { panic!() };
    assert_eq!(why.code, ReasonCode::NotPermitted);
    assert!(why.detail.contains("containers"), "{why:?}");
    assert!(!facts(&with_container).ports.is_empty());
    let old = |host: Recording| with_rules(host, "debian_default").file("/proc/net/ip_tables_names", "nat\n");
    assert_eq!(complete(&old(with_link(host(), "veth12ab", "veth"))), None, "iptables-legacy");
    assert_eq!(complete(&old(with_link(host(), "eth1", "bond"))), Some(true));
}

#[test]
fn rules_that_were_told_and_cannot_be_used_leave_the_list_open() {
    for (kind, code) in
        [(ReadErrorKind::WrongKind, ReasonCode::Unparsable), (ReadErrorKind::TimedOut, ReasonCode::TimedOut)]
    {
        let error = ReadError::new(kind, "ask /run/x", "cut off");
        let Read::NotRead(why) = facts(&host().netfilter(NetfilterDump::Tables, Err(error))).complete else { panic!() };
        assert!(why.code == code && why.detail.contains("cut off"), "{why:?}");
    }
}

#[test]
fn rules_that_pass_on_without_a_port_are_said() {
    let chain = |name: &str, hook: Option<(u32, i32)>, rules: Vec<Vec<Expression>>| Chain {
        devices: Vec::new(),
        family: 2,
        table: "nat".to_owned(),
        name: name.to_owned(),
        hook,
        policy: Verdict::Accept,
        kind: if hook.is_some() { "nat" } else { "" }.to_owned(),
        rules,
    };
    let jump = || vec![Expression::Decide(Verdict::Jump("pods".to_owned()))];
    let translate = || Expression::Decide(Verdict::Translate);
    let of = |hook: u32, start: Vec<Expression>, rule: Vec<Expression>| {
        let chains = [chain("start", Some((hook, -100)), vec![start]), chain("pods", None, vec![rule])];
        let (ports, unclear) = passed_on::passed_on(&chains);
        (ports.into_iter().map(|port| (port.first, port.last, port.is_udp)).collect::<Vec<_>>(), unclear.is_some())
    };
    let protocol = |number: u8| {
        [Expression::Meta { key: 16, to: 1 }, Expression::Compare { from: 1, operation: 0, data: vec![number] }]
    };
    let port = || Expression::Payload { to: 1, base: 2, offset: 2, length: 2 };
    let is = |port: u16| Expression::Compare { from: 1, operation: 0, data: port.to_be_bytes().to_vec() };
    let rule = |parts: &[&[Expression]]| [parts.concat(), vec![translate()]].concat();
    assert_eq!(of(0, jump(), rule(&[&protocol(6)])), (Vec::new(), true), "any port");
    assert_eq!(of(0, jump(), rule(&[&protocol(6), &[port(), is(80)]])), (vec![(80, 80, false)], false));
    assert_eq!(of(0, jump(), rule(&[&[port(), is(53)]])), (vec![(53, 53, false), (53, 53, true)], false));
    assert_eq!(of(0, jump(), rule(&[&protocol(1)])), (Vec::new(), false));
    let range = Expression::Range { from: 1, negated: false, low: vec![0, 80], high: vec![0, 90] };
    assert_eq!(of(0, jump(), rule(&[&protocol(17), &[port(), range]])), (vec![(80, 90, true)], false));
    assert_eq!(of(3, jump(), rule(&[&protocol(6)])), (Vec::new(), false), "what this host sends itself");
    let looked_up = vec![Expression::Lookup { set: "ports".to_owned(), from: 1, to: Some(0), inverted: false }];
    assert_eq!(of(0, looked_up, rule(&[&protocol(6)])), (Vec::new(), true));
}

#[test]
fn sockets_of_sctp_are_said() {
    const HEAD: &str = " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n";
    let with = |lines: &str| host().file("/proc/net/sctp/eps", format!("{HEAD}{lines}"));
    assert_eq!(facts(&with("")).complete, Read::Measured(true));
    let waits = with("ffff8881 ffff8882 2   10  28   36412     0 18001 0.0.0.0 \n");
    let Read::NotRead(why) = facts(&waits).complete else { panic!() };
    assert!(why.detail.contains("36412"), "{why:?}");
    assert_eq!(facts(&scrub(&waits)).complete.measured(), None);
    let closed = with("ffff8881 ffff8882 2   7   28   36412     0 18001 0.0.0.0 \n");
    assert_eq!(facts(&closed).complete, Read::Measured(true));
    assert_eq!(facts(&with("x\n")).complete.measured(), None);
    assert_eq!(facts(&host().denied("/proc/net/sctp/eps")).complete.measured(), None);
}
