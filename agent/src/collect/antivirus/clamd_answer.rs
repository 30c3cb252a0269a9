//! What clamd answers on its socket to `PING` and `VERSION`.

use chrono::NaiveDateTime;
use thiserror::Error;

/// The request whose answer is `PONG`.
pub const PING: &[u8] = b"zPING\0";

/// The request for the engine's version and the signatures it has loaded.
pub const VERSION: &[u8] = b"zVERSION\0";

/// The longest answer that is read, in bytes.
pub const ANSWER_MAX: u64 = 1024;

/// What clamd runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClamdVersion {
    /// The engine's version: `1.4.6`.
    pub engine: String,
    /// The daily signatures it has loaded; absent when it loaded none that carry a version.
    pub loaded: Option<LoadedSignatures>,
}

/// The daily signatures clamd has loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadedSignatures {
    /// Their version.
    pub version: u64,
    /// When they were built, on the clock of clamd's own time zone: the answer does not name the zone.
    pub built_local: NaiveDateTime,
}

/// Why an answer was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("clamd answered `{0}`, which is not understood")]
pub struct AnswerError(String);

/// Whether the answer to [`PING`] is `PONG`.
pub fn is_pong(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(|text| text == "PONG")
}

/// Reads the answer to [`VERSION`]: `ClamAV 1.4.6/27000/Thu Oct  1 08:15:00 2026`, or `ClamAV 1.4.6` alone.
pub fn parse_version(bytes: &[u8]) -> Result<ClamdVersion, AnswerError> {
    let shown = || AnswerError(String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(80).collect());
    let body = text(bytes).and_then(|text| text.strip_prefix("ClamAV ")).ok_or_else(shown)?;
    let mut parts = body.splitn(3, '/');
    let engine = parts.next().map(str::trim).filter(|engine| !engine.is_empty()).ok_or_else(shown)?.to_owned();
    let loaded = match (parts.next(), parts.next()) {
        (None, _) => None,
        (Some(version), Some(built)) => Some(LoadedSignatures {
            version: version.parse().map_err(|_| shown())?,
            built_local: NaiveDateTime::parse_from_str(built.trim(), "%a %b %e %H:%M:%S %Y").map_err(|_| shown())?,
        }),
        (Some(_), None) => return Err(shown()),
    };
    Ok(ClamdVersion { engine, loaded })
}

/// The answer without the end mark of its session: a NUL or a line end.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().map(|text| text.trim_end_matches(['\0', '\n', '\r']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_version_with_its_signatures() {
        let version = parse_version(b"ClamAV 1.4.6/27000/Thu Oct  1 08:15:00 2026\0").unwrap();
        assert_eq!(version.engine, "1.4.6");
        let loaded = version.loaded.unwrap();
        assert_eq!(loaded.version, 27000);
        assert_eq!(loaded.built_local.to_string(), "2026-10-01 08:15:00");
        assert!(parse_version(b"ClamAV 1.0.7/27456/Mon Nov 18 09:34:28 2024\n").unwrap().loaded.is_some());
    }

    #[test]
    fn nothing_loaded_is_said_as_nothing() {
        let version = parse_version(b"ClamAV 0.103.12\0").unwrap();
        assert_eq!(version, ClamdVersion { engine: "0.103.12".to_owned(), loaded: None });
    }

    #[test]
    fn other_answers_are_errors() {
        for bad in [
            &b""[..],
            b"\0",
            b"ClamAV \0",
            b"UNKNOWN COMMAND\0",
            b"COMMAND UNAVAILABLE\0",
            b"ClamAV 1.4.6/27000\0",
            b"ClamAV 1.4.6/27000/\0",
            b"ClamAV 1.4.6/-1/Thu Oct  1 08:15:00 2026\0",
            b"ClamAV 1.4.6/27000/Fri Oct  1 08:15:00 2026\0",
            b"ClamAV 1.4.6/27000/Thu Oct 32 08:15:00 2026\0",
            b"ClamAV 1.4.6/27000/Thu Oct  1 08:15\0",
            b"ClamAV \xff\0",
        ] {
            assert!(parse_version(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_error_shows_little_of_a_hostile_answer() {
        let error = parse_version(&[b'\x1b'; 4096]).unwrap_err();
        assert_eq!(error, AnswerError(String::new()));
        assert!(parse_version(&[b'a'; 4096]).unwrap_err().to_string().len() < 130);
    }

    #[test]
    fn only_pong_is_pong() {
        assert!(is_pong(b"PONG\0"));
        assert!(is_pong(b"PONG\n"));
        for bad in [&b""[..], b"PON", b"PONG PONG", b"pong", b"\xff"] {
            assert!(!is_pong(bad), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_version(&bytes);
            let _ = is_pong(&bytes);
        }

        #[test]
        fn never_panics_near_the_real_form(rest in "[0-9A-Za-z/: .]{0,80}") {
            let _ = parse_version(format!("ClamAV {rest}").as_bytes());
        }
    }
}
