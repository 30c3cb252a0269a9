//! Key files of GLib: groups, keys and values. NetworkManager and iwd keep networks so, GDM, LightDM and LXDM their settings, and
//! dconf makes its databases of them.
//!
//! Source: gkeyfile.c of GLib, and nm-settings-keyfile(5). A text that GLib refuses is refused here.

use std::collections::BTreeMap;

use thiserror::Error;

/// The most lines of one file.
pub const LINES_MAX: usize = 10_000;

/// Groups by name; of two keys of one name in a group the last counts, and groups of one name are one.
pub type KeyFile = BTreeMap<String, BTreeMap<String, String>>;

/// Why a text is no key file; the program refuses it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyFileError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
    /// A line is neither a group nor an entry of one.
    #[error("line {0} is neither a group nor an entry of one")]
    Line(usize),
}

/// Reads a key file. Values are as they are written, without the blanks before them.
pub fn parse(bytes: &[u8]) -> Result<KeyFile, KeyFileError> {
    parse_lines(bytes, LINES_MAX)
}

/// Reads a key file of up to so many lines.
pub fn parse_lines(bytes: &[u8], lines_max: usize) -> Result<KeyFile, KeyFileError> {
    let text = std::str::from_utf8(bytes).map_err(|_| KeyFileError::NotText)?;
    let mut file = KeyFile::new();
    let mut group: Option<&str> = None;
    for (number, line) in text.lines().enumerate() {
        if number >= lines_max {
            return Err(KeyFileError::TooLong);
        }
        let line = line.trim_start_matches(is_blank);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = KeyFileError::Line(number + 1);
        if let Some(name) = group_of(line) {
            if name.is_empty() || name.contains(|sign: char| sign == '[' || sign.is_ascii_control()) {
                return Err(wrong);
            }
            group = Some(name);
            file.entry(name.to_owned()).or_default();
            continue;
        }
        let (Some(within), Some((key, value))) = (group, line.split_once('=')) else { return Err(wrong) };
        let (key, value) = (key.trim_end_matches(is_blank), value.trim_start_matches(is_blank));
        // The first group may say of what letters the text is; GLib takes this one only.
        let is_other = key == "Encoding" && file.len() == 1 && !value.eq_ignore_ascii_case("UTF-8");
        if !is_key(key) || is_other {
            return Err(wrong);
        }
        file.entry(within.to_owned()).or_default().insert(key.to_owned(), value.to_owned());
    }
    Ok(file)
}

/// A blank as GLib has it (`g_ascii_isspace`).
const fn is_blank(sign: char) -> bool {
    sign.is_ascii_whitespace()
}

/// The name in the brackets of a line that begins a group; nothing of another line.
fn group_of(line: &str) -> Option<&str> {
    let (name, behind) = line.strip_prefix('[')?.split_once(']')?;
    behind.chars().all(|sign| matches!(sign, ' ' | '\t')).then_some(name)
}

/// Whether GLib takes it as a key: blanks only within, no brackets but those around a language at its end.
fn is_key(key: &str) -> bool {
    let (name, language) = match key.split_once('[') {
        Some((name, language)) => (name, language.strip_suffix(']')),
        None => (key, Some("")),
    };
    let is_of_language = |sign: char| sign.is_alphanumeric() || "-_.@".contains(sign);
    !name.is_empty()
        && !name.contains(']')
        && !name.starts_with(' ')
        && !name.ends_with(' ')
        && language.is_some_and(|language| language.chars().all(is_of_language))
}

/// A value of one group, without the blanks around it.
pub fn value<'a>(file: &'a KeyFile, group: &str, key: &str) -> Option<&'a str> {
    written(file, group, key).map(str::trim_end)
}

/// A value of one group with the blanks behind it, which may be part of a name.
pub fn written<'a>(file: &'a KeyFile, group: &str, key: &str) -> Option<&'a str> {
    file.get(group)?.get(key).map(String::as_str)
}

/// A text with its escapes resolved: `\s` blank, `\n`, `\t`, `\r`, `\\`.
pub fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, if letter == '\\' { letters.next() } else { None }) {
            ('\\', Some('s')) => plain.push(' '),
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('t')) => plain.push('\t'),
            ('\\', Some('r')) => plain.push('\r'),
            ('\\', Some('\\')) => plain.push('\\'),
            ('\\', Some(other)) => plain.extend(['\\', other]),
            (letter, _) => plain.push(letter),
        }
    }
    plain
}

/// A list, whose elements a `;` ends or parts.
pub fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',']).map(str::trim).filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn groups_keys_and_values() {
        let text = b"# comment\n\n [wifi] \nssid = Kenshin LAN \nmode=infrastructure\nmode=ap\n[wifi-security]\nkey-mgmt=wpa-psk\n[wifi]\nhidden=true\n";
        let file = parse(text).unwrap();
        assert_eq!(value(&file, "wifi", "ssid"), Some("Kenshin LAN"));
        assert_eq!(value(&file, "wifi", "mode"), Some("ap"), "the last counts");
        assert_eq!(value(&file, "wifi", "hidden"), Some("true"), "groups of one name are one");
        assert_eq!(value(&file, "wifi-security", "key-mgmt"), Some("wpa-psk"));
        assert_eq!(value(&file, "WIFI", "ssid"), None, "case counts");
        assert_eq!(parse(b"").unwrap(), KeyFile::new());
    }

    #[test]
    fn what_glib_refuses() {
        assert_eq!(parse(b"a=b\n"), Err(KeyFileError::Line(1)));
        assert_eq!(parse(b"[a]\nb\n"), Err(KeyFileError::Line(2)));
        assert_eq!(parse(b"[a\nb=c\n"), Err(KeyFileError::Line(1)));
        assert_eq!(parse(b"[a]x\nb=c\n"), Err(KeyFileError::Line(1)));
        for line in
            ["[]", "[a[b]", "[a]]", "[a\tb]", "=b", "a]=b", "[a]=b", "a[=b", "a[ja]x=b", "a[j a]=b", " = b", "a [ja]=b"]
        {
            assert_eq!(parse(format!("[x]\n{line}\n").as_bytes()), Err(KeyFileError::Line(2)), "{line}");
        }
        assert_eq!(parse(b"[x]\nEncoding=Shift_JIS\n"), Err(KeyFileError::Line(2)));
        assert!(parse(b"[x]\nEncoding=utf-8\na b[ja_JP@x]=c\n[y] \t\nEncoding=Shift_JIS\n").is_ok());
        assert_eq!(parse(b"[a]\nb=\xff\n"), Err(KeyFileError::NotText));
        assert_eq!(parse("\n".repeat(LINES_MAX + 1).as_bytes()), Err(KeyFileError::TooLong));
    }

    #[test]
    fn escapes_and_lists() {
        assert_eq!(unescaped(r"a\sb\\c\x\"), r"a b\c\x\");
        assert_eq!(list("ccmp;tkip;").collect::<Vec<_>>(), ["ccmp", "tkip"]);
        assert_eq!(list("").count(), 0);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn never_panics_on_text(text in "([\\[\\]=#\n /;\\\\]|wifi|ssid|é){0,60}") {
            let _ = (parse(text.as_bytes()), unescaped(&text), list(&text).count());
        }
    }
}
