//! The event log.

use crate::host::windows_api::{EventChannel, EventPage, EventQuery};
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn records(query: &EventQuery) -> Result<EventPage, ReadError> {
    Err(ReadError::new(
        ReadErrorKind::Unsupported,
        format!("read events of {}", query.channel),
        "not read by this build",
    ))
}

pub(super) fn channel(name: &str) -> Result<EventChannel, ReadError> {
    Err(ReadError::new(
        ReadErrorKind::Unsupported,
        format!("look at the event channel {name}"),
        "not read by this build",
    ))
}
