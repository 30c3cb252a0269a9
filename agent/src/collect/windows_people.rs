//! People whose settings are loaded on Windows, and people with a profile there.
//!
//! `HKEY_USERS` holds the settings of those who are signed in, and of accounts that services run as. Settings of others are in
//! files that Windows keeps closed; what such a person has is not known until the person signs in.
//!
//! A person is named by what nobody but the system writes, so that nothing is told under a colleague's name: `Volatile Environment`
//! of the own settings has a name, too, and the person may change it.

use std::collections::BTreeMap;

use tenken_model::Instant;

use super::windows_path::Variables;
use super::{Look, file_time};
use crate::host::ReadError;
use crate::host::windows_api::{LocalAccount, RegistryKey, RegistryPath, Sid};

/// More profiles than any machine has.
const PEOPLE_MAX: usize = 2_000;
/// More sessions than any machine has.
const SESSIONS_MAX: usize = 2_000;
/// Where the screen that people sign in at notes who is in each session: a key by its number, with `LoggedOnUserSID` and
/// `LoggedOnSAMUser` (`DOMAIN\name`). Only the system writes it, whatever others do to the settings of a person.
const SESSIONS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\LogonUI\SessionData";

/// A person with a profile on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub sid: Sid,
    /// The account's name without the domain's.
    pub account: String,
    /// The folder of the profile with forward slashes, where it is told.
    pub folder: Option<String>,
    /// When the settings were last loaded, which is at a sign-in; absent where it is not told.
    pub loaded_at: Option<Instant>,
    /// When they were last unloaded, which is at a sign-out; absent where it is not told. It may be that of an earlier sign-in.
    pub unloaded_at: Option<Instant>,
    /// The settings are loaded: the person is signed in, or a service runs as that account.
    pub is_loaded: bool,
}

impl Person {
    /// A key of the person's settings: `Control Panel\Desktop`.
    pub fn key(&self, below: &str) -> RegistryPath {
        RegistryPath::users(format!(r"{}\{below}", self.sid))
    }
}

/// Those whose settings are loaded. Whoever signs in wakes the collector.
pub fn loaded(look: &Look<'_>) -> Result<Vec<Person>, ReadError> {
    Ok(all(look)?.into_iter().filter(|person| person.is_loaded).collect())
}

/// Everybody with a profile or loaded settings, by SID. Whoever signs in wakes the collector.
pub fn all(look: &Look<'_>) -> Result<Vec<Person>, ReadError> {
    // Windows writes the time of loading and unloading below this key, so that it tells of each sign-in. Below the
    // root of the settings themselves something changes all the time, of which nothing is told.
    let list = RegistryPath::machine(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList");
    let root = RegistryPath::users("");
    let settings = look.registry_values(&root)?.unwrap_or_default();
    let profiles = look.registry(&list)?.unwrap_or_default();
    let names = names(look);
    let variables = Variables::read(look)?;
    let mut sids: Vec<Sid> = settings.subkeys.iter().chain(&profiles.subkeys).filter_map(|name| person(name)).collect();
    sids.sort();
    sids.dedup();
    sids.truncate(PEOPLE_MAX);
    let mut people = Vec::new();
    for sid in sids {
        let is_loaded = settings.has_subkey(sid.as_str());
        let profile = look.aside().registry(&list.join(sid.as_str()))?.unwrap_or_default();
        people.push(of_keys(sid, is_loaded, &profile, &names, &variables));
    }
    Ok(people)
}

/// What people are called: accounts of this machine, and those of others who are signed in. Where one of them is not told, the
/// folder of the profile stands in.
fn names(look: &Look<'_>) -> BTreeMap<Sid, String> {
    let list = RegistryPath::machine(SESSIONS);
    let aside = look.aside();
    let sessions = aside.registry(&list).ok().flatten().unwrap_or_default().subkeys;
    let told = sessions.iter().take(SESSIONS_MAX).filter_map(|session| {
        let key = aside.registry(&list.join(session)).ok().flatten()?;
        let name = key.text("LoggedOnSAMUser")?.rsplit('\\').next().map(str::trim).filter(|name| !name.is_empty())?;
        Some((key.text("LoggedOnUserSID")?.parse().ok()?, name.to_owned()))
    });
    let mut names: BTreeMap<Sid, String> = told.collect();
    let accounts = aside.local_accounts().unwrap_or_default();
    names.extend(accounts.into_iter().map(|account: LocalAccount| (account.sid, account.name)));
    names
}

/// The SID of a person in the name of a key below `HKEY_USERS` or the list of profiles: of an account of this machine, a domain
/// or Entra ID. What others stand for is the system, its services and pools of IIS; `_Classes` is a second part of the same.
pub fn person(key: &str) -> Option<Sid> {
    let sid: Sid = key.parse().ok()?;
    (sid.is_of_domain_or_machine() || sid.is_of_entra()).then_some(sid)
}

/// A person from what the registry says. Who has no name is called by the folder of the profile, to which Windows may have put the
/// domain or a number; and without one, by the SID.
pub fn of_keys(
    sid: Sid,
    is_loaded: bool,
    profile: &RegistryKey,
    names: &BTreeMap<Sid, String>,
    variables: &Variables,
) -> Person {
    let folder = profile.text("ProfileImagePath").and_then(|text| variables.path(text));
    let folder = folder.map(|path| path.to_string_lossy().into_owned());
    let of_folder = folder.as_deref().and_then(|folder| folder.rsplit('/').next()).filter(|name| !name.is_empty());
    let account = names.get(&sid).map(String::as_str).or(of_folder).unwrap_or(sid.as_str()).to_owned();
    Person { account, folder, loaded_at: loaded_at(profile), unloaded_at: unloaded_at(profile), is_loaded, sid }
}

/// When Windows last loaded the settings, which newer versions note, since 1809.
/// <https://learn.microsoft.com/en-us/troubleshoot/windows-server/support-tools/scripts-to-retrieve-profile-age>
fn loaded_at(profile: &RegistryKey) -> Option<Instant> {
    time(profile, "LocalProfileLoadTimeHigh", "LocalProfileLoadTimeLow")
}

/// When it last unloaded them.
fn unloaded_at(profile: &RegistryKey) -> Option<Instant> {
    time(profile, "LocalProfileUnloadTimeHigh", "LocalProfileUnloadTimeLow")
}

fn time(profile: &RegistryKey, high: &str, low: &str) -> Option<Instant> {
    let half = |name: &str| profile.number(name).and_then(|half| u32::try_from(half).ok());
    file_time::of_halves(half(high)?, half(low)?)
}

#[cfg(test)]
mod tests {
    use tenken_model::fact::system::SystemFamily;

    use super::*;
    use crate::collect::Wake;
    use crate::host::recorded::Answer;
    use crate::host::windows_api::{RegistryData, RegistryValue};
    use crate::host::{ReadErrorKind, Recording};

    const MACHINE: &str = "S-1-5-21-1004336348-1177238915-682003330";

    fn key(values: &[(&str, RegistryData)]) -> RegistryKey {
        let values = values.iter().map(|(name, data)| RegistryValue { name: (*name).to_owned(), data: data.clone() });
        RegistryKey { values: values.collect(), ..RegistryKey::default() }
    }

    fn text(text: &str) -> RegistryData {
        RegistryData::Text(text.to_owned())
    }

    fn host(keys: Vec<(RegistryPath, RegistryKey)>) -> Recording {
        let mut host = Recording::new(Instant::UNIX_EPOCH);
        host.family = SystemFamily::Windows;
        host.windows.registry = keys.into_iter().map(|(path, key)| (path, Answer::Given(key))).collect();
        host
    }

    fn account(name: &str, sid: &str) -> LocalAccount {
        LocalAccount::ordinary(name, sid.parse().unwrap())
    }

    fn profile(sid: &str, folder: &str) -> (RegistryPath, RegistryKey) {
        let path = format!(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{sid}");
        (RegistryPath::machine(path), key(&[("ProfileImagePath", RegistryData::Expandable(folder.to_owned()))]))
    }

    fn session(number: &str, sid: &str, name: &str) -> (RegistryPath, RegistryKey) {
        let values = [("LoggedOnUserSID", text(sid)), ("LoggedOnSAMUser", text(name))];
        (RegistryPath::machine(SESSIONS).join(number), key(&values))
    }

    fn hive(path: &str) -> (RegistryPath, RegistryKey) {
        (RegistryPath::users(path), RegistryKey::default())
    }

    #[test]
    fn people_are_those_with_a_profile_and_some_of_them_are_signed_in() {
        let local = format!("{MACHINE}-1001");
        let domain = "S-1-5-21-1-2-3-1604";
        let entra = "S-1-12-1-1-2-3-4";
        let mut host = host(vec![
            hive(r".DEFAULT\Control Panel"),
            hive("S-1-5-18"),
            hive("S-1-5-82-1-2-3-4-5"),
            hive(&format!(r"{local}\Control Panel\Desktop")),
            hive(&format!("{local}_Classes")),
            (RegistryPath::users(format!(r"{domain}\Volatile Environment")), key(&[("USERNAME", text("suzuki"))])),
            session("1", domain, r"KENSHIN\sato"),
            session("2", &local, r"PC-01\suzuki"),
            session("3", "S-1-5-21-1-2-3-9", ""),
            session("4", "nobody", r"KENSHIN\nobody"),
            profile(&local, r"%SystemDrive%\Users\hanak"),
            profile(domain, r"C:\Users\sato.KENSHIN"),
            profile(entra, r"C:\Users\鈴木一郎"),
            profile("S-1-5-18", r"%systemroot%\system32\config\systemprofile"),
            profile(&format!("{MACHINE}-1002.bak"), r"C:\Users\TEMP"),
        ]);
        host.windows.accounts = Some(Answer::Given(vec![account("hanako", &local)]));
        let look = Look::new(&host);
        let people = all(&look).unwrap();
        let told: Vec<(&str, Option<&str>, bool)> =
            people.iter().map(|person| (person.account.as_str(), person.folder.as_deref(), person.is_loaded)).collect();
        let expected = [
            ("鈴木一郎", Some("C:/Users/鈴木一郎"), false),
            ("sato", Some("C:/Users/sato.KENSHIN"), true),
            ("hanako", Some("C:/Users/hanak"), true),
        ];
        for person in expected {
            assert!(told.contains(&person), "{person:?} in {told:?}");
        }
        assert_eq!(told.len(), expected.len(), "{told:?}");
        assert_eq!(loaded(&look).unwrap().len(), 2);
        let (_, wakes) = look.finish();
        let root = Wake::Registry(RegistryPath::users(""));
        assert!(!wakes.contains(&root), "what changes all the time would wake for ever");
        let list = RegistryPath::machine(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList");
        assert!(wakes.contains(&Wake::Registry(list)));
    }

    #[test]
    fn nobody_is_signed_in_on_a_machine_that_only_starts() {
        assert_eq!(all(&Look::new(&host(Vec::new()))), Ok(Vec::new()));
    }

    #[test]
    fn settings_that_may_not_be_listed_are_an_error() {
        let mut host = host(Vec::new());
        let refused = ReadError::new(ReadErrorKind::NotPermitted, "read HKU", "access is denied");
        host.windows.registry.insert(RegistryPath::users(""), Answer::Refused(refused.clone()));
        assert_eq!(loaded(&Look::new(&host)), Err(refused));
    }

    #[test]
    fn a_person_without_any_name_is_the_sid() {
        let sid: Sid = "S-1-5-21-1-2-3-1001".parse().unwrap();
        let none = RegistryKey::default();
        let person = of_keys(sid, true, &none, &BTreeMap::new(), &Variables::default());
        assert_eq!((person.account.as_str(), person.folder.as_deref()), ("S-1-5-21-1-2-3-1001", None));
        assert_eq!(person.key("Software").to_string(), r"HKU\S-1-5-21-1-2-3-1001\Software");
    }

    #[test]
    fn nobody_takes_the_name_of_another_by_the_own_settings() {
        let of = |more: Vec<(RegistryPath, RegistryKey)>| {
            let sid = "S-1-5-21-1-2-3-1605";
            let own = [("USERNAME", text("sato")), ("USERDOMAIN", text("KENSHIN"))];
            let mut keys = vec![(RegistryPath::users(format!(r"{sid}\Volatile Environment")), key(&own))];
            keys.extend(more);
            loaded(&Look::new(&host(keys))).unwrap().remove(0).account
        };
        let sid = "S-1-5-21-1-2-3-1605";
        assert_eq!(of(Vec::new()), sid);
        assert_eq!(of(vec![profile(sid, r"C:\Users\tanaka.KENSHIN")]), "tanaka.KENSHIN");
        let told = vec![profile(sid, r"C:\Users\tanaka.KENSHIN"), session("2", sid, r"KENSHIN\tanaka")];
        assert_eq!(of(told), "tanaka");
    }

    #[test]
    fn the_time_of_loading_is_told_in_halves() {
        let profile = key(&[
            ("LocalProfileLoadTimeHigh", RegistryData::Number(0x01dc_5e6f)),
            ("LocalProfileLoadTimeLow", RegistryData::Number(0x1234_5678)),
        ]);
        assert_eq!(loaded_at(&profile), file_time::instant(0x01dc_5e6f_1234_5678));
        assert_eq!(unloaded_at(&profile), None);
        let halves = [("LocalProfileUnLoadTimeHigh", 0x01dc_5e6f), ("LocalProfileUnLoadTimeLow", 1)];
        let profile = key(&halves.map(|(name, half)| (name, RegistryData::Number(half))));
        assert_eq!(unloaded_at(&profile), file_time::instant(0x01dc_5e6f_0000_0001), "whatever its letters");
        assert_eq!(loaded_at(&key(&[("LocalProfileLoadTimeHigh", RegistryData::Number(1))])), None);
    }
}
