//! Facts of a host, of its recording and of its scrubbed recording.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use serde_json::Value;
use tenken_agent::collect::Needs;
use tenken_agent::gather::gather;
use tenken_agent::host::{Host, Recorder, Recording, scrub};
use tenken_model::register::Registers;
use tenken_model::{Facts, Topic};

fn needs(host: &dyn Host) -> Needs {
    Needs { registers: Registers::not_given("a test"), time_references: Vec::new(), now: host.now() }
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

/// The value with every text left out: numbers, truths, variants and lengths of lists stay.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => "a text".into(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), shape(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn recorded(host: &dyn Host) -> (Vec<Value>, Recording) {
    let recorder = Recorder::new(host);
    let found = Topic::ALL.iter().map(|topic| observation(*topic, &recorder)).collect();
    (found, recorder.finish())
}

fn agree(host: &dyn Host) -> (Vec<Value>, Vec<Value>) {
    let (found, recording) = recorded(host);
    let read_back = Recording::from_json(recording.to_json().unwrap().as_bytes()).unwrap();
    let scrubbed = scrub(&recording);
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
        .file("/etc/chrony/chrony.conf", "server 192.168.30.7 iburst\n");
    let (found, scrubbed) = agree(&host);
    let (found, scrubbed) = (format!("{found:?}"), format!("{scrubbed:?}"));
    for (name, stand_in) in [("tanaka", "user1"), ("hanako", "user2")] {
        assert!(found.contains(name) && !scrubbed.contains(name) && scrubbed.contains(stand_in), "{name}");
    }
    assert!(!scrubbed.contains("192.168.30."));
}
