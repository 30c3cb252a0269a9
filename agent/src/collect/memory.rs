//! What collectors remember until their next run, also when the agent is started anew in between.

use tenken_model::Topic;

use super::backups::memory::BackupMemory;
use super::logs::memory::LogMemory;
use super::software::memory::SoftwareMemory;

/// What is remembered for one topic.
#[derive(Debug, Clone, PartialEq)]
pub enum Memory {
    /// Of logs.
    Logs(LogMemory),
    /// Of backups.
    Backups(BackupMemory),
    /// Of what single people installed.
    Software(SoftwareMemory),
}

impl Memory {
    /// One that knows nothing yet, of a topic of which something is remembered.
    pub fn fresh(topic: Topic) -> Option<Self> {
        match topic {
            Topic::Logs => Some(Self::Logs(LogMemory::default())),
            Topic::Backups => Some(Self::Backups(BackupMemory::default())),
            Topic::Software => Some(Self::Software(SoftwareMemory::default())),
            _ => None,
        }
    }

    /// That of logs.
    pub const fn logs(&self) -> Option<&LogMemory> {
        match self {
            Self::Logs(memory) => Some(memory),
            Self::Backups(_) | Self::Software(_) => None,
        }
    }

    /// That of backups.
    pub const fn backups(&self) -> Option<&BackupMemory> {
        match self {
            Self::Backups(memory) => Some(memory),
            Self::Logs(_) | Self::Software(_) => None,
        }
    }

    /// That of what single people installed.
    pub const fn software(&self) -> Option<&SoftwareMemory> {
        match self {
            Self::Software(memory) => Some(memory),
            Self::Logs(_) | Self::Backups(_) => None,
        }
    }
}
