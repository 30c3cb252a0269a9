//! Logs that are files: the end of each is read, and of its older copies, within a bound.

use tenken_model::fact::account_events::{EventLog, EventLogKind, SignInWay};
use tenken_model::{Instant, Read, Reason, Size};

use super::event::{Actor, Attempt, Event, What};
use super::merge::{Covered, Told};
use super::names::hour;
use super::people::People;
use super::{audit_record, line, told_since};
use crate::collect::Look;
use crate::collect::accounts::utmp::{CHUNK_BYTES, Layout};
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::glob::ENTRIES_MAX;
use crate::collect::logs::continuity::is_compressed;
use crate::collect::sessions::place;
use crate::host::{EntryKind, Metadata, ReadError};

/// The most copies of one log.
const COPIES_MAX: usize = 100;
/// The type of a record of utmp(5) that a sign-in makes which failed: LOGIN_PROCESS, USER_PROCESS.
const TRIED: [u16; 2] = [6, 7];

/// What is read of a log at the most, with its copies.
pub(super) const MESSAGES_BYTES: u64 = 2 << 20;
pub(super) const AUDIT_BYTES: u64 = 1 << 20;
/// A little more than four megabytes, in whole records.
pub(super) const FAILED_BYTES: u64 = 9 * CHUNK_BYTES;

/// A log, and what it tells.
pub(super) struct Reading {
    pub(super) log: EventLog,
    pub(super) told: Told,
    /// There is more of what is written often, such as sign-ins, which was not read.
    pub(super) uses_cut: bool,
}

/// What a part of a file tells: the events, and the times of its first and last record.
struct Part {
    events: Vec<Event>,
    oldest: Option<Instant>,
    newest: Option<Instant>,
}

/// Messages of a syslog daemon; nothing where there is no such log.
pub(super) fn messages(look: &Look<'_>, path: &str, now: Instant, zone: &Read<Zone>) -> Option<Reading> {
    let host = look.system().ok().map(|system| system.host_name).filter(|host| !host.is_empty());
    read(look, path, (EventLogKind::Messages, MESSAGES_BYTES), now, |bytes, is_end, metadata| {
        // A zone is needed only where lines have none: these begin with the month's name.
        let begin = if is_end { bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1) } else { 0 };
        let needs_zone = bytes.get(begin).is_some_and(u8::is_ascii_alphabetic);
        let utc = Zone::utc();
        let zone = match zone {
            Read::Measured(zone) => zone,
            Read::NotRead(reason) if needs_zone => return Err(reason.clone()),
            Read::NotRead(_) => &utc,
        };
        let told = line::read(bytes, is_end, metadata.modified, zone, host.as_deref());
        Ok(Part { events: told.events, oldest: told.oldest, newest: told.newest })
    })
}

/// What the kernel audits. It is not all that happens, so that it covers no time.
pub(super) fn audit(look: &Look<'_>, path: &str, now: Instant, people: &People) -> Option<Reading> {
    let mut reading = read(look, path, (EventLogKind::Audit, AUDIT_BYTES), now, |bytes, is_end, _| {
        let told = audit_record::read(bytes, is_end);
        Ok(Part { events: told.events, oldest: told.oldest, newest: told.newest })
    })?;
    reading.told = Told { events: std::mem::take(&mut reading.told.events), ..Told::default() };
    forget_strangers(&mut reading.told.events, people);
    Some(reading)
}

/// Sign-ins that failed.
pub(super) fn failed(look: &Look<'_>, path: &str, now: Instant, people: &People) -> Option<Reading> {
    let mut reading =
        read(look, path, (EventLogKind::FailedSignIns, FAILED_BYTES), now, |bytes, _, _| Ok(failed_records(bytes)))?;
    reading.told.rare = None;
    forget_strangers(&mut reading.told.events, people);
    Some(reading)
}

/// Takes away names that the host has no account of: these records are written before anybody knows.
fn forget_strangers(events: &mut [Event], people: &People) {
    for event in events {
        if let What::Failed { account, .. } = &mut event.what
            && !people.knows(account)
        {
            account.clear();
        }
    }
}

fn failed_records(bytes: &[u8]) -> Part {
    let Some(layout) = Layout::of(bytes) else { return Part { events: Vec::new(), oldest: None, newest: None } };
    let mut events = Vec::new();
    for record in layout.records(bytes) {
        let Some(at) = record.at.filter(|_| TRIED.contains(&record.kind)) else { continue };
        let line = String::from_utf8_lossy(record.line);
        let way = match line.as_ref() {
            line if line.starts_with("ssh") => SignInWay::Ssh,
            line if line.starts_with("tty") || line.starts_with("hvc") => SignInWay::Console,
            line if line.starts_with(':') => SignInWay::Graphical,
            _ => SignInWay::Other,
        };
        let host = String::from_utf8_lossy(record.host).into_owned();
        let address = place::address(record.address).map(|address| address.to_string());
        let source = if host.is_empty() { address.unwrap_or_default() } else { host };
        let account = String::from_utf8_lossy(record.user).into_owned();
        let what = What::Failed { account, source, way, attempt: Attempt::Failed };
        events.push(Event { at, what, process: record.pid, actor: Actor::default(), times: 1 });
    }
    let (oldest, newest) = (events.first().map(|event| event.at), events.last().map(|event| event.at));
    Part { events, oldest, newest }
}

/// Reads the log and its copies, the newest first, as far as it is worth and within the bound.
fn read(
    look: &Look<'_>,
    path: &str,
    (kind, most): (EventLogKind, u64),
    now: Instant,
    parse: impl Fn(&[u8], bool, &Metadata) -> Result<Part, Reason>,
) -> Option<Reading> {
    let since = told_since(now);
    let mut log = EventLog { kind, place: path.to_owned(), from: Read::Measured(None), newest_hour: None, cut: false };
    let files = match files(look, path, since) {
        Ok(None) => return None,
        Ok(Some(files)) => files,
        Err(error) => {
            log.from = Read::NotRead(error.reason());
            return Some(Reading { log, told: Told::default(), uses_cut: false });
        }
    };
    let (mut left, mut told) = (most, Told::default());
    let (mut oldest, mut newest): (Option<Instant>, Option<Instant>) = (None, None);
    let aside = look.aside();
    for (number, (path, metadata)) in files.iter().enumerate() {
        if left == 0 || is_compressed(path) {
            log.cut = true;
            break;
        }
        let size = metadata.size.bytes();
        let offset = size.saturating_sub(left);
        // Records of utmp(5) begin at multiples of their length.
        let offset = if kind == EventLogKind::FailedSignIns { offset.div_ceil(9_600) * 9_600 } else { offset };
        left = left.saturating_sub(size);
        let look = if number == 0 { look } else { &aside };
        let bytes = match look.read_part(path, offset, Size::from_bytes(size.saturating_sub(offset))) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_there() => continue,
            Err(error) => {
                log.from = Read::NotRead(error.reason());
                return Some(Reading { log, told: Told::default(), uses_cut: false });
            }
        };
        match parse(&bytes, offset > 0, metadata) {
            Ok(part) => {
                log.cut |= offset > 0;
                told.events.extend(part.events);
                oldest = part.oldest.into_iter().chain(oldest).min();
                newest = part.newest.into_iter().chain(newest).max();
            }
            Err(reason) => {
                log.from = Read::NotRead(reason);
                return Some(Reading { log, told: Told::default(), uses_cut: false });
            }
        }
    }
    told.events.retain(|event| event.at >= since);
    let covered = oldest.zip(newest).map(|(from, until)| Covered { from, until });
    (told.rare, told.frequent) = (covered, covered);
    // Where the beginning is cut off it moves all the time, which is no news.
    let from = oldest.map(|oldest| if log.cut { hour(oldest) } else { oldest });
    (log.from, log.newest_hour) = (Read::Measured(from), newest.map(hour));
    let uses_cut = log.cut;
    Some(Reading { log, told, uses_cut })
}

/// The log and its copies that were written since a time, the newest first; nothing where the log itself is not there.
fn files(look: &Look<'_>, path: &str, since: Instant) -> Result<Option<Vec<(String, Metadata)>>, ReadError> {
    let metadata = match look.metadata(path) {
        Ok(metadata) if metadata.kind == EntryKind::File => metadata,
        Ok(_) => return Ok(None),
        Err(error) if error.is_not_there() => return Ok(None),
        Err(error) => return Err(error),
    };
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    // The folder is written to all the time, by others.
    let aside = look.aside();
    let mut copies = Vec::new();
    for entry in aside.list_if_there(folder, ENTRIES_MAX)? {
        let rest = entry.name.strip_prefix(name).and_then(|rest| rest.strip_prefix(['.', '-']));
        let is_copy = rest.is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()));
        if entry.kind != EntryKind::File || !is_copy || copies.len() >= COPIES_MAX {
            continue;
        }
        let path = format!("{folder}/{}", entry.name);
        match aside.metadata(&path) {
            Ok(metadata) if metadata.modified >= since && metadata.size.bytes() > 0 => copies.push((path, metadata)),
            Ok(_) => {}
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error),
        }
    }
    copies.sort_by_key(|(_, metadata)| std::cmp::Reverse(metadata.modified));
    copies.insert(0, (path.to_owned(), metadata));
    Ok(Some(copies))
}
