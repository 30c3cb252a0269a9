//! Times as Windows keeps them: hundreds of nanoseconds since 1601 (FILETIME).
//!
//! <https://learn.microsoft.com/en-us/windows/win32/api/minwinbase/ns-minwinbase-filetime>

use tenken_model::Instant;

/// Units of a second.
const SECOND: u64 = 10_000_000;
/// From 1601 to 1970, in seconds.
const TO_1970: i64 = 11_644_473_600;
/// What stands for "never" where 0 does not: the greatest number with a sign.
const NEVER: u64 = 0x7fff_ffff_ffff_ffff;

/// The time of that many units; nothing for 0 and for the two numbers that stand for never.
pub fn instant(units: u64) -> Option<Instant> {
    if units == 0 || units >= NEVER {
        return None;
    }
    let seconds = i64::try_from(units / SECOND).ok()? - TO_1970;
    let nanoseconds = u32::try_from(units % SECOND).ok()? * 100;
    Instant::from_timestamp(seconds, nanoseconds)
}

/// The time of two halves, as the registry often keeps them.
pub fn of_halves(high: u32, low: u32) -> Option<Instant> {
    instant(u64::from(high) << 32 | u64::from(low))
}

/// The time of eight bytes, the lowest first, as REG_BINARY keeps them; nothing for another number of bytes.
pub fn of_bytes(bytes: &[u8]) -> Option<Instant> {
    instant(u64::from_le_bytes(bytes.try_into().ok()?))
}

/// That time in units; nothing for a time before 1601 or one too late to write.
pub fn units(time: Instant) -> Option<u64> {
    let seconds = u64::try_from(time.timestamp().checked_add(TO_1970)?).ok()?;
    seconds.checked_mul(SECOND)?.checked_add(u64::from(time.timestamp_subsec_nanos()) / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_read_and_written() {
        // From Microsoft's own documentation of LDAP attributes: 128271382742968750 is 2007-06-24 05:57:54.
        assert_eq!(instant(128_271_382_742_968_750), Some(at("2007-06-24T05:57:54.296875Z")));
        assert_eq!(instant(116_444_736_000_000_000), Some(Instant::UNIX_EPOCH));
        assert_eq!(of_halves(0x01c7_b624, 0x4a24_aa6e), instant(0x01c7_b624_4a24_aa6e));
        assert_eq!(of_bytes(&128_271_382_742_968_750_u64.to_le_bytes()), instant(128_271_382_742_968_750));
        for time in ["1601-01-01T00:00:00.0000001Z", "1969-12-31T23:59:59.9999999Z", "2026-11-26T01:00:00Z"] {
            assert_eq!(instant(units(at(time)).unwrap()), Some(at(time)), "{time}");
        }
    }

    #[test]
    fn never_and_nonsense_are_no_time() {
        assert_eq!((instant(0), instant(NEVER), instant(u64::MAX)), (None, None, None));
        assert_eq!((of_halves(0, 0), of_halves(0x7fff_ffff, u32::MAX), of_halves(u32::MAX, 1)), (None, None, None));
        assert_eq!((of_bytes(&[]), of_bytes(&[1; 7]), of_bytes(&[1; 9])), (None, None, None));
        assert!(instant(NEVER - 1).is_some(), "far away, and still a time");
        assert_eq!((units(at("1600-12-31T23:59:59Z")), units(at("1601-01-01T00:00:00Z"))), (None, Some(0)));
        assert_eq!(units(Instant::MAX_UTC), None);
    }
}
