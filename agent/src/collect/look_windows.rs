//! What a collector looks at on Windows.

use super::look::{Look, Wake};
use crate::host::ReadError;
use crate::host::windows_api::{
    AccountPolicy, Adapter, AuditSetting, BoundSocket, DomainAccounts, EventChannel, EventPage, EventQuery,
    FirmwareTable, IpNeighbour, LocalAccount, LocalGroup, Membership, RegistryKey, RegistryPath, SecuredObject,
    Service, SharedFolder, Volume, WindowsSession, WirelessAdapter, WmiQuestion, WmiRow,
};

impl Look<'_> {
    /// A registry key; `None` where there is none. A change of it, or of anything below it, wakes the collector.
    pub fn registry(&self, path: &RegistryPath) -> Result<Option<RegistryKey>, ReadError> {
        self.wake_on(Wake::Registry(path.clone()));
        self.key(path)
    }

    /// A registry key below which something changes all the time; `None` where there is none. Only a change of its own values, or
    /// of which keys are in it, wakes the collector.
    pub fn registry_values(&self, path: &RegistryPath) -> Result<Option<RegistryKey>, ReadError> {
        self.wake_on(Wake::RegistryValues(path.clone()));
        self.key(path)
    }

    fn key(&self, path: &RegistryPath) -> Result<Option<RegistryKey>, ReadError> {
        match self.note(path.to_string(), self.windows().registry_key(path)) {
            Ok(key) => Ok(Some(key)),
            Err(error) if error.is_not_there() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// See [`crate::host::windows_api::WindowsApi::services`]. How services start is in the registry, which wakes.
    pub fn services(&self) -> Result<Vec<Service>, ReadError> {
        self.note("services".to_owned(), self.windows().services())
    }

    /// See [`crate::host::windows_api::WindowsApi::wmi`].
    pub fn wmi(&self, question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
        self.note(format!("WMI {question}"), self.windows().wmi(question))
    }

    /// See [`crate::host::windows_api::WindowsApi::events`]. It does not wake: busy channels would without an end. A collector
    /// that wants it asks for [`Wake::EventChannel`].
    pub fn events(&self, query: &EventQuery) -> Result<EventPage, ReadError> {
        self.note(format!("event channel {}", query.channel), self.windows().events(query))
    }

    /// See [`crate::host::windows_api::WindowsApi::event_channel`]. A change of how it is set up wakes.
    pub fn event_channel(&self, name: &str) -> Result<EventChannel, ReadError> {
        self.wake_on(Wake::Registry(channel_key(name)));
        self.note(format!("event channel {name}"), self.windows().event_channel(name))
    }

    /// See [`crate::host::windows_api::WindowsApi::local_accounts`]. Changes of the SAM database wake.
    pub fn local_accounts(&self) -> Result<Vec<LocalAccount>, ReadError> {
        self.wake_on(Wake::Registry(accounts_database()));
        self.note("local accounts".to_owned(), self.windows().local_accounts())
    }

    /// See [`crate::host::windows_api::WindowsApi::domain_accounts`]. A directory tells nobody of its changes.
    pub fn domain_accounts(&self) -> Result<DomainAccounts, ReadError> {
        self.note("accounts of the domain".to_owned(), self.windows().domain_accounts())
    }

    /// See [`crate::host::windows_api::WindowsApi::local_groups`]. Changes of the SAM database wake.
    pub fn local_groups(&self) -> Result<Vec<LocalGroup>, ReadError> {
        self.wake_on(Wake::Registry(accounts_database()));
        self.note("local groups".to_owned(), self.windows().local_groups())
    }

    /// See [`crate::host::windows_api::WindowsApi::account_policy`]. Changes of the SAM database wake.
    pub fn account_policy(&self) -> Result<AccountPolicy, ReadError> {
        self.wake_on(Wake::Registry(accounts_database()));
        self.note("account policy".to_owned(), self.windows().account_policy())
    }

    /// See [`crate::host::windows_api::WindowsApi::audit_policy`].
    pub fn audit_policy(&self) -> Result<Vec<AuditSetting>, ReadError> {
        self.wake_on(Wake::Registry(RegistryPath::machine(r"SECURITY\Policy\PolAdtEv")));
        self.note("audit policy".to_owned(), self.windows().audit_policy())
    }

    /// See [`crate::host::windows_api::WindowsApi::membership`].
    pub fn membership(&self) -> Result<Membership, ReadError> {
        self.note("domain".to_owned(), self.windows().membership())
    }

    /// See [`crate::host::windows_api::WindowsApi::sessions`].
    pub fn windows_sessions(&self) -> Result<Vec<WindowsSession>, ReadError> {
        self.note("sessions".to_owned(), self.windows().sessions())
    }

    /// See [`crate::host::windows_api::WindowsApi::sockets`].
    pub fn sockets(&self) -> Result<Vec<BoundSocket>, ReadError> {
        self.note("bound ports".to_owned(), self.windows().sockets())
    }

    /// See [`crate::host::windows_api::WindowsApi::adapters`]. An address or interface that comes, changes or goes wakes.
    pub fn adapters(&self) -> Result<Vec<Adapter>, ReadError> {
        self.wake_on(Wake::NeighbourEvents);
        self.note("network adapters".to_owned(), self.windows().adapters())
    }

    /// See [`crate::host::windows_api::WindowsApi::neighbours`]. Changes of the table wake.
    pub fn ip_neighbours(&self) -> Result<Vec<IpNeighbour>, ReadError> {
        self.wake_on(Wake::NeighbourEvents);
        self.note("neighbours".to_owned(), self.windows().neighbours())
    }

    /// See [`crate::host::windows_api::WindowsApi::wireless`].
    pub fn wireless_adapters(&self) -> Result<Vec<WirelessAdapter>, ReadError> {
        self.note("wireless adapters".to_owned(), self.windows().wireless())
    }

    /// See [`crate::host::windows_api::WindowsApi::shared_folders`]. Changes of the server service's list wake.
    pub fn shared_folders(&self) -> Result<Vec<SharedFolder>, ReadError> {
        let shares = r"SYSTEM\CurrentControlSet\Services\LanmanServer\Shares";
        self.wake_on(Wake::Registry(RegistryPath::machine(shares)));
        self.note("shared folders".to_owned(), self.windows().shared_folders())
    }

    /// See [`crate::host::windows_api::WindowsApi::volumes`]. A drive that comes or goes wakes.
    pub fn volumes(&self) -> Result<Vec<Volume>, ReadError> {
        self.wake_on(Wake::Registry(RegistryPath::machine(r"SYSTEM\MountedDevices")));
        self.note("volumes".to_owned(), self.windows().volumes())
    }

    /// See [`crate::host::windows_api::WindowsApi::firmware_table`].
    pub fn firmware_table(&self, table: FirmwareTable) -> Result<Vec<u8>, ReadError> {
        self.note(format!("firmware table {table:?}"), self.windows().firmware_table(table))
    }

    /// See [`crate::host::windows_api::WindowsApi::security_descriptor`].
    pub fn security_descriptor(&self, object: &SecuredObject) -> Result<Vec<u8>, ReadError> {
        self.note(format!("rights on {object}"), self.windows().security_descriptor(object))
    }
}

/// Where an event channel is set up: the old ones, which are logs of their own, and all others.
fn channel_key(name: &str) -> RegistryPath {
    let key = match name {
        "Application" | "Security" | "System" => r"SYSTEM\CurrentControlSet\Services\EventLog",
        _ => r"SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels",
    };
    RegistryPath::machine(key).join(name)
}

/// Where the SAM database is in the registry: it changes with every account, group and password.
fn accounts_database() -> RegistryPath {
    RegistryPath::machine(r"SAM\SAM\Domains")
}
