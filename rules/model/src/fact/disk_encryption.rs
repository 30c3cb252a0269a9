//! What lies encrypted on this host's disks.

use crate::{Read, Size, choice, record};

choice! {
    /// By what stored data is encrypted.
    pub enum Encryption {
        /// LUKS, version 1.
        Luks1 = "luks1",
        /// LUKS, version 2.
        Luks2 = "luks2",
        /// dm-crypt without a header.
        PlainDmCrypt = "plain_dm_crypt",
        /// A BitLocker volume opened by cryptsetup.
        Bitlocker = "bitlocker",
        /// Another form that dm-crypt opens.
        OtherDmCrypt = "other_dm_crypt",
        /// ZFS's own encryption.
        Zfs = "zfs",
        /// eCryptfs on top of a file system.
        Ecryptfs = "ecryptfs",
        /// Nothing that the system can see. A disk that encrypts by itself looks so too.
        None = "none",
    }
}

choice! {
    /// What a volume is for.
    pub enum VolumePurpose {
        /// Data and the system.
        Data = "data",
        /// Kernels and what starts them.
        Boot = "boot",
        /// The partition that the firmware starts from.
        Efi = "efi",
    }
}

choice! {
    /// With what an encrypted device is opened at start.
    pub enum KeyKind {
        /// Somebody is asked for a passphrase.
        Passphrase = "passphrase",
        /// A file.
        File = "file",
        /// A new key at every start, as for swap.
        Random = "random",
        /// A chip or token: TPM, FIDO2, PKCS#11.
        Hardware = "hardware",
        /// A program or another encrypted device gives it.
        Script = "script",
    }
}

record! {
    /// A mounted file system that is stored on this host.
    pub struct Volume {
        /// Where it is mounted; of several places the shortest.
        pub place: String,
        /// Its kind, such as `ext4`.
        pub file_system: String,
        /// The device or dataset it is on.
        pub device: String,
        /// What it is for.
        pub purpose: VolumePurpose,
        /// By what it is encrypted. One device of several that is not makes it `none`.
        pub encryption: Read<Encryption>,
        /// It can be pulled out: on USB, a memory card, or said to be removable.
        pub removable: Read<bool>,
        /// The size of its device.
        pub size: Read<Size>,
    }
}

record! {
    /// Swap in use.
    pub struct Swap {
        /// The device or file.
        pub place: String,
        /// It is compressed memory and never reaches a disk.
        pub in_memory: bool,
        /// By what it is encrypted.
        pub encryption: Read<Encryption>,
    }
}

record! {
    /// How one encrypted device is opened at start, by /etc/crypttab.
    pub struct UnlockKey {
        /// The device's name once open.
        pub mapping: String,
        /// With what.
        pub kind: KeyKind,
        /// The file that holds the key; absent for other kinds.
        pub path: Option<String>,
        /// Others than root may read the file.
        pub readable_by_others: Read<bool>,
        /// The file is on a disk that is not encrypted, where whoever takes the machine finds it.
        pub on_plain_disk: Read<bool>,
    }
}

record! {
    /// What lies encrypted on this host's disks.
    pub struct DiskEncryption {
        /// Mounted file systems that are stored here, each device once.
        pub volumes: Vec<Volume>,
        /// How many more there are that were not looked at.
        pub volumes_left_out: i64,
        /// How many plain file systems lie on fixed disks without being mounted, by what udev found on them. The partition
        /// of the firmware is not counted.
        pub plain_unmounted: Read<i64>,
        /// Swap in use.
        pub swaps: Read<Vec<Swap>>,
        /// Devices that are opened at start.
        pub keys: Read<Vec<UnlockKey>>,
    }
}
