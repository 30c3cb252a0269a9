//! What wakes the agent: files, neighbours, processes, the clock and the bus, as one source of events.
//!
//! Events are hints. A timer looks again at what they miss, and what cannot be watched is said.

mod paths;
mod points;
mod readable;
mod signals;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use zbus::Connection;

use self::paths::PathWatch;
use self::signals::{ClockSteps, Exit, Neighbours, PropertyChanges};
use super::{LiveHost, bus};
use crate::collect::{Wake, WatchedPath};
use crate::host::events::{Fired, Unwatched};

const BUS_PATIENCE: Duration = Duration::from_secs(5);

/// Why something is not listened to.
struct Deaf {
    why: String,
    /// The bus gave no answer in time; the next question would wait as long.
    bus_is_silent: bool,
}

impl Deaf {
    /// Of a bus that gave no answer.
    fn silent() -> Self {
        Self { why: "listen to the system bus: no answer".to_owned(), bus_is_silent: true }
    }
}

impl From<String> for Deaf {
    fn from(why: String) -> Self {
        Self { why, bus_is_silent: false }
    }
}

/// A task that ends with its handle.
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A source of wakes for a set that can be exchanged. Lives on a tokio runtime with I/O and time.
pub struct Events {
    host: LiveHost,
    fired: Arc<Fired>,
    /// What is watched now. The watcher's thread may still tell of what was watched before.
    wanted: BTreeSet<Wake>,
    paths: Option<PathWatch>,
    listening: BTreeMap<Wake, Listening>,
    bus: Option<Connection>,
}

impl Events {
    /// Watches nothing yet. Paths and the bus are those that host sees.
    pub fn new(host: &LiveHost) -> Self {
        Self {
            host: host.clone(),
            fired: Arc::default(),
            wanted: BTreeSet::new(),
            paths: None,
            listening: BTreeMap::new(),
            bus: None,
        }
    }

    /// Watches this set and nothing else. Returns what of it cannot be watched, also what was asked before. A change
    /// before a path is watched for the first time is not told; the timer finds it. A bus that gives no answer is waited for
    /// once.
    pub async fn watch(&mut self, wakes: BTreeSet<Wake>) -> Vec<Unwatched> {
        if wakes != self.wanted {
            self.wanted.clone_from(&wakes);
        }
        // What has ended is listened to anew: a bus that was restarted, a socket that failed.
        self.listening.retain(|wake, task| wakes.contains(wake) && !task.0.is_finished());
        let mut unwatched = Vec::new();
        // In order, so that the set is made at once.
        let mut paths = Vec::new();
        let mut bus_is_silent = false;
        for wake in wakes {
            if let Wake::Path(path) = wake {
                paths.push(path);
            } else if !self.listening.contains_key(&wake) {
                let given_up = bus_is_silent && matches!(wake, Wake::BusProperty(_));
                match if given_up { Err(Deaf::silent()) } else { self.listen(&wake).await } {
                    Ok(task) => {
                        self.listening.insert(wake, Listening(task));
                    }
                    Err(deaf) => {
                        bus_is_silent |= deaf.bus_is_silent;
                        unwatched.push(Unwatched { wake, why: deaf.why });
                    }
                }
            }
        }
        if !self.listening.keys().any(|wake| matches!(wake, Wake::BusProperty(_))) {
            self.bus = None;
        }
        unwatched.extend(self.watch_paths(paths.into_iter().collect()));
        unwatched
    }

    /// What happened since it was last asked, each once; waits until something has. Nothing is lost when the
    /// wait is given up.
    pub async fn next(&mut self) -> Vec<Wake> {
        loop {
            if let Some(paths) = &mut self.paths {
                paths.follow();
            }
            let mut happened = self.fired.take();
            happened.retain(|wake| self.wanted.contains(wake));
            if !happened.is_empty() {
                return happened.into_iter().collect();
            }
            self.fired.news().await;
        }
    }

    fn watch_paths(&mut self, wanted: BTreeSet<WatchedPath>) -> Vec<Unwatched> {
        if wanted.is_empty() {
            self.paths = None;
            return Vec::new();
        }
        let unwatched = |path, why| Unwatched { wake: Wake::Path(path), why };
        if self.paths.is_none() {
            match PathWatch::new(self.host.root_folder(), Arc::clone(&self.fired)) {
                Ok(paths) => self.paths = Some(paths),
                Err(why) => return wanted.into_iter().map(|path| unwatched(path, why.clone())).collect(),
            }
        }
        let refused = self.paths.as_mut().map(|paths| paths.replace(wanted)).unwrap_or_default();
        refused.into_iter().map(|(path, why)| unwatched(path, why)).collect()
    }

    async fn listen(&mut self, wake: &Wake) -> Result<JoinHandle<()>, Deaf> {
        let fired = Arc::clone(&self.fired);
        let happened = wake.clone();
        Ok(match wake {
            Wake::Path(_) => return Err("watch a path: not by listening".to_owned().into()),
            Wake::Registry(_) | Wake::RegistryValues(_) | Wake::EventChannel(_) => {
                return Err("listen to Windows: this host is none".to_owned().into());
            }
            Wake::NeighbourEvents => {
                let mut neighbours = Neighbours::open()?;
                tokio::spawn(async move {
                    while neighbours.changed().await.is_ok() {
                        fired.fire([happened.clone()]);
                    }
                    fired.fire([happened]);
                })
            }
            Wake::ProcessExit(pid) => {
                let exit = Exit::open(*pid)?;
                tokio::spawn(async move {
                    exit.ended().await;
                    fired.fire([happened]);
                })
            }
            Wake::ClockStep => {
                let mut clock = ClockSteps::open()?;
                tokio::spawn(async move {
                    while clock.stepped().await.is_ok() {
                        fired.fire([happened.clone()]);
                    }
                    fired.fire([happened]);
                })
            }
            Wake::BusProperty(property) => {
                let bus = self.bus().await?;
                let opening = tokio::time::timeout(BUS_PATIENCE, PropertyChanges::open(&bus, property)).await;
                let mut changes = opening.map_err(|_| Deaf::silent())??;
                tokio::spawn(async move {
                    while changes.changed().await {
                        fired.fire([happened.clone()]);
                    }
                    fired.fire([happened]);
                })
            }
        })
    }

    async fn bus(&mut self) -> Result<Connection, Deaf> {
        if let Some(bus) = self.bus.as_ref().filter(|bus| !bus.is_closed()) {
            return Ok(bus.clone());
        }
        let tried = "listen to the system bus";
        let connecting = tokio::time::timeout(BUS_PATIENCE, bus::connect(&self.host.root, tried)).await;
        let bus = connecting.map_err(|_| Deaf::silent())?.map_err(|error| error.to_string())?;
        self.bus = Some(bus.clone());
        Ok(bus)
    }
}

#[cfg(test)]
mod tests;
