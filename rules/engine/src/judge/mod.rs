//! Facts against rules: one finding for the host, and one for each subject that does not pass.

mod evidence;
mod scope;
mod subjects;

pub use subjects::SUBJECTS_MAX;

use std::collections::BTreeMap;

use tenken_model::fact::Seen;
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::{Bilingual, FindingSet};
use tenken_model::observation::Outcome;
use tenken_model::register::Registers;
use tenken_model::schema::Value;
use tenken_model::{Facts, Finding, FindingKey, Instant, Language, Reason, ReasonCode, Span, Subject, Verdict};

use crate::catalog::Catalog;
use crate::rule::{ParameterSet, Rule, WhenAbsent};
use scope::Scope;

/// How far in the future a reading may lie before its age cannot be told: clocks of one host differ by nothing,
/// so more means that the clock was set back since.
pub const AHEAD_MAX: Span = Span::from_secs(300);

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The newest observations of the host.
    pub facts: &'a Facts,
    /// The register rows that bear on it.
    pub registers: &'a Registers,
    /// Parameters that differ from the rules' defaults.
    pub parameters: &'a ParameterSet,
    /// The family of its operating system.
    pub system: SystemFamily,
    /// The time of judging.
    pub now: Instant,
}

/// The findings of every rule of a catalogue.
pub fn judge_all(catalog: &Catalog, inputs: &Inputs<'_>) -> FindingSet {
    catalog.rules().flat_map(|rule| judge(rule, inputs)).map(|finding| (finding.key.clone(), finding)).collect()
}

/// The findings of one rule: first that of the host as a whole.
pub fn judge(rule: &Rule, inputs: &Inputs<'_>) -> Vec<Finding> {
    let observed_at = rule
        .topics
        .iter()
        .filter_map(|topic| inputs.facts.seen(*topic))
        .map(|seen| seen.read_at)
        .min()
        .unwrap_or(inputs.now);
    let draft = Draft { rule, observed_at };
    if !rule.is_for(inputs.system) {
        return vec![draft.finding(Verdict::NotApplicable, None, Vec::new())];
    }
    let topics = match read_topics(rule, inputs) {
        Ok(topics) => topics,
        Err(verdict) => return vec![draft.finding(verdict, None, Vec::new())],
    };
    let scope = Scope::new(rule, inputs, topics);
    if let Some(when) = &rule.when {
        match scope.condition(when, None) {
            Ok(true) => {}
            Ok(false) => return vec![draft.finding(Verdict::NotApplicable, None, Vec::new())],
            Err(reason) => return vec![draft.finding(Verdict::Unknown(reason), None, Vec::new())],
        }
    }
    match &rule.each {
        None => vec![draft.whole(&scope)],
        Some(each) => subjects::judge(&draft, &scope, each),
    }
}

/// The facts a rule rests on, or the verdict where one of them cannot serve.
fn read_topics(rule: &Rule, inputs: &Inputs<'_>) -> Result<BTreeMap<&'static str, Value>, Verdict> {
    let mut values = BTreeMap::new();
    let mut absent = false;
    let mut unread = None;
    for topic in &rule.topics {
        match inputs.facts.seen(*topic) {
            None => unread = unread.or(Some(Seen::never(*topic))),
            Some(seen) => match seen.outcome {
                Outcome::Failed(reason) => unread = unread.or(Some(reason)),
                _ if too_old(rule, seen.read_at, inputs.now) => {
                    let detail =
                        format!("{} was read at {}, more than {} ago", topic.name(), seen.read_at, rule.max_age);
                    unread = unread.or(Some(Reason::new(ReasonCode::Stale, detail)));
                }
                Outcome::Absent(how) => match rule.when_absent {
                    None => {
                        let detail =
                            format!("{} is absent ({how}), and the rule does not say what that means", topic.name());
                        unread = unread.or(Some(Reason::new(ReasonCode::Missing, detail)));
                    }
                    Some(WhenAbsent::Fail | WhenAbsent::NotApplicable) => absent = true,
                },
                Outcome::Known(value) => drop(values.insert(topic.name(), value)),
            },
        }
    }
    match (absent, rule.when_absent, unread) {
        (true, Some(WhenAbsent::NotApplicable), _) => Err(Verdict::NotApplicable),
        (true, Some(WhenAbsent::Fail), _) => Err(Verdict::Fail),
        (_, _, Some(reason)) => Err(Verdict::Unknown(reason)),
        (_, _, None) => Ok(values),
    }
}

fn too_old(rule: &Rule, read_at: Instant, now: Instant) -> bool {
    let age = Span::between(read_at, now);
    age > rule.max_age || age.millis() < -AHEAD_MAX.millis()
}

/// What all findings of one rule share.
struct Draft<'a> {
    rule: &'a Rule,
    observed_at: Instant,
}

impl Draft<'_> {
    /// The host as a whole, for a rule without subjects.
    fn whole(&self, scope: &Scope<'_>) -> Finding {
        let evaluator = scope.evaluator();
        let judged = scope::requirement(self.rule, &evaluator, None);
        let says = scope::says(self.rule, &judged.verdict, &evaluator, None);
        let evidence = evidence::of(evaluator.into_trail());
        Finding { branch: judged.branch, ..self.finding(judged.verdict, says, evidence) }
    }

    fn finding(
        &self,
        verdict: Verdict,
        says: Option<Bilingual>,
        evidence: Vec<tenken_model::finding::Evidence>,
    ) -> Finding {
        let says = says.unwrap_or_else(|| plain(self.rule, &verdict));
        Finding {
            key: FindingKey { rule: self.rule.id.clone(), subject: None },
            verdict,
            says,
            branch: None,
            evidence,
            observed_at: self.observed_at,
        }
    }

    fn about(&self, subject: Subject, finding: Finding) -> Finding {
        Finding { key: FindingKey { rule: self.rule.id.clone(), subject: Some(subject) }, ..finding }
    }
}

/// A sentence made of the title, where the rule's own sentence has nothing to fill in.
fn plain(rule: &Rule, verdict: &Verdict) -> Bilingual {
    let say = |language: Language| {
        let title = language.of(&rule.title);
        match verdict {
            Verdict::Pass => language.says_pass(title),
            Verdict::Fail => language.says_fail(title),
            Verdict::Unknown(_) => language.says_unknown(title),
            Verdict::NotApplicable => language.says_not_applicable(title),
        }
    };
    Bilingual { ja: say(Language::Japanese), en: say(Language::English) }
}
