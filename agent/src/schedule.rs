//! When to collect what. Pure: time is an argument.
//!
//! All times are since the machine was started, sleep included, so that no step of the wall clock
//! moves them and what became due during sleep is due on waking.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tenken_model::Topic;

use crate::collect::Wake;
use crate::jitter;

/// The least time between two looks at the logs: a loss is seen within this.
const LOGS_PAUSE: Duration = Duration::from_secs(10);
/// The same for events of accounts: a look at them costs more, and nobody has to know within minutes.
const EVENTS_PAUSE: Duration = Duration::from_mins(10);

/// A timer may come early by one part in so many of its interval: to spread hosts, and to run with others, since to wake up, and to
/// give back the memory that it took, costs more than most runs.
const EARLY: u32 = 10;

/// Time since the machine was started, sleep included.
pub type Uptime = Duration;

/// What bounds the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// After an event, wait until nothing more happens for so long.
    pub quiet: Duration,
    /// But from the first event no longer than this.
    pub at_most: Duration,
    /// The least time between the end of a run and the next.
    pub pause: Duration,
    /// And at least so many times the processor time of the last run, so that a storm takes a bounded share.
    pub pause_per_cpu: u32,
    /// And at least so many times as long as the last run took, which is mostly waiting for others.
    pub pause_per_wall: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(200),
            at_most: Duration::from_secs(1),
            // Drift is to be seen within two seconds, also when the collector ran just before the event. What a
            // storm costs is bounded by the shares below.
            pause: Duration::from_millis(500),
            pause_per_cpu: 20,
            pause_per_wall: 4,
        }
    }
}

/// The schedule of all topics.
#[derive(Debug)]
pub struct Schedule {
    pace: Pace,
    seed: u64,
    topics: BTreeMap<Topic, Entry>,
    /// What wakes some collector is no longer what was last asked for.
    wakes_changed: bool,
}

#[derive(Debug)]
struct Entry {
    interval: Duration,
    /// The timer.
    due: Uptime,
    /// The first and last event since the last run began.
    woken: Option<(Uptime, Uptime)>,
    /// No run begins before.
    not_before: Uptime,
    /// No event begins a run before.
    deaf_until: Uptime,
    began: Option<Uptime>,
    runs: u64,
    wakes: BTreeSet<Wake>,
}

impl Schedule {
    /// Every topic is due at once, and from then on within `interval`. The seed spreads hosts.
    pub fn new(pace: Pace, interval: Duration, seed: u64) -> Self {
        let entry = || Entry {
            interval,
            due: Uptime::ZERO,
            woken: None,
            not_before: Uptime::ZERO,
            deaf_until: Uptime::ZERO,
            began: None,
            runs: 0,
            wakes: BTreeSet::new(),
        };
        let topics = Topic::ALL.iter().map(|topic| (*topic, entry())).collect();
        Self { pace, seed, topics, wakes_changed: true }
    }

    /// Collects a topic at least that often from now on.
    pub fn set_interval(&mut self, topic: Topic, interval: Duration, now: Uptime) {
        if let Some(entry) = self.topics.get_mut(&topic) {
            entry.interval = interval;
            entry.due = entry.due.min(now.saturating_add(interval));
        }
    }

    /// Makes every topic due: what collectors need to know has changed.
    pub fn all_due(&mut self, now: Uptime) {
        for entry in self.topics.values_mut() {
            entry.due = entry.due.min(now);
        }
    }

    /// Something happened: wakes the collectors it concerns.
    pub fn woken(&mut self, wakes: &[Wake], now: Uptime) {
        for entry in self.topics.values_mut() {
            if wakes.iter().any(|wake| concerns(wake, &entry.wakes)) {
                entry.woken = Some((entry.woken.map_or(now, |(first, _)| first), now));
            }
        }
    }

    /// What to run now: the longest due topic that is not running.
    pub fn due(&self, now: Uptime) -> Option<Topic> {
        let ready = self.topics.iter().filter_map(|(topic, entry)| Some((self.ready_at(entry)?, *topic)));
        ready.filter(|(at, _)| *at <= now).min().map(|(_, topic)| topic)
    }

    /// When the next topic is due that is not running.
    pub fn next_at(&self) -> Option<Uptime> {
        self.topics.values().filter_map(|entry| self.ready_at(entry)).min()
    }

    /// A run begins. What happens from now on is not in it.
    pub fn began(&mut self, topic: Topic, now: Uptime) {
        let Some(entry) = self.topics.get_mut(&topic) else { return };
        let by_timer = entry.due <= now;
        entry.began = Some(now);
        entry.woken = None;
        entry.runs += 1;
        let early = jitter::up_to(entry.interval / EARLY, self.seed, entry.runs);
        entry.due = now.saturating_add(entry.interval.saturating_sub(early));
        if by_timer {
            self.bring_together(now);
        }
    }

    /// Makes due what will be soon.
    fn bring_together(&mut self, now: Uptime) {
        for entry in self.topics.values_mut() {
            if entry.due <= now.saturating_add(entry.interval / EARLY) {
                entry.due = entry.due.min(now);
            }
        }
    }

    /// A run ended that took so much processor time; `wakes` says what to watch from now on, `None` to go on
    /// as before.
    pub fn ended(&mut self, topic: Topic, now: Uptime, cpu: Duration, wakes: Option<BTreeSet<Wake>>) {
        if let Some(entry) = self.topics.get_mut(&topic) {
            let wall = entry.began.take().map_or(Duration::ZERO, |began| now.saturating_sub(began));
            let pause = self.pace.pause.max(cpu.saturating_mul(self.pace.pause_per_cpu));
            let pause = pause.max(wall.saturating_mul(self.pace.pause_per_wall));
            entry.not_before = now.saturating_add(pause);
            entry.deaf_until = now.saturating_add(deaf_for(topic));
            if let Some(wakes) = wakes.filter(|wakes| *wakes != entry.wakes) {
                entry.wakes = wakes;
                self.wakes_changed = true;
            }
        }
    }

    /// Whom a wake is for.
    pub fn watching(&self, wake: &Wake) -> impl Iterator<Item = Topic> {
        self.topics.iter().filter(|(_, entry)| entry.wakes.contains(wake)).map(|(topic, _)| *topic)
    }

    /// Everything that wakes any collector.
    pub fn watched(&self) -> BTreeSet<Wake> {
        self.topics.values().flat_map(|entry| entry.wakes.iter().cloned()).collect()
    }

    /// The same, if it may differ from what this said last.
    pub fn watched_anew(&mut self) -> Option<BTreeSet<Wake>> {
        std::mem::take(&mut self.wakes_changed).then(|| self.watched())
    }

    fn ready_at(&self, entry: &Entry) -> Option<Uptime> {
        if entry.began.is_some() {
            return None;
        }
        let woken = entry
            .woken
            .map(|(first, last)| last.saturating_add(self.pace.quiet).min(first.saturating_add(self.pace.at_most)))
            .map(|woken| woken.max(entry.deaf_until));
        Some(woken.map_or(entry.due, |woken| woken.min(entry.due)).max(entry.not_before))
    }
}

/// An event concerns who watches it, or a folder it lies in.
fn concerns(wake: &Wake, watched: &BTreeSet<Wake>) -> bool {
    let inside = |path: &std::path::Path| path.ancestors().any(|folder| watched.contains(&Wake::Path(folder.into())));
    match wake {
        Wake::Path(path) => inside(path),
        Wake::NeighbourEvents
        | Wake::ProcessExit(_)
        | Wake::ClockStep
        | Wake::BusProperty(_)
        | Wake::Registry(_)
        | Wake::RegistryValues(_)
        | Wake::EventChannel(_) => watched.contains(wake),
    }
}

/// For how long no event begins a run after the last one. Logs are written to all the time, and each time that wakes.
fn deaf_for(topic: Topic) -> Duration {
    match topic {
        Topic::Logs => LOGS_PAUSE,
        Topic::AccountEvents => EVENTS_PAUSE,
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn at(millis: u64) -> Uptime {
        Duration::from_millis(millis)
    }

    fn path(text: &str) -> Wake {
        Wake::Path(text.into())
    }

    /// A schedule in which every topic has just run at 10 s and watches a file of its own name.
    fn rested() -> Schedule {
        let mut schedule = Schedule::new(Pace::default(), HOUR, 1);
        for topic in Topic::ALL {
            schedule.began(*topic, at(10_000));
            let wakes = [path(&format!("/etc/{}", topic.name())), path("/var/all")];
            schedule.ended(*topic, at(10_000), at(0), Some(wakes.into()));
        }
        schedule
    }

    #[test]
    fn logs_are_written_all_the_time_and_looked_at_now_and_then() {
        let mut schedule = rested();
        schedule.woken(&[path("/etc/logs"), path("/etc/system")], at(11_000));
        assert_eq!(schedule.due(at(11_200)), Some(Topic::System));
        schedule.began(Topic::System, at(11_200));
        assert_eq!((schedule.due(at(19_999)), schedule.due(at(20_000))), (None, Some(Topic::Logs)));
        schedule.all_due(at(12_000));
        assert_eq!(schedule.due(at(12_000)), Some(Topic::TimeSync), "what is due does not wait");
    }

    #[test]
    fn at_first_everything_is_due_once() {
        let mut schedule = Schedule::new(Pace::default(), HOUR, 1);
        let mut ran = BTreeSet::new();
        while let Some(topic) = schedule.due(at(0)) {
            schedule.began(topic, at(0));
            schedule.ended(topic, at(0), at(0), None);
            assert!(ran.insert(topic));
        }
        assert_eq!(ran.len(), Topic::ALL.len());
    }

    /// Events at these times (ms) lead to a run at that time.
    #[test]
    fn events_wait_for_quiet_but_not_for_ever() {
        let table: &[(&[u64], u64)] = &[
            (&[20_000], 20_200),
            (&[20_000, 20_100], 20_300),
            (&[20_000, 20_150, 20_300, 20_450, 20_600, 20_750, 20_900], 21_000),
            // Within the pause after the last run.
            (&[10_100], 10_500),
            (&[10_400], 10_600),
        ];
        for (events, run) in table {
            let mut schedule = rested();
            for event in *events {
                schedule.woken(&[path("/etc/system")], at(*event));
            }
            assert_eq!(schedule.next_at(), Some(at(*run)), "{events:?}");
            assert_eq!(schedule.due(at(run - 1)), None);
            assert_eq!(schedule.due(at(*run)), Some(Topic::System));
        }
    }

    #[test]
    fn an_event_wakes_whom_it_concerns() {
        let table: &[(Wake, usize)] = &[
            (path("/etc/system"), 1),
            (path("/etc/system/inside/it"), 1),
            (path("/etc"), 0),
            (path("/etc/systemic"), 0),
            (path("/var/all"), Topic::ALL.len()),
            (Wake::ClockStep, 0),
        ];
        for (wake, count) in table {
            let mut schedule = rested();
            // After the pause of those whose logs are written to all the time.
            schedule.woken(std::slice::from_ref(wake), at(620_000));
            let mut woken = 0;
            while let Some(topic) = schedule.due(at(621_000)) {
                schedule.began(topic, at(621_000));
                woken += 1;
            }
            assert_eq!(woken, *count, "{wake:?}");
        }
        assert_eq!(rested().watched().len(), Topic::ALL.len() + 1);
    }

    #[test]
    fn an_event_storm_costs_a_bounded_share() {
        let mut schedule = rested();
        let (mut now, mut busy, mut runs) = (at(20_000), Duration::ZERO, 0);
        while now < at(620_000) {
            schedule.woken(&[path("/etc/system")], now);
            if let Some(topic) = schedule.due(now) {
                schedule.began(topic, now);
                let took = at(500);
                schedule.woken(&[path("/etc/system")], now + took);
                schedule.ended(topic, now + took, took, None);
                (now, busy, runs) = (now + took, busy + took, runs + 1);
            }
            now += at(50);
        }
        assert!((50..=60).contains(&runs), "{runs} runs");
        assert!(busy < at(600_000) / 20);
    }

    #[test]
    fn timers_come_early_never_late_and_hosts_are_not_in_step() {
        let mut times = BTreeSet::new();
        for seed in 0..20 {
            let mut schedule = Schedule::new(Pace::default(), HOUR, seed);
            while let Some(topic) = schedule.due(at(10_000)) {
                schedule.began(topic, at(10_000));
                schedule.ended(topic, at(10_000), at(0), None);
            }
            let next = schedule.next_at().unwrap();
            assert!((at(10_000) + HOUR * 9 / 10..=at(10_000) + HOUR).contains(&next), "{next:?}");
            times.insert(next);
        }
        assert!(times.len() > 10, "{times:?}");
    }

    #[test]
    fn timers_of_a_host_come_together_whatever_happened_before() {
        let mut schedule = rested();
        for (topic, second) in Topic::ALL.iter().zip(100..) {
            schedule.began(*topic, at(second * 1_000));
            schedule.ended(*topic, at(second * 1_000), at(0), None);
        }
        let first = schedule.next_at().unwrap();
        let mut now = first;
        let mut ran = BTreeSet::new();
        while let Some(topic) = schedule.due(now) {
            schedule.began(topic, now);
            // One after the other: the last is not left for another time.
            now += at(100);
            schedule.ended(topic, now, at(0), None);
            assert!(ran.insert(topic));
        }
        assert_eq!(ran.len(), Topic::ALL.len());
        // What an event began alone brings nobody else.
        schedule.woken(&[path("/etc/system")], now + at(1_000));
        let woken = now + at(2_000);
        assert_eq!(schedule.due(woken), Some(Topic::System));
        schedule.began(Topic::System, woken);
        schedule.ended(Topic::System, woken, at(0), None);
        assert_eq!(schedule.due(woken), None);
    }

    #[test]
    fn what_fell_due_in_sleep_runs_on_waking() {
        let mut schedule = rested();
        let woke = at(10_000) + HOUR * 12;
        let mut ran = 0;
        while let Some(topic) = schedule.due(woke) {
            schedule.began(topic, woke);
            schedule.ended(topic, woke, at(0), None);
            ran += 1;
        }
        assert_eq!(ran, Topic::ALL.len(), "each once, however many intervals were slept through");
    }

    #[test]
    fn a_topic_does_not_run_twice_at_once_and_hears_what_happens_meanwhile() {
        let mut schedule = rested();
        schedule.began(Topic::System, at(20_000));
        schedule.woken(&[path("/etc/system")], at(20_100));
        assert_eq!(schedule.due(at(25_000)), None);
        schedule.ended(Topic::System, at(20_600), at(3), None);
        assert_eq!(schedule.due(at(22_999)), None, "four times the run before is the pause");
        assert_eq!(schedule.due(at(23_000)), Some(Topic::System));
    }

    #[test]
    fn what_is_watched_is_said_anew_when_it_changed() {
        let mut schedule = rested();
        assert_eq!(schedule.watched_anew(), Some(schedule.watched()));
        assert_eq!(schedule.watched_anew(), None);
        let mut end = |wakes: Option<BTreeSet<Wake>>| {
            schedule.began(Topic::System, at(20_000));
            schedule.ended(Topic::System, at(20_000), at(0), wakes);
            schedule.watched_anew()
        };
        assert_eq!(end(Some([path("/etc/system"), path("/var/all")].into())), None, "as before");
        assert_eq!(end(None), None, "it could not look");
        let watched = end(Some([path("/etc/another")].into())).unwrap();
        assert!(watched.contains(&path("/etc/another")) && !watched.contains(&path("/etc/system")));
    }

    #[test]
    fn a_shorter_interval_holds_at_once() {
        let mut schedule = rested();
        schedule.set_interval(Topic::System, at(60_000), at(20_000));
        assert_eq!(schedule.next_at(), Some(at(80_000)));
        schedule.all_due(at(21_000));
        assert_eq!(schedule.next_at(), Some(at(21_000)));
    }
}
