//! Keeping what the interfaces of Windows answer.

use super::Recorder;
use crate::host::ReadError;
use crate::host::recorded::{Answer, Bytes};
use crate::host::windows_api::{
    AccountPolicy, Adapter, AuditSetting, BoundSocket, DomainAccounts, EventChannel, EventPage, EventQuery,
    FirmwareTable, IpNeighbour, LocalAccount, LocalGroup, Membership, RegistryKey, RegistryPath, SecuredObject,
    Service, SharedFolder, Volume, WindowsApi, WindowsSession, WirelessAdapter, WmiQuestion, WmiRow,
};

impl WindowsApi for Recorder<'_> {
    fn registry_key(&self, path: &RegistryPath) -> Result<RegistryKey, ReadError> {
        let answer = self.host.windows().registry_key(path);
        self.kept().windows.registry.insert(path.clone(), Answer::keep(&answer));
        answer
    }

    fn services(&self) -> Result<Vec<Service>, ReadError> {
        let answer = self.host.windows().services();
        self.kept().windows.services = Some(Answer::keep(&answer));
        answer
    }

    fn wmi(&self, question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
        let answer = self.host.windows().wmi(question);
        self.kept().windows.wmi.insert(question.clone(), Answer::keep(&answer));
        answer
    }

    fn events(&self, query: &EventQuery) -> Result<EventPage, ReadError> {
        let answer = self.host.windows().events(query);
        self.kept().windows.events.insert(query.clone(), Answer::keep(&answer));
        answer
    }

    fn event_channel(&self, name: &str) -> Result<EventChannel, ReadError> {
        let answer = self.host.windows().event_channel(name);
        self.kept().windows.channels.insert(name.to_owned(), Answer::keep(&answer));
        answer
    }

    fn local_accounts(&self) -> Result<Vec<LocalAccount>, ReadError> {
        let answer = self.host.windows().local_accounts();
        self.kept().windows.accounts = Some(Answer::keep(&answer));
        answer
    }

    fn domain_accounts(&self) -> Result<DomainAccounts, ReadError> {
        let answer = self.host.windows().domain_accounts();
        self.kept().windows.domain_accounts = Some(Answer::keep(&answer));
        answer
    }

    fn local_groups(&self) -> Result<Vec<LocalGroup>, ReadError> {
        let answer = self.host.windows().local_groups();
        self.kept().windows.groups = Some(Answer::keep(&answer));
        answer
    }

    fn account_policy(&self) -> Result<AccountPolicy, ReadError> {
        let answer = self.host.windows().account_policy();
        self.kept().windows.account_policy = Some(Answer::keep(&answer));
        answer
    }

    fn audit_policy(&self) -> Result<Vec<AuditSetting>, ReadError> {
        let answer = self.host.windows().audit_policy();
        self.kept().windows.audit_policy = Some(Answer::keep(&answer));
        answer
    }

    fn membership(&self) -> Result<Membership, ReadError> {
        let answer = self.host.windows().membership();
        self.kept().windows.membership = Some(Answer::keep(&answer));
        answer
    }

    fn sessions(&self) -> Result<Vec<WindowsSession>, ReadError> {
        let answer = self.host.windows().sessions();
        self.kept().windows.sessions = Some(Answer::keep(&answer));
        answer
    }

    fn sockets(&self) -> Result<Vec<BoundSocket>, ReadError> {
        let answer = self.host.windows().sockets();
        self.kept().windows.sockets = Some(Answer::keep(&answer));
        answer
    }

    fn adapters(&self) -> Result<Vec<Adapter>, ReadError> {
        let answer = self.host.windows().adapters();
        self.kept().windows.adapters = Some(Answer::keep(&answer));
        answer
    }

    fn neighbours(&self) -> Result<Vec<IpNeighbour>, ReadError> {
        let answer = self.host.windows().neighbours();
        self.kept().windows.neighbours = Some(Answer::keep(&answer));
        answer
    }

    fn wireless(&self) -> Result<Vec<WirelessAdapter>, ReadError> {
        let answer = self.host.windows().wireless();
        self.kept().windows.wireless = Some(Answer::keep(&answer));
        answer
    }

    fn shared_folders(&self) -> Result<Vec<SharedFolder>, ReadError> {
        let answer = self.host.windows().shared_folders();
        self.kept().windows.shares = Some(Answer::keep(&answer));
        answer
    }

    fn volumes(&self) -> Result<Vec<Volume>, ReadError> {
        let answer = self.host.windows().volumes();
        self.kept().windows.volumes = Some(Answer::keep(&answer));
        answer
    }

    fn firmware_table(&self, table: FirmwareTable) -> Result<Vec<u8>, ReadError> {
        let answer = self.host.windows().firmware_table(table);
        self.kept().windows.firmware.insert(table, answer.clone().map(Bytes).into());
        answer
    }

    fn security_descriptor(&self, object: &SecuredObject) -> Result<Vec<u8>, ReadError> {
        let answer = self.host.windows().security_descriptor(object);
        self.kept().windows.security.insert(object.clone(), answer.clone().map(Bytes).into());
        answer
    }
}
