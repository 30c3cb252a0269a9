//! The interfaces of Windows, each from its file.

use super::{LiveHost, directory, network, registry, security, services, storage, wmi};
use crate::host::ReadError;
use crate::host::windows_api::{
    AccountPolicy, Adapter, AuditSetting, BoundSocket, DomainAccounts, EventChannel, EventPage, EventQuery,
    FirmwareTable, IpNeighbour, LocalAccount, LocalGroup, Membership, RegistryKey, RegistryPath, SecuredObject,
    Service, SharedFolder, Volume, WindowsApi, WindowsSession, WirelessAdapter, WmiQuestion, WmiRow,
};

impl WindowsApi for LiveHost {
    fn registry_key(&self, path: &RegistryPath) -> Result<RegistryKey, ReadError> {
        registry::key(path)
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        services::list()
    }

    fn wmi(&self, question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
        wmi::ask(question)
    }

    fn events(&self, query: &EventQuery) -> Result<EventPage, ReadError> {
        super::event_log::records(query)
    }

    fn event_channel(&self, name: &str) -> Result<EventChannel, ReadError> {
        super::event_log::channel(name)
    }

    fn local_accounts(&self) -> Result<Vec<LocalAccount>, ReadError> {
        directory::accounts()
    }

    fn domain_accounts(&self) -> Result<DomainAccounts, ReadError> {
        directory::domain_accounts()
    }

    fn local_groups(&self) -> Result<Vec<LocalGroup>, ReadError> {
        directory::groups()
    }

    fn account_policy(&self) -> Result<AccountPolicy, ReadError> {
        directory::account_policy()
    }

    fn audit_policy(&self) -> Result<Vec<AuditSetting>, ReadError> {
        directory::audit_policy()
    }

    fn membership(&self) -> Result<Membership, ReadError> {
        directory::membership()
    }

    fn sessions(&self) -> Result<Vec<WindowsSession>, ReadError> {
        directory::sessions()
    }

    fn sockets(&self) -> Result<Vec<BoundSocket>, ReadError> {
        network::sockets()
    }

    fn adapters(&self) -> Result<Vec<Adapter>, ReadError> {
        network::adapters()
    }

    fn neighbours(&self) -> Result<Vec<IpNeighbour>, ReadError> {
        network::neighbours()
    }

    fn wireless(&self) -> Result<Vec<WirelessAdapter>, ReadError> {
        network::wireless()
    }

    fn shared_folders(&self) -> Result<Vec<SharedFolder>, ReadError> {
        network::shared_folders()
    }

    fn volumes(&self) -> Result<Vec<Volume>, ReadError> {
        storage::volumes()
    }

    fn firmware_table(&self, table: FirmwareTable) -> Result<Vec<u8>, ReadError> {
        storage::firmware_table(table)
    }

    fn security_descriptor(&self, object: &SecuredObject) -> Result<Vec<u8>, ReadError> {
        security::descriptor(object)
    }
}
