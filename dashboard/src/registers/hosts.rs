//! A row of the register of hosts.

use tenken_model::{Language, choice, record};

use super::definition::equipment::{HOST_KINDS, HOST_STATES};
use super::definition::label;

choice! {
    /// What kind of machine it is.
    pub enum HostKind {
        /// A PC.
        Pc = "pc",
        /// A server.
        Server = "server",
        /// A router, switch, access point or the like.
        Network = "network",
        /// Anything else, such as a printer.
        Other = "other",
    }
}

impl HostKind {
    /// An agent can run on it.
    pub const fn takes_agent(self) -> bool {
        match self {
            Self::Pc | Self::Server => true,
            Self::Network | Self::Other => false,
        }
    }

    /// It, as people read it.
    pub fn label(self, language: Language) -> String {
        label(&HOST_KINDS, self.word(), language)
    }
}

choice! {
    /// The state of a host in the register.
    pub enum HostStatus {
        /// In use.
        InUse = "in_use",
        /// Being set up.
        Prepared = "prepared",
        /// Put away.
        Stored = "stored",
        /// Destroyed, sold or given back.
        Disposed = "disposed",
    }
}

impl HostStatus {
    /// It, as people read it.
    pub fn label(self, language: Language) -> String {
        label(&HOST_STATES, self.word(), language)
    }
}

record! {
    /// A row of the hosts register (機器台帳): one PC, server or network device.
    pub struct HostRow {
        /// The name its agent reports; what people call it where none can run.
        pub name: String,
        /// What kind of machine it is.
        pub kind: HostKind,
        /// Its state.
        pub status: HostStatus,
        /// The site it belongs to; empty if none is named.
        pub site: String,
        /// The group it belongs to, in one word; empty if none is named.
        pub group: String,
        /// Who uses it, as the register of people calls the person; empty if nobody is named.
        pub user: String,
        /// What it is used for, or who uses it.
        pub holder: String,
        /// Where it is.
        pub place: String,
        /// It is carried out of the premises.
        pub portable: bool,
        /// Personal data is kept on it.
        pub personal_data: bool,
        /// The number on its label.
        pub asset_number: String,
        /// A remark.
        pub note: String,
    }
}
