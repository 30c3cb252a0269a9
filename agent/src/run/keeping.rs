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
            self.spool.begin_epoch(now)?;
        }
        let report = made?;
        let owing = self.spool.needs_snapshot() && report.snapshot.is_none();
        Ok(Some((Sent::of(&report, owing), report)))
    }

    /// Takes the dashboard's answer to a report.
    pub fn answered(&mut self, sent: Sent, answer: &ReportAnswer, now: Instant) -> Result<Next, SpoolError> {
        let snapshot = sent.snapshot.is_some_and(|seq| sent.epoch == answer.epoch && seq <= answer.acknowledged);
        let taken = self.spool.acknowledge(answer.epoch, answer.acknowledged, snapshot, now)?;
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

    /// The dashboard has a later epoch than this spool's: begins one that may be later still.
    pub fn begin_epoch(&mut self, now: Instant) -> Result<(), SpoolError> {
        self.spool.begin_epoch(now)
    }
}
