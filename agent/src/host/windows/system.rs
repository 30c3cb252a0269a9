//! The operating system and its processes.

use crate::host::{Process, SystemReading};
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn system() -> Result<SystemReading, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "ask the operating system", "not read by this build"))
}

pub(super) fn processes() -> Result<Vec<Process>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list processes", "not read by this build"))
}
