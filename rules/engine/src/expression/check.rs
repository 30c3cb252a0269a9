//! Static checking: every path exists, every comparison fits its types and units.

use std::collections::BTreeMap;

use tenken_model::schema::{ChoiceType, Type};

use super::ast::{Expression, Literal, Macro, Node, Operator};
use super::{ExpressionError, MACRO_DEPTH_MAX};

/// The names an expression may use.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    /// Topics, `now`, and what `each` and `join` name.
    pub values: BTreeMap<String, Type>,
    /// What may follow `params.`.
    pub parameters: BTreeMap<String, Type>,
    /// What may follow `registers.`.
    pub registers: BTreeMap<String, Type>,
}

/// The type of an expression; an empty list has no type of its own.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    Type(Type),
    EmptyList,
}

type Checked = Result<Found, ExpressionError>;

/// Checks an expression and returns its type.
pub fn check(expression: &Expression, names: &Names) -> Result<Type, ExpressionError> {
    match (Checker { names, bound: Vec::new() }).visit(expression)? {
        Found::Type(ty) => Ok(ty),
        Found::EmptyList => Err(ExpressionError::new(expression.at, "an empty list alone means nothing")),
    }
}

/// Checks an expression that must be true or false.
pub fn check_condition(expression: &Expression, names: &Names) -> Result<(), ExpressionError> {
    match check(expression, names)? {
        Type::Bool => Ok(()),
        other => Err(ExpressionError::new(expression.at, format!("this must be true or false, but it is {other}"))),
    }
}

struct Checker<'a> {
    names: &'a Names,
    bound: Vec<(String, Type)>,
}

#[expect(clippy::unnecessary_wraps, reason = "it is what a visit returns")]
fn found(ty: Type) -> Checked {
    Ok(Found::Type(ty))
}

impl Checker<'_> {
    fn visit(&mut self, expression: &Expression) -> Checked {
        let at = expression.at;
        match &expression.node {
            Node::Literal(literal) => found(literal_type(literal)),
            Node::List(elements) => self.list(elements),
            Node::Name(name) => self.name(at, name),
            Node::Select(of, field) => self.select(at, of, field),
            Node::Method(of, name, arguments) => self.method(at, of, name, arguments),
            Node::Macro(kind, of, variable, body) => self.macro_call(at, *kind, of, variable, body),
            Node::Not(of) => match self.typed(of)? {
                Type::Bool => found(Type::Bool),
                other => Err(ExpressionError::new(at, format!("`!` needs true or false, not {other}"))),
            },
            Node::Negate(of) => match self.typed(of)? {
                ty @ (Type::Int | Type::Span) => found(ty),
                other => Err(ExpressionError::new(at, format!("`-` needs a number or a duration, not {other}"))),
            },
            Node::Binary(operator, left, right) => self.binary(at, *operator, left, right),
            Node::Conditional(condition, then, otherwise) => {
                if self.typed(condition)? != Type::Bool {
                    return Err(ExpressionError::new(condition.at, "what stands before `?` must be true or false"));
                }
                let (then, otherwise) = (self.typed(then)?, self.typed(otherwise)?);
                if then == otherwise {
                    found(then)
                } else {
                    Err(ExpressionError::new(
                        at,
                        format!("both sides of `:` must have one type, not {then} and {otherwise}"),
                    ))
                }
            }
        }
    }

    fn typed(&mut self, expression: &Expression) -> Result<Type, ExpressionError> {
        match self.visit(expression)? {
            Found::Type(ty) => Ok(ty),
            Found::EmptyList => Err(ExpressionError::new(expression.at, "an empty list means nothing here")),
        }
    }

    fn list(&mut self, elements: &[Expression]) -> Checked {
        let mut of: Option<Type> = None;
        for element in elements {
            let ty = self.typed(element)?;
            match &of {
                Some(first) if *first != ty => {
                    return Err(ExpressionError::new(element.at, format!("a list holds one type: {first}, not {ty}")));
                }
                _ => of = Some(ty),
            }
        }
        Ok(of.map_or(Found::EmptyList, |of| Found::Type(Type::List(Box::new(of)))))
    }

    fn name(&self, at: usize, name: &str) -> Checked {
        if let Some((_, ty)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            return found(ty.clone());
        }
        if let Some(ty) = self.names.values.get(name) {
            return found(ty.clone());
        }
        if name == "params" || name == "registers" {
            return Err(ExpressionError::new(at, format!("`{name}` is followed by a dot and a name")));
        }
        let known =
            self.names.values.keys().map(String::as_str).chain(self.bound.iter().map(|(name, _)| name.as_str()));
        Err(ExpressionError::new(at, format!("there is no `{name}` here{}", nearest(name, known))))
    }

    fn select(&mut self, at: usize, of: &Expression, field: &str) -> Checked {
        if let Node::Name(name) = &of.node {
            let group = match name.as_str() {
                "params" => Some(("parameter", &self.names.parameters)),
                "registers" => Some(("register", &self.names.registers)),
                _ => None,
            };
            if let Some((what, group)) = group {
                let Some(ty) = group.get(field) else {
                    let hint = nearest(field, group.keys().map(String::as_str));
                    return Err(ExpressionError::new(at, format!("there is no {what} `{field}`{hint}")));
                };
                return found(ty.clone());
            }
        }
        match self.typed(of)? {
            Type::Record(record) => {
                let Some(field) = record.field(field) else {
                    let hint = nearest(field, record.fields.iter().map(|field| field.name));
                    return Err(ExpressionError::new(at, format!("{} has no field `{field}`{hint}", record.name)));
                };
                found((field.ty)())
            }
            Type::Optional(inner) => Err(ExpressionError::new(
                at,
                format!("this {inner} may be absent: ask `hasValue()` first, then `value().{field}`"),
            )),
            Type::List(_) => {
                Err(ExpressionError::new(at, format!("a list has no field `{field}`; use all, exists, filter or map")))
            }
            other @ (Type::Bool | Type::Int | Type::Text | Type::Choice(_) | Type::Span | Type::Size | Type::Time) => {
                Err(ExpressionError::new(at, format!("{other} has no field `{field}`")))
            }
        }
    }

    fn method(&mut self, at: usize, of: &Expression, name: &str, arguments: &[Expression]) -> Checked {
        let ty = match self.visit(of)? {
            Found::Type(ty) => ty,
            Found::EmptyList => return Err(ExpressionError::new(at, "an empty list alone means nothing")),
        };
        let types = arguments.iter().map(|argument| self.typed(argument)).collect::<Result<Vec<_>, _>>()?;
        match (&ty, name, types.as_slice()) {
            (Type::List(_) | Type::Text, "size", []) => found(Type::Int),
            (Type::List(of), "distinct", []) if scalar(of) => found(ty.clone()),
            (Type::Optional(inner), "value", []) => found((**inner).clone()),
            (Type::Optional(inner), "orValue", [default]) => {
                let default_at = arguments.first().map_or(at, |argument| argument.at);
                if let (Type::Choice(choice), Type::Text, Some(argument)) = (&**inner, default, arguments.first()) {
                    words(choice, argument)?;
                    return found((**inner).clone());
                }
                if default == &**inner {
                    found((**inner).clone())
                } else {
                    Err(ExpressionError::new(default_at, format!("the other value must be {inner}, not {default}")))
                }
            }
            (Type::Optional(_), "hasValue", [])
            | (Type::Text, "startsWith" | "endsWith" | "contains", [Type::Text]) => found(Type::Bool),
            (Type::Text, "lowerAscii", []) => found(Type::Text),
            (Type::Text, "fits", [Type::List(of)]) if **of == Type::Text => found(Type::Bool),
            (Type::Span, "abs", []) => found(Type::Span),
            _ => {
                let shown: Vec<String> = types.iter().map(ToString::to_string).collect();
                Err(ExpressionError::new(at, format!("{ty} has no method `{name}({})`", shown.join(", "))))
            }
        }
    }

    fn macro_call(&mut self, at: usize, kind: Macro, of: &Expression, variable: &str, body: &Expression) -> Checked {
        if self.bound.len() >= MACRO_DEPTH_MAX {
            return Err(ExpressionError::new(at, format!("lists are looked through at most {MACRO_DEPTH_MAX} deep")));
        }
        if self.names.values.contains_key(variable) || self.bound.iter().any(|(name, _)| name == variable) {
            return Err(ExpressionError::new(at, format!("`{variable}` already means something; choose another name")));
        }
        let Type::List(element) = self.typed(of)? else {
            return Err(ExpressionError::new(at, "only a list can be looked through"));
        };
        self.bound.push((variable.to_owned(), (*element).clone()));
        let body_type = self.typed(body);
        self.bound.pop();
        let body_type = body_type?;
        match kind {
            Macro::Map => found(Type::List(Box::new(body_type))),
            _ if body_type != Type::Bool => {
                Err(ExpressionError::new(body.at, format!("this must be true or false, but it is {body_type}")))
            }
            Macro::Filter => found(Type::List(element)),
            Macro::All | Macro::Exists | Macro::ExistsOne => found(Type::Bool),
        }
    }

    fn binary(&mut self, at: usize, operator: Operator, left: &Expression, right: &Expression) -> Checked {
        if operator == Operator::In {
            return self.contained(at, left, right);
        }
        let (l, r) = (self.typed(left)?, self.typed(right)?);
        let refused = || {
            let mut message = format!("`{}` does not fit {l} and {r}", operator.word());
            if matches!((&l, &r), (Type::Optional(_), _) | (_, Type::Optional(_))) {
                message.push_str("; a value that may be absent needs `hasValue()` and `value()`");
            } else if matches!((&l, &r), (Type::Span | Type::Size, Type::Int) | (Type::Int, Type::Span | Type::Size)) {
                message.push_str("; write the unit: duration('15m'), size('3GiB')");
            }
            Err(ExpressionError::new(at, message))
        };
        match operator {
            Operator::Or | Operator::And => match (&l, &r) {
                (Type::Bool, Type::Bool) => found(Type::Bool),
                _ => refused(),
            },
            Operator::Equal | Operator::NotEqual => match (&l, &r) {
                (Type::Choice(choice), Type::Text) => words(choice, right).and(found(Type::Bool)),
                (Type::Text, Type::Choice(choice)) => words(choice, left).and(found(Type::Bool)),
                _ if l == r && scalar(&l) => found(Type::Bool),
                _ => refused(),
            },
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => match (&l, &r) {
                (Type::Int, Type::Int)
                | (Type::Span, Type::Span)
                | (Type::Size, Type::Size)
                | (Type::Time, Type::Time) => found(Type::Bool),
                _ => refused(),
            },
            Operator::Add => match (&l, &r) {
                (Type::Int, Type::Int) => found(Type::Int),
                (Type::Span, Type::Span) => found(Type::Span),
                (Type::Time, Type::Span) | (Type::Span, Type::Time) => found(Type::Time),
                _ => refused(),
            },
            Operator::Subtract => match (&l, &r) {
                (Type::Int, Type::Int) => found(Type::Int),
                (Type::Span, Type::Span) | (Type::Time, Type::Time) => found(Type::Span),
                (Type::Time, Type::Span) => found(Type::Time),
                _ => refused(),
            },
            Operator::Multiply | Operator::Divide | Operator::Remainder => match (&l, &r) {
                (Type::Int, Type::Int) => found(Type::Int),
                (Type::Span, Type::Int) if operator != Operator::Remainder => found(Type::Span),
                _ => refused(),
            },
            Operator::In => refused(),
        }
    }

    fn contained(&mut self, at: usize, left: &Expression, right: &Expression) -> Checked {
        let element = self.typed(left)?;
        match self.visit(right)? {
            Found::EmptyList => Err(ExpressionError::new(right.at, "nothing is in an empty list")),
            Found::Type(Type::List(of)) => match (&element, &*of) {
                (Type::Choice(choice), Type::Text) => {
                    if let Node::List(elements) = &right.node {
                        elements.iter().try_for_each(|element| words(choice, element))?;
                    }
                    found(Type::Bool)
                }
                (element, of) if element == of && scalar(of) => found(Type::Bool),
                (element, of) => Err(ExpressionError::new(at, format!("{element} cannot be in a list of {of}"))),
            },
            Found::Type(other) => Err(ExpressionError::new(right.at, format!("`in` needs a list, not {other}"))),
        }
    }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Text(_) => Type::Text,
        Literal::Span(_) => Type::Span,
        Literal::Size(_) => Type::Size,
        Literal::Time(_) => Type::Time,
    }
}

fn scalar(ty: &Type) -> bool {
    !matches!(ty, Type::List(_) | Type::Record(_) | Type::Optional(_))
}

/// A text that stands beside a choice must be one of its words.
fn words(choice: &ChoiceType, text: &Expression) -> Result<(), ExpressionError> {
    let Node::Literal(Literal::Text(word)) = &text.node else { return Ok(()) };
    if choice.words.iter().any(|(known, _)| known == word) {
        return Ok(());
    }
    let hint = nearest(word, choice.words.iter().map(|(known, _)| *known));
    Err(ExpressionError::new(text.at, format!("{} has no word '{word}'{hint}", choice.name)))
}

/// `; did you mean …?` when something known is near.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut candidates: Vec<(usize, &str)> = known.map(|known| (distance(name, known), known)).collect();
    candidates.sort_unstable();
    match candidates.first() {
        Some((distance, known)) if *distance <= 2.max(name.len() / 3) => format!("; did you mean `{known}`?"),
        _ => String::new(),
    }
}

/// Levenshtein's distance, over short names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, y) in row.iter_mut().skip(1).zip(&b) {
            let cost = (diagonal + usize::from(x != *y)).min(*above + 1).min(left + 1);
            diagonal = *above;
            *above = cost;
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
