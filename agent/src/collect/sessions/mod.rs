//! Who was signed in to this host, by the records of sessions that systems keep.

pub mod list;
pub mod logind;
pub mod past;
pub mod place;
mod places;
pub mod windows;
#[cfg(test)]
mod written;
pub mod wtmpdb;

use tenken_model::fact::sessions::Sessions;
use tenken_model::observation::Outcome;
use tenken_model::{Read, ReasonCode};

use self::places::Places;
use super::{Look, Needs};

/// The sessions of this host. Several records of one session count once.
///
/// What could not be read is said, and what was is told nevertheless: a session that is on record took place.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Sessions> {
    let places = Places::read(look, needs.now);
    let (entries, too_many) = places.list.finish(needs.now);
    let left_out = i64::try_from(too_many).unwrap_or(i64::MAX).saturating_add(places.passed_over);
    let unread = places.past_unread.as_ref().or(places.present_unread.as_ref());
    let complete = match unread {
        Some(reason) => Read::NotRead(reason.clone()),
        None if places.since.is_some() => Read::Measured(left_out == 0),
        // Not even a start of the machine: nobody writes them, as in a container.
        None if places.is_kept => {
            Read::not_read(ReasonCode::Inconclusive, "look for sessions: their records are empty")
        }
        None => Read::not_read(ReasonCode::Missing, "look for sessions: neither wtmp nor wtmpdb is kept"),
    };
    let since = places.past_unread.map_or(Ok(places.since), Err).into();
    Outcome::Known(Sessions { entries, since, complete, left_out })
}

#[cfg(test)]
mod tests;
