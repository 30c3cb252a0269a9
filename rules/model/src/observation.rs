//! What was read, when, and why not.

use serde::{Deserialize, Serialize};

use crate::{Instant, Span, choice};

choice! {
    /// Why something could not be known.
    pub enum ReasonCode {
        /// The agent lacks the right to read it.
        NotPermitted = "not_permitted",
        /// It took longer than its limit.
        TimedOut = "timed_out",
        /// It was read but its form is not understood.
        Unparsable = "unparsable",
        /// Something that should be there is not.
        Missing = "missing",
        /// It is larger than what the agent reads.
        TooLarge = "too_large",
        /// This system or product is recognised but cannot be judged.
        Unsupported = "unsupported",
        /// The policy or a register that it needs has not been given.
        NotConfigured = "not_configured",
        /// The last reading is older than the rule allows.
        Stale = "stale",
        /// The service that would tell did not answer.
        NoAnswer = "no_answer",
        /// Reading failed in another way.
        Failed = "failed",
        /// Everything was read, but it cannot tell: too coarse, or too short a record.
        Inconclusive = "inconclusive",
        /// Judging failed: the expression ran into a limit.
        Limit = "limit",
        /// It is kept elsewhere, where no host can look: accounts of a domain or of a tenant.
        Elsewhere = "elsewhere",
    }
}

/// Why something could not be known, with what was tried on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The kind, translated for people.
    pub code: ReasonCode,
    /// What was tried, on what, and the error, in English in one line: `open /etc/shadow: permission denied`.
    pub detail: String,
}

impl Reason {
    /// A reason of that kind.
    pub fn new(code: ReasonCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.detail, self.code)
    }
}

/// One value within a fact that was measured, or could not be read while the rest was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Read<T> {
    /// The value as the system has it.
    Measured(T),
    /// It could not be read; whatever rests on it is unknown.
    NotRead(Reason),
}

impl<T> Read<T> {
    /// Not read, for that reason.
    pub fn not_read(code: ReasonCode, detail: impl Into<String>) -> Self {
        Self::NotRead(Reason::new(code, detail))
    }

    /// The measured value.
    pub fn measured(&self) -> Option<&T> {
        match self {
            Self::Measured(value) => Some(value),
            Self::NotRead(_) => None,
        }
    }

    /// Applies `f` to a measured value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Read<U> {
        match self {
            Self::Measured(value) => Read::Measured(f(value)),
            Self::NotRead(reason) => Read::NotRead(reason),
        }
    }
}

impl<T> From<Result<T, Reason>> for Read<T> {
    fn from(result: Result<T, Reason>) -> Self {
        match result {
            Ok(value) => Self::Measured(value),
            Err(reason) => Self::NotRead(reason),
        }
    }
}

/// One place that was looked at for a fact, for the evidence an auditor sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// A path, socket or interface: `/etc/shadow`, `adjtimex(2)`.
    pub place: String,
    /// Read, or why not. A file that may legitimately be missing says so here and is no failure.
    pub outcome: SourceOutcome,
}

/// How looking at a place ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceOutcome {
    /// It was read.
    Read,
    /// There is no such thing on this host.
    NotThere,
    /// It could not be read.
    Refused(Reason),
}

/// A fact with when it was read; or measured to be absent; or failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation<T> {
    /// Wall-clock time when reading began.
    pub read_at: Instant,
    /// How long reading took.
    pub took: Span,
    /// Every place that was looked at.
    pub sources: Vec<Source>,
    /// What came of it.
    pub outcome: Outcome<T>,
}

/// What came of reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<T> {
    /// The fact.
    Known(T),
    /// Measured: this host has no such thing (no desktop, no antivirus); says how that is known.
    Absent(String),
    /// Could not look.
    Failed(Reason),
}
