//! Agents that run, what they may read, and the proxies they were given.

use std::path::{Path, PathBuf};

use tenken_model::fact::system::SystemFamily;
use tenken_model::observation::SourceOutcome;
use tenken_model::register::Registers;
use tenken_model::{ReasonCode, Size, Topic};

use crate::collect::Needs;
use crate::doctor::seen::{Looked, Proxy, Running};
use crate::gather::gather;
use crate::host::live::LiveHost;
use crate::host::registration::SERVICE;
use crate::host::{Host, Metadata, storage};

/// CAP_DAC_READ_SEARCH and, which has it in it, CAP_DAC_OVERRIDE (capabilities(7)).
const READS_EVERYTHING: u64 = 1 << 2 | 1 << 1;
/// CAP_NET_ADMIN.
const READS_FILTER: u64 = 1 << 12;
const PROC_BYTES: Size = Size::from_bytes(256 << 10);

/// The agents, but this process.
pub(super) fn look(host: &LiveHost, state_dir: &Path) -> Looked<Vec<Running>> {
    let own = std::process::id();
    let is_one = |name: &str| name == SERVICE || name.strip_suffix(".exe") == Some(SERVICE);
    let processes = host.processes()?.into_iter().filter(|process| process.pid != own && is_one(&process.name));
    Ok(processes.filter_map(|process| running(host, process.pid, state_dir)).collect())
}

/// What is known of one; nothing where it is no agent that stays.
fn running(host: &LiveHost, pid: u32, state_dir: &Path) -> Option<Running> {
    let read = |name: &str| host.read(&PathBuf::from(format!("/proc/{pid}/{name}")), PROC_BYTES).ok();
    let is_of_folder = match read("cmdline").map(|line| folder_of(&line)) {
        Some(Some(folder)) => Some(folder == state_dir),
        // Another command, as somebody just types it.
        Some(None) => return None,
        None => None,
    };
    if host.family() == SystemFamily::Windows {
        // LocalSystem, whom no file is kept from but by a list of access of its own, which findings tell of.
        return Some(Running { pid, is_of_folder, uid: None, reads_everything: Some(true), reads_filter: None });
    }
    let status = read("status").map(|status| String::from_utf8_lossy(&status).into_owned()).unwrap_or_default();
    let (reads_everything, reads_filter) = (reads_everything(&status), reads_filter(&status));
    Some(Running { pid, is_of_folder, uid: uid(&status), reads_everything, reads_filter })
}

/// The state folder of an agent that runs by that command line; nothing for another command.
pub(super) fn folder_of(line: &[u8]) -> Option<PathBuf> {
    let words: Vec<String> =
        line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    if !words.iter().skip(1).any(|word| word == "run") {
        return None;
    }
    let joined = words.iter().find_map(|word| word.strip_prefix("--state-dir="));
    let next =
        || words.iter().position(|word| word == "--state-dir").and_then(|at| words.get(at + 1)).map(String::as_str);
    Some(joined.or_else(next).map_or_else(storage::state_folder, PathBuf::from))
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

/// The effective user in /proc/PID/status.
pub(super) fn uid(status: &str) -> Option<u32> {
    field(status, "Uid")?.split_whitespace().nth(1)?.parse().ok()
}

/// Whether the process there may read every file.
pub(super) fn reads_everything(status: &str) -> Option<bool> {
    Some(held(status)? & READS_EVERYTHING != 0)
}

/// Whether the kernel tells the packet filter to the process there.
pub(super) fn reads_filter(status: &str) -> Option<bool> {
    Some(held(status)? & READS_FILTER != 0)
}

/// The rights of the process there.
fn held(status: &str) -> Option<u64> {
    u64::from_str_radix(field(status, "CapEff")?, 16).ok()
}

/// The topics that an agent without the right to read everything cannot read all of. One look, by whoever asks, tells the places; whose
/// they are tells the rest.
pub(super) fn guarded(host: &LiveHost, agents: &[Running]) -> Vec<Topic> {
    let lacking =
        agents.iter().find(|agent| agent.is_of_folder != Some(false) && agent.reads_everything == Some(false));
    let Some(uid) = lacking.and_then(|agent| agent.uid) else { return Vec::new() };
    let registers = Registers::not_given("the doctor has none");
    let needs = Needs { registers, time_references: Vec::new(), now: host.now() };
    let is_guarded = |topic: &Topic| {
        let observation = gather(*topic, host, &needs).observation;
        observation.sources().iter().any(|source| match &source.outcome {
            SourceOutcome::Read => host.metadata(Path::new(&source.place)).is_ok_and(|found| !may_read(uid, &found)),
            SourceOutcome::Refused(reason) => reason.code == ReasonCode::NotPermitted,
            SourceOutcome::NotThere => false,
        })
    };
    Topic::ALL.iter().copied().filter(is_guarded).collect()
}

/// Whether the mode lets a user read it who is in none of its groups.
pub(super) fn may_read(uid: u32, found: &Metadata) -> bool {
    let right = if found.uid == uid { 0o400 } else { 0o004 };
    found.mode & right != 0
}

/// The proxies of this process.
pub(super) fn proxies(variable: &dyn Fn(&str) -> Option<String>, name: &str) -> Vec<Proxy> {
    super::proxies(variable, name)
}

/// The proxies of another process, as far as it may be asked.
pub(super) fn proxies_of(host: &LiveHost, pid: u32, name: &str) -> Vec<Proxy> {
    let environment = host.read(&PathBuf::from(format!("/proc/{pid}/environ")), PROC_BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&environment).into_owned();
    let variable = |wanted: &str| {
        let mut pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
    };
    super::proxies(variable, name)
}
