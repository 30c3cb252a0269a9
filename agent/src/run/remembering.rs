//! What the agent remembers between two looks, kept on disk so that it is known across a start: of the logs, so that a loss is
//! noticed, of backups whose media are away, and of programs of people who are not signed in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tenken_model::{Size, Topic};

use crate::collect::backups::memory::BackupMemory;
use crate::collect::logs::memory::LogMemory;
use crate::collect::memory::Memory;
use crate::collect::software::memory::SoftwareMemory;
use crate::durable::{self, DurableError};
use crate::schedule::Uptime;

/// Far more than the marks of all logs, backup sets or people take.
const BYTES_MAX: Size = Size::from_bytes(4 << 20);
/// What is no news, as that logs grew, is written no more often than this.
const WRITE_PAUSE: Duration = Duration::from_mins(10);

/// What is remembered of one thing.
trait Remembered: Default + Clone + Serialize + DeserializeOwned {
    /// Its file in the state folder.
    const FILE: &str;
    /// What people call it.
    const WHAT: &str;

    /// It must be written at once.
    fn is_news(&self, before: &Self) -> bool;
}

impl Remembered for LogMemory {
    const FILE: &str = "logs.json";
    const WHAT: &str = "the logs";

    fn is_news(&self, before: &Self) -> bool {
        self.is_news(before)
    }
}

impl Remembered for BackupMemory {
    const FILE: &str = "backups.json";
    const WHAT: &str = "backups";

    fn is_news(&self, before: &Self) -> bool {
        self.is_news(before)
    }
}

impl Remembered for SoftwareMemory {
    const FILE: &str = "software.json";
    const WHAT: &str = "programs of single people";

    fn is_news(&self, before: &Self) -> bool {
        self.is_news(before)
    }
}

/// One memory, and when it was written.
struct Kept<M> {
    path: PathBuf,
    memory: M,
    written: M,
    written_at: Option<Uptime>,
}

impl<M: Remembered> Kept<M> {
    /// Reads what was kept. What cannot be read is begun anew, and said.
    fn open(state_dir: &Path) -> Self {
        let path = state_dir.join(M::FILE);
        let memory = match durable::read(&path, BYTES_MAX) {
            Ok(None) => M::default(),
            Ok(Some(bytes)) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(%error, of = M::WHAT, path = %path.display(), "what was remembered is damaged; it is begun anew");
                M::default()
            }),
            Err(error) => {
                tracing::warn!(%error, of = M::WHAT, "what was remembered cannot be read; it is begun anew");
                M::default()
            }
        };
        Self { path, written: memory.clone(), memory, written_at: None }
    }

    /// Remembers from now on. Written at once if it is news, else now and then.
    fn remember(&mut self, memory: M, now: Uptime) -> Result<(), DurableError> {
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

/// Everything that is remembered.
pub struct Remembering {
    logs: Kept<LogMemory>,
    backups: Kept<BackupMemory>,
    software: Kept<SoftwareMemory>,
}

impl Remembering {
    /// Reads what was kept.
    pub fn open(state_dir: &Path) -> Self {
        Self { logs: Kept::open(state_dir), backups: Kept::open(state_dir), software: Kept::open(state_dir) }
    }

    /// What is remembered for a topic, if anything ever is.
    pub fn memory(&self, topic: Topic) -> Option<Memory> {
        match Memory::fresh(topic)? {
            Memory::Logs(_) => Some(Memory::Logs(self.logs.memory.clone())),
            Memory::Backups(_) => Some(Memory::Backups(self.backups.memory.clone())),
            Memory::Software(_) => Some(Memory::Software(self.software.memory.clone())),
        }
    }

    /// Remembers from now on.
    pub fn remember(&mut self, memory: Memory, now: Uptime) -> Result<(), DurableError> {
        match memory {
            Memory::Logs(memory) => self.logs.remember(memory, now),
            Memory::Backups(memory) => self.backups.remember(memory, now),
            Memory::Software(memory) => self.software.remember(memory, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::fact::logs::{LogLoss, LogLossKind};

    use super::*;
    use crate::collect::backups;
    use crate::collect::software::memory::Mark;

    fn of_logs(remembering: &Remembering) -> LogMemory {
        remembering.logs.memory.clone()
    }

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
        assert_eq!(of_logs(&remembering), LogMemory::default());
        remembering.remember(Memory::Logs(memory(1)), Uptime::ZERO).unwrap();
        assert_eq!(of_logs(&Remembering::open(scratch.path())), memory(1));
    }

    #[test]
    fn news_is_written_at_once_and_growth_now_and_then() {
        let scratch = tempfile::tempdir().unwrap();
        let mut remembering = Remembering::open(scratch.path());
        remembering.remember(Memory::Logs(memory(0)), Uptime::ZERO).unwrap();
        let grown = LogMemory { seen_at: Some(Instant::UNIX_EPOCH), ..memory(0) };
        remembering.remember(Memory::Logs(grown.clone()), WRITE_PAUSE / 2).unwrap();
        assert_eq!(of_logs(&Remembering::open(scratch.path())), memory(0));
        remembering.remember(Memory::Logs(grown.clone()), WRITE_PAUSE).unwrap();
        assert_eq!(of_logs(&Remembering::open(scratch.path())), grown);
        remembering.remember(Memory::Logs(memory(1)), WRITE_PAUSE).unwrap();
        assert_eq!(of_logs(&Remembering::open(scratch.path())), memory(1));
    }

    #[test]
    fn a_backup_that_is_away_is_still_known_after_a_start() {
        let scratch = tempfile::tempdir().unwrap();
        let at = Instant::UNIX_EPOCH;
        let mark = backups::memory::Mark {
            since: at,
            looked_at: at,
            seen: None,
            volume: Some("/mnt/usb".into()),
            attached_since: None,
        };
        let memory = BackupMemory { sets: [("files".to_owned(), mark)].into() };
        let mut remembering = Remembering::open(scratch.path());
        assert_eq!(remembering.memory(Topic::Backups), Memory::fresh(Topic::Backups));
        remembering.remember(Memory::Backups(memory.clone()), Uptime::ZERO).unwrap();
        let again = Remembering::open(scratch.path());
        assert_eq!(again.memory(Topic::Backups), Some(Memory::Backups(memory)));
        assert_eq!((again.memory(Topic::Logs), again.memory(Topic::System)), (Memory::fresh(Topic::Logs), None));
    }

    #[test]
    fn what_a_person_installed_is_still_known_after_a_start() {
        let scratch = tempfile::tempdir().unwrap();
        let mark = |has_left| Mark { looked_at: Instant::UNIX_EPOCH, has_left, programs: Vec::new() };
        let memory = |has_left| SoftwareMemory { people: [("S-1-5-21-1-2-3-1001".to_owned(), mark(has_left))].into() };
        let mut remembering = Remembering::open(scratch.path());
        for has_left in [false, true] {
            remembering.remember(Memory::Software(memory(has_left)), Uptime::ZERO).unwrap();
            let again = Remembering::open(scratch.path());
            assert_eq!(again.memory(Topic::Software), Some(Memory::Software(memory(has_left))));
        }
    }

    #[test]
    fn what_is_damaged_is_begun_anew() {
        let scratch = tempfile::tempdir().unwrap();
        for file in ["logs.json", "software.json"] {
            std::fs::write(scratch.path().join(file), b"{").unwrap();
        }
        assert_eq!(of_logs(&Remembering::open(scratch.path())), LogMemory::default());
        assert_eq!(Remembering::open(scratch.path()).memory(Topic::Software), Memory::fresh(Topic::Software));
    }

    #[test]
    fn what_cannot_be_written_is_said_and_tried_again() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("logs.json");
        let mut remembering = Remembering::open(scratch.path());
        std::fs::create_dir(&path).unwrap();
        assert!(remembering.remember(Memory::Logs(memory(1)), Uptime::ZERO).is_err());
        std::fs::remove_dir(&path).unwrap();
        remembering.remember(Memory::Logs(memory(1)), Uptime::ZERO).unwrap();
        assert_eq!(of_logs(&Remembering::open(scratch.path())), memory(1));
    }
}
