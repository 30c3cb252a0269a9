//! Copies that were put aside, packed or not.

use super::super::copies::UNPACKED_BYTES;
use super::*;
use crate::collect::packages::repodata::unpack::{Packing, packed};

fn line(at: &str, from: &str) -> String {
    format!("{at} sv1 sshd[815]: Failed password for taro from {from} port 50102 ssh2\n")
}

fn with_log() -> Recording {
    host().file("/var/log/auth.log", sample!("auth.debian_12.log"))
}

fn copy(host: Recording, name: &str, text: &str) -> Recording {
    let packing = match name.rsplit_once('.') {
        Some((_, "gz")) => Packing::Gzip,
        Some((_, "zst")) => Packing::Zstandard,
        _ => Packing::None,
    };
    host.file(format!("/var/log/{name}"), packed(packing, text.as_bytes()))
}

fn sources(events: &AccountEvents) -> Vec<&str> {
    let mut sources: Vec<&str> = events.failed_sign_ins.iter().map(|row| row.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

#[test]
fn copies_are_read_however_they_are_packed() {
    let (first, second) = (line("Nov 16 10:00:01", "10.0.0.1"), line("Nov 12 10:00:01", "10.0.0.2"));
    for (one, other) in [
        ("auth.log.1", "auth.log.2.gz"),
        ("auth.log.1.gz", "auth.log.2.gz"),
        ("auth.log-20261119", "auth.log-20261115.gz"),
        ("auth.log-20261119.zst", "auth.log-20261115.zst"),
    ] {
        let events = read(&copy(copy(with_log(), one, &first), other, &second));
        assert_eq!(sources(&events), ["10.0.0.1", "10.0.0.2", "192.0.2.7"], "{one} {other}");
        assert_eq!(events.since, Read::Measured(Some(at("2026-11-12T01:00:01Z"))), "{one} {other}");
        assert!(!events.logs[0].cut);
    }
    let rhel = host().file("/var/log/secure", sample!("secure.rhel_9"));
    let events = read(&copy(rhel, "secure-20261115.gz", &second));
    assert!(sources(&events).contains(&"10.0.0.2"));
}

#[test]
fn a_copy_that_is_there_twice_counts_once() {
    let text = line("Nov 12 10:00:01", "10.0.0.1") + &line("Nov 16 10:00:01", "10.0.0.1");
    let count = |host: Recording| {
        let events = read(&host);
        let of_copy = events.failed_sign_ins.iter().filter(|row| row.source == "10.0.0.1");
        (of_copy.map(|row| row.count).sum::<i64>(), events.since)
    };
    let once = count(copy(with_log(), "auth.log.1", &text));
    assert_eq!(once.0, 2);
    for (one, other) in [("auth.log.2", "auth.log.2.gz"), ("auth.log.1", "auth.log.1.bak")] {
        assert_eq!(count(copy(copy(with_log(), one, &text), other, &text)), once, "{other}");
    }
    // What another file tells besides counts.
    let more = text.clone() + &line("Nov 16 10:00:02", "10.0.0.1");
    assert_eq!(count(copy(copy(with_log(), "auth.log.1", &text), "auth.log.1.bak", &more)).0, 3);
}

#[test]
fn of_very_many_copies_the_newest_are_read() {
    let with = |count: i64| {
        let hours =
            (0..count).map(|number| (number, Span::from_secs(number * 3_600).after(at("2026-11-10T00:00:00Z"))));
        let host = hours.fold(with_log(), |host, (number, hour)| {
            let text = line(&hour.to_rfc3339(), "10.0.0.1");
            host.file_with(format!("/var/log/auth.log-{number:04}"), text, |file| file.modified = hour)
        });
        let events = read(&host);
        (events.logs[0].cut, events.since)
    };
    let first = at("2026-11-10T00:00:00Z");
    assert_eq!(with(100), (false, Read::Measured(Some(first))));
    let later = Span::from_secs(20 * 3_600).after(first);
    assert_eq!(with(120), (true, Read::Measured(Some(later))), "the oldest are not");
}

#[test]
fn what_is_packed_otherwise_or_damaged_is_said_to_be_cut() {
    let first = line("Nov 16 10:00:01", "10.0.0.1");
    let with = || copy(with_log(), "auth.log.1", &first);
    for (name, bytes) in [
        ("auth.log.2.xz", &b"\xfd7zXZ\0"[..]),
        ("auth.log.2.bz2", b"BZh9"),
        ("auth.log.2.gz", b"\x1f\x8b"),
        ("auth.log.2.zst", b"\x28\xb5\x2f\xfd"),
    ] {
        let events = read(&with().file(format!("/var/log/{name}"), bytes));
        assert!(events.logs[0].cut, "{name}");
        assert_eq!(events.since, Read::Measured(Some(at("2026-11-16T02:00:00Z"))), "{name}: no sooner than is whole");
        assert_eq!(sources(&events), ["10.0.0.1", "192.0.2.7"], "{name}");
    }
    let xz = packed(Packing::Xz, line("Nov 12 10:00:01", "10.0.0.2").as_bytes());
    assert!(read(&with().file("/var/log/auth.log.2.xz", xz)).logs[0].cut, "whole, but it takes more memory");
    let denied = with().file("/var/log/auth.log.2.gz", "x").denied("/var/log/auth.log.2.gz");
    assert_eq!(code(&read(&denied).since), ReasonCode::NotPermitted);
    // Of what is older than is told nobody asks.
    let old = with().file_with("/var/log/auth.log.2.xz", "x", |file| file.modified = at("2026-08-01T00:00:00Z"));
    assert!(!read(&old).logs[0].cut);
}

#[test]
fn a_copy_that_unpacks_to_too_much_takes_no_time() {
    let bomb = line("Nov 16 10:00:01", "10.0.0.1");
    let bomb = bomb.repeat(usize::try_from(UNPACKED_BYTES).unwrap() / bomb.len() + 9);
    let events = read(&copy(with_log(), "auth.log.2.gz", &bomb));
    assert!(events.logs[0].cut);
    assert_eq!(sources(&events), ["192.0.2.7"]);
    // Of one that holds more than is read the end is.
    let text = line("Nov 15 10:00:01", "10.0.0.1").repeat(30_000) + &line("Nov 16 10:00:01", "10.0.0.2");
    let events = read(&copy(with_log(), "auth.log.2.gz", &text));
    assert!(events.logs[0].cut);
    assert_eq!(sources(&events), ["10.0.0.1", "10.0.0.2", "192.0.2.7"]);
    let of_first: i64 = events.failed_sign_ins.iter().filter(|row| row.source == "10.0.0.1").map(|row| row.count).sum();
    assert!(of_first > 20_000 && of_first < 30_000, "{of_first}");
}

#[test]
fn a_copy_that_is_gone_leaves_a_hole() {
    let events = read(&copy(with_log(), "auth.log.1", &line("Nov  1 10:00:01", "10.0.0.1")));
    assert_eq!(events.since, Read::Measured(Some(at("2026-11-01T01:00:01Z"))), "it was switched off");
    let events = read(&copy(with_log(), "auth.log.2.gz", &line("Oct 10 10:00:01", "10.0.0.1")));
    assert_eq!(sources(&events), ["10.0.0.1", "192.0.2.7"], "what is there is told");
    assert_eq!(events.since, Read::Measured(Some(at("2026-11-20T00:00:01.204113Z"))), "but not all since then");
}

#[test]
fn records_of_failed_sign_ins_are_unpacked_too() {
    let records = record("ssh:notty", "taro", "192.0.2.7").repeat(3);
    let with = host().file("/var/log/btmp", record("tty1", "hanako", ""));
    let events = read(&with.file("/var/log/btmp-20261101.gz", packed(Packing::Gzip, &records)));
    assert_eq!(
        failed(&events),
        [(Some("hanako"), "", SignInWay::Console, 1), (Some("taro"), "192.0.2.7", SignInWay::Ssh, 3)]
    );
    let odd = host().file("/var/log/btmp", "no records at all".repeat(99));
    assert_eq!(code(&read(&odd).logs[0].from), ReasonCode::Unparsable);
}
