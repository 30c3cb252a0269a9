//! The language of rules: a subset of CEL with types, positions and three values.
//!
//! `parse` makes a tree, `check` proves that it can only be asked what facts can answer, `evaluate`
//! judges it. Nothing here reads anything.

pub mod ast;
pub mod check;
pub mod evaluate;
pub mod parse;
pub mod show;
mod token;
mod wildcard;

/// The longest expression in bytes.
pub const SOURCE_BYTES_MAX: usize = 1_024;
/// The deepest nesting of an expression.
pub const DEPTH_MAX: usize = 48;
/// The deepest nesting of `all`, `exists` and the like.
pub const MACRO_DEPTH_MAX: usize = 2;

/// What is wrong with an expression, and at which byte of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// Byte offset in the expression.
    pub at: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl ExpressionError {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}
