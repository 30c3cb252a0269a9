//! What lies encrypted on the disks of Windows: by BitLocker, or by programs of others that only they can tell of.

mod in_folders;
mod page_files;

use tenken_model::fact::disk_encryption::{DiskEncryption, Encryption, Swap, Volume, VolumePurpose};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::bitlocker::{self, Bitlocker, BitlockerVolume};
use crate::collect::windows_path::Variables;
use crate::collect::{Look, Needs};
use crate::host::windows_api;

/// How many volumes are looked at.
const VOLUMES_MAX: usize = 200;
/// GetDriveType.
const REMOVABLE: u32 = 2;
const FIXED: u32 = 3;
/// STORAGE_BUS_TYPE of what is pulled out: USB, SD, MMC, IEEE 1394.
const PULLED_OUT: [u32; 4] = [7, 12, 13, 4];
/// Programs of others that encrypt whole disks, by drivers and services of theirs: a name that ends in `*` is how several begin.
const OTHERS: [(&str, &str); 8] = [
    ("DriveLock*", "DriveLock"),
    ("HIBUN*", "HIBUN (秘文)"),
    ("MfeEpe*", "Trellix (McAfee) Drive Encryption"),
    ("PGPwde*", "Symantec Endpoint Encryption"),
    ("eedDiskEncryptionDriver", "Symantec Endpoint Encryption"),
    ("SDDisk2K", "WinMagic SecureDoc"),
    ("veracrypt", "VeraCrypt"),
    ("dcrypt", "DiskCryptor"),
];

/// Looks at every volume with a letter or in a folder, and at the page files.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<DiskEncryption> {
    let volumes = match look.volumes() {
        Ok(volumes) => volumes,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let bitlocker = bitlocker::read(look);
    let other = other_program(look);
    let variables = Variables::read(look).unwrap_or_default();
    let system = variables.expand("%SystemDrive%").chars().next().map(|letter| letter.to_ascii_uppercase());
    let stored: Vec<&windows_api::Volume> = volumes.iter().filter(|volume| is_stored_here(volume)).collect();
    let read = |letter| encryption(&bitlocker, &other, letter);
    let of_letters = stored.iter().map(|volume| told(volume, read(volume.letter), Some(volume.letter) == system));
    let in_folders = in_folders::read(look, &bitlocker, &other);
    // Without the list nobody knows whether there are more; with it what is left is mounted nowhere, and nobody keeps data there.
    let plain_unmounted = in_folders.as_ref().map(|_| 0).map_err(Clone::clone).into();
    let all: Vec<Volume> = of_letters.chain(in_folders.unwrap_or_default()).collect();
    let left_out = all.len().saturating_sub(VOLUMES_MAX);
    let swap = |path: String| {
        let letter = path.chars().next().unwrap_or_default();
        Swap { place: path, in_memory: false, encryption: read(letter) }
    };
    let swaps = page_files::read(look, &variables).map(|paths| paths.into_iter().map(swap).collect());
    Outcome::Known(DiskEncryption {
        volumes_left_out: i64::try_from(left_out).unwrap_or(i64::MAX),
        volumes: all.into_iter().take(VOLUMES_MAX).collect(),
        plain_unmounted,
        swaps: swaps.into(),
        keys: Read::Measured(Vec::new()),
        luks: Read::Measured(Vec::new()),
    })
}

/// A disk with a medium. What is locked has no size.
fn is_stored_here(volume: &windows_api::Volume) -> bool {
    volume.kind == FIXED || volume.kind == REMOVABLE && volume.size.bytes() > 0
}

fn told(volume: &windows_api::Volume, encryption: Read<Encryption>, of_system: bool) -> Volume {
    let size = volume.size;
    let untold = || Reason::new(ReasonCode::Unsupported, format!("read the size of {}: it is not told", volume.letter));
    Volume {
        place: format!("{}:", volume.letter.to_ascii_uppercase()),
        file_system: volume.file_system.to_ascii_lowercase(),
        device: volume.device.clone(),
        purpose: VolumePurpose::Data,
        encryption,
        removable: if of_system { Read::Measured(false) } else { removable(volume) },
        size: (size != Size::from_bytes(0)).then_some(size).ok_or_else(untold).into(),
    }
}

/// Whether a volume is on something that is pulled out. External disks are fixed for Windows; the bus tells.
pub(crate) fn removable(volume: &windows_api::Volume) -> Read<bool> {
    match (volume.kind, volume.bus, volume.removable_medium) {
        (REMOVABLE, _, _) | (_, _, Some(true)) => Read::Measured(true),
        (_, Some(bus), _) => Read::Measured(PULLED_OUT.contains(&bus)),
        (_, None, _) => {
            let detail = format!("look at the disk of {}: how it is attached is not told", volume.letter);
            Read::not_read(ReasonCode::Unsupported, detail)
        }
    }
}

/// By what the volume of a letter is encrypted.
pub(crate) fn encryption(
    bitlocker: &Result<Bitlocker, Reason>,
    other: &Read<Option<&'static str>>,
    letter: char,
) -> Read<Encryption> {
    let is_it = |volume: &BitlockerVolume| volume.letter.is_some_and(|own| own.eq_ignore_ascii_case(&letter));
    encryption_of(bitlocker, other, &letter.to_string(), is_it)
}

/// By what one volume is encrypted.
fn encryption_of(
    bitlocker: &Result<Bitlocker, Reason>,
    other: &Read<Option<&'static str>>,
    name: &str,
    is_it: impl Fn(&BitlockerVolume) -> bool,
) -> Read<Encryption> {
    let by_bitlocker = match bitlocker {
        Err(reason) => Read::NotRead(reason.clone()),
        Ok(Bitlocker::None) => Read::Measured(Encryption::None),
        Ok(Bitlocker::Volumes(volumes)) => volumes
            .iter()
            .find(|volume| is_it(volume))
            // What BitLocker cannot encrypt, it does not name.
            .map_or(Read::Measured(Encryption::None), |volume| volume.encryption.clone()),
    };
    match (by_bitlocker, other) {
        (Read::Measured(Encryption::None), Read::Measured(Some(program))) => {
            let detail = format!("look at {name}: {program} is installed, which alone can tell what it encrypts");
            Read::not_read(ReasonCode::Unsupported, detail)
        }
        (Read::Measured(Encryption::None), Read::NotRead(reason)) => Read::NotRead(reason.clone()),
        (found, _) => found,
    }
}

/// A program of others that encrypts disks and is installed.
pub(crate) fn other_program(look: &Look<'_>) -> Read<Option<&'static str>> {
    let services = match look.services() {
        Ok(services) => services,
        Err(error) => return Read::NotRead(error.reason()),
    };
    let is_named = |service: &str, name: &str| match name.strip_suffix('*') {
        Some(begin) => service.get(..begin.len()).is_some_and(|own| own.eq_ignore_ascii_case(begin)),
        None => service.eq_ignore_ascii_case(name),
    };
    let found = OTHERS.iter().find(|(name, _)| services.iter().any(|service| is_named(&service.name, name)));
    Read::Measured(found.map(|(_, program)| *program))
}
