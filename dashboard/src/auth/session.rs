//! How long a session lasts.

use tenken_model::{Instant, Span};

/// Without a request for this long, a session ends: a browser that was left open.
pub const IDLE: Span = Span::from_secs(60 * 60);
/// Whatever is done, a session ends after this long: a working day.
pub const LONGEST: Span = Span::from_secs(12 * 60 * 60);
/// The time of the last request is written at most this often, so that reading pages writes little.
const TOUCH: Span = Span::from_secs(60);

/// A half-open sign-in, of which the password was right and the code is yet to come, ends after this long.
pub const HALF_OPEN: Span = Span::from_secs(5 * 60);
/// A second factor counts as just confirmed for this long.
pub const CONFIRMED: Span = Span::from_secs(10 * 60);

/// Whether what began at `since` and stands for `span` still does at `now`; nothing from the future does.
pub fn stands(since: Instant, span: Span, now: Instant) -> bool {
    let age = Span::between(since, now);
    age.millis() >= 0 && age < span
}

/// The times of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When the person signed in.
    pub opened: Instant,
    /// When the last request came, as stored.
    pub used: Instant,
    /// When the person last confirmed it with a second factor.
    pub confirmed: Option<Instant>,
    /// When the person last showed the identity provider anew who it is, with however many factors.
    pub shown: Option<Instant>,
}

/// Whether a session still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It holds.
    Holds,
    /// It holds, and the time of its last request is to be stored.
    Touch,
    /// It has ended.
    Ended,
}

impl Times {
    /// Whether the person has just confirmed it with the second factor.
    pub fn is_confirmed(self, now: Instant) -> bool {
        self.confirmed.is_some_and(|confirmed| stands(confirmed, CONFIRMED, now))
    }

    /// Whether the person has just shown the identity provider anew who it is.
    pub fn is_shown(self, now: Instant) -> bool {
        self.shown.is_some_and(|shown| stands(shown, CONFIRMED, now))
    }

    /// Whether it holds at `now`. A session that was opened in the future has ended: the clock was
    /// set back, and how old it is cannot be known.
    pub fn life(self, now: Instant) -> Life {
        let age = Span::between(self.opened, now);
        let idle = Span::between(self.used, now);
        if age.millis() < 0 || age >= LONGEST || idle >= IDLE {
            Life::Ended
        } else if idle >= TOUCH || idle.millis() < 0 {
            Life::Touch
        } else {
            Life::Holds
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_end_when_idle_old_or_from_the_future() {
        let start = Instant::UNIX_EPOCH;
        let at = |minutes: i64| Span::from_secs(minutes * 60).after(start);
        let life = |opened, used, now| {
            Times { opened: at(opened), used: at(used), confirmed: None, shown: None }.life(at(now))
        };
        assert_eq!(life(0, 0, 0), Life::Holds);
        assert_eq!(life(0, 0, 1), Life::Touch);
        assert_eq!(life(0, 0, 59), Life::Touch);
        assert_eq!(life(0, 0, 60), Life::Ended);
        assert_eq!(life(0, 719, 719), Life::Holds);
        assert_eq!(life(0, 719, 720), Life::Ended, "a working day is over");
        assert_eq!(life(5, 5, 0), Life::Ended, "the clock was set back before it was opened");
        assert_eq!(life(0, 5, 4), Life::Touch, "the clock was set back a little");
    }

    #[test]
    fn a_confirmation_stands_for_ten_minutes() {
        let start = Instant::UNIX_EPOCH;
        let at = |minutes: i64| Span::from_secs(minutes * 60).after(start);
        let confirmed = |confirmed| Times { opened: at(0), used: at(0), confirmed, shown: None };
        assert!(!confirmed(None).is_confirmed(at(0)));
        for (now, wanted) in [(4, false), (5, true), (14, true), (15, false)] {
            assert_eq!(confirmed(Some(at(5))).is_confirmed(at(now)), wanted, "{now}");
        }
    }
}
