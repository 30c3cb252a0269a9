//! The journal: its files on disk, or in memory where it is not kept, each read by its index.

use tenken_model::fact::account_events::{EventLog, EventLogKind};
use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::event::{Event, Named, What};
use super::journal_entries::{self, Compressed, Entry, JournalEntriesError, PAGE_BYTES, Pages};
use super::merge::{Covered, Told};
use super::message;
use super::names::{hour, next_hour};
use super::people::People;
use super::places::Reading;
use super::{reach, told_since};
use crate::collect::Look;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::logs::journal_header::{self, HEADER_BYTES, JournalHeader};
use crate::host::{EntryKind, ReadError};

const MACHINE: &str = "/etc/machine-id";
/// On disk, and in memory.
const FOLDERS: [&str; 2] = ["/var/log/journal", "/run/log/journal"];
const FILES_MAX: usize = 1_000;
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
    /// When it was last written, by its newest entry or by the file system, whichever is later: a clock may be set back.
    written: Instant,
    /// Of the system, not of one person's own programs.
    is_of_system: bool,
    /// On disk; in memory is only what was written since the host started.
    is_on_disk: bool,
    /// Not even its header can be read.
    is_damaged: bool,
}

/// What was found, and since when that is all, if it is not since the journal begins.
#[derive(Default)]
struct Entries {
    events: Vec<Event>,
    compressed: Vec<Compressed>,
    from: Option<Instant>,
}

/// What the journal tells; nothing where there is none.
pub(super) fn read(look: &Look<'_>, now: Instant, people: &People) -> Option<Reading> {
    let (folder, parts) = match parts(look, told_since(now)) {
        Ok(Some(found)) => found,
        Ok(None) => return None,
        Err(reason) => return Some(unread(reason)),
    };
    let newest = parts.iter().filter(|part| !part.is_damaged).map(|part| part.newest).max();
    let begun = begin(look, &parts);
    let (mut cut, mut uses_cut) = (false, false);
    let mut told = Told::default();
    for (programs, pages) in [(&message::RARE[..], RARE_PAGES), (&message::FREQUENT[..], FREQUENT_PAGES)] {
        let found = entries(look, &parts, (programs, pages), told_since(now), people);
        let Entries { events, compressed, from } = match found {
            Ok(found) => found,
            Err(reason) => return Some(unread(reason)),
        };
        told.events.extend(events);
        told.compressed.extend(compressed);
        (cut, uses_cut) = (uses_cut, from.is_some());
        let from = from.max(begun);
        let covered = from.zip(newest).map(|(from, until)| Covered { from, until });
        if told.rare.is_none() && pages == RARE_PAGES { told.rare = covered } else { told.frequent = covered }
    }
    let from = told.rare.map(|covered| if cut { next_hour(covered.from) } else { covered.from });
    let log = EventLog {
        kind: EventLogKind::Journal,
        place: folder,
        from: Read::Measured(from),
        newest_hour: newest.map(hour),
        cut,
    };
    Some(Reading { log, told, uses_cut })
}

fn unread(reason: Reason) -> Reading {
    let log = EventLog {
        kind: EventLogKind::Journal,
        place: FOLDERS[0].to_owned(),
        from: Read::NotRead(reason),
        newest_hour: None,
        cut: false,
    };
    Reading { log, told: Told::default(), uses_cut: false }
}

/// When the journal begins. One on disk that is not written to any more does not reach that in memory: between the two
/// others are gone.
fn begin(look: &Look<'_>, parts: &[Part]) -> Option<Instant> {
    let started = look.system().ok().map(|system| system.booted_at);
    let in_memory = covered(parts, false).map(|covered| match started {
        // Its first entries may be of a clock that was not set yet.
        Some(started) if covered.from < started => Covered { from: next_hour(started), ..covered },
        _ => covered,
    });
    reach::begin(covered(parts, true).into_iter().chain(in_memory).collect())
}

/// From when to when one of the two has entries: that of the system, because people's own go as theirs fill up.
fn covered(parts: &[Part], is_on_disk: bool) -> Option<Covered> {
    let parts = || parts.iter().filter(|part| !part.is_damaged && part.is_on_disk == is_on_disk);
    let of_system = parts().filter(|part| part.is_of_system).map(|part| part.oldest).min();
    let from = of_system.or_else(|| parts().map(|part| part.oldest).min())?;
    Some(Covered { from, until: parts().map(|part| part.newest).max()? })
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
    parts.retain(|part: &Part| part.written >= since);
    parts.sort_by_key(|part| std::cmp::Reverse(part.written));
    Ok(place.map(|place| (place, parts)))
}

fn in_folder(look: &Look<'_>, folder: &str, machine: Option<u128>) -> Result<Vec<Part>, Reason> {
    let mut parts = Vec::new();
    // Files are written all the time: their folder wakes, and is the evidence.
    let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
    let aside = look.aside();
    for entry in entries.into_iter().filter(|entry| entry.name.trim_end_matches('~').ends_with(".journal")) {
        if parts.len() >= FILES_MAX {
            let detail = format!("list {folder}: more than {FILES_MAX} journal files");
            return Err(Reason::new(ReasonCode::TooLarge, detail));
        }
        let path = format!("{folder}/{}", entry.name);
        let bytes = match aside.read_part(&path, 0, Size::from_bytes(HEADER_BYTES)) {
            Ok(bytes) => bytes,
            // It was deleted meanwhile.
            Err(error) if error.is_not_there() => continue,
            Err(error) => return Err(error.reason()),
        };
        let modified = aside.metadata(&path).map(|metadata| metadata.modified).ok();
        let is_of_system = entry.name.starts_with("system");
        let is_on_disk = folder.starts_with(FOLDERS[0]);
        let part = match (journal_header::parse(&bytes), modified) {
            (Ok(JournalHeader { oldest: Some(oldest), newest: Some(newest), machine_id, .. }), _) => {
                if machine.is_some_and(|machine| machine != u128::from_be_bytes(machine_id)) {
                    continue;
                }
                let written = modified.map_or(newest, |modified| newest.max(modified));
                Part { path, newest, oldest, written, is_of_system, is_on_disk, is_damaged: false }
            }
            // Nobody knows what was in it.
            (Err(_), Some(written)) if !bytes.is_empty() => {
                Part { path, newest: written, oldest: written, written, is_of_system, is_on_disk, is_damaged: true }
            }
            _ => continue,
        };
        parts.push(part);
    }
    Ok(parts)
}

/// What these programs told, of which so many pages may be read.
fn entries(
    look: &Look<'_>,
    parts: &[Part],
    (programs, mut pages): (&[&str], usize),
    since: Instant,
    people: &People,
) -> Result<Entries, Reason> {
    let aside = look.aside();
    let mut most = ENTRIES;
    let Entries { mut events, mut compressed, mut from } = Entries::default();
    for part in parts {
        if pages == 0 || most == 0 {
            from = from.max(Some(part.newest));
            break;
        }
        if part.is_damaged {
            from = from.max(Some(part.written));
            continue;
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
            // Files that were not closed may be half written. Journald puts them aside, too; what was in them is gone.
            Err(JournalEntriesError::Short | JournalEntriesError::Signature) if part.path.ends_with('~') => {
                from = from.max(Some(part.newest));
                continue;
            }
            Err(error) => {
                return Err(Reason::new(ReasonCode::Unparsable, format!("read {}: {error}", part.path)));
            }
        };
        most = most.saturating_sub(found.entries.len());
        from = from.max(found.missing_until).max(found.unlisted.then_some(part.newest));
        events.extend(found.entries.iter().filter_map(|entry| event(entry, people)));
        compressed.extend(found.compressed);
    }
    Ok(Entries { events, compressed, from })
}

fn event(entry: &Entry, people: &People) -> Option<Event> {
    if entry.executable.as_deref().is_some_and(|executable| !is_of_the_system(executable)) {
        return None;
    }
    let what = message::read(&entry.program, &entry.message)?;
    match entry.actor.user {
        Some(0) => {}
        Some(user) => {
            let name = message::program(entry.executable.as_deref()?.trim_end_matches(" (deleted)"));
            if !may_say(user, name, &what, people) {
                return None;
            }
        }
        None => return None,
    }
    let times = message::times(&entry.message);
    Some(Event { at: entry.at, what, process: entry.process, actor: entry.actor, times })
}

/// Whether a program that a person runs may say that. Anybody can write under any name, and be another program the next moment,
/// but not be another person: so each is heard of what they may do to themselves.
fn may_say(user: u32, program: &str, what: &What, people: &People) -> bool {
    let is_own = |name: &str| match people.number(name) {
        Some(number) => number == user,
        // Neither is known here: it may be an account of a directory.
        None => people.is_nobody(&Named::Number(user)),
    };
    let is_sftp = matches!(program, "sftp-server" | "internal-sftp" | "sshd" | "sshd-session");
    match what {
        What::Elevated { account, .. } => matches!(program, "sudo" | "sudo-rs" | "su") && is_own(account),
        What::PasswordSet { account: Named::Name(account), .. } => program == "passwd" && is_own(account),
        What::Changed { account: Some(Named::Name(account)), by: Some(by), .. } => match program {
            "gpasswd" => is_own(by),
            "passwd" | "chage" => is_own(by) && is_own(account),
            _ => false,
        },
        What::SftpOpened { account } | What::SftpRequested { account } => is_sftp && is_own(account),
        What::SftpClosed { .. } => is_sftp,
        _ => false,
    }
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
    use crate::collect::accounts::passwd;

    #[test]
    fn nobody_speaks_for_another() {
        let people = "root:x:0:0::/:/bin/sh\nhanako:x:1000:1000::/:/bin/sh\ntaro:x:1001:1001::/:/bin/sh\n";
        let people = People::of(passwd::parse(people.as_bytes()).unwrap().entries);
        let is_told = |user: Option<u32>, program: &str, executable: Option<&str>, message: &str| {
            let actor = crate::collect::account_events::event::Actor::new(user, None);
            let (program, message) = (program.to_owned(), message.to_owned());
            let executable = executable.map(str::to_owned);
            event(&Entry { at: Instant::UNIX_EPOCH, program, process: 7, message, actor, executable }, &people)
                .is_some()
        };
        let failed = "Failed password for root from 192.0.2.7 port 5 ssh2";
        let (sshd, sudo, passwd) = (Some("/usr/sbin/sshd"), Some("/usr/bin/sudo"), Some("/usr/bin/passwd"));
        assert!(is_told(Some(0), "sshd", sshd, failed) && is_told(Some(0), "sshd", None, failed));
        assert!(!is_told(Some(0), "sshd", Some("/usr/bin/logger"), failed));
        for executable in [None, sshd, passwd, sudo] {
            assert!(!is_told(Some(1_000), "sshd", executable, failed), "{executable:?}");
            assert!(!is_told(None, "sshd", executable, failed), "{executable:?}");
        }
        let set = "pam_unix(passwd:chauthtok): password changed for taro";
        assert!(is_told(Some(0), "passwd", passwd, set) && is_told(Some(1_001), "passwd", passwd, set));
        assert!(!is_told(Some(1_001), "passwd", None, set) && !is_told(Some(1_000), "passwd", passwd, set));
        let ran = "hanako : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/passwd taro";
        assert!(is_told(Some(1_000), "sudo", sudo, ran) && !is_told(Some(1_001), "sudo", sudo, ran));
        assert!(is_told(Some(70_000), "sudo", sudo, &ran.replace("hanako", "of-directory")));
        assert!(!is_told(Some(1_000), "sudo", sudo, &ran.replace("hanako", "of-directory")));
        let opened = "session opened for local user taro from [192.0.2.7]";
        assert!(is_told(Some(1_001), "sftp-server", Some("/usr/lib/openssh/sftp-server"), opened));
        assert!(!is_told(Some(1_000), "sftp-server", Some("/usr/lib/openssh/sftp-server"), opened));
    }

    /// inetd and sockets of systemd begin one `sshd -i` for each connection, in a unit of its own: what it tells is known by its
    /// name and its file, which are the same.
    #[test]
    fn servers_that_are_begun_for_each_connection() {
        let people = "root:x:0:0::/:/bin/sh\ntaro:x:1001:1001::/:/bin/sh\n";
        let people = People::of(passwd::parse(people.as_bytes()).unwrap().entries);
        let is_told = |user: u32, identifier: &str, executable: &str, message: &str| {
            let actor = crate::collect::account_events::event::Actor::new(Some(user), None);
            let (program, message) = (message::program(identifier).to_owned(), message.to_owned());
            let executable = Some(executable.to_owned());
            let entry = Entry { at: Instant::UNIX_EPOCH, program, process: 7, message, actor, executable };
            event(&entry, &people).is_some()
        };
        let failed = "Failed password for taro from 2001:db8::7 port 50000 ssh2";
        for (identifier, executable) in [
            ("sshd", "/usr/sbin/sshd"),
            ("sshd", "/usr/sbin/sshd (deleted)"),
            ("sshd-session", "/usr/lib/openssh/sshd-session"),
            ("sshd-session", "/usr/libexec/openssh/sshd-session"),
            ("sshd-auth", "/usr/lib/ssh/sshd-auth"),
        ] {
            assert!(is_told(0, identifier, executable, failed), "{identifier} {executable}");
            assert!(!is_told(1_001, identifier, executable, failed), "{identifier} {executable}");
        }
        let asked = "subsystem request for sftp by user taro";
        let opened = "session opened for local user taro from [2001:db8::7]";
        for (identifier, executable, message) in [
            ("sshd", "/usr/sbin/sshd", asked),
            ("sshd-session", "/usr/libexec/openssh/sshd-session", asked),
            ("internal-sftp", "/usr/sbin/sshd", opened),
            ("internal-sftp", "/usr/lib/openssh/sshd-session", opened),
            ("sftp-server", "/usr/libexec/openssh/sftp-server", opened),
            ("sftp-server", "/usr/lib/ssh/sftp-server", opened),
        ] {
            assert!(is_told(1_001, identifier, executable, message), "{identifier} {executable}");
            assert!(is_told(0, identifier, executable, message), "{identifier} {executable}");
            assert!(!is_told(1_002, identifier, executable, message), "{identifier} {executable}");
        }
    }

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
