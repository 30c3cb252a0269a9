//! Passwords written where they do not belong: in configuration, and in documents beside the work.

use crate::{Read, record};

record! {
    /// A place where a password is written in clear. The password itself never leaves the collector.
    pub struct WrittenSecret {
        /// The file; on Windows also a value of the registry, as `KEY!VALUE`.
        pub file: String,
        /// The line, from 1.
        pub line: i64,
        /// What it is called there, such as `DB_PASSWORD`.
        pub key: String,
        /// Everybody on the host can read the file.
        pub readable_by_all: bool,
        /// The same password is written in another place of this host too.
        pub repeated: bool,
    }
}

record! {
    /// What looks like written passwords on one host, in the places where they are usually found.
    pub struct WrittenSecrets {
        /// Passwords in configuration.
        pub found: Vec<WrittenSecret>,
        /// Files on desks and among documents whose name says that they list passwords.
        pub lists: Vec<String>,
        /// How many files were looked through.
        pub files: i64,
        /// How many finds and files were left out because there were too many.
        pub left_out: i64,
        /// Everything was looked through. Not read where something could not be, or was left out.
        pub complete: Read<bool>,
    }
}
