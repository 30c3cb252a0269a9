//! Signals by which a running agent is asked to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask the agent to end.
#[derive(Debug)]
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Listens from now on, inside a tokio runtime. Service managers send signals as well.
    pub fn listen<Manager>(_manager: &Manager) -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits until the agent is asked to end.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
