//! A time by which something must be done.

use std::time::{Duration, Instant};

use tenken_model::Span;

/// Measured by the monotonic clock, which no step of the wall clock moves.
#[derive(Debug, Clone, Copy)]
pub(in crate::host) struct Deadline {
    begun: Instant,
    within: Duration,
}

impl Deadline {
    /// From now on. A negative span has passed already.
    pub(in crate::host) fn within(span: Span) -> Self {
        let within = u64::try_from(span.millis()).map_or(Duration::ZERO, Duration::from_millis);
        Self { begun: Instant::now(), within }
    }

    /// What is left; nothing once it has passed.
    pub(in crate::host) fn left(&self) -> Option<Duration> {
        self.within.checked_sub(self.begun.elapsed()).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_passed_leaves_nothing() {
        assert_eq!(Deadline::within(Span::ZERO).left(), None);
        assert_eq!(Deadline::within(Span::from_secs(-1)).left(), None);
        assert!(Deadline::within(Span::from_secs(60)).left().unwrap() > Duration::from_secs(50));
    }
}
