//! What is read of Windows, and what tells when it changes: on the hosts of `tests/hosts`, topic by topic.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tenken_agent::collect::{Needs, Wake};
use tenken_agent::gather::gather;
use tenken_agent::host::windows_api::{RegistryPath, SecuredObject};
use tenken_agent::host::{Recorder, Recording};
use tenken_model::Topic;
use tenken_model::register::Registers;

use crate::{replay, windows_host};

/// Where Windows keeps accounts and groups, the audit policy, and the letters of volumes.
pub(crate) const ACCOUNTS: &str = r"SAM\SAM\Domains";
pub(crate) const AUDIT_POLICY: &str = r"SECURITY\Policy\PolAdtEv";
pub(crate) const VOLUMES: &str = r"SYSTEM\MountedDevices";
/// Of each service on a machine something is read.
const SERVICES: &str = r"HKLM\SYSTEM\CurrentControlSet\Services";

/// Something that was read, by what could tell that it changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reading {
    /// A key, or what is kept below it.
    Key(RegistryPath),
    /// A file or folder.
    File(PathBuf),
    /// Who may use a file or folder.
    Rights(PathBuf),
    /// Records of a channel.
    Channel(String),
    /// Addresses and neighbours.
    Network,
    /// The wall clock.
    Clock,
    /// What Windows tells nobody of, by its name in docs/windows.md.
    Untold(&'static str),
}

/// A key of the machine.
pub(crate) fn machine(key: &str) -> Reading {
    Reading::Key(RegistryPath::machine(key))
}

fn readings(recorded: &Recording) -> BTreeSet<Reading> {
    let windows = &recorded.windows;
    let service = |name: &str| machine(&format!(r"SYSTEM\CurrentControlSet\Services\{name}"));
    let mut found: BTreeSet<Reading> = windows.registry.keys().cloned().map(Reading::Key).collect();
    found.extend(recorded.paths.keys().cloned().map(Reading::File));
    found.extend(windows.events.keys().map(|query| Reading::Channel(query.channel.clone())));
    found.extend(windows.security.keys().map(|object| match object {
        SecuredObject::File(path) => Reading::Rights(path.clone()),
        SecuredObject::RegistryKey(path) => Reading::Key(path.clone()),
        SecuredObject::Service(name) => service(name),
    }));
    for name in windows.channels.keys() {
        let classic = ["Application", "Security", "System"].contains(&name.as_str());
        found.insert(if classic {
            service(&format!(r"EventLog\{name}"))
        } else {
            machine(&format!(r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\{name}"))
        });
    }
    let asked = [
        (windows.accounts.is_some(), machine(ACCOUNTS)),
        (windows.groups.is_some(), machine(ACCOUNTS)),
        (windows.account_policy.is_some(), machine(ACCOUNTS)),
        (windows.audit_policy.is_some(), machine(AUDIT_POLICY)),
        (windows.shares.is_some(), service(r"LanmanServer\Shares")),
        (windows.volumes.is_some(), machine(VOLUMES)),
        (windows.neighbours.is_some(), Reading::Network),
        (windows.adapters.is_some(), Reading::Network),
        (recorded.kernel_clock.is_some(), Reading::Clock),
        (windows.services.is_some(), Reading::Untold("services")),
        (!windows.wmi.is_empty(), Reading::Untold("WMI")),
        (windows.membership.is_some(), Reading::Untold("domain")),
        (windows.domain_accounts.is_some(), Reading::Untold("accounts of the domain")),
        (windows.sessions.is_some(), Reading::Untold("sessions")),
        (windows.sockets.is_some(), Reading::Untold("bound ports")),
        (windows.wireless.is_some(), Reading::Untold("wireless networks")),
        (!windows.firmware.is_empty(), Reading::Untold("firmware")),
        (recorded.processes.is_some(), Reading::Untold("processes")),
        (recorded.system.is_some(), Reading::Untold("version")),
        (!recorded.sntp.is_empty(), Reading::Untold("time servers")),
        (!recorded.tls.is_empty(), Reading::Untold("TLS endpoints")),
    ];
    found.extend(asked.into_iter().filter(|(asked, _)| *asked).map(|(_, reading)| reading));
    found
}

/// Whether one of them tells of a change of it.
pub(crate) fn is_told(reading: &Reading, wakes: &BTreeSet<Wake>) -> bool {
    wakes.iter().any(|wake| match (reading, wake) {
        (Reading::Key(read), Wake::Registry(woken)) => {
            let same = |above: &RegistryPath| above.to_string().eq_ignore_ascii_case(&woken.to_string());
            std::iter::successors(Some(read.clone()), RegistryPath::parent).any(|above| same(&above))
        }
        (Reading::Key(read), Wake::RegistryValues(woken)) => read == woken,
        // A folder tells of what is in it, and of nothing deeper.
        (Reading::File(read) | Reading::Rights(read), Wake::Path(woken)) => {
            let same = |path: &Path| path.to_string_lossy().eq_ignore_ascii_case(&woken.to_string_lossy());
            same(read) || read.parent().is_some_and(same)
        }
        (Reading::Channel(read), Wake::EventChannel(woken)) => read == woken,
        (Reading::Network, Wake::NeighbourEvents) | (Reading::Clock, Wake::ClockStep) => true,
        _ => false,
    })
}

/// What is read, without whose it is and without names that are other ones on each machine.
fn told(reading: &Reading, topic: Topic) -> String {
    match reading {
        Reading::Untold(what) => (*what).to_owned(),
        Reading::Channel(channel) => format!("channel {channel}"),
        Reading::Key(key) => {
            let key = key.to_string();
            if topic == Topic::WrittenSecrets && key.starts_with(SERVICES) {
                return SERVICES.to_owned();
            }
            let one = |part: &str| match part {
                sid if sid.starts_with("S-1-") => "SID".to_owned(),
                number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => "NUMBER".to_owned(),
                other => other.to_owned(),
            };
            key.split('\\').map(one).collect::<Vec<_>>().join("\\")
        }
        Reading::Rights(_) => "rights on folders".to_owned(),
        Reading::File(path) => match path.parent() {
            Some(parent) if parent.ends_with("MachineKeys") => parent.display().to_string(),
            Some(parent) if parent.ends_with("PSReadLine") => "history of PowerShell".to_owned(),
            Some(parent) if parent == Path::new("C:/Users") => "C:/Users/NAME".to_owned(),
            _ => path.display().to_string(),
        },
        Reading::Network => "addresses".to_owned(),
        Reading::Clock => "clock".to_owned(),
    }
}

/// What is read and tells of no change, by topic.
fn untold() -> BTreeMap<String, BTreeSet<String>> {
    let mut untold: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in replay::names() {
        let host = windows_host::base(&name);
        let registers = Registers::not_given("the host is replayed");
        let needs = Needs { registers, time_references: vec!["ntp.nict.jp".to_owned()], now: host.now };
        for topic in Topic::ALL {
            let recorder = Recorder::new(&host);
            let wakes = gather(*topic, &recorder, &needs).wakes;
            for reading in readings(&recorder.finish()).iter().filter(|reading| !is_told(reading, &wakes)) {
                let told = told(reading, *topic);
                untold.entry(told).or_default().insert(topic.name().to_owned());
            }
        }
    }
    untold
}

/// The table of docs/windows.md of what tells nobody that it changes: what, and the topics that read it.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/windows.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once("| What | Topics | Why |").expect("the table of what is looked at by the clock");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert!(cells[3].len() > 10, "{row}: it says why");
        (cells[1].replace('`', ""), cells[2].split(',').map(|topic| topic.trim().replace('`', "")).collect())
    })
    .collect()
}

#[test]
fn what_is_read_of_windows_wakes_or_is_said_to_be_looked_at_by_the_clock() {
    let lines = |table: BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
        let line = |(what, topics): (String, BTreeSet<String>)| {
            format!("{what}: {}", topics.into_iter().collect::<Vec<_>>().join(", "))
        };
        table.into_iter().map(line).collect()
    };
    let (found, said) = (lines(untold()), lines(documented()));
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        one.difference(other).cloned().collect::<Vec<_>>().join("\n  ")
    };
    assert!(
        found == said,
        "wakes nobody, and is not said:\n  {}\nsaid in vain:\n  {}",
        only(&found, &said),
        only(&said, &found)
    );
}
