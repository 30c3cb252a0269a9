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
        /// BitLocker: on Windows, or opened by cryptsetup.
        Bitlocker = "bitlocker",
        /// BitLocker leaves it to the drive, which encrypts by itself (eDrive).
        BitlockerHardware = "bitlocker_hardware",
        /// BitLocker, with its key in the open beside the data: suspended, or device encryption that waits for somebody
        /// to keep the recovery key.
        BitlockerSuspended = "bitlocker_suspended",
        /// Another form that dm-crypt opens.
        OtherDmCrypt = "other_dm_crypt",
        /// FileVault of macOS.
        Filevault = "filevault",
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

choice! {
    /// By what a passphrase is made the key of a key slot.
    pub enum KeyDerivation {
        /// PBKDF2, which costs who guesses no memory.
        Pbkdf2 = "pbkdf2",
        /// Argon2i.
        Argon2i = "argon2i",
        /// Argon2id.
        Argon2id = "argon2id",
        /// One that is not known.
        Other = "other",
    }
}

record! {
    /// What data of an opened device are encrypted by.
    pub struct Cipher {
        /// Cipher, mode and initialisation vector in the words of the kernel, such as `aes-xts-plain64`.
        pub name: String,
        /// How long its key is, both keys of XTS together; absent when no key slot is left that has it.
        pub key_bits: Option<i64>,
    }
}

record! {
    /// What the header of LUKS says.
    pub struct LuksHeader {
        /// The version of the format.
        pub version: i64,
        /// By what data are encrypted, each cipher once. Data that are not, or by a drive alone, have none.
        pub ciphers: Vec<Cipher>,
        /// Some data are not encrypted, or by a cipher that changes nothing.
        pub has_plain_data: bool,
        /// It is being encrypted, encrypted anew or decrypted, and not done.
        pub unfinished: bool,
        /// How many keys open it.
        pub key_slots: i64,
        /// By what passphrases become keys, each once.
        pub key_derivations: Vec<KeyDerivation>,
    }
}

record! {
    /// A device of LUKS that is open.
    pub struct LuksDevice {
        /// The name it was opened under.
        pub mapping: String,
        /// What its header says.
        pub header: Read<LuksHeader>,
    }
}

record! {
    /// A mounted file system that is stored on this host.
    pub struct Volume {
        /// Where it is mounted; of several places the shortest. On Windows its letter: `C:`.
        pub place: String,
        /// Its kind, such as `ext4`.
        pub file_system: String,
        /// The device or dataset it is on.
        pub device: String,
        /// What it is for.
        pub purpose: VolumePurpose,
        /// By what it is encrypted. One device of several that is not makes it `none`, and so does a header of LUKS that names
        /// no cipher for some data, or one that changes nothing.
        pub encryption: Read<Encryption>,
        /// It can be pulled out: on USB, a memory card, or said to be removable.
        pub removable: Read<bool>,
        /// The size of its device.
        pub size: Read<Size>,
    }
}

record! {
    /// Swap in use; on Windows a page file.
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
        /// Devices of LUKS that are open.
        pub luks: Read<Vec<LuksDevice>>,
    }
}
