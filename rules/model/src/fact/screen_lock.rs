//! The screen lock.

use crate::{Read, Span, choice, record};

choice! {
    /// A graphical desktop.
    pub enum Desktop {
        /// GNOME and shells on its settings.
        Gnome = "gnome",
        /// KDE Plasma.
        Kde = "kde",
        /// XFCE.
        Xfce = "xfce",
        /// Windows.
        Windows = "windows",
        /// macOS.
        Macos = "macos",
        /// Another desktop, recognised but not judged.
        Other = "other",
    }
}

record! {
    /// The lock one person gets on one desktop: the settings in force after all layers.
    pub struct UserScreenLock {
        /// The account's name.
        pub user: String,
        /// Which desktop.
        pub desktop: Desktop,
        /// Idle time until the screen blanks; absent means never.
        pub idle_delay: Read<Option<Span>>,
        /// The screen locks at all.
        pub lock_enabled: Read<bool>,
        /// Time between blanking and asking for the password.
        pub lock_delay: Read<Span>,
        /// The administrator fixed all of these settings, so that the person cannot loosen them.
        pub enforced: Read<bool>,
        /// The files the settings came from.
        pub origin: Vec<String>,
    }
}

record! {
    /// The screen locks of one host. Absent on a host without a graphical desktop.
    pub struct ScreenLock {
        /// Installed desktops.
        pub desktops: Vec<Desktop>,
        /// Each person who can sign in at the screen, by desktop. What a person without settings of
        /// their own would get is the row of user `*`.
        pub users: Vec<UserScreenLock>,
        /// Settings databases that do not hold what the key files say they are made from: an update was forgotten.
        pub outdated_databases: Read<Vec<String>>,
    }
}
