//! How passwords are kept.

use crate::{Read, choice, record};

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
    }
}
