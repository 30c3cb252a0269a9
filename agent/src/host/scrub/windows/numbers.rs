//! Texts that are numbers, versions or times: those that no telephone, card or staff number is written like.

use std::net::Ipv4Addr;

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::super::known::is_short_number;
use crate::collect::antivirus::windows::dates;
use crate::collect::file_time;

/// The most digits of a number that says nothing of anybody: of a port, a process, a setting.
const DIGITS_MAX: usize = 5;
/// The most digits of a number in hexadecimal.
const HEXADECIMAL_MAX: usize = 16;
/// The most numbers of a version.
const PARTS_MAX: usize = 6;
/// Values that collectors read as versions, of programs and of what they check by.
const VERSIONS: [&str; 14] = [
    "AMEngineVersion",
    "AMProductVersion",
    "AntivirusSignatureVersion",
    "AVSignatureVersion",
    "CurrentBuild",
    "CurrentBuildNumber",
    "CurrentVersion",
    "DisplayVersion",
    "EngineVersion",
    "PRODUCTVERSION",
    "ProductVersion",
    "TmListen_Ver",
    "Version",
    "VersionToReport",
];
/// Values of which a size is a text, because WMI gives numbers of 64 bits so.
const SIZES: [&str; 2] = ["Capacity", "Size"];

/// A short number, a version, a number in hexadecimal, a code of a message, a day or a time.
pub(super) fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let code = text.strip_prefix("%%").is_some_and(|code| is_short_number(code, DIGITS_MAX));
    let hexadecimal = text.strip_prefix("0x").is_some_and(|digits| {
        (1..=HEXADECIMAL_MAX).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    is_short_number(digits, DIGITS_MAX) || code || hexadecimal || is_time(text) || is_version(text)
}

/// Numbers with dots between. The first of a telephone number begins with a zero; four small ones are an address.
fn is_version(text: &str) -> bool {
    let is_address = text.parse::<Ipv4Addr>().is_ok();
    let is_telephone = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    is_numbers(text) && text.contains('.') && !is_address && !is_telephone
}

fn is_numbers(text: &str) -> bool {
    let parts = text.split('.');
    text.split('.').count() <= PARTS_MAX && parts.into_iter().all(|part| is_short_number(part, DIGITS_MAX))
}

/// A day, or a time of RFC 3339.
fn is_time(text: &str) -> bool {
    const DAYS: [&str; 2] = ["%Y-%m-%d", "%Y/%m/%d"];
    const TIMES: [&str; 2] = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S"];
    text.len() <= 40
        && text.starts_with("20")
        && (DateTime::parse_from_rfc3339(text).is_ok()
            || DAYS.iter().any(|form| NaiveDate::parse_from_str(text, form).is_ok())
            || TIMES.iter().any(|form| NaiveDateTime::parse_from_str(text, form).is_ok()))
}

/// Units of a FILETIME of this century, in digits.
pub(super) fn is_file_time(text: &str) -> bool {
    text.parse().is_ok_and(is_units)
}

/// Bytes that are a FILETIME of these decades. No text of eight letters is one.
pub(super) fn is_file_time_bytes(bytes: &[u8]) -> bool {
    <[u8; 8]>::try_from(bytes).is_ok_and(|bytes| is_units(u64::from_le_bytes(bytes)))
}

fn is_units(units: u64) -> bool {
    let year = |time: tenken_model::Instant| time.format("%Y").to_string().parse::<u32>();
    file_time::instant(units).and_then(|time| year(time).ok()).is_some_and(|year| (1980..2100).contains(&year))
}

/// What a value of that name holds in numbers alone, written anew: a version, a size, the day of a list of signatures. Nothing where
/// it is no such value, or holds something else.
pub(super) fn of_value(name: &str, text: &str) -> Option<String> {
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let text = text.trim();
    if is_one_of(&VERSIONS) {
        return is_numbers(text).then(|| text.to_owned());
    }
    if is_one_of(&SIZES) {
        return text.parse::<u64>().ok().map(|size| size.to_string());
    }
    if is_one_of(&["PatternDate", "NonCrcPatternDate"]) {
        return dates::run_together(text).map(|day| day.format("%Y%m%d").to_string());
    }
    if is_one_of(&["LatestVirusDefsDate"]) {
        return dates::with_dashes(text).map(|day| day.format("%Y-%m-%d").to_string());
    }
    if is_one_of(&["Protection_BasesDate"]) {
        return dates::day_first(text).map(|time| time.format("%d-%m-%Y %H-%M-%S").to_string());
    }
    if is_one_of(&["ScannerVersion"]) {
        let number = text.split_ascii_whitespace().next().filter(|number| is_short_number(number, DIGITS_MAX + 1));
        let day = dates::in_brackets(text).map(|day| day.format(" (%Y%m%d)").to_string()).unwrap_or_default();
        return number.map(|number| format!("{number}{day}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_settings_stay_and_numbers_of_people_do_not() {
        for plain in [
            "0",
            "900",
            "65535",
            "-540",
            "10.0.26100.1742",
            "142.0.7444.176",
            "0xc000006d",
            "%%2313",
            "2026-11-26",
            "2026-11-26T01:02:03Z",
            "2026/11/26 01:02:03",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for personal in [
            "",
            "090-1111-2222",
            "09011112222",
            "090.1111.2222",
            "0312345678",
            "123456",
            "192.168.10.5",
            "0xYamada",
            "%%x",
            "2026-11-26 yamada",
            "1234 5678",
            "12:34",
        ] {
            assert!(!is_plain(personal), "{personal}");
        }
        assert!(is_file_time("134085600000000000") && !is_file_time("09011112222"));
        assert!(!is_file_time_bytes(b"yamadaha") && is_file_time_bytes(&134_085_600_000_000_000_u64.to_le_bytes()));
    }

    #[test]
    fn values_of_known_forms_are_written_anew() {
        let of = |name: &str, text: &str| of_value(name, text);
        assert_eq!(of("PatternDate", "20261125").as_deref(), Some("20261125"));
        assert_eq!(of("ScannerVersion", "30250 (20261125) yamada").as_deref(), Some("30250 (20261125)"));
        assert_eq!(of("LatestVirusDefsDate", "2026-11-25 r003").as_deref(), Some("2026-11-25"));
        assert_eq!(of("protection_basesdate", "25-11-2026 06-10-00").as_deref(), Some("25-11-2026 06-10-00"));
        assert_eq!(of("Capacity", "511000000000").as_deref(), Some("511000000000"));
        assert_eq!(of("DisplayVersion", "14.0.0.142").as_deref(), Some("14.0.0.142"));
        for (name, text) in [
            ("PatternDate", "03123456"),
            ("DisplayVersion", "yamada"),
            ("DisplayVersion", "09011112222"),
            ("Capacity", "yamada"),
            ("Owner", "20261125"),
        ] {
            assert_eq!(of(name, text), None, "{name} {text}");
        }
    }
}
