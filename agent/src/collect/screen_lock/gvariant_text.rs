//! Values as key files write them, in GVariant's text form (<https://docs.gtk.org/glib/gvariant-text-format.html>).

use super::gvariant::Value;

/// Names of types that may stand before a value, with the type's letter.
const KEYWORDS: [(&str, &str); 11] = [
    ("boolean", "b"),
    ("byte", "y"),
    ("int16", "n"),
    ("uint16", "q"),
    ("int32", "i"),
    ("uint32", "u"),
    ("int64", "x"),
    ("uint64", "t"),
    ("handle", "h"),
    ("double", "d"),
    ("string", "s"),
];

/// Reads a flag, a number or a plain string; `None` for what is none of these, which may still be a value of another
/// type. A number without a type is signed, so that `600` is no `uint32 600`.
pub fn parse(text: &str) -> Option<Value> {
    let text = text.trim();
    let (kind, value) = match typed(text) {
        Some((kind, value)) => (Some(kind), value.trim()),
        None => (None, text),
    };
    match (kind, value) {
        (None | Some("b"), "true") => Some(Value::Flag(true)),
        (None | Some("b"), "false") => Some(Value::Flag(false)),
        (None | Some("s"), _) if value.starts_with(['\'', '"']) => string(value).map(Value::Text),
        (None | Some("d"), _)
            if value.starts_with(|sign: char| sign.is_ascii_digit() || "+-.".contains(sign))
                && value.contains(['.', 'e', 'E'])
                && !value.contains(['x', 'X']) =>
        {
            value.parse::<f64>().ok().map(|_| Value::Other("d".to_owned()))
        }
        (None | Some("i"), _) => integer(value).and_then(|number| i32::try_from(number).ok()).map(Value::Signed),
        (Some("u"), _) => integer(value).and_then(|number| u32::try_from(number).ok()).map(Value::Unsigned),
        (Some(kind @ ("y" | "n" | "q" | "x" | "t" | "h")), _) => integer(value).map(|_| Value::Other(kind.to_owned())),
        (Some("d"), _) => value.parse::<f64>().ok().map(|_| Value::Other("d".to_owned())),
        (Some(_), _) => None,
    }
}

/// A type before a value, as `uint32` or as `@u`.
fn typed(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix('@') {
        return rest.split_once(char::is_whitespace);
    }
    let (word, rest) = text.split_once(char::is_whitespace)?;
    KEYWORDS.iter().find(|(keyword, _)| *keyword == word).map(|(_, letter)| (*letter, rest))
}

/// A number as strtoull(3) reads one of base 0: decimal, hexadecimal behind `0x`, octal behind `0`.
fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, base) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
        None => (digits, 10),
    };
    if !digits.starts_with(|digit: char| digit.is_digit(base)) {
        return None;
    }
    let number = i64::from_str_radix(digits, base).ok()?;
    Some(if negative { -number } else { number })
}

/// A string in quotes without anything escaped.
fn string(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(['\\', quote])).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_that_glib_reads() {
        for (text, value) in [
            ("true", Value::Flag(true)),
            (" boolean false ", Value::Flag(false)),
            ("uint32 600", Value::Unsigned(600)),
            ("@u 600", Value::Unsigned(600)),
            ("uint32\t0x258", Value::Unsigned(600)),
            ("uint32 01130", Value::Unsigned(600)),
            ("600", Value::Signed(600)),
            ("-1", Value::Signed(-1)),
            ("int32 5", Value::Signed(5)),
            ("0", Value::Signed(0)),
            ("'true'", Value::Text("true".to_owned())),
            ("\"あ\"", Value::Text("あ".to_owned())),
            ("''", Value::Text(String::new())),
            ("uint64 5", Value::Other("t".to_owned())),
            ("double 5.5", Value::Other("d".to_owned())),
            ("double 5", Value::Other("d".to_owned())),
            ("-1.5e3", Value::Other("d".to_owned())),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
    }

    #[test]
    fn other_forms_are_not_guessed() {
        for text in [
            "",
            "yes",
            "uint32",
            "uint32 -1",
            "uint32 4294967296",
            "4294967296",
            "['a']",
            "'a\\'b'",
            "'",
            "@u",
            "0x",
            "@as []",
            "09",
            "--5",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(uint32|@u|[ 0-9x'\"\\\\-]|true|é){0,12}") {
            let _ = parse(&text);
        }
    }
}
