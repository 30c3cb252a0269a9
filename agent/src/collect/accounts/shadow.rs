//! `/etc/shadow`: the state of passwords and the end of accounts. See shadow(5).
//!
//! The hash itself is looked at and dropped: no value of this module holds it.

use std::collections::BTreeMap;

use tenken_model::fact::accounts::PasswordState;
use tenken_model::fact::password_storage::HashScheme;
use tenken_model::{Instant, Span};
use thiserror::Error;

use super::fields::{cut_off, lines};
use super::hash_scheme::scheme;

/// From this many days on, a password that may stay that long stays for ever: useradd's own default.
const FOR_EVER_DAYS: i64 = 99_999;

/// The fields of a line.
pub const FIELDS: usize = 9;

/// What the file says of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShadowEntry {
    /// The state of its password.
    pub password: PasswordState,
    /// How it is kept, also a locked one; `None` where there is none.
    pub scheme: Option<HashScheme>,
    /// The day the password was set, counted from 1970-01-01; 0 asks for a new one at the next sign-in. Without it nothing
    /// of what follows about ages holds.
    pub changed_day: Option<i64>,
    /// How many days the password may stay; `None` for ever.
    pub max_days: Option<i64>,
    /// How many days after that the account still opens to set a new one; `None` for ever.
    pub inactive_days: Option<i64>,
    /// The day from which on the account does not open; `None` never.
    pub expire_day: Option<i64>,
}

impl ShadowEntry {
    /// When the password was last set; `None` if never.
    pub fn changed(&self) -> Option<Instant> {
        self.changed_day.filter(|day| *day > 0).and_then(start_of)
    }

    /// The longest the password may stay; `None` means for ever, as where nothing says since when it has been there.
    pub fn max_age(&self) -> Option<Span> {
        self.changed_day?;
        self.max_days.filter(|days| *days < FOR_EVER_DAYS).map(Span::from_days)
    }

    /// When the account ends; `None` means never.
    pub fn expires(&self) -> Option<Instant> {
        self.expire_day.and_then(start_of)
    }

    /// Whether the account no longer opens by any means: it has ended, or its password outlived its limit and the
    /// days after it. As `pam_unix` decides.
    pub fn expired(&self, now: Instant) -> bool {
        let today = now.timestamp().div_euclid(86_400);
        if self.expire_day.is_some_and(|day| today >= day) {
            return true;
        }
        match (self.changed_day, self.max_days, self.inactive_days) {
            (Some(changed), Some(max), Some(inactive)) if changed > 0 && changed <= today => {
                today.saturating_sub(changed) > max.saturating_add(inactive)
            }
            _ => false,
        }
    }
}

fn start_of(day: i64) -> Option<Instant> {
    Instant::from_timestamp(day.checked_mul(86_400)?, 0)
}

/// Why the file says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShadowError {
    /// Not one line is an entry: every account would look as if it had no password.
    #[error("no entry in it")]
    NoEntry,
    /// The last line ends before its last field, as after a broken copy: entries behind it are missing.
    #[error("it is cut off in its last line")]
    CutOff,
}

/// Reads `/etc/shadow`: what it says by account name. Of several lines of one name the first counts, as it does for
/// the system. Lines that are no entry are passed over, which the system does too.
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<String, ShadowEntry>, ShadowError> {
    let text = String::from_utf8_lossy(bytes);
    let mut entries = BTreeMap::new();
    for line in lines(&text).filter(|line| !line.starts_with(['+', '-'])) {
        let mut fields = line.split(':');
        let Some(name) = fields.next().filter(|name| !name.is_empty()) else { continue };
        let Some(password) = fields.next() else { continue };
        let mut days = [None; 6];
        for (slot, field) in days.iter_mut().zip(&mut fields) {
            *slot = field.trim().parse().ok().filter(|days| *days >= 0);
        }
        let [changed_day, _, max_days, _, inactive_days, expire_day] = days;
        let entry = ShadowEntry {
            password: state(password),
            scheme: scheme(password),
            changed_day,
            max_days,
            inactive_days,
            expire_day,
        };
        entries.entry(name.to_owned()).or_insert(entry);
    }
    if entries.is_empty() {
        return Err(ShadowError::NoEntry);
    }
    if cut_off(&text, FIELDS) { Err(ShadowError::CutOff) } else { Ok(entries) }
}

/// The state that a password field tells, in either file.
///
/// `!` before a hash locks it; `*`, `!`, `!!` and `!*` are no hash of anything, so none was ever set.
pub fn state(field: &str) -> PasswordState {
    let unlocked = field.trim_start_matches('!');
    match (field.is_empty(), unlocked.len() == field.len(), unlocked.is_empty() || unlocked.starts_with('*')) {
        (true, _, _) => PasswordState::Empty,
        (false, _, true) => PasswordState::Unset,
        (false, true, false) => PasswordState::Set,
        (false, false, false) => PasswordState::Locked,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn one(line: &str) -> ShadowEntry {
        *parse(format!("{line}\n").as_bytes()).unwrap().values().next().unwrap()
    }

    #[test]
    fn the_states_useradd_passwd_and_chage_leave() {
        let entries = parse(include_bytes!("../../../tests/samples/accounts/shadow")).unwrap();
        let state = |name: &str| entries.get(name).unwrap().password;
        assert_eq!(state("root"), PasswordState::Unset);
        assert_eq!(state("hanako"), PasswordState::Set);
        assert_eq!(state("locked"), PasswordState::Locked);
        assert_eq!(state("nopass"), PasswordState::Empty);
        assert_eq!(state("keyonly"), PasswordState::Unset);
        let ended = entries.get("ended").unwrap();
        assert_eq!(ended.expires(), Some(at("1970-01-02T00:00:00Z")));
        assert!(ended.expired(at("2026-11-23T00:00:00Z")));
        let maintenance = entries.get("maint").unwrap();
        assert_eq!(maintenance.expires(), Some(at("2027-03-31T00:00:00Z")));
        assert_eq!(maintenance.max_age(), Some(Span::from_days(60)));
        assert_eq!(entries.get("hanako").unwrap().max_age(), None);
        assert_eq!(entries.get("locked").unwrap().scheme, entries.get("hanako").unwrap().scheme);
        assert_eq!(entries.get("keyonly").unwrap().scheme, None);
    }

    #[test]
    fn without_the_day_of_its_change_a_password_stays_for_ever() {
        assert_eq!(one("a:$6$x$y::0:60:7:::").max_age(), None);
        assert_eq!(one("a:$6$x$y:0:0:60:7:::").max_age(), Some(Span::from_days(60)));
    }

    #[test]
    fn fields_that_lock_and_fields_that_were_never_a_password() {
        for (field, expected) in [
            ("", PasswordState::Empty),
            ("!", PasswordState::Unset),
            ("!!", PasswordState::Unset),
            ("*", PasswordState::Unset),
            ("!*", PasswordState::Unset),
            ("*LK*", PasswordState::Unset),
            ("!$y$j9T$salt$hash", PasswordState::Locked),
            ("!!$6$salt$hash", PasswordState::Locked),
            ("$y$j9T$salt$hash", PasswordState::Set),
            ("abJnggxhB/yWI", PasswordState::Set),
        ] {
            assert_eq!(state(field), expected, "{field}");
        }
    }

    #[test]
    fn the_day_an_account_ends_it_no_longer_opens() {
        let entry = one("a:*:20000:0:99999:7::20781:");
        assert_eq!(entry.expires(), Some(at("2026-11-24T00:00:00Z")));
        assert!(!entry.expired(at("2026-11-23T23:59:59Z")));
        assert!(entry.expired(at("2026-11-24T00:00:00Z")));
        assert!(one("a:*:20000:0:99999:7::0:").expired(at("2026-11-24T00:00:00Z")));
        assert!(!one("a:*:20000:0:99999:7::-1:").expired(at("2026-11-24T00:00:00Z")));
    }

    #[test]
    fn a_password_that_outlived_its_limit_closes_the_account_after_the_inactive_days() {
        let entry = one("a:$6$x$y:20700:0:60:7:14::");
        assert!(!entry.expired(at("2026-11-15T00:00:00Z")));
        assert!(entry.expired(at("2026-11-20T00:00:00Z")));
        assert!(!one("a:$6$x$y:20700:0:60:7:::").expired(at("2030-01-01T00:00:00Z")));
        assert!(!one("a:$6$x$y:0:0:60:7:14::").expired(at("2026-11-20T00:00:00Z")));
        assert!(!one("a:$6$x$y:90000:0:60:7:14::").expired(at("2026-11-20T00:00:00Z")));
    }

    #[test]
    fn odd_lines() {
        for none in ["", "alone\n:x:1\n+::::::::\n#c:x", "\u{1}\u{2}\n\u{3}"] {
            assert_eq!(parse(none.as_bytes()), Err(ShadowError::NoEntry), "every account would look closed: {none}");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_an_error() {
        let whole = "a:*:1:0:99999:7:::\nb:$y$x:1:0:99999:7:::\n";
        for length in [20, 25, whole.len() - 4] {
            assert_eq!(parse(&whole.as_bytes()[..length]), Err(ShadowError::CutOff), "{length}");
        }
        // Without the end of the line it is whole still.
        assert_eq!(parse(&whole.as_bytes()[..whole.len() - 1]).unwrap().len(), 2);
        let short = one("short:*");
        assert_eq!((short.changed(), short.max_age(), short.expires()), (None, None, None));
        let odd = one("odd:*:soon:x:99999999999999999999:::9223372036854775807:");
        assert_eq!((odd.changed(), odd.max_age(), odd.expires()), (None, None, None));
        assert_eq!(one("a::0:0:99999:7:::").changed(), None);
        let first = parse(b"a:*:1::::::\na::2::::::\n").unwrap();
        assert_eq!(first.get("a").unwrap().password, PasswordState::Unset);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), secs in any::<i32>()) {
            let now = Instant::from_timestamp(i64::from(secs), 0).unwrap();
            for entry in parse(&bytes).unwrap_or_default().values() {
                let _ = (entry.expired(now), entry.changed(), entry.expires(), entry.max_age());
            }
        }

        #[test]
        fn never_panics_on_numbers(a in any::<i64>(), b in any::<i64>(), c in any::<i64>(), d in any::<i64>()) {
            let entry = one(&format!("a:*:{a}:0:{b}:7:{c}:{d}:"));
            let _ = (entry.expired(at("2026-11-20T00:00:00Z")), entry.changed(), entry.expires());
        }
    }
}
