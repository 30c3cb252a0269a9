//! One list of sessions out of several records of the same.

use std::cmp::Reverse;

use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin};
use tenken_model::{Instant, Span};

use crate::collect::accounts::utmp::USER_BYTES;

/// Sessions that ended longer ago are not told.
pub const KEPT_FOR: Span = Span::from_days(92);
/// The most sessions that are told.
const SESSIONS_MAX: usize = 2_000;
/// The most bytes of their texts.
const TEXT_BYTES_MAX: usize = 160 << 10;
/// How far apart the times may be at which two programs wrote of the same beginning.
const APART_MAX: Span = Span::from_secs(10);

/// Sessions that were read in one place or several.
#[derive(Debug, Default)]
pub struct List {
    sessions: Vec<Session>,
}

impl List {
    /// Adds the sessions of a record of the past. Those that another record told too are not added twice.
    pub fn add_past(&mut self, sessions: Vec<Session>) {
        self.add(sessions, |_| true, |known, session| merged(session, known));
    }

    /// Adds the sessions that go on: those of which the past knows the beginning go on, the others begin with it.
    pub fn add_present(&mut self, sessions: Vec<Session>) {
        let may_go_on = |known: &Session| matches!(known.ended_by, SessionEnd::Unknown | SessionEnd::Open);
        self.add(sessions, may_go_on, |known, session| merged(known.clone(), &session));
    }

    /// Adds the sessions of one record, of which each is another, to those of the others. Of those it may be the
    /// same as, it is the one that began nearest.
    fn add(
        &mut self,
        sessions: Vec<Session>,
        may: impl Fn(&Session) -> bool,
        merge: impl Fn(&Session, Session) -> Session,
    ) {
        self.sessions.sort_by_key(|known| known.started);
        let mut others = Vec::new();
        for session in sessions {
            let earliest = Span::from_millis(-APART_MAX.millis()).after(session.started);
            let from = self.sessions.partition_point(|known| known.started < earliest);
            let near = self.sessions.iter_mut().skip(from);
            let near = near.take_while(|known| known.started <= APART_MAX.after(session.started));
            let same = near.filter(|known| may(known) && is_same(known, &session));
            match same.min_by_key(|known| Span::between(known.started, session.started).abs()) {
                Some(known) => *known = merge(known, session),
                None => others.push(session),
            }
        }
        self.sessions.append(&mut others);
    }

    /// The newest sessions first, without those that ended too long ago, and how many were left out because there are
    /// too many.
    pub fn finish(self, now: Instant) -> (Vec<Session>, usize) {
        let mut sessions = self.sessions;
        let oldest = Span::from_millis(-KEPT_FOR.millis()).after(now);
        sessions.retain(|session| {
            session.ended_by == SessionEnd::Open || session.ended.unwrap_or(session.started) >= oldest
        });
        sessions.sort_by(|one, other| {
            let key = |session: &Session| Reverse(session.started);
            (key(one), &one.account, &one.terminal).cmp(&(key(other), &other.account, &other.terminal))
        });
        let mut left = TEXT_BYTES_MAX;
        let fits = |session: &Session| {
            let bytes = session.account.len() + session.terminal.len() + session.from.len();
            left.checked_sub(bytes).map(|rest| left = rest).is_some()
        };
        let count = sessions.len();
        let kept: Vec<Session> = sessions.into_iter().take(SESSIONS_MAX).take_while(fits).collect();
        let left_out = count - kept.len();
        (kept, left_out)
    }
}

/// Two records of about the same time tell of the same session. One of them may know no terminal.
fn is_same(one: &Session, other: &Session) -> bool {
    let terminals = one.terminal == other.terminal || one.terminal.is_empty() || other.terminal.is_empty();
    terminals && cut(&one.account) == cut(&other.account)
}

/// A name as wtmp cuts it.
fn cut(name: &str) -> &[u8] {
    name.as_bytes().get(..USER_BYTES).unwrap_or(name.as_bytes())
}

/// A session with what another record of it knows more.
fn merged(session: Session, other: &Session) -> Session {
    let mut merged = session;
    if merged.terminal.is_empty() {
        merged.terminal.clone_from(&other.terminal);
    }
    if merged.account.len() < other.account.len() {
        merged.account.clone_from(&other.account);
    }
    if merged.origin == SessionOrigin::Local || merged.origin == other.origin && merged.from.is_empty() {
        (merged.origin, merged.from) = (other.origin, other.from.clone());
    }
    if merged.ended_by == SessionEnd::Unknown {
        (merged.ended, merged.ended_by) = (other.ended, other.ended_by);
    }
    merged
}
