//! Days and minutes in Japan.
//!
//! Japan Standard Time is 9 hours ahead of Coordinated Universal Time and has had no summer time since 1951
//! (夏時刻法を廃止する法律, 昭和27年法律第84号; IANA time zone Asia/Tokyo), so that a day is always 24 hours.

use chrono::NaiveDate;
use tenken_model::{Instant, Span};

const AHEAD_MILLIS: i64 = 9 * 3_600_000;
const DAY_MILLIS: i64 = 86_400_000;
const MINUTE_MILLIS: i64 = 60_000;
const MINUTES_OF_DAY: u16 = 1_440;

/// The day in Japan at an instant, held at the ends of what a date can be.
pub fn date_of(instant: Instant) -> NaiveDate {
    let days = (instant.timestamp_millis() + AHEAD_MILLIS).div_euclid(DAY_MILLIS);
    let end = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days).unwrap_or(end)
}

/// The instant at which a day ends in Japan, held at the ends of the calendar.
pub fn end_of(date: NaiveDate) -> Instant {
    let end = if date < date_of(Instant::UNIX_EPOCH) { Instant::MIN_UTC } else { Instant::MAX_UTC };
    Instant::from_timestamp_millis(millis_at(date, MINUTES_OF_DAY)).unwrap_or(end)
}

/// The last day in Japan on which something holds that ends at an instant.
pub fn last_day_before(end: Instant) -> NaiveDate {
    date_of(Span::from_millis(-1).after(end))
}

/// The instant, in milliseconds since 1970, of a minute of a day in Japan.
pub(crate) fn millis_at(date: NaiveDate, minute: u16) -> i64 {
    i64::from(date.to_epoch_days()) * DAY_MILLIS - AHEAD_MILLIS + i64::from(minute) * MINUTE_MILLIS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_japan() {
        for (instant, date) in [
            ("2026-11-22T14:59:59.999Z", "2026-11-22"),
            ("2026-11-22T15:00:00Z", "2026-11-23"),
            ("1969-12-31T14:59:59Z", "1969-12-31"),
        ] {
            assert_eq!(date_of(instant.parse().unwrap()).to_string(), date, "{instant}");
        }
        assert_eq!(last_day_before(end_of(date_of(Instant::UNIX_EPOCH))), date_of(Instant::UNIX_EPOCH));
        assert_eq!(end_of(date_of(Instant::UNIX_EPOCH)).to_string(), "1970-01-01 15:00:00 UTC");
        assert!(date_of(Instant::MIN_UTC) < date_of(Instant::UNIX_EPOCH));
        assert!(date_of(Instant::MAX_UTC) > date_of(Instant::UNIX_EPOCH));
        let midnight: Instant = "2026-11-22T15:00:00Z".parse().unwrap();
        assert_eq!(millis_at(date_of(midnight), 0), midnight.timestamp_millis());
        assert_eq!(millis_at(date_of(midnight), 1_440), midnight.timestamp_millis() + DAY_MILLIS);
    }
}
