//! Registering with the service manager, which packages do here.

use crate::host::registration::{Installed, RegistrationError, Removed, Started};

/// Whether programs register themselves with this system's service manager. Here packages bring a unit.
pub const REGISTERS: bool = false;

/// Not here.
pub fn install(_description: &str) -> Result<Installed, RegistrationError> {
    Err(RegistrationError::NotHere)
}

/// Not here.
pub fn remove() -> Result<Removed, RegistrationError> {
    Err(RegistrationError::NotHere)
}

/// Not here.
pub fn start() -> Result<Started, RegistrationError> {
    Err(RegistrationError::NotHere)
}
