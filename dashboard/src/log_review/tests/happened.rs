//! What logs tell of accounts, and what went missing of them.

use tenken_model::fact::account_events::{
    AccountChange, AccountChangeKind, AccountEvents, Elevation, ElevationWay, EventLog, EventLogKind, FailedSignIns,
    PasswordSet, PasswordWay, SignInWay, Transfer,
};
use tenken_model::fact::logs::{LogLoss, LogLossKind, Logs};
use tenken_model::{HostId, Size};

use super::*;

mod windows;

pub(super) fn no_events() -> AccountEvents {
    let since = Read::Measured(Some(at("2027-01-05 09:00")));
    AccountEvents {
        logs: Vec::new(),
        since: since.clone(),
        uses_since: since,
        counted_since: Read::Measured(at("2026-12-01 09:00")),
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

pub(super) fn no_losses() -> Logs {
    Logs {
        journal: Read::Measured(None),
        syslog: Read::Measured(None),
        forwards: Read::Measured(Vec::new()),
        audit: Read::Measured(None),
        windows: Read::Measured(None),
        files: Read::Measured(Vec::new()),
        losses: Vec::new(),
        watched_since: Some(at("2027-01-05 09:00")),
        agent: None,
    }
}

fn on(host: &str, name: &str, events: AccountEvents) -> Told {
    let whole = told(Vec::new(), Vec::new());
    let facts = Facts { account_events: Some(Box::new(known(events))), ..whole.facts };
    Told { host: HostId::new(host).unwrap(), name: name.into(), facts, ..whole }
}

fn one(events: AccountEvents) -> Told {
    on("h-1", "SV1", events)
}

fn happened(hosts: &[Told]) -> Happened {
    sheet(&registered(), hosts).happened.unwrap()
}

fn failed(account: Option<&str>, source: &str, first: &str, count: i64) -> FailedSignIns {
    FailedSignIns {
        account: account.map(str::to_owned),
        source: source.into(),
        way: SignInWay::Ssh,
        day: at(&format!("{} 00:00", &first[..10])),
        count,
        first: at(first),
        last: at(first),
    }
}

#[test]
fn failed_sign_ins_are_added_up_and_most_come_first() {
    let many = AccountEvents {
        failed_sign_ins: vec![
            failed(Some("hanako"), "192.0.2.7", "2027-03-02 09:00", 2),
            failed(Some("hanako"), "192.0.2.8", "2027-03-03 09:00", 3),
            failed(Some("hanako"), "", "2027-03-03 10:00", 1),
            failed(None, "192.0.2.1", "2027-03-04 09:00", 5),
            failed(None, "192.0.2.2", "2027-03-04 09:00", 50),
            failed(None, "192.0.2.3", "2027-03-04 09:00", 7),
            failed(None, "192.0.2.4", "2027-03-04 09:00", 6),
            failed(Some("hanako"), "192.0.2.7", "2027-02-28 23:59", 900),
            failed(Some("hanako"), "192.0.2.7", "2027-03-31 16:00", 900),
            failed(Some("jiro"), "192.0.2.7", "2027-03-05 09:00", -3),
        ],
        ..no_events()
    };
    let few =
        AccountEvents { failed_sign_ins: vec![failed(Some("hanako"), "x", "2027-03-09 09:00", 9)], ..no_events() };
    let found = happened(&[one(many), on("h-2", "PC2", few)]).failed.lines;
    let told: Vec<_> = found
        .iter()
        .map(|line| (line.host_name.as_str(), line.account.as_deref(), line.times, line.days, line.sources_left))
        .collect();
    assert_eq!(
        told,
        [
            ("SV1", None, 68, 1, 1),
            ("PC2", Some("hanako"), 9, 1, 0),
            ("SV1", Some("hanako"), 6, 2, 0),
            ("SV1", Some("jiro"), 0, 1, 0),
        ]
    );
    assert_eq!(found[0].sources, ["192.0.2.2", "192.0.2.3", "192.0.2.4"]);
    assert_eq!(
        (found[2].sources.clone(), found[2].owner.as_str()),
        (vec!["192.0.2.8".into(), "192.0.2.7".into()], "佐藤")
    );
}

fn set(account: &str, at: &str, by: Option<&str>, by_another: Read<bool>) -> PasswordSet {
    PasswordSet {
        account: account.into(),
        at: super::at(at),
        how: PasswordWay::Passwd,
        by: by.map(str::to_owned),
        by_another,
        first_issue: false,
    }
}

#[test]
fn passwords_that_another_set_stand_beside_the_register_and_ones_own_do_not_stand_there() {
    let (yes, no) = (Read::Measured(true), Read::Measured(false));
    let events = AccountEvents {
        passwords_set: vec![
            PasswordSet { first_issue: true, ..set("new", "2027-03-20 10:00", Some("kanri"), yes.clone()) },
            set("hanako", "2027-03-10 10:00", Some("kanri"), yes.clone()),
            set("saburo", "2027-03-12 10:00", None, Read::not_read(ReasonCode::Missing, "x")),
            set("jiro", "2027-03-11 10:00", Some("kanri"), yes),
            set("shiro", "2027-03-13 10:00", Some("shiro"), no),
        ],
        ..no_events()
    };
    let row = PasswordReset { account: "* / hanako".into(), reset_on: day("2027-03-10"), suspected: false };
    let agency = Agency { resets: kept([listed(1, "hanako", row)]), ..registered() };
    let changed = |name: &str, on: &str| Account { password_changed: Read::Measured(Some(at(on))), ..account(name) };
    // What shadow(5) has of them is the day alone; of one no log tells.
    let of = vec![
        changed("jiro", "2027-03-11 09:00"),
        changed("shiro", "2027-03-13 09:00"),
        changed("goro", "2027-03-14 09:00"),
    ];
    let facts = Facts { accounts: Some(Box::new(known(accounts(of)))), ..one(events).facts };
    let sheet = sheet(&agency, &[Told { facts, ..told(Vec::new(), Vec::new()) }]);
    let given = &sheet.happened.as_ref().unwrap().passwords.lines;
    let told: Vec<_> =
        given.iter().map(|line| (line.account.as_str(), line.by_another, line.explained.is_some())).collect();
    assert_eq!(
        told,
        [("jiro", true, false), ("saburo", false, false), ("new", true, false), ("hanako", true, true)],
        "without a record first, and then what nobody knows"
    );
    let unrecorded: Vec<_> = sheet.changes.lines.iter().map(|line| line.account.as_str()).collect();
    assert_eq!(unrecorded, ["goro"], "what logs tell stands elsewhere, or is a person's own");
    let words = chapters(&sheet, Language::Japanese);
    let part = words.iter().find(|part| part.heading.contains("本人以外")).unwrap();
    assert_eq!((part.rows[1][4].text.as_str(), part.rows[1][6].text.as_str()), ("分かりません", "なし"));
    assert_eq!(part.rows[3][6].address.as_deref(), Some("/registers/password-resets/1"));
}

fn change(kind: AccountChangeKind, account: &str, at: &str) -> AccountChange {
    AccountChange { kind, account: Some(account.into()), group: None, by: Some("kanri".into()), at: super::at(at) }
}

#[test]
fn the_same_change_on_several_hosts_is_one_line_and_rights_come_first() {
    let removed = change(AccountChangeKind::AccountRemoved, "old", "2027-03-02 09:00");
    let added = change(AccountChangeKind::AccountAdded, "new", "2027-03-03 09:00");
    let member = AccountChange {
        group: Some("sudo".into()),
        ..change(AccountChangeKind::MemberAdded, "new", "2027-03-04 09:00")
    };
    let early = change(AccountChangeKind::AccountAdded, "new", "2027-02-03 09:00");
    let here = |changes: &[&AccountChange]| AccountEvents {
        changes: changes.iter().map(|change| (*change).clone()).collect(),
        ..no_events()
    };
    let mut hosts = vec![one(here(&[&removed, &added, &member, &early]))];
    for number in 2..6 {
        hosts.push(on(&format!("h-{number}"), &format!("PC{number}"), here(&[&added])));
    }
    let sheet = sheet(&registered(), &hosts);
    let lines = &sheet.happened.as_ref().unwrap().accounts.lines;
    let told: Vec<_> = lines.iter().map(|line| (line.kind, line.times, line.hosts.len(), line.hosts_left)).collect();
    assert_eq!(
        told,
        [
            (AccountChangeKind::MemberAdded, 1, 1, 0),
            (AccountChangeKind::AccountAdded, 5, 3, 2),
            (AccountChangeKind::AccountRemoved, 1, 1, 0),
        ]
    );
    let words = chapters(&sheet, Language::English);
    let part = words.iter().find(|part| part.heading.starts_with("Changes of accounts")).unwrap();
    assert_eq!(part.rows[0][5].address.as_deref(), Some("/hosts/h-1"));
    assert_eq!(part.rows[1][5].text, "PC2, PC3, PC4 and 2 more");
}

#[test]
fn refused_rights_and_most_that_was_read_come_first() {
    let used = |account: Option<&str>, count, failed| Elevation {
        way: ElevationWay::Sudo,
        account: account.map(str::to_owned),
        target: Some("root".into()),
        day: at("2027-03-02 00:00"),
        count,
        failed,
        first: at("2027-03-02 09:00"),
        last: at("2027-03-02 17:00"),
    };
    let moved = |account: &str, on: &str, sent, bytes: Option<u64>| Transfer {
        account: account.into(),
        day: at(on),
        sessions: 1,
        received: 0,
        sent,
        bytes_received: None,
        bytes_sent: bytes.map(Size::from_bytes),
    };
    let events = AccountEvents {
        elevations: vec![
            used(Some("kanri"), 40, 1),
            used(Some("hanako"), 0, 3),
            used(None, 0, 2),
            used(Some("kanri"), 2, 0),
        ],
        transfers: vec![
            moved("hanako", "2027-03-02 00:00", 0, None),
            moved("jiro", "2027-03-03 00:00", 2, Some(1 << 20)),
            moved("jiro", "2027-03-04 00:00", 1, Some(1 << 20)),
            moved("jiro", "2027-02-28 00:00", 90, Some(1 << 30)),
            // It began before the sheet was made, and ends after.
            moved("saburo", "2027-03-31 00:00", 1, Some(5)),
        ],
        ..no_events()
    };
    let sheet = sheet(&registered(), &[one(events)]);
    let happened = sheet.happened.as_ref().unwrap();
    let told: Vec<_> =
        happened.elevations.lines.iter().map(|line| (line.account.as_deref(), line.times, line.failed)).collect();
    assert_eq!(told, [(Some("hanako"), 0, 3), (None, 0, 2), (Some("kanri"), 42, 1)]);
    let told: Vec<_> =
        happened.transfers.lines.iter().map(|line| (line.account.as_str(), line.sessions, line.sent)).collect();
    assert_eq!(told, [("jiro", 2, 3), ("saburo", 1, 1), ("hanako", 1, 0)]);
    let words = chapters(&sheet, Language::Japanese);
    let part = words.iter().find(|part| part.heading.contains("SFTP")).unwrap();
    let files: Vec<&str> = part.rows.iter().map(|row| row[4].text.as_str()).collect();
    assert_eq!(files, ["3件(2MiB)", "1件(5B)", "記録なし"], "not recorded is not none");
}

fn loss(log: &str, noticed: &str, restarted: bool) -> LogLoss {
    LogLoss {
        log: log.into(),
        kind: LogLossKind::Shortened,
        noticed_at: at(noticed),
        last_seen: at("2027-02-01 09:00"),
        last_size: Size::from_bytes(4096),
        reinstalled: false,
        restarted,
    }
}

#[test]
fn losses_of_logs_stay_on_the_sheet_when_the_host_no_longer_tells_of_them() {
    let with = |losses: Vec<LogLoss>| {
        let whole = one(no_events());
        let logs = Logs { losses, ..no_losses() };
        Told { facts: Facts { logs: Some(Box::new(known(logs))), ..whole.facts.clone() }, ..whole }
    };
    let auth = "/var/log/auth.log";
    let first = sheet(
        &registered(),
        &[with(vec![
            loss(auth, "2027-03-01 09:00", true),
            loss("/var/log/wtmp", "2027-03-20 09:00", false),
            loss(auth, "2027-02-20 09:00", false),
        ])],
    );
    let told = |sheet: &Sheet| {
        let lines = &sheet.happened.as_ref().unwrap().losses.lines;
        lines.iter().map(|line| (line.log.clone(), line.noticed_at)).collect::<Vec<_>>()
    };
    let both = [("/var/log/wtmp".to_owned(), at("2027-03-20 09:00")), (auth.to_owned(), at("2027-03-01 09:00"))];
    assert_eq!(told(&first), both, "one without a hint first");

    let agency = registered();
    let again = |period: Period| {
        let mut gathering = Gathering::new(&agency, period);
        gathering.recall(first.clone());
        gathering.take(&with(vec![loss("/var/log/wtmp", "2027-03-20 09:00", false)]));
        gathering.finish(at("2027-04-02 09:00"))
    };
    assert_eq!(told(&again(march())), both, "each once");
    // The month before was signed late, and had the first of them.
    assert_eq!(told(&again(Period { from: at("2027-03-03 09:00"), ..march() })), both[..1]);
}

#[test]
fn what_logs_do_not_tell_is_said() {
    let says = |facts: Facts, wanted: &[Missing]| {
        let gaps = sheet(&registered(), &[Told { facts, ..told(Vec::new(), Vec::new()) }]).gaps.lines;
        assert_eq!(gaps.into_iter().map(|gap| gap.what).collect::<Vec<_>>(), wanted);
    };
    let whole = || told(Vec::new(), Vec::new()).facts;
    let events = |events: AccountEvents| Facts { account_events: Some(Box::new(known(events))), ..whole() };
    let outcome = |outcome| Observation { outcome, ..known(no_events()) };
    says(whole(), &[]);
    says(Facts { account_events: None, logs: None, ..whole() }, &[Missing::EventsNotTold, Missing::LogsNotTold]);
    let absent = outcome(Outcome::Absent("no log".into()));
    says(Facts { account_events: Some(Box::new(absent)), ..whole() }, &[Missing::EventsNone]);
    let denied = || Reason::new(ReasonCode::NotPermitted, "x");
    let denied_events = outcome(Outcome::Failed(denied()));
    let unread = Missing::EventsNotRead(ReasonCode::NotPermitted);
    says(Facts { account_events: Some(Box::new(denied_events)), ..whole() }, std::slice::from_ref(&unread));
    let late = Read::Measured(Some(at("2027-03-10 09:00")));
    let since = Missing::EventsSince(at("2027-03-10 09:00"));
    says(
        events(AccountEvents { since: late.clone(), uses_since: late.clone(), ..no_events() }),
        std::slice::from_ref(&since),
    );
    let uses = Missing::UsesCut(at("2027-03-10 09:00"));
    says(events(AccountEvents { uses_since: late, left_out: 3, ..no_events() }), &[uses, Missing::EventsLeftOut(3)]);
    let none = Read::Measured(None);
    says(events(AccountEvents { since: none.clone(), uses_since: none, ..no_events() }), &[Missing::EventsNone]);
    says(events(AccountEvents { since: Read::NotRead(denied()), ..no_events() }), &[unread]);
    let logs = |logs: Logs| Facts { logs: Some(Box::new(known(logs))), ..whole() };
    says(logs(Logs { watched_since: None, ..no_losses() }), &[Missing::LossesUnwatched]);
    let watched = at("2027-03-10 09:00");
    says(logs(Logs { watched_since: Some(watched), ..no_losses() }), &[Missing::LossesSince(watched)]);
    let failed = Observation { outcome: Outcome::Failed(denied()), ..known(no_losses()) };
    says(Facts { logs: Some(Box::new(failed)), ..whole() }, &[Missing::LogsNotRead(ReasonCode::NotPermitted)]);
}

#[test]
fn what_was_not_read_is_not_said_to_be_gone() {
    let late = at("2027-03-10 09:00");
    let with = |kind, from, cut, since: Instant, uses_since: Instant| {
        let log = EventLog { kind, place: String::new(), from, newest_hour: None, cut };
        let (since, uses_since) = (Read::Measured(Some(since)), Read::Measured(Some(uses_since)));
        let events = AccountEvents { logs: vec![log], since, uses_since, ..no_events() };
        let gaps = sheet(&registered(), &[one(events)]).gaps.lines;
        gaps.into_iter().map(|gap| gap.what).collect::<Vec<_>>()
    };
    let of = |kind, since, uses_since| with(kind, Read::Measured(Some(since)), true, since, uses_since);
    let early = at("2027-01-05 09:00");
    let denied = Read::NotRead(Reason::new(ReasonCode::NotPermitted, "x"));
    assert_eq!(with(EventLogKind::Messages, denied.clone(), false, late, late), [Missing::EventsCut(late)]);
    assert_eq!(with(EventLogKind::Messages, denied, false, early, early), [], "another log covers it");
    let journal = Read::Measured(Some(early));
    assert_eq!(with(EventLogKind::Journal, journal, false, early, late), [Missing::UsesCut(late)], "of the rest alone");
    assert_eq!(of(EventLogKind::Messages, late, late), [Missing::EventsCut(late)]);
    assert_eq!(of(EventLogKind::Journal, early, late), [Missing::UsesCut(late)]);
    assert_eq!(of(EventLogKind::Audit, late, late), [Missing::EventsSince(late)], "it is not what lacks");
    assert_eq!(of(EventLogKind::Messages, early, early), [], "it goes back far enough");
    let says = Missing::EventsCut(late).text(Language::Japanese, |_| "X".into());
    assert!(says.contains("集めていません") && !says.contains("ありません"), "{says}");
}

#[test]
fn one_register_row_tells_the_sheet_what_it_tells_the_rule() {
    let of = |account: &str, on: &str| {
        let row = PasswordReset { account: account.into(), reset_on: day(on), suspected: false };
        let agency = Agency { resets: kept([listed(1, account, row)]), ..registered() };
        let set = set("hanako", "2027-03-10 23:50", Some("kanri"), Read::Measured(true));
        let found = sheet(&agency, &[one(AccountEvents { passwords_set: vec![set], ..no_events() })]);
        found.happened.unwrap().passwords.lines[0].explained.is_some()
    };
    assert!(of("hanako", "2027-03-11") && of("sv1/hanako", "2027-03-09"), "written down in the morning");
    assert!(
        !of("hanako", "2027-03-12") && !of("健診システム / hanako", "2027-03-10") && !of("SV2 / hanako", "2027-03-10")
    );
}

#[test]
fn parts_of_which_no_host_tells_are_not_empty_but_unknown() {
    let silent = |host: &str| {
        let whole = on(host, host, no_events());
        Told { facts: Facts { account_events: None, logs: None, ..whole.facts.clone() }, ..whole }
    };
    let parts = |hosts: &[Told]| chapters(&sheet(&registered(), hosts), Language::Japanese);
    let none = parts(&[silent("h-1"), silent("h-2")]);
    let unknown = none.iter().filter(|part| part.unknown.is_some()).count();
    assert_eq!(unknown, 6, "losses and the five parts of what logs tell of accounts");
    let some = parts(&[silent("h-1"), on("h-2", "PC2", no_events())]);
    assert!(some.iter().all(|part| part.unknown.is_none()));
    assert_eq!(some.iter().filter(|part| part.lead.contains("確認できない機器が1台")).count(), 6);
    assert!(parts(&[one(no_events())]).iter().all(|part| !part.lead.contains("確認できない機器")));
    let nothing = Told { facts: Facts::default(), ..silent("h-1") };
    let gaps = sheet(&registered(), &[nothing]).gaps.lines;
    assert_eq!(gaps.into_iter().map(|gap| gap.what).collect::<Vec<_>>(), [Missing::NotTold], "that is said once");
}

#[test]
fn what_no_record_tells_is_said_in_its_cell() {
    let sudo = Elevation {
        way: ElevationWay::Sudo,
        account: Some("hanako".into()),
        target: None,
        day: at("2027-03-02 00:00"),
        count: 0,
        failed: 1,
        first: at("2027-03-02 09:00"),
        last: at("2027-03-02 09:00"),
    };
    let sign_in = failed(Some("hanako"), "", "2027-03-02 09:00", 1);
    let events = AccountEvents { elevations: vec![sudo], failed_sign_ins: vec![sign_in], ..no_events() };
    let parts = chapters(&sheet(&registered(), &[one(events)]), Language::Japanese);
    let part = |heading: &str| parts.iter().find(|part| part.heading.contains(heading)).unwrap();
    assert_eq!(part("失敗した").rows[0][5].text, "記録なし");
    assert_eq!(part("sudo").rows[0][3].text, "分かりません");
}

#[test]
fn a_sheet_from_before_logs_told_this_says_what_it_said() {
    let new = sheet(&registered(), &[told(Vec::new(), Vec::new())]);
    let mut stored = serde_json::to_value(&new).unwrap();
    assert!(stored.as_object_mut().unwrap().remove("happened").is_some());
    let old: Sheet = serde_json::from_value(stored).unwrap();
    assert_eq!(old.happened, None);
    for t in [Language::Japanese, Language::English] {
        assert_eq!((chapters(&old, t).len(), chapters(&new, t).len()), (7, 13), "nothing is shown as if it were none");
        assert_eq!((not_measured(&old, t).len(), not_measured(&new, t).len()), (3, 2));
    }
    assert!(not_measured(&old, Language::Japanese).contains(&"失敗したサインイン".to_owned()));
    let kept: Sheet = serde_json::from_value(serde_json::to_value(&new).unwrap()).unwrap();
    assert_eq!(kept, new);
}

#[test]
fn a_long_part_of_logs_is_cut_and_counted_and_every_line_has_all_its_columns() {
    let names: Vec<String> = (0..LINES_MAX + 7).map(|number| format!("a{number}")).collect();
    let failed = names.iter().map(|name| failed(Some(name), "x", "2027-03-02 09:00", 1)).collect();
    let sheet = sheet(&registered(), &[one(AccountEvents { failed_sign_ins: failed, ..no_events() })]);
    let happened = sheet.happened.as_ref().unwrap();
    assert_eq!((happened.failed.lines.len(), happened.failed.left), (LINES_MAX, 7));
    for t in [Language::Japanese, Language::English] {
        for part in chapters(&sheet, t) {
            assert!(part.rows.iter().all(|row| row.len() == part.heads.len()), "{}", part.heading);
        }
    }
    assert_eq!(chapters(&sheet, Language::Japanese)[1].count(Language::Japanese), "507件");
}

#[test]
fn sheets_that_were_signed_before_say_what_they_said() {
    for (kept, wanted) in [
        (r#"{"uses_since":"2027-03-10T00:00:00Z"}"#, Missing::UsesSince(at("2027-03-10 09:00"))),
        (r#"{"events_since":"2027-03-10T00:00:00Z"}"#, Missing::EventsSince(at("2027-03-10 09:00"))),
        (r#"{"uses_cut":"2027-03-10T00:00:00Z"}"#, Missing::UsesCut(at("2027-03-10 09:00"))),
    ] {
        let read: Missing = serde_json::from_str(kept).unwrap();
        assert_eq!(read, wanted);
        assert!(!read.text(Language::Japanese, |_| "X".into()).is_empty());
    }
}
