//! ufw: `/etc/ufw/ufw.conf` and `/etc/default/ufw`, which its start script sources as a shell does.
//!
//! Source: ufw(8), ufw-framework(8) and /usr/lib/ufw/ufw-init-functions. The rules a person adds open single ports; those of
//! other files belong to the package.

use thiserror::Error;

use super::written::{When, by_interface, by_ports};

/// The most lines of a file.
const LINES_MAX: usize = 10_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UfwError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
    /// A value is more than a word.
    #[error("line {0} sets a value that is not followed")]
    Value(usize),
}

/// The last value of a key; absent when no line sets it.
pub fn value(bytes: &[u8], key: &str) -> Result<Option<String>, UfwError> {
    let text = std::str::from_utf8(bytes).map_err(|_| UfwError::NotText)?;
    let mut found = None;
    for (line, number) in text.lines().zip(1_usize..) {
        if number > LINES_MAX {
            return Err(UfwError::TooLong);
        }
        let line = line.trim();
        let Some(value) = line.strip_prefix(key).and_then(|rest| rest.strip_prefix('=')) else { continue };
        let value = match value.chars().next().filter(|letter| "\"'".contains(*letter)) {
            Some(quote) => value.get(1..).and_then(|rest| rest.split_once(quote)).map(|(value, _)| value),
            None => value.split_whitespace().next().or(Some("")),
        };
        let plain =
            |value: &&str| value.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-./".contains(letter));
        found = Some(value.filter(plain).ok_or(UfwError::Value(number))?.to_owned());
    }
    Ok(found)
}

/// Whether a value means yes, as ufw compares it.
pub fn is_yes(value: &str) -> bool {
    value.eq_ignore_ascii_case("yes")
}

/// A rule of `user.rules` that lets in whatever comes: `### tuple ### allow any any 0.0.0.0/0 any 0.0.0.0/0 in`.
pub fn lets_all_in(bytes: &[u8]) -> Result<bool, UfwError> {
    let text = std::str::from_utf8(bytes).map_err(|_| UfwError::NotText)?;
    let mut tuples = text.lines().filter_map(|line| line.trim().strip_prefix("### tuple ###"));
    Ok(tuples.any(|tuple| {
        let words: Vec<&str> = tuple.split_whitespace().collect();
        let anywhere = |word: &str| matches!(word, "0.0.0.0/0" | "::/0");
        match words.as_slice() {
            [action, _, port, to, _, from, way, ..] if way.starts_with("in") => {
                // A rule for one interface has its name behind the way: `in_eth0`.
                action.starts_with("allow")
                    && (*port == "any" || by_ports(port, false) != When::Never)
                    && anywhere(to)
                    && anywhere(from)
                    && way.strip_prefix("in_").is_none_or(|name| by_interface(name, false) != When::Never)
            }
            _ => false,
        }
    }))
}
