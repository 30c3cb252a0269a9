//! Packages for Linux leave no token: a host is enrolled by `tenken-agent enrol`.

use crate::first_start::{Place, Waiting};
use crate::host::ReadError;

/// Where nothing ever waits.
#[derive(Debug, Clone, Copy)]
pub struct Installer;

impl Place for Installer {
    fn waiting(&self) -> Result<Option<Waiting>, ReadError> {
        Ok(None)
    }

    fn remove_token(&self) -> Result<(), ReadError> {
        Ok(())
    }
}
