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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn session(account: &str, terminal: &str, started: i64, ended_by: SessionEnd) -> Session {
        let ended = (ended_by == SessionEnd::SignedOut).then(|| at(started + 100));
        let (origin, from) = (SessionOrigin::Local, String::new());
        Session {
            account: account.into(),
            terminal: terminal.into(),
            origin,
            from,
            started: at(started),
            ended,
            ended_by,
        }
    }

    fn listed(list: List) -> Vec<(String, String, SessionEnd)> {
        let (sessions, left_out) = list.finish(at(1_000));
        assert_eq!(left_out, 0);
        sessions.into_iter().map(|session| (session.account, session.terminal, session.ended_by)).collect()
    }

    fn line(account: &str, terminal: &str, ended_by: SessionEnd) -> (String, String, SessionEnd) {
        (account.to_owned(), terminal.to_owned(), ended_by)
    }

    #[test]
    fn what_two_records_tell_counts_once() {
        let mut list = List::default();
        list.add_past(vec![
            session("hanako", "pts/0", 0, SessionEnd::SignedOut),
            session("hanako", "pts/0", 5, SessionEnd::Unknown),
            session("taro", "pts/1", 6, SessionEnd::Unknown),
        ]);
        list.add_past(vec![
            session("hanako", "pts/0", 1, SessionEnd::SignedOut),
            session("hanako", "ssh", 5, SessionEnd::SignedOut),
            session("taro", "", 7, SessionEnd::SignedOut),
            session("maint", "pts/1", 6, SessionEnd::SignedOut),
        ]);
        let ended = SessionEnd::SignedOut;
        assert_eq!(
            listed(list),
            [
                line("taro", "pts/1", ended),
                line("maint", "pts/1", ended),
                line("hanako", "pts/0", SessionEnd::Unknown),
                line("hanako", "ssh", ended),
                line("hanako", "pts/0", ended),
            ]
        );
    }

    #[test]
    fn what_goes_on_is_the_one_that_began_nearest() {
        let mut list = List::default();
        list.add_past(vec![
            session("hanako", "pts/0", 0, SessionEnd::Unknown),
            session("hanako", "pts/1", 6, SessionEnd::Unknown),
            session("hanako", "pts/2", 8, SessionEnd::SignedOut),
        ]);
        let mut remote = session("hanako", "", 7, SessionEnd::Open);
        (remote.origin, remote.from) = (SessionOrigin::Network, "192.0.2.7".to_owned());
        list.add_present(vec![remote, session("taro", "tty2", 7, SessionEnd::Open)]);
        let (sessions, _) = list.finish(at(1_000));
        let open: Vec<_> = sessions.iter().filter(|session| session.ended_by == SessionEnd::Open).collect();
        assert_eq!(open.len(), 2);
        let taken = open.iter().find(|session| session.account == "hanako").unwrap();
        assert_eq!((taken.terminal.as_str(), taken.started, taken.origin), ("pts/1", at(6), SessionOrigin::Network));
        assert_eq!(taken.from, "192.0.2.7");
        assert_eq!(sessions.len(), 4);
    }

    #[test]
    fn a_name_that_was_cut_is_the_same_name() {
        let whole = "an-account-whose-name-is-longer-than-a-record";
        let mut list = List::default();
        list.add_past(vec![session(&whole[..USER_BYTES], "pts/0", 0, SessionEnd::Unknown)]);
        list.add_present(vec![session(whole, "pts/0", 0, SessionEnd::Open)]);
        assert_eq!(listed(list), [line(whole, "pts/0", SessionEnd::Open)]);
    }

    #[test]
    fn what_ended_long_ago_is_not_told_and_what_goes_on_is() {
        let now = KEPT_FOR.after(at(0));
        let mut list = List::default();
        list.add_past(vec![
            session("early", "pts/0", -101, SessionEnd::SignedOut),
            session("just", "pts/0", -100, SessionEnd::SignedOut),
            session("crashed", "pts/1", -1, SessionEnd::Crash),
            session("later", "pts/1", 0, SessionEnd::Crash),
            session("open", "tty1", -9_999, SessionEnd::Open),
        ]);
        let names: Vec<_> = list.finish(now).0.into_iter().map(|session| session.account).collect();
        assert_eq!(names, ["later", "just", "open"]);
    }

    #[test]
    fn the_newest_are_kept_of_too_many_and_of_too_long_ones() {
        let many = |count: i64, name: &str| {
            let mut list = List::default();
            list.add_past((0..count).map(|n| session(name, "pts/0", n, SessionEnd::SignedOut)).collect());
            let (sessions, left_out) = list.finish(at(9_999));
            assert_eq!(sessions[0].started, at(count - 1));
            (sessions.len(), left_out)
        };
        assert_eq!(many(2_003, "hanako"), (2_000, 3));
        let (kept, left_out) = many(1_000, &"x".repeat(300));
        assert!(kept < 600 && kept + left_out == 1_000, "{kept}");
    }

    #[test]
    fn a_full_list_fits_into_a_report() {
        let mut list = List::default();
        let long = |n: i64| Session {
            from: "\u{1}".repeat(TEXT_BYTES_MAX / 2_000 - 20),
            ended: Some(at(n)),
            ended_by: SessionEnd::SignedOut,
            ..session("hanako", "pts/0", n, SessionEnd::Open)
        };
        list.add_past((0..2_000).map(long).collect());
        let (sessions, _) = list.finish(at(9_999));
        let bytes = serde_json::to_string(&sessions).unwrap().len();
        assert!(sessions.len() > 1_900 && bytes < tenken_model::fact::kept::FACT_BYTES_MAX * 2, "{bytes}");
    }
}
