//! Which processes run, and a wake when one of interest ends.

use tenken_model::{Read, Reason};

use crate::collect::{Look, Wake};
use crate::host::Process;

/// The kernel keeps this many bytes of a process' name where the program's path is not shown.
const SHORT_NAME: usize = 15;

/// The processes at the time of looking.
pub(super) struct Running<'a> {
    look: &'a Look<'a>,
    processes: Result<Vec<Process>, Reason>,
}

impl<'a> Running<'a> {
    /// Lists them.
    pub(super) fn list(look: &'a Look<'a>) -> Self {
        Self { look, processes: look.processes().map_err(|error| error.reason()) }
    }

    /// Whether a process of one of these names runs. Each one found wakes the collector when it ends.
    pub(super) fn any(&self, names: &[&str]) -> Read<bool> {
        let processes = match &self.processes {
            Ok(processes) => processes,
            Err(reason) => return Read::NotRead(reason.clone()),
        };
        let mut found = false;
        for process in processes.iter().filter(|process| names.iter().any(|name| is_named(process, name))) {
            self.look.wake_on(Wake::ProcessExit(process.pid));
            found = true;
        }
        Read::Measured(found)
    }
}

fn is_named(process: &Process, name: &str) -> bool {
    process.name == name || process.name.len() == SHORT_NAME && name.starts_with(&process.name)
}
