//! Whether a daemon of logs runs.

use tenken_model::Reason;

use crate::collect::{Look, Wake};

/// Where the kernel cuts the name of a process.
const SHORT_NAME: usize = 15;

/// A process of that name runs; its end wakes the collector.
pub(super) fn is_running(look: &Look<'_>, name: &str) -> Result<bool, Reason> {
    let processes = look.processes().map_err(|error| error.reason())?;
    let short = name.get(..SHORT_NAME).unwrap_or(name);
    let mut found = false;
    for process in processes.iter().filter(|process| process.name == name || process.name == short) {
        look.wake_on(Wake::ProcessExit(process.pid));
        found = true;
    }
    Ok(found)
}

/// One of these paths is there.
pub(super) fn is_installed(look: &Look<'_>, paths: &[&str]) -> Result<bool, Reason> {
    let mut found = false;
    for path in paths {
        found |= look.exists(path).map_err(|error| error.reason())?;
    }
    Ok(found)
}
