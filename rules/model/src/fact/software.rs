//! What programs are installed.

use crate::{Instant, Read, choice, record};

choice! {
    /// By what a program came to the host.
    pub enum ProgramSource {
        /// A package of dpkg.
        Dpkg = "dpkg",
        /// A package of rpm.
        Rpm = "rpm",
        /// A snap.
        Snap = "snap",
        /// A flatpak, for everybody or for one person.
        Flatpak = "flatpak",
        /// A program of macOS in a folder of programs.
        Bundle = "bundle",
        /// An entry of the list of programs of Windows, for everybody or for one person.
        WindowsProgram = "windows_program",
        /// An app of Windows that came as a package (AppX, MSIX).
        WindowsApp = "windows_app",
        /// A file or folder that no package manager put there, as far as its place tells.
        Folder = "folder",
    }
}

record! {
    /// A program, or a library that came as a package.
    pub struct Program {
        /// Its name: of the package, the application's id, or of the file or folder.
        pub name: String,
        /// By what it came.
        pub source: ProgramSource,
        /// It is there only because another package needs it; on Windows, it came with the system or hides itself from the list of
        /// programs.
        pub automatic: bool,
        /// The folder it lies in, where no package manager keeps it; empty for others.
        pub place: String,
    }
}

record! {
    /// A person whose own list of programs could not be read.
    pub struct UnreadPerson {
        /// The account.
        pub account: String,
        /// When the person last signed in; absent where that is not told.
        pub signed_in: Option<Instant>,
    }
}

record! {
    /// What programs are installed.
    pub struct Software {
        /// Everything that was found, each name of a source once; of a source, what somebody chose comes first.
        pub programs: Vec<Program>,
        /// The databases of packages were read: dpkg's, rpm's or both; the list of programs of Windows. Never `false`.
        pub packages: Read<bool>,
        /// Snaps, flatpaks and the folders outside of packages were read; on Windows apps, and what single persons installed. Never
        /// `false`.
        pub others: Read<bool>,
        /// People who were not signed in to Windows, whose own lists of programs are in files that are closed until then, and of whom
        /// nothing is remembered from when they were; absent on other systems. The programs of those who are remembered are told.
        pub unread: Option<Vec<UnreadPerson>>,
    }
}
