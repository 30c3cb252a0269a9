//! The spool's two files and its lock on the disk.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use tenken_model::{Instant, Size};

use super::recover::{Base, Contents, Mark, Record, Recovered, recover};
use super::{Opened, SpoolError, bytes, frame};
use crate::durable::{self, DurableError};
use crate::host::storage;
use crate::state::State;

pub(super) const MARK_BYTES: Size = Size::from_bytes(4 << 10);

/// Takes the folder for this process; held as long as the file is open.
pub(super) fn lock(folder: &Path) -> Result<File, SpoolError> {
    let path = folder.join("lock");
    let file = storage::create_private(&path).map_err(|error| DurableError::from_io("open", &path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SpoolError::Locked(path)),
        Err(TryLockError::Error(error)) => Err(DurableError::from_io("lock", &path, error).into()),
    }
}

/// Reads both files, repairs what an interruption left, and begins an epoch where there is none to go on with.
pub(super) fn load(folder: &Path, now: Instant) -> Result<(File, Mark, Contents, Opened), SpoolError> {
    let path = folder.join("log");
    let failed = |tried| move |error| DurableError::from_io(tried, &folder.join("log"), error);
    let mark_bytes = match durable::read(&folder.join("mark"), MARK_BYTES) {
        // Larger than any mark: as damaged as one that cannot be read.
        Err(DurableError::TooLarge { .. }) => Some(Vec::new()),
        other => other?,
    };
    let log = match File::open(&path) {
        Ok(file) => Some(BufReader::new(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed("read")(error).into()),
    };
    match recover(mark_bytes.as_deref(), log).map_err(failed("read"))? {
        Recovered::Whole(mark, mut contents) => {
            let mut file = OpenOptions::new().write(true).open(&path).map_err(failed("open"))?;
            let cut = std::mem::take(&mut contents.torn);
            file.set_len(contents.len).and_then(|()| file.sync_data()).map_err(failed("cut"))?;
            file.seek(SeekFrom::End(0)).map_err(failed("seek"))?;
            let counted = Mark { counted: contents.last_seq, ..mark };
            if counted != mark {
                store_mark(folder, counted)?;
            }
            Ok((file, counted, contents, Opened::Continued { cut }))
        }
        Recovered::Fresh => begin(folder, next_epoch(now, 0), None, Opened::Fresh),
        Recovered::Corrupt { previous, why } => {
            begin(folder, next_epoch(now, previous), Some(0), Opened::Restarted { why })
        }
    }
}

fn begin(
    folder: &Path,
    epoch: u64,
    snapshot_up_to: Option<u64>,
    opened: Opened,
) -> Result<(File, Mark, Contents, Opened), SpoolError> {
    let mark = Mark { epoch, counted: 0, acknowledged: 0 };
    store_mark(folder, mark)?;
    let base = Base { epoch, state_seq: 0, states: 0, folded: 0, snapshot_up_to };
    let mut contents =
        Contents { base, state: State::new(), last_seq: 0, pending: VecDeque::new(), len: 0, torn: false };
    let (file, _, len) = write_log(&folder.join("log"), base, &contents)?;
    contents.len = len;
    Ok((file, mark, contents, opened))
}

/// Writes a log: base, state, and the pending frames of the log that is there. Gives the file, where the
/// pending frames begin, and the length.
pub(super) fn write_log(path: &Path, base: Base, contents: &Contents) -> Result<(File, u64, u64), SpoolError> {
    let mut head = encode(&Record::Base(base))?;
    for (key, digest) in &contents.state {
        head.extend(encode(&Record::State { key: key.clone(), digest: *digest })?);
    }
    let begin = bytes(head.len());
    let mut len = begin;
    let file = durable::replace_with(path, |file| {
        let mut writer = BufWriter::new(file);
        writer.write_all(&head)?;
        if let Some(first) = contents.pending.front() {
            let mut old = File::open(path)?;
            old.seek(SeekFrom::Start(*first))?;
            len += io::copy(&mut old.take(contents.len - first), &mut writer)?;
        }
        writer.flush()
    })?;
    Ok((file, begin, len))
}

/// Makes the mark durable.
pub(super) fn store_mark(folder: &Path, mark: Mark) -> Result<(), SpoolError> {
    let framed = frame::encode(&serde_json::to_vec(&mark)?).unwrap_or_default();
    Ok(durable::replace(&folder.join("mark"), &framed)?)
}

/// A record as a frame.
pub(super) fn encode(record: &Record) -> Result<Vec<u8>, SpoolError> {
    frame::encode(&serde_json::to_vec(record)?).ok_or_else(|| SpoolError::TooLarge {
        what: match record {
            Record::Base(_) => "its base".to_owned(),
            Record::State { key, .. } => format!("the state of rule {}", key.rule),
            Record::Transition(transition) => format!("a finding of rule {}", transition.change.key().rule),
        },
    })
}

/// Milliseconds of the wall clock, but always larger than the previous epoch, whatever the clock says. Seconds would not do: a
/// spool that is damaged within the second in which it was begun would count anew under the same number.
pub(super) fn next_epoch(now: Instant, previous: u64) -> u64 {
    u64::try_from(now.timestamp_millis()).unwrap_or(0).max(previous.saturating_add(1))
}
