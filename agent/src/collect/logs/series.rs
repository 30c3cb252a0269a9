//! A log with the older copies that were put aside: which files are of one series, and since when it goes on without a gap.

use tenken_model::{Instant, Reason, Span};

use super::continuity::is_compressed;
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::host::{Entry, EntryKind, Metadata};

/// A log that nothing was written to for so long does not go on, unless there was nothing to write.
const QUIET_MAX: Span = Span::from_days(14);
/// Between two files of one series nothing may have been written for so long, as when the host was switched off.
const PAUSE_MAX: Span = Span::from_days(31);
/// Records of one event are not written at the same moment.
const ABOUT: Span = Span::from_days(1);
const COPIES_MAX: usize = 1_000;

/// Whether a system is too young for its logs to be expected to have anything.
pub(super) fn is_young(set_up: Option<Instant>, now: Instant) -> bool {
    set_up.is_some_and(|set_up| Span::between(set_up, now) <= QUIET_MAX)
}

/// The beginning of what goes on until now, of parts with their beginnings and ends; nothing where no part does.
pub(super) fn unbroken(parts: &[(Instant, Instant)], now: Instant) -> Option<Instant> {
    let mut parts = parts.to_vec();
    parts.sort_unstable_by_key(|(_, end)| std::cmp::Reverse(*end));
    let mut parts = parts.into_iter();
    let (mut since, newest) = parts.next()?;
    if Span::between(newest, now) > QUIET_MAX {
        return None;
    }
    for (begin, end) in parts {
        if Span::between(end, since) > PAUSE_MAX {
            break;
        }
        since = since.min(begin);
    }
    Some(since)
}

/// Since when a log must have been written to, to go on until now. One that a program writes that runs may be as quiet as the host
/// is: it must have been written to about when somebody signed in for the last time.
pub(super) fn wanted_since(now: Instant, last_sign_in: Option<Instant>) -> Instant {
    let since = |span: Span, instant: Instant| Span::from_millis(-span.millis()).after(instant);
    let usual = since(QUIET_MAX, now);
    last_sign_in.map_or(usual, |at| usual.min(since(ABOUT, at)))
}

/// The files of a series that go on until now, of those that hold something, the newest first; `wanted` is since when something
/// must have been written, and `begin` finds out when the first record of a file was written, where that can be told. `period` is
/// how long one file is written at the most.
pub(super) fn linked<'a>(
    files: &[(&'a str, Metadata)],
    (now, wanted): (Instant, Instant),
    period: Span,
    begin: &mut dyn FnMut(&str, &Metadata) -> Option<Instant>,
) -> Vec<(&'a str, Metadata)> {
    let mut files: Vec<_> = files.iter().filter(|(_, file)| file.size.bytes() > 0).copied().collect();
    files.sort_unstable_by_key(|(_, file)| std::cmp::Reverse(file.modified));
    let mut linked: Vec<(&str, Metadata)> = Vec::new();
    for (path, file) in files {
        let follows = match linked.last() {
            None => file.modified >= wanted,
            Some(_) if Span::between(file.modified, now) <= PAUSE_MAX => true,
            Some((path, newer)) => {
                let between = Span::between(file.modified, newer.modified);
                let pause = Span::from_millis(period.millis().saturating_add(QUIET_MAX.millis()));
                between <= PAUSE_MAX.max(pause)
                    || begin(path, newer).is_some_and(|begin| Span::between(file.modified, begin) <= PAUSE_MAX)
            }
        };
        if !follows {
            break;
        }
        linked.push((path, file));
    }
    linked
}

/// Where copies of a log lie, and how they are called.
pub(super) struct Copies<'a> {
    /// The log.
    pub(super) path: &'a str,
    /// Where its copies are put, if not beside it.
    pub(super) old_folder: Option<&'a str>,
    /// What stays at the end of their names.
    pub(super) extension: Option<&'a str>,
}

impl Copies<'_> {
    /// The folder they lie in.
    pub(super) fn folder(&self) -> String {
        let (folder, _) = self.path.rsplit_once('/').unwrap_or(("", self.path));
        match self.old_folder {
            Some(old) if old.starts_with('/') => old.trim_end_matches('/').to_owned(),
            Some(old) => format!("{folder}/{old}"),
            None => folder.to_owned(),
        }
    }

    /// Those that are there.
    pub(super) fn found(&self, look: &Look<'_>) -> Result<Vec<(String, Metadata)>, Reason> {
        let folder = self.folder();
        let entries = look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())?;
        let is_copy = |entry: &Entry| entry.kind == EntryKind::File && self.is_name(&entry.name);
        let aside = look.aside();
        let mut found = Vec::new();
        for entry in entries.into_iter().filter(is_copy).take(COPIES_MAX) {
            let path = format!("{folder}/{}", entry.name);
            match aside.metadata(&path) {
                Ok(metadata) => found.push((path, metadata)),
                // It was deleted meanwhile.
                Err(error) if error.is_not_there() => {}
                Err(error) => return Err(error.reason()),
            }
        }
        Ok(found)
    }

    /// Whether a file is called like a copy: the log's name with a number or a date behind it, or before its extension.
    pub(super) fn is_name(&self, name: &str) -> bool {
        let own = self.path.rsplit_once('/').map_or(self.path, |(_, name)| name);
        let bare = if is_compressed(name) { name.rsplit_once('.').map_or(name, |(bare, _)| bare) } else { name };
        let before_extension = self.extension.and_then(|extension| {
            let stem = own.strip_suffix(extension)?;
            bare.strip_prefix(stem)?.strip_suffix(extension)
        });
        [bare.strip_prefix(own), before_extension].into_iter().flatten().any(is_number_or_date)
    }
}

fn is_number_or_date(text: &str) -> bool {
    let text = text.strip_prefix(['.', '-', '_']).unwrap_or(text);
    text.starts_with(|sign: char| sign.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-_.:T".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_by_their_names() {
        let copies = |extension| Copies { path: "/var/log/auth.log", old_folder: None, extension };
        for name in
            ["auth.log.1", "auth.log.2.gz", "auth.log-20261124", "auth.log-2026-11-24_01.zst", "auth.log_20261124"]
        {
            assert!(copies(None).is_name(name), "{name}");
        }
        for name in
            ["auth.log", "auth.log.1old", "auth.log-2019-backup", "auth.log.gz", "auth-20261124.log", "auth.logs.1"]
        {
            assert!(!copies(None).is_name(name), "{name}");
        }
        for name in ["auth-20261124.log", "auth.1.log", "auth-20261124.log.gz", "auth.log.1"] {
            assert!(copies(Some(".log")).is_name(name), "{name}");
        }
        assert!(!copies(Some(".log")).is_name("author.1.log"));
    }

    #[test]
    fn parts_that_go_on() {
        let at = |days: i64| Span::from_days(days).after("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(unbroken(&[], at(300)), None);
        assert_eq!(unbroken(&[(at(0), at(200))], at(300)), None, "nothing was written since");
        assert_eq!(unbroken(&[(at(290), at(299)), (at(0), at(200))], at(300)), Some(at(290)), "it was left over");
        assert_eq!(unbroken(&[(at(0), at(200)), (at(220), at(299))], at(300)), Some(at(0)), "a pause");
    }
}
