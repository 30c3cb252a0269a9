//! When the first record of a log of text was written.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use tenken_model::{Instant, Span};

use crate::collect::antivirus::time_zone::Zone;

/// How much of a log is read to find its first record.
pub const HEAD_BYTES: u64 = 1_024;
/// Lines that are looked at: the first may be the rest of a longer one.
const LINES_MAX: usize = 8;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// A clock that was a little ahead when a line was written does not make it one of a year before.
const AHEAD: Span = Span::from_days(1);

/// The time of the first line that has one, in the forms of rsyslog (with and without the year) and of auditd. `modified` is
/// when the log was last written, from which a year that is not written follows.
pub fn time(head: &[u8], modified: Instant, zone: &Zone) -> Option<Instant> {
    head.split(|byte| *byte == b'\n').take(LINES_MAX).find_map(|line| {
        let line = String::from_utf8_lossy(line.get(..line.len().min(200)).unwrap_or_default());
        audited(&line).or_else(|| dated(&line)).or_else(|| traditional(&line, modified, zone))
    })
}

/// The time of the first line that may have one, as it is written there, and nothing else of the line.
pub fn stamp(head: &[u8]) -> Option<String> {
    head.split(|byte| *byte == b'\n').take(LINES_MAX).find_map(|line| {
        let line = String::from_utf8_lossy(line.get(..line.len().min(200)).unwrap_or_default());
        if let Some(time) = audited(&line) {
            return Some(format!("msg=audit({}.0:0):", time.timestamp()));
        }
        if dated(&line).is_some() {
            return line.split_ascii_whitespace().next().map(str::to_owned);
        }
        let (month, day, time) = parts(&line)?;
        let month = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?))?;
        Some(format!("{month} {day} {}", time.format("%H:%M:%S")))
    })
}

/// `type=LOGIN msg=audit(1795651200.123:45): ...`
fn audited(line: &str) -> Option<Instant> {
    let (_, rest) = line.split_once("msg=audit(")?;
    let (seconds, _) = rest.split_once('.')?;
    DateTime::from_timestamp(seconds.parse().ok()?, 0)
}

/// `2026-11-24T09:00:00.123456+09:00 host sshd[1]: ...`
fn dated(line: &str) -> Option<Instant> {
    let word = line.split_ascii_whitespace().next()?;
    DateTime::parse_from_rfc3339(word).ok().map(|time| time.to_utc())
}

/// `Nov 24 09:00:00 host sshd[1]: ...`, in the host's time.
fn traditional(line: &str, modified: Instant, zone: &Zone) -> Option<Instant> {
    let (month, day, time) = parts(line)?;
    let latest = AHEAD.after(modified);
    // East of Greenwich a year begins before it does in Coordinated Universal Time. 29 February is not in every year, but in
    // one of eight.
    (-1..9).find_map(|back| {
        let date = NaiveDate::from_ymd_opt(modified.year() - back, month, day)?;
        zone.written(NaiveDateTime::new(date, time)).filter(|instant| *instant <= latest)
    })
}

/// Month, day and time of a line without the year.
fn parts(line: &str) -> Option<(u32, u32, NaiveTime)> {
    let mut words = line.split_ascii_whitespace();
    let name = words.next()?;
    let month = u32::try_from(MONTHS.iter().position(|month| *month == name)?).ok()? + 1;
    let day = words.next()?.parse().ok()?;
    let time = NaiveTime::parse_from_str(words.next()?, "%H:%M:%S").ok()?;
    Some((month, day, time))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collect::antivirus::time_zone;

    fn read(line: &str, modified: &str) -> Option<String> {
        let tokyo = time_zone::parse(include_bytes!(
            "../../../tests/corpus/bases/debian_12/root/usr/share/zoneinfo/Asia/Tokyo"
        ));
        time(line.as_bytes(), modified.parse().unwrap(), &tokyo.unwrap()).map(|time| time.to_rfc3339())
    }

    #[test]
    fn the_forms_of_rsyslog_and_auditd() {
        for (line, modified, expected) in [
            ("2026-11-20T09:00:01.5+09:00 sv1 sshd[7]: x", "2026-11-24T00:00:00Z", "2026-11-20T00:00:01.500+00:00"),
            ("Nov 20 09:00:01 sv1 sshd[7]: x", "2026-11-24T00:00:00Z", "2026-11-20T00:00:01+00:00"),
            ("Nov  2 09:00:01 sv1 sshd[7]: x", "2026-11-24T00:00:00Z", "2026-11-02T00:00:01+00:00"),
            ("Dec 31 23:59:59 sv1 sshd[7]: x", "2027-01-02T00:00:00Z", "2026-12-31T14:59:59+00:00"),
            ("Jan  1 03:00:00 sv1 sshd[7]: x", "2026-12-31T18:00:05Z", "2026-12-31T18:00:00+00:00"),
            ("Jan  3 03:00:00 sv1 sshd[7]: x", "2026-12-31T18:00:05Z", "2026-01-02T18:00:00+00:00"),
            ("Feb 29 09:00:00 sv1 x: x", "2027-01-02T00:00:00Z", "2024-02-29T00:00:00+00:00"),
            ("type=LOGIN msg=audit(1795651200.123:45): pid=1", "2026-11-27T00:00:00Z", "2026-11-26T00:00:00+00:00"),
            ("rest of a line\nNov 20 09:00:01 sv1 x: x", "2026-11-24T00:00:00Z", "2026-11-20T00:00:01+00:00"),
        ] {
            assert_eq!(read(line, modified).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn lines_without_a_time() {
        for line in
            ["", "hello", "Nov 31 09:00:00 x", "Nov 20 25:00:00 x", "20 Nov 09:00:00", "msg=audit(x.1)", "\u{0}\u{1}"]
        {
            assert_eq!(read(line, "2026-11-24T00:00:00Z"), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (time(&bytes, Instant::UNIX_EPOCH, &Zone::utc()), stamp(&bytes));
        }
    }
}
