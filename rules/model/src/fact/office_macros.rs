//! How office programs treat macros for each person.

use crate::{Read, choice, record};

choice! {
    /// What becomes of macros in documents that came from the internet or by mail.
    pub enum InternetMacros {
        /// They never run: policy or the person says so.
        Blocked = "blocked",
        /// Nobody says so, and the version of Microsoft Office that is installed blocks them by itself.
        BlockedByDefault = "blocked_by_default",
        /// Nobody says so; current versions of Microsoft Office block them, older ones ask. Which it is is not told.
        NotSet = "not_set",
        /// They are as other macros are.
        Allowed = "allowed",
    }
}

choice! {
    /// What becomes of macros in documents that another program opens with an office program (automation).
    pub enum AutomatedMacros {
        /// They run, whatever is set for others: policy or the person says so.
        Run = "run",
        /// Nobody says so; they run unless the other program asks that they do not.
        NotSet = "not_set",
        /// They are as other macros are.
        AsOthers = "as_others",
        /// They never run.
        Disabled = "disabled",
    }
}

record! {
    /// What one person's office program does with macros.
    pub struct MacroUser {
        /// The person; `*` is whoever has no settings of their own.
        pub user: String,
        /// Macros are never run (DisableMacrosExecution).
        pub disabled: bool,
        /// MacroSecurityLevel: 0 runs all, 1 asks, 2 runs signed ones, 3 only those in trusted places. The same of Microsoft
        /// Office (VBAWarnings), of several programs the lowest.
        pub level: Read<u32>,
        /// The person cannot change it.
        pub enforced: bool,
        /// How many folders are trusted: macros of documents in them run at any level.
        pub trusted_folders: u32,
        /// How many signers are trusted.
        pub trusted_authors: u32,
        /// What becomes of those from the internet, of several programs the worst; absent where the program knows no difference,
        /// as LibreOffice.
        pub internet: Option<InternetMacros>,
        /// What becomes of those in documents that another program opens; absent where the program has no such setting, as
        /// LibreOffice.
        pub automated: Option<AutomatedMacros>,
        /// Where the level is set.
        pub origin: String,
    }
}

record! {
    /// How office programs treat macros.
    pub struct OfficeMacros {
        /// Each person with settings of their own, and `*`.
        pub users: Read<Vec<MacroUser>>,
    }
}
