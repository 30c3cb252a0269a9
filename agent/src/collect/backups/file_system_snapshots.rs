//! Snapshots of Btrfs and ZFS, as their own commands list them.

use chrono::NaiveDateTime;
use tenken_model::Instant;
use thiserror::Error;

use super::generation::Generation;
use crate::collect::antivirus::time_zone::Zone;

/// A line that is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {0} is no snapshot")]
pub struct SnapshotLineError(usize);

/// Reads `btrfs subvolume list -s`: `ID 258 gen 10 cgen 10 top level 5 otime 2026-11-23 03:00:01 path a/b`, with the
/// host's local time.
pub fn btrfs(output: &[u8], zone: &Zone) -> Result<Vec<Generation>, SnapshotLineError> {
    each_line(output, |line| {
        let (_, rest) = line.strip_prefix("ID ")?.split_once(" otime ")?;
        let (time, _) = rest.split_once(" path ")?;
        zone.instant(NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S").ok()?)
    })
}

/// Reads `zfs list -Hp -t snapshot -o name,creation`: name and seconds since 1970 with a tab between. Of the snapshots of
/// datasets below, which are listed too, none counts.
pub fn zfs(output: &[u8], dataset: &str) -> Result<Vec<Generation>, SnapshotLineError> {
    let of_others = |line: &str| line.split_once('@').is_some_and(|(of, _)| of != dataset);
    let text = String::from_utf8_lossy(output);
    let own: Vec<_> = text.lines().filter(|line| !of_others(line)).collect();
    each_line(own.join("\n").as_bytes(), |line| {
        let (name, created) = line.split_once('\t')?;
        name.contains('@').then_some(())?;
        Instant::from_timestamp(created.trim().parse().ok()?, 0)
    })
}

fn each_line(output: &[u8], made: impl Fn(&str) -> Option<Instant>) -> Result<Vec<Generation>, SnapshotLineError> {
    let text = String::from_utf8_lossy(output);
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let made = made(line).ok_or(SnapshotLineError(number))?;
            Ok(Generation::untold(made))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(generations: Result<Vec<Generation>, SnapshotLineError>) -> Vec<String> {
        generations.unwrap().iter().map(|generation| generation.made.to_rfc3339()).collect()
    }

    #[test]
    fn what_btrfs_says() {
        let output = b"ID 258 gen 10 cgen 10 top level 5 otime 2026-11-22 03:00:01 path .snapshots/1/snapshot\n\
                       ID 259 gen 12 cgen 12 top level 257 otime 2026-11-23 03:00:02 path a path b\n";
        assert_eq!(made(btrfs(output, &Zone::utc())), ["2026-11-22T03:00:01+00:00", "2026-11-23T03:00:02+00:00"]);
        assert!(made(btrfs(b"", &Zone::utc())).is_empty());
    }

    #[test]
    fn what_zfs_says() {
        let output = b"tank/data@a\t1795136400\ntank/data/below@a\t1795222800\ntank/data@b c\t1795309200\n";
        assert_eq!(made(zfs(output, "tank/data")), ["2026-11-20T01:00:00+00:00", "2026-11-22T01:00:00+00:00"]);
        assert!(made(zfs(b"\n", "tank")).is_empty());
    }

    #[test]
    fn odd_lines() {
        for bad in
            ["ERROR: not a btrfs filesystem", "ID 1 gen 2 top level 5 path x", "ID 1 otime 2026-02-30 00:00:00 path x"]
        {
            assert_eq!(btrfs(bad.as_bytes(), &Zone::utc()), Err(SnapshotLineError(1)), "{bad}");
        }
        for bad in ["tank@a", "tank@a\tnever", "tank\t1795136400", "tank@a\t99999999999999999", "\u{fffd}"] {
            assert_eq!(zfs(bad.as_bytes(), "tank"), Err(SnapshotLineError(1)), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(ID | otime | path |@|\t|[0-9a :-]|\n){0,40}") {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                let _ = (btrfs(bytes, &Zone::utc()), zfs(bytes, "a"));
            }
        }
    }
}
