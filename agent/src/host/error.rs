//! Why the machine could not be read.

use serde::{Deserialize, Serialize};
use tenken_model::{Reason, ReasonCode};
use thiserror::Error;

/// Why a reading failed, with what was tried on what.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{tried}: {why}")]
#[serde(deny_unknown_fields)]
pub struct ReadError {
    /// The kind.
    pub kind: ReadErrorKind,
    /// What was tried on what: `read /etc/shadow`.
    pub tried: String,
    /// The system's word for the failure: `permission denied`.
    pub why: String,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadErrorKind {
    /// There is no such thing: a reading, not a failure, where it may be missing.
    NotThere,
    /// The agent lacks the right.
    NotPermitted,
    /// It took too long.
    TimedOut,
    /// It is larger than the limit.
    TooLarge,
    /// A service did not answer or refused.
    NoAnswer,
    /// This system has no such interface.
    Unsupported,
    /// It is not of the expected kind: a folder or a device in place of a file.
    WrongKind,
    /// Anything else.
    Failed,
}

impl ReadError {
    /// A failure of that kind.
    pub fn new(kind: ReadErrorKind, tried: impl Into<String>, why: impl Into<String>) -> Self {
        Self { kind, tried: tried.into(), why: why.into() }
    }

    /// A failure the operating system reported.
    pub fn from_io(tried: impl Into<String>, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        #[expect(clippy::wildcard_enum_match_arm, reason = "the standard list is open; what is not named is `Failed`")]
        let kind = match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => ReadErrorKind::NotThere,
            ErrorKind::PermissionDenied => ReadErrorKind::NotPermitted,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => ReadErrorKind::TimedOut,
            ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                ReadErrorKind::NoAnswer
            }
            ErrorKind::IsADirectory => ReadErrorKind::WrongKind,
            _ => ReadErrorKind::Failed,
        };
        Self::new(kind, tried, error.to_string())
    }

    /// There is no such thing.
    pub fn is_not_there(&self) -> bool {
        self.kind == ReadErrorKind::NotThere
    }

    /// As the reason of an unknown verdict.
    pub fn reason(&self) -> Reason {
        let code = match self.kind {
            ReadErrorKind::NotThere => ReasonCode::Missing,
            ReadErrorKind::NotPermitted => ReasonCode::NotPermitted,
            ReadErrorKind::TimedOut => ReasonCode::TimedOut,
            ReadErrorKind::TooLarge => ReasonCode::TooLarge,
            ReadErrorKind::NoAnswer => ReasonCode::NoAnswer,
            ReadErrorKind::Unsupported => ReasonCode::Unsupported,
            ReadErrorKind::WrongKind => ReasonCode::Unparsable,
            ReadErrorKind::Failed => ReasonCode::Failed,
        };
        Reason::new(code, self.to_string())
    }
}
