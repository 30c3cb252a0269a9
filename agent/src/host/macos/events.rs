//! What wakes the agent: files, as the system's file events tell. A timer looks again at the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::LiveHost;
use crate::collect::{Wake, WatchedPath};
use crate::host::events::{Fired, Unwatched};

/// Watched paths by the folder that tells of them.
type Folders = BTreeMap<PathBuf, Vec<WatchedPath>>;

/// A source of wakes for a set that can be exchanged.
pub struct Events {
    fired: Arc<Fired>,
    wanted: BTreeSet<Wake>,
    folders: Arc<Mutex<Folders>>,
    watcher: Option<RecommendedWatcher>,
}

impl Events {
    /// Watches nothing yet.
    pub fn new(_host: &LiveHost) -> Self {
        Self { fired: Arc::default(), wanted: BTreeSet::new(), folders: Arc::default(), watcher: None }
    }

    /// Watches this set and nothing else. Returns what of it cannot be watched, also what was asked before.
    #[expect(clippy::unused_async, reason = "other systems wait until they watch, and the caller is the same")]
    pub async fn watch(&mut self, wakes: BTreeSet<Wake>) -> Vec<Unwatched> {
        self.wanted.clone_from(&wakes);
        let mut unwatched = Vec::new();
        let mut folders = Folders::new();
        for wake in wakes {
            match wake {
                Wake::Path(path) => folders.entry(nearest_folder(&path)).or_default().push(path),
                Wake::NeighbourEvents
                | Wake::ProcessExit(_)
                | Wake::ClockStep
                | Wake::BusProperty(_)
                | Wake::Registry(_)
                | Wake::RegistryValues(_)
                | Wake::EventChannel(_) => {
                    unwatched.push(Unwatched { wake, why: "listen: macOS tells files only".to_owned() });
                }
            }
        }
        unwatched.extend(self.watch_folders(&folders));
        unwatched
    }

    /// What happened since it was last asked, each once; waits until something has.
    pub async fn next(&mut self) -> Vec<Wake> {
        loop {
            let mut happened = self.fired.take();
            happened.retain(|wake| self.wanted.contains(wake));
            if !happened.is_empty() {
                return happened.into_iter().collect();
            }
            self.fired.news().await;
        }
    }

    fn watch_folders(&mut self, folders: &Folders) -> Vec<Unwatched> {
        // A new watcher each time: what the old one was told goes with it.
        self.watcher = None;
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).clone_from(folders);
        let (fired, known) = (Arc::clone(&self.fired), Arc::clone(&self.folders));
        let refused = |paths: &[WatchedPath], why: &str| -> Vec<Unwatched> {
            paths.iter().map(|path| Unwatched { wake: Wake::Path(path.clone()), why: why.to_owned() }).collect()
        };
        let made = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let known = known.lock().unwrap_or_else(PoisonError::into_inner);
            fired.fire(concerned(&known, event.ok().as_ref()).into_iter().map(Wake::Path));
        });
        let mut watcher = match made {
            Ok(watcher) => watcher,
            Err(error) => {
                let why = format!("watch files: {error}");
                return folders.values().flat_map(|paths| refused(paths, &why)).collect();
            }
        };
        let mut unwatched = Vec::new();
        for (folder, paths) in folders {
            if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
                unwatched.extend(refused(paths, &format!("watch {}: {error}", folder.display())));
            }
        }
        self.watcher = Some(watcher);
        unwatched
    }
}

/// The folder whose changes tell of a path: its own, or the nearest one above that is there.
fn nearest_folder(path: &Path) -> PathBuf {
    path.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new("/")).to_owned()
}

/// The paths an event concerns; after an error, all of them.
fn concerned(folders: &Folders, event: Option<&Event>) -> BTreeSet<WatchedPath> {
    let Some(event) = event.filter(|event| !event.need_rescan()) else {
        return folders.values().flatten().cloned().collect();
    };
    let mut concerned = BTreeSet::new();
    for path in &event.paths {
        let told = [Some(path.as_path()), path.parent()].into_iter().flatten();
        concerned.extend(told.filter_map(|folder| folders.get(folder)).flatten().cloned());
    }
    concerned
}
