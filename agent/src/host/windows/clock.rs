//! The system's clock.

use crate::host::KernelClockReading;
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn kernel_clock() -> Result<KernelClockReading, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "ask the kernel's clock", "not read by this build"))
}
