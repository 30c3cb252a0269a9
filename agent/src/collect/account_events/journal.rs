//! The journal: its files on disk, or in memory where it is not kept, each read by its index.

use tenken_model::fact::account_events::{EventLog, EventLogKind};
use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::event::Event;
use super::journal_entries::{self, Entry, JournalEntriesError, PAGE_BYTES, Pages};
use super::merge::{Covered, Told};
use super::message;
use super::names::hour;
use super::places::Reading;
use super::told_since;
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::logs::journal_header::{self, HEADER_BYTES, JournalHeader};
use crate::host::{EntryKind, ReadError};

const MACHINE: &str = "/etc/machine-id";
/// On disk, and in memory.
const FOLDERS: [&str; 2] = ["/var/log/journal", "/run/log/journal"];
const FILES_MAX: usize = 100;
/// Pages that are read for passwords and changes, and for all else.
const RARE_PAGES: usize = 96;
const FREQUENT_PAGES: usize = 128;
const ENTRIES: usize = 4_000;
/// Where programs of the system are. What a person runs from elsewhere may call itself by any name.
const OF_THE_SYSTEM: [&str; 4] = ["/usr/", "/bin/", "/sbin/", "/lib"];

/// A file of the journal.
struct Part {
    path: String,
    newest: Instant,
    oldest: Instant,
    /// Of the system, not of one person's own programs.
    is_of_system: bool,
}

/// What the journal tells; nothing where there is none.
pub(super) fn read(look: &Look<'_>, now: Instant) -> Option<Reading> {
    let (folder, parts) = match parts(look, told_since(now)) {
        Ok(Some(found)) => found,
        Ok(None) => return None,
        Err(reason) => return Some(unread(reason)),
    };
    let newest = parts.iter().map(|part| part.newest).max();
    let mut cut = false;
    let mut told = Told::default();
    for (programs, pages) in [(&message::RARE[..], RARE_PAGES), (&message::FREQUENT[..], FREQUENT_PAGES)] {
        let (events, from) = match entries(look, &parts, programs, pages, told_since(now)) {
            Ok(found) => found,
            Err(reason) => return Some(unread(reason)),
        };
        told.events.extend(events);
        cut |= from.is_some();
        let from = from.or_else(|| begin(&parts));
        let covered = from.zip(newest).map(|(from, until)| Covered { from, until });
        if told.rare.is_none() && pages == RARE_PAGES { told.rare = covered } else { told.frequent = covered }
    }
    let from = told.rare.map(|covered| if cut { hour(covered.from) } else { covered.from });
    let log = EventLog {
        kind: EventLogKind::Journal,
        place: folder,
        from: Read::Measured(from),
        newest_hour: newest.map(hour),
        cut,
    };
    Some(Reading { log, told })
}

fn unread(reason: Reason) -> Reading {
    let log = EventLog {
        kind: EventLogKind::Journal,
        place: FOLDERS[0].to_owned(),
        from: Read::NotRead(reason),
        newest_hour: None,
        cut: false,
    };
    Reading { log, told: Told::default() }
}

/// When the journal begins: that of the system, because people's own go as theirs fill up.
fn begin(parts: &[Part]) -> Option<Instant> {
    let of_system = parts.iter().filter(|part| part.is_of_system).map(|part| part.oldest).min();
    of_system.or_else(|| parts.iter().map(|part| part.oldest).min())
}

/// The files with entries since a time, the newest first, and the folder they are in.
fn parts(look: &Look<'_>, since: Instant) -> Result<Option<(String, Vec<Part>)>, Reason> {
    let machine = look.read_if_there(MACHINE, Size::from_bytes(64)).map_err(|error| error.reason())?;
    // Others' journals may be kept beside. A host without an identity, as a container may be, has its own alone.
    let machine = u128::from_str_radix(String::from_utf8_lossy(&machine.unwrap_or_default()).trim(), 16).ok();
    let (mut place, mut parts) = (None, Vec::new());
    for folder in FOLDERS {
        for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
            if entry.kind != EntryKind::Folder {
                continue;
            }
            let folder = format!("{folder}/{}", entry.name);
            let found = in_folder(look, &folder, machine)?;
            if !found.is_empty() {
                place.get_or_insert(folder);
            }
            parts.extend(found);
        }
    }
    parts.retain(|part: &Part| part.newest >= since);
    parts.sort_by_key(|part| std::cmp::Reverse(part.newest));
    Ok(place.map(|place| (place, parts)))
}

fn in_folder(look: &Look<'_>, folder: &str, machine: Option<u128>) -> Result<Vec<Part>, Reason> {
    let mut parts = Vec::new();
    // Files are written all the time: their folder wakes, and is the evidence.
    let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
    let aside = look.aside();
    for entry in entries.into_iter().filter(|entry| entry.name.trim_end_matches('~').ends_with(".journal")) {
        if parts.len() >= FILES_MAX {
            break;
        }
        let path = format!("{folder}/{}", entry.name);
        let bytes = match aside.read_part(&path, 0, Size::from_bytes(HEADER_BYTES)) {
            Ok(bytes) => bytes,
            // It was deleted meanwhile.
            Err(error) if error.is_not_there() => continue,
            Err(error) => return Err(error.reason()),
        };
        let header = journal_header::parse(&bytes);
        let Ok(JournalHeader { oldest: Some(oldest), newest: Some(newest), machine_id, .. }) = header else { continue };
        if machine.is_some_and(|machine| machine != u128::from_be_bytes(machine_id)) {
            continue;
        }
        parts.push(Part { path, newest, oldest, is_of_system: entry.name.starts_with("system") });
    }
    Ok(parts)
}

/// What these programs told, and since when that is all, if it is not since the journal begins.
fn entries(
    look: &Look<'_>,
    parts: &[Part],
    programs: &[&str],
    pages: usize,
    since: Instant,
) -> Result<(Vec<Event>, Option<Instant>), Reason> {
    let aside = look.aside();
    let (mut pages, mut most) = (pages, ENTRIES);
    let (mut events, mut from): (Vec<Event>, Option<Instant>) = (Vec::new(), None);
    for part in parts {
        if pages == 0 || most == 0 {
            from = from.max(Some(part.newest));
            break;
        }
        let file = OfFile { look: &aside, path: &part.path, left: &mut pages };
        let found = match journal_entries::read(file, programs, since, most) {
            Ok(found) => found,
            Err(JournalEntriesError::Read(error)) if error.is_not_there() => continue,
            Err(JournalEntriesError::Read(error)) => return Err(error.reason()),
            Err(JournalEntriesError::Short) if pages == 0 => {
                from = from.max(Some(part.newest));
                break;
            }
            // Files that were not closed may be half written. Journald puts them aside, too.
            Err(JournalEntriesError::Short | JournalEntriesError::Signature) if part.path.ends_with('~') => continue,
            Err(error) => {
                return Err(Reason::new(ReasonCode::Unparsable, format!("read {}: {error}", part.path)));
            }
        };
        most = most.saturating_sub(found.entries.len());
        from = from.max(found.missing_until);
        events.extend(found.entries.into_iter().filter_map(|entry| event(&entry)));
    }
    Ok((events, from))
}

fn event(entry: &Entry) -> Option<Event> {
    if entry.executable.as_deref().is_some_and(|executable| !is_of_the_system(executable)) {
        return None;
    }
    let what = message::read(&entry.program, &entry.message)?;
    Some(Event { at: entry.at, what, process: entry.process, actor: entry.actor, times: 1 })
}

/// Whether a program may have written what it seems to: others, such as logger(1), write under any name.
fn is_of_the_system(executable: &str) -> bool {
    let name = message::program(executable.trim_end_matches(" (deleted)"));
    let is_known = message::RARE.contains(&name) || message::FREQUENT.contains(&name) || name == "sudo-rs";
    is_known && OF_THE_SYSTEM.iter().any(|folder| executable.starts_with(folder))
}

/// Pages of a file, of which so many may still be read.
struct OfFile<'a> {
    look: &'a Look<'a>,
    path: &'a str,
    left: &'a mut usize,
}

impl Pages for OfFile<'_> {
    type Error = ReadError;

    fn page(&mut self, number: u64) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        *self.left = left;
        let offset = number.saturating_mul(PAGE_BYTES);
        self.look.read_part(self.path, offset, Size::from_bytes(PAGE_BYTES)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_the_system() {
        for of_it in [
            "/usr/sbin/sshd",
            "/usr/lib/openssh/sshd-session",
            "/usr/bin/sudo",
            "/usr/bin/passwd (deleted)",
            "/usr/libexec/gdm-session-worker",
            "/bin/su",
        ] {
            assert!(is_of_the_system(of_it), "{of_it}");
        }
        for other in ["/usr/bin/logger", "/usr/bin/python3.11", "/home/taro/sudo", "/tmp/usr/sbin/sshd", ""] {
            assert!(!is_of_the_system(other), "{other}");
        }
    }
}
