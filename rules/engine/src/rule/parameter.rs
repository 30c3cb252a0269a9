//! Parameters: thresholds with a unit, bounds, a default and a source.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tenken_model::finding::Bilingual;
use tenken_model::schema::{Type, Value};
use tenken_model::{RuleId, Size, Span, choice};

use crate::catalog::Catalog;

/// The longest text of a parameter, in bytes.
pub const TEXT_BYTES_MAX: usize = 256;
/// The most texts a parameter may ever list.
pub const ITEMS_MAX: usize = 200;

choice! {
    /// The type of a parameter.
    pub enum ParameterKind {
        /// A length of time, such as `15m`.
        Duration = "duration",
        /// An amount of data, such as `3GiB`.
        Size = "size",
        /// A whole number.
        Count = "count",
        /// A text.
        Text = "text",
        /// A list of texts.
        Texts = "texts",
        /// True or false.
        Flag = "flag",
    }
}

impl ParameterKind {
    /// Its values have an order, so that they need bounds.
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Duration | Self::Size | Self::Count)
    }

    /// The type of its values in expressions.
    pub fn ty(self) -> Type {
        match self {
            Self::Duration => Type::Span,
            Self::Size => Type::Size,
            Self::Count => Type::Int,
            Self::Text => Type::Text,
            Self::Texts => Type::List(Box::new(Type::Text)),
            Self::Flag => Type::Bool,
        }
    }

    /// Reads a value as a person writes it, without looking at bounds.
    ///
    /// # Errors
    /// What was expected.
    pub fn read(self, written: &Json) -> Result<Value, String> {
        let refused = || format!("`{written}` is not what this parameter takes: {}", self.expected());
        let quantity = |error: &dyn std::fmt::Display| error.to_string();
        match (self, written) {
            (Self::Duration, Json::String(text)) => text.parse().map(Value::Span).map_err(|error| quantity(&error)),
            (Self::Size, Json::String(text)) => text.parse().map(Value::Size).map_err(|error| quantity(&error)),
            (Self::Count, Json::Number(number)) => number.as_i64().map(Value::Int).ok_or_else(refused),
            (Self::Text, Json::String(text)) => short(text),
            (Self::Texts, Json::Array(texts)) => {
                let texts = texts.iter().map(|text| text.as_str().ok_or_else(refused).and_then(short));
                texts.collect::<Result<_, _>>().map(Value::List)
            }
            (Self::Flag, Json::Bool(flag)) => Ok(Value::Bool(*flag)),
            _ => Err(refused()),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Duration => "a length of time such as `15m` or `2d`",
            Self::Size => "an amount of data such as `3GiB`",
            Self::Count => "a whole number",
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Flag => "true or false",
        }
    }
}

fn short(text: &str) -> Result<Value, String> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(format!("a text has at most {TEXT_BYTES_MAX} bytes, this one has {}", text.len()));
    }
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("a text has at least one character and no control characters".to_owned());
    }
    Ok(Value::Text(text.to_owned()))
}

/// A threshold of a rule that a host group may set.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its type.
    pub kind: ParameterKind,
    /// What holds unless somebody set it.
    pub default: Value,
    /// The least value it takes; durations, sizes and counts have one.
    pub min: Option<Value>,
    /// The greatest value it takes; durations, sizes and counts have one.
    pub max: Option<Value>,
    /// How many texts it takes; lists of texts have one.
    pub max_items: Option<usize>,
    /// What it is called.
    pub title: Bilingual,
    /// Where the default comes from.
    pub source: Bilingual,
}

impl Parameter {
    /// The parameter without what only people read of it.
    #[must_use]
    pub(super) fn only_judging(&self) -> Self {
        Self {
            kind: self.kind,
            default: self.default.clone(),
            min: self.min.clone(),
            max: self.max.clone(),
            max_items: self.max_items,
            title: Bilingual::default(),
            source: Bilingual::default(),
        }
    }

    /// Reads a value as a person writes it: `15m`, `3`, `["a", "b"]`.
    ///
    /// # Errors
    /// What was expected, or which bound it breaks.
    pub fn read(&self, written: &Json) -> Result<Value, String> {
        let value = self.kind.read(written)?;
        self.within_bounds(&value)?;
        Ok(value)
    }

    pub(super) fn within_bounds(&self, value: &Value) -> Result<(), String> {
        if let (Value::List(texts), Some(most)) = (value, self.max_items)
            && texts.len() > most
        {
            return Err(format!("at most {most} texts fit here, these are {}", texts.len()));
        }
        let shown = |bound: &Value| crate::expression::show::value(bound, tenken_model::Language::English);
        match (&self.min, &self.max) {
            (Some(min), _) if less(value, min) => Err(format!("{} is less than {}", shown(value), shown(min))),
            (_, Some(max)) if less(max, value) => Err(format!("{} is more than {}", shown(value), shown(max))),
            _ => Ok(()),
        }
    }
}

/// Whether one value of an ordered kind is less than another.
pub(super) fn less(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Span(l), Value::Span(r)) => l < r,
        (Value::Size(l), Value::Size(r)) => l < r,
        (Value::Int(l), Value::Int(r)) => l < r,
        _ => false,
    }
}

/// A parameter's value as it is written in rule files and policies.
pub fn written(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        Value::List(elements) => Json::Array(elements.iter().map(written).collect()),
        Value::Span(span) => Json::String(exact_span(*span)),
        Value::Size(size) => Json::String(exact_size(*size)),
        Value::Text(_) | Value::Time(_) | Value::Record(_) | Value::Optional(_) | Value::Unknown(_) => {
            Json::String(crate::expression::show::value(value, tenken_model::Language::English))
        }
    }
}

/// The shown form where it says all, milliseconds where it rounds.
fn exact_span(span: Span) -> String {
    let shown = span.to_string();
    if shown.parse() == Ok(span) { shown } else { format!("{}ms", span.millis()) }
}

fn exact_size(size: Size) -> String {
    let shown = size.to_string();
    if shown.parse() == Ok(size) { shown } else { format!("{}B", size.bytes()) }
}

/// The parameters somebody set, checked against the rules that have them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParameterSet {
    by_rule: BTreeMap<RuleId, BTreeMap<String, Value>>,
}

/// A parameter that was set to what its rule does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule {rule}, parameter {name}: {message}")]
pub struct ParameterError {
    /// The rule.
    pub rule: RuleId,
    /// The parameter.
    pub name: String,
    /// Why it is refused.
    pub message: String,
}

impl ParameterSet {
    /// Checks what a policy sets. Rules the catalogue lacks are refused like wrong values, because
    /// a threshold that applies to nothing is a slip.
    ///
    /// # Errors
    /// Every parameter that is not taken.
    pub fn load(
        catalog: &Catalog,
        written: &BTreeMap<RuleId, BTreeMap<String, Json>>,
    ) -> Result<Self, Vec<ParameterError>> {
        let mut set = Self::default();
        let mut errors = Vec::new();
        for (rule, name, value) in
            written.iter().flat_map(|(rule, named)| named.iter().map(move |(name, value)| (rule, name, value)))
        {
            let read = match catalog.rule(rule) {
                None => Err("there is no such rule".to_owned()),
                Some(known) => match known.parameters.get(name) {
                    None => Err("the rule has no such parameter".to_owned()),
                    Some(parameter) => parameter.read(value),
                },
            };
            match read {
                Ok(value) => set.insert(rule.clone(), name.clone(), value),
                Err(message) => errors.push(ParameterError { rule: rule.clone(), name: name.clone(), message }),
            }
        }
        if errors.is_empty() { Ok(set) } else { Err(errors) }
    }

    pub(crate) fn insert(&mut self, rule: RuleId, name: String, value: Value) {
        self.by_rule.entry(rule).or_default().insert(name, value);
    }

    /// The value in force.
    pub fn value<'a>(&'a self, rule: &'a super::Rule, name: &str) -> Option<&'a Value> {
        let set = self.by_rule.get(&rule.id).and_then(|named| named.get(name));
        set.or_else(|| rule.parameters.get(name).map(|parameter| &parameter.default))
    }

    /// Every parameter of a rule with the value in force.
    pub fn values(&self, rule: &super::Rule) -> BTreeMap<String, Value> {
        let names = rule.parameters.keys();
        names.filter_map(|name| Some((name.clone(), self.value(rule, name)?.clone()))).collect()
    }
}
