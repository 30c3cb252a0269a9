//! Whether the operating system is supported and current.

use crate::{Instant, Read, choice, record};

choice! {
    /// Who supports a system until when.
    pub enum SupportKind {
        /// Its maker, for everybody.
        Standard = "standard",
        /// Volunteers or the maker, after the standard support and still for everybody.
        LongTerm = "long_term",
        /// The maker, for those who subscribed, as this host has.
        Subscribed = "subscribed",
        /// The system itself tells its end (SUPPORT_END).
        Declared = "declared",
        /// It has no versions: supported as long as it is updated.
        Rolling = "rolling",
    }
}

record! {
    /// Support of this version of the operating system.
    pub struct Support {
        /// The last moment of it; absent for a system without versions.
        pub ends: Option<Instant>,
        /// Whose it is.
        pub kind: SupportKind,
    }
}

choice! {
    /// How severe its maker calls what an update repairs.
    pub enum Severity {
        /// Of little effect.
        Low = "low",
        /// Harder to use, or of less effect.
        Moderate = "moderate",
        /// Data or service is easily lost.
        Important = "important",
        /// A stranger takes the machine without help from anybody.
        Critical = "critical",
    }
}

record! {
    /// A security update that is known to this host and not installed.
    pub struct PendingUpdate {
        /// The package.
        pub name: String,
        /// The version that is installed.
        pub installed: String,
        /// The newest version in the lists of security updates.
        pub available: String,
        /// It was published at this time or before: when its maker says so, or when its list was written.
        pub published_by: Instant,
        /// How severe its maker calls it, of several the most severe; absent where lists do not tell.
        pub severity: Option<Severity>,
    }
}

record! {
    /// Security updates that are pending.
    pub struct Pending {
        /// How many packages have one.
        pub count: u32,
        /// The most severe, and of those the ones that have been known longest: at most fifty.
        pub first: Vec<PendingUpdate>,
        /// Enabled repositories whose lists could not be read, each with the reason; what they tell of is not counted. Absent
        /// where all were read.
        pub unread: Option<String>,
    }
}

record! {
    /// A restart that is due.
    pub struct DueRestart {
        /// Since when.
        pub since: Instant,
        /// The kernel that runs once it is restarted; absent where the system asks for a restart for another reason.
        pub kernel: Option<String>,
    }
}

choice! {
    /// What a system does of itself about security updates.
    pub enum AutomaticLevel {
        /// It fetches their lists and installs them.
        Installed = "installed",
        /// It fetches them or their lists, and installs nothing.
        Fetched = "fetched",
        /// Nothing.
        Off = "off",
    }
}

choice! {
    /// What keeps a system from installing security updates of itself.
    pub enum AutomaticHindrance {
        /// The program that installs them is not there.
        ProgramMissing = "program_missing",
        /// A setting switches it off, or none switches it on.
        SwitchedOff = "switched_off",
        /// The timer that starts it is not enabled.
        TimerOff = "timer_off",
        /// The lists of updates are not fetched.
        ListsNotFetched = "lists_not_fetched",
        /// What may be installed does not cover the suites of security updates, or is told by lists that the system does not have.
        SuitesNotCovered = "suites_not_covered",
    }
}

record! {
    /// Whether security updates are installed without a person.
    pub struct AutomaticUpdates {
        /// What the system does.
        pub level: AutomaticLevel,
        /// The first thing that keeps it from installing them; absent where it does.
        pub hindrance: Option<AutomaticHindrance>,
        /// What tells: the file of settings, the program or the timer.
        pub place: String,
    }
}

record! {
    /// A product of Microsoft Office that is installed.
    pub struct OfficeProduct {
        /// What it calls itself: `HomeBusiness2021Retail`, `Office16.PROPLUS`.
        pub name: String,
        /// The last moment of its support; absent where it is supported as long as it is updated, or is not known.
        pub ends: Option<Instant>,
    }
}

record! {
    /// Microsoft Office on Windows.
    pub struct Office {
        /// Its products.
        pub products: Vec<OfficeProduct>,
        /// The version of what streams itself (Click-to-Run); absent of what an installer or Windows Update keeps.
        pub version: Option<String>,
        /// Office fetches and installs its updates by itself. Windows Update does for what does not stream itself.
        pub automatic: Read<bool>,
    }
}

record! {
    /// Whether the operating system is supported and current.
    pub struct Updates {
        /// Its name and version as it calls itself.
        pub name: String,
        /// Until when it is supported.
        pub support: Read<Support>,
        /// Security updates that are known and not installed.
        pub pending: Read<Pending>,
        /// When the lists of security updates were last fetched, at the latest time that is certain, and of several the one
        /// that was fetched first; those of all packages for a system that has none of their own. Absent where none ever were.
        pub lists_fetched: Read<Option<Instant>>,
        /// Until when those lists say that they hold; absent where they do not say, or could not be read.
        pub lists_valid_until: Option<Instant>,
        /// The restart that is due; absent when none is.
        pub restart: Read<Option<DueRestart>>,
        /// Whether security updates are installed without a person.
        pub automatic: Read<AutomaticUpdates>,
        /// Microsoft Office; absent where it is not installed, and on other systems than Windows.
        pub office: Option<Read<Office>>,
    }
}
