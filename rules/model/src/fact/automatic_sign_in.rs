//! Ways into this host on which nobody is asked who they are.

use crate::{Read, choice, record};

choice! {
    /// What lets people in.
    pub enum SignInProgram {
        /// GNOME's display manager.
        Gdm = "gdm",
        /// LightDM.
        Lightdm = "lightdm",
        /// KDE's display manager.
        Sddm = "sddm",
        /// LXDE's display manager.
        Lxdm = "lxdm",
        /// greetd.
        Greetd = "greetd",
        /// The terminals of the machine.
        Getty = "getty",
        /// Windows itself.
        Windows = "windows",
    }
}

record! {
    /// An account that is signed in to without asking.
    pub struct AutomaticEntry {
        /// What does it.
        pub program: SignInProgram,
        /// The account; the text as it is configured where it names none.
        pub account: String,
        /// The file that says so.
        pub origin: String,
        /// Only after a time in which nobody did anything (TimedLogin).
        pub delayed: bool,
    }
}

record! {
    /// A session that anybody may begin without an account.
    pub struct GuestSession {
        /// What offers it.
        pub program: SignInProgram,
        /// The file that says so, or the program that makes the session.
        pub origin: String,
    }
}

record! {
    /// Ways into one host on which nobody is asked who they are.
    pub struct AutomaticSignIn {
        /// The display manager that starts with the system; absent where none does. On Windows `winlogon`.
        pub display_manager: Read<Option<String>>,
        /// Accounts that are signed in to without asking.
        pub entries: Read<Vec<AutomaticEntry>>,
        /// Sessions of guests.
        pub guests: Read<Vec<GuestSession>>,
        /// Where a password for signing in lies in plain text, whether it is used or not: registry keys with their value.
        pub plain_passwords: Read<Vec<String>>,
    }
}
