//! Sessions out of the records of their beginnings and ends.
//!
//! Records: 21 a sign-in, 23 a sign-out, 24 a screen or a connection that was left, 25 one that was taken up again; in `System`
//! of the provider `EventLog` 6005 a start, 6006 an end and 6008 an end that nobody recorded. The address of the machine's own
//! screen is a word of the system's language, and whatever is no address.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use tenken_model::Instant;
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin};

use crate::collect::event_record::EventRecord;

/// Records of sessions.
pub(super) const IDS: [u32; 4] = [21, 23, 24, 25];
/// Records of starts and ends of the system.
pub(super) const SYSTEM_IDS: [u32; 3] = [6005, 6006, 6008];
/// The name of a machine in the name of an account is cut to so many characters (NetBIOS).
const MACHINE_CHARACTERS: usize = 15;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happened {
    /// Somebody signed in, or took a session up again.
    Began { id: u32, account: String, address: Option<IpAddr> },
    /// Somebody signed out, or left the session.
    Ended { id: u32 },
    /// The system started.
    Started,
    /// The system was stopped as it should be.
    Stopped,
}

/// And when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionEvent {
    /// When.
    pub(super) at: Instant,
    /// What.
    pub(super) what: Happened,
}

/// What a record says happened; nothing where it is about no session.
pub(super) fn event(record: &EventRecord) -> Option<SessionEvent> {
    let at = record.time?;
    let id = || u32::try_from(record.number("SessionID")?).ok();
    let what = match (record.channel.as_str(), record.id) {
        ("System", 6005 | 6008) => Happened::Started,
        ("System", 6006) => Happened::Stopped,
        ("System", _) => return None,
        (_, 21 | 25) => Happened::Began {
            id: id()?,
            account: record.value("User")?.to_owned(),
            address: record.value("Address").and_then(|address| address.parse().ok()),
        },
        (_, 23 | 24) => Happened::Ended { id: id()? },
        _ => return None,
    };
    Some(SessionEvent { at, what })
}

/// The sessions that were begun, oldest first. `open` are the numbers of those that go on, where that is known.
pub(super) fn sessions(events: &[SessionEvent], machine: &str, open: Option<&BTreeSet<u32>>) -> Vec<Session> {
    let mut finished = Vec::new();
    let mut running: BTreeMap<u32, Session> = BTreeMap::new();
    let mut stopped: Option<Instant> = None;
    for event in events {
        match &event.what {
            Happened::Began { id, account: name, address } => {
                let session = Session {
                    account: account(name, machine),
                    terminal: terminal(*id),
                    origin: if address.is_some() { SessionOrigin::Network } else { SessionOrigin::Console },
                    from: address.map(|address| address.to_canonical().to_string()).unwrap_or_default(),
                    started: event.at,
                    ended: None,
                    ended_by: SessionEnd::Unknown,
                };
                finished.extend(running.insert(*id, session));
            }
            Happened::Ended { id } => {
                if let Some(session) = running.remove(id) {
                    finished.push(Session { ended: Some(event.at), ended_by: SessionEnd::SignedOut, ..session });
                }
            }
            Happened::Stopped => stopped = Some(event.at),
            Happened::Started => {
                let (ended, ended_by) = match stopped.take() {
                    Some(at) => (Some(at), SessionEnd::Shutdown),
                    None => (None, SessionEnd::Crash),
                };
                let cut_off = std::mem::take(&mut running).into_values();
                finished.extend(cut_off.map(|session| Session { ended, ended_by, ..session }));
            }
        }
    }
    let goes_on = |id: &u32| open.is_some_and(|open| open.contains(id));
    finished.extend(
        running.into_iter().map(
            |(id, session)| {
                if goes_on(&id) { Session { ended_by: SessionEnd::Open, ..session } } else { session }
            },
        ),
    );
    finished
}

/// The account as it is told: without the machine's own name before it.
pub(super) fn account(name: &str, machine: &str) -> String {
    let cut: String = machine.chars().take(MACHINE_CHARACTERS).collect();
    match name.split_once('\\') {
        Some((domain, account)) if domain.eq_ignore_ascii_case(&cut) || matches!(domain, "" | ".") => {
            account.to_owned()
        }
        _ => name.to_owned(),
    }
}

/// A session by its number.
pub(super) fn terminal(id: u32) -> String {
    format!("session {id}")
}
