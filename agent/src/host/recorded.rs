//! A host that was recorded, or composed by hand, in place of a live one.
//!
//! A composed host ([`Recording::new`]) has what was put there and nothing else. A captured one answers
//! what was asked of the machine it was captured on; everything else is an error that says so.
//!
//! The composing methods share names with those of [`Host`]; read through `&dyn Host`.

mod compose;
pub(crate) mod node;
mod pairs;
mod tree;
mod windows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tenken_model::fact::system::SystemFamily;
use tenken_model::{Instant, Size, Span};
use thiserror::Error;

pub use node::{Answer, Bytes, Content, Node};
pub use windows::WindowsRecording;

use super::tls::TlsReading;
use super::windows_api::{NotWindows, WindowsApi};
use super::{
    BusProperty, CommandOutput, Endpoint, Entry, EntryKind, Host, KernelClockReading, Metadata, NetfilterDump,
    NetlinkDump, Process, ReadError, ReadErrorKind, SntpReading, SystemReading, VendorCommand,
};

/// The form of the JSON file; grows when an older program could misread it.
pub const RECORDING_VERSION: u32 = 1;

/// All answers of one host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The wall clock.
    pub now: Instant,
    /// The family of the operating system; Linux in recordings of older agents.
    #[serde(default = "linux")]
    pub family: SystemFamily,
    /// What the other paths answer.
    pub elsewhere: Elsewhere,
    /// Files, folders, links and sockets.
    pub paths: BTreeMap<PathBuf, Answer<Node>>,
    /// Running processes.
    pub processes: Option<Answer<Vec<Process>>>,
    /// The kernel's clock.
    pub kernel_clock: Option<Answer<KernelClockReading>>,
    /// What the operating system says of itself.
    pub system: Option<Answer<SystemReading>>,
    /// Dumps of the routing netlink socket, one part per datagram.
    pub netlink: BTreeMap<NetlinkDump, Answer<Vec<Bytes>>>,
    /// Dumps of the netfilter netlink socket.
    #[serde(default, with = "pairs", skip_serializing_if = "BTreeMap::is_empty")]
    pub netfilter: BTreeMap<NetfilterDump, Answer<Vec<Bytes>>>,
    /// What local services answered, by request.
    #[serde(with = "pairs")]
    pub exchanges: BTreeMap<(Endpoint, Bytes), Answer<Bytes>>,
    /// What time servers answered, by the name they were asked under.
    pub sntp: BTreeMap<String, Answer<SntpReading>>,
    /// What servers of TLS answered, by the name they were asked under.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tls: BTreeMap<String, Answer<TlsReading>>,
    /// Properties on the system bus.
    #[serde(with = "pairs")]
    pub bus: BTreeMap<BusProperty, Answer<serde_json::Value>>,
    /// What vendors' commands said.
    #[serde(with = "pairs")]
    pub commands: BTreeMap<VendorCommand, Answer<CommandOutput>>,
    /// What the interfaces of Windows answer.
    #[serde(default, skip_serializing_if = "WindowsRecording::is_empty")]
    pub windows: WindowsRecording,
}

fn linux() -> SystemFamily {
    SystemFamily::Linux
}

/// What a path answers that is not among the recorded ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    /// It does not exist: the host was composed.
    NotThere,
    /// Nobody looked: the host was captured.
    NotRecorded,
}

/// Why a text is no recording.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// It is no JSON, or not of the expected form.
    #[error("read a recording: {0}")]
    Form(#[from] serde_json::Error),
    /// Another version wrote it.
    #[error(
        "read a recording: it has version {found:?}, this program reads version {RECORDING_VERSION}; record it again"
    )]
    Version {
        /// The version it names.
        found: Option<u64>,
    },
}

#[derive(Serialize)]
struct Envelope<'a> {
    version: u32,
    recording: &'a Recording,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnedEnvelope {
    #[serde(rename = "version")]
    _version: u32,
    recording: Recording,
}

impl Recording {
    /// A host of which nothing is known yet.
    #[must_use]
    pub fn unasked(now: Instant, elsewhere: Elsewhere) -> Self {
        Self {
            now,
            family: SystemFamily::Linux,
            elsewhere,
            paths: BTreeMap::new(),
            processes: None,
            kernel_clock: None,
            system: None,
            netlink: BTreeMap::new(),
            netfilter: BTreeMap::new(),
            exchanges: BTreeMap::new(),
            sntp: BTreeMap::new(),
            tls: BTreeMap::new(),
            bus: BTreeMap::new(),
            commands: BTreeMap::new(),
            windows: WindowsRecording::default(),
        }
    }

    /// Reads a recording. Unknown keys and other versions are refused.
    pub fn from_json(text: &[u8]) -> Result<Self, RecordingError> {
        let value: serde_json::Value = serde_json::from_slice(text)?;
        let found = value.get("version").and_then(serde_json::Value::as_u64);
        if found != Some(u64::from(RECORDING_VERSION)) {
            return Err(RecordingError::Version { found });
        }
        let envelope: OwnedEnvelope = serde_json::from_value(value)?;
        Ok(envelope.recording)
    }

    /// The recording as indented JSON that ends with a line feed.
    pub fn to_json(&self) -> Result<String, RecordingError> {
        let mut text = serde_json::to_string_pretty(&Envelope { version: RECORDING_VERSION, recording: self })?;
        text.push('\n');
        Ok(text)
    }

    fn content(&self, path: &Path, tried: &str) -> Result<&Content, ReadError> {
        match self.at(path, tried, |node| node.content.as_ref())? {
            Some(answer) => answer.get().map_err(|error| ReadError { tried: tried.to_owned(), ..error }),
            None => Err(self.without(tried, "regular file")),
        }
    }

    /// What something other than a path answers that was neither composed nor recorded.
    fn silent(&self, tried: String, composed: ReadErrorKind, why: &str) -> ReadError {
        match self.elsewhere {
            Elsewhere::NotThere => ReadError::new(composed, tried, why),
            Elsewhere::NotRecorded => ReadError::new(ReadErrorKind::Failed, tried, "not recorded"),
        }
    }

    fn known<T: Clone>(&self, answer: Option<&Answer<T>>, tried: impl Into<String>) -> Result<T, ReadError> {
        match answer {
            Some(answer) => answer.get().cloned(),
            None => Err(self.silent(tried.into(), ReadErrorKind::NotThere, "there is none")),
        }
    }
}

impl Host for Recording {
    fn now(&self) -> Instant {
        self.now
    }

    fn family(&self) -> SystemFamily {
        self.family
    }

    fn windows(&self) -> &dyn WindowsApi {
        if self.family == SystemFamily::Windows { self } else { &NotWindows }
    }

    fn read(&self, path: &Path, limit: Size) -> Result<Vec<u8>, ReadError> {
        let tried = format!("read {}", path.display());
        let content = self.content(path, &tried)?;
        let size = self.metadata(path).map_or(content.ends_at.unwrap_or(0), |metadata| metadata.size.bytes());
        if size.max(content.ends_at.unwrap_or(0)) > limit.bytes() {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("larger than {limit}")));
        }
        content.all().map(<[u8]>::to_vec).ok_or_else(|| self.unknown(&tried))
    }

    fn read_part(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        let tried = format!("read {len} at {offset} of {}", path.display());
        let content = self.content(path, &tried)?;
        content.part(offset, len).map(<[u8]>::to_vec).ok_or_else(|| self.unknown(&tried))
    }

    fn read_device(&self, path: &Path, offset: u64, len: Size) -> Result<Vec<u8>, ReadError> {
        let tried = format!("read {len} at {offset} of {}", path.display());
        let content = self.content(path, &tried)?;
        if self.metadata(path).is_ok_and(|found| found.kind != EntryKind::Other) {
            return Err(ReadError::new(ReadErrorKind::WrongKind, tried, "it is no block device"));
        }
        content.part(offset, len).map(<[u8]>::to_vec).ok_or_else(|| self.unknown(&tried))
    }

    fn list(&self, path: &Path, limit: usize) -> Result<Vec<Entry>, ReadError> {
        let tried = format!("list {}", path.display());
        let entries = match self.at(path, &tried, |node| node.entries.as_ref())? {
            Some(answer) => answer.get()?.clone(),
            None if self.elsewhere == Elsewhere::NotRecorded => return Err(self.unknown(&tried)),
            None if self.metadata(path)?.kind == EntryKind::Folder => self.below(&self.resolve(path, &tried, true)?),
            None => return Err(self.without(&tried, "folder")),
        };
        if entries.len() > limit {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("more than {limit} entries")));
        }
        Ok(entries)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, ReadError> {
        let tried = format!("look at {}", path.display());
        match self.at(path, &tried, |node| node.metadata.as_ref())? {
            Some(answer) => answer.get().copied(),
            None => Err(self.unknown(&tried)),
        }
    }

    fn access_list(&self, path: &Path) -> Result<Option<Vec<u8>>, ReadError> {
        let tried = format!("read the access list of {}", path.display());
        match self.at(path, &tried, |node| node.access_list.as_ref())? {
            Some(answer) => Ok(answer.get()?.as_ref().map(|bytes| bytes.0.clone())),
            // Agents of before did not ask for it.
            None => Ok(None),
        }
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ReadError> {
        let tried = format!("read link {}", path.display());
        let resolved = self.resolve(path, &tried, false)?;
        let node = self.paths.get(&resolved).ok_or_else(|| self.unknown(&tried))?.get()?;
        match &node.link {
            Some(answer) => answer.get().cloned(),
            None => Err(self.without(&tried, "symbolic link")),
        }
    }

    fn processes(&self) -> Result<Vec<Process>, ReadError> {
        self.known(self.processes.as_ref(), "list processes")
    }

    fn kernel_clock(&self) -> Result<KernelClockReading, ReadError> {
        self.known(self.kernel_clock.as_ref(), "ask the kernel's clock")
    }

    fn netlink_dump(&self, dump: NetlinkDump) -> Result<Vec<Vec<u8>>, ReadError> {
        let datagrams = self.known(self.netlink.get(&dump), format!("dump netlink {dump:?}"))?;
        Ok(datagrams.into_iter().map(|datagram| datagram.0).collect())
    }

    fn netfilter_dump(&self, dump: &NetfilterDump) -> Result<Vec<Vec<u8>>, ReadError> {
        let datagrams = self.known(self.netfilter.get(dump), format!("dump {dump}"))?;
        Ok(datagrams.into_iter().map(|datagram| datagram.0).collect())
    }

    fn exchange(&self, endpoint: &Endpoint, request: &[u8], limit: Size, _within: Span) -> Result<Vec<u8>, ReadError> {
        let tried = format!("ask {endpoint}");
        let Some(answer) = self.exchanges.get(&(endpoint.clone(), Bytes(request.to_vec()))) else {
            if let Endpoint::UnixStream(path) | Endpoint::UnixDatagram(path) = endpoint {
                self.metadata(path)?;
            }
            return Err(self.silent(tried, ReadErrorKind::NoAnswer, "connection refused"));
        };
        let mut answer = answer.get()?.0.clone();
        let limit_bytes = usize::try_from(limit.bytes()).unwrap_or(usize::MAX);
        if answer.len() > limit_bytes {
            match endpoint {
                Endpoint::UnixStream(_) | Endpoint::LoopbackTcp(_) => answer.truncate(limit_bytes),
                Endpoint::UnixDatagram(_) | Endpoint::LoopbackUdp(_) => {
                    return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("larger than {limit}")));
                }
            }
        }
        Ok(answer)
    }

    fn sntp(&self, server: &str, _within: Span) -> Result<SntpReading, ReadError> {
        match self.sntp.get(server) {
            Some(answer) => answer.get().copied(),
            None => Err(self.silent(format!("ask time server {server}"), ReadErrorKind::NoAnswer, "no answer")),
        }
    }

    fn tls_probe(&self, servers: &[String], _within: Span) -> Vec<Result<TlsReading, ReadError>> {
        let answer = |server: &String| match self.tls.get(server) {
            Some(answer) => answer.get().cloned(),
            None => Err(self.silent(format!("ask TLS server {server}"), ReadErrorKind::NoAnswer, "no answer")),
        };
        servers.iter().map(answer).collect()
    }

    fn bus_property(&self, property: &BusProperty) -> Result<serde_json::Value, ReadError> {
        self.known(self.bus.get(property), format!("read {property} on the system bus"))
    }

    fn run(&self, command: &VendorCommand) -> Result<CommandOutput, ReadError> {
        self.known(self.commands.get(command), format!("run {command}"))
    }

    fn system(&self) -> Result<SystemReading, ReadError> {
        self.known(self.system.as_ref(), "ask the operating system")
    }
}

#[cfg(test)]
mod tests;
