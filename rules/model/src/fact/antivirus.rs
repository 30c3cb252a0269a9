//! Anti-malware products.

use crate::{Instant, Read, record};

record! {
    /// How a product is set, beside that it runs.
    pub struct AntivirusSettings {
        /// Programs and people without its own window cannot change its settings or switch it off.
        pub tamper_protected: Read<bool>,
        /// What it leaves out although malware may come there: whole drives, folders in which everybody may write, kinds of
        /// programs, programs that read what comes from outside. As they are written; behind the twentieth stands how many more.
        pub wide_exclusions: Read<Vec<String>>,
        /// A scan of everything looks at removable drives, too. What is opened there is checked in any case by what checks files
        /// when they are opened.
        pub removable_drives_scanned: Read<bool>,
        /// When everything was scanned last; absent if never.
        pub full_scan: Read<Option<Instant>>,
    }
}

record! {
    /// One product on this host.
    pub struct AntivirusProduct {
        /// Its name, such as `ClamAV`.
        pub name: String,
        /// Tenken can judge its state. A product that is only recognised is said to be unjudged.
        pub judged: bool,
        /// It finds malware by signatures that must be fetched anew. Sensors that watch what programs do have none.
        pub by_signatures: bool,
        /// The engine's version; absent when the product shows none.
        pub version: Read<Option<String>>,
        /// The scanning engine is alive. One that stands aside for another product, as Microsoft Defender does, is not.
        pub running: Read<bool>,
        /// Files are checked when they are opened.
        pub real_time: Read<bool>,
        /// When the newest signatures on disk were made, as written inside them; absent when there
        /// are none.
        pub signatures_built: Read<Option<Instant>>,
        /// Where that cannot be read: whether the product itself tells Windows Security Center that its signatures are
        /// current. Absent where their time is known or nobody asks the product, as on other systems.
        pub signatures_declared: Option<bool>,
        /// When the signatures the running engine has loaded were made; absent when it runs none.
        pub loaded_built: Read<Option<Instant>>,
        /// The version of the newest signatures; absent when there are none.
        pub signatures_version: Read<Option<String>>,
        /// The program that fetches new signatures is alive or scheduled.
        pub updater_running: Read<bool>,
        /// When the updater last reached its source; absent if never.
        pub updater_last_success: Read<Option<Instant>>,
        /// How it is set. Absent where it is not what protects, and of products that do not tell it, as all but Microsoft Defender.
        pub settings: Option<AntivirusSettings>,
    }
}

record! {
    /// Anti-malware on one host. Absent when no product is installed.
    pub struct Antivirus {
        /// Every product found.
        pub products: Vec<AntivirusProduct>,
    }
}
