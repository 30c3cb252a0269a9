//! What the operating system says of itself.

use chrono::DateTime;
use sysinfo::System;

use crate::host::{ReadError, ReadErrorKind, SystemReading};

/// See [`crate::host::Host::system`].
pub(super) fn system() -> Result<SystemReading, ReadError> {
    let booted_at = System::boot_time()
        .ok()
        .and_then(|seconds| i64::try_from(seconds).ok())
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .ok_or_else(|| failed("when it was started", "no date"))?;
    Ok(SystemReading {
        os: System::distribution_id(),
        // A system that is always the newest (Arch, Debian unstable) has no version; its os-release says none.
        os_version: System::os_version().unwrap_or_default(),
        kernel: System::kernel_version().map_err(|error| failed("its kernel's release", error))?,
        host_name: System::host_name().map_err(|error| failed("the host's name", error))?,
        booted_at,
    })
}

fn failed(what: &str, why: impl std::fmt::Display) -> ReadError {
    ReadError::new(ReadErrorKind::Failed, format!("ask the operating system for {what}"), why.to_string())
}
