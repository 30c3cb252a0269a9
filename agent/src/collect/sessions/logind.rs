//! The files in which systemd-logind keeps what it knows of the sessions that go on: one of each, `KEY=VALUE` a line.

use tenken_model::Instant;
use tenken_model::fact::sessions::{Session, SessionEnd, SessionOrigin};
use thiserror::Error;

use super::place::{clean, origin};

/// How the classes of what a person began start. Others are greeters, lock screens, jobs and the managers of services.
const OF_A_PERSON: &str = "user";
/// Services that begin sessions at their time, for nobody.
const OF_NOBODY: [&str; 5] = ["cron", "crond", "atd", "anacron", "systemd-user"];
/// The state of a session whose person has left it.
const CLOSING: &str = "closing";

/// Why a file is none of a session.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LogindError {
    /// It is no text.
    #[error("it is no text")]
    NoText,
    /// It says nothing of something that every session has.
    #[error("it has no line {0}")]
    Lacks(&'static str),
    /// Its time is none.
    #[error("its REALTIME is no time")]
    NoTime,
}

/// Reads the file of a session. `None` where no person is in it: it is closing, or it was never a person's.
pub fn session(bytes: &[u8]) -> Result<Option<Session>, LogindError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LogindError::NoText)?;
    let get = |key: &str| {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        lines.filter(|(name, _)| *name == key).map(|(_, value)| unquoted(value)).next_back().unwrap_or_default()
    };
    let class = get("CLASS");
    let is_a_persons = class.is_empty() || class.starts_with(OF_A_PERSON);
    if !is_a_persons || OF_NOBODY.contains(&get("SERVICE").as_str()) || get("STATE") == CLOSING {
        return Ok(None);
    }
    let account = get("USER");
    if account.is_empty() {
        return Err(LogindError::Lacks("USER"));
    }
    let realtime = get("REALTIME");
    if realtime.is_empty() {
        return Err(LogindError::Lacks("REALTIME"));
    }
    let micros = realtime.parse().ok().filter(|micros: &i64| *micros > 0);
    let started = micros.and_then(Instant::from_timestamp_micros).ok_or(LogindError::NoTime)?;
    let terminal = clean(&get("TTY"));
    let (origin, from) = match get("REMOTE").as_str() {
        "1" => (SessionOrigin::Network, clean(&get("REMOTE_HOST"))),
        _ if !get("SEAT").is_empty() => (SessionOrigin::Console, String::new()),
        _ => origin(&terminal, "", None),
    };
    let account = clean(&account);
    Ok(Some(Session { account, terminal, origin, from, started, ended: None, ended_by: SessionEnd::Open }))
}

/// A value without the quotes and backslashes of a shell.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let mut text = String::new();
    let mut letters = inner.unwrap_or(value).chars();
    while let Some(letter) = letters.next() {
        text.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SSH: &str = "# This is private data. Do not parse.\nUID=1000\nUSER=hanako\nACTIVE=1\nIS_DISPLAY=0\n\
        STATE=active\nREMOTE=1\nTYPE=tty\nORIGINAL_TYPE=tty\nCLASS=user\nSCOPE=session-3.scope\n\
        FIFO=/run/systemd/sessions/3.ref\nREMOTE_HOST=192.0.2.7\nSERVICE=sshd\nLEADER=812\nAUDIT=3\n\
        REALTIME=1790000000123456\nMONOTONIC=5000000\n";
    const DESKTOP: &str = "UID=1000\nUSER=hanako\nACTIVE=1\nSTATE=active\nREMOTE=0\nTYPE=wayland\nCLASS=user\n\
        SEAT=seat0\nTTY=tty2\nSERVICE=gdm-password\nVTNR=2\nREALTIME=1790000000000000\n";

    fn read(text: &str) -> Session {
        session(text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn over_the_network() {
        let ssh = read(SSH);
        assert_eq!((ssh.account.as_str(), ssh.terminal.as_str(), ssh.from.as_str()), ("hanako", "", "192.0.2.7"));
        assert_eq!((ssh.origin, ssh.ended_by, ssh.ended), (SessionOrigin::Network, SessionEnd::Open, None));
        assert_eq!(ssh.started, "2026-09-21T14:13:20.123456Z".parse::<Instant>().unwrap());
        assert_eq!(read(&SSH.replace("REMOTE_HOST=192.0.2.7\n", "")).origin, SessionOrigin::Network);
    }

    #[test]
    fn before_the_machine_and_within_it() {
        let desktop = read(DESKTOP);
        assert_eq!((desktop.origin, desktop.terminal.as_str()), (SessionOrigin::Console, "tty2"));
        let serial = DESKTOP.replace("SEAT=seat0\n", "").replace("tty2", "ttyS0");
        assert_eq!(read(&serial).origin, SessionOrigin::Console);
        let su = DESKTOP.replace("SEAT=seat0\n", "").replace("tty2", "pts/3").replace("gdm-password", "su-l");
        assert_eq!(read(&su).origin, SessionOrigin::Local);
        assert_eq!(read(&DESKTOP.replace("CLASS=user\n", "CLASS=user-early\n")).account, "hanako");
        assert_eq!(read(&DESKTOP.replace("CLASS=user\n", "")).account, "hanako", "an old systemd");
    }

    #[test]
    fn what_holds_no_person_is_none() {
        for (from, to) in [
            ("CLASS=user\n", "CLASS=greeter\n"),
            ("CLASS=user\n", "CLASS=manager\n"),
            ("CLASS=user\n", "CLASS=background\n"),
            ("SERVICE=gdm-password", "SERVICE=cron"),
            ("SERVICE=gdm-password", "SERVICE=\"crond\""),
            ("STATE=active", "STATE=closing"),
        ] {
            assert_eq!(session(DESKTOP.replace(from, to).as_bytes()), Ok(None), "{to}");
        }
    }

    #[test]
    fn files_of_another_form_are_errors() {
        assert_eq!(session(b""), Err(LogindError::Lacks("USER")));
        assert_eq!(session(DESKTOP.replace("USER=hanako\n", "").as_bytes()), Err(LogindError::Lacks("USER")));
        for (time, error) in [
            ("", LogindError::Lacks("REALTIME")),
            ("REALTIME=soon\n", LogindError::NoTime),
            ("REALTIME=0\n", LogindError::NoTime),
            ("REALTIME=-5\n", LogindError::NoTime),
            ("REALTIME=9223372036854775807\n", LogindError::NoTime),
        ] {
            let file = DESKTOP.replace("REALTIME=1790000000000000\n", time);
            assert_eq!(session(file.as_bytes()), Err(error), "{time}");
        }
        assert_eq!(session(b"USER=\xff\n"), Err(LogindError::NoText));
    }

    #[test]
    fn values_lose_their_quotes() {
        for (written, read) in
            [("\"a b\"", "a b"), ("'a'", "a"), ("a\\\"b", "a\"b"), ("\"", "\""), ("\\", ""), ("", "")]
        {
            assert_eq!(unquoted(written), read, "{written}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "([A-Z_]{2,9}=[ -~]{0,9}\n){0,9}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (session(text.as_bytes()), session(&bytes));
        }
    }
}
