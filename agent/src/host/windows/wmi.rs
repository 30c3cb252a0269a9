//! Windows Management Instrumentation.

use crate::host::windows_api::{WmiQuestion, WmiRow};
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn ask(question: &WmiQuestion) -> Result<Vec<WmiRow>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, format!("ask WMI for {question}"), "not read by this build"))
}
