//! Entries of a journal file, found by what wrote them. See systemd's JOURNAL_FILE_FORMAT.
//!
//! The file has an index: each value of a field knows the entries that hold it. So only what is asked for is read, in pages,
//! from a file of any size. What journald writes meanwhile may be half there: whatever makes no sense is passed over.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use tenken_model::Instant;
use thiserror::Error;

use super::event::Actor;
use super::message;

/// How much is read at a time.
pub const PAGE_BYTES: u64 = 32 << 10;
/// How much of a value is looked at: more than any message on accounts is long.
const VALUE_BYTES: u64 = 1_024;
/// What one walk through chains of the index may meet.
const CHAIN_MAX: usize = 10_000;
/// A table of the index is no larger; systemd's has 333 places.
const TABLE_BYTES_MAX: u64 = 1 << 20;
const ITEMS_MAX: u64 = 256;

const SIGNATURE: &[u8] = b"LPKSHHRH";
/// Offsets are of 32 bits.
const COMPACT: u32 = 16;
/// What this program knows of the flags that change the layout: the three compressions, keyed hashes, compact.
const UNDERSTOOD: u32 = 31;
const COMPRESSED: u8 = 7;
const DATA: u8 = 1;
const FIELD: u8 = 2;
const ENTRY: u8 = 3;
const ENTRY_ARRAY: u8 = 6;
const BY: &[u8] = b"SYSLOG_IDENTIFIER";

/// Why no entries were read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JournalEntriesError<E> {
    /// It does not begin as a journal does.
    #[error("it is no journal file")]
    Signature,
    /// It has a layout that this program does not know.
    #[error("its layout ({0:#x}) is not known")]
    Layout(u32),
    /// It ends too early, or points behind its end.
    #[error("it is cut off")]
    Short,
    /// A page could not be read.
    #[error(transparent)]
    Read(E),
}

/// A page of the file by its number: shorter at its end; nothing when no more may be read.
pub trait Pages {
    /// Why a page could not be read.
    type Error;

    /// That page.
    fn page(&mut self, number: u64) -> Result<Option<Vec<u8>>, Self::Error>;
}

impl Pages for &[u8] {
    type Error = std::convert::Infallible;

    fn page(&mut self, number: u64) -> Result<Option<Vec<u8>>, Self::Error> {
        let begin = usize::try_from(number.saturating_mul(PAGE_BYTES)).unwrap_or(usize::MAX).min(self.len());
        let end = begin.saturating_add(usize::try_from(PAGE_BYTES).unwrap_or(usize::MAX)).min(self.len());
        Ok(Some(self.get(begin..end).unwrap_or_default().to_vec()))
    }
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When journald took it.
    pub at: Instant,
    /// The name under which its program wrote, as [`message::program`] has it.
    pub program: String,
    /// The process that it names.
    pub process: u32,
    /// What it says.
    pub message: String,
    /// Whose the process was, by the kernel.
    pub actor: Actor,
    /// What the process ran, by the kernel; nothing where it had ended before that was asked.
    pub executable: Option<String>,
}

/// What a file holds of what was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The entries, the newest first.
    pub entries: Vec<Entry>,
    /// The time of the newest entry that was asked for and is not among them, because there are too many or no more may be
    /// read. Older ones are missing, too.
    pub missing_until: Option<Instant>,
    /// Entries whose message is compressed, because it is long.
    pub compressed: Vec<Compressed>,
    /// There are too many names of programs to find all that were asked for: any number of entries may be missing.
    pub unlisted: bool,
}

/// An entry whose message is compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compressed {
    /// When journald took it.
    pub at: Instant,
    /// The process that it names.
    pub process: u32,
}

/// What became of an entry.
enum Kept {
    Whole(Entry),
    Compressed(Compressed),
    UsedUp,
}

/// The entries of those programs since a time, the newest `most` of them.
pub fn read<P: Pages>(
    pages: P,
    programs: &[&str],
    since: Instant,
    most: usize,
) -> Result<Found, JournalEntriesError<P::Error>> {
    let mut file = File::open(pages)?;
    let mut wanted: BTreeMap<u64, String> = BTreeMap::new();
    let (writers, is_whole) = file.writers(programs)?;
    let mut found = Found { unlisted: !is_whole, ..Found::default() };
    // What is left out of one program's entries is older than the newest of these.
    let mut cut_at = None;
    for (offset, program) in writers {
        let (offsets, left) = file.entries_of(offset, most)?;
        if let Some(left) = left {
            cut_at = cut_at.max(Some(left));
        }
        wanted.extend(offsets.into_iter().map(|offset| (offset, program.clone())));
    }
    for (offset, program) in wanted.into_iter().rev() {
        let head = file.entry(offset);
        let (at, items) = match head {
            Ok(Some(entry)) => entry,
            Ok(None) => continue,
            Err(JournalEntriesError::Read(error)) => return Err(JournalEntriesError::Read(error)),
            Err(_) => {
                if file.is_used_up {
                    cut_at = cut_at.max(Some(offset));
                    break;
                }
                continue;
            }
        };
        // A clock that was set back makes an entry older than those before it.
        if at < since {
            continue;
        }
        if found.entries.len() >= most || cut_at.is_some_and(|cut| offset <= cut) {
            found.missing_until = Some(at);
            return Ok(found);
        }
        match file.values(at, program, &items)? {
            Kept::Whole(entry) => found.entries.push(entry),
            Kept::Compressed(entry) => found.compressed.push(entry),
            Kept::UsedUp => {
                found.missing_until = Some(at);
                return Ok(found);
            }
        }
    }
    if cut_at.is_some() {
        found.missing_until = Some(found.entries.last().map_or(since, |entry| entry.at));
    }
    Ok(found)
}

/// What is read of a file, or why it is not.
type Of<P, T> = Result<T, JournalEntriesError<<P as Pages>::Error>>;

/// When an entry was taken, and where its values are.
type Head = (Instant, Vec<u64>);

/// What a value of an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Message(String),
    Process(u32),
    User(u32),
    SignedIn(u32),
    Executable(String),
    CompressedLong,
    Other,
}

struct File<P> {
    pages: P,
    cache: BTreeMap<u64, Vec<u8>>,
    /// Values that many entries share.
    known: BTreeMap<u64, Value>,
    compact: bool,
    /// No more may be read.
    is_used_up: bool,
}

impl<P: Pages> File<P> {
    fn open(pages: P) -> Of<P, Self> {
        let mut file =
            Self { pages, cache: BTreeMap::new(), known: BTreeMap::new(), compact: false, is_used_up: false };
        let start = file.bytes(0, 16).or(Err(JournalEntriesError::Signature))?;
        if !start.starts_with(SIGNATURE) {
            return Err(JournalEntriesError::Signature);
        }
        let flags = u32::from_le_bytes(take(&start, 12).ok_or(JournalEntriesError::Short)?);
        if flags & !UNDERSTOOD != 0 {
            return Err(JournalEntriesError::Layout(flags));
        }
        file.compact = flags & COMPACT != 0;
        Ok(file)
    }

    /// At most that many bytes from there; fewer at the end of the file.
    fn at_most(&mut self, offset: u64, length: u64) -> Of<P, Vec<u8>> {
        let end = offset.checked_add(length).ok_or(JournalEntriesError::Short)?;
        let mut bytes = Vec::new();
        let mut at = offset;
        while at < end {
            let number = at / PAGE_BYTES;
            if !self.cache.contains_key(&number) {
                let Some(page) = self.pages.page(number).map_err(JournalEntriesError::Read)? else {
                    self.is_used_up = true;
                    return Err(JournalEntriesError::Short);
                };
                self.cache.insert(number, page);
            }
            let Some(page) = self.cache.get(&number) else { break };
            let from = usize::try_from(at % PAGE_BYTES).unwrap_or(usize::MAX);
            let to = usize::try_from((end - at).saturating_add(at % PAGE_BYTES)).unwrap_or(usize::MAX).min(page.len());
            bytes.extend(page.get(from..to).unwrap_or_default());
            at = (number + 1).saturating_mul(PAGE_BYTES);
        }
        Ok(bytes)
    }

    fn bytes(&mut self, offset: u64, length: u64) -> Of<P, Vec<u8>> {
        let bytes = self.at_most(offset, length)?;
        let whole = u64::try_from(bytes.len()).is_ok_and(|got| got == length);
        if whole { Ok(bytes) } else { Err(JournalEntriesError::Short) }
    }

    /// The beginning of an object of that kind: its flags, its length, and so many bytes of it.
    fn object(&mut self, offset: u64, kind: u8, length: u64) -> Of<P, (u8, u64, Vec<u8>)> {
        let bytes = self.bytes(offset, length)?;
        let size = number(&bytes, 8).ok_or(JournalEntriesError::Short)?;
        match bytes.as_slice() {
            [found, flags, ..] if *found == kind && size >= length => Ok((*flags, size, bytes)),
            _ => Err(JournalEntriesError::Short),
        }
    }

    /// The values of the field of writers, which name these programs, and whether all values were looked at: anybody may write
    /// under any name, and the newest come first.
    fn writers(&mut self, programs: &[&str]) -> Of<P, (Vec<(u64, String)>, bool)> {
        let mut writers = Vec::new();
        let mut next = self.field()?;
        let mut met = BTreeSet::new();
        while next != 0 && met.len() < CHAIN_MAX && met.insert(next) {
            let (_, size, head) = self.object(next, DATA, self.data_head())?;
            let length = size.saturating_sub(self.data_head()).min(VALUE_BYTES);
            let payload = self.bytes(next + self.data_head(), length)?;
            let name = payload.get(BY.len() + 1..).and_then(|name| std::str::from_utf8(name).ok());
            let program = name.map(message::program).filter(|program| programs.contains(program));
            if let Some(program) = program {
                writers.push((next, program.to_owned()));
            }
            next = number(&head, 32).unwrap_or_default();
        }
        Ok((writers, next == 0))
    }

    /// The first value of the field of writers; 0 where it has none.
    fn field(&mut self) -> Of<P, u64> {
        let header = self.bytes(0, 136)?;
        let (table, size) = (number(&header, 120).unwrap_or_default(), number(&header, 128).unwrap_or_default());
        if size > TABLE_BYTES_MAX {
            return Err(JournalEntriesError::Short);
        }
        let table = self.bytes(table, size)?;
        let mut met = BTreeSet::new();
        for place in table.chunks_exact(16) {
            let mut next = number(place, 0).unwrap_or_default();
            while next != 0 && met.len() < CHAIN_MAX && met.insert(next) {
                let (_, size, head) = self.object(next, FIELD, 40)?;
                let name_length = u64::try_from(BY.len()).unwrap_or(u64::MAX);
                if size == 40 + name_length && self.bytes(next + 40, name_length)? == BY {
                    return Ok(number(&head, 32).unwrap_or_default());
                }
                next = number(&head, 24).unwrap_or_default();
            }
        }
        Ok(0)
    }

    const fn data_head(&self) -> u64 {
        if self.compact { 72 } else { 64 }
    }

    /// The newest `most` entries that hold a value, and the newest of those left out.
    fn entries_of(&mut self, value: u64, most: usize) -> Of<P, (Vec<u64>, Option<u64>)> {
        let (_, _, head) = self.object(value, DATA, self.data_head())?;
        let first = number(&head, 40).unwrap_or_default();
        let mut left = number(&head, 56).unwrap_or_default().saturating_sub(1);
        let item = if self.compact { 4 } else { 8 };
        // The lists, each twice as long as the one before, by where their entries begin and how many they hold.
        let mut lists = Vec::new();
        let mut next = number(&head, 48).unwrap_or_default();
        while next != 0 && left > 0 && lists.len() < 64 {
            let (_, size, head) = self.object(next, ENTRY_ARRAY, 24)?;
            let count = (size.saturating_sub(24) / item).min(left);
            lists.push((next + 24, count));
            left -= count;
            next = number(&head, 16).unwrap_or_default();
        }
        let mut offsets = Vec::new();
        for (begin, count) in lists.into_iter().rev() {
            let wanted = u64::try_from(most.saturating_sub(offsets.len())).unwrap_or(u64::MAX).min(count);
            // One more is the newest that is left out.
            let read = (wanted + 1).min(count);
            let bytes = self.bytes(begin + (count - read) * item, read * item)?;
            let size = if self.compact { 4 } else { 8 };
            let mut list: Vec<u64> = bytes.chunks_exact(size).filter_map(offset).collect();
            list.reverse();
            let more = (read > wanted).then(|| list.pop()).flatten();
            offsets.extend(list.into_iter().filter(|offset| *offset != 0));
            if more.is_some() {
                return Ok((offsets, more));
            }
        }
        if offsets.len() < most {
            offsets.extend((first != 0).then_some(first));
            return Ok((offsets, None));
        }
        Ok((offsets, (first != 0).then_some(first)))
    }

    /// When an entry was taken, and where its values are.
    fn entry(&mut self, offset: u64) -> Of<P, Option<Head>> {
        let (_, size, head) = self.object(offset, ENTRY, 64)?;
        let micros = number(&head, 24).and_then(|micros| i64::try_from(micros).ok());
        let Some(at) = micros.and_then(DateTime::from_timestamp_micros) else { return Ok(None) };
        let item = if self.compact { 4 } else { 16 };
        let count = (size.saturating_sub(64) / item).min(ITEMS_MAX);
        let bytes = self.bytes(offset + 64, count * item)?;
        let size = if self.compact { 4 } else { 16 };
        Ok(Some((at, bytes.chunks_exact(size).filter_map(self::offset).collect())))
    }

    /// An entry with what its values say, as far as they are not compressed and could be read.
    fn values(&mut self, at: Instant, program: String, items: &[u64]) -> Of<P, Kept> {
        let (mut message, mut process, mut user, mut signed_in, mut executable) = (None, 0, None, None, None);
        for item in items {
            let value = match self.known.get(item) {
                Some(value) => value.clone(),
                None => match self.value(*item) {
                    Ok(value) => {
                        // A message is of one entry; the others are of many.
                        if !matches!(value, Value::Message(_)) {
                            self.known.insert(*item, value.clone());
                        }
                        value
                    }
                    Err(JournalEntriesError::Read(error)) => return Err(JournalEntriesError::Read(error)),
                    Err(_) if self.is_used_up => return Ok(Kept::UsedUp),
                    Err(_) => Value::Other,
                },
            };
            match value {
                Value::Message(text) => message = Some(text),
                Value::Process(number) => process = number,
                Value::User(number) => user = Some(number),
                Value::SignedIn(number) => signed_in = Some(number),
                Value::Executable(path) => executable = Some(path),
                Value::CompressedLong | Value::Other => {}
            }
        }
        let actor = Actor::new(user, signed_in);
        Ok(match message {
            Some(message) => Kept::Whole(Entry { at, program, process, message, actor, executable }),
            None => Kept::Compressed(Compressed { at, process }),
        })
    }

    fn value(&mut self, offset: u64) -> Of<P, Value> {
        let (flags, size, _) = self.object(offset, DATA, self.data_head())?;
        if flags & COMPRESSED != 0 {
            return Ok(Value::CompressedLong);
        }
        let length = size.saturating_sub(self.data_head()).min(VALUE_BYTES);
        let payload = self.bytes(offset + self.data_head(), length)?;
        let text = String::from_utf8_lossy(&payload);
        let Some((name, value)) = text.split_once('=') else { return Ok(Value::Other) };
        Ok(match (name, value.parse::<u32>()) {
            ("MESSAGE", _) => Value::Message(value.to_owned()),
            ("_PID", Ok(number)) => Value::Process(number),
            ("_UID", Ok(number)) => Value::User(number),
            ("_AUDIT_LOGINUID", Ok(number)) => Value::SignedIn(number),
            ("_EXE", _) => Value::Executable(value.to_owned()),
            _ => Value::Other,
        })
    }
}

/// An offset of 32 or 64 bits, at the beginning of an item.
fn offset(item: &[u8]) -> Option<u64> {
    number(item, 0).or_else(|| Some(u64::from(u32::from_le_bytes(take(item, 0)?))))
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    take(bytes, at).map(u64::from_le_bytes)
}

fn take<const LENGTH: usize>(bytes: &[u8], at: usize) -> Option<[u8; LENGTH]> {
    bytes.get(at..at.checked_add(LENGTH)?)?.try_into().ok()
}

#[cfg(test)]
mod tests;
