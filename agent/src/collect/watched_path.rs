//! A path whose changes wake a collector.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A watched path. The schedule, the watch and every folder on the way to it know it, so that copies share one text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatchedPath(Arc<Path>);

impl Deref for WatchedPath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for WatchedPath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl From<&Path> for WatchedPath {
    fn from(path: &Path) -> Self {
        Self(path.into())
    }
}

impl From<PathBuf> for WatchedPath {
    fn from(path: PathBuf) -> Self {
        Self(path.into())
    }
}

impl From<&str> for WatchedPath {
    fn from(path: &str) -> Self {
        Self(Path::new(path).into())
    }
}
