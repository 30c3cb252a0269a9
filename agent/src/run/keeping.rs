//! From findings to the spool, and from the spool to a report and back.

use tenken_model::Instant;
use tenken_model::finding::FindingSet;
use tenken_model::report::{Report, ReportAnswer};

use super::report::{Present, report};
use crate::spool::{Acknowledged, Spool, SpoolError};
use crate::state;

/// The spool, and whether it has what was judged last.
#[derive(Debug)]
pub struct Keeping {
    spool: Spool,
    behind: bool,
}

/// What a report on its way contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    epoch: u64,
    /// The first transition in it.
    first: Option<u64>,
    /// It has a snapshot, up to that number.
    snapshot: Option<u64>,
    /// It should have had one, but nothing was judged yet.
    owing: bool,
}

impl Sent {
    fn of(report: &Report, owing: bool) -> Self {
        Self {
            epoch: report.epoch,
            first: report.transitions.first().map(|transition| transition.seq),
            snapshot: report.snapshot.as_ref().map(|snapshot| snapshot.seq),
            owing,
        }
    }
}

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing until there is news.
    Rest,
    /// Report again at once.
    More,
    /// Report again, but not at once: the last report led nowhere.
    Later(&'static str),
}

impl Keeping {
    /// With that spool, whose state is not compared with anything yet.
    pub fn new(spool: Spool) -> Self {
        Self { spool, behind: false }
    }

    /// The spool.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Keeps what changed since what the spool has, and says how much. After a failure the next call compares
    /// with what is really on the disk, so that nothing is lost.
    pub fn keep(&mut self, findings: &FindingSet, now: Instant) -> Result<usize, SpoolError> {
        self.behind = true;
        self.spool.refresh(now)?;
        let changes = state::changes(self.spool.state(), findings);
        let count = changes.len();
        self.spool.append(now, changes)?;
        self.behind = false;
        Ok(count)
    }

    /// What was judged last could not be kept.
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// The next report. `None` while the spool cannot keep what was judged and holds nothing else that waits: to
    /// repeat the old state as if it were the present one would be a lie, a host that is silent is none.
    pub fn report(
        &mut self,
        findings: Option<&FindingSet>,
        present: Present,
    ) -> Result<Option<(Sent, Report)>, SpoolError> {
        let now = present.now;
        self.spool.refresh(now)?;
        if self.behind && self.spool.pending() == 0 {
            return Ok(None);
        }
        let made = report(&self.spool, findings.filter(|_| !self.behind), present);
        if matches!(made, Err(SpoolError::Damaged(_))) {
            // What was to be sent cannot be read any more: the state goes as a snapshot, under new numbers.
            self.begin_epoch(0, now)?;
        }
        let report = made?;
        let owing = self.spool.needs_snapshot() && report.snapshot.is_none();
        Ok(Some((Sent::of(&report, owing), report)))
    }

    /// Takes the dashboard's answer to a report.
    pub fn answered(&mut self, sent: Sent, answer: &ReportAnswer, now: Instant) -> Result<Next, SpoolError> {
        let snapshot = sent.snapshot.is_some_and(|seq| sent.epoch == answer.epoch && seq <= answer.acknowledged);
        let taken = self.spool.acknowledge(answer.epoch, answer.acknowledged, snapshot, now);
        // It may have begun an epoch by half.
        self.behind |= taken.is_err();
        let taken = taken?;
        match taken {
            Acknowledged::Taken => {}
            Acknowledged::OtherEpoch => return Ok(Next::Later("the dashboard answered for another epoch")),
            Acknowledged::Ahead => return Ok(Next::More),
        }
        if answer.resync {
            self.spool.want_snapshot();
            return Ok(match sent.snapshot {
                Some(_) => Next::Later("the dashboard's state differs even after a snapshot"),
                None if sent.owing => Next::Later("the dashboard waits for a snapshot, which is not judged yet"),
                None => Next::More,
            });
        }
        let stuck = sent.first.is_some_and(|first| answer.acknowledged < first);
        Ok(match (self.spool.pending() > 0, stuck) {
            (true, false) => Next::More,
            (true, true) => Next::Later("the dashboard took nothing of what was sent"),
            (false, _) => Next::Rest,
        })
    }

    /// The dashboard counts in a later epoch than this spool's: begins one that is later still. Half done, it may have
    /// lost the state: what was judged is compared with it again before anything is reported.
    pub fn begin_epoch(&mut self, known: u64, now: Instant) -> Result<(), SpoolError> {
        let begun = self.spool.begin_epoch(known, now);
        self.behind |= begun.is_err();
        begun
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::{Facts, Finding, Size, Span, Verdict};

    use super::super::report::system;
    use super::*;
    use crate::schedule::Uptime;
    use crate::state::tests::finding;

    const NOW: Instant = Instant::UNIX_EPOCH;

    fn present() -> Present {
        Present {
            now: NOW,
            uptime: Uptime::ZERO,
            awake: Uptime::ZERO,
            policy_version: 0,
            policy_refused: None,
            rules_unread: Vec::new(),
            system: system(&Facts::default()),
            costs: Vec::new(),
        }
    }

    fn set(findings: Vec<Finding>) -> FindingSet {
        findings.into_iter().map(|finding| (finding.key.clone(), finding)).collect()
    }

    fn opened(folder: &std::path::Path) -> Keeping {
        Keeping::new(Spool::open(folder, Size::from_bytes(1 << 20), NOW).unwrap().0)
    }

    fn answer(epoch: u64, acknowledged: u64, resync: bool) -> ReportAnswer {
        let (policy_version, heartbeat_within) = (0, Span::ZERO);
        ReportAnswer { epoch, acknowledged, resync, policy_version, heartbeat_within, facts_wanted: None }
    }

    #[test]
    fn what_could_not_be_kept_is_kept_later_and_the_old_state_not_repeated() {
        let scratch = tempfile::tempdir().unwrap();
        let mut keeping = opened(scratch.path());
        let findings = set(vec![finding(1, None, Verdict::Pass, ""), finding(2, None, Verdict::Fail, "")]);
        // A folder in place of the mark refuses to be replaced, as a full disk does.
        let (mark, aside) = (scratch.path().join("mark"), scratch.path().join("aside"));
        std::fs::rename(&mark, &aside).unwrap();
        std::fs::create_dir(&mark).unwrap();
        assert!(keeping.keep(&findings, NOW).is_err() && keeping.is_behind());
        assert!(keeping.report(Some(&findings), present()).is_err());
        std::fs::remove_dir(&mark).unwrap();
        std::fs::rename(&aside, &mark).unwrap();
        keeping.keep(&findings, NOW).unwrap();
        let (_, report) = keeping.report(Some(&findings), present()).unwrap().unwrap();
        let numbers: Vec<u64> = report.transitions.iter().map(|one| one.seq).collect();
        assert_eq!((numbers.as_slice(), report.heartbeat.state_seq), ([1, 2].as_slice(), 2));
    }

    #[test]
    fn a_host_that_cannot_keep_its_findings_is_silent() {
        let scratch = tempfile::tempdir().unwrap();
        let mut keeping = opened(scratch.path());
        keeping.behind = true;
        assert_eq!(keeping.report(None, present()).unwrap(), None);
        keeping.keep(&FindingSet::new(), NOW).unwrap();
        assert!(keeping.report(None, present()).unwrap().is_some());
    }

    #[test]
    fn an_epoch_that_was_begun_by_half_reports_nothing_before_what_was_judged_is_kept() {
        let scratch = tempfile::tempdir().unwrap();
        let mut keeping = opened(scratch.path());
        let findings = set(vec![finding(1, None, Verdict::Fail, "")]);
        keeping.keep(&findings, NOW).unwrap();
        let epoch = keeping.spool().epoch();
        let (sent, _) = keeping.report(Some(&findings), present()).unwrap().unwrap();
        keeping.answered(sent, &answer(epoch, 1, false), NOW).unwrap();
        // The log cannot be replaced once the mark was.
        let (log, aside) = (scratch.path().join("log"), scratch.path().join("aside"));
        std::fs::rename(&log, &aside).unwrap();
        std::fs::create_dir(&log).unwrap();
        assert!(keeping.begin_epoch(epoch + 5, NOW).is_err() && keeping.is_behind());
        keeping.behind = false;
        assert!(keeping.answered(sent, &answer(keeping.spool().epoch(), 9, false), NOW).is_err());
        assert!(keeping.is_behind(), "the same when the dashboard is ahead");
        std::fs::remove_dir(&log).unwrap();
        std::fs::rename(&aside, &log).unwrap();
        assert_eq!(keeping.report(Some(&findings), present()).unwrap(), None);
        keeping.keep(&findings, NOW).unwrap();
        let (_, report) = keeping.report(Some(&findings), present()).unwrap().unwrap();
        assert!(report.epoch > epoch + 5 && report.snapshot.is_some_and(|snapshot| snapshot.findings.len() == 1));
    }

    #[test]
    fn answers_say_whether_to_report_again() {
        let scratch = tempfile::tempdir().unwrap();
        let mut keeping = opened(scratch.path());
        let findings = set(vec![finding(1, None, Verdict::Pass, ""), finding(2, None, Verdict::Fail, "")]);
        keeping.keep(&findings, NOW).unwrap();
        let epoch = keeping.spool().epoch();
        let (sent, _) = keeping.report(Some(&findings), present()).unwrap().unwrap();
        let mut next = |sent, epoch, acknowledged, resync| {
            keeping.answered(sent, &answer(epoch, acknowledged, resync), NOW).unwrap()
        };
        assert!(matches!(next(sent, epoch + 1, 9, false), Next::Later(_)), "another epoch");
        assert!(matches!(next(sent, epoch, 0, false), Next::Later(_)), "nothing was taken");
        assert_eq!(next(sent, epoch, 1, false), Next::More);
        assert_eq!(next(sent, epoch, 2, false), Next::Rest);
        assert_eq!(next(sent, epoch, 2, true), Next::More, "with a snapshot");
        assert!(matches!(next(Sent { owing: true, ..sent }, epoch, 2, true), Next::Later(_)));
        assert!(matches!(next(Sent { snapshot: Some(2), ..sent }, epoch, 2, true), Next::Later(_)));
        assert_eq!(next(sent, epoch, 3, false), Next::More, "the dashboard is ahead: a new epoch");
        assert!(keeping.spool().epoch() > epoch && keeping.spool().needs_snapshot());
    }
}
