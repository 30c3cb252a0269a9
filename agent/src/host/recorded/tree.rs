//! Paths of a recorded host, looked up as a kernel would.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::{Answer, Elsewhere, Node, Recording};
use crate::host::{Entry, EntryKind, Metadata, ReadError, ReadErrorKind};

/// As many as Linux follows (path_resolution(7)).
const LINKS: usize = 40;

enum Step {
    Root(PathBuf),
    Up,
    Into(OsString),
}

fn steps(path: &Path) -> impl DoubleEndedIterator<Item = Step> + '_ {
    path.components().filter_map(|component| match component {
        Component::Prefix(prefix) => Some(Step::Root(PathBuf::from(prefix.as_os_str()))),
        Component::RootDir => Some(Step::Root(PathBuf::from("/"))),
        Component::CurDir => None,
        Component::ParentDir => Some(Step::Up),
        Component::Normal(name) => Some(Step::Into(name.to_owned())),
    })
}

impl Recording {
    /// What is recorded of a path by `part`: at the path itself, or where its symbolic links lead.
    pub(super) fn at<T>(
        &self,
        path: &Path,
        tried: &str,
        part: impl Fn(&Node) -> Option<&Answer<T>>,
    ) -> Result<Option<&Answer<T>>, ReadError> {
        // A captured host answered for exactly the path it was asked of.
        if self.elsewhere == Elsewhere::NotRecorded
            && let Some(Answer::Given(node)) = self.paths.get(path)
            && let Some(answer) = part(node)
        {
            return Ok(Some(answer));
        }
        let resolved = self.resolve(path, tried, true)?;
        match self.paths.get(&resolved) {
            Some(node) => Ok(part(node.get()?)),
            None => Err(self.unknown(tried)),
        }
    }

    /// Where a path leads. The last component is followed only if `follow_last`.
    pub(super) fn resolve(&self, path: &Path, tried: &str, follow_last: bool) -> Result<PathBuf, ReadError> {
        let mut rest: VecDeque<Step> = steps(path).collect();
        let mut here = PathBuf::from("/");
        let mut followed = 0;
        while let Some(step) = rest.pop_front() {
            let name = match step {
                Step::Root(root) if root.as_os_str() == "/" && here.parent().is_none() => {
                    here.push("/");
                    continue;
                }
                Step::Root(root) => {
                    here = root;
                    continue;
                }
                Step::Up => {
                    here.pop();
                    continue;
                }
                Step::Into(name) => name,
            };
            here.push(name);
            let link = match self.paths.get(&here) {
                None => None,
                Some(Answer::Refused(error)) => {
                    return Err(ReadError::new(error.kind, tried, error.why.clone()));
                }
                Some(Answer::Given(node)) => {
                    if !rest.is_empty() && is_file(node) {
                        return Err(ReadError::new(ReadErrorKind::NotThere, tried, "a part of the path is no folder"));
                    }
                    node.link.as_ref().and_then(|link| link.get().ok())
                }
            };
            if let Some(target) = link.filter(|_| follow_last || !rest.is_empty()) {
                followed += 1;
                if followed > LINKS {
                    return Err(ReadError::new(ReadErrorKind::Failed, tried, "too many levels of symbolic links"));
                }
                here.pop();
                for step in steps(target).rev() {
                    rest.push_front(step);
                }
            }
        }
        Ok(here)
    }

    /// What a path that is not recorded answers.
    pub(super) fn unknown(&self, tried: &str) -> ReadError {
        match self.elsewhere {
            Elsewhere::NotThere => ReadError::new(ReadErrorKind::NotThere, tried, "no such file or folder"),
            Elsewhere::NotRecorded => ReadError::new(ReadErrorKind::Failed, tried, "not recorded"),
        }
    }

    /// What a recorded path that has no such part answers: on a composed host it is of another kind.
    pub(super) fn without(&self, tried: &str, wanted: &str) -> ReadError {
        match self.elsewhere {
            Elsewhere::NotThere => ReadError::new(ReadErrorKind::WrongKind, tried, format!("it is no {wanted}")),
            Elsewhere::NotRecorded => self.unknown(tried),
        }
    }

    /// The entries of a composed folder: the paths below it.
    pub(super) fn below(&self, folder: &Path) -> Vec<Entry> {
        let children = self.paths.range(folder.to_owned()..).take_while(|(path, _)| path.starts_with(folder));
        children
            .filter(|(path, _)| path.parent() == Some(folder))
            .filter_map(|(path, node)| {
                let name = path.file_name()?.to_string_lossy().into_owned();
                Some(Entry { name, kind: self.entry_kind(path, node) })
            })
            .collect()
    }

    fn entry_kind(&self, path: &Path, node: &Answer<Node>) -> EntryKind {
        match node {
            Answer::Given(Node { link: Some(Answer::Given(_)), .. }) => EntryKind::Link,
            Answer::Given(Node { metadata: Some(Answer::Given(metadata)), .. }) => metadata.kind,
            Answer::Given(_) | Answer::Refused(_) => {
                let is_folder = self.paths.keys().any(|other| other.parent() == Some(path));
                if is_folder { EntryKind::Folder } else { EntryKind::File }
            }
        }
    }
}

fn is_file(node: &Node) -> bool {
    matches!(
        node.metadata,
        Some(Answer::Given(Metadata { kind: EntryKind::File | EntryKind::Other, .. })) if node.link.is_none()
    )
}
