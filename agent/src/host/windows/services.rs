//! The service control manager.

use crate::host::windows_api::Service;
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn list() -> Result<Vec<Service>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list services", "not read by this build"))
}
