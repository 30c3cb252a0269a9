//! Whose the agent's state is. The service runs as a user of its own; what is typed by root for it is done as that user, so that all it
//! makes is the user's, and whatever that user put into its folder, a link to a file of root's too, is followed with no more
//! than the user's own rights.

#![expect(unsafe_code, reason = "no safe wrapper of setuid(2) that changes all threads is among the dependencies")]

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::process::geteuid;

use crate::host::registration::SERVICE;
use crate::host::storage;

const PASSWD: &str = "/etc/passwd";
/// Whom files of nobody's group belong to (Linux's overflowgid).
const NO_GROUP: u32 = 65_534;

/// Makes the agent's state folder if it is not there, and from then on acts as its owner where root started this process.
/// Fails with [`ErrorKind::PermissionDenied`] where neither root nor the owner did. To be called before threads are started.
pub fn act_for(folder: &Path) -> io::Result<()> {
    let users = std::fs::read_to_string(PASSWD).unwrap_or_default();
    let caller = geteuid().as_raw();
    let is_usual = folder == storage::state_folder();
    let owner = hold(folder, || make(folder, caller, is_usual.then(|| user(&users, SERVICE)).flatten()))?;
    if owner.uid() == caller {
        return Ok(());
    }
    if caller != 0 {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let group = group_of(&users, owner.uid()).unwrap_or(owner.gid());
    become_user(owner.uid(), if group == 0 { NO_GROUP } else { group })
}

/// What the folder is, made where it is missing. A link is refused: whoever set it decides whose folder is meant.
fn hold(folder: &Path, make: impl FnOnce() -> io::Result<()>) -> io::Result<Metadata> {
    match open(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make()?;
            open(folder)?.metadata()
        }
        opened => opened?.metadata(),
    }
}

fn open(folder: &Path) -> io::Result<File> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(folder, flags, Mode::empty())?))
}

/// Makes the folder for the service's user if root does it and there is that user, else for who runs this.
fn make(folder: &Path, caller: u32, user: Option<User>) -> io::Result<()> {
    storage::create_private_folder(folder)?;
    let Some(user) = user.filter(|_| caller == 0) else { return Ok(()) };
    // Made in root's folder just now, so that nobody could put a link into its place.
    std::os::unix::fs::lchown(folder, Some(user.uid), Some(user.gid))
}

/// Gives up the rights of root for good.
fn become_user(uid: u32, gid: u32) -> io::Result<()> {
    // SAFETY: these take numbers and an empty list, and change who this process is; no memory is shared with them.
    let done = unsafe { libc::setgroups(0, std::ptr::null()) == 0 && libc::setgid(gid) == 0 && libc::setuid(uid) == 0 };
    if done && geteuid().as_raw() == uid {
        return Ok(());
    }
    let why = io::Error::last_os_error();
    Err(io::Error::new(why.kind(), format!("become user {uid}, whom the folder belongs to: {why}")))
}

/// A user of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct User {
    uid: u32,
    gid: u32,
}

fn users(passwd: &str) -> impl Iterator<Item = (&str, User)> {
    passwd.lines().filter_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        let uid = parts.nth(1)?.parse().ok()?;
        Some((name, User { uid, gid: parts.next()?.parse().ok()? }))
    })
}

/// The user of that name.
fn user(passwd: &str, wanted: &str) -> Option<User> {
    users(passwd).find(|(name, _)| *name == wanted).map(|(_, user)| user)
}

fn group_of(passwd: &str, uid: u32) -> Option<u32> {
    users(passwd).find(|(_, user)| user.uid == uid).map(|(_, user)| user.gid)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::durable;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n+\nbad:x:y:z\ntenken-agent:x:990:991::/:/usr/sbin/nologin\n";
    const FOLDER: &str = "TENKEN_TEST_OWNED_FOLDER";

    #[test]
    fn users_are_found_by_name_and_number() {
        assert_eq!(user(PASSWD, "tenken-agent"), Some(User { uid: 990, gid: 991 }));
        assert_eq!((user(PASSWD, "tenken"), user("", "root")), (None, None));
        assert_eq!((group_of(PASSWD, 990), group_of(PASSWD, 7)), (Some(991), None));
    }

    #[test]
    fn a_link_in_place_of_the_folder_is_refused() {
        let scratch = tempfile::tempdir().unwrap();
        let (folder, link) = (scratch.path().join("state"), scratch.path().join("link"));
        std::fs::create_dir(&folder).unwrap();
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert!(act_for(&link).is_err());
        act_for(&folder).unwrap();
        act_for(&scratch.path().join("new")).unwrap();
        assert!(scratch.path().join("new").is_dir());
    }

    /// What the test below starts as a process of its own, because who it is changes for good.
    #[test]
    fn acts_in_a_process_of_its_own() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        let folder = Path::new(&folder);
        act_for(folder).unwrap();
        durable::replace(&folder.join("made"), b"x").unwrap();
        let followed = durable::replace(&folder.join("identity.json"), b"x");
        assert!(followed.is_err(), "a link to what only root may write was followed");
        std::fs::write(folder.join("who"), geteuid().as_raw().to_string()).unwrap();
    }

    #[test]
    fn what_root_makes_in_the_folder_of_a_user_is_the_users() {
        if geteuid().as_raw() != 0 {
            // Whoever is not root may only act for themselves.
            let error = act_for(Path::new("/")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            return;
        }
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("state");
        let (of_root, uid) = (scratch.path().join("shadow"), 54_321);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&of_root, "of root").unwrap();
        // As a user whose service was taken over would.
        std::os::unix::fs::symlink(&of_root, folder.join("identity.json.new")).unwrap();
        for path in [&folder, &folder.join("identity.json.new")] {
            std::os::unix::fs::lchown(path, Some(uid), Some(uid)).unwrap();
        }
        let open_to_all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(scratch.path(), open_to_all).unwrap();
        let child = "host::linux::owner::tests::acts_in_a_process_of_its_own";
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.args(["--exact", child, "--nocapture"]).env(FOLDER, &folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(std::fs::read_to_string(folder.join("who")).unwrap(), uid.to_string());
        assert_eq!(std::fs::metadata(folder.join("made")).unwrap().uid(), uid);
        assert_eq!(std::fs::read_to_string(&of_root).unwrap(), "of root");
        assert_eq!(std::fs::metadata(&of_root).unwrap().uid(), 0);
    }
}
