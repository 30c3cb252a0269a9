//! What the agent was asked and what it said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// What of a check is read here.
#[derive(Deserialize)]
struct Check {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    key: Key,
    verdict: Said,
}

#[derive(Deserialize)]
struct Key {
    rule: String,
}

/// From what says least of a rule to what says most: one thing that fails decides, and otherwise one that is unknown keeps
/// the rule open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    NotApplicable,
    Pass,
    Unknown,
    Fail,
}

/// One check of this host, printed for programs.
pub(super) fn command(agent: &Path) -> Vec<String> {
    let words = ["check", "--format", "json"].map(str::to_owned);
    [agent.display().to_string()].into_iter().chain(words).collect()
}

/// The rules that a check decided, from what it printed.
pub(super) fn verdicts(printed: &Path) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(printed).with_context(|| format!("reading {}", printed.display()))?;
    let decided = decided(&text)?;
    if decided.is_empty() {
        bail!("the agent decided nothing: see {}", printed.display());
    }
    Ok(decided)
}

fn decided(text: &str) -> Result<BTreeSet<String>> {
    let check: Check = serde_json::from_str(text).context("reading what the agent printed")?;
    let mut said: BTreeMap<String, Said> = BTreeMap::new();
    for finding in check.findings {
        let of_rule = said.entry(finding.key.rule).or_insert(finding.verdict);
        *of_rule = finding.verdict.max(*of_rule);
    }
    Ok(said.into_iter().filter(|(_, said)| matches!(said, Said::Pass | Said::Fail)).map(|(rule, _)| rule).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_decided_where_nothing_of_it_is_open_or_something_fails() {
        let finding = |rule: &str, verdict: &str| format!(r#"{{"key": {{"rule": "{rule}"}}, "verdict": "{verdict}"}}"#);
        let findings = [
            finding("a", "pass"),
            finding("b", "not_applicable"),
            finding("c", "pass"),
            finding("c", "unknown"),
            finding("d", "unknown"),
            finding("d", "fail"),
            finding("e", "unknown"),
        ];
        let decided = decided(&format!(r#"{{"format": 1, "findings": [{}]}}"#, findings.join(","))).unwrap();
        assert_eq!(decided.into_iter().collect::<Vec<_>>(), ["a", "d"]);
        assert!(super::decided(r#"{"findings": [{"key": {"rule": "a"}, "verdict": "perhaps"}]}"#).is_err());
        assert!(super::decided("").is_err());
    }
}
