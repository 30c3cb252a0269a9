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
    unread: BTreeMap<RuleId, String>,
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
        if problems.is_empty() { Ok(Self { rules, unread: BTreeMap::new() }) } else { Err(problems) }
    }

    /// Loads what a policy brings, by id. A rule that this program cannot read, as one for a newer version that asks for a
    /// field which this one does not know, is kept as [`Self::unread`] and takes no other rule with it.
    ///
    /// # Errors
    /// There are too many rules, or there are some and none of them can be read.
    pub fn of_policy(written: &BTreeMap<RuleId, String>) -> Result<Self, Vec<Problem>> {
        let whole = |file: String, message| vec![Problem { file, line: 1, column: 1, message }];
        if let Some(id) = written.keys().nth(RULES_MAX) {
            return Err(whole(format!("{id}.yaml"), format!("a catalogue has at most {RULES_MAX} rules")));
        }
        let (mut catalog, mut problems) = (Self::default(), Vec::new());
        for (id, text) in written {
            match Rule::load(&format!("{id}.yaml"), text) {
                Ok(rule) => {
                    catalog.rules.insert(id.clone(), rule);
                }
                Err(found) => {
                    catalog.unread.insert(id.clone(), first(&found));
                    problems.extend(found);
                }
            }
        }
        if catalog.rules.is_empty() && !problems.is_empty() { Err(problems) } else { Ok(catalog) }
    }

    /// Counts a rule among those that cannot be read: it would be judged otherwise than it is meant.
    #[must_use]
    pub fn without(mut self, id: &RuleId, why: impl Into<String>) -> Self {
        self.rules.remove(id);
        self.unread.insert(id.clone(), why.into());
        self
    }

    /// Rules that are to be judged and cannot be read by this program, each with why. All they give is unknown.
    pub fn unread(&self) -> &BTreeMap<RuleId, String> {
        &self.unread
    }

    /// This catalogue with more rules. One whose id is taken is left out: what is built in counts.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = Rule>) -> Self {
        let mut rules = self.rules.clone();
        for rule in more {
            rules.entry(rule.id.clone()).or_insert(rule);
        }
        Self { rules, unread: self.unread.clone() }
    }

    /// Rules that were loaded, and those that could not be.
    pub(crate) fn of_rules(rules: BTreeMap<RuleId, Rule>, unread: BTreeMap<RuleId, String>) -> Self {
        Self { rules, unread }
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

/// The first problem with a rule, and how many there are beside.
fn first(problems: &[Problem]) -> String {
    let first = problems.first().map(ToString::to_string).unwrap_or_default();
    match problems.len().saturating_sub(1) {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}
