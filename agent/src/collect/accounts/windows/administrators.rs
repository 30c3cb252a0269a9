//! Who is an administrator: the members of the groups that may do everything, by SID.
//!
//! Well-known SIDs: <https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/manage/understand-security-identifiers>.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::accounts::{MemberKind, OutsideAdministrator};
use tenken_model::{NameCase, Reason, ReasonCode};

use crate::host::windows_api::{DomainGroup, LocalAccount, LocalGroup, LocalMember, Sid};

/// Administrators.
const ADMINISTRATORS: &str = "S-1-5-32-544";
/// Backup Operators, who may read and replace every file, and so become administrators.
const BACKUP_OPERATORS: &str = "S-1-5-32-551";
/// Groups that everybody is in who signs in in some way: Everyone, Local, Console logon, Network, Interactive, Authenticated
/// Users, Terminal Server User, Remote Interactive, This Organization, Local account, Users.
const EVERYBODY: [&str; 11] = [
    "S-1-1-0",
    "S-1-2-0",
    "S-1-2-1",
    "S-1-5-2",
    "S-1-5-4",
    "S-1-5-11",
    "S-1-5-13",
    "S-1-5-14",
    "S-1-5-15",
    "S-1-5-113",
    "S-1-5-32-545",
];
/// What is no person: the system's own accounts, services and packages.
const SYSTEM: [&str; 8] =
    ["S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-80-", "S-1-5-82-", "S-1-5-83-", "S-1-5-90-", "S-1-15-"];
/// The most groups that are followed into each other.
const GROUPS_MAX: usize = 1_000;

/// Who is an administrator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Administrators {
    /// By which groups, for each local account.
    accounts: BTreeMap<Sid, BTreeSet<String>>,
    /// By which groups everybody is.
    everybody: BTreeSet<String>,
    /// Members that are no accounts or groups of this machine.
    elsewhere: BTreeMap<Sid, Outside>,
}

/// A member of a group that is of a domain or of Entra ID.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outside {
    /// As the machine resolves it; empty where it cannot.
    name: String,
    kind: MemberKind,
    by: BTreeSet<String>,
}

impl Administrators {
    /// By which groups that account is one; empty where it is none.
    pub fn by(&self, account: &Sid) -> Vec<String> {
        let own = self.accounts.get(account).into_iter().flatten();
        own.chain(&self.everybody).cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether it is one whose account, or group, is kept elsewhere.
    pub fn is_outside(&self, member: &Sid) -> bool {
        self.elsewhere.contains_key(member)
    }

    /// Those whose accounts are kept elsewhere. The name alone is that of an account of this machine where one has it.
    pub fn outside(&self, accounts: &[LocalAccount]) -> Vec<OutsideAdministrator> {
        let is_taken = |name: &str| accounts.iter().any(|account| NameCase::Ignored.is_same(&account.name, name));
        let one = |(sid, outside): (&Sid, &Outside)| {
            let name = if outside.name.is_empty() { sid.as_str() } else { &outside.name };
            let alone = name.rsplit('\\').next().filter(|alone| !alone.is_empty() && !is_taken(alone)).unwrap_or(name);
            OutsideAdministrator {
                name: name.to_owned(),
                account: alone.to_owned(),
                kind: outside.kind,
                administrator_by: outside.by.iter().cloned().collect(),
            }
        };
        self.elsewhere.iter().map(one).collect()
    }
}

/// What SID_NAME_USE says a member is; nothing of an account that was deleted, with which nobody signs in.
const fn kind(usage: u32) -> Option<MemberKind> {
    match usage {
        // SidTypeUser, SidTypeComputer.
        1 | 9 => Some(MemberKind::User),
        // SidTypeGroup, SidTypeAlias, SidTypeWellKnownGroup.
        2 | 4 | 5 => Some(MemberKind::Group),
        // SidTypeDeletedAccount.
        6 => None,
        _ => Some(MemberKind::Unknown),
    }
}

/// Follows the groups that may do everything; on a controller, also into the groups of the domain, of which those who are in them
/// by another one are not told.
pub fn of(groups: &[LocalGroup], accounts: &[LocalAccount], domain: &[DomainGroup]) -> Result<Administrators, Reason> {
    let find = |sid: &str| groups.iter().find(|group| group.sid.as_str() == sid);
    let administrators = find(ADMINISTRATORS).ok_or_else(|| {
        Reason::new(
            ReasonCode::Missing,
            format!("read local groups: the administrators ({ADMINISTRATORS}) are not there"),
        )
    })?;
    let mut found = Administrators::default();
    for root in [Some(administrators), find(BACKUP_OPERATORS)].into_iter().flatten() {
        let label = format!("{} ({})", root.name, root.sid);
        let mut seen = BTreeSet::new();
        let mut left = vec![root];
        while let Some(group) = left.pop() {
            if !seen.insert(&group.sid) || seen.len() > GROUPS_MAX {
                continue;
            }
            for member in &group.members {
                match groups.iter().find(|nested| nested.sid == member.sid) {
                    Some(nested) => left.push(nested),
                    None => found.add(member, &label, accounts),
                }
                if let Some(group) = domain.iter().find(|group| group.sid == member.sid) {
                    let by = format!("{label}: {} ({})", member.name, member.sid);
                    found.add_named(&group.members, &by, accounts);
                }
            }
        }
    }
    Ok(found)
}

impl Administrators {
    fn add(&mut self, member: &LocalMember, label: &str, accounts: &[LocalAccount]) {
        let sid = member.sid.as_str();
        if accounts.iter().any(|account| account.sid == member.sid) {
            self.accounts.entry(member.sid.clone()).or_default().insert(label.to_owned());
        } else if EVERYBODY.contains(&sid) {
            self.everybody.insert(label.to_owned());
        } else if !SYSTEM.iter().any(|system| sid == *system || system.ends_with('-') && sid.starts_with(system)) {
            let Some(kind) = kind(member.usage) else { return };
            let outside = Outside { name: member.name.clone(), kind, by: BTreeSet::new() };
            self.elsewhere.entry(member.sid.clone()).or_insert(outside).by.insert(label.to_owned());
        }
    }

    fn add_named(&mut self, names: &[String], label: &str, accounts: &[LocalAccount]) {
        let is_named = |account: &&LocalAccount| names.iter().any(|name| name.eq_ignore_ascii_case(&account.name));
        for account in accounts.iter().filter(is_named) {
            self.accounts.entry(account.sid.clone()).or_default().insert(label.to_owned());
        }
    }
}
