use std::collections::BTreeMap;

use tenken_dashboard::drift::{self, Terms, is_due, settle_due};
use tenken_dashboard::ingest::{RequestError, receive};
use tenken_dashboard::store::{MailBody, MailKind, Resolution, Store, Way};
use tenken_engine::rule::Grace;
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::finding::{Change, state_digest};
use tenken_model::observation::Outcome;
use tenken_model::report::{PROTOCOL, Report, ReportAnswer};
use tenken_model::{Finding, FindingKey, HostId, Reason, ReasonCode, RuleId, Span, Transition, Verdict};

use super::facts::accounts;
use super::hosts::heartbeat;
use super::{at, enrolled, finding, id, key};
use crate::engines::Database;

const WEEK: i64 = 7 * 86_400;

/// An agent that tells what it finds.
pub(super) struct Agent {
    pub(super) host: HostId,
    seq: u64,
    state: BTreeMap<FindingKey, Finding>,
    waiting: Vec<Transition>,
}

impl Agent {
    pub(super) async fn new(store: &Store) -> Self {
        let host = id("h-1");
        enrolled(store, &host, "受付PC").await;
        Self { host, seq: 0, state: BTreeMap::new(), waiting: Vec::new() }
    }

    pub(super) fn find(&mut self, second: i64, rule: &str, verdict: Verdict) {
        self.seq += 1;
        let finding = finding(key(rule, None), verdict, &self.seq.to_string());
        self.state.insert(finding.key.clone(), finding.clone());
        let digest = finding.digest();
        self.waiting.push(Transition { seq: self.seq, at: at(second), change: Change::Set { finding, digest } });
    }

    pub(super) fn report(&self, second: i64) -> Report {
        let digests: Vec<_> = self.state.iter().map(|(key, finding)| (key, finding.digest())).collect();
        let mut heartbeat = heartbeat();
        heartbeat.sent_at = at(second);
        heartbeat.state_seq = self.seq;
        heartbeat.state_digest = state_digest(digests.iter().map(|(key, digest)| (*key, digest)));
        let transitions = self.waiting.clone();
        Report { protocol: PROTOCOL, epoch: 1, transitions, snapshot: None, facts: BTreeMap::new(), heartbeat }
    }

    async fn send(&mut self, store: &Store, second: i64) -> ReportAnswer {
        let body = serde_json::to_vec(&self.report(second)).unwrap();
        let answer = receive(store, &terms(), &self.host, &body, at(second)).await.unwrap();
        assert_eq!((answer.acknowledged, answer.resync), (self.seq, false));
        self.waiting.clear();
        answer
    }

    async fn tell(&mut self, store: &Store, second: i64, rule: &str, verdict: Verdict) {
        self.find(second, rule, verdict);
        self.send(store, second).await;
    }
}

pub(super) fn terms() -> Terms {
    Terms::new(BTreeMap::from([(RuleId::new("clock_synchronised").unwrap(), Grace::Elapsed(Span::from_secs(900)))]))
}

async fn mails(store: &Store) -> Vec<(MailKind, i64)> {
    let mut mails = store.read().await.unwrap().mails(100).await.unwrap();
    mails.reverse();
    mails.into_iter().map(|mail| (mail.kind, Span::between(at(0), mail.due).millis() / 1_000)).collect()
}

pub(crate) async fn a_failure_becomes_a_drift_with_its_mail_at_once(store: &Store, _: &Database) {
    let mut agent = Agent::new(store).await;
    agent.tell(store, 10, "screen_lock_enforced", Verdict::Pass).await;
    assert!(mails(store).await.is_empty());
    agent.tell(store, 20, "screen_lock_enforced", Verdict::Fail).await;
    let mut transaction = store.read().await.unwrap();
    let drift = transaction.open_drifts().await.unwrap().remove(0);
    assert_eq!((drift.failing_since, drift.opened_at), (at(20), at(20)));
    let mail = transaction.mails_of(drift.id).await.unwrap().remove(0);
    assert!(matches!(mail.body, MailBody::Drift(news) if news.host_name == "受付PC"));
    assert_eq!(transaction.history_of_host(&agent.host, 9).await.unwrap().len(), 2);
    drop(transaction);

    agent.tell(store, 30, "screen_lock_enforced", Verdict::Fail).await;
    agent.tell(store, 40, "screen_lock_enforced", Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "t"))).await;
    assert_eq!(store.read().await.unwrap().open_drifts().await.unwrap()[0].finding.evidence[0].value, "3");
    agent.tell(store, 50, "screen_lock_enforced", Verdict::Pass).await;
    let resolved = store.read().await.unwrap().resolved_drifts(9).await.unwrap().remove(0);
    assert_eq!(resolved.resolved, Some((at(50), Resolution::Passed)));
    assert_eq!(mails(store).await, [(MailKind::Opened, 20), (MailKind::Resolved, 50)]);
}

pub(crate) async fn a_grace_runs_out_without_a_report(store: &Store, _: &Database) {
    let mut agent = Agent::new(store).await;
    agent.tell(store, 0, "clock_synchronised", Verdict::Fail).await;
    let due = async |second| is_due(store, &terms(), at(second)).await.unwrap();
    assert_eq!((due(899).await, due(900).await), (false, true));
    assert_eq!(settle_due(store, &terms(), at(899)).await.unwrap(), 0);
    let before = store.look().await.unwrap();
    assert_eq!(settle_due(store, &terms(), at(900)).await.unwrap(), 1);
    assert!(store.look().await.unwrap() > before);
    assert_eq!(settle_due(store, &terms(), at(900)).await.unwrap(), 0, "once");
    assert_eq!(mails(store).await, [(MailKind::Opened, 900)]);
    assert_eq!((due(900 + WEEK - 1).await, due(900 + WEEK).await), (false, true), "a reminder");
    for (second, reminders) in [(900 + WEEK - 1, 0), (900 + WEEK, 1), (900 + WEEK + 1, 1), (900 + 3 * WEEK, 2)] {
        assert_eq!(settle_due(store, &terms(), at(second)).await.unwrap(), 0);
        assert_eq!(mails(store).await.len(), 1 + reminders, "one for all that were missed");
    }
    let drift = store.read().await.unwrap().open_drifts().await.unwrap()[0].id;
    let mut transaction = store.write().await.unwrap();
    transaction.acknowledge_drift(drift, "sato", at(1)).await.unwrap();
    transaction.save().await.unwrap();
    settle_due(store, &terms(), at(900 + 9 * WEEK)).await.unwrap();
    assert_eq!(mails(store).await.len(), 3, "it was acknowledged");
    agent.tell(store, 1_000, "clock_synchronised", Verdict::Pass).await;
    agent.tell(store, 5_000, "clock_synchronised", Verdict::Fail).await;
    agent.tell(store, 5_100, "clock_synchronised", Verdict::Pass).await;
    assert_eq!(settle_due(store, &terms(), at(9_000)).await.unwrap(), 0, "within the grace");
    let kinds: Vec<_> = mails(store).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [MailKind::Opened, MailKind::Resolved], "a reminder that was not sent is dropped");
}

pub(crate) async fn a_grace_of_awake_time_waits_while_the_host_sleeps(store: &Store, _: &Database) {
    const HOUR: i64 = 3_600;
    let rule = RuleId::new("antivirus_signatures_current").unwrap();
    let terms = Terms::new(BTreeMap::from([(rule.clone(), Grace::Awake(Span::from_secs(4 * HOUR)))]));
    let mut agent = Agent::new(store).await;
    // When it reports, how long since its start, how much of it awake, and how many drifts are open then.
    for (second, uptime, awake, open, why) in [
        (0, HOUR, HOUR, 0, "begins"),
        (HOUR, 2 * HOUR, 2 * HOUR, 0, "an hour awake"),
        (60 * HOUR, 61 * HOUR, 2 * HOUR, 0, "slept over the weekend"),
        (62 * HOUR, 2 * HOUR, 2 * HOUR, 0, "started anew, two hours awake"),
        (63 * HOUR - 1, 3 * HOUR - 1, 3 * HOUR - 1, 0, "a second is missing"),
        (63 * HOUR, 3 * HOUR, 3 * HOUR, 1, "four hours awake"),
    ] {
        if second == 0 {
            agent.find(0, rule.as_str(), Verdict::Fail);
        }
        let mut report = agent.report(second);
        (report.heartbeat.uptime, report.heartbeat.awake) = (Span::from_secs(uptime), Span::from_secs(awake));
        let body = serde_json::to_vec(&report).unwrap();
        receive(store, &terms, &agent.host, &body, at(second)).await.unwrap();
        agent.waiting.clear();
        assert_eq!(is_due(store, &terms, at(second)).await.unwrap(), open > 0, "{why}");
        settle_due(store, &terms, at(second)).await.unwrap();
        assert_eq!(store.read().await.unwrap().open_drifts().await.unwrap().len(), open, "{why}");
    }
    let awake = store.read().await.unwrap().host(&agent.host).await.unwrap().unwrap().awake;
    assert_eq!(awake, Span::from_secs(4 * HOUR));
}

/// Sends every mail that is due, and says what they were.
async fn sent(store: &Store, now: i64) -> Vec<MailKind> {
    let mut transaction = store.claim().await.unwrap();
    let claimed = transaction.claim_mail(Way::Mail, at(now), at(now + 90), 9).await.unwrap();
    for mail in &claimed {
        transaction.mail_sent(mail.id, at(now)).await.unwrap();
    }
    transaction.save().await.unwrap();
    claimed.into_iter().map(|mail| mail.kind).collect()
}

pub(crate) async fn a_drift_that_flaps_is_one_drift_with_few_mails(store: &Store, _: &Database) {
    let mut agent = Agent::new(store).await;
    for turn in 0..5 {
        agent.tell(store, turn * 100, "screen_lock_enforced", Verdict::Fail).await;
        if turn == 0 {
            // The first news is told before the drift ends.
            assert_eq!(sent(store, 1).await, [MailKind::Opened]);
        }
        agent.tell(store, turn * 100 + 50, "screen_lock_enforced", Verdict::Pass).await;
        if turn == 0 {
            assert_eq!(sent(store, 51).await, [MailKind::Resolved]);
        }
    }
    assert_eq!(mails(store).await, [(MailKind::Opened, 0), (MailKind::Resolved, 50)], "what is undone is not told");
    agent.tell(store, 600, "screen_lock_enforced", Verdict::Fail).await;
    let open = store.read().await.unwrap().open_drifts().await.unwrap().remove(0);
    assert_eq!(open.reopened, 5);
    assert_eq!(mails(store).await.last(), Some(&(MailKind::Reopened, 600 + 3_600)), "it waits longer each time");
    agent.tell(store, 700, "screen_lock_enforced", Verdict::Pass).await;
    agent.tell(store, 9_000, "screen_lock_enforced", Verdict::Fail).await;
    let next = store.read().await.unwrap().open_drifts().await.unwrap().remove(0);
    assert_ne!(next.id, open.id, "long after it is a new one");

    // A reminder falls due while it had ended.
    sent(store, 9_000).await;
    agent.tell(store, 9_000 + WEEK - 60, "screen_lock_enforced", Verdict::Pass).await;
    assert_eq!(sent(store, 9_000 + WEEK - 59).await, [MailKind::Resolved]);
    agent.tell(store, 9_000 + WEEK + 60, "screen_lock_enforced", Verdict::Fail).await;
    settle_due(store, &terms(), at(9_000 + WEEK + 61)).await.unwrap();
    let last = mails(store).await.last().map(|(kind, _)| *kind);
    assert_eq!(last, Some(MailKind::Reopened), "that it is back is reminder enough");
    agent.tell(store, 9_000 + WEEK + 70, "screen_lock_enforced", Verdict::Pass).await;
    agent.tell(store, 9_000 + WEEK + 80, "screen_lock_enforced", Verdict::Fail).await;
    settle_due(store, &terms(), at(9_000 + 2 * WEEK)).await.unwrap();
    let last = mails(store).await.last().map(|(kind, _)| *kind);
    assert_eq!(last, Some(MailKind::Reminder), "a week later nobody has seen it");

    // It ends and comes back before anybody could be told of the end: for people it never ended.
    let flap = async |agent: &mut Agent, second| {
        agent.tell(store, second, "screen_lock_enforced", Verdict::Pass).await;
        agent.tell(store, second + 1, "screen_lock_enforced", Verdict::Fail).await;
        settle_due(store, &terms(), at(second + 2)).await.unwrap();
    };
    let now = 9_000 + 2 * WEEK + 10;
    assert_eq!(sent(store, now - 1).await, [MailKind::Reopened]);
    let told = mails(store).await;
    flap(&mut agent, now).await;
    assert_eq!(mails(store).await, told, "the reminder that is not sent yet stands");
    let open = store.read().await.unwrap().open_drifts().await.unwrap().remove(0);
    drift::acknowledge(store, open.id, "sato", at(now + 3)).await.unwrap();
    flap(&mut agent, now + 9 * WEEK).await;
    assert_eq!(mails(store).await.len(), told.len(), "who has seen it is not told again");
}

pub(crate) async fn the_past_of_a_host_that_was_away_opens_nothing(store: &Store, _: &Database) {
    let mut agent = Agent::new(store).await;
    agent.find(0, "screen_lock_enforced", Verdict::Fail);
    agent.find(10, "screen_lock_enforced", Verdict::Pass);
    agent.find(20, "clock_synchronised", Verdict::Fail);
    let mut first = agent.report(50_000);
    first.transitions.truncate(1);
    let body = serde_json::to_vec(&first).unwrap();
    let answer = receive(store, &terms(), &agent.host, &body, at(50_000)).await.unwrap();
    assert_eq!((answer.acknowledged, answer.resync), (1, false));
    assert!(store.read().await.unwrap().open_drifts().await.unwrap().is_empty(), "more is to come");
    agent.send(store, 50_001).await;
    let mut transaction = store.read().await.unwrap();
    let open = transaction.open_drifts().await.unwrap();
    assert_eq!(open.iter().map(|drift| drift.failing_since).collect::<Vec<_>>(), [at(20)]);
    assert_eq!(transaction.history_of_host(&agent.host, 9).await.unwrap().len(), 3, "the history knows it");
}

pub(crate) async fn a_report_twice_or_refused_changes_nothing(store: &Store, _: &Database) {
    let mut agent = Agent::new(store).await;
    agent.find(1, "screen_lock_enforced", Verdict::Fail);
    let body = serde_json::to_vec(&agent.report(5)).unwrap();
    agent.send(store, 5).await;
    let before = store.look().await.unwrap();
    let again = receive(store, &terms(), &agent.host, &body, at(6)).await.unwrap();
    assert_eq!((again.acknowledged, again.resync, again.epoch), (1, false, 1));
    assert_eq!(store.look().await.unwrap(), before, "pages are not disturbed");

    let mut late = agent.report(5);
    late.epoch = 0;
    for (body, code) in [(serde_json::to_vec(&late).unwrap(), "old_epoch"), (b"[]".to_vec(), "malformed")] {
        let error = receive(store, &terms(), &agent.host, &body, at(7)).await.unwrap_err();
        let RequestError::Refused(refused) = error else { panic!("{error}") };
        assert_eq!(refused.code(), code);
        let known = store.read().await.unwrap().host(&agent.host).await.unwrap().unwrap();
        assert_eq!(known.refused.unwrap().code, code, "people see why");
        assert_eq!((known.epoch, known.acknowledged, known.last_seen), (1, 1, Some(at(6))));
    }
    let error = receive(store, &terms(), &id("h-9"), &body, at(7)).await.unwrap_err();
    assert!(matches!(error, RequestError::Refused(refused) if refused.code() == "wrong_host"));
    agent.send(store, 8).await;
    let known = store.read().await.unwrap().host(&agent.host).await.unwrap().unwrap();
    assert_eq!((known.refused, known.last_seen), (None, Some(at(8))));
}

pub(crate) async fn a_revoked_host_is_refused_and_its_drifts_end(store: &Store, _: &Database) {
    let mut agent = Agent::new(store).await;
    agent.tell(store, 1, "screen_lock_enforced", Verdict::Fail).await;
    let mut transaction = store.write().await.unwrap();
    assert!(transaction.revoke_host(&agent.host, at(2)).await.unwrap());
    transaction.save().await.unwrap();
    let body = serde_json::to_vec(&agent.report(3)).unwrap();
    let error = receive(store, &terms(), &agent.host, &body, at(3)).await.unwrap_err();
    assert!(matches!(error, RequestError::Refused(refused) if refused.code() == "revoked"));
    assert_eq!(settle_due(store, &terms(), at(4)).await.unwrap(), 1);
    let ended = store.read().await.unwrap().resolved_drifts(9).await.unwrap().remove(0);
    assert_eq!(ended.resolved, Some((at(4), Resolution::Revoked)));
    assert_eq!(mails(store).await.len(), 1, "who revokes a host needs no mail");
    assert_eq!(settle_due(store, &terms(), at(5)).await.unwrap(), 0);
}

pub(crate) async fn facts_are_taken_with_the_findings_and_asked_for(store: &Store, _: &Database) {
    let mut agent = Agent::new(store).await;
    let fact = |shared: &str, second| KeptFact::of(&AnyObservation::Accounts(accounts(shared, second))).unwrap();
    let (first, second) = (fact("1: a b", 10), fact("2: c d", 20));
    let body = |report: &Report| serde_json::to_vec(report).unwrap();
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());

    // It hears of one, and asks for it.
    let mut report = agent.report(10);
    report.heartbeat.facts.insert("accounts".into(), first.digest());
    report.heartbeat.facts.insert("telepathy".into(), first.digest());
    let answer = receive(store, &terms(), &agent.host, &body(&report), at(10)).await.unwrap();
    assert_eq!(answer.facts_wanted, names(&["accounts"]));
    report.facts.insert("accounts".into(), first.wire().clone());
    report.facts.insert("telepathy".into(), serde_json::Value::Null);
    let before = store.read().await.unwrap().change_counter().await.unwrap();
    for _ in 0..2 {
        let answer = receive(store, &terms(), &agent.host, &body(&report), at(11)).await.unwrap();
        assert_eq!(answer.facts_wanted, names(&[]));
    }
    assert_eq!(store.read().await.unwrap().change_counter().await.unwrap(), before, "no page shows facts");
    let held = store.read().await.unwrap().facts_of(&agent.host, at(0)).await.unwrap();
    assert_eq!(held.accounts.as_deref(), Some(&accounts("1: a b", 10)));

    // What a heartbeat says of a fact is not believed.
    report.facts.insert("accounts".into(), second.wire().clone());
    let answer = receive(store, &terms(), &agent.host, &body(&report), at(20)).await.unwrap();
    assert_eq!(answer.facts_wanted, names(&["accounts"]));
    let held = store.read().await.unwrap().held_facts_of(&agent.host).await.unwrap();
    assert_eq!((held["accounts"].digest, held["accounts"].outdated_since), (second.digest(), Some(at(20))));

    // A clock that is ahead: nothing was read later than now, nor before the host was known.
    for (second, held) in [(999, 21), (-999_999_999, 0)] {
        report.facts.insert("accounts".into(), fact("3: e f", second).wire().clone());
        receive(store, &terms(), &agent.host, &body(&report), at(21)).await.unwrap();
        let found = store.read().await.unwrap().facts_of(&agent.host, at(0)).await.unwrap();
        assert_eq!(found.accounts.unwrap().read_at, at(held));
    }

    // What only a newer agent writes is kept and not read.
    let mut newer = agent.report(29);
    newer.facts.insert("accounts".into(), serde_json::json!({"outcome": {"known": {"entries": "newer"}}}));
    receive(store, &terms(), &agent.host, &body(&newer), at(29)).await.unwrap();
    let found = store.read().await.unwrap().facts_of(&agent.host, at(0)).await.unwrap().accounts.unwrap();
    assert!(matches!(found.outcome, Outcome::Failed(reason) if reason.code == ReasonCode::Unparsable));

    // A fact that cannot be kept is refused with all of its report, whose findings come again without it.
    agent.find(30, "clock_synchronised", Verdict::Fail);
    let mut report = agent.report(30);
    report.facts.insert("accounts".into(), serde_json::json!({"outcome": "a\0b"}));
    let refused = receive(store, &terms(), &agent.host, &body(&report), at(30)).await.unwrap_err();
    let RequestError::Refused(refused) = refused else { panic!("{refused}") };
    assert_eq!(refused.code(), "fact");
    let host = store.read().await.unwrap().host(&agent.host).await.unwrap().unwrap();
    assert_eq!((host.refused.unwrap().code.as_str(), host.acknowledged), ("fact", 0));
    let answer = agent.send(store, 31).await;
    assert_eq!((answer.acknowledged, answer.facts_wanted), (1, names(&[])));
}
