//! wtmp: the record of sign-ins that login, sshd and display managers write. See utmp(5).
//!
//! Its records have no header and two layouts: 384 bytes where 32-bit and 64-bit programs share the file (x86), 400
//! where they need not (ARM64). Which one a file has is seen in the file, so that one machine reads another's.

use std::collections::BTreeMap;
use std::ops::Range;

use tenken_model::Instant;

/// A length that holds whole records of both layouts.
pub const CHUNK_BYTES: u64 = 9_600 * 50;

/// How many records are looked at to tell the layout.
const PROBED_RECORDS: usize = 64;
/// Earlier than any sign-in: 1990-01-01. What is earlier is no time.
const EARLIEST_SECONDS: i64 = 631_152_000;
/// Later than any sign-in: 2100-01-01.
const LATEST_SECONDS: i64 = 4_102_444_800;

const TYPE_INIT: u16 = 5;
const TYPE_USER: u16 = 7;
const TYPE_LAST: u16 = 9;
const PID: Range<usize> = 4..8;
const LINE: Range<usize> = 8..40;
/// The user's name; longer ones are cut.
const USER: Range<usize> = 44..44 + USER_BYTES;
/// The longest name a record holds, in bytes.
pub const USER_BYTES: usize = 32;
const HOST: Range<usize> = 76..332;

/// The layout of a file's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// 384 bytes, 32-bit seconds.
    Compact,
    /// 400 bytes, 64-bit seconds.
    Wide,
}

impl Layout {
    /// The length of a record in bytes.
    pub const fn record_bytes(self) -> usize {
        match self {
            Self::Compact => 384,
            Self::Wide => 400,
        }
    }

    /// The layout of a file, seen in its first records; `None` when neither explains them.
    pub fn of(start: &[u8]) -> Option<Self> {
        let sound = |layout: Self| {
            let probed = start.chunks_exact(layout.record_bytes()).take(PROBED_RECORDS);
            probed.filter(|record| layout.record(record).is_some_and(|record| record.at.is_some())).count()
        };
        let (compact, wide) = (sound(Self::Compact), sound(Self::Wide));
        match (compact, wide) {
            (0, 0) => None,
            _ if compact >= wide => Some(Self::Compact),
            _ => Some(Self::Wide),
        }
    }

    /// The whole records in `bytes`, which begin where a record begins.
    pub fn records(self, bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
        bytes.chunks_exact(self.record_bytes()).filter_map(move |bytes| self.record(bytes))
    }

    fn record(self, bytes: &[u8]) -> Option<Record<'_>> {
        let kind = u16::from_le_bytes(bytes.get(..2)?.try_into().ok()?);
        let (seconds, address) = match self {
            Self::Compact => (i64::from(u32::from_le_bytes(bytes.get(340..344)?.try_into().ok()?)), 348..364),
            Self::Wide => (i64::from_le_bytes(bytes.get(344..352)?.try_into().ok()?), 360..376),
        };
        let sound = (1..=TYPE_LAST).contains(&kind) && (EARLIEST_SECONDS..LATEST_SECONDS).contains(&seconds);
        Some(Record {
            kind,
            pid: u32::from_le_bytes(bytes.get(PID)?.try_into().ok()?),
            line: text(bytes.get(LINE)?),
            user: text(bytes.get(USER)?),
            host: text(bytes.get(HOST)?),
            address: bytes.get(address)?.try_into().ok()?,
            at: sound.then(|| Instant::from_timestamp(seconds, 0)).flatten(),
        })
    }
}

/// A field up to its end.
fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// One record. Its texts are as they were written, by whoever could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its kind: `ut_type`.
    pub kind: u16,
    /// The process: `ut_pid`; in a record of a run level, what it changed to.
    pub pid: u32,
    /// The terminal: `ut_line`.
    pub line: &'a [u8],
    /// The account: `ut_user`.
    pub user: &'a [u8],
    /// The other machine: `ut_host`.
    pub host: &'a [u8],
    /// Its address: `ut_addr_v6`, in the order of the network; one of IPv4 leaves all but the first four bytes empty.
    pub address: [u8; 16],
    /// When; `None` when it is no sound record.
    pub at: Option<Instant>,
}

impl Record<'_> {
    /// It is none that any program wrote: of a kind that does not exist. A clock that was not set yet leaves records
    /// without a time, but none of these.
    pub const fn is_broken(&self) -> bool {
        self.kind > TYPE_LAST
    }
}

/// What the records of one or more files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignIns {
    /// The newest sign-in by user name; wtmp cuts names to [`USER_BYTES`].
    pub newest: BTreeMap<String, Instant>,
    /// When the first sign-in or sign-out was written.
    first_session: Option<Instant>,
    /// When the first start of the machine was written. Its clock may not have been set then.
    first_start: Option<Instant>,
    /// How many records were passed over because they are none.
    pub unsound: usize,
    /// How many of these no program ever wrote: of a kind that does not exist, or cut off. A clock that was not set
    /// yet leaves records without a time, but none of these.
    pub broken: usize,
}

impl SignIns {
    /// Since when there are records. A start of the machine counts only where nothing else does, because the clock may
    /// have been wrong then.
    pub fn since(&self) -> Option<Instant> {
        self.first_session.or(self.first_start)
    }

    /// Adds the records in `bytes`, which begin where a record begins.
    pub fn add(&mut self, bytes: &[u8], layout: Layout) {
        let mut records = bytes.chunks_exact(layout.record_bytes());
        for record in records.by_ref().filter_map(|bytes| layout.record(bytes)) {
            let Some(at) = record.at else {
                self.unsound += usize::from(record.kind != 0);
                self.broken += usize::from(record.is_broken());
                continue;
            };
            match record.kind {
                ..TYPE_INIT => self.add_start(at),
                TYPE_USER if !record.user.is_empty() => self.add_session(&String::from_utf8_lossy(record.user), at),
                TYPE_INIT.. => self.first_session = Some(self.first_session.map_or(at, |first| first.min(at))),
            }
        }
        let cut_off = usize::from(!records.remainder().is_empty());
        self.unsound += cut_off;
        self.broken += cut_off;
    }

    /// Adds a start of the machine.
    pub fn add_start(&mut self, at: Instant) {
        self.first_start = Some(self.first_start.map_or(at, |first| first.min(at)));
    }

    /// Adds a session.
    pub fn add_session(&mut self, user: &str, at: Instant) {
        self.first_session = Some(self.first_session.map_or(at, |first| first.min(at)));
        self.add_last(user, at);
    }

    /// Adds the last sign-in of an account, which does not tell since when there are records.
    pub fn add_last(&mut self, user: &str, at: Instant) {
        let newest = self.newest.entry(user.to_owned()).or_insert(at);
        *newest = at.max(*newest);
    }

    /// The newest sign-in of that account; also one under its name as records cut it.
    pub fn of(&self, name: &str) -> Option<Instant> {
        let cut = name.as_bytes().get(..USER_BYTES).map(String::from_utf8_lossy);
        let of_cut = cut.and_then(|cut| self.newest.get(cut.as_ref()).copied());
        self.newest.get(name).copied().max(of_cut)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../../tests/samples/accounts/wtmp");

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn read(bytes: &[u8]) -> SignIns {
        let mut sign_ins = SignIns::default();
        sign_ins.add(bytes, Layout::of(bytes).unwrap());
        sign_ins
    }

    /// The same records as ARM64 writes them.
    fn widened(compact: &[u8]) -> Vec<u8> {
        let wide = compact.chunks_exact(384).flat_map(|record| {
            let mut wide = record.get(..336).unwrap().to_vec();
            for field in [336..340, 340..344, 344..348] {
                wide.extend_from_slice(record.get(field).unwrap());
                wide.extend_from_slice(&[0; 4]);
            }
            wide.extend_from_slice(record.get(348..384).unwrap());
            wide.extend_from_slice(&[0; 4]);
            wide
        });
        wide.collect()
    }

    #[test]
    fn a_file_of_a_pc() {
        assert_eq!(Layout::of(SAMPLE), Some(Layout::Compact));
        let sign_ins = read(SAMPLE);
        assert_eq!(sign_ins.of("hanako"), Some(at("2026-11-20T01:05:00Z")));
        assert_eq!(sign_ins.of("maint"), Some(at("2026-09-01T04:00:00Z")));
        assert_eq!(sign_ins.of("keyonly"), None);
        assert_eq!(sign_ins.of("an-account-whose-name-is-longer-than-a-record"), Some(at("2026-10-02T00:00:00Z")));
        assert_eq!(sign_ins.since(), Some(at("2026-08-31T23:00:00Z")));
        assert_eq!(sign_ins.unsound, 0);
    }

    #[test]
    fn the_same_file_of_an_arm_machine() {
        let wide = widened(SAMPLE);
        assert_eq!(Layout::of(&wide), Some(Layout::Wide));
        assert_eq!(read(&wide), read(SAMPLE));
    }

    #[test]
    fn a_start_with_a_wrong_clock_does_not_lengthen_the_record() {
        let sign_ins = read(SAMPLE);
        assert_eq!(sign_ins.first_start, Some(at("2019-02-14T10:12:00Z")));
        assert!(sign_ins.since() > sign_ins.first_start);
        let start_only = SAMPLE.get(..384).unwrap();
        assert_eq!(read(start_only).since(), Some(at("2019-02-14T10:12:00Z")));
    }

    #[test]
    fn a_cut_record_is_counted_and_the_rest_counts() {
        let cut = SAMPLE.get(..SAMPLE.len() - 100).unwrap();
        let sign_ins = read(cut);
        assert_eq!((sign_ins.unsound, sign_ins.broken), (1, 1));
        assert_eq!(sign_ins.of("maint"), Some(at("2026-09-01T04:00:00Z")));
    }

    #[test]
    fn what_is_no_record_file_has_no_layout() {
        assert_eq!(Layout::of(b""), None);
        assert_eq!(Layout::of(&[0; 9_600]), None);
        assert_eq!(Layout::of(&[0xff; 9_600]), None);
        assert_eq!(Layout::of(SAMPLE.get(..383).unwrap()), None);
        assert_eq!(Layout::of("SQLite format 3\0".repeat(1_000).as_bytes()), None);
    }

    #[test]
    fn reading_in_parts_is_reading_the_whole() {
        let mut parts = SignIns::default();
        for part in SAMPLE.chunks(384 * 2) {
            parts.add(part, Layout::Compact);
        }
        assert_eq!(parts, read(SAMPLE));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            for layout in [Layout::Compact, Layout::Wide] {
                let mut sign_ins = SignIns::default();
                sign_ins.add(&bytes, layout);
                let _ = (sign_ins.since(), sign_ins.of("a"), Layout::of(&bytes));
            }
        }

        #[test]
        fn never_panics_on_names(name in ".{0,80}") {
            let _ = SignIns::default().of(&name);
        }
    }
}
