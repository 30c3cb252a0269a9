//! Rules that the agency writes itself: a draft in YAML, approved by another person than those who wrote it, rolled out to
//! some hosts or to all, and withdrawn again. A version that waits or was decided is never written over.
//!
//! Ids of own rules begin with [`PREFIX`], which no built-in rule does: none of a later version of Tenken ever takes the
//! place of one. They bear on items that are measured already, so that they can ask for more and make nothing good.

mod behind;
mod error;
mod keep;
mod lint;
mod spared;
pub mod trial;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_engine::{Catalog, Checklist, Problem, Rule};
use tenken_model::RuleId;

use crate::store::{RolledOut, Setting, StoreError, Transaction};

pub use behind::{behind, is_held_back};
pub use error::OwnRuleError;
pub use keep::{Draft, Seen, ask, begin, decide, roll_out, take_back, withdraw, write};
pub use lint::{CaseTried, Linted, lint};
pub use spared::Spared;
pub use words::problem_text;

/// How the id of every own rule begins.
pub const PREFIX: &str = "own_";
/// The most own rules, with those that were withdrawn.
pub const RULES_MAX: usize = 100;
/// The most versions of one rule.
pub const VERSIONS_MAX: i64 = 200;
/// The most scopes that a rule is rolled out to.
pub const SCOPES_MAX: usize = 50;
/// The most characters of what is said with a decision.
pub const NOTE_CHARS_MAX: usize = 2_000;

/// Whether the agency wrote the rule of that id.
pub fn is_own(rule: &RuleId) -> bool {
    rule.as_str().starts_with(PREFIX)
}

/// A number that moves whenever an own rule is rolled out or withdrawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollOutMark(pub u64);

impl Setting for RollOutMark {
    const NAME: &'static str = "own_rules_mark";
}

/// The one catalogue and checklist by which everything is judged and told: what is built in with the own rules in force.
#[derive(Debug, Clone, PartialEq)]
pub struct InForce {
    /// The rules.
    pub catalog: Catalog,
    /// The items with the rules that bear on them.
    pub checklist: Checklist,
    /// Own rules in force that this version of Tenken does not take. No agent is given them; their items stay open.
    pub broken: BTreeMap<RuleId, Vec<Problem>>,
}

impl InForce {
    /// What is built in with these own rules.
    pub fn of(catalog: &Catalog, checklist: &Checklist, rolled_out: &[RolledOut]) -> Self {
        let (mut loaded, mut broken) = (Vec::new(), BTreeMap::new());
        for one in rolled_out {
            match load(one) {
                Ok(rule) => loaded.push(rule),
                Err(problems) => {
                    broken.insert(one.id.clone(), problems);
                }
            }
        }
        let pairs = rolled_out.iter().flat_map(|one| one.items.iter().map(move |item| (item, &one.id)));
        Self { catalog: catalog.with(loaded), checklist: checklist.with_rules(pairs), broken }
    }

    /// Reads the own rules in force.
    pub async fn read(
        transaction: &mut Transaction,
        catalog: &Catalog,
        checklist: &Checklist,
    ) -> Result<Self, StoreError> {
        Ok(Self::of(catalog, checklist, &transaction.rolled_out().await?))
    }
}

/// The rule as it was rolled out.
///
/// # Errors
/// Why this version of Tenken does not take it.
pub fn load(rolled_out: &RolledOut) -> Result<Rule, Vec<Problem>> {
    let linted = lint(&rolled_out.id, &rolled_out.text, "");
    linted.rule.ok_or(linted.problems)
}

#[cfg(test)]
pub(crate) mod tests;
