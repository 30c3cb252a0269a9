//! Days and sources as the fact has them.

use std::net::IpAddr;

use tenken_model::{Instant, Span};

const DAY_MILLIS: i64 = 86_400_000;
/// Japan is so far ahead of Coordinated Universal Time, all the year.
const JAPAN_MILLIS: i64 = 9 * 3_600_000;
const SOURCE_BYTES: usize = 64;

/// The midnight in Japan with which the day of a time begins.
pub(super) fn day(at: Instant) -> Instant {
    let millis = at.timestamp_millis();
    let since_midnight = millis.saturating_add(JAPAN_MILLIS).rem_euclid(DAY_MILLIS);
    Span::from_millis(millis - since_midnight).after(Instant::UNIX_EPOCH)
}

/// The hour of a time.
pub(super) fn hour(at: Instant) -> Instant {
    let millis = at.timestamp_millis();
    Span::from_millis(millis - millis.rem_euclid(3_600_000)).after(Instant::UNIX_EPOCH)
}

/// The hour that begins next, or a time at which one begins: from then on all is there of what is there since a time.
pub(super) fn next_hour(at: Instant) -> Instant {
    let begun = hour(at);
    if begun == at { at } else { Span::from_secs(3_600).after(begun) }
}

/// An address, or what may be the name of a host; nothing where it is neither.
pub(super) fn source(written: &str) -> String {
    if let Ok(address) = written.parse::<IpAddr>() {
        return address.to_canonical().to_string();
    }
    let is_name = written.len() <= SOURCE_BYTES
        && written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:%".contains(&byte));
    if is_name { written.to_ascii_lowercase() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn days_begin_at_midnight_in_japan() {
        for (time, begin) in [
            ("2026-11-20T14:59:59Z", "2026-11-19T15:00:00Z"),
            ("2026-11-20T15:00:00Z", "2026-11-20T15:00:00Z"),
            ("2026-11-20T23:00:00.5Z", "2026-11-20T15:00:00Z"),
        ] {
            assert_eq!(day(at(time)), at(begin));
        }
        assert_eq!(hour(at("2026-11-20T14:59:59Z")), at("2026-11-20T14:00:00Z"));
        assert_eq!(next_hour(at("2026-11-20T14:00:00.5Z")), at("2026-11-20T15:00:00Z"));
        assert_eq!(next_hour(at("2026-11-20T14:00:00Z")), at("2026-11-20T14:00:00Z"));
    }

    #[test]
    fn sources() {
        for (written, told) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:DB8::7", "2001:db8::7"),
            ("PC-17.example.jp", "pc-17.example.jp"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("a b", ""),
            ("<script>", ""),
            ("", ""),
        ] {
            assert_eq!(source(written), told);
        }
    }

    proptest! {
        #[test]
        fn a_day_holds_its_times(seconds in -1_000_000_000_i64..4_000_000_000) {
            let at = Span::from_secs(seconds).after(Instant::UNIX_EPOCH);
            let since = Span::between(day(at), at);
            prop_assert!(since >= Span::ZERO && since < Span::from_days(1));
        }
    }
}
