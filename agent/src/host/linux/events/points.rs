//! Where to watch, so that a change of what a path leads to is seen.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Component, Path, PathBuf};

/// As many as Linux follows (path_resolution(7)).
const LINKS: usize = 40;

/// A folder to be watched for a name in it, or for any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    /// The folder, free of symbolic links below the root.
    pub(super) folder: PathBuf,
    /// The name of interest; none when everything in the folder is.
    pub(super) name: Option<OsString>,
}

enum Step {
    Root,
    Up,
    Into(OsString),
}

fn steps(path: &Path) -> impl DoubleEndedIterator<Item = Step> + '_ {
    path.components().filter_map(|component| match component {
        Component::RootDir | Component::Prefix(_) => Some(Step::Root),
        Component::CurDir => None,
        Component::ParentDir => Some(Step::Up),
        Component::Normal(name) => Some(Step::Into(name.to_owned())),
    })
}

/// The points of a path below a root: the folder of every symbolic link on the way, the folder of the file
/// itself or of the first part that is missing, and the folder the path is, if it is one.
pub(super) fn points(root: &Path, path: &Path) -> Vec<Point> {
    let mut found = Vec::new();
    let mut here = root.to_owned();
    let mut depth = 0_usize;
    let mut rest: VecDeque<Step> = steps(path).collect();
    let mut followed = 0;
    while let Some(step) = rest.pop_front() {
        let name = match step {
            Step::Root => {
                root.clone_into(&mut here);
                depth = 0;
                continue;
            }
            Step::Up => {
                if depth > 0 {
                    here.pop();
                    depth -= 1;
                }
                continue;
            }
            Step::Into(name) => name,
        };
        let child = here.join(&name);
        let kind = std::fs::symlink_metadata(&child).map(|metadata| metadata.file_type());
        let point = Point { folder: here.clone(), name: Some(name) };
        match kind {
            Ok(kind) if kind.is_symlink() => {
                found.push(point);
                followed += 1;
                let Ok(target) = std::fs::read_link(&child) else { return found };
                if followed > LINKS {
                    return found;
                }
                for step in steps(&target).rev() {
                    rest.push_front(step);
                }
            }
            Ok(kind) if kind.is_dir() => {
                if rest.is_empty() {
                    found.push(point);
                }
                here = child;
                depth += 1;
            }
            // Writing to a device changes nothing that is read; to /dev/null, where masked units lead, it is done
            // all the time. The link that leads there is watched.
            Ok(kind) if kind.is_char_device() || kind.is_block_device() => return found,
            Ok(_) | Err(_) => {
                found.push(point);
                return found;
            }
        }
    }
    found.push(Point { folder: here, name: None });
    found
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn named(root: &Path, path: &str) -> Vec<(String, Option<String>)> {
        points(root, Path::new(path))
            .into_iter()
            .map(|point| {
                let folder = format!("/{}", point.folder.strip_prefix(root).unwrap().display());
                (folder, point.name.map(|name| name.into_string().unwrap()))
            })
            .collect()
    }

    fn point(folder: &str, name: Option<&str>) -> (String, Option<String>) {
        (folder.to_owned(), name.map(str::to_owned))
    }

    #[test]
    fn folders_of_files_links_and_missing_parts() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        std::fs::create_dir_all(root.join("etc/chrony")).unwrap();
        std::fs::write(root.join("etc/chrony/chrony.conf"), "").unwrap();
        symlink("chrony", root.join("etc/conf")).unwrap();
        symlink("/etc/chrony/../chrony/chrony.conf", root.join("etc/absolute")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        assert_eq!(points(Path::new("/"), Path::new("/dev/null")), []);
        let chrony = |name| point("/etc/chrony", Some(name));
        assert_eq!(named(root, "/etc/chrony/chrony.conf"), [chrony("chrony.conf")]);
        assert_eq!(named(root, "/../etc/./chrony/chrony.conf"), [chrony("chrony.conf")]);
        assert_eq!(named(root, "/etc/chrony/none"), [chrony("none")]);
        assert_eq!(named(root, "/etc/none/deep/er"), [point("/etc", Some("none"))]);
        assert_eq!(named(root, "/etc/chrony/chrony.conf/x"), [chrony("chrony.conf")]);
        let link = point("/etc", Some("conf"));
        assert_eq!(named(root, "/etc/conf/chrony.conf"), [link.clone(), chrony("chrony.conf")]);
        assert_eq!(named(root, "/etc/conf"), [link, point("/etc", Some("chrony")), point("/etc/chrony", None)]);
        assert_eq!(named(root, "/etc/absolute"), [point("/etc", Some("absolute")), chrony("chrony.conf")]);
        assert_eq!(named(root, "/"), [point("/", None)]);
        assert_eq!(named(root, "/loop").len(), LINKS + 1);
    }
}
