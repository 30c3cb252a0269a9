//! Whom the permissions of a folder let in: by its mode, by its access list, and by the folders above it.

use std::path::Path;

use tenken_model::{Read, Reason, ReasonCode, Size};

use crate::collect::Look;
use crate::collect::accounts::group;
use crate::collect::logs::access_list::{self, Named};
use crate::host::Metadata;

/// The groups of this host.
const GROUP: &str = "/etc/group";
const GROUP_MAX: Size = Size::from_bytes(4 << 20);
/// The most folders above one.
pub(super) const ABOVE_MAX: usize = 64;

/// What others may do, and what it takes to pass a folder: to enter it.
const ANYTHING: u32 = 0o7;
pub(super) const ENTER: u32 = 0o1;

/// Whether a folder is closed to others, and to whom it is open then.
#[derive(Debug)]
pub(super) struct Door {
    /// Nobody gets in but its owner and those it is opened to.
    pub(super) closed: Read<bool>,
    /// Groups that get in.
    pub(super) opened_to: Read<Vec<String>>,
}

impl Door {
    /// One that keeps nobody out.
    pub(super) const fn open() -> Self {
        Self { closed: Read::Measured(false), opened_to: Read::Measured(Vec::new()) }
    }

    /// That of a folder: its own, or else the nearest above it that keeps others out. A folder that is not there is open to
    /// all once it is made.
    pub(super) fn of(look: &Look<'_>, path: &str) -> Self {
        if path.contains('%') || !path.starts_with('/') {
            let detail = format!("look at {path}: which folder it is depends on who connects");
            return Self::not_read(Reason::new(ReasonCode::Unsupported, detail));
        }
        match closing(look, path) {
            Ok(None) => Self::open(),
            Ok(Some(groups)) => Self { closed: Read::Measured(true), opened_to: names(look, &groups).into() },
            Err(reason) => Self::not_read(reason),
        }
    }

    fn not_read(reason: Reason) -> Self {
        Self { closed: Read::NotRead(reason.clone()), opened_to: Read::NotRead(reason) }
    }

    /// With others who get in, as far as they are known.
    pub(super) fn and(self, others: Vec<String>, complete: Read<bool>) -> Self {
        let opened_to = match (self.opened_to, complete) {
            (Read::Measured(groups), Read::Measured(_)) => Read::Measured([groups, others].concat()),
            (Read::NotRead(reason), _) | (_, Read::NotRead(reason)) => Read::NotRead(reason),
        };
        Self { opened_to, ..self }
    }
}

/// The numbers of the groups that get into a folder that is closed to others; nothing for one that is open.
fn closing(look: &Look<'_>, path: &str) -> Result<Option<Vec<u32>>, Reason> {
    let metadata = match look.aside().metadata(path) {
        Err(error) if error.is_not_there() => return Ok(None),
        other => other.map_err(|error| error.reason())?,
    };
    if metadata.mode & ANYTHING == 0 {
        return groups(look, path, &metadata, ANYTHING).map(Some);
    }
    for above in Path::new(path).ancestors().skip(1).filter_map(Path::to_str).take(ABOVE_MAX) {
        // What is in folders above changes all the time; their permissions are looked at whenever anything else is.
        let metadata = look.aside().metadata(above).map_err(|error| error.reason())?;
        if above != "/" && metadata.mode & ENTER == 0 {
            return groups(look, above, &metadata, ENTER).map(Some);
        }
    }
    Ok(None)
}

/// The numbers of the groups that may do any of `what` with a folder.
fn groups(look: &Look<'_>, path: &str, metadata: &Metadata, what: u32) -> Result<Vec<u32>, Reason> {
    let by_group = metadata.mode >> 3;
    // Where there is a list, the bits of the group are its mask.
    if by_group & what == 0 {
        return Ok(Vec::new());
    }
    let bytes = look.aside().access_list(path).map_err(|error| error.reason())?;
    let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read the access list of {path}: {error}"));
    let list = bytes.map(|bytes| access_list::parse(&bytes).map_err(unparsable)).transpose()?;
    let own = list.as_ref().map_or(by_group, |list| list.own_group);
    let named = list.iter().flat_map(|list| &list.named).filter_map(|(named, may)| match named {
        Named::Group(number) => Some((*number, *may)),
        // One person is not everybody.
        Named::Account(_) => None,
    });
    let all = [(metadata.gid, own)].into_iter().chain(named);
    Ok(all.filter(|(_, may)| may & what != 0).map(|(number, _)| number).collect())
}

/// The names of groups. One that this host does not know itself may be of a directory, and hold anybody.
fn names(look: &Look<'_>, numbers: &[u32]) -> Result<Vec<String>, Reason> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let bytes = look.read_text_if_there(GROUP, GROUP_MAX).map_err(|error| error.reason())?;
    let known = group::parse(&bytes.unwrap_or_default()).rows;
    let name = |number: &u32| {
        let group = known.iter().find(|group| group.gid == *number);
        group.map(|group| group.name.clone()).ok_or_else(|| {
            let detail = format!("read {GROUP}: it has no name for group {number}, to which a shared folder is open");
            Reason::new(ReasonCode::Inconclusive, detail)
        })
    };
    numbers.iter().map(name).collect()
}

/// The groups that get into homes, without those of the name of the home's own account.
pub(super) fn into_homes<'a>(
    look: &Look<'_>,
    homes: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<String>, Reason> {
    let mut entered = Vec::new();
    for (account, path) in homes {
        match look.aside().metadata(path) {
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
            Ok(metadata) => {
                let numbers = groups(look, path, &metadata, ANYTHING)?;
                entered.extend(numbers.into_iter().map(|number| (account, number)));
            }
        }
    }
    let numbers: Vec<u32> = entered.iter().map(|(_, number)| *number).collect();
    let named = names(look, &numbers)?.into_iter().zip(entered);
    let mut others: Vec<String> = named.filter(|(name, (account, _))| name != account).map(|(name, _)| name).collect();
    others.sort();
    others.dedup();
    Ok(others)
}
