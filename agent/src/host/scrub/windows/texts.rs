//! Texts: words that every Windows has, numbers, addresses, paths, accounts with their domain, and all others.

use std::net::IpAddr;

use super::super::{Scrubber, known};
use super::{Stands, numbers, programs, words};
use crate::collect::backups::dated;
use crate::collect::certificates::windows_keys::is_key_of_windows;
use crate::collect::windows_path::program_end;
use crate::collect::written_secrets::places::lists_passwords;
use crate::host::windows_api::{self, Guid, Sid};

/// What the setup of Windows leaves behind under this name in any language.
const LEFT_BY_SETUP: &str = "defaultuser0";
/// Endings of files by which Windows and collectors tell what a file is, beside those of other systems.
const ENDINGS: [&str; 28] = [
    "asa", "asp", "aspx", "bat", "cmd", "com", "config", "dll", "doc", "docx", "env", "exe", "inc", "js", "kix", "lnk",
    "msi", "ovpn", "pbk", "pdf", "ps1", "reg", "rdp", "sys", "vbs", "wsf", "xls", "xlsx",
];
/// Variables of Windows in paths.
const VARIABLES: [&str; 14] = [
    "%ALLUSERSPROFILE%",
    "%APPDATA%",
    "%CommonProgramFiles%",
    "%CommonProgramFiles(x86)%",
    "%CommonProgramW6432%",
    "%HOMEDRIVE%",
    "%HOMEPATH%",
    "%LOCALAPPDATA%",
    "%ProgramData%",
    "%ProgramW6432%",
    "%PUBLIC%",
    "%SystemRoot%",
    "%USERPROFILE%",
    "%windir%",
];

/// A word where collectors look for it, otherwise its stand-in.
pub(super) fn word(scrubber: &mut Scrubber, text: &str) -> String {
    if text.is_empty() || numbers::is_plain(text) { text.to_owned() } else { part(scrubber, text) }
}

/// An account's name, which Windows does not tell by its case.
pub(super) fn account(scrubber: &mut Scrubber, name: &str) -> String {
    if name.eq_ignore_ascii_case(LEFT_BY_SETUP) || windows_api::is_key_of_domain(name) {
        return name.to_owned();
    }
    scrubber.names.known_account(name).unwrap_or_else(|| scrubber.names.account(name))
}

/// `DOMAIN\name`, `.\name` or a name.
pub(super) fn qualified(scrubber: &mut Scrubber, text: &str) -> String {
    match text.rsplit_once('\\') {
        Some((".", name)) => format!(".\\{}", account(scrubber, name)),
        Some((domain, name)) => format!("{}\\{}", scrubber.names.host(domain), account(scrubber, name)),
        None => account(scrubber, text),
    }
}

/// Any text: what it is decides what stands for it.
pub(super) fn text(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> String {
    let text = text.split('\0').next().unwrap_or_default();
    if text.trim().is_empty() || words::is_word(text) || numbers::is_plain(text) {
        return text.to_owned();
    }
    if let Some(address) = address(scrubber, text) {
        return address;
    }
    if let Ok(sid) = text.parse::<Sid>() {
        return stands.identifiers.sid(&sid).as_str().to_owned();
    }
    if let Some(identifier) = identifier(scrubber, stands, text).filter(|_| !is_path(text)) {
        return identifier;
    }
    if let Some(account) = scrubber.names.known_account(text) {
        return account;
    }
    if is_path(text) {
        return path(scrubber, stands, text);
    }
    word(scrubber, text)
}

/// An address, alone or with a port or the length of a network's prefix.
fn address(scrubber: &mut Scrubber, text: &str) -> Option<String> {
    if text.parse::<IpAddr>().is_ok() {
        return Some(scrubber.host(text));
    }
    let (address, separator, behind) = match (text.rsplit_once('/'), text.rsplit_once(':')) {
        (Some((address, behind)), _) => (address, '/', behind),
        (None, Some((address, behind))) => (address, ':', behind),
        (None, None) => return None,
    };
    let is_one = address.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    (is_one && known::is_short_number(behind, 5)).then(|| {
        let stand_in = scrubber.host(address.trim_matches(['[', ']']));
        let (open, close) = if address.starts_with('[') { ("[", "]") } else { ("", "") };
        format!("{open}{stand_in}{close}{separator}{behind}")
    })
}

/// It begins with the letter of a drive.
pub(super) fn has_drive(text: &str) -> bool {
    text.as_bytes().get(1) == Some(&b':') && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}

fn is_path(text: &str) -> bool {
    let is_quoted = text.strip_prefix('"').is_some_and(has_drive);
    has_drive(text) || is_quoted || text.starts_with('%') || text.contains('\\')
}

/// A path, part by part; what is in quotes stays so, and what follows a program goes.
pub(super) fn path(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> String {
    let (quote, rest) = text.strip_prefix('"').map_or(("", text), |rest| ("\"", rest));
    let whole = if quote.is_empty() { rest } else { rest.split('"').next().unwrap_or_default() };
    let end = program_end(whole).filter(|_| whole.contains('\\'));
    let whole = end.and_then(|end| whole.get(..end)).unwrap_or(whole);
    let separator = if whole.contains('\\') { '\\' } else { '/' };
    let parts: Vec<String> = whole.split(['\\', '/']).map(|part| one_part(scrubber, stands, part)).collect();
    format!("{quote}{}{quote}", parts.join(&separator.to_string()))
}

fn one_part(scrubber: &mut Scrubber, stands: &mut Stands, part: &str) -> String {
    let is_drive = part.len() == 2 && has_drive(part);
    let is_variable = VARIABLES.iter().any(|known| known.eq_ignore_ascii_case(part));
    if part.is_empty() || is_drive || is_variable || matches!(part, "?" | "??" | "." | "..") {
        return part.to_owned();
    }
    if let Ok(sid) = part.parse::<Sid>() {
        return stands.identifiers.sid(&sid).as_str().to_owned();
    }
    if let Some((hash, machine)) = part.split_once('_').filter(|(hash, _)| is_key_of_windows(hash)) {
        let machine = identifier(scrubber, stands, machine).unwrap_or_else(|| self::part(scrubber, machine));
        return format!("{hash}_{machine}");
    }
    identifier(scrubber, stands, part).unwrap_or_else(|| self::part(scrubber, part))
}

/// What is a GUID, or has one in braces: `Volume{…}`, `Tcpip_{…}`.
pub(super) fn identifier(scrubber: &mut Scrubber, stands: &mut Stands, text: &str) -> Option<String> {
    let mut stand_in = |guid: Guid| {
        if words::is_guid(&guid) {
            guid.as_str().to_owned()
        } else {
            stands.identifiers.guid(&guid).as_str().to_owned()
        }
    };
    if !text.contains('{') {
        return text.parse::<Guid>().ok().map(stand_in);
    }
    let (before, rest) = text.split_once('{')?;
    let (inner, behind) = rest.split_once('}')?;
    let stand_in = stand_in(inner.parse().ok()?);
    let mut around = |text: &str| if text.is_empty() { String::new() } else { part(scrubber, text) };
    Some(format!("{}{{{stand_in}}}{}", around(before), around(behind)))
}

/// A name: of a key, a file or folder, a service, a program. What every Windows has and what rules know stays.
pub(super) fn part(scrubber: &mut Scrubber, text: &str) -> String {
    let text = text.replace(['\\', '/'], "-");
    if words::is_word(&text) || is_numbered_word(&text) || known::is_short_number(&text, 5) {
        return text;
    }
    if let Some(account) = scrubber.names.known_account(&text) {
        return account;
    }
    if let Some(service) = programs::service(scrubber, &text) {
        return service;
    }
    if let Some(program) = programs::of_rules(scrubber, &text) {
        return program;
    }
    plain(scrubber, &text)
}

/// The stand-in of a name that is nobody's but this host's; a date in it and its ending stay.
pub(super) fn plain(scrubber: &mut Scrubber, text: &str) -> String {
    let lower = text.to_lowercase();
    if lists_passwords(&lower) || dated::stamp(&lower).is_some() {
        return scrubber.names.part(&lower);
    }
    let split = lower.rsplit_once('.').filter(|(stem, ending)| {
        !stem.is_empty() && (ENDINGS.contains(ending) || known::is_ending(ending) && !known::is_short_number(ending, 5))
    });
    match split {
        Some((stem, ending)) => format!("{}.{ending}", stem_of(scrubber, stem)),
        None => stem_of(scrubber, &lower),
    }
}

fn stem_of(scrubber: &mut Scrubber, stem: &str) -> String {
    scrubber.names.known_account(stem).unwrap_or_else(|| scrubber.names.stem(stem))
}

/// A word that ends in a dot, and up to three digits, as files of patterns are numbered.
fn is_numbered_word(text: &str) -> bool {
    let (word, number) = text.rsplit_once('.').unwrap_or_default();
    known::is_short_number(number, 3) && words::is_word(&format!("{word}."))
}
