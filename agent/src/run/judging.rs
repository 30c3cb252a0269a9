//! What is known of the host and what the rules say of it. Pure: time is an argument.
//!
//! Judging goes in rounds. A round begins at the start, when another policy comes, and when the clock was stepped
//! or the machine slept; nothing is judged before every topic has been looked at since. In between some facts would
//! be missing, or read for other registers, or look old, and findings would waver that did not change.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tenken_engine::{Inputs, PackedCatalog, judge_all};
use tenken_model::fact::AnyObservation;
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::FindingSet;
use tenken_model::{Facts, Finding, FindingKey, Instant, Reason, RuleId, Span, Topic};

use crate::policy::InForce;

/// Rules compare with the time, so that verdicts change by themselves; they are judged at least this often.
pub const JUDGE_WITHIN: Duration = Duration::from_mins(10);

/// Facts, the policy they are judged by, and findings.
#[derive(Debug)]
pub struct Judging {
    /// Rules are put together only to be judged by: their trees would be a third of what a resting agent holds.
    in_force: InForce<PackedCatalog>,
    facts: Facts,
    read_at: BTreeMap<Topic, Instant>,
    findings: FindingSet,
    /// The family of the host's system.
    system: SystemFamily,
    /// Topics to be looked at before anything is judged.
    awaited: BTreeSet<Topic>,
    /// Topics whose collectors began in this round.
    begun: BTreeSet<Topic>,
    /// The policy is being asked for, for the first time.
    awaits_policy: bool,
    /// Topics that were looked at since the last judgement.
    fresh: BTreeSet<Topic>,
    /// Every rule is to be judged.
    all: bool,
    /// The policy's version at the last judgement.
    judged_by: Option<u64>,
}

impl Judging {
    /// Nothing is known yet. `awaits_policy` if the policy is asked for now: until that is answered nothing is
    /// judged, so that a new host does not first tell what the built-in rules say without its registers.
    pub fn new(in_force: InForce, awaits_policy: bool, system: SystemFamily) -> Self {
        Self {
            system,
            in_force: in_force.packed(),
            facts: Facts::default(),
            read_at: BTreeMap::new(),
            findings: FindingSet::new(),
            awaited: Topic::ALL.iter().copied().collect(),
            begun: BTreeSet::new(),
            awaits_policy,
            fresh: BTreeSet::new(),
            all: true,
            judged_by: None,
        }
    }

    /// The policy in force.
    pub fn in_force(&self) -> &InForce<PackedCatalog> {
        &self.in_force
    }

    /// The newest observations.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The findings; none before the first judgement.
    pub fn findings(&self) -> Option<&FindingSet> {
        self.judged_by.map(|_| &self.findings)
    }

    /// The version of the policy that the findings are by; 0 for the built-in rules, and before the first judgement.
    pub fn judged_by(&self) -> u64 {
        self.judged_by.unwrap_or(0)
    }

    /// Takes another policy. Its registers tell collectors what to read.
    pub fn take(&mut self, in_force: InForce) {
        self.in_force = in_force.packed();
        self.begin_round();
    }

    /// Waits with judging until every topic has been looked at again.
    pub fn begin_round(&mut self) {
        self.awaited = Topic::ALL.iter().copied().collect();
        self.begun.clear();
        self.all = true;
    }

    /// The policy was asked for, whatever came of it.
    pub fn policy_was_asked_for(&mut self) {
        self.awaits_policy = false;
    }

    /// A collector begins, with what the policy in force gives it.
    pub fn began(&mut self, topic: Topic) {
        self.begun.insert(topic);
    }

    /// Takes an observation, of which nobody asks this agent where it looked.
    pub fn observed(&mut self, observation: AnyObservation, read_at: Instant) {
        self.looked(observation.topic(), read_at);
        self.facts.insert(observation.without_sources());
    }

    /// A topic could not be looked at.
    pub fn failed(&mut self, topic: Topic, read_at: Instant, took: Span, reason: Reason) {
        self.looked(topic, read_at);
        self.facts.insert_failure(topic, read_at, took, reason);
    }

    fn looked(&mut self, topic: Topic, read_at: Instant) {
        self.read_at.insert(topic, read_at);
        self.fresh.insert(topic);
        if self.begun.contains(&topic) {
            self.awaited.remove(&topic);
        }
    }

    /// Judging can begin.
    pub fn is_ready(&self) -> bool {
        self.awaited.is_empty() && !self.awaits_policy
    }

    /// Judges the rules that rest on what was looked at since the last time. False if it is too early.
    pub fn judge(&mut self, now: Instant) -> bool {
        if !self.is_ready() {
            return false;
        }
        let packed = &self.in_force.catalog;
        let catalog = if self.all { packed.all() } else { packed.resting_on(&self.fresh) };
        let inputs = Inputs {
            facts: &self.facts,
            registers: &self.in_force.registers,
            parameters: &self.in_force.parameters,
            system: self.system,
            now,
        };
        let found = judge_all(&catalog, &inputs);
        if self.all {
            self.findings = found;
        } else {
            let judged = |rule: &RuleId| catalog.rule(rule).is_some() || catalog.unread().contains_key(rule);
            self.findings.retain(|key, _| !judged(&key.rule));
            self.findings.extend(found);
        }
        self.fresh.clear();
        self.all = false;
        self.judged_by = Some(self.in_force.version);
        true
    }

    /// What was said before of something on the host stays in doubt where its rule could not look: that nothing is
    /// found of it now does not mean that it is gone or passes. `known` are the keys that were told last.
    pub fn doubt<'k>(&mut self, known: impl IntoIterator<Item = &'k FindingKey>) {
        let doubted: BTreeMap<RuleId, Finding> = self
            .findings
            .iter()
            .filter(|(key, finding)| key.subject.is_none() && finding.verdict.reason().is_some())
            .map(|(key, finding)| (key.rule.clone(), finding.clone()))
            .collect();
        for key in known.into_iter().filter(|key| key.subject.is_some()) {
            if let Some(whole) = doubted.get(&key.rule) {
                let in_doubt = || Finding { key: key.clone(), evidence: Vec::new(), ..whole.clone() };
                self.findings.entry(key.clone()).or_insert_with(in_doubt);
            }
        }
    }

    /// Judges every rule: time alone can change a verdict. False if it is too early.
    pub fn judge_all(&mut self, now: Instant) -> bool {
        self.all = true;
        self.judge(now)
    }

    /// How long the findings hold without a look at the clock: until a fact becomes too old for a rule.
    pub fn hold_for(&self, now: Instant) -> Duration {
        let stale = self.in_force.stale_at(&self.read_at, now);
        stale.map_or(JUDGE_WITHIN, |at| Span::between(now, at).to_std().min(JUDGE_WITHIN))
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::{ReasonCode, Subject, Verdict};

    use super::*;

    fn fail(judging: &mut Judging, topic: Topic, at: Instant, code: ReasonCode) {
        judging.began(topic);
        judging.failed(topic, at, Span::ZERO, Reason::new(code, "read it: refused"));
    }

    fn judged() -> (Judging, Instant) {
        let now = Span::from_days(20_000).after(Instant::UNIX_EPOCH);
        let mut judging = Judging::new(InForce::built_in().unwrap(), false, SystemFamily::Linux);
        for topic in Topic::ALL {
            assert!(!judging.judge(now), "{topic:?} was not looked at");
            assert_eq!(judging.findings(), None);
            fail(&mut judging, *topic, now, ReasonCode::NotPermitted);
        }
        assert!(judging.judge(now));
        (judging, now)
    }

    fn code(judging: &Judging, rule: &str) -> Option<ReasonCode> {
        let mut found = judging.findings().into_iter().flatten();
        let (_, finding) = found.find(|(key, _)| key.rule == RuleId::new(rule).unwrap())?;
        if let Verdict::Unknown(reason) = &finding.verdict { Some(reason.code) } else { None }
    }

    #[test]
    fn nothing_is_judged_before_everything_was_looked_at() {
        let (mut judging, now) = judged();
        let count = judging.findings().unwrap().len();
        let judged_here = judging.in_force().catalog.ages();
        assert!(count >= judged_here.count());
        judging.begin_round();
        assert!(!judging.judge(now) && !judging.judge_all(now));
        assert_eq!(judging.findings().unwrap().len(), count, "the old findings stand meanwhile");
    }

    #[test]
    fn what_began_before_a_round_does_not_count_in_it() {
        let (mut judging, now) = judged();
        judging.began(Topic::System);
        judging.begin_round();
        judging.failed(Topic::System, now, Span::ZERO, Reason::new(ReasonCode::TimedOut, "late"));
        for topic in Topic::ALL.iter().filter(|topic| **topic != Topic::System) {
            fail(&mut judging, *topic, now, ReasonCode::NotPermitted);
        }
        assert!(!judging.judge(now));
        fail(&mut judging, Topic::System, now, ReasonCode::NotPermitted);
        assert!(judging.judge(now));
    }

    #[test]
    fn a_new_host_waits_for_the_answer_to_its_first_question() {
        let (_, now) = judged();
        let mut judging = Judging::new(InForce::built_in().unwrap(), true, SystemFamily::Linux);
        for topic in Topic::ALL {
            fail(&mut judging, *topic, now, ReasonCode::NotPermitted);
        }
        assert!(!judging.judge(now));
        judging.policy_was_asked_for();
        assert!(judging.judge(now));
    }

    #[test]
    fn only_rules_that_rest_on_what_was_looked_at_are_judged() {
        let (mut judging, now) = judged();
        let later = Span::from_millis(60_000).after(now);
        fail(&mut judging, Topic::TimeSync, later, ReasonCode::TimedOut);
        assert!(judging.judge(later));
        assert_eq!(code(&judging, "clock_synchronised"), Some(ReasonCode::TimedOut));
        assert_eq!(code(&judging, "antivirus_running"), Some(ReasonCode::NotPermitted));
    }

    #[test]
    fn what_was_told_of_stays_in_doubt_while_its_rule_cannot_look() {
        let (mut judging, _) = judged();
        let key = |rule: &str, subject: &str| FindingKey {
            rule: RuleId::new(rule).unwrap(),
            subject: Some(Subject::new(subject).unwrap()),
        };
        let told = [key("accounts_registered", "bob"), key("withdrawn_rule", "bob")];
        judging.doubt(&told);
        let findings = judging.findings().unwrap();
        assert!(findings[&told[0]].verdict.reason().is_some(), "bob is neither gone nor registered");
        assert!(!findings.contains_key(&told[1]));
    }

    #[test]
    fn a_fact_that_grows_too_old_makes_its_rules_unknown() {
        let (mut judging, now) = judged();
        assert_eq!(judging.hold_for(now), JUDGE_WITHIN);
        let hour = Span::from_secs(3_600).after(now);
        assert_eq!(judging.hold_for(hour), Duration::from_millis(1));
        let later = Span::from_millis(1).after(hour);
        assert!(judging.judge(later), "nothing was looked at, so nothing is judged");
        assert_eq!(code(&judging, "clock_synchronised"), Some(ReasonCode::NotPermitted));
        assert!(judging.judge_all(later));
        assert_eq!(code(&judging, "clock_synchronised"), Some(ReasonCode::Stale));
    }

    #[test]
    fn findings_name_the_policy_they_are_by() {
        let (mut judging, now) = judged();
        judging.take(InForce { version: 7, ..InForce::built_in().unwrap() });
        assert_eq!((judging.in_force().version, judging.judged_by()), (7, 0));
        for topic in Topic::ALL {
            fail(&mut judging, *topic, now, ReasonCode::TimedOut);
        }
        assert!(judging.judge(now));
        assert_eq!(judging.judged_by(), 7);
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_unknown_until_it_can() {
        let (mut judging, now) = judged();
        let before = judging.findings().unwrap().len();
        let own = RuleId::new("own_newer").unwrap();
        let built_in = InForce::built_in().unwrap();
        let catalog = built_in.catalog.clone().without(&own, "own_newer.yaml:9:1: no field `x`");
        judging.take(InForce { version: 7, catalog, ..built_in.clone() });
        assert_eq!(judging.in_force().rules_unread(), std::slice::from_ref(&own), "also while the agent rests");
        let all = |judging: &mut Judging, at| {
            for topic in Topic::ALL {
                fail(judging, *topic, at, ReasonCode::NotPermitted);
            }
            assert!(judging.judge(at));
        };
        all(&mut judging, now);
        assert_eq!(code(&judging, "own_newer"), Some(ReasonCode::Unparsable));
        // A look at one topic leaves it, and another policy takes it away.
        fail(&mut judging, Topic::TimeSync, now, ReasonCode::NotPermitted);
        assert!(judging.judge(now));
        assert_eq!(
            (code(&judging, "own_newer"), judging.findings().unwrap().len()),
            (Some(ReasonCode::Unparsable), before + 1)
        );
        judging.take(InForce { version: 8, ..built_in });
        all(&mut judging, now);
        assert_eq!(judging.findings().unwrap().len(), before);
    }
}
