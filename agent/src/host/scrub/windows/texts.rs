//! Texts: words that every Windows has, numbers, paths, accounts with their domain, and all others.

use super::super::Scrubber;
use super::{Stands, words};
use crate::host::windows_api::{Guid, Sid};

/// A word where collectors look for it, otherwise its stand-in.
pub(super) fn word(scrubber: &mut Scrubber, text: &str) -> String {
    if text.is_empty() || words::is_word(text) || is_number(text) {
        return text.to_owned();
    }
    scrubber.names.part(&text.replace(['\\', '/'], "-"))
}

/// A number, a version or a date in digits.
fn is_number(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_digit() || b".:-/ ".contains(&byte))
}

/// `DOMAIN\name`, `.\name` or a name.
pub(super) fn qualified(scrubber: &mut Scrubber, text: &str) -> String {
    match text.rsplit_once('\\') {
        Some((domain, name)) => format!("{}\\{}", scrubber.names.host(domain), scrubber.names.account(name)),
        None => scrubber.names.account(text),
    }
}

/// Any text: what it is decides what stands for it.
pub(super) fn text(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> String {
    if text.is_empty() || words::is_word(text) || is_number(text) {
        return text.to_owned();
    }
    if let Ok(sid) = text.parse::<Sid>() {
        return stands.identifiers.sid(&sid).as_str().to_owned();
    }
    if let Ok(guid) = text.parse::<Guid>() {
        let stand_in = if words::is_guid(&guid) { guid } else { stands.identifiers.guid(&guid) };
        return if text.starts_with('{') { format!("{{{stand_in}}}") } else { stand_in.as_str().to_owned() };
    }
    if scrubber.names.knows(text) {
        return scrubber.names.account(text);
    }
    if is_path(text) {
        return path(scrubber, stands, text);
    }
    // A product's version, or a date behind a word: digits are what is judged by.
    word(scrubber, text)
}

/// It begins with the letter of a drive.
pub(super) fn has_drive(text: &str) -> bool {
    text.as_bytes().get(1) == Some(&b':') && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}

fn is_path(text: &str) -> bool {
    has_drive(text) || text.starts_with('%') || text.contains('\\')
}

/// A path, part by part; what is in quotes stays so, and what follows a program goes.
pub(super) fn path(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> String {
    let (quote, rest) = text.strip_prefix('"').map_or(("", text), |rest| ("\"", rest));
    let whole = if quote.is_empty() { rest } else { rest.split('"').next().unwrap_or_default() };
    let separator = if whole.contains('\\') { '\\' } else { '/' };
    let parts: Vec<String> = whole.split(['\\', '/']).map(|part| one_part(scrubber, stands, part)).collect();
    format!("{quote}{}{quote}", parts.join(&separator.to_string()))
}

fn one_part(scrubber: &mut Scrubber, stands: &mut Stands, part: &str) -> String {
    let is_drive = part.len() == 2 && part.ends_with(':');
    if part.is_empty() || is_drive || words::is_word(part) || matches!(part, "?" | "??") || part == "." {
        return part.to_owned();
    }
    if part.starts_with("Volume{") || part.parse::<Guid>().is_ok() || part.parse::<Sid>().is_ok() {
        return identifier(stands, part);
    }
    if scrubber.names.knows(part) { scrubber.names.account(part) } else { scrubber.names.part(part) }
}

/// A part that is a SID or a GUID, or has one in braces.
fn identifier(stands: &mut Stands, part: &str) -> String {
    if let Ok(sid) = part.parse::<Sid>() {
        return stands.identifiers.sid(&sid).as_str().to_owned();
    }
    let (before, rest) = part.split_once('{').unwrap_or(("", part));
    let (inner, behind) = rest.split_once('}').unwrap_or((rest, ""));
    match inner.parse::<Guid>() {
        Ok(guid) if words::is_guid(&guid) => part.to_owned(),
        Ok(guid) => {
            let stand_in = stands.identifiers.guid(&guid);
            let braces = if part.contains('{') { ("{", "}") } else { ("", "") };
            format!("{before}{}{stand_in}{}{behind}", braces.0, braces.1)
        }
        Err(_) => "x".to_owned(),
    }
}
