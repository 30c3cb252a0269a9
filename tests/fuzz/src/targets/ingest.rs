//! The reports of agents: their form, and what is decided on them.

use std::collections::BTreeMap;

use tenken_dashboard::ingest::{AwakeTime, Decision, HostState, decide, read};
use tenken_model::digest::Digest;
use tenken_model::fact::KeptFact;
use tenken_model::finding::{Bilingual, Change, Evidence, state_digest};
use tenken_model::report::{Heartbeat, PROTOCOL, Report, Snapshot};
use tenken_model::{
    Finding, FindingKey, Instant, Read, Reason, ReasonCode, RuleId, Span, Subject, Topic, Transition, Verdict,
};

use super::now;

pub(super) fn report(data: &[u8]) {
    if let Ok(mut report) = serde_json::from_slice::<Report>(data) {
        for (name, wire) in std::mem::take(&mut report.facts) {
            let kept = Topic::from_name(&name).map(|topic| KeptFact::take(topic, wire, now()));
            if let Some(Ok(fact)) = kept {
                let again = KeptFact::take(fact.topic(), fact.wire().clone(), now());
                assert!(again.is_ok_and(|again| again == fact));
            }
        }
        let bytes = serde_json::to_vec(&report).unwrap_or_default();
        assert_eq!(serde_json::from_slice::<Report>(&bytes).ok(), Some(report.clone()));
        let now = Span::from_secs(1).after(report.heartbeat.sent_at);
        if let Ok(report) = read(data, now) {
            decided(&fresh(now), &report, now);
        }
    }
    let _read = read(data, now());
}

/// Reports made of the input, three bytes a step, each decided on what the one before it left.
pub(super) fn decision(data: &[u8]) {
    let now = now();
    let mut state = fresh(now);
    for (number, steps) in data.chunks(48).enumerate() {
        let report = made(steps, number, &state, now);
        let Ok(bytes) = serde_json::to_vec(&report) else { return };
        match read(&bytes, now) {
            Ok(read) => {
                assert_eq!(read, report);
                if let Some(after) = decided(&state, &report, now) {
                    state = after;
                }
            }
            Err(refused) => assert!(!refused.to_string().is_empty()),
        }
    }
}

fn fresh(now: Instant) -> HostState {
    let enrolled_at = Span::from_secs(-1_000).after(now);
    HostState { enrolled_at, epoch: 0, acknowledged: 0, awake: AwakeTime::begun(now), held: BTreeMap::new() }
}

/// Decides, and decides again on what that left: a report that came twice says nothing new.
fn decided(state: &HostState, report: &Report, now: Instant) -> Option<HostState> {
    let Decision::Take(taken) = decide(state, report, now) else { return None };
    let after = taken.state;
    assert!(after.epoch >= state.epoch && after.acknowledged <= report.heartbeat.state_seq.max(state.acknowledged));
    assert_eq!(taken.digest, state_digest(after.held.iter().map(|(key, held)| (key, &held.digest))));
    for change in &taken.changes {
        assert!(change.at >= state.enrolled_at && change.at <= now);
    }
    for held in after.held.values() {
        assert!(held.since <= now && held.failing.is_none_or(|failing| failing.since <= now));
    }
    match decide(&after, report, now) {
        Decision::Take(again) => {
            assert!(!again.changes.iter().any(tenken_dashboard::ingest::Applied::differs));
            assert_eq!(again.state, after);
        }
        Decision::Behind => {}
        Decision::Refuse(refused) => panic!("taken once and then refused: {refused}"),
    }
    Some(after)
}

fn made(steps: &[u8], number: usize, state: &HostState, now: Instant) -> Report {
    let mut seq = state.acknowledged;
    let mut epoch = state.epoch.max(1);
    let mut transitions = Vec::new();
    let mut snapshot = None;
    let mut state_seq = 0;
    let mut known: BTreeMap<FindingKey, Digest> =
        state.held.iter().map(|(key, held)| (key.clone(), held.digest)).collect();
    for step in steps.chunks_exact(3) {
        let [act, which, value] = *step else { continue };
        let finding = finding(which, value, now);
        match act % 8 {
            0..=2 => {
                seq = seq.saturating_add(1);
                let digest = finding.digest();
                known.insert(finding.key.clone(), digest);
                transitions.push(Transition { seq, at: at(value, now), change: Change::Set { finding, digest } });
            }
            3 => {
                seq = seq.saturating_add(1);
                known.remove(&finding.key);
                transitions.push(Transition { seq, at: at(value, now), change: Change::Cleared { key: finding.key } });
            }
            4 => {
                let findings = (0..which % 5).map(|n| self::finding(n, value, now)).collect();
                snapshot = Some(Snapshot { seq: seq.saturating_add(u64::from(value % 3)), findings });
            }
            // A gap, a repetition, a new or an old epoch, a number that no database holds.
            5 => seq = seq.wrapping_add(u64::from(which)).wrapping_sub(u64::from(value)),
            6 => epoch = epoch.wrapping_add(u64::from(which % 3)).wrapping_sub(u64::from(value % 2)),
            _ => state_seq = if which == 255 { u64::MAX } else { u64::from(value) },
        }
    }
    let last = transitions.last().map_or(0, |transition| transition.seq);
    let shown = snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
    let heartbeat = Heartbeat {
        sent_at: at(u8::try_from(number % 256).unwrap_or(0), now),
        agent_version: "0.1.0".to_owned(),
        uptime: Span::ZERO,
        awake: Span::ZERO,
        state_digest: state_digest(&known),
        state_seq: last.max(shown).saturating_add(state_seq),
        policy_version: 0,
        policy_refused: None,
        rules_unread: Some(Vec::new()),
        folded: 0,
        system: Read::not_read(ReasonCode::Failed, "fuzz"),
        costs: Vec::new(),
        facts: BTreeMap::new(),
    };
    Report { protocol: PROTOCOL, epoch, transitions, snapshot, facts: BTreeMap::new(), heartbeat }
}

fn at(value: u8, now: Instant) -> Instant {
    Span::from_secs(i64::from(value) - 128).after(now)
}

fn finding(which: u8, value: u8, now: Instant) -> Finding {
    let verdict = match value % 4 {
        0 => Verdict::Pass,
        1 => Verdict::Fail,
        2 => Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "fuzz")),
        _ => Verdict::NotApplicable,
    };
    let rule = RuleId::new(format!("rule_{}", which % 7)).expect("a rule's id");
    let subject = (which > 128).then(|| Subject::nearest(&format!("s{}", which % 3)));
    let evidence = vec![Evidence { path: "p".to_owned(), value: value.to_string(), volatile: value.is_multiple_of(5) }];
    Finding {
        key: FindingKey { rule, subject },
        verdict,
        says: Bilingual::default(),
        branch: None,
        evidence,
        observed_at: now,
    }
}
