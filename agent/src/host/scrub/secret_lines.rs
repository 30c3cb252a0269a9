//! Files that are looked through for passwords: only that there is one stays, at its line, with what is written twice.

use std::path::Path;

use super::{Scrubber, lines_at};
use crate::collect::written_secrets::places::{OF_A_PERSON, PLACES, style};
use crate::collect::written_secrets::secret_lines::{Find, Style, finds};

/// How a file is looked through; nothing for one that is not.
pub(super) fn style_of(path: &Path) -> Option<Style> {
    let (folder, name) = (path.parent()?.to_str()?, path.file_name()?.to_str()?);
    let in_a_place = PLACES.iter().any(|place| path.starts_with(place.folder));
    let of_a_person = OF_A_PERSON.iter().find(|(file, _)| *file == name).map(|(_, style)| *style);
    of_a_person.or_else(|| style(folder, name).filter(|_| in_a_place))
}

/// The file with nothing but stand-ins of passwords.
pub(super) fn scrub(scrubber: &mut Scrubber, style: Style, bytes: &[u8]) -> Vec<u8> {
    if bytes.contains(&0) {
        return b"\0".to_vec();
    }
    lines_at(lines(scrubber, style, bytes))
}

/// The lines that hold passwords, with stand-ins in their place.
pub(super) fn lines(scrubber: &mut Scrubber, style: Style, bytes: &[u8]) -> Vec<(usize, String)> {
    let (found, more) = finds(&String::from_utf8_lossy(bytes), style);
    let behind = found.last().map_or(0, |find| find.line);
    let left_out = (0..more).map(|index| (behind + 1 + index, left_out(style)));
    let lines: Vec<(usize, String)> =
        found.iter().map(|find| (find.line, line(scrubber, style, find))).chain(left_out).collect();
    // Several of one line stand behind each other.
    let mut joined: Vec<(usize, String)> = Vec::new();
    for (number, text) in lines {
        match joined.last_mut().filter(|(last, _)| *last == number && style != Style::Pgpass) {
            Some((_, before)) => *before = format!("{before} {text}"),
            None => joined.push((number, text)),
        }
    }
    joined
}

/// A find that is not kept, in a style's own form.
fn left_out(style: Style) -> String {
    of(style, "left-out")
}

fn line(scrubber: &mut Scrubber, style: Style, find: &Find) -> String {
    of(style, &stand_in(scrubber, &find.value))
}

/// What stands for a password, the same wherever it is written.
pub(super) fn stand_in(scrubber: &mut Scrubber, password: &str) -> String {
    scrubber.names.alias(&format!("secret {password}"))
}

fn of(style: Style, value: &str) -> String {
    match style {
        Style::Assignments | Style::Program => format!("password='{value}'"),
        Style::Netrc => format!("password {value}"),
        Style::Pgpass => format!("a:b:c:d:{value}"),
        Style::SaslPasswords => format!("a b:{value}"),
        Style::PppSecrets => format!("a b {value}"),
        Style::IpsecSecrets => format!("a : PSK {value}"),
        Style::EximClient => format!("a:b:{value}"),
    }
}
