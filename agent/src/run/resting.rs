//! When a resting agent gives back memory.

use std::time::Duration;

use crate::schedule::Uptime;

/// Memory is given back when nothing is to be done for so long: what comes sooner needs most of it again.
const REST_MIN: Duration = Duration::from_secs(5);
/// From one giving back to the next. It takes a millisecond or two with what is read again afterwards, so that changes without end
/// cost a bounded share.
const PAUSE: Duration = Duration::from_secs(10);
/// The same for what waking up alone needed, which takes a tenth of a millisecond.
const AGAIN_PAUSE: Duration = Duration::from_secs(2);

/// Whether there is memory to give back, and from when on it may be.
pub(super) struct Resting {
    worked: bool,
    woke: bool,
    not_before: Uptime,
    not_again_before: Uptime,
}

/// What is to be done about memory before the loop waits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Give it back now.
    GiveBack,
    /// Give back what waking up needed of the program.
    GiveBackAgain,
    /// Nothing now; ask again then, if nothing happens before.
    AskAt(Uptime),
    /// Nothing.
    Wait,
}

impl Resting {
    /// Starting was no work: what it took is given back with that of the first collecting.
    pub(super) fn since(now: Uptime) -> Self {
        Self { worked: false, woke: false, not_before: now, not_again_before: now }
    }

    /// It woke up, be it for nothing.
    pub(super) fn woke(&mut self) {
        self.woke = true;
    }

    /// Something was done that takes memory.
    pub(super) fn worked(&mut self) {
        self.worked = true;
    }

    /// Before a wait in which nothing is to be done until `next`, while nothing runs.
    pub(super) fn before_waiting(&mut self, now: Uptime, next: Uptime) -> Rest {
        let from = now.max(self.not_before);
        if !self.worked || next.saturating_sub(from) < REST_MIN {
            return self.without_work(now, next);
        }
        if from > now {
            return Rest::AskAt(from);
        }
        self.worked = false;
        self.not_before = now.saturating_add(PAUSE);
        self.given_back(now);
        Rest::GiveBack
    }

    /// To wake up for this alone would be no rest.
    fn without_work(&mut self, now: Uptime, next: Uptime) -> Rest {
        if !self.woke || now < self.not_again_before || next.saturating_sub(now) < REST_MIN {
            return Rest::Wait;
        }
        self.given_back(now);
        Rest::GiveBackAgain
    }

    fn given_back(&mut self, now: Uptime) {
        self.woke = false;
        self.not_again_before = now.saturating_add(AGAIN_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGUN: Uptime = Uptime::from_secs(100);

    fn at(seconds: u64) -> Uptime {
        Uptime::from_secs(seconds)
    }

    #[test]
    fn memory_is_given_back_once_after_work_and_before_a_long_wait() {
        let mut resting = Resting::since(BEGUN);
        assert_eq!(resting.before_waiting(BEGUN, at(160)), Rest::Wait);
        resting.worked();
        assert_eq!(resting.before_waiting(BEGUN, at(104)), Rest::Wait);
        assert_eq!(resting.before_waiting(BEGUN, at(105)), Rest::GiveBack);
        assert_eq!(resting.before_waiting(BEGUN, at(160)), Rest::Wait);
    }

    #[test]
    fn work_soon_after_is_given_back_when_the_pause_ends_not_with_the_next_work() {
        let mut resting = Resting::since(BEGUN);
        resting.worked();
        assert_eq!(resting.before_waiting(BEGUN, at(160)), Rest::GiveBack);
        resting.worked();
        assert_eq!(resting.before_waiting(at(103), at(163)), Rest::AskAt(at(110)));
        // What is due soon after the pause would need it again.
        assert_eq!(resting.before_waiting(at(103), at(114)), Rest::Wait);
        assert_eq!(resting.before_waiting(at(110), at(163)), Rest::GiveBack);
        assert_eq!(resting.before_waiting(at(120), at(180)), Rest::Wait);
    }

    #[test]
    fn what_waking_up_needed_is_given_back_unless_it_just_was() {
        let mut resting = Resting::since(BEGUN);
        assert_eq!(resting.before_waiting(BEGUN, at(160)), Rest::Wait, "nothing woke it");
        resting.woke();
        assert_eq!(resting.before_waiting(BEGUN, at(104)), Rest::Wait, "it is soon needed again");
        assert_eq!(resting.before_waiting(BEGUN, at(160)), Rest::GiveBackAgain);
        resting.woke();
        assert_eq!(resting.before_waiting(at(101), at(160)), Rest::Wait);
        assert_eq!(resting.before_waiting(at(102), at(160)), Rest::GiveBackAgain);
        // Work gives back all, and what woke it with it.
        resting.worked();
        resting.woke();
        assert_eq!(resting.before_waiting(at(110), at(160)), Rest::GiveBack);
        assert_eq!(resting.before_waiting(at(130), at(160)), Rest::Wait);
    }
}
