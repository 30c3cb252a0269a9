//! Looking a text over: everything that is wrong with it, with line and column. Pure.

use tenken_engine::case::Case;
use tenken_engine::judge::severity;
use tenken_engine::{CaseFile, Problem, Rule};
use tenken_model::finding::VerdictKind;
use tenken_model::{Language, RuleId};

/// What a text is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Linted {
    /// The rule, if nothing is wrong with it.
    pub rule: Option<Rule>,
    /// What is wrong with the rule, in the order of its text.
    pub problems: Vec<Problem>,
    /// What is wrong with its cases, in the order of their text; also cases that come out otherwise than they say.
    pub case_problems: Vec<Problem>,
    /// Every case with what the rule says of it; none while the rule or the cases cannot be read.
    pub cases: Vec<CaseTried>,
}

/// A case with what the rule says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTried {
    /// Its name.
    pub name: String,
    /// What it expects.
    pub expect: VerdictKind,
    /// What the rule says; absent if the case describes no host.
    pub judged: Option<VerdictKind>,
}

impl Linted {
    /// Nothing is wrong with the rule or its cases.
    pub fn is_good(&self) -> bool {
        self.rule.is_some() && self.problems.is_empty() && self.case_problems.is_empty()
    }
}

/// Looks over the text of an own rule, and its cases unless they are empty.
pub fn lint(id: &RuleId, text: &str, cases: &str) -> Linted {
    let file = format!("{id}.yaml");
    let (rule, problems) = match Rule::load(&file, text) {
        Ok(rule) if rule.telling().is_some() => (None, vec![judged_here(&file, text)]),
        Ok(rule) => (Some(rule), Vec::new()),
        Err(problems) => (None, problems),
    };
    let mut linted = Linted { rule, problems, case_problems: Vec::new(), cases: Vec::new() };
    if cases.trim().is_empty() {
        return linted;
    }
    match CaseFile::load(&format!("{id}.cases.yaml"), cases) {
        Err(problems) => linted.case_problems = problems,
        Ok(file) => {
            if let Some(rule) = &linted.rule {
                linted.case_problems = file.check(rule);
                linted.cases = file.cases().iter().map(|case| tried(&file, case, rule)).collect();
            }
        }
    }
    linted
}

fn tried(file: &CaseFile, case: &Case, rule: &Rule) -> CaseTried {
    let findings = file.judge(case, rule).ok();
    let kinds = findings.iter().flatten().map(|finding| finding.verdict.kind());
    CaseTried { name: case.name.clone(), expect: case.expect, judged: kinds.max_by_key(|kind| severity(*kind)) }
}

/// How the dashboard judges is a program of it, which nobody can write here.
fn judged_here(file: &str, text: &str) -> Problem {
    let line = text.lines().position(|line| line.starts_with("judged_by")).map_or(1, |at| at + 1);
    let message = Language::English.own_rule_judged_by();
    Problem { file: file.to_owned(), line, column: 1, message }
}
