//! Steps of the wall clock.

use std::time::Duration;

use chrono::Utc;
use tokio::sync::Notify;

use crate::host::clocks;

/// Whom the service control manager tells of a step at once (SERVICE_CONTROL_TIMECHANGE).
static SET: Notify = Notify::const_new();

/// A program without a window is not told that the clock was set: the two clocks are compared so often.
const EVERY: Duration = Duration::from_mins(1);
/// A clock that is brought in line slowly, by the time service, moves less between two comparisons.
const STEP_MICROS: i64 = 1_000_000;

/// The wall clock was set. To be called by whoever hears of it.
pub fn clock_was_set() {
    SET.notify_waiters();
}

/// Fires for every step.
pub(super) async fn watch(fire: impl Fn() + Send) {
    let mut before = apart();
    loop {
        let told = tokio::time::timeout(EVERY, SET.notified()).await.is_ok();
        let now = apart();
        if told || is_step(before, now) {
            fire();
        }
        before = now;
    }
}

/// Microseconds from the start of the machine to the wall clock.
fn apart() -> i64 {
    let since_boot = i64::try_from(clocks::since_boot().as_micros()).unwrap_or(i64::MAX);
    Utc::now().timestamp_micros().saturating_sub(since_boot)
}

fn is_step(before: i64, now: i64) -> bool {
    now.saturating_sub(before).saturating_abs() >= STEP_MICROS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_corrections_are_no_steps() {
        for (now, step) in [(0, false), (900_000, false), (-900_000, false), (1_000_000, true), (-3_600_000_000, true)]
        {
            assert_eq!(is_step(500, 500 + now), step, "{now}");
        }
        assert!(!is_step(apart(), apart()));
    }
}
