//! Who can become administrator, gathered from groups, sudoers and polkit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tenken_model::{Read, Reason, ReasonCode, Size};

use super::group::{self, Group};
use super::passwd::PasswdEntry;
use super::polkit::{self, Identity};
use super::shells;
use super::sudoers::grant::{Place, Rules, Subject};
use super::sudoers::{self, Statement};
use crate::collect::Look;
use crate::host::{EntryKind, ReadError};

const FILE_LIMIT: Size = Size::from_bytes(4 << 20);
const RULE_FILE_LIMIT: Size = Size::from_bytes(1 << 20);
const FOLDER_LIMIT: usize = 2_000;
/// How many sudoers files are read, and how deep they may include each other.
const SUDOERS_FILES_MAX: usize = 500;
const INCLUDE_DEPTH_MAX: usize = 32;

/// Where sudoers is; the vendor's only where the administrator has none.
const SUDOERS: [&str; 2] = ["/etc/sudoers", "/usr/etc/sudoers"];
const POLKIT_RULES: [&str; 4] = [
    "/etc/polkit-1/rules.d",
    "/run/polkit-1/rules.d",
    "/usr/local/share/polkit-1/rules.d",
    "/usr/share/polkit-1/rules.d",
];
const POLKIT_CONFIGURATIONS: [&str; 2] =
    ["/etc/polkit-1/localauthority.conf.d", "/var/lib/polkit-1/localauthority.conf.d"];
const DOAS: [&str; 2] = ["/etc/doas.conf", "/usr/local/etc/doas.conf"];

/// Groups whose members own the machine without sudo: they may start containers or machines that see its disks, or
/// write the disks. Docker's, LXD's, Incus' and libvirt's documentation say so of theirs, Debian's of `disk`.
const ROOT_EQUIVALENT_GROUPS: [&str; 5] = ["disk", "docker", "incus-admin", "libvirt", "lxd"];

/// What the host says of administrators.
pub(super) struct Rights {
    groups: BTreeMap<u32, String>,
    /// Groups by account beside its first one.
    member_of: BTreeMap<String, BTreeSet<u32>>,
    rules: Rules,
    identities: BTreeSet<Identity>,
    host_names: Vec<String>,
    shells: Vec<String>,
    /// Why not everything could be read.
    unread: Option<Reason>,
}

impl Rights {
    /// Reads everything that gives rights.
    pub(super) fn read(look: &Look<'_>) -> Self {
        let mut rights = Self {
            groups: BTreeMap::new(),
            member_of: BTreeMap::new(),
            rules: Rules::default(),
            identities: BTreeSet::new(),
            host_names: look.system().map(|system| vec![system.host_name]).unwrap_or_default(),
            shells: Vec::new(),
            unread: None,
        };
        rights.read_groups(look);
        let listed = rights.known(look.read_text_if_there("/etc/shells", RULE_FILE_LIMIT)).flatten();
        rights.shells = listed.map(|bytes| shells::parse(&bytes)).unwrap_or_default();
        rights.read_sudoers(look);
        rights.read_polkit(look);
        for path in DOAS {
            if rights.known(look.exists(path)) == Some(true) {
                rights.unread(Reason::new(
                    ReasonCode::Unsupported,
                    format!("read {path}: rules of doas are not understood"),
                ));
            }
        }
        rights
    }

    /// Whether the account can become administrator, and by what.
    pub(super) fn of(&self, entry: &PasswdEntry) -> (Read<bool>, Vec<String>) {
        let mut numbers = self.member_of.get(&entry.name).cloned().unwrap_or_default();
        numbers.insert(entry.gid);
        let groups: Vec<_> =
            numbers.iter().map(|gid| (*gid, self.groups.get(gid).cloned().unwrap_or_default())).collect();
        let mut by = BTreeSet::new();
        if entry.uid == 0 {
            by.insert("uid 0".to_owned());
        }
        by.extend(
            groups
                .iter()
                .filter(|(_, name)| ROOT_EQUIVALENT_GROUPS.contains(&name.as_str()))
                .map(|(_, name)| format!("group {name}")),
        );
        for identity in &self.identities {
            match identity {
                Identity::User(user) if *user == entry.name || *user == entry.uid.to_string() => {
                    by.insert(format!("polkit user {user}"));
                }
                Identity::Group(group)
                    if groups.iter().any(|(gid, name)| name == group || gid.to_string() == *group) =>
                {
                    by.insert(format!("polkit group {group}"));
                }
                Identity::User(_) | Identity::Group(_) => {}
            }
        }
        let subject = Subject { name: &entry.name, uid: entry.uid, groups: &groups };
        let given = self.rules.given(&subject, &Place { host_names: &self.host_names, shells: &self.shells });
        by.extend(given.by.into_iter().map(|member| format!("sudoers {member}")));
        let undecided = given.undecided.map(|why| Reason::new(ReasonCode::Unsupported, why));
        let administrator = match (by.is_empty(), self.unread.clone().or(undecided)) {
            (false, _) => Read::Measured(true),
            (true, None) => Read::Measured(false),
            (true, Some(reason)) => Read::NotRead(reason),
        };
        (administrator, by.into_iter().collect())
    }

    fn unread(&mut self, reason: Reason) {
        self.unread.get_or_insert(reason);
    }

    /// What was read; what was not is remembered.
    fn known<T>(&mut self, result: Result<T, ReadError>) -> Option<T> {
        result.map_err(|error| self.unread(error.reason())).ok()
    }

    /// Members by the group file; by gshadow also those who may enter a group or add themselves to it.
    fn read_groups(&mut self, look: &Look<'_>) {
        if let Some(bytes) = self.known(look.read_text("/etc/group", FILE_LIMIT)) {
            let groups = group::parse(&bytes);
            self.note_cut("/etc/group", groups.cut);
            if groups.rows.is_empty() {
                self.unread(Reason::new(ReasonCode::Unparsable, "read /etc/group: no group in it"));
            }
            if groups.broken_off {
                self.unread(Reason::new(ReasonCode::Unparsable, "read /etc/group: it is cut off in its last line"));
            }
            for Group { name, gid, members } in groups.rows {
                for member in members {
                    self.member_of.entry(member).or_default().insert(gid);
                }
                self.groups.entry(gid).or_insert(name);
            }
        }
        if let Some(Some(bytes)) = self.known(look.read_text_if_there("/etc/gshadow", FILE_LIMIT)) {
            let groups = group::parse_shadow(&bytes);
            self.note_cut("/etc/gshadow", groups.cut);
            let numbers: BTreeMap<_, _> = self.groups.iter().map(|(gid, name)| (name.clone(), *gid)).collect();
            for shadow in groups.rows {
                let Some(gid) = numbers.get(&shadow.name) else { continue };
                for account in shadow.administrators.into_iter().chain(shadow.members) {
                    self.member_of.entry(account).or_default().insert(*gid);
                }
            }
        }
    }

    fn note_cut(&mut self, path: &str, cut: usize) {
        if cut > 0 {
            self.unread(Reason::new(ReasonCode::TooLarge, format!("read {path}: {cut} groups beyond the limit")));
        }
    }

    fn read_sudoers(&mut self, look: &Look<'_>) {
        let mut statements = Vec::new();
        for path in SUDOERS {
            let Some(Some(bytes)) = self.known(look.read_text_if_there(path, RULE_FILE_LIMIT)) else { continue };
            let mut files = 1;
            self.include(look, Path::new(path), &bytes, 0, &mut files, &mut statements);
            break;
        }
        self.rules = Rules::of(statements);
    }

    /// Adds the statements of a file, those of the files it includes in their place.
    fn include(
        &mut self,
        look: &Look<'_>,
        path: &Path,
        bytes: &[u8],
        depth: usize,
        files: &mut usize,
        statements: &mut Vec<Statement>,
    ) {
        for statement in sudoers::parse(bytes) {
            let paths = match &statement {
                Statement::Include(to) => vec![self.included(path, to)],
                Statement::IncludeFolder(to) => self.included_folder(look, &self.included(path, to)),
                Statement::Alias { .. } | Statement::Rule { .. } | Statement::NotUnderstood(_) => {
                    statements.push(statement);
                    continue;
                }
            };
            for to in paths {
                *files += 1;
                if depth >= INCLUDE_DEPTH_MAX || *files > SUDOERS_FILES_MAX {
                    self.unread(Reason::new(ReasonCode::TooLarge, format!("read {}: too many files", to.display())));
                    return;
                }
                if let Some(Some(bytes)) = self.known(look.read_text_if_there(&to, RULE_FILE_LIMIT)) {
                    self.include(look, &to, &bytes, depth + 1, files, statements);
                }
            }
        }
    }

    /// The path an include means: `%h` is the host's short name, what is not absolute is beside the including file.
    fn included(&self, from: &Path, to: &str) -> PathBuf {
        let host = self.host_names.first().map_or("", String::as_str);
        let short = host.split('.').next().unwrap_or_default();
        from.parent().unwrap_or(Path::new("/")).join(to.replace("%h", short))
    }

    /// The files of a folder that sudo reads: names with a dot or with a tilde at the end are not.
    fn included_folder(&mut self, look: &Look<'_>, folder: &Path) -> Vec<PathBuf> {
        let entries = self.known(look.list_if_there(folder, FOLDER_LIMIT)).unwrap_or_default();
        entries
            .into_iter()
            .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Link))
            .filter(|entry| !entry.name.contains('.') && !entry.name.ends_with('~'))
            .map(|entry| folder.join(entry.name))
            .collect()
    }

    fn read_polkit(&mut self, look: &Look<'_>) {
        self.read_identities(look, &POLKIT_RULES, ".rules", polkit::rules);
        self.read_identities(look, &POLKIT_CONFIGURATIONS, ".conf", polkit::configuration);
    }

    /// Adds the identities in the files of these folders whose names end so.
    fn read_identities(
        &mut self,
        look: &Look<'_>,
        folders: &[&str],
        suffix: &str,
        parse: impl Fn(&[u8]) -> Option<Vec<Identity>>,
    ) {
        for folder in folders {
            let entries = self.known(look.list_if_there(folder, FOLDER_LIMIT)).unwrap_or_default();
            for entry in entries.iter().filter(|entry| entry.name.ends_with(suffix)) {
                let read = look.read_text_if_there(Path::new(folder).join(&entry.name), RULE_FILE_LIMIT);
                let found = self.known(read).flatten().and_then(|bytes| parse(&bytes));
                self.identities.extend(found.into_iter().flatten());
            }
        }
    }
}
