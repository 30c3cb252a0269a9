//! Written Windows hosts, recorded and scrubbed.

use std::collections::BTreeSet;

use serde_json::Value;
use tenken_agent::host::recorded::Answer;
use tenken_agent::host::{Recording, scrub};
use tenken_model::Topic;

use crate::{observation, recorded, shape, windows_host};

/// What these rest on is told by names and contents that are not written anew yet: of their facts a scrubbed recording tells less.
const LESS: [Topic; 10] = [
    Topic::Accounts,
    Topic::Antivirus,
    Topic::Certificates,
    Topic::Ipsec,
    Topic::Logs,
    Topic::RemoteAccess,
    Topic::RemovableMedia,
    Topic::Software,
    Topic::Wireless,
    Topic::WrittenSecrets,
];

/// Names of people and machines that a host's own answers hold.
fn names(host: &Recording) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(Answer::Given(system)) = &host.system {
        names.insert(system.host_name.clone());
    }
    let accounts = host.windows.accounts.iter().filter_map(|answer| answer.get().ok()).flatten();
    // The system's own accounts have names that every Windows of that language has.
    names.extend(accounts.filter(|account| account.sid.rid() >= Some(1_000)).map(|account| account.name.clone()));
    names.into_iter().map(|name| name.to_lowercase()).collect()
}

/// The words of a text, in lower case.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric() && !"-_.".contains(letter)).map(str::to_lowercase).collect()
}

/// Where two values differ first, and how.
fn difference(place: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => one
            .iter()
            .zip(other.values())
            .find_map(|((key, one), other)| difference(&format!("{place}.{key}"), one, other)),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .find_map(|(at, (one, other))| difference(&format!("{place}[{at}]"), one, other)),
        (one, other) if one == other => None,
        (one, other) => Some(format!("{place}: {one} and {other}")),
    }
}

#[test]
fn a_scrubbed_windows_host_gives_facts_of_the_same_shape_and_nobodys_names() {
    let entries = std::fs::read_dir(windows_host::folder()).unwrap().map(|entry| entry.unwrap().path());
    let (mut hosts, mut wrong) = (0, Vec::new());
    for folder in entries.filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let host = windows_host::base(&name);
        let (found, recording) = recorded(&host);
        let text = scrub(&recording).to_json().unwrap();
        let scrubbed = Recording::from_json(text.as_bytes()).unwrap();
        for (topic, found) in Topic::ALL.iter().zip(&found).filter(|(topic, _)| !LESS.contains(topic)) {
            wrong.extend(difference(&name, &shape(found), &shape(&observation(*topic, &scrubbed))));
        }
        let after: BTreeSet<String> = words(&text);
        let left = words(&recording.to_json().unwrap()).into_iter().filter(|word| names(&host).contains(word));
        wrong.extend(left.filter(|left| after.contains(left)).map(|left| format!("{name}: {left} is left")));
        hosts += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(hosts, 6);
}
