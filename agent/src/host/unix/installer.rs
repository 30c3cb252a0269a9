//! What packages and tools that set up hosts leave in a file for the first start.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::process::{getegid, geteuid};

use crate::first_start::{Place, Waiting, drop_in};
use crate::host::{ReadError, ReadErrorKind};

const FILE: &str = "/etc/tenken-agent/enrolment.yaml";
const BYTES_MAX: u64 = 16 << 10;

/// The file.
#[derive(Debug, Clone)]
pub struct Installer {
    path: PathBuf,
}

impl Installer {
    /// That file, or the usual one.
    pub fn new(file: Option<&Path>) -> Result<Self, ReadError> {
        Ok(Self { path: file.unwrap_or(Path::new(FILE)).to_owned() })
    }
}

impl Place for Installer {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn waiting(&self) -> Result<Option<Waiting>, ReadError> {
        let tried = format!("read {}", self.path.display());
        let failed = |kind, why: String| ReadError::new(kind, &tried, why);
        // A pipe would be waited for without the last.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = match rustix::fs::open(&self.path, flags, Mode::empty()) {
            Ok(file) => File::from(file),
            Err(error) => {
                let error = ReadError::from_io(&tried, &error.into());
                return if error.is_not_there() { Ok(None) } else { Err(error) };
            }
        };
        let metadata = file.metadata().map_err(|error| ReadError::from_io(&tried, &error))?;
        if !metadata.is_file() {
            return Err(failed(ReadErrorKind::WrongKind, "it is no file".to_owned()));
        }
        // Who may write its folder could put any file there.
        let folder = self.path.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = std::fs::metadata(folder).map_err(|error| ReadError::from_io(&tried, &error))?;
        let readers =
            Readers { users: [0, geteuid().as_raw(), folder.uid()], groups: [0, getegid().as_raw(), folder.gid()] };
        if let Some(why) = readers.exposed(metadata.uid(), metadata.gid(), metadata.mode()) {
            let path = self.path.display();
            let why = format!(
                "{why}, and a token is a secret: run `chown root: {path} && chmod 0600 {path}`, and use a new token"
            );
            return Err(failed(ReadErrorKind::Failed, why));
        }
        let mut bytes = Vec::new();
        file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| ReadError::from_io(&tried, &error))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > BYTES_MAX {
            return Err(failed(ReadErrorKind::TooLarge, format!("it is larger than {BYTES_MAX} bytes")));
        }
        drop_in::parse(&bytes).map(Some).map_err(|why| failed(ReadErrorKind::Failed, why))
    }

    fn remove_token(&self) -> Result<(), ReadError> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(ReadError::from_io(format!("remove {}", self.path.display()), &error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// Who may have to do with the file: root, the agent's user and group, and those of its folder.
struct Readers {
    users: [u32; 3],
    groups: [u32; 3],
}

impl Readers {
    /// Why somebody else could have read or written it.
    fn exposed(&self, uid: u32, gid: u32, mode: u32) -> Option<String> {
        if !self.users.contains(&uid) {
            return Some(format!("it belongs to user {uid}"));
        }
        if mode & 0o007 != 0 {
            return Some(format!("everybody has rights on it (mode {:04o})", mode & 0o7777));
        }
        (mode & 0o070 != 0 && !self.groups.contains(&gid))
            .then(|| format!("group {gid} has rights on it (mode {:04o})", mode & 0o7777))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const TEXT: &str = "dashboard: https://a:7742\ntoken: t\n";

    fn left(text: &str, mode: u32) -> (tempfile::TempDir, Installer) {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("enrolment.yaml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let installer = Installer::new(Some(&path)).unwrap();
        (scratch, installer)
    }

    #[test]
    fn a_file_is_read_and_removed() {
        let (_scratch, installer) = left(TEXT, 0o640);
        assert!(installer.waiting().unwrap().is_some_and(|waiting| waiting.token == "t"));
        installer.remove_token().unwrap();
        assert!(installer.waiting().unwrap().is_none());
        installer.remove_token().unwrap();
        assert_eq!(Installer::new(None).unwrap().name(), FILE);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_what_to_do() {
        for mode in [0o644, 0o602, 0o601] {
            let (_scratch, installer) = left(TEXT, mode);
            let error = installer.waiting().err().unwrap().to_string();
            assert!(error.contains("chmod 0600") && error.contains("new token"), "{error}");
            assert_eq!(error.lines().count(), 1);
        }
    }

    #[test]
    fn the_agents_group_and_root_may_read_it_and_no_other() {
        let readers = Readers { users: [0, 0, 990], groups: [0, 0, 991] };
        for (uid, gid, mode) in [(0, 991, 0o640), (0, 0, 0o660), (990, 991, 0o600), (0, 4, 0o600)] {
            assert_eq!(readers.exposed(uid, gid, mode), None, "{uid} {gid} {mode:o}");
        }
        for (uid, gid, mode) in [(1000, 0, 0o600), (0, 4, 0o640), (0, 4, 0o620), (0, 991, 0o604)] {
            assert!(readers.exposed(uid, gid, mode).is_some(), "{uid} {gid} {mode:o}");
        }
    }

    #[test]
    fn what_is_no_small_file_is_refused() {
        let (scratch, installer) = left(TEXT, 0o600);
        let link = scratch.path().join("link");
        std::os::unix::fs::symlink(&installer.path, &link).unwrap();
        assert!(Installer::new(Some(&link)).unwrap().waiting().is_err());
        assert!(Installer::new(Some(scratch.path())).unwrap().waiting().is_err());
        let (_scratch, large) = left(&format!("{TEXT}#{}", "x".repeat(20 << 10)), 0o600);
        assert!(large.waiting().err().unwrap().to_string().contains("larger"));
        let (_scratch, odd) = left("dashboard: https://a\ntoken: t\nport: 1\n", 0o600);
        assert!(odd.waiting().err().unwrap().to_string().contains("line 3 column 1"));
    }
}
