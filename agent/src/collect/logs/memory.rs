//! What the resident agent remembers of the logs between two looks, also when it is started anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_model::Instant;
use tenken_model::fact::logs::LogLoss;

/// Everything that is remembered. A fresh one knows no log yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LogMemory {
    /// Since when losses are looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// When the logs were last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Instant>,
    /// The installation: /etc/machine-id, MachineGuid.
    #[serde(default)]
    pub machine: String,
    /// The start of the kernel.
    #[serde(default)]
    pub boot: String,
    /// The logs by their paths.
    #[serde(default)]
    pub logs: BTreeMap<String, Mark>,
    /// What was lost.
    #[serde(default)]
    pub losses: Vec<LogLoss>,
}

impl LogMemory {
    /// Whether it must be written now, although what is on disk is not much older: which files there are, or what was lost,
    /// is another than before. That logs grow need not be written each time.
    pub fn is_news(&self, before: &Self) -> bool {
        let files = |memory: &Self| {
            let of_mark = |mark: &Mark| match mark {
                Mark::File(file) => (file.file.as_ref().map(|state| state.identity), file.copies.len()),
                Mark::Journal(journal) => (None, journal.parts.len()),
                Mark::Channel(_) => (None, 0),
            };
            memory.logs.iter().map(|(path, mark)| (path.clone(), of_mark(mark))).collect::<Vec<_>>()
        };
        self.since != before.since
            || self.losses != before.losses
            || (&self.machine, &self.boot) != (&before.machine, &before.boot)
            || files(self) != files(before)
    }
}

/// What is remembered of one log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A file with its copies.
    File(FileMark),
    /// The journal.
    Journal(JournalMark),
    /// A channel of the event log of Windows.
    Channel(ChannelMark),
}

impl Mark {
    /// How many bytes it has now, copies of a file left out.
    pub fn size(&self) -> u64 {
        match self {
            Self::File(file) => file.file.as_ref().map_or(0, |state| state.size),
            Self::Journal(journal) => journal.size(),
            Self::Channel(channel) => channel.size,
        }
    }
}

/// A file with its copies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FileMark {
    /// The file that is written; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileState>,
    /// Its older copies.
    #[serde(default)]
    pub copies: Vec<CopyMark>,
    /// How many copies may be kept; absent where none is deleted for their number, or where they are deleted for their age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies_kept: Option<usize>,
    /// Copies are deleted for their age, or it is not known how they are.
    #[serde(default)]
    pub copies_go: bool,
}

/// Which file it is: device and number there. A number of 0 says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The device.
    pub device: u64,
    /// The number.
    pub inode: u64,
}

impl Identity {
    /// Both are surely the same file.
    pub fn is(self, other: Self) -> bool {
        self.inode != 0 && self == other
    }
}

/// A file that is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileState {
    /// Which file it is.
    pub identity: Identity,
    /// Its size in bytes.
    pub size: u64,
    /// Its beginning; absent where that changes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
}

/// The beginning of a file, as digests of what it was at several lengths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// How many bytes there were, up to [`HEAD_BYTES`].
    pub length: usize,
    /// Their digest.
    pub digest: String,
    /// The bytes themselves, as long as they are at hand: never written.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// The most bytes of a beginning.
pub const HEAD_BYTES: usize = 256;

/// A copy that was put aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CopyMark {
    /// Which file it is.
    pub identity: Identity,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// The journal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JournalMark {
    /// Its files.
    pub parts: Vec<JournalPart>,
}

impl JournalMark {
    /// All of them together, in bytes.
    pub fn size(&self) -> u64 {
        self.parts.iter().fold(0, |size, part| size.saturating_add(part.size))
    }
}

/// A file of the journal that has records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalPart {
    /// Which file it is, also under another name.
    pub id: String,
    /// Its oldest record.
    pub oldest: Instant,
    /// Its newest record.
    pub newest: Instant,
    /// Its size in bytes.
    pub size: u64,
    /// The number of its first record; 0 where it is not known.
    #[serde(default)]
    pub number: u64,
    /// Whose numbers these are.
    #[serde(default)]
    pub numbers: String,
    /// It is not written any more.
    pub archived: bool,
    /// It was put aside because it was broken, and is deleted in no order.
    pub broken: bool,
}

/// A channel of the event log of Windows, which numbers its records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelMark {
    /// The number of its oldest record; 0 where it is empty.
    pub oldest: u64,
    /// The number of its newest record.
    pub newest: u64,
    /// The size of its file in bytes.
    pub size: u64,
}
