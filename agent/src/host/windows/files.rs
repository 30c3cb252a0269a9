//! Files and folders.

use crate::host::{ReadError, ReadErrorKind};
use std::path::Path;

use tenken_model::Size;

use crate::host::{Entry, Metadata};

pub(super) fn read(path: &Path, _limit: Size) -> Result<Vec<u8>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, format!("read {}", path.display()), "not read by this build"))
}

pub(super) fn read_part(path: &Path, _offset: u64, _len: Size) -> Result<Vec<u8>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, format!("read {}", path.display()), "not read by this build"))
}

pub(super) fn list(path: &Path, _limit: usize) -> Result<Vec<Entry>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, format!("list {}", path.display()), "not read by this build"))
}

pub(super) fn metadata(path: &Path) -> Result<Metadata, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, format!("look at {}", path.display()), "not read by this build"))
}
