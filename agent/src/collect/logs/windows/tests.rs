//! The event log of Windows, from its channels.

use tenken_model::Size;
use tenken_model::fact::logs::LogLossKind;
use tenken_model::fact::system::SystemFamily;
use tenken_model::register::Registers;

use super::*;
use crate::collect::file_time;
use crate::host::recorded::Answer;
use crate::host::windows_api::{AuditSetting, EventPage, RegistryData, RegistryKey, RegistryValue, Service};
use crate::host::{ReadError, ReadErrorKind, Recording, SystemReading};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn now() -> Instant {
    at("2026-11-26T01:00:00Z")
}

fn channel_of(oldest_record: Option<u64>, records: u64) -> EventChannel {
    EventChannel {
        enabled: true,
        max_size: Size::from_bytes(20_971_520),
        retention: false,
        auto_backup: false,
        access: Some("O:BAG:SYD:(A;;0xf0005;;;SY)(A;;0x5;;;BA)(A;;0x1;;;S-1-5-32-573)".to_owned()),
        file_size: Size::from_bytes(1_118_208),
        oldest_record,
        oldest: oldest_record.map(|_| at("2026-08-01T00:00:00Z")),
        records,
        full: false,
    }
}

fn host(security: EventChannel) -> Recording {
    let mut host = Recording::new(now()).system(SystemReading {
        os: "windows".into(),
        os_version: "24H2".into(),
        kernel: "10.0.26100.1".into(),
        host_name: "PC-01".into(),
        booted_at: at("2026-11-25T23:40:00Z"),
    });
    host.family = SystemFamily::Windows;
    for name in ["System", "Application", SESSIONS] {
        host.windows.channels.insert(name.to_owned(), Answer::Given(channel_of(Some(1), 10)));
    }
    host.windows.channels.insert("Security".to_owned(), Answer::Given(security));
    host.windows.records.insert("Security".to_owned(), Vec::new());
    host.windows.records.insert("System".to_owned(), Vec::new());
    let service = Service { name: "eventlog".into(), state: ServiceState::Running, pid: Some(1) };
    host.windows.services = Some(Answer::Given(vec![service]));
    let logon = AuditSetting {
        subcategory: "0cce9215-69ae-11d9-bed3-505054503030".parse().unwrap(),
        success: true,
        failure: false,
    };
    host.windows.audit_policy = Some(Answer::Given(vec![logon]));
    host
}

fn look_at(host: &Recording, before: Option<&LogMemory>) -> (Logs, Option<LogMemory>) {
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
    match collect_after(&Look::new(host), &needs, before) {
        (Outcome::Known(fact), memory) => (fact, memory),
        (other, _) => panic!("{other:?}"),
    }
}

fn cleared(id: u32, channel: &str, time: &str) -> String {
    format!(
        "<Event><System><Provider Name='Microsoft-Windows-Eventlog'/><EventID>{id}</EventID><TimeCreated SystemTime='{time}'/>\
         <EventRecordID>7</EventRecordID><Channel>{}</Channel></System><UserData><LogFileCleared>\
         <SubjectUserName>kanri</SubjectUserName><Channel>{channel}</Channel></LogFileCleared></UserData></Event>",
        if id == 1102 { "Security" } else { "System" }
    )
}

#[test]
fn the_event_log_as_windows_is_installed() {
    let (logs, memory) = look_at(&host(channel_of(Some(1), 900)), None);
    let windows = logs.windows.measured().unwrap().clone().unwrap();
    assert!(windows.recording);
    assert_eq!(windows.audited, Read::Measured(vec!["logon:success".to_owned()]));
    let files = logs.files.measured().unwrap();
    let security = &files[0];
    assert_eq!((security.file.as_str(), security.purpose), ("Security", LogPurpose::Authentication));
    assert_eq!((security.owner.as_str(), security.group.as_deref()), ("S-1-5-32-544", Some("S-1-5-32-573")));
    assert!(security.complete && !security.public_read && !security.public_write && security.writing_group.is_none());
    assert_eq!(files[1].purpose, LogPurpose::SignIns);
    assert_eq!((logs.losses.len(), logs.watched_since, memory), (0, None, None));
    assert_eq!(logs.journal, Read::Measured(None));
}

#[test]
fn a_full_channel_that_keeps_what_it_has_records_nothing() {
    let recording = |change: fn(&mut EventChannel)| {
        let mut security = channel_of(Some(1), 900);
        change(&mut security);
        look_at(&host(security), None).0.windows.measured().unwrap().clone().unwrap().recording
    };
    assert!(!recording(|security| (security.full, security.retention) = (true, true)));
    assert!(recording(|security| (security.full, security.retention, security.auto_backup) = (true, true, true)));
    assert!(recording(|security| security.full = true), "the oldest records go");
    assert!(!recording(|security| security.enabled = false));
    let mut stopped = host(channel_of(Some(1), 900));
    let service = Service { name: "EventLog".into(), state: ServiceState::Stopped, pid: None };
    stopped.windows.services = Some(Answer::Given(vec![service]));
    assert!(!look_at(&stopped, None).0.windows.measured().unwrap().clone().unwrap().recording);
}

#[test]
fn what_a_channel_has_that_takes_no_more_does_not_reach_until_now() {
    let told = |change: fn(&mut EventChannel)| {
        let mut security = channel_of(Some(1), 900);
        change(&mut security);
        let file = look_at(&host(security), None).0.files.measured().unwrap()[0].clone();
        (file.oldest, file.kept_for)
    };
    let stopped = (Read::Measured(None), Read::Measured(Some(Span::from_millis(0))));
    assert_eq!(told(|security| (security.full, security.retention) = (true, true)), stopped);
    assert_eq!(told(|security| security.enabled = false), stopped);
    let oldest = Read::Measured(Some(at("2026-08-01T00:00:00Z")));
    assert_eq!(told(|security| security.retention = true), (oldest.clone(), Read::Measured(None)));
    let put_aside: fn(&mut EventChannel) =
        |security| (security.full, security.retention, security.auto_backup) = (true, true, true);
    assert_eq!(told(put_aside), (oldest, Read::Measured(None)));
}

#[test]
fn a_clearing_that_cannot_be_read_hides_no_other() {
    let mut host = host(channel_of(Some(30_001), 2));
    host.windows.records.remove("Security");
    let since = Span::from_millis(-TOLD_FOR.millis()).after(now());
    let query =
        EventQuery::newest("Security", CLEARINGS_MAX).ids([cleared::SECURITY]).provider(cleared::PROVIDER).since(since);
    let records = vec!["<Event><System>".to_owned(), cleared(1102, "", "2026-11-20T00:00:00Z")];
    host.windows.events.insert(query, Answer::Given(EventPage { records, more: false }));
    let (logs, _) = look_at(&host, Some(&LogMemory::default()));
    assert_eq!(logs.losses.len(), 1, "{:?}", logs.losses);
    assert_eq!(logs.watched_since, None, "there may be more");
}

#[test]
fn records_that_rolled_away_are_no_longer_all_there_are() {
    let (logs, _) = look_at(&host(channel_of(Some(5_001), 30_000)), None);
    let security = &logs.files.measured().unwrap()[0];
    assert!(!security.complete);
    assert_eq!(security.oldest, Read::Measured(Some(at("2026-08-01T00:00:00Z"))));
}

#[test]
fn a_young_channel_lasts_as_long_as_it_fills() {
    let kept_for = |oldest: &str, change: fn(&mut EventChannel)| {
        let mut security = EventChannel { oldest: Some(at(oldest)), ..channel_of(Some(1), 900) };
        change(&mut security);
        look_at(&host(security), None).0.files.measured().unwrap()[0].kept_for.clone()
    };
    let days = |days| Read::Measured(Some(Span::from_days(days)));
    // 20 MiB, of which five are full after twenty days.
    let fills = |security: &mut EventChannel| security.file_size = Size::from_bytes(5_242_880);
    assert_eq!(kept_for("2026-11-06T01:00:00Z", fills), days(80));
    assert_eq!(kept_for("2026-10-27T01:00:00Z", fills), days(120));
    assert!(matches!(kept_for("2026-11-13T01:00:00Z", fills), Read::NotRead(_)), "too young");
    assert!(matches!(kept_for("2026-12-13T01:00:00Z", fills), Read::NotRead(_)), "of a clock that was ahead");
    let untold = |security: &mut EventChannel| security.file_size = Size::from_bytes(0);
    assert!(matches!(kept_for("2026-11-06T01:00:00Z", untold), Read::NotRead(_)));
    let endless = |security: &mut EventChannel| security.max_size = Size::from_bytes(u64::MAX);
    assert_eq!(kept_for("2026-11-06T01:00:00Z", endless), days(36_500));
    let keeps = |security: &mut EventChannel| security.retention = true;
    assert_eq!(kept_for("2026-11-20T01:00:00Z", keeps), Read::Measured(None));
    let rolled = |security: &mut EventChannel| security.oldest_record = Some(7);
    assert_eq!(kept_for("2026-11-20T01:00:00Z", rolled), Read::Measured(None), "its oldest record tells");
}

#[test]
fn a_clearing_is_told_by_the_channel_itself() {
    let mut host = host(channel_of(Some(30_001), 2));
    host.windows.records.insert("Security".to_owned(), vec![cleared(1102, "", "2026-11-20T00:00:00Z")]);
    let old = cleared(104, "Application", "2026-10-20T00:00:00Z");
    host.windows.records.insert("System".to_owned(), vec![old, cleared(104, "Application", "2026-11-21T00:00:00Z")]);
    let told = |logs: &Logs| -> Vec<(String, LogLossKind, Instant)> {
        logs.losses.iter().map(|loss| (loss.log.clone(), loss.kind, loss.noticed_at)).collect()
    };
    let (logs, _) = look_at(&host, None);
    let expected = [
        ("Security".to_owned(), LogLossKind::Cleared, at("2026-11-20T00:00:00Z")),
        ("Application".to_owned(), LogLossKind::Cleared, at("2026-11-21T00:00:00Z")),
    ];
    assert_eq!(told(&logs), expected);
    let (first, memory) = look_at(&host, Some(&LogMemory::default()));
    assert_eq!((told(&first), first.watched_since), (expected.to_vec(), Some(now())));
    // The record of it goes, and it is told all the same.
    host.windows.records.insert("Security".to_owned(), Vec::new());
    let (again, _) = look_at(&host, memory.as_ref());
    assert_eq!(told(&again), expected, "and once");
}

#[test]
fn numbers_that_go_back_are_a_loss() {
    let after = |now: EventChannel| {
        let (_, memory) = look_at(&host(channel_of(Some(101), 900)), Some(&LogMemory::default()));
        let (logs, _) = look_at(&host(now), memory.as_ref());
        logs.losses.iter().map(|loss| (loss.log.clone(), loss.kind)).collect::<Vec<_>>()
    };
    assert!(after(channel_of(Some(101), 950)).is_empty());
    assert!(after(channel_of(Some(2_001), 10)).is_empty(), "the oldest went, as they do");
    let shortened = [("Security".to_owned(), LogLossKind::Shortened)];
    assert_eq!(after(channel_of(Some(101), 800)), shortened);
    assert_eq!(after(channel_of(Some(1), 2_000)), shortened, "it counts anew");
    assert_eq!(after(channel_of(None, 0)), shortened);
}

#[test]
fn what_may_not_be_read_is_unknown_and_is_compared_later() {
    let (_, memory) = look_at(&host(channel_of(Some(101), 900)), Some(&LogMemory::default()));
    let mut denied = host(channel_of(Some(101), 900));
    let refused = ReadError::new(ReadErrorKind::NotPermitted, "look at the event channel Security", "access is denied");
    denied.windows.channels.insert("Security".to_owned(), Answer::Refused(refused));
    let (logs, memory) = look_at(&denied, memory.as_ref());
    assert!(matches!(logs.windows, Read::NotRead(_)) && matches!(logs.files, Read::NotRead(_)));
    assert!(logs.losses.is_empty());
    let (logs, _) = look_at(&host(channel_of(Some(1), 3)), memory.as_ref());
    assert_eq!(logs.losses.len(), 1);
    let mut odd = host(EventChannel { access: Some("D:(A;;QQ;;;WD)".into()), ..channel_of(Some(1), 3) });
    assert!(matches!(look_at(&odd, None).0.files, Read::NotRead(_)));
    odd.windows.services = None;
    assert!(matches!(look_at(&odd, None).0.windows, Read::NotRead(_)));
}

/// The losses of a host whose Security channel was cleared on 20 November, with what its registry says of setup.
fn after_clearing(keys: &[(&str, &[(&str, RegistryData)])], before: Option<&LogMemory>) -> usize {
    let mut host = host(channel_of(Some(1), 2));
    host.windows.records.insert("Security".to_owned(), vec![cleared(1102, "", "2026-11-20T00:00:00Z")]);
    for (path, values) in keys {
        let values =
            values.iter().map(|(name, data)| RegistryValue { name: (*name).to_owned(), data: data.clone() }).collect();
        let key = RegistryKey { values, ..RegistryKey::default() };
        host.windows.registry.insert(RegistryPath::machine(*path), Answer::Given(key));
    }
    look_at(&host, before).0.losses.len()
}

const CURRENT: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
const SOURCE: &str = r"SYSTEM\Setup\Source OS (Updated on 11/21/2026 09:00:00)";

fn date(text: &str) -> (&'static str, RegistryData) {
    ("InstallDate", RegistryData::Number(u32::try_from(at(text).timestamp()).unwrap()))
}

fn time(text: &str) -> (&'static str, RegistryData) {
    ("InstallTime", RegistryData::LongNumber(file_time::units(at(text)).unwrap()))
}

#[test]
fn what_the_maker_of_an_image_cleared_is_not_of_this_hosts_life() {
    let lost = |keys: &[(&str, &[(&str, RegistryData)])]| after_clearing(keys, None);
    assert_eq!(lost(&[(CURRENT, &[date("2026-11-20T00:00:01Z")])]), 0);
    assert_eq!(lost(&[(CURRENT, &[time("2026-11-20T00:00:01Z")])]), 0);
    assert_eq!(lost(&[(CURRENT, &[date("2026-11-20T00:00:00Z")])]), 1, "it was there already");
    assert_eq!(lost(&[(CURRENT, &[date("2026-11-21T00:00:00Z"), time("2026-11-19T00:00:00Z")])]), 1, "they differ");
    assert_eq!(lost(&[]), 1, "nobody knows since when it lives");
    assert_eq!(lost(&[(CURRENT, &[("InstallDate", RegistryData::Number(0))])]), 1);
    assert_eq!(lost(&[(CURRENT, &[date("2026-12-20T00:00:00Z")])]), 1, "a time that is still to come");
}

#[test]
fn a_feature_upgrade_takes_no_clearing_away() {
    let lost = |source: &[(&str, RegistryData)]| {
        after_clearing(&[(CURRENT, &[date("2026-11-21T00:00:00Z")]), (SOURCE, source)], None)
    };
    assert_eq!(lost(&[date("2024-05-01T00:00:00Z")]), 1);
    assert_eq!(lost(&[]), 1, "since when the system before it lived is not told");
    assert_eq!(lost(&[date("2026-11-20T12:00:00Z")]), 0, "upgraded after it was put here");
    let other: &[(&str, RegistryData)] = &[("Pid", RegistryData::Number(1))];
    assert_eq!(after_clearing(&[(CURRENT, &[date("2026-11-21T00:00:00Z")]), (r"SYSTEM\Setup\Pid", other)], None), 0);
}

#[test]
fn what_was_cleared_while_the_agent_watched_counts_whatever_setup_says() {
    let watched = |since: &str| LogMemory { since: Some(at(since)), ..LogMemory::default() };
    let keys: &[(&str, &[(&str, RegistryData)])] = &[(CURRENT, &[date("2026-11-21T00:00:00Z")])];
    assert_eq!(after_clearing(keys, Some(&watched("2026-11-01T00:00:00Z"))), 1);
    assert_eq!(after_clearing(keys, Some(&watched("2026-11-22T00:00:00Z"))), 0);
}
