//! Who sat before this host, or was signed in to it from elsewhere, and when.

use crate::{Instant, Read, choice, record};

choice! {
    /// From where somebody signed in.
    pub enum SessionOrigin {
        /// Before the machine: at a terminal or a graphical display of its own.
        Console = "console",
        /// From another machine, by its name or address on record.
        Network = "network",
        /// From this machine: a terminal within another session, or one of which no place was recorded.
        Local = "local",
    }
}

choice! {
    /// How a session ended.
    pub enum SessionEnd {
        /// It goes on, as utmp(5) or systemd-logind has it.
        Open = "open",
        /// Its end was recorded.
        SignedOut = "signed_out",
        /// It ended when the machine was shut down.
        Shutdown = "shutdown",
        /// The machine was started again without a shutdown on record: it ended before, nobody knows when.
        Crash = "crash",
        /// Neither its end is on record nor that it goes on.
        Unknown = "unknown",
    }
}

record! {
    /// One session. Jobs that the system starts by itself at their time have none.
    pub struct Session {
        /// The account; wtmp(5) cuts names to 32 bytes.
        pub account: String,
        /// The terminal or display: `pts/0`, `tty2`, `:0`; empty where none was recorded.
        pub terminal: String,
        /// From where it was begun.
        pub origin: SessionOrigin,
        /// The other machine's address or name, as it was recorded; empty if none was.
        pub from: String,
        /// When it was begun, by the clock of then.
        pub started: Instant,
        /// When it ended; absent while it goes on, and where its end was never written.
        pub ended: Option<Instant>,
        /// How it ended.
        pub ended_by: SessionEnd,
    }
}

record! {
    /// The sessions of one host in the last 92 days, by wtmp(5) and the files it was rotated to, wtmpdb(8), utmp(5)
    /// and systemd-logind. A command run over SSH without a terminal leaves no record on most systems.
    pub struct Sessions {
        /// Every session that goes on or ended in that time, the newest first.
        pub entries: Vec<Session>,
        /// Since when there are records on this host; absent when it keeps none.
        pub since: Read<Option<Instant>>,
        /// Nothing had to be left out. Not read where a place that records sessions could not be, where none is
        /// there, and where nothing at all is on record.
        pub complete: Read<bool>,
        /// How many sessions were left out because there were too many, and how many records that were not looked at
        /// for the same reason.
        pub left_out: i64,
    }
}
