//! Watching paths: through the folders they are in, because files are replaced rather than written.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Config, Event, EventKindMask, RecommendedWatcher, RecursiveMode, Watcher};

use super::Fired;
use super::points::{Point, points};
use crate::collect::{Wake, WatchedPath};
use crate::host::linux::reply_socket;

/// How often watching is corrected because what is watched changed meanwhile; the next event corrects the rest.
const ROUNDS: usize = 4;

/// After the same paths were wanted so often in a row, all of them are followed anew: nothing tells that a file system was
/// mounted over a folder. Once in a while is enough, because each time thousands of places are asked for.
const ANEW_AFTER: u32 = 32;

/// What the kernel is asked to tell. That files are opened and read is no change, and on a busy host it is told all
/// the time.
const CHANGES: EventKindMask = EventKindMask::CORE.union(EventKindMask::ACCESS_CLOSE);

/// What it is asked of the folder of devices: which there are and whose, not that something is written to one of them. Every program
/// that throws its output away writes to `/dev/null`.
const CHANGES_OF_DEVICES: EventKindMask = EventKindMask::CREATE
    .union(EventKindMask::REMOVE)
    .union(EventKindMask::MODIFY_NAME)
    .union(EventKindMask::MODIFY_META);

/// The folder of devices below the root.
const DEVICES: &str = "dev";

/// File systems whose changes the kernel does not tell: proc, sysfs, NFS, SMB, CIFS, FUSE (statfs(2)).
const SILENT: [i128; 6] = [0x9fa0, 0x6265_6572, 0x6969, 0xfe53_4d42, 0xff53_4d42, 0x6573_5546];

/// Device and inode of a folder: another folder of the same name needs another watch.
type Identity = (u64, u64);

/// Which paths a folder's events concern. Most folders have few, and there are many folders: lists are smaller than trees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Interests {
    /// By the name in the folder, sorted.
    named: Vec<(Box<OsStr>, WatchedPath)>,
    any: Vec<WatchedPath>,
}

impl Interests {
    fn add(&mut self, name: Option<OsString>, path: &WatchedPath) {
        match name {
            Some(name) => self.named.push((name.into_boxed_os_str(), path.clone())),
            None => self.any.push(path.clone()),
        }
    }

    /// To be called when everything was added.
    fn sort(&mut self) {
        self.named.sort_unstable();
        self.named.dedup();
        self.named.shrink_to_fit();
        self.any.dedup();
        self.any.shrink_to_fit();
    }

    fn named<'a>(&'a self, name: &'a OsStr) -> impl Iterator<Item = &'a WatchedPath> {
        let first = self.named.partition_point(|(other, _)| **other < *name);
        let same = self.named.iter().skip(first).take_while(move |(other, _)| **other == *name);
        same.map(|(_, path)| path)
    }

    fn all(&self) -> impl Iterator<Item = &WatchedPath> {
        self.named.iter().map(|(_, path)| path).chain(&self.any)
    }
}

/// Folders share their text with the copies of this.
type Folders = BTreeMap<Arc<Path>, Interests>;

#[derive(Debug, Default)]
struct Index {
    folders: Folders,
    /// Folders that went or were moved: their watch is gone or follows them.
    lost: BTreeSet<PathBuf>,
    /// Something appeared, went or was replaced, so that paths may lead elsewhere.
    stale: bool,
}

/// The watched paths.
pub(super) struct PathWatch {
    root: PathBuf,
    watcher: RecommendedWatcher,
    /// Of the folder of devices, which has a mask of its own.
    devices: RecommendedWatcher,
    index: Arc<Mutex<Index>>,
    wanted: BTreeSet<WatchedPath>,
    watched: BTreeMap<Arc<Path>, Identity>,
    refused: BTreeMap<Arc<Path>, String>,
    /// Where paths lead that go through a folder that is not watched: nothing tells when they lead elsewhere.
    untold: Vec<(WatchedPath, Vec<Point>)>,
    /// How often in a row the same paths were wanted.
    same: u32,
}

impl PathWatch {
    pub(super) fn new(root: PathBuf, fired: Arc<Fired>) -> Result<Self, String> {
        let index = Arc::new(Mutex::new(Index::default()));
        let watcher = watcher(&index, Arc::clone(&fired), CHANGES)?;
        let devices = self::watcher(&index, fired, CHANGES_OF_DEVICES)?;
        Ok(Self {
            root,
            watcher,
            devices,
            index,
            wanted: BTreeSet::new(),
            watched: BTreeMap::new(),
            refused: BTreeMap::new(),
            untold: Vec::new(),
            same: 0,
        })
    }

    /// Watches these paths and no others. Returns those that are not watched, and why.
    pub(super) fn replace(&mut self, wanted: BTreeSet<WatchedPath>) -> Vec<(WatchedPath, String)> {
        if wanted == self.wanted && self.same < ANEW_AFTER {
            self.same += 1;
            self.follow();
            self.try_again();
        } else {
            self.same = 0;
            self.wanted = wanted;
            self.settle();
        }
        let index = lock(&self.index);
        let mut unwatched = BTreeMap::new();
        for (folder, why) in &self.refused {
            for path in index.folders.get(folder).into_iter().flat_map(Interests::all) {
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

    /// Tries again what is not watched. Most of it never will be, and thousands of other paths need not be followed for that.
    fn try_again(&mut self) {
        let moved = self.untold.iter().any(|(path, before)| points(&self.root, path) != *before);
        let refused: Vec<Arc<Path>> = self.refused.keys().cloned().collect();
        if moved || refused.iter().any(|folder| self.watch_one(folder, None).is_ok()) {
            self.settle();
        }
    }

    /// Brings the watches in line with where the paths lead now. What leads elsewhere after a watch was laid
    /// may have changed before: it is followed again.
    fn settle(&mut self) {
        self.lay();
        let paths: BTreeSet<WatchedPath> = {
            let index = lock(&self.index);
            let interests = self.refused.keys().filter_map(|folder| index.folders.get(folder));
            interests.flat_map(Interests::all).cloned().collect()
        };
        self.untold = paths.into_iter().map(|path| (path.clone(), points(&self.root, &path))).collect();
    }

    fn lay(&mut self) {
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

    fn folders(&self) -> Folders {
        let mut folders = BTreeMap::<PathBuf, Interests>::new();
        for path in &self.wanted {
            for point in points(&self.root, path) {
                folders.entry(point.folder).or_default().add(point.name, path);
            }
        }
        let sorted = folders.into_iter().map(|(folder, mut interests)| {
            interests.sort();
            (folder.into(), interests)
        });
        sorted.collect()
    }

    fn watch(&mut self, folders: &Folders, lost: &BTreeSet<PathBuf>) {
        self.refused.clear();
        let mut before = std::mem::take(&mut self.watched);
        for folder in folders.keys() {
            match self.watch_one(folder, before.remove(folder).filter(|_| !lost.contains(&**folder))) {
                Ok(identity) => {
                    self.watched.insert(folder.clone(), identity);
                }
                Err(why) => {
                    self.refused.insert(folder.clone(), why);
                }
            }
        }
        for folder in before.keys() {
            // Fails for a folder that is gone, whose watch went with it.
            let _ = self.watcher_of(folder).unwatch(folder);
        }
    }

    fn watcher_of(&mut self, folder: &Path) -> &mut RecommendedWatcher {
        if folder == self.root.join(DEVICES) { &mut self.devices } else { &mut self.watcher }
    }

    fn watch_one(&mut self, folder: &Path, known: Option<Identity>) -> Result<Identity, String> {
        let failed = |why: &dyn std::fmt::Display| format!("watch {}: {why}", folder.display());
        let metadata = std::fs::metadata(folder).map_err(|error| failed(&error))?;
        let identity = (metadata.dev(), metadata.ino());
        if known == Some(identity) {
            return Ok(identity);
        }
        let system = rustix::fs::statfs(folder).map_err(|errno| failed(&errno))?;
        if SILENT.contains(&i128::from(system.f_type)) {
            return Err(failed(&"this file system does not tell its changes"));
        }
        // A watch on what had this name before.
        let watcher = self.watcher_of(folder);
        let _ = watcher.unwatch(folder);
        watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|error| failed(&said(&error)))?;
        Ok(identity)
    }
}

/// Starts what tells the index of changes of those kinds, and fires what they concern.
fn watcher(index: &Arc<Mutex<Index>>, fired: Arc<Fired>, kinds: EventKindMask) -> Result<RecommendedWatcher, String> {
    let shared = Arc::clone(index);
    let tell = move |event| {
        let concerned = lock(&shared).concerned(event);
        if !concerned.is_empty() {
            fired.fire(concerned.into_iter().map(Wake::Path));
        }
    };
    let started = RecommendedWatcher::new(tell, Config::default().with_event_kinds(kinds));
    started.map_err(|error| format!("start watching files: {}", said(&error)))
}

impl Index {
    /// The paths an event concerns. After an overflow or an error, all of them.
    fn concerned(&mut self, event: notify::Result<Event>) -> BTreeSet<WatchedPath> {
        let event = match event {
            Ok(event) if !event.need_rescan() => event,
            Ok(_) | Err(_) => {
                self.stale = true;
                return self.folders.values().flat_map(Interests::all).cloned().collect();
            }
        };
        let moves = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
            EventKind::Access(_) => return BTreeSet::new(),
            EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => true,
            EventKind::Any | EventKind::Modify(_) | EventKind::Other => false,
        };
        let mut concerned = BTreeSet::new();
        for path in &event.paths {
            if reply_socket::is_own(path) {
                continue;
            }
            if let Some(interests) = self.folders.get(path.as_path()) {
                if moves {
                    self.lost.insert(path.clone());
                    concerned.extend(interests.all().cloned());
                } else {
                    concerned.extend(interests.any.iter().cloned());
                }
            }
            let interests = path.parent().and_then(|folder| self.folders.get(folder));
            if let Some((interests, name)) = interests.zip(path.file_name()) {
                concerned.extend(interests.named(name).cloned());
                concerned.extend(interests.any.iter().cloned());
            }
        }
        self.stale |= moves && !concerned.is_empty();
        concerned
    }
}

fn lock(index: &Mutex<Index>) -> MutexGuard<'_, Index> {
    index.lock().unwrap_or_else(PoisonError::into_inner)
}

fn said(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system's limit of watches is reached; raise fs.inotify.max_user_watches".to_owned()
        }
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(libc::EMFILE) => {
            "the system's limit of watchers is reached; raise fs.inotify.max_user_instances".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag, RemoveKind};

    use super::*;

    fn index() -> Index {
        let path = |path: &str| WatchedPath::from(path);
        let named = |name: &str, of: &str| (OsString::from(name).into_boxed_os_str(), path(of));
        let etc = Interests { named: vec![named("passwd", "/etc/passwd")], any: vec![path("/etc")] };
        let run = Interests { named: vec![named("x", "/run/x")], any: Vec::new() };
        Index {
            folders: [("/etc", etc), ("/run", run)].map(|(at, of)| (Path::new(at).into(), of)).into(),
            ..Index::default()
        }
    }

    fn concerned(index: &mut Index, kind: EventKind, path: &str) -> Vec<String> {
        let event = Event::new(kind).add_path(path.into());
        index.concerned(Ok(event)).into_iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn an_event_concerns_who_asked() {
        let mut index = index();
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        assert_eq!(concerned(&mut index, written, "/etc/passwd"), ["/etc", "/etc/passwd"]);
        assert_eq!(concerned(&mut index, written, "/etc/other"), ["/etc"]);
        assert_eq!(concerned(&mut index, written, "/run/other"), Vec::<String>::new());
        assert_eq!(concerned(&mut index, EventKind::Access(AccessKind::Open(AccessMode::Any)), "/run/x").len(), 0);
        assert_eq!(concerned(&mut index, EventKind::Access(AccessKind::Close(AccessMode::Write)), "/run/x").len(), 1);
        assert!(!index.stale);
        let own = reply_socket::name(7);
        assert_eq!(concerned(&mut index, EventKind::Create(CreateKind::File), &format!("/etc/{own}")).len(), 0);
        assert_eq!(concerned(&mut index, EventKind::Create(CreateKind::File), "/run/other").len(), 0);
        assert!(!index.stale, "nobody's file");
        assert_eq!(concerned(&mut index, EventKind::Create(CreateKind::File), "/run/x"), ["/run/x"]);
        assert!(index.stale);
    }

    #[test]
    fn a_name_concerns_every_path_over_it_and_each_once() {
        let [link, file, other] = ["/a/link/x", "/b/x", "/b/y"].map(WatchedPath::from);
        let mut interests = Interests::default();
        for (name, path) in [("y", &other), ("x", &file), ("x", &link), ("x", &file)] {
            interests.add(Some(name.into()), path);
        }
        interests.add(None, &other);
        interests.add(None, &other);
        interests.sort();
        let named = |name: &str| interests.named(OsStr::new(name)).cloned().collect::<Vec<_>>();
        assert_eq!((named("x"), named("y")), (vec![link, file], vec![other]));
        assert!(["", "w", "xx", "z"].iter().all(|name| named(name).is_empty()));
        assert_eq!(interests.all().count(), 4);
    }

    #[test]
    fn a_folder_that_goes_concerns_all_in_it() {
        let mut index = index();
        assert_eq!(concerned(&mut index, EventKind::Remove(RemoveKind::Folder), "/etc"), ["/etc", "/etc/passwd"]);
        assert!(index.stale && index.lost.contains(Path::new("/etc")));
    }

    #[test]
    fn after_an_overflow_or_an_error_all_may_have_changed() {
        for event in [Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)), Err(notify::Error::generic("lost"))] {
            let mut index = index();
            assert_eq!(index.concerned(event).len(), 3);
            assert!(index.stale);
        }
    }

    #[test]
    fn what_cannot_be_watched_is_said_and_followed_each_time() {
        let [silent, told] = ["/proc/self/status", "/etc/passwd"].map(WatchedPath::from);
        let wanted = BTreeSet::from([silent.clone(), told]);
        let mut watch = PathWatch::new("/".into(), Arc::default()).unwrap();
        let refused = watch.replace(wanted.clone());
        assert_eq!(refused.iter().map(|(path, _)| path).collect::<Vec<_>>(), [&silent]);
        for _ in 0..=ANEW_AFTER {
            assert_eq!(watch.replace(wanted.clone()), refused);
        }
        assert_eq!(watch.same, 0, "everything was followed anew");
        let untold = watch.untold.clone();
        assert_eq!(untold.iter().map(|(path, _)| path).collect::<Vec<_>>(), [&silent]);
        // As if it had led elsewhere the last time.
        watch.untold[0].1.clear();
        assert_eq!(watch.replace(wanted), refused);
        assert_eq!(watch.untold, untold);
    }

    #[test]
    fn limits_are_named() {
        assert!(said(&notify::Error::new(notify::ErrorKind::MaxFilesWatch)).contains("max_user_watches"));
        let instances = notify::Error::io(std::io::Error::from_raw_os_error(libc::EMFILE));
        assert!(said(&instances).contains("max_user_instances"));
    }
}
