//! What kind of machine this is.

use crate::{Instant, Read, choice, record};

choice! {
    /// How a machine is used.
    pub enum SystemKind {
        /// People sit before it.
        Pc = "pc",
        /// It serves others.
        Server = "server",
    }
}

choice! {
    /// An operating system family.
    pub enum SystemFamily {
        /// Linux.
        Linux = "linux",
        /// Windows.
        Windows = "windows",
        /// macOS.
        Macos = "macos",
    }
}

impl SystemFamily {
    /// Its name as its makers write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Windows => "Windows",
            Self::Macos => "macOS",
        }
    }
}

record! {
    /// The machine and its operating system.
    pub struct System {
        /// The family.
        pub family: SystemFamily,
        /// A desktop is installed, or not; on Windows, whether it is an edition for people's own use or for servers.
        pub kind: SystemKind,
        /// The operating system's id, such as `debian`.
        pub os: String,
        /// Its version, such as `12`.
        pub os_version: String,
        /// The kernel's release.
        pub kernel: String,
        /// The host's name.
        pub host_name: String,
        /// It runs inside a container.
        pub container: bool,
        /// When it was started.
        pub booted_at: Read<Instant>,
    }
}
