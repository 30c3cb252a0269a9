//! Where sessions are on record.

use std::path::Path;

use tenken_model::fact::sessions::Session;
use tenken_model::{Instant, Reason, ReasonCode, Size, Span};

use super::list::{KEPT_FOR, List};
use super::past::{self, Past};
use super::{logind, wtmpdb};
use crate::collect::Look;
use crate::collect::account_events::copies::{self, Bounds, Content};
use crate::collect::accounts::utmp::{CHUNK_BYTES, Layout};
use crate::host::{EntryKind, ReadError, ReadErrorKind};

/// The record that was rotated last, then the one that is written.
const WTMP: [&str; 2] = ["/var/log/wtmp.1", WRITTEN];
const WRITTEN: &str = "/var/log/wtmp";
/// What is read of all copies with other names, and what is unpacked of them: a host keeps one or two, of a month each.
const COPIES: Bounds = Bounds { bytes: TAIL_CHUNKS * CHUNK_BYTES, unpacked: TAIL_CHUNKS * CHUNK_BYTES * 2 };
/// Records of either length begin at multiples of it.
const RECORDS_BYTES: u64 = CHUNK_BYTES / 50;
/// How much of a record is read, from its end, in whole chunks: 3,750 to 5,000 records, which hold about as many
/// sessions as are told. It is read anew whenever something wakes the collector.
const TAIL_CHUNKS: u64 = 4;
const UTMP: &str = "/run/utmp";
const UTMP_LIMIT: Size = Size::from_bytes(2 << 20);
const WTMPDB: &str = "/var/lib/wtmpdb/wtmp.db";
const WTMPDB_LIMIT: Size = Size::from_bytes(8 << 20);
const LOGIND: &str = "/run/systemd/sessions";
const LOGIND_FILES_MAX: usize = 1_000;
const LOGIND_LIMIT: Size = Size::from_bytes(64 << 10);

/// What was found there.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) list: List,
    /// Since when there are records of the past.
    pub(super) since: Option<Instant>,
    /// A record of the past is kept.
    pub(super) is_kept: bool,
    /// How many records were not looked at because there are too many.
    pub(super) passed_over: i64,
    /// Why not all of the past could be read.
    pub(super) past_unread: Option<Reason>,
    /// Why it could not be read which sessions go on.
    pub(super) present_unread: Option<Reason>,
}

impl Places {
    /// Reads all of them.
    pub(super) fn read(look: &Look<'_>, now: Instant) -> Self {
        let mut places = Self::default();
        let wtmp = places.read_wtmp(look, now);
        let wtmpdb = places.read_wtmpdb(look);
        places.past_unread = wtmp.and(wtmpdb).err();
        let utmp = places.read_utmp(look);
        let logind = places.read_logind(look);
        places.present_unread = utmp.and(logind).err();
        places
    }

    fn is_kept_since(&mut self, since: Option<Instant>) {
        self.is_kept = true;
        self.since = [self.since, since].into_iter().flatten().min();
    }

    fn read_wtmp(&mut self, look: &Look<'_>, now: Instant) -> Result<(), Reason> {
        let mut past = Past::default();
        let mut unread = Ok(());
        read_copies(look, now, &mut past);
        for path in WTMP {
            match read_tail(look, Path::new(path), now, &mut past) {
                Ok(None) => {}
                Ok(Some(passed_over)) => {
                    self.is_kept = true;
                    self.passed_over = self.passed_over.saturating_add(passed_over);
                }
                Err(reason) => {
                    self.is_kept = true;
                    unread = unread.and(Err(reason));
                }
            }
        }
        if past.broken() > 0 {
            let detail = format!("read {}: {} of its records are none, or cut off", WTMP.join(" and "), past.broken());
            unread = unread.and(Err(Reason::new(ReasonCode::Unparsable, detail)));
        }
        if let Some(since) = past.since() {
            self.is_kept_since(Some(since));
        }
        self.list.add_past(past.finish());
        unread
    }

    fn read_wtmpdb(&mut self, look: &Look<'_>) -> Result<(), Reason> {
        let bytes = look.read_if_there(WTMPDB, WTMPDB_LIMIT);
        self.is_kept |= !matches!(bytes, Ok(None));
        let Some(bytes) = bytes.map_err(|error| error.reason())? else { return Ok(()) };
        // What is only in a write-ahead log would be missed: that is said.
        match look.metadata(format!("{WTMPDB}-wal")) {
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
            Ok(log) if log.size.bytes() == 0 => {}
            Ok(_) => {
                let detail = format!("read {WTMPDB}: it has a write-ahead log, which is not understood");
                return Err(Reason::new(ReasonCode::Unsupported, detail));
            }
        }
        let found = wtmpdb::sessions(&bytes)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {WTMPDB}: {error}")))?;
        self.is_kept_since(found.since);
        self.list.add_past(found.sessions);
        Ok(())
    }

    fn read_utmp(&mut self, look: &Look<'_>) -> Result<(), Reason> {
        let bytes = look.read_if_there(UTMP, UTMP_LIMIT).map_err(|error| error.reason())?;
        // Before anything is written into it, and where a container brings one along, it is empty.
        let Some(bytes) = bytes.filter(|bytes| bytes.iter().any(|byte| *byte != 0)) else { return Ok(()) };
        let layout = Layout::of(&bytes).ok_or_else(|| no_records(UTMP))?;
        self.list.add_present(past::present(&bytes, layout));
        Ok(())
    }

    fn read_logind(&mut self, look: &Look<'_>) -> Result<(), Reason> {
        let entries = look.list_if_there(LOGIND, LOGIND_FILES_MAX).map_err(|error| error.reason())?;
        let mut sessions = Vec::new();
        let mut unread = Ok(());
        // The folder wakes when one of its files is replaced, which is how logind writes.
        let aside = look.aside();
        for entry in entries.iter().filter(|entry| entry.kind == EntryKind::File) {
            match read_logind_file(&aside, &format!("{LOGIND}/{}", entry.name)) {
                Ok(session) => sessions.extend(session),
                Err(reason) => unread = unread.and(Err(reason)),
            }
        }
        self.list.add_present(sessions);
        unread
    }
}

fn read_logind_file(look: &Look<'_>, path: &str) -> Result<Option<Session>, Reason> {
    // The session may end between the two.
    let bytes = look.read_if_there(path, LOGIND_LIMIT).map_err(|error| error.reason())?;
    let session = bytes.map_or(Ok(None), |bytes| logind::session(&bytes));
    session.map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))
}

/// Adds what copies hold that were put aside before, `wtmp-20261101` or `wtmp.2.gz`, the oldest first. What is not read of them
/// is older than what is, and since when there are records tells it.
fn read_copies(look: &Look<'_>, now: Instant, past: &mut Past) {
    // The folder is written to all the time, by others; that a copy is new is seen by the record itself.
    let aside = look.aside();
    let since = Span::from_millis(-KEPT_FOR.millis()).after(now);
    let Ok(Some(files)) = copies::files(&aside, WRITTEN, since) else { return };
    let (mut bounds, mut read) = (COPIES, Vec::new());
    for (path, metadata) in files.iter().filter(|(path, _)| !WTMP.contains(&path.as_str())) {
        let content = copies::content(&aside, (path, metadata), &mut bounds, RECORDS_BYTES);
        let (bytes, is_end) = match content {
            Ok(Content::Whole(bytes)) => (bytes, false),
            Ok(Content::End(bytes)) => (bytes, true),
            Ok(Content::Passed) | Err(_) => break,
        };
        let Some(layout) = Layout::of(&bytes) else { break };
        read.push((bytes, layout));
        if is_end || bounds.bytes == 0 {
            break;
        }
    }
    for (bytes, layout) in read.iter().rev() {
        past.add(bytes, *layout);
    }
}

/// Adds the end of a record to the past and tells how many records were not read before it that may be of the time
/// that is told; `None` where there is no such file.
fn read_tail(look: &Look<'_>, path: &Path, now: Instant, past: &mut Past) -> Result<Option<i64>, Reason> {
    let found = match look.metadata(path) {
        Err(error) if error.is_not_there() => return Ok(None),
        other => other.map_err(|error| error.reason())?,
    };
    // A pipe or device says that it is empty and never is.
    if found.kind != EntryKind::File {
        let why = ReadError::new(ReadErrorKind::WrongKind, format!("read {}", path.display()), "it is no regular file");
        return Err(why.reason());
    }
    let size = found.size.bytes();
    let first = size.div_ceil(CHUNK_BYTES).saturating_sub(TAIL_CHUNKS).saturating_mul(CHUNK_BYTES);
    let (mut layout, mut oldest) = (None, None);
    for offset in (first..size).step_by(usize::try_from(CHUNK_BYTES).unwrap_or(usize::MAX)) {
        let bytes = look.read_part(path, offset, Size::from_bytes(CHUNK_BYTES)).map_err(|error| error.reason())?;
        layout = layout.or_else(|| Layout::of(&bytes));
        let layout = layout.ok_or_else(|| no_records(&path.display().to_string()))?;
        oldest = oldest.or_else(|| layout.records(&bytes).find_map(|record| record.at));
        past.add(&bytes, layout);
    }
    let is_older_told = oldest.is_none_or(|oldest| Span::between(oldest, now) < KEPT_FOR);
    let record_bytes = layout.map_or(1, Layout::record_bytes);
    let passed_over = first / u64::try_from(record_bytes).unwrap_or(1);
    Ok(Some(if is_older_told { i64::try_from(passed_over).unwrap_or(i64::MAX) } else { 0 }))
}

fn no_records(path: &str) -> Reason {
    Reason::new(ReasonCode::Unparsable, format!("read {path}: it holds no sign-in records"))
}
