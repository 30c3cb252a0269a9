//! auditd: how it keeps its log, and what its rules watch.

use tenken_model::fact::logs::Audit;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::auditd::{Configuration, Rules, configuration};
use super::running::{is_installed, is_running};
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;

/// auditd's own file, the folder of rules, and what is made of them.
const CONFIGURATION: &str = "/etc/audit/auditd.conf";
const RULES_FOLDER: &str = "/etc/audit/rules.d";
const RULES: &str = "/etc/audit/audit.rules";
const AUDITD: [&str; 2] = ["/usr/sbin/auditd", "/sbin/auditd"];
const FILE_MAX: Size = Size::from_bytes(1024 * 1024);

/// auditd with its configuration; nothing where it is not installed.
pub(super) fn read(look: &Look<'_>) -> Result<Option<(Audit, Configuration)>, Reason> {
    if !is_installed(look, &AUDITD)? {
        return Ok(None);
    }
    let running = is_running(look, "auditd")?;
    let bytes = look.read_text(CONFIGURATION, FILE_MAX).map_err(|error| error.reason())?;
    let configured = configuration(&bytes).map_err(|error| unparsable(CONFIGURATION, error))?;
    let rules = rules(look);
    let (immutable, watched) = match rules {
        Ok(rules) => (Read::Measured(rules.enabled == Some(2)), Read::Measured(rules.watched)),
        Err(reason) => (Read::NotRead(reason.clone()), Read::NotRead(reason)),
    };
    let audit = Audit {
        running,
        size_action: configured.size_action,
        files_kept: configured.files_kept,
        file_size_max: configured.file_size_max,
        space_left_action: configured.space_left_action.clone(),
        immutable,
        watched,
    };
    Ok(Some((audit, configured)))
}

/// The rules that are loaded at the next start: those of the folder in the order in which augenrules joins them, or, where it
/// holds none, the one file.
fn rules(look: &Look<'_>) -> Result<Rules, Reason> {
    let entries = look.list_if_there(RULES_FOLDER, ENTRIES_MAX).map_err(|error| error.reason())?;
    let mut names: Vec<String> = entries
        .into_iter()
        .map(|entry| entry.name)
        .filter(|name| fits(b"*.rules", name.as_bytes()) && !name.starts_with('.'))
        .collect();
    names.sort_by(|one, other| by_version(one, other));
    let mut paths: Vec<String> = names.iter().map(|name| format!("{RULES_FOLDER}/{name}")).collect();
    if paths.is_empty() {
        paths.push(RULES.to_owned());
    }
    let mut rules = Rules::default();
    for path in paths {
        let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())? else { continue };
        rules.add(&bytes).map_err(|error| unparsable(&path, error))?;
    }
    Ok(rules)
}

/// Names with numbers in them by these, as `ls -v` has them.
fn by_version(one: &str, other: &str) -> std::cmp::Ordering {
    let key = |name: &str| {
        let mut key: Vec<(u8, u64, char)> = Vec::new();
        for sign in name.chars() {
            match (sign.to_digit(10), key.last_mut()) {
                (Some(digit), Some((0, number, _))) => *number = number.saturating_mul(10).saturating_add(digit.into()),
                (Some(digit), _) => key.push((0, digit.into(), '0')),
                (None, _) => key.push((1, 0, sign)),
            }
        }
        key
    };
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

fn unparsable(path: &str, error: impl std::fmt::Display) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_joined_by_the_numbers_in_their_names() {
        let mut names = ["99-finalize.rules", "10-base.rules", "9-first.rules", "audit.rules"];
        names.sort_by(|one, other| by_version(one, other));
        assert_eq!(names, ["9-first.rules", "10-base.rules", "99-finalize.rules", "audit.rules"]);
    }
}
