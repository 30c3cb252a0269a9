//! Register rows that rules and collectors need on a host, and the rows the dashboard keeps.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::schema::{Described, Type, Value};
use crate::{Instant, Read, ReasonCode, Span, choice, record};

choice! {
    /// What an account is for.
    pub enum AccountKind {
        /// One person's own.
        Person = "person",
        /// A program's.
        Service = "service",
        /// A maintenance vendor's.
        Maintenance = "maintenance",
        /// For emergencies only.
        Emergency = "emergency",
        /// Several people's, by waiver.
        Shared = "shared",
        /// Came with the system.
        BuiltIn = "built_in",
    }
}

record! {
    /// A row of the accounts register (アカウント台帳).
    pub struct AccountRow {
        /// The host's name, or `*` for every host.
        pub host: String,
        /// The account's name.
        pub account: String,
        /// What it is for.
        pub kind: AccountKind,
        /// Who answers for it.
        pub owner: String,
        /// It is meant to be an administrator.
        pub administrator: bool,
        /// The end of its last permitted day; absent means open.
        pub ends: Option<Instant>,
        /// A remark.
        pub note: String,
    }
}

choice! {
    /// The state of a device in the register.
    pub enum DeviceStatus {
        /// In use.
        InUse = "in_use",
        /// No longer used.
        Retired = "retired",
        /// Out of order.
        Faulty = "faulty",
        /// Given back.
        Returned = "returned",
        /// Destroyed or sold.
        Disposed = "disposed",
    }
}

record! {
    /// A row of the devices register (IoT機器台帳): one hardware address.
    pub struct DeviceRow {
        /// The hardware address in lower case with colons.
        pub mac: String,
        /// What people call it, such as `血圧計 BP-07`.
        pub name: String,
        /// Its state.
        pub status: DeviceStatus,
        /// It handles patients' data.
        pub patient_data: bool,
        /// Where it is.
        pub place: String,
        /// A remark.
        pub note: String,
    }
}

choice! {
    /// How a backup is made.
    pub enum BackupMethod {
        /// A restic repository.
        Restic = "restic",
        /// A Borg repository.
        Borg = "borg",
        /// An rsnapshot root.
        Rsnapshot = "rsnapshot",
        /// Btrfs snapshots.
        Btrfs = "btrfs",
        /// ZFS snapshots.
        Zfs = "zfs",
        /// Folders or files with a date in their names.
        DatedFolders = "dated_folders",
        /// Windows shadow copies.
        ShadowCopy = "shadow_copy",
        /// Windows Server Backup.
        WindowsServerBackup = "windows_server_backup",
        /// File History of Windows.
        FileHistory = "file_history",
        /// Veeam Agent for Microsoft Windows.
        VeeamAgent = "veeam_agent",
        /// Acronis Cyber Protect, and what it was called before.
        AcronisCyberProtect = "acronis_cyber_protect",
        /// Arcserve UDP.
        ArcserveUdp = "arcserve_udp",
        /// Veritas Backup Exec.
        BackupExec = "backup_exec",
        /// Veritas NetBackup.
        NetBackup = "netbackup",
        /// Storage of a provider, which no host looks at: what is declared of it is not measured.
        ObjectStorage = "object_storage",
    }
}

impl BackupRow {
    /// It is kept in storage of a provider: its place is an address such as `s3:bucket/files`, and not on the host.
    pub fn is_elsewhere(&self) -> bool {
        self.method == BackupMethod::ObjectStorage || is_address(&self.location)
    }
}

/// Whether a place is an address, `s3:bucket`, `https://…`, and no path: a drive has one letter.
pub fn is_address(place: &str) -> bool {
    place.split_once(':').is_some_and(|(scheme, rest)| {
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-' | '.');
        scheme.len() >= 2
            && scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme.chars().all(named)
            && !rest.trim().is_empty()
    })
}

impl BackupMethod {
    /// Snapshots within the file system they protect are no second method and not isolated.
    pub const fn same_file_system(self) -> bool {
        matches!(self, Self::Btrfs | Self::Zfs | Self::ShadowCopy)
    }
}

choice! {
    /// How a backup is kept out of reach of what befalls the original.
    pub enum Isolation {
        /// Not at all.
        None = "none",
        /// On another host, to which the host that it protects writes: a second place, and within reach of what befalls that host.
        OtherHost = "other_host",
        /// On another host that fetches it, and to which the host that it protects cannot write.
        Pulled = "pulled",
        /// At another site.
        Offsite = "offsite",
        /// Where nothing can be overwritten: an append-only repository, snapshots that cannot be changed.
        AppendOnly = "append_only",
        /// In storage of a provider that locks what was written for a time.
        ObjectLock = "object_lock",
        /// Disconnected but for the time of copying.
        Offline = "offline",
    }
}

record! {
    /// A row of the backups register (バックアップ台帳).
    pub struct BackupRow {
        /// The host's name on which the set can be read.
        pub host: String,
        /// The set's name, unique within its host.
        pub name: String,
        /// The system whose data it holds.
        pub system: String,
        /// How it is made.
        pub method: BackupMethod,
        /// The repository or folder: an absolute path on that host, or the address of storage that no host looks at.
        pub location: String,
        /// How often a generation is due.
        pub interval: Span,
        /// How many generations must be there.
        pub generations: i64,
        /// How it is kept apart.
        pub isolation: Isolation,
        /// A remark.
        pub note: String,
    }
}

choice! {
    /// By what data goes to another party.
    pub enum EndpointTransport {
        /// TLS, as with HTTPS.
        Tls = "tls",
        /// A VPN by IPsec.
        Ipsec = "ipsec",
        /// A closed network.
        Closed = "closed",
        /// Media that are carried.
        Media = "media",
        /// Mail.
        Mail = "mail",
    }
}

record! {
    /// A row of the endpoints register (外部接続・交換先台帳).
    pub struct EndpointRow {
        /// Who is at the other end.
        pub counterpart: String,
        /// What for.
        pub purpose: String,
        /// By what.
        pub transport: EndpointTransport,
        /// `host:port` or an address of HTTPS; empty where there is none.
        pub address: String,
        /// The name of the host that checks it; empty where none does.
        pub probed_by: String,
    }
}

impl EndpointRow {
    /// That host has to check it.
    pub fn is_probed_by(&self, host: &str) -> bool {
        let is_for = self.probed_by.trim().eq_ignore_ascii_case(host.trim());
        self.transport == EndpointTransport::Tls && !self.address.trim().is_empty() && is_for
    }

    /// What people call it.
    pub fn name(&self) -> String {
        format!("{} / {}", self.counterpart, self.purpose)
    }
}

/// A kind of register that rules can join with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterKind {
    /// Accounts, by account name.
    Accounts,
    /// Devices, by hardware address.
    Devices,
    /// Backup sets, by name.
    BackupSets,
    /// Endpoints where data is exchanged, by counterpart.
    Endpoints,
}

impl RegisterKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Accounts, Self::Devices, Self::BackupSets, Self::Endpoints];

    /// The name rules use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Devices => "devices",
            Self::BackupSets => "backup_sets",
            Self::Endpoints => "endpoints",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The type of its rows.
    pub fn row_type(self) -> Type {
        match self {
            Self::Accounts => AccountRow::ty(),
            Self::Devices => DeviceRow::ty(),
            Self::BackupSets => BackupRow::ty(),
            Self::Endpoints => EndpointRow::ty(),
        }
    }

    /// The field by which rows are found.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Accounts => "account",
            Self::Devices => "mac",
            Self::BackupSets => "name",
            Self::Endpoints => "counterpart",
        }
    }
}

/// The register rows that bear on one host, as its policy brought them.
///
/// A register that has not been given is not an empty one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registers {
    /// Accounts of this host and of every host.
    pub accounts: Read<Vec<AccountRow>>,
    /// All devices of the agency.
    pub devices: Read<Vec<DeviceRow>>,
    /// Backup sets readable on this host.
    pub backup_sets: Read<Vec<BackupRow>>,
    /// Endpoints that this host is to check. Policies of older dashboards have none.
    #[serde(default = "no_endpoints")]
    pub endpoints: Read<Vec<EndpointRow>>,
    /// Folders from which files are handed to another party. They are a parameter of the rule `sent_files_encrypted`, which
    /// the agent puts here; a policy brings it as that.
    #[serde(skip)]
    pub outbox_folders: Vec<String>,
}

fn no_endpoints() -> Read<Vec<EndpointRow>> {
    Read::not_read(ReasonCode::NotConfigured, "endpoints register: the policy brings none")
}

impl Registers {
    /// No register has been given, for that reason.
    pub fn not_given(why: &str) -> Self {
        Self {
            accounts: Read::not_read(ReasonCode::NotConfigured, format!("accounts register: {why}")),
            devices: Read::not_read(ReasonCode::NotConfigured, format!("devices register: {why}")),
            backup_sets: Read::not_read(ReasonCode::NotConfigured, format!("backups register: {why}")),
            endpoints: Read::not_read(ReasonCode::NotConfigured, format!("endpoints register: {why}")),
            outbox_folders: Vec::new(),
        }
    }

    /// Rows of a register by key, as values; of several rows with one key the last counts.
    pub fn by_key(&self, kind: RegisterKind) -> Read<BTreeMap<String, Value>> {
        fn keyed<T: Described>(rows: &Read<Vec<T>>, key: impl Fn(&T) -> &str) -> Read<BTreeMap<String, Value>> {
            match rows {
                Read::Measured(rows) => {
                    Read::Measured(rows.iter().map(|row| (key(row).to_owned(), row.value())).collect())
                }
                Read::NotRead(reason) => Read::NotRead(reason.clone()),
            }
        }
        match kind {
            RegisterKind::Accounts => keyed(&self.accounts, |row| &row.account),
            RegisterKind::Devices => keyed(&self.devices, |row| &row.mac),
            RegisterKind::BackupSets => keyed(&self.backup_sets, |row| &row.name),
            RegisterKind::Endpoints => keyed(&self.endpoints, |row| &row.counterpart),
        }
    }
}
