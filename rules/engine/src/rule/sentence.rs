//! Sentences of a rule, with expressions in braces.

use tenken_model::Language;
use tenken_model::schema::{Type, Value};

use crate::expression::ast::{Expression, Node};
use crate::expression::check::{Names, check, check_condition};
use crate::expression::evaluate::{Binding, Evaluator};
use crate::expression::parse::parse;
use crate::expression::{ExpressionError, show};

/// The longest sentence that is said, in characters; what is longer is cut and ends in `…`.
pub const SENTENCE_CHARS_MAX: usize = 500;

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Japanese.
    pub ja: Vec<Part>,
    /// English.
    pub en: Vec<Part>,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A value that is filled in.
    Value(Expression),
}

/// Parses and checks one language of a sentence, whose values may also be refused. `{{` and `}}` stand for braces.
///
/// # Errors
/// What is wrong, with the byte of the sentence.
pub(super) fn parts(
    source: &str,
    names: &Names,
    allowed: impl Fn(&Expression) -> Result<(), ExpressionError>,
) -> Result<Vec<Part>, ExpressionError> {
    let mut found = Vec::new();
    let mut words = String::new();
    let mut rest = source.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '{' | '}' if rest.next_if(|(_, next)| *next == c).is_some() => words.push(c),
            '}' => return Err(ExpressionError::new(at, "`}` without `{`; write `}}` for a brace")),
            '{' => {
                let inner = source.get(at + 1..).unwrap_or_default();
                let length = closing(inner)
                    .ok_or_else(|| ExpressionError::new(at, "`{` is not closed; write `{{` for a brace"))?;
                let expression = inner.get(..length).unwrap_or_default();
                let moved = |error: ExpressionError| ExpressionError::new(at + 1 + error.at, error.message);
                let parsed = parse(expression).map_err(moved)?;
                can_be_said(&parsed, names).map_err(moved)?;
                allowed(&parsed).map_err(moved)?;
                if !words.is_empty() {
                    found.push(Part::Text(std::mem::take(&mut words)));
                }
                found.push(Part::Value(parsed));
                while rest.next_if(|(next, _)| *next <= at + 1 + length).is_some() {}
            }
            _ => words.push(c),
        }
    }
    if !words.is_empty() {
        found.push(Part::Text(words));
    }
    // Hundreds of sentences are kept for as long as an agent runs.
    found.shrink_to_fit();
    Ok(found)
}

/// The length of an expression up to its closing brace; braces within quotes do not count.
fn closing(source: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in source.char_indices() {
        match (quote, c) {
            (None, '}') => return Some(at),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Of a choice between two values each has to be one that is shown; they need not be of one type.
fn can_be_said(expression: &Expression, names: &Names) -> Result<(), ExpressionError> {
    let Node::Conditional(condition, then, otherwise) = &expression.node else {
        return shown(check(expression, names)?, expression.at);
    };
    check_condition(condition, names)?;
    can_be_said(then, names)?;
    can_be_said(otherwise, names)
}

fn shown(ty: Type, at: usize) -> Result<(), ExpressionError> {
    match ty {
        Type::Record(record) => {
            Err(ExpressionError::new(at, format!("{} has many parts; name the one to be said", record.name)))
        }
        Type::List(of) | Type::Optional(of) => shown(*of, at),
        Type::Bool | Type::Int | Type::Text | Type::Choice(_) | Type::Span | Type::Size | Type::Time => Ok(()),
    }
}

/// Fills in a sentence. `None` if a value it names is unknown, because the sentence would then
/// claim what nobody measured.
pub fn say(
    parts: &[Part],
    language: Language,
    evaluator: &Evaluator<'_>,
    bound: Option<&Binding<'_>>,
) -> Option<String> {
    let mut said = String::new();
    for part in parts {
        match part {
            Part::Text(words) => said.push_str(words),
            Part::Value(expression) => match &*evaluator.evaluate(expression, bound) {
                Value::Unknown(_) => return None,
                value => said.push_str(&show::value(value, language)),
            },
        }
    }
    Some(cut(&said, SENTENCE_CHARS_MAX))
}

/// At most so many characters, without control characters; `…` where something was left out.
pub fn cut(text: &str, chars_max: usize) -> String {
    let mut kept: String = text.chars().take(chars_max).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(chars_max).is_some() {
        kept.push('…');
    }
    kept
}
