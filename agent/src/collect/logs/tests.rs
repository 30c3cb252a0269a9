use tenken_model::fact::logs::{Audit, AuditAction, JournalStorage, LogForwarder, LogLossKind, SyslogDaemon};
use tenken_model::register::Registers;
use tenken_model::{ReasonCode, Span};

use super::journal_header::tests::SAMPLE;
use super::*;
use crate::collect::Wake;
use crate::host::recorded::Recording;

mod kept;

const JOURNALD: &[u8] = include_bytes!("../../../tests/samples/logs/journald.debian_12.conf");
const RSYSLOG: &[u8] = include_bytes!("../../../tests/samples/logs/rsyslog.debian_12.conf");
const RSYSLOG_RHEL: &[u8] = include_bytes!("../../../tests/samples/logs/rsyslog.rhel_9.conf");
const LOGROTATE: &[u8] = include_bytes!("../../../tests/samples/logs/logrotate.debian_12.conf");
const OF_RSYSLOG: &[u8] = include_bytes!("../../../tests/samples/logs/logrotate.rsyslog.debian_12");
const OF_WTMP: &[u8] = include_bytes!("../../../tests/samples/logs/logrotate.wtmp.debian_12");
const AUDITD: &[u8] = include_bytes!("../../../tests/samples/logs/auditd.debian_12.conf");
const MACHINE_ID: &str = "22222222222222222222222222222222\n";

fn now() -> Instant {
    "2026-11-27T00:00:00Z".parse().unwrap()
}

fn ago(days: i64) -> Instant {
    Span::from_days(-days).after(now())
}

fn log(host: Recording, path: &str, bytes: impl AsRef<[u8]>, days: i64) -> Recording {
    host.file_with(path, bytes, |file| (file.mode, file.gid, file.modified) = (0o640, 4, ago(days)))
}

/// A host of Debian with both kinds of logs, set up 200 days ago.
fn debian() -> Recording {
    let host = Recording::new(now())
        .file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        .file("/etc/group", "root:x:0:\nadm:x:4:\nutmp:x:43:\nsystemd-journal:x:999:\n")
        .file_with("/etc/machine-id", MACHINE_ID, |file| file.modified = ago(200))
        .file("/proc/sys/kernel/random/boot_id", "b\n")
        .file("/usr/lib/systemd/systemd-journald", "")
        .file("/run/systemd/journal/flushed", "")
        .file("/etc/systemd/journald.conf", JOURNALD)
        .file("/usr/sbin/rsyslogd", "")
        .file("/etc/rsyslog.conf", RSYSLOG)
        .folder("/etc/rsyslog.d")
        .file("/etc/logrotate.conf", LOGROTATE)
        .file("/etc/logrotate.d/rsyslog", OF_RSYSLOG)
        .file("/etc/logrotate.d/wtmp", OF_WTMP)
        .folder_with("/var/log/journal/2222", |folder| (folder.mode, folder.gid) = (0o2755, 999))
        .file_with("/var/log/journal/2222/system.journal", SAMPLE, |file| (file.mode, file.gid) = (0o640, 999))
        .running(7, "systemd-journald")
        .running(8, "rsyslogd");
    let host = log(host, "/var/log/auth.log", "2026-11-25T09:00:00+09:00 sv1 sshd[1]: x\n", 0);
    log(host, "/var/log/auth.log.1", "2026-11-18T09:00:00+09:00 sv1 sshd[1]: x\n", 2)
}

fn needs() -> Needs {
    Needs { registers: Registers::not_given("none"), time_references: Vec::new(), now: now() }
}

fn known(host: &Recording) -> Logs {
    match collect(&Look::new(host), &needs()) {
        Outcome::Known(logs) => logs,
        other => panic!("{other:?}"),
    }
}

fn after(host: &Recording, before: &LogMemory) -> (Logs, LogMemory) {
    match collect_after(&Look::new(host), &needs(), Some(before)) {
        (Outcome::Known(logs), Some(memory)) => (logs, memory),
        other => panic!("{other:?}"),
    }
}

fn file<'a>(logs: &'a Logs, path: &str) -> &'a LogFile {
    logs.files.measured().unwrap().iter().find(|file| file.file == path).unwrap()
}

fn journal(logs: &Logs) -> &tenken_model::fact::logs::Journal {
    logs.journal.measured().unwrap().as_ref().unwrap()
}

fn code<T: std::fmt::Debug>(read: &Read<T>) -> ReasonCode {
    match read {
        Read::NotRead(reason) => reason.code,
        Read::Measured(value) => panic!("{value:?}"),
    }
}

#[test]
fn a_debian_with_both() {
    let logs = known(&debian());
    let journal = journal(&logs);
    assert!(journal.running && journal.persistent && journal.storage == JournalStorage::Auto && journal.files == 1);
    let syslog = logs.syslog.measured().unwrap().as_ref().unwrap();
    assert!(syslog.running && syslog.daemon == SyslogDaemon::Rsyslog);
    assert_eq!(syslog.sign_in_files, Read::Measured(vec!["/var/log/auth.log".to_owned()]));
    assert_eq!(syslog.missing_facilities, Read::Measured(vec![]));
    assert_eq!((&logs.forwards, &logs.audit), (&Read::Measured(vec![]), &Read::Measured(None)));
    let auth = file(&logs, "/var/log/auth.log");
    assert_eq!((auth.owner.as_str(), auth.group.as_deref()), ("root", Some("adm")));
    assert_eq!(auth.oldest, Read::Measured(Some("2026-11-18T00:00:00Z".parse().unwrap())));
    assert_eq!((auth.copies, &auth.kept_for, auth.complete), (1, &Read::Measured(Some(Span::from_days(28))), true));
    let own = file(&logs, "/var/log/journal/2222");
    assert_eq!((own.group.as_deref(), own.public_read, own.complete), (Some("systemd-journal"), false, true));
    assert_eq!(own.oldest, Read::Measured(Some("2026-11-26T00:00:00Z".parse().unwrap())));
    assert_eq!((logs.watched_since, logs.losses.len()), (None, 0));
}

#[test]
fn a_rhel_writes_two_files_and_its_journal_is_in_memory() {
    let host = Recording::new(now())
        .file_with("/etc/machine-id", MACHINE_ID, |file| file.modified = ago(3))
        .file("/usr/lib/systemd/systemd-journald", "")
        .file("/usr/sbin/rsyslogd", "")
        .file("/etc/rsyslog.conf", RSYSLOG_RHEL)
        .file("/etc/logrotate.conf", "weekly\nrotate 4\ndateext\ninclude /etc/logrotate.d\n")
        .file("/etc/logrotate.d/rsyslog", "/var/log/messages\n/var/log/secure\n{\n missingok\n}\n")
        .file_with("/var/log/secure", "Nov 26 09:00:00 sv1 sshd[1]: x\n", |file| file.mode = 0o600)
        .file_with("/var/log/secure-20261122", "Nov 25 09:00:00 sv1 sshd[1]: x\n", |file| file.modified = ago(2))
        .file("/var/log/messages", "")
        .running(7, "systemd-journal")
        .running(8, "rsyslogd");
    let logs = known(&host);
    assert!(journal(&logs).running && !journal(&logs).persistent);
    let syslog = logs.syslog.measured().unwrap().as_ref().unwrap();
    let expected = vec!["/var/log/messages".to_owned(), "/var/log/secure".to_owned()];
    assert_eq!(syslog.sign_in_files, Read::Measured(expected));
    let secure = file(&logs, "/var/log/secure");
    assert_eq!((secure.group.as_deref(), secure.copies, secure.complete), (None, 1, true));
    assert_eq!(secure.oldest, Read::Measured(Some("2026-11-25T09:00:00Z".parse().unwrap())), "no zone: UTC");
    assert_eq!(file(&logs, "/var/log/messages").oldest, Read::Measured(None));
}

#[test]
fn journald_as_drop_ins_have_it() {
    let conf = |text: &str| debian().file("/etc/systemd/journald.conf.d/50.conf", format!("[Journal]\n{text}\n"));
    let of = |text: &str| journal(&known(&conf(text))).clone();
    assert_eq!((of("Storage=volatile").storage, of("Storage=volatile").persistent), (JournalStorage::Volatile, false));
    assert!(of("#Storage=volatile").persistent && of("storage=volatile").persistent && of("Storage=disk").persistent);
    assert!(of("Storage=none\nStorage=persistent").persistent);
    assert_eq!(of("MaxRetentionSec=2week").kept_for, Some(Span::from_days(14)));
    assert_eq!(
        (of("MaxRetentionSec=0").kept_for, of("SystemMaxUse=1G").size_max),
        (None, Some(Size::from_bytes(1 << 30)))
    );
    assert_eq!(of("ForwardToSyslog=no").forward_to_syslog, Some(false));
    assert!(matches!(known(&conf("Storage=auto\u{0}")).journal, Read::NotRead(_)), "it is no text");
}

#[test]
fn journals_in_memory_and_those_that_were_not_flushed_do_not_count() {
    let mounted = |table: &str| debian().file("/proc/self/mountinfo", table);
    let root = "28 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
    let persistent = |host: &Recording| journal(&known(host)).persistent;
    assert!(persistent(&mounted(root)));
    for line in [
        "29 28 0:40 / /var/log rw - tmpfs tmpfs rw",
        "29 28 0:40 / /var/log/journal rw - ramfs x rw",
        "29 28 254:0 / /var/log rw - ext4 /dev/zram0 rw",
        "30 28 0:41 / /over rw - tmpfs x rw\n29 28 0:40 / /var/log rw - overlay x rw,lowerdir=/var/log,upperdir=/over/up",
    ] {
        let host = mounted(&format!("{root}{line}\n"));
        assert!(!persistent(&host), "{line}");
        let syslog = known(&host).syslog.measured().unwrap().clone().unwrap();
        let all = vec!["auth".to_owned(), "authpriv".to_owned()];
        let expected = if line.contains("/journal") { vec![] } else { all };
        assert_eq!(syslog.missing_facilities, Read::Measured(expected), "{line}");
        assert_eq!(file(&known(&host), "/var/log/auth.log").complete, line.contains("/journal"));
    }
    let elsewhere = mounted(&format!("{root}29 28 0:40 / /tmp rw - tmpfs tmpfs rw\n"));
    assert!(persistent(&elsewhere));
    let linked = Recording::new(now()).link("/var/log", "/tmp/log").file("/tmp/log/x", "");
    let linked = linked.file("/proc/self/mountinfo", format!("{root}29 28 0:40 / /tmp rw - tmpfs tmpfs rw\n"));
    assert_eq!(Media::read(&Look::new(&linked)).in_memory(&Look::new(&linked), "/var/log/auth.log"), Ok(true));
    let mut volatile = debian();
    volatile.paths.remove(std::path::Path::new("/run/systemd/journal/flushed"));
    assert!(!persistent(&volatile));
    assert_eq!(code(&known(&mounted(root).denied("/proc/self/mountinfo")).journal), ReasonCode::NotPermitted);
}

#[test]
fn journald_drops_what_is_not_severe_enough_and_withholds_it() {
    let conf = |text: &str| debian().file("/etc/systemd/journald.conf.d/50.conf", format!("[Journal]\n{text}\n"));
    let missing = |host: &Recording| {
        let syslog = known(host).syslog.measured().unwrap().clone().unwrap();
        syslog.missing_facilities.measured().unwrap().len()
    };
    for (text, kept, missed) in [
        ("MaxLevelStore=notice", false, 0),
        ("MaxLevelStore=5", false, 0),
        ("MaxLevelStore=info", true, 0),
        ("MaxLevelStore=4\nMaxLevelStore=debug", true, 0),
        ("MaxLevelStore=4\nMaxLevelStore=some", false, 0),
        ("MaxLevelSyslog=warning", true, 2),
        ("MaxLevelSyslog=7", true, 0),
        ("ForwardToSyslog=no", true, 2),
        ("ForwardToSyslog=yes", true, 0),
    ] {
        assert_eq!((journal(&known(&conf(text))).persistent, missing(&conf(text))), (kept, missed), "{text}");
    }
    let rhel = |text: &str| conf(text).file("/etc/rsyslog.conf", RSYSLOG_RHEL);
    assert_eq!((missing(&rhel("ForwardToSyslog=no")), missing(&rhel("Storage=volatile"))), (0, 0));
    assert_eq!((missing(&rhel("MaxLevelStore=err")), missing(&rhel("Storage=none"))), (2, 2));
    let rules = |text: &str| debian().file("/etc/rsyslog.conf", format!("{text}\nauth,authpriv.* /var/log/auth.log\n"));
    assert_eq!((missing(&rules("")), missing(&rules("module(load=\"imudp\")"))), (2, 2), "nothing is taken in");
    assert_eq!(
        (missing(&rules("$ModLoad imuxsock")), missing(&rules("$ModLoad imuxsock\n$OmitLocalLogging on"))),
        (0, 2)
    );
    let own = conf("ForwardToSyslog=no")
        .file("/etc/rsyslog.conf", "input(type=\"imuxsock\" Socket=\"/dev/log\")\nauth,authpriv.* /var/log/auth.log\n");
    assert_eq!(missing(&own), 0);
    let logs = known(&debian().denied("/etc/systemd/journald.conf"));
    assert_eq!(code(&logs.syslog.measured().unwrap().as_ref().unwrap().sign_in_files), ReasonCode::NotPermitted);
}

#[test]
fn journals_of_another_installation_and_broken_ones_do_not_count() {
    let mut foreign = SAMPLE.to_vec();
    foreign[40] = 0x33;
    let host = debian().file("/var/log/journal/2222/system.journal", foreign);
    let host = host.file("/var/log/journal/2222/user-1000.journal~", b"x");
    let logs = known(&host);
    assert_eq!((journal(&logs).persistent, journal(&logs).files, journal(&logs).left_out), (false, 0, 1));
}

#[test]
fn old_journals_that_lost_their_beginning_are_not_complete() {
    let mut bytes = SAMPLE.to_vec();
    bytes[168] = 9;
    let host = debian().file("/var/log/journal/2222/system.journal", &bytes);
    assert!(!file(&known(&host), "/var/log/journal/2222").complete);
    let young = host.file_with("/etc/machine-id", MACHINE_ID, |file| file.modified = ago(2));
    assert!(file(&known(&young), "/var/log/journal/2222").complete, "nothing can be older");
}

#[test]
fn rules_of_rsyslog_over_several_files() {
    let with = |text: &str| {
        let logs = known(&debian().file("/etc/rsyslog.d/10.conf", text));
        (logs.syslog.measured().unwrap().clone().unwrap(), logs.forwards)
    };
    let (syslog, forwards) = with(
        "*.* @@log.example:6514\n$DefaultNetstreamDriver gtls\n$ActionSendStreamDriverMode 1\n*.* @@log.example\n",
    );
    assert_eq!(syslog.missing_facilities, Read::Measured(vec![]));
    let sent: Vec<_> = forwards.measured().unwrap().iter().map(|sent| (sent.by, sent.encrypted)).collect();
    assert_eq!(sent, [(LogForwarder::Rsyslog, false), (LogForwarder::Rsyslog, true)]);
    let (syslog, _) = with("authpriv.* stop\n");
    assert_eq!(syslog.missing_facilities, Read::Measured(vec!["authpriv".to_owned()]));
    let (syslog, forwards) = with("if $programname == 'sshd' then stop\n*.* @192.0.2.1\n");
    assert_eq!(code(&syslog.sign_in_files), ReasonCode::Unsupported);
    assert_eq!(forwards.measured().unwrap().len(), 1);
    for kept in [
        "if $programname == 'haproxy' then stop\n",
        ":syslogtag, isequal, \"[CLOUDINIT]\" /var/log/cloud-init.log\n& stop\n",
        "if $programname == 'sshd' then {\n action(type=\"omfile\" file=\"/var/log/sshd.log\")\n stop\n}\n",
        ":msg, contains, \"authentic\" /var/log/x.log\n",
        "IF $fromhost-ip != '127.0.0.1' THEN STOP\n",
        "auth,authpriv.* action(type=\"omfile\" dynaFile=\"d\")\n& stop\n",
    ] {
        let (syslog, _) = with(kept);
        assert_eq!(syslog.missing_facilities, Read::Measured(vec![]), "{kept}");
    }
    for unknown in [
        ":msg, contains, \"Accepted\" stop\n",
        ":msg, contains, \"session opened\" ~\n",
        ":programname, startswith, \"ssh\" stop\n",
        "if $programname == 'sshd' then {\n action(type=\"omfile\" file=\"/run/sshd.log\")\n stop\n}\n",
        "IF $msg contains 'then' THEN STOP\n",
        "call other\n",
    ] {
        let (syslog, _) = with(unknown);
        assert_eq!(code(&syslog.sign_in_files), ReasonCode::Unsupported, "{unknown}");
    }
    let (syslog, _) = with("IF $syslogfacility-text == 'auth' THEN STOP\n");
    assert_eq!(syslog.missing_facilities, Read::Measured(vec!["auth".to_owned()]));
    let (syslog, _) = with("template(name=\"d\" type=\"string\" string=\"/srv/%HOSTNAME%/a.log\")\n*.* ?d\n& stop\n");
    assert_eq!(syslog.sign_in_files, Read::Measured(vec!["/srv/%HOSTNAME%/a.log".to_owned()]));
    let (syslog, forwards) = with("action(type=\"omfile\"\n");
    assert_eq!((code(&syslog.sign_in_files), code(&forwards)), (ReasonCode::Unparsable, ReasonCode::Unparsable));
    let (syslog, _) = with("$IncludeConfig /etc/rsyslog.d/*.conf\n");
    assert_eq!(code(&syslog.sign_in_files), ReasonCode::TooLarge, "it includes itself");
}

#[test]
fn other_daemons() {
    let host = Recording::new(now()).file("/usr/sbin/syslog-ng", "").running(7, "syslog-ng");
    let logs = known(&host);
    let syslog = logs.syslog.measured().unwrap().as_ref().unwrap();
    assert!(syslog.running && code(&syslog.sign_in_files) == ReasonCode::Unsupported);
    assert_eq!((code(&logs.forwards), &logs.journal), (ReasonCode::Unsupported, &Read::Measured(None)));
    let upload = debian()
        .file("/usr/lib/systemd/systemd-journal-upload", "")
        .file("/etc/systemd/journal-upload.conf", "[Upload]\nURL=http://[2001:db8::1]:19532\n");
    assert_eq!(known(&upload).forwards, Read::Measured(vec![]), "it does not run");
    let logs = known(&upload.running(9, "systemd-journal-upload"));
    let sent = logs.forwards.measured().unwrap().first().unwrap();
    assert_eq!((sent.target.as_str(), sent.encrypted, sent.by), ("2001:db8::1", false, LogForwarder::JournalUpload));
}

#[test]
fn audit_logs_and_rules() {
    let host = debian()
        .file("/usr/sbin/auditd", "")
        .file("/etc/audit/auditd.conf", AUDITD)
        .file("/etc/audit/rules.d/10-x.rules", "-w /etc/shadow -p wa\n-e 1\n")
        .file("/etc/audit/rules.d/99-z.rules", "-e 2\n")
        .file("/etc/audit/audit.rules", "-w /etc/never -p wa\n")
        .folder_with("/var/log/audit", |folder| folder.mode = 0o750)
        .file_with("/var/log/audit/audit.log", "type=X msg=audit(1795651200.1:1): x\n", |file| file.mode = 0o600);
    let logs = known(&host);
    let Audit { running, size_action, immutable, watched, .. } = logs.audit.measured().unwrap().clone().unwrap();
    assert_eq!((running, size_action, immutable), (false, AuditAction::Rotate, Read::Measured(true)));
    assert_eq!(watched, Read::Measured(vec!["/etc/shadow".to_owned()]));
    let audit = file(&logs, "/var/log/audit/audit.log");
    assert_eq!((audit.purpose, audit.complete), (LogPurpose::Audit, true));
    assert_eq!(
        code(&audit.kept_for),
        ReasonCode::Inconclusive,
        "auditd rotates by size, and how fast it fills is not seen"
    );
    let filled = host.clone().file_with("/var/log/audit/audit.log.1", "x", |file| file.modified = ago(2));
    let filled = filled.file_with("/var/log/audit/audit.log.2", "x", |file| file.modified = ago(5));
    let kept_for = file(&known(&filled), "/var/log/audit/audit.log").kept_for.clone();
    assert_eq!(kept_for, Read::Measured(Some(Span::from_days(12))), "four copies of three days each");
    let rotated = |rotation: &str| {
        let host =
            filled.clone().file("/etc/logrotate.d/audit", format!("/var/log/audit/audit.log {{\n{rotation}\n}}\n"));
        file(&known(&host), "/var/log/audit/audit.log").kept_for.clone()
    };
    assert_eq!(rotated("weekly\nrotate 52"), kept_for, "auditd deletes all the same");
    assert_eq!(rotated("daily\nrotate 4"), Read::Measured(Some(Span::from_days(4))));
    let burst = |minutes: i64| Span::from_millis(minutes * 60_000).after(ago(2));
    let burst = filled
        .clone()
        .file_with("/var/log/audit/audit.log.1", "x", |file| file.modified = burst(30))
        .file_with("/var/log/audit/audit.log.2", "x", |file| file.modified = burst(0));
    let kept_for = file(&known(&burst), "/var/log/audit/audit.log").kept_for.clone();
    assert_eq!(kept_for, Read::Measured(Some(Span::from_millis(4 * 30 * 60_000))), "auditd waits for nothing");
    let refused = known(&host.clone().file("/etc/audit/auditd.conf", [AUDITD, b"num_logs=5\n"].concat()));
    assert_eq!(code(&refused.audit), ReasonCode::Unparsable);
    assert_eq!(code(&known(&host.denied("/etc/audit/auditd.conf")).audit), ReasonCode::NotPermitted);
}

#[test]
fn rules_as_augenrules_joins_them() {
    let of = |host: Recording| {
        let host = host.file("/usr/sbin/auditd", "").file("/etc/audit/auditd.conf", AUDITD);
        let audit =
            known(&host.file("/etc/audit/audit.rules", "-w /a -p wa\n")).audit.measured().unwrap().clone().unwrap();
        (audit.immutable.measured().copied(), audit.watched.measured().cloned())
    };
    let none: Vec<String> = Vec::new();
    assert_eq!(of(debian()), (Some(false), Some(vec!["/a".to_owned()])), "no folder");
    assert_eq!(
        of(debian().folder("/etc/audit/rules.d")),
        (Some(false), Some(none.clone())),
        "an empty one empties the file"
    );
    let blank = debian().file("/etc/audit/rules.d/1.rules", " -e 2\n").file("/etc/audit/rules.d/2.rules", "-w /b\n");
    assert_eq!(of(blank.clone()), (Some(true), Some(vec!["/b".to_owned()])), "gawk puts the lock last");
    let mawk = blank.link("/usr/bin/awk", "/etc/alternatives/awk").link("/etc/alternatives/awk", "/usr/bin/mawk");
    assert_eq!(of(mawk), (Some(true), Some(none)), "mawk leaves it where it is, and nothing follows it");
    let joined = debian().file("/etc/audit/rules.d/10.rules", "-w /b -p").file("/etc/audit/rules.d/9.rules", "-w /c\n");
    let joined = joined.file("/etc/audit/rules.d/11.rules", " r\n").folder("/etc/audit/rules.d/12.rules");
    assert_eq!(of(joined), (Some(false), Some(vec!["/c".to_owned()])), "a line that goes on in the next file");
    let parted = debian().file("/etc/audit/rules.d/a b.rules", "-w /b\n").file("/etc/audit/rules.d/a", "-w /c\n");
    assert_eq!(of(parted).1, Some(vec!["/c".to_owned()]), "names are parted at blanks");
    assert_eq!(of(debian().denied("/etc/audit/rules.d")), (None, None));
    assert_eq!(of(debian().file("/etc/audit/rules.d/a.rules", b"\xff")), (None, None));
}

#[test]
fn what_may_not_be_looked_at_is_unknown() {
    let logs = known(&debian().denied("/var/log/journal"));
    assert_eq!((code(&logs.journal), code(&logs.files)), (ReasonCode::NotPermitted, ReasonCode::NotPermitted));
    assert!(logs.syslog.measured().is_some());
    let logs = known(&debian().denied("/etc/rsyslog.d"));
    assert_eq!(code(&logs.forwards), ReasonCode::NotPermitted);
    let logs = known(&debian().denied("/var/log/btmp"));
    assert_eq!(code(&logs.files), ReasonCode::NotPermitted);
    let odd = known(&debian().file("/var/log/auth.log", "hello\n").file("/var/log/auth.log.1", ""));
    assert_eq!(code(&file(&odd, "/var/log/auth.log").oldest), ReasonCode::Unparsable);
    assert!(matches!(collect(&Look::new(&debian().denied("/etc/machine-id")), &needs()), Outcome::Failed(_)));
}

#[test]
fn files_that_are_not_there_yet_wake_too() {
    let empty = Recording::new(now());
    let look = Look::new(&empty);
    collect(&look, &needs());
    let (_, wakes) = look.finish();
    for path in ["/usr/lib/systemd/systemd-journald", "/usr/sbin/rsyslogd", "/var/log/auth.log", "/etc/logrotate.conf"]
    {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
    let host = debian();
    let look = Look::new(&host);
    collect(&look, &needs());
    let (_, wakes) = look.finish();
    for path in [
        "/etc/systemd/journald.conf.d",
        "/etc/rsyslog.d",
        "/etc/logrotate.d/rsyslog",
        "/run/systemd/journal/flushed",
        "/var/log",
        "/var/log/journal/2222",
    ] {
        assert!(wakes.contains(&Wake::Path(path.into())), "{path}");
    }
    assert!(wakes.contains(&Wake::ProcessExit(8)));
    assert!(!wakes.iter().any(|wake| matches!(wake, Wake::Path(path) if path.ends_with("system.journal"))));
}

#[test]
fn a_loss_between_two_looks_stays_in_the_fact() {
    let (first, memory) = after(&debian(), &LogMemory::default());
    assert_eq!((first.watched_since, first.losses.len()), (Some(now()), 0));
    let (same, memory) = after(&debian(), &memory);
    assert!(same.losses.is_empty());
    let cut = log(debian(), "/var/log/auth.log", "2026-11-25T09", 0);
    let (lost, memory) = after(&cut, &memory);
    let kinds: Vec<_> = lost.losses.iter().map(|loss| (loss.log.as_str(), loss.kind)).collect();
    assert_eq!(kinds, [("/var/log/auth.log", LogLossKind::Replaced)], "without numbers of files its beginning tells");
    let (still, memory) = after(&cut, &memory);
    assert_eq!(still.losses, lost.losses);
    let mut gone = debian();
    gone.paths.remove(std::path::Path::new("/var/log/journal/2222/system.journal"));
    let (lost, _) = after(&gone, &memory);
    assert!(lost.losses.iter().any(|loss| loss.log == "/var/log/journal" && loss.kind == LogLossKind::Gone));
}

#[test]
fn memory_is_written_when_files_or_losses_are_others() {
    let (_, memory) = after(&debian(), &LogMemory::default());
    assert!(memory.is_news(&LogMemory::default()) && !memory.is_news(&memory));
    let grown = log(debian(), "/var/log/auth.log", "2026-11-25T09:00:00+09:00 sv1 sshd[1]: x\nmore\n", 0);
    assert!(!after(&grown, &memory).1.is_news(&memory));
    let rotated = log(debian(), "/var/log/auth.log.2.gz", b"x", 9);
    assert!(after(&rotated, &memory).1.is_news(&memory));
}
