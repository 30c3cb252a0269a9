//! What Windows alone can be asked, with the answers as its interfaces give them.
//!
//! Everything is named by what no translation touches: registry paths, SIDs, RIDs, GUIDs and numbers. Answers are raw;
//! what their flags and times mean is decoded in [`crate::collect`]. The types are there on every system, so that a recorded
//! Windows host is judged anywhere.

mod accounts;
mod events;
mod network;
mod registry;
mod storage;
mod wmi;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{ReadError, ReadErrorKind};

pub use accounts::{
    AccountPolicy, AuditSetting, DomainAccounts, DomainGroup, Guid, JoinKind, LocalAccount, LocalGroup, LocalMember,
    Membership, Sid, WindowsSession, is_key_of_domain,
};
pub use events::{EventChannel, EventPage, EventQuery};
pub use network::{
    Adapter, BoundSocket, IpNeighbour, SharedFolder, SocketProtocol, WirelessAdapter, WirelessConnection,
    WirelessProfile,
};
pub use registry::{Hive, RegistryData, RegistryKey, RegistryPath, RegistryValue};
pub use storage::{FirmwareTable, Volume};
pub use wmi::{WmiQuestion, WmiRow, WmiValue};

/// The interfaces of Windows. Calls block.
pub trait WindowsApi: Send + Sync {
    /// The values of a registry key and the names of the keys below it, as a 64-bit program sees them.
    fn registry_key(&self, path: &RegistryPath) -> Result<RegistryKey, ReadError>;

    /// Every service and driver service of the service control manager.
    fn services(&self) -> Result<Vec<Service>, ReadError>;

    /// The instances that answer one of the questions this agent knows.
    fn wmi(&self, question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError>;

    /// Records of an event channel, as XML.
    fn events(&self, query: &EventQuery) -> Result<EventPage, ReadError>;

    /// How an event channel is set up and how far it reaches back.
    fn event_channel(&self, name: &str) -> Result<EventChannel, ReadError>;

    /// The accounts of this machine's own SAM database. On a domain controller: none, because the domain's are there.
    fn local_accounts(&self) -> Result<Vec<LocalAccount>, ReadError>;

    /// The accounts of the domain that this machine is a controller of.
    fn domain_accounts(&self) -> Result<DomainAccounts, ReadError>;

    /// The groups of this machine with their direct members.
    fn local_groups(&self) -> Result<Vec<LocalGroup>, ReadError>;

    /// What the local SAM database asks of passwords and sign-ins.
    fn account_policy(&self) -> Result<AccountPolicy, ReadError>;

    /// What is audited, by subcategory.
    fn audit_policy(&self) -> Result<Vec<AuditSetting>, ReadError>;

    /// Whether the machine is a member of a domain.
    fn membership(&self) -> Result<Membership, ReadError>;

    /// Sessions at the console and over Remote Desktop.
    fn sessions(&self) -> Result<Vec<WindowsSession>, ReadError>;

    /// TCP ports that listen and UDP ports that are bound.
    fn sockets(&self) -> Result<Vec<BoundSocket>, ReadError>;

    /// Network adapters that have an address or could have one.
    fn adapters(&self) -> Result<Vec<Adapter>, ReadError>;

    /// The table of neighbours, IPv4 and IPv6.
    fn neighbours(&self) -> Result<Vec<IpNeighbour>, ReadError>;

    /// Wireless adapters with their profiles (never a key) and what they are joined to.
    fn wireless(&self) -> Result<Vec<WirelessAdapter>, ReadError>;

    /// Folders and devices this machine shares over SMB.
    fn shared_folders(&self) -> Result<Vec<SharedFolder>, ReadError>;

    /// Drives with their letters.
    fn volumes(&self) -> Result<Vec<Volume>, ReadError>;

    /// A table of the firmware, whole.
    fn firmware_table(&self, table: FirmwareTable) -> Result<Vec<u8>, ReadError>;

    /// Owner, group and discretionary list of an object, as a self-relative security descriptor.
    fn security_descriptor(&self, object: &SecuredObject) -> Result<Vec<u8>, ReadError>;
}

/// A service of the service control manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its key name, which is not translated: `W32Time`.
    pub name: String,
    /// Its state.
    pub state: ServiceState,
    /// The process it runs in; nothing while it is stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
}

/// The states of a service (SERVICE_STATUS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// Not running.
    Stopped,
    /// On its way up.
    Starting,
    /// On its way down.
    Stopping,
    /// Running.
    Running,
    /// Paused, or on its way there or back.
    Paused,
}

/// What has a security descriptor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecuredObject {
    /// A file or folder.
    File(PathBuf),
    /// A registry key.
    RegistryKey(RegistryPath),
    /// A service.
    Service(String),
}

impl std::fmt::Display for SecuredObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::RegistryKey(path) => write!(f, "{path}"),
            Self::Service(name) => write!(f, "service {name}"),
        }
    }
}

/// A machine that is no Windows.
#[derive(Debug, Clone, Copy)]
pub struct NotWindows;

impl NotWindows {
    fn refuse<T>(tried: impl std::fmt::Display) -> Result<T, ReadError> {
        Err(ReadError::new(ReadErrorKind::Unsupported, tried.to_string(), "this host is no Windows"))
    }
}

impl WindowsApi for NotWindows {
    fn registry_key(&self, path: &RegistryPath) -> Result<RegistryKey, ReadError> {
        Self::refuse(format_args!("read {path}"))
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        Self::refuse("list services")
    }

    fn wmi(&self, question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
        Self::refuse(format_args!("ask WMI for {question}"))
    }

    fn events(&self, query: &EventQuery) -> Result<EventPage, ReadError> {
        Self::refuse(format_args!("read events of {}", query.channel))
    }

    fn event_channel(&self, name: &str) -> Result<EventChannel, ReadError> {
        Self::refuse(format_args!("look at the event channel {name}"))
    }

    fn local_accounts(&self) -> Result<Vec<LocalAccount>, ReadError> {
        Self::refuse("list local accounts")
    }

    fn domain_accounts(&self) -> Result<DomainAccounts, ReadError> {
        Self::refuse("list accounts of the domain")
    }

    fn local_groups(&self) -> Result<Vec<LocalGroup>, ReadError> {
        Self::refuse("list local groups")
    }

    fn account_policy(&self) -> Result<AccountPolicy, ReadError> {
        Self::refuse("read the account policy")
    }

    fn audit_policy(&self) -> Result<Vec<AuditSetting>, ReadError> {
        Self::refuse("read the audit policy")
    }

    fn membership(&self) -> Result<Membership, ReadError> {
        Self::refuse("ask for the domain")
    }

    fn sessions(&self) -> Result<Vec<WindowsSession>, ReadError> {
        Self::refuse("list sessions")
    }

    fn sockets(&self) -> Result<Vec<BoundSocket>, ReadError> {
        Self::refuse("list bound ports")
    }

    fn adapters(&self) -> Result<Vec<Adapter>, ReadError> {
        Self::refuse("list network adapters")
    }

    fn neighbours(&self) -> Result<Vec<IpNeighbour>, ReadError> {
        Self::refuse("list neighbours")
    }

    fn wireless(&self) -> Result<Vec<WirelessAdapter>, ReadError> {
        Self::refuse("list wireless adapters")
    }

    fn shared_folders(&self) -> Result<Vec<SharedFolder>, ReadError> {
        Self::refuse("list shared folders")
    }

    fn volumes(&self) -> Result<Vec<Volume>, ReadError> {
        Self::refuse("list volumes")
    }

    fn firmware_table(&self, table: FirmwareTable) -> Result<Vec<u8>, ReadError> {
        Self::refuse(format_args!("read the firmware table {table:?}"))
    }

    fn security_descriptor(&self, object: &SecuredObject) -> Result<Vec<u8>, ReadError> {
        Self::refuse(format_args!("read who may use {object}"))
    }
}
