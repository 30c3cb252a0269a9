//! How long logs stay by logrotate's configuration, and what `logrotate -d` says of it.

use std::path::Path;

use tenken_agent::collect::logs::logrotate::{Every, Rotation};
use tenken_agent::host::Recording;
use tenken_model::{Instant, Read, ReasonCode};

use super::fact;
use crate::dice::Dice;
use crate::program::{printed, wanted, with_own_mounts};

const TEST: &str = "logs_stay_as_long_as_logrotate_says";
const CONFIGURATIONS: usize = 300;
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
    let (mut compared, mut by_size, mut refused) = (0, 0, 0);
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
            let about = || format!("{log}\n{}\n{:?}\n{said}", host.general, host.files);
            let theirs = rotation(&said, log);
            match ours {
                // A part of a file that logrotate refuses another version reads in another way.
                Read::NotRead(reason) if reason.code == ReasonCode::Unparsable => {
                    refused += 1;
                    assert!(said.contains("error: "), "{}", about());
                }
                // Nothing tells how fast it fills.
                Read::NotRead(reason) => {
                    by_size += 1;
                    assert_eq!(reason.code, ReasonCode::Inconclusive);
                    let theirs = theirs.unwrap_or_else(|| panic!("{}", about()));
                    assert!(theirs.by_size().is_some() && theirs.rotate > 0, "{}", about());
                }
                Read::Measured(ours) => {
                    compared += usize::from(ours.is_some());
                    let is_by_size =
                        theirs.as_ref().is_some_and(|theirs| theirs.by_size().is_some() && theirs.rotate > 0);
                    assert!(!is_by_size, "{}", about());
                    assert_eq!(*ours, theirs.and_then(|theirs| theirs.kept_for()), "{}", about());
                }
            }
        }
    }
    println!("{compared} compared, {by_size} by their size, {refused} refused");
    assert!(compared > CONFIGURATIONS && by_size > 20 && refused > 20, "{compared} {by_size} {refused}");
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
    let max_size = pattern
        .split_once(" are rotated earlier")
        .and_then(|(before, _)| before.rsplit_once("log files >= ").and_then(|(_, size)| size.parse().ok()));
    let every = every.unwrap_or_else(|| panic!("{head}"));
    Some(Rotation { every, rotate, max_size: max_size.unwrap_or(0), ..Rotation::default() })
}

fn written(dice: &mut Dice) -> Written {
    let mut general = String::from("# general\n");
    directives(dice, &mut general, "");
    let mut files = Vec::new();
    let mut logs = LOGS.to_vec();
    if dice.in_hundred(70) {
        if dice.in_hundred(20) {
            general.push_str(dice.one(&[
                "tabooext + .conf, p\n",
                "tabooext .conf\n",
                "taboopat + rsys* [x-z]*\n",
                "taboopat w* .*\n",
                "tabooext\n",
            ]));
        }
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
            "size 0x10k",
            "maxsize 10M",
            "maxsize=0",
            "daily rotate 30",
            "notifempty missingok rotate 9",
            "monthly   rotate 010",
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
        let refused = dice.one(&[
            "rotate 4 # four",
            "size 10M # ten",
            "rotate4",
            "weekly 9",
            "maxsize 1T",
            "include /x",
            "nosuch 4",
        ]);
        let line = if dice.in_hundred(4) { refused } else { line };
        text.push_str(indent);
        text.push_str(line);
        text.push('\n');
    }
}
