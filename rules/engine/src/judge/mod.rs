//! Judging: facts in, findings out. Nothing that was not read ever passes.

mod conclude;
mod evidence;
mod names;
mod subjects;

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::Seen;
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::{Evidence, FindingSet, VerdictKind};
use tenken_model::observation::Outcome;
use tenken_model::register::{RegisterKind, Registers};
use tenken_model::schema::{Described, Value};
use tenken_model::{
    Facts, Finding, FindingKey, Instant, Language, NameCase, Read, Reason, ReasonCode, Span, Subject, Topic, Verdict,
};

use crate::catalog::Catalog;
use crate::expression::evaluate::{Environment, Evaluator};
use crate::rule::{Condition, ParameterSet, Rule, WhenAbsent};
use conclude::{Conclusion, both, unknown};
pub use subjects::SUBJECTS_MAX;

/// How far in the future a reading may lie before it counts as stale: clocks are stepped a little
/// when they are set, and a reading from tomorrow says nothing of today.
pub const FUTURE_MAX: Span = Span::from_secs(300);

/// What rules are judged on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The newest observations.
    pub facts: &'a Facts,
    /// The register rows that bear on this host.
    pub registers: &'a Registers,
    /// The thresholds somebody set.
    pub parameters: &'a ParameterSet,
    /// The system of this host.
    pub system: SystemFamily,
    /// The time it is.
    pub now: Instant,
}

/// Judges one rule. The host as a whole comes first. Of a rule that the dashboard judges nothing is found here.
pub fn judge(rule: &Rule, inputs: &Inputs<'_>) -> Vec<Finding> {
    let Some(asked) = Asked::of(rule) else { return Vec::new() };
    Judge::over([asked], inputs).judge(asked)
}

/// Judges some rules; what they share is prepared once. Those that the dashboard judges are left out.
pub fn judge_rules<'r>(rules: impl IntoIterator<Item = &'r Rule> + Clone, inputs: &Inputs<'_>) -> FindingSet {
    let judge = Judge::over(rules.clone().into_iter().filter_map(Asked::of), inputs);
    let findings = rules.into_iter().filter_map(Asked::of).flat_map(|asked| judge.judge(asked));
    findings.map(|finding| (finding.key.clone(), finding)).collect()
}

/// Judges every rule of a catalogue, also those of it that cannot be read.
pub fn judge_all(catalog: &Catalog, inputs: &Inputs<'_>) -> FindingSet {
    let rules: Vec<&Rule> = catalog.rules().collect();
    let mut findings = judge_rules(rules.iter().copied(), inputs);
    findings.extend(unread(catalog, inputs.now));
    findings
}

/// What is said of the rules that this program cannot read: nothing is known of them.
pub fn unread(catalog: &Catalog, now: Instant) -> impl Iterator<Item = (FindingKey, Finding)> {
    catalog.unread().iter().map(move |(rule, why)| {
        let reason = Reason::new(ReasonCode::Unparsable, format!("load {why}"));
        let Conclusion { verdict, branch, says } = conclude::unknown_because(reason, both(Language::says_unread));
        let key = FindingKey { rule: rule.clone(), subject: None };
        (key.clone(), Finding { key, verdict, says, branch, evidence: Vec::new(), observed_at: now })
    })
}

/// Which verdict counts where several meet: the larger.
pub const fn severity(kind: VerdictKind) -> u8 {
    match kind {
        VerdictKind::NotApplicable => 0,
        VerdictKind::Pass => 1,
        VerdictKind::Unknown => 2,
        VerdictKind::Fail => 3,
    }
}

/// A rule with what it is judged on here.
#[derive(Debug, Clone, Copy)]
struct Asked<'r> {
    rule: &'r Rule,
    condition: &'r Condition,
}

impl<'r> Asked<'r> {
    /// Absent where the dashboard judges the rule.
    fn of(rule: &'r Rule) -> Option<Self> {
        Some(Self { rule, condition: rule.condition()? })
    }
}

/// The inputs as expressions see them.
struct Judge<'a> {
    inputs: &'a Inputs<'a>,
    seen: BTreeMap<Topic, Seen>,
    values: BTreeMap<&'a str, Value>,
    registers: BTreeMap<&'a str, Value>,
    rows: BTreeMap<RegisterKind, Read<BTreeMap<String, Value>>>,
}

/// Whether the facts of a rule are fit to be judged.
enum Ready {
    Known,
    Absent { topic: Topic, how: String },
    Not { topic: Topic, reason: Reason },
}

impl<'a> Judge<'a> {
    fn over<'r>(rules: impl IntoIterator<Item = Asked<'r>>, inputs: &'a Inputs<'a>) -> Self {
        let (mut topics, mut registers, mut joined) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for asked in rules {
            topics.extend(asked.condition.topics.iter().copied());
            registers.extend(asked.condition.registers.iter().copied());
            joined.extend(asked.condition.each.iter().filter_map(|each| each.join.as_ref()).map(|join| join.register));
        }
        let mut seen: BTreeMap<Topic, Seen> = BTreeMap::new();
        let mut values = BTreeMap::from([("now", Value::Time(inputs.now))]);
        for topic in topics {
            let Some(Seen { read_at, outcome }) = inputs.facts.seen(topic) else { continue };
            // The fact itself is moved to where expressions look for it.
            let outcome = match outcome {
                Outcome::Known(value) => {
                    values.insert(topic.name(), value);
                    Outcome::Known(Value::Bool(true))
                }
                other => other,
            };
            seen.insert(topic, Seen { read_at, outcome });
        }
        let given = names::as_spelt(inputs);
        let case = NameCase::of(inputs.system);
        let all = |kind: RegisterKind| match kind {
            RegisterKind::Accounts => given.accounts.value(),
            RegisterKind::Devices => given.devices.value(),
            RegisterKind::BackupSets => given.backup_sets.value(),
            RegisterKind::Endpoints => given.endpoints.value(),
        };
        Self {
            inputs,
            seen,
            values,
            registers: registers.into_iter().map(|kind| (kind.name(), all(kind))).collect(),
            rows: joined.into_iter().map(|kind| (kind, names::by_key(kind, case, &given))).collect(),
        }
    }

    fn judge(&self, asked: Asked<'_>) -> Vec<Finding> {
        if !asked.condition.is_for(self.inputs.system) {
            let says = both(Language::judged_other_system);
            return vec![self.finding(asked, Conclusion::new(Verdict::NotApplicable, says), Vec::new())];
        }
        match self.ready(asked) {
            Ready::Known => {}
            Ready::Absent { topic, how } => return vec![self.absent(asked, topic, &how)],
            Ready::Not { topic, reason } => {
                let value = Value::Unknown(reason.clone());
                let seen = evidence::of(vec![(topic.name().to_owned(), value)]);
                return vec![self.finding(asked, unknown(asked, reason), seen)];
            }
        }
        let parameters = self.inputs.parameters.values(asked.rule);
        let environment = Environment { values: &self.values, parameters: &parameters, registers: &self.registers };
        let evaluator = Evaluator::with_trail(environment);
        if let Some(when) = &asked.condition.when {
            let applies = match &*evaluator.evaluate(when, None) {
                Value::Bool(true) => None,
                Value::Bool(false) => Some(Conclusion::new(
                    Verdict::NotApplicable,
                    both(|language| language.says_not_applicable(language.of(&asked.rule.title))),
                )),
                other => Some(unknown(asked, conclude::reason_of(other))),
            };
            if let Some(conclusion) = applies {
                return vec![self.finding(asked, conclusion, evidence::of(evaluator.into_trail()))];
            }
        }
        if let Some(each) = &asked.condition.each {
            return self.judge_each(asked, each, environment);
        }
        let conclusion = conclude::conclude(asked, &evaluator, None);
        vec![self.finding(asked, conclusion, evidence::of(evaluator.into_trail()))]
    }

    /// An absence that was measured decides before anything that could not be read.
    fn ready(&self, asked: Asked<'_>) -> Ready {
        let mut not = None;
        for topic in asked.condition.topics.iter().copied() {
            match self.fit(asked, topic) {
                Ready::Known => {}
                absent @ Ready::Absent { .. } if asked.condition.when_absent.is_some() => return absent,
                other => not = not.or(Some(other)),
            }
        }
        not.unwrap_or(Ready::Known)
    }

    fn fit(&self, asked: Asked<'_>, topic: Topic) -> Ready {
        let Some(seen) = self.seen.get(&topic) else { return Ready::Not { topic, reason: Seen::never(topic) } };
        let age = Span::between(seen.read_at, self.inputs.now);
        let name = topic.name();
        if age > asked.condition.max_age {
            let detail = format!("{name} was read {age} ago; the rule takes at most {}", asked.condition.max_age);
            return Ready::Not { topic, reason: Reason::new(ReasonCode::Stale, detail) };
        }
        if age.millis() < -FUTURE_MAX.millis() {
            let detail = format!("{name} was read {} in the future; was the clock set back?", age.abs());
            return Ready::Not { topic, reason: Reason::new(ReasonCode::Stale, detail) };
        }
        match &seen.outcome {
            Outcome::Known(_) => Ready::Known,
            Outcome::Absent(how) => Ready::Absent { topic, how: how.clone() },
            Outcome::Failed(reason) => Ready::Not { topic, reason: reason.clone() },
        }
    }

    fn absent(&self, asked: Asked<'_>, topic: Topic, how: &str) -> Finding {
        let conclusion = match asked.condition.when_absent {
            Some(WhenAbsent::Fail) => {
                let parameters = self.inputs.parameters.values(asked.rule);
                let values = BTreeMap::from([("now", Value::Time(self.inputs.now))]);
                let environment = Environment { values: &values, parameters: &parameters, registers: &self.registers };
                let evaluator = Evaluator::new(environment);
                let says = conclude::say(&asked.condition.says.fail, &evaluator, None)
                    .unwrap_or_else(|| both(|language| language.judged_lacking(&language.absent(topic))));
                Conclusion::new(Verdict::Fail, says)
            }
            Some(WhenAbsent::NotApplicable) => Conclusion::new(
                Verdict::NotApplicable,
                both(|language| language.judged_nothing_there(&language.absent(topic))),
            ),
            None => unknown(asked, Reason::new(ReasonCode::Missing, how)),
        };
        self.finding(asked, conclusion, vec![evidence::absent(topic, how)])
    }

    fn finding(&self, asked: Asked<'_>, conclusion: Conclusion, evidence: Vec<Evidence>) -> Finding {
        self.finding_about(asked, None, conclusion, evidence)
    }

    fn finding_about(
        &self,
        asked: Asked<'_>,
        subject: Option<Subject>,
        conclusion: Conclusion,
        evidence: Vec<Evidence>,
    ) -> Finding {
        let oldest =
            asked.condition.topics.iter().filter_map(|topic| self.seen.get(topic)).map(|seen| seen.read_at).min();
        Finding {
            key: FindingKey { rule: asked.rule.id.clone(), subject },
            verdict: conclusion.verdict,
            says: conclusion.says,
            branch: conclusion.branch,
            evidence,
            observed_at: oldest.unwrap_or(self.inputs.now),
        }
    }
}
