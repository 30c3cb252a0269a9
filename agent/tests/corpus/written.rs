//! The files of this corpus as they are written; README.md says what each key means.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use tenken_agent::host::{KernelClockReading, NetfilterDump, NetlinkDump, SntpReading, SystemReading};
use tenken_model::Instant;
use tenken_model::finding::VerdictKind;
use tenken_model::register::{AccountRow, BackupRow, DeviceRow};

/// The hosts of one rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Corpus {
    pub(crate) hosts: Vec<WrittenHost>,
}

/// One host and what the rule must say of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenHost {
    pub(crate) name: String,
    #[serde(default = "debian_12")]
    pub(crate) on: String,
    #[serde(default)]
    pub(crate) files: BTreeMap<PathBuf, WrittenFile>,
    #[serde(default)]
    pub(crate) gone: Vec<PathBuf>,
    #[serde(default)]
    pub(crate) running: Vec<String>,
    #[serde(default)]
    pub(crate) parameters: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(crate) registers: WrittenRegisters,
    #[serde(default)]
    pub(crate) bus: Vec<WrittenProperty>,
    pub(crate) kernel_clock: Option<KernelClockReading>,
    #[serde(default)]
    pub(crate) sntp: BTreeMap<String, SntpReading>,
    #[serde(default)]
    pub(crate) exchanges: Vec<WrittenExchange>,
    #[serde(default)]
    pub(crate) netlink: BTreeMap<NetlinkDump, Vec<PathBuf>>,
    #[serde(default)]
    pub(crate) netfilter: BTreeMap<NetfilterDump, Vec<PathBuf>>,
    pub(crate) expect: VerdictKind,
    pub(crate) subjects: Option<BTreeMap<String, VerdictKind>>,
    pub(crate) branch: Option<String>,
}

fn debian_12() -> String {
    "debian_12".to_owned()
}

/// A file, folder or link.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum WrittenFile {
    /// A regular file of text with nothing special about it.
    Text(String),
    /// Any other.
    Node(Box<WrittenNode>),
}

/// A file, folder or link with what is special about it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WrittenNode {
    pub(crate) text: Option<String>,
    pub(crate) base64: Option<String>,
    pub(crate) folder: bool,
    pub(crate) link: Option<PathBuf>,
    pub(crate) denied: bool,
    /// In octal.
    pub(crate) mode: Option<String>,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// How long ago it was changed, as parameters are written: `4d`.
    pub(crate) age: Option<String>,
}

/// Rows of registers as people give them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WrittenRegisters {
    pub(crate) accounts: Option<Vec<AccountRow>>,
    pub(crate) devices: Option<Vec<DeviceRow>>,
    pub(crate) backup_sets: Option<Vec<BackupRow>>,
}

/// A property on the system bus with its value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenProperty {
    pub(crate) service: String,
    pub(crate) path: String,
    pub(crate) interface: String,
    pub(crate) name: String,
    pub(crate) value: serde_json::Value,
}

/// What a socket in the file system answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenExchange {
    pub(crate) unix: PathBuf,
    pub(crate) request: String,
    pub(crate) answer: String,
}

/// `host.yaml` of a base.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Base {
    pub(crate) now: Instant,
    pub(crate) system: SystemReading,
    #[serde(default)]
    pub(crate) metadata: BTreeMap<PathBuf, WrittenNode>,
    #[serde(default)]
    pub(crate) folders: Vec<PathBuf>,
    #[serde(default)]
    pub(crate) links: BTreeMap<PathBuf, PathBuf>,
    #[serde(default)]
    pub(crate) running: Vec<String>,
}
