//! The loop's clocks, and when they say that time was not continuous.

use std::time::Duration;

use tenken_model::Instant;

use crate::host::clocks;
use crate::schedule::Uptime;

/// What differs by less is an ordinary correction of the clock.
const JUMP_MIN: Duration = Duration::from_secs(5);

/// The clocks of a machine.
pub trait Clock: Send + Sync {
    /// The wall clock, which people and time services set.
    fn wall(&self) -> Instant;
    /// Time since the machine was started, sleep included.
    fn uptime(&self) -> Uptime;
    /// The awake part of it.
    fn awake(&self) -> Uptime;
}

/// This machine's clocks.
#[derive(Debug, Clone, Copy)]
pub struct LiveClock;

impl Clock for LiveClock {
    fn wall(&self) -> Instant {
        chrono::Utc::now()
    }

    fn uptime(&self) -> Uptime {
        clocks::since_boot()
    }

    fn awake(&self) -> Uptime {
        clocks::awake_since_boot()
    }
}

/// What happened to time since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// The wall clock was set.
    Stepped,
    /// The machine slept.
    Slept,
}

/// Compares the clocks with each other, so that a step or a sleep is noticed by whoever looks often enough.
#[derive(Debug, Clone, Copy)]
pub struct Jumps {
    wall_ahead: chrono::TimeDelta,
    asleep: Duration,
}

impl Jumps {
    /// From now on.
    pub fn since_now(clock: &dyn Clock) -> Self {
        let (uptime, awake) = (clock.uptime(), clock.awake());
        let booted = chrono::TimeDelta::from_std(uptime).unwrap_or(chrono::TimeDelta::MAX);
        let wall_ahead = clock.wall().signed_duration_since(Instant::UNIX_EPOCH) - booted;
        Self { wall_ahead, asleep: uptime.saturating_sub(awake) }
    }

    /// What happened since the last look.
    pub fn look(&mut self, clock: &dyn Clock) -> Option<Jump> {
        let before = std::mem::replace(self, Self::since_now(clock));
        let step = (self.wall_ahead - before.wall_ahead).abs().to_std().unwrap_or(Duration::MAX);
        if self.asleep.saturating_sub(before.asleep) >= JUMP_MIN {
            Some(Jump::Slept)
        } else {
            (step >= JUMP_MIN).then_some(Jump::Stepped)
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Mutex;

    use tenken_model::Span;

    use super::*;

    /// This machine's clocks, moved by a test.
    #[derive(Debug, Default)]
    pub(in crate::run) struct MovedClock {
        wall: Mutex<Span>,
        asleep: Mutex<Duration>,
    }

    impl MovedClock {
        pub(in crate::run) fn step(&self, by: Span) {
            *self.wall.lock().unwrap() = by;
        }
    }

    impl Clock for MovedClock {
        fn wall(&self) -> Instant {
            let slept = i64::try_from(self.asleep.lock().unwrap().as_millis()).unwrap();
            Span::from_millis(self.wall.lock().unwrap().millis() + slept).after(LiveClock.wall())
        }

        fn uptime(&self) -> Uptime {
            LiveClock.uptime() + *self.asleep.lock().unwrap()
        }

        fn awake(&self) -> Uptime {
            LiveClock.awake()
        }
    }

    #[test]
    fn steps_and_sleep_are_told_once_and_small_corrections_not_at_all() {
        let clock = MovedClock::default();
        let mut jumps = Jumps::since_now(&clock);
        assert_eq!(jumps.look(&clock), None);
        clock.step(Span::from_secs(2));
        assert_eq!(jumps.look(&clock), None);
        clock.step(Span::from_days(-400));
        assert_eq!(jumps.look(&clock), Some(Jump::Stepped));
        assert_eq!(jumps.look(&clock), None);
        *clock.asleep.lock().unwrap() = Duration::from_hours(9);
        assert_eq!(jumps.look(&clock), Some(Jump::Slept));
        assert_eq!(jumps.look(&clock), None);
    }
}
