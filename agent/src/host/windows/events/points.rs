//! Where to watch, so that a change of what a path leads to is seen.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use crate::host::EntryKind;
use crate::host::windows::files;

/// A folder to be watched for a name in it, or for any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    /// The folder.
    pub(super) folder: PathBuf,
    /// What in it is of interest.
    pub(super) interest: Interest,
}

/// What is of interest in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Interest {
    /// Any change of that name.
    Named(OsString),
    /// That something of that name comes or goes: it is a folder on the way, in which something changes all the time.
    Way(OsString),
    /// Any change.
    Any,
}

/// The points of a path: the folder of every link on the way, the folder of the file itself or of the first part that is
/// missing, the folder above that, and the folder the path is, if it is one. Fails for what names no local file.
pub(super) fn points(path: &Path) -> Result<Vec<Point>, String> {
    files::checked(path, &format!("watch {}", path.display())).map_err(|error| error.to_string())?;
    let mut here = PathBuf::new();
    let mut found = Vec::new();
    let mut rest = path.components().peekable();
    let last = loop {
        let Some(component) = rest.next() else { break Interest::Any };
        let name = match component {
            Component::Prefix(drive) => {
                here.push(drive.as_os_str());
                continue;
            }
            Component::RootDir => {
                here.push("\\");
                continue;
            }
            Component::CurDir => continue,
            Component::ParentDir => {
                here.pop();
                continue;
            }
            Component::Normal(name) => name.to_owned(),
        };
        let child = here.join(&name);
        match files::kind(&child) {
            Ok(EntryKind::Link) => {
                found.push(Point { folder: here.clone(), interest: Interest::Named(name.clone()) });
                // Whatever of the way behind it is a link is followed with it, and not watched.
                let Ok((target, is_folder)) = files::resolved(&child) else { break Interest::Named(name) };
                if is_folder {
                    here = target;
                } else {
                    let Some((folder, name)) = target.parent().zip(target.file_name()) else { break Interest::Any };
                    folder.clone_into(&mut here);
                    break Interest::Named(name.to_owned());
                }
            }
            Ok(EntryKind::Folder) => here = child,
            Ok(EntryKind::File | EntryKind::Other) | Err(_) => break Interest::Named(name),
        }
    };
    // A folder that is renamed takes its watch with it, and tells nothing.
    if let Some((above, name)) = here.parent().zip(here.file_name()) {
        found.push(Point { folder: above.to_owned(), interest: Interest::Way(name.to_owned()) });
    }
    found.push(Point { folder: here, interest: last });
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &Path) -> Vec<(PathBuf, String)> {
        let told = |point: Point| {
            let name = match point.interest {
                Interest::Named(name) => name.into_string().unwrap(),
                Interest::Way(name) => format!("way {}", name.into_string().unwrap()),
                Interest::Any => "any".to_owned(),
            };
            (point.folder, name)
        };
        points(path).unwrap().into_iter().map(told).collect()
    }

    #[test]
    fn folders_of_files_and_missing_parts() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().to_owned();
        let (above, own) = (root.parent().unwrap().to_owned(), root.file_name().unwrap().to_str().unwrap());
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::write(root.join("a/x"), "").unwrap();
        let slashes = |name: &str| PathBuf::from(format!("{}/{name}", root.to_str().unwrap().replace('\\', "/")));
        let way = |name: &str| (root.clone(), format!("way {name}"));
        assert_eq!(told(&slashes("a/x")), [way("a"), (root.join("a"), "x".into())]);
        assert_eq!(told(&slashes("./a/b/../x")), [way("a"), (root.join("a"), "x".into())]);
        assert_eq!(told(&slashes("a/none/deep")), [way("a"), (root.join("a"), "none".into())]);
        assert_eq!(told(&slashes("a/x/y")), [way("a"), (root.join("a"), "x".into())]);
        assert_eq!(told(&slashes("a")), [way("a"), (root.join("a"), "any".into())]);
        assert_eq!(told(&slashes("none")), [(above, format!("way {own}")), (root.clone(), "none".into())]);
        assert_eq!(told(Path::new("C:/")), [(PathBuf::from(r"C:\"), "any".into())]);
        for odd in ["//server/share/x", "x", r"\\.\PhysicalDrive0", "C:/x:y", "C:/nul"] {
            assert!(points(Path::new(odd)).unwrap_err().starts_with("watch "), "{odd}");
        }
    }
}
