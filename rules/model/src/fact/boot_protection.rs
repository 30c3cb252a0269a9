//! What stops a stranger from starting this machine, or from starting something else on it.

use crate::{Read, choice, record};

choice! {
    /// What a machine is, by its case.
    pub enum MachineForm {
        /// Carried about: a notebook, tablet or the like, or a machine with a battery of its own.
        Portable = "portable",
        /// Stays where it stands.
        Fixed = "fixed",
        /// A virtual machine.
        Virtual = "virtual",
        /// Its maker does not say.
        Unknown = "unknown",
    }
}

choice! {
    /// Which program starts the system.
    pub enum BootLoaderKind {
        /// GRUB.
        Grub = "grub",
        /// systemd-boot.
        SystemdBoot = "systemd_boot",
    }
}

record! {
    /// The firmware's passwords.
    pub struct FirmwarePasswords {
        /// One is asked for at start.
        pub power_on: Read<bool>,
        /// One is asked for before settings change.
        pub administrator: Read<bool>,
        /// Where that is known from.
        pub origin: String,
    }
}

record! {
    /// The program that starts the system.
    pub struct BootLoader {
        /// Which.
        pub kind: BootLoaderKind,
        /// Its entries cannot be changed without a password, or not at all.
        pub edit_protected: Read<bool>,
        /// It asks for a password before it starts anything.
        pub asks_at_start: Read<bool>,
        /// Its configuration.
        pub origin: String,
    }
}

record! {
    /// What stops a stranger from starting this machine.
    pub struct BootProtection {
        /// What the machine is.
        pub form: Read<MachineForm>,
        /// UEFI Secure Boot is on; absent where the firmware is no UEFI.
        pub secure_boot: Read<Option<bool>>,
        /// The firmware's passwords.
        pub firmware: FirmwarePasswords,
        /// Boot loaders whose configuration was found.
        pub boot_loaders: Vec<BootLoader>,
        /// The root's encrypted disk asks for a passphrase at start.
        pub disk_passphrase: Read<bool>,
    }
}
