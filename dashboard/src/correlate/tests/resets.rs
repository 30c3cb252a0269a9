//! Passwords that another set, beside the register of password resets.

use tenken_model::fact::account_events::{
    AccountEvents, EventLog, EventLogKind, PASSWORDS_SET_MAX, PasswordSet as Set, PasswordWay,
};

use super::*;
use crate::registers::typed::PasswordReset;

/// Logs in which nothing is.
pub(super) fn nothing() -> AccountEvents {
    AccountEvents {
        logs: vec![EventLog {
            kind: EventLogKind::Messages,
            place: "/var/log/auth.log".into(),
            from: Read::Measured(Some(Instant::UNIX_EPOCH)),
            newest_hour: Some(at("2026-03-16 00:00")),
            cut: false,
        }],
        since: Read::Measured(Some(Instant::UNIX_EPOCH)),
        uses_since: Read::Measured(Some(Instant::UNIX_EPOCH)),
        counted_since: Read::Measured(Instant::UNIX_EPOCH),
        failed_sign_ins: Vec::new(),
        most_failed: Vec::new(),
        passwords_set: Vec::new(),
        changes: Vec::new(),
        elevations: Vec::new(),
        transfers: Vec::new(),
        network_sign_ins: None,
        parts: None,
        left_out: 0,
    }
}

/// The password of sato, set by kanri.
fn set(when: &str) -> Set {
    Set {
        account: "sato".into(),
        at: at(when),
        how: PasswordWay::Passwd,
        by: Some("kanri".into()),
        by_another: Read::Measured(true),
        first_issue: false,
    }
}

fn row(account: &str, on: &str) -> Listed<PasswordReset> {
    listed(9, account, PasswordReset { account: account.into(), reset_on: day(on), suspected: false })
}

fn found_in(now: &str, events: AccountEvents, resets: impl IntoIterator<Item = Listed<PasswordReset>>) -> Vec<Finding> {
    let agency = Agency {
        accounts: kept([
            account_row(5, "*", "batch", AccountKind::Service, "加藤"),
            account_row(6, "*", "breakglass", AccountKind::Emergency, "加藤"),
            account_row(7, "*", "sato", AccountKind::Person, "佐藤"),
        ]),
        resets: kept(resets),
        ..agency(now)
    };
    let machine = Machine { events: Look::Known(events, at(now)), ..machine(now, [], Vec::new()) };
    judge(Correlation::PasswordResetsRegistered, &agency, &machine)
}

fn of(now: &str, sets: Vec<Set>, resets: impl IntoIterator<Item = Listed<PasswordReset>>) -> Vec<String> {
    told(&found_in(now, AccountEvents { passwords_set: sets, ..nothing() }, resets))
}

#[test]
fn a_reset_has_two_business_days_to_be_written_down() {
    // 2026-03-13 is a Friday.
    assert_eq!(of("2026-03-17 23:59", vec![set("2026-03-13 10:00")], []), ["pass"]);
    assert_eq!(of("2026-03-18 00:00", vec![set("2026-03-13 10:00")], []), ["fail sato 2026-03-13"]);
    assert_eq!(of("2026-03-18 00:00", vec![set("2026-03-13 10:00")], [row("sato", "2026-03-13")]), ["pass"]);
    assert_eq!(of("2026-05-20 00:00", vec![set("2026-03-13 10:00")], []), ["pass"], "long ago");
}

#[test]
fn the_row_names_the_account_and_the_day() {
    let with = |account: &str, on: &str| of("2026-03-25 09:00", vec![set("2026-03-13 23:50")], [row(account, on)]);
    let of_host = [" sato ", "SV-KENSHIN01 / sato", "sv-kenshin01/sato", "SV-KENSHIN01\u{ff0f}sato", "* / sato"];
    for account in of_host {
        assert_eq!(with(account, "2026-03-13"), ["pass"], "{account}");
    }
    for on in ["2026-03-12", "2026-03-14"] {
        assert_eq!(with("sato", on), ["pass"], "{on}");
    }
    for account in
        ["健診システム sato", "健診システム / sato", "sv2 / sato", " / sato", "SV-KENSHIN01 sato", "sv2 sato"]
    {
        assert_eq!(with(account, "2026-03-13"), ["fail sato 2026-03-13"], "{account} is another");
    }
    for (account, on) in
        [("kato", "2026-03-13"), ("sato2", "2026-03-13"), ("sato", "2026-03-15"), ("sato", "2026-02-13")]
    {
        assert_eq!(with(account, on), ["fail sato 2026-03-13"], "{account} {on}");
    }
    let twice = vec![set("2026-03-13 10:00"), set("2026-03-10 10:00")];
    assert_eq!(of("2026-03-25 09:00", twice, [row("sato", "2026-03-13")]), ["fail sato 2026-03-10"]);
}

#[test]
fn what_is_no_reset_needs_no_row() {
    let none = |set: Set| of("2026-03-25 09:00", vec![set], []);
    assert_eq!(none(Set { by_another: Read::Measured(false), ..set("2026-03-13 10:00") }), ["pass"]);
    assert_eq!(none(Set { first_issue: true, ..set("2026-03-13 10:00") }), ["pass"]);
    assert_eq!(none(Set { account: "batch".into(), ..set("2026-03-13 10:00") }), ["pass"], "a service");
    assert_eq!(none(Set { account: "breakglass".into(), ..set("2026-03-13 10:00") }), ["pass"], "renewed after use");
    let stranger = Set { account: "jiro".into(), ..set("2026-03-13 10:00") };
    assert_eq!(none(stranger), ["fail jiro 2026-03-13"], "in no register of accounts");
}

#[test]
fn who_did_it_is_said_where_it_is_known() {
    let said = |set: Set| {
        let found = found_in("2026-03-25 09:00", AccountEvents { passwords_set: vec![set], ..nothing() }, []);
        (told(&found), found[0].says.ja.clone(), found[0].says.en.clone())
    };
    let (_, ja, en) = said(set("2026-03-13 10:00"));
    assert!(ja.contains("kanriが再設定") && en.contains("kanri reset"), "{ja} {en}");
    let (told_, ja, _) = said(Set { by: None, ..set("2026-03-13 10:00") });
    assert!(told_ == ["fail sato 2026-03-13"] && ja.contains("管理者が"), "{ja}");
    let (_, ja, _) = said(Set { by: Some("root".into()), ..set("2026-03-13 10:00") });
    assert!(ja.contains("管理者が"), "{ja}");
    let unknown =
        Set { by: None, by_another: Read::not_read(ReasonCode::Inconclusive, "x"), ..set("2026-03-13 10:00") };
    let (told_, ja, _) = said(unknown.clone());
    assert!(told_ == ["unknown sato 2026-03-13"] && ja.contains("本人が変えたのか"), "{ja}");
    assert_eq!(of("2026-03-25 09:00", vec![unknown], [row("sato", "2026-03-13")]), ["pass"], "the row tells");
}

#[test]
fn logs_that_do_not_tell_leave_it_unknown() {
    let now = "2026-03-25 09:00";
    let since = |since, cut| {
        let mut events = AccountEvents { since, ..nothing() };
        events.logs[0].cut = cut;
        told(&found_in(now, events, []))
    };
    let on = |text: &str| Read::Measured(Some(at(text)));
    assert_eq!(since(Read::not_read(ReasonCode::NotPermitted, "x"), false), ["unknown"]);
    assert_eq!(since(Read::Measured(None), false), ["unknown"]);
    assert_eq!(since(on("2026-03-24 09:00"), true), ["unknown"], "too much was written to reach back");
    assert_eq!(since(on("2026-03-25 08:00"), false), ["unknown"], "cleared, or lost at a restart");
    assert_eq!(since(on("2026-03-17 09:01"), false), ["unknown"]);
    assert_eq!(since(on("2026-03-17 09:00"), false), ["pass"], "no reset of then is yet to be found");
    assert_eq!(since(on("2026-03-01 09:00"), true), ["pass"]);
    let mut late = AccountEvents { since: on("2026-03-24 09:00"), ..nothing() };
    late.logs[0].cut = true;
    late.passwords_set = vec![set("2026-03-13 10:00")];
    assert_eq!(told(&found_in(now, late, [])), ["unknown", "fail sato 2026-03-13"]);
}

#[test]
fn a_host_is_new_only_while_its_logs_begin_with_its_enrolment() {
    let now = "2026-03-25 09:00";
    let of = |enrolled: &str, since: &str| {
        let agency = Agency { accounts: kept([]), resets: kept([]), ..agency(now) };
        let events = AccountEvents { since: Read::Measured(Some(at(since))), ..nothing() };
        let host = Machine { enrolled_at: at(enrolled), ..machine(now, [], Vec::new()) };
        judge(Correlation::PasswordResetsRegistered, &agency, &Machine { events: Look::Known(events, at(now)), ..host })
    };
    assert_eq!(told(&of("2026-03-24 12:00", "2026-03-24 09:00")), ["pass"]);
    assert_eq!(told(&of("2026-03-23 10:00", "2026-03-24 10:00")), ["pass"], "within the day");
    let cleared = of("2026-03-23 10:00", "2026-03-24 10:01");
    assert_eq!(told(&cleared), ["unknown"]);
    assert_eq!(cleared[0].verdict.reason().unwrap().code, ReasonCode::Missing);
    assert!(cleared[0].says.ja.contains("2026-03-24より前が残っていない"), "{}", cleared[0].says.ja);
}

#[test]
fn an_agency_says_how_much_of_the_records_it_needs() {
    let now = "2026-03-25 09:00";
    let of = |recorded_for: Option<&str>, since: &str, cut, sets: Vec<Set>| {
        let mut agency = Agency { accounts: kept([]), resets: kept([]), ..agency(now) };
        let rule = tenken_model::RuleId::new("password_resets_registered").unwrap();
        let set = recorded_for.map(|value| ("recorded_for".to_owned(), value.into()));
        agency.parameters = [(rule, set.into_iter().collect())].into();
        let since = Read::Measured(Some(at(since)));
        let mut events = AccountEvents { since, passwords_set: sets, ..nothing() };
        events.logs[0].cut = cut;
        let host = machine(now, [], Vec::new());
        judge(Correlation::PasswordResetsRegistered, &agency, &Machine { events: Look::Known(events, at(now)), ..host })
    };
    for cut in [false, true] {
        assert_eq!(told(&of(None, "2026-03-23 09:00", cut, Vec::new())), ["unknown"]);
        assert_eq!(told(&of(Some("2d"), "2026-03-23 09:00", cut, Vec::new())), ["pass"]);
        assert_eq!(told(&of(Some("2d"), "2026-03-23 09:01", cut, Vec::new())), ["unknown"]);
        let late = of(Some("31d"), "2026-03-05 09:00", cut, vec![set("2026-03-10 10:00")]);
        assert_eq!(told(&late), ["unknown", "fail sato 2026-03-10"], "what fails counts in any time");
        assert!(late[0].says.ja.contains("2026-03-05"), "{}", late[0].says.ja);
    }
    let passes = of(Some("2d"), "2026-03-23 09:00", true, Vec::new());
    assert!(passes[0].says.en.contains("2d") && passes[0].says.ja.contains("2日"), "{:?}", passes[0].says);
}

#[test]
fn a_log_that_was_denied_may_tell_what_was_before() {
    let now = "2026-03-25 09:00";
    let of = |since: &str| {
        let mut events = AccountEvents { since: Read::Measured(Some(at(since))), ..nothing() };
        let from = Read::not_read(ReasonCode::NotPermitted, "x");
        events.logs.push(EventLog { from, ..events.logs[0].clone() });
        found_in(now, events, [])
    };
    assert_eq!(told(&of("2026-03-10 09:00")), ["pass"], "the other covers it");
    let late = of("2026-03-24 09:00");
    assert_eq!(late[0].verdict.reason().unwrap().code, ReasonCode::NotPermitted);
    assert!(late[0].says.ja.contains("2026-03-24"), "{}", late[0].says.ja);
}

#[test]
fn only_logs_that_tell_of_passwords_count_as_cut() {
    let now = "2026-03-25 09:00";
    let cut = |kind| {
        let mut events = AccountEvents { since: Read::Measured(Some(at("2026-03-24 09:00"))), ..nothing() };
        events.logs.push(EventLog { kind, cut: true, ..events.logs[0].clone() });
        let agency = Agency { accounts: kept([]), resets: kept([]), ..agency(now) };
        let host = Machine { enrolled_at: at("2026-03-24 09:00"), ..machine(now, [], Vec::new()) };
        let host = Machine { events: Look::Known(events, at(now)), ..host };
        told(&judge(Correlation::PasswordResetsRegistered, &agency, &host))
    };
    for kind in [EventLogKind::FailedSignIns, EventLogKind::Audit] {
        assert_eq!(cut(kind), ["pass"], "{kind}: these are cut as a rule");
    }
    for kind in [EventLogKind::Journal, EventLogKind::Messages] {
        assert_eq!(cut(kind), ["unknown"], "{kind}");
    }
}

#[test]
fn a_full_list_leaves_unknown_what_was_pushed_off_it() {
    let now = "2026-03-25 09:00";
    let registered = |day: u32| row("sato", &format!("2026-03-{day:02}"));
    let of = |count: usize, left_out, last: Set| {
        let mut sets = vec![set("2026-03-20 10:00"); count - 1];
        sets.push(last);
        let events = AccountEvents { passwords_set: sets, left_out, ..nothing() };
        let found = found_in(now, events, (1..=25).map(registered));
        (told(&found), found[0].verdict.reason().map(|reason| reason.code))
    };
    let (pass, limit) = ((vec!["pass".to_owned()], None), (vec!["unknown".to_owned()], Some(ReasonCode::Limit)));
    let by_another = || set("2026-03-10 10:00");
    let own = Set { by_another: Read::Measured(false), ..by_another() };
    let unsure = Set { by_another: Read::not_read(ReasonCode::Inconclusive, "x"), ..by_another() };
    assert_eq!(of(PASSWORDS_SET_MAX, 1, by_another()), limit);
    assert_eq!(of(PASSWORDS_SET_MAX, 1, unsure), limit);
    assert_eq!(of(PASSWORDS_SET_MAX, 1, own), pass, "what another set is all there");
    assert_eq!(of(PASSWORDS_SET_MAX, 0, by_another()), pass, "nothing was left out");
    assert_eq!(of(PASSWORDS_SET_MAX - 1, 1, by_another()), pass, "another list was cut");
    assert_eq!(of(PASSWORDS_SET_MAX, 1, set("2026-02-20 10:00")), pass, "what was left out is too old to count");
}
