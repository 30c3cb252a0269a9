//! `docs/pitfalls.md`: ways in which a check alarms wrongly or keeps calm wrongly, each with the tests that show that this one
//! does not. The table is written by hand; that what it names is there is checked, so that a test that goes is missed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The table.
pub(crate) const FILE: &str = "docs/pitfalls.md";
/// How many there are. None may be left out of the table.
const PITFALLS: usize = 52;
/// In place of tests where nothing can be shown yet.
const LATER: &str = "later";

/// What of the tree a row can name.
#[derive(Default)]
pub(crate) struct Shown {
    functions: BTreeSet<String>,
    cases: BTreeMap<String, BTreeSet<String>>,
}

impl Shown {
    /// Adds the tests of a file: functions of Rust, and hosts and cases of rules.
    pub(crate) fn add(&mut self, name: &str, text: &str) {
        let path = Path::new(name);
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => self.functions.extend(functions(text).map(str::to_owned)),
            Some("yaml") if name.starts_with("rules/catalog/") || name.starts_with("agent/tests/corpus/") => {
                let file = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
                let rule = file.strip_suffix(".cases").unwrap_or(file);
                let named = text.lines().filter_map(|line| line.strip_prefix("  - name: "));
                let cases = self.cases.entry(rule.to_owned()).or_default();
                cases.extend(named.map(|name| name.trim().trim_matches('"').to_owned()));
            }
            _ => {}
        }
    }

    /// A test is there: `a_function`, or `a_rule: one of its hosts or cases`.
    fn has(&self, named: &str) -> bool {
        match named.split_once(": ") {
            Some((rule, case)) => self.cases.get(rule).is_some_and(|cases| cases.contains(case)),
            None => self.functions.contains(named),
        }
    }
}

/// The functions below an attribute that makes them tests.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    let mut is_test = false;
    text.lines().map(str::trim_start).filter_map(move |line| {
        if line.starts_with("#[") {
            is_test |= line.contains("test]") || line.contains("test(");
            return None;
        }
        if !is_test || line.starts_with("//") {
            return None;
        }
        is_test = false;
        let after = line.trim_start_matches("async ").strip_prefix("fn ")?;
        after.split('(').next()
    })
}

/// Says what is wrong with the table.
pub(crate) fn check(table: &str, shown: &Shown, faults: &mut Vec<String>) {
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| P"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let numbers: Vec<&str> = rows.iter().filter_map(|row| row.first().copied()).collect();
    let expected: Vec<String> = (1..=PITFALLS).map(|number| format!("P{number}")).collect();
    if numbers != expected {
        faults.push(format!("{FILE}: it has to have P1 to P{PITFALLS}, each once and in order"));
    }
    for row in &rows {
        let [number, _, _, tests] = row.as_slice() else {
            faults.push(format!("{FILE}: {} has not four columns", row.first().unwrap_or(&"a row")));
            continue;
        };
        if *tests == LATER {
            continue;
        }
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            faults.push(format!("{FILE}: {number} names no test; `{LATER}` where there can be none yet"));
        }
        for missing in named.iter().filter(|named| !shown.has(named)) {
            faults.push(format!("{FILE}: {number} names {missing}, and no test is called so"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Shown {
        let mut shown = Shown::default();
        shown.add(
            "a/b.rs",
            "#[test]\nfn one() {}\n#[tokio::test]\n#[cfg(unix)]\nasync fn two() {}\n    fn three() {}\n",
        );
        shown.add("agent/tests/corpus/a_rule.yaml", "hosts:\n  - name: at the limit\n    expect: pass\n");
        shown.add("rules/catalog/technical/a_rule.cases.yaml", "cases:\n  - name: \"beyond: it\"\n    expect: fail\n");
        shown.add("docs/x.yaml", "  - name: elsewhere\n");
        shown
    }

    fn faults(tests: &str) -> Vec<String> {
        let rows = (1..=PITFALLS)
            .map(|number| format!("| P{number} | what | where | {} |\n", if number == 3 { tests } else { LATER }));
        let mut faults = Vec::new();
        check(&rows.collect::<String>(), &shown(), &mut faults);
        faults
    }

    #[test]
    fn tests_of_every_kind_are_found() {
        for tests in ["`one`", "`two`, `one`", "`a_rule: at the limit`", "`a_rule: beyond: it`, `one`", LATER] {
            assert_eq!(faults(tests), Vec::<String>::new(), "{tests}");
        }
    }

    #[test]
    fn what_is_not_there_is_told() {
        for tests in ["`three`", "`a_rule: elsewhere`", "`another_rule: at the limit`", "`one`, `four`", "one", ""] {
            assert_eq!(faults(tests).len(), 1, "{tests}");
        }
        let mut faults = Vec::new();
        check("| P1 | what | where | later |\n| P3 | what | later |\n", &shown(), &mut faults);
        assert_eq!(faults.len(), 2, "{faults:?}");
    }
}
