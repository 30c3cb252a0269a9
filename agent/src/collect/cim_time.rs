//! Times as CIM writes them: `20261126010203.000000+540`, the time on the clock and by how many minutes it is ahead of UTC.
//!
//! DMTF DSP0004, 5.2.4: `yyyymmddHHMMSS.mmmmmmsutc`. Asterisks stand for what is not known; such a time is none here.

use chrono::{NaiveDate, TimeDelta};
use tenken_model::Instant;
use thiserror::Error;

/// Why a text is no time of CIM.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no time of CIM")]
pub struct CimTimeError(String);

const LENGTH: usize = 25;
/// The most minutes between a place's clock and UTC.
const OFFSET_MAX: i64 = 24 * 60;

/// The instant that a text means.
pub fn parse(text: &str) -> Result<Instant, CimTimeError> {
    read(text.trim()).ok_or_else(|| CimTimeError(text.chars().take(LENGTH).collect()))
}

fn read(text: &str) -> Option<Instant> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    (text.len() == LENGTH && text.get(14..15)? == ".").then_some(())?;
    let year = i32::try_from(number(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
    let local = date.and_hms_micro_opt(number(8, 10)?, number(10, 12)?, number(12, 14)?, number(15, 21)?)?;
    let minutes = i64::from(number(22, 25)?);
    let ahead = match text.get(21..22)? {
        "+" => minutes,
        "-" => -minutes,
        _ => return None,
    };
    (minutes <= OFFSET_MAX).then_some(())?;
    Some(local.checked_sub_signed(TimeDelta::minutes(ahead))?.and_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_offset_is_in_minutes() {
        for (text, instant) in [
            ("20261126010203.000000+540", "2026-11-25T16:02:03Z"),
            ("20261126010203.000000+000", "2026-11-26T01:02:03Z"),
            ("20261125160203.500000-480", "2026-11-26T00:02:03.5Z"),
            (" 20261126010203.000000+540\n", "2026-11-25T16:02:03Z"),
        ] {
            assert_eq!(parse(text).unwrap(), instant.parse::<Instant>().unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "20261126",
            "2026-11-26T01:02:03Z",
            "20261126010203.000000",
            "20261126010203.******+***",
            "20261326010203.000000+540",
            "20261126010203.000000 540",
            "00000000000000.000000+000",
            "20261126010203,000000+540",
            "２0261126010203.0000+540",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,30}", digits in "[0-9*.+-]{20,30}") {
            let _ = (parse(&text), parse(&digits));
        }
    }
}
