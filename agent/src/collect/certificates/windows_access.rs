//! Who can get at a file of Windows, by its own list of access and those of the folders above it.
//!
//! Folders keep nobody from a file whose list lets them in: everybody has the right to pass through (SeChangeNotifyPrivilege) unless
//! a policy takes it. What they decide is who may put another file in its place.
//!
//! Sources: [MS-DTYP] 2.4.2.4, well-known SIDs; Microsoft Learn, "Security identifiers".

use std::collections::{BTreeMap, BTreeSet};

use super::access::Reach;
use super::walk::Reaches;
use crate::collect::Look;
use crate::collect::security_descriptor::{
    self, ADMINISTRATORS, ANONYMOUS, AUTHENTICATED, CHANGE, CREATOR_OWNER, DELETE, DELETE_CHILD, EVERYONE, GUESTS,
    INTERACTIVE, NETWORK, OWNER_RIGHTS, READ_DATA, SYSTEM, SecurityDescriptor, TRUSTED_INSTALLER, USERS, WRITE_DAC,
    WRITE_OWNER,
};
use crate::host::windows_api::{RegistryPath, SecuredObject, Sid};
use crate::host::{ReadError, ReadErrorKind};

/// What puts another file in the place of one below a folder.
const REPLACE: u32 = DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER;
/// The most folders above a file.
const FOLDERS_MAX: usize = 32;
/// The most services whose accounts are asked for.
const SERVICES_MAX: usize = 2_000;
/// The most characters of a name of a machine as accounts have it (MAX_COMPUTERNAME_LENGTH).
const NETBIOS_MAX: usize = 15;
/// The most of those that a fact names.
const OTHERS_MAX: usize = 20;

/// LOCAL SERVICE, NETWORK SERVICE, whatever runs as a service; who makes backups; the processes of IIS.
const OF_THE_SYSTEM: [&str; 10] = [
    SYSTEM,
    ADMINISTRATORS,
    TRUSTED_INSTALLER,
    CREATOR_OWNER,
    OWNER_RIGHTS,
    "S-1-5-19",
    "S-1-5-20",
    "S-1-5-6",
    "S-1-5-32-551",
    "S-1-5-32-568",
];
/// Services, pools of IIS, virtual machines; packages and labels, which let nobody in by themselves.
const KINDS_OF_THE_SYSTEM: [&str; 5] = ["S-1-5-80-", "S-1-5-82-", "S-1-5-83-", "S-1-15-", "S-1-16-"];
/// Accounts and groups of a domain or machine that administer it: Administrator, Domain Admins, Domain Controllers, Schema Admins,
/// Enterprise Admins, Key Admins, Enterprise Key Admins.
const ADMINISTRATING: [u32; 7] = [500, 512, 516, 518, 519, 526, 527];
/// Those in whom everybody of a domain or machine is: Guest, Domain Users, Domain Guests, Domain Computers.
const EVERYBODY_OF_A_DOMAIN: [u32; 4] = [501, 513, 514, 515];

/// Names of those that the rules are about, in English as in the documentation.
const NAMES: [(&str, &str); 7] = [
    (EVERYONE, "Everyone"),
    (ANONYMOUS, "Anonymous"),
    (AUTHENTICATED, "Authenticated Users"),
    (NETWORK, "Network"),
    (INTERACTIVE, "Interactive"),
    (USERS, "Users"),
    (GUESTS, "Guests"),
];

/// What somebody on a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The system, an administrator, a service.
    System,
    /// An account or group of this machine.
    Own,
    /// Whoever uses the machine.
    Anybody,
    /// Of a domain or of Entra ID: nothing on this machine tells whether it is a person's.
    Elsewhere,
}

/// Accounts and groups of the machine, and the folders that were looked at.
pub(super) struct WindowsAccess {
    /// Direct members of the administrators.
    administrators: BTreeSet<Sid>,
    /// Names of the machine's own accounts and groups.
    names: BTreeMap<Sid, String>,
    /// Accounts of the machine under which services run; read when the first is asked for.
    of_services: Option<BTreeSet<Sid>>,
    /// Who may replace what is in a folder; nothing where everybody may.
    folders: BTreeMap<String, Option<Vec<Sid>>>,
}

impl WindowsAccess {
    pub(super) fn read(look: &Look<'_>) -> Result<Self, ReadError> {
        let (groups, accounts) = (look.local_groups()?, look.local_accounts()?);
        let administrators = groups.iter().filter(|group| group.sid.as_str() == ADMINISTRATORS);
        Ok(Self {
            administrators: administrators.flat_map(|group| &group.members).map(|member| member.sid.clone()).collect(),
            names: accounts
                .into_iter()
                .map(|account| (account.sid, account.name))
                .chain(groups.into_iter().map(|group| (group.sid, group.name)))
                .collect(),
            of_services: None,
            folders: BTreeMap::new(),
        })
    }

    fn kind(&mut self, look: &Look<'_>, sid: &Sid) -> Result<Kind, ReadError> {
        let text = sid.as_str();
        let rid = sid.rid().filter(|_| sid.is_of_domain_or_machine());
        let is_one_of = |rids: &[u32]| rid.is_some_and(|rid| rids.contains(&rid));
        if OF_THE_SYSTEM.contains(&text)
            || KINDS_OF_THE_SYSTEM.iter().any(|kind| text.starts_with(kind))
            || self.administrators.contains(sid)
            || is_one_of(&ADMINISTRATING)
        {
            return Ok(Kind::System);
        }
        if is_one_of(&EVERYBODY_OF_A_DOMAIN) || matches!(text, USERS | GUESTS) {
            return Ok(Kind::Anybody);
        }
        if self.names.contains_key(sid) {
            let runs = self.of_services(look)?.contains(sid);
            return Ok(if runs { Kind::System } else { Kind::Own });
        }
        if sid.is_of_domain_or_machine() || sid.is_of_entra() {
            return Ok(Kind::Elsewhere);
        }
        // Another group that every Windows has; what is left are ways to come in, which everybody has.
        Ok(if text.starts_with("S-1-5-32-") { Kind::Own } else { Kind::Anybody })
    }

    /// The machine's own accounts under which services run (`ObjectName`: `.\name`, `MACHINE\name`).
    fn of_services(&mut self, look: &Look<'_>) -> Result<&BTreeSet<Sid>, ReadError> {
        if self.of_services.is_none() {
            let root = RegistryPath::machine(r"SYSTEM\CurrentControlSet\Services");
            let aside = look.aside();
            let machine = aside.system()?.host_name;
            let services = aside.registry(&root)?.unwrap_or_default();
            let mut named = BTreeSet::new();
            for name in services.subkeys.iter().take(SERVICES_MAX) {
                let key = aside.registry(&root.join(name))?.unwrap_or_default();
                let account = key.text("ObjectName").and_then(|account| own_account(account, &machine));
                named.extend(account);
            }
            let runs = |name: &str| named.contains(&name.to_lowercase());
            let own = self.names.iter().filter(|(sid, name)| sid.is_of_domain_or_machine() && runs(name));
            self.of_services = Some(own.map(|(sid, _)| sid.clone()).collect());
        }
        Ok(self.of_services.get_or_insert_default())
    }

    fn name(&self, sid: &Sid) -> String {
        let known = NAMES.iter().find(|(known, _)| *known == sid.as_str()).map(|(_, name)| *name);
        match known.or_else(|| self.names.get(sid).map(String::as_str)) {
            Some(name) => format!("{name} ({sid})"),
            None => sid.to_string(),
        }
    }

    /// Whether others than the system, the file's owner and the person may replace what is in that folder.
    fn is_replaceable(&mut self, look: &Look<'_>, folder: &str, own: &[&Sid]) -> Result<bool, ReadError> {
        if !self.folders.contains_key(folder) {
            let descriptor = descriptor(&look.aside(), folder)?;
            let holders = descriptor.holders(REPLACE).map(|holders| holders.into_iter().cloned().collect());
            self.folders.insert(folder.to_owned(), holders);
        }
        let Some(holders) = self.folders.get(folder).cloned().flatten() else { return Ok(true) };
        let mut is_replaceable = false;
        for holder in holders.iter().filter(|holder| !own.contains(holder)) {
            match self.kind(look, holder)? {
                Kind::System => {}
                Kind::Own | Kind::Anybody => is_replaceable = true,
                Kind::Elsewhere => return Err(elsewhere(holder, folder)),
            }
        }
        Ok(is_replaceable)
    }
}

impl Reaches for WindowsAccess {
    type Person = Sid;
    /// What a link leads to lies in another place that is looked through, or is none of this machine's.
    const LINKS: bool = false;

    fn of(&mut self, look: &Look<'_>, path: &str, person: Option<&Sid>) -> Result<Reach, ReadError> {
        // Its rights too may change without its folder.
        look.metadata(path)?;
        let descriptor = descriptor(look, path)?;
        let owner = descriptor.owner.as_ref();
        let own: Vec<&Sid> = owner.into_iter().chain(person).collect();
        let mut reach = Reach {
            owner: owner.map(|owner| self.name(owner)).unwrap_or_default(),
            group: String::new(),
            mode: String::new(),
            owner_trusted: false,
            owner_only: true,
            open_to_group: false,
            open_to_others: false,
            replaceable: false,
            others: Vec::new(),
        };
        if let Some(owner) = owner {
            reach.owner_trusted = match self.kind(look, owner)? {
                Kind::System => true,
                _ if Some(owner) == person => true,
                Kind::Own | Kind::Anybody => false,
                Kind::Elsewhere => return Err(elsewhere(owner, path)),
            };
        }
        // Without a list everybody is let in.
        let holders = descriptor.holders(READ_DATA | CHANGE);
        reach.open_to_others = holders.is_none();
        let everyone = EVERYONE.parse::<Sid>().ok();
        for holder in holders.unwrap_or_else(|| everyone.iter().collect()) {
            if own.contains(&holder) {
                continue;
            }
            let is_system = matches!(holder.as_str(), SYSTEM | ADMINISTRATORS | CREATOR_OWNER | OWNER_RIGHTS);
            reach.owner_only &= is_system || self.administrators.contains(holder);
            match self.kind(look, holder)? {
                Kind::System => continue,
                Kind::Own => reach.open_to_group = true,
                Kind::Anybody => reach.open_to_others = true,
                Kind::Elsewhere => return Err(elsewhere(holder, path)),
            }
            if reach.others.len() < OTHERS_MAX {
                reach.others.push(self.name(holder));
            }
        }
        for folder in above(path) {
            reach.replaceable |= self.is_replaceable(look, &folder, &own)?;
        }
        Ok(reach)
    }
}

/// The name of an account of this machine, in small letters; nothing of one of a domain, which may be called like another here.
fn own_account(account: &str, machine: &str) -> Option<String> {
    let (place, name) = account.rsplit_once('\\')?;
    // The machine's name among its neighbours is shorter than its own.
    let short: String = machine.chars().take(NETBIOS_MAX).collect();
    let is_own = place == "." || place.eq_ignore_ascii_case(machine) || place.eq_ignore_ascii_case(&short);
    is_own.then(|| name.to_lowercase())
}

fn descriptor(look: &Look<'_>, path: &str) -> Result<SecurityDescriptor, ReadError> {
    let object = SecuredObject::File(path.into());
    let bytes = look.security_descriptor(&object)?;
    security_descriptor::decode(&bytes)
        .map_err(|error| ReadError::new(ReadErrorKind::Failed, format!("read the rights on {path}"), error.to_string()))
}

fn elsewhere(sid: &Sid, path: &str) -> ReadError {
    let tried = format!("tell who {sid} is, who owns {path}, or may read or replace it");
    ReadError::new(ReadErrorKind::Failed, tried, "it is an account or group of a domain or of Entra ID")
}

/// The folders above a path, the nearest first, up to the root of the drive.
fn above(path: &str) -> Vec<String> {
    let mut folders = Vec::new();
    let mut rest = path;
    while let Some((folder, _)) = rest.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) {
        if folders.len() >= FOLDERS_MAX {
            break;
        }
        folders.push(if folder.ends_with(':') { format!("{folder}/") } else { folder.to_owned() });
        rest = folder;
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_a_domain_is_none_of_the_machine() {
        let of = |account: &str| own_account(account, "pc-uketsuke-madoguchi");
        for own in [r".\Kenshin", r"PC-UKETSUKE-MADOGUCHI\kenshin", r"PC-UKETSUKE-MAD\KENSHIN"] {
            assert_eq!(of(own).as_deref(), Some("kenshin"), "{own}");
        }
        for other in [r"HONBU\kenshin", r"PC\kenshin", "LocalSystem", "kenshin@honbu.local"] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn folders_up_to_the_drive() {
        assert_eq!(above("C:/nginx/conf/x.key"), ["C:/nginx/conf", "C:/nginx", "C:/"]);
        assert_eq!(above("C:/x.key"), ["C:/"]);
        assert!(above("x.key").is_empty());
        assert_eq!(above(&format!("C:{}", "/a".repeat(100))).len(), FOLDERS_MAX);
    }
}
