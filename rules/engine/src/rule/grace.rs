//! How long a failure may last before it is a drift, and in which time that is counted.

use std::fmt;
use std::str::FromStr;

use tenken_model::quantity::QuantityError;
use tenken_model::{Language, Span};
use thiserror::Error;

use crate::expression::show;

/// The most business days a grace may have.
pub const BUSINESS_DAYS_MAX: u16 = 60;

const AWAKE: &str = " awake";
const BUSINESS_DAYS: [&str; 2] = [" business days", " business day"];

/// How long a failure may last before it is a drift.
///
/// In a rule file: `15m`, `4h awake`, `2 business days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grace {
    /// So long, day and night, whether the host runs or not.
    Elapsed(Span),
    /// So long of time the host was awake: what is repaired by itself once the host runs, or can wait while nobody uses it.
    Awake(Span),
    /// Until the close of that many business days after the day on which it began: what a person has to do.
    BusinessDays(u16),
}

impl Grace {
    /// None: a failure is a drift at once.
    pub const NONE: Self = Self::Elapsed(Span::ZERO);

    /// It, as people read it.
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Elapsed(Span::ZERO) => language.grace_none(),
            Self::Elapsed(span) => show::span(span, language),
            Self::Awake(span) => language.grace_awake(&show::span(span, language)),
            Self::BusinessDays(days) => language.grace_business_days(days),
        }
    }
}

/// Why a text is not a grace.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GraceError {
    /// Not a length of time.
    #[error(transparent)]
    Span(#[from] QuantityError),
    /// A length of time below zero.
    #[error("a negative time means nothing here")]
    Negative,
    /// Not a number of business days.
    #[error("`{0}`: write 1 to {BUSINESS_DAYS_MAX} business days, as `2 business days`")]
    BusinessDays(String),
}

impl FromStr for Grace {
    type Err = GraceError;

    fn from_str(text: &str) -> Result<Self, GraceError> {
        if let Some(number) = BUSINESS_DAYS.iter().find_map(|unit| text.strip_suffix(unit)) {
            let days = number.parse().ok().filter(|days| (1..=BUSINESS_DAYS_MAX).contains(days));
            // `+2` is a number for the parser, but nobody writes it so.
            let days = days.filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
            return days.map(Self::BusinessDays).ok_or_else(|| GraceError::BusinessDays(text.to_owned()));
        }
        let (span, grace): (&str, fn(Span) -> Self) = match text.strip_suffix(AWAKE) {
            Some(span) => (span, Self::Awake),
            None => (text, Self::Elapsed),
        };
        let span: Span = span.parse()?;
        if span < Span::ZERO { Err(GraceError::Negative) } else { Ok(grace(span)) }
    }
}

impl fmt::Display for Grace {
    /// As it stands in a rule file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elapsed(span) => f.write_str(&span.in_full()),
            Self::Awake(span) => write!(f, "{}{AWAKE}", span.in_full()),
            Self::BusinessDays(1) => f.write_str("1 business day"),
            Self::BusinessDays(days) => write!(f, "{days} business days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_shown_the_same() {
        for (text, grace) in [
            ("0s", Grace::NONE),
            ("15m", Grace::Elapsed(Span::from_secs(900))),
            ("4h awake", Grace::Awake(Span::from_secs(14_400))),
            ("1 business day", Grace::BusinessDays(1)),
            ("2 business days", Grace::BusinessDays(2)),
        ] {
            assert_eq!(text.parse(), Ok(grace), "{text}");
            assert_eq!(grace.to_string(), text);
        }
        assert_eq!("1 business days".parse(), Ok(Grace::BusinessDays(1)));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for text in [
            "",
            "2",
            "-1h",
            "-1h awake",
            "4h  awake",
            "awake",
            "4 awake",
            "0 business days",
            "61 business days",
            "+2 business days",
            "-2 business days",
            "1.5 business days",
            "business days",
            "2d business days",
            "4h asleep",
            "99999999999 business days",
        ] {
            assert!(text.parse::<Grace>().is_err(), "{text}");
        }
    }
}
