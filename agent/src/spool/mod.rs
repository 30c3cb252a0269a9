//! Transitions on disk until the dashboard has them.
//!
//! Two files: `log` holds a base state and the transitions after it, `mark` how far numbers were given
//! out and acknowledged (`recover` says how they go together). A transition counts once both are
//! synced. After a failure nothing is assumed: the next call begins by reading both files again.

mod files;
pub mod frame;
mod look;
pub mod recover;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tenken_model::finding::Change;
use tenken_model::report::TRANSITIONS_MAX;
use tenken_model::{Instant, Size, Transition};
use thiserror::Error;

use self::files::{encode, load, lock, next_epoch, store_mark, write_log};
use self::frame::Next;
pub use self::look::{Seen, look};
use self::recover::{Base, Contents, Mark, Record};
use crate::durable::DurableError;
use crate::host::storage;
use crate::state::{self, State};

/// How large a spool grows before it folds, if nothing else is set.
pub const SPOOL_BYTES: Size = Size::from_bytes(16 << 20);
/// The most bytes of transitions in one batch; a report holds more beside them.
pub const BATCH_BYTES: u64 = 2 << 20;
/// A log smaller than this is not rewritten to drop what was acknowledged.
const COMPACT_BYTES: u64 = 256 << 10;

/// Why the spool could not be used.
#[derive(Debug, Error)]
pub enum SpoolError {
    /// The disk refused.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// Another agent uses this folder.
    #[error("lock {}: another agent is running with this state folder; stop it first", .0.display())]
    Locked(PathBuf),
    /// A finding is too large to be kept.
    #[error("spool {what}: it is larger than {max} bytes", max = frame::PAYLOAD_BYTES_MAX)]
    TooLarge {
        /// Which one, by its rule.
        what: String,
    },
    /// A record could not be written as JSON.
    #[error("write a record of the spool: {0}")]
    Json(#[from] serde_json::Error),
    /// What was written is no longer there.
    #[error("read {}: a transition that was written is damaged", .0.display())]
    Damaged(PathBuf),
}

/// How opening went; what is not [`Opened::Continued`] without bytes cut belongs in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// There was no spool.
    Fresh,
    /// The last one is gone on with; an interrupted write at its end was cut.
    Continued {
        /// Whether something was cut.
        cut: bool,
    },
    /// It was damaged: a new, larger epoch has begun, and the dashboard gets a snapshot.
    Restarted {
        /// What was wrong.
        why: String,
    },
}

/// What an acknowledgement was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// Taken.
    Taken,
    /// It is of another epoch and means nothing now.
    OtherEpoch,
    /// The dashboard has numbers that this spool never gave out: the state folder was put back to an
    /// earlier copy. A new epoch has begun.
    Ahead,
}

/// The spool of one agent.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    limit: u64,
    _lock: File,
    /// Open for writing at its end. Closed while the log is exchanged: Windows puts nothing in the place of an open file.
    file: Option<File>,
    mark: Mark,
    contents: Contents,
    stale: bool,
}

impl Spool {
    /// Opens the spool in `folder`, or begins one. `now` gives the number of a new epoch.
    pub fn open(folder: &Path, limit: Size, now: Instant) -> Result<(Self, Opened), SpoolError> {
        storage::create_private_folder(folder).map_err(|error| DurableError::from_io("make", folder, error))?;
        let lock = lock(folder)?;
        let (file, mark, contents, opened) = load(folder, now)?;
        let file = Some(file);
        Ok((
            Self { folder: folder.to_owned(), limit: limit.bytes(), _lock: lock, file, mark, contents, stale: false },
            opened,
        ))
    }

    /// The numbering in force.
    pub fn epoch(&self) -> u64 {
        self.mark.epoch
    }

    /// The last number given out; 0 before the first.
    pub fn last_seq(&self) -> u64 {
        self.contents.last_seq
    }

    /// The last number the dashboard has stored.
    pub fn acknowledged(&self) -> u64 {
        self.mark.acknowledged
    }

    /// How many transitions wait to be acknowledged.
    pub fn pending(&self) -> usize {
        self.contents.pending.len()
    }

    /// How many transitions were folded into the state unsent since the spool began.
    pub fn folded(&self) -> u64 {
        self.contents.base.folded
    }

    /// Only a snapshot can tell the dashboard the state.
    pub fn needs_snapshot(&self) -> bool {
        self.contents.base.snapshot_up_to.is_some()
    }

    /// The state after the last transition: what the next judgement is compared with.
    pub fn state(&self) -> &State {
        &self.contents.state
    }

    /// Numbers changes and keeps them. When it returns, they survive a power cut.
    pub fn append(&mut self, at: Instant, changes: Vec<Change>) -> Result<(), SpoolError> {
        self.refresh(at)?;
        let mut frames = Vec::new();
        let mut offsets = VecDeque::new();
        let mut seq = self.contents.last_seq;
        let mut transitions = Vec::with_capacity(changes.len());
        for change in changes {
            seq += 1;
            let record = Record::Transition(Transition { seq, at, change });
            offsets.push_back(bytes(frames.len()));
            frames.extend(encode(&record)?);
            if let Record::Transition(transition) = record {
                transitions.push(transition);
            }
        }
        if transitions.is_empty() {
            return Ok(());
        }
        self.stale = true;
        let fits = self.make_room(bytes(frames.len()))?;
        for transition in &transitions {
            state::apply(&mut self.contents.state, &transition.change);
        }
        self.contents.last_seq = seq;
        if fits {
            let path = self.log();
            let written = match &mut self.file {
                Some(file) => file.write_all(&frames).and_then(|()| file.sync_data()),
                None => Err(io::Error::other("it is closed")),
            };
            written.map_err(|error| DurableError::from_io("write", &path, error))?;
            let begin = self.contents.len;
            self.contents.pending.extend(offsets.into_iter().map(|offset| begin + offset));
            self.contents.len += bytes(frames.len());
        } else {
            self.fold(bytes(transitions.len()))?;
        }
        store_mark(&self.folder, Mark { counted: seq, ..self.mark })?;
        self.mark.counted = seq;
        self.stale = false;
        Ok(())
    }

    /// The first transitions that wait, as many as fit into a report.
    pub fn batch(&self) -> Result<Vec<Transition>, SpoolError> {
        let Some(begin) = self.contents.pending.front() else { return Ok(Vec::new()) };
        let path = self.log();
        let failed = |error| DurableError::from_io("read", &path, error);
        let mut file = File::open(&path).map_err(failed)?;
        file.seek(SeekFrom::Start(*begin)).map_err(failed)?;
        let mut reader = BufReader::new(file);
        let mut batch: Vec<Transition> = Vec::new();
        let within = self.contents.pending.iter().take_while(|offset| **offset - begin <= BATCH_BYTES);
        for _ in within.take(TRANSITIONS_MAX) {
            let Next::Frame(payload) = frame::next(&mut reader).map_err(failed)? else {
                return Err(SpoolError::Damaged(path));
            };
            match serde_json::from_slice(&payload) {
                Ok(Record::Transition(transition)) => batch.push(transition),
                Ok(Record::Base(_) | Record::State { .. }) | Err(_) => return Err(SpoolError::Damaged(path)),
            }
        }
        Ok(batch)
    }

    /// The dashboard has everything of `epoch` up to `seq`; by a snapshot if `snapshot`.
    pub fn acknowledge(
        &mut self,
        epoch: u64,
        seq: u64,
        snapshot: bool,
        now: Instant,
    ) -> Result<Acknowledged, SpoolError> {
        self.refresh(now)?;
        if epoch != self.mark.epoch {
            return Ok(Acknowledged::OtherEpoch);
        }
        if seq > self.contents.last_seq {
            self.begin_epoch(0, now)?;
            return Ok(Acknowledged::Ahead);
        }
        self.stale = true;
        if seq > self.mark.acknowledged {
            store_mark(&self.folder, Mark { acknowledged: seq, ..self.mark })?;
            let newly = self.contents.last_seq - seq;
            while bytes(self.contents.pending.len()) > newly {
                self.contents.pending.pop_front();
            }
            self.mark.acknowledged = seq;
        }
        let settled = snapshot && self.contents.base.snapshot_up_to.is_some_and(|up_to| up_to <= seq);
        if settled {
            self.contents.base.snapshot_up_to = None;
        }
        let live = self.contents.pending.front().map_or(0, |first| self.contents.len - first);
        if settled || (self.contents.len > COMPACT_BYTES && live < self.contents.len / 2) {
            self.rewrite()?;
        }
        self.stale = false;
        Ok(Acknowledged::Taken)
    }

    /// The dashboard asked for a snapshot: its state differs.
    pub fn want_snapshot(&mut self) {
        self.contents.base.snapshot_up_to = Some(self.contents.last_seq);
    }

    /// Begins a new epoch with the present state, which the dashboard then gets as a snapshot. It is larger than this
    /// spool's and than `known`, which others counted in.
    pub fn begin_epoch(&mut self, known: u64, now: Instant) -> Result<(), SpoolError> {
        self.stale = true;
        let folded = self.contents.base.folded.saturating_add(bytes(self.contents.pending.len()));
        let mark = Mark { epoch: next_epoch(now, self.mark.epoch.max(known)), counted: 0, acknowledged: 0 };
        store_mark(&self.folder, mark)?;
        self.mark = mark;
        self.contents.last_seq = 0;
        self.contents.pending.clear();
        self.contents.base.folded = folded;
        self.contents.base.snapshot_up_to = Some(0);
        self.rewrite()?;
        self.stale = false;
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// After a failure, reads again what is really there. To be called before its numbers and its state are
    /// used; does nothing otherwise.
    pub fn refresh(&mut self, now: Instant) -> Result<(), SpoolError> {
        if self.stale {
            self.file = None;
            let (file, mark, contents, _) = load(&self.folder, now)?;
            (self.file, self.mark, self.contents) = (Some(file), mark, contents);
            self.stale = false;
        }
        Ok(())
    }

    /// Makes room for `more` bytes: drops what was acknowledged, then folds what waits. False if even
    /// then there is none.
    fn make_room(&mut self, more: u64) -> Result<bool, SpoolError> {
        if self.contents.len + more <= self.limit {
            return Ok(true);
        }
        self.rewrite()?;
        if self.contents.len + more > self.limit && !self.contents.pending.is_empty() {
            self.fold(0)?;
        }
        Ok(self.contents.len + more <= self.limit)
    }

    /// Takes everything that waits, and `also` so many transitions that were never written, into the state only.
    fn fold(&mut self, also: u64) -> Result<(), SpoolError> {
        let waiting = bytes(self.contents.pending.len()).saturating_add(also);
        self.contents.pending.clear();
        self.contents.base.folded = self.contents.base.folded.saturating_add(waiting);
        self.contents.base.snapshot_up_to = Some(self.contents.last_seq);
        self.rewrite()
    }

    /// Writes the log anew: the present state, and what waits.
    fn rewrite(&mut self) -> Result<(), SpoolError> {
        let base = Base {
            epoch: self.mark.epoch,
            state_seq: self.contents.last_seq,
            states: self.contents.state.len(),
            ..self.contents.base
        };
        let path = self.log();
        self.file = None;
        let (file, begin, len) = write_log(&path, base, &self.contents)?;
        let first = self.contents.pending.front().copied().unwrap_or(0);
        for offset in &mut self.contents.pending {
            *offset = *offset - first + begin;
        }
        self.contents.base = base;
        self.contents.len = len;
        self.file = Some(file);
        Ok(())
    }
}

fn bytes(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
