//! How long a name must wait after wrong passwords from one place. Pure: the counts are kept in the store.

use tenken_model::{Instant, Span};

/// Wrong passwords that cost nothing.
const FREE: u32 = 4;
/// The first wait; it doubles with every further wrong password.
const FIRST: Span = Span::from_secs(30);
/// The longest wait, short enough that people behind one address do not keep each other out for a day.
const LONGEST: Span = Span::from_secs(15 * 60);
/// Wrong passwords are forgotten after this long without another.
pub const FORGET: Span = Span::from_secs(24 * 60 * 60);

/// Wrong passwords of one name from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many in a row.
    pub count: u32,
    /// When the last one was.
    pub last: Option<Instant>,
}

impl Failures {
    /// How long to wait from `now` before the next try; `None` when it may be made.
    pub fn wait(&self, now: Instant) -> Option<Span> {
        let doublings = self.count.checked_sub(FREE + 1)?;
        let wait = FIRST.millis().saturating_mul(1_i64.checked_shl(doublings.min(20)).unwrap_or(i64::MAX));
        let until = Span::from_millis(wait.min(LONGEST.millis())).after(self.last?);
        let left = Span::between(now, until);
        (left.millis() > 0).then_some(left)
    }

    /// The counts after another wrong password.
    #[must_use]
    pub fn more(&self, now: Instant) -> Self {
        let forgotten = self.last.is_some_and(|last| Span::between(last, now) > FORGET);
        Self { count: if forgotten { 1 } else { self.count.saturating_add(1) }, last: Some(now) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_are_forgotten() {
        let now = Instant::UNIX_EPOCH;
        let mut failures = Failures::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            waits.push(failures.wait(now).map_or(0, |span| span.millis() / 1000));
            failures = failures.more(now);
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(failures.wait(LONGEST.after(now)), None);
        assert_eq!(failures.more(Span::from_days(2).after(now)).count, 1);
        assert_eq!(Failures { count: u32::MAX, last: Some(now) }.more(now).wait(now), Some(LONGEST));
    }
}
