//! What apt is told of automatic updates, written anew: who publishes and what suites are called have stand-ins, except for
//! what every host of a distribution has.

use std::collections::BTreeMap;
use std::path::Path;

use super::files::Named;
use super::form::Form;
use super::{Scrubber, lines_at, secret_lines};
use crate::collect::packages::apt_conf::{self, Action};
use crate::collect::updates::automatic::{INTERVALS, ORIGINS};

/// What stands for a file that is damaged: it has no end.
const NOTHING: &[u8] = b"x\n";
const OTHER: &str = "other";
/// What repositories and patterns of distributions are called.
const WORDS: [&str; 16] = [
    "Debian",
    "Debian-Security",
    "Debian Backports",
    "Ubuntu",
    "UbuntuESM",
    "UbuntuESMApps",
    "Raspbian",
    "Kali",
    "main",
    "stable",
    "oldstable",
    "testing",
    "unstable",
    "stable-security",
    "oldstable-security",
    "*",
];
/// What is added to the name of a version.
const ENDINGS: [&str; 6] =
    ["-apps-security", "-infra-security", "-security", "-updates", "-backports", "-proposed-updates"];
const VARIABLES: [&str; 2] = ["${distro_id}", "${distro_codename}"];
/// What follows them.
const BEHIND: [&str; 4] = ["", "ESM", "ESMApps", "*"];
const FIELDS: [&str; 11] = ["o", "origin", "l", "label", "a", "suite", "archive", "n", "codename", "c", "component"];

/// A file of settings, with what is read of it.
pub(super) fn settings(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
    let style = secret_lines::style_of(path);
    let secrets = style.map(|style| secret_lines::lines(scrubber, style, bytes)).unwrap_or_default();
    let mut lines: BTreeMap<usize, String> =
        secrets.into_iter().map(|(line, secret)| (line, format!("{secret};"))).collect();
    let Ok(directives) = apt_conf::parse(bytes) else {
        return if lines.is_empty() { NOTHING.to_vec() } else { [lines_at(lines), NOTHING.to_vec()].concat() };
    };
    for directive in directives {
        if let Some(text) = statement(scrubber, &directive.action) {
            let line = lines.entry(directive.line).or_default();
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&text);
        }
    }
    lines_at(lines)
}

fn statement(scrubber: &mut Scrubber, action: &Action) -> Option<String> {
    let kept = || INTERVALS.iter().chain(&ORIGINS);
    let starts = |text: &str, with: &str| text.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    match action {
        Action::Include(path) if path.starts_with('/') && !path.contains(['"', '\n']) => {
            let folder = if path.ends_with('/') { "/" } else { "" };
            Some(format!("#include \"{}{folder}\";", scrubber.names.path(path.trim_end_matches('/'))))
        }
        Action::Include(_) => Some("#include \"x\";".to_owned()),
        Action::Clear(name) => {
            let above = kept().find(|kept| starts(kept, name)).and_then(|kept| kept.get(..name.len()));
            let below = || kept().find(|kept| starts(name, kept) && name.ends_with("::"));
            above.or_else(|| below().copied()).map(|name| format!("#clear {name};"))
        }
        Action::Set { name, value } => {
            if let Some(interval) = INTERVALS.iter().find(|kept| kept.eq_ignore_ascii_case(name)) {
                return Some(format!("{interval} \"{}\";", every(value)));
            }
            let [allowed, patterns] = ORIGINS;
            let list = [allowed, patterns].into_iter().find(|list| starts(name, &format!("{list}::")))?;
            let tag = name.get(list.len() + 2..).unwrap_or_default();
            let tag = if tag.is_empty() { String::new() } else { scrubber.names.part(tag) };
            let value = if list == allowed { publisher_and_suite(scrubber, value) } else { pattern(scrubber, value) };
            Some(format!("{list}::{tag} \"{}\";", value.replace(['"', '\n'], "")))
        }
    }
}

fn every(value: &str) -> &str {
    let is_number = value.trim_end_matches(['s', 'm', 'h', 'd']).bytes().all(|byte| byte.is_ascii_digit());
    if value == "always" || is_number { value } else { OTHER }
}

fn publisher_and_suite(scrubber: &mut Scrubber, text: &str) -> String {
    let sign = if text.contains(':') { ":" } else { " " };
    let parts = text.split([':', ' ']).filter(|part| !part.is_empty());
    parts.map(|part| word(scrubber, part)).collect::<Vec<_>>().join(sign)
}

fn pattern(scrubber: &mut Scrubber, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let mut part = |part: &str| match part.split_once('=') {
        Some((name, value)) if name.trim() == "site" && !value.contains('=') => {
            let is_plain = !value.contains(['*', '?', '[', '$']);
            format!("site={}", if is_plain { site(scrubber, value.trim()) } else { "[".to_owned() })
        }
        Some((name, value)) if FIELDS.contains(&name.trim()) && !value.contains('=') => {
            format!("{}={}", name.trim(), word(scrubber, value.trim()))
        }
        _ => OTHER.to_owned(),
    };
    text.split(',').map(&mut part).collect::<Vec<_>>().join(",")
}

/// The host of a repository.
pub(super) fn site(scrubber: &mut Scrubber, host: &str) -> String {
    if host.is_empty() { String::new() } else { scrubber.names.alias(&format!("site {host}")) }
}

/// The files of settings that a file includes.
pub(super) fn files(bytes: &[u8]) -> Vec<Named> {
    let directives = apt_conf::parse(bytes).unwrap_or_default().into_iter();
    let named = directives.filter_map(|directive| match directive.action {
        Action::Include(path) if path.ends_with('/') => Some(Named::of(&format!("{path}*"), Form::AptConf)),
        Action::Include(path) if path.starts_with('/') => Some(Named::of(&path, Form::AptConf)),
        _ => None,
    });
    named.collect()
}

/// Who publishes, or a suite, with the ending that says what it is for.
pub(super) fn word(scrubber: &mut Scrubber, text: &str) -> String {
    if text.is_empty() || WORDS.contains(&text) {
        return text.to_owned();
    }
    let (stem, ending) = ENDINGS
        .iter()
        .find_map(|ending| Some((text.strip_suffix(ending)?, *ending)))
        .filter(|(stem, _)| !stem.is_empty())
        .unwrap_or((text, ""));
    let variable = VARIABLES.iter().find_map(|variable| Some((*variable, stem.strip_prefix(variable)?)));
    let stem = match variable {
        Some((variable, behind)) if BEHIND.contains(&behind) => format!("{variable}{behind}"),
        _ if stem.contains(['$', '[']) => "$".to_owned(),
        // Of a text that is an account too it is not known at first that it is.
        _ => scrubber.names.alias(&format!("suite {stem}")),
    };
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let path = Path::new("/etc/apt/apt.conf.d/50local");
        String::from_utf8(settings(&mut Scrubber::of_nothing(), path, text.as_bytes())).unwrap()
    }

    #[test]
    fn what_is_read_stays_and_names_of_others_go() {
        let origins = include_str!("../../../tests/samples/updates/debian_12.50unattended-upgrades");
        let kept = written(origins);
        assert!(
            kept.contains("\"origin=Debian,codename=${distro_codename}-security,label=Debian-Security\";"),
            "{kept}"
        );
        let kept = written(
            "APT::Periodic::Enable \"0\"; // yamada\nAcquire::http::Proxy \"http://yamada:geheim9876@yamada.example/\";\n\
             Unattended-Upgrade::Origins-Pattern { \"o=yamada,a=yamada-security,site=yamada\"; \"yamada\"; };\n\
             Unattended-Upgrade::Allowed-Origins { \"yamada:${distro_codename}-security\"; };\n#clear apt::periodic;\n",
        );
        assert!(!kept.contains("yamada") && !kept.contains("geheim9876"), "{kept}");
        for part in
            ["APT::Periodic::Enable \"0\";", "site=ALIAS", "${distro_codename}-security", "#clear APT::Periodic;"]
        {
            assert!(kept.contains(part), "{part}: {kept}");
        }
        assert_eq!(apt_conf::parse(kept.as_bytes()).map(|directives| directives.len()), Ok(5), "{kept}");
    }

    #[test]
    fn damage_stays_damage() {
        assert!(apt_conf::parse(written("A 1\n").as_bytes()).is_err());
        assert!(apt_conf::parse(written("A {\n password='geheim9876'").as_bytes()).is_err());
    }
}
