//! When each account last signed in, by every record the system keeps.

use std::collections::BTreeMap;
use std::path::Path;

use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use super::passwd::PasswdEntry;
use super::sign_in_databases::DatabaseError;
use super::utmp::{CHUNK_BYTES, SignIns};
use super::{lastlog, sign_in_databases, utmp};
use crate::collect::Look;
use crate::host::{EntryKind, Metadata, ReadError, ReadErrorKind};

/// The record of sign-ins and the one rotated last. The folder is not listed for more: every log file in it that grows
/// would wake the collector.
const WTMP: [&str; 2] = ["/var/log/wtmp", "/var/log/wtmp.1"];
const LASTLOG: &str = "/var/log/lastlog";
/// The largest sign-in record that is read.
const WTMP_LIMIT: u64 = 256 << 20;
/// How much of lastlog is read at once.
const LASTLOG_PART_BYTES: u64 = 64 << 10;
/// Databases of newer systems, which take the place of lastlog and wtmp.
const LASTLOG2: &str = "/var/lib/lastlog/lastlog2.db";
const WTMPDB: &str = "/var/lib/wtmpdb/wtmp.db";
/// How far ahead a record may be without doubt, for clocks that were set back since.
const AHEAD_MAX: Span = Span::from_days(1);
const DATABASE_LIMIT: Size = Size::from_bytes(64 << 20);

/// A pipe or device says that it is empty and never is; a record is a regular file.
fn regular<'a>(path: &Path, found: &'a Metadata) -> Result<&'a Metadata, ReadError> {
    if found.kind == EntryKind::File {
        return Ok(found);
    }
    Err(ReadError::new(ReadErrorKind::WrongKind, format!("read {}", path.display()), "it is no regular file"))
}

/// What the records say.
#[derive(Default)]
pub(super) struct Records {
    wtmp: SignIns,
    layout: Option<utmp::Layout>,
    lastlog: BTreeMap<u32, Instant>,
    /// A record is kept at all.
    kept: bool,
    /// Why not everything could be read.
    unread: Option<Reason>,
}

impl Records {
    /// Reads the records of these accounts.
    pub(super) fn read(look: &Look<'_>, entries: &[PasswdEntry]) -> Self {
        let mut records = Self::default();
        records.read_wtmp(look);
        records.read_lastlog(look, entries);
        records.read_database(look, LASTLOG2, sign_in_databases::add_lastlog2);
        records.read_database(look, WTMPDB, sign_in_databases::add_wtmpdb);
        if !records.kept {
            let detail = "look for sign-ins: neither wtmp nor lastlog nor their databases are kept";
            records.unread.get_or_insert(Reason::new(ReasonCode::Missing, detail));
        }
        records
    }

    /// When the account last signed in; absent if never recorded. A time still to come, which a wrong clock wrote, tells
    /// neither that it was used lately nor that it was not.
    pub(super) fn last(&self, entry: &PasswdEntry, now: Instant) -> Read<Option<Instant>> {
        if let Some(reason) = &self.unread {
            return Read::NotRead(reason.clone());
        }
        let last = self.wtmp.of(&entry.name).max(self.lastlog.get(&entry.uid).copied());
        match last {
            Some(last) if last > AHEAD_MAX.after(now) => {
                let detail = format!("read sign-ins of {}: the last was recorded at {last}, still to come", entry.name);
                Read::not_read(ReasonCode::Inconclusive, detail)
            }
            _ => Read::Measured(last),
        }
    }

    /// Since when there are records; absent when none are kept.
    pub(super) fn since(&self) -> Read<Option<Instant>> {
        match &self.unread {
            Some(reason) if self.kept => Read::NotRead(reason.clone()),
            _ => Read::Measured(self.wtmp.since()),
        }
    }

    fn known<T>(&mut self, result: Result<T, ReadError>) -> Option<T> {
        result.map_err(|error| _ = self.unread.get_or_insert(error.reason())).ok()
    }

    fn read_wtmp(&mut self, look: &Look<'_>) {
        for path in WTMP {
            if let Err(reason) = self.read_wtmp_file(look, Path::new(path)) {
                self.unread.get_or_insert(reason);
            }
        }
    }

    fn read_wtmp_file(&mut self, look: &Look<'_>, path: &Path) -> Result<(), Reason> {
        let size = match look.metadata(path) {
            Err(error) if error.is_not_there() => return Ok(()),
            other => other.map_err(|error| error.reason())?,
        };
        self.kept = true;
        let size = regular(path, &size).map_err(|error| error.reason())?.size;
        if size.bytes() > WTMP_LIMIT {
            return Err(Reason::new(ReasonCode::TooLarge, format!("read {}: {size} is too large", path.display())));
        }
        let (mut layout, broken) = (None, self.wtmp.broken);
        for offset in (0..size.bytes()).step_by(usize::try_from(CHUNK_BYTES).unwrap_or(usize::MAX)) {
            let bytes = look.read_part(path, offset, Size::from_bytes(CHUNK_BYTES)).map_err(|error| error.reason())?;
            layout = layout.or_else(|| utmp::Layout::of(&bytes));
            let Some(layout) = layout else {
                let detail = format!("read {}: it holds no sign-in records", path.display());
                return Err(Reason::new(ReasonCode::Unparsable, detail));
            };
            self.wtmp.add(&bytes, layout);
        }
        self.layout = self.layout.or(layout);
        match self.wtmp.broken - broken {
            0 => Ok(()),
            found => {
                let detail = format!("read {}: {found} of its records are none, or cut off", path.display());
                Err(Reason::new(ReasonCode::Unparsable, detail))
            }
        }
    }

    /// Reads a database of sign-ins. What is only in its write-ahead log would be missed: that is said.
    fn read_database(
        &mut self,
        look: &Look<'_>,
        path: &str,
        add: impl FnOnce(&mut SignIns, &[u8]) -> Result<(), DatabaseError>,
    ) {
        let Some(Some(bytes)) = self.known(look.read_if_there(path, DATABASE_LIMIT)) else { return };
        self.kept = true;
        let log = match look.metadata(format!("{path}-wal")) {
            Err(error) if error.is_not_there() => None,
            other => self.known(other),
        };
        if log.is_some_and(|log| log.size.bytes() > 0) {
            let detail = format!("read {path}: it has a write-ahead log, which is not understood");
            self.unread.get_or_insert(Reason::new(ReasonCode::Unsupported, detail));
        } else if let Err(error) = add(&mut self.wtmp, &bytes) {
            self.unread.get_or_insert(Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")));
        }
    }

    /// Reads the places of these accounts' numbers.
    fn read_lastlog(&mut self, look: &Look<'_>, entries: &[PasswdEntry]) {
        let size = match look.metadata(LASTLOG) {
            Err(error) if error.is_not_there() => return,
            other => {
                let whole = other.and_then(|found| regular(Path::new(LASTLOG), &found).copied());
                self.known(whole).map(|metadata| metadata.size.bytes())
            }
        };
        let Some(size) = size else { return };
        self.kept = true;
        if size == 0 {
            return;
        }
        let Some(layout) = lastlog::Layout::of(size, self.layout) else {
            let detail = format!("read {LASTLOG}: its length fits no known layout");
            self.unread.get_or_insert(Reason::new(ReasonCode::Unparsable, detail));
            return;
        };
        let mut uids: Vec<_> = entries.iter().map(|entry| entry.uid).filter(|uid| layout.place(*uid) < size).collect();
        uids.sort_unstable();
        uids.dedup();
        if let Err(reason) = self.read_lastlog_part(look, layout, &uids) {
            self.unread.get_or_insert(reason);
        }
    }

    /// Reads the places of these numbers, in ascending order: at once where they are near, else in halves.
    fn read_lastlog_part(&mut self, look: &Look<'_>, layout: lastlog::Layout, uids: &[u32]) -> Result<(), Reason> {
        let (Some(first), Some(last)) = (uids.first(), uids.last()) else { return Ok(()) };
        let start = layout.place(*first);
        let length = layout.place(*last) - start + layout.record_bytes();
        if length > LASTLOG_PART_BYTES && uids.len() > 1 {
            let (near, far) = uids.split_at(uids.len() / 2);
            self.read_lastlog_part(look, layout, near)?;
            return self.read_lastlog_part(look, layout, far);
        }
        let bytes = look.read_part(LASTLOG, start, Size::from_bytes(length)).map_err(|error| error.reason())?;
        for uid in uids {
            let from = usize::try_from(layout.place(*uid) - start).unwrap_or(usize::MAX);
            let at = bytes.get(from..).and_then(|record| layout.last_sign_in(record));
            self.lastlog.extend(at.map(|at| (*uid, at)));
        }
        Ok(())
    }
}
