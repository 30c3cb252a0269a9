//! What wakes the agent, as one source of events.

use std::collections::BTreeSet;

use super::LiveHost;
use crate::collect::Wake;
use crate::host::events::{Fired, Unwatched};

/// A source of wakes for a set that can be exchanged.
#[derive(Debug)]
pub struct Events {
    fired: Fired,
}

impl Events {
    /// Watches nothing yet.
    pub fn new(_host: &LiveHost) -> Self {
        Self { fired: Fired::default() }
    }

    /// Watches this set and nothing else. Returns what of it cannot be watched, also what was asked before.
    pub async fn watch(&mut self, wakes: BTreeSet<Wake>) -> Vec<Unwatched> {
        wakes.into_iter().map(|wake| Unwatched { wake, why: "watch: not by this build".to_owned() }).collect()
    }

    /// What happened since it was last asked, each once; waits until something has.
    pub async fn next(&mut self) -> Vec<Wake> {
        loop {
            let happened = self.fired.take();
            if !happened.is_empty() {
                return happened.into_iter().collect();
            }
            self.fired.news().await;
        }
    }
}
