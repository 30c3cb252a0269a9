//! Which registers the agency keeps.

use tenken_model::register::RegisterKind;
use tenken_model::schema::{Described, Type};

use super::hosts::HostRow;

/// A register the agency keeps. Rules can join with some of them, whose rows policies bring to the agents
/// they bear on; the others never leave the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Register {
    /// One that rules can join with.
    Joined(RegisterKind),
    /// Hosts.
    Hosts,
    /// Staff, and vendors' workers.
    People,
    /// Education and drills.
    Trainings,
    /// Passwords that were set anew.
    PasswordResets,
    /// IoT devices that are lent.
    Lendings,
    /// Portable media.
    Media,
    /// What is taken out, and people's own devices at work.
    Takeouts,
    /// Software that may be installed, or may not.
    Software,
    /// Maintenance work.
    Maintenance,
    /// Access from afar.
    RemoteAccess,
    /// Reviews of who entered.
    EntryReviews,
    /// Reviews of logs, accounts and assets.
    Reviews,
    /// Contracts.
    Contracts,
    /// Rules, procedures and plans.
    Documents,
    /// Networks.
    Networks,
    /// Certificates and keys.
    Keys,
    /// Incidents and emergencies.
    Incidents,
}

impl Register {
    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Joined(kind) => kind.name(),
            Self::Hosts => "hosts",
            Self::People => "people",
            Self::Trainings => "trainings",
            Self::PasswordResets => "password_resets",
            Self::Lendings => "lendings",
            Self::Media => "media",
            Self::Takeouts => "takeouts",
            Self::Software => "software",
            Self::Maintenance => "maintenance",
            Self::RemoteAccess => "remote_access",
            Self::EntryReviews => "entry_reviews",
            Self::Reviews => "reviews",
            Self::Contracts => "contracts",
            Self::Documents => "documents",
            Self::Networks => "networks",
            Self::Keys => "keys",
            Self::Incidents => "incidents",
        }
    }

    /// The register of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        super::Definition::all().iter().map(|definition| definition.kind).find(|register| register.name() == name)
    }

    /// The type of its rows, where programs read them; the others are described by their columns alone.
    pub fn row_type(self) -> Option<Type> {
        match self {
            Self::Joined(kind) => Some(kind.row_type()),
            Self::Hosts => Some(HostRow::ty()),
            Self::People
            | Self::Trainings
            | Self::PasswordResets
            | Self::Lendings
            | Self::Media
            | Self::Takeouts
            | Self::Software
            | Self::Maintenance
            | Self::RemoteAccess
            | Self::EntryReviews
            | Self::Reviews
            | Self::Contracts
            | Self::Documents
            | Self::Networks
            | Self::Keys
            | Self::Incidents => None,
        }
    }
}
