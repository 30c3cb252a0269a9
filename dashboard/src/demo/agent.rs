//! What an agent does with what it judged: it tells what changed, each change under a number of its own. Pure.

use std::collections::BTreeMap;

use tenken_model::digest::Digest;
use tenken_model::fact::KeptFact;
use tenken_model::fact::system::System;
use tenken_model::finding::{Change, FindingSet, state_digest};
use tenken_model::report::{Heartbeat, PROTOCOL, Report};
use tenken_model::{Finding, FindingKey, Instant, Read, RuleId, Span, Transition};

/// The numbering that every agent of a demonstration begins with.
const EPOCH: u64 = 1;
/// What its agents call themselves.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-demo");

/// The agent of one machine.
#[derive(Debug, Clone, Default)]
pub(super) struct Agent {
    told: BTreeMap<FindingKey, Digest>,
    facts: BTreeMap<String, Digest>,
    seq: u64,
}

impl Agent {
    /// A report of what changed, with the facts that changed; a heartbeat alone if nothing was judged.
    pub(super) fn report(
        &mut self,
        found: Option<FindingSet>,
        kept: Vec<KeptFact>,
        system: System,
        now: Instant,
    ) -> Report {
        let transitions = found.map(|found| self.changes(self.doubted(found), now)).unwrap_or_default();
        let facts = self.news(kept);
        let heartbeat = Heartbeat {
            sent_at: now,
            agent_version: VERSION.to_owned(),
            uptime: Span::from_secs(8 * 3_600),
            awake: Span::from_secs(8 * 3_600),
            state_digest: state_digest(&self.told),
            state_seq: self.seq,
            policy_version: 0,
            policy_refused: None,
            rules_unread: Some(Vec::new()),
            folded: 0,
            system: Read::Measured(system),
            costs: Vec::new(),
            facts: self.facts.clone(),
        };
        Report { protocol: PROTOCOL, epoch: EPOCH, transitions, snapshot: None, facts, heartbeat }
    }

    /// The facts that say something new.
    fn news(&mut self, kept: Vec<KeptFact>) -> BTreeMap<String, serde_json::Value> {
        let mut news = BTreeMap::new();
        for fact in kept {
            let (topic, digest) = (fact.topic().name().to_owned(), fact.digest());
            if self.facts.insert(topic.clone(), digest) != Some(digest) {
                news.insert(topic, fact.into_wire());
            }
        }
        news
    }

    fn changes(&mut self, found: FindingSet, now: Instant) -> Vec<Transition> {
        let gone = self.told.keys().filter(|key| !found.contains_key(*key));
        let mut changes: Vec<Change> = gone.map(|key| Change::Cleared { key: key.clone() }).collect();
        for (key, finding) in found {
            let digest = finding.digest();
            if self.told.get(&key) != Some(&digest) {
                changes.push(Change::Set { finding, digest });
            }
        }
        let mut transitions = Vec::new();
        for change in changes {
            match &change {
                Change::Set { finding, digest } => {
                    self.told.insert(finding.key.clone(), *digest);
                }
                Change::Cleared { key } => {
                    self.told.remove(key);
                }
            }
            self.seq = self.seq.saturating_add(1);
            transitions.push(Transition { seq: self.seq, at: now, change });
        }
        transitions
    }

    /// What was said of something on the host stays in doubt while its rule cannot look, as with a real agent.
    fn doubted(&self, mut found: FindingSet) -> FindingSet {
        let whole = |key: &FindingKey, finding: &Finding| key.subject.is_none() && finding.verdict.reason().is_some();
        let doubted: BTreeMap<RuleId, Finding> = found
            .iter()
            .filter(|(key, finding)| whole(key, finding))
            .map(|(key, finding)| (key.rule.clone(), finding.clone()))
            .collect();
        for key in self.told.keys().filter(|key| key.subject.is_some()) {
            if let Some(whole) = doubted.get(&key.rule) {
                let in_doubt = || Finding { key: key.clone(), evidence: Vec::new(), ..whole.clone() };
                found.entry(key.clone()).or_insert_with(in_doubt);
            }
        }
        found
    }
}
