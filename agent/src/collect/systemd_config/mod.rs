//! systemd's configuration files (`logind.conf`, `journald.conf`), where they are, and its lengths of time.

pub mod files;

use tenken_model::{Size, Span};
use thiserror::Error;

/// The most lines of one file that are read.
const LINES_MAX: usize = 20_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SystemdConfigError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// A length of time as systemd writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeSpan {
    /// `infinity`.
    Infinite,
    /// A length; less than a millisecond is dropped.
    Finite(Span),
}

/// Every value of `key` in `[section]`, in order; the last that systemd accepts counts. A line that ends in
/// a backslash goes on in the next, where comments are skipped.
pub fn values(bytes: &[u8], section: &str, key: &str) -> Result<Vec<String>, SystemdConfigError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SystemdConfigError::NotText)?;
    let mut found = Vec::new();
    let mut within = false;
    let mut begun = String::new();
    for (index, line) in text.lines().enumerate() {
        if index >= LINES_MAX {
            return Err(SystemdConfigError::TooLong);
        }
        let line = line.trim();
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(part) = line.strip_suffix('\\') {
            begun.push_str(part);
            begun.push(' ');
            continue;
        }
        begun.push_str(line);
        take(&begun, section, key, &mut within, &mut found);
        begun.clear();
    }
    take(&begun, section, key, &mut within, &mut found);
    Ok(found)
}

fn take(line: &str, section: &str, key: &str, within: &mut bool, found: &mut Vec<String>) {
    let line = line.trim();
    if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        *within = name == section;
    } else if let Some((name, value)) = line.split_once('=').filter(|_| *within)
        && name.trim_end() == key
    {
        found.push(value.trim_start().to_owned());
    }
}

/// Reads `30min`, `1h 30min`, `1.5h`, `90` (seconds) or `infinity`; `None` when systemd would refuse it, as
/// it then keeps the value before.
pub fn time_span(text: &str) -> Option<TimeSpan> {
    let text = text.trim();
    if text == "infinity" {
        return Some(TimeSpan::Infinite);
    }
    let mut rest = text;
    let mut micros: i64 = 0;
    while !rest.is_empty() {
        let (digits, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())),
            None => ("", after),
        };
        if digits.is_empty() {
            return None;
        }
        let after = after.trim_start();
        let (unit, after) = after.split_at(after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len()));
        let scale = unit_micros(unit)?;
        micros = micros.checked_add(digits.parse::<i64>().ok()?.checked_mul(scale)?)?;
        let mut place = scale;
        for digit in fraction.chars().filter_map(|c| c.to_digit(10)) {
            place /= 10;
            micros = micros.checked_add(place.checked_mul(i64::from(digit))?)?;
        }
        rest = after.trim_start();
    }
    (!text.is_empty()).then_some(TimeSpan::Finite(Span::from_millis(micros / 1_000)))
}

/// A unit in microseconds; systemd counts a month as 30.44 and a year as 365.25 days.
fn unit_micros(unit: &str) -> Option<i64> {
    const SECOND: i64 = 1_000_000;
    const DAY: i64 = 86_400 * SECOND;
    Some(match unit {
        "us" | "usec" | "µs" | "μs" => 1,
        "ms" | "msec" => 1_000,
        "" | "s" | "sec" | "second" | "seconds" => SECOND,
        "m" | "min" | "minute" | "minutes" => 60 * SECOND,
        "h" | "hr" | "hour" | "hours" => 3_600 * SECOND,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7 * DAY,
        "M" | "month" | "months" => 2_629_800 * SECOND,
        "y" | "year" | "years" => 31_557_600 * SECOND,
        _ => return None,
    })
}

/// Reads an amount of data as systemd writes it: bytes, or with `K`, `M`, `G`, `T`, `P` or `E` of 1024; `None` when systemd
/// would refuse it.
pub fn size(text: &str) -> Option<Size> {
    let text = text.trim();
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let power = match unit.trim_start().trim_end_matches('B') {
        "" => 0,
        "K" => 1,
        "M" => 2,
        "G" => 3,
        "T" => 4,
        "P" => 5,
        "E" => 6,
        _ => return None,
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = 1024_u64.pow(power);
    let bytes = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    // What is behind the ninth digit is less than anybody means.
    let (mut part, mut of) = (0_u128, 1_u128);
    for digit in fraction.chars().take(9).map(|sign| sign.to_digit(10)) {
        (part, of) = (part * 10 + u128::from(digit?), of * 10);
    }
    let part = u64::try_from(u128::from(scale) * part / of).ok()?;
    bytes.checked_add(part).map(Size::from_bytes)
}

/// Reads a truth as systemd writes it; `None` when systemd would refuse it.
pub fn truth(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()));
    match (is(&["1", "yes", "y", "true", "t", "on"]), is(&["0", "no", "n", "false", "f", "off"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn idle(text: &str) -> Vec<String> {
        values(text.as_bytes(), "Login", "StopIdleSessionSec").unwrap()
    }

    #[test]
    fn the_file_debian_installs_sets_nothing() {
        let bytes = include_bytes!("../../../tests/samples/session_timeout/logind.conf");
        assert_eq!(values(bytes, "Login", "StopIdleSessionSec").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn only_the_key_in_its_section_counts() {
        assert_eq!(
            idle(
                "StopIdleSessionSec=1\n[Login]\n #StopIdleSessionSec=2\nStopIdleSessionSec = 3 \nstopidlesessionsec=4\n\
                  [Other]\nStopIdleSessionSec=5\n[Login]\nStopIdleSessionSec=\nStopIdleSessionSec=6"
            ),
            ["3", "", "6"]
        );
    }

    #[test]
    fn lines_go_on_behind_a_backslash() {
        assert_eq!(idle("[Login]\nStopIdleSessionSec=1h \\\n# within\n30min\nX=1"), ["1h  30min"]);
        assert_eq!(idle("[Login]\nStopIdleSessionSec=5\\"), ["5"]);
    }

    #[test]
    fn what_is_no_configuration() {
        assert_eq!(values(&[0xff], "Login", "x"), Err(SystemdConfigError::NotText));
        assert_eq!(values("\n".repeat(LINES_MAX + 1).as_bytes(), "a", "b"), Err(SystemdConfigError::TooLong));
    }

    #[test]
    fn spans_as_systemd_analyze_shows_them() {
        for (text, millis) in [
            ("1h 30min", 5_400_000),
            ("1.5h", 5_400_000),
            ("2h30", 7_230_000),
            ("5 6", 11_000),
            ("1y", 31_557_600_000),
            ("1M", 2_629_800_000),
            ("900", 900_000),
            ("0", 0),
            ("2 days", 172_800_000),
            ("250ms", 250),
        ] {
            assert_eq!(time_span(text), Some(TimeSpan::Finite(Span::from_millis(millis))), "{text}");
        }
        assert_eq!(time_span("infinity"), Some(TimeSpan::Infinite));
        for bad in ["", " ", "-5", "x", "5x", "h", ".5h", "1,5h", "99999999999999999999", "999999999999y", "5 é"] {
            assert_eq!(time_span(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_and_truths() {
        let bytes = |text| size(text).map(Size::bytes);
        assert_eq!(
            (bytes("500M"), bytes("1.5K"), bytes("8"), bytes("2 G")),
            (Some(500 << 20), Some(1_536), Some(8), Some(2 << 30))
        );
        for bad in ["", "M", "-1", "5X", "5m", "99999999999999999999", "99999999999E", "1.é"] {
            assert_eq!(size(bad), None, "{bad}");
        }
        assert_eq!((truth("Yes"), truth(" off"), truth("maybe"), truth("")), (Some(true), Some(false), None, None));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), span in "[0-9a-zA-Z. éµ]{0,40}") {
            let _ = (size(&span), truth(&span));
            let _ = values(&bytes, "Login", "StopIdleSessionSec");
            let _ = time_span(&span);
        }

        #[test]
        fn never_panics_on_text(text in "([\\[\\]=\\\\\n;# ]|Login|StopIdleSessionSec|9){0,80}") {
            let _ = values(text.as_bytes(), "Login", "StopIdleSessionSec");
        }
    }
}
