//! Taking personal data out of a recording, so that it can leave the host it was made on.
//!
//! Names of people become `user1`, `user2` and so on, the host becomes `host1`, addresses others of the same kind,
//! secrets a mark; each has the same stand-in everywhere. What has no known form and is no text is taken out whole.
//! Formats stay as they are, so that a scrubbed host gives facts of the same shape.
//!
//! Not replaced: names of groups, of wireless networks and of other machines that no address stands for. A person
//! looks at a recording before it is given to others.

mod addresses;
mod datagram;
mod files;
mod logins;
mod names;
mod netlink;
mod secrets;
mod settings;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::addresses::Addresses;
use self::files::Form;
use self::names::Names;
use super::recorded::{Answer, Bytes, Content, Node, Recording};
use super::{CommandOutput, Endpoint, Entry, EntryKind, Process, ReadError, ReadErrorKind, VendorCommand};

/// The recording without personal data.
pub fn scrub(recording: &Recording) -> Recording {
    let mut scrubber = Scrubber::new(recording);
    let mut result = Recording::unasked(recording.now, recording.elsewhere);
    let given = |scrubber: &mut Scrubber, path: &PathBuf, node: &Answer<Node>| {
        let path_text = scrubber.path(path);
        (path_text, scrubber.answer(node, |scrubber, node| scrubber.node(path, node)))
    };
    result.paths = recording.paths.iter().map(|(path, node)| given(&mut scrubber, path, node)).collect();
    result.processes = recording
        .processes
        .as_ref()
        .map(|answer| scrubber.answer(answer, |scrubber, processes| scrubber.processes(processes)));
    result.kernel_clock = recording.kernel_clock.as_ref().map(|answer| scrubber.answer(answer, |_, clock| *clock));
    result.system = recording.system.as_ref().map(|answer| {
        scrubber.answer(answer, |scrubber, system| {
            let mut system = system.clone();
            system.host_name = scrubber.text(&system.host_name);
            system
        })
    });
    result.netlink = recording
        .netlink
        .iter()
        .map(|(dump, answer)| (*dump, scrubber.answer(answer, |scrubber, datagrams| scrubber.netlink(datagrams))))
        .collect();
    result.exchanges = recording
        .exchanges
        .iter()
        .map(|((endpoint, request), answer)| {
            let endpoint = scrubber.endpoint(endpoint);
            ((endpoint, request.clone()), scrubber.answer(answer, |scrubber, bytes| Bytes(scrubber.datagram(&bytes.0))))
        })
        .collect();
    result.sntp = recording
        .sntp
        .iter()
        .map(|(server, answer)| (scrubber.text(server), scrubber.answer(answer, |_, reading| *reading)))
        .collect();
    result.bus = recording
        .bus
        .iter()
        .map(|(property, answer)| {
            (property.clone(), scrubber.answer(answer, |scrubber, value| scrubber.json(None, value)))
        })
        .collect();
    result.commands = recording
        .commands
        .iter()
        .map(|(command, answer)| (scrubber.command(command), scrubber.answer(answer, Scrubber::output)))
        .collect();
    result
}

/// What stands for what in one recording.
struct Scrubber {
    names: Names,
    addresses: Addresses,
    /// Accounts of the system, which every host has.
    everybodys: BTreeSet<String>,
}

impl Scrubber {
    /// Learns who and what is named in a recording.
    fn new(recording: &Recording) -> Self {
        let mut scrubber =
            Self { names: Names::default(), addresses: Addresses::default(), everybodys: BTreeSet::new() };
        let nodes = || recording.paths.iter().filter_map(|(path, node)| Some((path.as_path(), node.get().ok()?)));
        let contents = || nodes().filter_map(|(path, node)| Some((path, node.content.as_ref()?.get().ok()?)));
        for (path, content) in contents() {
            match (Form::of(path), content.all()) {
                (Form::Passwd, Some(text)) => files::learn_passwd(text, &mut scrubber.names, &mut scrubber.everybodys),
                (Form::MachineId, Some(text)) => scrubber.names.add_machine_id(text.trim_ascii()),
                (Form::HostName, Some(text)) => scrubber.names.add_host(&String::from_utf8_lossy(text)),
                _ => {}
            }
        }
        if let Some(Answer::Given(system)) = &recording.system {
            scrubber.names.add_host(&system.host_name);
        }
        // People whose accounts are kept elsewhere have homes here and sign in here.
        for (path, node) in nodes() {
            if let (Some("/home"), Some(Answer::Given(entries))) = (path.to_str(), &node.entries) {
                scrubber.learn(entries.iter().filter(|entry| entry.kind == EntryKind::Folder).map(|entry| &entry.name));
            }
            if path.parent() == Some(Path::new("/home"))
                && let Some(name) = path.file_name().and_then(|name| name.to_str())
            {
                scrubber.learn([name]);
            }
        }
        for (path, content) in contents().filter(|(path, _)| Form::of(path) == Form::SignIns) {
            let failed = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("btmp"));
            for (offset, bytes) in content.parts.iter().filter(|_| !failed) {
                scrubber.learn(logins::users(&bytes.0, *offset));
            }
        }
        scrubber
    }

    fn learn(&mut self, names: impl IntoIterator<Item = impl AsRef<str>>) {
        for name in names {
            if !self.everybodys.contains(name.as_ref()) && name.as_ref() != "lost+found" {
                self.names.add_account(name.as_ref());
            }
        }
    }

    fn answer<T, U>(&mut self, answer: &Answer<T>, scrub: impl FnOnce(&mut Self, &T) -> U) -> Answer<U> {
        match answer {
            Answer::Given(value) => Answer::Given(scrub(self, value)),
            Answer::Refused(error) => {
                Answer::Refused(ReadError::new(error.kind, self.text(&error.tried), self.text(&error.why)))
            }
        }
    }

    fn bytes(&mut self, text: &[u8]) -> Vec<u8> {
        self.addresses.text(&self.names.text(&secrets::text(text)))
    }

    fn text(&mut self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    fn path(&mut self, path: &Path) -> PathBuf {
        match (Form::of(path), path.to_str()) {
            (Form::OperatingSystem, _) | (_, None) => path.to_owned(),
            (_, Some(text)) => PathBuf::from(self.text(text)),
        }
    }

    fn node(&mut self, path: &Path, node: &Node) -> Node {
        let mut scrubbed = Node {
            metadata: node.metadata.as_ref().map(|answer| self.answer(answer, |_, metadata| *metadata)),
            content: node.content.as_ref().map(|answer| self.content(path, answer)),
            entries: node.entries.as_ref().map(|answer| {
                self.answer(answer, |scrubber, entries| {
                    entries.iter().map(|entry| scrubber.entry(path, entry)).collect()
                })
            }),
            link: node.link.as_ref().map(|answer| self.answer(answer, |scrubber, target| scrubber.path(target))),
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
        match Form::of(&folder.join(&entry.name)) {
            Form::OperatingSystem => entry.clone(),
            _ => Entry { name: self.text(&entry.name), kind: entry.kind },
        }
    }

    fn content(&mut self, path: &Path, answer: &Answer<Content>) -> Answer<Content> {
        let content = match answer {
            Answer::Given(content) => content,
            Answer::Refused(_) => return self.answer(answer, |_, content| content.clone()),
        };
        let mut scrubbed = Content { ends_at: content.ends_at, parts: content.parts.clone() };
        for (offset, part) in &mut scrubbed.parts {
            match files::content(self, path, *offset, &part.0) {
                Some(bytes) if content.all().is_some() => return Answer::Given(Content::whole(bytes)),
                Some(bytes) => *part = Bytes(files::of_length(bytes, *offset, part.0.len())),
                None => {
                    let tried = format!("read {}", self.path(path).display());
                    let why = "taken out, because it is of no known form and may hold personal data";
                    return Answer::Refused(ReadError::new(ReadErrorKind::Failed, tried, why));
                }
            }
        }
        Answer::Given(scrubbed)
    }

    fn processes(&mut self, processes: &[Process]) -> Vec<Process> {
        let scrubbed = processes.iter().map(|process| Process { pid: process.pid, name: self.text(&process.name) });
        scrubbed.collect()
    }

    fn netlink(&mut self, datagrams: &[Bytes]) -> Vec<Bytes> {
        datagrams.iter().map(|datagram| Bytes(netlink::datagram(&datagram.0, &mut self.addresses))).collect()
    }

    fn endpoint(&mut self, endpoint: &Endpoint) -> Endpoint {
        match endpoint {
            Endpoint::UnixStream(path) => Endpoint::UnixStream(self.path(path)),
            Endpoint::UnixDatagram(path) => Endpoint::UnixDatagram(self.path(path)),
            Endpoint::LoopbackUdp(port) => Endpoint::LoopbackUdp(*port),
            Endpoint::LoopbackTcp(port) => Endpoint::LoopbackTcp(*port),
        }
    }

    /// An answer of a service: a text, as of clamd, or of chronyd's form.
    fn datagram(&mut self, bytes: &[u8]) -> Vec<u8> {
        if secrets::is_text(bytes.strip_suffix(&[0]).unwrap_or(bytes)) {
            self.bytes(bytes)
        } else {
            datagram::chrony(bytes, &mut self.addresses)
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
            VendorCommand::ZfsSnapshots { dataset } => VendorCommand::ZfsSnapshots { dataset: self.text(dataset) },
        }
    }

    fn output(&mut self, output: &CommandOutput) -> CommandOutput {
        let stdout = match serde_json::from_slice::<Value>(&output.stdout) {
            Ok(value) => self.json(None, &value).to_string().into_bytes(),
            Err(_) => self.bytes(&output.stdout),
        };
        CommandOutput { code: output.code, stdout, stderr: self.text(&output.stderr) }
    }

    /// A JSON value; `key` is what it is called in its object.
    fn json(&mut self, key: Option<&str>, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let stand_in = self.text(text);
                match key {
                    // Backups tell who made them and where, which may be other people and machines.
                    Some("hostname") if stand_in == *text => "host.example.invalid".into(),
                    Some("username") if stand_in == *text && !self.everybodys.contains(text) => "unknown".into(),
                    _ => stand_in.into(),
                }
            }
            Value::Array(items) => match address_in(items) {
                Some(address) => self.addresses.bytes(&address).into(),
                None => items.iter().map(|item| self.json(key, item)).collect(),
            },
            Value::Object(entries) => Value::Object(
                entries.iter().map(|(key, value)| (self.text(key), self.json(Some(key), value))).collect(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

/// The bytes of an address as the bus writes it: four or sixteen small numbers.
fn address_in(items: &[Value]) -> Option<Vec<u8>> {
    let bytes = items.iter().map(|item| item.as_u64().and_then(|number| u8::try_from(number).ok()));
    bytes.collect::<Option<Vec<u8>>>().filter(|bytes| matches!(bytes.len(), 4 | 16))
}

#[cfg(test)]
mod tests;
