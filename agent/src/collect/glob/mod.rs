//! The files that a path with patterns means, as glob(3) without flags finds them for daemons and shells.
//!
//! Patterns may stand in any part of a path. Braces and `~` mean themselves.

mod pattern;
pub mod wildcard;

use std::path::{Component, Path};

use tenken_model::{Reason, ReasonCode};
use thiserror::Error;

pub use self::pattern::{Pattern, PatternError};
use super::Look;
use crate::host::{Entry, EntryKind, ReadErrorKind};

/// The most entries of one folder.
pub const ENTRIES_MAX: usize = 4_096;
/// The most folders that are listed for one path, and the most paths it may mean.
const FOLDERS_MAX: usize = 256;
const PATHS_MAX: usize = 4_096;

/// An absolute path whose parts may be patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Name(String),
    Pattern(Pattern),
}

/// Why a path is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GlobError {
    /// One of its patterns is not.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// It depends on where its reader was started.
    #[error("it is not absolute")]
    Relative,
}

/// Why the files of a path were not all found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfound<E> {
    /// A folder was not listed.
    Unlisted(E),
    /// It means more than is followed.
    TooMany,
}

/// Whether a path has a sign that may make a pattern of it.
pub fn has_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '\\'])
}

impl Glob {
    /// Reads a path with patterns.
    pub fn parse(path: &str) -> Result<Self, GlobError> {
        let below = path.strip_prefix('/').ok_or(GlobError::Relative)?;
        let mut parts = Vec::new();
        for part in below.split('/').filter(|part| !matches!(*part, "" | ".")) {
            let pattern = Pattern::parse(part)?;
            parts.push(pattern.name().map_or(Part::Pattern(pattern), Part::Name));
        }
        Ok(Self(parts))
    }

    /// A path in which no sign is a pattern.
    pub fn plain(path: &str) -> Self {
        let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
        Self(parts.map(|part| Part::Name(part.to_owned())).collect())
    }

    /// The one path it means, where it has no pattern.
    pub fn path(&self) -> Option<String> {
        let names = self.0.iter().map(|part| if let Part::Name(name) = part { Some(name.as_str()) } else { None });
        Some(format!("/{}", names.collect::<Option<Vec<_>>>()?.join("/")))
    }

    /// Whether a path is one it could mean, hidden ones among them.
    pub fn covers(&self, path: &Path) -> bool {
        let mut parts = self.0.iter();
        for component in path.components() {
            let name = match component {
                Component::RootDir | Component::CurDir | Component::Prefix(_) => continue,
                Component::ParentDir => "..",
                Component::Normal(name) => name.to_str().unwrap_or_default(),
            };
            let fits = match parts.next() {
                Some(Part::Name(wanted)) => wanted == name,
                Some(Part::Pattern(pattern)) => pattern.fits_hidden_too(name),
                None => false,
            };
            if !fits {
                return false;
            }
        }
        parts.next().is_none()
    }

    /// The paths it means, sorted by their bytes. `list` gives the entries of a folder; none for what is no folder.
    /// Folders that its last part fits are left out. A path without patterns behind the last one need not be there.
    pub fn paths<E>(&self, list: &mut dyn FnMut(&str) -> Result<Vec<Entry>, E>) -> Result<Vec<String>, Unfound<E>> {
        let mut reached = vec![String::new()];
        let mut listed = 0;
        for (at, part) in self.0.iter().enumerate() {
            let is_last = at + 1 == self.0.len();
            let mut next = Vec::new();
            for folder in &reached {
                match part {
                    Part::Name(name) => next.push(format!("{folder}/{name}")),
                    Part::Pattern(pattern) => {
                        listed += 1;
                        if listed > FOLDERS_MAX {
                            return Err(Unfound::TooMany);
                        }
                        let entries = list(if folder.is_empty() { "/" } else { folder }).map_err(Unfound::Unlisted)?;
                        let names = fitting(pattern, &entries, is_last);
                        next.extend(names.into_iter().map(|name| format!("{folder}/{name}")));
                    }
                }
                if next.len() > PATHS_MAX {
                    return Err(Unfound::TooMany);
                }
            }
            reached = next;
        }
        reached.sort();
        Ok(reached)
    }
}

/// The names that a pattern fits: of files in the last part, of folders and links to them before. Every folder holds itself
/// and the one above.
fn fitting<'e>(pattern: &Pattern, entries: &'e [Entry], is_last: bool) -> Vec<&'e str> {
    let wanted = |entry: &&Entry| match entry.kind {
        EntryKind::Link => true,
        EntryKind::Folder => !is_last,
        EntryKind::File | EntryKind::Other => is_last,
    };
    let dots = [".", ".."].into_iter().filter(|_| !is_last);
    let names = entries.iter().filter(wanted).map(|entry| entry.name.as_str());
    dots.chain(names).filter(|name| pattern.fits(name)).collect()
}

/// The paths that a path with patterns means on a host, sorted. A folder that is not there holds none; what cannot be
/// followed is [`ReasonCode::Unsupported`].
pub fn paths(look: &Look<'_>, path: &str) -> Result<Vec<String>, Reason> {
    let unsupported = |error: GlobError| Reason::new(ReasonCode::Unsupported, format!("read {path}: {error}"));
    let glob = Glob::parse(path).map_err(unsupported)?;
    let found = glob.paths(&mut |folder| match look.list_if_there(folder, ENTRIES_MAX) {
        Err(error) if error.kind == ReadErrorKind::WrongKind => Ok(Vec::new()),
        other => other.map_err(|error| error.reason()),
    });
    found.map_err(|unfound| match unfound {
        Unfound::Unlisted(reason) => reason,
        Unfound::TooMany => Reason::new(ReasonCode::TooLarge, format!("read {path}: it means too many files")),
    })
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;

    use super::*;
    use crate::host::Recording;

    fn host() -> Recording {
        Recording::new(Instant::UNIX_EPOCH)
            .file("/etc/a/b.conf", "")
            .file("/etc/a/.h.conf", "")
            .file("/etc/a-b/b.conf", "")
            .folder("/etc/a/x.conf")
            .file("/etc/.hidden/b.conf", "")
            .file("/etc/file", "")
            .link("/etc/l", "/etc/a")
            .link("/etc/to-file", "/etc/file")
            .file("/etc/{a,b}", "")
    }

    fn found(path: &str) -> Vec<String> {
        paths(&Look::new(&host()), path).unwrap()
    }

    #[test]
    fn patterns_in_every_part() {
        assert_eq!(found("/etc/a/*.conf"), ["/etc/a/b.conf"]);
        assert_eq!(found("/etc/a/.*"), ["/etc/a/.h.conf"]);
        let all = ["/etc/a-b/b.conf", "/etc/a/b.conf", "/etc/l/b.conf"];
        assert_eq!(found("/etc/*/*.conf"), all, "sorted as a whole");
        let unseen = ["/etc/a-b/b.conf", "/etc/a/b.conf", "/etc/l/b.conf", "/etc/to-file/b.conf"];
        assert_eq!(found("//etc/./*/b.conf"), unseen, "a plain end need not be there");
        assert_eq!(found("/*/[.]hidden/*"), [""; 0]);
        assert_eq!(found("/etc/.h*/*"), ["/etc/.hidden/b.conf"]);
        assert_eq!(found("/etc/a/.*/file"), ["/etc/a/../file", "/etc/a/./file"]);
        assert_eq!(found("/etc/{a,b}"), ["/etc/{a,b}"]);
        assert_eq!(found("/etc/{a*"), ["/etc/{a,b}"]);
        assert_eq!(found("/gone/*"), [""; 0]);
        assert_eq!(found("/gone/a\\*b"), ["/gone/a*b"]);
    }

    #[test]
    fn what_is_not_followed_is_said() {
        let code = |host: &Recording, path: &str| paths(&Look::new(host), path).unwrap_err().code;
        for unfollowed in ["etc/*", "", "/etc/[^a]*", "/etc/[a/b]", "/etc/a\\/b"] {
            assert_eq!(code(&host(), unfollowed), ReasonCode::Unsupported, "{unfollowed}");
        }
        assert_eq!(code(&host().denied("/etc/a"), "/etc/*/*"), ReasonCode::NotPermitted);
        let wide = (0..=FOLDERS_MAX).fold(host(), |host, at| host.folder(format!("/srv/{at}")));
        assert_eq!(code(&wide, "/srv/*/*"), ReasonCode::TooLarge);
        let mut list = |_: &str| Ok::<_, ()>(vec![Entry { name: "a".to_owned(), kind: EntryKind::Link }; 65]);
        assert_eq!(Glob::parse("/*/*/*").unwrap().paths(&mut list), Err(Unfound::TooMany));
    }

    #[test]
    fn paths_that_could_be_meant() {
        let covers = |glob: &str, path: &str| Glob::parse(glob).unwrap().covers(Path::new(path));
        assert!(covers("/etc/*/b.conf", "/etc/a/b.conf") && covers("/etc//*", "/etc/.x"));
        for (glob, path) in [("/etc/*", "/etc/a/b"), ("/etc/*/x", "/etc/a"), ("/etc/a", "/etc/b")] {
            assert!(!covers(glob, path), "{glob} {path}");
        }
        assert_eq!(Glob::parse("/a//b\\*").unwrap().path().as_deref(), Some("/a/b*"));
        assert_eq!((Glob::parse("/a/*").unwrap().path(), Glob::plain("/a/*").path()), (None, Some("/a/*".into())));
    }
}
