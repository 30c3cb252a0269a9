//! Declared backup sets as they are on disk.

use crate::register::{BackupMethod, Isolation};
use crate::{Instant, Read, Size, record};

record! {
    /// One declared backup set.
    pub struct BackupSet {
        /// Its name in the register.
        pub name: String,
        /// The system whose data it holds.
        pub system: String,
        /// How it is made.
        pub method: BackupMethod,
        /// Where it is.
        pub location: String,
        /// How it is kept apart, as the register declares.
        pub isolation: Isolation,
        /// The location is on the same file system as the root: no second place.
        pub same_disk: Read<bool>,
        /// The host that reads it can write to it all the time: it is a share that is mounted or that is reached by its name, or a
        /// disk of its own to which its own program makes the backups. A share that is mounted read-only is none.
        pub always_written: Read<bool>,
        /// Since when its disk has been attached, as far as the agent remembers; absent while it is away, and of a set that is not
        /// declared to be disconnected.
        pub attached_since: Read<Option<Instant>>,
        /// How many complete generations there are.
        pub generations: Read<i64>,
        /// When the newest complete generation was made; absent when there is none.
        pub newest: Read<Option<Instant>>,
        /// When the oldest one was made; absent when there is none.
        pub oldest: Read<Option<Instant>>,
        /// The size of the newest generation; absent where the method does not tell.
        pub newest_size: Read<Option<Size>>,
        /// The newest generation's size in percent of the median of the others; absent with fewer
        /// than three generations, not read where the method does not tell sizes.
        pub size_percent: Read<Option<i64>>,
        /// When the file in the newest generation that was changed last was changed; absent where the method does not tell.
        pub newest_file: Read<Option<Instant>>,
        /// No other file in it was changed later. Not read where it holds more files than are looked at: some of the others may
        /// be newer then.
        pub newest_file_sure: Read<bool>,
        /// How many runs failed since the newest generation was made; 0 where what makes it keeps no record of runs.
        pub failed_runs: Read<i64>,
        /// How the numbers were found: read in full, or inferred from weaker evidence.
        pub evidence: String,
    }
}

record! {
    /// The backup sets the register declares for this host. Absent when it declares none.
    pub struct Backups {
        /// Each declared set.
        pub sets: Vec<BackupSet>,
    }
}
