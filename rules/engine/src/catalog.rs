//! The catalogue: all rules by id, with the built-in one embedded when Tenken is compiled.

use std::collections::BTreeMap;

use tenken_model::RuleId;
use tenken_model::digest::Digest;

use crate::problem::Problem;
use crate::rule::Rule;

/// The most rules a catalogue holds.
pub const RULES_MAX: usize = 1_000;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
}

/// Rules by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    rules: BTreeMap<RuleId, Rule>,
}

impl Catalog {
    /// The built-in rules.
    ///
    /// # Errors
    /// Never in a build whose tests passed: they load it.
    pub fn embedded() -> Result<Self, Vec<Problem>> {
        Self::load(Self::embedded_sources().iter().copied())
    }

    /// The built-in rule files: path and text.
    pub const fn embedded_sources() -> &'static [(&'static str, &'static str)] {
        embedded::RULES
    }

    /// The built-in case files: path and text.
    pub const fn embedded_cases() -> &'static [(&'static str, &'static str)] {
        embedded::CASES
    }

    /// Loads rules from their files' names and texts.
    ///
    /// # Errors
    /// The problems of all files.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<Problem>> {
        let mut rules: BTreeMap<RuleId, Rule> = BTreeMap::new();
        let mut problems = Vec::new();
        let mut whole = |file: &str, message: String| {
            problems.push(Problem { file: file.to_owned(), line: 1, column: 1, message });
        };
        let mut broken = Vec::new();
        for (count, (file, text)) in files.into_iter().enumerate() {
            if count >= RULES_MAX {
                whole(file, format!("a catalogue has at most {RULES_MAX} rules"));
                break;
            }
            match Rule::load(file, text) {
                Ok(rule) if rules.contains_key(&rule.id) => whole(file, format!("rule {} is there already", rule.id)),
                Ok(rule) => {
                    rules.insert(rule.id.clone(), rule);
                }
                Err(found) => broken.extend(found),
            }
        }
        problems.extend(broken);
        problems.sort();
        if problems.is_empty() { Ok(Self { rules }) } else { Err(problems) }
    }

    /// This catalogue with more rules. One whose id is taken is left out: what is built in counts.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = Rule>) -> Self {
        let mut rules = self.rules.clone();
        for rule in more {
            rules.entry(rule.id.clone()).or_insert(rule);
        }
        Self { rules }
    }

    /// What judging needs, and no more: without rules that the dashboard judges, and without what only people read and the
    /// files the rules came from. An agent that rests keeps this one, whose [`Self::sources`] say nothing.
    #[must_use]
    pub fn only_judging(self) -> Self {
        let judged = self.rules.into_iter().filter(|(_, rule)| rule.condition().is_some());
        Self { rules: judged.map(|(id, rule)| (id, rule.only_judging())).collect() }
    }

    /// The rule of that id.
    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// Every rule, by id.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.values()
    }

    /// The text of every rule that agents judge, by id, as policies carry it.
    pub fn sources(&self) -> BTreeMap<RuleId, String> {
        let judged = self.rules.iter().filter(|(_, rule)| rule.condition().is_some());
        judged.map(|(id, rule)| (id.clone(), rule.text.clone())).collect()
    }

    /// A digest of all rules' texts.
    pub fn digest(&self) -> Digest {
        Digest::of_parts(self.rules.values().flat_map(|rule| [rule.id.as_str().as_bytes(), rule.text.as_bytes()]))
    }
}
