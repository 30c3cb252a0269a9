use tenken_model::Instant;
use tenken_model::fact::sessions::{SessionEnd, SessionOrigin};
use tenken_model::register::Registers;

use super::written::{begin, end, shutdown, start};
use super::*;
use crate::collect::Wake;
use crate::collect::packages::repodata::unpack::{Packing, packed};
use crate::collect::sqlite::{Value, writer};
use crate::host::Recording;

fn now() -> Instant {
    "2026-09-22T00:00:00Z".parse().unwrap()
}

fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

fn read(host: &Recording) -> Sessions {
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    match collect(&Look::new(host), &needs) {
        Outcome::Known(sessions) => sessions,
        other => panic!("{other:?}"),
    }
}

fn lines(sessions: &Sessions) -> Vec<(&str, &str, SessionEnd)> {
    sessions
        .entries
        .iter()
        .map(|session| (session.account.as_str(), session.terminal.as_str(), session.ended_by))
        .collect()
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?} was measured"),
    }
}

fn wtmp() -> Vec<u8> {
    [
        start(0),
        begin("tty2", "hanako", "", 10),
        begin("pts/0", "taro", "192.0.2.7", 20),
        end("pts/0", 90),
        begin("pts/0", "maint", "192.0.2.8", 100),
    ]
    .concat()
}

fn utmp() -> Vec<u8> {
    [start(0), begin("tty2", "hanako", "", 10), begin("pts/0", "maint", "192.0.2.8", 100)].concat()
}

const DESKTOP: &str = "USER=hanako\nCLASS=user\nSEAT=seat0\nTTY=tty2\nSTATE=active\nREALTIME=1790000011000000\n";
const GREETER: &str = "USER=gdm\nCLASS=greeter\nSEAT=seat0\nSTATE=online\nREALTIME=1790000005000000\n";

#[test]
fn a_host_with_wtmp_and_utmp() {
    let host = Recording::new(now()).file("/var/log/wtmp", wtmp()).file("/run/utmp", utmp());
    let sessions = read(&host);
    assert_eq!(
        lines(&sessions),
        [
            ("maint", "pts/0", SessionEnd::Open),
            ("taro", "pts/0", SessionEnd::SignedOut),
            ("hanako", "tty2", SessionEnd::Open)
        ]
    );
    assert_eq!(sessions.entries[1].origin, SessionOrigin::Network);
    assert_eq!((sessions.since, sessions.complete), (Read::Measured(Some(at(10))), Read::Measured(true)));
    assert_eq!(sessions.left_out, 0);
}

#[test]
fn a_session_goes_on_through_the_rotation_of_its_record() {
    let host = Recording::new(now())
        .file("/var/log/wtmp.1", [start(0), begin("pts/0", "taro", "", 20)].concat())
        .file("/var/log/wtmp", [end("pts/0", 90), begin("pts/1", "maint", "", 95), shutdown(99)].concat());
    let sessions = read(&host);
    assert_eq!(lines(&sessions), [("maint", "pts/1", SessionEnd::Shutdown), ("taro", "pts/0", SessionEnd::SignedOut)]);
    assert_eq!(sessions.since, Read::Measured(Some(at(20))));
}

#[test]
fn copies_that_were_put_aside_under_their_date_or_packed() {
    let gz = |bytes: Vec<u8>| packed(Packing::Gzip, &bytes);
    let oldest = [start(0), begin("pts/0", "taro", "", 20)].concat();
    let older = [end("pts/0", 90), begin("pts/1", "maint", "", 95)].concat();
    let with = |one: &str, one_bytes: Vec<u8>, other: &str, other_bytes: Vec<u8>| {
        let at = |name: &str, host: Recording, bytes, seconds| {
            host.file_with(format!("/var/log/{name}"), bytes, |file| file.modified = at(seconds))
        };
        let host = Recording::new(now()).file("/var/log/wtmp", [end("pts/1", 200), shutdown(300)].concat());
        read(&at(other, at(one, host, one_bytes, 95), other_bytes, 20))
    };
    for (one, one_bytes, other, other_bytes) in [
        ("wtmp-20261101", older.clone(), "wtmp-20261001", oldest.clone()),
        ("wtmp-20261101", older.clone(), "wtmp-20261001.gz", gz(oldest.clone())),
        ("wtmp.1", older.clone(), "wtmp.2.gz", gz(oldest.clone())),
    ] {
        let sessions = with(one, one_bytes, other, other_bytes);
        let ended = [("maint", "pts/1", SessionEnd::SignedOut), ("taro", "pts/0", SessionEnd::SignedOut)];
        assert_eq!(lines(&sessions), ended, "{one} {other}");
        assert_eq!((sessions.since, sessions.complete), (Read::Measured(Some(at(20))), Read::Measured(true)));
    }
    for odd in [gz(oldest.clone())[..20].to_vec(), b"no records at all".repeat(99), Vec::new()] {
        let sessions = with("wtmp-20261101", older.clone(), "wtmp-20261001.gz", odd);
        assert_eq!(lines(&sessions), [("maint", "pts/1", SessionEnd::SignedOut)]);
        assert_eq!(sessions.since, Read::Measured(Some(at(90))), "it is said how far back there are any");
    }
    let sessions = with("wtmp-20261101.xz", older, "wtmp-20261001", oldest);
    assert_eq!(
        (lines(&sessions), sessions.since.clone()),
        (Vec::new(), Read::Measured(Some(at(200)))),
        "nothing behind a hole"
    );
}

#[test]
fn a_host_with_wtmpdb_and_logind() {
    let row = |user: &str, login: i64, terminal: &str| {
        let text = |text: &str| Value::Text(text.to_owned());
        let micros = Value::Integer((1_790_000_000 + login) * 1_000_000);
        vec![Value::Integer(3), text(user), micros, Value::Null, text(terminal), Value::Null]
    };
    let columns = ["Type", "User", "Login", "Logout", "TTY", "RemoteHost"];
    let database = writer::write("wtmp", &columns, &[row("hanako", 10, "tty2"), row("gone", 12, "pts/3")]);
    let host = Recording::new(now())
        .file("/var/lib/wtmpdb/wtmp.db", database.unwrap())
        .file("/run/systemd/sessions/2", DESKTOP)
        .file("/run/systemd/sessions/c1", GREETER);
    let sessions = read(&host);
    assert_eq!(lines(&sessions), [("gone", "pts/3", SessionEnd::Unknown), ("hanako", "tty2", SessionEnd::Open)]);
    assert_eq!(sessions.entries[1].origin, SessionOrigin::Console);
    assert_eq!((&sessions.since, &sessions.complete), (&Read::Measured(Some(at(10))), &Read::Measured(true)));
    let with_log = read(&host.clone().file("/var/lib/wtmpdb/wtmp.db-wal", "x"));
    assert_eq!((code(&with_log.complete), code(&with_log.since)), (ReasonCode::Unsupported, ReasonCode::Unsupported));
    assert_eq!(lines(&with_log), [("hanako", "tty2", SessionEnd::Open)], "who is there is told nevertheless");
    let damaged = read(&host.file("/var/lib/wtmpdb/wtmp.db", "no database"));
    assert_eq!((code(&damaged.complete), code(&damaged.since)), (ReasonCode::Unparsable, ReasonCode::Unparsable));
}

#[test]
fn a_host_without_records_says_so() {
    let none = read(&Recording::new(now()));
    assert_eq!(
        (none.entries.len(), &none.since, code(&none.complete)),
        (0, &Read::Measured(None), ReasonCode::Missing)
    );
    let present_only = read(&Recording::new(now()).file("/run/systemd/sessions/2", DESKTOP));
    assert_eq!((present_only.entries.len(), code(&present_only.complete)), (1, ReasonCode::Missing));
    let begun = read(&Recording::new(now()).file("/var/log/wtmp", "").file("/run/utmp", ""));
    assert_eq!((begun.entries.len(), &begun.since), (0, &Read::Measured(None)));
    assert_eq!(code(&begun.complete), ReasonCode::Inconclusive, "nobody writes it");
}

#[test]
fn what_could_not_be_read_is_said_and_the_rest_is_told() {
    let host = || Recording::new(now()).file("/var/log/wtmp", wtmp()).file("/run/systemd/sessions/2", DESKTOP);
    let past = read(&host().denied("/var/log/wtmp.1"));
    assert_eq!(
        (past.entries.len(), code(&past.complete), code(&past.since)),
        (3, ReasonCode::NotPermitted, ReasonCode::NotPermitted)
    );
    for host in [
        host().denied("/run/utmp"),
        host().file("/run/utmp", "x".repeat(400)),
        host().denied("/run/systemd/sessions/2"),
        host().file("/run/systemd/sessions/2", "USER=hanako\n"),
        host().file("/run/systemd/sessions/3", "USER=\u{1}\nREALTIME=x\n"),
    ] {
        let present = read(&host);
        assert_eq!(present.since, Read::Measured(Some(at(10))), "what is past is known");
        assert!(matches!(present.complete, Read::NotRead(_)));
        assert_eq!(present.entries.len(), 3);
    }
    let cut = read(&Recording::new(now()).file("/var/log/wtmp", wtmp().get(..384 * 4 + 9).unwrap()));
    assert_eq!(
        (cut.entries.len(), code(&cut.complete), code(&cut.since)),
        (2, ReasonCode::Unparsable, ReasonCode::Unparsable)
    );
    let other = read(&Recording::new(now()).file("/var/log/wtmp", "no records ".repeat(99)).folder("/var/log/wtmp.1"));
    assert!(matches!(other.complete, Read::NotRead(_)) && matches!(other.since, Read::NotRead(_)));
}

#[test]
fn of_a_large_record_the_end_is_read_and_the_rest_counted() {
    let pair = |n: u32| [begin("pts/0", "taro", "", n), end("pts/0", n + 1)].concat();
    let large: Vec<u8> = (0..8_000).flat_map(|n| pair(n * 2)).collect();
    let host = Recording::new(now()).file("/var/log/wtmp", &large);
    let sessions = read(&host);
    assert_eq!((sessions.entries.len(), sessions.complete), (2_000, Read::Measured(false)));
    assert_eq!(sessions.entries[0].started, at(15_998));
    // 16,000 records are 12 chunks of 1,250 and a part; the part and three more are read.
    let unread = 9 * 1_250;
    let read_sessions = (16_000 - unread) / 2;
    assert_eq!(sessions.left_out, unread + read_sessions - 2_000);
    assert_eq!(sessions.since, Read::Measured(Some(at(unread))), "the oldest that was read");

    // What is not read of a record that reaches back further than is told is not missed.
    let old: Vec<u8> = (0..8_000).flat_map(|_| end("pts/0", 0)).chain(pair(9_000_000)).collect();
    let later = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: at(9_000_010) };
    let host = Recording::new(later.now).file("/var/log/wtmp", &old);
    let Outcome::Known(sessions) = collect(&Look::new(&host), &later) else { panic!("not known") };
    assert_eq!((sessions.entries.len(), sessions.left_out, sessions.complete), (1, 0, Read::Measured(true)));
}

#[test]
fn it_is_woken_by_places_and_not_by_each_session() {
    let host = Recording::new(now()).file("/var/log/wtmp", wtmp()).file("/run/systemd/sessions/2", DESKTOP);
    let look = Look::new(&host);
    let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: now() };
    let _ = collect(&look, &needs);
    let (_, wakes) = look.finish();
    let paths: Vec<_> = wakes
        .into_iter()
        .map(|wake| match wake {
            Wake::Path(path) => path.display().to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        paths,
        ["/run/systemd/sessions", "/run/utmp", "/var/lib/wtmpdb/wtmp.db", "/var/log/wtmp", "/var/log/wtmp.1"]
    );
}
