//! Cases: hosts with the verdict a rule must give. They are the rule's examples and its test.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::VerdictKind;
use tenken_model::register::Registers;
use tenken_model::{Facts, Finding, Instant, Topic};

use crate::judge::{Inputs, judge, severity};
use crate::place::Step::{Item, Key};
use crate::problem::{Problem, Problems, read};
use crate::rule::{ParameterSet, Rule};

/// The largest case file, in bytes.
pub const FILE_BYTES_MAX: usize = 256 << 10;
/// The most cases of one rule.
pub const CASES_MAX: usize = 200;

/// The cases of one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    file: String,
    text: String,
    base: Json,
    cases: Vec<Case>,
}

/// One host and what the rule must say of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What is shown.
    pub name: String,
    /// What differs from the base, by path.
    #[serde(default)]
    pub set: BTreeMap<String, Json>,
    /// What the base has and this host has not.
    #[serde(default)]
    pub unset: Vec<String>,
    /// The worst verdict of all findings.
    pub expect: VerdictKind,
    /// The verdict of every subject that does not pass.
    #[serde(default)]
    pub subjects: BTreeMap<String, VerdictKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    base: Json,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Host {
    now: Instant,
    system: SystemFamily,
    facts: Map<String, Json>,
    #[serde(default)]
    registers: Map<String, Json>,
    #[serde(default)]
    parameters: Map<String, Json>,
}

impl CaseFile {
    /// Loads the cases of a rule.
    ///
    /// # Errors
    /// Every problem found, in the order of the file; also when no case expects a pass, a failure
    /// or an unknown. Never panics, whatever the text.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new(file, text);
        let Some(Written { base, cases }) = read(text, FILE_BYTES_MAX, &mut problems) else {
            return Err(problems.into_vec());
        };
        if cases.len() > CASES_MAX {
            problems.key(&[Key("cases")], format!("a rule has at most {CASES_MAX} cases"));
        }
        for wanted in [VerdictKind::Pass, VerdictKind::Fail, VerdictKind::Unknown] {
            if !cases.iter().any(|case| case.expect == wanted) {
                problems.key(&[Key("cases")], format!("no case expects `{wanted}`"));
            }
        }
        if problems.is_empty() {
            Ok(Self { file: file.to_owned(), text: text.to_owned(), base, cases })
        } else {
            Err(problems.into_vec())
        }
    }

    /// The cases in the order of the file.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Judges every case and returns those that come out otherwise than they say.
    pub fn check(&self, rule: &Rule) -> Vec<Problem> {
        let mut problems = Problems::new(&self.file, &self.text);
        for (index, case) in self.cases.iter().enumerate() {
            let path = [Key("cases"), Item(index)];
            match self.judge(case, rule) {
                Err(message) => problems.value(&path, format!("case `{}`: {message}", case.name)),
                Ok(findings) => {
                    for message in differences(case, &findings) {
                        problems.value(&[path[0], path[1], Key("expect")], format!("case `{}`: {message}", case.name));
                    }
                }
            }
        }
        problems.into_vec()
    }

    /// What the rule says of the host of a case.
    ///
    /// # Errors
    /// Why the case does not describe a host.
    pub fn judge(&self, case: &Case, rule: &Rule) -> Result<Vec<Finding>, String> {
        let mut host = self.base.clone();
        for path in &case.unset {
            unset(&mut host, path)?;
        }
        for (path, value) in &case.set {
            set(&mut host, path, value.clone())?;
        }
        let host: Host = serde_json::from_value(host).map_err(|error| format!("the host: {error}"))?;
        let facts = facts(host.facts, host.now)?;
        let registers = registers(host.registers)?;
        let mut parameters = ParameterSet::default();
        for (name, value) in host.parameters {
            let parameter = rule.parameters.get(&name).ok_or_else(|| format!("the rule has no parameter `{name}`"))?;
            let value = parameter.read(&value).map_err(|message| format!("parameter {name}: {message}"))?;
            parameters.insert(rule.id.clone(), name, value);
        }
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

/// How findings differ from what a case expects.
fn differences(case: &Case, findings: &[Finding]) -> Vec<String> {
    let mut found = Vec::new();
    let kinds = findings.iter().map(|finding| finding.verdict.kind());
    let worst = kinds.max_by_key(|kind| severity(*kind));
    if worst != Some(case.expect) {
        let said = findings.iter().map(|finding| format!("{:?}: {}", finding.verdict, finding.says.en));
        let said: Vec<String> = said.collect();
        let worst = worst.map_or("nothing", VerdictKind::word);
        found.push(format!("expected {}, judged {worst} ({})", case.expect, said.join("; ")));
    }
    let of = |finding: &Finding| Some((finding.key.subject.as_ref()?.to_string(), finding.verdict.kind()));
    let subjects: BTreeMap<String, VerdictKind> = findings.iter().filter_map(of).collect();
    if subjects != case.subjects {
        found.push(format!("expected subjects {:?}, judged {subjects:?}", case.subjects));
    }
    found
}

/// Facts as they would have been read at `now`, unless the case says when.
fn facts(written: Map<String, Json>, now: Instant) -> Result<Facts, String> {
    let mut observations = Map::new();
    for (topic, outcome) in written {
        if Topic::from_name(&topic).is_none() {
            return Err(format!("there is no topic `{topic}`"));
        }
        let Json::Object(mut outcome) = outcome else { return Err(format!("{topic} has no outcome")) };
        let read_at = match outcome.remove("read_at") {
            Some(at) => at,
            None => serde_json::to_value(now).map_err(|error| error.to_string())?,
        };
        let observation = serde_json::json!({"read_at": read_at, "took": 0, "sources": [], "outcome": outcome});
        observations.insert(topic, observation);
    }
    typed(&Json::Object(observations), "facts")
}

fn registers(written: Map<String, Json>) -> Result<Registers, String> {
    let none = Registers::not_given("the case gives none");
    let mut all = serde_json::to_value(&none).map_err(|error| error.to_string())?;
    if let Json::Object(all) = &mut all {
        all.extend(written);
    }
    typed(&all, "registers")
}

/// Reads a wire type as strictly as if it were written for people: what is written must come back.
fn typed<T: serde::de::DeserializeOwned + serde::Serialize>(written: &Json, what: &str) -> Result<T, String> {
    let value: T = serde_json::from_value(written.clone()).map_err(|error| format!("{what}: {error}"))?;
    let back = serde_json::to_value(&value).map_err(|error| error.to_string())?;
    match unknown_key(written, &back) {
        Some(path) => Err(format!("{what}{path} is not known")),
        None => Ok(value),
    }
}

fn unknown_key(written: &Json, back: &Json) -> Option<String> {
    match (written, back) {
        (Json::Object(written), Json::Object(back)) => written.iter().find_map(|(key, value)| match back.get(key) {
            None => Some(format!(".{key}")),
            Some(back) => unknown_key(value, back).map(|path| format!(".{key}{path}")),
        }),
        (Json::Array(written), Json::Array(back)) => {
            written.iter().zip(back).find_map(|(value, back)| unknown_key(value, back))
        }
        _ => None,
    }
}

/// What holds the last step of a path.
fn parent<'j, 'p>(host: &'j mut Json, path: &'p str) -> Result<(&'j mut Json, &'p str), String> {
    let (outer, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut at = host;
    for step in outer.split('.').filter(|step| !step.is_empty()) {
        let inner = match at {
            Json::Object(fields) => Some(fields.entry(step).or_insert_with(|| Json::Object(Map::new()))),
            Json::Array(elements) => step.parse().ok().and_then(|index: usize| elements.get_mut(index)),
            _ => None,
        };
        at = inner.ok_or_else(|| format!("`{path}` leads nowhere: there is no `{step}`"))?;
    }
    Ok((at, last))
}

fn set(host: &mut Json, path: &str, value: Json) -> Result<(), String> {
    match parent(host, path)? {
        (Json::Object(fields), last) => {
            fields.insert(last.to_owned(), value);
            Ok(())
        }
        (Json::Array(elements), last) => match last.parse::<usize>() {
            Ok(index) if index == elements.len() => {
                elements.push(value);
                Ok(())
            }
            Ok(index) => elements.get_mut(index).map(|place| *place = value).ok_or_else(|| nowhere(path)),
            Err(_) => Err(nowhere(path)),
        },
        _ => Err(nowhere(path)),
    }
}

fn unset(host: &mut Json, path: &str) -> Result<(), String> {
    let removed = match parent(host, path)? {
        (Json::Object(fields), last) => fields.remove(last).is_some(),
        (Json::Array(elements), last) => match last.parse::<usize>() {
            Ok(index) if index < elements.len() => {
                elements.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    };
    if removed { Ok(()) } else { Err(nowhere(path)) }
}

fn nowhere(path: &str) -> String {
    format!("`{path}` leads nowhere")
}
