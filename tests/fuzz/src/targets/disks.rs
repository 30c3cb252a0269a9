//! What the kernel, udev and the firmware say of disks and of the machine.

use tenken_agent::collect::backups::mounts;
use tenken_agent::collect::boot_protection::{command_line, editor, grub, smbios};
use tenken_agent::collect::devices::{luks, mapping, placement, swaps, udev};
use tenken_agent::collect::disk_encryption::{crypttab, stored};
use tenken_agent::collect::removable_media::{modprobe, usbguard_conf, usbguard_rules};

use super::parts;

/// The firmware's tables, which are binary.
pub(super) fn firmware(data: &[u8]) {
    if let Ok(Some(security)) = smbios::hardware_security(data) {
        let again = smbios::hardware_security(&smbios::table(Some(smbios::settings(security))));
        assert_eq!(again, Ok(Some(security)));
    }
    if let Ok(found) = smbios::identity(data) {
        // What is no UTF-8 takes three bytes in the place of one.
        assert!(found.maker.len() <= 3 * data.len() && found.product.len() <= 3 * data.len());
    }
}

/// The beginning of a device of LUKS.
pub(super) fn luks_header(data: &[u8]) {
    let of = |disk: &[u8]| {
        luks::read(|offset, length| {
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(disk.len());
            Ok::<_, std::convert::Infallible>(
                disk.iter().skip(from).take(length.try_into().unwrap_or(usize::MAX)).copied().collect(),
            )
        })
    };
    let anew = luks::anew(data, 0, str::to_owned);
    assert_eq!(anew.len(), data.len());
    if let Ok(Ok(header)) = of(data) {
        assert!(!header.segments.is_empty() && header.segments.len() <= 32 && header.key_slots.len() <= 32);
        if let Ok(Ok(again)) = of(&anew) {
            assert_eq!((again.key_slots, again.tokens), (header.key_slots, header.tokens));
        }
    }
}

/// Small texts of the kernel and udev.
pub(super) fn devices(data: &[u8]) {
    let _mapping = mapping::mapping(data);
    let properties = udev::properties(data);
    assert!(properties.serial.is_none_or(|serial| !serial.is_empty() && serial.chars().count() <= 120));
    assert!(swaps::parse(data).len() <= 64);
    if let Some(found) = placement::placement(&String::from_utf8_lossy(data)) {
        assert!(found.name.starts_with(&found.disk));
    }
    let mounts = mounts::parse(data);
    assert!(stored(&mounts).len() <= mounts.len());
}

/// Tables and scripts that administrators write.
pub(super) fn configuration(data: &[u8]) {
    if let Ok(entries) = crypttab::parse(data) {
        for entry in &entries {
            let _asks = (entry.kind(), entry.asks());
        }
    }
    if let Ok(found) = grub::parse(data) {
        assert!(!found.goes_on || found.entries == 0);
    }
    let _grub = (grub::sets_password(data), grub::entry_is_unrestricted(data), editor(data));
    let _key = command_line::names_a_key(data);
    let _conf = usbguard_conf::parse(data);
    let installs = modprobe::parse(data);
    assert!(installs.len() <= data.len());
    if let Some(command) = modprobe::command(&installs, "usb_storage") {
        let _effect = modprobe::effect(command);
    }
}

/// Rules of USBGuard, in files that follow each other.
pub(super) fn rules(data: &[u8]) {
    let files: Vec<&[u8]> = parts(data, 4).collect();
    let answer = usbguard_rules::answer(files.iter().copied());
    // What the first file decides is decided, if the others are rules at all.
    if let (Ok(usbguard_rules::Answer::Out), Ok(answer)) = (usbguard_rules::answer(files.first().copied()), answer) {
        assert_eq!(answer, usbguard_rules::Answer::Out);
    }
}
