//! Leavers' accounts, and passwords recorded as suspect.

use tenken_model::Verdict;

use super::*;
use crate::registers::typed::PasswordReset;

fn closed(agency: &Agency, machine: &Machine) -> Vec<Finding> {
    judge(Correlation::LeaversAccountsClosed, agency, machine)
}

fn staff(now: &str, people: impl IntoIterator<Item = Listed<Person>>) -> Agency {
    Agency {
        people: kept(people),
        accounts: kept([
            account_row(5, "*", "maint-suzuki", AccountKind::Maintenance, "鈴木"),
            account_row(6, "*", "sato", AccountKind::Person, "佐藤"),
        ]),
        ..agency(now)
    }
}

fn host(entries: impl IntoIterator<Item = Account>) -> Machine {
    machine("2026-03-31 09:00", entries, Vec::new())
}

#[test]
fn a_vendors_worker_has_until_the_next_business_day_and_own_staff_until_the_end_of_the_last() {
    let of = |now: &str| {
        let people =
            [person(1, "鈴木", Some("ABC保守"), Some("2026-03-13")), person(2, "佐藤", None, Some("2026-03-13"))];
        told(&closed(&staff(now, people), &host([account("maint-suzuki"), account("sato")])))
    };
    assert_eq!(of("2026-03-13 23:59"), ["pass"]);
    assert_eq!(of("2026-03-14 00:00"), ["fail sato"], "a Saturday");
    assert_eq!(of("2026-03-15 23:59"), ["fail sato"]);
    assert_eq!(of("2026-03-16 00:00"), ["fail maint-suzuki", "fail sato"]);
}

#[test]
fn a_key_is_enough_and_what_was_not_read_is_unknown() {
    let agency = staff(
        "2026-03-31 09:00",
        [person(1, "鈴木", Some("ABC保守"), Some("2026-03-13")), person(2, "佐藤", None, None)],
    );
    let with = |enabled, ssh_keys| closed(&agency, &host([Account { enabled, ssh_keys, ..account("maint-suzuki") }]));
    let not = || Read::<bool>::not_read(ReasonCode::NotPermitted, "x");
    let not_counted = || Read::<i64>::not_read(ReasonCode::NotPermitted, "x");
    let keys = with(Read::Measured(false), Read::Measured(2));
    assert!(keys[0].says.ja.contains("SSH鍵が残っています"), "{}", keys[0].says.ja);
    assert_eq!(paths(&keys[0])[2..], ["registers.accounts/5", "registers.people/1"]);
    assert_eq!(told(&with(Read::Measured(false), Read::Measured(0))), ["pass"]);
    assert_eq!(told(&with(Read::Measured(true), not_counted())), ["fail maint-suzuki"]);
    assert_eq!(told(&with(not(), Read::Measured(1))), ["fail maint-suzuki"]);
    assert_eq!(told(&with(not(), Read::Measured(0))), ["unknown maint-suzuki"]);
    assert_eq!(told(&with(Read::Measured(false), not_counted())), ["unknown maint-suzuki"]);
    assert_eq!(told(&closed(&agency, &host([]))), ["pass"], "it is gone from the host");
    let mut directory = host([]);
    directory.accounts = Look::Known(Accounts { complete: not(), ..accounts([]) }, at("2026-03-31 09:00"));
    assert_eq!(told(&closed(&agency, &directory)), ["unknown"], "a directory may hold it");
    let elsewhere = Read::not_read(ReasonCode::Elsewhere, "those of the domain");
    directory.accounts = Look::Known(Accounts { complete: elsewhere, ..accounts([]) }, at("2026-03-31 09:00"));
    let why = |finding: &Finding| matches!(&finding.verdict, Verdict::Unknown(it) if it.code == ReasonCode::Elsewhere);
    assert!(why(&closed(&agency, &directory)[0]), "no host can tell, which a person may attest");
}

#[test]
fn of_two_people_with_one_name_the_one_who_is_there_counts() {
    let mut left = person(1, "鈴木", Some("ABC保守"), Some("2026-03-13"));
    left.closed_at = Some(at("2026-03-14 09:00"));
    let on = || host([account("maint-suzuki")]);
    let again = staff("2026-03-31 09:00", [left.clone(), person(3, "鈴木", Some("ABC保守"), None)]);
    assert_eq!(told(&closed(&again, &on())), ["pass"]);
    assert_eq!(told(&closed(&staff("2026-03-31 09:00", [left]), &on())), ["fail maint-suzuki"]);
    let mut without_day = person(1, "鈴木", None, None);
    without_day.closed_at = Some(at("2026-03-14 09:00"));
    let found = closed(&staff("2026-03-31 09:00", [without_day]), &on());
    assert!(found[0].says.ja.contains("2026-03-14に離職した"), "closing the row is leaving: {}", found[0].says.ja);
}

#[test]
fn an_owner_who_is_nobody_is_told_once_of_a_host() {
    let agency = staff("2026-03-31 09:00", []);
    let found = closed(&agency, &host([account("maint-suzuki"), account("sato")]));
    assert_eq!(told(&found), ["unknown"]);
    assert!(found[0].says.ja.contains("(maint-suzuki、sato)"), "{}", found[0].says.ja);
    assert!(found[0].says.en.contains("(maint-suzuki, sato)"), "{}", found[0].says.en);
    let disabled = |name| Account { enabled: Read::Measured(false), ..account(name) };
    assert_eq!(told(&closed(&agency, &host([disabled("maint-suzuki")]))), ["pass"], "nobody can use it");
    let mut service = agency;
    service.accounts = kept([account_row(5, "*", "backup", AccountKind::Service, "情報システム課")]);
    assert_eq!(told(&closed(&service, &host([account("backup")]))), ["pass"], "a section owns it");
}

#[test]
fn many_accounts_whose_owners_are_nobody_are_counted_and_not_all_named() {
    let names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"];
    let mut agency = staff("2026-03-31 09:00", []);
    agency.accounts = kept((10..).zip(names).map(|(id, name)| account_row(id, "*", name, AccountKind::Person, "佐藤")));
    let says = &closed(&agency, &host(names.map(account)))[0].says;
    assert!(says.ja.contains("(a1、a2、a3、a4、a5 ほか2件)"), "{}", says.ja);
    assert!(says.en.contains("(a1, a2, a3, a4, a5 and 2 more)"), "{}", says.en);
}

#[test]
fn each_host_tells_of_its_own_accounts() {
    let mut agency = staff("2026-03-31 09:00", [person(1, "鈴木", None, Some("2026-03-13"))]);
    agency.accounts = kept([account_row(5, "SV-OTHER", "maint-suzuki", AccountKind::Maintenance, "鈴木")]);
    assert_eq!(told(&closed(&agency, &host([account("maint-suzuki")]))), ["pass"], "registered for another host");
    let other = Machine { name: "sv-other".into(), ..host([account("maint-suzuki")]) };
    assert_eq!(told(&closed(&agency, &other)), ["fail maint-suzuki"]);
}

fn reset(id: i64, account: &str, on: &str, suspected: bool) -> Listed<PasswordReset> {
    listed(id, account, PasswordReset { account: account.into(), reset_on: day(on), suspected })
}

#[test]
fn a_suspect_password_must_be_another_within_a_business_day() {
    let of = |now: &str, reset: Listed<PasswordReset>, changed: Read<Option<Instant>>| {
        let mut agency = staff(now, []);
        agency.resets = kept([reset]);
        let entries = [Account { password_changed: changed, ..account("sato") }];
        let found = judge(Correlation::SuspectedPasswordsChanged, &agency, &host(entries));
        (told(&found), found)
    };
    let on = |text: &str| Read::Measured(Some(at(text)));
    let suspect = || reset(9, "sato", "2026-03-13", true);
    assert_eq!(of("2026-03-16 23:59", suspect(), on("2026-01-01 09:00")).0, ["pass"], "it is not due yet");
    let (told_late, found) = of("2026-03-17 00:00", suspect(), on("2026-01-01 09:00"));
    assert_eq!(told_late, ["fail sato"]);
    assert!(found[0].says.ja.contains("最終変更 2026-01-01"), "{}", found[0].says.ja);
    assert!(paths(&found[0]).contains(&"registers.password-resets/9"));
    for changed in ["2026-03-13 00:00", "2026-03-13 10:00", "2026-03-12 09:00"] {
        assert_eq!(of("2026-03-31 09:00", suspect(), on(changed)).0, ["pass"], "{changed}");
    }
    assert_eq!(of("2026-03-31 09:00", suspect(), on("2026-03-12 12:00")).0, ["fail sato"]);
    assert_eq!(of("2026-03-31 09:00", suspect(), Read::Measured(None)).0, ["fail sato"]);
    let not = Read::not_read(ReasonCode::NotPermitted, "x");
    assert_eq!(of("2026-03-31 09:00", suspect(), not).0, ["unknown sato"]);
    let old = || on("2026-01-01 09:00");
    assert_eq!(of("2026-03-31 09:00", reset(9, "sato", "2026-03-13", false), old()).0, ["pass"], "only forgotten");
    for other in ["健診システム sato", "健診システム / sato", "SV-OTHER / sato"] {
        assert_eq!(of("2026-03-31 09:00", reset(9, other, "2026-03-13", true), old()).0, ["pass"], "{other}");
    }
    for here in ["SV-KENSHIN01 / sato", "sv-kenshin01/sato", "* / sato"] {
        assert_eq!(of("2026-03-31 09:00", reset(9, here, "2026-03-13", true), old()).0, ["fail sato"], "{here}");
    }
    assert_eq!(of("2026-03-31 09:00", reset(9, "kato", "2026-03-13", true), old()).0, ["pass"], "no account here");
    assert_eq!(of("2026-03-31 09:00", suspect(), on("2026-03-14 09:00")).0, ["pass"]);
    let mut closed_row = suspect();
    closed_row.closed_at = Some(at("2026-03-20 09:00"));
    assert_eq!(of("2026-03-31 09:00", closed_row, old()).0, ["pass"]);
}

#[test]
fn a_suspect_password_of_an_account_in_no_register_is_not_passed_over() {
    let of = |registered: Option<Listed<AccountRow>>, changed: &str| {
        let mut agency = staff("2026-03-31 09:00", []);
        agency.accounts = kept(registered);
        agency.resets = kept([reset(9, "sato", "2026-03-13", true)]);
        let entries = [Account { password_changed: Read::Measured(Some(at(changed))), ..account("sato") }];
        judge(Correlation::SuspectedPasswordsChanged, &agency, &host(entries))
    };
    let found = of(None, "2026-01-01 09:00");
    assert_eq!(told(&found), ["unknown sato"]);
    assert!(found[0].says.ja.contains("台帳にありません"), "{}", found[0].says.ja);
    assert_eq!(told(&of(None, "2026-03-14 09:00")), ["pass"], "whosever it is, it was changed");
    let other = account_row(7, "SV-OTHER", "sato", AccountKind::Person, "佐藤");
    assert_eq!(told(&of(Some(other), "2026-01-01 09:00")), ["pass"], "it is another host's");
}
