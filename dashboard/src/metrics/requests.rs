//! How many requests came and how long they took.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use tenken_model::choice;

/// The upper ends of the ranges of durations, in milliseconds.
pub(super) const RANGES_MILLIS: [u32; 11] = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

choice! {
    /// Where a request came in.
    pub enum Listener {
        /// That of agents.
        Agents = "agents",
        /// That of people.
        People = "people",
        /// That of this machine.
        Local = "local",
    }
}

/// The requests of one listener that were answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Served {
    /// How many with each status.
    pub statuses: BTreeMap<u16, u64>,
    /// How many took no longer than each of the ranges, and longer than the one before.
    pub durations: [u64; RANGES_MILLIS.len()],
    /// How long all of them took.
    pub whole: Duration,
}

impl Served {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.statuses.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn add(&mut self, status: u16, took: Duration) {
        let count = self.statuses.entry(status).or_default();
        *count = count.saturating_add(1);
        self.whole = self.whole.saturating_add(took);
        let within = |millis: &u32| took <= Duration::from_millis(u64::from(*millis));
        let range = RANGES_MILLIS.iter().position(within).and_then(|range| self.durations.get_mut(range));
        if let Some(range) = range {
            *range = range.saturating_add(1);
        }
    }
}

/// The requests that were answered since the dashboard started. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Requests(Arc<Mutex<BTreeMap<Listener, Served>>>);

impl Requests {
    /// Counts every request of a router. How long one takes is until its answer begins: pages that stay open to hear of changes never end.
    pub fn counted(&self, listener: Listener, router: Router) -> Router {
        let requests = self.clone();
        router.layer(from_fn(move |request: Request, next: Next| {
            let requests = requests.clone();
            async move {
                let begun = Instant::now();
                let answer = next.run(request).await;
                requests.add(listener, answer.status().as_u16(), begun.elapsed());
                answer
            }
        }))
    }

    /// A request was answered.
    pub fn add(&self, listener: Listener, status: u16, took: Duration) {
        self.lock().entry(listener).or_default().add(status, took);
    }

    /// What was counted.
    pub fn served(&self) -> BTreeMap<Listener, Served> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Listener, Served>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
