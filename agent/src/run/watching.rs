//! Watching what collectors looked at, and saying once what cannot be watched.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::Topic;

use crate::collect::Wake;
use crate::host::events::Unwatched;
use crate::host::live::Events;
use crate::schedule::Schedule;

/// The source of events.
pub struct Watching {
    events: Events,
    watched: BTreeSet<Wake>,
    unwatched: Vec<Unwatched>,
    said: BTreeSet<(Topic, String)>,
}

impl Watching {
    /// Watches nothing yet.
    pub fn new(events: Events) -> Self {
        Self { events, watched: BTreeSet::new(), unwatched: Vec::new(), said: BTreeSet::new() }
    }

    /// Watches what the schedule wants, and the clock, whose steps concern all. Returns what was not watched before:
    /// it may have changed since it was looked at. Mostly that is nothing, and what cannot be watched is tried again.
    pub async fn watch(&mut self, schedule: &mut Schedule) -> Vec<Wake> {
        let anew = schedule.watched_anew();
        let changed = anew.is_some();
        let mut fresh = Vec::new();
        if let Some(mut wakes) = anew {
            wakes.insert(Wake::ClockStep);
            fresh.extend(wakes.difference(&self.watched).cloned());
            self.watched = wakes;
        }
        let unwatched = self.events.watch(self.watched.clone()).await;
        if !changed && unwatched == self.unwatched {
            return fresh;
        }
        let reasons = reasons(schedule, &unwatched);
        self.unwatched = unwatched;
        self.said.retain(|reason| reasons.contains_key(reason));
        for ((topic, why), places) in reasons {
            if self.said.insert((topic, why.clone())) {
                tracing::warn!(topic = topic.name(), places, why, "some changes are only noticed by the timer");
            }
        }
        fresh
    }

    /// See [`Events::next`].
    pub async fn next(&mut self) -> Vec<Wake> {
        self.events.next().await
    }
}

/// Why topics are not woken by everything they rest on, with the number of places. The places themselves are left
/// out: a path may hold a person's name.
fn reasons(schedule: &Schedule, unwatched: &[Unwatched]) -> BTreeMap<(Topic, String), usize> {
    let mut reasons = BTreeMap::new();
    for Unwatched { wake, why } in unwatched {
        let why = match wake {
            Wake::Path(_) => why.rsplit(": ").next().unwrap_or_default(),
            Wake::NeighbourEvents
            | Wake::ProcessExit(_)
            | Wake::ClockStep
            | Wake::BusProperty(_)
            | Wake::Registry(_)
            | Wake::RegistryValues(_)
            | Wake::EventChannel(_) => why,
        };
        for topic in schedule.watching(wake) {
            *reasons.entry((topic, why.to_owned())).or_insert(0) += 1;
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::schedule::Pace;

    #[test]
    fn reasons_are_counted_by_topic_and_name_no_place() {
        let mut schedule = Schedule::new(Pace::default(), Duration::from_mins(1), 1);
        let wakes: Vec<Wake> =
            ["/home/hanako/.ssh", "/home/taro/.ssh"].iter().map(|path| Wake::Path((*path).into())).collect();
        schedule.began(Topic::Accounts, Duration::ZERO);
        schedule.ended(Topic::Accounts, Duration::ZERO, Duration::ZERO, Some(wakes.iter().cloned().collect()));
        let unwatched: Vec<Unwatched> = wakes
            .into_iter()
            .map(|wake| Unwatched { wake, why: "watch /home/x/.ssh: this file system does not tell".to_owned() })
            .collect();
        let found = reasons(&schedule, &unwatched);
        let key = (Topic::Accounts, "this file system does not tell".to_owned());
        assert_eq!(found, BTreeMap::from([(key, 2)]));
    }
}
