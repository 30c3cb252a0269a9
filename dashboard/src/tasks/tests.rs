use tenken_calendar::PlannedTime;
use tenken_form::declaration::Declaration;
use tenken_form::header::Header;
use tenken_model::Span;

use super::*;
use crate::store::{Change, NewProposal, NewVersion, NewWaiver, Origin, Outcome, WaiverDecision};

/// Friday before a weekend that a holiday makes longer.
fn now() -> Instant {
    "2026-11-20T03:00:00Z".parse().unwrap()
}

fn ago(days: i64) -> Instant {
    Span::from_days(-days).after(now())
}

fn id(item: &str) -> ItemId {
    ItemId::new(item).unwrap()
}

fn none() -> Causes {
    Causes {
        version: None,
        publication: None,
        has_address: true,
        proposals: Vec::new(),
        waivers: Vec::new(),
        rules_waiting: Vec::new(),
        drifts: Vec::new(),
        attested: BTreeMap::new(),
        rows: Vec::new(),
        waiting: Vec::new(),
        unsigned: Vec::new(),
        silent: Vec::new(),
        review_days: 3,
    }
}

fn version(planned: Option<&str>) -> Version {
    let checklist = Checklist::embedded().unwrap();
    let mut answers: BTreeMap<ItemId, Answer> =
        checklist.items().map(|item| (item.id.clone(), Answer::done())).collect();
    if let Some(when) = planned {
        answers.insert(id("exchange.13"), Answer::planned(PlannedTime::new(when).unwrap()));
    }
    let day = japan::date_of(now());
    let declaration = Declaration::new(&checklist, day, answers, Header::default()).unwrap();
    let kept = NewVersion { declaration, origin: Origin::Approved, accepted_at: now(), accepted_by: "tanaka".into() };
    Version { id: 7, kept }
}

fn published(shown: bool) -> Publication {
    let checked = shown.then(|| (now(), Outcome::Shown));
    Publication { version: 7, opened_at: now(), checked, shown_at: shown.then(now), confirmed: None }
}

/// The tasks beside the statements that were never made.
fn of(causes: &Causes) -> Vec<(String, Task)> {
    let checklist = Checklist::embedded().unwrap();
    let tasks = tasks(causes, &checklist, &WorkingCalendar::default(), now()).into_iter();
    let others = tasks.filter(|task| !matches!(task.task, Task::AttestFirst { .. }));
    others.map(|task| (task.due.to_string(), task.task)).collect()
}

#[test]
fn what_is_declared_as_done_and_was_never_attested_is_a_task() {
    let checklist = Checklist::embedded().unwrap();
    let wanted = checklist.items().filter(|item| item.attestation.is_some()).count();
    let causes = Causes { version: Some(version(None)), publication: Some(published(true)), ..none() };
    let tasks = tasks(&causes, &checklist, &WorkingCalendar::default(), now());
    let due = "2026-12-07".parse().unwrap();
    assert_eq!(tasks, [DueTask { due, task: Task::AttestFirst { count: wanted } }]);
}

#[test]
fn without_a_form_it_is_to_be_taken_in() {
    assert_eq!(of(&none()), [("2026-11-20".to_owned(), Task::TakeIn)]);
}

#[test]
fn an_accepted_form_is_published_on_the_next_business_day() {
    let open = Causes { version: Some(version(None)), publication: Some(published(false)), ..none() };
    // Monday is 勤労感謝の日.
    assert_eq!(of(&open), [("2026-11-24".to_owned(), Task::Publish { version: 7 })]);
    assert_eq!(of(&Causes { has_address: false, ..open.clone() }), [("2026-11-24".to_owned(), Task::SetAddress)]);
    assert_eq!(of(&Causes { publication: Some(published(true)), ..open }), []);
}

#[test]
fn what_was_announced_is_a_task_when_its_time_is_near() {
    let task = |when| {
        let shown = Some(published(true));
        of(&Causes { version: Some(version(Some(when))), publication: shown, ..none() })
    };
    assert_eq!(task("2027年5月"), []);
    assert_eq!(task("2026年11月"), [("2026-11-30".to_owned(), Task::Planned { item: id("exchange.13") })]);
    assert_eq!(task("2026年9月"), [("2026-09-30".to_owned(), Task::Planned { item: id("exchange.13") })]);
    assert_eq!(task("そのうち"), []);
}

#[test]
fn everything_is_listed_with_the_most_urgent_first() {
    let proposal = |id, item: &str, after, days| Proposal {
        id,
        proposed: NewProposal {
            change: Change::Answer { item: self::id(item), before: Answer::done(), after },
            reason: String::new(),
            proposed_at: ago(days),
            proposed_by: None,
        },
        decided: None,
        note: String::new(),
        version: None,
    };
    let rule = RuleId::new("clock_synchronised").unwrap();
    let waiver = |id, until, granted: bool| Waiver {
        id,
        asked: NewWaiver {
            rule: rule.clone(),
            host: None,
            subject: None,
            reason: "r".into(),
            compensation: "c".into(),
            until,
            asked_at: ago(1),
            asked_by: "ito".into(),
        },
        decided: granted.then(|| (ago(1), "tanaka".into(), WaiverDecision::Granted)),
        ended: None,
    };
    let drift = |id, host: &str, days| OpenDrift {
        id,
        host: HostId::new(host).unwrap(),
        rule: rule.clone(),
        opened_at: ago(days),
    };
    let planned = Answer::planned(PlannedTime::new("2027年5月").unwrap());
    let causes = Causes {
        version: Some(version(None)),
        publication: Some(published(true)),
        proposals: vec![
            proposal(1, "technical.9", None, 3),
            proposal(2, "technical.10", Some(planned.clone()), 1),
            proposal(3, "takeout.6", Some(planned), 0),
        ],
        waivers: vec![
            waiver(1, Span::from_days(10).after(now()), true),
            waiver(2, Span::from_days(90).after(now()), true),
            waiver(3, Span::from_days(90).after(now()), false),
        ],
        rules_waiting: vec![now()],
        drifts: vec![drift(5, "h-2", 0), drift(4, "h-1", 30)],
        attested: [
            (id("organizational.5"), ago(2)),
            (id("organizational.4"), Span::from_days(20).after(now())),
            (id("organizational.3"), Span::from_days(200).after(now())),
        ]
        .into(),
        silent: vec![(HostId::new("h-3").unwrap(), "PC-3".into(), now())],
        ..none()
    };
    let wanted = [
        ("2026-10-28", Task::Repair { rule: rule.clone(), drifts: vec![4, 5], hosts: 2 }),
        ("2026-11-18", Task::Attest { item: id("organizational.5") }),
        ("2026-11-24", Task::Decide { count: 2 }),
        ("2026-11-24", Task::DecideWaivers { count: 1 }),
        ("2026-11-25", Task::DecideRules { count: 1 }),
        ("2026-11-25", Task::Silent { host: HostId::new("h-3").unwrap(), name: "PC-3".into() }),
        ("2026-11-30", Task::WaiverEnds { waiver: 1, rule }),
        ("2026-12-02", Task::Settle { item: id("technical.9") }),
        ("2026-12-10", Task::Attest { item: id("organizational.4") }),
    ];
    assert_eq!(of(&causes), wanted.map(|(due, task)| (due.to_owned(), task)));
}

#[test]
fn days_press_as_they_come() {
    let day = |text: &str| pressing(text.parse().unwrap(), now());
    assert_eq!(day("2026-11-19"), Pressing::Late);
    assert_eq!(day("2026-11-20"), Pressing::Today);
    assert_eq!(day("2026-11-27"), Pressing::Week);
    assert_eq!(day("2026-11-28"), Pressing::Later);
}

#[test]
fn maintenance_that_was_done_is_to_be_reviewed_three_business_days_later() {
    use crate::registers::Definition;
    let definition = Definition::of(Register::Maintenance).unwrap();
    let row = |day: &str| DueRow {
        definition,
        id: 12,
        name: tenken_model::finding::Bilingual { ja: "2026-014".into(), en: "2026-014".into() },
        column: definition.column("work_on").unwrap(),
        matter: registers::due::Matter::Column,
        day: day.parse().unwrap(),
        days_left: 0,
    };
    let causes = |day: &str| Causes {
        rows: vec![row(day)],
        version: Some(version(None)),
        publication: Some(published(true)),
        ..none()
    };
    // Over the weekend and the holiday on Monday the 23rd.
    assert_eq!(of(&causes("2026-11-20")), [("2026-11-26".to_owned(), Task::Review(row("2026-11-20")))]);
    assert_eq!(of(&causes("2026-11-21")), [("2026-11-21".to_owned(), Task::Row(row("2026-11-21")))], "it is to come");
    // Administrators may set another number, which the rule judges by too.
    let sooner = Causes { review_days: 1, ..causes("2026-11-20") };
    assert_eq!(of(&sooner), [("2026-11-24".to_owned(), Task::Review(row("2026-11-20")))]);
}
