//! The system's time zone (TZif, RFC 9636), for times that programs write without one.

use chrono::{DateTime, NaiveDateTime};
use tenken_model::Instant;
use thiserror::Error;

/// The most bytes of a zone file.
pub const FILE_MAX: u64 = 64 * 1024;

const HEADER: usize = 44;

/// Why bytes are no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is no time zone file of version 2 or later")]
pub struct ZoneError;

/// A zone's offsets from Coordinated Universal Time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// When each offset begins, in seconds since 1970, and the offset in seconds east.
    periods: Vec<(i64, i64)>,
    /// From then on the offset follows a rule that is not read (summer time).
    known_until: i64,
}

impl Zone {
    /// Coordinated Universal Time: the zone of a host that has none set.
    pub fn utc() -> Self {
        Self { periods: vec![(i64::MIN, 0)], known_until: i64::MAX }
    }

    /// A zone that is always that many seconds ahead of UTC.
    pub fn fixed(ahead: i64) -> Self {
        Self { periods: vec![(i64::MIN, ahead)], known_until: i64::MAX }
    }

    /// The instant of a local time that a program wrote: the later one where the clock was set back over it, and where it
    /// skipped it, what a clock shows that was not set. `None` behind what is known.
    pub fn written(&self, local: NaiveDateTime) -> Option<Instant> {
        let local = local.and_utc().timestamp();
        let ends = self.periods.iter().skip(1).map(|(begin, _)| *begin).chain([self.known_until]);
        let (mut written, mut before) = (None, None);
        for (&(begin, offset), end) in self.periods.iter().zip(ends) {
            let time = local.checked_sub(offset)?;
            if time < begin {
                // Skipped is what is behind the end of one period and before the beginning of the next.
                written = written.or(before.filter(|before| *before >= begin));
                break;
            }
            if time < end {
                written = Some(time);
            }
            before = Some(time);
        }
        DateTime::from_timestamp(written?, 0)
    }

    /// The instant of a local time; `None` where the clock was set back over it or skipped it, or behind
    /// what is known.
    pub fn instant(&self, local: NaiveDateTime) -> Option<Instant> {
        let local = local.and_utc().timestamp();
        let ends = self.periods.iter().skip(1).map(|(begin, _)| *begin).chain([self.known_until]);
        let mut fitting = self.periods.iter().zip(ends).filter_map(|(&(begin, offset), end)| {
            let time = local.checked_sub(offset)?;
            (time >= begin && time < end).then_some(time)
        });
        let only = fitting.next()?;
        if fitting.next().is_some() { None } else { DateTime::from_timestamp(only, 0) }
    }
}

/// Reads a zone file: its 64-bit block, and its footer if that names one offset for ever.
pub fn parse(bytes: &[u8]) -> Result<Zone, ZoneError> {
    read(bytes).ok_or(ZoneError)
}

/// The counts of a header: leap seconds, transitions, types, abbreviation characters and the two flags.
struct Counts {
    utc_flags: usize,
    standard_flags: usize,
    leaps: usize,
    transitions: usize,
    types: usize,
    characters: usize,
}

impl Counts {
    fn read(header: &[u8]) -> Option<Self> {
        let [t, z, i, f, version, ..] = header else { return None };
        let count = |at: usize| usize::try_from(number(header, 20 + 4 * at, 4)?).ok().filter(|n| *n < 100_000);
        ([*t, *z, *i, *f] == *b"TZif" && *version >= b'2').then_some(())?;
        Some(Self {
            utc_flags: count(0)?,
            standard_flags: count(1)?,
            leaps: count(2)?,
            transitions: count(3)?,
            types: count(4)?,
            characters: count(5)?,
        })
    }

    /// The length of the block behind the header, with times of `width` bytes.
    fn length(&self, width: usize) -> usize {
        self.transitions * (width + 1)
            + self.types * 6
            + self.characters
            + self.leaps * (width + 4)
            + self.standard_flags
            + self.utc_flags
    }
}

fn read(bytes: &[u8]) -> Option<Zone> {
    let first = Counts::read(bytes)?;
    let second = bytes.get(HEADER + first.length(4)..)?;
    let counts = Counts::read(second)?;
    let block = second.get(HEADER..)?;
    let footer = block.get(counts.length(8)..)?;
    let types = counts.transitions * 9;
    let offset = |index: usize| {
        (index < counts.types).then_some(())?;
        number(block, types + index * 6, 4)
    };
    let mut periods = vec![(i64::MIN, offset(0)?)];
    for at in 0..counts.transitions {
        let index = usize::from(*block.get(counts.transitions * 8 + at)?);
        let begin = number(block, at * 8, 8)?;
        // Periods must follow each other.
        periods.last().filter(|(last, _)| *last < begin)?;
        periods.push((begin, offset(index)?));
    }
    let last = periods.last()?;
    let known_until = if fixed_offset(footer) == Some(last.1) { i64::MAX } else { last.0 };
    Some(Zone { periods, known_until })
}

/// A signed number of `width` bytes, most significant first.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<i64> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    let negative = field.first()? & 0x80 != 0;
    Some(field.iter().fold(if negative { -1 } else { 0 }, |sum, byte| sum << 8 | i64::from(*byte)))
}

/// The offset of a footer without summer time, `JST-9` or `<+0530>-5:30`, in seconds east.
fn fixed_offset(footer: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(footer).ok()?.strip_prefix('\n')?.strip_suffix('\n')?;
    let rest = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?.1,
        None => text.trim_start_matches(|c: char| c.is_ascii_alphabetic()),
    };
    let (sign, rest) = match rest.strip_prefix('-') {
        Some(rest) => (1, rest),
        None => (-1, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let mut seconds = 0;
    let mut scale = 3_600;
    for part in rest.split(':') {
        (scale > 0 && !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
        seconds += part.parse::<i64>().ok()? * scale;
        scale /= 60;
    }
    Some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKYO: &[u8] = include_bytes!("../../../tests/samples/antivirus/Tokyo.tzif");
    const BERLIN: &[u8] = include_bytes!("../../../tests/samples/antivirus/Berlin.tzif");

    fn instant(zone: &Zone, local: &str) -> Option<String> {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        zone.instant(local).map(|instant| instant.format("%Y-%m-%d %H:%M").to_string())
    }

    #[test]
    fn tokyo_is_nine_hours_ahead() {
        let tokyo = parse(TOKYO).unwrap();
        assert_eq!(instant(&tokyo, "2026-11-24 08:00").unwrap(), "2026-11-23 23:00");
        assert_eq!(instant(&tokyo, "1949-07-01 12:00").unwrap(), "1949-07-01 02:00");
    }

    #[test]
    fn summer_time_by_table_and_not_by_rule() {
        let berlin = parse(BERLIN).unwrap();
        assert_eq!(instant(&berlin, "1996-07-01 12:00").unwrap(), "1996-07-01 10:00");
        assert_eq!(instant(&berlin, "1996-12-01 12:00").unwrap(), "1996-12-01 11:00");
        assert_eq!(instant(&berlin, "1996-03-31 02:30"), None, "skipped");
        assert_eq!(instant(&berlin, "1995-09-24 02:30"), None, "twice");
        assert_eq!(instant(&berlin, "2090-12-01 12:00"), None, "by rule");
    }

    #[test]
    fn utc_is_itself() {
        assert_eq!(instant(&Zone::utc(), "2026-11-24 08:00").unwrap(), "2026-11-24 08:00");
    }

    #[test]
    fn footers() {
        for (text, expected) in [
            ("\nJST-9\n", Some(32_400)),
            ("\nUTC0\n", Some(0)),
            ("\n<+0530>-5:30\n", Some(19_800)),
            ("\n<-03>3\n", Some(-10_800)),
            ("\nCET-1CEST,M3.5.0,M10.5.0/3\n", None),
            ("\n\n", None),
            ("", None),
            ("\n<+05-5\n", None),
            ("\nX1:2:3:4\n", None),
            ("\nX99999999999999999999\n", None),
        ] {
            assert_eq!(fixed_offset(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn every_cut_is_an_error_or_less() {
        for end in 0..TOKYO.len() {
            if let Ok(zone) = parse(&TOKYO[..end]) {
                assert!(zone.known_until < i64::MAX, "{end}");
            }
        }
        assert_eq!(parse(b"TZif\0"), Err(ZoneError));
        assert_eq!(parse(b""), Err(ZoneError));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
            let _ = fixed_offset(&bytes);
        }

        #[test]
        fn never_panics_on_damage(at in 0..309_usize, byte in any::<u8>(), local in any::<i32>()) {
            let mut bytes = TOKYO.to_vec();
            bytes[at] = byte;
            if let (Ok(zone), Some(local)) = (parse(&bytes), DateTime::from_timestamp(i64::from(local), 0)) {
                let _ = zone.instant(local.naive_utc());
            }
        }
    }
}
