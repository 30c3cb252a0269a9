//! restic: what `restic --json snapshots` says, and what the names in a repository say without its key.

use serde::Deserialize;
use tenken_model::{Instant, Read, Size};
use thiserror::Error;

use super::generation::Generation;

/// The output is no list of snapshots.
#[derive(Debug, Error)]
#[error("it is no list of snapshots: {0}")]
pub struct ResticError(#[from] serde_json::Error);

/// A snapshot, as far as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Snapshot {
    /// When the backup began.
    pub time: Instant,
    /// The host it is of.
    #[serde(default)]
    pub hostname: String,
    /// What it is of.
    #[serde(default)]
    pub paths: Vec<String>,
    #[serde(default)]
    summary: Option<Summary>,
}

/// Written since version 0.17.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Summary {
    total_bytes_processed: Option<u64>,
}

/// Reads the output. An empty repository says `null` or an empty list.
pub fn snapshots(output: &[u8]) -> Result<Vec<Snapshot>, ResticError> {
    Ok(serde_json::from_slice::<Option<Vec<Snapshot>>>(output)?.unwrap_or_default())
}

/// The generations among snapshots: those of the host and paths of the newest one, because snapshots of other hosts or
/// paths in the same repository are no further generations of it.
pub fn generations(snapshots: &[Snapshot]) -> Vec<Generation> {
    let newest = snapshots.iter().max_by_key(|snapshot| snapshot.time);
    let same = |snapshot: &&Snapshot| {
        newest.is_some_and(|newest| newest.hostname == snapshot.hostname && newest.paths == snapshot.paths)
    };
    let generation = |snapshot: &Snapshot| {
        let bytes = snapshot.summary.as_ref().and_then(|summary| summary.total_bytes_processed);
        Generation { size: Read::Measured(bytes.map(Size::from_bytes)), ..Generation::untold(snapshot.time) }
    };
    snapshots.iter().filter(same).map(generation).collect()
}

/// Whether a name in the `snapshots` folder is a snapshot's: the 64 hexadecimal digits of its checksum.
pub fn is_snapshot(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../../tests/samples/backups/restic-snapshots.json");

    #[test]
    fn what_restic_says() {
        let snapshots = snapshots(SAMPLE).unwrap();
        assert_eq!(snapshots.len(), 3);
        let generations = generations(&snapshots);
        let made: Vec<_> = generations.iter().map(|generation| generation.made.to_rfc3339()).collect();
        assert_eq!(made, ["2026-11-20T02:00:00+00:00", "2026-11-21T02:00:00+00:00", "2026-11-22T02:00:00+00:00"]);
        assert!(generations.iter().all(|generation| generation.size == Read::Measured(None)));
    }

    #[test]
    fn newer_versions_tell_sizes_and_offsets() {
        let output = br#"[{"time":"2026-11-23T03:00:01.123456789+09:00","paths":["/srv"],"hostname":"sv1",
            "summary":{"total_bytes_processed":1048576,"new":1},"program_version":"restic 0.17.3"}]"#;
        let snapshots = snapshots(output).unwrap();
        assert_eq!(snapshots[0].time.timestamp(), 1_795_370_401);
        assert_eq!(generations(&snapshots)[0].size, Read::Measured(Some(Size::from_bytes(1 << 20))));
    }

    #[test]
    fn snapshots_of_others_are_no_generations_of_this() {
        let output = br#"[{"time":"2026-11-20T00:00:00Z","hostname":"a","paths":["/x"]},
            {"time":"2026-11-21T00:00:00Z","hostname":"b","paths":["/x"]},
            {"time":"2026-11-22T00:00:00Z","hostname":"a","paths":["/y"]},
            {"time":"2026-11-23T00:00:00Z","hostname":"a","paths":["/x"]}]"#;
        assert_eq!(generations(&snapshots(output).unwrap()).len(), 2);
    }

    #[test]
    fn odd_output() {
        assert_eq!(snapshots(b"[]").unwrap(), []);
        assert_eq!(snapshots(b"null").unwrap(), []);
        assert!(generations(&[]).is_empty());
        let cut = SAMPLE.get(..200).unwrap();
        for bad in
            [b"".as_slice(), b"{}", b"[1]", b"[{\"time\":\"yesterday\"}]", b"Fatal: wrong password", cut, &[0xff, 0]]
        {
            assert!(snapshots(bad).unwrap_err().to_string().starts_with("it is no list of snapshots"));
        }
    }

    #[test]
    fn names_of_snapshots() {
        assert!(is_snapshot("cc30d62c50c22627bd269b79653f8454420da50b97c089148a07c2e2e6fd5d17"));
        for bad in [
            "",
            "cc30d62c",
            "CC30D62C50C22627BD269B79653F8454420DA50B97C089148A07C2E2E6FD5D17",
            "cc30d62c50c22627bd269b79653f8454420da50b97c089148a07c2e2e6fd5d17-tmp",
        ] {
            assert!(!is_snapshot(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), name in ".{0,80}") {
            let _ = (snapshots(&bytes).map(|snapshots| generations(&snapshots)), is_snapshot(&name));
        }
    }
}
