//! Opening paths, on the machine itself or below a folder in its place.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

/// How often an opening below a root is tried while others rename what it passes.
const TRIES: usize = 8;

/// Where paths start.
#[derive(Debug, Clone)]
pub(super) enum Root {
    /// At the machine's own root.
    Machine,
    /// At a folder, as after chroot(2). `/proc` stays the machine's.
    Below(PathBuf),
}

impl Root {
    /// Opens a path with those flags, never to write.
    pub(super) fn open(&self, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::CLOEXEC;
        let path = of_the_machine(path);
        match self {
            Self::Machine => rustix::fs::open(path, flags, Mode::empty()),
            Self::Below(root) => match below_proc(path) {
                Some(rest) => open_below(Path::new("/proc"), rest, flags),
                None => open_below(root, path, flags),
            },
        }
    }

    /// Opens to read without leaving a trace in the access time, where the system lets us.
    pub(super) fn open_to_read(&self, path: &Path, flags: OFlags) -> Result<File, Errno> {
        let flags = flags | OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        match self.open(path, flags | OFlags::NOATIME) {
            // Only the owner and CAP_FOWNER may ask for it.
            Err(Errno::PERM) => self.open(path, flags).map(File::from),
            other => other.map(File::from),
        }
    }

    /// Names a path without opening what is there: for its metadata, or to connect to it.
    pub(super) fn locate(&self, path: &Path, flags: OFlags) -> Result<File, Errno> {
        self.open(path, flags | OFlags::PATH).map(File::from)
    }
}

/// A service has mounts of its own, all of them read-only; those of the machine are those that its first process sees.
fn of_the_machine(path: &Path) -> &Path {
    if path == Path::new("/proc/self/mountinfo") { Path::new("/proc/1/mountinfo") } else { path }
}

/// What follows `/proc`. A path with `..` may lead out of it again and is none.
fn below_proc(path: &Path) -> Option<&Path> {
    let rest = path.strip_prefix("/proc").ok()?;
    let leaves = rest.components().any(|component| matches!(component, Component::ParentDir));
    (!leaves).then_some(rest)
}

fn open_below(root: &Path, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let folder = rustix::fs::openat(CWD, root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let mut answer = Err(Errno::AGAIN);
    for _ in 0..TRIES {
        answer = rustix::fs::openat2(&folder, path, flags, Mode::empty(), resolve);
        if !matches!(answer, Err(Errno::AGAIN)) {
            break;
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_those_of_the_machine_and_not_of_the_service() {
        let mut told = String::new();
        let mut file = Root::Machine.open_to_read(Path::new("/proc/self/mountinfo"), OFlags::empty()).unwrap();
        std::io::Read::read_to_string(&mut file, &mut told).unwrap();
        assert_eq!(told, std::fs::read_to_string("/proc/1/mountinfo").unwrap());
        assert_eq!(of_the_machine(Path::new("/proc/self/status")), Path::new("/proc/self/status"));
    }

    #[test]
    fn only_what_stays_in_proc_is_the_machines() {
        assert_eq!(below_proc(Path::new("/proc/mounts")), Some(Path::new("mounts")));
        assert_eq!(below_proc(Path::new("/proc")), Some(Path::new("")));
        assert_eq!(below_proc(Path::new("/proc/../etc/passwd")), None);
        assert_eq!(below_proc(Path::new("/process")), None);
        assert_eq!(below_proc(Path::new("proc/mounts")), None);
    }
}
