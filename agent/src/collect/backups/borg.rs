//! Borg: what `borg list --json` says, and whether a repository's configuration holds a key.

use chrono::{DateTime, NaiveDateTime};
use serde::Deserialize;
use tenken_model::Instant;
use thiserror::Error;

use super::generation::Generation;
use crate::collect::antivirus::time_zone::Zone;

/// Why the output cannot be used.
#[derive(Debug, Error)]
pub enum BorgError {
    /// It is no list of archives.
    #[error("it is no list of archives: {0}")]
    Form(#[from] serde_json::Error),
    /// A time is none, or none in the host's time zone.
    #[error("`{0}` is no time in this host's time zone")]
    Time(String),
}

#[derive(Deserialize)]
struct List {
    archives: Vec<Archive>,
}

#[derive(Deserialize)]
struct Archive {
    name: String,
    /// When it was begun; version 1 writes the host's local time without its zone.
    start: Option<String>,
    /// The same; older versions have it alone.
    time: Option<String>,
}

/// Reads the output. Checkpoints are archives that were not finished and are left out.
pub fn generations(output: &[u8], zone: &Zone) -> Result<Vec<Generation>, BorgError> {
    let list: List = serde_json::from_slice(output)?;
    let whole = list.archives.into_iter().filter(|archive| !is_checkpoint(&archive.name));
    whole
        .map(|archive| {
            let text = archive.start.or(archive.time).unwrap_or_default();
            let made = instant(&text, zone).ok_or(BorgError::Time(text))?;
            Ok(Generation::untold(made))
        })
        .collect()
}

fn instant(text: &str, zone: &Zone) -> Option<Instant> {
    DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).ok().or_else(|| {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        zone.instant(local)
    })
}

fn is_checkpoint(name: &str) -> bool {
    let numbered = name.rsplit_once('.').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    name.ends_with(".checkpoint") || numbered.is_some_and(|(before, _)| before.ends_with(".checkpoint"))
}

/// What a repository's `config` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Config {
    /// It holds a key, so that listing needs the passphrase.
    WithKey,
    /// It holds none: it is not encrypted, or the key is kept elsewhere.
    WithoutKey,
    /// It is no repository's configuration.
    NotBorg,
}

/// Reads a repository's `config`.
pub fn config(bytes: &[u8]) -> Config {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().map(str::trim);
    if !lines.any(|line| line == "[repository]") {
        return Config::NotBorg;
    }
    let names: Vec<_> = lines.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect();
    match (names.contains(&"id"), names.contains(&"key")) {
        (false, _) => Config::NotBorg,
        (true, true) => Config::WithKey,
        (true, false) => Config::WithoutKey,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::collect::antivirus::time_zone;

    const SAMPLE: &[u8] = include_bytes!("../../../tests/samples/backups/borg-list.json");

    fn tokyo() -> Zone {
        time_zone::parse(include_bytes!("../../../tests/samples/antivirus/Tokyo.tzif")).unwrap()
    }

    fn made(output: &[u8], zone: &Zone) -> Vec<String> {
        generations(output, zone).unwrap().iter().map(|generation| generation.made.to_rfc3339()).collect()
    }

    #[test]
    fn what_borg_says_in_the_hosts_time() {
        assert_eq!(
            made(SAMPLE, &Zone::utc()),
            ["2026-11-20T02:00:00+00:00", "2026-11-21T02:00:00+00:00", "2026-11-22T02:00:00+00:00"]
        );
        assert_eq!(made(SAMPLE, &tokyo())[0], "2026-11-19T17:00:00+00:00");
    }

    #[test]
    fn other_versions_and_unfinished_archives() {
        let output = br#"{"archives":[{"name":"a.checkpoint","start":"2026-11-22T00:00:00"},
            {"name":"a.checkpoint.2","start":"2026-11-22T00:00:00"},
            {"name":"a.checkpoint.old","time":"2026-11-21T00:00:00"},
            {"name":"b","start":"2026-11-23T03:00:00.000000+09:00"}]}"#;
        assert_eq!(made(output, &Zone::utc()), ["2026-11-21T00:00:00+00:00", "2026-11-22T18:00:00+00:00"]);
        assert!(made(br#"{"archives":[]}"#, &Zone::utc()).is_empty());
    }

    #[test]
    fn odd_output() {
        let cut = SAMPLE.get(..300).unwrap();
        for bad in [b"".as_slice(), b"[]", b"{}", br#"{"archives":[{}]}"#, cut, b"Enter passphrase:", &[0xff]] {
            assert!(matches!(generations(bad, &Zone::utc()), Err(BorgError::Form(_))));
        }
        let never = br#"{"archives":[{"name":"a","start":"2026-13-01T00:00:00"}]}"#;
        assert!(matches!(generations(never, &Zone::utc()), Err(BorgError::Time(_))));
    }

    #[test]
    fn configurations() {
        let plain = "[repository]\nversion = 1\nid = b662b2fa\n";
        assert_eq!(config(plain.as_bytes()), Config::WithoutKey);
        assert_eq!(config(format!("{plain}key = hqlhb\n\tQ7D7dPon\n").as_bytes()), Config::WithKey);
        for bad in ["", "[repository]", "id = 1\nkey = 2", "[core]\nid = 1"] {
            assert_eq!(config(bad.as_bytes()), Config::NotBorg, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), time in ".{0,40}") {
            let _ = (generations(&bytes, &Zone::utc()), config(&bytes), instant(&time, &tokyo()));
        }
    }
}
