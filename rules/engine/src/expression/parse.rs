//! From tokens to a tree, by precedence climbing with a bound on depth.

use tenken_model::{Instant, Size, Span};

use super::ast::{Expression, Literal, Macro, Node, Operator};
use super::token::{Bracket, Kind, Token, tokens};
use super::{DEPTH_MAX, ExpressionError, SOURCE_BYTES_MAX};

/// Parses an expression.
///
/// # Errors
/// What is wrong, with the byte offset it is wrong at. Never panics, whatever the text.
pub fn parse(source: &str) -> Result<Expression, ExpressionError> {
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!("an expression has at most {SOURCE_BYTES_MAX} bytes, this one has {}", source.len());
        return Err(ExpressionError::new(0, message));
    }
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens: &tokens, next: 0, depth: 0 };
    let expression = parser.conditional()?;
    match parser.peek() {
        Kind::End => Ok(expression),
        _ => Err(parser.error("an operator or the end was expected here")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Kind {
        self.tokens.get(self.next).map_or(&Kind::End, |token| &token.kind)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(0, |token| token.at)
    }

    fn error(&self, message: impl Into<String>) -> ExpressionError {
        ExpressionError::new(self.at(), message)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let taken = self.peek() == kind;
        self.next += usize::from(taken);
        taken
    }

    fn must(&mut self, kind: &Kind, shown: &str) -> Result<(), ExpressionError> {
        if self.take(kind) { Ok(()) } else { Err(self.error(format!("`{shown}` was expected here"))) }
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, ExpressionError>) -> Result<T, ExpressionError> {
        if self.depth >= DEPTH_MAX {
            return Err(self.error(format!("an expression is nested at most {DEPTH_MAX} deep")));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn conditional(&mut self) -> Result<Expression, ExpressionError> {
        self.deeper(|parser| {
            let condition = parser.binary(0)?;
            if !parser.take(&Kind::Question) {
                return Ok(condition);
            }
            let then = parser.conditional()?;
            parser.must(&Kind::Colon, ":")?;
            let otherwise = parser.conditional()?;
            let at = condition.at;
            Ok(Expression { at, node: Node::Conditional(Box::new(condition), Box::new(then), Box::new(otherwise)) })
        })
    }

    /// Operators that bind more strongly than `above`. A chain of them makes the tree deeper on its left, so each
    /// link counts towards the depth.
    fn binary(&mut self, above: u8) -> Result<Expression, ExpressionError> {
        let mut left = self.unary()?;
        let mut links = 0;
        while let &Kind::Operator(operator) = self.peek() {
            if operator.strength() <= above {
                break;
            }
            links += 1;
            if self.depth + links > DEPTH_MAX {
                return Err(self.error(format!("an expression is nested at most {DEPTH_MAX} deep")));
            }
            self.next += 1;
            let right = self.deeper(|parser| parser.binary(operator.strength()))?;
            left = Expression { at: left.at, node: Node::Binary(operator, Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, ExpressionError> {
        let at = self.at();
        if self.take(&Kind::Not) {
            let of = self.deeper(Self::unary)?;
            return Ok(Expression { at, node: Node::Not(Box::new(of)) });
        }
        if self.take(&Kind::Operator(Operator::Subtract)) {
            let of = self.deeper(Self::unary)?;
            return Ok(Expression { at, node: Node::Negate(Box::new(of)) });
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Result<Expression, ExpressionError> {
        let mut of = self.primary()?;
        let mut links = 0;
        while self.take(&Kind::Dot) {
            links += 1;
            if self.depth + links > DEPTH_MAX {
                return Err(self.error(format!("an expression is nested at most {DEPTH_MAX} deep")));
            }
            let at = self.at();
            let Kind::Name(name) = self.peek().clone() else { return Err(self.error("a name was expected after `.`")) };
            self.next += 1;
            let node = if self.take(&Kind::Open(Bracket::Round)) {
                match Macro::from_word(&name) {
                    Some(kind) => self.macro_call(kind, of)?,
                    None => Node::Method(Box::new(of), name, self.list(Bracket::Round)?),
                }
            } else {
                Node::Select(Box::new(of), name)
            };
            of = Expression { at, node };
        }
        Ok(of)
    }

    fn macro_call(&mut self, kind: Macro, of: Expression) -> Result<Node, ExpressionError> {
        let Kind::Name(variable) = self.peek().clone() else {
            return Err(self.error("a name for the element was expected here, as in `all(x, x > 1)`"));
        };
        self.next += 1;
        self.must(&Kind::Comma, ",")?;
        let body = self.conditional()?;
        self.must(&Kind::Close(Bracket::Round), ")")?;
        Ok(Node::Macro(kind, Box::new(of), variable, Box::new(body)))
    }

    fn list(&mut self, bracket: Bracket) -> Result<Vec<Expression>, ExpressionError> {
        let mut elements = Vec::new();
        if self.take(&Kind::Close(bracket)) {
            return Ok(elements);
        }
        loop {
            elements.push(self.conditional()?);
            if self.take(&Kind::Close(bracket)) {
                return Ok(elements);
            }
            self.must(&Kind::Comma, ",")?;
        }
    }

    fn primary(&mut self) -> Result<Expression, ExpressionError> {
        let at = self.at();
        let kind = self.peek().clone();
        self.next += 1;
        let node = match kind {
            Kind::Int(number) => Node::Literal(Literal::Int(number)),
            Kind::Text(text) => Node::Literal(Literal::Text(text)),
            Kind::Name(name) if self.take(&Kind::Open(Bracket::Round)) => self.constant(at, &name)?,
            Kind::Name(name) => match name.as_str() {
                "true" => Node::Literal(Literal::Bool(true)),
                "false" => Node::Literal(Literal::Bool(false)),
                "null" => {
                    return Err(ExpressionError::new(
                        at,
                        "there is no null: an absent value is optional, ask `x.hasValue()`",
                    ));
                }
                _ => Node::Name(name),
            },
            Kind::Open(Bracket::Round) => {
                let inner = self.conditional()?;
                self.must(&Kind::Close(Bracket::Round), ")")?;
                return Ok(inner);
            }
            Kind::Open(Bracket::Square) => Node::List(self.list(Bracket::Square)?),
            Kind::Operator(_)
            | Kind::Not
            | Kind::Dot
            | Kind::Comma
            | Kind::Question
            | Kind::Colon
            | Kind::Close(_)
            | Kind::End => {
                self.next -= 1;
                return Err(self.error("a value was expected here"));
            }
        };
        Ok(Expression { at, node })
    }

    /// `duration('15m')` and the like; there are no other functions.
    fn constant(&mut self, at: usize, name: &str) -> Result<Node, ExpressionError> {
        let refused = |message: String| ExpressionError::new(at, message);
        if name == "has" {
            return Err(refused("there is no `has`: an absent value is optional, ask `x.hasValue()`".to_owned()));
        }
        let arguments = self.list(Bracket::Round)?;
        let [Expression { node: Node::Literal(Literal::Text(text)), .. }] = arguments.as_slice() else {
            return Err(refused(format!(
                "`{name}` is not a function here; there are duration('15m'), size('3GiB') and timestamp('...')"
            )));
        };
        let literal = match name {
            "duration" => Literal::Span(text.parse::<Span>().map_err(|error| refused(error.to_string()))?),
            "size" => Literal::Size(text.parse::<Size>().map_err(|error| refused(error.to_string()))?),
            "timestamp" => Literal::Time(
                text.parse::<Instant>().map_err(|error| refused(format!("`{text}` is not an instant: {error}")))?,
            ),
            _ => return Err(refused(format!("there is no function `{name}`"))),
        };
        Ok(Node::Literal(literal))
    }
}
