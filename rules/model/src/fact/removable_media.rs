//! Removable media: what may be attached, and what is.

use super::disk_encryption::Encryption;
use crate::{Instant, Read, Size, choice, record};

choice! {
    /// What happens to a USB device that no rule names.
    pub enum UsbPolicy {
        /// It may be used.
        Allow = "allow",
        /// It is kept from use.
        Block = "block",
        /// It is removed from the system.
        Reject = "reject",
    }
}

record! {
    /// USBGuard, which decides which USB devices may be used.
    pub struct UsbGuard {
        /// Its daemon runs.
        pub running: bool,
        /// It starts with the system.
        pub enabled: Read<bool>,
        /// What happens to a device that no rule names.
        pub unnamed: Read<UsbPolicy>,
        /// Its rules let in storage that they do not name by serial number or hash.
        pub lets_storage_in: Read<bool>,
    }
}

record! {
    /// A driver of USB storage.
    pub struct StorageDriver {
        /// The module's name; on Windows the service's.
        pub module: String,
        /// Loading it is refused (`install MODULE /bin/false`; on Windows `Start` is 4).
        pub blocked: Read<bool>,
        /// It is in the kernel now.
        pub loaded: Read<bool>,
        /// The file or registry key that decides.
        pub origin: Option<String>,
    }
}

record! {
    /// What policies of Windows deny, whoever set them.
    pub struct MediaPolicies {
        /// Everything with removable storage.
        pub all_denied: Read<bool>,
        /// Reading from removable disks.
        pub disk_reads_denied: Read<bool>,
        /// Writing to removable disks.
        pub disk_writes_denied: Read<bool>,
        /// Writing to removable disks that BitLocker does not protect.
        pub plain_writes_denied: Read<bool>,
        /// Installing removable devices, or any that no other policy names. What was installed before goes on working.
        pub installation_denied: Read<bool>,
        /// Every disk on USB, also one that was installed before. Absent where an older agent does not tell.
        pub installed_denied: Option<Read<bool>>,
        /// Writing to telephones, cameras and players (WPD). Absent where an older agent does not tell.
        pub phone_writes_denied: Option<Read<bool>>,
        /// Writing to discs. Absent where an older agent does not tell.
        pub disc_writes_denied: Option<Read<bool>>,
        /// Starting programs of a medium by itself.
        pub autorun_off: Read<bool>,
    }
}

record! {
    /// A medium that was attached once, as Windows remembers it.
    pub struct PastMedium {
        /// Its serial number; absent where it has none of its own, so that nothing tells it from others of its kind.
        pub serial: Option<String>,
        /// Who made it; absent when it does not say.
        pub vendor: Option<String>,
        /// What it is; absent when it does not say.
        pub model: Option<String>,
        /// When it was last seen to be attached; absent where that is not told.
        pub last_attached: Option<Instant>,
    }
}

choice! {
    /// How a medium is attached.
    pub enum MediumBus {
        /// USB.
        Usb = "usb",
        /// A slot for memory cards.
        MemoryCard = "memory_card",
        /// Another way.
        Other = "other",
    }
}

record! {
    /// A removable medium that is attached.
    pub struct Medium {
        /// The kernel's name of it; on Windows its letter, or the number of a disk without one.
        pub device: String,
        /// How it is attached.
        pub bus: MediumBus,
        /// Its serial number; absent when it has none.
        pub serial: Read<Option<String>>,
        /// Who made it; absent when it does not say.
        pub vendor: Option<String>,
        /// What it is; absent when it does not say.
        pub model: Option<String>,
        /// Its size.
        pub size: Read<Size>,
        /// In how many places its file systems are mounted. Where, would tell accounts and names of media.
        pub mounts: i64,
        /// By what the mounted ones are encrypted; absent when none is mounted. One that is not makes it `none`.
        pub encryption: Read<Option<Encryption>>,
    }
}

record! {
    /// Removable media.
    pub struct RemovableMedia {
        /// USBGuard; absent when it is not installed.
        pub usb_guard: Read<Option<UsbGuard>>,
        /// The drivers of USB storage.
        pub drivers: Vec<StorageDriver>,
        /// Policies of Windows; absent elsewhere.
        pub policies: Option<MediaPolicies>,
        /// Media that are attached.
        pub media: Vec<Medium>,
        /// How many more there are that were not looked at.
        pub media_left_out: i64,
        /// Media that were attached once, those of which it is known when, and the latest, first; absent where the system
        /// remembers none.
        pub past: Option<Read<Vec<PastMedium>>>,
        /// How many more of them are remembered; absent where an older agent does not tell.
        pub past_left_out: Option<i64>,
        /// Since when each that was attached has its time, because a record of all of them goes back so far; absent where none
        /// does.
        pub past_dated_since: Option<Instant>,
    }
}
