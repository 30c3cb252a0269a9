//! What a person attests for an item.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use tenken_model::finding::Bilingual;
use tenken_model::{Instant, RuleId, Span};

use crate::place::Step::{self, Key};
use crate::problem::{Problems, written};

/// The longest an attestation may hold.
pub const VALID_FOR_MAX: Span = Span::from_days(366 * 3);

/// What a person attests for an item.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationAsk {
    /// The statement.
    pub asks: Bilingual,
    /// What is to be attached or named.
    pub evidence: Vec<Bilingual>,
    /// How long the statement holds.
    #[serde(deserialize_with = "span")]
    pub valid_for: Span,
    /// The deciding rules of which the statement says also what some machines have no way to tell, such as a password of
    /// firmware that is silent. While it is in force, that they are unknown for that reason does not count.
    #[serde(default)]
    pub stands_for: Vec<RuleId>,
    /// What it says also of what is kept elsewhere.
    #[serde(default, deserialize_with = "written")]
    pub elsewhere: Option<ElsewhereAsk>,
}

/// A part of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttestedPart {
    /// The statement itself, with all that is part of it.
    Whole,
    /// What it says of what is kept elsewhere.
    Elsewhere,
}

/// Until when the parts of a statement hold: each before its instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The statement itself.
    pub whole: Instant,
    /// What it says of what is kept elsewhere; absent where it says nothing of that. No part outlasts the whole.
    pub elsewhere: Option<Instant>,
}

impl Holding {
    /// What lapses next after an instant, and when. What lapses together with the whole is the whole.
    pub fn next_lapse(&self, after: Instant) -> Option<(AttestedPart, Instant)> {
        let part = self.elsewhere.filter(|part| after < *part && *part < self.whole);
        let whole = (after < self.whole).then_some((AttestedPart::Whole, self.whole));
        part.map(|part| (AttestedPart::Elsewhere, part)).or(whole)
    }
}

impl AttestationAsk {
    /// Until when what was stated holds. A statement that was made before the checklist asked for a part says nothing of it.
    pub fn holding(&self, statement: &str, at: Instant, valid_until: Instant) -> Holding {
        let asked = self.elsewhere.as_ref().filter(|elsewhere| statement.contains(&elsewhere.asks.ja));
        let elsewhere = asked.map(|elsewhere| elsewhere.valid_for.after(at).min(valid_until));
        Holding { whole: valid_until, elsewhere }
    }

    /// What a person states by it, in Japanese.
    pub fn statement_ja(&self) -> String {
        let elsewhere = self.elsewhere.iter().map(|elsewhere| elsewhere.asks.ja.as_str());
        std::iter::once(self.asks.ja.as_str()).chain(elsewhere).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn well_formed(&self, deciding: &[RuleId], path: &[Step<'_>], problems: &mut Problems<'_>) {
        let at = |keys: &[Step<'static>]| [path, keys].concat();
        if self.evidence.is_empty() {
            problems.key(path, "say what is to be attached or named as evidence");
        }
        if self.valid_for <= Span::ZERO || self.valid_for > VALID_FOR_MAX {
            let message = format!("an attestation holds for more than nothing and at most {VALID_FOR_MAX}");
            problems.value(&at(&[Key("valid_for")]), message);
        }
        if let Some(other) = self.stands_for.iter().find(|rule| !deciding.contains(rule)) {
            problems.value(&at(&[Key("stands_for")]), format!("`{other}` does not decide this item"));
        }
        let Some(elsewhere) = &self.elsewhere else { return };
        if elsewhere.evidence.is_empty() || elsewhere.rules.is_empty() {
            problems.key(&at(&[Key("elsewhere")]), "say what is to be attached, and which rules it stands for");
        }
        if elsewhere.valid_for <= Span::ZERO || elsewhere.valid_for > self.valid_for {
            let message = "it holds for more than nothing and no longer than the statement it is part of";
            problems.value(&at(&[Key("elsewhere"), Key("valid_for")]), message);
        }
        if let Some(other) = elsewhere.rules.iter().find(|rule| !deciding.contains(rule)) {
            let message = format!("`{other}` does not decide this item");
            problems.value(&at(&[Key("elsewhere"), Key("rules")]), message);
        }
    }
}

/// What a person attests of what no host can look at, because it is kept elsewhere: accounts of a domain or of a tenant.
/// While it is in force, that a rule is unknown for that reason alone does not count; whatever is measured does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElsewhereAsk {
    /// The statement, which stands beside the other.
    pub asks: Bilingual,
    /// What is to be attached or named.
    pub evidence: Vec<Bilingual>,
    /// How long it holds from when it was stated, whatever the other does.
    #[serde(deserialize_with = "span")]
    pub valid_for: Span,
    /// The deciding rules of which it says what is kept elsewhere.
    pub rules: Vec<RuleId>,
}

fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}
