//! Judging each element of a list: one finding for each that does not pass; one for the host while all pass, or
//! for what keeps all of them from being known.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use tenken_model::finding::{Evidence, VerdictKind};
use tenken_model::schema::Value;
use tenken_model::{Finding, NameCase, Read, Reason, ReasonCode, Subject, Verdict};

use super::conclude::{self, Conclusion, both, reason_of, unknown};
use super::{Asked, Judge, evidence, names, severity};
use crate::expression::evaluate::{Binding, Environment, Evaluator, STEPS_MAX};
use crate::rule::{Each, Join};

/// The most elements judged; the rest are counted and make the host's finding unknown.
pub const SUBJECTS_MAX: usize = 5_000;
/// How often the steps of one expression a whole list may take.
const STEPS_FACTOR: u32 = 2;

impl Judge<'_> {
    /// Judges each element. What is said of the host as a whole comes first.
    pub(super) fn judge_each(&self, asked: Asked<'_>, each: &Each, environment: Environment<'_>) -> Vec<Finding> {
        let evaluator = Evaluator::with_trail(environment);
        let list = evaluator.evaluate(&each.list, None).into_owned();
        let Value::List(elements) = &list else {
            return vec![self.finding(asked, unknown(asked, reason_of(&list)), evidence::of(evaluator.into_trail()))];
        };
        let shared = each.join.as_ref().and_then(|join| self.not_given(join));
        let mut withheld = 0;
        let mut found: BTreeMap<Subject, Finding> = BTreeMap::new();
        let mut judged = 0;
        let mut steps = STEPS_MAX.saturating_mul(STEPS_FACTOR);
        for (index, element) in elements.iter().take(SUBJECTS_MAX).enumerate() {
            let one = Element { judge: self, asked, each, environment, index, value: element };
            let (subject, finding) = match one.judge(&mut steps) {
                Judged::Not => continue,
                Judged::Passes => {
                    judged += 1;
                    continue;
                }
                Judged::Found(subject, finding) => (subject, *finding),
            };
            judged += 1;
            if shared.is_some() && shared == finding.verdict.reason() {
                withheld += 1;
                continue;
            }
            match found.entry(subject) {
                Entry::Vacant(place) => {
                    place.insert(finding);
                }
                Entry::Occupied(mut place) => {
                    if severity(finding.verdict.kind()) > severity(place.get().verdict.kind()) {
                        place.insert(finding);
                    }
                }
            }
        }
        let whole = if elements.len() > SUBJECTS_MAX {
            let there = elements.len();
            let detail = format!("{} has {there} elements; only the first {SUBJECTS_MAX} were judged", each.source);
            Some(unknown(asked, Reason::new(ReasonCode::Limit, detail)))
        } else if let Some(reason) = shared.filter(|_| withheld > 0) {
            Some(unknown(asked, reason.clone()))
        } else {
            found.is_empty().then(|| all_pass(asked, environment))
        };
        let host = whole.map(|whole| self.finding(asked, whole, seen(each, environment, judged, withheld, &found)));
        host.into_iter().chain(found.into_values()).collect()
    }

    /// Why a register has no rows. What rests on that alone is said once of the host, not of every element.
    fn not_given(&self, join: &Join) -> Option<&Reason> {
        match self.rows.get(&join.register) {
            Some(Read::NotRead(reason)) => Some(reason),
            Some(Read::Measured(_)) | None => None,
        }
    }

    /// The register row beside an element, with its place. The key is no evidence: it names the element.
    fn row(&self, join: &Join, environment: Environment<'_>, element: &Binding<'_>) -> (String, Value) {
        let evaluator = Evaluator::new(environment);
        let key = match &*evaluator.evaluate(&join.key, Some(element)) {
            Value::Text(key) => key.clone(),
            other => return (String::new(), Value::Unknown(reason_of(other))),
        };
        let case = NameCase::of(self.inputs.system);
        let row = match self.rows.get(&join.register) {
            Some(Read::Measured(rows)) => {
                Value::Optional(rows.get(&*names::key(join.register, case, &key)).cloned().map(Box::new))
            }
            Some(Read::NotRead(reason)) => Value::Unknown(reason.clone()),
            None => {
                let detail = format!("the register {} was not given", join.register.name());
                Value::Unknown(Reason::new(ReasonCode::NotConfigured, detail))
            }
        };
        (format!("registers.{}[{key}]", join.register.name()), row)
    }
}

/// What it means that each element passes: the list may not be all there is.
fn all_pass(asked: Asked<'_>, environment: Environment<'_>) -> Conclusion {
    let evaluator = Evaluator::new(environment);
    let unknown_when = asked.condition.whole_unknown_when.as_ref();
    match unknown_when.map(|unknown_when| evaluator.evaluate(unknown_when, None).into_owned()) {
        None | Some(Value::Bool(false)) => passes(asked, environment),
        Some(Value::Bool(true)) => conclude::inconclusive(asked, &evaluator, None),
        Some(other) => unknown(asked, reason_of(&other)),
    }
}

/// All pass.
fn passes(asked: Asked<'_>, environment: Environment<'_>) -> Conclusion {
    let said = conclude::say(&asked.condition.says.pass, &Evaluator::new(environment), None);
    let says = said.unwrap_or_else(|| both(|language| language.says_pass(language.of(&asked.rule.title))));
    Conclusion::new(Verdict::Pass, says)
}

/// How many elements were judged and how they came out, and the thresholds that held.
fn seen(
    each: &Each,
    environment: Environment<'_>,
    judged: usize,
    withheld: usize,
    found: &BTreeMap<Subject, Finding>,
) -> Vec<Evidence> {
    let of = |kind| found.values().filter(|finding| finding.verdict.kind() == kind).count();
    let (failing, unknown) = (of(VerdictKind::Fail), of(VerdictKind::Unknown) + withheld);
    let mut seen = evidence::counts(&each.source, judged, failing, unknown);
    let parameters = environment.parameters.iter();
    seen.extend(evidence::of(parameters.map(|(name, value)| (format!("params.{name}"), value.clone())).collect()));
    seen
}

/// How an element came out.
enum Judged {
    Not,
    Passes,
    Found(Subject, Box<Finding>),
}

/// One element that is to be judged.
struct Element<'j> {
    judge: &'j Judge<'j>,
    asked: Asked<'j>,
    each: &'j Each,
    environment: Environment<'j>,
    index: usize,
    value: &'j Value,
}

impl Element<'_> {
    /// Takes its steps from `steps`.
    fn judge(&self, steps: &mut u32) -> Judged {
        let budget = (*steps).min(STEPS_MAX);
        let evaluator = Evaluator::new(self.environment).within_steps(budget);
        let conclusion = self.conclude(&evaluator);
        *steps -= budget - evaluator.steps_left();
        match conclusion.map(|conclusion| conclusion.verdict) {
            None => return Judged::Not,
            Some(Verdict::Pass | Verdict::NotApplicable) => return Judged::Passes,
            Some(Verdict::Fail | Verdict::Unknown(_)) => {}
        }
        // Once more for the evidence, which most elements do not need.
        let evaluator = Evaluator::with_trail(self.environment).within_steps(budget);
        let Some(conclusion) = self.conclude(&evaluator) else { return Judged::Not };
        let subject = self.subject(&Evaluator::new(self.environment));
        let seen = evidence::of(evaluator.into_trail());
        let finding = self.judge.finding_about(self.asked, Some(subject.clone()), conclusion, seen);
        Judged::Found(subject, Box::new(finding))
    }

    /// `None` if the element is not to be judged.
    fn conclude(&self, evaluator: &Evaluator<'_>) -> Option<Conclusion> {
        let path = format!("{}[{}]", self.each.source, self.subject(evaluator).as_str());
        let element = Binding { name: &self.each.name, value: self.value, path: &path, outer: None };
        let Some(join) = &self.each.join else { return self.within(evaluator, &element) };
        let (path, row) = self.judge.row(join, self.environment, &element);
        let row = Binding { name: &join.name, value: &row, path: &path, outer: Some(&element) };
        self.within(evaluator, &row)
    }

    fn within(&self, evaluator: &Evaluator<'_>, bound: &Binding<'_>) -> Option<Conclusion> {
        if let Some(only) = &self.each.only {
            match &*evaluator.evaluate(only, Some(bound)) {
                Value::Bool(true) => {}
                Value::Bool(false) => return None,
                other => return Some(unknown(self.asked, reason_of(other))),
            }
        }
        Some(conclude::conclude(self.asked, evaluator, Some(bound)))
    }

    /// What names the element. A name that cannot be one is made one, because an element must not
    /// escape judging by what it is called.
    fn subject(&self, evaluator: &Evaluator<'_>) -> Subject {
        let element = Binding { name: &self.each.name, value: self.value, path: "", outer: None };
        match &*evaluator.evaluate(&self.each.subject, Some(&element)) {
            Value::Text(text) if !text.trim().is_empty() => Subject::nearest(text),
            _ => Subject::nearest(&format!("{}[{}]", self.each.source, self.index)),
        }
    }
}
