//! From text to tokens.

use super::ExpressionError;
use super::ast::Operator;

/// A token with the byte offset it begins at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Name(String),
    Int(i64),
    Text(String),
    Operator(Operator),
    Not,
    Dot,
    Comma,
    Question,
    Colon,
    Open(Bracket),
    Close(Bracket),
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Round,
    Square,
}

/// Cuts the text into tokens; the last is always `End`.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut found = Vec::new();
    let mut rest = source.char_indices().peekable();
    while let Some((at, first)) = rest.next() {
        let mut follows = |next: char| rest.next_if(|(_, c)| *c == next).is_some();
        let kind = match first {
            ' ' | '\t' | '\n' | '\r' => continue,
            '.' => Kind::Dot,
            ',' => Kind::Comma,
            '?' => Kind::Question,
            ':' => Kind::Colon,
            '(' => Kind::Open(Bracket::Round),
            ')' => Kind::Close(Bracket::Round),
            '[' => Kind::Open(Bracket::Square),
            ']' => Kind::Close(Bracket::Square),
            '+' => Kind::Operator(Operator::Add),
            '-' => Kind::Operator(Operator::Subtract),
            '*' => Kind::Operator(Operator::Multiply),
            '/' => Kind::Operator(Operator::Divide),
            '%' => Kind::Operator(Operator::Remainder),
            '!' if follows('=') => Kind::Operator(Operator::NotEqual),
            '!' => Kind::Not,
            '<' if follows('=') => Kind::Operator(Operator::LessOrEqual),
            '<' => Kind::Operator(Operator::Less),
            '>' if follows('=') => Kind::Operator(Operator::GreaterOrEqual),
            '>' => Kind::Operator(Operator::Greater),
            '=' if follows('=') => Kind::Operator(Operator::Equal),
            '=' => return Err(ExpressionError::new(at, "`=` does not compare; write `==`")),
            '&' if follows('&') => Kind::Operator(Operator::And),
            '|' if follows('|') => Kind::Operator(Operator::Or),
            '\'' | '"' => Kind::Text(text(at, first, &mut rest)?),
            c if c.is_ascii_digit() => {
                let mut digits = String::from(c);
                while let Some((_, digit)) = rest.next_if(|(_, c)| c.is_ascii_alphanumeric() || *c == '_') {
                    digits.push(digit);
                }
                Kind::Int(digits.parse().map_err(|_| {
                    ExpressionError::new(
                        at,
                        format!("`{digits}` is not a whole number; a length of time is `duration('15m')`"),
                    )
                })?)
            }
            c if c.is_alphabetic() || c == '_' => {
                let mut name = String::from(c);
                while let Some((_, letter)) = rest.next_if(|(_, c)| c.is_alphanumeric() || *c == '_') {
                    name.push(letter);
                }
                if name == "in" { Kind::Operator(Operator::In) } else { Kind::Name(name) }
            }
            other => return Err(ExpressionError::new(at, format!("`{other}` has no meaning here"))),
        };
        found.push(Token { at, kind });
    }
    found.push(Token { at: source.len(), kind: Kind::End });
    Ok(found)
}

/// The rest of a quoted text.
fn text(at: usize, quote: char, rest: &mut impl Iterator<Item = (usize, char)>) -> Result<String, ExpressionError> {
    let mut text = String::new();
    while let Some((here, c)) = rest.next() {
        match c {
            c if c == quote => return Ok(text),
            '\\' => match rest.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, c @ ('\\' | '\'' | '"'))) => text.push(c),
                _ => {
                    return Err(ExpressionError::new(here, "only \\n, \\t, \\\\, \\' and \\\" may follow a backslash"));
                }
            },
            '\n' => return Err(ExpressionError::new(here, "a text ends on the line it begins on")),
            c => text.push(c),
        }
    }
    Err(ExpressionError::new(at, "this text has no closing quote"))
}
