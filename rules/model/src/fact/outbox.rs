//! Files that wait to be handed to another party, and whether they are encrypted themselves.

use crate::{Instant, Read, choice, record};

choice! {
    /// How a file is encrypted, by its form.
    pub enum Protection {
        /// By a form that another party opens with a key or a passphrase, with a cipher of today.
        Encrypted = "encrypted",
        /// Not at all, or only in part, or with a cipher that is broken.
        Open = "open",
        /// Its form does not tell.
        Unknown = "unknown",
    }
}

choice! {
    /// The form of a file.
    pub enum FileForm {
        /// ZIP.
        Zip = "zip",
        /// 7-Zip.
        SevenZip = "7z",
        /// CMS or S/MIME.
        Cms = "cms",
        /// OpenPGP.
        OpenPgp = "openpgp",
        /// age.
        Age = "age",
        /// An office document with a password.
        Office = "office",
        /// PDF.
        Pdf = "pdf",
        /// Another.
        Other = "other",
    }
}

record! {
    /// Files of one folder that have one form and one protection.
    pub struct OutboxFiles {
        /// The form.
        pub form: FileForm,
        /// How they are protected.
        pub protection: Protection,
        /// How many there are.
        pub count: i64,
    }
}

record! {
    /// A folder from which files are handed to another party. No name of a file is told: it may be that of a person.
    pub struct OutboxFolder {
        /// The folder.
        pub folder: String,
        /// It is there.
        pub present: bool,
        /// Its files by form and protection, those of folders below it too.
        pub files: Vec<OutboxFiles>,
        /// How many files are not encrypted.
        pub open: i64,
        /// How many files do not tell.
        pub unknown: i64,
        /// How many files changed so short a time ago that they may still be written: they are not judged yet.
        pub unfinished: i64,
        /// When the oldest of those that are not encrypted was last changed.
        pub open_since: Option<Instant>,
        /// Everything in it was looked at. Not read where something could not be, or was left out.
        pub complete: Read<bool>,
    }
}

record! {
    /// The folders that were named for this.
    pub struct Outbox {
        /// Each of them.
        pub folders: Vec<OutboxFolder>,
    }
}
