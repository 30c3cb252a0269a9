//! The files of this corpus as they are written; README.md says what each key means.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use tenken_agent::host::{KernelClockReading, NetfilterDump, NetlinkDump, SntpReading, SystemReading};
use tenken_model::finding::VerdictKind;
use tenken_model::register::{
    AccountKind, AccountRow, BackupMethod, BackupRow, DeviceRow, DeviceStatus, EndpointRow, EndpointTransport,
    Isolation, Registers,
};
use tenken_model::{Instant, Read, Span};

use crate::answers::{WrittenChrony, WrittenInterface};
use crate::made::{WrittenDconf, WrittenLuks, WrittenSession, WrittenSignatures};
use crate::windows_host::WindowsPart;

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
    pub(crate) system: Option<WrittenSystem>,
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
    pub(crate) sntp: BTreeMap<String, Option<SntpReading>>,
    #[serde(default)]
    pub(crate) tls: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(crate) exchanges: Vec<WrittenExchange>,
    #[serde(default)]
    pub(crate) netlink: BTreeMap<NetlinkDump, Vec<PathBuf>>,
    pub(crate) network: Option<Vec<WrittenInterface>>,
    pub(crate) chrony: Option<WrittenChrony>,
    #[serde(default)]
    pub(crate) netfilter: BTreeMap<NetfilterDump, Vec<PathBuf>>,
    /// What differs from the base, on a Windows host.
    #[serde(default)]
    pub(crate) windows: WindowsPart,
    /// What happened before a second look, which is the one that is judged.
    pub(crate) then: Option<WrittenChange>,
    pub(crate) expect: VerdictKind,
    pub(crate) subjects: Option<BTreeMap<String, VerdictKind>>,
    pub(crate) branch: Option<String>,
}

/// What happens between two looks, in this order.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WrittenChange {
    /// How much later the second look is; an hour where it is left out.
    pub(crate) after: Option<String>,
    /// Files that got another name.
    pub(crate) moved: BTreeMap<PathBuf, PathBuf>,
    pub(crate) gone: Vec<PathBuf>,
    /// Files of which only so many bytes are left.
    pub(crate) cut: BTreeMap<PathBuf, usize>,
    /// What was written behind the end of files.
    pub(crate) added: BTreeMap<PathBuf, String>,
    /// New files, also in the place of others.
    pub(crate) files: BTreeMap<PathBuf, WrittenFile>,
    /// What a Windows host answers from then on.
    pub(crate) windows: WindowsPart,
}

/// Another version or distribution than that of the base.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenSystem {
    pub(crate) os: String,
    pub(crate) os_version: String,
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
    /// A file of `samples/`.
    pub(crate) sample: Option<PathBuf>,
    pub(crate) wtmp: Option<Vec<WrittenSession>>,
    pub(crate) dconf: Option<WrittenDconf>,
    pub(crate) signatures: Option<WrittenSignatures>,
    pub(crate) luks: Option<WrittenLuks>,
    /// The number of the process of that name.
    pub(crate) pid_of: Option<String>,
    /// Only the first bytes of it are there.
    pub(crate) cut: Option<usize>,
    pub(crate) folder: bool,
    pub(crate) link: Option<PathBuf>,
    pub(crate) denied: bool,
    /// In octal.
    pub(crate) mode: Option<String>,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// It lies on another disk than the root.
    pub(crate) other_disk: bool,
    /// How long ago it was changed, as parameters are written: `4d`.
    pub(crate) age: Option<String>,
}

/// Rows of registers; what few rules ask for may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WrittenRegisters {
    accounts: Option<Vec<WrittenAccount>>,
    devices: Option<Vec<WrittenDevice>>,
    backup_sets: Option<Vec<WrittenBackup>>,
    /// Addresses of endpoints that the host is to check, by counterpart.
    endpoints: Option<BTreeMap<String, String>>,
}

impl WrittenRegisters {
    /// None was given.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { accounts, devices, backup_sets, endpoints } = self;
        accounts.is_none() && devices.is_none() && backup_sets.is_none() && endpoints.is_none()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAccount {
    account: String,
    #[serde(default = "person")]
    kind: AccountKind,
    #[serde(default)]
    administrator: bool,
    ends: Option<Instant>,
}

fn person() -> AccountKind {
    AccountKind::Person
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDevice {
    mac: String,
    #[serde(default = "in_use")]
    status: DeviceStatus,
}

fn in_use() -> DeviceStatus {
    DeviceStatus::InUse
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBackup {
    name: String,
    method: BackupMethod,
    location: String,
    /// As parameters are written: `1d`.
    #[serde(default = "daily")]
    interval: String,
    #[serde(default = "three")]
    generations: i64,
    #[serde(default = "other_host")]
    isolation: Isolation,
}

fn daily() -> String {
    "1d".to_owned()
}

fn three() -> i64 {
    3
}

fn other_host() -> Isolation {
    Isolation::OtherHost
}

impl WrittenRegisters {
    /// The registers as a policy brings them.
    pub(crate) fn given(&self) -> Registers {
        let missing = Registers::not_given("the corpus gives none");
        let accounts = self.accounts.as_ref().map(|rows| rows.iter().cloned().map(AccountRow::from).collect());
        let devices = self.devices.as_ref().map(|rows| rows.iter().cloned().map(DeviceRow::from).collect());
        let sets = self.backup_sets.as_ref().map(|rows| rows.iter().cloned().map(BackupRow::from).collect());
        Registers {
            accounts: accounts.map_or(missing.accounts, Read::Measured),
            devices: devices.map_or(missing.devices, Read::Measured),
            backup_sets: sets.map_or(missing.backup_sets, Read::Measured),
            endpoints: self.endpoints.as_ref().map_or(missing.endpoints, |rows| Read::Measured(endpoints(rows))),
            outbox_folders: missing.outbox_folders,
        }
    }
}

fn endpoints(rows: &BTreeMap<String, String>) -> Vec<EndpointRow> {
    let row = |(counterpart, address): (&String, &String)| EndpointRow {
        counterpart: counterpart.clone(),
        purpose: "results".to_owned(),
        transport: EndpointTransport::Tls,
        address: address.clone(),
        probed_by: "sv1".to_owned(),
    };
    rows.iter().map(row).collect()
}

impl From<WrittenAccount> for AccountRow {
    fn from(WrittenAccount { account, kind, administrator, ends }: WrittenAccount) -> Self {
        let (host, owner) = ("*".to_owned(), "山田".to_owned());
        Self { host, account, kind, owner, administrator, ends, note: String::new() }
    }
}

impl From<WrittenDevice> for DeviceRow {
    fn from(WrittenDevice { mac, status }: WrittenDevice) -> Self {
        let (name, place, note) = ("血圧計".to_owned(), "健診室".to_owned(), String::new());
        Self { mac, name, status, patient_data: false, place, note }
    }
}

impl From<WrittenBackup> for BackupRow {
    fn from(written: WrittenBackup) -> Self {
        let WrittenBackup { name, method, location, interval, generations, isolation } = written;
        let interval: Span = interval.parse().expect("a length of time such as 1d");
        let (host, system, note) = ("*".to_owned(), "健診".to_owned(), String::new());
        Self { host, name, system, method, location, interval, generations, isolation, note }
    }
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

/// What a service answers on its socket in the file system, or on its port on loopback.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenExchange {
    pub(crate) unix: Option<PathBuf>,
    pub(crate) tcp: Option<u16>,
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
