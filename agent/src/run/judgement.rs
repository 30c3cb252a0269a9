//! The present state of this host: facts and the findings they give. Pure: time is an argument.

use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::{Inputs, Rule, judge_rules};
use tenken_model::fact::AnyObservation;
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::FindingSet;
use tenken_model::{Facts, Instant, Reason, RuleId, Span, Topic};

use crate::policy::InForce;

/// Facts and findings.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    facts: Facts,
    findings: FindingSet,
    /// Topics that must be read before the findings say how the host is.
    awaited: BTreeSet<Topic>,
}

impl Judgement {
    /// Nothing has been read yet.
    pub(super) fn new() -> Self {
        Self { awaited: Topic::ALL.iter().copied().collect(), ..Self::default() }
    }

    /// What was read is read again before anything is concluded: the rules, the registers or the clock changed.
    pub(super) fn await_all(&mut self) {
        self.awaited.extend(Topic::ALL);
    }

    /// Everything that was awaited has been read, so that the findings say how the host is.
    pub(super) fn is_whole(&self) -> bool {
        self.awaited.is_empty()
    }

    /// What was read.
    pub(super) const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What it means.
    pub(super) const fn findings(&self) -> &FindingSet {
        &self.findings
    }

    /// A topic was read.
    pub(super) fn observed(&mut self, observation: AnyObservation, in_force: &InForce, now: Instant) {
        let topic = observation.topic();
        self.facts.insert(observation);
        self.took_in(topic, in_force, now);
    }

    /// A topic could not be looked at.
    pub(super) fn failed(&mut self, topic: Topic, took: Span, reason: Reason, in_force: &InForce, now: Instant) {
        self.facts.insert_failure(topic, now, took, reason);
        self.took_in(topic, in_force, now);
    }

    fn took_in(&mut self, topic: Topic, in_force: &InForce, now: Instant) {
        let was_whole = self.is_whole();
        self.awaited.remove(&topic);
        if was_whole {
            self.judge(in_force, now, |rule| rule.topics.contains(&topic));
        } else if self.is_whole() {
            self.judge_all(in_force, now);
        }
    }

    /// Judges every rule: time has passed, or the rules are others.
    pub(super) fn judge_all(&mut self, in_force: &InForce, now: Instant) {
        self.findings.clear();
        self.judge(in_force, now, |_| true);
    }

    fn judge(&mut self, in_force: &InForce, now: Instant, wanted: impl Fn(&Rule) -> bool) {
        let rules: Vec<&Rule> = in_force.catalog.rules().filter(|rule| wanted(rule)).collect();
        let judged: BTreeSet<&RuleId> = rules.iter().map(|rule| &rule.id).collect();
        self.findings.retain(|key, _| !judged.contains(&key.rule));
        let inputs = Inputs {
            facts: &self.facts,
            registers: &in_force.registers,
            parameters: &in_force.parameters,
            system: SystemFamily::Linux,
            now,
        };
        self.findings.extend(judge_rules(rules.iter().copied(), &inputs));
    }

    /// When the next fact becomes too old for a rule.
    pub(super) fn stale_at(&self, in_force: &InForce, now: Instant) -> Option<Instant> {
        let seen = Topic::ALL.iter().filter_map(|topic| Some((*topic, self.facts.seen(*topic)?.read_at)));
        in_force.stale_at(&seen.collect::<BTreeMap<_, _>>(), now)
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::register::Registers;
    use tenken_model::{ReasonCode, Verdict};

    use super::*;
    use crate::collect::Needs;
    use crate::gather::gather;
    use crate::host::recorded::Recording;

    fn read(topic: Topic, now: Instant) -> AnyObservation {
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now };
        gather(topic, &Recording::new(now), &needs).observation
    }

    fn whole(in_force: &InForce, now: Instant) -> Judgement {
        let mut judgement = Judgement::new();
        for topic in Topic::ALL {
            assert!(!judgement.is_whole());
            assert!(judgement.findings().is_empty(), "nothing is said of what is half read");
            judgement.observed(read(*topic, now), in_force, now);
        }
        assert!(judgement.is_whole());
        judgement
    }

    #[test]
    fn nothing_is_concluded_before_everything_was_read_once() {
        let in_force = InForce::built_in().unwrap();
        let now = Instant::UNIX_EPOCH;
        let mut judgement = whole(&in_force, now);
        let rules = |judgement: &Judgement| judgement.findings().keys().map(|key| key.rule.clone()).collect();
        let judged: BTreeSet<RuleId> = rules(&judgement);
        assert_eq!(judged.len(), in_force.catalog.rules().len());
        judgement.await_all();
        judgement.observed(read(Topic::System, now), &in_force, now);
        assert!(!judgement.is_whole());
    }

    #[test]
    fn only_rules_on_what_was_read_are_judged_again() {
        let in_force = InForce::built_in().unwrap();
        let now = Instant::UNIX_EPOCH;
        let mut judgement = whole(&in_force, now);
        let before = judgement.findings().clone();
        let reason = Reason::new(ReasonCode::TimedOut, "read accounts within 10s");
        judgement.failed(Topic::Accounts, Span::from_secs(10), reason.clone(), &in_force, now);
        for (key, finding) in judgement.findings() {
            let on_accounts = in_force.catalog.rule(&key.rule).unwrap().topics.contains(&Topic::Accounts);
            if on_accounts {
                assert_eq!(finding.verdict, Verdict::Unknown(reason.clone()), "{key:?}");
            } else {
                assert_eq!(Some(finding), before.get(key));
            }
        }
    }

    #[test]
    fn facts_grow_too_old() {
        let in_force = InForce::built_in().unwrap();
        let now = Instant::UNIX_EPOCH;
        let mut judgement = whole(&in_force, now);
        let stale = judgement.stale_at(&in_force, now).unwrap();
        assert!(stale > now);
        judgement.judge_all(&in_force, stale);
        let stale = judgement.findings().values().filter_map(|finding| finding.verdict.reason());
        assert!(stale.filter(|reason| reason.code == ReasonCode::Stale).count() > 0);
    }
}
