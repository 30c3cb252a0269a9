//! Files of the agent's own that only it may read.
//!
//! What differs between systems when the agent keeps its state; everything else about durability is in
//! [`crate::durable`].

use std::fs::File;
#[cfg(unix)]
use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tenken_model::Size;

/// After each of these a file that another program holds for a moment is tried again.
const PAUSES: [Duration; 7] = [
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(40),
    Duration::from_millis(80),
    Duration::from_millis(160),
    Duration::from_millis(320),
];

/// Opens a file to write it anew, readable and writable by its owner only. On Windows a file that is there and is not the
/// agent's own is refused.
pub fn create_private(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        // A file left by an earlier attempt keeps its old mode.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(windows)]
    super::windows::private::create_file(path)
}

/// Makes a folder with its parents, open to its owner only. One that is there is left as it is; on Windows, where every user
/// may make folders in the one of programs' data, it must be the agent's own.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        DirBuilder::new().recursive(true).mode(0o700).create(path)
    }
    #[cfg(windows)]
    super::windows::private::create_folder(path)
}

/// Fails if a folder that is there is somebody else's. Only on Windows could it be.
pub fn check_private_folder(path: &Path) -> io::Result<()> {
    #[cfg(windows)]
    super::windows::private::check_folder(path)?;
    #[cfg(not(windows))]
    let _ = path;
    Ok(())
}

/// What is left of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What the agent may still use of it.
    pub free: Size,
    /// Nothing can be written.
    pub is_read_only: bool,
}

/// What is left of the file system that a path is on.
pub fn room(path: &Path) -> io::Result<Room> {
    #[cfg(unix)]
    {
        use rustix::fs::StatVfsMountFlags;
        let found = rustix::fs::statvfs(path)?;
        let free = Size::from_bytes(found.f_bavail.saturating_mul(found.f_frsize));
        Ok(Room { free, is_read_only: found.f_flag.contains(StatVfsMountFlags::RDONLY) })
    }
    #[cfg(windows)]
    super::windows::free_space(path).map(|free| Room { free, is_read_only: false })
}

/// Where the agent keeps its state unless it is told otherwise.
pub fn state_folder() -> PathBuf {
    #[cfg(not(windows))]
    let folder = PathBuf::from("/var/lib/tenken-agent");
    #[cfg(windows)]
    let folder = super::windows::folders::program_data().join("Tenken").join("agent");
    folder
}

/// Gives a file the name of another, whose content is gone thereby.
///
/// On Windows that fails while another program has either open without letting others rename it, as scanners for malware do
/// for a moment after each write. It is tried again for less than a second.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(|| std::fs::rename(from, to), std::thread::sleep)
}

/// Tries again what another program may be in the way of, with `pause` between.
fn patiently<T>(mut act: impl FnMut() -> io::Result<T>, mut pause: impl FnMut(Duration)) -> io::Result<T> {
    for wait in PAUSES {
        match act() {
            Err(error) if is_passing(&error) => pause(wait),
            done => return done,
        }
    }
    act()
}

/// Another program is in the way. Windows says that access is denied where a file is open or its deletion waits.
fn is_passing(error: &io::Error) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    cfg!(windows) && matches!(error.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION | LOCK_VIOLATION))
}

/// Makes the names in a folder durable: after a power cut a renamed file has its new name.
///
/// Only Unix has this as a step of its own; NTFS journals names.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_and_folders_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;

        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("a/b");
        create_private_folder(&folder).unwrap();
        create_private_folder(&folder).unwrap();
        check_private_folder(&folder).unwrap();
        let path = folder.join("key");
        std::fs::write(&path, "left").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        create_private(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::read(&path).unwrap(), b"");
        sync_folder(&folder).unwrap();
    }

    #[test]
    fn what_is_in_the_way_for_good_is_said_after_a_bounded_time() {
        let mut waited = Vec::new();
        let mut tries = 0;
        let refused = patiently(
            || {
                tries += 1;
                Err::<(), _>(io::Error::from_raw_os_error(32))
            },
            |pause| waited.push(pause),
        );
        assert!(refused.is_err());
        let total: Duration = waited.iter().sum();
        assert!(total < Duration::from_secs(1), "{total:?}");
        assert_eq!(tries, if cfg!(windows) { PAUSES.len() + 1 } else { 1 });
        let mut left = 2;
        let done = patiently(
            || {
                left -= 1;
                if left == 0 || !cfg!(windows) { Ok(()) } else { Err(io::Error::from_raw_os_error(5)) }
            },
            |_| {},
        );
        assert!(done.is_ok());
        let missing = patiently(|| Err::<(), _>(io::Error::from(io::ErrorKind::NotFound)), |_| unreachable!());
        assert!(missing.is_err());
    }

    /// A target that is open is replaced by Windows since 10 1607, and not by Wine 8.
    #[test]
    fn a_file_takes_the_place_of_another_while_it_is_open_itself() {
        let scratch = tempfile::tempdir().unwrap();
        let (old, new) = (scratch.path().join("state"), scratch.path().join("state.new"));
        std::fs::write(&old, b"old").unwrap();
        let writing = create_private(&new).unwrap();
        std::fs::write(&new, b"new").unwrap();
        rename(&new, &old).unwrap();
        assert_eq!(std::fs::read(&old).unwrap(), b"new");
        drop(writing);
    }
}
