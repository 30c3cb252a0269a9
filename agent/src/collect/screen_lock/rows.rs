//! Rows of the fact: how what was read of single settings becomes what one person gets.

use tenken_model::fact::screen_lock::{Desktop, UserScreenLock};
use tenken_model::{Read, Reason, Span};

/// Who has no settings of their own.
pub(super) const EVERYBODY: &str = "*";

/// Whether all of them hold. One that does not decides, whatever was not read besides.
pub(super) fn all(parts: impl IntoIterator<Item = Result<bool, Reason>>) -> Read<bool> {
    let mut unread = None;
    for part in parts {
        match part {
            Ok(true) => {}
            Ok(false) => return Read::Measured(false),
            Err(reason) => unread = unread.or(Some(reason)),
        }
    }
    unread.map_or(Read::Measured(true), Read::NotRead)
}

/// The idle time until a screen blanks: never where blanking is off, however long it would take.
pub(super) fn idle_delay(on: Read<bool>, delay: Result<Option<Span>, Reason>) -> Read<Option<Span>> {
    match on {
        Read::Measured(false) => Read::Measured(None),
        Read::Measured(true) => delay.into(),
        Read::NotRead(reason) => Read::NotRead(reason),
    }
}

/// The row of a person of whose settings none was read.
pub(super) fn unread(user: &str, desktop: Desktop, reason: &Reason) -> UserScreenLock {
    UserScreenLock {
        user: user.to_owned(),
        desktop,
        idle_delay: Read::NotRead(reason.clone()),
        lock_enabled: Read::NotRead(reason.clone()),
        lock_delay: Read::NotRead(reason.clone()),
        enforced: Read::NotRead(reason.clone()),
        origin: Vec::new(),
    }
}

/// Whether two people get the same.
pub(super) fn alike(one: &UserScreenLock, other: &UserScreenLock) -> bool {
    let of = |row: &UserScreenLock| UserScreenLock { user: String::new(), origin: Vec::new(), ..row.clone() };
    of(one) == of(other)
}

/// Places without those that were named before.
pub(super) fn distinct(places: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    for place in places {
        if !found.contains(&place) {
            found.push(place);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use tenken_model::ReasonCode;

    use super::*;

    #[test]
    fn one_that_does_not_hold_decides() {
        let denied = || Err(Reason::new(ReasonCode::NotPermitted, "read x"));
        assert_eq!(all([]), Read::Measured(true));
        assert_eq!(all([Ok(true), Ok(true)]), Read::Measured(true));
        assert_eq!(all([Ok(true), denied(), Ok(false)]), Read::Measured(false));
        assert!(matches!(all([Ok(true), denied()]), Read::NotRead(_)));
    }

    #[test]
    fn off_is_never() {
        let minute = Some(Span::from_secs(60));
        let denied = || Reason::new(ReasonCode::NotPermitted, "read x");
        assert_eq!(idle_delay(Read::Measured(true), Ok(minute)), Read::Measured(minute));
        assert_eq!(idle_delay(Read::Measured(false), Err(denied())), Read::Measured(None));
        assert!(matches!(idle_delay(Read::NotRead(denied()), Ok(minute)), Read::NotRead(_)));
    }
}
