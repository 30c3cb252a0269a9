//! What lies on this machine: configuration, data, database, service, ports.

use std::net::SocketAddr;
use std::path::PathBuf;

use tenken_model::Language;

use super::super::{Answer, Check};
use crate::store::Examination;

/// Below so much the disk is nearly full, in MiB.
const FREE_MIN: u64 = 1 << 10;
/// Bytes of a MiB.
const MIB: u64 = 1 << 20;
/// Programs that may listen on the dashboard's ports: it, and systemd that hands its sockets over. Names of processes are cut to 15.
const OWN: [&str; 2] = ["tenken-dashboar", "systemd"];

/// What was seen of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigurationSeen {
    /// It cannot be used.
    Bad(String),
    /// It is read.
    Read {
        /// From this file; absent where there is none.
        file: Option<PathBuf>,
        /// The files in which secrets stand among other settings.
        files: Vec<FileSeen>,
        /// The secrets in files of their own.
        secrets: Vec<SecretSeen>,
    },
}

/// A file with settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSeen {
    /// Its path.
    pub path: String,
    /// Its mode.
    pub mode: u32,
}

/// A secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSeen {
    /// It can be used.
    Good,
    /// It cannot.
    Bad(String),
    /// The service alone is given it.
    OfTheService(String),
}

/// Judges the configuration.
pub fn configuration(seen: &ConfigurationSeen) -> Vec<Answer> {
    let check = Check::Configuration;
    let (file, files, secrets) = match seen {
        ConfigurationSeen::Bad(problem) => {
            let says = |t: Language| t.doctor_configuration_bad(problem);
            return vec![Answer::problem(check, says, Language::doctor_configuration_bad_act)];
        }
        ConfigurationSeen::Read { file, files, secrets } => (file, files, secrets),
    };
    let open = files.iter().filter(|file| file.mode & 0o007 != 0).map(|file| {
        let mode = format!("{:03o}", file.mode);
        Answer::problem(check, |t| t.doctor_secret_open(&file.path, &mode), |t| t.doctor_secret_open_act(&file.path))
    });
    let secrets = secrets.iter().filter_map(|secret| match secret {
        SecretSeen::Good => None,
        SecretSeen::Bad(problem) => {
            Some(Answer::problem(check, |t| t.doctor_secret_bad(problem), Language::doctor_secret_bad_act))
        }
        SecretSeen::OfTheService(name) => Some(Answer::not_checked(check, |t| t.doctor_secret_credential(name))),
    });
    let mut answers: Vec<Answer> = open.chain(secrets).collect();
    if answers.is_empty() {
        answers.push(match file {
            Some(file) => Answer::ok(check, |t| t.doctor_configuration_read(&file.display().to_string())),
            None => Answer::ok(check, Language::doctor_configuration_none),
        });
    }
    answers
}

/// What was seen of the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataSeen {
    /// It is not there.
    Missing,
    /// It could not be looked at.
    Denied(String),
    /// It is so.
    Seen(FolderSeen),
}

/// A folder that could be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderSeen {
    /// Its mode.
    pub mode: u32,
    /// The account that should own all of it, if it is known.
    pub account: Option<String>,
    /// A path of it that belongs to somebody else.
    pub foreign: Option<String>,
    /// Bytes that can be written.
    pub free: u64,
    /// Its file system takes no writing.
    pub read_only: bool,
}

/// Judges the data folder.
pub fn data(folder: &str, seen: &DataSeen) -> Vec<Answer> {
    let check = Check::DataFolder;
    let seen = match seen {
        DataSeen::Missing => {
            return vec![Answer::problem(check, |t| t.doctor_data_missing(folder), Language::doctor_data_missing_act)];
        }
        DataSeen::Denied(problem) => {
            return vec![Answer::not_checked(check, |t| t.doctor_data_denied(folder, problem))];
        }
        DataSeen::Seen(seen) => seen,
    };
    let mut answers = Vec::new();
    if seen.mode & 0o077 != 0 {
        let mode = format!("{:03o}", seen.mode);
        let says = |t: Language| t.doctor_data_open(folder, &mode);
        answers.push(Answer::problem(check, says, |t| t.doctor_data_open_act(folder)));
    }
    if let (Some(path), Some(account)) = (&seen.foreign, &seen.account) {
        let says = |t: Language| t.doctor_data_foreign(path, account);
        answers.push(Answer::problem(check, says, |t| t.doctor_data_foreign_act(folder, account)));
    }
    let free = seen.free / MIB;
    if seen.read_only {
        let says = |t: Language| t.doctor_data_read_only(folder);
        answers.push(Answer::problem(check, says, Language::doctor_data_read_only_act));
    } else if free < FREE_MIN {
        answers.push(Answer::problem(check, |t| t.doctor_data_full(folder, free), Language::doctor_data_full_act));
    }
    if answers.is_empty() {
        answers.push(Answer::ok(check, |t| t.doctor_data_good(folder, free)));
    }
    answers
}

/// What was seen of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseSeen {
    /// There is none in the data folder.
    None,
    /// It does not answer.
    Down(String),
    /// It is so.
    Seen(Examination),
}

impl DatabaseSeen {
    /// It can be opened as it is.
    pub fn opens(&self) -> bool {
        matches!(self, Self::Seen(seen) if seen.schema == seen.newest && seen.faults.iter().all(Vec::is_empty))
    }
}

/// Judges the database, which is called `kind`.
pub fn database(kind: &str, seen: &DatabaseSeen) -> Answer {
    let check = Check::Database;
    let seen = match seen {
        DatabaseSeen::None => return Answer::not_checked(check, Language::doctor_database_none),
        DatabaseSeen::Down(problem) => {
            return Answer::problem(check, |t| t.doctor_database_down(problem), Language::doctor_database_down_act);
        }
        DatabaseSeen::Seen(seen) => seen,
    };
    let (schema, newest) = (seen.schema, seen.newest);
    if let Some(fault) = seen.faults.iter().flatten().next() {
        return Answer::problem(check, |t| t.doctor_database_damaged(fault), Language::doctor_database_damaged_act);
    }
    if schema > newest {
        let says = |t: Language| t.doctor_database_newer(schema, newest);
        return Answer::problem(check, says, Language::doctor_database_newer_act);
    }
    if schema < newest {
        let says = |t: Language| t.doctor_database_older(schema, newest);
        return Answer::problem(check, says, Language::doctor_database_older_act);
    }
    Answer::ok(check, |t| t.doctor_database_good(kind, &seen.version, schema, seen.bytes / MIB))
}

/// What was seen of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceSeen {
    /// It does not answer.
    Down(String),
    /// It answers there.
    Up {
        /// Where people's browsers come.
        address: SocketAddr,
        /// What it says is not ready, where monitoring is asked; nothing where all is or it cannot be asked.
        ill: Option<String>,
    },
}

/// Judges the service.
pub fn service(seen: &ServiceSeen) -> Answer {
    let check = Check::Service;
    match seen {
        ServiceSeen::Down(problem) => {
            Answer::problem(check, |t| t.doctor_service_down(problem), Language::doctor_service_down_act)
        }
        ServiceSeen::Up { ill: Some(problem), .. } => {
            Answer::problem(check, |t| t.doctor_service_ill(problem), Language::doctor_service_ill_act)
        }
        ServiceSeen::Up { address, ill: None } => Answer::ok(check, |t| t.doctor_service_good(&address.to_string())),
    }
}

/// Who listens on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Nobody.
    Nobody,
    /// A program, by its process's name.
    Program(String),
    /// Some program that this account may not look at.
    Somebody,
}

/// A port that the dashboard is to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortSeen {
    /// The key of the configuration.
    pub key: &'static str,
    /// The address.
    pub address: SocketAddr,
    /// Who has it.
    pub holder: Holder,
}

/// Judges the ports.
pub fn ports(seen: &Result<Vec<PortSeen>, String>) -> Vec<Answer> {
    let check = Check::Ports;
    let seen = match seen {
        Ok(seen) => seen,
        Err(problem) => return vec![Answer::not_checked(check, |t| t.doctor_ports_unlisted(problem))],
    };
    let mut answers = Vec::new();
    for port in seen {
        let (key, address) = (port.key, port.address.to_string());
        match &port.holder {
            Holder::Program(program) if !OWN.contains(&program.as_str()) => {
                let says = |t: Language| t.doctor_port_taken(key, &address, program);
                answers.push(Answer::problem(check, says, |t| t.doctor_port_taken_act(key)));
            }
            Holder::Somebody => answers.push(Answer::not_checked(check, |t| t.doctor_port_somebody(key, &address))),
            Holder::Program(_) | Holder::Nobody => {}
        }
    }
    if answers.is_empty() {
        let list = |t: Language| {
            let one = |port: &PortSeen| match port.holder {
                Holder::Nobody => t.doctor_port_free(port.key, port.address.port()),
                Holder::Program(_) | Holder::Somebody => t.doctor_port_own(port.key, port.address.port()),
            };
            t.doctor_ports_good(&seen.iter().map(one).collect::<Vec<_>>().join(", "))
        };
        answers.push(Answer::ok(check, list));
    }
    answers
}
