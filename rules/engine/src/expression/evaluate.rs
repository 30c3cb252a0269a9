//! Judging in three values: what was not read is unknown, and stays so unless the rest decides.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BTreeMap;

use tenken_model::schema::Value;
use tenken_model::{Reason, ReasonCode, Span};

use super::ast::{Expression, Literal, Macro, Node, Operator};
use super::wildcard;

/// How many steps one expression may take.
pub const STEPS_MAX: u32 = 2_000_000;
/// How many values are kept as evidence.
pub const TRAIL_MAX: usize = 16;

/// What names mean.
#[derive(Debug, Clone, Copy)]
pub struct Environment<'a> {
    /// Topics, `now`, and what `join` names.
    pub values: &'a BTreeMap<&'a str, Value>,
    /// What follows `params.`.
    pub parameters: &'a BTreeMap<String, Value>,
    /// What follows `registers.`.
    pub registers: &'a BTreeMap<&'a str, Value>,
}

/// A variable bound to an element, with its path for evidence.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'s> {
    /// The variable.
    pub name: &'s str,
    /// The element.
    pub value: &'s Value,
    /// Where the element is: `accounts.entries[3]`.
    pub path: &'s str,
    /// What was bound before.
    pub outer: Option<&'s Binding<'s>>,
}

/// Evaluates checked expressions.
#[derive(Debug)]
pub struct Evaluator<'a> {
    environment: Environment<'a>,
    steps: Cell<u32>,
    trail: Option<RefCell<Vec<(String, Value)>>>,
}

/// An unknown value.
fn unknown<'s>(code: ReasonCode, detail: impl Into<String>) -> Cow<'s, Value> {
    Cow::Owned(Value::Unknown(Reason::new(code, detail)))
}

fn bool<'s>(value: bool) -> Cow<'s, Value> {
    Cow::Owned(Value::Bool(value))
}

/// A value that the checker rules out: judging goes on as unknown, never as a pass.
fn unfit<'s>(what: &str) -> Cow<'s, Value> {
    unknown(ReasonCode::Failed, format!("{what} met a value its types rule out"))
}

impl<'a> Evaluator<'a> {
    /// For verdicts alone.
    pub fn new(environment: Environment<'a>) -> Self {
        Self { environment, steps: Cell::new(STEPS_MAX), trail: None }
    }

    /// Keeps the values that were read, as evidence.
    pub fn with_trail(environment: Environment<'a>) -> Self {
        Self { trail: Some(RefCell::default()), ..Self::new(environment) }
    }

    /// Takes at most so many steps, and never more than [`STEPS_MAX`].
    #[must_use]
    pub fn within_steps(self, steps: u32) -> Self {
        self.steps.set(steps.min(STEPS_MAX));
        self
    }

    /// How many steps are left.
    pub fn steps_left(&self) -> u32 {
        self.steps.get()
    }

    /// The values that were read, in the order they were first read.
    pub fn into_trail(self) -> Vec<(String, Value)> {
        self.trail.map(RefCell::into_inner).unwrap_or_default()
    }

    /// The value of an expression.
    pub fn evaluate<'s>(&'s self, expression: &'s Expression, bound: Option<&'s Binding<'s>>) -> Cow<'s, Value> {
        let left = self.steps.get();
        if left == 0 {
            return unknown(ReasonCode::Limit, format!("judging took more than {STEPS_MAX} steps"));
        }
        self.steps.set(left - 1);
        match &expression.node {
            Node::Literal(literal) => Cow::Owned(literal_value(literal)),
            Node::List(elements) => Cow::Owned(Value::List(
                elements.iter().map(|element| self.evaluate(element, bound).into_owned()).collect(),
            )),
            Node::Name(name) => {
                let value = self.name(name, bound);
                self.note(expression, bound, &value);
                value
            }
            Node::Select(of, field) => {
                let value = self.select(of, field, bound);
                self.note(expression, bound, &value);
                value
            }
            Node::Method(of, name, arguments) => self.method(of, name, arguments, bound),
            Node::Macro(kind, of, variable, body) => self.macro_call(*kind, of, variable, body, bound),
            Node::Not(of) => match &*self.evaluate(of, bound) {
                Value::Bool(value) => bool(!value),
                Value::Unknown(reason) => Cow::Owned(Value::Unknown(reason.clone())),
                _ => unfit("`!`"),
            },
            Node::Negate(of) => match &*self.evaluate(of, bound) {
                Value::Int(number) => {
                    number.checked_neg().map_or_else(|| overflow("-"), |number| Cow::Owned(Value::Int(number)))
                }
                Value::Span(span) => span
                    .millis()
                    .checked_neg()
                    .map_or_else(|| overflow("-"), |millis| Cow::Owned(Value::Span(Span::from_millis(millis)))),
                Value::Unknown(reason) => Cow::Owned(Value::Unknown(reason.clone())),
                _ => unfit("`-`"),
            },
            Node::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                self.logic(*operator == Operator::Or, left, right, bound)
            }
            Node::Binary(operator, left, right) => {
                let (left, right) = (self.evaluate(left, bound), self.evaluate(right, bound));
                Cow::Owned(binary(*operator, &left, &right))
            }
            Node::Conditional(condition, then, otherwise) => match &*self.evaluate(condition, bound) {
                Value::Bool(true) => self.evaluate(then, bound),
                Value::Bool(false) => self.evaluate(otherwise, bound),
                Value::Unknown(reason) => Cow::Owned(Value::Unknown(reason.clone())),
                _ => unfit("`?`"),
            },
        }
    }

    /// Kleene's `&&` and `||`: a side that decides makes the other not matter, even if it is unknown.
    fn logic<'s>(
        &'s self,
        decides: bool,
        left: &'s Expression,
        right: &'s Expression,
        bound: Option<&'s Binding<'s>>,
    ) -> Cow<'s, Value> {
        let left = self.evaluate(left, bound);
        if matches!(&*left, Value::Bool(value) if *value == decides) {
            return left;
        }
        let right = self.evaluate(right, bound);
        match (&*left, &*right) {
            (_, Value::Bool(value)) if *value == decides => right,
            // What is kept elsewhere is said only where it is all that is missing.
            (Value::Unknown(first), Value::Unknown(other)) if is_elsewhere(first) && !is_elsewhere(other) => right,
            (Value::Unknown(_), _) => left,
            (Value::Bool(_), Value::Bool(_) | Value::Unknown(_)) => right,
            _ => unfit("`&&` or `||`"),
        }
    }

    fn name<'s>(&'s self, name: &str, bound: Option<&'s Binding<'s>>) -> Cow<'s, Value> {
        let mut binding = bound;
        while let Some(found) = binding {
            if found.name == name {
                return Cow::Borrowed(found.value);
            }
            binding = found.outer;
        }
        match self.environment.values.get(name) {
            Some(value) => Cow::Borrowed(value),
            None => unknown(ReasonCode::Missing, format!("{name} was not given")),
        }
    }

    fn select<'s>(&'s self, of: &'s Expression, field: &str, bound: Option<&'s Binding<'s>>) -> Cow<'s, Value> {
        if let Node::Name(name) = &of.node {
            let group = match name.as_str() {
                "params" => Some(self.environment.parameters.get(field)),
                "registers" => Some(self.environment.registers.get(field)),
                _ => None,
            };
            if let Some(value) = group {
                return value.map_or_else(
                    || unknown(ReasonCode::Missing, format!("{name}.{field} was not given")),
                    Cow::Borrowed,
                );
            }
        }
        match self.evaluate(of, bound) {
            Cow::Borrowed(Value::Record(fields)) => match fields.get(field) {
                Some(value) => Cow::Borrowed(value),
                None => unfit("a field"),
            },
            Cow::Owned(Value::Record(mut fields)) => fields.remove(field).map_or_else(|| unfit("a field"), Cow::Owned),
            Cow::Borrowed(Value::Unknown(reason)) => Cow::Owned(Value::Unknown(reason.clone())),
            Cow::Owned(Value::Unknown(reason)) => Cow::Owned(Value::Unknown(reason)),
            _ => unfit("a field"),
        }
    }

    fn method<'s>(
        &'s self,
        of: &'s Expression,
        name: &str,
        arguments: &'s [Expression],
        bound: Option<&'s Binding<'s>>,
    ) -> Cow<'s, Value> {
        let value = self.evaluate(of, bound);
        if let Value::Unknown(_) = &*value {
            return value;
        }
        let argument = arguments.first().map(|argument| self.evaluate(argument, bound));
        match (&*value, name, argument.as_deref()) {
            (Value::Optional(inner), "hasValue", _) => bool(inner.is_some()),
            (Value::Optional(Some(inner)), "value" | "orValue", _) => Cow::Owned((**inner).clone()),
            (Value::Optional(None), "value", _) => {
                unknown(ReasonCode::Failed, "`value()` of something absent; the rule asks no `hasValue()` before")
            }
            (Value::Optional(None), "orValue", Some(default)) => Cow::Owned(default.clone()),
            (_, _, Some(Value::Unknown(reason))) => Cow::Owned(Value::Unknown(reason.clone())),
            (Value::List(elements), "size", _) => Cow::Owned(length(elements.len())),
            (Value::List(elements), "distinct", _) => Cow::Owned(distinct(elements)),
            (Value::Text(text), "size", _) => Cow::Owned(length(text.chars().count())),
            (Value::Text(text), "startsWith", Some(Value::Text(part))) => bool(text.starts_with(part.as_str())),
            (Value::Text(text), "endsWith", Some(Value::Text(part))) => bool(text.ends_with(part.as_str())),
            (Value::Text(text), "contains", Some(Value::Text(part))) => bool(text.contains(part.as_str())),
            (Value::Text(text), "fits", Some(Value::List(patterns))) => fits(text, patterns),
            (Value::Text(text), "lowerAscii", _) => Cow::Owned(Value::Text(text.to_ascii_lowercase())),
            (Value::Span(span), "abs", _) => Cow::Owned(Value::Span(span.abs())),
            _ => unfit(name),
        }
    }

    fn macro_call<'s>(
        &'s self,
        kind: Macro,
        of: &'s Expression,
        variable: &'s str,
        body: &'s Expression,
        bound: Option<&'s Binding<'s>>,
    ) -> Cow<'s, Value> {
        let list = self.evaluate(of, bound);
        let elements = match &*list {
            Value::List(elements) => elements,
            Value::Unknown(_) => return list,
            _ => return unfit("a list"),
        };
        let place = self.trail.as_ref().and_then(|_| path(of, bound)).unwrap_or_default();
        let mut fold = Fold::new(kind);
        for (index, element) in elements.iter().enumerate() {
            let here = if place.is_empty() { String::new() } else { format!("{place}[{index}]") };
            let binding = Binding { name: variable, value: element, path: &here, outer: bound };
            let value = self.evaluate_within(body, &binding);
            if fold.take(element, value) {
                break;
            }
        }
        Cow::Owned(fold.finish())
    }

    /// Evaluates with one more name, for as long as that name lives.
    fn evaluate_within(&self, body: &Expression, binding: &Binding<'_>) -> Value {
        self.evaluate(body, Some(binding)).into_owned()
    }

    fn note(&self, expression: &Expression, bound: Option<&Binding<'_>>, value: &Value) {
        let Some(trail) = &self.trail else { return };
        let lasting = match value {
            Value::Record(_) => false,
            Value::List(elements) => !elements.iter().any(|element| matches!(element, Value::Record(_))),
            Value::Optional(Some(inner)) => !matches!(**inner, Value::Record(_)),
            Value::Optional(None)
            | Value::Unknown(_)
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Text(_)
            | Value::Span(_)
            | Value::Size(_)
            | Value::Time(_) => true,
        };
        let mut trail = trail.borrow_mut();
        if !lasting || trail.len() >= TRAIL_MAX {
            return;
        }
        if let Some(path) = path(expression, bound)
            && path != "now"
            && !trail.iter().any(|(known, _)| *known == path)
        {
            trail.push((path, value.clone()));
        }
    }
}

/// Where a value is, if the expression names a place.
fn path(expression: &Expression, bound: Option<&Binding<'_>>) -> Option<String> {
    match &expression.node {
        Node::Name(name) => {
            let mut binding = bound;
            while let Some(found) = binding {
                if found.name == name {
                    return (!found.path.is_empty()).then(|| found.path.to_owned());
                }
                binding = found.outer;
            }
            Some(name.clone())
        }
        Node::Select(of, field) => path(of, bound).map(|of| format!("{of}.{field}")),
        Node::Method(of, name, _) if name == "value" => path(of, bound),
        Node::Macro(Macro::Filter, of, ..) => path(of, bound),
        _ => None,
    }
}

/// Folds the elements of a list in three values.
struct Fold {
    kind: Macro,
    kept: Vec<Value>,
    holds: usize,
    unknown: Option<Reason>,
    decided: Option<bool>,
}

impl Fold {
    fn new(kind: Macro) -> Self {
        Self { kind, kept: Vec::new(), holds: 0, unknown: None, decided: None }
    }

    /// Takes an element with the body's value; true when the rest no longer matters.
    fn take(&mut self, element: &Value, value: Value) -> bool {
        if self.kind == Macro::Map {
            self.kept.push(value);
            return false;
        }
        match value {
            Value::Bool(true) => {
                self.holds += 1;
                match self.kind {
                    Macro::Exists => self.decided = Some(true),
                    Macro::ExistsOne if self.holds > 1 => self.decided = Some(false),
                    Macro::Filter => self.kept.push(element.clone()),
                    Macro::All | Macro::ExistsOne | Macro::Map => {}
                }
            }
            Value::Bool(false) => {
                if self.kind == Macro::All {
                    self.decided = Some(false);
                }
            }
            Value::Unknown(reason) if self.unknown.as_ref().is_none_or(is_elsewhere) => self.unknown = Some(reason),
            Value::Unknown(_) => {}
            _ => self.unknown = Some(Reason::new(ReasonCode::Failed, "a condition gave neither true nor false")),
        }
        self.decided.is_some()
    }

    fn finish(self) -> Value {
        match (self.decided, self.unknown, self.kind) {
            (Some(decided), _, _) => Value::Bool(decided),
            (None, Some(reason), _) => Value::Unknown(reason),
            (None, None, Macro::All) => Value::Bool(true),
            (None, None, Macro::Exists) => Value::Bool(false),
            (None, None, Macro::ExistsOne) => Value::Bool(self.holds == 1),
            (None, None, Macro::Filter | Macro::Map) => Value::List(self.kept),
        }
    }
}

fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Text(value) => Value::Text(value.clone()),
        Literal::Span(value) => Value::Span(*value),
        Literal::Size(value) => Value::Size(*value),
        Literal::Time(value) => Value::Time(*value),
    }
}

fn length(length: usize) -> Value {
    Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
}

/// Whether a text fits one of the patterns; one that was not read could be the one.
fn fits<'s>(text: &str, patterns: &[Value]) -> Cow<'s, Value> {
    let one = |pattern: &Value| matches!(pattern, Value::Text(pattern) if wildcard::fits(pattern, text));
    if patterns.iter().any(one) {
        return bool(true);
    }
    match patterns.iter().find(|pattern| matches!(pattern, Value::Unknown(_))) {
        Some(not_read) => Cow::Owned(not_read.clone()),
        None => bool(false),
    }
}

const fn is_elsewhere(reason: &Reason) -> bool {
    matches!(reason.code, ReasonCode::Elsewhere)
}

fn distinct(elements: &[Value]) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    for element in elements {
        if let Value::Unknown(reason) = element {
            return Value::Unknown(reason.clone());
        }
        if !kept.contains(element) {
            kept.push(element.clone());
        }
    }
    Value::List(kept)
}

fn overflow<'s>(operator: &str) -> Cow<'s, Value> {
    unknown(ReasonCode::Limit, format!("`{operator}` gives a number that is too large"))
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => return Value::Unknown(reason.clone()),
        _ => {}
    }
    match operator {
        Operator::Equal => Value::Bool(left == right),
        Operator::NotEqual => Value::Bool(left != right),
        Operator::Less => ordered(left, right, Ordering::is_lt),
        Operator::LessOrEqual => ordered(left, right, Ordering::is_le),
        Operator::Greater => ordered(left, right, Ordering::is_gt),
        Operator::GreaterOrEqual => ordered(left, right, Ordering::is_ge),
        Operator::In => contained(left, right),
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Remainder => {
            arithmetic(operator, left, right).unwrap_or_else(|| overflow(operator.word()).into_owned())
        }
        Operator::And | Operator::Or => unfit(operator.word()).into_owned(),
    }
}

fn ordered(left: &Value, right: &Value, holds: fn(Ordering) -> bool) -> Value {
    let ordering = match (left, right) {
        (Value::Int(l), Value::Int(r)) => l.cmp(r),
        (Value::Span(l), Value::Span(r)) => l.cmp(r),
        (Value::Size(l), Value::Size(r)) => l.cmp(r),
        (Value::Time(l), Value::Time(r)) => l.cmp(r),
        _ => return unfit("a comparison").into_owned(),
    };
    Value::Bool(holds(ordering))
}

fn contained(element: &Value, list: &Value) -> Value {
    let Value::List(elements) = list else { return unfit("`in`").into_owned() };
    if elements.contains(element) {
        return Value::Bool(true);
    }
    let not_read = elements.iter().find(|element| matches!(element, Value::Unknown(_)));
    not_read.cloned().unwrap_or(Value::Bool(false))
}

/// `None` when the result does not fit, or is divided by nothing.
fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    let whole = |l: i64, r: i64| match operator {
        Operator::Add => l.checked_add(r),
        Operator::Subtract => l.checked_sub(r),
        Operator::Multiply => l.checked_mul(r),
        Operator::Divide => l.checked_div(r),
        Operator::Remainder => l.checked_rem(r),
        _ => None,
    };
    match (left, right) {
        (Value::Int(l), Value::Int(r)) => whole(*l, *r).map(Value::Int),
        (Value::Span(l), Value::Span(r)) => {
            whole(l.millis(), r.millis()).map(|millis| Value::Span(Span::from_millis(millis)))
        }
        (Value::Span(l), Value::Int(r)) => whole(l.millis(), *r).map(|millis| Value::Span(Span::from_millis(millis))),
        (Value::Time(l), Value::Time(r)) => Some(Value::Span(Span::between(*r, *l))),
        (Value::Time(at), Value::Span(span)) if operator == Operator::Subtract => {
            Some(Value::Time(Span::from_millis(span.millis().checked_neg()?).after(*at)))
        }
        (Value::Time(at), Value::Span(span)) | (Value::Span(span), Value::Time(at)) => {
            Some(Value::Time(span.after(*at)))
        }
        _ => None,
    }
}
