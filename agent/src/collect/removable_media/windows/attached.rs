//! Media that are attached: with a letter, or as a disk on USB without one.

use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::fact::removable_media::{Medium, MediumBus};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::super::usb_storage_key::{self, comparable};
use super::known::Known;
use crate::collect::Look;
use crate::collect::disk_encryption::bitlocker;
use crate::collect::disk_encryption::windows::{encryption, other_program, removable};
use crate::host::windows_api::{RegistryPath, Volume};

/// The most media that are told of.
const MEDIA_MAX: usize = 50;
/// The disks that are there, each as the id of its device by a number.
const DISKS: &str = r"SYSTEM\CurrentControlSet\Services\disk\Enum";
/// How the id of a disk on USB begins, but for those that are spoken to in the fast way.
const ON_USB: &str = r"USBSTOR\";
const REMOVABLE: u32 = 2;
const USB: u32 = 7;
const CARDS: [u32; 2] = [12, 13];
const CD: u32 = 5;

/// What is attached, and how much more there is.
pub(super) fn read(look: &Look<'_>, known: &[Known]) -> Result<(Vec<Medium>, i64), Reason> {
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
    let mut media: Vec<Medium> = media.into_iter().map(|(_, medium)| medium).collect();
    for medium in without_letter(look, &volumes)? {
        if media.len() < MEDIA_MAX {
            media.push(medium);
        } else {
            left_out += 1;
        }
    }
    Ok((media, left_out))
}

/// Disks on USB of which no volume has a letter: nobody gave it one, or Windows cannot read what is on it.
///
/// Which volume is of which disk is told by serial number. A disk whose volume tells another number than its device, or none, is not
/// told apart from others like it, so that of those as many are taken to have a letter as there are.
fn without_letter(look: &Look<'_>, volumes: &[Volume]) -> Result<Vec<Medium>, Reason> {
    let key = look.registry(&RegistryPath::machine(DISKS)).map_err(|error| error.reason())?.unwrap_or_default();
    let mut disks: Vec<(u32, String)> = Vec::new();
    for value in &key.values {
        let (Ok(number), Some(id)) = (value.name.parse(), value.data.text()) else { continue };
        if id.get(..ON_USB.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(ON_USB)) {
            disks.push((number, id.to_owned()));
        }
    }
    disks.sort();
    let mut others: Vec<(Option<u32>, char)> = Vec::new();
    for volume in volumes.iter().filter(|volume| volume.bus == Some(USB) || volume.kind == REMOVABLE) {
        if volume.disk.is_some() && others.iter().any(|(disk, _)| *disk == volume.disk) {
            continue;
        }
        let serial = volume.disk_serial.as_deref().map(comparable).filter(|serial| !serial.is_empty());
        match disks.iter().position(|(_, id)| serial.is_some() && serial_of(id).map(comparable) == serial) {
            Some(own) => _ = disks.remove(own),
            None => others.push((volume.disk, volume.letter)),
        }
    }
    let found = disks.iter().skip(others.len()).filter_map(|(number, id)| {
        let name = usb_storage_key::device(id.split('\\').nth(1)?)?;
        // A slot has a letter whenever there is a card in it.
        if name.model.as_deref().is_some_and(usb_storage_key::is_reader) {
            return None;
        }
        Some(Medium {
            device: format!("disk {number}"),
            bus: MediumBus::Usb,
            serial: Read::Measured(serial_of(id).map(str::to_owned)),
            vendor: name.vendor,
            model: name.model,
            size: Read::not_read(ReasonCode::Unsupported, format!("read the size of disk {number}: it has no letter")),
            mounts: 0,
            encryption: Read::Measured(None),
        })
    });
    Ok(found.collect())
}

/// The serial number in the id of a disk on USB.
fn serial_of(id: &str) -> Option<&str> {
    usb_storage_key::serial(id.split('\\').nth(2)?)
}

fn medium(volume: &Volume, encryption: Read<Encryption>, known: &[Known]) -> Medium {
    let serial = volume.disk_serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty());
    let same = |known: &&Known| {
        serial.is_some_and(|serial| known.serial.as_deref().is_some_and(|own| comparable(own) == comparable(serial)))
    };
    let name = known.iter().find(same).map(|known| known.name.clone());
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
