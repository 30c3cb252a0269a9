//! Watching paths: through the folders they are in, because files are replaced rather than written.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{EventKind, ModifyKind};
use notify::{Config, Event, EventKindMask, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::points::{Interest, points};
use crate::collect::{Wake, WatchedPath};
use crate::host::events::Fired;
use crate::host::windows::{files, storage};

/// How often watching is corrected because what is watched changed meanwhile; the next event corrects the rest.
const ROUNDS: usize = 4;

/// Volume and number of a folder: another folder of the same name needs another watch.
type Identity = (u64, u64);

/// Which paths a folder's events concern. Names are folded, as Windows compares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Interests {
    named: BTreeMap<String, Vec<WatchedPath>>,
    ways: BTreeMap<String, Vec<WatchedPath>>,
    any: Vec<WatchedPath>,
}

impl Interests {
    fn all(&self) -> impl Iterator<Item = &WatchedPath> {
        self.named.values().chain(self.ways.values()).flatten().chain(&self.any)
    }
}

/// A watched folder by its folded path, as it is written, with what it concerns.
type Folders = BTreeMap<String, (PathBuf, Interests)>;

#[derive(Debug, Default)]
struct Index {
    folders: Folders,
    /// Folders that went: their watch is gone.
    lost: BTreeSet<String>,
    /// Something came, went or was replaced, so that paths may lead elsewhere.
    stale: bool,
}

/// The watched paths.
pub(super) struct PathWatch {
    watcher: RecommendedWatcher,
    index: Arc<Mutex<Index>>,
    wanted: BTreeSet<WatchedPath>,
    watched: BTreeMap<String, (PathBuf, Identity)>,
    refused: BTreeMap<String, String>,
    /// Paths that name no local file.
    odd: BTreeMap<WatchedPath, String>,
}

impl PathWatch {
    pub(super) fn new(fired: Arc<Fired>) -> Result<Self, String> {
        let index = Arc::new(Mutex::new(Index::default()));
        let shared = Arc::clone(&index);
        let watcher = RecommendedWatcher::new(
            move |event| {
                let concerned = lock(&shared).concerned(event);
                if !concerned.is_empty() {
                    fired.fire(concerned.into_iter().map(Wake::Path));
                }
            },
            Config::default().with_event_kinds(EventKindMask::CORE),
        );
        let watcher = watcher.map_err(|error| format!("start watching files: {error}"))?;
        Ok(Self {
            watcher,
            index,
            wanted: BTreeSet::new(),
            watched: BTreeMap::new(),
            refused: BTreeMap::new(),
            odd: BTreeMap::new(),
        })
    }

    /// Watches these paths and no others. Returns those that are not watched, and why.
    pub(super) fn replace(&mut self, wanted: BTreeSet<WatchedPath>) -> Vec<(WatchedPath, String)> {
        if wanted == self.wanted && self.refused.is_empty() {
            self.follow();
        } else {
            self.wanted = wanted;
            self.settle();
        }
        let index = lock(&self.index);
        let mut unwatched = self.odd.clone();
        for (folder, why) in &self.refused {
            for path in index.folders.get(folder).into_iter().flat_map(|(_, interests)| interests.all()) {
                unwatched.entry(path.clone()).or_insert_with(|| why.clone());
            }
        }
        unwatched.into_iter().collect()
    }

    /// Follows paths that lead elsewhere since the last time.
    pub(super) fn follow(&mut self) {
        if lock(&self.index).stale {
            self.settle();
        }
    }

    /// Brings the watches in line with where the paths lead now. What leads elsewhere after a watch was laid may have
    /// changed before: it is followed again.
    fn settle(&mut self) {
        for _ in 0..ROUNDS {
            let folders = self.folders();
            let lost = {
                // The lock is not held while watching: the watcher's thread takes it and answers there.
                let mut index = lock(&self.index);
                index.stale = false;
                index.folders.clone_from(&folders);
                std::mem::take(&mut index.lost)
            };
            self.watch(&folders, &lost);
            if !lock(&self.index).stale && self.folders() == folders {
                return;
            }
        }
        lock(&self.index).stale = true;
    }

    fn folders(&mut self) -> Folders {
        let mut folders = Folders::new();
        self.odd.clear();
        for path in &self.wanted {
            let points = match points(path) {
                Ok(points) => points,
                Err(why) => {
                    self.odd.insert(path.clone(), why);
                    continue;
                }
            };
            for point in points {
                let key = folded(point.folder.as_os_str());
                let (_, interests) = folders.entry(key).or_insert_with(|| (point.folder, Interests::default()));
                let paths = match point.interest {
                    Interest::Named(name) => interests.named.entry(folded(&name)).or_default(),
                    Interest::Way(name) => interests.ways.entry(folded(&name)).or_default(),
                    Interest::Any => &mut interests.any,
                };
                if paths.last() != Some(path) {
                    paths.push(path.clone());
                }
            }
        }
        folders
    }

    fn watch(&mut self, folders: &Folders, lost: &BTreeSet<String>) {
        self.refused.clear();
        let mut before = std::mem::take(&mut self.watched);
        for (key, (folder, _)) in folders {
            let known = before.remove(key).filter(|_| !lost.contains(key));
            match self.watch_one(folder, known) {
                Ok(watched) => {
                    self.watched.insert(key.clone(), watched);
                }
                Err(why) => {
                    self.refused.insert(key.clone(), why);
                }
            }
        }
        for (folder, _) in before.values() {
            // Fails for a folder that is gone, whose watch went with it.
            let _ = self.watcher.unwatch(folder);
        }
    }

    fn watch_one(&mut self, folder: &Path, known: Option<(PathBuf, Identity)>) -> Result<(PathBuf, Identity), String> {
        let failed = |why: &dyn std::fmt::Display| format!("watch {}: {why}", folder.display());
        let identity = files::identity(folder).map_err(|error| failed(&error.why))?;
        if let Some(known) = known {
            if known.1 == identity {
                return Ok(known);
            }
            // A watch on what had this name before.
            let _ = self.watcher.unwatch(&known.0);
        }
        let letter = folder.to_str().and_then(|folder| folder.chars().next()).unwrap_or_default();
        if let Some(why) = storage::unwatchable(letter) {
            return Err(failed(&why));
        }
        let _ = self.watcher.unwatch(folder);
        self.watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|error| failed(&error))?;
        Ok((folder.to_owned(), identity))
    }
}

impl Index {
    /// The paths an event concerns. After an overflow or an error, all of them.
    fn concerned(&mut self, event: notify::Result<Event>) -> BTreeSet<WatchedPath> {
        let event = match event {
            Ok(event) if !event.need_rescan() => event,
            Ok(_) | Err(_) => {
                self.stale = true;
                return self.folders.values().flat_map(|(_, interests)| interests.all()).cloned().collect();
            }
        };
        let moves = match event.kind {
            EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => true,
            EventKind::Access(_) => return BTreeSet::new(),
            EventKind::Any | EventKind::Modify(_) | EventKind::Other => false,
        };
        let mut concerned = BTreeSet::new();
        for path in &event.paths {
            if moves {
                let key = folded(path.as_os_str());
                if let Some((_, interests)) = self.folders.get(&key) {
                    concerned.extend(interests.all().cloned());
                    self.lost.insert(key);
                }
            }
            let Some((folder, name)) = path.parent().zip(path.file_name()) else { continue };
            let Some((_, interests)) = self.folders.get(&folded(folder.as_os_str())) else { continue };
            let name = folded(name);
            concerned.extend(interests.named.get(&name).into_iter().flatten().cloned());
            concerned.extend(interests.ways.get(&name).filter(|_| moves).into_iter().flatten().cloned());
            concerned.extend(interests.any.iter().cloned());
        }
        self.stale |= moves && !concerned.is_empty();
        concerned
    }
}

/// As Windows compares names: in any case, with either kind of slash.
fn folded(name: &OsStr) -> String {
    name.to_string_lossy().replace('/', "\\").to_uppercase()
}

fn lock(index: &Mutex<Index>) -> MutexGuard<'_, Index> {
    index.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, Flag, RemoveKind};

    use super::*;

    fn index() -> Index {
        let path = |path: &str| vec![WatchedPath::from(path)];
        let interests = Interests {
            named: BTreeMap::from([("X.INI".into(), path("C:/Data/x.ini"))]),
            ways: BTreeMap::from([("WAY".into(), path("C:/Data/way/y"))]),
            any: path("C:/Data"),
        };
        Index { folders: BTreeMap::from([(r"C:\DATA".into(), (r"C:\Data".into(), interests))]), ..Index::default() }
    }

    fn concerned(index: &mut Index, kind: EventKind, path: &str) -> Vec<String> {
        let event = Event::new(kind).add_path(path.into());
        index.concerned(Ok(event)).into_iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn an_event_concerns_who_asked_in_any_case() {
        let mut index = index();
        let written = EventKind::Modify(ModifyKind::Any);
        assert_eq!(concerned(&mut index, written, r"c:\data\X.ini"), ["C:/Data", "C:/Data/x.ini"]);
        assert_eq!(concerned(&mut index, written, "C:/DATA/other"), ["C:/Data"]);
        assert_eq!(concerned(&mut index, written, r"C:\Data\way"), ["C:/Data"]);
        assert_eq!(concerned(&mut index, written, r"C:\Other\x.ini"), Vec::<String>::new());
        assert!(!index.stale);
        let came = EventKind::Create(CreateKind::Any);
        assert_eq!(concerned(&mut index, came, r"C:\Data\Way"), ["C:/Data", "C:/Data/way/y"]);
        assert!(index.stale);
    }

    #[test]
    fn a_folder_that_goes_concerns_all_in_it() {
        let mut index = index();
        assert_eq!(concerned(&mut index, EventKind::Remove(RemoveKind::Folder), r"C:\Data").len(), 3);
        assert!(index.stale && index.lost.contains(r"C:\DATA"));
    }

    #[test]
    fn after_an_overflow_or_an_error_all_may_have_changed() {
        for event in [Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)), Err(notify::Error::generic("lost"))] {
            let mut index = index();
            assert_eq!(index.concerned(event).len(), 3);
            assert!(index.stale);
        }
    }
}
