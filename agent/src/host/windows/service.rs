//! What the service control manager and a person at the terminal ask of a running agent.

use std::time::Duration;

/// What asks the agent to end.
#[derive(Debug)]
pub struct Stop {
    interrupt: tokio::signal::windows::CtrlC,
}

impl Stop {
    /// Listens from now on, inside a tokio runtime.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    /// Waits until the agent is asked to end.
    pub async fn asked(&mut self) {
        let _asked = self.interrupt.recv().await;
    }
}

/// Who started the agent and wants to hear of it.
#[derive(Debug, Default)]
pub struct Manager {}

impl Manager {
    /// The one that the environment names, if any.
    pub fn from_environment() -> Self {
        Self::default()
    }

    /// How often it wants a sign of life.
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
