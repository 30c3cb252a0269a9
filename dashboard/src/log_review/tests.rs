//! Sheets of an agency of few rows and of few hosts. Times are written as people in Japan read them.

mod happened;

use tenken_engine::Checklist;
use tenken_model::fact::accounts::Account;
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin, Sessions};
use tenken_model::observation::Outcome;
use tenken_model::register::AccountKind;
use tenken_model::{Facts, HostId, Instant, Language, NameCase, Observation, Read, Reason, ReasonCode, Span};

use super::*;
use crate::correlate::Agency;
use crate::correlate::tests::{account, account_row, accounts, agency, at, day, kept, listed, session, work};
use crate::registers::typed::{Incident, PasswordReset};
use crate::store::HostSession;

fn signed_in(account: &str, started: &str, ended: &str) -> Session {
    Session {
        account: account.into(),
        terminal: "pts/0".into(),
        origin: SessionOrigin::Network,
        from: "192.0.2.7".into(),
        started: at(started),
        ended: Some(at(ended)),
        ended_by: SessionEnd::SignedOut,
    }
}

fn known<T>(fact: T) -> Observation<T> {
    let outcome = Outcome::Known(fact);
    Observation { read_at: at("2027-03-31 15:00"), took: Span::ZERO, sources: Vec::new(), outcome }
}

fn sessions(entries: Vec<Session>) -> Sessions {
    let since = Read::Measured(Some(at("2027-01-05 09:00")));
    Sessions { entries, since, complete: Read::Measured(true), left_out: 0 }
}

fn told(entries: Vec<Session>, of: Vec<Account>) -> Told {
    Told {
        host: HostId::new("h-1").unwrap(),
        name: "SV1".into(),
        names: NameCase::Matters,
        heard: Some(at("2027-03-31 15:59")),
        facts: Facts {
            sessions: Some(Box::new(known(sessions(entries)))),
            accounts: Some(Box::new(known(accounts(of)))),
            account_events: Some(Box::new(known(happened::no_events()))),
            logs: Some(Box::new(known(happened::no_losses()))),
            ..Facts::default()
        },
        kept: Vec::new(),
        gaps: Vec::new(),
        looked_at: None,
    }
}

fn march() -> Period {
    let month: Month = "2027-03".parse().unwrap();
    Period { month, from: month.begins(), until: at("2027-03-31 16:00") }
}

fn sheet(agency: &Agency, hosts: &[Told]) -> Sheet {
    let mut gathering = Gathering::new(agency, march());
    for told in hosts {
        gathering.take(told);
    }
    gathering.finish(at("2027-03-31 16:00"))
}

fn registered() -> Agency {
    Agency {
        accounts: kept([
            account_row(1, "*", "hanako", AccountKind::Person, "佐藤"),
            account_row(2, "*", "maint-suzuki", AccountKind::Maintenance, "鈴木"),
            account_row(3, "*", "breakglass", AccountKind::Emergency, "加藤"),
        ]),
        ..agency("2027-03-31 16:00")
    }
}

fn lines(sign_ins: &[SignIn]) -> Vec<(&str, Instant)> {
    sign_ins.iter().map(|line| (line.account.as_str(), line.started)).collect()
}

#[test]
fn sign_ins_out_of_hours_are_those_of_nights_weekends_and_holidays() {
    let entries = vec![
        signed_in("hanako", "2027-03-01 09:00", "2027-03-01 17:00"),
        signed_in("hanako", "2027-03-01 22:10", "2027-03-01 22:40"),
        signed_in("hanako", "2027-03-06 10:00", "2027-03-06 11:00"),
        signed_in("hanako", "2027-03-22 10:00", "2027-03-22 11:00"),
        signed_in("hanako", "2027-02-28 23:59", "2027-03-01 01:00"),
        signed_in("hanako", "2027-03-31 16:00", "2027-03-31 22:00"),
    ];
    let sheet = sheet(&registered(), &[told(entries, vec![account("hanako")])]);
    let expected = ["2027-03-01 22:10", "2027-03-06 10:00", "2027-03-22 10:00"].map(|text| ("hanako", at(text)));
    assert_eq!(lines(&sheet.out_of_hours.lines), expected, "the 22nd is a holiday in place of a Sunday");
    assert_eq!(sheet.out_of_hours.lines[0].owner, "佐藤");
    assert_eq!((sheet.hosts, sheet.gaps.lines), (1, Vec::new()));
}

#[test]
fn uses_of_administrators_and_of_unknown_accounts_are_counted_by_host() {
    let administrator = Account { administrator: Read::Measured(true), ..account("hanako") };
    let entries = vec![
        signed_in("hanako", "2027-03-01 09:00", "2027-03-01 17:00"),
        signed_in("hanako", "2027-03-08 09:00", "2027-03-08 17:00"),
        signed_in("ghost", "2027-03-09 09:00", "2027-03-09 17:00"),
    ];
    let sheet = sheet(&registered(), &[told(entries.clone(), vec![administrator, account("ghost")])]);
    let of = |uses: &[Use]| uses.iter().map(|used| (used.account.clone(), used.times)).collect::<Vec<_>>();
    assert_eq!(of(&sheet.administrators.lines), [("hanako".to_owned(), 2)]);
    assert_eq!(of(&sheet.unregistered.lines), [("ghost".to_owned(), 1)]);
    let nothing = Agency { accounts: crate::correlate::tests::not_kept(), ..registered() };
    let unknown = self::sheet(&nothing, &[told(entries, Vec::new())]);
    assert!(!unknown.accounts_kept && unknown.unregistered.lines.is_empty());
    let parts = chapters(&unknown, Language::Japanese);
    let without: Vec<&str> =
        parts.iter().filter(|part| part.unknown.is_some()).map(|part| part.heading.as_str()).collect();
    assert_eq!(without, ["保守用・非常時用アカウントの利用", "台帳にないアカウントの利用"], "unknown is not none");
}

#[test]
fn maintenance_and_emergency_are_explained_by_their_registers() {
    let mut unapproved = work(8, "2027-008", "2027-03-15", "* / maint-suzuki");
    unapproved.row.approver.clear();
    let incident = Incident {
        number: "2027-01".into(),
        opened_on: day("2027-03-20"),
        loss: false,
        summary: String::new(),
        emergency: true,
        accounts: "breakglass".into(),
        recovered_on: Some(day("2027-03-21")),
    };
    let agency = Agency {
        works: kept([work(7, "2027-007", "2027-03-12", "* / maint-suzuki"), unapproved]),
        incidents: kept([listed(4, "2027-01", incident)]),
        ..registered()
    };
    let entries = vec![
        signed_in("maint-suzuki", "2027-03-12 10:00", "2027-03-12 11:00"),
        signed_in("maint-suzuki", "2027-03-15 10:00", "2027-03-15 11:00"),
        signed_in("maint-suzuki", "2027-03-16 10:00", "2027-03-16 11:00"),
        signed_in("breakglass", "2027-03-21 10:00", "2027-03-21 11:00"),
        signed_in("breakglass", "2027-03-22 10:00", "2027-03-22 11:00"),
    ];
    // The host no longer has a record of this one.
    let gone = HostSession { account: "maint-suzuki".into(), ..session("x", "2027-03-02 10:00", None) };
    let twice = HostSession {
        account: "maint-suzuki".into(),
        from: "192.0.2.7".into(),
        ..session("x", "2027-03-12 10:00", None)
    };
    let sheet = sheet(&agency, &[Told { kept: vec![gone, twice], ..told(entries, Vec::new()) }]);
    let explained: Vec<_> = sheet
        .special
        .lines
        .iter()
        .map(|line| line.explained.as_ref().map(|by| (by.register.as_str(), by.id, by.approved)))
        .collect();
    let expected = [
        None,
        Some(("maintenance", 7, true)),
        Some(("maintenance", 8, false)),
        None,
        Some(("incidents", 4, true)),
        None,
    ];
    assert_eq!(explained, expected);
}

#[test]
fn password_changes_are_held_against_the_register_by_the_day() {
    let changed = |name: &str, on: &str| Account { password_changed: Read::Measured(Some(at(on))), ..account(name) };
    let reset = |id, account: &str, on: &str| {
        listed(id, account, PasswordReset { account: account.into(), reset_on: day(on), suspected: false })
    };
    let agency = Agency {
        resets: kept([
            reset(1, "* / hanako", "2027-03-10"),
            reset(2, "健診システム taro", "2027-03-11"),
            reset(3, "old", "2027-02-28"),
        ]),
        ..registered()
    };
    let of = vec![
        changed("hanako", "2027-03-10 00:00"),
        changed("jiro", "2027-03-12 00:00"),
        changed("saburo", "2027-02-20 00:00"),
    ];
    let sheet = sheet(&agency, &[told(Vec::new(), of)]);
    let unrecorded: Vec<_> = sheet.changes.lines.iter().map(|line| (line.account.as_str(), line.on)).collect();
    assert_eq!(unrecorded, [("jiro", day("2027-03-12"))]);
    let resets: Vec<_> = sheet.resets.lines.iter().map(|line| (line.id, line.seen)).collect();
    assert_eq!(resets, [(1, 1), (2, 0)], "a record of another system is seen nowhere");
}

#[test]
fn what_is_missing_of_records_is_said_and_never_taken_for_nothing() {
    let whole = told(Vec::new(), Vec::new());
    let with = |fact: Sessions| {
        let facts = Facts { sessions: Some(Box::new(known(fact))), ..whole.facts.clone() };
        Told { facts, ..whole.clone() }
    };
    let none = Sessions { since: Read::Measured(None), ..sessions(Vec::new()) };
    let young = Sessions { since: Read::Measured(Some(at("2027-03-10 09:00"))), ..sessions(Vec::new()) };
    let cut = Sessions { left_out: 3, ..sessions(Vec::new()) };
    let unread = Sessions { complete: Read::not_read(ReasonCode::NotPermitted, "x"), ..sessions(Vec::new()) };
    let failed = Observation {
        outcome: Outcome::Failed(Reason::new(ReasonCode::NotPermitted, "x")),
        ..known(sessions(Vec::new()))
    };
    let gap = (at("2027-03-03 09:00"), at("2027-03-04 09:00"));
    let before = (at("2027-02-03 09:00"), at("2027-02-04 09:00"));
    let says = |told: Told, wanted: Missing| {
        let gaps = sheet(&registered(), &[told]).gaps.lines;
        assert_eq!(gaps.into_iter().map(|gap| gap.what).collect::<Vec<_>>(), [wanted]);
    };
    says(Told { gaps: vec![gap, before], ..whole.clone() }, Missing::Between(gap.0, gap.1));
    says(with(none), Missing::None);
    says(with(young), Missing::Since(at("2027-03-10 09:00")));
    says(with(cut), Missing::LeftOut);
    says(with(unread), Missing::NotRead(ReasonCode::NotPermitted));
    let facts = Facts { sessions: Some(Box::new(failed)), ..whole.facts.clone() };
    says(Told { facts, ..whole.clone() }, Missing::NotRead(ReasonCode::NotPermitted));
    says(Told { facts: Facts { sessions: None, ..whole.facts.clone() }, ..whole.clone() }, Missing::NotTold);
    says(Told { facts: Facts { accounts: None, ..whole.facts.clone() }, ..whole.clone() }, Missing::NoAccounts);
    let heard = at("2027-03-20 09:00");
    says(Told { heard: Some(heard), ..whole.clone() }, Missing::NotHeardSince(heard));
}

#[test]
fn what_a_host_told_after_the_signature_stands_on_the_next_sheet() {
    let entries = || {
        vec![
            signed_in("hanako", "2027-02-25 22:00", "2027-02-25 23:00"),
            signed_in("hanako", "2027-02-20 22:00", "2027-02-20 23:00"),
        ]
    };
    let late = Told { looked_at: Some(at("2027-02-24 09:00")), ..told(entries(), vec![account("hanako")]) };
    assert_eq!(lines(&sheet(&registered(), &[late]).out_of_hours.lines), [("hanako", at("2027-02-25 22:00"))]);
    let in_time = told(entries(), vec![account("hanako")]);
    assert_eq!(lines(&sheet(&registered(), &[in_time]).out_of_hours.lines), []);
    let unheard = Told { heard: Some(at("2027-03-20 09:00")), ..told(Vec::new(), Vec::new()) };
    let kept = sheet(&registered(), &[unheard]).late;
    assert_eq!(kept.values().collect::<Vec<_>>(), [&at("2027-03-20 09:00")]);
}

#[test]
fn a_session_that_goes_on_is_a_use_and_no_sign_in_out_of_hours() {
    let before = signed_in("maint-suzuki", "2027-02-25 22:00", "2027-03-02 09:00");
    let over = signed_in("maint-suzuki", "2027-02-25 21:00", "2027-02-28 09:00");
    let sheet = sheet(&registered(), &[told(vec![before, over], vec![account("maint-suzuki")])]);
    assert_eq!(lines(&sheet.special.lines), [("maint-suzuki", at("2027-02-25 22:00"))]);
    assert_eq!(sheet.out_of_hours.lines, []);
}

#[test]
fn what_is_not_known_of_accounts_is_said() {
    let unread = |name: &str| Account {
        administrator: Read::not_read(ReasonCode::NotPermitted, "x"),
        password_changed: Read::not_read(ReasonCode::NotPermitted, "x"),
        ..account(name)
    };
    let later = Account { password_changed: Read::Measured(Some(at("2027-04-02 09:00"))), ..account("jiro") };
    let entries = vec![
        signed_in("hanako", "2027-03-01 09:00", "2027-03-01 17:00"),
        signed_in("gone", "2027-03-02 09:00", "2027-03-02 17:00"),
    ];
    let sheet = sheet(&registered(), &[told(entries, vec![unread("hanako"), later])]);
    let missing: Vec<_> = sheet.gaps.lines.into_iter().map(|gap| gap.what).collect();
    assert_eq!(missing, [Missing::NoPasswordDates(1), Missing::ChangedSince(1), Missing::NoRights(2)]);
}

#[test]
fn a_row_without_an_agent_is_a_gap() {
    let agency = registered();
    let mut gathering = Gathering::new(&agency, march());
    gathering.lacks_agent(12, "PC-HOKEN09");
    let gaps = gathering.finish(at("2027-03-31 16:00")).gaps.lines;
    let gap = Gap { address: "/registers/hosts/12".into(), host_name: "PC-HOKEN09".into(), what: Missing::NoAgent };
    assert_eq!(gaps, [gap]);
}

#[test]
fn a_long_list_is_cut_and_counted() {
    let entries = (0..LINES_MAX + 7).map(|_| signed_in("hanako", "2027-03-06 10:00", "2027-03-06 11:00")).collect();
    let sheet = sheet(&registered(), &[told(entries, Vec::new())]);
    assert_eq!((sheet.out_of_hours.lines.len(), sheet.out_of_hours.left), (LINES_MAX, 7));
    assert_eq!(chapters(&sheet, Language::English)[4].left, 7);
}

#[test]
fn months_are_due_from_the_first_host_on() {
    let months = |first: Option<&str>, now: &str| {
        let due = due(first.map(at), at(now));
        due.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(months(None, "2027-03-31 16:00").is_empty());
    assert_eq!(months(Some("2027-03-05 09:00"), "2027-03-31 16:00"), ["2027-03"]);
    assert_eq!(months(Some("2026-03-05 09:00"), "2027-04-01 00:00"), ["2027-03", "2027-04"]);
}

#[test]
fn the_items_that_a_review_states_are_those_of_the_checklist() {
    let checklist = Checklist::embedded().unwrap();
    for id in ITEMS {
        let item = checklist.items().find(|item| item.id.as_str() == id).unwrap();
        assert!(item.attestation.is_some(), "{id}");
    }
}

#[test]
fn names_that_differ_in_case_are_one_account_on_windows() {
    let administrator = Account { administrator: Read::Measured(true), ..account("hanako") };
    let entries = || {
        vec![
            signed_in("HANAKO", "2027-03-01 09:00", "2027-03-01 17:00"),
            signed_in("Hanako", "2027-03-08 09:00", "2027-03-08 17:00"),
        ]
    };
    let of = |names| {
        let host = Told { names, ..told(entries(), vec![administrator.clone()]) };
        let sheet = sheet(&registered(), &[host]);
        let times = |uses: &[Use]| uses.iter().map(|used| used.times).collect::<Vec<_>>();
        (times(&sheet.administrators.lines), times(&sheet.unregistered.lines))
    };
    assert_eq!(of(NameCase::Ignored), (vec![2], Vec::new()));
    assert_eq!(of(NameCase::Matters), (Vec::new(), vec![1, 1]));
}
