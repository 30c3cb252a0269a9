//! Collectors run beside the loop, one at a time, and are not waited for for ever.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tenken_model::{Reason, ReasonCode, Topic};
use tokio::task::JoinHandle;

use crate::collect::Needs;
use crate::collect::memory::Memory;
use crate::gather::{Gathered, gather_after};
use crate::host::Host;

/// How long a collector may take.
pub const COLLECT_WITHIN: Duration = Duration::from_secs(10);

/// The collectors of one host.
pub struct Collecting {
    host: Arc<dyn Host>,
    limit: Duration,
    running: Option<Running>,
    /// Those that ran out of time; their threads cannot be ended, only left behind.
    abandoned: BTreeMap<Topic, JoinHandle<Gathered>>,
}

struct Running {
    topic: Topic,
    handle: JoinHandle<Gathered>,
    deadline: tokio::time::Instant,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// With an observation.
    Gathered(Topic, Box<Gathered>),
    /// Without one.
    Failed(Topic, Reason),
}

impl Collecting {
    /// Collectors on that host, each of which may take `limit`.
    pub fn new(host: Arc<dyn Host>, limit: Duration) -> Self {
        Self { host, limit, running: None, abandoned: BTreeMap::new() }
    }

    /// A collector is running.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Begins a run, with what is remembered for it; only while none is running. If the last one of this topic is
    /// still not back, that is the outcome at once.
    pub fn begin(&mut self, topic: Topic, needs: Needs, before: Option<Memory>) -> Option<Ended> {
        if self.abandoned.get(&topic).is_some_and(|handle| !handle.is_finished()) {
            return Some(Ended::Failed(topic, self.timed_out(topic, "an earlier run is still waiting for the system")));
        }
        self.abandoned.remove(&topic);
        let host = Arc::clone(&self.host);
        let handle = tokio::task::spawn_blocking(move || gather_after(topic, &*host, &needs, before.as_ref()));
        self.running = Some(Running { topic, handle, deadline: tokio::time::Instant::now() + self.limit });
        None
    }

    /// Waits until the run ends or its time is over; for ever while none is running. May be dropped and
    /// called again.
    pub async fn ended(&mut self) -> Ended {
        let Some(running) = &mut self.running else { return std::future::pending().await };
        let topic = running.topic;
        let outcome = tokio::time::timeout_at(running.deadline, &mut running.handle).await;
        let running = self.running.take();
        match outcome {
            Ok(Ok(gathered)) => Ended::Gathered(topic, Box::new(gathered)),
            Ok(Err(error)) => {
                let detail = format!("read {}: the collector stopped: {error}", topic.name());
                Ended::Failed(topic, Reason::new(ReasonCode::Failed, detail))
            }
            Err(_) => {
                self.abandoned.extend(running.map(|running| (topic, running.handle)));
                Ended::Failed(topic, self.timed_out(topic, "the system did not answer in time"))
            }
        }
    }

    fn timed_out(&self, topic: Topic, why: &str) -> Reason {
        let detail = format!("read {} within {}s: {why}", topic.name(), self.limit.as_secs());
        Reason::new(ReasonCode::TimedOut, detail)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::host::recorded::Recording;
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    fn needs() -> Needs {
        let now = Instant::UNIX_EPOCH;
        Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now }
    }

    fn never_back() -> JoinHandle<Gathered> {
        tokio::spawn(std::future::pending())
    }

    #[tokio::test]
    async fn a_run_ends_with_its_observation() {
        let mut collecting = Collecting::new(Arc::new(Recording::new(Instant::UNIX_EPOCH)), COLLECT_WITHIN);
        assert!(tokio::time::timeout(Duration::from_millis(10), collecting.ended()).await.is_err(), "nothing runs");
        assert!(collecting.begin(Topic::System, needs(), None).is_none());
        assert!(collecting.is_running());
        let ended = collecting.ended().await;
        assert!(matches!(ended, Ended::Gathered(Topic::System, _)), "{ended:?}");
        assert!(!collecting.is_running());
    }

    #[tokio::test]
    async fn a_collector_that_hangs_is_left_behind_and_not_begun_again() {
        let mut collecting = Collecting::new(Arc::new(Recording::new(Instant::UNIX_EPOCH)), COLLECT_WITHIN);
        let deadline = tokio::time::Instant::now();
        collecting.running = Some(Running { topic: Topic::System, handle: never_back(), deadline });
        let Ended::Failed(Topic::System, reason) = collecting.ended().await else { panic!() };
        assert_eq!(reason.code, ReasonCode::TimedOut);
        let Some(Ended::Failed(Topic::System, reason)) = collecting.begin(Topic::System, needs(), None) else {
            panic!()
        };
        assert!(reason.detail.contains("an earlier run"), "{reason}");
        assert!(collecting.begin(Topic::Accounts, needs(), None).is_none(), "another topic does not wait for it");
        assert!(matches!(collecting.ended().await, Ended::Gathered(Topic::Accounts, _)));
    }

    #[tokio::test]
    async fn a_collector_that_stops_is_said() {
        let mut collecting = Collecting::new(Arc::new(Recording::new(Instant::UNIX_EPOCH)), COLLECT_WITHIN);
        let handle = tokio::spawn(async { panic!("in a test") });
        let deadline = tokio::time::Instant::now() + COLLECT_WITHIN;
        collecting.running = Some(Running { topic: Topic::System, handle, deadline });
        let Ended::Failed(Topic::System, reason) = collecting.ended().await else { panic!() };
        assert_eq!(reason.code, ReasonCode::Failed);
    }
}
