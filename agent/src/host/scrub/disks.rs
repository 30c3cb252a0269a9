//! What the kernel and udev say of disks, and how they are opened.

use std::fmt::Write as _;

use super::Scrubber;
use crate::collect::backups::mounts;
use crate::collect::devices::mapping::{Mapping, mapping};
use crate::collect::devices::stored::UNFINISHED;
use crate::collect::devices::{swaps, udev};
use crate::collect::disk_encryption::crypttab;
use crate::collect::disk_encryption::unmounted::{FIRMWARES, NO_FILE_SYSTEM};
use tenken_model::fact::disk_encryption::{Encryption, KeyKind};

/// Kinds of file systems that tell on what they are stored, and the usual ones.
const KINDS: [&str; 28] = [
    "btrfs", "zfs", "ext4", "xfs", "vfat", "tmpfs", "nfs4", "cifs", "overlay", "ecryptfs", "bcachefs", "squashfs",
    "erofs", "cramfs", "ramfs", "devtmpfs", "exfat", "fuseblk", "ntfs3", "ext3", "ext2", "f2fs", "jfs", "iso9660",
    "udf", "hfsplus", "reiserfs", "ntfs",
];
/// What small files of sysfs may say that is nobody's.
const WORDS: [&str; 17] = [
    "MMC",
    "SD",
    "Battery",
    "Mains",
    "UPS",
    "USB",
    "Wireless",
    "System",
    "Device",
    "Unknown",
    "power-on",
    "bios-admin",
    "bios-mgmt",
    "system-mgmt",
    "enhanced-bios-auth",
    "x",
    "",
];
const NO_TEXT: &[u8] = b"\xff\n";

/// The mounted file systems by number, place, kind and what they are stored on.
pub(super) fn mounted(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    for mount in mounts::parse(bytes) {
        let kind = if KINDS.contains(&mount.kind.as_str()) { mount.kind.as_str() } else { "other" };
        let source = match kind {
            "zfs" => scrubber.dataset(&mount.source),
            "bcachefs" => mount.source.split(':').map(|path| scrubber.names.path(path)).collect::<Vec<_>>().join(":"),
            _ if mount.source.starts_with("/dev/") || kind == "ecryptfs" => scrubber.names.path(&mount.source),
            _ => "x".to_owned(),
        };
        let number = scrubber.names.part(&mount.number);
        let upper = mount.upper.map(|upper| format!(" rw,upperdir={}", scrubber.names.path(&upper)));
        let upper = upper.unwrap_or_default();
        _ = writeln!(written, "1 1 {number} / {} - {kind} {source}{upper}", scrubber.names.path(&mount.point));
    }
    written.into_bytes()
}

/// What is swapped to.
pub(super) fn swaps(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = "Filename\tType\tSize\tUsed\tPriority\n".to_owned();
    for place in swaps::parse(bytes) {
        let kind = if place.is_file { "file" } else { "partition" };
        _ = writeln!(written, "{} {kind} 1 0 1", scrubber.names.path(&place.path));
    }
    written.into_bytes()
}

/// A small file of sysfs, by its name.
pub(super) fn attribute(scrubber: &mut Scrubber, name: &str, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    let left = match name {
        "uuid" => match mapping(bytes) {
            Mapping::Encrypts(kind @ (Encryption::Luks1 | Encryption::Luks2)) => {
                let version = if kind == Encryption::Luks1 { 1 } else { 2 };
                // The header of the volume has the same.
                let uuid = text.split('-').nth(2).unwrap_or_default();
                format!("CRYPT-LUKS{version}-{}-x", scrubber.names.alias(uuid))
            }
            Mapping::Encrypts(Encryption::PlainDmCrypt) => "CRYPT-PLAIN-x".to_owned(),
            Mapping::Encrypts(Encryption::Bitlocker) => "CRYPT-BITLK-x".to_owned(),
            Mapping::Encrypts(_) => "CRYPT-TCRYPT-x".to_owned(),
            Mapping::Places => "LVM-x".to_owned(),
            Mapping::Nameless => String::new(),
        },
        "name" => match UNFINISHED.iter().find_map(|ending| Some((text.strip_suffix(ending)?, ending))) {
            Some((name, ending)) => format!("{}{ending}", scrubber.names.part(name)),
            None => scrubber.names.part(text),
        },
        "backing_file" => scrubber.names.path(text),
        "serial" | "manufacturer" | "product" => udev::said(text).map_or(String::new(), |_| "x".to_owned()),
        _ if WORDS.contains(&text) || is_number(text) => text.to_owned(),
        _ => "x".to_owned(),
    };
    format!("{left}\n").into_bytes()
}

/// A number of sectors, or of a device.
fn is_number(text: &str) -> bool {
    text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
}

/// What udev keeps of a disk: that it has a number and names, and not which; and what kinds of things lie on it.
pub(super) fn udev(bytes: &[u8]) -> Vec<u8> {
    let found = udev::properties(bytes);
    let mut written = String::new();
    for (name, value) in [("ID_SERIAL_SHORT", found.serial), ("ID_VENDOR", found.vendor), ("ID_MODEL", found.model)] {
        if value.is_some() {
            _ = writeln!(written, "E:{name}=x");
        }
    }
    if let Some(found) = found.file_system {
        let kind = NO_FILE_SYSTEM.into_iter().find(|kind| *kind == found).unwrap_or("ext4");
        _ = writeln!(written, "E:ID_FS_TYPE={kind}");
    }
    if let Some(kind) = FIRMWARES.into_iter().find(|kind| found.partition.as_deref() == Some(*kind)) {
        _ = writeln!(written, "E:ID_PART_ENTRY_TYPE={kind}");
    }
    if found.has_disc {
        written.push_str("E:ID_CDROM_MEDIA=1\n");
    }
    written.into_bytes()
}

/// How devices are opened at start.
pub(super) fn crypttab(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(entries) = crypttab::parse(bytes) else { return NO_TEXT.to_vec() };
    let mut written = String::new();
    for entry in entries {
        let key = match (entry.kind(), entry.key.as_deref()) {
            (KeyKind::File | KeyKind::Random, Some(path)) => match path.split_once(':') {
                Some((file, _)) => format!("{}:x", scrubber.names.path(file)),
                None => scrubber.names.path(path),
            },
            (_, None) => "none".to_owned(),
            (_, Some(_)) => "x".to_owned(),
        };
        let options = match (entry.kind(), entry.asks()) {
            (KeyKind::Hardware, Some(true)) => "tpm2-device=auto,tpm2-pin=yes",
            (KeyKind::Hardware, _) => "tpm2-device=auto",
            (KeyKind::Script, Some(true)) => "keyscript=askpass",
            (KeyKind::Script, _) => "keyscript=x",
            (KeyKind::Passphrase, Some(false)) => "luks,try-empty-password",
            _ => "luks",
        };
        let header = entry.header().map(|path| format!(",header={}", scrubber.names.path(path))).unwrap_or_default();
        _ = writeln!(written, "{} x {key} {options}{header}", scrubber.names.part(&entry.mapping));
    }
    written.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_keep_how_devices_are_opened() {
        let table = "# Tanaka's\nroot UUID=5f7a none luks,discard\ndata UUID=6 /etc/keys/tanaka.key:LABEL=tanaka luks\n\
            x1 UUID=7 - tpm2-device=/dev/tpmrm0,tpm2-pin=yes\nx2 UUID=8 tanaka keyscript=/opt/tanaka\n\
            x3 UUID=9 tanaka keyscript=decrypt_keyctl\nx4 UUID=9 none try-empty-password=yes\n";
        let scrubbed = crypttab(&mut Scrubber::of_nothing(), table.as_bytes());
        let kinds = |bytes: &[u8]| {
            crypttab::parse(bytes).unwrap().iter().map(|entry| (entry.kind(), entry.asks())).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&scrubbed), kinds(table.as_bytes()));
        assert!(!String::from_utf8_lossy(&scrubbed).contains("tanaka"));
        assert!(crypttab::parse(&crypttab(&mut Scrubber::of_nothing(), b"\xff")).is_err());
    }

    #[test]
    fn serial_numbers_are_gone() {
        let kept = b"E:ID_SERIAL_SHORT=4C530001\nE:ID_MODEL=Cruzer\nE:ID_FS_LABEL=TANAKA\n";
        assert_eq!(udev(kept), b"E:ID_SERIAL_SHORT=x\nE:ID_MODEL=x\n");
        let part = b"E:ID_FS_TYPE=tanaka\nE:ID_PART_ENTRY_TYPE=tanaka\n";
        assert_eq!(udev(part), b"E:ID_FS_TYPE=ext4\n");
        let kinds = b"E:ID_FS_TYPE=crypto_LUKS\nE:ID_PART_ENTRY_TYPE=0xef\n";
        assert_eq!(udev(kinds), kinds);
        let mut scrubber = Scrubber::of_nothing();
        assert_eq!(attribute(&mut scrubber, "serial", b"4C530001\n"), b"x\n");
        assert_eq!(attribute(&mut scrubber, "size", b"4096\n"), b"4096\n");
        assert_eq!(attribute(&mut scrubber, "size", b"tanaka\n"), b"x\n");
        assert_eq!(attribute(&mut scrubber, "uuid", b"CRYPT-LUKS2-5f7a-tanaka\n"), b"CRYPT-LUKS2-ALIAS1-x\n");
    }
}
