//! What the expressions of one rule see, and what they come to.

use std::collections::BTreeMap;

use tenken_model::finding::Bilingual;
use tenken_model::register::{RegisterKind, Registers};
use tenken_model::schema::Value;
use tenken_model::{Language, Read, Reason, ReasonCode, Verdict};

use super::Inputs;
use crate::expression::ast::Expression;
use crate::expression::evaluate::{Binding, Environment, Evaluator};
use crate::rule::sentence::say;
use crate::rule::{Holds, Rule};

/// The names of one rule with their values.
pub(super) struct Scope<'a> {
    values: BTreeMap<&'a str, Value>,
    parameters: BTreeMap<String, Value>,
    registers: BTreeMap<&'a str, Value>,
    pub(super) inputs: &'a Inputs<'a>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(rule: &Rule, inputs: &'a Inputs<'a>, topics: BTreeMap<&'static str, Value>) -> Self {
        let mut values: BTreeMap<&'a str, Value> = topics;
        values.insert("now", Value::Time(inputs.now));
        let registers = RegisterKind::ALL.iter().map(|kind| (kind.name(), rows(inputs.registers, *kind))).collect();
        Self { values, parameters: inputs.parameters.values(rule), registers, inputs }
    }

    /// A fresh evaluator that keeps what it reads.
    pub(super) fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::with_trail(Environment {
            values: &self.values,
            parameters: &self.parameters,
            registers: &self.registers,
        })
    }

    /// Whether a condition holds, or why that is unknown.
    pub(super) fn condition(&self, expression: &Expression, bound: Option<&Binding<'_>>) -> Result<bool, Reason> {
        truth(&self.evaluator().evaluate(expression, bound))
    }
}

fn rows(registers: &Registers, kind: RegisterKind) -> Value {
    match registers.by_key(kind) {
        Read::Measured(rows) => Value::List(rows.into_values().collect()),
        Read::NotRead(reason) => Value::Unknown(reason),
    }
}

/// A condition's value; what its type rules out is unknown, never true.
pub(super) fn truth(value: &Value) -> Result<bool, Reason> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::Unknown(reason) => Err(reason.clone()),
        Value::Int(_)
        | Value::Text(_)
        | Value::Span(_)
        | Value::Size(_)
        | Value::Time(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Optional(_) => Err(Reason::new(ReasonCode::Failed, "a condition came to neither true nor false")),
    }
}

/// A verdict and the branch that held.
pub(super) struct JudgedRequirement {
    pub(super) verdict: Verdict,
    pub(super) branch: Option<String>,
}

/// Judges what must hold.
pub(super) fn requirement(rule: &Rule, evaluator: &Evaluator<'_>, bound: Option<&Binding<'_>>) -> JudgedRequirement {
    let ask = |expression: &Expression| truth(&evaluator.evaluate(expression, bound));
    let of = |verdict| JudgedRequirement { verdict, branch: None };
    if let Some(unknown_when) = &rule.unknown_when {
        match ask(unknown_when) {
            Ok(false) => {}
            Ok(true) => {
                let detail = format!("{}: what was read cannot tell", rule.id);
                return of(Verdict::Unknown(Reason::new(ReasonCode::Inconclusive, detail)));
            }
            Err(reason) => return of(Verdict::Unknown(reason)),
        }
    }
    match &rule.holds {
        Holds::Condition(holds) => of(match ask(holds) {
            Ok(true) => Verdict::Pass,
            Ok(false) => Verdict::Fail,
            Err(reason) => Verdict::Unknown(reason),
        }),
        Holds::AnyOf(branches) => {
            let mut unknown = None;
            for branch in branches {
                match ask(&branch.holds) {
                    Ok(true) => {
                        return JudgedRequirement { verdict: Verdict::Pass, branch: Some(branch.id.clone()) };
                    }
                    Ok(false) => {}
                    Err(reason) => unknown = unknown.or(Some(reason)),
                }
            }
            of(unknown.map_or(Verdict::Fail, Verdict::Unknown))
        }
    }
}

/// The rule's own sentence for that verdict, if all its values are known.
pub(super) fn says(
    rule: &Rule,
    verdict: &Verdict,
    evaluator: &Evaluator<'_>,
    bound: Option<&Binding<'_>>,
) -> Option<Bilingual> {
    let sentence = match verdict {
        Verdict::Pass => &rule.says.pass,
        Verdict::Fail => &rule.says.fail,
        Verdict::Unknown(reason) if reason.code == ReasonCode::Inconclusive => rule.says.unknown.as_ref()?,
        Verdict::Unknown(_) | Verdict::NotApplicable => return None,
    };
    Some(Bilingual {
        ja: say(&sentence.ja, Language::Japanese, evaluator, bound)?,
        en: say(&sentence.en, Language::English, evaluator, bound)?,
    })
}
