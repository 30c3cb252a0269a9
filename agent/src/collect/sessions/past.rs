//! Sessions of the past, put together from records in the order in which they were written.

use std::collections::BTreeMap;

use tenken_model::Instant;
use tenken_model::fact::sessions::{Session, SessionEnd};

use super::place::{address, clean, origin};
use crate::collect::accounts::utmp::{Layout, Record};

const RUN_LEVEL: u16 = 1;
const STARTED: u16 = 2;
/// The first kind of what is not of the machine's own state.
const INIT: u16 = 5;
const SESSION: u16 = 7;
const ENDED: u16 = 8;
/// What systemd and sysvinit call themselves when they write that the machine is shut down.
const SHUTDOWN: &[u8] = b"shutdown";
/// The run levels of a machine that is halted or started anew.
const LEVELS_OF_SHUTDOWN: [u8; 2] = *b"06";

/// Sessions as records of wtmp(5) have them. See last(1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// Those that ended in some way.
    over: Vec<Over>,
    /// Those that have not, by their terminal. A terminal holds one session at a time.
    going: BTreeMap<Vec<u8>, Begun>,
    /// How many records no program ever wrote.
    broken: usize,
    first_session: Option<Instant>,
    first_start: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Begun {
    account: String,
    host: String,
    address: [u8; 16],
    at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Over {
    terminal: Vec<u8>,
    begun: Begun,
    ended: Option<Instant>,
    by: SessionEnd,
}

impl Past {
    /// Adds the records in `bytes`, which begin where a record begins. What is cut off at the end is counted.
    pub fn add(&mut self, bytes: &[u8], layout: Layout) {
        for record in layout.records(bytes) {
            match record.at {
                Some(at) => self.add_record(&record, at),
                None => self.broken += usize::from(record.is_broken()),
            }
        }
        self.broken += usize::from(!bytes.len().is_multiple_of(layout.record_bytes()));
    }

    fn add_record(&mut self, record: &Record<'_>, at: Instant) {
        match record.kind {
            RUN_LEVEL if is_shutdown(record) => self.end_all(Some(at), SessionEnd::Shutdown),
            STARTED => self.end_all(None, SessionEnd::Crash),
            SESSION if !record.user.is_empty() => self.begin(record, at),
            // Old programs write the end of a session as one of nobody.
            SESSION | ENDED => self.end(record.line, Some(at), SessionEnd::SignedOut),
            _ => {}
        }
        let first = if record.kind < INIT { &mut self.first_start } else { &mut self.first_session };
        *first = Some(first.map_or(at, |first| first.min(at)));
    }

    fn begin(&mut self, record: &Record<'_>, at: Instant) {
        let text = |bytes: &[u8]| clean(&String::from_utf8_lossy(bytes));
        let begun = Begun { account: text(record.user), host: text(record.host), address: record.address, at };
        // Some programs write the beginning twice.
        if self.going.get(record.line).is_none_or(|going| (&going.account, going.at) != (&begun.account, begun.at)) {
            self.end(record.line, None, SessionEnd::Unknown);
            self.going.insert(record.line.to_vec(), begun);
        }
    }

    fn end(&mut self, terminal: &[u8], ended: Option<Instant>, by: SessionEnd) {
        if let Some((terminal, begun)) = self.going.remove_entry(terminal) {
            self.over.push(Over { terminal, begun, ended, by });
        }
    }

    fn end_all(&mut self, ended: Option<Instant>, by: SessionEnd) {
        let going = std::mem::take(&mut self.going);
        self.over.extend(going.into_iter().map(|(terminal, begun)| Over { terminal, begun, ended, by }));
    }

    /// How many records no program ever wrote, or were cut off.
    pub const fn broken(&self) -> usize {
        self.broken
    }

    /// Since when there are records. A start of the machine counts only where nothing else does, because the clock may
    /// have been wrong then.
    pub fn since(&self) -> Option<Instant> {
        self.first_session.or(self.first_start)
    }

    /// The sessions, in no order. Of those whose end is not on record nothing is known beyond their beginning.
    pub fn finish(mut self) -> Vec<Session> {
        self.end_all(None, SessionEnd::Unknown);
        let session = |over: Over| {
            let terminal = clean(&String::from_utf8_lossy(&over.terminal));
            let (origin, from) = origin(&terminal, &over.begun.host, address(over.begun.address));
            Session {
                account: over.begun.account,
                terminal,
                origin,
                from,
                started: over.begun.at,
                // A clock that was set back in the meantime must not end it before its beginning.
                ended: over.ended.map(|ended| ended.max(over.begun.at)),
                ended_by: over.by,
            }
        };
        self.over.into_iter().map(session).collect()
    }
}

fn is_shutdown(record: &Record<'_>) -> bool {
    let [level, ..] = record.pid.to_le_bytes();
    record.user == SHUTDOWN || LEVELS_OF_SHUTDOWN.contains(&level)
}

/// The sessions that go on by the records of utmp(5): those of its places that hold one.
pub fn present(bytes: &[u8], layout: Layout) -> Vec<Session> {
    let mut past = Past::default();
    for record in layout.records(bytes).filter(|record| record.kind == SESSION) {
        if let Some(at) = record.at {
            past.add_record(&record, at);
        }
    }
    // Of two on one terminal the later one goes on.
    past.over.clear();
    let mut sessions = past.finish();
    for session in &mut sessions {
        session.ended_by = SessionEnd::Open;
    }
    sessions
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tenken_model::fact::sessions::SessionOrigin;

    use super::super::written::{begin, end, record, shutdown, start};
    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../../tests/samples/accounts/wtmp");

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn read(records: &[Vec<u8>]) -> Vec<Session> {
        let mut past = Past::default();
        past.add(&records.concat(), Layout::Compact);
        assert_eq!(past.broken(), 0);
        past.finish()
    }

    /// How the sessions of these records ended, in the order in which they did.
    fn ends(records: &[Vec<u8>]) -> Vec<(String, Option<Instant>, SessionEnd)> {
        read(records).into_iter().map(|session| (session.account, session.ended, session.ended_by)).collect()
    }

    fn ended(account: &str, seconds: i64, by: SessionEnd) -> (String, Option<Instant>, SessionEnd) {
        (account.to_owned(), Some(at(seconds)), by)
    }

    fn endless(account: &str, by: SessionEnd) -> (String, Option<Instant>, SessionEnd) {
        (account.to_owned(), None, by)
    }

    #[test]
    fn the_record_of_a_pc() {
        let mut past = Past::default();
        past.add(SAMPLE, Layout::Compact);
        assert_eq!((past.broken(), past.since()), (0, Some("2026-08-31T23:00:00Z".parse().unwrap())));
        let sessions = past.finish();
        let maint = sessions.iter().find(|session| session.account == "maint").unwrap();
        assert_eq!(maint.started, "2026-09-01T04:00:00Z".parse::<Instant>().unwrap());
    }

    #[test]
    fn a_session_ends_on_its_own_terminal() {
        let records = [
            start(0),
            begin("pts/0", "hanako", "192.0.2.7", 10),
            begin("pts/1", "taro", "", 20),
            end("pts/2", 25),
            end("pts/0", 30),
            end("pts/0", 31),
            begin("pts/0", "hanako", "", 40),
        ];
        assert_eq!(
            ends(&records),
            [
                ended("hanako", 30, SessionEnd::SignedOut),
                endless("hanako", SessionEnd::Unknown),
                endless("taro", SessionEnd::Unknown)
            ]
        );
        let first = read(&records).remove(0);
        assert_eq!((first.terminal.as_str(), first.from.as_str(), first.started), ("pts/0", "192.0.2.7", at(10)));
        assert_eq!(first.origin, SessionOrigin::Network);
    }

    #[test]
    fn the_machine_ends_what_goes_on() {
        let shut_down = [begin("tty2", "hanako", "", 10), shutdown(50), start(90), end("tty2", 91)];
        assert_eq!(ends(&shut_down), [ended("hanako", 50, SessionEnd::Shutdown)]);
        let cut_off = [begin("tty2", "hanako", "", 10), start(90)];
        assert_eq!(ends(&cut_off), [endless("hanako", SessionEnd::Crash)]);
        for (level, by) in [(b'0', SessionEnd::Shutdown), (b'6', SessionEnd::Shutdown), (b'5', SessionEnd::Unknown)] {
            let mut run_level = record(1, "~", "runlevel", "", 50);
            run_level[4] = level;
            let found = ends(&[begin("tty2", "hanako", "", 10), run_level]);
            assert_eq!(found[0].2, by, "{level}");
        }
    }

    #[test]
    fn a_terminal_that_is_taken_again_was_left() {
        let again = [begin("pts/0", "hanako", "", 10), begin("pts/0", "taro", "", 20), end("pts/0", 30)];
        assert_eq!(ends(&again), [endless("hanako", SessionEnd::Unknown), ended("taro", 30, SessionEnd::SignedOut)]);
        let twice = [begin("pts/0", "hanako", "", 10), begin("pts/0", "hanako", "", 10), end("pts/0", 30)];
        assert_eq!(ends(&twice), [ended("hanako", 30, SessionEnd::SignedOut)]);
        let by_nobody = [begin("pts/0", "hanako", "", 10), begin("pts/0", "", "", 30)];
        assert_eq!(ends(&by_nobody), [ended("hanako", 30, SessionEnd::SignedOut)]);
    }

    #[test]
    fn other_records_begin_and_end_nothing() {
        for kind in [0, 3, 4, 5, 6, 9] {
            let found = ends(&[begin("tty1", "hanako", "", 10), record(kind, "tty1", "LOGIN", "", 20)]);
            assert_eq!(found, [endless("hanako", SessionEnd::Unknown)], "{kind}");
        }
        assert_eq!(ends(&[end("tty1", 5), shutdown(10), start(20)]), []);
    }

    #[test]
    fn a_clock_that_is_set_back_ends_no_session_before_its_beginning() {
        let found = read(&[begin("pts/0", "hanako", "", 100), end("pts/0", 40)]);
        assert_eq!((found[0].started, found[0].ended), (at(100), Some(at(100))));
    }

    #[test]
    fn names_of_others_letters_reach_nobody_as_they_are() {
        let mut hostile = begin("pts/0", "", "", 10);
        hostile[44..48].copy_from_slice(b"a\x1b[2");
        hostile[76..79].copy_from_slice(b"\xff\n\x07");
        hostile[8..40].fill(b'x');
        let session = read(&[hostile]).remove(0);
        assert_eq!(session.account, "a\u{fffd}[2");
        assert_eq!(session.from, "\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(session.terminal.len(), 32);
    }

    #[test]
    fn what_is_cut_off_or_no_record_is_counted() {
        let whole = [begin("pts/0", "hanako", "", 10), end("pts/0", 30)].concat();
        let mut past = Past::default();
        past.add(whole.get(..384 + 100).unwrap(), Layout::Compact);
        assert_eq!(past.broken(), 1);
        assert_eq!(past.finish()[0].ended_by, SessionEnd::Unknown);
        let mut past = Past::default();
        past.add(&record(77, "pts/0", "hanako", "", 10), Layout::Compact);
        assert_eq!((past.broken(), past.finish()), (1, Vec::new()));
        // A clock that was not set yet.
        let mut timeless = begin("pts/0", "hanako", "", 10);
        timeless[340..344].fill(0);
        assert_eq!(read(&[timeless]), []);
    }

    #[test]
    fn only_who_is_there_is_present() {
        let utmp = [
            start(0),
            end("tty1", 5),
            begin("pts/0", "hanako", "192.0.2.7", 10),
            begin("pts/1", "taro", "", 20),
            record(6, "tty2", "LOGIN", "", 1),
        ];
        let found = present(&utmp.concat(), Layout::Compact);
        let names: Vec<_> = found.iter().map(|session| (session.account.as_str(), session.ended_by)).collect();
        assert_eq!(names, [("hanako", SessionEnd::Open), ("taro", SessionEnd::Open)]);
        assert_eq!(present(&[0; 768], Layout::Compact), []);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            for layout in [Layout::Compact, Layout::Wide] {
                let mut past = Past::default();
                past.add(&bytes, layout);
                prop_assert!(past.finish().len() <= bytes.len() / layout.record_bytes());
                let _ = present(&bytes, layout);
            }
        }

        #[test]
        fn no_session_ends_before_it_begins(acts in proptest::collection::vec((0_u8..10, 0_u8..3, 0_u32..100), 0..60)) {
            let records: Vec<Vec<u8>> = acts
                .iter()
                .map(|(kind, line, seconds)| record(*kind, &format!("pts/{line}"), "hanako", "", *seconds))
                .collect();
            let begun = acts.iter().filter(|(kind, ..)| u16::from(*kind) == SESSION).count();
            let sessions = read(&records);
            prop_assert!(sessions.len() <= begun);
            prop_assert!(sessions.iter().all(|session| session.ended.is_none_or(|ended| ended >= session.started)));
        }
    }
}
