//! When a resting agent gives back memory.

use std::time::Duration;

use crate::schedule::Uptime;

/// Memory is given back when nothing is to be done for so long: what comes sooner needs most of it again.
const REST_MIN: Duration = Duration::from_secs(5);
/// From one giving back to the next. It takes a millisecond or two with what is read again afterwards, so that changes without end
/// cost a bounded share.
const PAUSE: Duration = Duration::from_secs(10);

/// Whether there is memory to give back, and from when on it may be.
pub(super) struct Resting {
    worked: bool,
    not_before: Uptime,
}

/// What is to be done about memory before the loop waits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Give it back now.
    GiveBack,
    /// Nothing now; ask again then, if nothing happens before.
    AskAt(Uptime),
    /// Nothing.
    Wait,
}

impl Resting {
    /// Starting was no work: what it took is given back with that of the first collecting.
    pub(super) fn since(now: Uptime) -> Self {
        Self { worked: false, not_before: now }
    }

    /// Something was done that takes memory.
    pub(super) fn worked(&mut self) {
        self.worked = true;
    }

    /// Before a wait in which nothing is to be done until `next`, while nothing runs.
    pub(super) fn before_waiting(&mut self, now: Uptime, next: Uptime) -> Rest {
        let from = now.max(self.not_before);
        if !self.worked || next.saturating_sub(from) < REST_MIN {
            return Rest::Wait;
        }
        if from > now {
            return Rest::AskAt(from);
        }
        self.worked = false;
        self.not_before = now.saturating_add(PAUSE);
        Rest::GiveBack
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
}
