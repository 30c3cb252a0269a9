//! What the rotation of logs does not explain: two looks at one log are compared.

use tenken_model::digest::Digest;
use tenken_model::fact::logs::{LogLoss, LogLossKind};
use tenken_model::{Instant, Size, Span};

use super::memory::{ChannelMark, CopyMark, FileMark, FileState, Head, JournalMark, JournalPart, LogMemory, Mark};

/// For how long a loss is told.
const TOLD_FOR: Span = Span::from_days(30);
/// The most losses that are kept, the newest.
pub const LOSSES_MAX: usize = 100;

/// The fewest bytes of a compressed file that holds something, of every format.
const COMPRESSED_MIN: u64 = 10;

/// Compares what is remembered with what is there now, and adds what was lost. What is there now becomes what is remembered.
/// `kept_for` is the journal's limit in time.
#[must_use]
pub fn compare(before: &LogMemory, mut now: LogMemory, at: Instant, kept_for: Option<Span>) -> LogMemory {
    // What was noticed while the clock was ahead is told from now on.
    let noticed = before.losses.iter().cloned().map(|loss| LogLoss { noticed_at: loss.noticed_at.min(at), ..loss });
    let mut losses: Vec<LogLoss> = noticed.filter(|loss| Span::between(loss.noticed_at, at) < TOLD_FOR).collect();
    // By a clock that was ahead since then records were old enough to be deleted.
    let latest = before.seen_at.map_or(at, |seen| seen.max(at));
    for (log, mark) in &before.logs {
        let kind = match (mark, now.logs.get(log)) {
            (Mark::File(file), Some(Mark::File(now))) => of_file(file, now),
            (Mark::Journal(journal), Some(Mark::Journal(now))) => of_journal(journal, now, latest, kept_for),
            (Mark::Channel(channel), Some(Mark::Channel(now))) => of_channel(channel, now),
            // What was not looked at now is not judged.
            _ => None,
        };
        if let Some(kind) = kind {
            losses.push(LogLoss {
                log: log.clone(),
                kind,
                noticed_at: at,
                last_seen: before.seen_at.unwrap_or(at),
                last_size: Size::from_bytes(mark.size()),
                reinstalled: before.machine != now.machine,
                restarted: before.boot != now.boot,
            });
        }
    }
    let surplus = losses.len().saturating_sub(LOSSES_MAX);
    losses.drain(..surplus);
    now.losses = losses;
    now.since = Some(before.since.unwrap_or(at));
    now.seen_at = Some(at);
    // Of what is not there any more nothing needs to be remembered.
    let is_there = |mark: &Mark| !matches!(mark, Mark::File(file) if file.file.is_none() && file.copies.is_empty());
    let looked_at: Vec<String> = now.logs.keys().cloned().collect();
    now.logs.retain(|_, mark| is_there(mark));
    // A log that could not be looked at is compared later with what it was.
    for (log, mark) in before.logs.iter().filter(|(log, _)| !looked_at.contains(log)) {
        now.logs.insert(log.clone(), mark.clone());
    }
    now
}

/// What happened to a channel. Its numbers only grow, also when the oldest records go; one that has none any more, or begins to
/// count anew, was cleared or is another. That its service puts the number on when it is cleared leaves the record of that.
fn of_channel(before: &ChannelMark, now: &ChannelMark) -> Option<LogLossKind> {
    let is_empty = |mark: &ChannelMark| mark.oldest == 0;
    if is_empty(before) {
        return None;
    }
    (is_empty(now) || now.newest < before.newest || now.oldest < before.oldest).then_some(LogLossKind::Shortened)
}

/// What happened to a file.
fn of_file(before: &FileMark, now: &FileMark) -> Option<LogLossKind> {
    let lost = before.file.as_ref().filter(|file| file.size > 0).and_then(|file| {
        let unexplained = |kind| (!put_aside(file, before, now)).then_some(kind);
        let Some(present) = &now.file else { return unexplained(LogLossKind::Gone) };
        let begins_alike = begins_alike(file, present);
        if file.identity.is(present.identity) || file.identity.inode == 0 && begins_alike == Some(true) {
            if present.size < file.size {
                return unexplained(LogLossKind::Shortened);
            }
            return if begins_alike == Some(false) { unexplained(LogLossKind::Rewritten) } else { None };
        }
        if begins_alike == Some(true) && present.size >= file.size {
            return None;
        }
        unexplained(LogLossKind::Replaced)
    });
    lost.or_else(|| copies_lost(before, now).then_some(LogLossKind::CopiesGone))
}

/// Copies went, or became shorter, for another reason than their number or age.
fn copies_lost(before: &FileMark, now: &FileMark) -> bool {
    if now.copies_go || before.copies_go {
        return false;
    }
    let kept = now.copies_kept.map_or(before.copies.len(), |kept| kept.min(before.copies.len()));
    if now.copies.len() < kept {
        return true;
    }
    let is_same_log = match (&before.file, &now.file) {
        (Some(before), Some(now)) => before.identity.is(now.identity) && now.size >= before.size,
        _ => false,
    };
    // Nothing was put aside: what is not there any more was compressed, or was one too many already.
    let missing =
        before.copies.iter().filter(|copy| copy.size > 0 && !now.copies.iter().any(|now| is_still(copy, now)));
    let begun = now.copies.iter().filter(|copy| is_whole_and_compressed(copy) && !is_known(copy, &before.copies));
    is_same_log && missing.count() > begun.count() + (before.copies.len() - kept)
}

/// A copy is there as it was. One that was just put aside may still be written.
fn is_still(before: &CopyMark, now: &CopyMark) -> bool {
    if before.identity.inode != 0 && before.identity == now.identity {
        now.size >= before.size
    } else {
        // As after the folder was copied to another disk.
        before.name == now.name && before.size == now.size
    }
}

/// A copy was there before. Its number may be that of one that was deleted, and its name and size those of the one before it.
fn is_known(copy: &CopyMark, before: &[CopyMark]) -> bool {
    before.iter().any(|known| {
        if known.identity.inode != 0 && copy.identity.inode != 0 {
            known.identity == copy.identity && known.size == copy.size
        } else {
            known.name == copy.name && known.size == copy.size
        }
    })
}

/// A copy is there that may be what the file was: the file itself under another name, or a new one that is compressed or at
/// least as long.
fn put_aside(file: &FileState, before: &FileMark, now: &FileMark) -> bool {
    // Where none is to be kept, the log itself is deleted when it is its time.
    now.copies_kept == Some(0) && before.copies_kept == Some(0)
        || now.copies.iter().any(|copy| {
            let long_enough = copy.size >= file.size;
            let is_file = copy.identity.is(file.identity) && long_enough;
            is_file || !is_known(copy, &before.copies) && (long_enough || is_whole_and_compressed(copy))
        })
}

/// Nothing is compressed to less than that.
fn is_whole_and_compressed(copy: &CopyMark) -> bool {
    copy.size >= COMPRESSED_MIN && is_compressed(&copy.name)
}

/// Whether a copy is compressed, by its name.
pub fn is_compressed(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ["gz", "xz", "bz2", "zst", "lz4", "lzma", "Z"].contains(&ending))
}

/// Whether a file begins as it did; nothing where it cannot be told.
fn begins_alike(before: &FileState, now: &FileState) -> Option<bool> {
    let (before, now) = (before.head.as_ref()?, now.head.as_ref()?);
    if before.length == 0 {
        return None;
    }
    // What is shorter now begins otherwise.
    Some(now.bytes.get(..before.length).is_some_and(|bytes| hexadecimal(bytes) == before.digest))
}

/// The beginning of a file.
pub fn head(bytes: &[u8]) -> Head {
    Head { length: bytes.len(), digest: hexadecimal(bytes), bytes: bytes.to_vec() }
}

fn hexadecimal(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

/// What happened to the journal. journald deletes the oldest files first, and not more at once than makes room. Which is older is
/// told by the numbers of their records, which go on when the clock was set back; only between journals the times tell.
fn of_journal(before: &JournalMark, now: &JournalMark, at: Instant, kept_for: Option<Span>) -> Option<LogLossKind> {
    let gone: Vec<_> = before.parts.iter().filter(|part| now.parts.iter().all(|there| there.id != part.id)).collect();
    let expired = |newest: Instant| kept_for.is_some_and(|limit| Span::between(newest, at) >= limit);
    let gone: Vec<_> = gone.into_iter().filter(|part| !part.broken && !expired(part.newest)).collect();
    if gone.is_empty() {
        return None;
    }
    if now.parts.is_empty() {
        return Some(LogLossKind::Gone);
    }
    let older_is_left = |gone: &JournalPart| {
        let was_aside = |id: &str| before.parts.iter().any(|part| part.id == id && part.archived && !part.broken);
        now.parts.iter().any(|part| is_older(part, gone) && was_aside(&part.id))
    };
    if gone.iter().any(|part| older_is_left(part)) {
        return Some(LogLossKind::CopiesGone);
    }
    let fell = now.size().saturating_mul(2) < before.size();
    fell.then_some(LogLossKind::Shortened)
}

fn is_older(one: &JournalPart, other: &JournalPart) -> bool {
    let numbered = one.number > 0 && other.number > 0 && !one.numbers.is_empty() && one.numbers == other.numbers;
    if numbered { one.number < other.number } else { one.oldest < other.oldest }
}

#[cfg(test)]
mod tests;
