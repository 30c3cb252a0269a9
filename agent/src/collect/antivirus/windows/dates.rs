//! Dates of signatures as vendors write them. A date without a time stands for its beginning in UTC: a day more or less decides
//! nothing where days are counted, and of the two the earlier never makes signatures look newer.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use tenken_model::Instant;

/// `20261125` (Trend Micro).
pub fn run_together(text: &str) -> Option<Instant> {
    let text = text.trim();
    (text.len() == 8).then_some(())?;
    midnight(number(text.get(..4)?)?, number(text.get(4..6)?)?, number(text.get(6..)?)?)
}

/// `2026-11-25` (Symantec Endpoint Protection), with or without `/` in place of `-`.
pub fn with_dashes(text: &str) -> Option<Instant> {
    let mut parts = text.trim().splitn(3, ['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let day: String = day.chars().take_while(char::is_ascii_digit).collect();
    (year.len() == 4).then_some(())?;
    midnight(number(year)?, number(month)?, number(&day)?)
}

/// `25-11-2026 06-10-00` in UTC (Kaspersky's Network Agent).
pub fn day_first(text: &str) -> Option<Instant> {
    NaiveDateTime::parse_from_str(text.trim(), "%d-%m-%Y %H-%M-%S").ok().map(|time| time.and_utc())
}

/// `30250 (20261125)` (ESET).
pub fn in_brackets(text: &str) -> Option<Instant> {
    let (_, rest) = text.rsplit_once('(')?;
    run_together(rest.split(')').next()?)
}

/// Years since 1970, months from 0, the day (Symantec's `PatternFileDate`).
pub fn of_bytes(bytes: &[u8]) -> Option<Instant> {
    let [years, month, day, ..] = *bytes else { return None };
    midnight(1970 + u32::from(years), u32::from(month) + 1, u32::from(day))
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn midnight(year: u32, month: u32, day: u32) -> Option<Instant> {
    let year = i32::try_from(year).ok().filter(|year| (2000..2200).contains(year))?;
    Some(NaiveDate::from_ymd_opt(year, month, day)?.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn forms_of_vendors() {
        assert_eq!(run_together("20261125"), Some(at("2026-11-25T00:00:00Z")));
        assert_eq!(with_dashes("2026-11-25"), Some(at("2026-11-25T00:00:00Z")));
        assert_eq!(with_dashes("2026/11/25 r003"), Some(at("2026-11-25T00:00:00Z")));
        assert_eq!(day_first("25-11-2026 06-10-00"), Some(at("2026-11-25T06:10:00Z")));
        assert_eq!(in_brackets("30250 (20261125)"), Some(at("2026-11-25T00:00:00Z")));
        assert_eq!(of_bytes(&[56, 10, 25, 0, 0, 0, 0, 0]), Some(at("2026-11-25T00:00:00Z")));
    }

    #[test]
    fn what_is_no_date() {
        for text in ["", "0", "2026112", "20261325", "20260231", "19700101", "2026年11月25日", "25.11.2026"] {
            assert_eq!((run_together(text), with_dashes(text), in_brackets(text)), (None, None, None), "{text}");
            assert_eq!(day_first(text), None, "{text}");
        }
        assert_eq!(with_dashes("25-11-2026"), None, "the day is first");
        assert_eq!(day_first("25-11-2026 25-10-00"), None);
        assert_eq!((of_bytes(&[56, 12, 25]), of_bytes(&[0, 0, 1]), of_bytes(&[56])), (None, None, None));
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,30}", bytes in proptest::collection::vec(any::<u8>(), 0..9)) {
            let _ = (run_together(&text), with_dashes(&text), day_first(&text), in_brackets(&text), of_bytes(&bytes));
        }
    }
}
