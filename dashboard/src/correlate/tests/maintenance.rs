//! Maintenance sessions, their requests and reviews.

use super::*;
use crate::correlate::SUBJECTS_MAX;

fn requested(agency: &Agency, sessions: Vec<HostSession>) -> Vec<Finding> {
    let heard = super::super::verdicts::minute(agency.now);
    judge(Correlation::MaintenanceSessionsRequested, agency, &machine(&heard, [], sessions))
}

fn reviewed(agency: &Agency, sessions: Vec<HostSession>) -> Vec<Finding> {
    let heard = super::super::verdicts::minute(agency.now);
    judge(Correlation::MaintenanceLogsReviewed, agency, &machine(&heard, [], sessions))
}

#[test]
fn a_session_is_linked_to_the_request_of_its_day_and_one_without_fails() {
    let agency = vendor("2026-03-13 12:00", [work(12, "2026-014", "2026-03-12", ACCOUNT)]);
    let linked = session("maint-suzuki", "2026-03-12 10:02", Some("2026-03-12 11:40"));
    let found = requested(&agency, vec![linked.clone()]);
    assert_eq!(told(&found), ["pass"]);
    assert_eq!(paths(&found[0]), ["registers.maintenance/12"]);
    assert_eq!(found[0].evidence[0].value, "2026-014 maint-suzuki 2026-03-12 10:02");

    let extra = session("maint-suzuki", "2026-03-13 09:15", Some("2026-03-13 09:20"));
    let found = requested(&agency, vec![extra, linked]);
    assert_eq!(told(&found), ["fail maint-suzuki 2026-03-13 09:15"]);
    let says = &found[0].says;
    assert!(says.ja.contains("2026-03-13の作業申請が保守作業台帳にありません"), "{}", says.ja);
    assert!(says.en.contains("鈴木 / ABC保守") && says.en.contains("no request for 2026-03-13"), "{}", says.en);
    let paths = paths(&found[0]);
    assert!(paths.contains(&"registers.accounts/5"), "{paths:?}");
    assert!(paths.contains(&"sessions.entries[maint-suzuki 2026-03-13 09:15].from"), "{paths:?}");
}

#[test]
fn the_day_is_that_of_japan_and_work_may_run_past_midnight() {
    let of = |day: &str| vendor("2026-03-20 12:00", [work(12, "2026-014", day, ACCOUNT)]);
    let just_before = session("maint-suzuki", "2026-03-12 23:59", Some("2026-03-13 03:00"));
    assert_eq!(told(&requested(&of("2026-03-12"), vec![just_before.clone()])), ["pass"]);
    assert_eq!(told(&requested(&of("2026-03-13"), vec![just_before])), ["fail maint-suzuki 2026-03-12 23:59"]);
    let midnight = session("maint-suzuki", "2026-03-13 00:00", Some("2026-03-13 00:10"));
    assert_eq!(told(&requested(&of("2026-03-13"), vec![midnight.clone()])), ["pass"]);
    assert_eq!(told(&requested(&of("2026-03-12"), vec![midnight])), ["fail maint-suzuki 2026-03-13 00:00"]);
    // 12 hours into the next day are no more that of the day before.
    let long = |ended| session("maint-suzuki", "2026-03-12 10:00", Some(ended));
    assert_eq!(told(&requested(&of("2026-03-12"), vec![long("2026-03-13 11:59")])), ["pass"]);
    let found = requested(&of("2026-03-12"), vec![long("2026-03-13 12:00")]);
    assert!(found[0].says.ja.contains("2026-03-13の作業申請"), "{}", found[0].says.ja);
    let both = [work(12, "2026-014", "2026-03-12", ACCOUNT), work(13, "2026-015", "2026-03-13", ACCOUNT)];
    let two_days = vendor("2026-03-20 12:00", both);
    assert_eq!(told(&requested(&two_days, vec![long("2026-03-13 18:00")])), ["pass"]);
}

#[test]
fn a_session_that_goes_on_needs_a_request_for_each_day() {
    let open = HostSession { goes_on: true, ..session("maint-suzuki", "2026-03-12 10:00", None) };
    let of = |now: &str| vendor(now, [work(12, "2026-014", "2026-03-12", ACCOUNT)]);
    assert_eq!(told(&requested(&of("2026-03-13 11:00"), vec![open.clone()])), ["pass"]);
    assert_eq!(told(&requested(&of("2026-03-13 12:00"), vec![open.clone()])).len(), 1);
    assert!(told(&requested(&of("2026-03-13 12:00"), vec![open.clone()]))[0].starts_with("fail"));
    // It still counts however long ago it began.
    assert!(told(&requested(&of("2026-09-01 12:00"), vec![open]))[0].starts_with("fail"));
    // One whose end nobody knows is that of its first day.
    let lost = session("maint-suzuki", "2026-03-12 10:00", None);
    assert_eq!(told(&requested(&of("2026-03-20 12:00"), vec![lost])), ["pass"]);
}

#[test]
fn approval_is_by_the_day_or_late_with_a_reason() {
    let of = |now: &str, change: &dyn Fn(&mut Work)| {
        let mut request = work(12, "2026-014", "2026-03-12", ACCOUNT);
        change(&mut request.row);
        requested(&vendor(now, [request]), vec![session("maint-suzuki", "2026-03-12 10:02", None)])
    };
    let now = "2026-03-12 12:00";
    let approve = |work: &mut Work, on: Option<&str>, late: &str| {
        work.approved_on = on.map(day);
        work.late_reason = late.into();
    };
    assert_eq!(told(&of(now, &|work| approve(work, Some("2026-03-12"), ""))), ["pass"], "the same day");
    let late = of(now, &|work| approve(work, Some("2026-03-13"), ""));
    assert!(late[0].says.ja.contains("2026-014はその日までに承認されていません"), "{}", late[0].says.ja);
    assert!(paths(&late[0]).contains(&"registers.maintenance/12"));
    assert_eq!(told(&of(now, &|work| approve(work, Some("2026-03-13"), "障害"))), ["pass"]);
    let not = of(now, &|work| work.approver.clear());
    assert!(told(&not)[0].starts_with("fail"), "a day without a person approves nothing");
    let pending = |work: &mut Work| {
        work.approver.clear();
        approve(work, None, "障害");
    };
    // 3 business days after Thursday the 12th is Tuesday the 17th.
    let waits = of("2026-03-17 23:59", &pending);
    assert!(told(&waits)[0].starts_with("unknown"), "nobody approved it yet");
    assert!(waits[0].says.ja.contains("2026-014は事後承認を待っています"), "{}", waits[0].says.ja);
    assert!(told(&of("2026-03-18 00:00", &pending))[0].starts_with("fail"));
}

#[test]
fn a_request_is_for_its_account_or_its_vendor() {
    let on = || vec![session("maint-suzuki", "2026-03-12 10:02", None)];
    let with = |account: &str, change: &dyn Fn(&mut Work, &mut Agency)| {
        let mut request = work(12, "2026-014", "2026-03-12", account);
        let mut agency = vendor("2026-03-12 12:00", []);
        change(&mut request.row, &mut agency);
        agency.works = kept([request]);
        told(&requested(&agency, on()))
    };
    let nothing = |_: &mut Work, _: &mut Agency| {};
    for account in [ACCOUNT, "maint-suzuki", "sv-kenshin01 / maint-suzuki", ""] {
        assert_eq!(with(account, &nothing), ["pass"], "{account}");
    }
    for account in ["* / maint-tanaka", "maint-suzuki2", "SV-OTHER / maint-suzuki", "maint-Suzuki"] {
        assert!(with(account, &nothing)[0].starts_with("fail"), "{account}");
    }
    let other_vendor = with("", &|work, _| {
        work.vendor = "別の会社".into();
        work.workers = "田中".into();
    });
    assert!(other_vendor[0].starts_with("fail"));
    let worker = with("", &|work, _| work.vendor = "別の会社".into());
    assert_eq!(worker, ["pass"], "the worker is named");
    let unsure = with("", &|work, agency| {
        work.workers = "田中".into();
        agency.people = kept([]);
    });
    assert_eq!(unsure, ["unknown maint-suzuki 2026-03-12 10:02"], "neither account nor vendor tell");
}

#[test]
fn two_requests_of_a_day_the_better_counts_and_closed_rows_count_until_they_were_closed() {
    let mut refused = work(11, "2026-013", "2026-03-12", ACCOUNT);
    refused.row.approver.clear();
    let two = vendor("2026-03-12 12:00", [refused.clone(), work(12, "2026-014", "2026-03-12", ACCOUNT)]);
    let on = || vec![session("maint-suzuki", "2026-03-12 10:02", None)];
    let found = requested(&two, on());
    assert_eq!((told(&found), paths(&found[0])), (vec!["pass".to_owned()], vec!["registers.maintenance/12"]));
    let closed = |at_minute: &str| {
        let mut request = work(12, "2026-014", "2026-03-12", ACCOUNT);
        request.closed_at = Some(at(at_minute));
        told(&requested(&vendor("2026-03-20 12:00", [request]), on()))
    };
    assert_eq!(closed("2026-03-19 09:00"), ["pass"], "done and put away");
    assert!(closed("2026-03-12 09:00")[0].starts_with("fail"), "it was withdrawn before");
}

#[test]
fn only_maintenance_accounts_of_the_host_are_asked_and_a_hosts_own_row_counts() {
    let on = |account: &str| vec![session(account, "2026-03-12 10:02", None)];
    let agency = vendor("2026-03-12 12:00", []);
    assert_eq!(told(&requested(&agency, on("sato"))), ["pass"], "nobody's maintenance");
    let mut none = agency.clone();
    none.accounts = kept([account_row(1, "SV-OTHER", "maint-suzuki", AccountKind::Maintenance, "鈴木")]);
    assert_eq!(told(&requested(&none, on("maint-suzuki"))), ["not_applicable"]);
    let mut own = agency.clone();
    own.accounts = kept([
        account_row(1, "sv-kenshin01", "maint-suzuki", AccountKind::Person, "鈴木"),
        account_row(2, "*", "maint-suzuki", AccountKind::Maintenance, "鈴木"),
    ]);
    assert_eq!(told(&requested(&own, on("maint-suzuki"))), ["not_applicable"]);
    let mut closed = agency;
    let mut row = account_row(1, "*", "maint-suzuki", AccountKind::Maintenance, "鈴木");
    row.closed_at = Some(at("2026-03-12 11:00"));
    closed.accounts = kept([row]);
    assert!(told(&requested(&closed, on("maint-suzuki")))[0].starts_with("fail"), "closing the row hides nothing");
}

#[test]
fn records_that_were_cut_or_are_not_kept_never_pass_and_hide_no_failure() {
    let agency = vendor("2026-03-13 12:00", []);
    let with = |since, complete, sessions| {
        let mut machine = machine("2026-03-13 12:00", [], sessions);
        machine.records = Look::Known(Records { since, complete }, at("2026-03-13 12:00"));
        told(&judge(Correlation::MaintenanceSessionsRequested, &agency, &machine))
    };
    let since = || Read::Measured(Some(Instant::UNIX_EPOCH));
    let on = || vec![session("maint-suzuki", "2026-03-12 10:02", None)];
    assert_eq!(with(since(), Read::Measured(false), Vec::new()), ["unknown"]);
    assert_eq!(with(Read::Measured(None), Read::Measured(true), Vec::new()), ["unknown"]);
    assert_eq!(with(since(), Read::not_read(ReasonCode::NotPermitted, "x"), Vec::new()), ["unknown"]);
    let found = with(since(), Read::Measured(false), on());
    assert_eq!(found, ["unknown", "fail maint-suzuki 2026-03-12 10:02"]);
}

#[test]
fn many_sessions_are_told_up_to_a_limit_and_counted() {
    let many = (0..SUBJECTS_MAX + 3).map(|minute| {
        let started = Span::from_secs(i64::try_from(minute).unwrap() * 60).after(at("2026-03-12 00:00"));
        HostSession { started, ..session("maint-suzuki", "2026-03-12 00:00", None) }
    });
    let found = requested(&vendor("2026-03-13 12:00", []), many.collect());
    assert_eq!(found.len(), SUBJECTS_MAX + 1);
    assert!(found[0].says.ja.contains("ほか3件"), "{}", found[0].says.ja);
    let twice = vec![session("maint-suzuki", "2026-03-12 10:02", None); 2];
    assert_eq!(requested(&vendor("2026-03-13 12:00", []), twice).len(), 1, "two within a minute are told once");
}

#[test]
fn sessions_before_the_time_looked_back_do_not_count() {
    let on = || vec![session("maint-suzuki", "2026-03-12 10:02", None)];
    assert!(told(&requested(&vendor("2026-04-16 10:02", []), on()))[0].starts_with("fail"));
    assert_eq!(told(&requested(&vendor("2026-04-16 10:03", []), on())), ["pass"]);
}

#[test]
fn logs_are_to_be_reviewed_within_three_business_days_of_the_end() {
    let on = || vec![session("maint-suzuki", "2026-03-12 10:02", Some("2026-03-12 11:40"))];
    let with = |now: &str, by: &str, reviewed_on: Option<&str>| {
        let mut request = work(12, "2026-014", "2026-03-12", ACCOUNT);
        request.row.reviewed_by = by.into();
        request.row.reviewed_on = reviewed_on.map(day);
        reviewed(&vendor(now, [request]), on())
    };
    assert_eq!(told(&with("2026-03-17 23:59", "", None)), ["pass"], "the 17th is the last day");
    let late = with("2026-03-18 00:00", "", None);
    assert_eq!(told(&late), ["fail maint-suzuki 2026-03-12 10:02"]);
    assert!(late[0].says.ja.contains("期限(2026-03-17)"), "{}", late[0].says.ja);
    assert_eq!(told(&with("2026-03-18 00:00", "佐藤", Some("2026-03-18"))), ["pass"], "late is better than never");
    for (by, on) in [("", Some("2026-03-13")), ("佐藤", None), ("佐藤", Some("2026-03-11"))] {
        assert!(told(&with("2026-03-18 00:00", by, on))[0].starts_with("fail"), "{by} {on:?}");
    }
}

#[test]
fn a_review_waits_for_the_end_over_holidays_and_is_asked_of_requested_work_only() {
    // From Thursday 19 March: Friday is a holiday in 2026, so that three business days end on the 25th.
    let request = || work(12, "2026-014", "2026-03-19", ACCOUNT);
    let on = |goes_on| {
        let open = session("maint-suzuki", "2026-03-19 10:02", None);
        vec![HostSession { goes_on, ..open }]
    };
    assert_eq!(told(&reviewed(&vendor("2026-03-25 23:00", [request()]), on(false))), ["pass"]);
    assert!(told(&reviewed(&vendor("2026-03-26 00:00", [request()]), on(false)))[0].starts_with("fail"));
    assert_eq!(told(&reviewed(&vendor("2026-03-26 00:00", [request()]), on(true))), ["pass"], "it goes on");
    assert_eq!(told(&reviewed(&vendor("2026-03-26 00:00", []), on(false))), ["pass"], "the other rule tells");
}

#[test]
fn a_worker_is_named_whole() {
    let of = |workers: &str| {
        let mut request = work(12, "2026-014", "2026-03-12", "");
        (request.row.workers, request.row.vendor) = (workers.into(), "XYZ".into());
        requested(&vendor("2026-03-13 12:00", [request]), vec![session("maint-suzuki", "2026-03-12 10:02", None)])
    };
    for (workers, passes) in
        [("鈴木", true), ("佐藤、鈴木", true), ("佐藤/鈴木(主任)", true), ("鈴木田", false), ("大鈴木、佐藤", false)]
    {
        assert_eq!(told(&of(workers)) == ["pass"], passes, "{workers}");
    }
}

#[test]
fn what_nobody_explained_does_not_grow_old() {
    let extra = session("maint-suzuki", "2026-03-13 09:15", Some("2026-03-13 09:20"));
    let agency = vendor("2026-06-01 12:00", []);
    let long_ago = |failing: &[&str]| {
        let mut host = machine("2026-06-01 12:00", [], vec![extra.clone()]);
        host.failing = failing.iter().map(|subject| tenken_model::Subject::nearest(subject)).collect();
        told(&judge(Correlation::MaintenanceSessionsRequested, &agency, &host))
    };
    assert_eq!(long_ago(&[]), ["pass"]);
    assert_eq!(long_ago(&["maint-suzuki 2026-03-13 09:15"]), ["fail maint-suzuki 2026-03-13 09:15"]);
}
