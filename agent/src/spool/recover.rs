//! What a spool's two files say after the agent or the machine was stopped at any moment. Pure.
//!
//! The mark says how far numbers have been given out. The log holds a base (the state up to some
//! number) and transitions. A number is given out in this order: transition into the log, synced;
//! mark, synced; only then may the transition leave the host. So a log that reaches further than the
//! mark was interrupted, and its tail may be cut; one that reaches less far has lost what may have
//! been sent, and its numbers must not be used again.

use std::collections::VecDeque;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use tenken_model::digest::Digest;
use tenken_model::{FindingKey, Transition};

use super::frame::{self, Next};
use crate::state::{self, State};

/// How far numbers were given out and acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Which numbering.
    pub epoch: u64,
    /// The last number given out.
    pub counted: u64,
    /// The last number the dashboard has stored.
    pub acknowledged: u64,
}

/// The first record of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Which numbering.
    pub epoch: u64,
    /// The last number contained in the state that follows.
    pub state_seq: u64,
    /// How many records of the state follow.
    pub states: usize,
    /// Transitions that were folded into the state unsent.
    pub folded: u64,
    /// Transitions up to this number can only be sent as a snapshot.
    pub snapshot_up_to: Option<u64>,
}

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// Comes first, once.
    Base(Base),
    /// A finding of the base's state.
    State {
        /// Which one.
        key: FindingKey,
        /// Its digest.
        digest: Digest,
    },
    /// A transition. Those up to the base's `state_seq` are in its state already and only wait to be sent.
    Transition(Transition),
}

/// A log that can be gone on with.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents {
    /// Its first record.
    pub base: Base,
    /// The state after the last transition.
    pub state: State,
    /// The last transition's number.
    pub last_seq: u64,
    /// Where the frames of the transitions begin that are not acknowledged, in order; the last one is `last_seq`.
    pub pending: VecDeque<u64>,
    /// Bytes up to the end of the last whole frame.
    pub len: u64,
    /// What follows is an interrupted frame.
    pub torn: bool,
}

/// What the two files say together.
#[derive(Debug, Clone, PartialEq)]
pub enum Recovered {
    /// There is no spool yet.
    Fresh,
    /// It can be gone on with.
    Whole(Mark, Contents),
    /// Its numbers cannot be trusted: begin an epoch larger than `previous`.
    Corrupt {
        /// The largest epoch seen.
        previous: u64,
        /// What is wrong, for the log.
        why: String,
    },
}

/// Reads mark and log as they were found. Errors are those of the reader.
pub fn recover(mark: Option<&[u8]>, log: Option<impl Read>) -> io::Result<Recovered> {
    let parsed = mark.map(parse_mark);
    let read = log.map(read_log).transpose()?;
    let mark_epoch = parsed.iter().flatten().map(|mark| mark.epoch);
    let log_epoch = read.iter().filter_map(|(epoch, _)| *epoch);
    let previous = mark_epoch.chain(log_epoch).max().unwrap_or(0);
    let corrupt = |why: &str| Ok(Recovered::Corrupt { previous, why: why.to_owned() });
    let (mark, mut contents) = match (parsed, read) {
        (None, None) => return Ok(Recovered::Fresh),
        (None, Some(_)) => return corrupt("its mark is missing"),
        (Some(_), None) => return corrupt("its log is missing"),
        (Some(None), Some(_)) => return corrupt("its mark is damaged"),
        (Some(Some(_)), Some((_, Err(why)))) => return corrupt(why),
        (Some(Some(mark)), Some((_, Ok(contents)))) => (mark, contents),
    };
    if mark.epoch != contents.base.epoch {
        return corrupt("its mark and its log are of different epochs");
    }
    if contents.last_seq < mark.counted || mark.acknowledged > mark.counted {
        return corrupt("its log ends before the last number that was given out");
    }
    let last = contents.last_seq;
    let covered = u64::try_from(contents.pending.len()).unwrap_or(u64::MAX);
    let from = mark.acknowledged.max(contents.base.snapshot_up_to.unwrap_or(0));
    if last.saturating_sub(from) > covered {
        return corrupt("transitions that were not acknowledged are gone");
    }
    while contents.pending_from().is_some_and(|first| first <= mark.acknowledged) {
        contents.pending.pop_front();
    }
    Ok(Recovered::Whole(mark, contents))
}

impl Contents {
    /// The number of the first transition that waits.
    fn pending_from(&self) -> Option<u64> {
        let waiting = u64::try_from(self.pending.len()).ok().filter(|waiting| *waiting > 0)?;
        self.last_seq.checked_sub(waiting - 1)
    }
}

fn parse_mark(bytes: &[u8]) -> Option<Mark> {
    let mut reader = bytes;
    match frame::next(&mut reader).ok()? {
        Next::Frame(payload) if reader.is_empty() => serde_json::from_slice(&payload).ok(),
        Next::Frame(_) | Next::End | Next::Torn => None,
    }
}

/// The epoch, if the base could be read, and the contents or what is wrong with them.
type ReadLog = (Option<u64>, Result<Contents, &'static str>);

fn read_log(mut log: impl Read) -> io::Result<ReadLog> {
    let mut len = 0;
    let Some(Record::Base(base)) = record(&mut log, &mut len)? else {
        return Ok((None, Err("its log does not begin with a base")));
    };
    let mut state = State::new();
    for _ in 0..base.states {
        match record(&mut log, &mut len)? {
            Some(Record::State { key, digest }) => state.insert(key, digest),
            _ => return Ok((Some(base.epoch), Err("the state in its log is damaged"))),
        };
    }
    let mut contents = Contents { base, state, last_seq: 0, pending: VecDeque::new(), len, torn: false };
    loop {
        let begin = len;
        match frame::next(&mut log)? {
            Next::End => break,
            Next::Torn => {
                contents.torn = true;
                break;
            }
            Next::Frame(payload) => {
                len += frame_bytes(payload.len());
                let Ok(Record::Transition(transition)) = serde_json::from_slice(&payload) else {
                    return Ok((Some(base.epoch), Err("its log holds something else than transitions")));
                };
                let expected = match contents.pending.back() {
                    Some(_) => contents.last_seq.checked_add(1) == Some(transition.seq),
                    None => (1..=base.state_seq.saturating_add(1)).contains(&transition.seq),
                };
                if !expected {
                    return Ok((Some(base.epoch), Err("the numbers in its log have a gap")));
                }
                if transition.seq > base.state_seq {
                    state::apply(&mut contents.state, &transition.change);
                }
                contents.pending.push_back(begin);
                contents.last_seq = transition.seq;
                contents.len = len;
            }
        }
    }
    if contents.pending.is_empty() {
        contents.last_seq = base.state_seq;
    } else if contents.last_seq < base.state_seq {
        return Ok((Some(base.epoch), Err("transitions at the end of its log are gone")));
    }
    Ok((Some(base.epoch), Ok(contents)))
}

/// A whole record; `None` at the end and where there is none.
fn record(log: &mut impl Read, len: &mut u64) -> io::Result<Option<Record>> {
    let Next::Frame(payload) = frame::next(log)? else { return Ok(None) };
    *len += frame_bytes(payload.len());
    Ok(serde_json::from_slice(&payload).ok())
}

/// The bytes a payload takes in the file.
fn frame_bytes(payload: usize) -> u64 {
    u64::try_from(payload.saturating_add(frame::HEADER_BYTES)).unwrap_or(u64::MAX)
}
