//! Who may read and write a log, by the modes of it, of its older copies and of their folder.

use super::places::Owners;
use crate::host::Metadata;

/// Owners and groups that distributions give logs to: of several that differ, another one is told.
const USUAL_OWNERS: [&str; 2] = ["root", "syslog"];
const USUAL_GROUPS: [&str; 5] = ["adm", "systemd-journal", "utmp", "syslog", "utempter"];

/// Who may do what.
pub(super) struct Access {
    pub(super) owner: String,
    /// The group that may read or write, unless it is root's own.
    pub(super) group: Option<String>,
    /// The group that may write.
    pub(super) writing_group: Option<String>,
    pub(super) public_read: bool,
    pub(super) public_write: bool,
}

impl Access {
    /// With one file in a folder of that mode.
    pub(super) fn of(owners: &Owners, file: &Metadata, folder: u32) -> Self {
        let (public_read, public_write) = public(file.mode, folder);
        Self {
            owner: owners.account(file.uid),
            group: owners.group(file.gid, file.mode),
            writing_group: owners.group(file.gid, file.mode & 0o020),
            public_read,
            public_write,
        }
    }

    /// With another file too.
    pub(super) fn add(&mut self, other: Self) {
        if USUAL_OWNERS.contains(&self.owner.as_str()) && other.owner != self.owner {
            self.owner = other.owner;
        }
        self.group = unusual(self.group.take(), other.group);
        self.writing_group = unusual(self.writing_group.take(), other.writing_group);
        self.public_read |= other.public_read;
        self.public_write |= other.public_write;
    }
}

fn unusual(one: Option<String>, other: Option<String>) -> Option<String> {
    let is_unusual = |group: &String| !USUAL_GROUPS.contains(&group.as_str());
    match (one, other) {
        (Some(one), other) if is_unusual(&one) || other.is_none() => Some(one),
        (Some(one), Some(other)) => Some(if is_unusual(&other) { other } else { one }),
        (_, other) => other,
    }
}

/// Whether everybody may read, and whether everybody may write or delete, by the modes of a file and its folder.
pub(super) fn public(mode: u32, folder: u32) -> (bool, bool) {
    let reached = folder & 0o001 != 0;
    // In a folder with the sticky bit only owners delete.
    let deletable = folder & 0o1003 == 0o003;
    (reached && mode & 0o004 != 0, reached && mode & 0o002 != 0 || deletable)
}
