//! How many SSH keys open each account.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::authorized_keys::live_keys;
use super::passwd::PasswdEntry;
use super::sshd_keys::{KeySettings, path, settings};
use crate::collect::Look;
use crate::collect::ssh_daemon::sshd_config::Directive;
use crate::collect::ssh_daemon::{DEPTH_MAX, FILES_MAX, File, configuration, included};
use crate::host::ReadErrorKind;

const FILE_LIMIT: Size = Size::from_bytes(1 << 20);

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
        let read = directives(look);
        let settings = read.map(|found| settings(found.iter().map(|(directive, matched)| (directive, *matched))));
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

/// Every directive of sshd's configuration in its order, each with whether it is within a `Match`; none where there is no
/// configuration.
pub(in crate::collect) fn directives(look: &Look<'_>) -> Result<Vec<(Directive, bool)>, Reason> {
    let mut found = Directives { look, files: 0, read: Vec::new() };
    if let Some(file) = configuration(look)? {
        found.add(file, false, 0)?;
    }
    Ok(found.read)
}

/// The directives of a configuration, those of included files in their place.
struct Directives<'a, 'h> {
    look: &'a Look<'h>,
    files: usize,
    read: Vec<(Directive, bool)>,
}

impl Directives<'_, '_> {
    fn add(&mut self, (path, directives): File, mut matched: bool, depth: usize) -> Result<(), Reason> {
        self.files += 1;
        if depth > DEPTH_MAX || self.files > FILES_MAX {
            return Err(Reason::new(ReasonCode::TooLarge, format!("read {path}: too many files")));
        }
        for directive in directives {
            match directive.keyword.as_str() {
                "match" => matched = true,
                "include" if directive.arguments.is_empty() => {
                    let detail = format!("{path}: line {} includes nothing, which sshd refuses", directive.line);
                    return Err(Reason::new(ReasonCode::Unparsable, detail));
                }
                "include" => {
                    for argument in &directive.arguments {
                        for file in included(self.look, argument)? {
                            self.add(file, matched, depth + 1)?;
                        }
                    }
                }
                _ => self.read.push((directive, matched)),
            }
        }
        Ok(())
    }
}
