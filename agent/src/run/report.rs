//! Putting a report together.

use std::collections::BTreeMap;

use tenken_model::fact::system::System;
use tenken_model::finding::FindingSet;
use tenken_model::observation::Outcome;
use tenken_model::report::{CollectorCost, Heartbeat, PROTOCOL, REPORT_BYTES_MAX, Report, Snapshot};
use tenken_model::{Facts, Instant, Read, ReasonCode, RuleId};

use crate::gather::span;
use crate::schedule::Uptime;
use crate::spool::{Spool, SpoolError};
use crate::state;

/// What a heartbeat says beside the spool's numbers.
#[derive(Debug)]
pub struct Present {
    /// The wall clock.
    pub now: Instant,
    /// Time since the machine was started.
    pub uptime: Uptime,
    /// The awake part of it.
    pub awake: Uptime,
    /// The policy in force.
    pub policy_version: u64,
    /// Why the last policy that was offered was refused.
    pub policy_refused: Option<String>,
    /// The rules of it that this agent cannot read.
    pub rules_unread: Vec<RuleId>,
    /// The machine.
    pub system: Read<System>,
    /// What collecting cost.
    pub costs: Vec<CollectorCost>,
}

/// A report of what waits in the spool, still without facts; with all findings if only they can tell. `findings` are those whose
/// state the spool has; while there are none yet, the snapshot stays owed.
pub fn report(spool: &Spool, findings: Option<&FindingSet>, present: Present) -> Result<Report, SpoolError> {
    let seq = spool.last_seq();
    let snapshot = findings
        .filter(|_| spool.needs_snapshot())
        .map(|findings| Snapshot { seq, findings: findings.values().cloned().collect() });
    let heartbeat = Heartbeat {
        sent_at: present.now,
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime: span(present.uptime),
        awake: span(present.awake),
        state_digest: state::digest(spool.state()),
        state_seq: seq,
        policy_version: present.policy_version,
        policy_refused: present.policy_refused,
        rules_unread: Some(present.rules_unread),
        folded: spool.folded(),
        system: present.system,
        costs: present.costs,
        facts: BTreeMap::new(),
    };
    let transitions = spool.batch()?;
    let (protocol, epoch) = (PROTOCOL, spool.epoch());
    let mut report = Report { protocol, epoch, transitions, snapshot, facts: BTreeMap::new(), heartbeat };
    // The snapshot contains the transitions, so that they may stay behind, with their dates, to make it fit.
    if report.snapshot.is_some() && serde_json::to_vec(&report)?.len() > REPORT_BYTES_MAX {
        report.transitions.clear();
    }
    Ok(report)
}

/// What kind of machine this is, as far as it was read.
pub fn system(facts: &Facts) -> Read<System> {
    let missing = |why: &str| Read::not_read(ReasonCode::Missing, why);
    match facts.system.as_ref().map(|observation| &observation.outcome) {
        Some(Outcome::Known(system)) => Read::Measured(system.clone()),
        Some(Outcome::Absent(how)) => missing(how),
        Some(Outcome::Failed(reason)) => Read::NotRead(reason.clone()),
        None => missing("the system has not been read yet"),
    }
}

#[cfg(test)]
pub mod tests {
    use tenken_model::{Finding, Size, Verdict};

    use super::*;
    use crate::state::tests::finding;

    fn present() -> Present {
        Present {
            now: Instant::UNIX_EPOCH,
            uptime: Uptime::ZERO,
            awake: Uptime::ZERO,
            policy_version: 3,
            policy_refused: None,
            rules_unread: Vec::new(),
            system: system(&Facts::default()),
            costs: Vec::new(),
        }
    }

    fn set(findings: Vec<Finding>) -> FindingSet {
        findings.into_iter().map(|finding| (finding.key.clone(), finding)).collect()
    }

    #[test]
    fn a_report_holds_what_waits_and_all_findings_only_if_needed() {
        let scratch = tempfile::tempdir().unwrap();
        let (mut spool, _) = Spool::open(scratch.path(), Size::from_bytes(1 << 20), Instant::UNIX_EPOCH).unwrap();
        let findings = set(vec![finding(1, None, Verdict::Pass, ""), finding(2, None, Verdict::Fail, "")]);
        spool.append(Instant::UNIX_EPOCH, state::changes(spool.state(), &findings)).unwrap();
        let first = report(&spool, Some(&findings), present()).unwrap();
        assert_eq!((first.transitions.len(), first.snapshot, first.heartbeat.state_seq), (2, None, 2));
        spool.want_snapshot();
        let unjudged = report(&spool, None, present()).unwrap();
        assert_eq!(unjudged.snapshot, None, "an empty snapshot would say that all findings are gone");
        let second = report(&spool, Some(&findings), present()).unwrap();
        let snapshot = second.snapshot.unwrap();
        assert_eq!((snapshot.seq, snapshot.findings.len(), second.transitions.len()), (2, 2, 2));
    }

    #[test]
    fn a_snapshot_that_fills_the_report_goes_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let (mut spool, _) = Spool::open(scratch.path(), Size::from_bytes(16 << 20), Instant::UNIX_EPOCH).unwrap();
        let long = |rule| {
            let mut finding = finding(rule, None, Verdict::Fail, "");
            finding.says.en = "x".repeat(800_000);
            finding
        };
        let findings = set((0..4).map(long).collect());
        spool.append(Instant::UNIX_EPOCH, state::changes(spool.state(), &findings)).unwrap();
        spool.want_snapshot();
        let report = report(&spool, Some(&findings), present()).unwrap();
        assert_eq!((report.transitions.len(), report.snapshot.unwrap().findings.len()), (0, 4));
    }
}
