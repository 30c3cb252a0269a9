use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tenken_model::digest::Digest;
use tenken_model::finding::{Bilingual, Change, Evidence, state_digest};
use tenken_model::report::{PROTOCOL, Report, Snapshot};
use tenken_model::{Finding, FindingKey, Read, Reason, ReasonCode, RuleId, Transition, Verdict};

use super::*;

fn at(seconds: i64) -> Instant {
    Span::from_secs(seconds).after(Instant::UNIX_EPOCH)
}

fn key(n: u8) -> FindingKey {
    FindingKey { rule: RuleId::new(format!("rule_{n}")).unwrap(), subject: None }
}

fn finding(n: u8, value: u8) -> Finding {
    let verdict = match value % 4 {
        0 => Verdict::Pass,
        1 => Verdict::Fail,
        2 => Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "t")),
        _ => Verdict::NotApplicable,
    };
    let evidence = vec![Evidence { path: "p".into(), value: value.to_string(), volatile: false }];
    Finding { key: key(n), verdict, says: Bilingual::default(), branch: None, evidence, observed_at: at(0) }
}

fn set(seq: u64, n: u8, value: u8) -> Transition {
    let finding = finding(n, value);
    let digest = finding.digest();
    Transition { seq, at: at(100), change: Change::Set { finding, digest } }
}

type Findings = BTreeMap<FindingKey, Finding>;

fn digest_of(findings: &Findings) -> Digest {
    let digests: BTreeMap<_, _> = findings.iter().map(|(key, finding)| (key, finding.digest())).collect();
    state_digest(digests.iter().map(|(key, digest)| (*key, digest)))
}

fn report(epoch: u64, transitions: Vec<Transition>, state_seq: u64, state: &Findings) -> Report {
    let heartbeat = Heartbeat {
        sent_at: at(1_000),
        agent_version: "0.1.0".into(),
        uptime: Span::ZERO,
        awake: Span::ZERO,
        state_digest: digest_of(state),
        state_seq,
        policy_version: 0,
        policy_refused: None,
        rules_unread: Some(Vec::new()),
        folded: 0,
        system: Read::not_read(ReasonCode::Failed, "x"),
        costs: Vec::new(),
        facts: BTreeMap::new(),
    };
    Report { protocol: PROTOCOL, epoch, transitions, snapshot: None, facts: BTreeMap::new(), heartbeat }
}

/// The dashboard's side without a database.
struct Side {
    state: HostState,
    history: Vec<(u64, u64, Applied)>,
    numbers: BTreeSet<(u64, u64, u64)>,
}

impl Side {
    fn new() -> Self {
        let state = HostState {
            enrolled_at: at(50),
            epoch: 0,
            acknowledged: 0,
            awake: AwakeTime::begun(at(1_000)),
            held: BTreeMap::new(),
        };
        Self { state, history: Vec::new(), numbers: BTreeSet::new() }
    }

    /// Takes a report as `apply` does; the answer's `resync`, or `None` if nothing was stored.
    fn take(&mut self, report: &Report) -> Option<bool> {
        let read = read(&serde_json::to_vec(report).unwrap(), at(1_000)).unwrap();
        let Decision::Take(taken) = decide(&self.state, &read, at(1_000)) else { return None };
        for change in taken.changes.into_iter().filter(Applied::differs) {
            let (epoch, seq) = (taken.state.epoch, change.seq);
            let shown = self.numbers.range((epoch, seq, 1)..=(epoch, seq, u64::MAX)).count();
            let part = if change.from_snapshot { u64::try_from(shown).unwrap() + 1 } else { 0 };
            assert!(self.numbers.insert((epoch, seq, part)), "{epoch}/{seq}/{part} is told twice");
            self.history.push((seq, part, change));
        }
        self.state = taken.state;
        Some(taken.resync)
    }

    /// The history, told from the beginning, gives the state.
    fn told(&self) -> BTreeMap<FindingKey, Digest> {
        let mut told = BTreeMap::new();
        for (_, _, change) in &self.history {
            let before = told.get(&change.key).copied();
            assert_eq!(before, change.before.as_ref().map(|held| held.digest), "a change begins where the last ended");
            match &change.after {
                Some((_, held)) => told.insert(change.key.clone(), held.digest),
                None => told.remove(&change.key),
            };
        }
        told
    }

    fn held(&self) -> BTreeMap<FindingKey, Digest> {
        self.state.held.iter().map(|(key, held)| (key.clone(), held.digest)).collect()
    }
}

/// What an agent notices: every transition changes its state, and the state after each.
fn life(acts: &[(u8, Option<u8>)]) -> (Vec<Transition>, Vec<Findings>) {
    let (mut transitions, mut states) = (Vec::new(), vec![Findings::new()]);
    for (n, value) in acts {
        let mut state = states.last().unwrap().clone();
        let seq = u64::try_from(transitions.len()).unwrap() + 1;
        let before = state.get(&key(*n)).cloned();
        let transition = if let Some(value) = value {
            state.insert(key(*n), finding(*n, *value));
            set(seq, *n, *value)
        } else {
            state.remove(&key(*n));
            Transition { seq, at: at(100), change: Change::Cleared { key: key(*n) } }
        };
        if state.get(&key(*n)) != before.as_ref() {
            transitions.push(transition);
            states.push(state);
        }
    }
    (transitions, states)
}

/// A piece of the stream as it may arrive: some transitions, sent when the agent was further on.
#[derive(Debug, Clone)]
struct Piece {
    from: prop::sample::Index,
    count: usize,
    sent_at: prop::sample::Index,
    snapshot: bool,
}

impl Piece {
    fn report(&self, epoch: u64, transitions: &[Transition], states: &[Findings], snapshots: bool) -> Report {
        let from = self.from.index(transitions.len());
        let to = (from + self.count).min(transitions.len());
        let now = to + self.sent_at.index(transitions.len() - to + 1);
        let mut report = report(epoch, transitions[from..to].to_vec(), u64::try_from(now).unwrap(), &states[now]);
        if snapshots && self.snapshot {
            let findings = states[to].values().cloned().collect();
            report.snapshot = Some(Snapshot { seq: u64::try_from(to).unwrap(), findings });
        }
        report
    }
}

fn acts() -> impl Strategy<Value = Vec<(u8, Option<u8>)>> {
    // The first act always tells something.
    proptest::collection::vec((0..4_u8, proptest::option::weighted(0.8, 0..6_u8)), 1..24).prop_map(|mut acts| {
        acts.insert(0, (0, Some(1)));
        acts
    })
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (any::<prop::sample::Index>(), 0..8_usize, any::<prop::sample::Index>(), any::<bool>())
        .prop_map(|(from, count, sent_at, snapshot)| Piece { from, count, sent_at, snapshot });
    proptest::collection::vec(piece, 0..30)
}

fn whole(transitions: &[Transition], states: &[Findings]) -> Report {
    let last = u64::try_from(transitions.len()).unwrap();
    report(7, transitions.to_vec(), last, states.last().unwrap())
}

proptest! {
    #[test]
    fn any_order_repetition_and_cutting_gives_the_same_state_and_history(acts in acts(), pieces in pieces()) {
        let (transitions, states) = life(&acts);
        let mut straight = Side::new();
        prop_assert_eq!(straight.take(&whole(&transitions, &states)), Some(false));
        let mut odd = Side::new();
        for piece in &pieces {
            odd.take(&piece.report(7, &transitions, &states, false));
            let seqs: Vec<u64> = odd.history.iter().map(|(seq, ..)| *seq).collect();
            prop_assert!(seqs.iter().copied().eq(1..=odd.state.acknowledged), "{:?}", seqs);
        }
        odd.take(&whole(&transitions, &states));
        prop_assert_eq!(&odd.state, &straight.state);
        prop_assert_eq!(odd.history, straight.history);
    }

    #[test]
    fn snapshots_between_lose_and_double_nothing(acts in acts(), pieces in pieces()) {
        let (transitions, states) = life(&acts);
        let mut side = Side::new();
        for piece in &pieces {
            side.take(&piece.report(7, &transitions, &states, true));
            prop_assert_eq!(side.told(), side.held());
            let reached = usize::try_from(side.state.acknowledged).unwrap();
            let expected: Vec<Digest> = states[reached].values().map(Finding::digest).collect();
            prop_assert_eq!(side.held().into_values().collect::<Vec<_>>(), expected);
        }
        side.take(&whole(&transitions, &states));
        let entries = side.history.len();
        for piece in &pieces {
            side.take(&piece.report(7, &transitions, &states, true));
        }
        prop_assert_eq!(side.history.len(), entries, "all of it again tells nothing new");
        prop_assert_eq!(side.held(), states.last().unwrap().iter().map(|(k, f)| (k.clone(), f.digest())).collect());
    }

    #[test]
    fn never_panics_on_arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let _ = read(&bytes, at(0));
    }

    #[test]
    fn never_panics_on_a_report_that_was_cut_or_changed(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = serde_json::to_vec(&report(1, vec![set(1, 0, 1)], 1, &Findings::new())).unwrap();
        let place = place.index(body.len());
        let _ = read(&body[..place], at(1_000));
        body[place] = byte;
        if let Ok(report) = read(&body, at(1_000)) {
            let _ = decide(&Side::new().state, &report, at(1_000));
        }
    }
}

#[test]
fn gaps_and_differences_ask_for_a_snapshot() {
    let (transitions, states) = life(&[(0, Some(0)), (1, Some(1)), (0, Some(1))]);
    let mut side = Side::new();
    assert_eq!(side.take(&report(7, transitions[1..].to_vec(), 3, &states[3])), Some(true), "the first is missing");
    assert_eq!(side.state.acknowledged, 0);
    assert_eq!(side.take(&report(7, transitions[..1].to_vec(), 3, &states[3])), Some(false), "more is to come");
    assert_eq!(side.take(&report(7, Vec::new(), 3, &states[3])), Some(true), "the agent has forgotten the rest");
    assert_eq!(side.take(&report(7, Vec::new(), 1, &states[2])), Some(true), "the states differ");
    let mut healed = report(7, Vec::new(), 3, &states[3]);
    healed.snapshot = Some(Snapshot { seq: 3, findings: states[3].values().cloned().collect() });
    assert_eq!(side.take(&healed), Some(false));
    assert_eq!(side.take(&report(7, transitions[..1].to_vec(), 1, &states[1])), None, "it came late");
    assert_eq!(side.told(), side.held());
}

#[test]
fn a_new_epoch_counts_from_the_beginning_and_an_old_one_is_refused() {
    let (transitions, states) = life(&[(0, Some(0)), (1, Some(1))]);
    let mut side = Side::new();
    side.take(&report(7, transitions.clone(), 2, &states[2]));
    let only = Findings::from([(key(0), finding(0, 0))]);
    assert_eq!(side.take(&report(8, vec![set(1, 0, 0)], 1, &only)), Some(true), "what it does not mention is noticed");
    assert_eq!(side.history.len(), 2, "what was told before is no change");
    assert_eq!((side.state.epoch, side.state.acknowledged), (8, 1));
    let late = decide(&side.state, &report(7, transitions, 2, &states[2]), at(1_000));
    assert_eq!(late, Decision::Refuse(Refused::OldEpoch { found: 7, stored: 8 }));
    let mut snapshot = report(8, Vec::new(), 1, &only);
    snapshot.snapshot = Some(Snapshot { seq: 1, findings: only.values().cloned().collect() });
    assert_eq!(side.take(&snapshot), Some(false));
    assert_eq!(side.held().len(), 1);
    let gone = side.history.last().unwrap();
    assert_eq!((gone.0, gone.1, gone.2.after.is_none()), (1, 1, true));
}

#[test]
fn failing_counts_through_unknown_and_ends_with_a_pass() {
    let mut side = Side::new();
    let mut tell = |seq, second, value| {
        let mut transition = set(seq, 0, value);
        transition.at = at(second);
        let state = Findings::from([(key(0), finding(0, value))]);
        side.take(&report(7, vec![transition], seq, &state));
        let held = &side.state.held[&key(0)];
        (held.since, held.failing.map(|failing| failing.since))
    };
    assert_eq!(tell(1, 100, 1), (at(100), Some(at(100))));
    assert_eq!(tell(2, 200, 5), (at(100), Some(at(100))), "only its evidence changed");
    assert_eq!(tell(3, 300, 2), (at(300), Some(at(100))), "unknown");
    assert_eq!(tell(4, 400, 1), (at(400), Some(at(100))), "it failed all the time");
    assert_eq!(tell(5, 500, 0), (at(500), None));
    assert_eq!(tell(6, 9_999, 1), (at(1_000), Some(at(1_000))), "nothing is noticed after now");
    assert_eq!(tell(7, 1, 0), (at(50), None), "nor before the host was known");
}

#[test]
fn hostile_reports_are_refused_by_a_stable_word() {
    let good = || report(7, vec![set(1, 0, 1)], 1, &Findings::new());
    let refused = |change: &dyn Fn(&mut Report)| {
        let mut report = good();
        change(&mut report);
        read(&serde_json::to_vec(&report).unwrap(), at(1_000)).map_or_else(|refused| refused.code(), |_| "taken")
    };
    let long = "x".repeat((8 << 10) + 1);
    let second = |report: &mut Report, text: &str| {
        if let Change::Set { finding, digest } = &mut report.transitions[0].change {
            finding.evidence[0].value = text.to_owned();
            *digest = finding.digest();
        }
    };
    assert_eq!(refused(&|_| ()), "taken");
    assert_eq!(refused(&|report| report.protocol = 2), "protocol");
    assert_eq!(refused(&|report| report.heartbeat.sent_at = at(1_000 + 86_401)), "clock");
    assert_eq!(refused(&|report| report.heartbeat.sent_at = at(1_000 - 86_401)), "clock");
    assert_eq!(refused(&|report| report.transitions = (1..=1_001).map(|n| set(n, 0, 1)).collect()), "limit");
    assert_eq!(refused(&|report| report.transitions = vec![set(2, 0, 1), set(2, 0, 1)]), "malformed");
    assert_eq!(refused(&|report| report.transitions = vec![set(0, 0, 1)]), "malformed");
    assert_eq!(refused(&|report| report.heartbeat.state_seq = 0), "malformed");
    assert_eq!(refused(&|report| report.epoch = u64::MAX), "malformed");
    assert_eq!(refused(&|report| report.heartbeat.agent_version = long.clone()), "limit");
    assert_eq!(refused(&|report| second(report, &long)), "limit");
    assert_eq!(refused(&|report| second(report, "a\0b")), "malformed");
    let twice = Snapshot { seq: 1, findings: vec![finding(0, 1), finding(0, 2)] };
    assert_eq!(refused(&|report| report.snapshot = Some(twice.clone())), "malformed");
    let wrong = |report: &mut Report| {
        if let Change::Set { digest, .. } = &mut report.transitions[0].change {
            *digest = Digest::of(b"another");
        }
    };
    assert_eq!(refused(&wrong), "malformed");
    assert_eq!(read(&vec![b' '; (4 << 20) + 1], at(0)), Err(Refused::TooLarge));
    assert_eq!(read(b"{}", at(0)).unwrap_err().code(), "malformed");
    assert_eq!(Refused::Malformed("x".into()).refusal().code, "malformed");
}
