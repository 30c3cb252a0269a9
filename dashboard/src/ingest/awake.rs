//! How long a host was awake since it was enrolled, counted from its heartbeats. Pure.

use tenken_model::report::Heartbeat;
use tenken_model::{Instant, Span};

/// Two readings of the time since a start that differ by no more than this beside the time that passed are of one start.
const SAME_START: Span = Span::from_secs(5 * 60);

/// The awake time of a host as it is counted before and after a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwakeTime {
    before: Span,
    after: Span,
    now: Instant,
}

impl AwakeTime {
    /// Nothing was counted yet.
    pub const fn begun(now: Instant) -> Self {
        Self { before: Span::ZERO, after: Span::ZERO, now }
    }

    /// Counts on with a heartbeat that came `now`. `counted` is what was counted with the `last` one, which came when it says;
    /// nothing is counted for the time before the first.
    ///
    /// Between two heartbeats a host cannot have been awake for longer than the time that passed, whatever it says. After a
    /// start, what it was awake before that start is not known and not counted.
    pub fn count(counted: Span, last: Option<(&Heartbeat, Instant)>, heartbeat: &Heartbeat, now: Instant) -> Self {
        let grown = last.map_or(Span::ZERO, |(last, came)| {
            let passed = Span::between(came, now).max(Span::ZERO);
            let ran = Span::from_millis(heartbeat.uptime.millis().saturating_sub(last.uptime.millis()));
            let apart = ran.millis().abs_diff(passed.millis());
            let grown = if apart <= SAME_START.millis().unsigned_abs() {
                Span::from_millis(heartbeat.awake.millis().saturating_sub(last.awake.millis()))
            } else {
                heartbeat.awake
            };
            grown.max(Span::ZERO).min(passed)
        });
        let after = Span::from_millis(counted.millis().saturating_add(grown.millis()));
        Self { before: counted, after, now }
    }

    /// The count now.
    pub const fn now(self) -> Span {
        self.after
    }

    /// The count at an instant since the last heartbeat: as if the host had been awake ever since, as far as it was awake at
    /// all, because what was noticed was noticed awake.
    pub fn at(self, at: Instant) -> Span {
        let ago = Span::between(at, self.now).max(Span::ZERO);
        Span::from_millis(self.after.millis().saturating_sub(ago.millis())).max(self.before)
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::digest::Digest;
    use tenken_model::{Read, ReasonCode};

    use super::*;

    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;

    fn at(seconds: i64) -> Instant {
        Span::from_secs(seconds).after(Instant::UNIX_EPOCH)
    }

    fn beat(uptime: i64, awake: i64) -> Heartbeat {
        Heartbeat {
            sent_at: at(0),
            agent_version: "0.1.0".into(),
            uptime: Span::from_secs(uptime),
            awake: Span::from_secs(awake),
            state_digest: Digest::of(b""),
            state_seq: 0,
            policy_version: 0,
            policy_refused: None,
            rules_unread: Some(Vec::new()),
            folded: 0,
            system: Read::not_read(ReasonCode::Failed, "x"),
            costs: Vec::new(),
            facts: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn awake_time_grows_by_what_the_host_was_awake() {
        // Uptime and awake time in the last heartbeat and in this one, the time between them, and what is added.
        for (last, this, passed, grown, why) in [
            ((HOUR, HOUR), (HOUR + MINUTE, HOUR + MINUTE), MINUTE, MINUTE, "awake"),
            ((HOUR, HOUR), (10 * HOUR, 2 * HOUR), 9 * HOUR, HOUR, "asleep for eight hours"),
            ((HOUR, HOUR), (2 * MINUTE, 2 * MINUTE), 9 * HOUR, 2 * MINUTE, "started two minutes ago"),
            ((MINUTE, MINUTE), (3 * HOUR, 3 * HOUR), 30 * HOUR, 3 * HOUR, "started, and up for longer than before"),
            ((0, 0), (MINUTE, MINUTE), 2 * MINUTE, MINUTE, "started just now: too little to tell"),
            ((HOUR, HOUR), (HOUR, 900 * HOUR), MINUTE, MINUTE, "no more than the time that passed"),
            ((HOUR, HOUR), (HOUR + MINUTE, MINUTE), MINUTE, 0, "it went back"),
            ((HOUR, HOUR), (HOUR + MINUTE, HOUR + MINUTE), -MINUTE, 0, "the dashboard's clock was set back"),
            ((i64::MAX, i64::MAX), (i64::MIN, i64::MIN), MINUTE, 0, "nonsense"),
        ] {
            let (last, this) = (beat(last.0, last.1), beat(this.0, this.1));
            let counted = Span::from_secs(7 * HOUR);
            let awake = AwakeTime::count(counted, Some((&last, at(0))), &this, at(passed));
            assert_eq!(awake.now(), Span::from_secs(7 * HOUR + grown), "{why}");
        }
        assert_eq!(AwakeTime::count(Span::ZERO, None, &beat(HOUR, HOUR), at(0)).now(), Span::ZERO, "the first");
    }

    #[test]
    fn what_was_noticed_between_two_heartbeats_was_noticed_awake() {
        let (last, this) = (beat(HOUR, HOUR), beat(10 * HOUR, 2 * HOUR));
        let awake = AwakeTime::count(Span::from_secs(100), Some((&last, at(0))), &this, at(9 * HOUR));
        for (noticed, count) in [
            (9 * HOUR, 100 + HOUR),
            (9 * HOUR - MINUTE, 100 + HOUR - MINUTE),
            (HOUR, 100),
            (-HOUR, 100),
            (10 * HOUR, 100 + HOUR),
        ] {
            assert_eq!(awake.at(at(noticed)), Span::from_secs(count), "{noticed}");
        }
    }
}
