//! Generations that are snapshots of a file system.

use std::path::Path;

use tenken_model::{Instant, Reason, ReasonCode, Size};

use super::file_system_snapshots;
use super::folder;
use super::generation::{Generation, Summary};
use super::mounts::{self, Mount};
use super::repository::{succeeded, unparsable};
use crate::collect::Look;
use crate::collect::antivirus::time_zone::Zone;
use crate::host::VendorCommand;

const MOUNTS: &str = "/proc/self/mountinfo";
const MOUNTS_LIMIT: Size = Size::from_bytes(4 << 20);

/// The snapshots of the Btrfs file system at `mount`; where its command may not list them, the dated names below.
pub(super) fn btrfs(look: &Look<'_>, mount: &Path, zone: &Zone, now: Instant) -> Result<Summary, Reason> {
    let command = VendorCommand::BtrfsSnapshots { mount: mount.to_owned() };
    let told = run(look, &command, |output| {
        file_system_snapshots::btrfs(output, zone).map_err(|error| unparsable(&command, &error))
    });
    told.map(|generations| Summary::of(generations, "read with btrfs", now))
        .or_else(|reason| by_names(look, mount, zone, now, reason))
}

/// The snapshots of the ZFS dataset mounted at `mount`; where its command may not list them, the dated names of
/// snapshots that the file system shows.
pub(super) fn zfs(look: &Look<'_>, mount: &Path, zone: &Zone, now: Instant) -> Result<Summary, Reason> {
    let mounts = mounted(look)?;
    let dataset = mounts::dataset(&mounts, mount).map(str::to_owned).ok_or_else(|| {
        Reason::new(ReasonCode::Missing, format!("read {MOUNTS}: no ZFS dataset is mounted at {}", mount.display()))
    });
    let told = dataset.and_then(|dataset| {
        let command = VendorCommand::ZfsSnapshots { dataset: dataset.clone() };
        run(look, &command, |output| {
            file_system_snapshots::zfs(output, &dataset).map_err(|error| unparsable(&command, &error))
        })
    });
    told.map(|generations| Summary::of(generations, "read with zfs", now))
        .or_else(|reason| by_names(look, &mount.join(".zfs/snapshot"), zone, now, reason))
}

/// What is mounted. The kernel's table does not tell its changes: it wakes nobody.
pub(super) fn mounted(look: &Look<'_>) -> Result<Vec<Mount>, Reason> {
    let bytes = look.aside().read(MOUNTS, MOUNTS_LIMIT).map_err(|error| error.reason())?;
    Ok(mounts::parse(&bytes))
}

fn run(
    look: &Look<'_>,
    command: &VendorCommand,
    parse: impl FnOnce(&[u8]) -> Result<Vec<Generation>, Reason>,
) -> Result<Vec<Generation>, Reason> {
    let output = look.run(command).map_err(|error| error.reason())?;
    parse(&succeeded(command, output, &[0])?)
}

/// What dated names tell where the command did not; without any, that it did not.
fn by_names(look: &Look<'_>, folder: &Path, zone: &Zone, now: Instant, reason: Reason) -> Result<Summary, Reason> {
    match folder::dated(look, folder, zone, now) {
        Ok(mut summary) if summary.newest.measured().is_some_and(Option::is_some) => {
            summary.evidence = format!("inferred: {}; {}", summary.evidence, reason.detail);
            Ok(summary)
        }
        Ok(_) | Err(_) => Err(reason),
    }
}
