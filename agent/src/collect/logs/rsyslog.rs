//! rsyslog's configuration: which file takes messages on sign-ins, and where records are sent. See rsyslog.conf(5).
//!
//! Lines of selectors and objects of RainerScript are read. A condition is evaluated as far as it asks for what messages on
//! sign-ins have in common; of what depends on their words nothing is said but that it does.

mod condition;
mod legacy;
mod object;
mod property;
mod scan;
mod share;

use thiserror::Error;

pub use self::share::{Share, Shares};

/// The most statements of one file.
pub const STATEMENTS_MAX: usize = 20_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RsyslogError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many statements.
    #[error("it has more than {STATEMENTS_MAX} statements")]
    TooLong,
    /// A bracket, brace, quote or comment has no end.
    #[error("a bracket, brace, quote or comment has no end")]
    Unclosed,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    No,
    /// It is.
    Yes,
    /// It is, where the driver of all connections can (`DefaultNetstreamDriver`).
    ByDriver,
    /// As lines before it say for it (`$ActionSendStreamDriverMode`).
    AsBefore,
}

/// What is done with messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// They are written to a file.
    File(String),
    /// They are written to files whose names a template makes.
    ByTemplate(String),
    /// They are sent to a host.
    Host {
        /// Its name or address.
        host: String,
        /// How.
        encryption: Encryption,
    },
    /// They are taken out: no later statement sees them. With the outputs that the same messages were just written to, each a
    /// file or, behind a question mark, a template.
    Discard(Vec<String>),
    /// Other rules are followed, which are not.
    Elsewhere,
}

/// From where messages of this host are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// From journald's files (imjournal).
    Journal,
    /// From the socket for syslog (imuxsock), to which journald passes on where it runs.
    Socket,
    /// From a socket that programs write to themselves.
    OwnSocket,
    /// Not from the socket for syslog (`$OmitLocalLogging`).
    NoSocket,
}

impl Input {
    /// What a module takes when nothing more is said of it.
    pub fn of_module(name: &str) -> Option<Self> {
        let file = name.rsplit('/').next().unwrap_or(name);
        match file.strip_suffix(".so").unwrap_or(file) {
            "imjournal" => Some(Self::Journal),
            "imuxsock" => Some(Self::Socket),
            _ => None,
        }
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Other files are read here, by path or pattern.
    Include(String),
    /// The driver of all connections encrypts, or does not.
    Driver(bool),
    /// Connections of actions that follow are encrypted, or are not.
    Mode(bool),
    /// From where messages are taken.
    Input(Input),
    /// What a template makes, with the names of properties between percent signs.
    Template {
        /// Its name.
        name: String,
        /// What it makes.
        text: String,
    },
    /// Something is done with messages.
    Action {
        /// With what part of those on sign-ins.
        taken: Shares,
        /// What.
        target: Target,
    },
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Vec<Statement>, RsyslogError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RsyslogError::NotText)?;
    scan::statements(&text.replace("\\\n", ""))
}

#[cfg(test)]
mod tests;
