use std::fmt::Write as _;

use tenken_model::Read;
use tenken_model::fact::account_events::{
    AccountChangeKind as Kind, ElevationWay, FailedOf, PasswordSet, PasswordWay, SignInWay,
};
use tenken_model::fact::kept::FACT_BYTES_MAX;
use tenken_model::register::Registers;

use super::samples::{COMPACT, PLAIN, whole};
use super::*;
use crate::collect::Wake;
use crate::host::Recording;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/account_events/", $name)).as_slice()
    };
}

mod reach;
mod rotated;

const PEOPLE: &str = "root:x:0:0::/root:/bin/bash\nhanako:x:1000:1000::/home/hanako:/bin/bash\n\
    taro:x:1001:1001::/home/taro:/bin/bash\njiro:x:1002:1002::/home/jiro:/bin/bash\n";
const TOKYO: &[u8] = include_bytes!("../../../tests/corpus/bases/debian_12/root/usr/share/zoneinfo/Asia/Tokyo");
const MACHINE: &str = "22222222222222222222222222222222";

fn now() -> Instant {
    at("2026-11-24T00:00:00Z")
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn host() -> Recording {
    Recording::new(now()).file("/etc/passwd", PEOPLE).file("/etc/localtime", TOKYO).file("/etc/machine-id", MACHINE)
}

fn with_journal(sample: &[u8]) -> Recording {
    host().file(format!("/var/log/journal/{MACHINE}/system.journal"), whole(sample))
}

fn outcome(host: &Recording) -> Outcome<AccountEvents> {
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    collect(&Look::new(host), &needs)
}

fn read(host: &Recording) -> AccountEvents {
    match outcome(host) {
        Outcome::Known(events) => events,
        other => panic!("{other:?}"),
    }
}

fn failed(events: &AccountEvents) -> Vec<(Option<&str>, &str, SignInWay, i64)> {
    let rows = events.failed_sign_ins.iter();
    let mut rows: Vec<_> = rows.map(|row| (row.account.as_deref(), row.source.as_str(), row.way, row.count)).collect();
    rows.sort_unstable();
    rows
}

fn set(set: &PasswordSet) -> (&str, PasswordWay, Option<&str>, Option<bool>, bool) {
    (&set.account, set.how, set.by.as_deref(), set.by_another.measured().copied(), set.first_issue)
}

/// What was changed, of which account and group, and by whom.
type Change<'a> = (Kind, Option<&'a str>, Option<&'a str>, Option<&'a str>);

fn changes(events: &AccountEvents) -> Vec<Change<'_>> {
    let rows = events.changes.iter();
    rows.map(|row| (row.kind, row.account.as_deref(), row.group.as_deref(), row.by.as_deref())).collect()
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?} was measured"),
    }
}

#[test]
fn messages_of_debian_12() {
    let events = read(&host().file("/var/log/auth.log", sample!("auth.debian_12.log")));
    assert_eq!(
        failed(&events),
        [(None, "192.0.2.7", SignInWay::Ssh, 1), (Some("taro"), "192.0.2.7", SignInWay::Ssh, 2)]
    );
    assert_eq!(events.failed_sign_ins[0].day, at("2026-11-19T15:00:00Z"));
    let sets: Vec<_> = events.passwords_set.iter().map(set).collect();
    assert_eq!(
        sets,
        [
            // Before it sudo ran only what sets no password.
            ("jiro", PasswordWay::Chpasswd, None, None, true),
            ("taro", PasswordWay::Passwd, Some("hanako"), Some(true), false),
        ]
    );
    assert_eq!(
        changes(&events),
        [
            (Kind::MemberAdded, Some("jiro"), Some("sudo"), Some("hanako")),
            (Kind::AccountAdded, Some("jiro"), None, Some("hanako")),
            (Kind::GroupAdded, None, Some("jiro"), Some("hanako")),
        ]
    );
    let elevations: Vec<_> = events
        .elevations
        .iter()
        .map(|of| (of.way, of.account.as_deref(), of.target.as_deref(), of.count, of.failed))
        .collect();
    assert!(elevations.contains(&(ElevationWay::Sudo, Some("hanako"), Some("root"), 1, 0)), "{elevations:?}");
    assert!(elevations.contains(&(ElevationWay::Su, Some("taro"), Some("root"), 0, 1)), "{elevations:?}");
    assert_eq!((events.transfers[0].sessions, events.transfers[0].bytes_sent), (1, None));
    assert_eq!(events.since, Read::Measured(Some(at("2026-11-20T00:00:01.204113Z"))));
    assert_eq!(events.uses_since, events.since);
    let wire = serde_json::to_string(&events).unwrap();
    assert!(!wire.contains("Pa55w0rd") && !wire.contains("secret") && !wire.contains("bash"), "{wire}");
    let of: Vec<_> = events.most_failed.iter().map(|day| (day.of, day.name.as_str(), day.count)).collect();
    assert_eq!(of, [(FailedOf::Source, "192.0.2.7", 3), (FailedOf::Account, "taro", 2)]);
}

#[test]
fn messages_of_ubuntu() {
    let events = read(&host().file("/var/log/auth.log", sample!("auth.ubuntu_22.04.log")));
    assert_eq!(
        failed(&events),
        [(Some("taro"), "", SignInWay::Graphical, 1), (Some("taro"), "192.0.2.7", SignInWay::Ssh, 3)]
    );
    assert_eq!(events.failed_sign_ins.iter().map(|row| row.first).min(), Some(at("2026-11-20T01:00:01Z")));
    let [of] = &events.passwords_set[..] else { panic!("{events:?}") };
    assert_eq!(code(&of.by_another), ReasonCode::Inconclusive, "nobody wrote by whom");
    let [of] = &events.elevations[..] else { panic!("{events:?}") };
    assert_eq!((of.count, of.failed), (0, 1));
    let [of] = &events.transfers[..] else { panic!("{events:?}") };
    assert_eq!((of.sessions, of.received, of.sent), (1, 1, 1));
    assert_eq!((of.bytes_received, of.bytes_sent), (Some(Size::from_bytes(5_120)), Some(Size::from_bytes(100))));
    let wire = serde_json::to_string(&events).unwrap();
    assert!(!wire.contains("csv"), "{wire}");

    let events = read(&host().file("/var/log/auth.log", sample!("auth.ubuntu_24.04.log")));
    assert_eq!(
        failed(&events),
        [(Some("hanako"), "", SignInWay::Console, 1), (Some("taro"), "2001:db8::7", SignInWay::Ssh, 1)]
    );
    assert_eq!(
        events.passwords_set.iter().map(set).collect::<Vec<_>>(),
        [("taro", PasswordWay::Usermod, None, None, false)]
    );
    assert_eq!(
        changes(&events),
        [
            (Kind::GroupRemoved, None, Some("saburo"), None),
            (Kind::AccountRemoved, Some("saburo"), None, None),
            (Kind::MemberAdded, Some("taro"), Some("adm"), Some("root")),
        ]
    );
}

#[test]
fn messages_and_audit_of_rhel_9() {
    let host = host().file("/var/log/secure", sample!("secure.rhel_9"));
    let alone = read(&host);
    assert_eq!(code(&alone.passwords_set[0].by_another), ReasonCode::Inconclusive);
    let events = read(&host.file("/var/log/audit/audit.log", sample!("audit.rhel_9.log")));
    assert_eq!(failed(&events), [(Some("taro"), "192.0.2.7", SignInWay::Ssh, 1)], "counted once");
    assert_eq!(
        events.passwords_set.iter().map(set).collect::<Vec<_>>(),
        [
            // chpasswd of RHEL tells only the kernel.
            ("jiro", PasswordWay::Chpasswd, Some("hanako"), Some(true), true),
            ("taro", PasswordWay::Passwd, Some("hanako"), Some(true), false),
        ]
    );
    assert_eq!(
        changes(&events),
        [
            (Kind::MemberAdded, Some("jiro"), Some("wheel"), Some("hanako")),
            (Kind::GroupAdded, None, Some("jiro"), None),
            (Kind::AccountAdded, Some("jiro"), None, Some("hanako")),
        ]
    );
    assert_eq!(events.logs.len(), 2);
}

#[test]
fn a_journal_says_by_whom() {
    for sample in [COMPACT, PLAIN] {
        let events = read(&with_journal(sample));
        assert_eq!(
            events.passwords_set.iter().map(set).collect::<Vec<_>>(),
            [
                ("jiro", PasswordWay::Chpasswd, Some("hanako"), Some(true), true),
                ("taro", PasswordWay::Passwd, Some("hanako"), Some(true), false),
                ("taro", PasswordWay::Passwd, Some("taro"), Some(false), false),
            ],
            "what logger(1) wrote is none, and what another did comes first"
        );
        assert_eq!(
            failed(&events),
            [
                (None, "192.0.2.7", SignInWay::Ssh, 1),
                (Some("hanako"), "", SignInWay::Graphical, 1),
                (Some("taro"), "192.0.2.7", SignInWay::Ssh, 12),
            ]
        );
        assert_eq!(events.transfers[0].bytes_received, Some(Size::from_bytes(4_096)));
        assert_eq!(events.since, Read::Measured(Some(at("2026-11-20T00:00:00Z"))));
        assert_eq!(events.logs[0].newest_hour, Some(at("2026-11-23T00:00:00Z")));
        assert!(!serde_json::to_string(&events).unwrap().contains("Pa55w0rd"));
    }
}

#[test]
fn what_is_in_two_places_is_counted_once() {
    let both = with_journal(COMPACT).file("/var/log/auth.log", sample!("auth.debian_12.log"));
    let events = read(&both);
    let journal = read(&with_journal(COMPACT));
    assert_eq!((&events.failed_sign_ins, &events.passwords_set), (&journal.failed_sign_ins, &journal.passwords_set));
    assert_eq!(events.logs.len(), 2);
    let older = "2026-11-01T10:01:02+09:00 sv1 sshd[815]: Failed password for taro from 192.0.2.9 port 50102 ssh2\n";
    let older = [older.as_bytes(), sample!("auth.debian_12.log")].concat();
    let events = read(&with_journal(COMPACT).file("/var/log/auth.log", older));
    assert!(events.failed_sign_ins.iter().any(|row| row.source == "192.0.2.9"), "before the journal begins");
    assert_eq!(events.since, Read::Measured(Some(at("2026-11-01T01:01:02Z"))));
}

/// A record of btmp, of 2026-11-20T01:01:02Z.
fn record(line: &str, user: &str, host: &str) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[0] = 6;
    for (at, text) in [(8, line), (44, user), (76, host)] {
        record[at..at + text.len()].copy_from_slice(text.as_bytes());
    }
    record[340..344].copy_from_slice(&1_795_136_462_u32.to_le_bytes());
    record
}

#[test]
fn records_of_failed_sign_ins_alone() {
    let btmp = [record("ssh:notty", "taro", "192.0.2.7"), record("tty1", "Pa55w0rd", ""), record("tty1", "hanako", "")];
    let with = host().file("/var/log/btmp", btmp.concat());
    let events = read(&with);
    assert_eq!(
        failed(&events),
        [
            (None, "", SignInWay::Console, 1),
            (Some("hanako"), "", SignInWay::Console, 1),
            (Some("taro"), "192.0.2.7", SignInWay::Ssh, 1),
        ]
    );
    assert_eq!(code(&events.since), ReasonCode::Missing, "passwords are not in it");
    let events = read(&with.file("/var/log/auth.log", sample!("auth.debian_12.log")));
    assert_eq!(events.failed_sign_ins.iter().map(|row| row.count).sum::<i64>(), 3, "counted once");
}

#[test]
fn a_log_that_ended_long_ago_is_no_beginning() {
    let old = "2026-10-01T10:01:02+09:00 sv1 sshd[815]: Failed password for taro from 192.0.2.9 port 50102 ssh2\n";
    let events = read(&with_journal(COMPACT).file("/var/log/auth.log", old));
    assert_eq!(events.since, Read::Measured(Some(at("2026-11-20T00:00:00Z"))));
    assert_eq!(events.uses_since, events.since);
    let denied = with_journal(COMPACT).file("/var/log/secure", "x").denied("/var/log/secure");
    assert_eq!(code(&read(&denied).since), ReasonCode::NotPermitted, "it may hold more than the journal");
}

#[test]
fn more_files_than_are_read_are_not_passed_over() {
    let mut many = host();
    for number in 0..1_001 {
        many = many.file(format!("/var/log/journal/{MACHINE}/user-{number}.journal"), &COMPACT[..256]);
    }
    assert_eq!(code(&read(&many).since), ReasonCode::TooLarge);
}

#[test]
fn records_that_are_compressed_are_counted() {
    assert_eq!(read(&with_journal(COMPACT)).left_out, 1, "a long command of sudo");
}

#[test]
fn many_rows_are_few() {
    let mut log = String::new();
    for number in 0..3_000 {
        let (day, minute) = (number % 20 + 1, number % 60);
        let head = format!("2026-11-{day:02}T10:{minute:02}:02+09:00 sv1");
        _ = writeln!(
            log,
            "{head} sshd[{number}]: Failed password for taro from 10.0.{}.{} port 5 ssh2",
            number / 250,
            number % 250
        );
        _ = writeln!(log, "{head} useradd[{number}]: new user: name=user{number}, UID=1, GID=1, home=/x, shell=/x");
        _ = writeln!(log, "{head} chpasswd[{number}]: pam_unix(chpasswd:chauthtok): password changed for user{number}");
        _ = writeln!(log, "{head} su[{number}]: (to root) user{number} on pts/0");
        _ = writeln!(log, "{head} sshd[{number}]: subsystem request for sftp by user user{number}");
    }
    let events = read(&host().file("/var/log/auth.log", log));
    assert_eq!(events.failed_sign_ins.len(), fold::FAILED_MAX);
    assert_eq!((events.passwords_set.len(), events.changes.len()), (fold::PASSWORDS_MAX, fold::CHANGES_MAX));
    assert_eq!((events.elevations.len(), events.transfers.len()), (fold::ELEVATIONS_MAX, fold::TRANSFERS_MAX));
    assert_eq!(events.left_out, 15_000 - 2_100);
    assert!(serde_json::to_vec(&events).unwrap().len() < FACT_BYTES_MAX * 4 / 5);
}

#[test]
fn what_is_denied_is_not_taken_for_nothing() {
    let denied = read(&host().file("/var/log/auth.log", "x").denied("/var/log/auth.log"));
    assert_eq!(code(&denied.since), ReasonCode::NotPermitted);
    assert_eq!(code(&denied.logs[0].from), ReasonCode::NotPermitted);
    let journal = with_journal(COMPACT).denied(format!("/var/log/journal/{MACHINE}/system.journal"));
    assert_eq!(code(&read(&journal).since), ReasonCode::NotPermitted);
    assert_eq!(code(&read(&host()).since), ReasonCode::Missing);
    let empty = read(&host().file("/var/log/auth.log", ""));
    assert_eq!(empty.since, Read::Measured(None));
    for odd in [&[0xff, 0, 1, 2][..], b"<86>1 2026-11-20T09:00:01+09:00 sv1 sshd 7 - - Server listening\n"] {
        let odd = read(&host().file("/var/log/auth.log", odd));
        assert_eq!((code(&odd.since), code(&odd.counted_since)), (ReasonCode::Unparsable, ReasonCode::Unparsable));
    }
    let broken = with_journal(&[COMPACT[..12].to_vec(), vec![0xff; 4], COMPACT[16..].to_vec()].concat());
    assert_eq!(code(&read(&broken).since), ReasonCode::Unparsable);
    assert!(matches!(outcome(&Recording::new(now())), Outcome::Failed(_)), "whose names are accounts is not known");
    let zoneless = host().file("/etc/localtime", "x").file("/var/log/secure", sample!("secure.rhel_9"));
    assert_eq!(code(&read(&zoneless).since), ReasonCode::Unparsable);
}

#[test]
fn a_change_of_any_log_wakes() {
    let look_at = host();
    let look = Look::new(&look_at);
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    let _ = collect(&look, &needs);
    let (_, wakes) = look.finish();
    for path in [
        "/etc/passwd",
        "/var/log/auth.log",
        "/var/log/secure",
        "/var/log/btmp",
        "/var/log/audit/audit.log",
        "/var/log/journal",
        "/run/log/journal",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
}
