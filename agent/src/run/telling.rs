//! Which facts to tell the dashboard, and when. Pure: time is an argument.
//!
//! A heartbeat carries the digest of what the dashboard is to have of each topic that it keeps, and its answer says what
//! it lacks. That alone brings every fact there, whatever died on the way, and nothing is to be kept on disk for it. What
//! changed since the dashboard was last known to have it goes along at once, without being asked for.
//!
//! What changes all the time is offered seldom, and what changes at once only some times in a row.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tenken_model::digest::Digest;
use tenken_model::fact::{AnyObservation, KeptFact};
use tenken_model::observation::Outcome;
use tenken_model::report::{REPORT_BYTES_MAX, Report};
use tenken_model::{Facts, Topic};

use crate::schedule::Uptime;

/// What changes all the time is offered this often.
const SELDOM: Duration = Duration::from_hours(1);
/// What else changes is offered at once, in the long run this often.
const EVERY: Duration = Duration::from_mins(10);
/// And so many times in a row.
const AT_ONCE: u32 = 6;
/// What was sent and did not arrive as it was, or was refused, is sent again after this.
const AGAIN_AFTER: Duration = Duration::from_mins(10);

/// What the dashboard is to have, and what it has.
#[derive(Debug, Default)]
pub struct Telling {
    topics: BTreeMap<Topic, Told>,
    /// The dashboard said that it keeps facts.
    keeps: bool,
}

/// As much of an observation as is needed to see what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    digest: Digest,
    /// What is told at once when it is new, of a topic that otherwise changes all the time.
    news: BTreeSet<String>,
}

#[derive(Debug)]
struct Told {
    /// What was read last.
    newest: Version,
    /// What the dashboard is to have.
    offered: Version,
    offered_at: Uptime,
    /// When the newest is to be offered; nothing while it is.
    due: Option<Uptime>,
    /// The moment from which on nothing has to wait: each offer moves it on by [`EVERY`].
    free_at: Uptime,
    /// What the dashboard has, as far as is known.
    known: Option<Digest>,
    /// The dashboard lacks what was offered.
    wanted: bool,
    /// What was sent last, and when.
    sent: Option<(Digest, Uptime)>,
    /// What the heartbeat said that is on its way.
    said: Option<Digest>,
}

impl Told {
    fn first(version: Version, now: Uptime) -> Self {
        Self {
            offered: version.clone(),
            newest: version,
            offered_at: now,
            due: None,
            free_at: now,
            known: None,
            wanted: false,
            sent: None,
            said: None,
        }
    }

    fn read(&mut self, newest: Version, seldom: bool) {
        self.newest = newest;
        let at_once = !seldom || !self.newest.news.is_subset(&self.offered.news);
        let due = if at_once {
            self.free_at.saturating_add(EVERY).saturating_sub(EVERY * AT_ONCE)
        } else {
            self.offered_at.saturating_add(SELDOM)
        };
        self.due = (self.newest.digest != self.offered.digest).then_some(due);
    }

    /// Offers the newest if its time has come.
    fn offer_if_due(&mut self, now: Uptime) -> bool {
        let is_due = self.due.is_some_and(|due| due <= now);
        if is_due {
            self.offer(now);
        }
        is_due
    }

    fn offer(&mut self, now: Uptime) {
        self.due = None;
        if self.offered != self.newest {
            self.offered = self.newest.clone();
            self.offered_at = now;
            self.free_at = self.free_at.max(now).saturating_add(EVERY);
        }
    }

    fn is_to_be_sent(&self, now: Uptime) -> bool {
        let lacks = self.wanted || self.known.is_some_and(|known| known != self.offered.digest);
        let just_sent =
            self.sent.is_some_and(|(sent, at)| sent == self.offered.digest && now.saturating_sub(at) < AGAIN_AFTER);
        lacks && !just_sent
    }
}

impl Telling {
    /// Takes an observation. True if a report is to be made for it.
    pub fn observed(&mut self, observation: &AnyObservation, now: Uptime) -> bool {
        let topic = observation.topic();
        let Some(seldom) = changes_all_the_time(topic) else { return false };
        let Ok(fact) = KeptFact::of(observation) else { return false };
        let version = Version { digest: fact.digest(), news: news(observation) };
        let Some(told) = self.topics.get_mut(&topic) else {
            // The first report comes by itself, and with it what the dashboard lacks.
            self.topics.insert(topic, Told::first(version, now));
            return false;
        };
        told.read(version, seldom);
        told.offer_if_due(now) && self.keeps
    }

    /// Adds to a report what the dashboard is to have, and what it lacks as far as it fits. `facts` are those that were
    /// observed.
    pub fn tell(&mut self, report: &mut Report, facts: &Facts, now: Uptime) {
        for (topic, told) in &mut self.topics {
            told.offer_if_due(now);
            let fact = facts.observation(*topic).filter(|_| self.keeps && told.is_to_be_sent(now));
            if let Some(Ok(fact)) = fact.as_ref().map(KeptFact::of) {
                // Where something is sent, it is the newest.
                told.offer(now);
                told.sent = Some((fact.digest(), now));
                report.facts.insert(topic.name().to_owned(), fact.into_wire());
            }
            told.said = Some(told.offered.digest);
            report.heartbeat.facts.insert(topic.name().to_owned(), told.offered.digest);
        }
        let fits = || serde_json::to_vec(&*report).is_ok_and(|body| body.len() <= REPORT_BYTES_MAX);
        if !report.facts.is_empty() && !fits() {
            report.facts.clear();
            for told in self.topics.values_mut() {
                told.sent = None;
            }
        }
    }

    /// Takes the answer to that report: the topics that the dashboard lacks. True if another report is to be made for
    /// them.
    pub fn answered(&mut self, wanted: Option<&[String]>, now: Uptime) -> bool {
        self.keeps = wanted.is_some();
        let Some(wanted) = wanted else { return false };
        for (topic, told) in &mut self.topics {
            if let Some(said) = told.said.take() {
                told.wanted = wanted.iter().any(|name| name == topic.name());
                told.known = (!told.wanted).then_some(said);
            }
        }
        self.topics.values().any(|told| told.is_to_be_sent(now))
    }

    /// That report was not taken. Where it was `refused` for what it held, its facts stay behind for a while, so that
    /// they do not keep findings from the dashboard.
    pub fn failed(&mut self, refused: bool) {
        for told in self.topics.values_mut() {
            told.said = None;
            if !refused {
                told.sent = None;
            }
        }
    }
}

/// Whether what is observed of a topic that dashboards keep changes without anything having happened; nothing for one
/// that they do not keep.
fn changes_all_the_time(topic: Topic) -> Option<bool> {
    topic.is_kept().then_some(topic == Topic::Neighbours)
}

/// Devices of the network come and go, and are seen again every moment; a new one is news. Randomised addresses and
/// this host's own guests are not judged one by one.
fn news(observation: &AnyObservation) -> BTreeSet<String> {
    match observation {
        AnyObservation::Neighbours(neighbours) => match &neighbours.outcome {
            Outcome::Known(known) => {
                let own = known.devices.iter().filter(|device| !device.randomised && !device.virtual_device);
                own.map(|device| device.mac.clone()).collect()
            }
            Outcome::Absent(_) | Outcome::Failed(_) => BTreeSet::new(),
        },
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests;
