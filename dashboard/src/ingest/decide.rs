//! What a report changes of what is stored of its host. Pure.

use std::collections::BTreeMap;

use tenken_model::digest::Digest;
use tenken_model::finding::{Change, state_digest};
use tenken_model::report::{Report, SNAPSHOT_FINDINGS_MAX, Snapshot};
use tenken_model::{Finding, FindingKey, Instant, Transition};

use super::awake::AwakeTime;
use super::refusal::Refused;
use crate::correlate;
use crate::store::{Failing, Held};

/// What is stored of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostState {
    /// When it was enrolled; nothing is known of before.
    pub enrolled_at: Instant,
    /// The epoch its transitions are counted in.
    pub epoch: u64,
    /// All transitions of the epoch up to this number are stored.
    pub acknowledged: u64,
    /// How long it was awake, with this report.
    pub awake: AwakeTime,
    /// Its findings, of the rules that agents judge.
    pub held: BTreeMap<FindingKey, Held>,
}

/// What to do with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Refuse it; nothing is stored.
    Refuse(Refused),
    /// It tells of an earlier state than is stored: it came late, or its host was put back to an
    /// earlier copy, which the agent knows by the answer. Nothing is stored.
    Behind,
    /// Store this.
    Take(Taken),
}

/// What a report changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The changes in their order.
    pub changes: Vec<Applied>,
    /// The state afterwards.
    pub state: HostState,
    /// Its digest.
    pub digest: Digest,
    /// The agent is to send a snapshot: something is missing, or the states differ.
    pub resync: bool,
    /// How many findings were passed over because the dashboard itself judges their rules.
    pub passed_over: usize,
}

/// One change of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Which finding.
    pub key: FindingKey,
    /// The number under which it was told.
    pub seq: u64,
    /// A snapshot showed it, so that the number is not its own.
    pub from_snapshot: bool,
    /// When the agent noticed it, held between enrolment and now.
    pub at: Instant,
    /// What was stored before.
    pub before: Option<Held>,
    /// The finding now with what is stored of it; absent if there is none any more.
    pub after: Option<(Finding, Held)>,
}

impl Applied {
    /// It is a change for the history: not merely the same told again.
    pub fn differs(&self) -> bool {
        self.before.as_ref().map(|held| held.digest) != self.after.as_ref().map(|(_, held)| held.digest)
    }
}

/// Decides on a report whose form has been checked.
pub fn decide(stored: &HostState, report: &Report, now: Instant) -> Decision {
    if report.epoch < stored.epoch {
        return Decision::Refuse(Refused::OldEpoch { found: report.epoch, stored: stored.epoch });
    }
    let mut taking = Taking { state: stored.clone(), changes: Vec::new(), passed_over: 0, now };
    if report.epoch > stored.epoch {
        // A new spool counts from the beginning. What it does not mention is found by the digest.
        taking.state.epoch = report.epoch;
        taking.state.acknowledged = 0;
    } else if report.heartbeat.state_seq < stored.acknowledged {
        return Decision::Behind;
    }
    let snapshot = report.snapshot.as_ref().filter(|snapshot| snapshot.seq >= taking.state.acknowledged);
    if let Some(snapshot) = snapshot {
        taking.transitions(&report.transitions, snapshot.seq);
        taking.snapshot(snapshot, report.heartbeat.sent_at);
    }
    let gap = !taking.transitions(&report.transitions, u64::MAX);
    if taking.state.held.len() > SNAPSHOT_FINDINGS_MAX {
        let found = taking.state.held.len();
        return Decision::Refuse(Refused::Limit { what: "findings of one host", found, most: SNAPSHOT_FINDINGS_MAX });
    }
    let Taking { state, changes, passed_over, .. } = taking;
    let digest = state_digest(state.held.iter().map(|(key, held)| (key, &held.digest)));
    let resync = gap
        || if state.acknowledged == report.heartbeat.state_seq {
            digest != report.heartbeat.state_digest
        } else {
            // More is to come, unless the agent has nothing more to send.
            report.transitions.is_empty()
        };
    Decision::Take(Taken { changes, state, digest, resync, passed_over })
}

struct Taking {
    state: HostState,
    changes: Vec<Applied>,
    passed_over: usize,
    now: Instant,
}

impl Taking {
    /// Applies the transitions up to `last` that follow; false if one is missing before them.
    fn transitions(&mut self, transitions: &[Transition], last: u64) -> bool {
        for transition in transitions.iter().take_while(|transition| transition.seq <= last) {
            if transition.seq <= self.state.acknowledged {
                continue;
            }
            if transition.seq != self.state.acknowledged.saturating_add(1) {
                return false;
            }
            let at = self.hold(transition.at);
            match &transition.change {
                Change::Set { finding, digest } => self.set(finding, *digest, transition.seq, false, at),
                Change::Cleared { key } => self.clear(key, transition.seq, false, at),
            }
            self.state.acknowledged = transition.seq;
        }
        true
    }

    /// Makes the state that of a snapshot.
    fn snapshot(&mut self, snapshot: &Snapshot, sent_at: Instant) {
        let at = self.hold(sent_at);
        let told: BTreeMap<&FindingKey, Digest> =
            snapshot.findings.iter().map(|finding| (&finding.key, finding.digest())).collect();
        let gone: Vec<FindingKey> = self.state.held.keys().filter(|key| !told.contains_key(key)).cloned().collect();
        for key in &gone {
            self.clear(key, snapshot.seq, true, at);
        }
        for finding in &snapshot.findings {
            let digest = told.get(&finding.key).copied().unwrap_or_else(|| finding.digest());
            if self.state.held.get(&finding.key).is_none_or(|held| held.digest != digest) {
                self.set(finding, digest, snapshot.seq, true, at);
            }
        }
        self.state.acknowledged = snapshot.seq;
    }

    fn set(&mut self, finding: &Finding, digest: Digest, seq: u64, from_snapshot: bool, at: Instant) {
        if correlate::judges(&finding.key.rule) {
            self.passed_over += 1;
            return;
        }
        let before = self.state.held.get(&finding.key).cloned();
        let awake = self.state.awake.at(at);
        let held = Held::after(before.as_ref(), finding.verdict.kind(), digest, Failing { since: at, awake });
        self.state.held.insert(finding.key.clone(), held.clone());
        let key = finding.key.clone();
        self.changes.push(Applied { key, seq, from_snapshot, at, before, after: Some((finding.clone(), held)) });
    }

    fn clear(&mut self, key: &FindingKey, seq: u64, from_snapshot: bool, at: Instant) {
        if correlate::judges(&key.rule) {
            self.passed_over += 1;
            return;
        }
        let before = self.state.held.remove(key);
        self.changes.push(Applied { key: key.clone(), seq, from_snapshot, at, before, after: None });
    }

    /// A host cannot have noticed anything before it was enrolled or after now.
    fn hold(&self, at: Instant) -> Instant {
        at.min(self.now).max(self.state.enrolled_at.min(self.now))
    }
}
