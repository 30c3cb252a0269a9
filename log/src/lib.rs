//! Where the log of Tenken's programs goes, and how much of it.
//!
//! Under systemd it goes to the journal with its fields, so that `journalctl PRIORITY=3` and `journalctl TENKEN_TOPIC=time_sync`
//! find what they name; everywhere else it is lines on standard error.

pub mod entry;
#[cfg(unix)]
mod journal;
mod level;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[cfg(unix)]
pub use self::journal::Journal;
pub use self::level::{Level, NoLevel, VARIABLE, filter, level};

/// Logs from now on, as the program of that name: to the journal where it reads standard error, else lines to standard error.
/// Called once in a process; a second call changes nothing.
pub fn begin(program: &'static str, level: Level) {
    #[cfg(unix)]
    if let Some(journal) = Journal::of_standard_error(program) {
        let _begun = tracing_subscriber::registry().with(filter(level)).with(journal).try_init();
        return;
    }
    let _ = program;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let _begun = tracing_subscriber::registry().with(filter(level)).with(lines).try_init();
}
