//! Each correlation on an agency of few rows and a host of few facts. Times are written as people in Japan read them.

mod claims;
mod disposed;
mod emergency;
mod endpoints;
mod gateways;
mod leavers;
mod located;
mod maintenance;
mod many;
mod media;
mod named;
mod passages;
mod past_media;
mod personal;
mod resets;
mod rotated;
mod settle;
mod trust;
mod unused;
mod updates;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use tenken_calendar::WorkingCalendar;
use tenken_engine::Catalog;
use tenken_model::fact::accounts::{Account, Accounts, PasswordState};
use tenken_model::finding::VerdictKind;
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Finding, HostId, Instant, Language, NameCase, Read, ReasonCode, Span};

use super::{Agency, Correlation, Fleet, Look, Machine, Records};
use crate::registers::typed::{Ledger, Listed, Person, TypedRow, Work};
use crate::store::HostSession;

/// A minute in Japan, such as `2026-03-13 10:02`.
pub(crate) fn at(text: &str) -> Instant {
    let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Span::from_secs(-9 * 3_600).after(local.and_utc())
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn listed<T>(id: i64, called: &str, row: T) -> Listed<T> {
    Listed { id, called: called.into(), changed_at: Instant::UNIX_EPOCH, closed_at: None, row }
}

pub(crate) fn kept<T>(rows: impl IntoIterator<Item = Listed<T>>) -> Ledger<T> {
    Read::Measured(rows.into_iter().collect())
}

pub(crate) fn not_kept<T: TypedRow>() -> Ledger<T> {
    Read::not_read(ReasonCode::NotConfigured, "x")
}

/// An agency whose registers are kept and empty.
pub(crate) fn agency(now: &str) -> Agency {
    Agency {
        people: kept([]),
        accounts: kept([]),
        works: kept([]),
        incidents: kept([]),
        resets: kept([]),
        devices: kept([]),
        hosts: kept([]),
        media: kept([]),
        takeouts: kept([]),
        reviews: kept([]),
        networks: kept([]),
        passages: kept([]),
        backups: kept([]),
        endpoints: kept([]),
        calendar: WorkingCalendar::default(),
        parameters: std::collections::BTreeMap::new(),
        now: at(now),
        by_account: std::sync::OnceLock::new(),
    }
}

pub(crate) fn account_row(id: i64, host: &str, account: &str, kind: AccountKind, owner: &str) -> Listed<AccountRow> {
    let row = AccountRow {
        host: host.into(),
        account: account.into(),
        kind,
        owner: owner.into(),
        administrator: false,
        ends: None,
        note: String::new(),
    };
    listed(id, &format!("{host} / {account}"), row)
}

fn person(id: i64, name: &str, vendor: Option<&str>, leaves: Option<&str>) -> Listed<Person> {
    listed(
        id,
        name,
        Person { name: name.into(), vendor: vendor.map(str::to_owned), email: String::new(), leaves: leaves.map(day) },
    )
}

/// A request that was approved the day before.
pub(crate) fn work(id: i64, number: &str, on: &str, account: &str) -> Listed<Work> {
    let work_on = day(on);
    let row = Work {
        number: number.into(),
        work_on,
        vendor: "ABC保守".into(),
        workers: "鈴木".into(),
        account: account.into(),
        approver: "加藤".into(),
        approved_on: work_on.pred_opt(),
        late_reason: String::new(),
        reviewed_by: String::new(),
        reviewed_on: None,
    };
    listed(id, number, row)
}

/// Suzuki's account on every host, as requests name it.
const ACCOUNT: &str = "* / maint-suzuki";

/// Suzuki of ABC, who maintains, with requests.
fn vendor(now: &str, works: impl IntoIterator<Item = Listed<Work>>) -> Agency {
    Agency {
        people: kept([person(1, "鈴木", Some("ABC保守"), None)]),
        accounts: kept([account_row(5, "*", "maint-suzuki", AccountKind::Maintenance, "鈴木")]),
        works: kept(works),
        ..agency(now)
    }
}

pub(crate) fn account(name: &str) -> Account {
    Account {
        name: name.into(),
        uid: 1_000,
        shell: "/bin/bash".into(),
        interactive: true,
        built_in: Read::Measured(false),
        enabled: Read::Measured(true),
        administrator: Read::Measured(false),
        administrator_by: Vec::new(),
        password: Read::Measured(PasswordState::Set),
        password_optional: None,
        password_changed: Read::Measured(None),
        password_max_age: Read::Measured(None),
        expires: Read::Measured(None),
        ssh_keys: Read::Measured(0),
        last_sign_in: Read::Measured(None),
    }
}

pub(crate) fn accounts(entries: impl IntoIterator<Item = Account>) -> Accounts {
    Accounts {
        entries: entries.into_iter().collect(),
        complete: Read::Measured(true),
        one_password_policy: Read::Measured(true),
        outside_administrators: Vec::new(),
        administrators_complete: Read::Measured(true),
        shared_uids: Vec::new(),
        sign_ins_since: Read::Measured(Some(Instant::UNIX_EPOCH)),
        sign_ins_complete: Read::Measured(true),
    }
}

pub(crate) fn session(account: &str, started: &str, ended: Option<&str>) -> HostSession {
    HostSession {
        account: account.into(),
        terminal: "pts/0".into(),
        from: "10.8.0.7".into(),
        started: at(started),
        ended: ended.map(at),
        goes_on: false,
    }
}

/// A host that told everything, heard of at that time.
fn machine(heard: &str, entries: impl IntoIterator<Item = Account>, sessions: Vec<HostSession>) -> Machine {
    let records = Records { since: Read::Measured(Some(Instant::UNIX_EPOCH)), complete: Read::Measured(true) };
    Machine {
        failing: BTreeSet::new(),
        id: HostId::new("h-1").unwrap(),
        name: "SV-KENSHIN01".into(),
        names: NameCase::Matters,
        enrolled_at: Instant::UNIX_EPOCH,
        heard: Some(at(heard)),
        accounts: Look::Known(accounts(entries), at(heard)),
        events: Look::Known(resets::nothing(), at(heard)),
        neighbours: Look::Absent,
        media: Look::Absent,
        remote_access: Look::Absent,
        fleet: Some(Fleet::default()),
        records: Look::Known(records, at(heard)),
        sessions,
        gaps: Vec::new(),
        media_seen: Vec::new(),
    }
}

/// What a correlation says: verdict and subject of each finding, the host as a whole first. Every sentence is one of the
/// rule's own, and every path of evidence is there in full.
fn judge(correlation: Correlation, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let catalog = Catalog::embedded().unwrap();
    let rule = catalog.rules().find(|rule| rule.id.as_str() == correlation.word()).unwrap();
    let found = correlation.judge(rule, agency, machine);
    assert!(!found.is_empty(), "a rule that was judged says so");
    for finding in &found {
        for language in [Language::Japanese, Language::English] {
            let plain = [
                language.says_fail(language.of(&rule.title)),
                language.says_unknown(language.of(&rule.title)),
                language.says_pass(language.of(&rule.title)),
            ];
            let said = language.of(&finding.says);
            assert!(!said.is_empty() && !plain.iter().any(|plain| plain == said), "a word is missing: {said}");
        }
        assert_eq!(finding.key.rule, rule.id);
    }
    let passes = |finding: &&Finding| finding.verdict.kind() == VerdictKind::Pass;
    assert!(found.len() == 1 || found.iter().filter(passes).count() == 0, "{found:#?}");
    found
}

/// `fail maint-suzuki 2026-03-13 10:02`, `pass`.
fn told(findings: &[Finding]) -> Vec<String> {
    let told = findings.iter().map(|finding| {
        let subject = finding.key.subject.as_ref().map_or_else(String::new, |subject| format!(" {subject}"));
        format!("{}{subject}", finding.verdict.kind())
    });
    told.collect()
}

/// The paths of the evidence.
fn paths(finding: &Finding) -> Vec<&str> {
    finding.evidence.iter().map(|evidence| evidence.path.as_str()).collect()
}

#[test]
fn every_rule_that_the_dashboard_is_to_judge_is_judged() {
    let catalog = Catalog::embedded().unwrap();
    let told: Vec<&str> =
        catalog.rules().filter(|rule| rule.telling().is_some()).map(|rule| rule.id.as_str()).collect();
    let mut known: Vec<&str> = Correlation::ALL.iter().map(|correlation| correlation.word()).collect();
    known.sort_unstable();
    assert_eq!(told, known);
}

#[test]
fn what_concerns_no_host_is_written_so_in_its_rule() {
    let catalog = Catalog::embedded().unwrap();
    for rule in catalog.rules() {
        let is_of_register = rule.subject_of == tenken_engine::rule::SubjectOf::Register;
        assert_eq!(is_of_register, super::concerns_no_host(&rule.id), "{}", rule.id);
    }
}

#[test]
fn registers_that_are_not_kept_leave_everything_unknown() {
    let empty = agency("2026-03-16 10:00");
    let nothing = Agency {
        people: not_kept(),
        accounts: not_kept(),
        works: not_kept(),
        incidents: not_kept(),
        resets: not_kept(),
        devices: not_kept(),
        hosts: not_kept(),
        media: not_kept(),
        takeouts: not_kept(),
        reviews: not_kept(),
        networks: not_kept(),
        passages: not_kept(),
        backups: not_kept(),
        endpoints: not_kept(),
        ..empty
    };
    let machine =
        machine("2026-03-16 10:00", [account("maint-suzuki")], vec![session("maint-suzuki", "2026-03-13 10:02", None)]);
    // It rests on no register.
    let rest = Correlation::ALL.iter().filter(|correlation| **correlation != Correlation::AddressesNotDuplicated);
    for correlation in rest {
        let found = judge(*correlation, &nothing, &machine);
        assert_eq!(told(&found), ["unknown"], "{correlation}");
        assert_eq!(found[0].verdict.reason().unwrap().code, ReasonCode::NotConfigured);
        assert!(found[0].says.ja.contains("台帳がまだ始まっていない"), "{}", found[0].says.ja);
    }
}

#[test]
fn a_host_that_told_nothing_never_passes() {
    let mut agency = agency("2026-03-16 10:00");
    agency.accounts = kept([
        account_row(1, "*", "maint-suzuki", AccountKind::Maintenance, "鈴木"),
        account_row(2, "*", "breakglass", AccountKind::Emergency, "加藤"),
    ]);
    let silent = Machine {
        heard: None,
        accounts: Look::missing(tenken_model::Topic::Accounts),
        events: Look::missing(tenken_model::Topic::AccountEvents),
        neighbours: Look::missing(tenken_model::Topic::Neighbours),
        media: Look::missing(tenken_model::Topic::RemovableMedia),
        remote_access: Look::missing(tenken_model::Topic::RemoteAccess),
        records: Look::missing(tenken_model::Topic::Sessions),
        ..machine("2026-03-16 10:00", [], Vec::new())
    };
    // These rest on no host, or on registers that are empty here.
    let of_registers = [
        Correlation::BackupMediaRotated,
        Correlation::IotUpdatesCurrent,
        Correlation::PersonalDevicesManaged,
        Correlation::MediaAndEquipmentLocated,
        Correlation::EndpointsProbed,
    ];
    for correlation in Correlation::ALL.iter().filter(|correlation| !of_registers.contains(correlation)) {
        assert_eq!(told(&judge(*correlation, &agency, &silent)), ["unknown"], "{correlation}");
    }
}
