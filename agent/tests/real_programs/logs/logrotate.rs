//! How long logs stay by logrotate's configuration, and what `logrotate -d` says of it.

use std::path::Path;

use tenken_agent::collect::logs::logrotate::{Every, Rotation};
use tenken_agent::host::Recording;
use tenken_model::{Instant, Read};

use super::fact;
use crate::dice::Dice;
use crate::program::{printed, wanted, with_own_mounts};

const TEST: &str = "logs_stay_as_long_as_logrotate_says";
const CONFIGURATIONS: usize = 150;
const LOGS: [&str; 3] = ["/var/log/auth.log", "/var/log/wtmp", "/var/log/btmp"];

/// Asks logrotate about every host of the folder that is its first argument.
const ASK: &str = r#"
for host in "$1"/[0-9]*; do
    mount --bind "$host/var/log" /var/log
    mount --bind "$host/etc/logrotate.d" /etc/logrotate.d
    "$2" -d -s /dev/null "$host/etc/logrotate.conf" >"$host/said" 2>&1 || true
    umount /var/log /etc/logrotate.d
done
"#;

struct Written {
    general: String,
    /// Names and texts of files in the folder.
    files: Vec<(&'static str, String)>,
}

#[test]
fn logs_stay_as_long_as_logrotate_says() {
    let Some(logrotate) = wanted(TEST, "logrotate") else { return };
    let Some(mut shell) = with_own_mounts(TEST, &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(6);
    let hosts: Vec<Written> = (0..CONFIGURATIONS).map(|_| written(&mut dice)).collect();
    for (number, host) in hosts.iter().enumerate() {
        put(&folder.path().join(number.to_string()), host);
    }
    printed(shell.args(["-c", ASK, "ask"]).arg(folder.path()).arg(logrotate));
    let mut compared = 0;
    for (number, host) in hosts.iter().enumerate() {
        let said = std::fs::read_to_string(folder.path().join(number.to_string()).join("said")).unwrap();
        let mut recording = Recording::new(Instant::UNIX_EPOCH).file("/etc/logrotate.conf", host.general.as_str());
        for (name, text) in &host.files {
            recording = recording.file(format!("/etc/logrotate.d/{name}"), text.as_str());
        }
        for log in LOGS {
            recording = recording.file(log, "x");
        }
        let Read::Measured(files) = fact(&recording).files else { panic!("{}", host.general) };
        for log in LOGS {
            let ours = files.iter().find(|file| file.file == log).map(|file| &file.kept_for).unwrap();
            let theirs = rotation(&said, log).and_then(|rotation| rotation.kept_for());
            compared += usize::from(theirs.is_some());
            assert_eq!(ours, &Read::Measured(theirs), "{log}\n{}\n{:?}\n{said}", host.general, host.files);
        }
    }
    assert!(compared > CONFIGURATIONS, "{compared}");
}

fn put(folder: &Path, host: &Written) {
    for place in ["etc/logrotate.d", "var/log"] {
        std::fs::create_dir_all(folder.join(place)).unwrap();
    }
    std::fs::write(folder.join("etc/logrotate.conf"), &host.general).unwrap();
    for (name, text) in &host.files {
        std::fs::write(folder.join("etc/logrotate.d").join(name), text).unwrap();
    }
    for log in LOGS {
        std::fs::write(folder.join(log.trim_start_matches('/')), "x").unwrap();
    }
}

/// What logrotate says it does with a log: `rotating pattern: /var/log/wtmp  weekly (4 rotations)`, in one line or two.
fn rotation(said: &str, log: &str) -> Option<Rotation> {
    let about = |pattern: &&str| pattern.lines().any(|line| line == format!("considering log {log}"));
    let pattern = said.split("rotating pattern: ").skip(1).find(about)?;
    let head = pattern.split("empty log files").next()?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let every = words.iter().find_map(|word| match *word {
        "hourly" => Some(Every::Hour),
        "weekly" => Some(Every::Week),
        "monthly" => Some(Every::Month),
        "yearly" => Some(Every::Year),
        "bytes" => Some(Every::Size),
        _ => (head.contains("after 1 days") || *word == "daily").then_some(Every::Day),
    });
    let rotate = match words.iter().position(|word| word.starts_with("rotations")) {
        Some(at) => words[at - 1].trim_start_matches('(').parse().ok()?,
        None if head.contains("no old logs will be kept") => 0,
        None => -1,
    };
    Some(Rotation { every: every.unwrap_or_else(|| panic!("{head}")), rotate, ..Rotation::default() })
}

fn written(dice: &mut Dice) -> Written {
    let mut general = String::from("# general\n");
    directives(dice, &mut general, "");
    let mut files = Vec::new();
    let mut logs = LOGS.to_vec();
    if dice.in_hundred(70) {
        general.push_str(dice.one(&["include /etc/logrotate.d\n", "include=/etc/logrotate.d\n"]));
        // A log that two files name is an error, for which logrotate leaves out the second.
        for name in ["rsyslog", "wtmp", ".hidden", "old.dpkg-old", "btmp~", "alternatives.conf"] {
            let is_passed_over = name.ends_with("old") || name.ends_with('~');
            if dice.in_hundred(40) {
                let log = if is_passed_over || logs.is_empty() {
                    LOGS[dice.below(3)]
                } else {
                    logs.remove(dice.below(logs.len()))
                };
                let mut text = String::new();
                section(dice, &mut text, log);
                files.push((name, text));
            }
        }
        if dice.in_hundred(40) {
            directives(dice, &mut general, "");
        }
    }
    for log in logs {
        if dice.in_hundred(80) {
            section(dice, &mut general, log);
        }
    }
    Written { general, files }
}

fn section(dice: &mut Dice, text: &mut String, log: &str) {
    let path = match dice.below(6) {
        0 => format!("\"{log}\""),
        1 => format!("{}[{}]{}", &log[..10], &log[10..11], &log[11..]),
        2 => format!("/var/log/none\n{log}\n"),
        3 => format!("{log} /var/log/other*.log"),
        4 => format!("{}*", &log[..12]),
        _ => log.to_owned(),
    };
    text.push_str(&path);
    text.push_str(dice.one(&[" {\n", "{\n", "\n{\n", "\t{\n", "\n# whose\n{\n"]));
    text.push_str("    missingok\n");
    let indent = dice.one(&["    ", "\t", ""]);
    directives(dice, text, indent);
    if dice.in_hundred(40) {
        text.push_str(
            "    postrotate\n        if true; then weekly() { rotate 99; }; fi\n        daily\n    endscript\n",
        );
    }
    directives(dice, text, "  ");
    text.push_str(dice.one(&["}\n", "}\n\n", "    }\n"]));
}

fn directives(dice: &mut Dice, text: &mut String, indent: &str) {
    for _ in 0..dice.below(4) {
        let line = dice.one(&[
            "daily",
            "weekly",
            "monthly",
            "yearly",
            "hourly",
            "weekly 3",
            "size 1M",
            "size=10k",
            "minsize 1M",
            "rotate 4",
            "rotate 0",
            "rotate 12",
            "rotate -1",
            "rotate=400",
            "rotate = 8",
            "rotate\t52",
            "#rotate 9",
            "compress",
            "create 0640 root adm",
            "notifempty",
            "dateext",
        ]);
        text.push_str(indent);
        text.push_str(line);
        text.push('\n');
    }
}
