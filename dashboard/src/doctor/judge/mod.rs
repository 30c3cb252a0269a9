//! What is made of what was seen. Pure.

mod backup;
mod hosts;
mod installation;
mod network;
mod peers;

pub use backup::{BackupSeen, backup};
pub use hosts::{FleetSeen, fleet};
pub use installation::{
    ConfigurationSeen, DataSeen, DatabaseSeen, FileSeen, FolderSeen, Holder, PortSeen, SecretSeen, ServiceSeen,
    configuration, data, database, ports, service,
};
pub use network::{CertificatesSeen, NameSeen, certificates, clock, names};
pub use peers::{ClamdSeen, MailFault, MailSeen, OutboxSeen, clamd, identity_provider, mail, outbox};

#[cfg(test)]
mod tests;
