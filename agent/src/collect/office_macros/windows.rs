//! How office programs treat macros on Windows: Microsoft Office for each person who is signed in, LibreOffice for everybody.
//!
//! Settings are a person's own in the registry, by program. What the cloud policy of Microsoft 365 sets goes before group policy,
//! and that before what the person set.
//! <https://learn.microsoft.com/en-us/microsoft-365-apps/security/internet-macros-blocked>

use tenken_model::fact::office_macros::{AutomatedMacros, InternetMacros, MacroUser, OfficeMacros};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use super::microsoft_office::{self, Layers, Program, Unset};
use super::windows_libreoffice;
use crate::collect::windows_people::{self, Person};
use crate::collect::{Look, Needs};
use crate::host::windows_api::{RegistryKey, RegistryPath};

/// Versions whose settings are read: 2013, and all since 2016.
const VERSIONS: [&str; 2] = ["16.0", "15.0"];
/// Where each version says which programs it installed; a version that streams itself (Click-to-Run) does so, too.
const INSTALLED: [&str; 2] = [r"SOFTWARE\Microsoft\Office", r"SOFTWARE\WOW6432Node\Microsoft\Office"];
const STREAMED: &str = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration";
/// The cloud policy, where it is written for the machine.
const CLOUD_OF_MACHINE: &str = r"SOFTWARE\Policies\Microsoft\Cloud\Office";
const PROGRAMS: [&str; 4] = ["Word", "Excel", "PowerPoint", "Access"];

/// Reads the settings of those who are signed in.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<OfficeMacros> {
    match read(look) {
        Ok(Some(users)) => Outcome::Known(OfficeMacros { users: users.into() }),
        Ok(None) => Outcome::Absent("no program of Microsoft Office, LibreOffice or OpenOffice".to_owned()),
        Err(reason) => Outcome::Failed(reason),
    }
}

/// The rows; nothing where no office program is installed.
fn read(look: &Look<'_>) -> Result<Option<Result<Vec<MacroUser>, Reason>>, Reason> {
    let programs = installed(look)?;
    let libre = windows_libreoffice::users(look)?;
    if programs.is_empty() {
        return Ok(libre.map(Ok));
    }
    let microsoft = of_microsoft(look, &programs)?;
    Ok(Some(microsoft.map(|users| windows_libreoffice::joined(users, libre.unwrap_or_default()))))
}

/// Rows of those who are signed in; the reason where nobody is.
fn of_microsoft(
    look: &Look<'_>,
    programs: &[(&'static str, &'static str)],
) -> Result<Result<Vec<MacroUser>, Reason>, Reason> {
    let mut users = Vec::new();
    let streamed = key(look, &RegistryPath::machine(STREAMED))?;
    // An installation by MSI says there nothing: what it does depends on its updates.
    let unset = streamed.text("VersionToReport").map_or(Unset::Unknown, Unset::of_version);
    for person in windows_people::loaded(look).map_err(|error| error.reason())? {
        let mut told = Vec::new();
        for (version, program) in programs {
            // Office 2013 asks.
            let unset = if *version == VERSIONS[1] { Unset::Asks } else { unset };
            told.push(of_person(look, &person, &format!(r"{version}\{program}"), unset)?);
        }
        users.push(user(&person.account, &told, automated(look, &person)?));
    }
    if users.is_empty() {
        let detail = "read the macro settings of a person: nobody is signed in";
        return Ok(Err(Reason::new(ReasonCode::Inconclusive, detail)));
    }
    Ok(Ok(users))
}

fn key(look: &Look<'_>, path: &RegistryPath) -> Result<RegistryKey, Reason> {
    Ok(look.registry(path).map_err(|error| error.reason())?.unwrap_or_default())
}

/// Programs by version: those that say where they lie, or all of them where Office streams itself and says nothing.
fn installed(look: &Look<'_>) -> Result<Vec<(&'static str, &'static str)>, Reason> {
    let mut found = Vec::new();
    for version in VERSIONS {
        for program in PROGRAMS {
            for root in INSTALLED {
                let path = RegistryPath::machine(format!(r"{root}\{version}\{program}\InstallRoot"));
                let is_there = key(look, &path)?.text("Path").is_some_and(|path| !path.is_empty());
                if is_there && !found.contains(&(version, program)) {
                    found.push((version, program));
                }
            }
        }
    }
    if found.is_empty() && key(look, &RegistryPath::machine(STREAMED))?.text("VersionToReport").is_some() {
        found.extend(PROGRAMS.map(|program| (VERSIONS[0], program)));
    }
    Ok(found)
}

/// What a program, by its version and name, does for a person. The cloud policy is a person's; some write it for the machine.
fn of_person(look: &Look<'_>, person: &Person, program: &str, unset: Unset) -> Result<Program, Reason> {
    let at = |root: &str| person.key(&format!(r"Software\{root}\{program}\Security"));
    let cloud = at(r"Policies\Microsoft\Cloud\Office");
    let machine = RegistryPath::machine(format!(r"{CLOUD_OF_MACHINE}\{program}\Security"));
    let (policy, own) = (at(r"Policies\Microsoft\Office"), at(r"Microsoft\Office"));
    let keys = [key(look, &cloud)?, key(look, &machine)?, key(look, &policy)?, key(look, &own)?];
    let origins = [cloud.to_string(), machine.to_string(), policy.to_string(), own.to_string()];
    let folders = key(look, &own.join("Trusted Locations"))?;
    Ok(microsoft_office::program(&Layers { keys, origins }, &folders, unset))
}

/// What becomes of macros in documents that another program opens: `AutomationSecurity`, which all programs share, of the strongest
/// place that has it. Its policy is "Automation Security" (office16.admx); its numbers are those of
/// <https://learn.microsoft.com/en-us/office/vba/api/office.msoautomationsecurity>.
fn automated(look: &Look<'_>, person: &Person) -> Result<AutomatedMacros, Reason> {
    let of_person = |root: &str, version: &str| person.key(&format!(r"Software\{root}{version}\Common\Security"));
    for root in [r"Policies\Microsoft\Cloud\Office", "", r"Policies\Microsoft\Office", r"Microsoft\Office"] {
        for version in [r"\16.0", r"\15.0", ""] {
            let path = match root {
                "" => RegistryPath::machine(format!(r"{CLOUD_OF_MACHINE}{version}\Common\Security")),
                root => of_person(root, version),
            };
            match key(look, &path)?.number("AutomationSecurity") {
                Some(1) => return Ok(AutomatedMacros::Run),
                Some(2) => return Ok(AutomatedMacros::AsOthers),
                Some(3) => return Ok(AutomatedMacros::Disabled),
                // A number that is none of them is as if there was none.
                Some(_) | None => {}
            }
        }
    }
    Ok(AutomatedMacros::NotSet)
}

/// A person's row: of each the worst that any program has.
fn user(account: &str, programs: &[Program], automated: AutomatedMacros) -> MacroUser {
    let lowest = programs.iter().min_by_key(|program| program.level);
    let worst = programs.iter().map(|program| program.internet).max_by_key(|internet| match internet {
        InternetMacros::Blocked => 0,
        InternetMacros::BlockedByDefault => 1,
        InternetMacros::NotSet => 2,
        InternetMacros::Allowed => 3,
    });
    MacroUser {
        user: account.to_owned(),
        disabled: programs.iter().all(|program| program.disabled),
        level: Read::Measured(lowest.map_or(0, |program| program.level)),
        enforced: programs.iter().all(|program| program.enforced),
        trusted_folders: programs.iter().map(|program| program.trusted_folders).max().unwrap_or(0),
        trusted_authors: 0,
        internet: worst,
        automated: Some(automated),
        origin: lowest.map(|program| program.origin.clone()).unwrap_or_default(),
    }
}
