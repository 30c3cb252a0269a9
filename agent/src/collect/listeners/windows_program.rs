//! Who waits at a port of a Windows host.
//!
//! Anybody may call a program `lsass.exe`; only an administrator may put one into System32. A program is therefore Windows' own where
//! it lies there, and is told by its name; any other is told by its whole path. Services that share a process are told by their
//! names.

use std::collections::BTreeMap;

use crate::collect::Look;
use crate::collect::windows_path::Variables;
use crate::collect::windows_setting::Services;
use crate::host::Process;

/// The process of the kernel.
const KERNEL: u32 = 4;
/// More services in a process than are told.
const SERVICES_MAX: usize = 8;
/// Services that share a process are in this program.
const SHARED: &str = "svchost.exe";
/// What is not known.
const UNKNOWN: &str = "?";

/// The processes, with what tells whose they are.
#[derive(Debug, Default)]
pub(super) struct Programs {
    processes: BTreeMap<u32, Process>,
    services: Option<Services>,
    /// The folder of Windows' own programs; absent where it is not known.
    system: Option<String>,
}

impl Programs {
    /// Asks for them. What could not be asked for is not told.
    pub(super) fn read(look: &Look<'_>) -> Self {
        let processes = look.processes().unwrap_or_default();
        Self {
            processes: processes.into_iter().map(|process| (process.pid, process)).collect(),
            services: Services::read(look).ok(),
            system: Variables::read(look).ok().map(|variables| variables.expand(r"%SystemRoot%\System32")),
        }
    }

    /// The programs of these processes as they are told, and the names of those of which it is not known where they lie: `?` for
    /// one of which nothing is known, such as one that left its port to another, and for more than `limit`.
    pub(super) fn waiting(&self, pids: impl Iterator<Item = u32>, limit: usize) -> (Vec<String>, Vec<String>) {
        let (mut placed, mut unplaced) = (Vec::new(), Vec::new());
        for (index, pid) in pids.enumerate() {
            if index >= limit {
                unplaced.push(UNKNOWN.to_owned());
                break;
            }
            match self.program(pid) {
                Some((program, true)) => placed.push(program),
                Some((program, false)) => unplaced.push(program),
                None => unplaced.push(UNKNOWN.to_owned()),
            }
        }
        (placed, unplaced)
    }

    /// A program, and whether it is known where it lies.
    fn program(&self, pid: u32) -> Option<(String, bool)> {
        if pid == KERNEL {
            return Some(("System".to_owned(), true));
        }
        let services = self.services_of(pid);
        let Some(process) = self.processes.get(&pid) else {
            return services.map(|services| (services, false));
        };
        let Some((folder, name)) = process.path.as_deref().and_then(|path| path.rsplit_once('\\')) else {
            return Some((named(&process.name, services), false));
        };
        let is_own = |system: &String| folder.eq_ignore_ascii_case(system);
        match (self.system.as_ref().map(is_own), process.path.as_deref()) {
            (Some(true), _) => {
                // Which services are in it could not be asked.
                let is_told = self.services.is_some() || !name.eq_ignore_ascii_case(SHARED);
                Some((named(name, services), is_told))
            }
            (Some(false), Some(path)) => Some((path.to_owned(), true)),
            (None, _) | (_, None) => Some((named(name, services), false)),
        }
    }

    /// The names of the services in a process; `?` where they could not be asked for.
    fn services_of(&self, pid: u32) -> Option<String> {
        let Some(services) = &self.services else { return Some(UNKNOWN.to_owned()) };
        let mut own: Vec<&str> = services.of_process(pid).collect();
        own.sort_unstable();
        own.truncate(SERVICES_MAX);
        (!own.is_empty()).then(|| own.join(", "))
    }
}

/// A program by its name, with the services in it where several share it.
fn named(name: &str, services: Option<String>) -> String {
    let name = name.to_ascii_lowercase();
    match services {
        Some(services) if name == SHARED => format!("{name} ({services})"),
        Some(_) | None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::windows_api::{Service, ServiceState};

    const SYSTEM: &str = r"C:\Windows\System32";

    fn told(
        name: &str,
        path: Option<&str>,
        services: Option<&[&str]>,
        system: Option<&str>,
    ) -> (Vec<String>, Vec<String>) {
        let service = |name: &&str| Service { name: (*name).to_owned(), state: ServiceState::Running, pid: Some(700) };
        let process = Process { pid: 700, name: name.to_owned(), path: path.map(str::to_owned) };
        let programs = Programs {
            processes: BTreeMap::from([(700, process)]),
            services: services.map(|services| Services::of(services.iter().map(service).collect())),
            system: system.map(str::to_owned),
        };
        programs.waiting([700].into_iter(), 1)
    }

    fn placed(name: &str, path: &str, services: &[&str]) -> String {
        let (placed, unplaced) = told(name, Some(path), Some(services), Some(SYSTEM));
        assert!(unplaced.is_empty(), "{unplaced:?}");
        placed.join(";")
    }

    #[test]
    fn a_program_that_is_called_like_one_of_windows_is_told_by_its_place() {
        assert_eq!(placed("lsass.exe", r"C:\WINDOWS\system32\lsass.exe", &["SamSs"]), "lsass.exe");
        let others = [
            r"C:\Users\Public\lsass.exe",
            r"C:\Windows\lsass.exe",
            r"C:\Windows\System32\Tasks\lsass.exe",
            r"C:\Windows\System32x\lsass.exe",
            r"C:\Program Files\x\lsass.exe",
            r"D:\Windows\System32\lsass.exe",
            r"\\server\C:\Windows\System32\lsass.exe",
            r"\Device\HarddiskVolume9\Windows\System32\lsass.exe",
        ];
        for other in others {
            assert_eq!(placed("lsass.exe", other, &[]), other);
        }
        let shared = r"C:\Users\Public\svchost.exe";
        assert_eq!(placed("svchost.exe", shared, &["Evil"]), shared);
    }

    #[test]
    fn services_that_share_a_program_are_told() {
        let path = r"C:\Windows\System32\svchost.exe";
        assert_eq!(placed("svchost.exe", path, &["TermService", "Dnscache"]), "svchost.exe (Dnscache, TermService)");
        assert_eq!(placed("svchost.exe", path, &[]), "svchost.exe");
        assert_eq!(placed("spoolsv.exe", r"C:\Windows\System32\spoolsv.exe", &["Spooler"]), "spoolsv.exe");
    }

    #[test]
    fn one_whose_place_is_not_told_is_told_apart() {
        let only = |name: &str| (Vec::new(), vec![name.to_owned()]);
        let none: &[&str] = &[];
        assert_eq!(told("LSASS.exe", None, Some(none), Some(SYSTEM)), only("lsass.exe"));
        assert_eq!(told("svchost.exe", None, Some(&["Dnscache"]), Some(SYSTEM)), only("svchost.exe (Dnscache)"));
        let path = Some(r"C:\Windows\System32\svchost.exe");
        assert_eq!(told("svchost.exe", path, None, Some(SYSTEM)), only("svchost.exe (?)"));
        assert_eq!(told("svchost.exe", path, Some(&["Dnscache"]), None), only("svchost.exe (Dnscache)"));
        let unnamed = Programs { services: Some(Services::of(Vec::new())), ..Programs::default() };
        let of_kernel = (vec!["System".to_owned()], vec!["?".to_owned()]);
        assert_eq!(unnamed.waiting([4, 9].into_iter(), 2), of_kernel, "another waits there as well");
        assert_eq!(unnamed.waiting([4, 9, 10].into_iter(), 1), of_kernel, "and more than are told");
        assert_eq!(unnamed.waiting([4].into_iter(), 1), (vec!["System".to_owned()], Vec::new()));
    }
}
