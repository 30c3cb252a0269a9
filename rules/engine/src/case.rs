//! Cases: hosts for which a rule must come to a given verdict.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::VerdictKind;
use tenken_model::register::Registers;
use tenken_model::{Facts, Finding, Instant};

use crate::catalog::Catalog;
use crate::judge::{Inputs, judge};
use crate::problem::{Problem, Problems, read};
use crate::rule::{ParameterSet, Rule};

/// The largest case file, in bytes.
pub const CASE_BYTES_MAX: usize = 256 << 10;

/// The cases of one rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    base: Json,
    cases: Vec<Case>,
}

/// One case: how a host differs from the base, and what must come out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    #[serde(default)]
    set: BTreeMap<String, Json>,
    #[serde(default)]
    unset: Vec<String>,
    /// The worst verdict.
    pub expect: VerdictKind,
    /// The verdict of every subject that does not pass.
    #[serde(default)]
    pub subjects: BTreeMap<String, VerdictKind>,
}

/// A host as a case describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    now: Instant,
    system: SystemFamily,
    #[serde(default)]
    facts: Map<String, Json>,
    #[serde(default)]
    registers: Map<String, Json>,
    #[serde(default)]
    parameters: BTreeMap<String, Json>,
}

impl CaseFile {
    /// Loads a case file.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new(file, text);
        read(text, CASE_BYTES_MAX, &mut problems).ok_or_else(|| problems.into_vec())
    }

    /// The cases.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Judges every case. Returns a line for each that comes out otherwise than it says.
    pub fn check(&self, catalog: &Catalog, rule: &Rule) -> Vec<String> {
        self.cases
            .iter()
            .filter_map(|case| match self.judge(catalog, rule, case) {
                Err(error) => Some(format!("{}, case `{}`: {error}", rule.id, case.name)),
                Ok(findings) => {
                    fault(case, &findings).map(|fault| format!("{}, case `{}`: {fault}", rule.id, case.name))
                }
            })
            .collect()
    }

    /// The findings of one case.
    pub fn judge(&self, catalog: &Catalog, rule: &Rule, case: &Case) -> Result<Vec<Finding>, String> {
        let mut host = self.base.clone();
        for (path, value) in &case.set {
            set(&mut host, path, value.clone())?;
        }
        for path in &case.unset {
            unset(&mut host, path)?;
        }
        let host: Described = serde_json::from_value(host).map_err(|error| error.to_string())?;
        let facts = facts(&host)?;
        let registers = registers(&host)?;
        let parameters = BTreeMap::from([(rule.id.clone(), host.parameters.clone())]);
        let parameters = ParameterSet::load(catalog, &parameters).map_err(|errors| format!("{errors:?}"))?;
        let inputs = Inputs {
            facts: &facts,
            registers: &registers,
            parameters: &parameters,
            system: host.system,
            now: host.now,
        };
        Ok(judge(rule, &inputs))
    }
}

/// What differs from what the case says.
fn fault(case: &Case, findings: &[Finding]) -> Option<String> {
    let worst = findings.iter().map(|finding| finding.verdict.kind()).max_by_key(|kind| severity(*kind))?;
    let subjects: BTreeMap<String, VerdictKind> = findings
        .iter()
        .filter_map(|finding| Some((finding.key.subject.as_ref()?.to_string(), finding.verdict.kind())))
        .collect();
    if worst != case.expect {
        return Some(format!("expected {}, judged {worst}: {findings:#?}", case.expect));
    }
    (!case.subjects.is_empty() && subjects != case.subjects)
        .then(|| format!("expected subjects {:?}, judged {subjects:?}", case.subjects))
}

/// How bad a verdict is; the worst of several counts.
pub const fn severity(kind: VerdictKind) -> u8 {
    match kind {
        VerdictKind::NotApplicable => 0,
        VerdictKind::Pass => 1,
        VerdictKind::Unknown => 2,
        VerdictKind::Fail => 3,
    }
}

fn facts(host: &Described) -> Result<Facts, String> {
    let observations: Map<String, Json> = host
        .facts
        .iter()
        .map(|(topic, outcome)| {
            let mut outcome = outcome.clone();
            let read_at = outcome.as_object_mut().and_then(|outcome| outcome.remove("read_at"));
            let observation = json!({
                "read_at": read_at.unwrap_or_else(|| json!(host.now)), "took": 0, "sources": [], "outcome": outcome,
            });
            (topic.clone(), observation)
        })
        .collect();
    if let Some(unknown) = host.facts.keys().find(|name| tenken_model::Topic::from_name(name).is_none()) {
        return Err(format!("facts: there is no topic `{unknown}`"));
    }
    serde_json::from_value(Json::Object(observations)).map_err(|error| format!("facts: {error}"))
}

fn registers(host: &Described) -> Result<Registers, String> {
    let mut whole =
        serde_json::to_value(Registers::not_given("the case has none")).map_err(|error| error.to_string())?;
    for (name, rows) in &host.registers {
        let place = whole.get_mut(name).ok_or_else(|| format!("registers: there is no `{name}`"))?;
        *place = rows.clone();
    }
    serde_json::from_value(whole).map_err(|error| format!("registers: {error}"))
}

/// Replaces the value at a path; its last name may be new, the way to it not.
fn set(host: &mut Json, path: &str, value: Json) -> Result<(), String> {
    let missing = || format!("set: there is no `{path}`");
    let (way, last) = path.rsplit_once('.').map_or(("", path), |(way, last)| (way, last));
    match walk(host, way).ok_or_else(missing)? {
        Json::Object(object) => drop(object.insert(last.to_owned(), value)),
        Json::Array(elements) => {
            let index: usize = last.parse().map_err(|_| missing())?;
            if index == elements.len() {
                elements.push(value);
            } else {
                *elements.get_mut(index).ok_or_else(missing)? = value;
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return Err(missing()),
    }
    Ok(())
}

fn unset(host: &mut Json, path: &str) -> Result<(), String> {
    let missing = || format!("unset: there is no `{path}`");
    let (way, last) = path.rsplit_once('.').map_or(("", path), |(way, last)| (way, last));
    let removed = match walk(host, way).ok_or_else(missing)? {
        Json::Object(object) => object.remove(last),
        Json::Array(elements) => {
            last.parse().ok().filter(|index| *index < elements.len()).map(|index: usize| elements.remove(index))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    };
    removed.map(drop).ok_or_else(missing)
}

fn walk<'a>(host: &'a mut Json, way: &str) -> Option<&'a mut Json> {
    way.split('.').filter(|name| !name.is_empty()).try_fold(host, |place, name| match place {
        Json::Object(object) => object.get_mut(name),
        Json::Array(elements) => elements.get_mut(name.parse::<usize>().ok()?),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    })
}
