//! Where rsyslogd really writes and sends messages on sign-ins, and where we read that it does.

use std::collections::{BTreeMap, BTreeSet};
use std::net::UdpSocket;
use std::path::Path;
use std::time::Duration;

use tenken_agent::host::Recording;
use tenken_model::fact::logs::Syslog;
use tenken_model::{Instant, Read, ReasonCode};

use super::fact;
use crate::dice::Dice;
use crate::program::{printed, wanted, with_own_mounts};

const TEST: &str = "messages_on_sign_ins_arrive_where_it_is_read_that_they_do";
const CONFIGURATIONS: usize = 70;
/// What ends a run stands in a file of its own, which reads the host's.
const BEFORE: &str = ":programname, isequal, \"tenken-end\" /var/log/end\n& stop\n\
    include(file=\"/etc/rsyslog.conf\")\n";

/// Runs rsyslogd on every host of the folder that is its first argument, and tells it of two sign-ins.
const RUN: &str = r#"
mount -t tmpfs none /run
for host in "$1"/[0-9]*; do
    mount --bind "$host/var/log" /var/log
    mount --bind "$host/etc/rsyslog.d" /etc/rsyslog.d
    mount --bind "$host/etc/rsyslog.conf" /etc/rsyslog.conf
    if "$2" -N1 -f "$1/before.conf" >"$host/check" 2>&1; then
        "$2" -n -i NONE -f "$1/before.conf" >"$host/fault" 2>&1 &
        daemon=$!
        waited=0
        until [ -S /run/tenken-log ] || [ $waited -ge 100 ]; do waited=$((waited + 1)); sleep 0.05; done
        logger -u /run/tenken-log -p auth.info -t sshd "Accepted password for a then b"
        logger -u /run/tenken-log -p authpriv.info -t sudo "session opened for root"
        logger -u /run/tenken-log -p daemon.info -t cron "nothing of a sign-in"
        logger -u /run/tenken-log -p daemon.info -t tenken-end "end"
        waited=0
        until [ -s "$host/var/log/end" ] || [ $waited -ge 100 ]; do waited=$((waited + 1)); sleep 0.05; done
        kill $daemon
        wait $daemon || true
        rm -f /run/tenken-log
    else
        echo refused >"$host/refused"
    fi
    umount /etc/rsyslog.conf /etc/rsyslog.d /var/log
done
"#;

/// Whole configurations, by their files.
type Files = BTreeMap<String, String>;

#[test]
fn messages_on_sign_ins_arrive_where_it_is_read_that_they_do() {
    let (Some(rsyslogd), Some(_)) = (wanted(TEST, "rsyslogd"), wanted(TEST, "logger")) else { return };
    let Some(mut shell) = with_own_mounts(TEST, &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("before.conf"), BEFORE).unwrap();
    let mut dice = Dice(8);
    let mut hosts = Vec::new();
    for number in 0..CONFIGURATIONS {
        // Every host sends to a port of its own.
        let listener = UdpSocket::bind("127.0.0.1:0").unwrap();
        let files = configuration(&mut dice, listener.local_addr().unwrap().port());
        put(&folder.path().join(number.to_string()), &files);
        hosts.push((files, listener));
    }
    printed(shell.args(["-c", RUN, "run"]).arg(folder.path()).arg(rsyslogd));
    let mut counted = Counted::default();
    for (number, (files, listener)) in hosts.iter().enumerate() {
        let host = folder.path().join(number.to_string());
        let said = |name: &str| std::fs::read_to_string(host.join(name)).unwrap_or_default();
        assert!(!host.join("refused").exists(), "{}\n{files:#?}", said("check"));
        assert!(host.join("var/log/end").exists(), "{}", said("fault"));
        hold(files, &arrived(&host), &received(listener), &mut counted);
    }
    assert!(counted.told > CONFIGURATIONS / 2 && counted.files > CONFIGURATIONS / 2 && counted.sent > 5, "{counted:?}");
}

#[derive(Debug, Default)]
struct Counted {
    told: usize,
    files: usize,
    sent: usize,
}

fn put(folder: &Path, files: &Files) {
    for place in ["etc/rsyslog.d", "var/log"] {
        std::fs::create_dir_all(folder.join(place)).unwrap();
    }
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// The facilities whose message arrived in each file.
fn arrived(host: &Path) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut arrived = BTreeMap::new();
    for entry in std::fs::read_dir(host.join("var/log")).unwrap() {
        let entry = entry.unwrap();
        let facilities = facilities(&std::fs::read_to_string(entry.path()).unwrap());
        if !facilities.is_empty() {
            arrived.insert(format!("/var/log/{}", entry.file_name().to_str().unwrap()), facilities);
        }
    }
    arrived
}

fn facilities(text: &str) -> BTreeSet<&'static str> {
    let messages = [("auth", "Accepted password"), ("authpriv", "session opened")];
    messages.into_iter().filter(|(_, message)| text.contains(message)).map(|(facility, _)| facility).collect()
}

fn received(listener: &UdpSocket) -> BTreeSet<&'static str> {
    listener.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    let mut datagram = [0; 4_096];
    let mut text = String::new();
    while let Ok(length) = listener.recv(&mut datagram) {
        text.push_str(&String::from_utf8_lossy(&datagram[..length]));
    }
    facilities(&text)
}

fn hold(
    files: &Files,
    arrived: &BTreeMap<String, BTreeSet<&'static str>>,
    received: &BTreeSet<&'static str>,
    counted: &mut Counted,
) {
    let mut host = Recording::new(Instant::UNIX_EPOCH).file("/usr/sbin/rsyslogd", "").running(7, "rsyslogd");
    for (name, text) in files {
        host = host.file(format!("/{name}"), text.as_str());
    }
    let whole = || format!("arrived {arrived:?}, received {received:?}\n{files:#?}");
    let fact = fact(&host);
    let Read::Measured(sent) = &fact.forwards else { panic!("{:?}\n{}", fact.forwards, whole()) };
    assert!(received.is_empty() || sent.iter().any(|forward| forward.target == "127.0.0.1"), "{sent:?}\n{}", whole());
    counted.sent += usize::from(!received.is_empty());
    let Read::Measured(Some(Syslog { sign_in_files, missing_facilities, .. })) = &fact.syslog else {
        panic!("{:?}\n{}", fact.syslog, whole())
    };
    let (listed, missing) = match (sign_in_files, missing_facilities) {
        (Read::Measured(listed), Read::Measured(missing)) => (listed, missing),
        (Read::NotRead(reason), _) | (_, Read::NotRead(reason)) => {
            assert_eq!(reason.code, ReasonCode::Unsupported, "{reason:?}\n{}", whole());
            return;
        }
    };
    counted.told += 1;
    counted.files += arrived.len();
    let is_conditional =
        files.values().any(|text| text.contains("if ") || text.contains("\n:") || text.starts_with(':'));
    // Under a condition a file may take messages on sign-ins that are not those of this test.
    let empty = listed.iter().find(|file| !arrived.contains_key(*file));
    assert!(is_conditional || empty.is_none(), "{empty:?} is told and has no message\n{}", whole());
    let unlisted = arrived.keys().find(|file| !listed.contains(file));
    assert!(is_conditional || unlisted.is_none(), "{unlisted:?} is not told\n{}", whole());
    for facility in ["auth", "authpriv"] {
        let is_kept = arrived.values().any(|facilities| facilities.contains(facility));
        let is_missing = missing.iter().any(|name| name == facility);
        assert!(is_kept != is_missing, "{facility} missing: {is_missing}\n{}", whole());
    }
}

fn configuration(dice: &mut Dice, port: u16) -> Files {
    let mut files = Files::new();
    let include = dice.one(&[
        "$IncludeConfig /etc/rsyslog.d/*.conf",
        "include(file=\"/etc/rsyslog.d/*.conf\" mode=\"optional\")",
        "$includeconfig /etc/rsyslog.d/*.conf",
    ]);
    let socket = "module(load=\"imuxsock\" SysSock.Name=\"/run/tenken-log\")";
    let mut lines = vec![
        "# a host".to_owned(),
        socket.to_owned(),
        "$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat".to_owned(),
    ];
    for name in ["10-first.conf", "50-default.conf", "9.conf", "old.bak"] {
        if dice.in_hundred(30) {
            let text: Vec<String> = (0..=dice.below(2)).map(|_| statement(dice, port)).collect();
            files.insert(format!("etc/rsyslog.d/{name}"), text.join("\n") + "\n");
        }
    }
    for _ in 0..dice.below(3) {
        lines.push(statement(dice, port));
    }
    // rsyslog refuses an include that names no file.
    if !files.is_empty() && !files.keys().all(|name| name == "etc/rsyslog.d/old.bak") {
        lines.push(include.to_owned());
    }
    for _ in 0..dice.below(3) {
        lines.push(statement(dice, port));
    }
    lines.push(dice.one(&["*.emerg /var/log/emerg", "*.* /var/log/all.log", "# nothing more"]).to_owned());
    files.insert("etc/rsyslog.conf".to_owned(), lines.join("\n") + "\n");
    files
}

fn statement(dice: &mut Dice, port: u16) -> String {
    let selector = dice.one(&[
        "auth,authpriv.*",
        "*.*;auth,authpriv.none",
        "*.info;mail.none;authpriv.none;cron.none",
        "authpriv.*",
        "AuthPriv.INFO",
        "auth.=info",
        "auth.=debug",
        "auth.notice",
        "*.*;auth.!info",
        "*.*;auth.!err",
        "*.*;auth.!=info",
        "auth.none;auth.debug",
        "security.*",
        "*.=info;*.=notice;*.=warn",
        "*.*",
        "mail,cron.*",
        "kern.*;auth.info",
    ]);
    let file = dice.one(&["auth", "secure", "messages", "syslog"]);
    let action = match dice.below(12) {
        0 => "~".to_owned(),
        1 => "stop".to_owned(),
        2 => format!("@127.0.0.1:{port}"),
        3 => format!("@127.0.0.1:{port};RSYSLOG_ForwardFormat"),
        4 => format!("-/var/log/{file}"),
        5 => format!("/var/log/{file};RSYSLOG_FileFormat"),
        6 => format!("action(type=\"omfile\" file=\"/var/log/{file}\")"),
        7 => format!("action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{port}\" protocol=\"udp\")"),
        8 => "/dev/null".to_owned(),
        _ => format!("/var/log/{file}"),
    };
    match dice.below(22) {
        0 => format!("{selector} {action}\n& stop"),
        1 => format!("{selector} {action}\n& ~"),
        2 => format!("{selector} {action}\n& /var/log/also"),
        3 => format!("{selector} {{\n    action(type=\"omfile\" file=\"/var/log/{file}\")\n    stop\n}}"),
        4 => format!("{selector} \\\n    {action}"),
        5 => format!("ruleset(name=\"r{}\") {{\n    {selector} {action}\n}}", dice.below(1_000_000)),
        6 => format!(":programname, isequal, \"cron\" {action}"),
        7 => format!(":msg, contains, \"Accepted\" {action}"),
        8 => format!("{} $programname == 'cron' {} {action}", dice.one(&["if", "IF"]), dice.one(&["then", "Then"])),
        9 => format!("if $programname == 'sshd' then {{\n    {action}\n}}"),
        12 => format!("if $msg contains 'a then b' then {action}"),
        10 => format!("/* {selector} /var/log/{file} */"),
        11 => format!("#{selector} {action}"),
        _ => format!("{selector}{}{action}", dice.one(&["\t", " ", "\t\t\t"])),
    }
}
