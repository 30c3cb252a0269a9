//! From a rule's conditions to a verdict and a sentence.

use tenken_model::finding::Bilingual;
use tenken_model::schema::Value;
use tenken_model::{Language, Reason, ReasonCode, Verdict};

use super::Asked;
use crate::expression::ast::Expression;
use crate::expression::evaluate::{Binding, Evaluator};
use crate::rule::sentence::{self, SENTENCE_CHARS_MAX, cut};
use crate::rule::{Holds, Sentence};

/// A verdict with what is said of it.
pub(super) struct Conclusion {
    pub(super) verdict: Verdict,
    pub(super) branch: Option<String>,
    pub(super) says: Bilingual,
}

impl Conclusion {
    pub(super) fn new(verdict: Verdict, says: Bilingual) -> Self {
        Self { verdict, branch: None, says }
    }
}

/// A text of the message catalogue in both languages, cut to what a sentence may have.
pub(super) fn both(text: impl Fn(Language) -> String) -> Bilingual {
    let cut = |language| cut(&text(language), SENTENCE_CHARS_MAX);
    Bilingual { ja: cut(Language::Japanese), en: cut(Language::English) }
}

/// It could not be known, for a reason that stands beside the sentence.
pub(super) fn unknown(asked: Asked<'_>, reason: Reason) -> Conclusion {
    unknown_because(reason, both(|language| language.says_unknown(language.of(&asked.rule.title))))
}

/// It could not be known, in these words.
pub(super) fn unknown_because(mut reason: Reason, says: Bilingual) -> Conclusion {
    // A reason may repeat what a person wrote into a file, at any length.
    reason.detail = cut(&reason.detail, SENTENCE_CHARS_MAX);
    Conclusion::new(Verdict::Unknown(reason), says)
}

/// Why a value is neither true nor false.
pub(super) fn reason_of(value: &Value) -> Reason {
    match value {
        Value::Unknown(reason) => reason.clone(),
        _ => Reason::new(ReasonCode::Failed, "a condition gave neither true nor false"),
    }
}

/// A sentence in both languages; `None` if it names what was not read.
pub(super) fn say(sentence: &Sentence, evaluator: &Evaluator<'_>, bound: Option<&Binding<'_>>) -> Option<Bilingual> {
    Some(Bilingual {
        ja: sentence::say(&sentence.ja, Language::Japanese, evaluator, bound)?,
        en: sentence::say(&sentence.en, Language::English, evaluator, bound)?,
    })
}

/// Judges the conditions of a rule, of the host as a whole or of what is bound.
pub(super) fn conclude(asked: Asked<'_>, evaluator: &Evaluator<'_>, bound: Option<&Binding<'_>>) -> Conclusion {
    if let Some(unknown_when) = &asked.condition.unknown_when {
        match &*evaluator.evaluate(unknown_when, bound) {
            Value::Bool(false) => {}
            Value::Bool(true) => return inconclusive(asked, evaluator, bound),
            other => return unknown(asked, reason_of(other)),
        }
    }
    let (verdict, branch) = match &asked.condition.holds {
        Holds::Condition(condition) => (verdict(evaluator, condition, bound), None),
        Holds::AnyOf(branches) => {
            let mut worst = Verdict::Fail;
            let mut held = None;
            for branch in branches {
                match verdict(evaluator, &branch.holds, bound) {
                    Verdict::Pass => {
                        held = Some(branch.id.clone());
                        break;
                    }
                    // A way of which only what is kept elsewhere is missing is nearer than one that could not be read here.
                    Verdict::Unknown(reason) if worst == Verdict::Fail || reason.code == ReasonCode::Elsewhere => {
                        worst = Verdict::Unknown(reason);
                    }
                    Verdict::Unknown(_) | Verdict::Fail | Verdict::NotApplicable => {}
                }
            }
            if held.is_some() { (Verdict::Pass, held) } else { (worst, None) }
        }
    };
    let says = match &verdict {
        Verdict::Unknown(reason) => return unknown(asked, reason.clone()),
        // What the sentence of a pass says, it says of the host and not of what is bound.
        Verdict::Pass | Verdict::NotApplicable => say(&asked.condition.says.pass, evaluator, None)
            .unwrap_or_else(|| both(|language| language.says_pass(language.of(&asked.rule.title)))),
        Verdict::Fail => say(&asked.condition.says.fail, evaluator, bound)
            .unwrap_or_else(|| both(|language| language.says_fail(language.of(&asked.rule.title)))),
    };
    Conclusion { verdict, branch, says }
}

/// What was read cannot tell, as the rule says it.
pub(super) fn inconclusive(asked: Asked<'_>, evaluator: &Evaluator<'_>, bound: Option<&Binding<'_>>) -> Conclusion {
    let said = asked.condition.says.unknown.as_ref().and_then(|sentence| say(sentence, evaluator, bound));
    let detail = said.as_ref().map_or_else(|| asked.rule.title.en.clone(), |said| said.en.clone());
    let plain = unknown(asked, Reason::new(ReasonCode::Inconclusive, detail));
    Conclusion { says: said.unwrap_or(plain.says), ..Conclusion::new(plain.verdict, Bilingual::default()) }
}

fn verdict(evaluator: &Evaluator<'_>, condition: &Expression, bound: Option<&Binding<'_>>) -> Verdict {
    match &*evaluator.evaluate(condition, bound) {
        Value::Bool(true) => Verdict::Pass,
        Value::Bool(false) => Verdict::Fail,
        other => Verdict::Unknown(reason_of(other)),
    }
}
