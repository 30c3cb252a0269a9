//! What the system asks of a new password, and of who signs in with one.

use crate::{Read, Span, choice, record};

choice! {
    /// A module that looks at how good a new password is.
    pub enum QualityModule {
        /// `pam_pwquality`.
        Pwquality = "pam_pwquality",
        /// `pam_cracklib`.
        Cracklib = "pam_cracklib",
        /// Windows itself, by the policy of its own accounts.
        Windows = "windows",
    }
}

record! {
    /// What a person must meet who sets a new password for a local account.
    pub struct NewPasswords {
        /// The module that is asked before a password is set, and whose refusal holds; absent where none is, so that any
        /// password goes.
        pub checked_by: Option<QualityModule>,
        /// The fewest characters that go through: fewer than `minlen`, where classes of characters count as length. 0 where
        /// nothing is set, whatever few a module asks for by itself.
        pub min_length: i64,
        /// No password goes through without a letter.
        pub letters: bool,
        /// None goes through without a digit.
        pub digits: bool,
        /// None goes through without a sign, which is neither letter nor digit.
        pub signs: bool,
        /// The complexity of Windows is asked for: none goes through without three kinds of capital letters, small letters,
        /// digits, signs and other letters, but which three is left to whoever sets it. False elsewhere.
        pub windows_complexity: bool,
        /// The fewest characters that must differ from the password before.
        pub differs_by: i64,
        /// Words of a dictionary are refused.
        pub dictionary: bool,
        /// The name of the account is refused within it.
        pub account_name: bool,
        /// The longest run of one character; absent where there is no limit.
        pub max_repeat: Option<i64>,
        /// All of this holds for root too, who sets passwords of others.
        pub for_root: bool,
        /// Where each value comes from: `minlen=13 (/etc/security/pwquality.conf)`.
        pub origins: Vec<String>,
    }
}

record! {
    /// How many former passwords may not be used again.
    pub struct PasswordHistory {
        /// How many are remembered and refused; 0 where none is.
        pub generations: i64,
        /// For how long a new password must stay, so that nobody changes it in a row until an old one is free again. Absent where
        /// that is set for each account.
        pub stays_for: Option<Span>,
        /// It holds for root too, who sets passwords of others.
        pub for_root: bool,
        /// Where that is set; empty where nothing is.
        pub origin: String,
    }
}

record! {
    /// The limit on wrong passwords.
    pub struct Lockout {
        /// How many wrong ones close the account.
        pub attempts: i64,
        /// Within this time.
        pub within: Span,
        /// It opens again after this time; absent where somebody must open it.
        pub opens_after: Option<Span>,
    }
}

record! {
    /// A way to sign in with a password.
    pub struct EntryWay {
        /// The service, as PAM names it: `login`, `sshd`, `gdm-password`. On Windows `console` for the screen and Remote Desktop,
        /// and `network` for what asks over the network.
        pub service: String,
        /// Nobody comes in by a password alone: a second factor is asked of everybody.
        pub second_factor: Read<bool>,
        /// An account without a password comes in without one (`nullok`).
        pub empty_password: Read<bool>,
        /// Wrong passwords close the account; absent where they do not.
        pub lockout: Read<Option<Lockout>>,
    }
}

record! {
    /// What the system asks of local passwords.
    pub struct PasswordPolicy {
        /// What a new password must be.
        pub new_passwords: Read<NewPasswords>,
        /// What it must not have been.
        pub history: Read<PasswordHistory>,
        /// The ways to sign in with a password that this host has: terminals, SSH and login screens.
        pub entry_ways: Read<Vec<EntryWay>>,
    }
}
