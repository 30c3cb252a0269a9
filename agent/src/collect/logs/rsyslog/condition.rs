//! Expressions of RainerScript: for which messages on sign-ins they hold. See rsyslog's grammar/lexer.l and grammar.y.

use super::RsyslogError;
use super::property::{Comparison, compared};
use super::share::Shares;
use crate::collect::logs::selector;

/// The most parts of one expression, and how deep it may be nested.
const TOKENS_MAX: usize = 4_000;
const DEPTH_MAX: usize = 50;

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A keyword or the name of a function, in lower case.
    Word(String),
    /// A property or variable, without its dollar sign.
    Variable(String),
    Text(String),
    Sign(&'static str),
}

/// Where an expression ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At that keyword.
    Word(&'static str),
    /// At a semicolon.
    Semicolon,
}

/// Reads an expression up to its end: for which messages on sign-ins it holds, and what follows.
pub(super) fn condition(text: &str, end: End) -> Result<(Shares, &str), RsyslogError> {
    let (tokens, rest) = tokens(text, end)?;
    let mut expression = Expression { tokens: &tokens };
    let shares = expression.any_or_all(0);
    Ok((if expression.tokens.is_empty() { shares } else { Shares::SOME }, rest))
}

const SIGNS: [&str; 19] =
    ["==", "!=", "<>", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "+", "-", "&", "*", "/", "%", "="];

fn tokens(text: &str, end: End) -> Result<(Vec<Token>, &str), RsyslogError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let first = rest.chars().next().ok_or(RsyslogError::Unclosed)?;
        if tokens.len() > TOKENS_MAX {
            return Err(RsyslogError::TooLong);
        }
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").ok_or(RsyslogError::Unclosed)?.1;
        } else if matches!(first, '\'' | '"' | '`') {
            let (value, after) = quoted(rest, first)?;
            // What stands in backticks is the value of a variable, or what a file holds.
            tokens.push(if first == '`' { Token::Word("`".to_owned()) } else { Token::Text(value) });
            rest = after;
        } else if let Some(name) = rest.strip_prefix('$') {
            let ends = name.find(|sign: char| !sign.is_ascii_alphanumeric() && !"_-.@![]$/".contains(sign));
            let (name, after) = name.split_at(ends.unwrap_or(name.len()));
            tokens.push(Token::Variable(name.to_owned()));
            rest = after;
        } else if first.is_ascii_alphanumeric() {
            let ends = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(rest.len());
            let (word, after) = rest.split_at(ends);
            rest = after;
            let word = word.to_ascii_lowercase();
            if matches!(end, End::Word(last) if last == word) {
                return Ok((tokens, rest));
            }
            let is_number = first.is_ascii_digit();
            tokens.push(if is_number { Token::Text(decimal(&word)) } else { Token::Word(word) });
        } else if first == ';' && end == End::Semicolon {
            return Ok((tokens, rest.get(1..).unwrap_or_default()));
        } else {
            // Other signs rsyslog complains of and passes over.
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            tokens.extend(sign.map(|sign| Token::Sign(sign)));
            rest = rest.get(sign.map_or(first.len_utf8(), |sign| sign.len())..).unwrap_or_default();
        }
    }
}

/// A number in decimal: octal ones begin with a nought, hexadecimal ones with `0x`.
fn decimal(word: &str) -> String {
    let value = match (word.strip_prefix("0x"), word.strip_prefix('0')) {
        (Some(digits), _) => i64::from_str_radix(digits, 16),
        (None, Some(digits)) if !digits.is_empty() => i64::from_str_radix(digits, 8),
        _ => word.parse(),
    };
    value.map_or_else(|_| word.to_owned(), |value| value.to_string())
}

/// A text in quotes, and what follows it.
fn quoted(text: &str, quote: char) -> Result<(String, &str), RsyslogError> {
    let mut value = String::new();
    let mut signs = text.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => value.extend(signs.next().map(|(_, sign)| sign)),
            sign if sign == quote => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            sign => value.push(sign),
        }
    }
    Err(RsyslogError::Unclosed)
}

/// One side of a comparison.
enum Operand {
    /// What is true for messages by itself.
    Holds(Shares),
    Variable(String),
    /// A text or number, or a list of them.
    Values(Vec<String>),
    /// Whatever comes of a calculation or a function.
    Other,
}

struct Expression<'t> {
    tokens: &'t [Token],
}

impl Expression<'_> {
    fn next(&mut self) -> Option<&Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn is_next(&self, sign: &str) -> bool {
        matches!(self.tokens.first(), Some(Token::Sign(found)) if *found == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_next = self.is_next(sign);
        if is_next {
            self.next();
        }
        is_next
    }

    /// `and` and `or` bind alike, from left to right.
    fn any_or_all(&mut self, depth: usize) -> Shares {
        let mut shares = self.comparison(depth);
        while let Some(Token::Word(word)) = self.tokens.first() {
            let is_and = match word.as_str() {
                "and" => true,
                "or" => false,
                _ => return Shares::SOME,
            };
            self.next();
            let other = self.comparison(depth);
            shares = if is_and { shares.and(other) } else { shares.or(other) };
        }
        shares
    }

    fn comparison(&mut self, depth: usize) -> Shares {
        let left = self.operand(depth);
        let Some((comparison, any_case, is_not)) = self.relation() else { return truth(&left) };
        let right = self.operand(depth);
        let shares = match (&left, &right) {
            (Operand::Variable(name), Operand::Values(values)) => compared(name, comparison, any_case, values),
            (Operand::Values(values), Operand::Variable(name)) if comparison == Comparison::Equal => {
                compared(name, comparison, any_case, values)
            }
            _ => Shares::SOME,
        };
        if is_not { shares.others() } else { shares }
    }

    /// The relation that stands next, if one does: whether case counts not, and whether it is turned round.
    fn relation(&mut self) -> Option<(Comparison, bool, bool)> {
        let found = match self.tokens.first()? {
            Token::Sign("==") => (Comparison::Equal, false, false),
            Token::Sign("!=" | "<>") => (Comparison::Equal, false, true),
            Token::Sign("<") => (Comparison::Less, false, false),
            Token::Sign("<=") => (Comparison::LessOrEqual, false, false),
            Token::Sign(">") => (Comparison::Greater, false, false),
            Token::Sign(">=") => (Comparison::GreaterOrEqual, false, false),
            Token::Word(word) => match word.as_str() {
                "contains" => (Comparison::Contains, false, false),
                "contains_i" => (Comparison::Contains, true, false),
                "startswith" => (Comparison::StartsWith, false, false),
                "startswith_i" => (Comparison::StartsWith, true, false),
                _ => return None,
            },
            _ => return None,
        };
        self.next();
        Some(found)
    }

    fn operand(&mut self, depth: usize) -> Operand {
        let first = self.one(depth);
        let mut is_calculated = false;
        while ["+", "-", "&", "*", "/", "%"].iter().any(|sign| self.take(sign)) {
            is_calculated = true;
            self.one(depth);
        }
        if is_calculated { Operand::Other } else { first }
    }

    fn one(&mut self, depth: usize) -> Operand {
        if depth > DEPTH_MAX {
            self.tokens = &[];
            return Operand::Other;
        }
        match self.next() {
            Some(Token::Variable(name)) => Operand::Variable(name.clone()),
            Some(Token::Text(text)) => Operand::Values(vec![text.clone()]),
            Some(Token::Sign("(")) => {
                let shares = self.any_or_all(depth + 1);
                if self.take(")") { Operand::Holds(shares) } else { Operand::Other }
            }
            Some(Token::Sign("[")) => self.list(),
            Some(Token::Sign("-")) => {
                self.one(depth + 1);
                Operand::Other
            }
            // It binds closer than a comparison: `not $a == 'b'` compares what `not $a` is.
            Some(Token::Word(word)) if word == "not" => match self.one(depth + 1) {
                Operand::Holds(shares) => Operand::Holds(shares.others()),
                _ => Operand::Other,
            },
            Some(Token::Word(word)) => {
                let is_selector = word == "prifilt";
                if !self.take("(") {
                    return Operand::Other;
                }
                self.function(is_selector)
            }
            _ => Operand::Other,
        }
    }

    fn list(&mut self) -> Operand {
        let mut values = Vec::new();
        while let Some(token) = self.next() {
            match token {
                Token::Text(text) => values.push(text.clone()),
                Token::Sign(",") => {}
                Token::Sign("]") => return Operand::Values(values),
                _ => return Operand::Other,
            }
        }
        Operand::Other
    }

    /// Behind the bracket of a function. `prifilt("auth,authpriv.*")` is a selector.
    fn function(&mut self, is_selector: bool) -> Operand {
        if let [Token::Text(text), Token::Sign(")"), rest @ ..] = self.tokens
            && is_selector
        {
            self.tokens = rest;
            return selector::parse(text).map_or(Operand::Other, |taken| Operand::Holds(taken.into()));
        }
        let mut open = 1;
        while let Some(token) = self.next() {
            match token {
                Token::Sign("(") => open += 1,
                Token::Sign(")") => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        Operand::Other
    }
}

/// What an operand is that is compared with nothing.
fn truth(operand: &Operand) -> Shares {
    match operand {
        Operand::Holds(shares) => *shares,
        Operand::Values(values) => match values.as_slice() {
            [one] if one.parse::<i64>().is_ok_and(|number| number != 0) => Shares::ALL,
            [one] if one == "0" => Shares::NONE,
            _ => Shares::SOME,
        },
        Operand::Variable(_) | Operand::Other => Shares::SOME,
    }
}
