//! From facts and registers in the store to findings, drifts and mails.

use std::collections::BTreeMap;

use tempfile::TempDir;
use tenken_model::digest::Digest;
use tenken_model::fact::neighbours::Neighbours;
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin, Sessions};
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::finding::{Bilingual, Change, state_digest};
use tenken_model::observation::Outcome;
use tenken_model::report::PROTOCOL;
use tenken_model::{FindingKey, Observation, RuleId, Subject, Transition, Verdict};

use super::*;
use crate::correlate::{judge_host, settle_due};
use crate::drift::{self, Terms};
use crate::ingest;
use crate::registers::{Column, Definition, Register, Row};
use crate::store::{Location, NewHost, Store, StoredFinding, Transaction};

pub(super) struct Desk {
    _data: TempDir,
    pub(super) store: Store,
    pub(super) terms: Terms,
}

impl Desk {
    /// A dashboard with some hosts and Suzuki of ABC in its registers.
    pub(super) async fn new(hosts: &[&str]) -> Self {
        let data = TempDir::new().unwrap();
        let store = Store::open(&Location::folder(data.path()).unwrap()).await.unwrap();
        let mut desk = Self { _data: data, store, terms: Terms::of(&Catalog::embedded().unwrap(), None) };
        // Suzuki's account is open in every story, which has tests of its own.
        desk.terms.correlations.0.remove(&Correlation::MaintenanceAccountsDisabledOutsideWork);
        let mut transaction = desk.store.write().await.unwrap();
        for host in hosts {
            let new = NewHost {
                id: HostId::new(*host).unwrap(),
                name: host.to_uppercase(),
                enrolled_at: at("2026-03-01 09:00"),
                certificate: Digest::of(b"c"),
                certificate_until: at("2026-06-01 09:00"),
            };
            transaction.add_host(&new).await.unwrap();
        }
        transaction.save().await.unwrap();
        desk.add("people", &[("name", "鈴木"), ("affiliation", "vendor"), ("company", "ABC保守")]).await;
        desk.add("accounts", &[("account", "maint-suzuki"), ("kind", "maintenance"), ("owner", "鈴木")]).await;
        desk.begin(Register::Maintenance).await;
        desk
    }

    pub(super) async fn begin(&self, register: Register) {
        let mut transaction = self.store.write().await.unwrap();
        transaction.begin_register(register, at("2026-03-01 09:00")).await.unwrap();
        transaction.save().await.unwrap();
    }

    pub(super) async fn add(&self, slug: &str, cells: &[(&str, &str)]) -> i64 {
        let mut transaction = self.store.write().await.unwrap();
        let definition = Definition::by_slug(slug).unwrap();
        let id = transaction.add_row(definition, &row(slug, cells), "ito", at("2026-03-01 09:00")).await.unwrap();
        transaction.save().await.unwrap();
        id
    }

    async fn request(&self, number: &str, on: &str) -> i64 {
        let cells = [
            ("number", number),
            ("work_on", on),
            ("vendor", "ABC保守"),
            ("system", "健診"),
            ("manner", "remote"),
            ("workers", "鈴木"),
            ("content", "更新"),
            ("account", "* / maint-suzuki"),
            ("approver", "加藤"),
            ("approved_on", on),
        ];
        self.add("maintenance", &cells).await
    }

    /// A host tells its accounts and sessions.
    async fn tell(&self, host: &str, entries: Vec<Account>, sessions: Vec<Session>, now: &str) {
        let mut transaction = self.store.write().await.unwrap();
        let host = HostId::new(host).unwrap();
        let told = Sessions {
            entries: sessions,
            since: Read::Measured(Some(at("2026-01-01 09:00"))),
            complete: Read::Measured(true),
            left_out: 0,
        };
        for observation in
            [AnyObservation::Accounts(observed(accounts(entries), now)), AnyObservation::Sessions(observed(told, now))]
        {
            transaction.set_fact(&host, &KeptFact::of(&observation).unwrap(), at(now)).await.unwrap();
        }
        self.judge(transaction, &host, now).await;
    }

    /// A host tells what it sees on its network.
    pub(super) async fn tell_seen(&self, host: &str, seen: Neighbours, now: &str) {
        let mut transaction = self.store.write().await.unwrap();
        let host = HostId::new(host).unwrap();
        let fact = KeptFact::of(&AnyObservation::Neighbours(observed(seen, now))).unwrap();
        transaction.set_fact(&host, &fact, at(now)).await.unwrap();
        self.judge(transaction, &host, now).await;
    }

    pub(super) async fn judge(&self, mut transaction: Transaction, host: &HostId, now: &str) {
        if judge_host(&mut transaction, &self.terms, host, at(now)).await.unwrap() {
            drift::settle(&mut transaction, &self.terms, Some(host), at(now)).await.unwrap();
        }
        transaction.save().await.unwrap();
    }

    /// What fails or is unknown of the rules that the dashboard judges, and how many drifts and mails there are.
    pub(super) async fn state(&self, host: &str) -> (Vec<String>, usize, usize) {
        let mut transaction = self.store.read().await.unwrap();
        let host = HostId::new(host).unwrap();
        let ours = |stored: &StoredFinding| crate::correlate::judges(&stored.finding.key.rule);
        let found = transaction.findings_of_host(&host).await.unwrap().into_iter().filter(ours);
        let told = found.filter(|stored| stored.finding.verdict.kind() == VerdictKind::Fail).map(|stored| {
            let key = &stored.finding.key;
            format!("{} {}", key.rule, key.subject.as_ref().map_or("", Subject::as_str))
        });
        let told = told.collect();
        let drifts = transaction.open_drifts().await.unwrap().len();
        let mails = transaction.mails(100).await.unwrap().len();
        (told, drifts, mails)
    }

    async fn history(&self, host: &str) -> usize {
        let mut transaction = self.store.read().await.unwrap();
        transaction.history_of_host(&HostId::new(host).unwrap(), 1_000).await.unwrap().len()
    }
}

fn row(slug: &str, cells: &[(&str, &str)]) -> Row {
    let typed = |column: &'static Column| {
        cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
    };
    Row::read(Definition::by_slug(slug).unwrap(), typed).unwrap()
}

pub(super) fn observed<T>(fact: T, now: &str) -> Observation<T> {
    Observation { read_at: at(now), took: Span::ZERO, sources: Vec::new(), outcome: Outcome::Known(fact) }
}

pub(super) fn told_session(started: &str, ended: Option<&str>) -> Session {
    Session {
        account: "maint-suzuki".into(),
        terminal: "pts/0".into(),
        origin: SessionOrigin::Network,
        from: "10.8.0.7".into(),
        started: at(started),
        ended: ended.map(at),
        ended_by: if ended.is_some() { SessionEnd::SignedOut } else { SessionEnd::Open },
    }
}

const EXTRA: &str = "maintenance_sessions_requested maint-suzuki 2026-03-13 09:15";

#[tokio::test]
async fn an_extra_session_is_a_drift_and_a_mail_at_once_and_doing_it_again_changes_nothing() {
    let desk = Desk::new(&["h-1"]).await;
    desk.request("2026-014", "2026-03-12").await;
    let requested = || told_session("2026-03-12 10:02", Some("2026-03-12 11:40"));
    desk.tell("h-1", vec![account("maint-suzuki")], vec![requested()], "2026-03-12 12:00").await;
    assert_eq!(desk.state("h-1").await, (vec![], 0, 0));
    let extra = || told_session("2026-03-13 09:15", None);
    desk.tell("h-1", vec![account("maint-suzuki")], vec![extra(), requested()], "2026-03-13 09:16").await;
    assert_eq!(desk.state("h-1").await, (vec![EXTRA.to_owned()], 1, 1));
    let history = desk.history("h-1").await;
    for now in ["2026-03-13 09:17", "2026-03-13 18:00"] {
        desk.tell("h-1", vec![account("maint-suzuki")], vec![extra(), requested()], now).await;
    }
    assert_eq!((desk.state("h-1").await, desk.history("h-1").await), ((vec![EXTRA.to_owned()], 1, 1), history));
    // The host's records lose it: what was seen was seen.
    desk.tell("h-1", vec![account("maint-suzuki")], Vec::new(), "2026-03-13 19:00").await;
    assert_eq!(desk.state("h-1").await.0, [EXTRA.to_owned()]);
    // The request that comes late is for that day, with its reason.
    let cells = [
        ("number", "2026-015"),
        ("work_on", "2026-03-13"),
        ("vendor", "ABC保守"),
        ("system", "健診"),
        ("manner", "remote"),
        ("workers", "鈴木"),
        ("content", "障害対応"),
        ("account", "* / maint-suzuki"),
        ("approver", "加藤"),
        ("approved_on", "2026-03-14"),
        ("late_reason", "障害"),
    ];
    desk.add("maintenance", &cells).await;
    assert_eq!(settle_due(&desk.store, &desk.terms, at("2026-03-14 10:00")).await.unwrap(), 1);
    assert_eq!(desk.state("h-1").await.0, Vec::<String>::new());
    assert_eq!(settle_due(&desk.store, &desk.terms, at("2026-03-14 10:01")).await.unwrap(), 0, "nothing is new");
}

#[tokio::test]
async fn a_leaver_is_named_by_every_host_on_the_day_and_ends_host_by_host() {
    let desk = Desk::new(&["h-1", "h-2"]).await;
    for host in ["h-1", "h-2"] {
        desk.tell(host, vec![account("maint-suzuki")], Vec::new(), "2026-03-13 12:00").await;
    }
    let people = Definition::by_slug("people").unwrap();
    let mut transaction = desk.store.write().await.unwrap();
    let cells = [("name", "鈴木"), ("affiliation", "vendor"), ("company", "ABC保守"), ("leaves", "2026-03-13")];
    let left = row("people", &cells);
    transaction.change_row(people, 1, 1, &left, "ito", at("2026-03-13 15:00")).await.unwrap();
    transaction.save().await.unwrap();
    let settle = async |now| settle_due(&desk.store, &desk.terms, at(now)).await.unwrap();
    assert_eq!(settle("2026-03-13 15:01").await, 2);
    assert_eq!(desk.state("h-1").await.0, Vec::<String>::new());
    assert_eq!((settle("2026-03-15 23:59").await, settle("2026-03-15 23:59").await), (2, 0), "a new day, once");
    assert_eq!(desk.state("h-1").await.1, 0);
    assert_eq!(settle("2026-03-16 00:00").await, 2);
    let leaver = vec!["leavers_accounts_closed maint-suzuki".to_owned()];
    assert_eq!(desk.state("h-1").await, (leaver.clone(), 2, 2));
    desk.tell("h-1", Vec::new(), Vec::new(), "2026-03-16 10:00").await;
    assert_eq!((desk.state("h-1").await.0, desk.state("h-2").await.0), (vec![], leaver));
    assert_eq!(desk.state("h-2").await.1, 1);
}

#[tokio::test]
async fn a_register_or_fact_that_is_not_there_any_more_leaves_what_failed_in_doubt() {
    let desk = Desk::new(&["h-1"]).await;
    let host = HostId::new("h-1").unwrap();
    let mut transaction = desk.store.write().await.unwrap();
    let people = Definition::by_slug("people").unwrap();
    let left = row("people", &[("name", "鈴木"), ("affiliation", "own"), ("leaves", "2026-03-12")]);
    transaction.change_row(people, 1, 1, &left, "ito", at("2026-03-12 15:00")).await.unwrap();
    transaction.save().await.unwrap();
    desk.tell("h-1", vec![account("maint-suzuki")], Vec::new(), "2026-03-13 12:00").await;
    assert_eq!(desk.state("h-1").await.1, 1);
    let mut transaction = desk.store.write().await.unwrap();
    let reason = tenken_model::Reason::new(ReasonCode::NotPermitted, "open /etc/shadow: permission denied");
    let failed = AnyObservation::failed(tenken_model::Topic::Accounts, at("2026-03-13 13:00"), Span::ZERO, reason);
    transaction.set_fact(&host, &KeptFact::of(&failed).unwrap(), at("2026-03-13 13:00")).await.unwrap();
    judge_host(&mut transaction, &desk.terms, &host, at("2026-03-13 13:00")).await.unwrap();
    transaction.save().await.unwrap();
    let mut transaction = desk.store.read().await.unwrap();
    let rule = RuleId::new("leavers_accounts_closed").unwrap();
    let found = transaction.findings_of_rule(&rule).await.unwrap();
    let kinds: Vec<VerdictKind> = found.iter().map(|stored| stored.finding.verdict.kind()).collect();
    assert_eq!(kinds, [VerdictKind::Unknown, VerdictKind::Unknown], "the host, and the account that failed");
    assert_eq!(transaction.open_drifts().await.unwrap().len(), 1, "what cannot be looked at ends no drift");
}

/// A report by which a host says that what the dashboard found is not so.
fn hostile(claims: &[Finding], snapshot: bool) -> Vec<u8> {
    report(claims, snapshot, &serde_json::json!({}))
}

pub(super) fn report(claims: &[Finding], snapshot: bool, facts: &serde_json::Value) -> Vec<u8> {
    let digests: Vec<Digest> = claims.iter().map(Finding::digest).collect();
    let state = state_digest(claims.iter().map(|finding| &finding.key).zip(&digests));
    let transitions = claims.iter().zip(1..).zip(&digests).map(|((finding, seq), digest)| Transition {
        seq,
        at: at("2026-03-13 09:30"),
        change: match finding.verdict {
            Verdict::NotApplicable => Change::Cleared { key: finding.key.clone() },
            _ => Change::Set { finding: finding.clone(), digest: *digest },
        },
    });
    let transitions: Vec<Transition> = if snapshot { Vec::new() } else { transitions.collect() };
    let seq = claims.len();
    let report = serde_json::json!({
        "protocol": PROTOCOL,
        "epoch": 7,
        "transitions": transitions,
        "facts": facts,
        "snapshot": snapshot.then(|| serde_json::json!({"seq": seq, "findings": claims})),
        "heartbeat": {
            "sent_at": at("2026-03-13 09:30"),
            "agent_version": "0.1.0",
            "uptime": 0,
            "awake": 0,
            "state_digest": state,
            "state_seq": seq,
            "policy_version": 0,
            "policy_refused": null,
            "folded": 0,
            "system": Read::<tenken_model::fact::system::System>::not_read(ReasonCode::Missing, "x"),
            "costs": [],
        },
    });
    serde_json::to_vec(&report).unwrap()
}

#[tokio::test]
async fn a_hostile_agent_neither_sets_nor_clears_what_the_dashboard_finds() {
    let desk = Desk::new(&["h-1"]).await;
    desk.tell("h-1", vec![account("maint-suzuki")], vec![told_session("2026-03-13 09:15", None)], "2026-03-13 09:16")
        .await;
    let host = HostId::new("h-1").unwrap();
    let before = desk.state("h-1").await;
    assert_eq!(before, (vec![EXTRA.to_owned()], 1, 1));
    let claim = |subject: Option<&str>, verdict| Finding {
        key: FindingKey {
            rule: RuleId::new("maintenance_sessions_requested").unwrap(),
            subject: subject.map(|text| Subject::new(text).unwrap()),
        },
        verdict,
        says: Bilingual { ja: "問題ありません。".into(), en: "Fine.".into() },
        branch: None,
        evidence: Vec::new(),
        observed_at: at("2026-03-13 09:30"),
    };
    let subject = Some("maint-suzuki 2026-03-13 09:15");
    let own = Finding {
        key: FindingKey { rule: RuleId::new("clock_synchronised").unwrap(), subject: None },
        ..claim(None, Verdict::Pass)
    };
    for (claims, snapshot) in [
        (vec![claim(subject, Verdict::Pass)], false),
        (vec![claim(subject, Verdict::NotApplicable), own.clone()], false),
        (vec![claim(None, Verdict::Pass), own], true),
        (Vec::new(), true),
    ] {
        let body = hostile(&claims, snapshot);
        let answer = ingest::receive(&desk.store, &desk.terms, &host, &body, at("2026-03-13 09:31")).await;
        assert!(answer.is_ok(), "{answer:?}");
        assert_eq!(desk.state("h-1").await, before, "{claims:?}");
    }
    let held = desk.store.read().await.unwrap().held_of(&host).await.unwrap();
    let ours: BTreeMap<_, _> = held.iter().filter(|(key, _)| crate::correlate::judges(&key.rule)).collect();
    assert!(ours.len() >= 7, "every rule of the dashboard stands: {ours:?}");
}

#[tokio::test]
async fn a_report_with_facts_is_compared_with_the_registers_as_it_is_taken() {
    let desk = Desk::new(&["h-1"]).await;
    let host = HostId::new("h-1").unwrap();
    let facts = |entries| {
        let told = Sessions {
            entries,
            since: Read::Measured(Some(at("2026-01-01 09:00"))),
            complete: Read::Measured(true),
            left_out: 0,
        };
        let fact = KeptFact::of(&AnyObservation::Sessions(observed(told, "2026-03-13 09:29"))).unwrap();
        serde_json::json!({"sessions": fact.into_wire()})
    };
    for (entries, expected) in [(Vec::new(), 0), (vec![told_session("2026-03-13 09:15", None)], 1)] {
        let body = report(&[], false, &facts(entries));
        ingest::receive(&desk.store, &desk.terms, &host, &body, at("2026-03-13 09:31")).await.unwrap();
        assert_eq!(desk.state("h-1").await, (vec![EXTRA.to_owned(); expected], expected, expected));
    }
    let without = desk.history("h-1").await;
    let body = report(&[], false, &facts(vec![told_session("2026-03-13 09:15", None)]));
    ingest::receive(&desk.store, &desk.terms, &host, &body, at("2026-03-13 09:32")).await.unwrap();
    assert_eq!(desk.history("h-1").await, without, "the same again is nothing new");
    // A fact of a later day without the session: it ended, and was there.
    let body = report(&[], false, &facts(Vec::new()));
    ingest::receive(&desk.store, &desk.terms, &host, &body, at("2026-03-13 09:33")).await.unwrap();
    assert_eq!(desk.state("h-1").await, (vec![EXTRA.to_owned()], 1, 1));
}

#[tokio::test]
async fn a_session_without_a_terminal_ends_when_it_is_told_no_more() {
    let desk = Desk::new(&["h-1"]).await;
    let copying = Session {
        account: "maint-suzuki".into(),
        terminal: String::new(),
        origin: SessionOrigin::Network,
        from: "10.8.0.7".into(),
        started: at("2026-03-12 10:02"),
        ended: None,
        ended_by: SessionEnd::Open,
    };
    let ahead = Session { started: at("2099-01-01 10:00"), terminal: "pts/9".into(), ..copying.clone() };
    let sessions = async || {
        let mut transaction = desk.store.read().await.unwrap();
        let kept = transaction.host_sessions(&HostId::new("h-1").unwrap()).await.unwrap();
        kept.iter().map(|session| (session.started, session.goes_on)).collect::<Vec<_>>()
    };
    desk.tell("h-1", vec![account("maint-suzuki")], vec![ahead.clone(), copying], "2026-03-12 10:03").await;
    assert_eq!(sessions().await, [(at("2026-03-12 10:02"), true)], "nobody signed in in 2099");
    desk.tell("h-1", vec![account("maint-suzuki")], Vec::new(), "2026-03-12 10:04").await;
    assert_eq!(sessions().await, [(at("2026-03-12 10:02"), false)]);
}

#[tokio::test]
async fn a_sign_in_that_is_told_before_its_session_is_kept_once() {
    let desk = Desk::new(&["h-1"]).await;
    let signed_in = Account { last_sign_in: Read::Measured(Some(at("2026-03-12 10:02"))), ..account("maint-suzuki") };
    let terminals = async || {
        let mut transaction = desk.store.read().await.unwrap();
        let kept = transaction.host_sessions(&HostId::new("h-1").unwrap()).await.unwrap();
        kept.into_iter().map(|session| session.terminal).collect::<Vec<_>>()
    };
    desk.tell("h-1", vec![signed_in.clone()], Vec::new(), "2026-03-12 10:03").await;
    assert_eq!(terminals().await, [""]);
    let session = told_session("2026-03-12 10:02", None);
    let terminal = session.terminal.clone();
    for read in ["2026-03-12 10:04", "2026-03-12 10:05"] {
        desk.tell("h-1", vec![signed_in.clone()], vec![session.clone()], read).await;
        assert_eq!(terminals().await, std::slice::from_ref(&terminal), "{read}");
    }
    // A session of another time is another one.
    desk.tell("h-1", vec![signed_in], vec![told_session("2026-03-12 10:30", None), session], "2026-03-12 10:31").await;
    assert_eq!(terminals().await.len(), 2);
}
