//! How often a host may ask for something, so that one of them cannot keep the dashboard from the others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tenken_model::HostId;

/// The steady rate: one request in this time. An agent with news sends fewer.
const EVERY: Duration = Duration::from_millis(500);
/// How many requests may come at once, as when a host that was away sends what waited: each may hold a thousand changes.
const AT_ONCE: u32 = 120;

/// When each host has asked. Clones of a dashboard share one.
#[derive(Debug, Default)]
pub struct Rates {
    /// The moment from which on the host has nothing to wait for: each request moves it on by [`EVERY`].
    free_at: Mutex<HashMap<HostId, Instant>>,
}

impl Rates {
    /// Whether a request that comes now is within the rate; it counts if it is. `now` is of the clock that never steps.
    pub fn allow(&self, host: &HostId, now: Instant) -> bool {
        // What a panic elsewhere left in the map is a moment still.
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next = free_at.get(host).copied().unwrap_or(now).max(now) + EVERY;
        let allowed = next.saturating_duration_since(now) <= EVERY * AT_ONCE;
        if allowed {
            free_at.insert(host.clone(), next);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_may_hurry_for_a_while_and_no_other_waits_for_it() {
        let rates = Rates::default();
        let (one, other) = (HostId::new("h-1").unwrap(), HostId::new("h-2").unwrap());
        let begun = Instant::now();
        assert!((0..AT_ONCE).all(|_| rates.allow(&one, begun)));
        assert!(!rates.allow(&one, begun) && rates.allow(&other, begun));
        // What was refused does not count against it.
        assert!(!rates.allow(&one, begun + EVERY / 2) && rates.allow(&one, begun + EVERY));
        assert!(!rates.allow(&one, begun + EVERY));
        let rested = begun + EVERY * AT_ONCE * 2;
        assert!((0..AT_ONCE).all(|_| rates.allow(&one, rested)) && !rates.allow(&one, rested));
    }
}
