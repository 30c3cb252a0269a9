//! Numbers that carry their unit.

use std::fmt;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// A length of time in milliseconds; negative when it points backwards, as a clock's offset may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Span {
    millis: i64,
}

/// An amount of data in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Size {
    bytes: u64,
}

/// Why a text is not a quantity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not {what}: write a whole number and a unit, one of {units}")]
pub struct QuantityError {
    text: String,
    what: &'static str,
    units: &'static str,
}

const SPAN_UNITS: [(&str, i64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZE_UNITS: [(&str, u64); 5] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TiB", 1 << 40), ("B", 1)];

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self { millis: 0 };

    /// From milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }

    /// From seconds, held at the largest span if it would overflow.
    pub const fn from_secs(secs: i64) -> Self {
        Self { millis: secs.saturating_mul(1_000) }
    }

    /// From days of 24 hours, held at the largest span if it would overflow.
    pub const fn from_days(days: i64) -> Self {
        Self { millis: days.saturating_mul(86_400_000) }
    }

    /// From a floating number of seconds, rounded to the millisecond; `None` if it is no number
    /// or out of range.
    pub fn from_secs_f64(secs: f64) -> Option<Self> {
        let millis = (secs * 1_000.0).round();
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            reason = "checked to be finite and within 2^53 just before"
        )]
        (millis.is_finite() && millis.abs() < 9_007_199_254_740_992.0).then_some(Self { millis: millis as i64 })
    }

    /// Whole milliseconds.
    pub const fn millis(self) -> i64 {
        self.millis
    }

    /// The same length without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self { millis: self.millis.saturating_abs() }
    }

    /// The span from `earlier` to `later`.
    pub fn between(earlier: crate::Instant, later: crate::Instant) -> Self {
        Self { millis: later.signed_duration_since(earlier).num_milliseconds() }
    }

    /// As a standard duration; a negative span gives zero.
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(u64::try_from(self.millis).unwrap_or(0))
    }

    /// The instant this long after `instant`, held at the ends of the calendar.
    pub fn after(self, instant: crate::Instant) -> crate::Instant {
        instant.checked_add_signed(chrono::TimeDelta::milliseconds(self.millis)).unwrap_or(if self.millis < 0 {
            crate::Instant::MIN_UTC
        } else {
            crate::Instant::MAX_UTC
        })
    }
}

/// Programs write the number of milliseconds, people in files of their own `1d12h`.
impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpanVisitor;
        impl Visitor<'_> for SpanVisitor {
            type Value = Span;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time: a number of milliseconds, or a text such as 15m")
            }

            fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Span, E> {
                Ok(Span::from_millis(millis))
            }

            fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Span, E> {
                let millis =
                    i64::try_from(millis).map_err(|_| E::invalid_value(Unexpected::Unsigned(millis), &self))?;
                Ok(Span::from_millis(millis))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(SpanVisitor)
    }
}

impl Size {
    /// From bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self { bytes }
    }

    /// Whole bytes.
    pub const fn bytes(self) -> u64 {
        self.bytes
    }
}

/// Splits `1h30m` style text into its signed parts; `None` when a part has no number or unit.
fn parts(text: &str) -> Option<Vec<(u64, &str)>> {
    let mut rest = text;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        found.push((number, rest.get(..unit)?));
        rest = rest.get(unit..)?;
    }
    (!found.is_empty()).then_some(found)
}

impl std::str::FromStr for Span {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let error = || QuantityError { text: text.to_owned(), what: "a length of time", units: "ms, s, m, h, d" };
        let (negative, body) = text.strip_prefix('-').map_or((false, text), |body| (true, body));
        let mut total: i64 = 0;
        let mut before = i64::MAX;
        for (number, unit) in parts(body).ok_or_else(error)? {
            let (_, scale) = SPAN_UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(error)?;
            // Each unit once, the largest first: what is written otherwise was not meant.
            if *scale >= std::mem::replace(&mut before, *scale) {
                return Err(error());
            }
            let part = i64::try_from(number).ok().and_then(|n| n.checked_mul(*scale)).ok_or_else(error)?;
            total = total.checked_add(part).ok_or_else(error)?;
        }
        Ok(Self { millis: if negative { -total } else { total } })
    }
}

impl std::str::FromStr for Size {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let error =
            || QuantityError { text: text.to_owned(), what: "an amount of data", units: "B, KiB, MiB, GiB, TiB" };
        let found = parts(text).ok_or_else(error)?;
        let &[(number, unit)] = found.as_slice() else { return Err(error()) };
        let (_, scale) = SIZE_UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(error)?;
        number.checked_mul(*scale).map(Self::from_bytes).ok_or_else(error)
    }
}

impl Span {
    /// Every unit that is not zero, for what is read again: `77d13h6m`.
    pub fn in_full(self) -> String {
        if self.millis == 0 {
            return "0s".to_owned();
        }
        let mut rest = self.millis.unsigned_abs();
        let units = SPAN_UNITS.iter().rev().map(|(unit, scale)| {
            let count = rest / scale.unsigned_abs();
            rest %= scale.unsigned_abs();
            if count == 0 { String::new() } else { format!("{count}{unit}") }
        });
        let sign = if self.millis < 0 { "-" } else { "" };
        std::iter::once(sign.to_owned()).chain(units).collect()
    }
}

impl fmt::Display for Span {
    /// The two largest units that are not zero: `2d4h`, `15m`, `250ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.millis < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.millis.unsigned_abs();
        if rest == 0 {
            return f.write_str("0s");
        }
        let mut shown = 0;
        for (unit, scale) in SPAN_UNITS.iter().rev() {
            let scale = scale.unsigned_abs();
            if rest >= scale && shown < 2 {
                write!(f, "{}{unit}", rest / scale)?;
                rest %= scale;
                shown += 1;
            } else if shown == 1 {
                break;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scaled = SIZE_UNITS.iter().filter(|(_, scale)| self.bytes >= *scale).max_by_key(|(_, scale)| *scale);
        match scaled {
            Some((unit, scale)) if self.bytes.is_multiple_of(*scale) => write!(f, "{}{unit}", self.bytes / scale),
            Some((unit, scale)) => write!(f, "{}.{}{unit}", self.bytes / scale, self.bytes % scale * 10 / scale),
            None => f.write_str("0B"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_and_show_their_units() {
        for (text, millis) in [("15m", 900_000), ("1h30m", 5_400_000), ("-250ms", -250), ("2d", 172_800_000), ("0s", 0)]
        {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.millis(), millis);
            assert_eq!(span.to_string(), text);
        }
        for bad in ["", "15", "m", "15 m", "1.5h", "15min", "9223372036854775807d", "-", "1m5h", "1h1h"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
        let long = Span::from_millis(90_061_001);
        assert_eq!((long.to_string().as_str(), long.in_full().as_str()), ("1d1h", "1d1h1m1s1ms"));
        assert_eq!((long.in_full().parse(), Span::ZERO.in_full().as_str()), (Ok(long), "0s"));
    }

    #[test]
    fn programs_write_numbers_and_people_may_write_units() {
        for written in ["90061001", "\"1d1h1m1s1ms\""] {
            assert_eq!(serde_json::from_str::<Span>(written).unwrap(), Span::from_millis(90_061_001), "{written}");
        }
        assert_eq!(serde_json::to_string(&Span::from_millis(-5)).unwrap(), "-5");
        for bad in ["\"5\"", "1.5", "9223372036854775808", "null", "[]"] {
            assert!(serde_json::from_str::<Span>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_read_and_show_their_units() {
        assert_eq!("3GiB".parse::<Size>().unwrap(), Size::from_bytes(3 << 30));
        assert_eq!(Size::from_bytes(1536).to_string(), "1.5KiB");
        assert!("3GB".parse::<Size>().is_err());
        assert_eq!(Size::from_bytes(0).to_string(), "0B");
    }

    #[test]
    fn floating_seconds_never_wrap() {
        assert_eq!(Span::from_secs_f64(-0.0125).unwrap().millis(), -13);
        assert_eq!(Span::from_secs_f64(f64::NAN), None);
        assert_eq!(Span::from_secs_f64(1e300), None);
    }
}
