//! Watching paths: through the folders they are in, because files are replaced rather than written.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::folders::{FolderWatch, Told};
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
    fired: Arc<Fired>,
    index: Arc<Mutex<Index>>,
    wanted: BTreeSet<WatchedPath>,
    watched: BTreeMap<String, (FolderWatch, Identity)>,
    refused: BTreeMap<String, String>,
    /// Paths that name no local file.
    odd: BTreeMap<WatchedPath, String>,
}

impl PathWatch {
    pub(super) fn new(fired: Arc<Fired>) -> Self {
        Self {
            fired,
            index: Arc::default(),
            wanted: BTreeSet::new(),
            watched: BTreeMap::new(),
            refused: BTreeMap::new(),
            odd: BTreeMap::new(),
        }
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
    }

    fn watch_one(
        &self,
        folder: &Path,
        known: Option<(FolderWatch, Identity)>,
    ) -> Result<(FolderWatch, Identity), String> {
        let failed = |why: &dyn std::fmt::Display| format!("watch {}: {why}", folder.display());
        let identity = files::identity(folder).map_err(|error| failed(&error.why))?;
        // A watch on what had this name before ends here.
        if let Some(known) = known.filter(|(watch, before)| *before == identity && !watch.is_over()) {
            return Ok(known);
        }
        let letter = folder.to_str().and_then(|folder| folder.chars().next()).unwrap_or_default();
        if let Some(why) = storage::unwatchable(letter) {
            return Err(failed(&why));
        }
        let (shared, fired, told_of) = (Arc::clone(&self.index), Arc::clone(&self.fired), folder.to_owned());
        let tell = move |told| {
            let concerned = lock(&shared).concerned(&told_of, told);
            if !concerned.is_empty() {
                fired.fire(concerned.into_iter().map(Wake::Path));
            }
        };
        let watch = FolderWatch::open(folder, tell).map_err(|why| failed(&why))?;
        let identity = watch.identity().map_err(|why| failed(&why))?;
        Ok((watch, identity))
    }
}

impl Index {
    /// The paths that concerns which was told of a folder. After an overflow, all of them.
    fn concerned(&mut self, folder: &Path, told: Told) -> BTreeSet<WatchedPath> {
        let mut concerned = BTreeSet::new();
        match told {
            Told::Overflow => {
                self.stale = true;
                return self.folders.values().flat_map(|(_, interests)| interests.all()).cloned().collect();
            }
            Told::Over => self.went(folder, &mut concerned),
            Told::Changes(changes) => {
                for change in changes {
                    let mut of_change = BTreeSet::new();
                    if change.moves {
                        self.went(&folder.join(&change.name), &mut of_change);
                    }
                    self.in_folder(folder, OsStr::new(&change.name), change.moves, &mut of_change);
                    self.stale |= change.moves && !of_change.is_empty();
                    concerned.extend(of_change);
                }
            }
        }
        self.stale |= !self.lost.is_empty();
        concerned
    }

    /// A folder that is watched came, went, or is watched no more.
    fn went(&mut self, folder: &Path, concerned: &mut BTreeSet<WatchedPath>) {
        let key = folded(folder.as_os_str());
        if let Some((_, interests)) = self.folders.get(&key) {
            concerned.extend(interests.all().cloned());
            self.lost.insert(key);
        }
    }

    /// Something of that name in a folder changed.
    fn in_folder(&self, folder: &Path, name: &OsStr, moves: bool, concerned: &mut BTreeSet<WatchedPath>) {
        let Some((_, interests)) = self.folders.get(&folded(folder.as_os_str())) else { return };
        let name = folded(name);
        concerned.extend(interests.any.iter().cloned());
        if is_short(&name) {
            // It may be the other name of any.
            concerned.extend(interests.named.values().flatten().cloned());
            concerned.extend(interests.ways.values().filter(|_| moves).flatten().cloned());
            return;
        }
        concerned.extend(interests.named.get(&name).into_iter().flatten().cloned());
        concerned.extend(interests.ways.get(&name).filter(|_| moves).into_iter().flatten().cloned());
    }
}

/// As Windows compares names: in any case, with either kind of slash.
fn folded(name: &OsStr) -> String {
    name.to_string_lossy().replace('/', "\\").to_uppercase()
}

/// Whether it looks like the second name, of eight letters and three, that Windows gives to files: `PROGRA~1`. Of a file with two
/// names it is not said which of them is told (documentation of ReadDirectoryChangesW).
fn is_short(name: &str) -> bool {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let numbered = stem
        .rsplit_once('~')
        .is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()));
    numbered && stem.chars().count() <= 8 && ending.chars().count() <= 3
}

fn lock(index: &Mutex<Index>) -> MutexGuard<'_, Index> {
    index.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use crate::host::windows_files::Change;

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

    fn concerned(index: &mut Index, moves: bool, path: &str) -> Vec<String> {
        let (folder, name) = (Path::new(path).parent().unwrap(), Path::new(path).file_name().unwrap());
        let told = Told::Changes(vec![Change { name: name.to_str().unwrap().to_owned(), moves }]);
        index.concerned(folder, told).into_iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn an_event_concerns_who_asked_in_any_case() {
        let mut index = index();
        assert_eq!(concerned(&mut index, false, r"c:\data\X.ini"), ["C:/Data", "C:/Data/x.ini"]);
        assert_eq!(concerned(&mut index, false, "C:/DATA/other"), ["C:/Data"]);
        assert_eq!(concerned(&mut index, false, r"C:\Data\way"), ["C:/Data"]);
        assert_eq!(concerned(&mut index, false, r"C:\Other\x.ini"), Vec::<String>::new());
        assert!(!index.stale);
        assert_eq!(concerned(&mut index, true, r"C:\Data\Way"), ["C:/Data", "C:/Data/way/y"]);
        assert!(index.stale);
    }

    #[test]
    fn a_short_name_may_be_of_any() {
        let mut index = index();
        assert_eq!(concerned(&mut index, false, r"C:\Data\LONGNA~1.INI"), ["C:/Data", "C:/Data/x.ini"]);
        assert_eq!(concerned(&mut index, true, r"C:\Data\longna~1").len(), 3);
        for other in ["~$x.ini", "x~.ini", "long name~1.ini", "LONGNA~1.json"] {
            assert_eq!(concerned(&mut index, true, &format!(r"C:\Data\{other}")), ["C:/Data"], "{other}");
        }
    }

    #[test]
    fn a_folder_that_goes_concerns_all_in_it() {
        let mut gone = index();
        assert_eq!(concerned(&mut gone, true, r"C:\Data").len(), 3);
        assert!(gone.stale && gone.lost.contains(r"C:\DATA"));
        let mut over = index();
        assert_eq!(over.concerned(Path::new(r"c:\data"), Told::Over).len(), 3);
        assert!(over.stale && over.lost.contains(r"C:\DATA"), "and is watched anew where it is there");
    }

    #[test]
    fn after_an_overflow_all_may_have_changed() {
        let mut index = index();
        assert_eq!(index.concerned(Path::new(r"C:\Data"), Told::Overflow).len(), 3);
        assert!(index.stale);
    }
}
