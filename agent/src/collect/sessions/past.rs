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
    sessions.iter_mut().for_each(|session| session.ended_by = SessionEnd::Open);
    sessions
}
