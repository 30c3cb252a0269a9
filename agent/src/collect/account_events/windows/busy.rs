//! What is frequent on a busy server, where a few accounts fill the channel.
//!
//! So that those do not hide the others, what is asked for is asked again without the accounts that did it most, a few times. How
//! far back the last answer reaches is told.

use std::collections::BTreeSet;

use tenken_model::{Instant, Read, Reason, Span};

use super::query;
use crate::collect::Look;
use crate::collect::event_record::EventRecord;
use crate::host::windows_api::{EventQuery, Sid};

/// How often it is asked again at most.
const AGAIN_MAX: usize = 3;
/// So many of the accounts that did it most are left out each time: the event log takes some twenty terms in one query.
const BUSY: usize = 4;

/// Records that were found.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) records: Vec<EventRecord>,
    /// Since when every account that did so is among them.
    pub(super) since: Read<Option<Instant>>,
}

/// Asks for what `asked` makes of accounts to leave out, first `nobody`. `of` is the value that names whose a record is.
pub(super) fn read(
    look: &Look<'_>,
    (nobody, of): (&[&str], &str),
    asked: impl Fn(Vec<Sid>) -> EventQuery,
    (oldest, back, now): (Option<Instant>, Span, Instant),
) -> Result<Records, Reason> {
    let mut but: Vec<Sid> = nobody.iter().filter_map(|sid| sid.parse().ok()).collect();
    let mut told = Records { records: Vec::new(), since: Read::Measured(None) };
    let mut known = BTreeSet::new();
    for again in 0..=AGAIN_MAX {
        let found = match query(look, asked(but.clone()), back, now) {
            Ok(found) => found,
            // The event log may refuse so long a query; what it gave before counts.
            Err(_) if again > 0 => break,
            Err(reason) => return Err(reason),
        };
        told.since = found.reaches(oldest);
        let (more, busy) = (found.more, busiest(&found.records, of));
        let new: Vec<EventRecord> =
            found.records.into_iter().filter(|record| !known.contains(&(record.record, record.time))).collect();
        known.extend(new.iter().map(|record| (record.record, record.time)));
        told.records.extend(new);
        if !more || busy.is_empty() {
            break;
        }
        but.extend(busy);
    }
    Ok(told)
}

/// Who did it most, those first that were found first.
fn busiest(records: &[EventRecord], of: &str) -> Vec<Sid> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for sid in records.iter().filter_map(|record| record.value(of)) {
        match counts.iter_mut().find(|(known, _)| *known == sid) {
            Some((_, count)) => *count += 1,
            None => counts.push((sid, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().take(BUSY).filter_map(|(sid, _)| sid.parse().ok()).collect()
}
