//! Whether a daemon runs, by its process number's file and the processes themselves.

use tenken_model::{Reason, Size};

use super::super::{Look, Wake};

/// A process number with a line feed is far shorter.
const PID_FILE_MAX: Size = Size::from_bytes(64);

/// Whether a daemon runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Running {
    /// It does; its end wakes the collector.
    Yes,
    /// It does not.
    No,
    /// Processes could not be listed.
    Unknown(Reason),
}

/// Looks for a process of that name. Where one of the files is there and can be read, only the process it
/// names counts: another of that name serves something else. `pid_files` may be empty.
pub(super) fn running(look: &Look<'_>, name: &str, pid_files: &[&str]) -> Running {
    let processes = match look.processes() {
        Ok(processes) => processes,
        Err(error) => return Running::Unknown(error.reason()),
    };
    let mut named = None;
    let mut unreadable = pid_files.is_empty();
    for path in pid_files {
        match look.read(path, PID_FILE_MAX) {
            Ok(bytes) => named = named.or_else(|| String::from_utf8_lossy(&bytes).trim().parse::<u32>().ok()),
            Err(error) => unreadable |= !error.is_not_there(),
        }
    }
    let found: Vec<u32> = processes.iter().filter(|process| process.name == name).map(|process| process.pid).collect();
    let counted: Vec<u32> = match named {
        Some(pid) => found.into_iter().filter(|found| *found == pid).collect(),
        None if unreadable => found,
        // A daemon that writes such a file takes it away when it ends.
        None => Vec::new(),
    };
    for pid in &counted {
        look.wake_on(Wake::ProcessExit(*pid));
    }
    if counted.is_empty() { Running::No } else { Running::Yes }
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::*;
    use crate::host::Recording;

    const FILE: &str = "/run/chrony/chronyd.pid";

    #[test]
    fn the_named_process_counts_and_wakes() {
        let host = Recording::new(Instant::UNIX_EPOCH).running(7, "chronyd").running(9, "chronyd").file(FILE, "9\n");
        let look = Look::new(&host);
        assert_eq!(running(&look, "chronyd", &[FILE]), Running::Yes);
        let (_, wakes) = look.finish();
        assert!(wakes.contains(&Wake::ProcessExit(9)) && !wakes.contains(&Wake::ProcessExit(7)));
    }

    #[test]
    fn a_file_left_behind_or_taken_away_means_no() {
        let left = Recording::new(Instant::UNIX_EPOCH).running(7, "chronyd").file(FILE, "9\n");
        assert_eq!(running(&Look::new(&left), "chronyd", &[FILE]), Running::No);
        let away = Recording::new(Instant::UNIX_EPOCH).running(7, "chronyd");
        assert_eq!(running(&Look::new(&away), "chronyd", &[FILE]), Running::No);
        let denied = Recording::new(Instant::UNIX_EPOCH).running(7, "chronyd").denied(FILE);
        assert_eq!(running(&Look::new(&denied), "chronyd", &[FILE]), Running::Yes);
        assert_eq!(running(&Look::new(&away), "ntpd", &[]), Running::No);
    }
}
