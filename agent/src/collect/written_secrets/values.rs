//! Which values can be a password.

use super::secret_lines::Style;

/// Shorter values are switches and numbers.
const LENGTH_MIN: usize = 4;

/// Values that are no password but a choice.
const CHOICES: [&str; 35] = [
    "none",
    "null",
    "nil",
    "true",
    "false",
    "ask",
    "prompt",
    "required",
    "optional",
    "sufficient",
    "requisite",
    "include",
    "files",
    "compat",
    "system",
    "default",
    "disabled",
    "enabled",
    "password",
    "passwd",
    "secret",
    "plain",
    "optional,",
    "string",
    "text",
    "hidden",
    "never",
    "always",
    "inherit",
    "user",
    "keyring",
    "agent",
    "environment",
    "undefined",
    "empty",
];

/// What stands in examples for the password to be put in.
const PLACEHOLDERS: [&str; 6] =
    ["password_here", "password-here", "passwordhere", "your_password", "your-password", "yourpassword"];

/// How the values begin that stand for something kept elsewhere, or that are hashes.
const STAND_INS: [&str; 18] = [
    "${",
    "$(",
    "%(",
    "%{",
    "{{",
    "<",
    "@",
    "enc(",
    "vault:",
    "arn:",
    "secretref:",
    "file:",
    "env:",
    "/",
    "$argon2",
    "{",
    "~/",
    "!vault",
];

/// Whether what is assigned to a key can be a password, and neither stands for one nor is a text of a screen.
pub(super) fn is_password(value: &str, key: &str, style: Style) -> bool {
    let lower = value.to_lowercase();
    let label = lower.trim_end_matches([':', ' ']);
    let dollar = value.strip_prefix('$').and_then(|rest| rest.chars().next());
    value.chars().count() >= LENGTH_MIN
        && !CHOICES.contains(&label)
        && !STAND_INS.iter().any(|begin| lower.starts_with(begin))
        && !PLACEHOLDERS.iter().any(|text| lower.contains(text))
        // A variable of Windows.
        && !is_variable_of_windows(value)
        // A variable, or a hash of crypt(5).
        && !dollar.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !value.chars().all(|letter| matches!(letter, '*' | 'x' | 'X' | '.' | '-' | '_' | '?'))
        && !value.chars().any(is_japanese)
        && !(style == Style::Program && value.contains(char::is_whitespace))
        && letters(value) != letters(key)
}

/// `%NAME%`.
fn is_variable_of_windows(value: &str) -> bool {
    value.starts_with('%') && value.ends_with('%')
}

/// Kana and kanji, which no password prompt takes.
fn is_japanese(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff66}'..='\u{ff9f}')
}

/// The letters and digits of a text, in small: a label differs from its key in the rest alone.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_screens_are_no_passwords() {
        for (value, key, style) in [
            ("ひみつのことば", "password", Style::Assignments),
            ("ﾊﾟｽﾜｰﾄﾞabcd", "password", Style::Assignments),
            ("Enter the new one", "password", Style::Program),
            ("db-password", "DB_PASSWORD", Style::Assignments),
            ("Password: ", "label_password", Style::Program),
            ("put_your_password_here", "password", Style::Program),
        ] {
            assert!(!is_password(value, key, style), "{value}");
        }
        for (value, key) in [("correct horse", "password"), ("abcd1234", "password"), ("pässwörd", "password")] {
            assert!(is_password(value, key, Style::Assignments), "{value}");
        }
    }
}
