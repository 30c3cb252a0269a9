use tenken_model::fact::screen_lock::UserScreenLock;
use tenken_model::register::Registers;
use tenken_model::{Reason, Span};

use super::gvariant::ByteOrder;
use super::gvdb_writer::{Branch, Node, write};
use super::*;
use crate::collect::Wake;
use crate::host::recorded::Recording;

mod gnome;
#[cfg(target_os = "linux")]
mod live;
mod others;

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
    hanako:x:1001:1001::/home/hanako:/bin/bash\n\
    taro:x:1002:1002::/home/taro:/bin/bash\n";

/// The variant of a number of seconds.
const fn seconds(number: u8) -> [u8; 6] {
    [number, 0, 0, 0, 0, b'u']
}
const TRUE: &[u8] = b"\x01\0b";
const FALSE: &[u8] = b"\0\0b";

const IDLE_DELAY: &str = "/org/gnome/desktop/session/idle-delay";
const LOCK_ENABLED: &str = "/org/gnome/desktop/screensaver/lock-enabled";
const LOCK_DELAY: &str = "/org/gnome/desktop/screensaver/lock-delay";
const LOCK_DISABLED: &str = "/org/gnome/desktop/lockdown/disable-lock-screen";
const ALL: [&str; 4] = [IDLE_DELAY, LOCK_ENABLED, LOCK_DELAY, LOCK_DISABLED];

/// A compiled database.
fn database(values: &[(&str, &[u8])], locks: &[&str]) -> Vec<u8> {
    let mut root: Branch =
        values.iter().map(|(path, value)| ((*path).to_owned(), Node::Value(value.to_vec()))).collect();
    if !locks.is_empty() {
        let locks = locks.iter().map(|path| ((*path).to_owned(), Node::Value(b"\0\0s".to_vec()))).collect();
        root.insert(".locks".to_owned(), Node::Table(locks));
    }
    write(&root, ByteOrder::Little).unwrap()
}

/// A host with people and no desktop yet.
fn host() -> Recording {
    Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file("/etc/passwd", PASSWD)
        .file("/etc/shadow", "root:*:20000::::::\n")
}

fn session(host: Recording, name: &str, starter: &str) -> Recording {
    host.file(format!("/usr/share/xsessions/{name}.desktop"), format!("[Desktop Entry]\nName={name}\nExec={starter}\n"))
}

fn outcome(host: &Recording) -> Outcome<ScreenLock> {
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let needs = Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now };
    collect(&Look::new(host), &needs)
}

fn known(host: &Recording) -> ScreenLock {
    match outcome(host) {
        Outcome::Known(fact) => fact,
        other => panic!("{other:?}"),
    }
}

/// The only row of a person.
fn row(host: &Recording, user: &str) -> UserScreenLock {
    let fact = known(host);
    let mut rows = fact.users.iter().filter(|row| row.user == user);
    let row = rows.next().unwrap_or_else(|| panic!("no row of {user}: {fact:?}"));
    assert!(rows.next().is_none(), "{fact:?}");
    row.clone()
}

fn users(host: &Recording) -> Vec<String> {
    known(host).users.into_iter().map(|row| row.user).collect()
}

/// Idle time in seconds (0 is never), the lock, its delay in seconds, whether it is fixed.
fn measured(row: &UserScreenLock) -> (i64, bool, i64, bool) {
    let idle = *row.idle_delay.measured().unwrap_or_else(|| panic!("{row:?}"));
    let delay = *row.lock_delay.measured().unwrap_or_else(|| panic!("{row:?}"));
    let seconds = |span: Span| span.millis() / 1_000;
    (
        idle.map_or(0, seconds),
        *row.lock_enabled.measured().unwrap_or_else(|| panic!("{row:?}")),
        seconds(delay),
        *row.enforced.measured().unwrap_or_else(|| panic!("{row:?}")),
    )
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(Reason { code, .. }) => *code,
        Read::Measured(value) => panic!("{value:?}"),
    }
}

#[test]
fn a_host_without_a_desktop_has_no_screen_lock() {
    assert!(matches!(outcome(&host()), Outcome::Absent(_)));
    assert!(matches!(outcome(&host().folder("/usr/share/xsessions")), Outcome::Absent(_)));
    let removed = host()
        .file("/usr/share/xsessions/gnome.desktop", "[Desktop Entry]\nExec=gnome-session\nTryExec=gnome-session\n");
    assert!(matches!(outcome(&removed), Outcome::Absent(_)), "its program is gone");
    let hidden =
        host().file("/usr/share/xsessions/gnome.desktop", "[Desktop Entry]\nExec=gnome-session\nHidden=true\n");
    assert!(matches!(outcome(&hidden), Outcome::Absent(_)));
}

#[test]
fn what_cannot_be_listed_is_not_absent() {
    for folder in ["/usr/share/xsessions", "/usr/local/share/wayland-sessions"] {
        let Outcome::Failed(reason) = outcome(&host().denied(folder)) else { panic!("{folder}") };
        assert_eq!(reason.code, ReasonCode::NotPermitted);
    }
    let broken = host().file("/usr/share/xsessions/gnome.desktop", "");
    assert!(matches!(outcome(&broken), Outcome::Failed(Reason { code: ReasonCode::Unparsable, .. })));
    let nobody = session(host(), "gnome", "gnome-session").denied("/etc/passwd");
    assert!(matches!(outcome(&nobody), Outcome::Failed(Reason { code: ReasonCode::NotPermitted, .. })));
}

#[test]
fn desktops_are_named_once() {
    let host = session(session(session(host(), "gnome", "gnome-session"), "plasma", "startplasma-x11"), "x", "default");
    let host = host.file("/usr/share/wayland-sessions/gnome.desktop", "[Desktop Entry]\nExec=gnome-session\n");
    let fact = known(&host);
    assert_eq!(fact.desktops, [Desktop::Gnome, Desktop::Kde]);
    assert_eq!(users(&host), ["*", "*"], "one row of everybody for each");
}

#[test]
fn a_desktop_that_is_not_read_is_unknown_and_not_passed_over() {
    let host = session(host(), "mate", "mate-session");
    let row = row(&host, "*");
    assert_eq!(row.desktop, Desktop::Other);
    for code in [code(&row.idle_delay), code(&row.lock_enabled), code(&row.lock_delay), code(&row.enforced)] {
        assert_eq!(code, ReasonCode::Unsupported);
    }
}
