//! The list of topics. A topic that is not in it cannot exist; adding one makes the compiler ask
//! for its collector.

pub mod account_events;
pub mod accounts;
pub mod antivirus;
pub mod automatic_sign_in;
pub mod backups;
pub mod boot_protection;
pub mod certificates;
pub mod disk_encryption;
pub mod exchange_endpoints;
pub mod execution_control;
pub mod firewall;
pub mod forwarding;
pub mod ipsec;
pub mod kept;
pub mod listeners;
pub mod logs;
pub mod neighbours;
pub mod network_protocols;
pub mod office_macros;
pub mod outbox;
pub mod password_policy;
pub mod password_storage;
pub mod remote_access;
pub mod removable_media;
pub mod screen_lock;
pub mod session_timeout;
pub mod sessions;
pub mod shares;
pub mod software;
pub mod system;
pub mod time_sync;
pub mod updates;
pub mod wireless;
pub mod written_secrets;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::kept::KeptFact;

use self::system::SystemFamily;
use crate::observation::Outcome;
use crate::schema::{Described, Type, Value};
use crate::{Observation, Reason, ReasonCode};

macro_rules! topics {
    ($( $(#[doc = $doc:literal])* $variant:ident $field:ident : $ty:ty, )*) => {
        /// What a host can be asked about. One topic is one fact, read by one collector.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Topic {
            $( $(#[doc = $doc])* $variant, )*
        }

        impl Topic {
            /// Every topic.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The name rules use.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => stringify!($field), )* }
            }

            /// The topic of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( stringify!($field) => Some(Self::$variant), )* _ => None }
            }

            /// What it is about.
            pub const fn doc(self) -> &'static str {
                match self { $( Self::$variant => concat!($($doc,)*), )* }
            }

            /// The type of its fact.
            pub fn ty(self) -> Type {
                match self { $( Self::$variant => <$ty as Described>::ty(), )* }
            }
        }

        /// The newest observation of each topic that has been looked at; in boxes, so that moving all of them is cheap.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct Facts {
            $(
                $(#[doc = $doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<Box<Observation<$ty>>>,
            )*
        }

        /// An observation of any topic, as a collector returns it.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyObservation {
            $( $(#[doc = $doc])* $variant(Observation<$ty>), )*
        }

        impl AnyObservation {
            /// Which topic was observed.
            pub fn topic(&self) -> Topic {
                match self { $( Self::$variant(_) => Topic::$variant, )* }
            }

            /// That a topic could not be looked at.
            pub fn failed(topic: Topic, read_at: crate::Instant, took: crate::Span, reason: Reason) -> Self {
                match topic { $( Topic::$variant => Self::$variant(Observation {
                    read_at, took, sources: Vec::new(), outcome: Outcome::Failed(reason),
                }), )* }
            }

            /// When it was read.
            pub fn read_at(&self) -> crate::Instant {
                match self { $( Self::$variant(observation) => observation.read_at, )* }
            }

            /// Every place that was looked at.
            pub fn sources(&self) -> &[crate::observation::Source] {
                match self { $( Self::$variant(observation) => &observation.sources, )* }
            }

            /// The same without the places that were looked at: judging needs none of them.
            #[must_use]
            pub fn without_sources(self) -> Self {
                match self {
                    $( Self::$variant(observation) => {
                        Self::$variant(Observation { sources: Vec::new(), ..observation })
                    } )*
                }
            }

            /// The same, said to be read at another time.
            #[must_use]
            pub fn read_instead_at(self, read_at: crate::Instant) -> Self {
                match self { $( Self::$variant(observation) => Self::$variant(Observation { read_at, ..observation }), )* }
            }

            /// Its wire form.
            pub fn wire(&self) -> Result<serde_json::Value, serde_json::Error> {
                match self { $( Self::$variant(observation) => serde_json::to_value(observation), )* }
            }

            /// The observation of that topic in its wire form.
            pub fn from_wire(topic: Topic, wire: &serde_json::Value) -> Result<Self, serde_json::Error> {
                match topic { $( Topic::$variant => Observation::deserialize(wire).map(Self::$variant), )* }
            }
        }

        impl Facts {
            /// Puts an observation in the place of the previous one of its topic.
            pub fn insert(&mut self, observation: AnyObservation) {
                match observation { $( AnyObservation::$variant(o) => self.$field = Some(Box::new(o)), )* }
            }

            /// The topic's newest observation.
            pub fn observation(&self, topic: Topic) -> Option<AnyObservation> {
                match topic { $( Topic::$variant => self.$field.clone().map(|observation| AnyObservation::$variant(*observation)), )* }
            }

            /// The topic's newest observation without its type, as a rule sees it.
            pub fn seen(&self, topic: Topic) -> Option<Seen> {
                match topic { $( Topic::$variant => self.$field.as_deref().map(Seen::of), )* }
            }

            /// Records that a topic could not be looked at.
            pub fn insert_failure(&mut self, topic: Topic, read_at: crate::Instant, took: crate::Span, reason: Reason) {
                self.insert(AnyObservation::failed(topic, read_at, took, reason));
            }
        }
    };
}

topics! {
    /// The clock: services that set it, what the kernel says, and the offset the agent measured.
    TimeSync time_sync: time_sync::TimeSync,
    /// The screen lock of each person's graphical desktop.
    ScreenLock screen_lock: screen_lock::ScreenLock,
    /// Idle limits of terminals and remote shells.
    SessionTimeout session_timeout: session_timeout::SessionTimeout,
    /// Anti-malware products, their state and the age of their signatures.
    Antivirus antivirus: antivirus::Antivirus,
    /// Local accounts with their passwords' state, keys, rights and last use.
    Accounts accounts: accounts::Accounts,
    /// What the system asks of new passwords, and of who signs in with one.
    PasswordPolicy password_policy: password_policy::PasswordPolicy,
    /// How passwords are kept: the schemes of their hashes, and the files that hold them.
    PasswordStorage password_storage: password_storage::PasswordStorage,
    /// Who was signed in to this host, when and from where.
    Sessions sessions: sessions::Sessions,
    /// What happened with accounts, by the logs: failed sign-ins, passwords set, accounts changed, rights used, files moved.
    AccountEvents account_events: account_events::AccountEvents,
    /// Devices seen on the networks this host is attached to.
    Neighbours neighbours: neighbours::Neighbours,
    /// The declared backup sets of this host as they are on disk.
    Backups backups: backups::Backups,
    /// Wireless networks this host knows and is joined to.
    Wireless wireless: wireless::Wireless,
    /// Passwords written where they do not belong.
    WrittenSecrets written_secrets: written_secrets::WrittenSecrets,
    /// What lies encrypted on this host's disks, and how it is opened.
    DiskEncryption disk_encryption: disk_encryption::DiskEncryption,
    /// What stops a stranger from starting this machine.
    BootProtection boot_protection: boot_protection::BootProtection,
    /// Removable media: what may be attached, and what is.
    RemovableMedia removable_media: removable_media::RemovableMedia,
    /// What programs are installed.
    Software software: software::Software,
    /// Whether the operating system is supported and current.
    Updates updates: updates::Updates,
    /// How office programs treat macros for each person.
    OfficeMacros office_macros: office_macros::OfficeMacros,
    /// By what this host can be reached and used from afar.
    RemoteAccess remote_access: remote_access::RemoteAccess,
    /// Ways into this host on which nobody is asked who they are.
    AutomaticSignIn automatic_sign_in: automatic_sign_in::AutomaticSignIn,
    /// Logs: where records go, who may touch them, how long they are kept, and what went missing.
    Logs logs: logs::Logs,
    /// What kind of machine this is.
    System system: system::System,
    /// What becomes of packets that come in unasked.
    Firewall firewall: firewall::Firewall,
    /// What keeps programs and scripts from starting that came by mail or from the internet.
    ExecutionControl execution_control: execution_control::ExecutionControl,
    /// Older protocols of its network that Windows speaks.
    NetworkProtocols network_protocols: network_protocols::NetworkProtocols,
    /// Ports at which this host waits for others.
    Listeners listeners: listeners::Listeners,
    /// Whether and how this host passes on packets of others.
    Forwarding forwarding: forwarding::Forwarding,
    /// Private keys and certificates in files: who can get at them, and until when they hold.
    Certificates certificates: certificates::Certificates,
    /// Files that wait to be handed to another party, and whether they are encrypted themselves.
    Outbox outbox: outbox::Outbox,
    /// Where data is exchanged with others over TLS, and how the other end behaves.
    ExchangeEndpoints exchange_endpoints: exchange_endpoints::ExchangeEndpoints,
    /// VPN connections by IPsec that this host keeps.
    Ipsec ipsec: ipsec::Ipsec,
    /// Folders that this host shares over the network, and homes of people.
    Shares shares: shares::Shares,
}

impl Topic {
    /// Whether that field of the topic stays on the host: rules may compare it, but no finding has it as evidence.
    pub fn is_private(self, field: &str) -> bool {
        matches!((self, field), (Self::Wireless, "ssid"))
    }

    /// A collector reads it on that system. Elsewhere it is unknown.
    pub const fn is_read_on(self, system: SystemFamily) -> bool {
        match system {
            SystemFamily::Linux | SystemFamily::Windows => true,
            SystemFamily::Macos => matches!(
                self,
                Self::TimeSync
                    | Self::ScreenLock
                    | Self::Accounts
                    | Self::DiskEncryption
                    | Self::Firewall
                    | Self::Updates
                    | Self::Software
                    | Self::ExchangeEndpoints
                    | Self::System
            ),
        }
    }

    /// The dashboard keeps the newest observation of it from every host, to join it with registers. Of other topics
    /// only what rules find travels.
    pub const fn is_kept(self) -> bool {
        match self {
            Self::AccountEvents
            | Self::Accounts
            | Self::Logs
            | Self::Neighbours
            | Self::RemoteAccess
            | Self::RemovableMedia
            | Self::Sessions => true,
            Self::TimeSync
            | Self::ScreenLock
            | Self::SessionTimeout
            | Self::Antivirus
            | Self::PasswordPolicy
            | Self::PasswordStorage
            | Self::Backups
            | Self::Wireless
            | Self::WrittenSecrets
            | Self::DiskEncryption
            | Self::BootProtection
            | Self::Certificates
            | Self::Firewall
            | Self::Listeners
            | Self::ExecutionControl
            | Self::NetworkProtocols
            | Self::Forwarding
            | Self::Ipsec
            | Self::Shares
            | Self::Software
            | Self::Updates
            | Self::OfficeMacros
            | Self::Outbox
            | Self::ExchangeEndpoints
            | Self::AutomaticSignIn
            | Self::System => false,
        }
    }
}

/// An observation without its static type.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// When it was read.
    pub read_at: crate::Instant,
    /// The fact as a value; or absent, with how that is known; or the reason it failed.
    pub outcome: Outcome<Value>,
}

impl Seen {
    fn of<T: Described>(observation: &Observation<T>) -> Self {
        let outcome = match &observation.outcome {
            Outcome::Known(fact) => Outcome::Known(fact.value()),
            Outcome::Absent(how) => Outcome::Absent(how.clone()),
            Outcome::Failed(reason) => Outcome::Failed(reason.clone()),
        };
        Self { read_at: observation.read_at, outcome }
    }

    /// What stands for a topic nobody has looked at yet.
    pub fn never(topic: Topic) -> Reason {
        Reason::new(ReasonCode::Missing, format!("{} has not been read yet", topic.name()))
    }
}

/// The types of all topics by name, for checking rules and writing the reference.
pub fn types() -> BTreeMap<&'static str, Type> {
    Topic::ALL.iter().map(|topic| (topic.name(), topic.ty())).collect()
}
