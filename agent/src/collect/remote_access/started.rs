//! What begins with the system, and what runs.

use tenken_model::{Read, Reason};

use super::super::systemd_unit::{self, Wanted};
use super::super::{Look, Wake};

/// The kernel cuts names of processes to this.
const NAME_MAX: usize = 15;

/// What begins with the system, and what runs now.
pub(super) struct Started<'a, 'h> {
    look: &'a Look<'h>,
    wanted: Wanted,
    processes: Result<Vec<(u32, String)>, Reason>,
}

impl<'a, 'h> Started<'a, 'h> {
    pub(super) fn read(look: &'a Look<'h>) -> Result<Self, Reason> {
        let processes = look.processes().map_err(|error| error.reason());
        let processes = processes.map(|list| list.into_iter().map(|process| (process.pid, process.name)).collect());
        Ok(Self { look, wanted: systemd_unit::wanted(look)?, processes })
    }

    /// Whether one of these units begins with the system. Instances of a template `a@.service` count.
    pub(super) fn is_enabled(&self, units: &[&str]) -> Result<bool, Reason> {
        for unit in units {
            let wanted = match unit.split_once("@.") {
                Some((name, _)) => self.wanted.units.iter().any(|wanted| wanted.starts_with(&format!("{name}@"))),
                None => self.wanted.units.contains(*unit),
            };
            if wanted && !systemd_unit::is_masked(self.look, unit)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The units that begin with the system and are no package's.
    pub(super) fn own(&self) -> impl Iterator<Item = &String> {
        self.wanted.own()
    }

    /// Whether a process of one of these names runs; its end wakes the collector.
    pub(super) fn is_running(&self, names: &[&str]) -> Read<bool> {
        let processes = match &self.processes {
            Ok(processes) => processes,
            Err(reason) => return Read::NotRead(reason.clone()),
        };
        let fits = |process: &str| {
            names.iter().any(|name| process == *name || process.len() == NAME_MAX && name.starts_with(process))
        };
        let mut runs = false;
        for (pid, _) in processes.iter().filter(|(_, name)| fits(name)) {
            self.look.wake_on(Wake::ProcessExit(*pid));
            runs = true;
        }
        Read::Measured(runs)
    }
}
