use std::net::Ipv4Addr;

use tenken_model::fact::listeners::Listeners;
use tenken_model::register::Registers;
use tenken_model::{Instant, ReasonCode};

use super::*;
use crate::host::recorded::Recording;
use crate::host::scrub;
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
