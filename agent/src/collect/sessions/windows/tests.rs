//! Sessions of Windows, from the records of the event log.

use tenken_model::Size;
use tenken_model::fact::system::SystemFamily;
use tenken_model::register::{AccountKind, AccountRow, Registers};

use super::*;
use crate::host::recorded::Answer;
use crate::host::windows_api::{AuditSetting, EventChannel, EventPage, LocalAccount};
use crate::host::{ReadError, ReadErrorKind, Recording, SystemReading};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn now() -> Instant {
    at("2026-11-26T01:00:00Z")
}

/// A record as Windows 11 writes it, shortened.
fn record(id: u32, time: &str, user: &str, session: u32, address: &str) -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-\
         TerminalServices-LocalSessionManager'/><EventID>{id}</EventID><TimeCreated SystemTime='{time}'/><EventRecordID>1\
         </EventRecordID><Channel>{CHANNEL}</Channel><Computer>PC-01</Computer></System><UserData><EventXML \
         xmlns='Event_NS'><User>{user}</User><SessionID>{session}</SessionID><Address>{address}</Address></EventXML>\
         </UserData></Event>"
    )
}

fn system(id: u32, time: &str) -> String {
    format!(
        "<Event><System><Provider Name='EventLog'/><EventID Qualifiers='32768'>{id}</EventID><TimeCreated \
         SystemTime='{time}'/><Channel>System</Channel></System><EventData/></Event>"
    )
}

fn channel(enabled: bool, oldest: Option<&str>) -> EventChannel {
    EventChannel {
        enabled,
        max_size: Size::from_bytes(1_052_672),
        retention: false,
        auto_backup: false,
        access: None,
        file_size: Size::from_bytes(1_052_672),
        oldest_record: oldest.map(|_| 1),
        oldest: oldest.map(at),
        records: 10,
        full: false,
    }
}

fn session(id: u32, state: u32, account: &str, signed_in: &str) -> WindowsSession {
    WindowsSession {
        id,
        state,
        account: account.to_owned(),
        domain: if account.is_empty() { String::new() } else { "PC-01".to_owned() },
        remote: false,
        client: None,
        signed_in: Some(at(signed_in)),
        last_input: None,
        locked: None,
    }
}

fn host(records: Vec<String>, starts: Vec<String>, present: Vec<WindowsSession>) -> Recording {
    let mut host = Recording::new(now()).system(SystemReading {
        os: "windows".into(),
        os_version: "24H2".into(),
        kernel: "10.0.26100.1".into(),
        host_name: "PC-01".into(),
        booted_at: at("2026-11-25T23:40:00Z"),
    });
    host.family = SystemFamily::Windows;
    host.windows.records.insert(CHANNEL.to_owned(), records);
    host.windows.records.insert("System".to_owned(), starts);
    host.windows.channels.insert(CHANNEL.to_owned(), Answer::Given(channel(true, Some("2026-05-01T00:00:00Z"))));
    host.windows.sessions = Some(Answer::Given(present));
    host
}

fn fact(host: &Recording) -> Sessions {
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_lasts_from_its_sign_in_to_its_end_and_goes_on_where_it_is_used_now() {
    let found = fact(&host(
        vec![
            record(21, "2026-11-25T00:00:00Z", r"PC-01\tanaka", 1, "ローカル"),
            record(24, "2026-11-25T03:00:00Z", r"PC-01\tanaka", 1, "ローカル"),
            record(25, "2026-11-25T04:00:00Z", r"PC-01\tanaka", 1, "ローカル"),
            record(23, "2026-11-25T08:00:00Z", r"PC-01\tanaka", 1, ""),
            record(21, "2026-11-26T00:00:00Z", r"pc-01\田中", 1, "LOCAL"),
        ],
        Vec::new(),
        vec![session(0, 4, "", "2026-11-25T23:40:00Z"), session(1, 0, "田中", "2026-11-26T00:00:00Z")],
    ));
    let told: Vec<_> =
        found.entries.iter().map(|one| (one.account.as_str(), one.started, one.ended, one.ended_by)).collect();
    assert_eq!(
        told,
        [
            ("田中", at("2026-11-26T00:00:00Z"), None, SessionEnd::Open),
            ("tanaka", at("2026-11-25T04:00:00Z"), Some(at("2026-11-25T08:00:00Z")), SessionEnd::SignedOut),
            ("tanaka", at("2026-11-25T00:00:00Z"), Some(at("2026-11-25T03:00:00Z")), SessionEnd::SignedOut),
        ]
    );
    assert!(found.entries.iter().all(|session| session.origin == SessionOrigin::Console && session.from.is_empty()));
    assert_eq!((found.complete, found.left_out), (Read::Measured(true), 0));
    assert_eq!(found.since, Read::Measured(Some(at("2026-05-01T00:00:00Z"))));
}

#[test]
fn an_address_is_remote_desktop_and_other_accounts_keep_their_domain() {
    let records = vec![
        record(21, "2026-11-25T00:00:00Z", r"KENSHIN\suzuki", 2, "192.0.2.7"),
        record(24, "2026-11-25T01:00:00Z", r"KENSHIN\suzuki", 2, "192.0.2.7"),
        record(25, "2026-11-25T02:00:00Z", r"KENSHIN\suzuki", 2, "::ffff:192.0.2.9"),
    ];
    let found = fact(&host(records, Vec::new(), Vec::new()));
    let told: Vec<_> =
        found.entries.iter().map(|one| (one.account.as_str(), one.origin, one.from.as_str(), one.ended_by)).collect();
    let network = SessionOrigin::Network;
    assert_eq!(
        told,
        [
            (r"KENSHIN\suzuki", network, "192.0.2.9", SessionEnd::Unknown),
            (r"KENSHIN\suzuki", network, "192.0.2.7", SessionEnd::SignedOut),
        ]
    );
}

fn registered(accounts: &[(&str, AccountKind)]) -> Needs {
    let row = |(account, kind): &(&str, AccountKind)| AccountRow {
        host: "*".to_owned(),
        account: (*account).to_owned(),
        kind: *kind,
        owner: String::new(),
        administrator: false,
        ends: None,
        note: String::new(),
    };
    let mut registers = Registers::not_given("test");
    registers.accounts = Read::Measured(accounts.iter().map(row).collect());
    Needs { registers, time_references: Vec::new(), now: now() }
}

/// Somebody signed in, as the Security channel has it.
fn signed_in(time: &str, rid: u32, kind: u32, address: &str) -> String {
    format!(
        "<Event><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4624</EventID><TimeCreated \
         SystemTime='{time}'/><Channel>Security</Channel></System><EventData><Data Name='TargetUserSid'>S-1-5-21-1-2-3-{rid}\
         </Data><Data Name='LogonType'>{kind}</Data><Data Name='IpAddress'>{address}</Data></EventData></Event>"
    )
}

fn used_over_the_network() -> Recording {
    let account = |name: &str, rid: u32| LocalAccount::ordinary(name, format!("S-1-5-21-1-2-3-{rid}").parse().unwrap());
    let mut host =
        host(vec![record(21, "2026-11-25T02:00:05Z", r"PC-01\hoshu", 2, "192.0.2.7")], Vec::new(), Vec::new());
    host.windows.accounts = Some(Answer::Given(vec![account("hoshu", 1005), account("tanaka", 1006)]));
    let records = vec![
        signed_in("2026-11-24T01:00:00Z", 1005, 3, "192.0.2.7"),
        signed_in("2026-11-24T01:00:01Z", 1005, 3, "::ffff:192.0.2.7"),
        signed_in("2026-11-24T05:00:00Z", 1005, 8, "-"),
        signed_in("2026-11-25T02:00:00Z", 1005, 3, "192.0.2.7"),
        signed_in("2026-11-25T03:00:00Z", 1005, 7, "127.0.0.1"),
        signed_in("2026-11-25T04:00:00Z", 1006, 3, "192.0.2.9"),
    ];
    host.windows.records.insert("Security".to_owned(), records);
    host.windows.channels.insert("Security".to_owned(), Answer::Given(channel(true, Some("2026-05-01T00:00:00Z"))));
    host.windows.audit_policy = Some(Answer::Given(vec![audited(true)]));
    host
}

/// Whether sign-ins are recorded.
fn audited(success: bool) -> AuditSetting {
    AuditSetting { subcategory: "0cce9215-69ae-11d9-bed3-505054503030".parse().unwrap(), success, failure: true }
}

#[test]
fn a_maintenance_account_that_is_used_over_the_network_has_sessions() {
    let host = used_over_the_network();
    let told = |needs: &Needs| match collect(&Look::new(&host), needs) {
        Outcome::Known(fact) => fact
            .entries
            .iter()
            .map(|one| format!("{} {} {} {}", one.account, one.terminal, one.from, one.started.format("%dT%H:%M:%S")))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let expected =
        ["hoshu session 2 192.0.2.7 25T02:00:05", "hoshu network  24T05:00:00", "hoshu network 192.0.2.7 24T01:00:00"];
    assert_eq!(told(&registered(&[("Hoshu", AccountKind::Maintenance), ("tanaka", AccountKind::Person)])), expected);
    assert_eq!(told(&registered(&[("hoshu", AccountKind::Emergency)])), expected);
    assert_eq!(told(&registered(&[("hoshu", AccountKind::Person)])), expected[..1], "people come and go all day");
    assert_eq!(told(&registered(&[])), expected[..1]);
}

#[test]
fn uses_over_the_network_that_may_not_be_read_are_missing() {
    let mut host = used_over_the_network();
    host.windows.records.insert("Security".to_owned(), Vec::new());
    let needs = registered(&[("hoshu", AccountKind::Maintenance)]);
    let of = |host: &Recording, needs: &Needs| match collect(&Look::new(host), needs) {
        Outcome::Known(fact) => fact.complete,
        other => panic!("{other:?}"),
    };
    assert_eq!(of(&host, &needs), Read::Measured(true), "there was none");
    host.windows.audit_policy = Some(Answer::Given(vec![audited(false)]));
    assert!(matches!(of(&host, &needs), Read::NotRead(reason) if reason.code == ReasonCode::NotConfigured));
    host.windows.audit_policy = Some(Answer::Given(vec![audited(true)]));
    let given = host.windows.channels.insert("Security".to_owned(), Answer::Given(channel(false, None)));
    assert!(matches!(of(&host, &needs), Read::NotRead(reason) if reason.code == ReasonCode::NotConfigured));
    host.windows.channels.remove("Security");
    assert!(matches!(of(&host, &needs), Read::NotRead(_)), "there is no such channel");
    host.windows.channels.extend(given.map(|given| ("Security".to_owned(), given)));
    host.windows.records.remove("Security");
    let sid: crate::host::windows_api::Sid = "S-1-5-21-1-2-3-1005".parse().unwrap();
    let since = Span::from_millis(-KEPT_FOR.millis()).after(now());
    let query = EventQuery::newest("Security", 1_000).ids([4624]).since(since).of_accounts([sid]);
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "read events of Security", "access is denied");
    host.windows.events.insert(query, Answer::Refused(refused));
    assert!(matches!(of(&host, &needs), Read::NotRead(reason) if reason.code == ReasonCode::NotPermitted));
    assert_eq!(of(&host, &registered(&[])), Read::Measured(true), "nobody is asked for");
}

#[test]
fn a_stop_ends_what_is_open_and_a_start_without_one_is_a_crash() {
    let begin = |time: &str| record(21, time, r"PC-01\tanaka", 1, "LOCAL");
    let ends = |starts: Vec<String>| {
        let found = fact(&host(vec![begin("2026-11-20T00:00:00Z"), begin("2026-11-21T00:00:00Z")], starts, Vec::new()));
        (found.entries[1].ended, found.entries[1].ended_by)
    };
    let stop = system(6006, "2026-11-20T09:00:00Z");
    let start = system(6005, "2026-11-20T23:00:00Z");
    assert_eq!(ends(vec![stop, start.clone()]), (Some(at("2026-11-20T09:00:00Z")), SessionEnd::Shutdown));
    assert_eq!(ends(vec![system(6008, "2026-11-20T23:00:00Z"), start]), (None, SessionEnd::Crash));
    assert_eq!(ends(Vec::new()), (None, SessionEnd::Unknown));
}

#[test]
fn a_channel_that_is_switched_off_records_nothing_and_one_that_may_not_be_read_is_unknown() {
    let mut off = host(Vec::new(), Vec::new(), Vec::new());
    off.windows.channels.insert(CHANNEL.to_owned(), Answer::Given(channel(false, None)));
    assert_eq!(fact(&off).since, Read::Measured(None));
    let mut empty = host(Vec::new(), Vec::new(), Vec::new());
    empty.windows.channels.insert(CHANNEL.to_owned(), Answer::Given(channel(true, None)));
    assert!(matches!(fact(&empty).since, Read::NotRead(_)));
    let mut denied = host(Vec::new(), Vec::new(), Vec::new());
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "look at it", "access is denied");
    denied.windows.channels.insert(CHANNEL.to_owned(), Answer::Refused(refused.clone()));
    assert!(matches!(fact(&denied).since, Read::NotRead(_)) && matches!(fact(&denied).complete, Read::NotRead(_)));
    let mut unseen = host(Vec::new(), Vec::new(), Vec::new());
    unseen.windows.sessions = Some(Answer::Refused(refused));
    assert!(matches!(fact(&unseen).complete, Read::NotRead(_)));
}

#[test]
fn a_record_that_cannot_be_read_leaves_the_others() {
    let mut host = host(Vec::new(), Vec::new(), Vec::new());
    host.windows.records.remove(CHANNEL);
    let from = Span::from_millis(-KEPT_FOR.millis()).after(now());
    let query = EventQuery::newest(CHANNEL, RECORDS_MAX).ids(fold::IDS).since(from);
    let began = record(21, "2026-11-25T00:00:00Z", r"PC-01\tanaka", 2, "LOCAL");
    let records = vec!["<Event><System>".to_owned(), began, "odd".to_owned()];
    host.windows.events.insert(query, Answer::Given(EventPage { records, more: false }));
    let sessions = fact(&host);
    assert_eq!(sessions.entries.len(), 1);
    assert_eq!(sessions.left_out, 2);
    assert!(matches!(&sessions.complete, Read::NotRead(reason) if reason.code == ReasonCode::Unparsable));
    assert_eq!(sessions.since, Read::Measured(Some(at("2026-05-01T00:00:00Z"))));
}

#[test]
fn who_is_there_now_is_told_also_where_no_record_is() {
    let found = fact(&host(Vec::new(), Vec::new(), vec![session(3, 0, "sato", "2026-11-26T00:30:00Z")]));
    assert_eq!((found.entries.len(), found.entries[0].account.as_str()), (1, "sato"));
    let left = fact(&host(Vec::new(), Vec::new(), vec![session(3, 4, "sato", "2026-11-26T00:30:00Z")]));
    assert!(left.entries.is_empty(), "it was left");
}

#[test]
fn names_of_machines_are_cut_as_windows_cuts_them() {
    assert_eq!(fold::account(r"A-VERY-LONG-NAM\tanaka", "a-very-long-name-of-a-pc"), "tanaka");
    assert_eq!(fold::account(r"AzureAD\HanakoSato", "PC-01"), r"AzureAD\HanakoSato");
    assert_eq!(fold::account("tanaka", "PC-01"), "tanaka");
    assert_eq!(fold::account(r".\tanaka", "PC-01"), "tanaka");
}
