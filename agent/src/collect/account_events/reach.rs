//! How far back it is told what happened, over all places that tell it.

use std::cmp::Reverse;

use tenken_model::fact::account_events::{EventLog, SignInWay};
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use super::MESSAGES;
use super::event::{Attempt, Event, What};
use super::fold::LATELY;
use super::merge::Covered;
use super::names::{day, next_hour};
use super::places::Reading;

/// A place that ended so long before another begins is taken to reach it: on most hosts something is written every hour.
const HOLE_MAX: Span = Span::from_secs(2 * 3_600);
/// A record that ended so long ago is not taken to go on: even where nobody works something is written every day.
const STILL_WRITTEN: Span = Span::from_secs(26 * 3_600);
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

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Passwords and changes of accounts, which are few.
    Rare,
    /// All else.
    Frequent,
}

impl Of {
    const fn covered(self, reading: &Reading) -> Option<Covered> {
        match self {
            Self::Rare => reading.told.rare,
            Self::Frequent => reading.told.frequent,
        }
    }

    const fn is_cut(self, reading: &Reading) -> bool {
        match self {
            Self::Rare => reading.log.cut,
            Self::Frequent => reading.uses_cut,
        }
    }

    /// Since when all of it is in a place. Where the beginning is cut off it moves all the time, which is no news.
    fn whole(self, reading: &Reading) -> Option<Covered> {
        let covered = self.covered(reading)?;
        Some(if self.is_cut(reading) { Covered { from: next_hour(covered.from), ..covered } } else { covered })
    }
}

impl<'a> Places<'a> {
    fn telling(&self) -> impl Iterator<Item = &'a Reading> {
        self.journal.into_iter().chain(self.messages)
    }

    /// Since when all of a kind is told; nothing where nothing was ever recorded, and a reason where that cannot be known.
    pub(super) fn since(&self, of: Of, now: Instant) -> Read<Option<Instant>> {
        let places: Vec<Covered> = self.telling().filter_map(|reading| of.whole(reading)).collect();
        // What could not be read may go on where the others ended.
        if let Some(reason) = self.unread()
            && !self.reach(&places, now)
        {
            return Read::NotRead(reason);
        }
        if places.is_empty() && self.telling().next().is_none() {
            return Read::NotRead(nothing_is_there());
        }
        Read::Measured(begin(places))
    }

    /// Since when all sign-ins that failed are counted, of those lately.
    pub(super) fn counted_since(&self, now: Instant) -> Read<Instant> {
        let window = day(Span::from_millis(-LATELY.millis()).after(now));
        let places: Vec<Covered> = self.telling().filter_map(|reading| Of::Frequent.whole(reading)).collect();
        match self.since(Of::Frequent, now) {
            Read::NotRead(reason) => return Read::NotRead(reason),
            // They may have been cleared.
            Read::Measured(None) => return Read::NotRead(nothing_is_on_record()),
            Read::Measured(Some(_)) => {}
        }
        let by_failed = self.failed.filter(|failed| self.is_written(failed));
        let by_failed = by_failed.and_then(|failed| Of::Frequent.whole(failed)).map(|covered| covered.from);
        let is_whole = self.reach(&places, now);
        let counted = begin(places).filter(|_| is_whole).into_iter().chain(by_failed).min();
        match counted {
            Some(counted) => Read::Measured(counted.max(window)),
            None => Read::NotRead(self.unread().unwrap_or_else(nothing_is_written)),
        }
    }

    /// The programs of this host write there: the last sign-in that failed by the other places is in it, too.
    fn is_written(&self, failed: &Reading) -> bool {
        let is_failed =
            |event: &&Event| matches!(&event.what, What::Failed { way: SignInWay::Ssh, attempt: Attempt::Failed, .. });
        let events = self.telling().flat_map(|reading| &reading.told.events);
        let last = events.filter(is_failed).map(|event| event.at).max();
        last.is_none_or(|last| failed.told.frequent.is_some_and(|covered| last <= SAME_WITHIN.after(covered.until)))
    }

    /// They go on until now. Where another could not be read, that may be the one that does.
    fn reach(&self, places: &[Covered], now: Instant) -> bool {
        let within = if self.unread().is_some() { HOLE_MAX } else { STILL_WRITTEN };
        places.iter().any(|covered| now <= within.after(covered.until))
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

fn nothing_is_on_record() -> Reason {
    Reason::new(ReasonCode::Missing, "count sign-ins that failed: the logs are there, but nothing is in them")
}

fn nothing_is_written() -> Reason {
    let detail = format!("count sign-ins that failed: nothing has been written to the logs for {STILL_WRITTEN}");
    Reason::new(ReasonCode::Stale, detail)
}

/// How far back they reach without a hole, from the one that was written last.
pub(super) fn begin(mut places: Vec<Covered>) -> Option<Instant> {
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
