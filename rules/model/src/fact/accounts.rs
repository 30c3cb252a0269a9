//! Local accounts.

use crate::{Instant, Read, Span, choice, record};

choice! {
    /// The state of an account's password.
    pub enum PasswordState {
        /// A password is set.
        Set = "set",
        /// No password is needed.
        Empty = "empty",
        /// A password exists but is locked.
        Locked = "locked",
        /// None was ever set; password sign-in is impossible.
        Unset = "unset",
    }
}

choice! {
    /// What a member of a group is.
    pub enum MemberKind {
        /// A person's or a program's account.
        User = "user",
        /// A group, whose members are known elsewhere only.
        Group = "group",
        /// Nobody here can tell: its name was not found.
        Unknown = "unknown",
    }
}

record! {
    /// An administrator whose account is kept elsewhere: in a domain, or in Entra ID.
    pub struct OutsideAdministrator {
        /// Its name with where it is from, such as `KENSHIN\\sato`; its SID where it has none.
        pub name: String,
        /// Its name alone, where no account of this host has that too; else as `name`.
        pub account: String,
        /// What it is.
        pub kind: MemberKind,
        /// By which groups it is an administrator.
        pub administrator_by: Vec<String>,
    }
}

record! {
    /// One local account.
    pub struct Account {
        /// Its name.
        pub name: String,
        /// Its number (uid, or RID on Windows).
        pub uid: i64,
        /// Its login shell; empty where the system has none.
        pub shell: String,
        /// A person can sign in with it: its shell is one, or it has a desktop.
        pub interactive: bool,
        /// It came with the system (uid below the range for people, and not root).
        pub built_in: Read<bool>,
        /// It can sign in some way: password, key, or running without one. A locked password with a
        /// live SSH key counts as enabled.
        pub enabled: Read<bool>,
        /// It can become administrator.
        pub administrator: Read<bool>,
        /// By which groups or sudo rules it can.
        pub administrator_by: Vec<String>,
        /// The state of its password.
        pub password: Read<PasswordState>,
        /// The system lets the password be empty, whatever it asks of those of others (UF_PASSWD_NOTREQD of Windows); absent where
        /// it knows no such exception.
        pub password_optional: Option<bool>,
        /// When the password was last set; absent if never.
        pub password_changed: Read<Option<Instant>>,
        /// The longest the password may stay; absent means for ever.
        pub password_max_age: Read<Option<Span>>,
        /// When the account ends; absent means never.
        pub expires: Read<Option<Instant>>,
        /// How many SSH keys open it.
        pub ssh_keys: Read<i64>,
        /// When it last signed in, by every record the system keeps; absent if never recorded.
        pub last_sign_in: Read<Option<Instant>>,
    }
}

record! {
    /// The accounts of one host.
    pub struct Accounts {
        /// Every local account; on a controller of a domain, those of the domain.
        pub entries: Vec<Account>,
        /// There are no others. Not read where a directory (a domain, LDAP, systemd-homed) may hold some:
        /// nobody listed those.
        pub complete: Read<bool>,
        /// One policy is for the passwords of all of them. Not read on a controller of a domain, which may have others for some.
        pub one_password_policy: Read<bool>,
        /// Administrators of this host whose accounts are kept elsewhere.
        pub outside_administrators: Vec<OutsideAdministrator>,
        /// There are no administrators but those of `entries` and `outside_administrators`.
        pub administrators_complete: Read<bool>,
        /// Numbers given to more than one account, with the names: `0: root toor`.
        pub shared_uids: Vec<String>,
        /// Since when the system keeps records of sign-ins; absent when it keeps none.
        pub sign_ins_since: Read<Option<Instant>>,
        /// There are no sign-ins to these accounts but those recorded here. Not read on a controller of a domain: the others
        /// keep what they saw to themselves.
        pub sign_ins_complete: Read<bool>,
    }
}
