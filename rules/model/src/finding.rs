//! Verdicts on a host, and how they change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::{Instant, Reason, RuleId, Subject, choice};

choice! {
    /// A verdict without its reason: what pages count and colour.
    pub enum VerdictKind {
        /// The condition holds.
        Pass = "pass",
        /// The condition does not hold.
        Fail = "fail",
        /// It could not be known.
        Unknown = "unknown",
        /// The rule does not bear on this host.
        NotApplicable = "not_applicable",
    }
}

/// What a rule says of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", content = "reason", rename_all = "snake_case")]
pub enum Verdict {
    /// The condition holds.
    Pass,
    /// The condition does not hold.
    Fail,
    /// It could not be known. Never shown as good.
    Unknown(Reason),
    /// The rule does not bear on this host.
    NotApplicable,
}

impl Verdict {
    /// Why it could not be known; absent for what is known.
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Unknown(reason) => Some(reason),
            Self::Pass | Self::Fail | Self::NotApplicable => None,
        }
    }

    /// The verdict without its reason.
    pub const fn kind(&self) -> VerdictKind {
        match self {
            Self::Pass => VerdictKind::Pass,
            Self::Fail => VerdictKind::Fail,
            Self::Unknown(_) => VerdictKind::Unknown,
            Self::NotApplicable => VerdictKind::NotApplicable,
        }
    }
}

/// One value a rule rested on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where it came from: a path into a fact, a register row, or `params.` and a name.
    pub path: String,
    /// The value as people read it.
    pub value: String,
    /// It changes all the time (an offset, an age), so that a new value alone is no transition.
    pub volatile: bool,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// Which finding of a host: a rule, and one account or device where the rule is judged for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingKey {
    /// The rule.
    pub rule: RuleId,
    /// What it is about; absent for the host as a whole.
    pub subject: Option<Subject>,
}

/// A rule's verdict on a host or on one subject of it, with what it rests on.
///
/// A rule that is judged for each subject gives one finding per subject that does not pass. It gives one
/// without a subject, for the host as a whole, while all of them pass, and for what keeps any of them from
/// being known; never one that passes beside one that does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which finding.
    pub key: FindingKey,
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// One sentence on what was found.
    pub says: Bilingual,
    /// Which branch of an any-of rule held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The values it rests on.
    pub evidence: Vec<Evidence>,
    /// When the oldest fact it rests on was read.
    pub observed_at: Instant,
}

impl Finding {
    /// A digest of what makes this finding differ from the last one: verdict, branch and the
    /// evidence that does not change all the time.
    pub fn digest(&self) -> Digest {
        let mut parts: Vec<&str> = vec![self.key.rule.as_str(), self.key.subject.as_ref().map_or("", Subject::as_str)];
        parts.push(self.verdict.kind().word());
        if let Verdict::Unknown(reason) = &self.verdict {
            parts.push(reason.code.word());
        }
        parts.push(self.branch.as_deref().unwrap_or(""));
        for evidence in self.evidence.iter().filter(|evidence| !evidence.volatile) {
            parts.push(&evidence.path);
            parts.push(&evidence.value);
        }
        Digest::of_parts(parts.into_iter().map(str::as_bytes))
    }
}

/// The findings of one host by key.
pub type FindingSet = BTreeMap<FindingKey, Finding>;

/// A finding that changed its verdict or evidence: what travels and what history keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Number within the spool's epoch, from 1, without gaps.
    pub seq: u64,
    /// When the agent noticed it.
    pub at: Instant,
    /// What changed.
    pub change: Change,
}

/// How a finding changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// This is the finding now.
    Set {
        /// The finding.
        finding: Finding,
        /// Its digest, computed by the agent.
        digest: Digest,
    },
    /// The finding no longer exists: its subject passes or is gone, or its rule was withdrawn.
    Cleared {
        /// Which one.
        key: FindingKey,
    },
}

impl Change {
    /// The key of what changed.
    pub fn key(&self) -> &FindingKey {
        match self {
            Self::Set { finding, .. } => &finding.key,
            Self::Cleared { key } => key,
        }
    }
}

/// The digest of a host's whole state: what agent and dashboard must agree on.
pub fn state_digest<'a>(findings: impl IntoIterator<Item = (&'a FindingKey, &'a Digest)>) -> Digest {
    let mut rows: Vec<(&str, &str, &Digest)> = findings
        .into_iter()
        .map(|(key, digest)| (key.rule.as_str(), key.subject.as_ref().map_or("", Subject::as_str), digest))
        .collect();
    rows.sort_unstable_by_key(|(rule, subject, _)| (*rule, *subject));
    Digest::of_parts(
        rows.iter()
            .flat_map(|(rule, subject, digest)| [rule.as_bytes(), subject.as_bytes(), digest.bytes().as_slice()]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReasonCode;

    fn finding(value: &str, volatile: bool) -> Finding {
        Finding {
            key: FindingKey { rule: RuleId::new("clock_synchronised").unwrap(), subject: None },
            verdict: Verdict::Pass,
            says: Bilingual::default(),
            branch: None,
            evidence: vec![Evidence { path: "time_sync.x".into(), value: value.into(), volatile }],
            observed_at: Instant::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_lasting_evidence_makes_a_transition() {
        assert_eq!(finding("1ms", true).digest(), finding("2ms", true).digest());
        assert_ne!(finding("chrony", false).digest(), finding("timesyncd", false).digest());
        let unknown =
            Finding { verdict: Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "x")), ..finding("1ms", true) };
        assert_ne!(unknown.digest(), finding("1ms", true).digest());
    }

    #[test]
    fn findings_travel_whole() {
        let unknown =
            Finding { verdict: Verdict::Unknown(Reason::new(ReasonCode::TimedOut, "x")), ..finding("1ms", true) };
        let text = serde_json::to_string(&unknown).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&text).unwrap(), unknown);
    }

    #[test]
    fn the_state_digest_does_not_depend_on_order() {
        let key = |rule: &str| FindingKey { rule: RuleId::new(rule).unwrap(), subject: None };
        let (a, b) = (key("a"), key("b"));
        let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
        assert_eq!(state_digest([(&a, &one), (&b, &two)]), state_digest([(&b, &two), (&a, &one)]));
        assert_ne!(state_digest([(&a, &one), (&b, &two)]), state_digest([(&a, &two), (&b, &one)]));
    }
}
