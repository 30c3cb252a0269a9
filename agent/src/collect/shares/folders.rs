//! The permissions of folders that are shared, and of homes.
//!
//! The folder above tells of a change of permissions, and is watched in place of the folder itself, in which people work all the
//! time, unless people work in that one too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tenken_model::fact::shares::{HomeFolder, SharedFolder, SharedFolders};
use tenken_model::{Read, Reason, ReasonCode};

use super::door::{self, ABOVE_MAX, Door, ENTER};
use crate::collect::screen_lock::people;
use crate::collect::{Look, Wake};
use crate::host::{EntryKind, ReadError};

/// The most folders and homes that are told.
const FOLDERS_MAX: usize = 200;
const HOMES_MAX: usize = 300;
/// The most entries of the folder of homes.
const ENTRIES_MAX: usize = 2_000;
const HOMES: &str = "/home";
/// Below these something changes all the time that others watch, and each change would wake. What changes there is noticed by
/// the timer.
const BUSY: [&str; 4] = ["/", "/var", "/run", "/tmp"];

const STICKY: u32 = 0o1000;
const GROUP_WRITE: u32 = 0o020;
const OTHERS: u32 = 0o007;
const OTHERS_WRITE: u32 = 0o002;

/// Whether others cannot pass a folder above a path. What was looked at is remembered.
fn closed_above(look: &Look<'_>, path: &str, known: &mut BTreeMap<String, bool>) -> Result<bool, ReadError> {
    for (at, _) in path.match_indices('/').take(ABOVE_MAX) {
        let Some(above) = path.get(..at).filter(|above| !above.is_empty()) else { continue };
        let is_closed = if let Some(is_closed) = known.get(above) {
            *is_closed
        } else {
            // What is in folders above changes all the time; their permissions are looked at whenever anything else is.
            let is_closed = look.aside().metadata(above)?.mode & ENTER == 0;
            known.insert(above.to_owned(), is_closed);
            is_closed
        };
        if is_closed {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Looks at folders that are shared. Those over NFS are entered from outside, whatever is above them.
pub(super) fn shared(look: &Look<'_>, smb: &BTreeSet<String>, nfs: &BTreeSet<String>) -> SharedFolders {
    let mut known = BTreeMap::new();
    let (mut folders, mut missed, mut left_out) = (Vec::new(), None, 0_usize);
    for path in smb.union(nfs) {
        let found = look.aside().metadata(path).and_then(|metadata| {
            let all_write = metadata.mode & OTHERS_WRITE != 0 && metadata.mode & ENTER != 0;
            let open = all_write && metadata.mode & STICKY == 0;
            let reached = !open || nfs.contains(path) || !closed_above(look, path, &mut known)?;
            Ok((metadata, open && reached))
        });
        match found {
            Ok((metadata, _)) if metadata.kind != EntryKind::Folder => {}
            Ok(_) if folders.len() >= FOLDERS_MAX => left_out += 1,
            Ok((metadata, open)) => {
                folders.push(SharedFolder { path: path.clone(), mode: octal(metadata.mode), open });
            }
            Err(error) if error.is_not_there() => {}
            Err(error) => missed = missed.or(Some(error.reason())),
        }
    }
    if left_out > 0 {
        let detail = format!("look at shared folders: more than {FOLDERS_MAX}, {left_out} were left out");
        missed = missed.or(Some(Reason::new(ReasonCode::TooLarge, detail)));
    }
    SharedFolders { folders, complete: missed.map_or(Read::Measured(true), Read::NotRead) }
}

/// Watches the folder above each, which tells of a change of permissions. Where people work something changes all the time:
/// there the timer has to do.
pub(super) fn watch<'a>(look: &Look<'_>, folders: impl Iterator<Item = &'a String>, at_work: &BTreeSet<&str>) {
    let is_quiet = |folder: &Path| {
        !BUSY.iter().any(|busy| folder.as_os_str() == *busy)
            && !folder.ancestors().filter_map(Path::to_str).any(|above| at_work.contains(above))
    };
    for above in folders.filter_map(|folder| Path::new(folder).parent()).filter(|above| is_quiet(above)) {
        look.wake_on(Wake::Path(above.into()));
    }
}

/// What is known of the homes of people.
#[derive(Debug)]
pub(super) struct Homes {
    pub(super) told: Vec<HomeFolder>,
    pub(super) left_out: i64,
    pub(super) complete: Read<bool>,
    /// Where homes are, or would be.
    pub(super) paths: BTreeSet<String>,
}

/// Homes of people that are there, open ones first.
pub(super) fn homes(look: &Look<'_>) -> Homes {
    let people = match people::all(look) {
        Ok(people) => people,
        Err(reason) => {
            return Homes { told: Vec::new(), left_out: 0, complete: Read::NotRead(reason), paths: BTreeSet::new() };
        }
    };
    let (mut homes, mut missed, mut paths) = (Vec::new(), None, BTreeSet::new());
    // A new home wakes the collector.
    if let Err(error) = look.list_if_there(HOMES, ENTRIES_MAX) {
        missed = Some(error.reason());
    }
    for person in people {
        let path = person.home.trim_end_matches('/');
        if path.is_empty() {
            continue;
        }
        paths.insert(path.to_owned());
        match look.aside().metadata(path) {
            Ok(metadata) if metadata.kind == EntryKind::Folder => homes.push(HomeFolder {
                account: person.name.clone(),
                path: path.to_owned(),
                mode: octal(metadata.mode),
                owned: metadata.uid == 0 || person.uid.is_none_or(|uid| uid == metadata.uid),
                private: metadata.mode & (OTHERS | GROUP_WRITE) == 0,
            }),
            Ok(_) => {}
            Err(error) if error.is_not_there() => {}
            Err(error) => missed = missed.or(Some(error.reason())),
        }
    }
    homes.sort_by_key(|home| home.private && home.owned);
    let left_out = i64::try_from(homes.len().saturating_sub(HOMES_MAX)).unwrap_or(i64::MAX);
    homes.truncate(HOMES_MAX);
    if left_out > 0 {
        let detail = format!("look at homes: more than {HOMES_MAX}, {left_out} were left out");
        missed = missed.or(Some(Reason::new(ReasonCode::TooLarge, detail)));
    }
    Homes { told: homes, left_out, complete: missed.map_or(Read::Measured(true), Read::NotRead), paths }
}

impl Homes {
    /// Whether all of them are private, and to whom they are open then.
    pub(super) fn door(&self, look: &Look<'_>) -> Door {
        if !self.told.iter().all(|home| home.private) {
            return Door::open();
        }
        let homes = self.told.iter().map(|home| (home.account.as_str(), home.path.as_str()));
        Door { closed: self.complete.clone(), opened_to: door::into_homes(look, homes).into() }
    }
}

fn octal(mode: u32) -> String {
    format!("{:04o}", mode & 0o7777)
}
