//! The tree of an expression.

use tenken_model::{Instant, Size, Span, choice};

/// A node with the byte offset it begins at.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Byte offset in the source.
    pub at: usize,
    /// What it is.
    pub node: Node,
}

/// The kinds of node.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `true`, `3`, `'text'`, `duration('15m')`, `size('3GiB')`, `timestamp('2026-11-23T00:00:00Z')`.
    Literal(Literal),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `name`
    Name(String),
    /// `of.field`
    Select(Box<Expression>, String),
    /// `of.method(arguments)`
    Method(Box<Expression>, String, Vec<Expression>),
    /// `of.macro(variable, body)`
    Macro(Macro, Box<Expression>, String, Box<Expression>),
    /// `!x`
    Not(Box<Expression>),
    /// `-x`
    Negate(Box<Expression>),
    /// `a op b`
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `condition ? a : b`
    Conditional(Box<Expression>, Box<Expression>, Box<Expression>),
}

impl Expression {
    /// Shows it and all its parts.
    pub fn walk<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        match &self.node {
            Node::Literal(_) | Node::Name(_) => {}
            Node::List(elements) => {
                for element in elements {
                    element.walk(see);
                }
            }
            Node::Select(of, _) | Node::Not(of) | Node::Negate(of) => of.walk(see),
            Node::Method(of, _, arguments) => {
                of.walk(see);
                for argument in arguments {
                    argument.walk(see);
                }
            }
            Node::Macro(_, left, _, right) | Node::Binary(_, left, right) => {
                left.walk(see);
                right.walk(see);
            }
            Node::Conditional(condition, then, otherwise) => {
                for part in [condition, then, otherwise] {
                    part.walk(see);
                }
            }
        }
    }
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// A length of time.
    Span(Span),
    /// An amount of data.
    Size(Size),
    /// An instant.
    Time(Instant),
}

choice! {
    /// What binds a variable to each element of a list.
    pub enum Macro {
        /// True of every element.
        All = "all",
        /// True of at least one.
        Exists = "exists",
        /// True of exactly one.
        ExistsOne = "exists_one",
        /// The elements it is true of.
        Filter = "filter",
        /// Its value for each element.
        Map = "map",
    }
}

choice! {
    /// A binary operator, as it is written.
    pub enum Operator {
        /// Either side.
        Or = "||",
        /// Both sides.
        And = "&&",
        /// The same value.
        Equal = "==",
        /// Another value.
        NotEqual = "!=",
        /// Smaller.
        Less = "<",
        /// No larger.
        LessOrEqual = "<=",
        /// Larger.
        Greater = ">",
        /// No smaller.
        GreaterOrEqual = ">=",
        /// An element of a list.
        In = "in",
        /// The sum.
        Add = "+",
        /// The difference.
        Subtract = "-",
        /// The product.
        Multiply = "*",
        /// The quotient.
        Divide = "/",
        /// What is left by dividing.
        Remainder = "%",
    }
}

impl Operator {
    /// How strongly it binds; larger binds first. All associate to the left.
    pub(crate) const fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual
            | Self::In => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 5,
        }
    }
}
