//! Accounts whose names differ in case alone: one on Windows, two on Linux.

use tenken_model::fact::account_events::{AccountEvents, PasswordSet, PasswordWay};

use super::*;
use crate::registers::belongings::Passage;
use crate::registers::typed::{Incident, PasswordReset};

const NOW: &str = "2026-03-25 09:00";

/// The account as a host has it; registers write it with a capital.
const HERE: &str = "maint-suzuki";
const WRITTEN: &str = "Maint-Suzuki";

fn office(kind: AccountKind) -> Agency {
    Agency {
        people: kept([person(1, "鈴木", Some("ABC保守"), Some("2026-03-13"))]),
        accounts: kept([
            account_row(5, "*", WRITTEN, kind, "加藤"),
            account_row(6, "SV-KENSHIN01", &WRITTEN.to_uppercase(), kind, "鈴木"),
        ]),
        ..agency(NOW)
    }
}

/// What the correlation says where case matters, and where it does not.
fn both(correlation: Correlation, agency: &Agency, machine: &Machine) -> [String; 2] {
    [NameCase::Matters, NameCase::Ignored].map(|names| {
        let machine = Machine { names, ..machine.clone() };
        told(&judge(correlation, agency, &machine)).join(", ")
    })
}

fn host(sessions: Vec<HostSession>) -> Machine {
    machine(NOW, [account(HERE)], sessions)
}

#[test]
fn a_leavers_account_and_an_open_one_are_found_whatever_the_case() {
    let office = office(AccountKind::Maintenance);
    let leaver = both(Correlation::LeaversAccountsClosed, &office, &host(Vec::new()));
    assert_eq!(leaver, ["pass", "fail MAINT-SUZUKI"], "the host's own row counts, and counts once");
    let open = both(Correlation::MaintenanceAccountsDisabledOutsideWork, &office, &host(Vec::new()));
    assert_eq!(open, ["pass", "fail maint-suzuki"]);
}

#[test]
fn a_session_is_that_of_the_account_and_of_the_request_that_names_it() {
    let sessions = || host(vec![session(HERE, "2026-03-13 10:02", Some("2026-03-13 11:00"))]);
    let asked = |works: Vec<Listed<Work>>| {
        let office = Agency { works: kept(works), ..office(AccountKind::Maintenance) };
        both(Correlation::MaintenanceSessionsRequested, &office, &sessions())
    };
    assert_eq!(asked(Vec::new()), ["pass", "fail maint-suzuki 2026-03-13 10:02"]);
    assert_eq!(asked(vec![work(12, "2026-014", "2026-03-13", "sv-kenshin01 / MAINT-suzuki")]), ["pass", "pass"]);
    let passage = Passage {
        host: "SV-KENSHIN01".into(),
        tool: "SSH".into(),
        account: "MAINT-suzuki".into(),
        source: String::new(),
        approver: "加藤".into(),
        approved_on: Some(day("2026-01-05")),
        ends: None,
    };
    let office = Agency { passages: kept([listed(3, "x", passage)]), ..office(AccountKind::Maintenance) };
    assert_eq!(both(Correlation::RemoteAccessRegistered, &office, &sessions()), ["pass", "pass"]);
}

#[test]
fn an_emergency_account_is_used_in_the_incident_that_names_it() {
    let incident = |accounts: &str| Incident {
        number: "2026-01".into(),
        opened_on: day("2026-03-12"),
        loss: false,
        summary: String::new(),
        emergency: false,
        accounts: accounts.into(),
        recovered_on: Some(day("2026-03-14")),
    };
    let used = host(vec![session(HERE, "2026-03-13 10:02", Some("2026-03-13 11:00"))]);
    let closed = Account { enabled: Read::Measured(false), ..account(HERE) };
    let used = Machine { accounts: Look::Known(accounts([closed]), at(NOW)), ..used };
    let of = |accounts: &str| {
        let office =
            Agency { incidents: kept([listed(7, "2026-01", incident(accounts))]), ..office(AccountKind::Emergency) };
        (
            both(Correlation::EmergencyAccountsUsedInIncidents, &office, &used),
            both(Correlation::EmergencyAccountsRenewed, &office, &used),
        )
    };
    let (in_incident, renewed) = of("root、MAINT-suzuki");
    assert_eq!(in_incident, ["pass", "pass"]);
    assert_eq!(renewed, ["pass", "fail MAINT-SUZUKI"], "its password was never changed");
    assert_eq!(of("maint-sato").0, ["pass", "fail maint-suzuki 2026-03-13 10:02"]);
}

#[test]
fn a_reset_on_record_is_that_of_the_account_whatever_the_case() {
    let set = PasswordSet {
        account: HERE.into(),
        at: at("2026-03-13 10:00"),
        how: PasswordWay::Other,
        by: Some("kanri".into()),
        by_another: Read::Measured(true),
        first_issue: false,
    };
    let events = AccountEvents { passwords_set: vec![set], ..resets::nothing() };
    let machine = Machine { events: Look::Known(events, at(NOW)), ..host(Vec::new()) };
    let row = |suspected| PasswordReset { account: WRITTEN.into(), reset_on: day("2026-03-13"), suspected };
    let of = |suspected| Agency { resets: kept([listed(9, WRITTEN, row(suspected))]), ..office(AccountKind::Person) };
    let registered = both(Correlation::PasswordResetsRegistered, &of(false), &machine);
    assert_eq!(registered, ["fail maint-suzuki 2026-03-13", "pass"]);
    let suspected = both(Correlation::SuspectedPasswordsChanged, &of(true), &machine);
    assert_eq!(suspected, ["pass", "fail Maint-Suzuki"]);
}
