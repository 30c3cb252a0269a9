//! Emergency accounts beside incidents.

use super::*;
use crate::registers::typed::{Incident, PasswordReset};

fn incident(id: i64, opened: &str, recovered: Option<&str>, emergency: bool, accounts: &str) -> Listed<Incident> {
    let row = Incident {
        number: format!("2026-{id:02}"),
        opened_on: day(opened),
        loss: false,
        summary: String::new(),
        emergency,
        accounts: accounts.into(),
        recovered_on: recovered.map(day),
    };
    listed(id, &row.number.clone(), row)
}

fn office(now: &str, incidents: impl IntoIterator<Item = Listed<Incident>>) -> Agency {
    Agency {
        accounts: kept([account_row(5, "*", "breakglass", AccountKind::Emergency, "加藤")]),
        incidents: kept(incidents),
        ..agency(now)
    }
}

fn disabled() -> Account {
    Account { enabled: Read::Measured(false), ..account("breakglass") }
}

fn used(now: &str, incidents: Vec<Listed<Incident>>, account: Account, on: &[&str]) -> Vec<Finding> {
    let sessions = on.iter().map(|started| session("breakglass", started, None)).collect();
    judge(Correlation::EmergencyAccountsUsedInIncidents, &office(now, incidents), &machine(now, [account], sessions))
}

#[test]
fn a_use_outside_an_incident_fails_at_once_and_one_within_is_linked() {
    let now = "2026-03-12 15:00";
    let found = used(now, Vec::new(), disabled(), &["2026-03-12 14:59"]);
    assert_eq!(told(&found), ["fail breakglass 2026-03-12 14:59"]);
    assert!(paths(&found[0]).contains(&"registers.accounts/5"));
    for (open, expected) in [
        (incident(1, "2026-03-12", None, false, "breakglass"), "pass"),
        (incident(1, "2026-03-12", None, true, ""), "pass"),
        (incident(1, "2026-03-10", Some("2026-03-12"), false, "root、breakglass"), "pass"),
        (incident(1, "2026-03-12", None, false, ""), "fail breakglass 2026-03-12 14:59"),
        (incident(1, "2026-03-12", None, false, "breakglass2"), "fail breakglass 2026-03-12 14:59"),
        (incident(1, "2026-03-13", None, true, ""), "fail breakglass 2026-03-12 14:59"),
        (incident(1, "2026-03-10", Some("2026-03-11"), true, ""), "fail breakglass 2026-03-12 14:59"),
    ] {
        assert_eq!(told(&used(now, vec![open.clone()], disabled(), &["2026-03-12 14:59"])), [expected], "{open:?}");
    }
    let linked = used(now, vec![incident(1, "2026-03-12", None, true, "")], disabled(), &["2026-03-12 14:59"]);
    assert_eq!(paths(&linked[0]), ["registers.incidents/1"]);
    let mut closed = incident(1, "2026-03-10", None, true, "");
    closed.closed_at = Some(at("2026-03-11 18:00"));
    assert!(told(&used(now, vec![closed], disabled(), &["2026-03-12 14:59"]))[0].starts_with("fail"));
}

#[test]
fn an_account_that_is_enabled_needs_an_incident_under_way() {
    let now = "2026-03-12 15:00";
    assert_eq!(told(&used(now, Vec::new(), account("breakglass"), &[])), ["fail breakglass"]);
    let open = || vec![incident(1, "2026-03-12", None, false, "breakglass")];
    assert_eq!(told(&used(now, open(), account("breakglass"), &[])), ["pass"]);
    let over = vec![incident(1, "2026-03-10", Some("2026-03-11"), true, "")];
    assert_eq!(told(&used(now, over, account("breakglass"), &[])), ["fail breakglass"]);
    let unread = Account { enabled: Read::not_read(ReasonCode::NotPermitted, "x"), ..account("breakglass") };
    assert_eq!(told(&used(now, Vec::new(), unread, &[])), ["unknown breakglass"]);
    assert_eq!(told(&used(now, Vec::new(), disabled(), &[])), ["pass"]);
    let mut nobody = office(now, []);
    nobody.accounts = kept([]);
    let found = judge(Correlation::EmergencyAccountsUsedInIncidents, &nobody, &machine(now, [], Vec::new()));
    assert_eq!(told(&found), ["not_applicable"]);
}

#[test]
fn an_incident_without_an_end_does_not_excuse_for_ever() {
    let open = |opened| vec![incident(1, opened, None, true, "")];
    assert_eq!(told(&used("2026-04-12 15:00", open("2026-03-12"), account("breakglass"), &[])), ["pass"], "31 days");
    let found = used("2026-04-13 15:00", open("2026-03-12"), account("breakglass"), &["2026-04-13 14:00"]);
    assert_eq!(told(&found), ["fail breakglass", "fail breakglass 2026-04-13 14:00"]);
    assert!(found[0].says.ja.contains("終わりの日がありません"), "{}", found[0].says.ja);
    assert!(paths(&found[1]).contains(&"registers.incidents/1"));
    // Another one that began since holds, and so does the first for what happened in its month.
    let mut two = open("2026-03-12");
    two.push(incident(2, "2026-04-13", None, false, "breakglass"));
    let uses = ["2026-04-13 14:00", "2026-03-20 10:00"];
    assert_eq!(told(&used("2026-04-13 15:00", two, account("breakglass"), &uses)), ["pass"]);
    let ended = vec![incident(1, "2026-01-10", Some("2026-04-13"), true, "")];
    assert_eq!(told(&used("2026-04-13 15:00", ended, account("breakglass"), &uses)), ["pass"], "it has an end");
}

fn renewed(incidents: Vec<Listed<Incident>>, account: Account, on: &[&str]) -> Vec<Finding> {
    let now = "2026-03-20 15:00";
    let sessions = on.iter().map(|started| session("breakglass", started, None)).collect();
    judge(Correlation::EmergencyAccountsRenewed, &office(now, incidents), &machine(now, [account], sessions))
}

#[test]
fn a_change_on_the_day_of_the_end_counts_once_a_person_recorded_it() {
    let now = "2026-03-20 15:00";
    let of = |changed: &str, reset: Option<(&str, &str)>| {
        let mut office = office(now, [incident(1, "2026-03-13", Some("2026-03-13"), false, "breakglass")]);
        office.resets = kept(reset.map(|(account, on)| {
            let row = PasswordReset { account: account.into(), reset_on: day(on), suspected: false };
            listed(3, account, row)
        }));
        let account = Account { password_changed: Read::Measured(Some(at(changed))), ..disabled() };
        told(&judge(Correlation::EmergencyAccountsRenewed, &office, &machine(now, [account], Vec::new())))
    };
    assert_eq!(of("2026-03-13 09:00", None), ["unknown breakglass"], "it may be the password of the test");
    assert_eq!(of("2026-03-13 09:00", Some(("breakglass", "2026-03-13"))), ["pass"]);
    assert_eq!(of("2026-03-13 09:00", Some(("SV-KENSHIN01 / breakglass", "2026-03-13"))), ["pass"]);
    for (account, on) in [
        ("SV-OTHER / breakglass", "2026-03-13"),
        ("breakglass", "2026-03-12"),
        ("breakglass", "2026-03-21"),
        ("root", "2026-03-13"),
    ] {
        assert_eq!(of("2026-03-13 09:00", Some((account, on))), ["unknown breakglass"], "{account} {on}");
    }
    assert_eq!(of("2026-03-14 09:00", None), ["pass"]);
    assert_eq!(
        of("2026-03-11 09:00", Some(("breakglass", "2026-03-13"))),
        ["fail breakglass"],
        "the host knows better"
    );
}

#[test]
fn after_an_incident_the_account_has_another_password_and_is_disabled() {
    let over = |accounts: &str| vec![incident(1, "2026-03-10", Some("2026-03-13"), true, accounts)];
    let changed = |text: &str| Account { password_changed: Read::Measured(Some(at(text))), ..disabled() };
    let at_first = renewed(over("breakglass"), disabled(), &[]);
    assert_eq!(told(&at_first), ["fail breakglass"]);
    assert!(
        at_first[0].says.ja.contains("2026-01の正常復帰(2026-03-13)の後も変更されていません"),
        "{}",
        at_first[0].says.ja
    );
    assert_eq!(told(&renewed(over("breakglass"), changed("2026-03-12 12:00"), &[])), ["fail breakglass"]);
    assert_eq!(told(&renewed(over("breakglass"), changed("2026-03-14 10:00"), &[])), ["pass"]);
    // The day alone is on record, and a part of it lies before.
    assert_eq!(told(&renewed(over("breakglass"), changed("2026-03-12 09:00"), &[])), ["unknown breakglass"]);
    let open = Account { enabled: Read::Measured(true), ..changed("2026-03-14 09:00") };
    let found = renewed(over("breakglass"), open, &[]);
    assert!(found[0].says.ja.contains("使える状態"), "{}", found[0].says.ja);
    assert_eq!(paths(&found[0])[2..4], ["registers.incidents/1", "registers.accounts/5"]);
    let unread = Account { password_changed: Read::not_read(ReasonCode::NotPermitted, "x"), ..disabled() };
    assert_eq!(told(&renewed(over("breakglass"), unread, &[])), ["unknown breakglass"]);
}

#[test]
fn only_incidents_in_which_it_was_used_ask_for_it_and_only_when_they_are_over() {
    let old = || Account { password_changed: Read::Measured(Some(at("2025-01-01 09:00"))), ..disabled() };
    let emergency = |recovered| vec![incident(1, "2026-03-10", recovered, true, "")];
    assert_eq!(told(&renewed(emergency(Some("2026-03-13")), old(), &[])), ["pass"], "it was not used");
    let on = ["2026-03-11 09:00"];
    assert_eq!(told(&renewed(emergency(Some("2026-03-13")), old(), &on)), ["fail breakglass"]);
    assert_eq!(told(&renewed(emergency(None), old(), &on)), ["pass"], "it goes on");
    let mut two = emergency(Some("2026-03-13"));
    two.push(incident(2, "2026-03-20", None, true, ""));
    assert_eq!(told(&renewed(two, old(), &on)), ["pass"], "the next one needs it as it is");
    let mut closed = emergency(None);
    closed[0].closed_at = Some(at("2026-03-13 18:00"));
    assert_eq!(told(&renewed(closed, old(), &on)), ["fail breakglass"], "closing the row ends it too");
    assert_eq!(
        told(&renewed(vec![incident(1, "2025-03-01", Some("2025-03-02"), true, "breakglass")], old(), &[])),
        ["pass"],
        "long ago"
    );
}
