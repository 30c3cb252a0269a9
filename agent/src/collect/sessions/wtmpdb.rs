//! Sessions of wtmpdb(8), the database that takes the place of wtmp.

use tenken_model::Instant;
use tenken_model::fact::sessions::{Session, SessionEnd};

use super::place::{clean, origin};
use crate::collect::accounts::sign_in_databases::{DatabaseError, SESSION, SESSIONS_OF_WTMPDB, STARTED, columns};
use crate::collect::sqlite::Value;

/// What a database of wtmpdb holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sessions {
    /// Its sessions, in no order.
    pub sessions: Vec<Session>,
    /// Since when it is kept; starts of the machine count only where nothing else does.
    pub since: Option<Instant>,
}

/// Reads a database of wtmpdb.
pub fn sessions(database: &[u8]) -> Result<Sessions, DatabaseError> {
    let mut starts = Vec::new();
    let mut sessions = Vec::new();
    for row in columns(database, SESSIONS_OF_WTMPDB)? {
        let [Value::Integer(kind), user, begun, ended, terminal, host] = &row else { continue };
        let Some(started) = instant(begun) else { continue };
        let ended = instant(ended).map(|ended| ended.max(started));
        match (*kind, user) {
            (STARTED, _) => starts.push((started, ended)),
            (SESSION, Value::Text(user)) if !user.is_empty() => {
                let terminal = text(terminal);
                let (origin, from) = origin(&terminal, &text(host), None);
                let ended_by = if ended.is_some() { SessionEnd::SignedOut } else { SessionEnd::Unknown };
                sessions.push(Session { account: clean(user), terminal, origin, from, started, ended, ended_by });
            }
            _ => {}
        }
    }
    starts.sort_unstable();
    for session in sessions.iter_mut().filter(|session| session.ended.is_none()) {
        end(session, &starts);
    }
    let first_start = starts.first().map(|(started, _)| *started);
    let since = sessions.iter().map(|session| session.started).min().or(first_start);
    Ok(Sessions { sessions, since })
}

/// Ends a session without an end of its own by the starts of the machine, each with its shutdown.
fn end(session: &mut Session, starts: &[(Instant, Option<Instant>)]) {
    let next = starts.partition_point(|(started, _)| *started <= session.started);
    if next == starts.len() {
        // The machine has not been started since; whether the session goes on, others say.
        let shutdown = next.checked_sub(1).and_then(|last| starts.get(last)?.1);
        shut_down(session, shutdown);
        return;
    }
    session.ended_by = SessionEnd::Crash;
    shut_down(session, next.checked_sub(1).and_then(|of| starts.get(of)?.1));
}

fn shut_down(session: &mut Session, shutdown: Option<Instant>) {
    if let Some(shutdown) = shutdown.filter(|shutdown| *shutdown >= session.started) {
        (session.ended, session.ended_by) = (Some(shutdown), SessionEnd::Shutdown);
    }
}

fn instant(value: &Value) -> Option<Instant> {
    match value {
        Value::Integer(micros) if *micros > 0 => Instant::from_timestamp_micros(*micros),
        _ => None,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => clean(text),
        Value::Integer(_) | Value::Null | Value::Bytes(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tenken_model::fact::sessions::SessionOrigin;

    use super::*;
    use crate::collect::sqlite::writer::write;

    const WTMPDB: &[u8] = include_bytes!("../../../tests/samples/accounts/wtmp.db");

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    /// A row by seconds; what is 0 is nothing.
    fn row(kind: i64, user: &str, login: i64, logout: i64, terminal: &str, host: &str) -> Vec<Value> {
        let time = |seconds: i64| match seconds {
            0 => Value::Null,
            _ => Value::Integer((1_790_000_000 + seconds) * 1_000_000),
        };
        let text = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
        vec![Value::Integer(kind), text(user), time(login), time(logout), text(terminal), text(host)]
    }

    fn read(rows: &[Vec<Value>]) -> Sessions {
        sessions(&write("wtmp", &SESSIONS_OF_WTMPDB.1, rows).unwrap()).unwrap()
    }

    #[test]
    fn the_database_of_a_host() {
        let found = sessions(WTMPDB).unwrap();
        assert_eq!(found.since, Some("2026-05-28T20:26:40Z".parse().unwrap()));
        let hanako = found.sessions.iter().find(|session| session.account == "hanako").unwrap();
        assert_eq!(hanako.started, "2026-09-01T08:01:40.123456Z".parse::<Instant>().unwrap());
        assert!(found.sessions.iter().all(|session| session.ended_by != SessionEnd::Open));
    }

    #[test]
    fn sessions_end_by_themselves_by_shutdown_or_nobody_knows_when() {
        let found = read(&[
            row(1, "reboot", 10, 100, "~", "6.12"),
            row(3, "hanako", 20, 30, "tty2", ""),
            row(3, "taro", 40, 0, "pts/0", "192.0.2.7"),
            row(1, "reboot", 200, 0, "~", "6.12"),
            row(3, "hanako", 210, 0, "pts/1", ""),
            row(1, "reboot", 300, 0, "~", "6.12"),
            row(3, "taro", 310, 0, "ssh", "pc-17"),
            row(3, "early", 5, 0, "tty1", ""),
            row(3, "", 50, 60, "tty3", ""),
            row(9, "other", 50, 60, "tty3", ""),
            row(3, "timeless", 0, 60, "tty3", ""),
        ]);
        let ends: Vec<_> =
            found.sessions.iter().map(|session| (session.account.as_str(), session.ended, session.ended_by)).collect();
        assert_eq!(
            ends,
            [
                ("hanako", Some(at(30)), SessionEnd::SignedOut),
                ("taro", Some(at(100)), SessionEnd::Shutdown),
                ("hanako", None, SessionEnd::Crash),
                ("taro", None, SessionEnd::Unknown),
                ("early", None, SessionEnd::Crash),
            ]
        );
        let places: Vec<_> =
            found.sessions.iter().map(|session| (session.origin, session.from.as_str())).take(3).collect();
        assert_eq!(
            places,
            [(SessionOrigin::Console, ""), (SessionOrigin::Network, "192.0.2.7"), (SessionOrigin::Local, "")]
        );
        assert_eq!(found.since, Some(at(5)));
    }

    #[test]
    fn what_is_being_shut_down_holds_no_session() {
        let found = read(&[row(1, "reboot", 10, 100, "~", ""), row(3, "taro", 40, 0, "pts/0", "")]);
        assert_eq!((found.sessions[0].ended, found.sessions[0].ended_by), (Some(at(100)), SessionEnd::Shutdown));
        let only_starts = read(&[row(1, "reboot", 10, 100, "~", ""), row(1, "reboot", 200, 0, "~", "")]);
        assert_eq!((only_starts.since, only_starts.sessions.len()), (Some(at(10)), 0));
        // A clock that was set back: no end is before its beginning.
        let backwards = read(&[row(3, "taro", 40, 30, "pts/0", "")]);
        assert_eq!(backwards.sessions[0].ended, Some(at(40)));
    }

    #[test]
    fn databases_of_something_else_are_errors() {
        assert!(sessions(b"no database").is_err());
        let without = write("wtmp", &["Type", "User", "Login"], &[]).unwrap();
        assert_eq!(sessions(&without), Err(DatabaseError::NoColumn("wtmp", "Logout")));
    }

    proptest! {
        #[test]
        fn never_panics_on_damage(at in 16..WTMPDB.len(), byte in any::<u8>()) {
            let mut bytes = WTMPDB.to_vec();
            bytes[at] = byte;
            let _ = sessions(&bytes);
        }
    }
}
