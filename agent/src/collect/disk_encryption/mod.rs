//! What lies encrypted on this host's disks.
//!
//! A disk that encrypts by itself looks like a plain one, and so does one that a hypervisor encrypts: the register or an
//! attestation says so where it is so.

pub mod bitlocker;
pub mod crypttab;
pub mod keys;
pub mod macos;
mod opened;
pub(crate) mod unmounted;
pub mod windows;

use std::collections::BTreeMap;
use std::path::Path;

use tenken_model::fact::disk_encryption::{DiskEncryption, Encryption, Swap, Volume, VolumePurpose};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::backups::mounts::Mount;
use super::devices::{Devices, swaps};
use super::{Look, Needs};

/// How many volumes are looked at.
const VOLUMES_MAX: usize = 200;
const SWAPS_MAX: Size = Size::from_bytes(64 << 10);
/// Kinds without a device number of their own that are stored here all the same.
const OF_SEVERAL_DEVICES: [&str; 4] = ["btrfs", "bcachefs", "zfs", "ecryptfs"];
/// Images of programs, as snap mounts by the dozen: packed once, never written to, and on a volume that is looked at.
const IMAGES: [&str; 3] = ["squashfs", "erofs", "cramfs"];

/// Looks at every mounted file system that is stored here, and at swap.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<DiskEncryption> {
    let devices = match Devices::read(look) {
        Ok(devices) => devices,
        Err(reason) => return Outcome::Failed(reason),
    };
    let mounts = stored(devices.mounts());
    let volumes: Vec<Volume> = mounts.iter().take(VOLUMES_MAX).map(|mount| volume(look, &devices, mount)).collect();
    let left_out = i64::try_from(mounts.len().saturating_sub(volumes.len())).unwrap_or(i64::MAX);
    Outcome::Known(DiskEncryption {
        volumes,
        volumes_left_out: left_out,
        plain_unmounted: unmounted::plain(look, &devices).into(),
        swaps: read_swaps(look, &devices).into(),
        keys: keys::read(look, &devices).into(),
        luks: opened::read(look, &devices).into(),
    })
}

/// Each file system once, where its name is shortest: it may be mounted in many places, and parts of it in others.
pub fn stored(mounts: &[Mount]) -> Vec<&Mount> {
    let mut found: BTreeMap<(&str, &str), (usize, &Mount)> = BTreeMap::new();
    for (index, mount) in mounts.iter().enumerate() {
        let kind = mount.kind.as_str();
        let key = if OF_SEVERAL_DEVICES.contains(&kind) {
            (kind, mount.source.as_str())
        } else if mount.number.starts_with("0:") || IMAGES.contains(&kind) {
            continue;
        } else {
            ("", mount.number.as_str())
        };
        let (_, shortest) = found.entry(key).or_insert((index, mount));
        if mount.point.len() < shortest.point.len() {
            *shortest = mount;
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_unstable_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, mount)| mount).collect()
}

fn volume(look: &Look<'_>, devices: &Devices<'_, '_>, mount: &Mount) -> Volume {
    let stored = devices.stored_on(mount);
    let device = match mount.kind.as_str() {
        "zfs" | "ecryptfs" => Err(Reason::new(
            ReasonCode::Unsupported,
            format!("read the size of {}: it is on no device of its own", mount.point),
        )),
        "btrfs" | "bcachefs" => devices.at(mount.source.split(':').next().unwrap_or_default()),
        _ => devices.numbered(&mount.number),
    };
    let encryption = match stored.encryption {
        Read::Measured(Encryption::None) => match encrypts_folders(look, &mount.point) {
            Some(reason) => Read::NotRead(reason),
            None => Read::Measured(Encryption::None),
        },
        other => other,
    };
    Volume {
        place: mount.point.clone(),
        file_system: mount.kind.clone(),
        device: device.as_ref().map_or_else(|_| mount.source.clone(), |place| place.name.clone()),
        purpose: purpose(mount),
        encryption,
        removable: stored.removable,
        size: device.and_then(|place| devices.size(&place.name)).into(),
    }
}

/// Why nothing can be said of a plain file system on which fscrypt encrypts folders: which ones, only the kernel tells, to
/// who opens them.
fn encrypts_folders(look: &Look<'_>, point: &str) -> Option<Reason> {
    let metadata = format!("{}/.fscrypt", point.trim_end_matches('/'));
    match look.exists(&metadata) {
        Ok(true) => {
            let detail = format!("look at {metadata}: fscrypt encrypts folders here; which ones cannot be read");
            Some(Reason::new(ReasonCode::Inconclusive, detail))
        }
        Ok(false) => None,
        Err(error) => Some(error.reason()),
    }
}

fn purpose(mount: &Mount) -> VolumePurpose {
    match (mount.point.as_str(), mount.kind.as_str()) {
        ("/boot" | "/efi" | "/boot/efi", "vfat") | ("/boot/efi" | "/efi", _) => VolumePurpose::Efi,
        ("/boot", _) => VolumePurpose::Boot,
        _ => VolumePurpose::Data,
    }
}

fn read_swaps(look: &Look<'_>, devices: &Devices<'_, '_>) -> Result<Vec<Swap>, Reason> {
    // A kernel without swap has no table of it.
    let table = look.read_if_there("/proc/swaps", SWAPS_MAX).map_err(|error| error.reason())?;
    let places = table.map(|table| swaps::parse(&table)).unwrap_or_default();
    let swap = |place: swaps::SwapPlace| {
        let (in_memory, encryption) = if place.is_file {
            let stored = devices.stored_at(Path::new(&place.path));
            (stored.in_memory, stored.encryption)
        } else {
            match devices.at(&place.path) {
                Ok(device) => {
                    let stored = devices.stored(&device);
                    (stored.in_memory, stored.encryption)
                }
                Err(reason) => (false, Read::NotRead(reason)),
            }
        };
        Swap { place: place.path, in_memory, encryption }
    };
    Ok(places.into_iter().map(swap).collect())
}

#[cfg(test)]
mod tests;
