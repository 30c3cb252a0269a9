//! When to call the dashboard, and for what. Pure: time is an argument.

use std::time::Duration;

use crate::jitter;
use crate::schedule::Uptime;

/// What can be asked of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// Send a report: transitions, or only a heartbeat.
    Report,
    /// Fetch the policy.
    Policy,
    /// Renew the certificate.
    Renew,
}

const CALLS: [Call; 3] = [Call::Report, Call::Policy, Call::Renew];

/// What bounds the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Wait about so long after a first failure, then twice as long each time.
    pub first_wait: Duration,
    /// But never longer than this.
    pub longest_wait: Duration,
    /// Wait so long once the dashboard will not have this host any more.
    pub shut_out_wait: Duration,
    /// The least time between heartbeats, whatever the dashboard asks.
    pub heartbeat_min: Duration,
    /// The most time between heartbeats.
    pub heartbeat_max: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_mins(5),
            shut_out_wait: Duration::from_hours(1),
            heartbeat_min: Duration::from_secs(5),
            heartbeat_max: Duration::from_hours(1),
        }
    }
}

/// Which call is due when. One call is made at a time; each kind waits for its own failures only.
#[derive(Debug)]
pub struct Link {
    bounds: Bounds,
    seed: u64,
    lanes: [Lane; CALLS.len()],
    calls: u64,
}

#[derive(Debug, Clone, Copy)]
struct Lane {
    call: Call,
    due: Option<Uptime>,
    failures: u32,
}

impl Link {
    /// A first report is due at that time, if none is wanted before. The seed spreads hosts.
    pub fn new(bounds: Bounds, seed: u64, first_report: Uptime) -> Self {
        let lanes = CALLS.map(|call| Lane { call, due: (call == Call::Report).then_some(first_report), failures: 0 });
        Self { bounds, seed, lanes, calls: 0 }
    }

    /// There is something to call for now. A kind that failed still waits its time.
    pub fn wanted(&mut self, call: Call, now: Uptime) {
        let lane = self.lane(call);
        lane.due = match lane.due {
            Some(due) if lane.failures > 0 || due <= now => Some(due),
            Some(_) | None => Some(now),
        };
    }

    /// What to call for now, most urgent first.
    pub fn due(&self, now: Uptime) -> Option<Call> {
        self.lanes.iter().find(|lane| lane.due.is_some_and(|due| due <= now)).map(|lane| lane.call)
    }

    /// When the next call is due.
    pub fn next_at(&self) -> Option<Uptime> {
        self.lanes.iter().filter_map(|lane| lane.due).min()
    }

    /// A report was answered: the next heartbeat is due within the time the dashboard gave.
    pub fn reported(&mut self, heartbeat_within: Duration, now: Uptime) {
        self.calls += 1;
        let within = heartbeat_within.clamp(self.bounds.heartbeat_min, self.bounds.heartbeat_max);
        let early = jitter::up_to(within / 10, self.seed, self.calls);
        let lane = self.lane(Call::Report);
        lane.failures = 0;
        lane.due = Some(now.saturating_add(within.saturating_sub(early)));
    }

    /// Another call succeeded: nothing more is wanted of its kind.
    pub fn succeeded(&mut self, call: Call) {
        let lane = self.lane(call);
        lane.failures = 0;
        lane.due = None;
    }

    /// A call failed and is to be made again. Gives how often it failed in a row.
    pub fn failed(&mut self, call: Call, now: Uptime) -> u32 {
        let (bounds, seed) = (self.bounds, self.seed);
        let lane = self.lane(call);
        lane.failures = lane.failures.saturating_add(1);
        let wait = jitter::backoff(bounds.first_wait, bounds.longest_wait, lane.failures, seed);
        lane.due = Some(now.saturating_add(wait));
        lane.failures
    }

    /// The dashboard will not have this host any more, or not as it is: every call waits long.
    pub fn shut_out(&mut self, now: Uptime) {
        let wait = self.bounds.shut_out_wait;
        let early = jitter::up_to(wait / 10, self.seed, self.calls);
        for lane in self.lanes.iter_mut().filter(|lane| lane.due.is_some()) {
            lane.failures = lane.failures.saturating_add(1);
            lane.due = Some(now.saturating_add(wait.saturating_sub(early)));
        }
    }

    fn lane(&mut self, call: Call) -> &mut Lane {
        let [report, policy, renew] = &mut self.lanes;
        match call {
            Call::Report => report,
            Call::Policy => policy,
            Call::Renew => renew,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Uptime {
        Duration::from_secs(secs)
    }

    #[test]
    fn heartbeats_come_within_the_time_the_dashboard_gave() {
        let mut link = Link::new(Bounds::default(), 1, at(0));
        assert_eq!(link.due(at(0)), Some(Call::Report));
        link.reported(at(60), at(100));
        let next = link.next_at().unwrap();
        assert!((at(154)..=at(160)).contains(&next), "{next:?}");
        assert_eq!(link.due(at(153)), None);
        // Out of bounds either way.
        link.reported(at(0), at(100));
        assert!(link.next_at().unwrap() >= at(104));
        link.reported(at(1 << 40), at(100));
        assert!(link.next_at().unwrap() <= at(100 + 3_600));
    }

    #[test]
    fn news_is_sent_at_once_but_a_failing_link_waits_longer_and_longer() {
        let mut link = Link::new(Bounds::default(), 1, at(0));
        link.reported(at(60), at(100));
        link.wanted(Call::Report, at(110));
        assert_eq!(link.due(at(110)), Some(Call::Report));
        let mut now = at(110);
        let mut waits = Vec::new();
        for count in 1..=12 {
            assert_eq!(link.failed(Call::Report, now), count);
            link.wanted(Call::Report, now);
            let next = link.next_at().unwrap();
            waits.push(next.saturating_sub(now));
            now = next;
        }
        assert!(waits[0] >= at(1) && waits[0] <= at(2));
        assert!(waits.iter().all(|wait| *wait <= at(300)) && waits[11] >= at(150), "{waits:?}");
        link.reported(at(60), now);
        assert_eq!(link.failed(Call::Report, now), 1);
    }

    #[test]
    fn a_policy_that_cannot_be_fetched_does_not_hold_up_reports() {
        let mut link = Link::new(Bounds::default(), 1, at(0));
        link.reported(at(60), at(100));
        link.wanted(Call::Policy, at(100));
        link.wanted(Call::Renew, at(100));
        assert_eq!(link.due(at(100)), Some(Call::Policy));
        link.failed(Call::Policy, at(100));
        assert_eq!(link.due(at(100)), Some(Call::Renew));
        link.succeeded(Call::Renew);
        assert_eq!(link.due(at(100)), None);
        link.wanted(Call::Report, at(100));
        assert_eq!(link.due(at(100)), Some(Call::Report));
        link.reported(at(60), at(101));
        assert_eq!(link.due(at(102)), Some(Call::Policy));
        link.succeeded(Call::Policy);
        assert!(link.next_at().unwrap() > at(150));
    }

    #[test]
    fn a_host_that_is_shut_out_asks_again_in_an_hour() {
        let mut link = Link::new(Bounds::default(), 1, at(20));
        assert_eq!(link.next_at(), Some(at(20)));
        link.wanted(Call::Report, at(10));
        link.wanted(Call::Policy, at(10));
        link.shut_out(at(10));
        link.wanted(Call::Report, at(11));
        let next = link.next_at().unwrap();
        assert!((at(10 + 3_240)..=at(10 + 3_600)).contains(&next), "{next:?}");
        link.reported(at(60), next);
        assert!(link.next_at().unwrap() <= next + at(60));
    }
}
