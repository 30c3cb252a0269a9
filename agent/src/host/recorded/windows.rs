//! What a recorded Windows host answers.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use super::{Answer, Bytes, Recording, pairs};
use crate::collect::event_record;
use crate::host::windows_api::{
    AccountPolicy, Adapter, AuditSetting, BoundSocket, DomainAccounts, EventChannel, EventPage, EventQuery,
    FirmwareTable, IpNeighbour, LocalAccount, LocalGroup, Membership, RegistryKey, RegistryPath, SecuredObject,
    Service, SharedFolder, Volume, WindowsApi, WindowsSession, WirelessAdapter, WmiQuestion, WmiRow,
};
use crate::host::{ReadError, ReadErrorKind};

/// The answers of the interfaces of Windows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WindowsRecording {
    /// Registry keys.
    pub registry: BTreeMap<RegistryPath, Answer<RegistryKey>>,
    /// Services.
    pub services: Option<Answer<Vec<Service>>>,
    /// Instances of WMI.
    #[serde(with = "pairs")]
    pub wmi: BTreeMap<WmiQuestion, Answer<Vec<WmiRow>>>,
    /// Records of event channels.
    #[serde(with = "pairs")]
    pub events: BTreeMap<EventQuery, Answer<EventPage>>,
    /// Every record of a composed channel, oldest first: any query is answered from them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, Vec<String>>,
    /// Event channels.
    pub channels: BTreeMap<String, Answer<EventChannel>>,
    /// Local accounts.
    pub accounts: Option<Answer<Vec<LocalAccount>>>,
    /// Accounts of the domain of a controller.
    pub domain_accounts: Option<Answer<DomainAccounts>>,
    /// Local groups.
    pub groups: Option<Answer<Vec<LocalGroup>>>,
    /// The account policy.
    pub account_policy: Option<Answer<AccountPolicy>>,
    /// The audit policy.
    pub audit_policy: Option<Answer<Vec<AuditSetting>>>,
    /// The domain.
    pub membership: Option<Answer<Membership>>,
    /// Sessions.
    pub sessions: Option<Answer<Vec<WindowsSession>>>,
    /// Ports.
    pub sockets: Option<Answer<Vec<BoundSocket>>>,
    /// Network adapters.
    pub adapters: Option<Answer<Vec<Adapter>>>,
    /// Neighbours.
    pub neighbours: Option<Answer<Vec<IpNeighbour>>>,
    /// Wireless adapters.
    pub wireless: Option<Answer<Vec<WirelessAdapter>>>,
    /// Shares.
    pub shares: Option<Answer<Vec<SharedFolder>>>,
    /// Volumes.
    pub volumes: Option<Answer<Vec<Volume>>>,
    /// Tables of the firmware.
    pub firmware: BTreeMap<FirmwareTable, Answer<Bytes>>,
    /// Who may do what with objects.
    #[serde(with = "pairs")]
    pub security: BTreeMap<SecuredObject, Answer<Bytes>>,
}

impl WindowsRecording {
    /// Nothing of Windows was asked or composed.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Recording {
    /// What was neither composed nor recorded: a composed host has none of it, a captured one was not asked.
    fn windows_answer<T: Clone>(
        &self,
        answer: Option<&Answer<T>>,
        tried: impl std::fmt::Display,
    ) -> Result<T, ReadError> {
        match answer {
            Some(answer) => answer.get().cloned(),
            None => Err(self.silent(tried.to_string(), ReadErrorKind::NotThere, "there is none")),
        }
    }

    /// A composed key that was only named as the way to others, or has others below it that were.
    fn composed_key(&self, path: &RegistryPath) -> Option<RegistryKey> {
        let mut subkeys: Vec<String> = Vec::new();
        // All that are below it follow each other.
        let from = (Bound::Excluded(path.join("")), Bound::Unbounded);
        let below = self.windows.registry.range(from).map_while(|(known, _)| path.towards(known));
        for name in below {
            if !subkeys.iter().any(|subkey| subkey.eq_ignore_ascii_case(name)) {
                subkeys.push(name.to_owned());
            }
        }
        (!subkeys.is_empty()).then(|| RegistryKey { subkeys, ..RegistryKey::default() })
    }
}

impl WindowsApi for Recording {
    fn registry_key(&self, path: &RegistryPath) -> Result<RegistryKey, ReadError> {
        let recorded = self.windows.registry.get(path);
        if self.elsewhere == super::Elsewhere::NotThere {
            let below = self.composed_key(path);
            return match (recorded, below) {
                (Some(Answer::Given(key)), Some(below)) => Ok(RegistryKey { subkeys: below.subkeys, ..key.clone() }),
                (None, Some(below)) => Ok(below),
                (recorded, _) => self.windows_answer(recorded, format_args!("read {path}")),
            };
        }
        self.windows_answer(recorded, format_args!("read {path}"))
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        self.windows_answer(self.windows.services.as_ref(), "list services")
    }

    fn wmi(&self, question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
        self.windows_answer(self.windows.wmi.get(question), format_args!("ask WMI for {question}"))
    }

    fn events(&self, query: &EventQuery) -> Result<EventPage, ReadError> {
        if let Some(records) = self.windows.records.get(&query.channel) {
            return Ok(event_record::select(records, query));
        }
        self.windows_answer(self.windows.events.get(query), format_args!("read events of {}", query.channel))
    }

    fn event_channel(&self, name: &str) -> Result<EventChannel, ReadError> {
        self.windows_answer(self.windows.channels.get(name), format_args!("look at the event channel {name}"))
    }

    fn local_accounts(&self) -> Result<Vec<LocalAccount>, ReadError> {
        self.windows_answer(self.windows.accounts.as_ref(), "list local accounts")
    }

    fn domain_accounts(&self) -> Result<DomainAccounts, ReadError> {
        self.windows_answer(self.windows.domain_accounts.as_ref(), "list accounts of the domain")
    }

    fn local_groups(&self) -> Result<Vec<LocalGroup>, ReadError> {
        self.windows_answer(self.windows.groups.as_ref(), "list local groups")
    }

    fn account_policy(&self) -> Result<AccountPolicy, ReadError> {
        self.windows_answer(self.windows.account_policy.as_ref(), "read the account policy")
    }

    fn audit_policy(&self) -> Result<Vec<AuditSetting>, ReadError> {
        self.windows_answer(self.windows.audit_policy.as_ref(), "read the audit policy")
    }

    fn membership(&self) -> Result<Membership, ReadError> {
        self.windows_answer(self.windows.membership.as_ref(), "ask for the domain")
    }

    fn sessions(&self) -> Result<Vec<WindowsSession>, ReadError> {
        self.windows_answer(self.windows.sessions.as_ref(), "list sessions")
    }

    fn sockets(&self) -> Result<Vec<BoundSocket>, ReadError> {
        self.windows_answer(self.windows.sockets.as_ref(), "list bound ports")
    }

    fn adapters(&self) -> Result<Vec<Adapter>, ReadError> {
        self.windows_answer(self.windows.adapters.as_ref(), "list network adapters")
    }

    fn neighbours(&self) -> Result<Vec<IpNeighbour>, ReadError> {
        self.windows_answer(self.windows.neighbours.as_ref(), "list neighbours")
    }

    fn wireless(&self) -> Result<Vec<WirelessAdapter>, ReadError> {
        self.windows_answer(self.windows.wireless.as_ref(), "list wireless adapters")
    }

    fn shared_folders(&self) -> Result<Vec<SharedFolder>, ReadError> {
        self.windows_answer(self.windows.shares.as_ref(), "list shared folders")
    }

    fn volumes(&self) -> Result<Vec<Volume>, ReadError> {
        self.windows_answer(self.windows.volumes.as_ref(), "list volumes")
    }

    fn firmware_table(&self, table: FirmwareTable) -> Result<Vec<u8>, ReadError> {
        let answer = self.windows.firmware.get(&table);
        self.windows_answer(answer, format_args!("read the firmware table {table:?}")).map(|bytes| bytes.0)
    }

    fn security_descriptor(&self, object: &SecuredObject) -> Result<Vec<u8>, ReadError> {
        let answer = self.windows.security.get(object);
        self.windows_answer(answer, format_args!("read who may use {object}")).map(|bytes| bytes.0)
    }
}
