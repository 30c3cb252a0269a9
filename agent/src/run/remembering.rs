//! What the agent remembers of the logs, kept on disk so that a loss is noticed across a start.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tenken_model::Size;

use crate::collect::logs::memory::LogMemory;
use crate::durable::{self, DurableError};
use crate::schedule::Uptime;

/// Far more than the marks of all logs take.
const BYTES_MAX: Size = Size::from_bytes(4 << 20);
/// That logs grew is written no more often than this.
const WRITE_PAUSE: Duration = Duration::from_mins(10);

/// The memory, and when it was written.
pub struct Remembering {
    path: PathBuf,
    memory: LogMemory,
    written: LogMemory,
    written_at: Option<Uptime>,
}

impl Remembering {
    /// Reads what was kept. What cannot be read is begun anew, and said: it was there to find losses by.
    pub fn open(state_dir: &Path) -> Self {
        let path = state_dir.join("logs.json");
        let memory = match durable::read(&path, BYTES_MAX) {
            Ok(None) => LogMemory::default(),
            Ok(Some(bytes)) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(%error, path = %path.display(), "what was remembered of the logs is damaged; it is begun anew");
                LogMemory::default()
            }),
            Err(error) => {
                tracing::warn!(%error, "what was remembered of the logs cannot be read; it is begun anew");
                LogMemory::default()
            }
        };
        Self { path, written: memory.clone(), memory, written_at: None }
    }

    /// What is remembered.
    pub const fn memory(&self) -> &LogMemory {
        &self.memory
    }

    /// Remembers from now on. Written at once if it is news, else now and then.
    pub fn remember(&mut self, memory: LogMemory, now: Uptime) -> Result<(), DurableError> {
        self.memory = memory;
        let rested = self.written_at.is_none_or(|at| now.saturating_sub(at) >= WRITE_PAUSE);
        if !rested && !self.memory.is_news(&self.written) {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&self.memory)
            .map_err(|error| DurableError::from_io("write", &self.path, error.into()))?;
        durable::replace(&self.path, &bytes)?;
        self.written.clone_from(&self.memory);
        self.written_at = Some(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::fact::logs::{LogLoss, LogLossKind};

    use super::*;

    fn memory(losses: usize) -> LogMemory {
        let at = Instant::UNIX_EPOCH;
        let loss = LogLoss {
            log: "/var/log/auth.log".into(),
            kind: LogLossKind::Gone,
            noticed_at: at,
            last_seen: at,
            last_size: Size::from_bytes(1),
            reinstalled: false,
            restarted: false,
        };
        LogMemory { since: Some(at), losses: vec![loss; losses], ..LogMemory::default() }
    }

    #[test]
    fn a_loss_is_still_known_after_a_start() {
        let scratch = tempfile::tempdir().unwrap();
        let mut remembering = Remembering::open(scratch.path());
        assert_eq!(*remembering.memory(), LogMemory::default());
        remembering.remember(memory(1), Uptime::ZERO).unwrap();
        assert_eq!(*Remembering::open(scratch.path()).memory(), memory(1));
    }

    #[test]
    fn news_is_written_at_once_and_growth_now_and_then() {
        let scratch = tempfile::tempdir().unwrap();
        let mut remembering = Remembering::open(scratch.path());
        remembering.remember(memory(0), Uptime::ZERO).unwrap();
        let grown = LogMemory { seen_at: Some(Instant::UNIX_EPOCH), ..memory(0) };
        remembering.remember(grown.clone(), WRITE_PAUSE / 2).unwrap();
        assert_eq!(*Remembering::open(scratch.path()).memory(), memory(0));
        remembering.remember(grown.clone(), WRITE_PAUSE).unwrap();
        assert_eq!(*Remembering::open(scratch.path()).memory(), grown);
        remembering.remember(memory(1), WRITE_PAUSE).unwrap();
        assert_eq!(*Remembering::open(scratch.path()).memory(), memory(1));
    }

    #[test]
    fn what_is_damaged_is_begun_anew() {
        let scratch = tempfile::tempdir().unwrap();
        std::fs::write(scratch.path().join("logs.json"), b"{").unwrap();
        assert_eq!(*Remembering::open(scratch.path()).memory(), LogMemory::default());
    }

    #[test]
    fn what_cannot_be_written_is_said_and_tried_again() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("logs.json");
        let mut remembering = Remembering::open(scratch.path());
        std::fs::create_dir(&path).unwrap();
        assert!(remembering.remember(memory(1), Uptime::ZERO).is_err());
        std::fs::remove_dir(&path).unwrap();
        remembering.remember(memory(1), Uptime::ZERO).unwrap();
        assert_eq!(*Remembering::open(scratch.path()).memory(), memory(1));
    }
}
