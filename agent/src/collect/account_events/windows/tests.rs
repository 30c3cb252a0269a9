//! Events of the accounts of Windows, from records of its Security channel.

use tenken_model::Size;
use tenken_model::fact::account_events::{AccountChangeKind, FailedOf, SignInWay};
use tenken_model::fact::system::SystemFamily;
use tenken_model::register::Registers;

use super::*;
use crate::host::recorded::Answer;
use crate::host::windows_api::{AuditSetting, EventChannel, LocalAccount};
use crate::host::{ReadError, ReadErrorKind, Recording, SystemReading};

mod frequent;

const MACHINE: &str = "S-1-5-21-1004336348-1177238915-682003330";

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn now() -> Instant {
    at("2026-11-26T01:00:00Z")
}

fn local(name: &str, rid: u32) -> LocalAccount {
    LocalAccount::ordinary(name, format!("{MACHINE}-{rid}").parse().unwrap())
}

/// A record as Windows writes it, shortened.
fn record(id: u32, time: &str, data: &[(&str, &str)]) -> String {
    let data: Vec<String> = data.iter().map(|(name, value)| format!("<Data Name='{name}'>{value}</Data>")).collect();
    let data = data.concat();
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider \
         Name='Microsoft-Windows-Security-Auditing'/><EventID>{id}</EventID><Keywords>0x8020000000000000</Keywords>\
         <TimeCreated SystemTime='{time}'/><EventRecordID>1</EventRecordID><Channel>Security</Channel></System>\
         <EventData>{data}</EventData></Event>"
    )
}

fn by(rid: u32) -> Vec<(&'static str, String)> {
    let sid = if rid == 18 { "S-1-5-18".to_owned() } else { format!("{MACHINE}-{rid}") };
    vec![("SubjectUserSid", sid), ("SubjectUserName", if rid == 18 { "PC-01$" } else { "kanri" }.to_owned())]
}

fn of(rid: u32, name: &str) -> Vec<(&'static str, String)> {
    vec![
        ("TargetSid", format!("{MACHINE}-{rid}")),
        ("TargetUserName", name.to_owned()),
        ("TargetDomainName", "PC-01".to_owned()),
    ]
}

fn about(id: u32, time: &str, parts: &[Vec<(&'static str, String)>]) -> String {
    let data: Vec<(&str, &str)> = parts.iter().flatten().map(|(name, value)| (*name, value.as_str())).collect();
    record(id, time, &data)
}

fn host(records: Vec<String>, audit_failures: bool) -> Recording {
    let mut host = Recording::new(now()).system(SystemReading {
        os: "windows".into(),
        os_version: "24H2".into(),
        kernel: "10.0.26100.1".into(),
        host_name: "PC-01".into(),
        booted_at: at("2026-11-25T23:40:00Z"),
    });
    host.family = SystemFamily::Windows;
    host.windows.accounts = Some(Answer::Given(vec![local("kanri", 1001), local("tanaka", 1002)]));
    let logon = AuditSetting {
        subcategory: "0cce9215-69ae-11d9-bed3-505054503030".parse().unwrap(),
        success: true,
        failure: audit_failures,
    };
    host.windows.audit_policy = Some(Answer::Given(vec![logon]));
    let mut records = records;
    records.push(record(4624, "2026-11-26T00:30:00Z", &[]));
    host.windows.records.insert(CHANNEL.to_owned(), records);
    let channel = EventChannel {
        enabled: true,
        max_size: Size::from_bytes(20 << 20),
        retention: false,
        auto_backup: false,
        access: None,
        file_size: Size::from_bytes(20 << 20),
        oldest_record: Some(100),
        oldest: Some(at("2026-10-01T00:00:00Z")),
        records: 30_000,
        full: false,
    };
    host.windows.channels.insert(CHANNEL.to_owned(), Answer::Given(channel));
    host
}

fn fact(host: &Recording) -> AccountEvents {
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

fn failed(time: &str, name: &str, domain: &str, status: &str, address: &str) -> String {
    let data = [
        ("TargetUserName", name),
        ("TargetDomainName", domain),
        ("Status", "0xc000006d"),
        ("SubStatus", status),
        ("LogonType", if address == "-" { "2" } else { "3" }),
        ("IpAddress", address),
        ("WorkstationName", "PC-01"),
    ];
    record(4625, time, &data)
}

#[test]
fn failed_sign_ins_are_counted_and_names_that_nobody_has_are_not_told() {
    let found = fact(&host(
        vec![
            failed("2026-11-25T00:00:00Z", "tanaka", "PC-01", "0xc000006a", "-"),
            failed("2026-11-25T00:00:05Z", "TANAKA", ".", "0xc000006a", "-"),
            failed("2026-11-25T00:01:00Z", "Himitsu123", "PC-01", "0xc0000064", "-"),
            failed("2026-11-25T00:02:00Z", "suzuki", "KENSHIN", "0xc000006a", "192.0.2.9"),
            failed("2026-11-25T00:03:00Z", "nobody", "KENSHIN", "0xc0000064", "192.0.2.9"),
        ],
        true,
    ));
    let mut told: Vec<_> = found
        .failed_sign_ins
        .iter()
        .map(|row| (row.account.as_deref(), row.source.as_str(), row.way, row.count))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            (None, "", SignInWay::Console, 1),
            (None, "192.0.2.9", SignInWay::Other, 1),
            (Some(r"KENSHIN\suzuki"), "192.0.2.9", SignInWay::Other, 1),
            (Some("tanaka"), "", SignInWay::Console, 2),
        ]
    );
    assert!(!format!("{found:?}").contains("Himitsu123"));
    let source = found.most_failed.iter().find(|row| row.of == FailedOf::Source).unwrap();
    assert_eq!((source.name.as_str(), source.count), ("192.0.2.9", 2));
    assert_eq!(found.counted_since, Read::Measured(day(Span::from_millis(-LATELY.millis()).after(now()))));
}

#[test]
fn without_the_audit_of_failures_none_is_counted() {
    let Read::NotRead(reason) = fact(&host(Vec::new(), false)).counted_since else { panic!("none are recorded") };
    assert_eq!(reason.code, ReasonCode::Inconclusive);
    let mut unread = host(Vec::new(), true);
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read the audit policy", "a privilege is missing");
    unread.windows.audit_policy = Some(Answer::Refused(refused));
    assert!(matches!(fact(&unread).counted_since, Read::NotRead(_)));
    let logon = [("SubcategoryGuid", "{0CCE9215-69AE-11D9-BED3-505054503030}")];
    let other = [("SubcategoryGuid", "{0CCE9216-69AE-11D9-BED3-505054503030}")];
    let since =
        |data: &[(&str, &str)]| fact(&host(vec![record(4719, "2026-11-24T00:00:00Z", data)], true)).counted_since;
    assert_eq!(since(&logon), Read::Measured(at("2026-11-24T00:00:00Z")), "it was switched on then");
    assert_ne!(since(&other), Read::Measured(at("2026-11-24T00:00:00Z")));
}

#[test]
fn a_channel_that_is_not_written_any_more_counts_nothing() {
    let mut old = host(Vec::new(), true);
    old.windows.records.insert(CHANNEL.to_owned(), vec![record(4624, "2026-11-24T00:00:00Z", &[])]);
    assert!(matches!(fact(&old).counted_since, Read::NotRead(reason) if reason.code == ReasonCode::Stale));
    let mut denied = host(Vec::new(), true);
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read events of Security", "access is denied");
    denied.windows.channels.insert(CHANNEL.to_owned(), Answer::Refused(refused));
    let found = fact(&denied);
    assert!(matches!(found.counted_since, Read::NotRead(_)) && matches!(found.since, Read::NotRead(_)));
    assert!(matches!(found.logs[0].from, Read::NotRead(_)));
}

#[test]
fn too_many_failures_are_counted_as_far_as_they_were_read() {
    let many = (0..FAILED_MAX + 50).map(|n| {
        let time = format!("2026-11-25T{:02}:{:02}:00Z", n / 600 + 3, n / 10 % 60);
        failed(&time, "tanaka", "PC-01", "0xc000006a", "203.0.113.5")
    });
    let found = fact(&host(many.collect(), true));
    let counted: i64 = found.failed_sign_ins.iter().map(|row| row.count).sum();
    assert_eq!(counted, i64::try_from(FAILED_MAX).unwrap());
    let Read::Measured(since) = found.counted_since else { panic!() };
    assert!(since > at("2026-11-25T00:00:00Z"), "{since}");
}

#[test]
fn a_password_that_another_set_is_told_from_ones_own() {
    let found = fact(&host(
        vec![
            about(4720, "2026-11-20T00:00:00Z", &[by(1001), of(1002, "tanaka")]),
            about(4724, "2026-11-20T00:00:01Z", &[by(1001), of(1002, "tanaka")]),
            about(4723, "2026-11-21T00:00:00Z", &[by(1002), of(1002, "tanaka")]),
            about(4724, "2026-11-22T00:00:00Z", &[by(1001), of(1002, "tanaka")]),
            about(4724, "2026-11-23T00:00:00Z", &[by(18), of(500, "Administrator")]),
            about(4724, "2026-11-24T00:00:00Z", &[by(1001), of(1002, "tanaka")])
                .replace("0x8020000000000000", "0x8010000000000000"),
        ],
        true,
    ));
    let told: Vec<_> = found
        .passwords_set
        .iter()
        .map(|set| (set.account.as_str(), set.by.as_deref(), set.by_another.measured().copied(), set.first_issue))
        .collect();
    assert_eq!(
        told,
        [
            ("Administrator", None, None, false),
            ("tanaka", Some("kanri"), Some(true), false),
            ("tanaka", Some("kanri"), Some(true), true),
            ("tanaka", Some("tanaka"), Some(false), false),
        ]
    );
}

#[test]
fn changes_of_accounts_and_groups_are_told_by_whom() {
    let group = |rid: &str, name: &str| {
        vec![
            ("TargetSid", rid.to_owned()),
            ("TargetUserName", name.to_owned()),
            ("TargetDomainName", "Builtin".to_owned()),
        ]
    };
    let member = |sid: &str| vec![("MemberSid", sid.to_owned()), ("MemberName", "-".to_owned())];
    let tanaka = format!("{MACHINE}-1002");
    let found = fact(&host(
        vec![
            about(4728, "2026-11-20T00:00:00Z", &[by(1001), member(&tanaka), group(&format!("{MACHINE}-513"), "なし")]),
            about(4732, "2026-11-20T00:00:01Z", &[by(1001), member(&tanaka), group("S-1-5-32-544", "Administrators")]),
            about(
                4733,
                "2026-11-20T00:00:02Z",
                &[by(1001), member("S-1-5-21-9-9-9-1"), group("S-1-5-32-544", "Administrators")],
            ),
            about(
                4738,
                "2026-11-20T00:00:03Z",
                &[by(1001), of(1002, "tanaka"), vec![("SamAccountName", "-".to_owned())]],
            ),
            about(
                4738,
                "2026-11-20T00:00:04Z",
                &[by(1001), of(1002, "tanaka"), vec![("AccountExpires", "%%1794".to_owned())]],
            ),
            about(4725, "2026-11-20T00:00:05Z", &[by(18), of(1002, "tanaka")]),
            about(4726, "2026-11-20T00:00:06Z", &[by(1001), of(1009, "sato")]),
            about(4731, "2026-11-20T00:00:07Z", &[by(1001), group(&format!("{MACHINE}-1010"), "受付")]),
        ],
        true,
    ));
    let told: Vec<_> = found
        .changes
        .iter()
        .rev()
        .map(|change| (change.kind, change.account.as_deref(), change.group.as_deref(), change.by.as_deref()))
        .collect();
    let administrators = Some("Administrators (S-1-5-32-544)");
    let made = format!("受付 ({MACHINE}-1010)");
    assert_eq!(
        told,
        [
            (AccountChangeKind::MemberAdded, Some("tanaka"), administrators, Some("kanri")),
            (AccountChangeKind::MemberRemoved, Some("S-1-5-21-9-9-9-1"), administrators, Some("kanri")),
            (AccountChangeKind::AccountChanged, Some("tanaka"), None, Some("kanri")),
            (AccountChangeKind::AccountLocked, Some("tanaka"), None, None),
            (AccountChangeKind::AccountRemoved, Some("sato"), None, Some("kanri")),
            (AccountChangeKind::GroupAdded, None, Some(made.as_str()), Some("kanri")),
        ]
    );
}

#[test]
fn a_record_that_cannot_be_read_leaves_a_gap() {
    let found = |times: &[Option<&str>], more| {
        let record = |time: Option<&str>| match time {
            Some(time) => about(4726, time, &[by(1001), of(1009, "sato")]),
            None => "<Event><System>".to_owned(),
        };
        Found::of(&EventPage { records: times.iter().copied().map(record).collect(), more })
    };
    let (newest, second, third) = ("2026-11-25T10:10:00Z", "2026-11-24T10:10:00Z", "2026-11-23T10:10:00Z");
    let oldest = Some(at("2026-01-01T00:00:00Z"));
    let all = found(&[Some(newest), Some(second)], false);
    assert_eq!((all.records.len(), all.reaches(oldest)), (2, Read::Measured(oldest)));
    let gap = found(&[Some(newest), Some(second), None, Some(third), None], true);
    assert_eq!(gap.records.len(), 3, "the others are told");
    assert_eq!(gap.reaches(oldest), Read::Measured(Some(at("2026-11-24T11:00:00Z"))), "since the gap");
    let first = found(&[None, Some(second)], false);
    assert_eq!(first.records.len(), 1);
    assert!(matches!(first.reaches(oldest), Read::NotRead(_)));
}

#[test]
fn a_record_that_is_none_is_said() {
    let found = fact(&host(vec!["<Event><System>".to_owned()], true));
    assert!(found.failed_sign_ins.is_empty(), "the event log gives no such record");
    assert!(fold::CHANGES.len() < 20, "more terms than a query of the event log takes");
}
