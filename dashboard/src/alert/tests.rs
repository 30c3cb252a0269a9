//! Alerts as they are written into a store.

use std::collections::BTreeMap;

use tempfile::TempDir;
use tenken_engine::checklist::Checklist;
use tenken_form::declaration::Answer;
use tenken_model::digest::Digest;
use tenken_model::finding::Bilingual;
use tenken_model::{Finding, FindingKey, HostId, Instant, ItemId, Reason, ReasonCode, RuleId, Verdict};

use super::*;
use crate::drift::acknowledge;
use crate::own_rules;
use crate::registers::turnout::Turnout;
use crate::store::{
    Change, Decision, DueLine, DueWhat, Location, Mail, NewAttestation, NewDrift, NewHost, NewProposal, Resolution,
    StoredFinding, Thread, Way,
};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn finding(rule: &str, observed_at: &str) -> Finding {
    Finding {
        key: FindingKey { rule: RuleId::new(rule).unwrap(), subject: None },
        verdict: Verdict::Fail,
        says: Bilingual::default(),
        branch: None,
        evidence: Vec::new(),
        observed_at: at(observed_at),
    }
}

/// Tuesday, eight o'clock in Japan.
const BEGUN: &str = "2026-11-23T23:00:00Z";

struct Desk {
    _data: TempDir,
    store: Store,
    terms: Terms,
    checklist: Checklist,
}

impl Desk {
    async fn new() -> Self {
        let data = TempDir::new().unwrap();
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let desk =
            Self { _data: data, store, terms: Terms::new(BTreeMap::new()), checklist: Checklist::embedded().unwrap() };
        let new = NewHost {
            id: HostId::new("h-1").unwrap(),
            name: "受付PC".into(),
            enrolled_at: at(BEGUN),
            certificate: Digest::of(b"c"),
            certificate_until: at("2027-11-23T23:00:00Z"),
        };
        let mut transaction = desk.store.write().await.unwrap();
        transaction.add_host(&new).await.unwrap();
        transaction.save().await.unwrap();
        desk
    }

    async fn settle(&self, now: &str) -> usize {
        settle(&self.store, &self.terms, &self.checklist, at(now)).await.unwrap()
    }

    async fn mails(&self) -> Vec<Mail> {
        self.store.read().await.unwrap().mails(100).await.unwrap()
    }

    /// What was written, the newest first.
    async fn kinds(&self) -> Vec<MailKind> {
        self.mails().await.iter().map(|mail| mail.kind).collect()
    }

    async fn attest(&self, at: &str, until: &str) -> i64 {
        self.attest_item("organizational.5", "s".into(), at, until).await
    }

    async fn attest_item(&self, item: &str, statement: String, at_: &str, until: &str) -> i64 {
        let stated = NewAttestation {
            item: ItemId::new(item).unwrap(),
            statement,
            evidence: "e".into(),
            person: "sato".into(),
            attested_at: at(at_),
            valid_until: at(until),
            branch: None,
        };
        let mut transaction = self.store.write().await.unwrap();
        let id = transaction.attest(&stated).await.unwrap();
        transaction.save().await.unwrap();
        id
    }

    async fn drift(&self, rule: &str, opened: &str) -> i64 {
        let finding = finding(rule, opened);
        let host = HostId::new("h-1").unwrap();
        let new = NewDrift { host, failing_since: at(opened), opened_at: at(opened), told_by: None, finding };
        let mut transaction = self.store.write().await.unwrap();
        let drift = transaction.open_drift(&new).await.unwrap();
        transaction.save().await.unwrap();
        drift
    }

    async fn propose(&self, after: Option<Answer>) -> i64 {
        let item = ItemId::new("technical.9").unwrap();
        let change = Change::Answer { item, before: Answer::done(), after };
        let new = NewProposal {
            change,
            reason: "更新のため".into(),
            proposed_at: at("2026-11-24T00:00:00Z"),
            proposed_by: Some("sato".into()),
        };
        let mut transaction = self.store.write().await.unwrap();
        let id = transaction.propose(&new).await.unwrap();
        transaction.save().await.unwrap();
        id
    }

    /// Whether the mail that is due next is still to be sent.
    async fn stands(&self, now: &str) -> bool {
        let mut transaction = self.store.claim().await.unwrap();
        let mail = transaction.claim_mail(Way::Mail, at(now), at(now), 1).await.unwrap().remove(0);
        transaction.abandon().await.unwrap();
        stands(&mut self.store.read().await.unwrap(), &mail).await.unwrap()
    }
}

#[tokio::test]
async fn statements_that_lapse_are_told_of_once_in_a_thread_of_their_item() {
    let desk = Desk::new().await;
    let first = desk.attest("2025-12-31T00:00:00Z", "2026-12-31T15:00:00Z").await;
    let off = AlertSettings { digest_hour: None, monthly_day: None, ..AlertSettings::default() };
    set(&desk.store, off, "admin", at(BEGUN)).await.unwrap();
    assert_eq!(desk.settle("2026-11-30T00:00:00Z").await, 0, "31 days before");
    let mut written = 0;
    for (now, mails) in [
        ("2026-12-01T00:00:00Z", MailKind::LapsesInMonth),
        ("2026-12-24T00:00:00Z", MailKind::LapsesInWeek),
        ("2027-01-01T00:00:00Z", MailKind::Lapsed),
    ] {
        // Another dashboard does the same.
        assert_eq!((desk.settle(now).await, desk.settle(now).await), (1, 0), "{now}");
        let kinds = desk.kinds().await;
        written += 1;
        assert_eq!((kinds[0], kinds.len()), (mails, written), "{now}");
    }
    let item = Thread::Attestation(ItemId::new("organizational.5").unwrap());
    let mails = desk.mails().await;
    let of_item: Vec<_> = mails.iter().filter(|mail| mail.thread == item).collect();
    assert_eq!(of_item.len(), 3);
    assert_eq!(of_item[0].message_id, format!("tenken.attestation.organizational.5.lapsed.{first}"));
}

#[tokio::test]
async fn nothing_is_told_of_a_statement_that_was_renewed() {
    let desk = Desk::new().await;
    desk.attest("2025-12-31T00:00:00Z", "2026-12-31T15:00:00Z").await;
    desk.settle("2026-12-01T00:00:00Z").await;
    assert_eq!(desk.kinds().await, [MailKind::LapsesInMonth]);
    assert!(desk.stands("2026-12-01T00:00:01Z").await);
    let newer = desk.attest("2026-12-01T01:00:00Z", "2027-12-01T01:00:00Z").await;
    assert!(!desk.stands("2026-12-01T02:00:00Z").await, "it waited meanwhile");
    desk.settle("2026-12-24T00:00:00Z").await;
    assert!(!desk.kinds().await.contains(&MailKind::LapsesInWeek));
    let mut transaction = desk.store.write().await.unwrap();
    transaction.withdraw_attestation(newer, "sato", at("2026-12-24T00:00:00Z")).await.unwrap();
    transaction.save().await.unwrap();
    desk.settle("2026-12-24T00:00:00Z").await;
    assert!(!desk.kinds().await.contains(&MailKind::LapsesInWeek), "the one before does not count again");
}

#[tokio::test]
async fn a_part_of_a_statement_that_lapses_is_told_of_where_it_stands_for_something() {
    let desk = Desk::new().await;
    let off = AlertSettings { digest_hour: None, monthly_day: None, ..AlertSettings::default() };
    set(&desk.store, off, "admin", at(BEGUN)).await.unwrap();
    let id = ItemId::new("organizational.1").unwrap();
    let ask = desk.checklist.item(&id).unwrap().attestation.clone().unwrap();
    // 92 days later it is the 2nd of December, nine o'clock in Japan.
    desk.attest_item(id.as_str(), ask.statement_ja(), "2026-09-01T00:00:00Z", "2027-09-01T00:00:00Z").await;
    let due = async |now: &str| {
        let mut transaction = desk.store.read().await.unwrap();
        let daily = daily::news(&mut transaction, &desk.checklist, at(BEGUN), at(now)).await.unwrap().due.lines;
        let monthly = monthly::news(&mut transaction, &desk.checklist, at(now)).await.unwrap();
        let told =
            |lines: Vec<DueLine>| lines.into_iter().map(|line| (line.what, line.on.to_string())).collect::<Vec<_>>();
        (told(daily), told(monthly.items.lines), monthly.late)
    };
    assert_eq!(desk.settle("2026-11-24T00:00:00Z").await, 0);
    assert_eq!(due("2026-11-24T00:00:00Z").await, (vec![], vec![], 0), "nothing is kept elsewhere");

    let rule = ask.elsewhere.unwrap().rules.remove(0);
    let reason = Reason::new(ReasonCode::Elsewhere, "those of the domain");
    let finding = Finding { verdict: Verdict::Unknown(reason), ..finding(rule.as_str(), BEGUN) };
    let (host, digest) = (HostId::new("h-1").unwrap(), finding.digest());
    let (since, changed_at) = (at(BEGUN), at(BEGUN));
    let stored = StoredFinding { host, finding, digest, since, failing: None, changed_at };
    let mut transaction = desk.store.write().await.unwrap();
    transaction.set_finding(&stored).await.unwrap();
    transaction.save().await.unwrap();
    let part = (DueWhat::AttestationPart, "2026-12-02".to_owned());
    assert_eq!(due("2026-11-24T00:00:00Z").await, (vec![part.clone()], vec![part.clone()], 0));
    for (now, kind) in [
        ("2026-11-24T00:00:00Z", MailKind::PartLapsesInMonth),
        ("2026-11-25T00:00:00Z", MailKind::PartLapsesInWeek),
        ("2026-12-03T00:00:00Z", MailKind::PartLapsed),
        ("2027-08-02T00:00:00Z", MailKind::LapsesInMonth),
        ("2027-09-02T00:00:00Z", MailKind::Lapsed),
    ] {
        assert_eq!((desk.settle(now).await, desk.settle(now).await), (1, 0), "{now}");
        assert_eq!(desk.kinds().await[0], kind, "{now}");
    }
    assert_eq!(due("2026-12-04T00:00:00Z").await, (vec![], vec![part], 1), "it stays on the list until it is renewed");
    let whole = (DueWhat::Attestation, "2027-09-01".to_owned());
    assert_eq!(due("2027-08-20T00:00:00Z").await.0, [whole]);
    desk.attest_item(id.as_str(), ask.asks.ja, "2026-12-05T00:00:00Z", "2027-12-05T00:00:00Z").await;
    assert_eq!(due("2027-02-20T00:00:00Z").await, (vec![], vec![], 0), "it says nothing of that");
}

#[tokio::test]
async fn a_drift_that_nobody_takes_up_is_escalated_once_after_the_working_time() {
    let desk = Desk::new().await;
    desk.settle(BEGUN).await;
    // Tuesday 16:00 in Japan.
    let drift = desk.drift("clock_synchronised", "2026-11-24T07:00:00Z").await;
    let seen = desk.drift("screen_lock_enforced", "2026-11-24T07:00:00Z").await;
    acknowledge(&desk.store, seen, "sato", at("2026-11-24T08:00:00Z")).await.unwrap();
    let off = AlertSettings { digest_hour: None, monthly_day: None, ..AlertSettings::default() };
    set(&desk.store, off, "admin", at(BEGUN)).await.unwrap();
    assert_eq!(desk.settle("2026-11-25T05:59:59Z").await, 0);
    assert_eq!(desk.settle("2026-11-25T06:00:00Z").await, 1);
    assert_eq!(desk.settle("2026-11-27T06:00:00Z").await, 0, "once");
    let mail = desk.mails().await.remove(0);
    assert_eq!((mail.thread, mail.kind), (Thread::Drift(drift), MailKind::Escalated));

    assert!(desk.stands("2026-11-27T07:00:00Z").await);
    acknowledge(&desk.store, drift, "sato", at("2026-11-27T08:00:00Z")).await.unwrap();
    assert!(!desk.stands("2026-11-27T08:00:01Z").await, "somebody took it up");
    let late = desk.drift("backup_recent", "2026-11-27T00:00:00Z").await;
    let mut transaction = desk.store.write().await.unwrap();
    transaction.resolve_drift(late, at("2026-11-27T01:00:00Z"), Resolution::Passed).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(desk.settle("2026-12-04T06:00:00Z").await, 0, "it has ended");
}

#[tokio::test]
async fn a_change_that_waits_for_approval_is_told_of_once() {
    let desk = Desk::new().await;
    let off = AlertSettings { digest_hour: None, escalate_hours: 8, monthly_day: None };
    set(&desk.store, off, "admin", at(BEGUN)).await.unwrap();
    desk.settle(BEGUN).await;
    let proposal = desk.propose(Some(Answer::done())).await;
    assert_eq!(desk.settle("2026-11-25T06:59:59Z").await, 0, "nine hours on Tuesday, seven on Wednesday");
    assert_eq!(desk.settle("2026-11-25T07:00:00Z").await, 1);
    assert_eq!(desk.settle("2026-11-30T07:00:00Z").await, 0);
    assert_eq!(desk.mails().await[0].thread, Thread::Proposal(proposal));
    assert!(desk.stands("2026-11-30T07:00:00Z").await);
    let mut transaction = desk.store.write().await.unwrap();
    let now = at("2026-11-30T08:00:00Z");
    transaction.decide_proposal(proposal, Decision::Refused, Some("b"), "", None, now).await.unwrap();
    transaction.save().await.unwrap();
    assert!(!desk.stands("2026-11-30T08:00:01Z").await);
    desk.propose(None).await;
    assert_eq!(desk.settle("2026-12-07T07:00:00Z").await, 0, "nobody can approve what is not complete");
}

#[tokio::test]
async fn a_rule_that_waits_for_approval_is_told_of_each_time_it_is_asked() {
    let desk = Desk::new().await;
    let off = AlertSettings { digest_hour: None, escalate_hours: 8, monthly_day: None };
    set(&desk.store, off, "admin", at(BEGUN)).await.unwrap();
    desk.settle(BEGUN).await;
    let draft = own_rules::Draft { text: own_rules::tests::text("own_guest"), ..own_rules::Draft::default() };
    let rule = own_rules::begin(&desk.store, &desk.checklist, "own_guest", &draft, "sato", at(BEGUN)).await.unwrap();
    assert_eq!(desk.settle("2026-11-24T00:00:00Z").await, 0, "nobody asked yet");
    let seen = own_rules::Seen { version: 1, revision: 1 };
    own_rules::ask(&desk.store, &rule, seen, "sato", at("2026-11-24T00:00:01Z")).await.unwrap();
    assert_eq!(desk.settle("2026-11-24T00:00:02Z").await, 1);
    assert_eq!(desk.settle("2026-11-25T00:00:00Z").await, 0, "it was told");
    let mail = desk.mails().await.remove(0);
    assert_eq!((&mail.thread, mail.kind), (&Thread::OwnRule(rule.clone()), MailKind::Waiting));
    assert!(desk.stands("2026-11-25T00:00:00Z").await);
    own_rules::take_back(&desk.store, &rule, "sato", at("2026-11-25T00:00:01Z")).await.unwrap();
    assert!(!desk.stands("2026-11-25T00:00:02Z").await, "nobody is asked to approve what was taken back");
    own_rules::ask(&desk.store, &rule, seen, "sato", at("2026-11-25T00:00:03Z")).await.unwrap();
    assert_eq!(desk.settle("2026-11-25T00:00:04Z").await, 1, "it is asked anew");
    own_rules::decide(&desk.store, &rule, seen, (true, ""), "tanaka", at("2026-11-25T00:00:05Z")).await.unwrap();
    assert_eq!(desk.settle("2026-11-26T00:00:00Z").await, 0);
}

#[tokio::test]
async fn a_digest_comes_once_a_business_day_and_says_what_changed() {
    let desk = Desk::new().await;
    let nine = "2026-11-24T00:00:00Z";
    assert_eq!(desk.settle(BEGUN).await, 0, "the count begins");
    let drift = desk.drift("clock_synchronised", "2026-11-23T23:30:00Z").await;
    acknowledge(&desk.store, drift, "sato", at("2026-11-23T23:31:00Z")).await.unwrap();
    desk.attest("2026-11-01T00:00:00Z", "2026-12-10T15:00:00Z").await;
    assert_eq!(desk.settle("2026-11-23T23:59:59Z").await, 1, "the attestation lapses within a month");
    assert_eq!(desk.settle(nine).await, 1);
    assert_eq!(desk.settle("2026-11-24T05:00:00Z").await, 0, "also after a restart");
    let mail = desk.mails().await.remove(0);
    assert_eq!((mail.message_id.as_str(), mail.thread), ("tenken.digest.daily.20261124", Thread::Digest));
    let MailBody::Daily(news) = mail.body else { panic!("{:?}", mail.body) };
    assert_eq!((news.since, news.at, news.drifting), (at(BEGUN), at(nine), 1));
    assert_eq!((news.opened.lines[0].drift, news.opened.lines[0].host_name.as_str()), (drift, "受付PC"));
    assert_eq!(news.states.iter().map(|(_, count)| count).sum::<usize>(), 90);
    assert_eq!(news.due.lines[0].on.to_string(), "2026-12-10");
    assert_eq!((news.silent.lines.as_slice(), news.audit.entries), (["受付PC".to_owned()].as_slice(), 1));

    assert_eq!(desk.settle("2026-11-25T00:00:00Z").await, 0, "the one before waits");
    let mut transaction = desk.store.write().await.unwrap();
    transaction.mail_sent(mail.id, at("2026-11-25T00:10:00Z")).await.unwrap();
    transaction.resolve_drift(drift, at("2026-11-25T00:10:00Z"), Resolution::Passed).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(desk.settle("2026-11-25T00:11:00Z").await, 1);
    let MailBody::Daily(news) = desk.mails().await.remove(0).body else { panic!() };
    assert_eq!((news.since, news.drifting, news.opened.count(), news.resolved.count()), (at(nine), 0, 0, 1));
}

#[tokio::test]
async fn two_dashboards_write_one_digest() {
    let desk = Desk::new().await;
    desk.settle(BEGUN).await;
    let Desk { store, terms, checklist, .. } = &desk;
    let now = at("2026-11-24T00:00:00Z");
    let all = futures_util::future::join_all((0..6).map(|_| settle(store, terms, checklist, now))).await;
    assert_eq!(all.into_iter().map(Result::unwrap).sum::<usize>(), 1);
    assert_eq!(desk.kinds().await, [MailKind::Daily]);
}

/// Takes rows into a register.
async fn register(desk: &Desk, slug: &str, csv: &str) {
    use crate::registers::Definition;
    use crate::registers::keep::{Taking, import};
    let definition = Definition::by_slug(slug).unwrap();
    let taken = import(&desk.store, definition, csv.as_bytes(), None, "sato", at(BEGUN)).await.unwrap();
    assert!(matches!(taken, Taking::Done(_)), "{taken:?}");
}

async fn only_the_list(desk: &Desk) {
    let settings = AlertSettings { digest_hour: None, escalate_hours: 160, ..AlertSettings::default() };
    set(&desk.store, settings, "admin", at(BEGUN)).await.unwrap();
    assert_eq!(desk.settle(BEGUN).await, 0, "the count begins");
}

#[tokio::test]
async fn what_falls_due_is_listed_once_a_month() {
    let desk = Desk::new().await;
    only_the_list(&desk).await;
    register(&desk, "contracts", "party,service,ends\nみなと,保守,2027-02-19\nひかり,回線,2027-02-20\n").await;
    register(&desk, "people", "name,affiliation,starts,nda_on,nda_until\n田中,own,2026-12-01,,\n鈴木,vendor,2024-01-05,2024-01-05,2027-01-05\n").await;
    register(
        &desk,
        "trainings",
        "title,held_on,topic,invited,trained,attendees\n新年度研修,2026-04-06,privacy,34,31,31人\n復元訓練,2026-10-05,restore,,,2人\n\
         昔の研修,2025-12-20,privacy,9,9,9人\n",
    )
    .await;
    desk.attest("2026-11-24T00:00:00Z", "2027-02-10T15:00:00Z").await;
    // The 20th is a Sunday.
    assert_eq!(desk.settle("2026-12-20T23:59:59Z").await, 0);
    let nine = "2026-12-21T00:00:00Z";
    assert_eq!((desk.settle(nine).await, desk.settle(nine).await), (1, 0));
    let mail = desk.mails().await.remove(0);
    assert_eq!((mail.message_id.as_str(), mail.thread), ("tenken.deadlines.monthly.202612", Thread::Deadlines));
    let MailBody::Monthly(news) = mail.body else { panic!("{:?}", mail.body) };
    let rows = news.registers.iter().flat_map(|register| register.rows.lines.iter());
    let told: Vec<(&str, &str)> = rows.map(|row| (row.name.ja.as_str(), row.column.as_str())).collect();
    assert_eq!(
        told,
        [
            ("田中", "nda_on"),
            ("鈴木", "nda_until"),
            ("2026年4月6日 / 新年度研修", "makeup_by"),
            ("みなと / 保守", "ends")
        ]
    );
    assert_eq!((news.count(), news.late, news.items.lines[0].on.to_string().as_str()), (5, 2, "2027-02-10"));
    let trainings: Vec<_> =
        news.trainings.lines.iter().map(|line| (line.title.as_str(), line.turnout.map(Turnout::absent))).collect();
    assert_eq!(trainings, [("復元訓練", None), ("新年度研修", Some(3))], "not the one of more than a year ago");

    let lists = async || desk.kinds().await.iter().filter(|kind| **kind == MailKind::Monthly).count();
    desk.settle("2027-01-20T00:00:00Z").await;
    assert_eq!(lists().await, 1, "the one before waits");
    let mut transaction = desk.store.write().await.unwrap();
    transaction.mail_sent(mail.id, at("2027-01-22T00:00:00Z")).await.unwrap();
    transaction.save().await.unwrap();
    desk.settle("2027-01-22T00:00:01Z").await;
    assert_eq!(lists().await, 2, "it is late and not lost");
}

#[tokio::test]
async fn a_list_of_nothing_comes_too_and_none_while_it_is_off() {
    let desk = Desk::new().await;
    only_the_list(&desk).await;
    assert_eq!(desk.settle("2026-12-21T00:00:00Z").await, 1);
    let MailBody::Monthly(news) = desk.mails().await.remove(0).body else { panic!() };
    assert_eq!((news.count(), news.late, news.trainings.count()), (0, 0, 0));
    let off = AlertSettings { digest_hour: None, monthly_day: None, ..AlertSettings::default() };
    set(&desk.store, off, "admin", at("2026-12-21T00:00:00Z")).await.unwrap();
    assert_eq!(desk.settle("2027-01-21T00:00:00Z").await, 0);
}

#[tokio::test]
async fn a_list_that_was_written_but_not_noted_is_not_written_again() {
    let desk = Desk::new().await;
    only_the_list(&desk).await;
    assert_eq!(desk.settle("2026-12-21T00:00:00Z").await, 1);
    // As after a backup of the settings was restored.
    let mut transaction = desk.store.write().await.unwrap();
    let id = transaction.mails(9).await.unwrap()[0].id;
    transaction.mail_sent(id, at("2026-12-21T00:00:01Z")).await.unwrap();
    transaction.set_setting(&monthly::Listed { at: at(BEGUN), month: None }).await.unwrap();
    transaction.save().await.unwrap();
    assert_eq!(desk.settle("2026-12-21T00:01:00Z").await, 0, "its name is taken");
    assert_eq!(desk.kinds().await, [MailKind::Monthly]);
}

#[tokio::test]
async fn two_dashboards_write_one_list() {
    let desk = Desk::new().await;
    only_the_list(&desk).await;
    let Desk { store, terms, checklist, .. } = &desk;
    let now = at("2026-12-21T00:00:00Z");
    let all = futures_util::future::join_all((0..6).map(|_| settle(store, terms, checklist, now))).await;
    assert_eq!(all.into_iter().map(Result::unwrap).sum::<usize>(), 1);
    assert_eq!(desk.kinds().await, [MailKind::Monthly]);
}
