//! rsyslog's configuration: which file takes messages on sign-ins, and where records are sent. See rsyslog.conf(5).
//!
//! Lines of selectors and objects of RainerScript are read. What depends on a condition is not evaluated, only noticed.

mod object;
mod scan;

use thiserror::Error;

use super::selector::Taken;

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
    /// They are sent to a host.
    Host {
        /// Its name or address.
        host: String,
        /// How.
        encryption: Encryption,
    },
    /// They are taken out: no later statement sees them.
    Discard,
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
    /// Something is done with messages of these facilities.
    Action {
        /// Which.
        taken: Taken,
        /// What.
        target: Target,
    },
    /// Something is done under a condition that is not evaluated.
    Conditional {
        /// The condition may be about messages on sign-ins.
        about_sign_ins: bool,
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
