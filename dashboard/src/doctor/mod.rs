//! The usual faults of an installed dashboard: what is looked at, apart from what is made of it.

pub mod judge;
pub mod look;
mod run;

use serde::Serialize;
use tenken_model::finding::Bilingual;
use tenken_model::{Language, choice};

pub use run::{Found, Listens, run};

choice! {
    /// What is looked at, in the order in which one thing rests on another.
    pub enum Check {
        /// The configuration file and the secrets it names.
        Configuration = "configuration",
        /// The data folder.
        DataFolder = "data_folder",
        /// The database.
        Database = "database",
        /// Whether the service runs.
        Service = "service",
        /// Who uses the ports.
        Ports = "ports",
        /// Whether the names resolve.
        Names = "names",
        /// How long certificates last.
        Certificates = "certificates",
        /// Whether the clock is right.
        Clock = "clock",
        /// Whether the mail server takes mail.
        Mail = "mail",
        /// Whether mails are stuck.
        Outbox = "outbox",
        /// How old the newest backup is.
        Backup = "backup",
        /// Whether files are scanned.
        Clamd = "clamd",
        /// Whether the identity provider answers.
        IdentityProvider = "identity_provider",
        /// Which hosts are silent.
        Hosts = "hosts",
        /// Which agents are of another version.
        Versions = "versions",
    }
}

choice! {
    /// How something stands.
    pub enum Standing {
        /// Nothing is wrong, or it is not used.
        Ok = "ok",
        /// Something is wrong.
        Problem = "problem",
        /// It could not be looked at.
        NotChecked = "not_checked",
    }
}

impl Check {
    /// Its name, as people read it.
    pub fn name(self, t: Language) -> String {
        match self {
            Self::Configuration => t.doctor_configuration(),
            Self::DataFolder => t.doctor_data(),
            Self::Database => t.doctor_database(),
            Self::Service => t.doctor_service(),
            Self::Ports => t.doctor_ports(),
            Self::Names => t.doctor_names(),
            Self::Certificates => t.doctor_certificates(),
            Self::Clock => t.doctor_clock(),
            Self::Mail => t.doctor_mail(),
            Self::Outbox => t.doctor_outbox(),
            Self::Backup => t.doctor_backup(),
            Self::Clamd => t.doctor_clamd(),
            Self::IdentityProvider => t.doctor_identity(),
            Self::Hosts => t.doctor_hosts(),
            Self::Versions => t.doctor_versions(),
        }
    }
}

impl Standing {
    /// Its name, as people read it.
    pub fn name(self, t: Language) -> String {
        match self {
            Self::Ok => t.doctor_ok(),
            Self::Problem => t.doctor_problem(),
            Self::NotChecked => t.doctor_not_checked(),
        }
    }
}

/// What was made of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Of which check.
    pub check: Check,
    /// How it stands.
    pub standing: Standing,
    /// In words.
    pub says: Bilingual,
    /// What to do about a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Bilingual>,
}

impl Answer {
    /// Nothing is wrong.
    pub fn ok(check: Check, says: impl Fn(Language) -> String) -> Self {
        Self { check, standing: Standing::Ok, says: both(says), act: None }
    }

    /// Something is, and this is to be done.
    pub fn problem(check: Check, says: impl Fn(Language) -> String, act: impl Fn(Language) -> String) -> Self {
        Self { check, standing: Standing::Problem, says: both(says), act: Some(both(act)) }
    }

    /// It could not be looked at.
    pub fn not_checked(check: Check, says: impl Fn(Language) -> String) -> Self {
        Self { check, standing: Standing::NotChecked, says: both(says), act: None }
    }
}

fn both(text: impl Fn(Language) -> String) -> Bilingual {
    Bilingual { ja: text(Language::Japanese), en: text(Language::English) }
}

/// How many answers stand so.
pub fn count(answers: &[Answer], standing: Standing) -> usize {
    answers.iter().filter(|answer| answer.standing == standing).count()
}
