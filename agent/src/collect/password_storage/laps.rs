//! Whether LAPS gives local administrators passwords of their own on each machine.
//!
//! Policies: <https://learn.microsoft.com/en-us/windows-server/identity/laps/laps-management-policy-settings>. Of the places where one
//! may stand the first that holds any setting is in force alone; what it leaves out is as by default, and the others count for
//! nothing.
//!
//! What LAPS did is in the key `State`: the time of its last change (`LastPasswordUpdateTime`, a FILETIME) and the RID of the
//! account (`LastAccountRidUpdated`). It changes the password only after the directory took the new one, and writes the time after
//! that; where the directory refuses, nothing is written and the password grows old. The client of the older Microsoft LAPS writes no
//! such key.

use tenken_model::fact::password_storage::{Laps, LapsDirectory, LapsPolicy, LocalAdministrators};
use tenken_model::{Instant, Read, Reason, ReasonCode, Span};

use crate::collect::accounts::windows::{administrators, directory, is_controller, is_enabled};
use crate::collect::{Look, file_time};
use crate::host::windows_api::{LocalAccount, RegistryData, RegistryKey, RegistryPath};

/// Where a policy may stand, the first that is asked first.
const ROOTS: [(LapsPolicy, &str); 4] = [
    (LapsPolicy::DeviceManagement, r"SOFTWARE\Microsoft\Policies\LAPS"),
    (LapsPolicy::GroupPolicy, r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS"),
    (LapsPolicy::Local, r"SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\Config"),
    (LapsPolicy::Legacy, r"SOFTWARE\Policies\Microsoft Services\AdmPwd"),
];
const STATE: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\State";
/// The client of the older LAPS, where it is installed; Windows' own then leaves the older policy to it.
const OLDER_CLIENT: &str =
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\GPExtensions\{D76B9641-3288-4f75-942D-087DE603E3EA}";
/// Any of these makes a place the one in force.
const SETTINGS: [&str; 20] = [
    "BackupDirectory",
    "PasswordAgeDays",
    "PasswordLength",
    "PasswordComplexity",
    "PassphraseLength",
    "AdministratorAccountName",
    "PasswordExpirationProtectionEnabled",
    "ADPasswordEncryptionEnabled",
    "ADPasswordEncryptionPrincipal",
    "ADEncryptedPasswordHistorySize",
    "ADBackupDSRMPassword",
    "PostAuthenticationResetDelay",
    "PostAuthenticationActions",
    "AutomaticAccountManagementEnabled",
    "AutomaticAccountManagementTarget",
    "AutomaticAccountManagementNameOrPrefix",
    "AutomaticAccountManagementEnableAccount",
    "AutomaticAccountManagementRandomizeName",
    // Of the older LAPS.
    "AdmPwdEnabled",
    "AdminAccountName",
];
const AGE_DAYS: u64 = 30;
const AGE_DAYS_MAX: u64 = 365;
const LENGTH: u64 = 14;
const COMPLEXITY: u64 = 4;
/// From here on the password is a phrase of words.
const PHRASES: u64 = 6;
/// The database of accounts and the key are written one after the other.
const APART: Span = Span::from_secs(3_600);
/// More local administrators than any machine has.
const ADMINISTRATORS_MAX: usize = 200;

/// The local administrators of a machine whose people are kept in a directory; nothing on others.
pub(super) fn local_administrators(look: &Look<'_>, now: Instant) -> Result<Option<LocalAdministrators>, Reason> {
    if is_controller(look)? || directory(look)?.is_none() {
        return Ok(None);
    }
    let accounts = look.local_accounts().map_err(|error| error.reason())?;
    let groups = look.local_groups().map_err(|error| error.reason())?;
    let administrators = administrators::of(&groups, &accounts, &[])?;
    let mut open: Vec<&LocalAccount> = accounts.iter().filter(|account| is_enabled(account, now)).collect();
    open.retain(|account| !administrators.by(&account.sid).is_empty());
    if open.len() > ADMINISTRATORS_MAX {
        let detail = format!("list local administrators: {} are more than {ADMINISTRATORS_MAX}", open.len());
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    let policy = policy(look)?;
    let state = state(look, policy.as_ref())?;
    let unmanaged = match (&policy, &state) {
        (_, Read::NotRead(reason)) => Read::NotRead(reason.clone()),
        (Some(policy), Read::Measured(Some(state))) if policy.directory != LapsDirectory::Off => {
            Read::Measured(names(open.iter().filter(|account| !state.is_of(account, now))))
        }
        (_, Read::Measured(_)) => Read::Measured(names(open.iter())),
    };
    Ok(Some(LocalAdministrators {
        accounts: names(open.iter()),
        unmanaged,
        laps: policy.map(|policy| policy.laps(state.map(|state| state.map(|state| state.changed)))),
    }))
}

fn names<'a>(accounts: impl Iterator<Item = &'a &'a LocalAccount>) -> Vec<String> {
    accounts.map(|account| account.name.clone()).collect()
}

/// What is to be done.
struct Policy {
    place: LapsPolicy,
    directory: LapsDirectory,
    age_days: u64,
    length: Option<u64>,
}

impl Policy {
    /// What a place says; nothing where it holds no setting.
    fn of(place: LapsPolicy, key: &RegistryKey) -> Result<Option<Self>, Reason> {
        if !SETTINGS.iter().any(|name| key.value(name).is_some()) {
            return Ok(None);
        }
        let unfit = |name: &str| {
            let detail = format!("read the policy of LAPS ({}): {name} is of a form that is not known", place.word());
            Reason::new(ReasonCode::Unparsable, detail)
        };
        let number = |name: &str, default: u64| {
            key.value(name).map_or(Ok(default), |data| RegistryData::number(data).ok_or_else(|| unfit(name)))
        };
        let directory = if place == LapsPolicy::Legacy {
            let is_on = number("AdmPwdEnabled", 0)? != 0;
            if is_on { LapsDirectory::ActiveDirectory } else { LapsDirectory::Off }
        } else {
            match number("BackupDirectory", 0)? {
                0 => LapsDirectory::Off,
                1 => LapsDirectory::Entra,
                2 => LapsDirectory::ActiveDirectory,
                _ => return Err(unfit("BackupDirectory")),
            }
        };
        let is_phrase = number("PasswordComplexity", COMPLEXITY)? >= PHRASES;
        let length = number("PasswordLength", LENGTH)?;
        let age_days = number("PasswordAgeDays", AGE_DAYS)?.clamp(1, AGE_DAYS_MAX);
        Ok(Some(Self { place, directory, age_days, length: (!is_phrase).then_some(length) }))
    }

    fn laps(self, changed: Read<Option<Instant>>) -> Laps {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Laps {
            policy: self.place,
            directory: self.directory,
            password_max_age: Span::from_days(whole(self.age_days)),
            password_length: self.length.map(whole),
            changed,
        }
    }
}

fn policy(look: &Look<'_>) -> Result<Option<Policy>, Reason> {
    for (place, path) in ROOTS {
        let key = look.registry(&RegistryPath::machine(path)).map_err(|error| error.reason())?;
        if let Some(policy) = key.map_or(Ok(None), |key| Policy::of(place, &key))? {
            return Ok(Some(policy));
        }
    }
    Ok(None)
}

/// What LAPS last did.
#[derive(Debug, Clone, Copy)]
struct State {
    changed: Instant,
    rid: u32,
}

impl State {
    /// It gave that account the password it has.
    fn is_of(self, account: &LocalAccount, now: Instant) -> bool {
        let set = Span::from_millis(-Span::from_secs(i64::from(account.password_age)).millis()).after(now);
        account.sid.rid() == Some(self.rid) && set <= APART.after(self.changed)
    }
}

fn state(look: &Look<'_>, policy: Option<&Policy>) -> Result<Read<Option<State>>, Reason> {
    let key = look.registry(&RegistryPath::machine(STATE)).map_err(|error| error.reason())?.unwrap_or_default();
    let is_older =
        policy.is_some_and(|policy| policy.place == LapsPolicy::Legacy && policy.directory != LapsDirectory::Off);
    if is_older && look.registry(&RegistryPath::machine(OLDER_CLIENT)).map_err(|error| error.reason())?.is_some() {
        let detail = "see when LAPS last changed a password: the client of the older Microsoft LAPS does not tell";
        return Ok(Read::not_read(ReasonCode::Unsupported, detail));
    }
    let number = |name: &str| {
        let unfit = || Reason::new(ReasonCode::Unparsable, format!("read the state of LAPS: {name} is no number"));
        key.value(name).map(|data| RegistryData::number(data).ok_or_else(unfit)).transpose()
    };
    let changed = number("LastPasswordUpdateTime")?.and_then(file_time::instant);
    let rid = number("LastAccountRidUpdated")?.and_then(|rid| u32::try_from(rid).ok());
    match (changed, rid) {
        (Some(changed), Some(rid)) => Ok(Read::Measured(Some(State { changed, rid }))),
        (Some(_), None) => Ok(Read::not_read(
            ReasonCode::Missing,
            "see whose password LAPS last changed: its state names no account (LastAccountRidUpdated)",
        )),
        (None, _) => Ok(Read::Measured(None)),
    }
}

#[cfg(test)]
mod tests;
