//! What keeps programs and scripts from starting that came by mail or from the internet.

use crate::{Read, choice, record};

choice! {
    /// Whether a list says which programs may start (App Control for Business, Smart App Control, AppLocker).
    pub enum ApplicationControl {
        /// Nothing does.
        None = "none",
        /// What would be refused is only written down.
        Audited = "audited",
        /// Programs that are not on it do not start; scripts do.
        Programs = "programs",
        /// Programs and scripts that are not on it do not start.
        Enforced = "enforced",
    }
}

choice! {
    /// What becomes of something that looks dangerous.
    pub enum Restraint {
        /// Nothing: it starts.
        Off = "off",
        /// It starts, and is written down.
        Audited = "audited",
        /// It is stopped with a warning that the person may pass over.
        Warned = "warned",
        /// It does not start.
        Blocked = "blocked",
    }
}

record! {
    /// What keeps programs and scripts from starting. Absent on a host that is no Windows.
    pub struct ExecutionControl {
        /// A list of what may start.
        pub application_control: Read<ApplicationControl>,
        /// Programs and scripts in mail (the rule of attack surface reduction for mail clients and webmail). Off where Microsoft
        /// Defender, which applies it, does not protect.
        pub mail_programs: Read<Restraint>,
        /// Programs that a script has fetched (the rule for JavaScript and VBScript).
        pub script_downloads: Read<Restraint>,
        /// Programs from the internet that hardly anybody knows (SmartScreen of the shell).
        pub unknown_programs: Read<Restraint>,
        /// Scripts that are double-clicked are shown, or do nothing: no kind of them is run by Windows Script Host or mshta.
        pub scripts_inert: Read<bool>,
    }
}
