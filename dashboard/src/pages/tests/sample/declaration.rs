//! The pages of the published form, its changes and waivers.

use chrono::NaiveDate;
use tenken_calendar::{PlannedTime, WorkingCalendar};
use tenken_engine::checklist::Checklist;
use tenken_form::compare::{Difference, differences};
use tenken_form::declaration::{Answer, Declaration, Status};
use tenken_form::read::read_text;
use tenken_model::digest::Digest;
use tenken_model::{ItemId, Language, RuleId, Span};

use super::checklist::Rendered;
use super::machines::{NAMES, catalog, drift, machine, reference};
use super::{Kept, ago, chrome, host, now};
use crate::pages::calendar::{self as calendar_page, CalendarView};
use crate::pages::declaration::{DeclarationView, Standing};
use crate::pages::declaration_header::HeaderView;
use crate::pages::declaration_import::{ReadingView, Refused, Typed};
use crate::pages::declaration_versions::{VersionView, VersionsView};
use crate::pages::drifts::DriftRow;
use crate::pages::finding::ItemRef;
use crate::pages::pager::Pager;
use crate::pages::proposal::ProposalView;
use crate::pages::propose::{Errors, ProposeView};
use crate::pages::publication::PublicationView;
use crate::pages::tasks::{self as tasks_page, TasksView};
use crate::pages::waivers::{AskView, WaiverRow, WaiversView};
use crate::pages::{
    declaration, declaration_header, declaration_import, declaration_versions, propose, publication, waivers,
};
use crate::store::{
    Change, Confirmation, Decision, NewProposal, NewVersion, NewWaiver, Origin, Outcome, Proposal, Publication,
    Version, Waiver, WaiverDecision,
};
use crate::tasks::{DueTask, Task};

const PUBLISHED: &str = include_str!("../../../../form/tests/forms/published.txt");

fn id(item: &str) -> ItemId {
    ItemId::new(item).unwrap()
}

fn planned() -> Answer {
    let status = Status::Planned(Some(PlannedTime::new("2027年5月").unwrap()));
    Answer { status, remark: "機器更新時".into() }
}

fn versions(checklist: &Checklist) -> Vec<Version> {
    let reading = read_text(PUBLISHED, checklist);
    let day = reading.updated_on.unwrap();
    let first = Declaration::new(checklist, day, reading.answers(), reading.header).unwrap();
    let mut second = first.clone();
    second.updated_on = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    second.answers.insert(id("exchange.13"), planned());
    let version = |id, declaration, origin, minutes| {
        let kept = NewVersion { declaration, origin, accepted_at: ago(minutes), accepted_by: "tanaka".into() };
        Version { id, kept }
    };
    vec![version(2, second, Origin::Approved, 20), version(1, first, Origin::TakenIn, 60 * 24 * 90)]
}

fn proposals() -> Vec<Proposal> {
    let proposal = |id, change, by: Option<&str>, minutes, reason: &str| Proposal {
        id,
        proposed: NewProposal {
            change,
            reason: reason.into(),
            proposed_at: ago(minutes),
            proposed_by: by.map(str::to_owned),
        },
        decided: None,
        note: String::new(),
        version: None,
    };
    let answer = |item, after| Change::Answer { item: id(item), before: Answer::done(), after };
    vec![
        proposal(3, answer("technical.9", None), None, 14, ""),
        proposal(
            4,
            answer("technical.10", Some(planned())),
            Some("ito"),
            60,
            "定義ファイルの配信サーバーを更新するまで",
        ),
        proposal(5, answer("takeout.6", Some(planned())), Some("sato"), 30, "起動パスワードを設定できない機種がある"),
    ]
}

pub(super) fn pages(kept: &Kept, language: Language) -> Vec<Rendered> {
    let checklist = &kept.checklist;
    let (versions, proposals) = (versions(checklist), proposals());
    let at = |address| chrome(language, address);
    let differs = vec![
        Difference::Date {
            before: NaiveDate::from_ymd_opt(2026, 11, 24),
            after: NaiveDate::from_ymd_opt(2024, 12, 11),
        },
        Difference::Answer { item: id("exchange.13"), before: Some(planned()), after: Some(Answer::done()) },
        Difference::Header,
    ];
    let publication = |outcome, shown| Publication {
        version: 2,
        opened_at: ago(20),
        checked: Some((ago(5), outcome)),
        shown_at: shown,
        confirmed: None,
    };
    let differing = publication(Outcome::Differs(differs), None);
    let shown = publication(Outcome::Shown, Some(ago(5)));
    let failed = publication(Outcome::Failed("connection refused (os error 111)".into()), None);
    let unread = publication(Outcome::NoForm(String::new()), None);
    let seen = Confirmation { person: "sato".into(), at: ago(60 * 24), file: Digest::of(b"scanned") };
    let confirmed = publication(Outcome::Confirmed(seen), Some(ago(5)));
    let open = DeclarationView {
        checklist,
        version: versions.first(),
        statuses: &kept.statuses,
        proposals: proposals.iter().map(|proposal| ProposalView::of(proposal, checklist)).collect(),
        publication: Standing::Known(&differing),
        confirmed: false,
        refused: None,
    };
    let quiet = DeclarationView { proposals: Vec::new(), publication: Standing::Known(&shown), ..open.clone() };
    let none = DeclarationView { version: None, publication: Standing::NoAddress, ..quiet.clone() };
    let refused = DeclarationView { confirmed: true, refused: Some(language.deciding_stale()), ..open.clone() };
    let public = |standing, error| PublicationView {
        checklist,
        standing,
        address: "https://www.example.jp/checklist.html".into(),
        error,
    };
    let bad = Some(language.publication_address_bad());
    let mut pages = vec![
        ("declaration", declaration::render(&open, &at("/declaration"))),
        ("declaration_quiet", declaration::render(&quiet, &at("/declaration"))),
        ("declaration_none", declaration::render(&none, &at("/declaration"))),
        ("declaration_refused", declaration::render(&refused, &at("/declaration"))),
        ("publication", publication_page(&public(Standing::Known(&differing), None), language)),
        ("publication_shown", publication_page(&public(Standing::Known(&shown), None), language)),
        ("publication_failed", publication_page(&public(Standing::Known(&failed), None), language)),
        ("publication_unread", publication_page(&public(Standing::Known(&unread), None), language)),
        ("publication_confirmed", publication_page(&public(Standing::Known(&confirmed), None), language)),
        ("publication_none", publication_page(&public(Standing::NoAddress, bad), language)),
    ];
    pages.extend(reading(checklist, language));
    pages.extend(changes(kept, &versions, &proposals, language));
    pages.extend(waived(kept, language));
    pages.extend(planned_days(kept, language));
    pages
}

fn publication_page(view: &PublicationView<'_>, language: Language) -> askama::Result<String> {
    publication::render(view, &chrome(language, "/declaration/publication"))
}

fn reading(checklist: &Checklist, language: Language) -> Vec<Rendered> {
    let at = |address| chrome(language, address);
    let whole = read_text(PUBLISHED, checklist);
    let odd = PUBLISHED
        .replace("2024年 12月 11日", "令和何年")
        .replace("使用していない\t□()", "使用していない\t■()")
        .replace("名札等の着用を義務付け", "名札の着用を求め")
        .replace("注1:動作確認用", "注1:確認用の");
    let odd = read_text(&format!("{odd}\n担当: 情報管理室 佐藤\n"), checklist);
    let typed = [Typed {
        item: id("technical.3"),
        status: "planned".into(),
        when: String::new(),
        error: Some(language.propose_when_empty()),
    }];
    let view = ReadingView {
        checklist,
        reading: &whole,
        content: "x",
        in_force: false,
        typed: &[],
        typed_date: None,
        date_is_wrong: false,
        reason: "",
    };
    let odd = ReadingView {
        reading: &odd,
        in_force: true,
        typed: &typed,
        typed_date: Some("12月"),
        date_is_wrong: true,
        reason: "転記漏れ",
        ..view
    };
    vec![
        ("declaration_import", declaration_import::render(None, &at("/declaration/import"))),
        ("declaration_import_bad", declaration_import::render(Some(Refused::NoItem), &at("/declaration/import"))),
        ("declaration_reading", declaration_import::render_reading(&view, &at("/declaration/import"))),
        ("declaration_reading_odd", declaration_import::render_reading(&odd, &at("/declaration/import"))),
    ]
}

fn changes(kept: &Kept, versions: &[Version], proposals: &[Proposal], language: Language) -> Vec<Rendered> {
    let checklist = &kept.checklist;
    let at = |address| chrome(language, address);
    let [second, first] = versions else { panic!("two versions") };
    let accepted = Proposal {
        decided: Some((ago(20), Some("tanaka".into()), Decision::Accepted)),
        note: "予算承認済".into(),
        version: Some(2),
        ..proposals[1].clone()
    };
    let differences = differences(first.declaration(), second.declaration(), checklist);
    let newest = VersionView {
        checklist,
        version: second,
        in_force: true,
        before: Some(first),
        differences: Some(&differences),
        proposals: vec![ProposalView::of(&accepted, checklist)],
    };
    let oldest = VersionView {
        version: first,
        in_force: false,
        before: None,
        differences: None,
        proposals: Vec::new(),
        ..newest.clone()
    };
    let header = HeaderView { version: 1, header: &first.declaration().header, refused: None };
    let refused = Some((String::new(), language.propose_reason_empty()));
    let bare = HeaderView { version: 1, header: &tenken_form::header::Header::default(), refused };
    let section = checklist.sections.iter().find(|section| section.id.as_str() == "technical").unwrap();
    let item = section.items.iter().find(|item| item.id == id("technical.9")).unwrap();
    let errors = Errors { when: Some(language.propose_when_unclear()), ..Errors::default() };
    let typed = propose::Typed { status: "planned".into(), when: "そのうち".into(), ..propose::Typed::default() };
    let typed = if language == Language::English { propose::Typed { when: "soon".into(), ..typed } } else { typed };
    let answer = Answer::done();
    let view = ProposeView { section, item, answer: &answer, status: &kept.statuses[&item.id], typed, errors };
    let pager = Pager::new("2", 50, 120, "/declaration/versions?page=");
    let list = VersionsView { checklist, versions, pager: &pager };
    let whole = Pager::whole(0);
    let none = VersionsView { checklist, versions: &[], pager: &whole };
    vec![
        ("declaration_versions", declaration_versions::render_list(&list, &at("/declaration/versions"))),
        ("declaration_versions_none", declaration_versions::render_list(&none, &at("/declaration/versions"))),
        ("declaration_version", declaration_versions::render(&newest, &at("/declaration/versions/2"))),
        ("declaration_version_first", declaration_versions::render(&oldest, &at("/declaration/versions/1"))),
        ("declaration_header", declaration_header::render(&header, &at("/declaration/header"))),
        ("declaration_header_none", declaration_header::render(&bare, &at("/declaration/header"))),
        ("propose", propose::render(&view, &at("/items/technical.9/propose"))),
    ]
}

fn waived(kept: &Kept, language: Language) -> Vec<Rendered> {
    let catalog = catalog();
    let machine = machine(NAMES[0]);
    let waiver = |id, by: &str, decided: Option<(&str, WaiverDecision)>, days| Waiver {
        id,
        asked: NewWaiver {
            rule: RuleId::new("clock_service_running").unwrap(),
            host: (id != 2).then(|| host(NAMES[0])),
            subject: None,
            reason: "次の保守日まで再起動できない".into(),
            compensation: "毎朝、手動で時刻を確認し記録する".into(),
            until: Span::from_days(days).after(now()),
            asked_at: ago(60 * 24),
            asked_by: by.into(),
        },
        decided: decided.map(|(person, how)| (ago(60), person.to_owned(), how)),
        ended: None,
    };
    let all = [
        waiver(4, "ito", None, 90),
        waiver(3, "sato", None, 90),
        waiver(2, "ito", Some(("tanaka", WaiverDecision::Granted)), 60),
        waiver(1, "ito", Some(("tanaka", WaiverDecision::Refused)), 60),
    ];
    let rows = all.iter().map(|waiver| WaiverRow {
        waiver,
        rule: catalog.rule(&waiver.asked.rule),
        host: waiver.asked.host.as_ref().map(|_| reference(&machine)),
    });
    let pager = Pager::new("1", 40, 90, "/waivers?page=");
    let list = WaiversView { rows: rows.collect(), pager, confirmed: false, refused: Some(language.waiver_own()) };
    let none = WaiversView { rows: Vec::new(), pager: Pager::whole(0), confirmed: true, refused: None };
    let drift = drift(1);
    let section = &kept.checklist.sections[0];
    let row = DriftRow {
        drift: &drift,
        host: reference(&machine),
        rule: catalog.rule(&drift.finding.key.rule),
        items: vec![ItemRef { section, item: &section.items[0] }],
        mail: None,
    };
    let errors = waivers::Errors { until: Some(language.waiver_until_bad()), ..waivers::Errors::default() };
    let ask = AskView { row, typed: waivers::Typed::default(), errors };
    vec![
        ("waivers", waivers::render(&list, &chrome(language, "/waivers"))),
        ("waivers_none", waivers::render(&none, &chrome(language, "/waivers"))),
        ("waiver_ask", waivers::render_ask(&ask, &chrome(language, "/drifts/1/waiver"))),
    ]
}

fn planned_days(kept: &Kept, language: Language) -> Vec<Rendered> {
    let (catalog, at) = (catalog(), |address| chrome(language, address));
    let rule = RuleId::new("clock_service_running").unwrap();
    let due = |day: &str, task| DueTask { due: day.parse().unwrap(), task };
    let all = [
        due("2026-11-20", Task::Repair { rule: rule.clone(), drifts: vec![1, 2], hosts: 2 }),
        due("2026-11-20", Task::Attest { item: id("organizational.4") }),
        due("2026-11-24", Task::Publish { version: 2 }),
        due("2026-11-24", Task::SetAddress),
        due("2026-11-25", Task::Decide { count: 2 }),
        due("2026-11-25", Task::DecideWaivers { count: 1 }),
        due("2026-11-25", Task::DecideRules { count: 2 }),
        due("2026-11-26", Task::Silent { host: host(NAMES[1]), name: NAMES[1].into() }),
        due("2026-11-30", Task::Planned { item: id("exchange.13") }),
        due("2026-12-04", Task::Settle { item: id("technical.9") }),
        due("2026-12-08", Task::WaiverEnds { waiver: 2, rule }),
        due("2026-12-08", Task::AttestFirst { count: 41 }),
    ];
    let (pager, none) = (Pager::new("", 10, all.len(), "/tasks?page="), Pager::whole(0));
    let tasks = TasksView { checklist: &kept.checklist, catalog: &catalog, tasks: &all, pager: &pager };
    let calendar = WorkingCalendar::default();
    let week = ["9:00-18:00"; 5].map(str::to_owned);
    let [monday, tuesday, wednesday, thursday, friday] = week;
    let typed = calendar_page::Typed {
        week: [monday, tuesday, wednesday, thursday, friday, "9:00-8:00".into(), String::new()],
        holidays: "closed".into(),
        year_end: "12/29-1/3".into(),
        closed: "2027-08-13 Obon".into(),
        open: String::new(),
    };
    let mut errors = calendar_page::Errors::default();
    errors.week[5] = Some(language.calendar_hours_bad());
    let set = CalendarView { calendar: &calendar, typed, errors };
    vec![
        ("tasks", tasks_page::render(&tasks, &at("/tasks"))),
        ("tasks_none", tasks_page::render(&TasksView { tasks: &[], pager: &none, ..tasks }, &at("/tasks"))),
        ("calendar", calendar_page::render(&set, &at("/settings/calendar"))),
    ]
}
