//! What wakes the agent: files, registry keys, event channels, addresses, processes and the clock, as one source of events.
//!
//! Events are hints. A timer looks again at what they miss, and what cannot be watched is said.

mod addresses;
mod channels;
mod exits;
mod folders;
mod keys;
mod paths;
mod points;
mod steps;
mod wait;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinHandle;

use self::addresses::AddressWatch;
use self::channels::ChannelWatch;
use self::exits::ExitWatch;
use self::keys::{KeyWatch, Reach};
use self::paths::PathWatch;
use super::LiveHost;
use crate::collect::{Wake, WatchedPath};
use crate::host::events::{Fired, Unwatched};
use crate::host::signals::{SIGNALS, wakes_of};

pub use self::steps::clock_was_set;

/// Something that is listened to until it is dropped.
enum Listening {
    Key(KeyWatch),
    Channel(ChannelWatch),
    Exit(ExitWatch),
    Addresses { _watch: AddressWatch },
    Clock(Task),
}

impl Listening {
    /// It tells no more and has to be listened to anew.
    fn is_over(&self) -> bool {
        match self {
            Self::Key(watch) => watch.is_over(),
            Self::Channel(watch) => watch.is_over(),
            Self::Exit(watch) => watch.is_over(),
            Self::Addresses { .. } => false,
            Self::Clock(task) => task.0.is_finished(),
        }
    }
}

/// A task that ends with its handle.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A source of wakes for a set that can be exchanged. Lives on a tokio runtime with time.
pub struct Events {
    fired: Arc<Fired>,
    /// What is watched now. The watcher's thread may still tell of what was watched before.
    wanted: BTreeSet<Wake>,
    paths: Option<PathWatch>,
    listening: BTreeMap<Wake, Listening>,
}

impl Events {
    /// Watches nothing yet.
    pub fn new(_host: &LiveHost) -> Self {
        Self { fired: Arc::default(), wanted: BTreeSet::new(), paths: None, listening: BTreeMap::new() }
    }

    /// Watches this set and nothing else. Returns what of it cannot be watched, also what was asked before. A change before
    /// something is watched for the first time is not told; the timer finds it.
    #[expect(clippy::unused_async, reason = "on other systems it waits for a bus")]
    pub async fn watch(&mut self, wakes: BTreeSet<Wake>) -> Vec<Unwatched> {
        self.wanted.clone_from(&wakes);
        self.listening.retain(|wake, listening| wakes.contains(wake) && !listening.is_over());
        let mut unwatched = Vec::new();
        let mut paths = BTreeSet::new();
        for wake in wakes {
            if let Wake::Path(path) = wake {
                paths.insert(path);
            } else if !self.listening.contains_key(&wake) {
                match self.listen(&wake) {
                    Ok(listening) => {
                        self.listening.insert(wake, listening);
                    }
                    Err(why) => unwatched.push(Unwatched { wake, why }),
                }
            }
        }
        unwatched.extend(self.watch_paths(paths));
        unwatched
    }

    /// What happened since it was last asked, each once, and what the service manager told; waits until something has. Nothing is lost when the wait is given up.
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
            tokio::select! {
                () = self.fired.news() => {}
                raised = SIGNALS.next() => {
                    self.fired.fire(raised.into_iter().flat_map(|signal| wakes_of(signal, &self.wanted)));
                }
            }
        }
    }

    fn watch_paths(&mut self, wanted: BTreeSet<WatchedPath>) -> Vec<Unwatched> {
        if wanted.is_empty() {
            self.paths = None;
            return Vec::new();
        }
        let unwatched = |path, why| Unwatched { wake: Wake::Path(path), why };
        let paths = self.paths.get_or_insert_with(|| PathWatch::new(Arc::clone(&self.fired)));
        let refused = paths.replace(wanted);
        refused.into_iter().map(|(path, why)| unwatched(path, why)).collect()
    }

    fn listen(&self, wake: &Wake) -> Result<Listening, String> {
        let fired = Arc::clone(&self.fired);
        let happened = wake.clone();
        let fire = move || fired.fire([happened.clone()]);
        Ok(match wake {
            Wake::Path(_) => return Err("watch a path: not by listening".to_owned()),
            Wake::Registry(path) => Listening::Key(KeyWatch::open(path, Reach::Below, fire)?),
            Wake::RegistryValues(path) => Listening::Key(KeyWatch::open(path, Reach::Itself, fire)?),
            Wake::EventChannel(name) => Listening::Channel(ChannelWatch::open(name, fire)?),
            Wake::NeighbourEvents => Listening::Addresses { _watch: AddressWatch::open(fire)? },
            Wake::ProcessExit(pid) => Listening::Exit(ExitWatch::open(*pid, fire)?),
            Wake::ClockStep => Listening::Clock(Task(tokio::spawn(steps::watch(fire)))),
            Wake::BusProperty(_) => return Err("listen to the system bus: there is no such bus on Windows".to_owned()),
        })
    }
}

#[cfg(test)]
mod tests;
