//! On what logs lie: a disk, or only memory.

use std::path::Path;

use tenken_model::{Reason, Size};

use crate::collect::Look;
use crate::collect::backups::mounts::{self, Mount};
use crate::collect::backups::resolved;

const MOUNTS: &str = "/proc/self/mountinfo";
const MOUNTS_MAX: Size = Size::from_bytes(4 << 20);
/// File systems and devices that are gone with the power.
const IN_MEMORY: [&str; 3] = ["tmpfs", "ramfs", "devtmpfs"];
const DEVICES_IN_MEMORY: [&str; 2] = ["/dev/zram", "/dev/ram"];
/// How many lie over each other at the most.
const DEPTH_MAX: usize = 5;
/// Always in memory where systemd starts the system.
const RUN: [&str; 3] = ["/run/", "/var/run/", "/dev/"];

/// What is mounted.
pub(super) struct Media(Result<Vec<Mount>, Reason>);

impl Media {
    /// Reads it. A host that is not asked for its mounts has one disk.
    pub(super) fn read(look: &Look<'_>) -> Self {
        let table = look.read_if_there(MOUNTS, MOUNTS_MAX).map_err(|error| error.reason());
        Self(table.map(|table| table.map(|table| mounts::parse(&table)).unwrap_or_default()))
    }

    /// Whether what lies at a path, or will lie there, is only in memory.
    pub(super) fn in_memory(&self, look: &Look<'_>, path: &str) -> Result<bool, Reason> {
        if RUN.iter().any(|folder| path.starts_with(folder)) {
            return Ok(true);
        }
        let mounts = self.0.as_ref().map_err(Clone::clone)?;
        if mounts.is_empty() {
            return Ok(false);
        }
        let aside = look.aside();
        for place in Path::new(path).ancestors() {
            match aside.metadata(place) {
                Ok(_) => {
                    let place = resolved(look, place)?;
                    return Ok(is_memory(mounts, &place, 0));
                }
                Err(error) if error.is_not_there() => {}
                Err(error) => return Err(error.reason()),
            }
        }
        Ok(false)
    }
}

/// Whether a path without links is only in memory, by what is mounted there, or by where the changes to that go.
fn is_memory(mounts: &[Mount], path: &Path, depth: usize) -> bool {
    let Some(mount) = mounts::holding(mounts, path) else { return false };
    if let Some(upper) = &mount.upper {
        return depth < DEPTH_MAX && is_memory(mounts, Path::new(upper), depth + 1);
    }
    IN_MEMORY.contains(&mount.kind.as_str())
        || DEVICES_IN_MEMORY.iter().any(|device| {
            mount.source.strip_prefix(device).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
        })
}
