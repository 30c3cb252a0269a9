use tenken_model::fact::neighbours::{Neighbour, Neighbours};
use tenken_model::report::{Heartbeat, PROTOCOL};
use tenken_model::{Instant, Observation, Read, Reason, ReasonCode, Span};

use super::*;

fn at(seconds: u64) -> Uptime {
    Duration::from_secs(seconds)
}

fn accounts(why: &str) -> AnyObservation {
    let reason = Reason::new(ReasonCode::Failed, why);
    AnyObservation::failed(Topic::Accounts, Instant::UNIX_EPOCH, Span::ZERO, reason)
}

fn neighbours(macs: &[&str], seen: i64) -> AnyObservation {
    let device = |mac: &&str| Neighbour {
        mac: (*mac).to_owned(),
        randomised: mac.starts_with("02"),
        virtual_device: false,
        gateway: false,
        addresses: Vec::new(),
        interfaces: Vec::new(),
        name: None,
        seen_by: Vec::new(),
        last_seen: Instant::from_timestamp(seen, 0),
    };
    AnyObservation::Neighbours(Observation {
        read_at: Instant::UNIX_EPOCH,
        took: Span::ZERO,
        sources: Vec::new(),
        outcome: Outcome::Known(Neighbours {
            devices: macs.iter().map(device).collect(),
            randomised_count: 0,
            cut: 0,
            table: Read::Measured(true),
            leases: Read::Measured(true),
            lease_files: Vec::new(),
        }),
    })
}

fn report() -> Report {
    let heartbeat = Heartbeat {
        sent_at: Instant::UNIX_EPOCH,
        agent_version: "0".into(),
        uptime: Span::ZERO,
        awake: Span::ZERO,
        state_digest: Digest::of(b""),
        state_seq: 0,
        policy_version: 0,
        policy_refused: None,
        rules_unread: Some(Vec::new()),
        folded: 0,
        system: Read::not_read(ReasonCode::Missing, "x"),
        costs: Vec::new(),
        facts: BTreeMap::new(),
    };
    Report { protocol: PROTOCOL, epoch: 1, transitions: Vec::new(), snapshot: None, facts: BTreeMap::new(), heartbeat }
}

/// An agent and what its dashboard has.
#[derive(Default)]
struct Pair {
    telling: Telling,
    facts: Facts,
    held: BTreeMap<String, Digest>,
}

impl Pair {
    fn observe(&mut self, observation: AnyObservation, now: u64) -> bool {
        let wanted = self.telling.observed(&observation, at(now));
        self.facts.insert(observation);
        wanted
    }

    fn tell(&mut self, now: u64) -> Report {
        let mut report = report();
        self.telling.tell(&mut report, &self.facts, at(now));
        report
    }

    /// A report that is taken and answered: which facts it held, and whether another is to follow.
    fn exchange(&mut self, now: u64) -> (Vec<String>, bool) {
        let report = self.tell(now);
        for (name, wire) in &report.facts {
            let topic = Topic::from_name(name).unwrap();
            self.held.insert(name.clone(), KeptFact::read(topic, wire.clone()).unwrap().digest());
        }
        let lacks = |(name, digest): &(&String, &Digest)| self.held.get(*name) != Some(*digest);
        let wanted: Vec<String> = report.heartbeat.facts.iter().filter(lacks).map(|(name, _)| name.clone()).collect();
        let more = self.telling.answered(Some(&wanted), at(now));
        (report.facts.keys().cloned().collect(), more)
    }

    /// One whose dashboard has what was observed.
    fn in_step(observations: Vec<AnyObservation>) -> Self {
        let mut pair = Self::default();
        for observation in observations {
            assert!(!pair.observe(observation, 0), "the first report comes by itself");
        }
        assert_eq!(pair.exchange(0), (Vec::new(), true), "it is asked for");
        assert!(!pair.exchange(0).1);
        assert_eq!(pair.exchange(1), (Vec::new(), false));
        pair
    }
}

#[test]
fn what_changed_goes_at_once_and_what_did_not_never() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    assert!(!pair.observe(accounts("a"), 10));
    assert_eq!(pair.exchange(10), (Vec::new(), false));
    assert!(pair.observe(accounts("b"), 20));
    assert_eq!(pair.exchange(20), (vec!["accounts".to_owned()], false));
    for later in [21, 5_000, 100_000] {
        assert_eq!(pair.exchange(later), (Vec::new(), false));
    }
    let system =
        AnyObservation::failed(Topic::System, Instant::UNIX_EPOCH, Span::ZERO, Reason::new(ReasonCode::Failed, "x"));
    assert!(!pair.observe(system, 30));
    assert_eq!(pair.tell(30).heartbeat.facts.keys().collect::<Vec<_>>(), ["accounts"]);
}

#[test]
fn a_dashboard_that_keeps_no_facts_is_sent_none() {
    let mut pair = Pair::default();
    pair.observe(accounts("a"), 0);
    for now in [0, 60, 10_000] {
        assert!(pair.tell(now).facts.is_empty());
        assert!(!pair.telling.answered(None, at(now)));
        assert!(!pair.observe(accounts(&now.to_string()), now));
    }
    // It is updated.
    assert!(pair.exchange(20_000).1);
    assert_eq!(pair.exchange(20_000).0, ["accounts"]);
}

#[test]
fn a_restart_of_either_side_sends_what_is_lacking_and_no_more() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    pair.telling = Telling::default();
    pair.observe(accounts("a"), 100);
    assert_eq!(pair.exchange(100), (Vec::new(), false), "the dashboard has it");
    pair.telling = Telling::default();
    pair.observe(accounts("b"), 200);
    assert_eq!(pair.exchange(200), (Vec::new(), true));
    assert_eq!(pair.exchange(200), (vec!["accounts".to_owned()], false));
    // The dashboard was put back to an earlier copy.
    pair.held.clear();
    assert_eq!(pair.exchange(2_000), (Vec::new(), true));
    assert_eq!(pair.exchange(2_000), (vec!["accounts".to_owned()], false));
}

#[test]
fn a_lost_report_or_answer_is_told_again() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    assert!(pair.observe(accounts("b"), 20));
    assert_eq!(pair.tell(20).facts.len(), 1);
    pair.telling.failed(false);
    assert_eq!(pair.tell(22).facts.len(), 1, "nobody knows whether it arrived");
    pair.telling.failed(false);
    assert_eq!(pair.exchange(24), (vec!["accounts".to_owned()], false));
}

#[test]
fn what_is_refused_stays_behind_for_a_while() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    assert!(pair.observe(accounts("b"), 20));
    assert_eq!(pair.tell(20).facts.len(), 1);
    pair.telling.failed(true);
    assert!(pair.tell(22).facts.is_empty(), "findings go without it");
    assert!(!pair.telling.answered(Some(&["accounts".to_owned()]), at(22)));
    assert_eq!(pair.tell(22 + 600).facts.len(), 1, "the dashboard may have been updated");
}

#[test]
fn a_dashboard_that_reads_another_digest_is_not_sent_the_same_again_and_again() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    assert!(pair.observe(accounts("b"), 20));
    let wanted = ["accounts".to_owned()];
    let mut sent = 0;
    for now in 20..20 + 3_600 {
        sent += pair.tell(now).facts.len();
        assert!(!pair.telling.answered(Some(&wanted), at(now)));
    }
    assert_eq!(sent, 6);
}

#[test]
fn a_device_that_is_new_is_news_and_one_that_is_seen_again_is_not() {
    let (one, two) = ("00:11:22:33:44:01", "00:11:22:33:44:02");
    let mut pair = Pair::in_step(vec![neighbours(&[one], 1)]);
    for now in 2..1_000 {
        assert!(!pair.observe(neighbours(&[one, "02:00:00:00:00:01"], i64::try_from(now).unwrap()), now));
    }
    assert_eq!(pair.exchange(1_000), (Vec::new(), false), "also with a heartbeat");
    assert!(pair.observe(neighbours(&[one, two], 1_000), 1_000));
    assert_eq!(pair.exchange(1_000), (vec!["neighbours".to_owned()], false));
    assert!(!pair.observe(neighbours(&[two], 1_001), 1_001), "one is gone");
    assert_eq!(pair.exchange(1_000 + 3_599), (Vec::new(), false));
    assert_eq!(pair.exchange(1_000 + 3_600), (vec!["neighbours".to_owned()], false), "but told within the hour");
    assert!(pair.observe(neighbours(&[one, two], 9_000), 5_000), "it is back");
}

#[test]
fn what_changes_again_and_again_is_told_some_times_and_then_seldom() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    let mut sent = 0;
    for now in 1..=86_400 {
        pair.observe(accounts(&now.to_string()), now);
        sent += pair.exchange(now).0.len();
    }
    assert!((144..=151).contains(&sent), "{sent}");
    // And when it rests, what it rested at is what the dashboard has.
    pair.exchange(90_000);
    let newest = KeptFact::of(&accounts("86400")).unwrap().digest();
    assert_eq!(pair.held["accounts"], newest);
}

#[test]
fn what_changed_while_a_report_was_on_its_way_goes_with_the_next() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    assert!(pair.observe(accounts("b"), 20));
    let on_its_way = pair.tell(20);
    assert!(pair.observe(accounts("c"), 20));
    pair.held.insert("accounts".to_owned(), on_its_way.heartbeat.facts["accounts"]);
    assert!(pair.telling.answered(Some(&[]), at(20)), "there is more");
    assert_eq!(pair.exchange(20), (vec!["accounts".to_owned()], false));
}

#[test]
fn facts_stay_behind_when_findings_fill_the_report() {
    let mut pair = Pair::in_step(vec![accounts("a")]);
    assert!(pair.observe(accounts("b"), 20));
    let mut full = report();
    full.heartbeat.policy_refused = Some("x".repeat(REPORT_BYTES_MAX));
    pair.telling.tell(&mut full, &pair.facts, at(20));
    assert!(full.facts.is_empty() && full.heartbeat.facts.len() == 1);
    assert!(pair.telling.answered(Some(&["accounts".to_owned()]), at(20)));
    assert_eq!(pair.exchange(20).0, ["accounts"]);
}
