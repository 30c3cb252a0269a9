//! How many SSH keys open each account.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::authorized_keys::live_keys;
use super::passwd::PasswdEntry;
use super::sshd_keys::{KeySettings, path, settings};
use crate::collect::Look;
use crate::collect::ssh_daemon::in_order;
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
        let settings = in_order(look)
            .map(|flat| settings(flat.directives.iter().map(|placed| (&placed.directive, placed.block.is_some()))));
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
