//! Since when what happened is told in full, and what that rests on.

use super::super::samples::with_identifiers;
use super::*;
use crate::host::SystemReading;

const HEADER_OLDEST: usize = 184;
const HEADER_NEWEST: usize = 192;

fn line(at: &str) -> String {
    format!("{at} sv1 sshd[815]: Failed password for taro from 192.0.2.7 port 50102 ssh2\n")
}

fn cron(at: &str) -> String {
    format!("{at} sv1 CRON[9]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)\n")
}

fn counted(host: &Recording) -> Read<Instant> {
    read(host).counted_since
}

/// A journal whose header says that it begins and ends then.
fn journal(name: &str, oldest: &str, newest: &str, host: Recording, modified: &str) -> Recording {
    journal_in("/var/log/journal", name, (oldest, newest), host, modified)
}

fn journal_in(folder: &str, name: &str, (oldest, newest): (&str, &str), host: Recording, modified: &str) -> Recording {
    let mut bytes = whole(COMPACT);
    for (place, time) in [(HEADER_OLDEST, oldest), (HEADER_NEWEST, newest)] {
        bytes[place..place + 8].copy_from_slice(&at(time).timestamp_micros().to_le_bytes());
    }
    let path = format!("{folder}/{MACHINE}/{name}");
    host.file_with(path, bytes, |file| file.modified = at(modified))
}

#[test]
fn a_log_is_whole_since_it_begins() {
    let log = |text: String| host().file("/var/log/auth.log", text);
    let young = log(cron("2026-11-23T18:00:00+09:00") + &line("2026-11-23T19:00:00+09:00"));
    assert_eq!(counted(&young), Read::Measured(at("2026-11-23T09:00:00Z")), "cleared, or the host is new");
    let old = log(cron("2026-10-01T09:00:00+09:00") + &line("2026-11-23T19:00:00+09:00"));
    assert_eq!(counted(&old), Read::Measured(at("2026-11-14T15:00:00Z")), "no more than nine days");
    assert_eq!(code(&counted(&log(line("2026-11-20T19:00:00+09:00")))), ReasonCode::Stale, "nobody writes it any more");
    assert_eq!(code(&counted(&log(String::new()))), ReasonCode::Missing, "it may have been cleared");
    let tried = log(String::new()).file("/var/log/btmp", record("ssh:notty", "taro", "192.0.2.7"));
    assert_eq!(code(&counted(&tried)), ReasonCode::Missing, "btmp does not tell of all programs");
    assert_eq!(code(&counted(&host())), ReasonCode::Missing);
}

#[test]
fn a_large_log_is_read_from_its_end() {
    let many = line("2026-11-23T10:01:02+09:00");
    let count = usize::try_from(places::MESSAGES_BYTES).unwrap() / many.len() + 1_000;
    let large = host().file("/var/log/auth.log", line("2026-11-20T10:01:02+09:00") + &many.repeat(count));
    let events = read(&large);
    let told = events.failed_sign_ins[0].count;
    assert!(told > 20_000 && told < i64::try_from(count).unwrap(), "{told} of {count}");
    assert!(events.logs[0].cut);
    let whole = Read::Measured(at("2026-11-23T02:00:00Z"));
    assert_eq!((&events.counted_since, events.uses_since), (&whole, Read::Measured(Some(at("2026-11-23T02:00:00Z")))));
    let with_failed = |records: Vec<u8>| counted(&large.clone().file("/var/log/btmp", records));
    assert_eq!(with_failed(record("ssh:notty", "taro", "192.0.2.7")), whole, "the log has newer ones than btmp");
    let mut newest = record("ssh:notty", "taro", "192.0.2.7");
    newest[340..344].copy_from_slice(&u32::try_from(at("2026-11-23T01:01:02Z").timestamp()).unwrap().to_le_bytes());
    let both = [record("ssh:notty", "taro", "192.0.2.7"), newest].concat();
    assert_eq!(with_failed(both), Read::Measured(at("2026-11-20T01:01:02Z")), "btmp has all since its first");
    assert_eq!(with_failed(Vec::new()), whole, "nobody writes to btmp");
}

#[test]
fn a_journal_that_was_cleaned_up_begins_later() {
    let of = |parts: &[(&str, &str)]| {
        let parts = parts.iter().enumerate();
        let host = parts.fold(host(), |host, (number, (oldest, newest))| {
            let name = if number == 0 { "system.journal".to_owned() } else { format!("system@{number}.journal") };
            journal(&name, oldest, newest, host, newest)
        });
        counted(&host)
    };
    let (now, half) = ("2026-11-23T23:00:00Z", "2026-11-22T12:00:00Z");
    assert_eq!(of(&[(half, now), ("2026-11-01T00:00:00Z", half)]), Read::Measured(at("2026-11-14T15:00:00Z")));
    assert_eq!(of(&[(half, now)]), Read::Measured(at(half)), "the older part was removed");
    assert_eq!(of(&[("2026-11-23T22:00:00Z", now)]), Read::Measured(at("2026-11-23T22:00:00Z")), "since a restart");
    assert_eq!(code(&of(&[("2026-11-01T00:00:00Z", "2026-11-22T00:00:00Z")])), ReasonCode::Stale);
}

#[test]
fn a_journal_on_disk_that_ended_does_not_reach_that_in_memory() {
    let (now, restart) = ("2026-11-23T23:00:00Z", "2026-11-23T22:00:00Z");
    let with = |ended: &str| {
        let on_disk = journal("system.journal", "2026-10-01T00:00:00Z", ended, host(), ended);
        let events = read(&journal_in("/run/log/journal", "system.journal", (restart, now), on_disk, now));
        (events.since, events.counted_since)
    };
    let restart = at(restart);
    assert_eq!(with("2026-11-20T09:00:00Z"), (Read::Measured(Some(restart)), Read::Measured(restart)));
    let whole = (Read::Measured(Some(at("2026-10-01T00:00:00Z"))), Read::Measured(at("2026-11-14T15:00:00Z")));
    assert_eq!(with("2026-11-23T21:59:00Z"), whole, "it was moved to memory while the host ran");
}

#[test]
fn a_journal_in_memory_is_of_this_start_whatever_the_clock_was() {
    let with = |folder: &str| {
        let [os, os_version, kernel, host_name] = ["debian", "12", "6.1.0", "sv1"].map(str::to_owned);
        let booted_at = at("2026-11-23T22:10:00Z");
        let started = SystemReading { os, os_version, kernel, host_name, booted_at };
        let times = ("2026-01-01T00:00:00Z", "2026-11-23T23:30:00Z");
        counted(&journal_in(folder, "system.journal", times, host().system(started), times.1))
    };
    assert_eq!(with("/run/log/journal"), Read::Measured(at("2026-11-23T23:00:00Z")));
    assert_eq!(with("/var/log/journal"), Read::Measured(at("2026-11-14T15:00:00Z")));
}

#[test]
fn a_clock_that_was_set_back_hides_no_file() {
    // What the header says is of a time that is not told any more, but the file was written to since.
    let with = |modified| journal("system.journal", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", host(), modified);
    assert_eq!(failed(&read(&with("2026-01-02T00:00:00Z"))), []);
    assert_eq!(failed(&read(&with("2026-11-23T00:00:00Z"))).len(), 3);
    // The same of a copy of a log, and the newest line is not the last.
    let copies = |modified: &str| {
        let log = line("2026-11-23T10:00:00+09:00") + &line("2026-11-22T10:00:00+09:00");
        let host = host().file("/var/log/auth.log", log);
        let old = line("2026-11-21T10:00:00+09:00");
        read(&host.file_with("/var/log/auth.log.1", old, |file| file.modified = at(modified)))
    };
    assert_eq!(copies("2026-11-21T01:00:00Z").failed_sign_ins.len(), 3);
    assert_eq!(copies("2026-12-30T01:00:00Z").failed_sign_ins.len(), 3, "put aside by a clock that is ahead");
    assert_eq!(
        copies("2026-01-01T01:00:00Z").failed_sign_ins.len(),
        2,
        "by a clock that was wrong: it is not known to be new"
    );
}

#[test]
fn what_covers_is_used_where_another_log_is_denied() {
    let log = cron("2026-11-01T09:00:00+09:00") + &line("2026-11-24T08:30:00+09:00");
    let written = host().file("/var/log/auth.log", log).file("/var/log/secure", "x").denied("/var/log/secure");
    let events = read(&written);
    let since = Read::Measured(Some(at("2026-11-01T00:00:00Z")));
    assert_eq!((&events.since, &events.uses_since), (&since, &since));
    assert_eq!(events.counted_since, Read::Measured(at("2026-11-14T15:00:00Z")));
    let told =
        events.logs.iter().any(|log| matches!(&log.from, Read::NotRead(why) if why.code == ReasonCode::NotPermitted));
    assert!(told, "that it was denied is told");
    let journal =
        journal("system.journal", "2026-11-10T00:00:00Z", "2026-11-23T23:50:00Z", written, "2026-11-23T23:50:00Z");
    assert_eq!(read(&journal).uses_since, since);
    // What ended hours ago may go on in the one that was not read.
    let ended = cron("2026-11-01T09:00:00+09:00") + &line("2026-11-24T05:30:00+09:00");
    let ended = host().file("/var/log/auth.log", ended).file("/var/log/secure", "x").denied("/var/log/secure");
    let events = read(&ended);
    assert_eq!(
        (code(&events.since), code(&events.counted_since)),
        (ReasonCode::NotPermitted, ReasonCode::NotPermitted)
    );
    assert_eq!(events.failed_sign_ins.len(), 1, "what was read is told");
}

#[test]
fn both_logs_of_messages_count_once_and_as_far_as_they_reach() {
    let log = line("2026-11-20T10:00:00+09:00") + &line("2026-11-22T10:00:00+09:00");
    let same = host().file("/var/log/auth.log", &log).file("/var/log/secure", &log);
    let count = |events: &AccountEvents| events.failed_sign_ins.iter().map(|row| row.count).sum::<i64>();
    assert_eq!(count(&read(&same)), 2);
    let older = line("2026-11-19T10:00:00+09:00") + &line("2026-11-20T10:00:00+09:00");
    let both = host().file("/var/log/auth.log", &log).file("/var/log/secure", older);
    let events = read(&both);
    assert_eq!(count(&events), 3);
    assert_eq!(events.since, Read::Measured(Some(at("2026-11-19T01:00:00Z"))));
}

#[test]
fn a_person_who_writes_under_many_names_hides_nothing() {
    let path = format!("/var/log/journal/{MACHINE}/system.journal");
    let with = |count| read(&host().file(&path, with_identifiers(count)));
    let few = with(100);
    assert_eq!((few.logs[0].cut, few.since), (false, Read::Measured(Some(at("2026-11-20T00:00:00Z")))));
    let many = with(10_001);
    assert!(many.logs[0].cut, "what was cut is said");
    let newest = at("2026-11-23T00:00:00Z");
    assert_eq!((many.since, many.uses_since), (Read::Measured(Some(newest)), Read::Measured(Some(newest))));
    assert_eq!(many.counted_since, Read::Measured(newest), "of what was before nothing is known");
}

#[test]
fn what_anybody_can_write_counts_for_nothing_where_the_journal_tells() {
    let journal = read(&with_journal(COMPACT));
    let forged = "2026-11-21T10:00:00+09:00 sv1 sshd: Failed password for hanako from 203.0.113.9 port 5 ssh2\n\
                  2026-11-21T10:00:01+09:00 sv1 sudo: taro : PWD=/ ; USER=root ; COMMAND=/usr/bin/passwd taro\n\
                  2026-11-21T10:00:02+09:00 sv1 passwd[9]: pam_unix(passwd:chauthtok): password changed for taro\n";
    let both = read(&with_journal(COMPACT).file("/var/log/auth.log", forged));
    assert_eq!((&both.failed_sign_ins, &both.passwords_set), (&journal.failed_sign_ins, &journal.passwords_set));
    assert_eq!(both.elevations, journal.elevations);
}

#[test]
fn sudo_explains_the_password_of_the_account_it_names() {
    let of = |command: &str| {
        let log = format!(
            "2026-11-23T10:00:00+09:00 sv1 sudo: taro : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND={command}\n\
             2026-11-23T10:05:00+09:00 sv1 passwd[9]: pam_unix(passwd:chauthtok): password changed for taro\n"
        );
        let events = read(&host().file("/var/log/auth.log", log));
        let [set] = &events.passwords_set[..] else { panic!("{events:?}") };
        (set.by.clone(), set.by_another.measured().copied())
    };
    assert_eq!(of("/usr/bin/passwd jiro"), (None, None), "who set that of taro nobody knows");
    assert_eq!(of("/usr/bin/passwd taro"), (Some("taro".into()), Some(false)));
    assert_eq!(of("/usr/sbin/usermod -p x taro"), (None, None));
}

#[test]
fn a_journal_that_is_damaged_is_whole_only_since() {
    let whole =
        journal("system.journal", "2026-11-10T00:00:00Z", "2026-11-23T23:00:00Z", host(), "2026-11-23T23:00:00Z");
    assert_eq!(counted(&whole), Read::Measured(at("2026-11-14T15:00:00Z")));
    let damaged = |name: &str, bytes: &[u8]| {
        let path = format!("/var/log/journal/{MACHINE}/{name}");
        let host = whole.clone().file_with(path, bytes, |file| file.modified = at("2026-11-22T09:30:00Z"));
        read(&host)
    };
    for (name, bytes) in [("system@1.journal~", &b"no journal"[..]), ("system@1.journal", &COMPACT[..20])] {
        let events = damaged(name, bytes);
        assert!(events.logs[0].cut, "{name}");
        assert_eq!(events.counted_since, Read::Measured(at("2026-11-22T10:00:00Z")), "{name}");
        assert_eq!(events.failed_sign_ins.len(), 3, "{name}: what was read is told");
    }
    assert!(!damaged("system@1.journal~", b"").logs[0].cut, "nothing was in it");
}

#[test]
fn a_host_that_is_off_at_night_and_keeps_its_journal_in_memory() {
    let with = |last: &str| {
        let log = cron("2026-11-01T09:00:00+09:00") + &cron("2026-11-20T18:00:00+09:00") + last;
        let host = host().file("/var/log/secure", log);
        let now = "2026-11-23T23:50:00Z";
        counted(&journal("system.journal", "2026-11-23T22:00:00Z", now, host, now))
    };
    let started = "2026-11-24T07:01:00+09:00 sv1 sshd[7]: Server listening on 0.0.0.0 port 22.\n";
    assert_eq!(with(started), Read::Measured(at("2026-11-14T15:00:00Z")), "nothing is written while it is off");
    assert_eq!(with(""), Read::Measured(at("2026-11-23T22:00:00Z")), "nobody knows what was between");
}
