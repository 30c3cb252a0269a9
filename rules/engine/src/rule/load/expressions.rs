//! Expressions: parsed, checked, and asked for their type.

use std::collections::BTreeSet;

use tenken_model::schema::Type;

use super::Loader;
use crate::expression::ExpressionError;
use crate::expression::ast::{Expression, Node};
use crate::expression::check::{Names, check};
use crate::expression::parse::parse;
use crate::place::Step;

impl Loader<'_, '_> {
    pub(super) fn expression(&mut self, path: &[Step<'_>], source: &str, names: &Names) -> Option<(Expression, Type)> {
        let checked = parse(source).and_then(|parsed| check(&parsed, names).map(|ty| (parsed, ty)));
        match checked {
            Ok((parsed, ty)) => {
                uses_of(&parsed, &mut self.used);
                Some((parsed, ty))
            }
            Err(error) => {
                self.problems.expression(path, 0, &error);
                None
            }
        }
    }

    pub(super) fn condition(&mut self, path: &[Step<'_>], source: &str, names: &Names) -> Option<Expression> {
        self.of_type(path, source, names, &Type::Bool, "this must be true or false")
    }

    pub(super) fn text(&mut self, path: &[Step<'_>], source: &str, names: &Names) -> Option<Expression> {
        self.of_type(path, source, names, &Type::Text, "this must be a text")
    }

    pub(super) fn of_type(
        &mut self,
        path: &[Step<'_>],
        source: &str,
        names: &Names,
        wanted: &Type,
        must: &str,
    ) -> Option<Expression> {
        let (expression, ty) = self.expression(path, source, names)?;
        if ty == *wanted {
            return Some(expression);
        }
        let message = format!("{must}, but it is {ty}");
        self.problems.expression(path, 0, &ExpressionError { at: expression.at, message });
        None
    }
}

/// What follows `params.` and `registers.` in an expression.
pub(super) fn uses_of(expression: &Expression, found: &mut BTreeSet<(String, String)>) {
    match &expression.node {
        Node::Literal(_) | Node::Name(_) => {}
        Node::List(elements) => uses_of_all(elements, found),
        Node::Select(of, field) => {
            if let Node::Name(group) = &of.node
                && ["params", "registers"].contains(&group.as_str())
            {
                found.insert((group.clone(), field.clone()));
            }
            uses_of(of, found);
        }
        Node::Method(of, _, arguments) => {
            uses_of(of, found);
            uses_of_all(arguments, found);
        }
        Node::Macro(_, left, _, right) | Node::Binary(_, left, right) => {
            uses_of(left, found);
            uses_of(right, found);
        }
        Node::Not(of) | Node::Negate(of) => uses_of(of, found),
        Node::Conditional(condition, then, otherwise) => {
            for part in [condition, then, otherwise] {
                uses_of(part, found);
            }
        }
    }
}

fn uses_of_all(expressions: &[Expression], found: &mut BTreeSet<(String, String)>) {
    for expression in expressions {
        uses_of(expression, found);
    }
}
