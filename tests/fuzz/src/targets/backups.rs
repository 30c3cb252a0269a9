//! What backup programs and file systems list, and what names in folders say.

use std::path::Path;

use tenken_agent::collect::antivirus::time_zone::Zone;
use tenken_agent::collect::backups::generation::Summary;
use tenken_agent::collect::backups::{borg, dated, file_system_snapshots, mounts, restic, rsnapshot};

use super::now;

pub(super) fn lists(data: &[u8]) {
    if let Ok(snapshots) = restic::snapshots(data) {
        let generations = restic::generations(&snapshots);
        assert!(generations.len() <= snapshots.len());
        let _summary = Summary::of(generations, "fuzz", now());
    }
    if let Ok(generations) = borg::generations(data, &Zone::utc()) {
        let _summary = Summary::of(generations, "fuzz", now());
    }
    let _config = borg::config(data);
}

pub(super) fn snapshots(data: &[u8]) {
    let lines = data.split(|byte| *byte == b'\n').count();
    for generations in [file_system_snapshots::btrfs(data, &Zone::utc()), file_system_snapshots::zfs(data, "tank/home")]
        .into_iter()
        .flatten()
    {
        assert!(generations.len() <= lines);
        let _summary = Summary::of(generations, "fuzz", now());
    }
}

pub(super) fn mounts(data: &[u8]) {
    let found = mounts::parse(data);
    assert!(found.len() <= data.len());
    for path in ["/", "/srv/backup/db", ""] {
        let path = Path::new(path);
        let holding = mounts::holding(&found, path);
        assert!(holding.is_none_or(|mount| path.starts_with(&mount.point)));
        let _storage = holding.and_then(mounts::Mount::storage);
        let _dataset = mounts::dataset(&found, path);
    }
}

pub(super) fn names(data: &[u8]) {
    let name = String::from_utf8_lossy(data);
    let (_partial, _rsnapshot, _restic) =
        (dated::partial(&name), rsnapshot::is_generation(&name), restic::is_snapshot(&name));
    if let Some(stamp) = dated::stamp(&name) {
        let _instant = Zone::utc().instant(stamp.begin());
        // What a stamp says is read again from its own text.
        let again = dated::stamp(&stamp.date.to_string());
        assert_eq!(again.map(|again| again.date), Some(stamp.date));
    }
}
