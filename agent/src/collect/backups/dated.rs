//! Dates in the names of backups: `2026-11-23`, `db-20261123.sql.gz`, `20261123-0300`, `files_2026-11-23T03:00:00Z`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// Endings of what is still being written, or was left half written.
const PARTIAL: [&str; 9] =
    [".partial", ".part", ".filepart", ".tmp", ".temp", ".incomplete", ".inprogress", ".in-progress", "~"];

/// The date in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The day.
    pub date: NaiveDate,
    /// The time of day, if the name has one.
    pub time: Option<NaiveTime>,
    /// Seconds east of UTC, if the name says so; else the host's own zone is meant.
    pub offset: Option<i32>,
}

impl Stamp {
    /// The local time it names; of a date alone its beginning.
    pub fn begin(&self) -> NaiveDateTime {
        self.date.and_time(self.time.unwrap_or(NaiveTime::MIN))
    }
}

/// Whether a name is of something unfinished or hidden.
pub fn partial(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with(['.', '_']) || PARTIAL.iter().any(|ending| name.ends_with(ending))
}

/// The first date in a name; `None` if it has none. Digits beside it make a number no date.
pub fn stamp(name: &str) -> Option<Stamp> {
    let bytes = name.as_bytes();
    let begins = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        bytes.get(*at).is_some_and(u8::is_ascii_digit) && !before.is_some_and(u8::is_ascii_digit)
    };
    (0..bytes.len()).filter(begins).find_map(|at| stamp_at(bytes.get(at..)?))
}

/// The date at the beginning of the text.
fn stamp_at(text: &[u8]) -> Option<Stamp> {
    let run = digits(text);
    let (date, mut rest) = if run >= 8 {
        (date(text.get(..4)?, text.get(4..6)?, text.get(6..8)?)?, text.get(8..)?)
    } else {
        let separator = *text.get(4).filter(|byte| b"-_.".contains(byte))?;
        let same = text.get(7) == Some(&separator);
        (run == 4 && same && digits(text.get(8..)?) == 2).then_some(())?;
        (date(text.get(..4)?, text.get(5..7)?, text.get(8..10)?)?, text.get(10..)?)
    };
    let time = if run > 8 {
        // The time follows without a sign between: it must be whole.
        Some(take_time(&mut rest)?)
    } else {
        let mut after = rest.get(1..).unwrap_or_default();
        let separated = rest.first().is_some_and(|byte| b"Tt_-. @".contains(byte));
        let time = if separated { take_time(&mut after) } else { None };
        if time.is_some() {
            rest = after;
        }
        time
    };
    Some(Stamp { date, time, offset: time.and_then(|_| offset(rest)) })
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().all(u8::is_ascii_digit).then_some(())?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn date(year: &[u8], month: &[u8], day: &[u8]) -> Option<NaiveDate> {
    let year = i32::try_from(number(year)?).ok().filter(|year| (1990..2100).contains(year))?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)
}

/// Hours and minutes, and seconds if they follow, with or without a sign between them.
fn take_time(rest: &mut &[u8]) -> Option<NaiveTime> {
    let text = *rest;
    let (parts, length) = match (digits(text), text.get(2)) {
        (6, _) => ([text.get(..2)?, text.get(2..4)?, text.get(4..6)?], 6),
        (4, _) => ([text.get(..2)?, text.get(2..4)?, b"0"], 4),
        (2, Some(sign)) if b":-._h".contains(sign) && digits(text.get(3..)?) == 2 => {
            let seconds = text.get(5) == Some(sign) && text.get(6..).is_some_and(|rest| digits(rest) == 2);
            let third = if seconds { text.get(6..8)? } else { b"0" };
            ([text.get(..2)?, text.get(3..5)?, third], if seconds { 8 } else { 5 })
        }
        _ => return None,
    };
    let [hours, minutes, seconds] = parts.map(number);
    let time = NaiveTime::from_hms_opt(hours?, minutes?, seconds?)?;
    *rest = text.get(length..)?;
    Some(time)
}

/// `Z`, `+0900` or `+09:00` behind a time. A minus is a sign between parts, not of an offset.
fn offset(rest: &[u8]) -> Option<i32> {
    match rest.split_first()? {
        (b'Z', after) if !after.first().is_some_and(u8::is_ascii_alphanumeric) => Some(0),
        (b'+', after) => {
            let minutes = if after.get(2) == Some(&b':') { after.get(3..5)? } else { after.get(2..4)? };
            let (hours, minutes) = (number(after.get(..2)?)?, number(minutes)?);
            (hours <= 14 && minutes < 60).then(|| i32::try_from(hours * 3_600 + minutes * 60).ok()).flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(name: &str) -> Option<String> {
        stamp(name).map(|stamp| {
            let time = stamp.time.map(|time| format!(" {}", time.format("%H:%M:%S"))).unwrap_or_default();
            let offset = stamp.offset.map(|offset| format!(" {offset:+}")).unwrap_or_default();
            format!("{}{time}{offset}", stamp.date)
        })
    }

    #[test]
    fn names_with_a_date() {
        for name in [
            "2026-11-23",
            "20261123",
            "db-20261123.sql.gz",
            "files_2026.11.23.tar",
            "2026_11_23",
            "バックアップ2026-11-23",
            "v2-20261123",
            "2026-11-23-1",
            "20261123-998877",
            "20261123-12.zip",
        ] {
            assert_eq!(shown(name).as_deref(), Some("2026-11-23"), "{name}");
        }
    }

    #[test]
    fn names_with_a_time() {
        for name in [
            "20261123-0300",
            "2026-11-23_03-00-00",
            "2026-11-23T03:00:00",
            "202611230300",
            "20261123030000",
            "zfs-auto-snap_daily-2026-11-23-0300",
            "autosnap_2026-11-23_03:00:00_daily",
            "2026-11-23 03h00",
            "x.20261123_030000.tgz",
            "2026-11-23T030000-full",
        ] {
            assert_eq!(shown(name).as_deref(), Some("2026-11-23 03:00:00"), "{name}");
        }
        assert_eq!(shown("2026-11-23T03:00:00Z").as_deref(), Some("2026-11-23 03:00:00 +0"));
        assert_eq!(shown("20261123T030000+0900.tar").as_deref(), Some("2026-11-23 03:00:00 +32400"));
        assert_eq!(shown("2026-11-23T03:00+09:00").as_deref(), Some("2026-11-23 03:00:00 +32400"));
        assert_eq!(shown("2026-11-23T03:00:00Zone").as_deref(), Some("2026-11-23 03:00:00"));
    }

    #[test]
    fn names_without_a_date() {
        for name in [
            "",
            "daily.0",
            "latest",
            "20261323",
            "20260230",
            "18991231",
            "2026-11",
            "2026-11-231",
            "1795136400",
            "120261123",
            "202611231",
            "2026-11_23",
            "2026/11/23",
            "令和8年11月23日",
            "2026112399",
        ] {
            assert_eq!(shown(name), None, "{name}");
        }
    }

    #[test]
    fn unfinished_names() {
        for name in [
            ".2026-11-23",
            "2026-11-23.partial",
            "20261123.TMP",
            "20261123.tar.gz.part",
            "2026-11-23~",
            "_delete.20261123",
        ] {
            assert!(partial(name), "{name}");
        }
        for name in ["2026-11-23", "20261123.tar.gz", "partial-20261123.tar"] {
            assert!(!partial(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(name in ".{0,60}", digits in "[0-9T:._+Zé -]{0,40}") {
            let _ = (stamp(&name), stamp(&digits), partial(&name));
        }
    }
}
