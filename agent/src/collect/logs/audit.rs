//! auditd: how it keeps its log, and what its rules watch.

use std::path::{Path, PathBuf};

use tenken_model::fact::logs::Audit;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::audit_rules::{Blanks, Rules, merged};
use super::auditd::{Configuration, configuration};
use super::running::{is_installed, is_running};
use super::version_order::by_version;
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::glob::wildcard::fits;
use crate::host::{Entry, EntryKind};

/// auditd's own file, the folder of rules, and what is made of them.
const CONFIGURATION: &str = "/etc/audit/auditd.conf";
const RULES_FOLDER: &str = "/etc/audit/rules.d";
const RULES: &str = "/etc/audit/audit.rules";
const AUDITD: [&str; 2] = ["/usr/sbin/auditd", "/sbin/auditd"];
/// The awk that augenrules runs, and those that take `\s` for a letter.
const AWK: &str = "/usr/bin/awk";
const LITERAL_AWKS: [&str; 2] = ["mawk", "original-awk"];
const AWK_LINKS_MAX: usize = 4;
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

/// What the rules come to that are loaded at the next start.
fn rules(look: &Look<'_>) -> Result<Rules, Reason> {
    lines(look).map(|lines| Rules::of(lines.iter().map(String::as_str)))
}

/// The rules that are loaded at the next start: those of the folder in the order in which augenrules joins them, or, where there
/// is no folder, the one file.
pub fn lines(look: &Look<'_>) -> Result<Vec<String>, Reason> {
    match look.list(RULES_FOLDER, ENTRIES_MAX) {
        Ok(entries) => joined(look, entries),
        Err(error) if error.is_not_there() => {
            let bytes = look.read_text_if_there(RULES, FILE_MAX).map_err(|error| error.reason())?.unwrap_or_default();
            Ok(String::from_utf8_lossy(&bytes).split('\n').map(str::to_owned).collect())
        }
        Err(error) => Err(error.reason()),
    }
}

/// What augenrules makes of the folder: it lists names, parts them at blanks, and joins what is there.
fn joined(look: &Look<'_>, entries: Vec<Entry>) -> Result<Vec<String>, Reason> {
    let mut names: Vec<String> = entries
        .into_iter()
        .map(|entry| entry.name)
        .filter(|name| fits(b"*.rules", name.as_bytes()) && !name.starts_with('.'))
        .collect();
    names.sort_by(|one, other| by_version(one, other));
    let mut files = Vec::new();
    for word in names.iter().flat_map(|name| name.split_ascii_whitespace()) {
        let path = format!("{RULES_FOLDER}/{word}");
        match look.metadata(&path) {
            Ok(found) if found.kind == EntryKind::Folder => {}
            Ok(_) => files.extend(look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())?),
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
    }
    merged(&files, blanks(look)).map_err(|error| unparsable(RULES_FOLDER, error))
}

/// How the host's awk reads the patterns of augenrules, by where the link to it leads. One that is no link is gawk or busybox.
fn blanks(look: &Look<'_>) -> Blanks {
    let mut path = PathBuf::from(AWK);
    for _ in 0..AWK_LINKS_MAX {
        match look.read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("/")).join(target),
            Err(_) => break,
        }
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if LITERAL_AWKS.contains(&name.as_str()) { Blanks::AsLetter } else { Blanks::Matched }
}

fn unparsable(path: &str, error: impl std::fmt::Display) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))
}
