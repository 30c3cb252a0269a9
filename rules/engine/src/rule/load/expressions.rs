//! Expressions: parsed, checked, and asked for their type.

use std::collections::BTreeSet;

use tenken_model::Topic;
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

/// Whether an expression can be asked with no more than these names.
pub(super) fn fits(source: &str, names: &Names) -> bool {
    parse(source).and_then(|parsed| check(&parsed, names)).is_ok()
}

/// What follows `params.` and `registers.` in an expression.
pub(super) fn uses_of(expression: &Expression, found: &mut BTreeSet<(String, String)>) {
    expression.walk(&mut |part| {
        if let Some((group, field)) = group_of(part) {
            found.insert((group.to_owned(), field.to_owned()));
        }
    });
}

/// What leaves the host may not name what stays there.
///
/// # Errors
/// The first field of these topics that is private, whatever holds it.
pub(super) fn told(expression: &Expression, topics: &[Topic]) -> Result<(), ExpressionError> {
    let mut private = None;
    expression.walk(&mut |part| {
        if let Node::Select(_, field) = &part.node
            && group_of(part).is_none()
            && topics.iter().any(|topic| topic.is_private(field))
        {
            private.get_or_insert((part.at, field));
        }
    });
    match private {
        Some((at, field)) => {
            Err(ExpressionError::new(at, format!("`{field}` stays on the host; it may only be compared")))
        }
        None => Ok(()),
    }
}

/// `params.name` or `registers.name`.
fn group_of(expression: &Expression) -> Option<(&str, &str)> {
    let Node::Select(of, field) = &expression.node else { return None };
    let Node::Name(group) = &of.node else { return None };
    ["params", "registers"].contains(&group.as_str()).then_some((group.as_str(), field.as_str()))
}
