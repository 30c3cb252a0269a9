//! What an agent sends and what it is answered, under `/v1`.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use crate::digest::Digest;
use crate::fact::system::System;
use crate::finding::{Finding, Transition};
use crate::{Instant, Read, RuleId, Span, Topic};

/// The version of the wire form.
pub const PROTOCOL: u32 = 1;
/// In this field of its head every answer to a host names the dashboard's version.
pub const VERSION_HEADER: &str = "tenken-version";
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
    /// Newest observations by the names of their topics, each in the wire form of a [`KeptFact`](crate::fact::KeptFact).
    /// Only a dashboard that said that it keeps facts is sent any. A topic that it does not know, it ignores.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, serde_json::Value>,
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
    /// The rules of the policy in force that this agent cannot read, and judges as unknown. Absent from agents of before,
    /// which refuse the whole policy for one such rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules_unread: Option<Vec<RuleId>>,
    /// Transitions that were folded into the state because the spool was full.
    pub folded: u64,
    /// What kind of machine it is.
    pub system: Read<System>,
    /// What each collector cost since the agent started. Topics that only a newer agent knows are left out.
    #[serde(deserialize_with = "known")]
    pub costs: Vec<CollectorCost>,
    /// The digest of the newest observation of each topic that dashboards keep, by its name: what the agent wants the
    /// dashboard to have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Digest>,
}

/// The entries of a list that this program knows.
fn known<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Entry<T> {
        Known(T),
        Other(IgnoredAny),
    }
    let entries = Vec::<Entry<T>>::deserialize(deserializer)?;
    let known = |entry| match entry {
        Entry::Known(known) => Some(known),
        Entry::Other(IgnoredAny) => None,
    };
    Ok(entries.into_iter().filter_map(known).collect())
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
    /// The topics whose newest observation the dashboard lacks, by the digests of the heartbeat; absent from a
    /// dashboard that keeps no facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts_wanted: Option<Vec<String>>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReasonCode;

    fn report() -> Report {
        let heartbeat = Heartbeat {
            sent_at: Instant::UNIX_EPOCH,
            agent_version: "0.1.0".into(),
            uptime: Span::ZERO,
            awake: Span::ZERO,
            state_digest: Digest::of(b""),
            state_seq: 0,
            policy_version: 0,
            policy_refused: None,
            rules_unread: None,
            folded: 0,
            system: Read::not_read(ReasonCode::Missing, "x"),
            costs: vec![CollectorCost {
                topic: Topic::Accounts,
                runs: 1,
                failures: 0,
                wall: Span::ZERO,
                longest: Span::ZERO,
                cpu: Span::ZERO,
            }],
            facts: BTreeMap::new(),
        };
        Report {
            protocol: PROTOCOL,
            epoch: 1,
            transitions: Vec::new(),
            snapshot: None,
            facts: BTreeMap::new(),
            heartbeat,
        }
    }

    #[test]
    fn programs_from_before_facts_and_after_understand_each_other() {
        let old = serde_json::to_value(report()).unwrap();
        assert!(old.get("facts").is_none() && old["heartbeat"].get("facts").is_none());
        assert!(old["heartbeat"].get("rules_unread").is_none());
        assert_eq!(serde_json::from_value::<Report>(old.clone()).unwrap(), report());
        let mut newer = old;
        newer["facts"] = serde_json::json!({"telepathy": {"a": 1}});
        newer["heartbeat"]["facts"] = serde_json::json!({"telepathy": Digest::of(b"x")});
        let mut cost = newer["heartbeat"]["costs"][0].clone();
        cost["topic"] = "telepathy".into();
        newer["heartbeat"]["costs"].as_array_mut().unwrap().push(cost);
        let read: Report = serde_json::from_value(newer).unwrap();
        assert_eq!((read.facts.len(), read.heartbeat.facts.len()), (1, 1));
        assert_eq!(read.heartbeat.costs, report().heartbeat.costs);
        let mut answer = ReportAnswer {
            epoch: 1,
            acknowledged: 0,
            resync: false,
            policy_version: 0,
            heartbeat_within: Span::ZERO,
            facts_wanted: None,
        };
        for wanted in [None, Some(Vec::new()), Some(vec!["telepathy".to_owned()])] {
            answer.facts_wanted = wanted;
            let text = serde_json::to_string(&answer).unwrap();
            assert_eq!(text.contains("facts_wanted"), answer.facts_wanted.is_some());
            assert_eq!(serde_json::from_str::<ReportAnswer>(&text).unwrap(), answer);
        }
    }
}
