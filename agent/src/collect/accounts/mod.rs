//! Local accounts: who can sign in, how, as what, and when they last did.

pub mod authorized_keys;
pub mod fields;
pub mod group;
pub mod hash_scheme;
pub(super) mod keys;
pub mod lastlog;
pub mod login_defs;
pub mod macos;
pub mod name_services;
pub mod passwd;
pub mod polkit;
mod rights;
pub mod shadow;
pub mod shells;
pub mod sign_in_databases;
mod sign_ins;
pub mod sshd_keys;
pub mod sudoers;
pub mod utmp;
pub mod windows;

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::accounts::{Account, Accounts, PasswordState};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use self::keys::Keys;
use self::name_services::Service;
use self::passwd::PasswdEntry;
use self::rights::Rights;
use self::shadow::ShadowEntry;
use self::sign_ins::Records;
use super::{Look, Needs};

pub(super) const PASSWD: &str = "/etc/passwd";
pub(super) const SHADOW: &str = "/etc/shadow";
pub(super) const LOGIN_DEFS: &str = "/etc/login.defs";
pub(super) const FILE_LIMIT: Size = Size::from_bytes(4 << 20);

/// The account that owns nothing; its number lies above the range for people.
const NOBODY: u32 = 65_534;

/// The accounts of this host.
///
/// Accounts of a network directory are not listed; that there may be some is said. A sign-in over SSH without a terminal leaves no record
/// on most systems.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Accounts> {
    let bytes = match look.read_text(PASSWD, FILE_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) => return Outcome::Failed(error.reason()),
    };
    let passwd = match passwd::parse(&bytes) {
        Ok(passwd) => passwd.entries,
        Err(error) => {
            let code = match error {
                passwd::PasswdError::TooMany => ReasonCode::TooLarge,
                passwd::PasswdError::NoAccount { .. } | passwd::PasswdError::CutOff => ReasonCode::Unparsable,
            };
            return Outcome::Failed(Reason::new(code, format!("read {PASSWD}: {error}")));
        }
    };
    // Without it the accounts of people could be taken for built-in ones, of which less is asked.
    let defs = look.read_text_if_there(LOGIN_DEFS, FILE_LIMIT).map_err(|error| error.reason());
    let host = Host {
        shadow: look.read_text(SHADOW, FILE_LIMIT).map_err(|error| error.reason()).and_then(|bytes| {
            let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read {SHADOW}: {error}"));
            shadow::parse(&bytes).map_err(unparsable)
        }),
        uid_min: defs
            .map(|bytes| bytes.and_then(|bytes| login_defs::uid_min(&bytes)).unwrap_or(login_defs::UID_MIN_DEFAULT)),
        rights: Rights::read(look),
        keys: Keys::read(look, needs.now),
        records: Records::read(look, &passwd),
        now: needs.now,
    };
    let mut seen = BTreeSet::new();
    // Of several lines of one name the system finds the first only.
    let entries = passwd.iter().filter(|entry| seen.insert(&entry.name)).map(|entry| host.account(entry)).collect();
    let complete = complete(look);
    Outcome::Known(Accounts {
        entries,
        one_password_policy: Read::Measured(true),
        outside_administrators: Vec::new(),
        // Rules of sudo are for accounts of a directory too.
        administrators_complete: complete.clone(),
        complete,
        shared_uids: shared_uids(&passwd),
        sign_ins_since: host.records.since(),
        sign_ins_complete: Read::Measured(true),
    })
}

/// Whether there are no accounts but those of the file; where there are, nobody listed them.
fn complete(look: &Look<'_>) -> Read<bool> {
    let (code, service) = match name_services::besides_the_file(look) {
        Ok(None) => return Read::Measured(true),
        // A host can tell of what it keeps itself; this agent does not read it.
        Ok(Some(Service::Here(service))) => (ReasonCode::Unsupported, service),
        Ok(Some(Service::Elsewhere(service))) => (ReasonCode::Elsewhere, service),
        Err(reason) => return Read::NotRead(reason),
    };
    Read::not_read(code, format!("list accounts: those that /etc/nsswitch.conf finds by `{service}` are not read"))
}

/// Everything that was read besides the account's own line.
struct Host<'a, 'h> {
    shadow: Result<BTreeMap<String, ShadowEntry>, Reason>,
    uid_min: Result<u32, Reason>,
    rights: Rights,
    keys: Keys<'a, 'h>,
    records: Records,
    now: Instant,
}

impl Host<'_, '_> {
    fn account(&self, entry: &PasswdEntry) -> Account {
        let (password, shadow) = self.password(entry);
        let ssh_keys = self.keys.of(entry);
        let interactive = shells::interactive(&entry.shell);
        let (administrator, administrator_by) = self.rights.of(entry);
        Account {
            name: entry.name.clone(),
            uid: i64::from(entry.uid),
            shell: entry.shell.clone(),
            interactive,
            built_in: self.built_in(entry.uid),
            enabled: if interactive { self.enabled(&password, &shadow, &ssh_keys) } else { Read::Measured(false) },
            administrator,
            administrator_by,
            password,
            password_optional: None,
            password_changed: shadow.clone().map(|entry| entry.and_then(|entry| entry.changed())),
            password_max_age: shadow.clone().map(|entry| entry.and_then(|entry| entry.max_age())),
            expires: shadow.map(|entry| entry.and_then(|entry| entry.expires())),
            ssh_keys,
            last_sign_in: self.records.last(entry, self.now),
        }
    }

    /// Whether a number is none of people's. Without the file that says where theirs begin only two are known.
    fn built_in(&self, uid: u32) -> Read<bool> {
        match uid {
            0 => Read::Measured(false),
            NOBODY => Read::Measured(true),
            _ => self.uid_min.clone().map(|uid_min| uid < uid_min).into(),
        }
    }

    /// The password's state, and what the shadow file says; nothing where the account's own line holds the password.
    fn password(&self, entry: &PasswdEntry) -> (Read<PasswordState>, Read<Option<ShadowEntry>>) {
        if entry.password != "x" {
            return (Read::Measured(shadow::state(&entry.password)), Read::Measured(None));
        }
        match &self.shadow {
            Ok(entries) => {
                let found = entries.get(&entry.name).copied();
                let state = found.map_or(PasswordState::Unset, |found| found.password);
                (Read::Measured(state), Read::Measured(found))
            }
            Err(reason) => (Read::NotRead(reason.clone()), Read::NotRead(reason.clone())),
        }
    }

    /// Whether an account with a shell opens: it has not ended, and a password, none at all, or a key opens it.
    fn enabled(
        &self,
        password: &Read<PasswordState>,
        shadow: &Read<Option<ShadowEntry>>,
        ssh_keys: &Read<i64>,
    ) -> Read<bool> {
        let (password, shadow) = match (password, shadow) {
            (Read::Measured(password), Read::Measured(shadow)) => (password, shadow),
            (Read::NotRead(reason), _) | (_, Read::NotRead(reason)) => return Read::NotRead(reason.clone()),
        };
        if shadow.is_some_and(|entry| entry.expired(self.now)) {
            return Read::Measured(false);
        }
        match password {
            PasswordState::Set | PasswordState::Empty => Read::Measured(true),
            PasswordState::Locked | PasswordState::Unset => ssh_keys.clone().map(|keys| keys > 0),
        }
    }
}

/// Numbers given to more than one account, with the names: `0: root toor`.
fn shared_uids(entries: &[PasswdEntry]) -> Vec<String> {
    let mut names: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for entry in entries {
        names.entry(entry.uid).or_default().push(&entry.name);
    }
    names.retain(|_, names| names.len() > 1);
    names.into_iter().map(|(uid, names)| format!("{uid}: {}", names.join(" "))).collect()
}

#[cfg(test)]
mod tests;
