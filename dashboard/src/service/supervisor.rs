//! What systemd is told of the dashboard (`sd_notify(3)`).

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::store::{Store, StoreError};

/// How often it is told how the database does where it watches over nothing.
const TELL: Duration = Duration::from_mins(1);

/// The service manager that started the dashboard, if one did.
#[derive(Debug, Clone, Copy)]
pub struct Supervisor {
    watchdog: Option<Duration>,
}

impl Supervisor {
    /// The one that the environment names.
    pub fn from_environment() -> Self {
        Self { watchdog: sd_notify::watchdog_enabled().filter(|patience| !patience.is_zero()) }
    }

    /// Everything listens.
    pub fn ready(self, status: &str) {
        say(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    /// The dashboard was asked to end.
    pub fn stopping(self) {
        say(&[NotifyState::Stopping, NotifyState::Status("Ending")]);
    }

    /// Shows a sign of life, twice within the manager's patience, for as long as the database answers: until `stop` turns true. An
    /// answer that it cannot is an answer, of which the status tells: a dashboard that is started again would have no other database.
    /// One that never comes is none, and the manager starts the dashboard again.
    pub async fn watch(self, store: Store, status: String, mut stop: watch::Receiver<bool>) {
        let every = self.watchdog.map_or(TELL, |patience| patience / 2);
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = status.clone();
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let answer = tokio::time::timeout(every, answers(&store)).await;
            let (alive, now) = said(&status, answer.as_ref().ok());
            if now != told {
                say(&[NotifyState::Status(&now)]);
                told = now;
            }
            if alive && self.watchdog.is_some() {
                say(&[NotifyState::Watchdog]);
            }
            if !alive {
                tracing::error!("the database did not answer in time; systemd is not told that the dashboard lives");
            }
        }
    }
}

async fn answers(store: &Store) -> Result<(), StoreError> {
    store.read().await?.change_counter().await.map(drop)
}

/// Whether the dashboard lives, and its status, by what the database answered, if it did.
fn said(status: &str, answer: Option<&Result<(), StoreError>>) -> (bool, String) {
    match answer {
        Some(Ok(())) => (true, status.to_owned()),
        Some(Err(error)) => (true, format!("The database cannot be used: {error}")),
        None => (false, "The database does not answer".to_owned()),
    }
}

/// A manager that does not hear is no reason to end.
fn say(words: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(words) {
        tracing::debug!(%error, "the service manager was not told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_silence_is_no_sign_of_life() {
        assert_eq!(said("Listening", Some(&Ok(()))), (true, "Listening".to_owned()));
        let (alive, status) = said("Listening", Some(&Err(StoreError::Conflict("x"))));
        assert!(alive && status.contains("cannot be used"), "{status}");
        assert!(!said("Listening", None).0);
    }
}
