//! The tree of an expression.

use tenken_model::{Instant, Size, Span};

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

/// What binds a variable to each element of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Macro {
    /// True of every element.
    All,
    /// True of at least one.
    Exists,
    /// True of exactly one.
    ExistsOne,
    /// The elements it is true of.
    Filter,
    /// Its value for each element.
    Map,
}

impl Macro {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "all" => Some(Self::All),
            "exists" => Some(Self::Exists),
            "exists_one" => Some(Self::ExistsOne),
            "filter" => Some(Self::Filter),
            "map" => Some(Self::Map),
            _ => None,
        }
    }
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Operator {
    /// As it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

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
