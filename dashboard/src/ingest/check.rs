//! A report's form and size, before anything is decided on it. Pure.

use std::collections::BTreeSet;

use tenken_engine::catalog::RULES_MAX;
use tenken_model::finding::{Change, Verdict};
use tenken_model::report::{PROTOCOL, REPORT_BYTES_MAX, Report, SNAPSHOT_FINDINGS_MAX, TRANSITIONS_MAX};
use tenken_model::{Finding, Instant, Span};

use super::refusal::{CLOCK_OFF_MAX, Refused};

/// The most values a finding may rest on.
pub(super) const EVIDENCE_MAX: usize = 200;
/// The most bytes of a text in a finding or heartbeat.
pub(super) const TEXT_BYTES_MAX: usize = 8 << 10;
/// The most collectors a heartbeat may list.
pub(super) const COSTS_MAX: usize = 200;
/// The most facts of which a report may tell.
pub(super) const FACTS_MAX: usize = 200;
/// The most bytes of a topic's name.
pub(super) const TOPIC_BYTES_MAX: usize = 100;

/// Reads a report and checks what can be checked without knowing its host.
pub fn read(body: &[u8], now: Instant) -> Result<Report, Refused> {
    if body.len() > REPORT_BYTES_MAX {
        return Err(Refused::TooLarge);
    }
    let report: Report = serde_json::from_slice(body).map_err(|error| Refused::Malformed(error.to_string()))?;
    if report.protocol != PROTOCOL {
        return Err(Refused::Protocol(report.protocol));
    }
    let sent_at = report.heartbeat.sent_at;
    if Span::between(now, sent_at).abs() > CLOCK_OFF_MAX {
        return Err(Refused::Clock { host: sent_at, dashboard: now });
    }
    transitions(&report)?;
    snapshot(&report)?;
    heartbeat(&report)?;
    Ok(report)
}

fn malformed(what: impl Into<String>) -> Refused {
    Refused::Malformed(what.into())
}

fn most(what: &'static str, found: usize, most: usize) -> Result<(), Refused> {
    if found > most { Err(Refused::Limit { what, found, most }) } else { Ok(()) }
}

fn heartbeat(report: &Report) -> Result<(), Refused> {
    let heartbeat = &report.heartbeat;
    most("collectors", heartbeat.costs.len(), COSTS_MAX)?;
    most("facts", heartbeat.facts.len().max(report.facts.len()), FACTS_MAX)?;
    most("bytes of a topic", heartbeat.facts.keys().map(String::len).max().unwrap_or(0), TOPIC_BYTES_MAX)?;
    most("bytes of the version", heartbeat.agent_version.len(), 100)?;
    most("bytes of a reason", heartbeat.policy_refused.as_ref().map_or(0, String::len), TEXT_BYTES_MAX)?;
    most("rules that are not read", heartbeat.rules_unread.as_ref().map_or(0, Vec::len), RULES_MAX)?;
    let last = report.transitions.last().map_or(0, |transition| transition.seq);
    let snapshot = report.snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
    if heartbeat.state_seq < last.max(snapshot) {
        return Err(malformed("the heartbeat's state_seq is smaller than a number in the report"));
    }
    // The database counts to 2^63, which nothing honest reaches.
    for (what, number) in [("epoch", report.epoch), ("state_seq", heartbeat.state_seq)] {
        if i64::try_from(number).is_err() {
            return Err(malformed(format!("{what} {number} is too large")));
        }
    }
    Ok(())
}

fn transitions(report: &Report) -> Result<(), Refused> {
    most("transitions", report.transitions.len(), TRANSITIONS_MAX)?;
    let mut before = 0;
    for transition in &report.transitions {
        if transition.seq <= before {
            return Err(malformed(format!("transition {} follows {before}", transition.seq)));
        }
        before = transition.seq;
        match &transition.change {
            Change::Set { finding, digest } => {
                check(finding)?;
                if finding.digest() != *digest {
                    return Err(malformed(format!("transition {}: the digest is not the finding's", transition.seq)));
                }
            }
            Change::Cleared { .. } => {}
        }
    }
    Ok(())
}

fn snapshot(report: &Report) -> Result<(), Refused> {
    let Some(snapshot) = &report.snapshot else { return Ok(()) };
    most("findings", snapshot.findings.len(), SNAPSHOT_FINDINGS_MAX)?;
    let mut keys = BTreeSet::new();
    for finding in &snapshot.findings {
        check(finding)?;
        if !keys.insert(&finding.key) {
            return Err(malformed(format!("the snapshot has {} twice", finding.key.rule)));
        }
    }
    Ok(())
}

fn check(finding: &Finding) -> Result<(), Refused> {
    most("values of one finding", finding.evidence.len(), EVIDENCE_MAX)?;
    let reason = match &finding.verdict {
        Verdict::Unknown(reason) => reason.detail.as_str(),
        Verdict::Pass | Verdict::Fail | Verdict::NotApplicable => "",
    };
    let texts = [finding.says.ja.as_str(), finding.says.en.as_str(), reason, finding.branch.as_deref().unwrap_or("")];
    let values = finding.evidence.iter().flat_map(|evidence| [evidence.path.as_str(), evidence.value.as_str()]);
    texts.into_iter().chain(values).try_for_each(|text| {
        most("bytes of one text", text.len(), TEXT_BYTES_MAX)?;
        // PostgreSQL keeps no NUL, and no honest text holds one.
        if text.contains('\0') { Err(malformed(format!("{}: a text holds NUL", finding.key.rule))) } else { Ok(()) }
    })
}
