//! Media that are attached, and those that Windows remembers (`Enum\USBSTOR`).

use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::fact::removable_media::{Medium, MediumBus, PastMedium};
use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use super::super::usb_storage_key::{self, StorageName};
use crate::collect::disk_encryption::bitlocker;
use crate::collect::disk_encryption::windows::{encryption, other_program, removable};
use crate::collect::{Look, file_time};
use crate::host::ReadError;
use crate::host::windows_api::{RegistryData, RegistryPath, Volume};

/// The most media that are told of.
const MEDIA_MAX: usize = 50;
/// The most that are remembered by name: a PC that has seen more is a workshop's.
const PAST_MAX: usize = 300;
const DEVICES: &str = r"SYSTEM\CurrentControlSet\Enum\USBSTOR";
/// DEVPKEY_Device_LastArrivalDate, `{83da6326-97a6-4088-9453-a1923f573b29}` 102 (0x66).
const LAST_ARRIVAL: &str = r"Properties\{83da6326-97a6-4088-9453-a1923f573b29}\0066";
const USB: u32 = 7;
const CARDS: [u32; 2] = [12, 13];
const CD: u32 = 5;

/// A disk on USB that Windows remembers.
pub(super) struct Known {
    serial: Option<String>,
    name: StorageName,
    /// When it was last attached; absent where that is not told.
    last: Option<Instant>,
}

/// Every disk on USB that was ever attached.
pub(super) fn known(look: &Look<'_>) -> Result<Vec<Known>, Reason> {
    let root = RegistryPath::machine(DEVICES);
    let read = || -> Result<Vec<Known>, ReadError> {
        let mut found = Vec::new();
        let devices = look.registry(&root)?.unwrap_or_default();
        for device in &devices.subkeys {
            let Some(name) = usb_storage_key::device(device) else { continue };
            let path = root.join(device);
            let instances = look.aside().registry(&path)?.unwrap_or_default();
            for instance in &instances.subkeys {
                // One more than is told of, so that it is known that there are more.
                if found.len() > PAST_MAX {
                    return Ok(found);
                }
                found.push(Known {
                    serial: usb_storage_key::serial(instance).map(str::to_owned),
                    name: name.clone(),
                    last: last_arrival(look, &path.join(instance)),
                });
            }
        }
        Ok(found)
    };
    read().map_err(|error| error.reason())
}

/// The time is kept where only the system may look, in older versions; then it is not told.
fn last_arrival(look: &Look<'_>, instance: &RegistryPath) -> Option<Instant> {
    let key = look.aside().registry(&instance.join(LAST_ARRIVAL)).ok().flatten()?;
    match key.value("")? {
        RegistryData::Binary(bytes) | RegistryData::Other { bytes, .. } => file_time::of_bytes(bytes.0.get(..8)?),
        RegistryData::LongNumber(units) => file_time::instant(*units),
        RegistryData::Text(_) | RegistryData::Expandable(_) | RegistryData::Texts(_) | RegistryData::Number(_) => None,
    }
}

/// Those that have a serial number, and how many were left out. A time that is still to come is none.
pub(super) fn past(known: &[Known], now: Instant) -> (Vec<PastMedium>, usize) {
    let told = known.iter().take(PAST_MAX).filter_map(|known| {
        Some(PastMedium {
            serial: known.serial.clone()?,
            vendor: known.name.vendor.clone(),
            model: known.name.model.clone(),
            last_attached: known.last.filter(|last| *last <= now),
        })
    });
    (told.collect(), known.len().saturating_sub(PAST_MAX))
}

/// What is attached, and how much more there is.
pub(super) fn read(look: &Look<'_>, known: &Result<Vec<Known>, Reason>) -> Result<(Vec<Medium>, i64), Reason> {
    let volumes = look.volumes().map_err(|error| error.reason())?;
    let bitlocker = bitlocker::read(look);
    let other = other_program(look);
    let mut media: Vec<(Option<u32>, Medium)> = Vec::new();
    let mut left_out = 0;
    for volume in volumes.iter().filter(|volume| volume.kind != CD && removable(volume) == Read::Measured(true)) {
        let found = encryption(&bitlocker, &other, volume.letter);
        let is_locked = found == Read::Measured(Encryption::Bitlocker);
        // A slot without a card has a letter and nothing behind it; so has a volume that is locked.
        if volume.size == Size::from_bytes(0) && !is_locked {
            continue;
        }
        let is_room = media.len() < MEDIA_MAX;
        let same = |(disk, _): &&mut (Option<u32>, Medium)| volume.disk.is_some() && *disk == volume.disk;
        match media.iter_mut().find(same) {
            Some((_, medium)) => join(medium, volume, found),
            None if is_room => media.push((volume.disk, medium(volume, found, known))),
            None => left_out += 1,
        }
    }
    Ok((media.into_iter().map(|(_, medium)| medium).collect(), left_out))
}

fn medium(volume: &Volume, encryption: Read<Encryption>, known: &Result<Vec<Known>, Reason>) -> Medium {
    let serial = volume.disk_serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty());
    let same = |known: &&Known| {
        serial.is_some_and(|serial| known.serial.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(serial)))
    };
    let name = known.as_ref().ok().and_then(|known| known.iter().find(same)).map(|known| known.name.clone());
    let name = name.unwrap_or_default();
    let size = volume.size;
    Medium {
        device: format!("{}:", volume.letter.to_ascii_uppercase()),
        bus: match volume.bus {
            Some(USB) => MediumBus::Usb,
            Some(bus) if CARDS.contains(&bus) => MediumBus::MemoryCard,
            Some(_) | None => MediumBus::Other,
        },
        serial: Read::Measured(serial.map(str::to_owned)),
        vendor: name.vendor,
        model: name.model,
        size: if size == Size::from_bytes(0) {
            Read::not_read(ReasonCode::NotPermitted, format!("read the size of {}: it is locked", volume.letter))
        } else {
            Read::Measured(size)
        },
        mounts: 1,
        encryption: encryption.map(Some),
    }
}

/// A second volume of the same disk. One that is plain makes the disk plain.
fn join(medium: &mut Medium, volume: &Volume, encryption: Read<Encryption>) {
    medium.mounts += 1;
    if let Read::Measured(size) = &mut medium.size {
        *size = Size::from_bytes(size.bytes().saturating_add(volume.size.bytes()));
    }
    let rank = |read: &Read<Option<Encryption>>| match read {
        Read::Measured(Some(Encryption::None)) => 3,
        Read::Measured(Some(Encryption::BitlockerSuspended)) => 2,
        Read::NotRead(_) => 1,
        Read::Measured(_) => 0,
    };
    let second = encryption.map(Some);
    if rank(&second) > rank(&medium.encryption) {
        medium.encryption = second;
    }
}
