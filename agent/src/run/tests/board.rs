//! A dashboard as small as tests of the loop need it: it counts as strictly as the real one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tenken_model::digest::Digest;
use tenken_model::enrol::{RenewAnswer, RenewRequest};
use tenken_model::fact::KeptFact;
use tenken_model::finding::{Change, state_digest};
use tenken_model::policy::SignedPolicy;
use tenken_model::report::{Refusal, Report, ReportAnswer};
use tenken_model::{FindingKey, Instant, RuleId, Span, Topic, Transition};

use crate::transport::server::{Authority, Request};

/// What the dashboard has, and how it is to behave.
#[derive(Default)]
pub(super) struct Board {
    pub(super) epoch: u64,
    pub(super) acknowledged: u64,
    pub(super) held: BTreeMap<FindingKey, Digest>,
    /// Every transition that was taken, in order.
    pub(super) taken: Vec<Transition>,
    pub(super) snapshots: usize,
    /// Every report that was heard, also those that were not answered.
    pub(super) heard: Vec<Report>,
    pub(super) policy: Option<SignedPolicy>,
    pub(super) policy_version: u64,
    pub(super) renewals: usize,
    /// Answers 503 to everything.
    pub(super) down: bool,
    /// Takes reports, but its answer is lost.
    pub(super) mute: bool,
    pub(super) refusal: Option<Refusal>,
    /// It keeps facts: these, by topic; none of them before it is told to.
    pub(super) facts: Option<BTreeMap<String, KeptFact>>,
}

impl Board {
    /// The state that was told last is the state that is held.
    pub(super) fn is_in_step(&self) -> bool {
        self.heard.last().is_some_and(|report| {
            report.heartbeat.state_seq == self.acknowledged && report.heartbeat.state_digest == self.digest()
        })
    }

    /// The numbers of the transitions of a rule.
    pub(super) fn numbers_of(&self, rule: &str) -> Vec<u64> {
        let rule = RuleId::new(rule).unwrap();
        self.taken.iter().filter(|one| one.change.key().rule == rule).map(|one| one.seq).collect()
    }

    fn digest(&self) -> Digest {
        state_digest(&self.held)
    }

    fn answer(&mut self, authority: &Authority, request: &Request) -> (u16, Vec<u8>) {
        if request.line == "POST /v1/report" {
            self.heard.push(serde_json::from_slice(&request.body).unwrap());
        }
        if self.down {
            return (503, b"starting".to_vec());
        }
        if let Some(refusal) = &self.refusal {
            return (403, json(refusal));
        }
        match request.line.as_str() {
            "POST /v1/report" => {
                let report = self.heard.last().unwrap().clone();
                let answer = self.take(&report);
                if self.mute { (500, Vec::new()) } else { (200, json(&answer)) }
            }
            "GET /v1/policy" => self.policy.as_ref().map_or((404, Vec::new()), |policy| (200, json(policy))),
            "POST /v1/renew" => {
                self.renewals += 1;
                let request: RenewRequest = serde_json::from_slice(&request.body).unwrap();
                let answer = RenewAnswer {
                    certificate_pem: authority.sign(&request.request_pem, "h-1"),
                    authority_pem: authority.pem.clone(),
                    expires_at: Instant::UNIX_EPOCH,
                };
                (200, json(&answer))
            }
            other => panic!("an agent asked for {other}"),
        }
    }

    fn take(&mut self, report: &Report) -> ReportAnswer {
        assert!(report.epoch >= self.epoch, "epochs only grow");
        if report.epoch > self.epoch {
            (self.epoch, self.acknowledged) = (report.epoch, 0);
        }
        if let Some(snapshot) = &report.snapshot {
            self.snapshots += 1;
            self.acknowledged = snapshot.seq;
            self.held = snapshot.findings.iter().map(|finding| (finding.key.clone(), finding.digest())).collect();
        }
        let known = self.acknowledged;
        for transition in report.transitions.iter().filter(|transition| transition.seq > known) {
            assert_eq!(transition.seq, self.acknowledged + 1, "no number is left out");
            self.acknowledged = transition.seq;
            match &transition.change {
                Change::Set { finding, digest } => self.held.insert(finding.key.clone(), *digest),
                Change::Cleared { key } => self.held.remove(key),
            };
            self.taken.push(transition.clone());
        }
        let facts_wanted = self.facts.as_mut().map(|held| {
            for (name, wire) in &report.facts {
                let topic = Topic::from_name(name).unwrap();
                held.insert(name.clone(), KeptFact::read(topic, wire.clone()).unwrap());
            }
            let lacks = |(name, digest): &(&String, &Digest)| held.get(*name).map(KeptFact::digest) != Some(**digest);
            report.heartbeat.facts.iter().filter(lacks).map(|(name, _)| name.clone()).collect()
        });
        let differs = self.digest() != report.heartbeat.state_digest;
        ReportAnswer {
            epoch: self.epoch,
            acknowledged: self.acknowledged,
            resync: self.acknowledged == report.heartbeat.state_seq && differs,
            policy_version: self.policy_version,
            heartbeat_within: Span::from_millis(100),
            facts_wanted,
        }
    }
}

/// A board that is served.
#[derive(Clone, Default)]
pub(super) struct Served(Arc<Mutex<Board>>);

impl Served {
    /// Serves an empty board and gives its address.
    pub(super) async fn serve(authority: &Arc<Authority>) -> (Self, String) {
        let served = Self::default();
        let (board, signing) = (served.clone(), Arc::clone(authority));
        let url = authority.serve(true, move |request| board.lock().answer(&signing, request)).await;
        (served, url)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap()
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}
