//! Plain file systems on fixed disks that nobody mounted: whoever takes the machine reads them all the same.

use tenken_model::Reason;

use super::stored;
use crate::collect::Look;
use crate::collect::devices::{Bus, Devices, udev};

const LUKS: &str = "crypto_LUKS";
const BLOCK_DEVICES: &str = "/sys/class/block";
/// The most block devices of one host.
const DEVICES_MAX: usize = 2_000;
/// What udev calls that which is no plain file system: what is encrypted, what other devices are made of, and swap, which
/// has a rule of its own where it is in use.
pub(crate) const NO_FILE_SYSTEM: [&str; 13] = [
    "crypto_LUKS",
    "BitLocker",
    "LVM2_member",
    "LVM1_member",
    "linux_raid_member",
    "isw_raid_member",
    "ddf_raid_member",
    "mpath_member",
    "zfs_member",
    "bcache",
    "DM_integrity",
    "swap",
    "swsuspend",
];
/// The kind of a partition that the firmware starts from, by GPT and by MBR.
pub(crate) const FIRMWARES: [&str; 2] = ["c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "0xef"];

/// How many there are. What udev says nothing of holds none that it knows.
pub(super) fn plain(look: &Look<'_>, devices: &Devices<'_, '_>) -> Result<i64, Reason> {
    let mut mounted = Vec::new();
    for mount in stored(devices.mounts()).into_iter().filter(|mount| mount.kind != "zfs") {
        mounted.extend(devices.parts_of(mount)?);
    }
    let mut found = 0;
    for entry in look.list(BLOCK_DEVICES, DEVICES_MAX).map_err(|error| error.reason())? {
        // A device that went away while the others were read is not there.
        let Ok(place) = devices.named(&entry.name) else { continue };
        if place.bus == Bus::Virtual || mounted.contains(&place.name) || devices.removable(&place)? {
            continue;
        }
        let Some(number) = devices.attribute(&place.name, "dev")? else { continue };
        let kept = look.read_if_there(format!("/run/udev/data/b{number}"), udev::FILE_MAX);
        let Some(kept) = kept.map_err(|error| error.reason())? else { continue };
        let properties = udev::properties(&kept);
        // What is open is under a file system or swap, or is nobody's.
        if properties.file_system.as_deref() == Some(LUKS) {
            let header = devices.header_on(&place);
            found += i64::from(matches!(header, Ok(Ok(header)) if header.has_plain_data()));
            continue;
        }
        let is_plain = properties.file_system.is_some_and(|kind| !NO_FILE_SYSTEM.contains(&kind.as_str()));
        let is_firmwares = properties.partition.is_some_and(|kind| FIRMWARES.contains(&kind.as_str()));
        if is_plain && !is_firmwares {
            found += 1;
        }
    }
    Ok(found)
}
