//! Taking personal data out of a recording, so that it can leave the host it was made on.
//!
//! Nothing is kept because it looks harmless. Every form of file that is read has a scrubber that writes it anew from what
//! is read of it, so that comments and whatever else it holds are gone; a file of no known form is not captured, which
//! replays as a failure and never as absence. Names that not every host has become `user1`, `group1`, `host1`, `ALIAS1`
//! or `name0001`, addresses others of the same kind; each has the same stand-in everywhere in one recording. Formats
//! stay as they are, so that a scrubbed host gives facts of the same shape and the same verdicts.

mod account_events;
mod accounts;
mod addresses;
mod answers;
mod antivirus;
mod apt;
mod boot;
mod certificates;
mod clocks;
mod contents;
mod datagram;
mod disks;
mod files;
mod form;
mod ipsec;
mod known;
mod learning;
mod lease_configuration;
mod leases;
mod logins;
mod logs;
mod names;
mod netfilter;
mod netlink;
mod network;
mod office;
mod packages;
mod pam;
mod remote_access;
mod repositories;
mod secret_lines;
mod secrets;
mod settings;
mod shares;
mod shell;
mod sign_in_databases;
mod sshd;
mod sudoers;
mod windows;
mod wireless;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use tenken_model::Instant;

use self::addresses::Addresses;
use self::files::Named;
use self::form::Form;
use self::names::Names;
use super::recorded::{Answer, Bytes, Content, Node, Recording};
use super::{CommandOutput, Endpoint, Entry, Process, ReadError, ReadErrorKind, VendorCommand};
use crate::collect::firewall::holds::Holds;
use crate::collect::firewall::written::Outcome;
use crate::collect::glob::{Glob, has_pattern};
use crate::collect::logs::access_list;

const NOBODY: u32 = 65_534;
const CHRONY_PORT: u16 = 323;
const NTP_PORT: u16 = 123;
/// A pattern of a form that no collector follows.
const NOT_FOLLOWED: &str = "/[^x]";

/// The recording without personal data.
pub fn scrub(recording: &Recording) -> Recording {
    let mut scrubber = Scrubber::new(recording);
    windows::learn(&mut scrubber, &recording.windows);
    let mut result = Recording::unasked(recording.now, recording.elsewhere);
    result.family = recording.family;
    for (path, node) in &recording.paths {
        let tried = format!("look at {}", scrubber.path(path).display());
        let node = scrubber.answer(node, &tried, |scrubber, node| scrubber.node(path, node));
        result.paths.insert(scrubber.path(path), node);
    }
    result.processes = recording.processes.as_ref().map(|answer| {
        scrubber.answer(answer, "list processes", |scrubber, processes| self::processes(scrubber, processes))
    });
    result.kernel_clock = recording
        .kernel_clock
        .as_ref()
        .map(|answer| scrubber.answer(answer, "ask the kernel's clock", |_, clock| *clock));
    result.system = recording.system.as_ref().map(|answer| {
        scrubber.answer(answer, "ask the operating system", |scrubber, system| {
            let mut system = system.clone();
            system.host_name = scrubber.names.host(&system.host_name);
            system
        })
    });
    for (dump, answer) in &recording.netlink {
        let datagrams = scrubber
            .answer(answer, &format!("dump netlink {dump:?}"), |scrubber, datagrams| scrubber.netlink(datagrams));
        result.netlink.insert(*dump, datagrams);
    }
    for (dump, answer) in &recording.netfilter {
        let dump = netfilter::question(&mut scrubber, dump);
        let datagrams = scrubber.answer(answer, &format!("dump {dump}"), |scrubber, datagrams| {
            datagrams.iter().map(|datagram| Bytes(netfilter::datagram(scrubber, &datagram.0))).collect()
        });
        result.netfilter.insert(dump, datagrams);
    }
    for ((endpoint, request), answer) in &recording.exchanges {
        let stand_in = scrubber.endpoint(endpoint);
        let answer = scrubber
            .answer(answer, &format!("ask {stand_in}"), |scrubber, bytes| Bytes(scrubber.datagram(endpoint, &bytes.0)));
        let request = Bytes(scrubber.question(endpoint, &request.0));
        result.exchanges.insert((stand_in, request), answer);
    }
    for (server, answer) in &recording.sntp {
        let stand_in = scrubber.host(server);
        let answer = scrubber.answer(answer, &format!("ask time server {stand_in}"), |_, reading| *reading);
        result.sntp.insert(stand_in, answer);
    }
    for (server, answer) in &recording.tls {
        let stand_in = scrubber.host(server);
        let tried = format!("ask TLS server {stand_in}");
        let answer = scrubber.answer(answer, &tried, |scrubber, reading| answers::tls(scrubber, &tried, reading));
        result.tls.insert(stand_in, answer);
    }
    for (property, answer) in &recording.bus {
        let tried = format!("read {property} on the system bus");
        let value = scrubber.answer(answer, &tried, |scrubber, value| answers::property(scrubber, property, value));
        result.bus.insert(property.clone(), value);
    }
    for (command, answer) in &recording.commands {
        let stand_in = scrubber.command(command);
        let output = scrubber.answer(answer, &format!("run {stand_in}"), |scrubber, output: &CommandOutput| {
            answers::output(scrubber, command, output)
        });
        result.commands.insert(stand_in, output);
    }
    result.windows = windows::scrub(&mut scrubber, recording);
    result
}

/// What stands for what in one recording.
struct Scrubber {
    names: Names,
    addresses: Addresses,
    aliases: sudoers::Aliases,
    /// This host's own name.
    host_name: String,
    /// The identity of this installation.
    machine: String,
    now: Instant,
    /// Files whose form a configuration decides.
    named: Vec<Named>,
    /// What the listed folders hold.
    folders: BTreeMap<PathBuf, Vec<Entry>>,
    /// Interfaces and their stand-ins.
    interfaces: BTreeMap<String, String>,
    /// `ipsec.conf` is of the form of Libreswan.
    has_libreswan: bool,
    /// The interfaces by which packets of others come, whose names rules of a firewall may have.
    outer: Vec<Option<String>>,
    /// What the file of nft does to packets over IPv4 and IPv6, with what it includes; absent where it is not followed.
    nftables: Option<[Outcome; 2]>,
    /// The host is a Windows.
    is_windows: bool,
    /// SIDs and GUIDs of Windows.
    windows: windows::Stands,
    /// Whether unexpected packets are from what a set of firewalld names.
    sets: BTreeMap<String, Holds>,
}

impl Scrubber {
    /// One that knows nobody.
    fn of_nothing() -> Self {
        Self {
            names: Names::default(),
            addresses: Addresses::default(),
            aliases: sudoers::Aliases::new(),
            host_name: String::new(),
            machine: String::new(),
            now: Instant::UNIX_EPOCH,
            named: Vec::new(),
            folders: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            has_libreswan: false,
            outer: vec![None],
            nftables: None,
            is_windows: false,
            windows: windows::Stands::default(),
            sets: BTreeMap::new(),
        }
    }

    fn form(&self, path: &Path) -> Option<Form> {
        let named = self.named.iter().find(|named| named.means(path)).map(|named| named.form);
        Form::of(path).or(named).or_else(|| Form::of_log(path))
    }

    fn answer<T, U>(&mut self, answer: &Answer<T>, tried: &str, scrub: impl FnOnce(&mut Self, &T) -> U) -> Answer<U> {
        match answer {
            Answer::Given(value) => Answer::Given(scrub(self, value)),
            Answer::Refused(error) => Answer::Refused(ReadError::new(error.kind, tried, why(error))),
        }
    }

    fn path(&mut self, path: &Path) -> PathBuf {
        if let Some(stand_in) = windows::path(self, path) {
            return stand_in;
        }
        PathBuf::from(self.names.path(&path.to_string_lossy()))
    }

    /// A host, by address or name, with or without a port.
    fn host(&mut self, text: &str) -> String {
        match (text.parse::<IpAddr>(), text.split_once(':')) {
            (Ok(IpAddr::V4(address)), _) => self.addresses.v4(address).to_string(),
            (Ok(IpAddr::V6(address)), _) => self.addresses.v6(address).to_string(),
            (Err(_), Some((host, port))) if port.parse::<u16>().is_ok() => format!("{}:{port}", self.host(host)),
            (Err(_), _) => self.names.host(text),
        }
    }

    /// What a clock follows: a host, or a kind of source in capital letters.
    fn source(&mut self, text: &str) -> String {
        const KINDS: [&str; 9] = ["GPS", "PPS", "INIT", "STEP", "LOCL", "LOCAL", "NICT", "JJY", "DCF"];
        if KINDS.contains(&text.trim_matches('.')) { text.to_owned() } else { self.host(text) }
    }

    /// A dataset of ZFS.
    fn dataset(&mut self, dataset: &str) -> String {
        dataset.split('/').map(|part| self.names.part(part)).collect::<Vec<_>>().join("/")
    }

    /// A profile of dconf, by name or path.
    fn profile(&mut self, profile: &str) -> String {
        if profile.starts_with('/') { self.names.path(profile) } else { self.names.part(profile) }
    }

    /// The files that a path with patterns means: a pattern that names nothing, or the files. What no collector follows
    /// stays so.
    fn pattern(&mut self, path: &str) -> Vec<String> {
        let Ok(glob) = Glob::parse(path) else { return vec![NOT_FOLLOWED.to_owned()] };
        if let Some(path) = glob.path() {
            return vec![self.names.path(&path)];
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !has_pattern(folder) && (name == "*" || name.strip_prefix("*.").is_some_and(known::is_ending)) {
            return vec![format!("{}/{name}", self.names.path(folder))];
        }
        // Folders that could not be listed are so again.
        let mut unlisted = Vec::new();
        let found = glob.paths(&mut |folder| {
            let entries = self.folders.get(Path::new(folder)).cloned();
            if entries.is_none() {
                unlisted.push(folder.to_owned());
            }
            Ok::<_, Infallible>(entries.unwrap_or_default())
        });
        let Ok(found) = found else { return vec![NOT_FOLLOWED.to_owned()] };
        let files = found.iter().map(|file| self.names.path(file)).collect::<Vec<_>>();
        let unlisted = unlisted.iter().map(|folder| format!("{}/*", self.names.path(folder.trim_end_matches('/'))));
        files.into_iter().chain(unlisted.collect::<Vec<_>>()).collect()
    }

    fn node(&mut self, path: &Path, node: &Node) -> Node {
        let shown = self.path(path);
        let shown = shown.display();
        let mut scrubbed = Node {
            metadata: node
                .metadata
                .as_ref()
                .map(|answer| self.answer(answer, &format!("look at {shown}"), |_, metadata| *metadata)),
            content: node.content.as_ref().map(|answer| self.content(path, answer)),
            entries: node.entries.as_ref().map(|answer| {
                self.answer(answer, &format!("list {shown}"), |scrubber, entries| {
                    entries.iter().map(|entry| scrubber.entry(path, entry)).collect()
                })
            }),
            // Numbers of accounts and groups, as the metadata has them.
            access_list: node.access_list.as_ref().map(|answer| {
                self.answer(answer, &format!("read the access list of {shown}"), |_, list| match list {
                    Some(list) if access_list::parse(&list.0).is_ok() => Some(list.clone()),
                    Some(_) => Some(Bytes(Vec::new())),
                    None => None,
                })
            }),
            link: node
                .link
                .as_ref()
                .map(|answer| self.answer(answer, &format!("read link {shown}"), |scrubber, to| scrubber.path(to))),
        };
        // A file whose length was that of what was read has the length of what is left of it.
        if let (Some(Answer::Given(metadata)), Some(Answer::Given(before)), Some(Answer::Given(after))) =
            (&mut scrubbed.metadata, &node.content, &scrubbed.content)
            && before.ends_at == Some(metadata.size.bytes())
            && let Some(end) = after.ends_at
        {
            metadata.size = tenken_model::Size::from_bytes(end);
        }
        scrubbed
    }

    fn entry(&mut self, folder: &Path, entry: &Entry) -> Entry {
        let path = self.path(&folder.join(&entry.name));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Entry { name, kind: entry.kind }
    }

    fn content(&mut self, path: &Path, answer: &Answer<Content>) -> Answer<Content> {
        let tried = format!("read {}", self.path(path).display());
        let content = match answer {
            Answer::Given(content) => content,
            Answer::Refused(_) => return self.answer(answer, &tried, |_, content| content.clone()),
        };
        if let Some(whole) = self.form(path).and_then(|form| packages::whole(self, path, form, content)) {
            return Answer::Given(Content::whole(whole));
        }
        let mut scrubbed = Content { ends_at: content.ends_at, parts: content.parts.clone() };
        for (offset, part) in &mut scrubbed.parts {
            match contents::content(self, path, *offset, &part.0) {
                Some(bytes) if content.all().is_some() => return Answer::Given(Content::whole(bytes)),
                Some(bytes) => *part = Bytes(contents::of_length(bytes, *offset, part.0.len())),
                None => {
                    let why = "not captured, because it is of no form whose personal data can be taken out";
                    return Answer::Refused(ReadError::new(ReadErrorKind::Failed, tried, why));
                }
            }
        }
        Answer::Given(scrubbed)
    }

    fn netlink(&mut self, datagrams: &[Bytes]) -> Vec<Bytes> {
        datagrams.iter().map(|datagram| Bytes(netlink::datagram(&datagram.0, &mut self.addresses))).collect()
    }

    /// The name of an interface, or how it begins, in as many bytes as before.
    fn interface_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        let name = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
        let mut stand_in =
            self.interfaces.get(&name).cloned().unwrap_or_else(|| netlink::stand_in(&name, 0)).into_bytes();
        stand_in.resize(bytes.len(), 0);
        stand_in
    }

    fn endpoint(&mut self, endpoint: &Endpoint) -> Endpoint {
        match endpoint {
            Endpoint::UnixStream(path) => Endpoint::UnixStream(self.path(path)),
            Endpoint::UnixDatagram(path) => Endpoint::UnixDatagram(self.path(path)),
            Endpoint::LoopbackUdp(port) => Endpoint::LoopbackUdp(*port),
            Endpoint::LoopbackTcp(port) => Endpoint::LoopbackTcp(*port),
        }
    }

    /// A question to a service. Only those to chronyd name hosts.
    fn question(&mut self, endpoint: &Endpoint, bytes: &[u8]) -> Vec<u8> {
        match endpoint {
            Endpoint::UnixDatagram(_) | Endpoint::LoopbackUdp(CHRONY_PORT) => datagram::chrony(self, bytes),
            Endpoint::UnixStream(_) | Endpoint::LoopbackTcp(_) | Endpoint::LoopbackUdp(_) => bytes.to_vec(),
        }
    }

    /// An answer of a service: clamd answers on streams, chronyd and ntpd in datagrams.
    fn datagram(&mut self, endpoint: &Endpoint, bytes: &[u8]) -> Vec<u8> {
        match endpoint {
            Endpoint::UnixStream(_) | Endpoint::LoopbackTcp(_) => antivirus::answer(bytes),
            Endpoint::UnixDatagram(_) | Endpoint::LoopbackUdp(CHRONY_PORT) => datagram::chrony(self, bytes),
            Endpoint::LoopbackUdp(NTP_PORT) => clocks::ntp_answer(self, bytes),
            Endpoint::LoopbackUdp(_) => Vec::new(),
        }
    }

    fn command(&mut self, command: &VendorCommand) -> VendorCommand {
        match command {
            VendorCommand::ResticSnapshots { repository, password_file } => VendorCommand::ResticSnapshots {
                repository: self.path(repository),
                password_file: self.path(password_file),
            },
            VendorCommand::BorgList { repository, passphrase_file } => VendorCommand::BorgList {
                repository: self.path(repository),
                passphrase_file: passphrase_file.as_ref().map(|file| self.path(file)),
            },
            VendorCommand::BtrfsSnapshots { mount } => VendorCommand::BtrfsSnapshots { mount: self.path(mount) },
            VendorCommand::ZfsSnapshots { dataset } => VendorCommand::ZfsSnapshots { dataset: self.dataset(dataset) },
            VendorCommand::ApfsVolumes => VendorCommand::ApfsVolumes,
            VendorCommand::ApplicationFirewall => VendorCommand::ApplicationFirewall,
            VendorCommand::ZfsEncryption { dataset } => VendorCommand::ZfsEncryption { dataset: self.dataset(dataset) },
        }
    }
}

/// The system's word for a failure, or the kind's where it may hold more than that.
fn why(error: &ReadError) -> String {
    if known::is_message(&error.why) {
        return error.why.clone();
    }
    match error.kind {
        ReadErrorKind::NotThere => "there is none",
        ReadErrorKind::NotPermitted => "permission denied",
        ReadErrorKind::TimedOut => "no answer in time",
        ReadErrorKind::TooLarge => "too large",
        ReadErrorKind::NoAnswer => "no answer",
        ReadErrorKind::Unsupported => "unsupported",
        ReadErrorKind::WrongKind => "of another kind",
        ReadErrorKind::Failed => "failed",
    }
    .to_owned()
}

/// Of processes only those are named that are looked for.
fn processes(scrubber: &mut Scrubber, processes: &[Process]) -> Vec<Process> {
    let mut one = |process: &Process| {
        let name = match process.name.as_str() {
            name if known::is_process(name) => name.to_owned(),
            name if scrubber.is_windows => windows::process(scrubber, name),
            _ => "other".to_owned(),
        };
        let path = process.path.as_deref().map(|path| windows::program_path(path, &name));
        Process { pid: process.pid, name, path }
    };
    processes.iter().map(&mut one).collect()
}

/// A text with these lines at their numbers, the others empty. Lines come in their order.
fn lines_at(lines: impl IntoIterator<Item = (usize, String)>) -> Vec<u8> {
    let mut written = String::new();
    let mut next = 1;
    for (number, line) in lines {
        while next < number {
            written.push('\n');
            next += 1;
        }
        written.push_str(&line);
        written.push('\n');
        next += 1;
    }
    written.into_bytes()
}

#[cfg(test)]
mod tests;
