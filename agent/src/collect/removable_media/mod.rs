//! Removable media: what may be attached, and what is.
//!
//! What was attached and is gone again leaves no trace that could be read: the agent is woken when a disk comes, by the
//! names udev makes for it in /dev/disk, and the dashboard keeps what it was told.

pub mod modprobe;
pub mod policy;
pub mod usb_storage_key;
pub mod usbguard_conf;
pub mod usbguard_rules;
pub mod windows;

use tenken_model::fact::disk_encryption::Encryption;
use tenken_model::fact::removable_media::{Medium, MediumBus, RemovableMedia};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, Size};

use super::backups::mounts::Mount;
use super::devices::{Bus, Devices, Placement, udev};
use super::disk_encryption::stored;
use super::{Look, Needs};
use crate::host::EntryKind;

const BLOCK_DEVICES: &str = "/sys/class/block";
/// The most block devices of one host.
const DEVICES_MAX: usize = 2_000;
/// The most media that are told of.
const MEDIA_MAX: usize = 50;
/// udisks writes this anew whenever it mounts: the table of mounts tells nobody.
const MOUNTED_BY_UDISKS: &str = "/run/udisks2/mounted-fs";

/// Reads policies and looks at what is attached.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<RemovableMedia> {
    match attached(look) {
        Ok((media, media_left_out)) => Outcome::Known(RemovableMedia {
            usb_guard: policy::usb_guard(look),
            drivers: policy::drivers(look),
            policies: None,
            media,
            media_left_out,
            past: None,
            past_left_out: None,
            past_dated_since: None,
        }),
        Err(reason) => Outcome::Failed(reason),
    }
}

fn attached(look: &Look<'_>) -> Result<(Vec<Medium>, i64), Reason> {
    _ = look.exists(MOUNTED_BY_UDISKS);
    let devices = Devices::read(look)?;
    let (mounts, not_followed) = mounted(&devices);
    let mut media = Vec::new();
    let mut left_out = 0;
    for entry in look.list(BLOCK_DEVICES, DEVICES_MAX).map_err(|error| error.reason())? {
        if entry.kind != EntryKind::Link || is_virtual(&entry.name) {
            continue;
        }
        // A device that went away while the others were read is not attached.
        let Ok(place) = devices.named(&entry.name) else { continue };
        if place.name != place.disk || !devices.removable(&place)? {
            continue;
        }
        let size = devices.size(&place.name);
        let own: Vec<&(&Mount, Vec<String>)> = mounts.iter().filter(|(_, disks)| disks.contains(&place.disk)).collect();
        if own.is_empty() && size == Ok(Size::from_bytes(0)) {
            // A slot without a card.
            continue;
        }
        let said = said(look, &devices, &place);
        if own.is_empty() && is_drive_of_discs(&place.name) && !said.as_ref().is_ok_and(|said| said.has_disc) {
            continue;
        }
        if media.len() < MEDIA_MAX {
            let not_followed = not_followed.as_ref().filter(|_| own.is_empty());
            media.push(medium(&devices, &place, size, (&own, not_followed), said));
        } else {
            left_out += 1;
        }
    }
    Ok((media, left_out))
}

/// What is mounted, with the disks it lies on; and why that is not known of something mounted, which may then be on any.
fn mounted<'a>(devices: &'a Devices<'_, '_>) -> (Vec<(&'a Mount, Vec<String>)>, Option<Reason>) {
    let mut found = Vec::new();
    let mut not_followed = None;
    for mount in stored(devices.mounts()) {
        match devices.disks_of(mount) {
            Ok(disks) => found.push((mount, disks)),
            Err(reason) => not_followed = Some(reason),
        }
    }
    (found, not_followed)
}

fn is_virtual(name: &str) -> bool {
    ["loop", "dm-", "md", "zram", "ram"].iter().any(|kind| name.starts_with(kind))
}

/// Drives of discs and of floppy disks are removable also when they are empty, and tell a size then.
fn is_drive_of_discs(name: &str) -> bool {
    name.starts_with("sr") || name.starts_with("fd")
}

fn medium(
    devices: &Devices<'_, '_>,
    place: &Placement,
    size: Result<Size, Reason>,
    (own, not_followed): (&[&(&Mount, Vec<String>)], Option<&Reason>),
    said: Result<udev::Properties, Reason>,
) -> Medium {
    let mut encryption = not_followed.map_or(Read::Measured(None), |reason| Read::NotRead(reason.clone()));
    for (mount, _) in own {
        let of_mount = devices.stored_on(mount).encryption;
        encryption = match (encryption, of_mount) {
            (Read::Measured(Some(Encryption::None)), _) | (_, Read::Measured(Encryption::None)) => {
                Read::Measured(Some(Encryption::None))
            }
            (Read::NotRead(reason), _) | (_, Read::NotRead(reason)) => Read::NotRead(reason),
            (Read::Measured(_), Read::Measured(kind)) => Read::Measured(Some(kind)),
        };
    }
    let (serial, vendor, model) = match said {
        Ok(said) => (Read::Measured(said.serial), said.vendor, said.model),
        Err(reason) => (Read::NotRead(reason), None, None),
    };
    Medium {
        device: place.name.clone(),
        bus: match place.bus {
            Bus::Usb => MediumBus::Usb,
            Bus::Mmc => MediumBus::MemoryCard,
            Bus::Virtual | Bus::Other => MediumBus::Other,
        },
        serial,
        vendor,
        model,
        size: size.into(),
        mounts: i64::try_from(own.len()).unwrap_or(i64::MAX),
        encryption,
    }
}

/// What a disk says of itself: to udev, or where that keeps nothing of it, to the kernel.
fn said(look: &Look<'_>, devices: &Devices<'_, '_>, place: &Placement) -> Result<udev::Properties, Reason> {
    if let Some(number) = devices.attribute(&place.name, "dev")? {
        let path = format!("/run/udev/data/b{number}");
        let kept = look.read_if_there(path, udev::FILE_MAX).map_err(|error| error.reason())?;
        if let Some(properties) = kept.map(|kept| udev::properties(&kept)).filter(|found| found.serial.is_some()) {
            return Ok(properties);
        }
    }
    let attribute = |name: &str| match &place.usb_device {
        Some(device) => {
            let found = look.read_if_there(format!("{device}/{name}"), Size::from_bytes(4_096));
            let found = found.map_err(|error| error.reason())?;
            Ok::<_, Reason>(found.and_then(|bytes| udev::said(&String::from_utf8_lossy(&bytes))))
        }
        None => Ok(None),
    };
    let serial = match attribute("serial")? {
        Some(serial) => Some(serial),
        None => devices.attribute(&place.name, "device/serial")?.and_then(|text| udev::said(&text)),
    };
    let (vendor, model) = (attribute("manufacturer")?, attribute("product")?);
    Ok(udev::Properties { serial, vendor, model, ..udev::Properties::default() })
}

#[cfg(test)]
mod tests;
