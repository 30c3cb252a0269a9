//! Windows hosts as they are written in `tests/hosts`; README.md there says what each key means.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use tenken_agent::host::recorded::{Answer, Bytes};
use tenken_agent::host::windows_api::{
    AccountPolicy, Adapter, AuditSetting, BoundSocket, DomainAccounts, EventChannel, FirmwareTable, Guid, IpNeighbour,
    LocalAccount, LocalGroup, Membership, RegistryData, RegistryKey, RegistryPath, RegistryValue, SecuredObject,
    Service, ServiceState, SharedFolder, Volume, WindowsSession, WirelessAdapter, WmiQuestion, WmiRow,
};
use tenken_agent::host::{Process, ReadError, ReadErrorKind, Recording, SystemReading};
use tenken_model::Instant;
use tenken_model::fact::system::SystemFamily;

use crate::sddl;

/// `host.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowsBase {
    pub(crate) now: Instant,
    pub(crate) system: SystemReading,
    /// Whether it was captured, or composed and from what.
    pub(crate) origin: String,
}

/// Some of what a host answers. A file of a base has one, and a host of the corpus.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WindowsPart {
    pub(crate) registry: BTreeMap<RegistryPath, BTreeMap<String, WrittenValue>>,
    /// Keys that are not there, with all below them.
    pub(crate) gone: Vec<RegistryPath>,
    /// Keys that may not be looked at.
    pub(crate) denied: Vec<RegistryPath>,
    services: BTreeMap<String, ServiceState>,
    wmi: Vec<WrittenWmi>,
    channels: BTreeMap<String, WrittenChannel>,
    pub(crate) accounts: Option<Vec<LocalAccount>>,
    domain_accounts: Option<DomainAccounts>,
    pub(crate) groups: Option<Vec<LocalGroup>>,
    pub(crate) account_policy: Option<AccountPolicy>,
    /// Subcategory to whether successes and failures are recorded.
    pub(crate) audit_policy: Option<BTreeMap<Guid, (bool, bool)>>,
    membership: Option<Membership>,
    sessions: Option<Vec<WindowsSession>>,
    sockets: Option<Vec<BoundSocket>>,
    adapters: Option<Vec<Adapter>>,
    neighbours: Option<Vec<IpNeighbour>>,
    wireless: Option<Vec<WirelessAdapter>>,
    shares: Option<Vec<WrittenShare>>,
    pub(crate) volumes: Option<Vec<Volume>>,
    firmware: BTreeMap<FirmwareTable, Bytes>,
    security: Vec<WrittenSecurity>,
    pub(crate) files: BTreeMap<PathBuf, WrittenFile>,
    processes: Vec<WrittenProcess>,
}

/// A registry value: a number is REG_DWORD, a text REG_SZ.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum WrittenValue {
    Number(u32),
    Text(String),
    Typed(TypedValue),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TypedValue {
    Qword(u64),
    /// In hexadecimal.
    Binary(String),
    Base64(String),
    Expand(String),
    Texts(Vec<String>),
}

/// The answer to a question to WMI.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWmi {
    ask: WmiQuestion,
    #[serde(default)]
    rows: Vec<WmiRow>,
    /// Why there is no answer, in place of rows.
    refused: Option<String>,
}

/// A channel: how it is set up, and its records, oldest first.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenChannel {
    setup: Option<EventChannel>,
    records: Vec<WrittenRecord>,
}

/// A record in the order of its channel; what it says by the names of its template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRecord {
    id: u32,
    time: Instant,
    provider: String,
    number: Option<u64>,
    /// How grave: 2 an error, 3 a warning, 4 information.
    #[serde(default)]
    level: u8,
    #[serde(default)]
    data: BTreeMap<String, String>,
    /// The element of `UserData` that holds `data`, in place of `EventData`.
    user_data: Option<String>,
}

/// Who may do what with an object.
#[derive(Debug, Clone, Deserialize)]
struct WrittenSecurity {
    #[serde(with = "serde_yaml::with::singleton_map")]
    of: SecuredObject,
    #[serde(flatten)]
    descriptor: WrittenDescriptor,
}

/// A self-relative security descriptor: in the definition language, or its bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenDescriptor {
    Sddl(String),
    Base64(String),
    /// It may not be looked at.
    Denied(bool),
}

impl WrittenDescriptor {
    fn bytes(&self) -> Option<Bytes> {
        match self {
            Self::Sddl(text) => Some(Bytes(sddl::bytes(text))),
            Self::Base64(text) => Some(Bytes(STANDARD.decode(text).expect("base64"))),
            Self::Denied(denied) => {
                assert!(denied, "what may be looked at is written as `sddl`");
                None
            }
        }
    }
}

/// A share.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenShare {
    name: String,
    #[serde(default)]
    kind: u32,
    #[serde(default)]
    path: String,
    /// Who may use it; left out where it has no descriptor.
    #[serde(default, with = "serde_yaml::with::singleton_map_recursive")]
    security: Option<WrittenDescriptor>,
}

/// A process by its file name, or with its number where something else names that, and where its program lies.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum WrittenProcess {
    Name(String),
    Numbered { name: String, pid: u32, path: Option<String> },
}

/// A file: text, or bytes and when it was changed.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum WrittenFile {
    Text(String),
    Node(WrittenNode),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WrittenNode {
    text: Option<String>,
    base64: Option<String>,
    /// A file of `samples/`.
    sample: Option<PathBuf>,
    folder: bool,
    denied: bool,
    modified: Option<Instant>,
}

/// The folder of all Windows hosts.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/hosts")
}

/// The base of that name: what its files say together.
pub(crate) fn base(name: &str) -> Recording {
    let folder = folder().join(name);
    let base: WindowsBase = read(&folder.join("host.yaml"));
    assert!(base.origin.len() > 20, "{name}: say where its values are from");
    let mut host = Recording::new(base.now).system(base.system);
    host.family = SystemFamily::Windows;
    for path in parts(&folder) {
        host = with(host, &read::<WindowsPart>(&path));
    }
    host
}

/// The files of a base that say what it answers.
fn parts(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.ends_with(".yaml") && name != "host.yaml" && !name.ends_with(".expect.yaml")
    });
    paths.sort();
    paths
}

/// A file of YAML of that form.
pub(crate) fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The host with that part in the place of what it had.
pub(crate) fn with(mut host: Recording, part: &WindowsPart) -> Recording {
    let now = host.now;
    let below = |path: &RegistryPath, of: &RegistryPath| {
        std::iter::successors(Some(path.clone()), RegistryPath::parent).any(|above| above == *of)
    };
    for gone in &part.gone {
        host.windows.registry.retain(|path, _| !below(path, gone));
    }
    for (path, values) in &part.registry {
        let mut key = match host.windows.registry.get(path) {
            Some(Answer::Given(key)) => key.clone(),
            Some(Answer::Refused(_)) | None => RegistryKey::default(),
        };
        for (name, value) in values {
            if let ("(written)", WrittenValue::Text(text)) = (name.as_str(), value) {
                key.written = Some(text.parse().unwrap_or_else(|error| panic!("{path}: {text}: {error}")));
                continue;
            }
            let name = if name == "(default)" { String::new() } else { name.clone() };
            key.values.retain(|known| !known.name.eq_ignore_ascii_case(&name));
            key.values.push(RegistryValue { name, data: data(value) });
        }
        host.windows.registry.insert(path.clone(), Answer::Given(key));
    }
    for path in &part.denied {
        let refused = ReadError::new(ReadErrorKind::NotPermitted, format!("read {path}"), "access is denied");
        host.windows.registry.insert(path.clone(), Answer::Refused(refused));
    }
    services(&mut host, part);
    for wmi in &part.wmi {
        let answer = match &wmi.refused {
            Some(why) => {
                Answer::Refused(ReadError::new(ReadErrorKind::Failed, format!("ask WMI for {}", wmi.ask), why))
            }
            None => Answer::Given(wmi.rows.clone()),
        };
        host.windows.wmi.insert(wmi.ask.clone(), answer);
    }
    for (name, channel) in &part.channels {
        if let Some(setup) = &channel.setup {
            host.windows.channels.insert(name.clone(), Answer::Given(setup.clone()));
        }
        let known = host.windows.records.entry(name.clone()).or_default();
        let next = u64::try_from(known.len()).unwrap() + 1;
        known.extend(channel.records.iter().zip(next..).map(|(record, number)| xml(name, record, number)));
    }
    answers(&mut host, part);
    for (path, file) in &part.files {
        host = placed(host, path, file, now);
    }
    for (process, next) in part.processes.iter().zip(4_000..) {
        host = match process {
            WrittenProcess::Name(name) => host.running(next, name),
            WrittenProcess::Numbered { name, pid, path } => {
                host.running_process(Process { pid: *pid, name: name.clone(), path: path.clone() })
            }
        };
    }
    host
}

fn services(host: &mut Recording, part: &WindowsPart) {
    if part.services.is_empty() && host.windows.services.is_some() {
        return;
    }
    let mut services = match host.windows.services.take() {
        Some(Answer::Given(services)) => services,
        Some(Answer::Refused(_)) | None => Vec::new(),
    };
    for (name, state) in &part.services {
        services.retain(|service| !service.name.eq_ignore_ascii_case(name));
        let pid = (*state != ServiceState::Stopped).then_some(1_000);
        services.push(Service { name: name.clone(), state: *state, pid });
    }
    host.windows.services = Some(Answer::Given(services));
}

fn answers(host: &mut Recording, part: &WindowsPart) {
    fn set<T: Clone>(place: &mut Option<Answer<T>>, written: Option<&T>) {
        if let Some(written) = written {
            *place = Some(Answer::Given(written.clone()));
        }
    }
    let windows = &mut host.windows;
    set(&mut windows.accounts, part.accounts.as_ref());
    set(&mut windows.domain_accounts, part.domain_accounts.as_ref());
    set(&mut windows.groups, part.groups.as_ref());
    set(&mut windows.account_policy, part.account_policy.as_ref());
    let audit_policy = part.audit_policy.as_ref().map(|settings| {
        let setting = |(subcategory, (success, failure)): (&Guid, &(bool, bool))| AuditSetting {
            subcategory: subcategory.clone(),
            success: *success,
            failure: *failure,
        };
        settings.iter().map(setting).collect()
    });
    set(&mut windows.audit_policy, audit_policy.as_ref());
    set(&mut windows.membership, part.membership.as_ref());
    set(&mut windows.sessions, part.sessions.as_ref());
    set(&mut windows.sockets, part.sockets.as_ref());
    set(&mut windows.adapters, part.adapters.as_ref());
    set(&mut windows.neighbours, part.neighbours.as_ref());
    set(&mut windows.wireless, part.wireless.as_ref());
    let shares = part.shares.as_ref().map(|shares| {
        let share = |share: &WrittenShare| SharedFolder {
            name: share.name.clone(),
            kind: share.kind,
            path: share.path.clone(),
            security: share.security.as_ref().and_then(WrittenDescriptor::bytes),
        };
        shares.iter().map(share).collect()
    });
    set(&mut windows.shares, shares.as_ref());
    set(&mut windows.volumes, part.volumes.as_ref());
    for (table, bytes) in &part.firmware {
        windows.firmware.insert(*table, Answer::Given(bytes.clone()));
    }
    for security in &part.security {
        let answer = security.descriptor.bytes().map_or_else(
            || {
                let tried = format!("read who may use {}", security.of);
                Answer::Refused(ReadError::new(ReadErrorKind::NotPermitted, tried, "access is denied"))
            },
            Answer::Given,
        );
        windows.security.insert(security.of.clone(), answer);
    }
}

fn data(value: &WrittenValue) -> RegistryData {
    match value {
        WrittenValue::Number(number) => RegistryData::Number(*number),
        WrittenValue::Text(text) => RegistryData::Text(text.clone()),
        WrittenValue::Typed(TypedValue::Qword(number)) => RegistryData::LongNumber(*number),
        WrittenValue::Typed(TypedValue::Base64(text)) => {
            RegistryData::Binary(Bytes(STANDARD.decode(text).expect("base64")))
        }
        WrittenValue::Typed(TypedValue::Expand(text)) => RegistryData::Expandable(text.clone()),
        WrittenValue::Typed(TypedValue::Texts(texts)) => RegistryData::Texts(texts.clone()),
        WrittenValue::Typed(TypedValue::Binary(text)) => {
            let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            RegistryData::Binary(Bytes(digits.chunks(2).map(byte).collect()))
        }
    }
}

fn xml(channel: &str, record: &WrittenRecord, number: u64) -> String {
    let escaped = |text: &str| quick_xml::escape::escape(text).into_owned();
    let mut values = String::new();
    for (name, value) in &record.data {
        let written = match record.user_data {
            Some(_) => write!(values, "<{name}>{}</{name}>", escaped(value)),
            // Fields without names are written by their places.
            None if name.bytes().all(|byte| byte.is_ascii_digit()) => write!(values, "<Data>{}</Data>", escaped(value)),
            None => write!(values, "<Data Name='{name}'>{}</Data>", escaped(value)),
        };
        written.unwrap();
    }
    let data = match &record.user_data {
        Some(element) => format!("<UserData><{element}>{values}</{element}></UserData>"),
        None => format!("<EventData>{values}</EventData>"),
    };
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{}'/><EventID>{}\
         </EventID><Level>{}</Level><TimeCreated SystemTime='{}'/><EventRecordID>{}</EventRecordID><Channel>{channel}</Channel>\
         <Computer>PC</Computer></System>{data}</Event>",
        escaped(&record.provider),
        record.id,
        record.level,
        record.time.format("%Y-%m-%dT%H:%M:%S%.6f0Z"),
        record.number.unwrap_or(number),
    )
}

fn placed(host: Recording, path: &Path, file: &WrittenFile, now: Instant) -> Recording {
    let node = match file {
        WrittenFile::Text(text) => return host.file(path, text),
        WrittenFile::Node(node) => node,
    };
    if node.denied {
        return host.denied(path);
    }
    let modified = node.modified.unwrap_or(now);
    if node.folder {
        return host.folder_with(path, |metadata| metadata.modified = modified);
    }
    let bytes = match (&node.text, &node.base64, &node.sample) {
        (Some(text), None, None) => text.clone().into_bytes(),
        (None, Some(base64), None) => STANDARD.decode(base64).expect("base64"),
        (None, None, Some(sample)) => {
            let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(sample);
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        }
        (None, None, None) => Vec::new(),
        _ => panic!("{}: a file is written in one form", path.display()),
    };
    host.file_with(path, bytes, |metadata| metadata.modified = modified)
}
