//! Volumes and the firmware's tables.

use crate::host::windows_api::{FirmwareTable, Volume};
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn volumes() -> Result<Vec<Volume>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list volumes", "not read by this build"))
}

pub(super) fn firmware_table(table: FirmwareTable) -> Result<Vec<u8>, ReadError> {
    Err(ReadError::new(
        ReadErrorKind::Unsupported,
        format!("read the firmware table {table:?}"),
        "not read by this build",
    ))
}
