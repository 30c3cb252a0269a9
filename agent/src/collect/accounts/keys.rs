//! How many SSH keys open each account.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::authorized_keys::live_keys;
use super::passwd::PasswdEntry;
use super::sshd_keys::{KeySettings, path, settings};
use crate::collect::Look;
use crate::collect::session_timeout::pattern::fits;
use crate::collect::session_timeout::sshd_config::{self, Directive};
use crate::host::ReadErrorKind;

const CONFIGURATION: &str = "/etc/ssh/sshd_config";
/// What includes are relative to.
const CONFIGURATION_FOLDER: &str = "/etc/ssh";
const FILE_LIMIT: Size = Size::from_bytes(1 << 20);
const FOLDER_LIMIT: usize = 2_000;
const FILES_MAX: usize = 500;
const INCLUDE_DEPTH_MAX: usize = 16;

/// Where keys are on this host, and what was counted.
pub(super) struct Keys<'a, 'h> {
    look: &'a Look<'h>,
    now: Instant,
    settings: Result<KeySettings, Reason>,
    /// Accounts may share a file.
    counted: RefCell<BTreeMap<String, Read<i64>>>,
}

impl<'a, 'h> Keys<'a, 'h> {
    /// Reads where sshd looks for keys. Without its configuration its defaults count.
    pub(super) fn read(look: &'a Look<'h>, now: Instant) -> Self {
        let mut directives = Vec::new();
        let mut files = 0;
        let read = add_file(look, Path::new(CONFIGURATION), false, 0, &mut files, &mut directives);
        let settings = read.map(|()| settings(directives.iter().map(|(directive, matched)| (directive, *matched))));
        Self { look, now, settings, counted: RefCell::default() }
    }

    /// How many keys open that account.
    pub(super) fn of(&self, entry: &PasswdEntry) -> Read<i64> {
        let settings = match &self.settings {
            Ok(settings) => settings,
            Err(reason) => return Read::NotRead(reason.clone()),
        };
        if settings.off {
            return Read::Measured(0);
        }
        if let Some(directive) = settings.elsewhere.first() {
            let detail = format!("count keys: {directive} in sshd_config opens accounts by keys that no file tells");
            return Read::not_read(ReasonCode::Unsupported, detail);
        }
        let mut total = 0;
        for pattern in &settings.files {
            match self.count(path(pattern, &entry.name, entry.uid, &entry.home)) {
                Read::Measured(keys) => total += keys,
                unread @ Read::NotRead(_) => return unread,
            }
        }
        Read::Measured(total)
    }

    fn count(&self, path: String) -> Read<i64> {
        if let Some(known) = self.counted.borrow().get(&path) {
            return known.clone();
        }
        let count = match self.look.read_text_if_there(&path, FILE_LIMIT) {
            Ok(bytes) => {
                let keys = bytes.map_or(0, |bytes| live_keys(&bytes, self.now));
                Read::Measured(i64::try_from(keys).unwrap_or(i64::MAX))
            }
            // sshd takes keys from regular files only.
            Err(error) if error.kind == ReadErrorKind::WrongKind => Read::Measured(0),
            Err(error) => Read::NotRead(error.reason()),
        };
        self.counted.borrow_mut().insert(path, count.clone());
        count
    }
}

/// Adds the directives of a file, those of included files in their place, each with whether it is within a `Match`.
fn add_file(
    look: &Look<'_>,
    path: &Path,
    mut matched: bool,
    depth: usize,
    files: &mut usize,
    directives: &mut Vec<(Directive, bool)>,
) -> Result<(), Reason> {
    *files += 1;
    if depth > INCLUDE_DEPTH_MAX || *files > FILES_MAX {
        return Err(Reason::new(ReasonCode::TooLarge, format!("read {}: too many files", path.display())));
    }
    let Some(bytes) = look.read_text_if_there(path, FILE_LIMIT).map_err(|error| error.reason())? else { return Ok(()) };
    let parsed = sshd_config::parse(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {}: {error}", path.display())))?;
    for directive in parsed {
        match directive.keyword.as_str() {
            "match" => matched = true,
            "include" => {
                for argument in &directive.arguments {
                    for included in matching(look, &Path::new(CONFIGURATION_FOLDER).join(argument))? {
                        add_file(look, &included, matched, depth + 1, files, directives)?;
                    }
                }
            }
            _ => directives.push((directive, matched)),
        }
    }
    Ok(())
}

/// The files a path with a pattern in its last part means.
fn matching(look: &Look<'_>, path: &Path) -> Result<Vec<PathBuf>, Reason> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(Vec::new());
    };
    let patterned = |text: &str| text.contains(['*', '?', '[']);
    if name.contains('[') || folder.to_str().is_none_or(patterned) {
        let detail = format!("read {}: a pattern of this form is not understood", path.display());
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    if !patterned(name) {
        return Ok(vec![path.to_owned()]);
    }
    let entries = look.list_if_there(folder, FOLDER_LIMIT).map_err(|error| error.reason())?;
    let hidden = name.starts_with('.');
    Ok(entries
        .into_iter()
        .filter(|entry| (hidden || !entry.name.starts_with('.')) && fits(name.as_bytes(), entry.name.as_bytes()))
        .map(|entry| folder.join(entry.name))
        .collect())
}
