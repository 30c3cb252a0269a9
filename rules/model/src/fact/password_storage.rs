//! How passwords are kept.

use crate::{Instant, Read, Span, choice, record};

choice! {
    /// How a password is made into what is kept of it. See crypt(5).
    pub enum HashScheme {
        /// `$y$`.
        Yescrypt = "yescrypt",
        /// `$gy$`.
        GostYescrypt = "gost-yescrypt",
        /// `$7$`.
        Scrypt = "scrypt",
        /// `$6$`.
        Sha512 = "sha512",
        /// `$5$`.
        Sha256 = "sha256",
        /// `$2b$` and its kin.
        Bcrypt = "bcrypt",
        /// `$sha1`, of NetBSD.
        Sha1 = "sha1",
        /// `$md5`, of Solaris.
        SunMd5 = "sun-md5",
        /// `$1$`.
        Md5 = "md5",
        /// `_`, of BSD/OS.
        Bsdi = "bsdi",
        /// The traditional one, of 13 letters, and its longer kin.
        Des = "des",
        /// `$3$`, the unsalted one of Windows.
        Nt = "nt",
        /// None of these: the password itself, or a form that nobody knows.
        Unknown = "unknown",
    }
}

record! {
    /// What is kept of one account's passwords.
    pub struct StoredPassword {
        /// The account.
        pub account: String,
        /// How its password is kept, also a locked one; absent where there is none.
        pub scheme: Option<HashScheme>,
        /// It stands in `/etc/passwd`, which everybody may read.
        pub public: bool,
        /// How its former passwords are kept, which may not be used again; each scheme once.
        pub former: Read<Vec<HashScheme>>,
    }
}

record! {
    /// A file that holds what is kept of passwords.
    pub struct PasswordFile {
        /// Its path.
        pub path: String,
        /// Its permission bits in octal: `0640`.
        pub mode: String,
        /// The number of its owner.
        pub owner: i64,
        /// Its group is root's or the one that is made for this (`shadow`).
        pub group_trusted: Read<bool>,
        /// Its group may read it.
        pub group_reads: bool,
        /// Its group may write or run it.
        pub group_writes: bool,
        /// Everybody may read, write or run it.
        pub open_to_others: bool,
    }
}

record! {
    /// How new passwords are made into what is kept of them.
    pub struct NewHashes {
        /// The scheme of passwords that people and administrators set.
        pub scheme: HashScheme,
        /// What decides it: `sha512 (/etc/pam.d/common-password)`, `ENCRYPT_METHOD (/etc/login.defs)`.
        pub origin: String,
        /// What login.defs says for programs that do not ask PAM; absent where it does not say.
        pub login_defs: Option<HashScheme>,
    }
}

choice! {
    /// A way in which Windows keeps passwords so that they can be had back.
    pub enum RecoverableWay {
        /// The policy of accounts: every new password is kept encrypted, in place of a digest (`ClearTextPassword`).
        Policy = "policy",
        /// The same for one account.
        Account = "account",
        /// As digests of LAN Manager, which are broken within seconds (`NoLMHash` is 0).
        LanManager = "lan_manager",
        /// In plain text in memory as long as somebody is signed in (`UseLogonCredential` of WDigest).
        Memory = "memory",
    }
}

record! {
    /// Passwords that can be had back.
    pub struct RecoverablePasswords {
        /// In which way.
        pub way: RecoverableWay,
        /// What says so: a registry value, the policy, or the account.
        pub origin: String,
    }
}

choice! {
    /// Where the policy of LAPS that is in force stands, the first that holds a setting before the others.
    pub enum LapsPolicy {
        /// The management of devices wrote it (LAPS CSP).
        DeviceManagement = "device_management",
        /// Group policy.
        GroupPolicy = "group_policy",
        /// The machine itself.
        Local = "local",
        /// Group policy of the older Microsoft LAPS.
        Legacy = "legacy",
    }
}

choice! {
    /// Where LAPS keeps the passwords it makes.
    pub enum LapsDirectory {
        /// Nowhere: it is switched off, and changes none.
        Off = "off",
        /// In Entra ID.
        Entra = "entra",
        /// In Active Directory.
        ActiveDirectory = "active_directory",
    }
}

record! {
    /// What LAPS is told to do with the password of one local administrator, and when it last did it.
    pub struct Laps {
        /// Where that stands.
        pub policy: LapsPolicy,
        /// Where it keeps the password.
        pub directory: LapsDirectory,
        /// How old the password may become.
        pub password_max_age: Span,
        /// How many characters it has; absent where it is a phrase of words.
        pub password_length: Option<i64>,
        /// When it last changed the password, which it does after the directory took the new one; absent if never.
        pub changed: Read<Option<Instant>>,
    }
}

record! {
    /// Local accounts that are administrators of a machine whose people sign in with accounts of a directory.
    pub struct LocalAdministrators {
        /// Those that can sign in, by name.
        pub accounts: Vec<String>,
        /// Those of them whose password LAPS did not set, or somebody set after it.
        pub unmanaged: Read<Vec<String>>,
        /// LAPS; absent where no policy says anything of it.
        pub laps: Option<Laps>,
    }
}

record! {
    /// Whether the process that knows of those who are signed in (LSASS) is kept from others, administrators too.
    pub struct LsaProtection {
        /// It is to be (`RunAsPPL`). Newer versions of Windows may protect it although nothing says so.
        pub configured: Read<bool>,
        /// It has been since Windows last started.
        pub running: Read<bool>,
    }
}

record! {
    /// How passwords are kept.
    pub struct PasswordStorage {
        /// Every account of which a password is kept, set, locked or former.
        pub passwords: Read<Vec<StoredPassword>>,
        /// The files that hold them, as far as they are there.
        pub files: Read<Vec<PasswordFile>>,
        /// How the next ones will be kept.
        pub new_passwords: Read<NewHashes>,
        /// Ways in which Windows keeps passwords so that they can be had back; none elsewhere.
        pub recoverable: Read<Vec<RecoverablePasswords>>,
        /// Local administrators of a Windows that is joined to a domain or to Entra ID. Absent in a workgroup, on a controller of a
        /// domain, whose accounts are the domain's, and on other systems.
        pub local_administrators: Read<Option<LocalAdministrators>>,
        /// How Windows keeps what it knows of those who are signed in. Absent on other systems.
        pub lsa_protection: Read<Option<LsaProtection>>,
    }
}
