//! What lies on a machine's disks, what guards its start, and what may be attached to it.

use tenken_model::fact::boot_protection::{BootLoader, BootLoaderKind, BootProtection, FirmwarePasswords, MachineForm};
use tenken_model::fact::disk_encryption::{
    Cipher, DiskEncryption, Encryption, KeyDerivation, KeyKind, LuksDevice, LuksHeader, Swap, UnlockKey, Volume,
    VolumePurpose,
};
use tenken_model::fact::removable_media::{Medium, MediumBus, RemovableMedia, StorageDriver, UsbGuard, UsbPolicy};
use tenken_model::{Read, Size, Span};

use super::Reading;

/// The serial number of the medium for handing results over, as its register has it.
const HANDOVER: &str = "MIHON0001";
/// Those of the disks that the first server is backed up to in turn, week by week.
const COPIES: [&str; 2] = ["MIHON0003", "MIHON0007"];

/// The sizes of disks, of `/boot` and of the firmware's partition.
const DISK: Size = Size::from_bytes(238 << 30);
const BOOT: Size = Size::from_bytes(1 << 30);
const EFI: Size = Size::from_bytes(512 << 20);

impl Reading<'_> {
    /// PCs may be carried away and are encrypted; servers stand behind a lock.
    pub(super) fn disk_encryption(&self) -> DiskEncryption {
        let data = if self.is_server() { Encryption::None } else { Encryption::Luks2 };
        let volume = |place: &str, device: &str, purpose, encryption, size| Volume {
            place: place.to_owned(),
            file_system: if purpose == VolumePurpose::Efi { "vfat" } else { "ext4" }.to_owned(),
            device: device.to_owned(),
            purpose,
            encryption: Read::Measured(encryption),
            removable: Read::Measured(false),
            size: Read::Measured(size),
        };
        let root = if self.is_server() { "/dev/sda2" } else { "/dev/mapper/root" };
        let mut volumes = vec![volume("/", root, VolumePurpose::Data, data, DISK)];
        let mut keys = Vec::new();
        let mut luks = Vec::new();
        if !self.is_server() {
            volumes.push(volume("/boot", "/dev/nvme0n1p2", VolumePurpose::Boot, Encryption::None, BOOT));
            volumes.push(volume("/boot/efi", "/dev/nvme0n1p1", VolumePurpose::Efi, Encryption::None, EFI));
            let cipher = Cipher { name: "aes-xts-plain64".to_owned(), key_bits: Some(512) };
            let header = LuksHeader {
                version: 2,
                ciphers: vec![cipher],
                has_plain_data: false,
                unfinished: false,
                key_slots: 1,
                key_derivations: vec![KeyDerivation::Argon2id],
            };
            luks.push(LuksDevice { mapping: "root".to_owned(), header: Read::Measured(header) });
            keys.push(UnlockKey {
                mapping: "root".to_owned(),
                kind: KeyKind::Passphrase,
                path: None,
                readable_by_others: Read::Measured(false),
                on_plain_disk: Read::Measured(false),
            });
        }
        let swap =
            Swap { place: "/dev/zram0".to_owned(), in_memory: true, encryption: Read::Measured(Encryption::None) };
        DiskEncryption {
            volumes,
            volumes_left_out: 0,
            plain_unmounted: Read::Measured(0),
            swaps: Read::Measured(vec![swap]),
            keys: Read::Measured(keys),
            luks: Read::Measured(luks),
        }
    }

    pub(super) fn boot_protection(&self) -> BootProtection {
        BootProtection {
            form: Read::Measured(if self.is_server() { MachineForm::Fixed } else { MachineForm::Portable }),
            secure_boot: Read::Measured(Some(true)),
            firmware: FirmwarePasswords {
                power_on: Read::Measured(self.is_server()),
                administrator: Read::Measured(true),
                origin: "/sys/firmware/dmi/tables/DMI".to_owned(),
            },
            boot_loaders: vec![BootLoader {
                kind: BootLoaderKind::Grub,
                edit_protected: Read::Measured(true),
                asks_at_start: Read::Measured(false),
                origin: "/boot/grub/grub.cfg".to_owned(),
            }],
            disk_passphrase: Read::Measured(!self.is_server()),
        }
    }

    /// USBGuard lets nothing in that was not named. The medium for handing results over is at the first
    /// server, and one of the disks that it is backed up to.
    pub(super) fn removable_media(&self) -> RemovableMedia {
        let driver = |module: &str| StorageDriver {
            module: module.to_owned(),
            blocked: Read::Measured(false),
            loaded: Read::Measured(false),
            origin: None,
        };
        let medium = |device: &str, serial: &str, model: &str, size| Medium {
            device: device.to_owned(),
            bus: MediumBus::Usb,
            serial: Read::Measured(Some(serial.to_owned())),
            vendor: Some("Mihon".to_owned()),
            model: Some(model.to_owned()),
            size: Read::Measured(Size::from_bytes(size)),
            mounts: 0,
            encryption: Read::Measured(None),
        };
        let weeks = Span::between(self.now, self.until).millis() / Span::from_days(7).millis();
        let copies = if weeks % 2 == 0 { COPIES[1] } else { COPIES[0] };
        let attached = [medium("sdc", HANDOVER, "Secure", 32 << 30), medium("sdd", copies, "Portable", 2 << 40)];
        RemovableMedia {
            usb_guard: Read::Measured(Some(UsbGuard {
                running: true,
                enabled: Read::Measured(true),
                unnamed: Read::Measured(UsbPolicy::Block),
                lets_storage_in: Read::Measured(false),
            })),
            drivers: ["usb_storage", "uas"].map(driver).to_vec(),
            media: if self.machine.number == 0 { attached.to_vec() } else { Vec::new() },
            media_left_out: 0,
            policies: None,
            past: None,
            past_left_out: None,
            past_dated_since: None,
        }
    }
}
