//! The operating system and its processes.

use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};
use tenken_model::Instant;

use crate::host::{Process, ReadError, ReadErrorKind, SystemReading};

/// See [`crate::host::Host::system`].
pub(super) fn system() -> Result<SystemReading, ReadError> {
    let booted_at = System::boot_time()
        .ok()
        .and_then(|seconds| i64::try_from(seconds).ok())
        .and_then(|seconds| Instant::from_timestamp(seconds, 0))
        .ok_or_else(|| failed("when it was started", "no date"))?;
    Ok(SystemReading {
        os: "macos".to_owned(),
        os_version: System::os_version().map_err(|error| failed("its version", error))?,
        kernel: System::kernel_version().map_err(|error| failed("its kernel's release", error))?,
        host_name: System::host_name().map_err(|error| failed("the host's name", error))?,
        booted_at,
    })
}

/// See [`crate::host::Host::processes`].
pub(super) fn processes() -> Result<Vec<Process>, ReadError> {
    let mut system = System::new().map_err(|error| failed("its processes", error))?;
    let what = ProcessRefreshKind::nothing().without_tasks();
    let _count = system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let mut processes: Vec<Process> = system
        .processes()
        .iter()
        .map(|(pid, process)| Process {
            pid: pid.as_u32(),
            name: process.name().to_string_lossy().into_owned(),
            path: None,
        })
        .collect();
    processes.sort_by_key(|process| process.pid);
    Ok(processes)
}

fn failed(what: &str, why: impl std::fmt::Display) -> ReadError {
    ReadError::new(ReadErrorKind::Failed, format!("ask the operating system for {what}"), why.to_string())
}
