//! The usual faults of an installed agent: what they look like, and what to do about them.
//!
//! [`look`] reads, [`judge`] decides. Looking changes nothing: no file is written, and of the dashboard only the policy is asked for, as
//! the agent does anyway.

pub mod answer;
pub mod judge;
pub mod look;
pub mod seen;

use serde::Serialize;
use tenken_model::Language;
use tenken_model::finding::Bilingual;

/// What is looked at, in the order in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Whether this host is enrolled.
    Enrolled,
    /// Whether a token lies where it should not any more.
    LeftToken,
    /// Whose the state folder and its files are, and who may read them.
    Folder,
    /// Whether something can be kept there.
    Space,
    /// Whether the state folder is this machine's.
    Machine,
    /// Whether the agent runs.
    Service,
    /// Whether it is alone with its state.
    OneAgent,
    /// Whether it may read what it is to judge.
    Rights,
    /// Whether it is told the kernel's packet filter; on Linux alone.
    PacketFilter,
    /// Whether findings wait for long.
    Spool,
    /// Which policy is in force.
    Policy,
    /// How long the host's certificate is valid.
    Certificate,
    /// Whether a proxy is in the way.
    Proxy,
    /// Whether the dashboard's name has an address.
    Name,
    /// Whether it can be reached.
    Connection,
    /// Whether it is the dashboard.
    Tls,
    /// What it says of this host.
    Answer,
    /// Whether the clocks agree.
    Clock,
    /// Whether the agent is as new as the dashboard.
    Version,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing is wrong.
    Ok,
    /// Something is wrong, and is said with what to do.
    Problem,
    /// It could not be looked at, for a reason that is said.
    Unchecked,
}

impl Check {
    /// Its name for people.
    pub fn title(self, language: Language) -> String {
        match self {
            Self::Enrolled => language.doctor_check_enrolled(),
            Self::LeftToken => language.doctor_check_left_token(),
            Self::Folder => language.doctor_check_folder(),
            Self::Space => language.doctor_check_space(),
            Self::Machine => language.doctor_check_machine(),
            Self::Service => language.doctor_check_service(),
            Self::OneAgent => language.doctor_check_one_agent(),
            Self::Rights => language.doctor_check_rights(),
            Self::PacketFilter => language.doctor_check_packet_filter(),
            Self::Spool => language.doctor_check_spool(),
            Self::Policy => language.doctor_check_policy(),
            Self::Certificate => language.doctor_check_certificate(),
            Self::Proxy => language.doctor_check_proxy(),
            Self::Name => language.doctor_check_name(),
            Self::Connection => language.doctor_check_connection(),
            Self::Tls => language.doctor_check_tls(),
            Self::Answer => language.doctor_check_answer(),
            Self::Clock => language.doctor_check_clock(),
            Self::Version => language.doctor_check_version(),
        }
    }
}

impl Outcome {
    /// Its name for people.
    pub fn title(self, language: Language) -> String {
        match self {
            Self::Ok => language.doctor_ok(),
            Self::Problem => language.doctor_problem(),
            Self::Unchecked => language.doctor_not_checked(),
        }
    }
}

/// What came of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Which one.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
    /// One sentence, with what to do where something is wrong.
    pub says: Bilingual,
}

/// What all came to: a problem weighs more than what could not be looked at.
pub fn overall(found: &[Found]) -> Outcome {
    let any = |outcome| found.iter().any(|one| one.outcome == outcome);
    match (any(Outcome::Problem), any(Outcome::Unchecked)) {
        (true, _) => Outcome::Problem,
        (false, true) => Outcome::Unchecked,
        (false, false) => Outcome::Ok,
    }
}
