//! Assignments to `TMOUT` in a shell script.

use tenken_model::Span;

use super::shell_words::Word;

/// The variable's name.
pub(super) const NAME: &str = "TMOUT";

/// What `TMOUT` is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A limit.
    Limit(Span),
    /// Zero or empty: no limit.
    Off,
    /// An expression.
    Unknown,
}

/// Whether a word speaks of the variable.
pub(super) fn mentions(words: &[Word]) -> bool {
    words.iter().any(|word| word.text.contains(NAME))
}

/// `NAME=value`, also with `+=`.
pub(super) fn is_assignment(word: &Word) -> bool {
    let Some((name, _)) = word.text.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What a value sets.
pub(super) fn setting(value: &str, exact: bool) -> Setting {
    if !exact {
        return Setting::Unknown;
    }
    match value.parse::<i64>() {
        _ if value.is_empty() => Setting::Off,
        // A leading zero would be octal, a sign arithmetic.
        Ok(secs) if value == secs.to_string() && secs > 0 => Setting::Limit(Span::from_secs(secs)),
        Ok(0) if value == "0" => Setting::Off,
        _ => Setting::Unknown,
    }
}
