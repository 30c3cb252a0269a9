use serde_json::json;
use tenken_model::fact::time_sync::{TimeServiceKind, TimeSync};
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::{Instant, Read, ReasonCode, Span};

use super::chrony_packet::{TRACKING_BYTES, tracking_request};
use super::{chrony_sources, collect};
use crate::collect::{Look, Needs, Wake};
use crate::host::{BusProperty, Endpoint, KernelClockReading, Recording};

const SEQUENCE: u32 = 0x7465_6e6b;
const PID: &str = "/run/chrony/chronyd.pid";

fn base() -> Recording {
    Recording::new(Instant::UNIX_EPOCH)
        .file("/etc/chrony/chrony.conf", "sourcedir /etc/chrony/sources.d\nserver ntp.nict.jp iburst\n")
        .file("/etc/chrony/sources.d/jst.sources", "pool ntp.jst.mfeed.ad.jp\n")
        .file("/etc/chrony/sources.d/note.txt", "pool not.taken\n")
        .file("/usr/share/zoneinfo/Asia/Tokyo", "TZif2")
        .link("/etc/localtime", "/usr/share/zoneinfo/Asia/Tokyo")
        .running(1, "systemd")
        .kernel_clock(Ok(KernelClockReading {
            unsynchronised: false,
            max_error: Span::from_millis(30),
            estimated_error: Span::from_millis(1),
        }))
}

/// The reply of a chronyd that follows a server on loopback.
fn reply() -> Vec<u8> {
    let mut reply = vec![6, 2, 0, 0];
    for field in [33_u16, 5, 0, 0, 0, 0] {
        reply.extend(field.to_be_bytes());
    }
    for field in [SEQUENCE, 0, 0, 0x7f00_0001] {
        reply.extend(field.to_be_bytes());
    }
    reply.extend([127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for field in [1_u16, 0, 6, 0] {
        reply.extend(field.to_be_bytes());
    }
    for field in [0_u32, 1_700_000_000, 0, 0] {
        reply.extend(field.to_be_bytes());
    }
    reply.resize(TRACKING_BYTES, 0);
    reply
}

fn fact(host: &Recording) -> (TimeSync, std::collections::BTreeSet<Wake>) {
    let look = Look::new(host);
    let needs =
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: Instant::UNIX_EPOCH };
    let Outcome::Known(fact) = collect(&look, &needs) else { panic!("the clock is always there") };
    (fact, look.finish().1)
}

const SOCKET: &str = "/run/chrony/chronyd.sock";

/// A host whose chronyd runs and has those servers.
fn told(names: &[&str], host: Recording) -> Recording {
    let socket = || Endpoint::UnixDatagram(SOCKET.into());
    let host = host.running(9, "chronyd").file(PID, "9\n");
    let host = host.exchange(socket(), tracking_request(SEQUENCE), Ok(reply()));
    let sources = chrony_sources::tests::told(names, SEQUENCE);
    sources.into_iter().fold(host, |host, (question, answer)| host.exchange(socket(), question, Ok(answer)))
}

#[test]
fn servers_that_chrony_was_given_by_hand_count() {
    let of = |names: &[&str]| fact(&told(names, base())).0.services.remove(0).configured;
    assert_eq!(of(&["added", "ntp.nict.jp", "added"]), names(&["ntp.nict.jp", "ntp.jst.mfeed.ad.jp", "added"]));
    assert_eq!(of(&[]), names(&["ntp.nict.jp", "ntp.jst.mfeed.ad.jp"]), "a clock is no server");
    // One that an older chronyd, or one that tells little, leaves unnamed may be anything.
    let unnamed = |status: u16| {
        let mut questions = chrony_sources::tests::told(&["a"], SEQUENCE);
        let (question, _) = questions.remove(2);
        let answer = chrony_sources::tests::reply(&question, 1, status, &[]);
        let host = told(&["a"], base()).exchange(Endpoint::UnixDatagram(SOCKET.into()), question, Ok(answer));
        fact(&host).0.services.remove(0)
    };
    assert_eq!(not_read(&unnamed(2).configured), Some(ReasonCode::NotPermitted));
    assert_eq!(not_read(&unnamed(3).configured), Some(ReasonCode::Unsupported));
    assert_eq!(unnamed(3).synchronised, Read::Measured(true));
    assert_eq!(unnamed(4).configured, names(&["ntp.nict.jp", "ntp.jst.mfeed.ad.jp"]), "it went meanwhile");
    let many = chrony_sources::count_request(SEQUENCE);
    let answer = chrony_sources::tests::reply(&many, 2, 0, &201_u32.to_be_bytes());
    let host = told(&[], base()).exchange(Endpoint::UnixDatagram(SOCKET.into()), many, Ok(answer));
    assert_eq!(not_read(&fact(&host).0.services.remove(0).configured), Some(ReasonCode::TooLarge));
}

#[test]
fn a_running_chrony_tells_its_source() {
    let host = told(&["ntp.nict.jp", "192.0.2.66"], base());
    let (fact, wakes) = fact(&host);
    let [chrony] = fact.services.as_slice() else { panic!("{:?}", fact.services) };
    assert_eq!(chrony.kind, TimeServiceKind::Chrony);
    assert_eq!((&chrony.running, &chrony.synchronised), (&Read::Measured(true), &Read::Measured(true)));
    assert_eq!(chrony.source, Read::Measured(Some("127.0.0.1".into())));
    assert_eq!(chrony.configured.measured().unwrap(), &["ntp.nict.jp", "ntp.jst.mfeed.ad.jp", "192.0.2.66"]);
    assert_eq!(fact.time_zone, Read::Measured("Asia/Tokyo".into()));
    for wake in [Wake::ProcessExit(9), Wake::ClockStep, Wake::Path(PID.into())] {
        assert!(wakes.contains(&wake), "{wake:?}");
    }
}

#[test]
fn a_zone_whose_file_is_not_there_is_none() {
    let mut host = base();
    assert_eq!(fact(&host).0.time_zone, Read::Measured("Asia/Tokyo".into()));
    host.paths.remove(std::path::Path::new("/usr/share/zoneinfo/Asia/Tokyo"));
    assert_eq!(fact(&host).0.time_zone, Read::Measured("UTC".into()));
    let Read::NotRead(reason) = fact(&host.denied("/usr/share/zoneinfo")).0.time_zone else {
        panic!("it was not seen")
    };
    assert_eq!(reason.code, ReasonCode::NotPermitted);
}

#[test]
fn a_chrony_that_ended_is_there_and_not_running() {
    let (fact, wakes) = fact(&base());
    assert_eq!(fact.services[0].running, Read::Measured(false));
    assert_eq!(fact.services[0].synchronised, Read::Measured(false));
    assert!(wakes.contains(&Wake::Path(PID.into())), "its return is noticed");
}

#[test]
fn a_chrony_that_does_not_answer_is_not_known() {
    let (fact, _) = fact(&base().running(9, "chronyd").file(PID, "9"));
    assert_eq!(fact.services[0].running, Read::Measured(true));
    assert!(matches!(&fact.services[0].synchronised, Read::NotRead(_)));
    assert!(not_read(&fact.services[0].configured).is_some(), "it may have others than its configuration names");
}

#[test]
fn a_configuration_that_may_not_be_read_is_said() {
    let host = Recording::new(Instant::UNIX_EPOCH).running(1, "systemd").denied("/etc/chrony/chrony.conf");
    let (fact, _) = fact(&host);
    assert!(matches!(&fact.services[0].configured, Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted));
}

#[test]
fn includes_of_chrony_are_followed_or_said_not_to_be() {
    let of = |include: &str| {
        let host = base()
            .file("/etc/chrony/chrony.conf", format!("include {include}\n"))
            .file("/etc/more/a1.conf", "server a1\n")
            .file("/etc/more/a2.conf", "server a2\n")
            .file("/etc/more/.a3.conf", "server a3\n");
        fact(&host).0.services.remove(0).configured
    };
    assert_eq!(of("/etc/more/a?.conf"), Read::Measured(vec!["a1".to_owned(), "a2".to_owned()]));
    assert_eq!(of("/etc/more/*2.c*"), Read::Measured(vec!["a2".to_owned()]));
    assert_eq!(of("/etc/m*/a[2-9].conf"), Read::Measured(vec!["a2".to_owned()]));
    assert_eq!(of("/etc/more/.a*"), Read::Measured(vec!["a3".to_owned()]));
    assert_eq!(of("/etc/*/a2.conf"), Read::Measured(vec!["a2".to_owned()]), "not below every folder");
    for unfollowed in ["/etc/more/a[^12].conf", "more/a1.conf"] {
        assert!(matches!(of(unfollowed), Read::NotRead(reason) if reason.code == ReasonCode::Unsupported));
    }
}

#[test]
fn folders_of_chrony_are_read_as_chrony_reads_them() {
    let of = |line: &str| {
        let host = bare()
            .file("/etc/chrony.conf", format!("{line}\n"))
            .file("/a/1.conf", "server a1\n")
            .file("/a/2.conf", "server a2\n")
            .file("/a/.h.conf", "server hidden\n")
            .folder("/a/d.conf")
            .file("/b/0.conf", "server b0\n")
            .file("/b/2.conf", "server b2\n")
            .file("/b/3.sources", "server b3\n")
            .link("/l/x.conf", "/gone");
        configured(&host)
    };
    assert_eq!(of("confdir /a /b/ /c"), names(&["b0", "a1", "a2"]));
    assert_eq!(of("confdir /b /a"), names(&["b0", "a1", "b2"]));
    assert_eq!(of("sourcedir /a /b"), names(&["b3"]));
    assert_eq!(not_read(&of("confdir /[ab]")), Some(ReasonCode::Unsupported));
    for gone in ["include /a/gone.conf", "confdir /l"] {
        assert_eq!(not_read(&of(gone)), Some(ReasonCode::Missing), "chronyd does not start: {gone}");
    }
}

#[test]
fn a_configuration_of_too_many_files_is_not_read() {
    let with = |files: usize| {
        let start = base().file("/etc/chrony/chrony.conf", "confdir /etc/chrony/conf.d\n");
        let host =
            (0..files).fold(start, |host, at| host.file(format!("/etc/chrony/conf.d/{at:02}.conf"), "server a\n"));
        fact(&host).0.services.remove(0).configured
    };
    assert_eq!(with(64).map(|names| names.len()), Read::Measured(64));
    assert!(matches!(with(65), Read::NotRead(reason) if reason.code == ReasonCode::TooLarge));
}

fn bare() -> Recording {
    Recording::new(Instant::UNIX_EPOCH).running(1, "systemd")
}

fn configured(host: &Recording) -> Read<Vec<String>> {
    let mut services = fact(host).0.services;
    assert_eq!(services.len(), 1, "{services:?}");
    services.remove(0).configured
}

fn not_read(read: &Read<Vec<String>>) -> Option<ReasonCode> {
    match read {
        Read::NotRead(reason) => Some(reason.code),
        Read::Measured(_) => None,
    }
}

fn names(names: &[&str]) -> Read<Vec<String>> {
    Read::Measured(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn ntpd_takes_in_files_and_a_folder() {
    let host = bare()
        .file("/etc/ntpsec/ntp.conf", "server a\nincludefile more\nincludefile /etc/folder\n")
        .file("/etc/ntpsec/more", "pool b\n")
        .file("/etc/folder/x.conf", "server c\n")
        .file("/etc/folder/x.txt", "server no\n")
        .file("/etc/ntpsec/ntp.d/y.conf", "server d\n");
    assert_eq!(configured(&host), names(&["a", "b", "c", "d"]));
    let lacking = bare().file("/etc/ntp.conf", "includefile /etc/gone\n");
    assert_eq!(not_read(&configured(&lacking)), Some(ReasonCode::Missing));
    let round = bare().file("/etc/ntp.conf", "includefile /etc/ntp.conf\n");
    assert_eq!(not_read(&configured(&round)), Some(ReasonCode::TooLarge));
}

#[test]
fn ntpd_follows_what_a_lease_names_unless_told_otherwise() {
    let leased = bare().file("/etc/ntpsec/ntp.conf", "server a\n").file("/run/ntpsec/ntp.conf.dhcp", "server leased\n");
    assert_eq!(configured(&leased), names(&["leased"]));
    let ignored = leased.file("/etc/default/ntpsec", "IGNORE_DHCP=\"yes\"\n");
    assert_eq!(configured(&ignored), names(&["a"]));
}

#[test]
fn an_ntpd_that_runs_without_a_known_configuration_is_told() {
    let (fact, _) = fact(&bare().running(9, "ntpd"));
    assert_eq!((fact.services.len(), fact.services[0].kind), (1, TimeServiceKind::Ntpd));
    assert_eq!(fact.services[0].running, Read::Measured(true));
    assert_eq!(not_read(&fact.services[0].configured), Some(ReasonCode::Missing));
    let open = bare().running(9, "ntpd").file("/etc/openntpd/ntpd.conf", "servers a\n");
    assert_eq!(configured(&open), names(&["a"]));
    assert_eq!(not_read(&configured(&bare().running(9, "ntp-daemon"))), Some(ReasonCode::Missing));
}

#[test]
fn files_that_only_ntpd_takes_in_are_not_missing_for_others() {
    let line = "server a\nincludefile \"/etc/gone\"\n";
    assert_eq!(not_read(&configured(&bare().file("/etc/ntp.conf", line))), Some(ReasonCode::Missing));
    for path in ["/etc/ntpd-rs/ntp.toml", "/etc/openntpd/ntpd.conf"] {
        assert_eq!(not_read(&configured(&bare().file(path, line))), Some(ReasonCode::Unsupported), "{path}");
    }
}

#[test]
fn servers_of_timesyncd() {
    let property = |name: &str| BusProperty {
        service: "org.freedesktop.timesync1".to_owned(),
        path: "/org/freedesktop/timesync1".to_owned(),
        interface: "org.freedesktop.timesync1.Manager".to_owned(),
        name: name.to_owned(),
    };
    let idle = bare()
        .file("/usr/lib/systemd/systemd-timesyncd", "")
        .file("/etc/systemd/timesyncd.conf", "[Time]\nFallbackNTP=fallback\n");
    assert_eq!(configured(&idle), names(&["fallback"]));
    let running = |host: Recording, told: [(&str, serde_json::Value); 5]| {
        let host = host.running(9, "systemd-timesyncd");
        configured(&told.into_iter().fold(host, |host, (name, value)| host.bus(property(name), Ok(value))))
    };
    let told = |system: &[&str], link: &[&str], by_hand: &[&str], asked: &str| {
        [
            ("SystemNTPServers", json!(system)),
            ("LinkNTPServers", json!(link)),
            ("RuntimeNTPServers", json!(by_hand)),
            ("FallbackNTPServers", json!(["built-in"])),
            ("ServerName", json!(asked)),
        ]
    };
    let runs = |told| running(idle.clone(), told);
    assert_eq!(runs(told(&[], &["192.0.2.1"], &[], "")), names(&["192.0.2.1"]));
    assert_eq!(runs(told(&["a"], &["b", "a"], &["c"], "b")), names(&["a", "b", "c"]));
    assert_eq!(runs(told(&[], &[], &[], "old")), names(&["built-in", "old"]), "files may have changed since");
    let mut old = told(&["a"], &[], &[], "");
    old[2].0 = "Other";
    assert_eq!(runs(old), names(&["a"]), "an old version sets none by hand");
    for at in [0, 1, 4] {
        let mut silent = told(&["a"], &[], &[], "a");
        silent[at].0 = "Other";
        assert_eq!(not_read(&runs(silent)), Some(ReasonCode::Missing), "{at}");
    }
    for at in 0..3 {
        let mut odd = told(&["a"], &[], &[], "a");
        odd[at].1 = json!("x");
        assert_eq!(not_read(&runs(odd)), Some(ReasonCode::Unparsable), "{at}");
    }
    let bare = idle.clone().file("/etc/systemd/timesyncd.conf", "[Time]\n#NTP=a\n");
    assert_eq!(not_read(&configured(&bare)), Some(ReasonCode::Inconclusive), "what it was built with is not told");
    assert_eq!(running(bare, told(&[], &[], &[], "")), names(&["built-in"]));
    let written = idle.clone().file("/etc/systemd/timesyncd.conf", "[Time]\nNTP=a\n");
    assert_eq!(running(written, told(&[], &[], &[], "")), names(&["a", "built-in"]), "it was not started again since");
    let none = idle.clone().file("/etc/systemd/timesyncd.conf", "[Time]\nFallbackNTP=\n");
    assert_eq!(configured(&none), names(&[]));
    let garbage = idle.file("/etc/systemd/timesyncd.conf.d/a.conf", [0xff, 0xfe]);
    assert_eq!(not_read(&configured(&garbage)), Some(ReasonCode::Unparsable));
}

#[test]
fn a_host_without_a_service_has_none() {
    let host = Recording::new(Instant::UNIX_EPOCH).running(1, "init");
    assert!(fact(&host).0.services.is_empty());
}

#[test]
fn a_configuration_that_is_no_text_names_no_sources() {
    let many = "include /etc/chrony/more.conf\n";
    for host in [
        base().file("/etc/chrony/chrony.conf", b"\x7fELF\0server ntp.nict.jp\n"),
        base().file("/etc/chrony/chrony.conf", many).file("/etc/chrony/more.conf", many),
    ] {
        let (fact, _) = fact(&host);
        let Read::NotRead(reason) = &fact.services[0].configured else { panic!("{fact:?}") };
        assert!(reason.detail.contains("/etc/chrony/"), "{reason:?}");
    }
}
