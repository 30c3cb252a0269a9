//! Who can get at a file: its owner, its group, and every folder above it.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::{Reason, ReasonCode, Size};

use super::walk::Reaches;
use crate::collect::Look;
use crate::collect::accounts::{group, login_defs, passwd, shells};
use crate::host::{Metadata, ReadError};

const PASSWD: &str = "/etc/passwd";
const GROUPS: &str = "/etc/group";
const LOGIN_DEFS: &str = "/etc/login.defs";
const FILE_MAX: Size = Size::from_bytes(4 << 20);
/// The account and group that own nothing.
const NOBODY: u32 = 65_534;
/// Group of people on Debian and its relatives, also where nobody is named in it.
const USERS: u32 = 100;
/// The most folders above a file.
const FOLDERS_MAX: usize = 32;

const STICKY: u32 = 0o1000;
const GROUP_READS: u32 = 0o040;
const GROUP_WRITES: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;
const OTHERS_ENTER: u32 = 0o001;
const GROUP: u32 = 0o070;
const OTHERS: u32 = 0o007;

/// Accounts and groups, and the folders that were looked at.
pub(super) struct Access {
    accounts: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
    people: BTreeSet<u32>,
    /// Groups in which people are.
    of_people: BTreeSet<u32>,
    folders: BTreeMap<String, Metadata>,
}

/// What somebody can do with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) owner: String,
    pub(super) group: String,
    pub(super) mode: String,
    pub(super) owner_trusted: bool,
    pub(super) owner_only: bool,
    pub(super) open_to_group: bool,
    pub(super) open_to_others: bool,
    pub(super) replaceable: bool,
    pub(super) others: Vec<String>,
}

impl Access {
    pub(super) fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let bytes = look.read_text(PASSWD, FILE_MAX).map_err(|error| error.reason())?;
        let entries = passwd::parse(&bytes)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {PASSWD}: {error}")))?
            .entries;
        let defs = look.read_text_if_there(LOGIN_DEFS, FILE_MAX).map_err(|error| error.reason())?;
        let first = defs.and_then(|bytes| login_defs::uid_min(&bytes)).unwrap_or(login_defs::UID_MIN_DEFAULT);
        let groups = look.read_text_if_there(GROUPS, FILE_MAX).map_err(|error| error.reason())?;
        let groups = groups.map(|bytes| group::parse(&bytes).rows).unwrap_or_default();
        let people: Vec<&passwd::PasswdEntry> = entries
            .iter()
            .filter(|entry| entry.uid >= first && entry.uid != NOBODY && shells::interactive(&entry.shell))
            .collect();
        let named: BTreeSet<&str> = people.iter().map(|person| person.name.as_str()).collect();
        let with_people =
            groups.iter().filter(|group| group.members.iter().any(|member| named.contains(member.as_str())));
        let of_people = with_people
            .map(|group| group.gid)
            .chain(people.iter().map(|person| person.gid))
            .chain([USERS, NOBODY])
            .collect();
        let mut accounts = BTreeMap::new();
        for entry in &entries {
            accounts.entry(entry.uid).or_insert_with(|| entry.name.clone());
        }
        Ok(Self {
            people: people.iter().map(|person| person.uid).collect(),
            accounts,
            groups: groups.iter().map(|group| (group.gid, group.name.clone())).collect(),
            of_people,
            folders: BTreeMap::new(),
        })
    }

    /// Root, or an account with which nobody signs in.
    fn is_service(&self, uid: u32) -> bool {
        uid == 0 || self.accounts.contains_key(&uid) && !self.people.contains(&uid) && uid != NOBODY
    }

    /// A group of the system or of a service, in which no person is.
    fn is_of_services(&self, gid: u32) -> bool {
        gid == 0 && !self.of_people.contains(&gid) || self.groups.contains_key(&gid) && !self.of_people.contains(&gid)
    }

    fn folder(&mut self, look: &Look<'_>, folder: &str) -> Result<Metadata, ReadError> {
        if let Some(metadata) = self.folders.get(folder) {
            return Ok(*metadata);
        }
        // What is in folders far above changes all the time; their permissions are looked at whenever anything else is.
        let metadata = look.aside().metadata(folder)?;
        self.folders.insert(folder.to_owned(), metadata);
        Ok(metadata)
    }
}

impl Reaches for Access {
    /// The number of an account.
    type Person = u32;
    const LINKS: bool = true;

    fn of(&mut self, look: &Look<'_>, path: &str, person: Option<&u32>) -> Result<Reach, ReadError> {
        let person = person.copied();
        // Its rights too may change without its folder.
        let metadata = look.metadata(path)?;
        let (mode, uid) = (metadata.mode, metadata.uid);
        let group_trusted = self.is_of_services(metadata.gid);
        let mut reach = Reach {
            owner: self.accounts.get(&uid).cloned().unwrap_or_else(|| uid.to_string()),
            group: self.groups.get(&metadata.gid).cloned().unwrap_or_else(|| metadata.gid.to_string()),
            mode: format!("{:04o}", mode & 0o7777),
            owner_trusted: if person.is_some() { uid == 0 || person == Some(uid) } else { self.is_service(uid) },
            owner_only: mode & (GROUP | OTHERS) == 0,
            open_to_group: mode & GROUP_WRITES != 0 || mode & GROUP_READS != 0 && !group_trusted,
            open_to_others: mode & OTHERS != 0,
            replaceable: false,
            others: Vec::new(),
        };
        for folder in above(path) {
            let folder = self.folder(look, folder)?;
            reach.open_to_others &= folder.mode & OTHERS_ENTER != 0;
            let owned = self.is_service(folder.uid) || folder.uid == uid;
            let by_group =
                folder.mode & GROUP_WRITES != 0 && !self.is_of_services(folder.gid) && Some(folder.uid) != person;
            let by_others = folder.mode & OTHERS_WRITE != 0;
            reach.replaceable |= !owned || (by_group || by_others) && folder.mode & STICKY == 0;
        }
        Ok(reach)
    }
}

/// The folders above a path, the nearest first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(path), |path| parent(path)).take(FOLDERS_MAX)
}

fn parent(path: &str) -> Option<&str> {
    let (folder, _) = path.rsplit_once('/').filter(|_| path != "/")?;
    Some(if folder.is_empty() { "/" } else { folder })
}
