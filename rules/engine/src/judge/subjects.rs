//! Rules that are judged for each element of a list.

use std::collections::BTreeMap;

use tenken_model::finding::Evidence;
use tenken_model::schema::Value;
use tenken_model::{Finding, Read, Reason, ReasonCode, Subject, Verdict};

use super::scope::{self, Scope};
use super::{Draft, evidence, plain};
use crate::expression::evaluate::Binding;
use crate::expression::show;
use crate::rule::{Each, Join};

/// The most elements judged one by one; what is beyond makes the host's finding unknown.
pub const SUBJECTS_MAX: usize = 5_000;

/// The host's finding, then one for each subject that does not pass.
pub(super) fn judge(draft: &Draft<'_>, scope: &Scope<'_>, each: &Each) -> Vec<Finding> {
    let evaluator = scope.evaluator();
    let elements = match evaluator.evaluate(&each.list, None).into_owned() {
        Value::List(elements) => elements,
        Value::Unknown(reason) => return vec![draft.finding(Verdict::Unknown(reason), None, Vec::new())],
        _ => {
            let reason = Reason::new(ReasonCode::Failed, "what should be listed is no list");
            return vec![draft.finding(Verdict::Unknown(reason), None, Vec::new())];
        }
    };
    let place = &each.source;
    let rows = each.join.as_ref().map(|join| (join, scope.inputs.registers.by_key(join.register)));
    let mut findings: BTreeMap<Subject, Finding> = BTreeMap::new();
    let mut judged = 0_usize;
    for (index, element) in elements.iter().take(SUBJECTS_MAX).enumerate() {
        let path = format!("{place}[{index}]");
        let Some(finding) = judge_element(draft, scope, each, rows.as_ref(), element, &path) else { continue };
        judged += 1;
        if finding.verdict == Verdict::Pass {
            continue;
        }
        let subject = subject(scope, each, element, &path);
        let finding = draft.about(subject.clone(), finding);
        match findings.get(&subject) {
            Some(other) if other.verdict == Verdict::Fail => {}
            _ => drop(findings.insert(subject, finding)),
        }
    }
    let mut all = vec![whole(draft, elements.len(), judged, &findings)];
    all.extend(findings.into_values());
    all
}

/// The host as a whole: how many were judged, and whether that was all of them.
fn whole(draft: &Draft<'_>, listed: usize, judged: usize, findings: &BTreeMap<Subject, Finding>) -> Finding {
    let count = |path: &str, number: usize| Evidence { path: path.into(), value: number.to_string(), volatile: true };
    let evidence = vec![count("judged", judged), count("not_passing", findings.len())];
    if listed > SUBJECTS_MAX {
        let detail = format!("{listed} were listed; only the first {SUBJECTS_MAX} were judged");
        return draft.finding(Verdict::Unknown(Reason::new(ReasonCode::Limit, detail)), None, evidence);
    }
    let says = findings.is_empty().then(|| plain(draft.rule, &Verdict::Pass));
    draft.finding(Verdict::Pass, says, evidence)
}

type Rows<'a> = (&'a Join, Read<BTreeMap<String, Value>>);

/// The finding for one element; `None` if the rule does not judge it.
fn judge_element(
    draft: &Draft<'_>,
    scope: &Scope<'_>,
    each: &Each,
    rows: Option<&Rows<'_>>,
    element: &Value,
    path: &str,
) -> Option<Finding> {
    let bound = Binding { name: &each.name, value: element, path, outer: None };
    let joined = rows.map(|rows| joined(scope, rows, &bound));
    let row = joined.as_ref().zip(each.join.as_ref()).map(|((value, path), join)| Binding {
        name: &join.name,
        value,
        path,
        outer: Some(&bound),
    });
    let bound = row.as_ref().unwrap_or(&bound);
    if let Some(only) = &each.only {
        match scope.condition(only, Some(bound)) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(reason) => return Some(draft.finding(Verdict::Unknown(reason), None, Vec::new())),
        }
    }
    let evaluator = scope.evaluator();
    let judged = scope::requirement(draft.rule, &evaluator, Some(bound));
    let says = scope::says(draft.rule, &judged.verdict, &evaluator, Some(bound));
    let finding = draft.finding(judged.verdict, says, evidence::of(evaluator.into_trail()));
    Some(Finding { branch: judged.branch, ..finding })
}

/// The element's register row with its place.
fn joined(scope: &Scope<'_>, (join, rows): &Rows<'_>, bound: &Binding<'_>) -> (Value, String) {
    let register = join.register.name();
    let rows = match rows {
        Read::Measured(rows) => rows,
        Read::NotRead(reason) => return (Value::Unknown(reason.clone()), format!("registers.{register}")),
    };
    match scope.evaluator().evaluate(&join.key, Some(bound)).into_owned() {
        Value::Text(key) => {
            let row = rows.get(&key).map(|row| Box::new(row.clone()));
            (Value::Optional(row), format!("registers.{register}[{key}]"))
        }
        Value::Unknown(reason) => (Value::Unknown(reason), format!("registers.{register}")),
        _ => {
            let reason = Reason::new(ReasonCode::Failed, "the key of a register row is no text");
            (Value::Unknown(reason), format!("registers.{register}"))
        }
    }
}

/// The element's name. A name that cannot be one, or is not known, is told by its place.
fn subject(scope: &Scope<'_>, each: &Each, element: &Value, path: &str) -> Subject {
    let bound = Binding { name: &each.name, value: element, path, outer: None };
    let value = scope.evaluator().evaluate(&each.subject, Some(&bound)).into_owned();
    let name: String = match &value {
        Value::Text(text) if !text.is_empty() => {
            text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(60).collect()
        }
        Value::Unknown(_) | Value::Text(_) => path.to_owned(),
        other => show::value(other, tenken_model::Language::English),
    };
    Subject::new(name).unwrap_or_else(|_| Subject::unnamed())
}
