//! Adapters, neighbours, ports, wireless networks and shares.

use crate::host::windows_api::{Adapter, BoundSocket, IpNeighbour, SharedFolder, WirelessAdapter};
use crate::host::{ReadError, ReadErrorKind};

pub(super) fn sockets() -> Result<Vec<BoundSocket>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list bound ports", "not read by this build"))
}

pub(super) fn adapters() -> Result<Vec<Adapter>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list network adapters", "not read by this build"))
}

pub(super) fn neighbours() -> Result<Vec<IpNeighbour>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list neighbours", "not read by this build"))
}

pub(super) fn wireless() -> Result<Vec<WirelessAdapter>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list wireless adapters", "not read by this build"))
}

pub(super) fn shared_folders() -> Result<Vec<SharedFolder>, ReadError> {
    Err(ReadError::new(ReadErrorKind::Unsupported, "list shared folders", "not read by this build"))
}
