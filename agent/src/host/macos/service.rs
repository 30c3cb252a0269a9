//! What launchd and a person at the terminal ask of a running agent.

use std::time::Duration;

use crate::host::registration::{RegistrationError, SERVICE};
pub use crate::host::unix::registration::{REGISTERS, install, remove, start};
pub use crate::host::unix::stop::Stop;

/// Not here.
pub fn run(_body: impl FnOnce(Manager) -> bool + Send + 'static) -> Result<(), RegistrationError> {
    Err(RegistrationError::NotHere)
}

/// launchd, which starts the agent again when it ends and asks for no sign of life.
#[derive(Debug, Default)]
pub struct Manager {}

impl Manager {
    /// The one that the environment names, if any.
    pub fn from_environment() -> Self {
        Self::default()
    }

    /// Where log lines go from now on: to standard error, which launchd keeps.
    pub fn begin_log(&self, level: tenken_log::Level) {
        tenken_log::begin(SERVICE, level);
    }

    /// Whether a host that is not enrolled yet is waited for: launchd starts the agent again instead.
    pub fn waits_for_enrolment(&self) -> bool {
        false
    }

    /// The agent starts, which may take so long.
    pub fn starting(&self, _within: Duration) {}

    /// How the agent is. launchd does not ask.
    pub fn status(&self, _text: &str) {}

    /// How often it wants a sign of life: never.
    pub fn wants_sign_every(&self) -> Option<Duration> {
        None
    }

    /// The agent watches.
    pub fn ready(&self) {}

    /// The agent's loop turns.
    pub fn alive(&self) {}

    /// The agent ends because it was asked to.
    pub fn stopping(&self) {}
}
