//! Facts of a host, of its recording and of its scrubbed recording.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

use serde_json::Value;
use tenken_agent::collect::Needs;
use tenken_agent::gather::gather;
use tenken_agent::host::{Host, Recorder, Recording, scrub};
use tenken_model::register::{BackupMethod, BackupRow, Isolation, Registers};
use tenken_model::{Facts, Read, Span, Topic};

mod network;
mod planted;
mod planted_disks;
#[path = "../corpus/sddl.rs"]
mod sddl;
mod secrets;
mod windows;
#[path = "../corpus/windows_host.rs"]
mod windows_host;
mod windows_planted;

/// The backup sets of these tests. What a register says is not in a recording, so that only places and names that every
/// host has are found in a scrubbed one.
const SETS: [(&str, BackupMethod, &str); 6] = [
    ("daily", BackupMethod::DatedFolders, "/srv/backup"),
    ("data", BackupMethod::Restic, "/srv/data/repo"),
    ("weekly", BackupMethod::Borg, "/srv/data/repository"),
    ("hourly", BackupMethod::Rsnapshot, "/srv/snapshots"),
    ("monthly", BackupMethod::Zfs, "/srv/pool"),
    ("yearly", BackupMethod::Btrfs, "/srv/backups"),
];

fn needs(host: &dyn Host) -> Needs {
    let row = |(name, method, location): &(&str, BackupMethod, &str)| BackupRow {
        host: "sv1".to_owned(),
        name: (*name).to_owned(),
        system: "files".to_owned(),
        method: *method,
        location: (*location).to_owned(),
        interval: Span::from_days(1),
        generations: 3,
        isolation: Isolation::OtherHost,
        note: String::new(),
    };
    let backup_sets = Read::Measured(SETS.iter().map(row).collect());
    let registers = Registers { backup_sets, ..Registers::not_given("a test") };
    Needs { registers, time_references: Vec::new(), now: host.now() }
}

/// What a collector finds, without how long it took.
fn observation(topic: Topic, host: &dyn Host) -> Value {
    let gathered = gather(topic, host, &needs(host));
    let mut facts = Facts::default();
    facts.insert(gathered.observation);
    let mut value = serde_json::to_value(&facts).unwrap();
    remove(&mut value, "took");
    value
}

fn remove(value: &mut Value, key: &str) {
    match value {
        Value::Object(entries) => {
            entries.remove(key);
            entries.values_mut().for_each(|value| remove(value, key));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| remove(value, key)),
        _ => {}
    }
}

/// The value with every text left out: numbers, truths, variants, codes of reasons and lengths of lists stay.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => "a text".into(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(entries) => {
            let shape = |key: &str, value: &Value| if key == "code" { value.clone() } else { shape(value) };
            entries
                .iter()
                .map(|(key, value)| (key.clone(), shape(key, value)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        other => other.clone(),
    }
}

/// The verdict of every rule.
fn verdicts(host: &dyn Host) -> Vec<String> {
    let mut facts = Facts::default();
    for topic in Topic::ALL {
        facts.insert(gather(*topic, host, &needs(host)).observation);
    }
    let catalog = tenken_engine::Catalog::embedded().unwrap();
    let findings = tenken_engine::judge_all(
        &catalog,
        &tenken_engine::Inputs {
            facts: &facts,
            registers: &Registers::not_given("a test"),
            parameters: &tenken_engine::ParameterSet::default(),
            system: host.family(),
            now: host.now(),
        },
    );
    let word = |verdict: &dyn std::fmt::Debug| format!("{verdict:?}").split([' ', '(', '{']).next().map(str::to_owned);
    let mut verdicts: Vec<String> =
        findings.into_values().map(|finding| format!("{}: {:?}", finding.key.rule, word(&finding.verdict))).collect();
    verdicts.sort();
    verdicts
}

fn recorded(host: &dyn Host) -> (Vec<Value>, Recording) {
    let recorder = Recorder::new(host);
    let found = Topic::ALL.iter().map(|topic| observation(*topic, &recorder)).collect();
    (found, recorder.finish())
}

/// Every file that was read is of a form that is known.
fn assert_whole(scrubbed: &Recording) {
    for (path, node) in &scrubbed.paths {
        let content = node.get().ok().and_then(|node| node.content.as_ref());
        if let Some(Err(error)) = content.map(|content| content.get()) {
            assert!(!error.why.starts_with("not captured"), "{}: {error}", path.display());
        }
    }
}

fn agree(host: &dyn Host) -> (Vec<Value>, Vec<Value>) {
    let (found, recording) = recorded(host);
    let read_back = Recording::from_json(recording.to_json().unwrap().as_bytes()).unwrap();
    let scrubbed = scrub(&recording);
    assert_whole(&scrubbed);
    let mut found_scrubbed = Vec::new();
    for (topic, expected) in Topic::ALL.iter().zip(&found) {
        assert_eq!(observation(*topic, &read_back), *expected, "{}", topic.name());
        let after = observation(*topic, &scrubbed);
        assert_eq!(shape(&after), shape(expected), "{}", topic.name());
        found_scrubbed.push(after);
    }
    (found, found_scrubbed)
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_gives_the_same_facts_when_recorded() {
    agree(&tenken_agent::host::linux::LiveHost::new());
}

/// A record of utmp(5) as x86 writes it.
fn sign_in(user: &str, host: &str, seconds: u32) -> Vec<u8> {
    let mut record = vec![0; 384];
    record[0] = 7;
    record[44..44 + user.len()].copy_from_slice(user.as_bytes());
    record[76..76 + host.len()].copy_from_slice(host.as_bytes());
    record[340..344].copy_from_slice(&seconds.to_le_bytes());
    record
}

/// What collectors look for and do not find is put there, until they find all of it.
#[test]
fn every_file_that_collectors_look_for_is_of_a_known_form() {
    let record = sign_in("tanaka", "192.168.30.7", 1_790_000_000);
    let mut host = Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ntanaka:x:1000:1000::/home/tanaka:/bin/bash\n")
        .file("/etc/group", "root:x:0:\n")
        .file("/etc/nsswitch.conf", "passwd: files sss\n")
        .file("/usr/share/xsessions/gnome.desktop", "[Desktop Entry]\nExec=gnome-session\n")
        .file("/usr/share/xsessions/plasma.desktop", "[Desktop Entry]\nExec=startplasma-x11\n")
        .file("/usr/share/xsessions/xfce.desktop", "[Desktop Entry]\nExec=startxfce4\n")
        .file("/var/log/wtmp", &record)
        .file("/var/log/wtmp.1", &record)
        .file("/var/log/lastlog", vec![0; 292 * 1_001]);
    for (pid, name) in (7..).zip(["chronyd", "systemd-timesyncd", "ntpd", "clamd", "dnsmasq", "dhcpd", "kea-dhcp4"]) {
        host = host.running(pid, name);
    }
    let mut count = 0;
    for _ in 0..6 {
        agree(&host);
        let recording = recorded(&host).1;
        for (path, node) in &recording.paths {
            let Ok(node) = node.get() else { continue };
            let content = node.content.as_ref().map(|content| content.get().is_err());
            let metadata = node.metadata.as_ref().map(|metadata| metadata.get().is_err());
            if (content == Some(true) || metadata == Some(true)) && !host.paths.contains_key(path) {
                host = host.file(path, "x\n");
                count += 1;
            }
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn a_scrubbed_host_gives_facts_of_the_same_shape_and_nobodys_names() {
    let key = "AAAAC3NzaC1lZDI1NTE5AAAAIGgsPzjsEUpBEmM8gbyQYQ8Ra6kpzwWHwh/2NKdVwnlM";
    let host = Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\n\
             tanaka:x:1000:1000:Taro Tanaka:/home/tanaka:/bin/bash\n\
             hanako:x:1001:1001:鈴木 花子:/home/hanako:/bin/bash\n",
        )
        .file(
            "/etc/shadow",
            "root:*:20000::::::\ntanaka:$y$j9T$salt$hash:20100:0:90:7:::\nhanako:!$6$s$h:20100::::::\n",
        )
        .file("/etc/group", "root:x:0:\nsudo:x:27:tanaka\ntanaka:x:1000:\n")
        .file("/etc/sudoers", "root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\nhanako ALL=(ALL) NOPASSWD: ALL\n")
        .file("/etc/shells", "/bin/sh\n/bin/bash\n")
        .file("/bin/bash", "")
        .file("/home/tanaka/.ssh/authorized_keys", format!("ssh-ed25519 {key} tanaka@pc-17\n"))
        .file(
            "/var/log/wtmp",
            [sign_in("tanaka", "192.168.30.7", 1_790_000_000), sign_in("root", "", 1_790_000_100)].concat(),
        )
        .file("/etc/ntp.conf", "server 192.168.30.8\n")
        .file("/etc/chrony/chrony.conf", "server 192.168.30.7 iburst\n");
    let (found, scrubbed) = agree(&host);
    let (found, scrubbed) = (format!("{found:?}"), format!("{scrubbed:?}"));
    for (name, stand_in) in [("tanaka", "user1"), ("hanako", "user2")] {
        assert!(found.contains(name) && !scrubbed.contains(name) && scrubbed.contains(stand_in), "{name}");
    }
    assert!(!scrubbed.contains("192.168.30."));
}

/// Settings that two people and the administrator made, on every desktop that is read.
#[test]
fn screen_locks_replay_alike_and_without_what_else_people_set() {
    let local = include_bytes!("../samples/screen_lock/local.gvdb");
    let own = include_bytes!("../samples/screen_lock/user.gvdb");
    let channel = "<channel name=\"xfce4-screensaver\" version=\"1.0\" unlocked=\"tanaka\"><property name=\"lock\" \
        type=\"empty\"><property name=\"enabled\" type=\"bool\" value=\"true\"/></property></channel>";
    let session = |program: &str| format!("[Desktop Entry]\nExec={program}\n");
    let host = Recording::new("2026-11-24T00:00:00Z".parse().unwrap())
        .file(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\ntanaka:x:1000:1000::/home/tanaka:/bin/bash\n\
             hanako:x:1001:1001::/srv/home/hanako:/bin/bash\nichiro:x:1002:1002::/home/ichiro:/bin/bash\n",
        )
        .file("/etc/shadow", "root:*:20000::::::\ntanaka:!:1::::::\nhanako:!:1::::::\nichiro:!:1::::::\n")
        .file("/etc/nsswitch.conf", "passwd: files sss\n")
        .file("/usr/share/xsessions/gnome.desktop", session("gnome-session"))
        .file("/usr/share/xsessions/plasma.desktop", session("startplasma-x11"))
        .file("/usr/share/xsessions/xfce.desktop", session("startxfce4"))
        .file("/usr/bin/xfce4-screensaver", "")
        .file(
            "/usr/share/glib-2.0/schemas/gschemas.compiled",
            include_bytes!("../samples/screen_lock/gschemas.compiled"),
        )
        .file("/etc/dconf/profile/user", "user-db:user\nsystem-db:local\nsystem-db:broken\nfile-db:/opt/vendor/db\n")
        .file("/etc/dconf/db/local", local)
        .file("/etc/dconf/db/local.d/00", "[org/gnome/desktop/session]\nidle-delay=uint32 300\n")
        .file("/opt/vendor/db", local)
        .file("/home/tanaka/.config/dconf/user", own)
        .file("/srv/home/hanako/.config/dconf/user", local)
        .file("/home/ichiro/.profile", "export TOKEN=ghp_secret\nexport DCONF_PROFILE=ichiro\n")
        .file("/home/jiro/.config/dconf/user", own.get(..100).unwrap())
        .file("/srv/home/hanako/.config/kscreenlockerrc", "[Greeter]\nImage=/family.png\n[Daemon]\nTimeout=30\n")
        .file("/home/tanaka/.profile", "export TOKEN=ghp_secret\n")
        .file("/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml", channel);
    for host in [host.clone().file("/etc/dconf/db/broken", local.get(..200).unwrap()), host] {
        let (found, scrubbed) = agree(&host);
        let (found, scrubbed) = (format!("{found:?}"), format!("{scrubbed:?}"));
        for name in ["tanaka", "hanako", "ichiro", "jiro"] {
            assert!(found.contains(name) && !scrubbed.contains(name), "{name}");
        }
        let text = scrub(&recorded(&host).1).to_json().unwrap();
        let everything = String::from_utf8_lossy(&everything(&text)).into_owned() + &text;
        for personal in ["family.png", "ghp_secret", "backgrounds", "xkb-options", "tanaka", "ichiro"] {
            assert!(!everything.contains(personal), "{personal}");
        }
        assert!(everything.contains("/org/gnome/desktop/session/idle-delay"));
    }
}

/// What the contents of a recording hold, those in base64 decoded.
fn everything(recording: &str) -> Vec<u8> {
    use base64::Engine;
    let words = recording.split('"').filter_map(|word| base64::engine::general_purpose::STANDARD.decode(word).ok());
    words.flatten().collect()
}
