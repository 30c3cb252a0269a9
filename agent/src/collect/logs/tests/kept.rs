//! Since when there are records, and who may touch them.

use super::*;
use crate::collect::logs::access_list::tests::list;

#[test]
fn compressed_copies_and_full_rotations() {
    let mut host = debian();
    for number in 2..=4 {
        host = log(host, &format!("/var/log/auth.log.{number}.gz"), b"\x1f\x8b", number * 7 + 2);
    }
    let logs = known(&host);
    let auth = file(&logs, "/var/log/auth.log");
    assert_eq!((auth.copies, auth.complete), (4, false), "the fifth was deleted");
    assert_eq!(auth.oldest, Read::Measured(Some(ago(30))), "when the oldest was last written");
    let host = host.file("/etc/logrotate.d/rsyslog", "/var/log/*.log { daily\n rotate -1\n}\n");
    assert_eq!((&file(&known(&host), "/var/log/auth.log").kept_for, true), (&Read::Measured(None), true));
    let host = host.file("/etc/logrotate.d/a", "/var/log/auth.log {\n rotate many\n}\n");
    assert_eq!(code(&file(&known(&host), "/var/log/auth.log").kept_for), ReasonCode::Unparsable);
    let passed_over = debian().file("/etc/logrotate.d/a.dpkg-old", "/var/log/auth.log {\n rotate many\n}\n");
    assert_eq!(file(&known(&passed_over), "/var/log/auth.log").kept_for, Read::Measured(Some(Span::from_days(28))));
}

#[test]
fn logs_that_are_put_aside_for_their_size() {
    let row = |rotation: &str, copies: &[i64]| {
        let mut host = debian().file("/etc/logrotate.d/rsyslog", format!("/var/log/*.log {{\n{rotation}\n}}\n"));
        host.paths.remove(std::path::Path::new("/var/log/auth.log.1"));
        host = log(host, "/var/log/auth.log", "2026-11-18T09:00:00+09:00 sv1 x: x\n", 0);
        for (copy, days) in copies.iter().zip(1_usize..).map(|(days, number)| (number, *days)) {
            host = log(host, &format!("/var/log/auth.log.{copy}"), "2026-10-01T09:00:00+09:00 sv1 x: x\n", days);
        }
        file(&known(&host), "/var/log/auth.log").kept_for.clone()
    };
    let days = |days: i64| Read::Measured(Some(Span::from_days(days)));
    for rotation in ["size 10M\nrotate 9", "weekly\nmaxsize 10M\nrotate 9", "size 1\nmaxsize 0\nrotate 9"] {
        assert_eq!(code(&row(rotation, &[])), ReasonCode::Inconclusive, "{rotation}");
    }
    assert_eq!(row("size 10M\nrotate 9", &[4, 7, 12]), days(27), "one was full in three days");
    assert_eq!(row("weekly\nmaxsize 10M\nrotate 9", &[4, 7, 12]), days(27));
    assert_eq!(row("weekly\nmaxsize 10M\nrotate 9", &[4, 14, 28]), days(63), "it never was full before its time");
    assert_eq!(row("size 10M\nrotate 9\nmaxage 20", &[4, 7, 12]), days(20));
    assert_eq!(row("size 10M\nrotate -1", &[]), Read::Measured(None));
    assert_eq!(row("size 10M\nrotate 0", &[]), days(0));
    assert_eq!(row("weekly\nminsize 10M\nrotate 9", &[]), days(63), "it stays longer, if anything");
    assert_eq!(row("maxsize 10M\nmaxsize 0\nweekly\nrotate 9", &[]), days(63), "the last counts");
    assert_eq!(row("size 10M\nweekly\nrotate 9", &[]), days(63));
}

#[test]
fn what_logrotate_passes_over_is_not_known() {
    let kept = |files: &[(&str, &str)], path: &str| {
        let host = log(debian(), "/var/log/wtmp", "x", 1);
        let host = files.iter().fold(host, |host, (path, text)| host.file(format!("/etc/{path}"), *text));
        file(&known(&host), path).kept_for.clone()
    };
    let (auth, wtmp) = ("/var/log/auth.log", "/var/log/wtmp");
    let days = |days: i64| Read::Measured(Some(Span::from_days(days)));
    let comment = ("logrotate.d/a", "/var/log/auth.log {\n weekly\n rotate 52 # a year\n}\n");
    assert_eq!(code(&kept(&[comment], auth)), ReasonCode::Unparsable);
    assert_eq!(kept(&[comment], wtmp), kept(&[], wtmp), "other logs are kept as before");
    let stops = ("logrotate.d/a", "rotate 99\n/var/log/auth.log {\n daily\n}\nweekly 9\n/var/log/wtmp {\n}\n");
    assert_eq!(kept(&[stops], auth), days(99), "what stands before it counts");
    assert_eq!(kept(&[stops], wtmp), kept(&[], wtmp), "another file says it");
    let stopped = ("logrotate.conf", "weekly\nrotate 9\n/var/log/auth.log {\n}\nrotate x\ninclude /etc/logrotate.d\n");
    assert_eq!(kept(&[stopped], auth), days(63));
    assert_eq!(code(&kept(&[stopped], wtmp)), ReasonCode::Unparsable);
    let quoted = ("logrotate.conf", "weekly\nrotate 9\ninclude \"/etc/logrotate.d\"\n");
    assert_eq!(code(&kept(&[quoted], auth)), ReasonCode::Unsupported);
    let twice = ("logrotate.d/a", "/var/log/auth.log {\n daily\n rotate 7\n}\n");
    assert_eq!(kept(&[twice], auth), days(7), "of two sections the first counts");
    for (line, expected) in
        [("tabooext + .conf", 7), ("tabooext .conf", 9), ("taboopat + [a-b]*", 28), ("taboopat *.y", 9)]
    {
        let general = format!("rotate 4\nweekly\n{line}\ninclude /etc/logrotate.d\n");
        let text = "/var/log/auth.log {\n daily\n rotate 7\n}\n";
        let old = "/var/log/auth.log {\n daily\n rotate 9\n}\n";
        let files = [("logrotate.conf", general.as_str()), ("logrotate.d/b", text), ("logrotate.d/a.bak", old)];
        assert_eq!(kept(&files, auth), days(expected), "{line}");
    }
}

#[test]
fn records_count_from_where_they_go_on_until_now() {
    let line = |day: &str| format!("2026-{day}T09:00:00+09:00 sv1 sshd[1]: x\n");
    let oldest = |host: &Recording| file(&known(host), "/var/log/auth.log").oldest.measured().copied().flatten();
    let stale = log(debian(), "/var/log/auth.log", line("06-01"), 60);
    let stale = log(stale, "/var/log/auth.log.1", line("05-01"), 120);
    let row = file(&known(&stale), "/var/log/auth.log").clone();
    assert_eq!((row.oldest, row.complete), (Read::Measured(None), false), "nothing was written for two months");
    let empty = log(debian(), "/var/log/auth.log", "", 0);
    let empty = log(empty, "/var/log/auth.log.1", line("05-01"), 120);
    assert_eq!(oldest(&empty), None, "that it was put aside again and again is no record");
    let left_over = log(debian(), "/var/log/auth.log.2015", line("01-01"), 300);
    assert_eq!(oldest(&left_over), oldest(&debian()));
    let quiet = log(debian(), "/var/log/auth.log.1", line("08-01"), 70);
    let quiet = log(quiet, "/var/log/auth.log", line("09-20"), 0);
    assert_eq!(oldest(&quiet), Some("2026-08-01T00:00:00Z".parse().unwrap()), "a host that was off for ten days");
    let since = Some("2026-08-01T00:00:00Z".parse().unwrap());
    let unused = log(log(quiet.clone(), "/var/log/auth.log", line("09-20"), 30), "/var/log/wtmp.1", "x", 30);
    assert_eq!(oldest(&log(unused.clone(), "/var/log/wtmp", "", 1)), since, "nobody came for a month");
    assert_eq!(oldest(&log(unused.clone(), "/var/log/wtmp", "x", 5)), None, "somebody came, and it is not told");
    let mut stopped = log(unused, "/var/log/wtmp", "", 1);
    stopped.processes = None;
    assert_eq!(oldest(&stopped.running(7, "systemd-journald")), None);
    let other = log(debian(), "/var/log/auth.log.9-before-update", line("01-01"), 3);
    assert_eq!(file(&known(&other), "/var/log/auth.log").copies, 1, "no copy of logrotate's");
    let mut unused = log(debian(), "/var/log/auth.log", "", 0);
    unused.paths.remove(std::path::Path::new("/var/log/auth.log.1"));
    assert!(!file(&known(&unused), "/var/log/auth.log").complete, "nothing for 200 days");
    let young = unused.file_with("/etc/machine-id", MACHINE_ID, |file| file.modified = ago(2));
    assert!(file(&known(&young), "/var/log/auth.log").complete);
    let mut bytes = SAMPLE.to_vec();
    for (at, days) in [(184, 50), (192, 40)] {
        bytes[at..at + 8].copy_from_slice(&ago(days).timestamp_micros().to_le_bytes());
    }
    let journal = known(&debian().file("/var/log/journal/2222/system.journal", bytes));
    let own = file(&journal, "/var/log/journal/2222");
    assert_eq!((&own.oldest, own.complete), (&Read::Measured(None), false), "written to for the last time 40 days ago");
}

#[test]
fn copies_have_their_names_by_logrotate() {
    let host = debian()
        .file("/etc/logrotate.d/rsyslog", "/var/log/*.log {\n weekly\n rotate 4\n dateext\n extension .log\n}\n");
    let host = log(host, "/var/log/auth-20261110.log", "2026-11-03T09:00:00+09:00 sv1 x: x\n", 17);
    let row = file(&known(&host), "/var/log/auth.log").clone();
    assert_eq!((row.copies, row.oldest), (2, Read::Measured(Some("2026-11-03T00:00:00Z".parse().unwrap()))));
}

#[test]
fn older_copies_and_groups_that_write() {
    let with = |change: &dyn Fn(&mut crate::host::Metadata)| {
        let host = debian().file_with("/var/log/auth.log.1", "2026-11-18T09:00:00+09:00 sv1 x: x\n", |file| {
            (file.mode, file.gid, file.modified) = (0o640, 4, ago(2));
            change(file);
        });
        let host = host.file("/etc/group", "root:x:0:\nadm:x:4:\nusers:x:100:\n");
        let row = file(&known(&host), "/var/log/auth.log").clone();
        (row.owner, row.group, row.writing_group, row.public_read, row.public_write)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(with(&|_| {}), ("root".to_owned(), text("adm"), None, false, false));
    assert!(with(&|file| file.mode = 0o644).3);
    assert!(with(&|file| file.mode = 0o642).4);
    assert_eq!(with(&|file| file.uid = 1000).0, "1000");
    assert_eq!(with(&|file| file.gid = 100).1, text("users"));
    assert_eq!(with(&|file| file.mode = 0o660).2, text("adm"));
    assert_eq!(with(&|file| (file.mode, file.gid) = (0o600, 0)).1, text("adm"));
}

#[test]
fn access_lists_let_in_whom_no_mode_names() {
    let with = |mode: u32, entries: &[(u16, u16, u32)]| {
        let host = debian().file_with("/var/log/auth.log", "x", |file| (file.mode, file.gid) = (mode, 4));
        let row = file(&known(&host.access_list("/var/log/auth.log", list(entries))), "/var/log/auth.log").clone();
        (row.owner, row.group.unwrap_or_default(), row.writing_group)
    };
    let told = |owner: &str, group: &str| (owner.to_owned(), group.to_owned(), None);
    let mask = (0x10, 4, u32::MAX);
    let group = (0x04, 4, u32::MAX);
    assert_eq!(with(0o640, &[group, mask]), told("root", "adm"));
    assert_eq!(with(0o640, &[group, (0x02, 4, 1000), mask]), told("1000", "adm"));
    assert_eq!(with(0o640, &[group, (0x08, 6, 100), mask]), told("root", "100"));
    assert_eq!(
        with(0o600, &[group, (0x02, 4, 1000), (0x10, 0, u32::MAX)]),
        told("root", "adm"),
        "the mask lets nobody in, and a copy is for adm"
    );
    assert_eq!(with(0o640, &[(0x04, 0, u32::MAX), (0x08, 4, 999), mask]), told("root", "systemd-journal"));
    assert_eq!(with(0o660, &[group, (0x08, 6, 999), (0x10, 6, 0)]).2, Some("systemd-journal".to_owned()));
    let odd = debian().access_list("/var/log/auth.log", [9]);
    assert_eq!(code(&known(&odd).files), ReasonCode::Unparsable);
}

#[test]
fn modes_of_files_and_folders() {
    let with = |mode: u32, folder: u32| {
        let host = debian().file_with("/var/log/auth.log", "x", |file| file.mode = mode);
        let logs = known(&host.folder_with("/var/log", |file| file.mode = folder));
        let auth = file(&logs, "/var/log/auth.log");
        (auth.public_read, auth.public_write)
    };
    assert_eq!(with(0o644, 0o755), (true, false));
    assert_eq!(with(0o646, 0o755), (true, true));
    assert_eq!(with(0o646, 0o750), (false, false), "nobody gets there");
    assert_eq!(with(0o640, 0o777), (false, true), "it can be deleted");
    assert_eq!(with(0o640, 0o1777), (false, false), "by its owner alone");
}

#[test]
fn a_large_log_is_read_at_its_beginning() {
    let mut text = b"2026-11-20T09:00:00+09:00 sv1 x: x\n".to_vec();
    text.resize(4 << 20, b'x');
    let host = log(debian(), "/var/log/auth.log", &text, 0);
    let recorder = crate::host::Recorder::new(&host);
    let look = Look::new(&recorder);
    collect(&look, &needs());
    let recording = recorder.finish();
    let content = recording.paths[std::path::Path::new("/var/log/auth.log")].get().unwrap().content.clone();
    let read: usize = content.unwrap().get().unwrap().parts.values().map(|part| part.0.len()).sum();
    assert_eq!(read, 1_024);
}
