//! freshclam's log: when it last reached its source.

use chrono::NaiveDateTime;

/// How much of the end of a log is read, in bytes.
pub const TAIL_BYTES: u64 = 64 * 1024;

/// What a log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastSuccess {
    /// The last line that says so is of this time, on the clock of freshclam's own time zone.
    At(NaiveDateTime),
    /// A line says so, but lines carry no time (`LogTime no`).
    Untimed,
    /// No line says so.
    Never,
}

/// Looks for the last line by which the daily signatures were fetched or found to be the newest.
pub fn last_success(bytes: &[u8]) -> LastSuccess {
    let text = String::from_utf8_lossy(bytes);
    for line in text.lines().rev() {
        let (time, message) = match line.split_once(" -> ") {
            Some((time, message)) => (Some(time), message),
            None => (None, line),
        };
        if !is_success(message.trim()) {
            continue;
        }
        return match time {
            None => LastSuccess::Untimed,
            Some(time) => match NaiveDateTime::parse_from_str(time.trim(), "%a %b %e %H:%M:%S %Y") {
                Ok(time) => LastSuccess::At(time),
                // The line is cut off, or of a form that is not known: an older one may be whole.
                Err(_) => continue,
            },
        };
    }
    LastSuccess::Never
}

/// `daily.cvd database is up-to-date (..)`, `daily.cld updated (version: ..)` and the older `is up to date`.
fn is_success(message: &str) -> bool {
    message.starts_with("daily.")
        && ["up-to-date (version", "up to date (version", "updated (version"].iter().any(|text| message.contains(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RUN: &str = "\
Tue Nov 24 07:00:01 2026 -> --------------------------------------
Tue Nov 24 07:00:01 2026 -> ClamAV update process started at Tue Nov 24 07:00:01 2026
Tue Nov 24 07:00:02 2026 -> daily.cvd database is up-to-date (version: 27456, sigs: 2067212, f-level: 90, builder: x)
Tue Nov 24 07:00:02 2026 -> main.cvd database is up-to-date (version: 62, sigs: 6647427, f-level: 90, builder: x)
Tue Nov 24 08:00:01 2026 -> ClamAV update process started at Tue Nov 24 08:00:01 2026
Tue Nov 24 08:00:31 2026 -> ^Can't query current.cvd.clamav.net
Tue Nov 24 08:00:31 2026 -> !Update failed for database: daily
";

    fn at(time: &str) -> LastSuccess {
        LastSuccess::At(NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S").unwrap())
    }

    #[test]
    fn the_last_success_not_the_last_try() {
        assert_eq!(last_success(RUN.as_bytes()), at("2026-11-24 07:00:02"));
        let more =
            format!("{RUN}Wed Nov 25 01:02:03 2026 -> daily.cld updated (version: 27457, sigs: 1, f-level: 90)\n");
        assert_eq!(last_success(more.as_bytes()), at("2026-11-25 01:02:03"));
        let old = "Sun May  3 09:30:17 2020 -> daily.cvd is up to date (version: 25810, sigs: 1, f-level: 63)";
        assert_eq!(last_success(old.as_bytes()), at("2020-05-03 09:30:17"));
    }

    #[test]
    fn lines_without_a_time() {
        assert_eq!(last_success(b"daily.cvd database is up-to-date (version: 1)"), LastSuccess::Untimed);
    }

    #[test]
    fn other_lines_are_no_success() {
        for text in [
            "",
            "Tue Nov 24 07:00:02 2026 -> main.cvd database is up-to-date (version: 62)",
            "Tue Nov 24 07:00:02 2026 -> daily database available for update (local version: 1, remote version: 2)",
            "Tue Nov 24 07:00:02 2026 -> !daily.cvd: not up-to-date (version",
            "Tue Nov 24 07:00:02 2026 -> Your ClamAV installation is OUTDATED!",
            "24 07:00:02 2026 -> daily.cvd database is up-to-date (version: 1)",
        ] {
            assert_eq!(last_success(text.as_bytes()), LastSuccess::Never, "{text}");
        }
    }

    #[test]
    fn a_line_cut_by_the_tail_does_not_hide_an_older_one() {
        assert_eq!(last_success(&RUN.as_bytes()[10..]), at("2026-11-24 07:00:02"));
        assert_eq!(last_success(b"\xff\xfe\n"), LastSuccess::Never);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = last_success(&bytes);
        }

        #[test]
        fn never_panics_near_the_real_form(time in "[A-Za-z0-9: ]{0,30}") {
            let _ = last_success(format!("{time} -> daily.cvd updated (version: 1)").as_bytes());
        }
    }
}
