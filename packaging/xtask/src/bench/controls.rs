//! What the tools ask alike.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Deserialize;
use tenken_engine::{Catalog, Problem};
use tenken_model::fact::system::SystemFamily;

/// Which tests of other tools ask what a rule asks.
const ALIKE: &str = include_str!("controls.yaml");

/// The tests of other tools that ask what one rule asks, or a part of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alike {
    /// Tests of lynis.
    #[serde(default)]
    pub(super) lynis: BTreeSet<String>,
    /// Rules of the SCAP Security Guide, without what all their names begin with.
    #[serde(default)]
    pub(super) openscap: BTreeSet<String>,
}

/// What is compared.
pub(super) struct Controls {
    /// Every rule that an agent judges on a Linux host.
    pub(super) rules: BTreeSet<String>,
    /// By rule.
    pub(super) alike: BTreeMap<String, Alike>,
}

/// Another tool that checks a host once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    Lynis,
    OpenScap,
}

/// How many of the rules one tool decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Score {
    /// It asks something of the kind.
    pub(super) asked: usize,
    /// It said in this run how it stands.
    pub(super) decided: usize,
    /// Of those that it asks, the agent said in this run how it stands.
    pub(super) agent_decided: usize,
}

impl Alike {
    fn of(&self, other: Other) -> &BTreeSet<String> {
        match other {
            Other::Lynis => &self.lynis,
            Other::OpenScap => &self.openscap,
        }
    }
}

impl Controls {
    /// Every test of a tool that is named.
    pub(super) fn tests(&self, other: Other) -> BTreeSet<&str> {
        self.alike.values().flat_map(|alike| alike.of(other)).map(String::as_str).collect()
    }

    /// How far a tool got, of which the tests are known that gave a verdict. One test is enough.
    pub(super) fn decided(&self, other: Other, verdicts: &BTreeSet<String>, agent: &BTreeSet<String>) -> Score {
        let asked = || self.alike.iter().filter(|(_, alike)| !alike.of(other).is_empty());
        Score {
            asked: asked().count(),
            decided: asked().filter(|(_, alike)| !alike.of(other).is_disjoint(verdicts)).count(),
            agent_decided: asked().filter(|(rule, _)| agent.contains(*rule)).count(),
        }
    }
}

/// Reads the rules and what asks the same.
pub(super) fn load() -> Result<Controls> {
    let catalog = Catalog::embedded().map_err(|found: Vec<Problem>| anyhow!("{found:?}"))?;
    let is_for_linux = |systems: &[SystemFamily]| systems.is_empty() || systems.contains(&SystemFamily::Linux);
    let rules = catalog
        .rules()
        .filter(|rule| rule.condition().is_some_and(|condition| is_for_linux(&condition.systems)))
        .map(|rule| rule.id.to_string())
        .collect();
    let controls = Controls { rules, alike: serde_yaml::from_str(ALIKE).context("reading controls.yaml")? };
    let strange: Vec<&str> =
        controls.alike.keys().map(String::as_str).filter(|rule| !controls.rules.contains(*rule)).collect();
    if !strange.is_empty() {
        bail!("controls.yaml names what no agent judges on Linux: {}", strange.join(", "));
    }
    Ok(controls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_compared_are_rules_of_this_catalogue() {
        let controls = load().unwrap();
        assert!(controls.rules.len() > 80 && controls.rules.len() > controls.alike.len());
        assert!(controls.alike.values().all(|alike| !alike.lynis.is_empty() || !alike.openscap.is_empty()));
        assert!(controls.rules.contains("clock_synchronised") && !controls.rules.contains("lsa_process_protected"));
        let named = ALIKE.lines().filter_map(|line| line.strip_suffix(':'));
        assert!(named.is_sorted(), "rules in controls.yaml are in the order of the alphabet");
    }

    #[test]
    fn one_verdict_of_several_tests_decides() {
        let text = "a:\n  lynis: [A-1, A-2]\nb:\n  lynis: [B-1]\n  openscap: [b]\nc:\n  openscap: [c]\n";
        let controls = Controls { rules: set(&["a", "b", "c", "d"]), alike: serde_yaml::from_str(text).unwrap() };
        let agent = set(&["b", "c", "d"]);
        let lynis = controls.decided(Other::Lynis, &set(&["A-2", "Z-1"]), &agent);
        assert_eq!(lynis, Score { asked: 2, decided: 1, agent_decided: 1 });
        let openscap = controls.decided(Other::OpenScap, &set(&[]), &agent);
        assert_eq!(openscap, Score { asked: 2, decided: 0, agent_decided: 2 });
        assert_eq!(controls.tests(Other::Lynis).into_iter().collect::<Vec<_>>(), ["A-1", "A-2", "B-1"]);
        assert!(serde_yaml::from_str::<Alike>("tiger: [A-1]").is_err());
    }
}
