//! What an agent sends and what it is answered, under `/v1`.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::fact::system::System;
use crate::finding::{Finding, Transition};
use crate::{Instant, Read, Span, Topic};

/// The version of the wire form.
pub const PROTOCOL: u32 = 1;
/// The largest report body a dashboard reads, in bytes.
pub const REPORT_BYTES_MAX: usize = 4 << 20;
/// The most transitions in one report; more wait for the next.
pub const TRANSITIONS_MAX: usize = 1_000;
/// The most findings in a snapshot.
pub const SNAPSHOT_FINDINGS_MAX: usize = 20_000;

/// One report: transitions not yet acknowledged and a heartbeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u32,
    /// Which numbering the transitions belong to; a new spool begins a new, larger epoch.
    pub epoch: u64,
    /// Transitions in order of `seq`.
    pub transitions: Vec<Transition>,
    /// The whole state in place of missing transitions, when the dashboard asked for it. Its
    /// transitions up to `seq` are contained in it.
    pub snapshot: Option<Snapshot>,
    /// The state of the agent.
    pub heartbeat: Heartbeat,
}

/// Every finding of a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last transition contained in it.
    pub seq: u64,
    /// All findings.
    pub findings: Vec<Finding>,
}

/// How the agent is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The host's wall clock when the report was made.
    pub sent_at: Instant,
    /// The agent's version.
    pub agent_version: String,
    /// Time since the machine was started, and how much of it was spent awake.
    pub uptime: Span,
    /// Awake part of `uptime`.
    pub awake: Span,
    /// Digest of the state after the last transition in the spool, sent or not.
    pub state_digest: Digest,
    /// The last transition's number at that state.
    pub state_seq: u64,
    /// The version of the policy in force; 0 means the built-in catalogue.
    pub policy_version: u64,
    /// Why the last policy that was offered was refused.
    pub policy_refused: Option<String>,
    /// Transitions that were folded into the state because the spool was full.
    pub folded: u64,
    /// What kind of machine it is.
    pub system: Read<System>,
    /// What each collector cost since the agent started.
    pub costs: Vec<CollectorCost>,
}

/// What a collector costs its host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorCost {
    /// Which one.
    pub topic: Topic,
    /// How often it ran.
    pub runs: u64,
    /// How often it failed or ran out of time.
    pub failures: u64,
    /// Wall time of all runs.
    pub wall: Span,
    /// The longest run.
    pub longest: Span,
    /// Processor time of all runs.
    pub cpu: Span,
}

/// The dashboard's answer to a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportAnswer {
    /// All transitions of `epoch` up to this number are stored.
    pub epoch: u64,
    /// See `epoch`.
    pub acknowledged: u64,
    /// The states differ: send a snapshot.
    pub resync: bool,
    /// The newest policy for this host.
    pub policy_version: u64,
    /// When to send the next heartbeat at the latest.
    pub heartbeat_within: Span,
}

/// The body of every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A stable word, such as `too_large`, `wrong_host`, `malformed`, `revoked`.
    pub code: String,
    /// What was tried, why it failed and what to do, in one line.
    pub message: String,
    /// The epoch that the dashboard counts in, where the report's is older; the next must be larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

impl Refusal {
    /// One of that code and message.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), epoch: None }
    }
}
