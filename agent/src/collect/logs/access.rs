//! Who may read and write a log, by the modes of it, of its older copies and of their folder, and by access control lists.

use tenken_model::{Reason, ReasonCode};

use super::access_list::{AccessList, Named, parse};
use super::places::Owners;
use crate::collect::Look;
use crate::host::Metadata;

const GROUP_READS: u32 = 0o040;
const GROUP_WRITES: u32 = 0o020;

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
    pub(super) fn of(
        look: &Look<'_>,
        owners: &Owners,
        (path, file): (&str, &Metadata),
        folder: u32,
    ) -> Result<Self, Reason> {
        let (public_read, public_write) = public(file.mode, folder);
        let list = listed(look, path, file)?;
        // Where there is a list, the bits of the group are its mask.
        let by_group = list.as_ref().map_or(file.mode, |list| list.own_group << 3);
        let mut access = Self {
            owner: owners.account(file.uid),
            group: owners.group(file.gid, by_group),
            writing_group: owners.group(file.gid, by_group & GROUP_WRITES),
            public_read,
            public_write,
        };
        for (named, may) in list.into_iter().flat_map(|list| list.named) {
            let mode = (may << 3) & (GROUP_READS | GROUP_WRITES);
            let of_group = |number, mode| owners.group(number, mode);
            access.add(match named {
                Named::Account(number) if mode != 0 => Self { owner: owners.account(number), ..Self::nobody() },
                Named::Group(number) => Self {
                    group: of_group(number, mode),
                    writing_group: of_group(number, mode & GROUP_WRITES),
                    ..Self::nobody()
                },
                Named::Account(_) => Self::nobody(),
            });
        }
        Ok(access)
    }

    fn nobody() -> Self {
        Self { owner: "root".to_owned(), group: None, writing_group: None, public_read: false, public_write: false }
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

/// The access list of a file, where it can let anybody in.
fn listed(look: &Look<'_>, path: &str, file: &Metadata) -> Result<Option<AccessList>, Reason> {
    if file.mode & 0o070 == 0 {
        return Ok(None);
    }
    let bytes = match look.access_list(path) {
        // It was put aside or deleted meanwhile.
        Err(error) if error.is_not_there() => None,
        bytes => bytes.map_err(|error| error.reason())?,
    };
    let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read the access list of {path}: {error}"));
    bytes.map(|bytes| parse(&bytes).map_err(unparsable)).transpose()
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
