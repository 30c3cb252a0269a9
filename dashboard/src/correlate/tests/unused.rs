//! Maintenance accounts while nothing is maintained.

use super::*;

fn judged(agency: &Agency, account: Account) -> Vec<Finding> {
    let heard = super::super::verdicts::minute(agency.now);
    judge(Correlation::MaintenanceAccountsDisabledOutsideWork, agency, &machine(&heard, [account], Vec::new()))
}

const FAILS: [&str; 1] = ["fail maint-suzuki"];

#[test]
fn an_open_account_needs_work_and_may_be_closed_on_the_next_business_day() {
    // Friday, the last business day of the year; the next one is Monday, the 5th.
    for (now, expected) in [
        ("2025-12-25 23:59", FAILS[0]),
        ("2025-12-26 00:00", "pass"),
        ("2025-12-31 10:00", "pass"),
        ("2026-01-05 23:59", "pass"),
        ("2026-01-06 00:00", FAILS[0]),
    ] {
        let agency = vendor(now, [work(12, "2025-099", "2025-12-26", ACCOUNT)]);
        assert_eq!(told(&judged(&agency, account("maint-suzuki"))), [expected], "{now}");
    }
    let agency = vendor("2026-03-16 10:00", [work(12, "2026-014", "2026-03-12", ACCOUNT)]);
    let found = judged(&agency, account("maint-suzuki"));
    assert_eq!(told(&found), FAILS);
    assert_eq!(
        found[0].says.ja,
        "保守アカウントmaint-suzukiが有効なままです(最後の作業申請: 2026-014、作業日 2026-03-12)。"
    );
    assert_eq!(
        paths(&found[0]),
        [
            "accounts.entries[maint-suzuki].enabled",
            "accounts.entries[maint-suzuki].ssh_keys",
            "registers.accounts/5",
            "registers.maintenance/12"
        ]
    );
    let found = judged(&vendor("2026-03-16 10:00", []), account("maint-suzuki"));
    assert_eq!(told(&found), FAILS);
    assert!(found[0].says.ja.contains("申請はありません"), "{}", found[0].says.ja);
}

#[test]
fn a_closed_account_passes_whatever_is_requested() {
    let agency = vendor("2026-03-16 10:00", []);
    let closed = Account { enabled: Read::Measured(false), ..account("maint-suzuki") };
    assert_eq!(told(&judged(&agency, closed)), ["pass"]);
    let expired = |at| Account { expires: Read::Measured(Some(at)), ..account("maint-suzuki") };
    assert_eq!(told(&judged(&agency, expired(at("2026-03-16 10:00")))), ["pass"]);
    assert_eq!(told(&judged(&agency, expired(at("2026-03-16 10:01")))), FAILS);
    assert_eq!(told(&judged(&agency, account("sato"))), ["pass"], "it is not there");
    let unread = Account { enabled: Read::not_read(ReasonCode::NotPermitted, "x"), ..account("maint-suzuki") };
    assert_eq!(told(&judged(&agency, unread)), ["unknown maint-suzuki"]);
    let nobody = Agency { accounts: kept([]), ..agency };
    assert_eq!(told(&judged(&nobody, account("maint-suzuki"))), ["not_applicable"]);
}

#[test]
fn only_an_approved_request_for_the_account_opens_it() {
    let now = "2026-03-16 10:00";
    let of = |change: fn(&mut Listed<Work>)| {
        let mut row = work(12, "2026-014", "2026-03-16", ACCOUNT);
        change(&mut row);
        told(&judged(&vendor(now, [row]), account("maint-suzuki")))
    };
    assert_eq!(of(|_| {}), ["pass"]);
    assert_eq!(of(|it| it.row.approver.clear()), FAILS);
    assert_eq!(of(|it| (it.row.approved_on, it.row.late_reason) = (None, "障害".into())), ["unknown maint-suzuki"]);
    assert_eq!(of(|it| it.row.account = "* / other".into()), FAILS);
    assert_eq!(of(|it| it.row.account = "SV-Kenshin01 / maint-suzuki".into()), ["pass"]);
    assert_eq!(of(|it| it.row.account = "SV-OTHER / maint-suzuki".into()), FAILS);
    assert_eq!(of(|it| it.row.account.clear()), ["pass"], "its worker is the owner");
    assert_eq!(of(|it| it.closed_at = Some(at("2026-03-15 09:00"))), FAILS, "it was withdrawn");
    assert_eq!(of(|it| it.closed_at = Some(at("2026-03-16 09:00"))), ["pass"]);
    let mut unclear = vendor(now, [work(12, "2026-014", "2026-03-16", "")]);
    unclear.people = kept([]);
    unclear.works = kept([Listed {
        row: Work { workers: "田中".into(), ..work(12, "n", "2026-03-16", "").row },
        ..work(12, "n", "2026-03-16", "")
    }]);
    assert_eq!(told(&judged(&unclear, account("maint-suzuki"))), ["unknown maint-suzuki"]);
}

#[test]
fn a_host_that_is_off_tells_of_the_day_on_which_it_was_on() {
    let agency = vendor("2026-03-20 10:00", [work(12, "2026-014", "2026-03-12", ACCOUNT)]);
    let of = |heard: &str| {
        let machine = machine(heard, [account("maint-suzuki")], Vec::new());
        told(&judge(Correlation::MaintenanceAccountsDisabledOutsideWork, &agency, &machine))
    };
    assert_eq!(of("2026-03-13 18:00"), ["pass"]);
    assert_eq!(of("2026-03-16 09:00"), FAILS);
    assert_eq!(of("2099-03-16 09:00"), FAILS);
}

#[test]
fn what_is_not_kept_or_not_listed_is_unknown() {
    let agency = Agency { works: not_kept(), ..vendor("2026-03-16 10:00", []) };
    assert_eq!(told(&judged(&agency, account("maint-suzuki"))), ["unknown"]);
    let closed = Account { enabled: Read::Measured(false), ..account("maint-suzuki") };
    assert_eq!(told(&judged(&agency, closed)), ["pass"], "no request is asked for");
    let agency = vendor("2026-03-16 10:00", []);
    let mut machine = machine("2026-03-16 10:00", [], Vec::new());
    if let Look::Known(accounts, _) = &mut machine.accounts {
        accounts.complete = Read::Measured(false);
    }
    assert_eq!(told(&judge(Correlation::MaintenanceAccountsDisabledOutsideWork, &agency, &machine)), ["unknown"]);
}
