//! Security descriptors.

use crate::host::windows_api::SecuredObject;
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn descriptor(object: &SecuredObject) -> Result<Vec<u8>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, format!("read who may use {object}"), "not read by this build"))
}
