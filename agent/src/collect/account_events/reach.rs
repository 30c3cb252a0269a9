//! How far back it is told what happened, over all places that tell it.

use std::cmp::Reverse;

use tenken_model::fact::account_events::{EventLog, SignInWay};
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::event::{Attempt, Event, What};
use super::fold::LATELY;
use super::merge::{Covered, Told};
use super::names::{day, hour};
use super::places::Reading;
use super::{MESSAGES, told_since};

/// A place that ended so long before another begins is taken to reach it: on most hosts something is written every hour.
const HOLE_MAX: Span = Span::from_secs(2 * 3_600);
/// Two records of one event may differ by so much.
const SAME_WITHIN: Span = Span::from_secs(10);

/// What places tell, by kind.
pub(super) struct Places<'a> {
    /// The journal.
    pub(super) journal: Option<&'a Reading>,
    /// Messages in files.
    pub(super) messages: &'a [Reading],
    /// btmp.
    pub(super) failed: Option<&'a Reading>,
}

impl<'a> Places<'a> {
    fn telling(&self) -> impl Iterator<Item = &'a Reading> {
        self.journal.into_iter().chain(self.messages)
    }

    /// Since when all of a kind is told; nothing where nothing was ever recorded, and a reason where that cannot be known.
    pub(super) fn since(&self, of: fn(&Told) -> Option<Covered>, now: Instant) -> Read<Option<Instant>> {
        let begin = begin(self.telling().filter_map(|reading| of(&reading.told)).collect());
        // What could not be read may hold more, unless all that is told at all was read elsewhere.
        if let Some(reason) = self.unread()
            && begin.is_none_or(|begin| begin > told_since(now))
        {
            return Read::NotRead(reason);
        }
        if begin.is_none() && self.telling().next().is_none() {
            return Read::NotRead(nothing_is_there());
        }
        // Where the beginning is cut off it moves all the time, which is no news.
        let cut = self.telling().any(|reading| reading.log.cut);
        Read::Measured(begin.map(|begin| if cut { hour(begin) } else { begin }))
    }

    /// Since when all sign-ins that failed lately are counted.
    pub(super) fn counted_since(&self, now: Instant) -> Read<Instant> {
        let window = day(Span::from_millis(-LATELY.millis()).after(now));
        let is_read = |reading: &&Reading| matches!(reading.log.from, Read::Measured(_));
        let mut read = self.telling().filter(is_read).peekable();
        if read.peek().is_none() {
            return Read::NotRead(self.unread().unwrap_or_else(nothing_is_there));
        }
        // A log of which nothing was left out has all that was recorded, however young it is.
        let counted: Vec<Covered> = read
            .filter_map(|reading| {
                let Covered { from, until } = reading.told.frequent?;
                Some(Covered { from: if reading.uses_cut { from } else { from.min(window) }, until })
            })
            .collect();
        let nothing_is_recorded = counted.is_empty();
        let by_failed = self.failed.filter(is_read).filter(|failed| self.is_written(failed)).map(|failed| {
            let from = failed.told.frequent.map_or(window, |covered| covered.from);
            if failed.uses_cut { from } else { from.min(window) }
        });
        let counted = begin(counted).into_iter().chain(by_failed).min();
        if nothing_is_recorded || counted.is_some_and(|counted| counted <= window) {
            return Read::Measured(window);
        }
        let detail = format!(
            "count sign-ins that failed in {} days: the logs hold more than is read",
            LATELY.millis() / 86_400_000
        );
        Read::NotRead(Reason::new(ReasonCode::TooLarge, detail))
    }

    /// The programs of this host write there: the last sign-in that failed by the other places is in it, too.
    fn is_written(&self, failed: &Reading) -> bool {
        let is_failed =
            |event: &&Event| matches!(&event.what, What::Failed { way: SignInWay::Ssh, attempt: Attempt::Failed, .. });
        let events = self.telling().flat_map(|reading| &reading.told.events);
        let last = events.filter(is_failed).map(|event| event.at).max();
        last.is_none_or(|last| failed.told.frequent.is_some_and(|covered| last <= SAME_WITHIN.after(covered.until)))
    }

    fn unread(&self) -> Option<Reason> {
        self.telling().find_map(|Reading { log: EventLog { from, .. }, .. }| match from {
            Read::NotRead(reason) => Some(reason.clone()),
            Read::Measured(_) => None,
        })
    }
}

fn nothing_is_there() -> Reason {
    let detail = format!("read {}, and the journal: none of them is there", MESSAGES.join(" and "));
    Reason::new(ReasonCode::Missing, detail)
}

/// How far back they reach without a hole, from the one that was written last.
fn begin(mut places: Vec<Covered>) -> Option<Instant> {
    places.sort_by_key(|covered| Reverse(covered.until));
    places.into_iter().fold(None, |begin, covered| match begin {
        Some(begin) if HOLE_MAX.after(covered.until) < begin => Some(begin),
        Some(begin) => Some(covered.from.min(begin)),
        None => Some(covered.from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_as_far_as_it_reaches_the_next_one() {
        let at = |hours: i64| Span::from_secs(hours * 3_600).after(Instant::UNIX_EPOCH);
        let of = |places: &[(i64, i64)]| {
            begin(places.iter().map(|(from, until)| Covered { from: at(*from), until: at(*until) }).collect())
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(1, 50), (90, 100)]), Some(at(90)), "a hole of forty hours");
        assert_eq!(of(&[(90, 100), (1, 89)]), Some(at(1)));
        assert_eq!(of(&[(90, 100), (40, 89), (1, 39)]), Some(at(1)));
        assert_eq!(of(&[(90, 100), (40, 80), (1, 39)]), Some(at(90)));
        assert_eq!(of(&[(1, 100), (90, 95)]), Some(at(1)));
    }
}
