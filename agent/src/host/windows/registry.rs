//! The registry.

use crate::host::windows_api::{RegistryKey, RegistryPath};
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn key(path: &RegistryPath) -> Result<RegistryKey, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, format!("read {path}"), "not read by this build"))
}
