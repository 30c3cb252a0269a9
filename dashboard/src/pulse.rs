//! Whether each job does what it is there for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Moment};

use tenken_model::{Instant, choice};

choice! {
    /// What the dashboard does without being asked.
    pub enum Job {
        /// Settles drifts whose grace ran out.
        SettleDrifts = "settle_drifts",
        /// Makes policies anew.
        RefreshPolicies = "refresh_policies",
        /// Keeps proposals true and looks at the home page.
        KeepDeclaration = "keep_declaration",
        /// Writes mails that come without a change on a host.
        WriteAlerts = "write_alerts",
        /// Keeps how the items stand each day.
        KeepDays = "keep_days",
        /// Removes what no longer counts.
        Tidy = "tidy",
        /// Sends mails.
        SendMail = "send_mail",
        /// Posts news to the webhook.
        PostNews = "post_news",
    }
}

impl Job {
    /// After how long without a turn something is wrong with it: well over the time between its turns, with that of a long one.
    const fn patience(self) -> Duration {
        match self {
            Self::Tidy => Duration::from_hours(2),
            Self::KeepDays => Duration::from_mins(30),
            Self::SettleDrifts
            | Self::RefreshPolicies
            | Self::KeepDeclaration
            | Self::WriteAlerts
            | Self::SendMail
            | Self::PostNews => Duration::from_mins(10),
        }
    }
}

/// What is known of a job that runs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// When it began or last ended a turn.
    turned: Moment,
    /// Its last turn did what it should.
    pub good: bool,
    /// When one last did.
    pub last_success: Option<Instant>,
}

/// The jobs that run here and their last turns.
#[derive(Debug, Default)]
pub struct Pulse {
    jobs: Mutex<BTreeMap<Job, Beat>>,
}

impl Pulse {
    /// A job begins.
    pub fn begin(&self, job: Job, at: Moment) {
        self.with(|jobs| jobs.insert(job, Beat { turned: at, good: true, last_success: None }));
    }

    /// A job ended a turn, with or without success.
    pub fn turned(&self, job: Job, good: bool, at: Moment, now: Instant) {
        self.with(|jobs| {
            let before = jobs.get(&job).and_then(|beat| beat.last_success);
            let last_success = if good { Some(now) } else { before };
            jobs.insert(job, Beat { turned: at, good, last_success });
        });
    }

    /// Every job that runs here.
    pub fn jobs(&self) -> BTreeMap<Job, Beat> {
        self.with(|jobs| jobs.clone())
    }

    /// The jobs that have not turned for too long: they ended, or something holds them.
    pub fn standing_still(&self, at: Moment) -> Vec<Job> {
        let still = |beat: Beat, job: Job| at.saturating_duration_since(beat.turned) > job.patience();
        self.jobs().into_iter().filter(|(job, beat)| still(*beat, *job)).map(|(job, _)| job).collect()
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<Job, Beat>) -> T) -> T {
        act(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_does_not_turn_stands_still_and_one_that_fails_had_its_last_success() {
        let (pulse, begun) = (Pulse::default(), Moment::now());
        let now: Instant = "2026-11-28T00:00:00Z".parse().unwrap();
        let later = |minutes| begun + Duration::from_mins(minutes);
        assert_eq!(pulse.standing_still(later(99)), [], "nothing runs here");
        pulse.begin(Job::SettleDrifts, begun);
        pulse.begin(Job::Tidy, begun);
        assert_eq!(pulse.standing_still(later(10)), []);
        assert_eq!(pulse.standing_still(later(11)), [Job::SettleDrifts], "it has not turned once");
        pulse.turned(Job::SettleDrifts, true, later(11), now);
        assert_eq!(pulse.standing_still(later(21)), []);
        pulse.turned(Job::SettleDrifts, false, later(21), now + chrono::TimeDelta::minutes(10));
        assert_eq!(pulse.standing_still(later(21)), []);
        let beat = pulse.jobs()[&Job::SettleDrifts];
        assert_eq!((beat.good, beat.last_success), (false, Some(now)));
        assert_eq!(pulse.standing_still(later(121)), [Job::SettleDrifts, Job::Tidy]);
    }
}
