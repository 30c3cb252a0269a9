//! Logs that are files: the end of each is read, and of its older copies, within a bound.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tenken_model::fact::account_events::{EventLog, EventLogKind, SignInWay};
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::copies::{self, Bounds, Content, UNPACKED_BYTES};
use super::event::{Actor, Attempt, Event, What};
use super::merge::{Covered, Told};
use super::names::{hour, next_hour};
use super::people::People;
use super::{audit_record, line, told_since};
use crate::collect::Look;
use crate::collect::accounts::utmp::{CHUNK_BYTES, Layout};
use crate::collect::antivirus::time_zone::Zone;
use crate::collect::sessions::place;
use crate::host::Metadata;

/// The type of a record of utmp(5) that a sign-in makes which failed: LOGIN_PROCESS, USER_PROCESS.
const TRIED: [u16; 2] = [6, 7];

/// Records of utmp(5), of either length, begin at multiples of it.
const RECORDS_BYTES: u64 = 9_600;
/// Between two files of one log nothing may have been written for so long, as when the host was switched off over holidays. Where it
/// is longer, copies between them are gone.
const GAP_MAX: Span = Span::from_days(31);
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
        // What cannot be read is not taken for nothing.
        if told.is_timeless {
            let detail = format!(
                "read {path}: its lines have no time in a form that is known, or one of a time zone that is not"
            );
            return Err(Reason::new(ReasonCode::Unparsable, detail));
        }
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
    let mut reading = read(look, path, (EventLogKind::FailedSignIns, FAILED_BYTES), now, |bytes, _, _| {
        let unparsable = || Reason::new(ReasonCode::Unparsable, format!("read {path}: it holds no sign-in records"));
        failed_records(bytes).ok_or_else(unparsable)
    })?;
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

fn failed_records(bytes: &[u8]) -> Option<Part> {
    let mut events = Vec::new();
    // Where a host has just been set up it is empty.
    if bytes.is_empty() {
        return Some(Part { events, oldest: None, newest: None });
    }
    let layout = Layout::of(bytes)?;
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
    // A clock that was set back leaves them in another order than that of their times.
    let times = || events.iter().map(|event| event.at);
    let (oldest, newest) = (times().min(), times().max());
    Some(Part { events, oldest, newest })
}

/// A log of that kind of which nothing could be read.
fn unread(kind: EventLogKind, path: &str, reason: Reason) -> Reading {
    let log = EventLog { kind, place: path.to_owned(), from: Read::NotRead(reason), newest_hour: None, cut: false };
    Reading { log, told: Told::default(), uses_cut: false }
}

/// Reads the log and its copies, the newest first, as far as it is worth and within the bound.
fn read(
    look: &Look<'_>,
    path: &str,
    (kind, bytes): (EventLogKind, u64),
    now: Instant,
    parse: impl Fn(&[u8], bool, &Metadata) -> Result<Part, Reason>,
) -> Option<Reading> {
    let since = told_since(now);
    let files = match copies::files(look, path, since) {
        Ok(files) => files?,
        Err(error) => return Some(unread(kind, path, error.reason())),
    };
    let unit = if kind == EventLogKind::FailedSignIns { RECORDS_BYTES } else { 1 };
    let mut bounds = Bounds { bytes, unpacked: UNPACKED_BYTES };
    let mut told = Told::default();
    let (mut parts, mut cut) = (Vec::new(), false);
    let aside = look.aside();
    for (number, (path, metadata)) in files.iter().enumerate() {
        if bounds.bytes == 0 || number > copies::COPIES_MAX {
            cut = true;
            break;
        }
        let look = if number == 0 { look } else { &aside };
        let (bytes, is_end) = match copies::content(look, (path, metadata), &mut bounds, unit) {
            Ok(Content::Whole(bytes)) => (bytes, false),
            Ok(Content::End(bytes)) => (bytes, true),
            Ok(Content::Passed) => {
                cut = true;
                break;
            }
            Err(error) if error.is_not_there() => continue,
            Err(error) => return Some(unread(kind, path, error.reason())),
        };
        let part = match parse(&bytes, is_end, metadata) {
            Ok(part) => part,
            Err(reason) => return Some(unread(kind, path, reason)),
        };
        cut |= is_end;
        let covered = part.oldest.zip(part.newest).map(|(from, until)| Covered { from, until });
        let new = covered.map_or(Vec::new(), |covered| not_told(part.events, &told.events, covered));
        told.events.extend(new);
        parts.extend(covered);
    }
    let covered = joined(parts, kind);
    told.events.retain(|event| event.at >= since);
    (told.rare, told.frequent) = (covered, covered);
    // Where the beginning is cut off it moves all the time, which is no news.
    let from = covered.map(|covered| if cut { next_hour(covered.from) } else { covered.from });
    let newest_hour = covered.map(|covered| hour(covered.until));
    let log = EventLog { kind, place: path.to_owned(), from: Read::Measured(from), newest_hour, cut };
    Some(Reading { log, told, uses_cut: cut })
}

/// What no newer file told. Somebody may have unpacked a copy beside it, or saved it under another name.
fn not_told(events: Vec<Event>, told: &[Event], covered: Covered) -> Vec<Event> {
    let mut known: BTreeMap<(Instant, u32), Vec<&Event>> = BTreeMap::new();
    // Copies that follow each other have hardly a time in common.
    for event in told.iter().filter(|event| covered.from <= event.at && event.at <= covered.until) {
        known.entry((event.at, event.process)).or_default().push(event);
    }
    let is_told = |event: &Event| known.get(&(event.at, event.process)).is_some_and(|known| known.contains(&event));
    events.into_iter().filter(|event| !is_told(event)).collect()
}

/// For what time a log has all, with its copies. One that ended long before the others begin does not reach them.
fn joined(mut parts: Vec<Covered>, kind: EventLogKind) -> Option<Covered> {
    parts.sort_by_key(|part| Reverse(part.until));
    parts.into_iter().reduce(|covered, part| {
        let is_apart = kind == EventLogKind::Messages && GAP_MAX.after(part.until) < covered.from;
        if is_apart { covered } else { Covered { from: covered.from.min(part.from), ..covered } }
    })
}
