//! What the operating system says of itself.

use chrono::DateTime;
use sysinfo::System;

use crate::host::{ReadError, ReadErrorKind, SystemReading};

/// The first second of 2001, before which no machine this program runs on was started.
const EARLIEST: i64 = 978_307_200;

/// See [`crate::host::Host::system`].
pub(super) fn system() -> Result<SystemReading, ReadError> {
    let booted_at = System::boot_time()
        .ok()
        .and_then(|seconds| i64::try_from(seconds).ok())
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        // Where /proc/stat is hidden, the time since the start comes in place of the time of it.
        .filter(|booted_at| booted_at.timestamp() > EARLIEST)
        .ok_or_else(|| failed("when it was started", "no date, or one before 2001"))?;
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
