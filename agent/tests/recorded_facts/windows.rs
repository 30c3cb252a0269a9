//! Written Windows hosts, recorded and scrubbed.

use std::collections::BTreeSet;

use tenken_agent::host::recorded::Answer;
use tenken_agent::host::{Recording, scrub};

use crate::{agree, recorded, windows_host};

/// Names of people and machines that a host's own answers hold.
fn names(host: &Recording) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(Answer::Given(system)) = &host.system {
        names.insert(system.host_name.clone());
    }
    let accounts = host.windows.accounts.iter().filter_map(|answer| answer.get().ok()).flatten();
    // The system's own accounts have names that every Windows of that language has.
    names.extend(accounts.filter(|account| account.sid.rid() >= Some(1_000)).map(|account| account.name.clone()));
    names
}

#[test]
fn a_scrubbed_windows_host_gives_facts_of_the_same_shape_and_nobodys_names() {
    let entries = std::fs::read_dir(windows_host::folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut hosts = 0;
    for folder in entries.filter(|path| path.is_dir()) {
        let host = windows_host::base(&folder.file_name().unwrap().to_string_lossy());
        agree(&host);
        let recording = recorded(&host).1;
        let (before, after) = (recording.to_json().unwrap(), scrub(&recording).to_json().unwrap());
        for name in names(&host).into_iter().filter(|name| before.contains(name.as_str())) {
            assert!(!after.to_lowercase().contains(&name.to_lowercase()), "{name} of {} is left", folder.display());
        }
        hosts += 1;
    }
    assert_eq!(hosts, 6);
}
