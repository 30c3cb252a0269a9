//! Looking at a spool that is somebody else's now: nothing is locked, and nothing changed.

use std::fs::File;
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use tenken_model::{Instant, Size};

use super::files::MARK_BYTES;
use super::frame::{self, Next};
use super::recover::{Record, Recovered, recover};
use crate::durable::{self, DurableError};

/// What a spool holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// There is none yet.
    Fresh,
    /// It can be gone on with.
    Whole {
        /// How large its log is.
        size: Size,
        /// How many transitions are not acknowledged.
        waiting: usize,
        /// When the oldest of them was noticed; nothing where none waits.
        oldest: Option<Instant>,
    },
    /// The next agent that opens it begins a new one.
    Damaged(String),
}

/// Looks at the spool in a folder. What an agent writes at the same time may be missed.
pub fn look(folder: &Path) -> Result<Seen, DurableError> {
    let path = folder.join("log");
    let failed = |error| DurableError::from_io("read", &path, error);
    // The mark is read first: a log that is newer than its mark is whole, the other way round it is not.
    let mark = match durable::read(&folder.join("mark"), MARK_BYTES) {
        Err(DurableError::TooLarge { .. }) => Some(Vec::new()),
        read => read?,
    };
    let log = match File::open(&path) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let again = log.as_ref().map(File::try_clone).transpose().map_err(failed)?;
    match recover(mark.as_deref(), log.map(BufReader::new)).map_err(failed)? {
        Recovered::Fresh => Ok(Seen::Fresh),
        Recovered::Corrupt { why, .. } => Ok(Seen::Damaged(why)),
        Recovered::Whole(_, contents) => {
            let first = contents.pending.front().zip(again);
            let oldest = first.map(|(at, file)| noticed_at(file, *at)).transpose().map_err(failed)?.flatten();
            Ok(Seen::Whole { size: Size::from_bytes(contents.len), waiting: contents.pending.len(), oldest })
        }
    }
}

fn noticed_at(mut file: File, at: u64) -> io::Result<Option<Instant>> {
    file.seek(SeekFrom::Start(at))?;
    let Next::Frame(payload) = frame::next(&mut BufReader::new(file))? else { return Ok(None) };
    Ok(match serde_json::from_slice(&payload) {
        Ok(Record::Transition(transition)) => Some(transition.at),
        Ok(Record::Base(_) | Record::State { .. }) | Err(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use tenken_model::{Span, Verdict};

    use super::*;
    use crate::spool::Spool;
    use crate::state::{State, changes, tests::finding};

    #[test]
    fn a_spool_in_use_is_seen_as_it_is() {
        let scratch = tempfile::tempdir().unwrap();
        assert_eq!(look(scratch.path()).unwrap(), Seen::Fresh);
        let (mut spool, _) = Spool::open(scratch.path(), Size::from_bytes(1 << 20), Instant::UNIX_EPOCH).unwrap();
        assert!(matches!(look(scratch.path()).unwrap(), Seen::Whole { waiting: 0, oldest: None, .. }));
        for (rule, days) in [(1, 1), (2, 2)] {
            let found = finding(rule, None, Verdict::Fail, "");
            let found = [(found.key.clone(), found)].into_iter().collect();
            let at = Span::from_days(days).after(Instant::UNIX_EPOCH);
            spool.append(at, changes(&State::new(), &found)).unwrap();
        }
        let first = Span::from_days(1).after(Instant::UNIX_EPOCH);
        let seen = look(scratch.path()).unwrap();
        assert!(matches!(seen, Seen::Whole { waiting: 2, oldest: Some(at), .. } if at == first), "{seen:?}");
        let before = std::fs::read(scratch.path().join("log")).unwrap();
        std::fs::write(scratch.path().join("mark"), "x").unwrap();
        assert!(matches!(look(scratch.path()).unwrap(), Seen::Damaged(_)));
        assert_eq!(std::fs::read(scratch.path().join("log")).unwrap(), before);
    }
}
