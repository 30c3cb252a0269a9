//! Written Windows hosts, recorded and scrubbed.

use std::collections::BTreeSet;

use serde_json::Value;
use tenken_agent::host::recorded::Answer;
use tenken_agent::host::windows_api::RegistryPath;
use tenken_agent::host::{Recording, scrub};
use tenken_model::Topic;
use tenken_model::fact::system::SystemFamily;

use crate::{observation, recorded, shape, verdicts, windows_host};

/// Names of people and machines that a host's own answers hold.
fn names(host: &Recording) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(Answer::Given(system)) = &host.system {
        names.insert(system.host_name.clone());
    }
    let accounts = host.windows.accounts.iter().filter_map(|answer| answer.get().ok()).flatten();
    let domain = host.windows.domain_accounts.iter().filter_map(|answer| answer.get().ok());
    let accounts = accounts.chain(domain.flat_map(|domain| &domain.accounts));
    // The system's own accounts have names that every Windows of that language has.
    names.extend(accounts.filter(|account| account.sid.rid() >= Some(1_000)).map(|account| account.name.clone()));
    // What the setup of Windows leaves behind has this name in any language.
    names.remove("defaultuser0");
    names.into_iter().map(|name| name.to_lowercase()).collect()
}

/// The words of a text, in lower case.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric() && !"-_.".contains(letter)).map(str::to_lowercase).collect()
}

/// The value with its lists in an order of their own: stand-ins are sorted otherwise than the names they stand for.
fn in_order(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(in_order).collect();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), in_order(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// Where two values differ, and how.
fn differences(place: &str, one: &Value, other: &Value) -> Vec<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => one
            .iter()
            .zip(other.values())
            .flat_map(|((key, one), other)| differences(&format!("{place}.{key}"), one, other))
            .collect(),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .flat_map(|(at, (one, other))| differences(&format!("{place}[{at}]"), one, other))
            .collect(),
        (one, other) if one == other => Vec::new(),
        (one, other) => vec![format!("{place}: {one} and {other}")],
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
        for (topic, found) in Topic::ALL.iter().zip(&found) {
            wrong.extend(differences(
                &name,
                &in_order(&shape(found)),
                &in_order(&shape(&observation(*topic, &scrubbed))),
            ));
        }
        let (before, judged) = (verdicts(&host), verdicts(&scrubbed));
        wrong.extend(
            before
                .iter()
                .filter(|verdict| !judged.contains(verdict))
                .map(|one| format!("{name}: only the host has {one}")),
        );
        wrong.extend(
            judged
                .iter()
                .filter(|verdict| !before.contains(verdict))
                .map(|one| format!("{name}: only the scrubbed recording has {one}")),
        );
        if before.len() != judged.len() {
            wrong.push(format!("{name}: {} findings and {}", before.len(), judged.len()));
        }
        let after: BTreeSet<String> = words(&text);
        let left = words(&recording.to_json().unwrap()).into_iter().filter(|word| names(&host).contains(word));
        wrong.extend(left.filter(|left| after.contains(left)).map(|left| format!("{name}: {left} is left")));
        hosts += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(hosts, 6);
}

/// Keys that collectors ask for by name, and not because another key told of them.
fn asked(recording: &Recording) -> BTreeSet<&RegistryPath> {
    let registry = &recording.windows.registry;
    let told = |path: &RegistryPath| {
        let above = path.parent().and_then(|parent| registry.get(&parent)).and_then(|answer| answer.get().ok());
        above.is_some_and(|key| key.has_subkey(path.name()))
    };
    let names_nobody = |path: &RegistryPath| !path.key().split('\\').any(|part| part.starts_with("S-1-"));
    let by_name = |path: &&RegistryPath| {
        let mut here = Some((*path).clone());
        while let Some(path) = here {
            if told(&path) {
                return false;
            }
            here = path.parent();
        }
        true
    };
    registry.keys().filter(|path| names_nobody(path)).filter(by_name).collect()
}

#[test]
fn what_collectors_ask_a_windows_host_for_by_name_has_the_same_name_in_its_scrubbed_recording() {
    let nothing =
        Recording { family: SystemFamily::Windows, ..Recording::new("2026-11-27T00:00:00Z".parse().unwrap()) };
    let entries = std::fs::read_dir(windows_host::folder()).unwrap().map(|entry| entry.unwrap().path());
    let names =
        entries.filter(|path| path.is_dir()).map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    let hosts = names.map(|name| windows_host::base(&name)).chain([nothing]);
    let (mut count, mut missing) = (0, BTreeSet::new());
    for host in hosts {
        let recording = recorded(&host).1;
        let scrubbed = scrub(&recording);
        let (before, after) = (&recording.windows, &scrubbed.windows);
        let asked = asked(&recording);
        count += asked.len();
        missing.extend(asked.into_iter().filter(|path| !after.registry.contains_key(path)).map(ToString::to_string));
        let of_events = before.events.keys().filter(|query| !after.events.contains_key(query));
        missing.extend(of_events.map(|query| format!("{query:?}")));
        missing.extend(before.channels.keys().filter(|name| !after.channels.contains_key(*name)).cloned());
    }
    let missing: Vec<String> = missing.into_iter().collect();
    assert!(
        missing.is_empty(),
        "collectors ask for what recordings do not keep; add the parts to agent/src/host/scrub/windows/words.txt:\n{}",
        missing.join("\n")
    );
    assert!(count > 300, "{count}");
}
