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
}

impl Register {
    const HOSTS: &'static str = "hosts";

    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Joined(kind) => kind.name(),
            Self::Hosts => Self::HOSTS,
        }
    }

    /// The register of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == Self::HOSTS { Some(Self::Hosts) } else { RegisterKind::from_name(name).map(Self::Joined) }
    }

    /// The type of its rows.
    pub fn row_type(self) -> Type {
        match self {
            Self::Joined(kind) => kind.row_type(),
            Self::Hosts => HostRow::ty(),
        }
    }
}
