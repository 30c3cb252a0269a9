//! Whether a finding begins or ends a drift. Pure.

use tenken_model::finding::VerdictKind;
use tenken_model::{Instant, Span};

use crate::store::{Drift, Reminded, Resolution};

/// A finding as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// It has this verdict.
    Is {
        /// The verdict.
        verdict: VerdictKind,
        /// Since when it fails, not counting times at which it could not be known.
        failing_since: Option<Instant>,
        /// What is left of the rule's grace.
        grace: Allowance,
    },
    /// There is none any more.
    Gone,
}

/// What is left of the grace of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// It may last.
    Running,
    /// It has lasted for longer than it may.
    Over,
}

/// What to do about the drift of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// Open one that fails since then.
    Open(Instant),
    /// Open the last one again: it ended only a short while ago.
    Reopen,
    /// Keep it open with the new evidence.
    Update,
    /// End it.
    Resolve(Resolution),
}

/// Decides on a finding whose newest drift is `last`. `damping` is how long after its end a drift is opened
/// again in place of a new one.
pub fn step(last: Option<&Drift>, finding: Now, damping: Span, now: Instant) -> Step {
    let open = last.filter(|drift| drift.resolved.is_none());
    match finding {
        Now::Gone => resolve(open, Resolution::Cleared),
        Now::Is { verdict: VerdictKind::Pass, .. } => resolve(open, Resolution::Passed),
        Now::Is { verdict: VerdictKind::NotApplicable, .. } => resolve(open, Resolution::NotApplicable),
        Now::Is { verdict: VerdictKind::Fail, .. } if open.is_some() => Step::Update,
        Now::Is { verdict: VerdictKind::Unknown, .. }
        | Now::Is { verdict: VerdictKind::Fail, grace: Allowance::Running, .. } => Step::Nothing,
        Now::Is { verdict: VerdictKind::Fail, failing_since, grace: Allowance::Over } => {
            let since = failing_since.unwrap_or(now);
            match last.and_then(|drift| drift.resolved) {
                Some((ended, _)) if now < damping.after(ended) => Step::Reopen,
                Some(_) | None => Step::Open(since),
            }
        }
    }
}

fn resolve(open: Option<&Drift>, how: Resolution) -> Step {
    if open.is_some() { Step::Resolve(how) } else { Step::Nothing }
}

/// How many reminders of an open drift are due by now: one each time `every` has passed, until somebody
/// acknowledges it.
pub fn reminders(drift: &Drift, every: Span, now: Instant) -> u64 {
    let Drift { opened_at, reminded, .. } = *drift;
    if drift.acknowledged.is_some() { reminded } else { reminders_due(Reminded { opened_at, reminded }, every, now) }
}

/// How many reminders are due of an open drift that nobody acknowledged, never fewer than were written. Without a length
/// of time to wait there are no further ones.
pub fn reminders_due(told: Reminded, every: Span, now: Instant) -> u64 {
    let due = Span::between(told.opened_at, now).millis().checked_div(every.millis().max(0)).unwrap_or(0);
    u64::try_from(due).unwrap_or(0).max(told.reminded)
}

/// How long the news of a drift waits before it is mailed. The first time none: it is wanted at once.
/// One that comes and goes waits longer each time, so that its mails are few; what is undone meanwhile
/// is not mailed at all.
pub fn patience(reopened: u64) -> Span {
    const FIRST: i64 = 5 * 60;
    const LONGEST: i64 = 60 * 60;
    match u32::try_from(reopened) {
        Ok(0) => Span::ZERO,
        Ok(times) => Span::from_secs(FIRST.checked_shl((times - 1).min(10)).unwrap_or(LONGEST).min(LONGEST)),
        Err(_) => Span::from_secs(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::finding::Bilingual;
    use tenken_model::{Finding, FindingKey, HostId, RuleId, Verdict};

    use super::*;

    fn at(seconds: i64) -> Instant {
        Span::from_secs(seconds).after(Instant::UNIX_EPOCH)
    }

    fn drift(ended: Option<i64>) -> Drift {
        Drift {
            id: 1,
            host: HostId::new("h-1").unwrap(),
            failing_since: at(0),
            opened_at: at(0),
            resolved: ended.map(|second| (at(second), Resolution::Passed)),
            reopened: 0,
            reminded: 0,
            acknowledged: None,
            told_by: None,
            finding: Finding {
                key: FindingKey { rule: RuleId::new("a").unwrap(), subject: None },
                verdict: Verdict::Fail,
                says: Bilingual::default(),
                branch: None,
                evidence: Vec::new(),
                observed_at: at(0),
            },
        }
    }

    #[test]
    fn each_verdict_has_its_step() {
        let damping = Span::from_secs(600);
        let grace = |since| if since <= 940 { Allowance::Over } else { Allowance::Running };
        let is = |verdict, since: i64| Now::Is { verdict, failing_since: Some(at(since)), grace: grace(since) };
        let (open, long_ended, just_ended) = (drift(None), drift(Some(100)), drift(Some(900)));
        let cases = [
            (None, is(VerdictKind::Fail, 941), Step::Nothing, "the grace runs"),
            (None, is(VerdictKind::Fail, 940), Step::Open(at(940)), "the grace is over"),
            (None, is(VerdictKind::Pass, 0), Step::Nothing, ""),
            (None, is(VerdictKind::Unknown, 0), Step::Nothing, "unknown opens nothing"),
            (None, Now::Gone, Step::Nothing, ""),
            (Some(&open), is(VerdictKind::Fail, 999), Step::Update, ""),
            (Some(&open), is(VerdictKind::Unknown, 0), Step::Nothing, "unknown ends nothing"),
            (Some(&open), is(VerdictKind::Pass, 0), Step::Resolve(Resolution::Passed), ""),
            (Some(&open), is(VerdictKind::NotApplicable, 0), Step::Resolve(Resolution::NotApplicable), ""),
            (Some(&open), Now::Gone, Step::Resolve(Resolution::Cleared), ""),
            (Some(&long_ended), is(VerdictKind::Fail, 900), Step::Open(at(900)), "long over"),
            (Some(&just_ended), is(VerdictKind::Fail, 901), Step::Reopen, "it flaps"),
            (Some(&just_ended), is(VerdictKind::Fail, 960), Step::Nothing, "grace counts again"),
            (Some(&just_ended), is(VerdictKind::Pass, 0), Step::Nothing, ""),
        ];
        for (last, finding, expected, why) in cases {
            assert_eq!(step(last, finding, damping, at(1_000)), expected, "{finding:?} {why}");
        }
    }

    #[test]
    fn reminders_go_on_until_somebody_acknowledges() {
        let mut open = drift(None);
        let due = |drift: &Drift, second| reminders(drift, Span::from_secs(100), at(second));
        assert_eq!([0, 99, 100, 250].map(|second| due(&open, second)), [0, 0, 1, 2]);
        assert_eq!(due(&open, -5), 0, "the clock was set back");
        open.reminded = 1;
        assert_eq!([50, 199, 200].map(|second| due(&open, second)), [1, 1, 2]);
        open.acknowledged = Some((at(0), "sato".into()));
        assert_eq!(due(&open, 900), 1);
    }

    #[test]
    fn a_drift_that_flaps_is_told_ever_less_often() {
        let minutes: Vec<i64> = [0, 1, 2, 3, 4, 5, 60, u64::MAX].map(|n| patience(n).millis() / 60_000).into();
        assert_eq!(minutes, [0, 5, 10, 20, 40, 60, 60, 60]);
    }
}
