//! What programs are installed on Windows: its list of programs, and apps.
//!
//! `Win32_Product` is never asked: it repairs what it lists.

use std::collections::BTreeMap;

use tenken_model::fact::software::{ProgramSource, Software};
use tenken_model::observation::Outcome;
use tenken_model::{Reason, ReasonCode};

use super::windows_entry::{self, Entry};
use super::{Found, told};
use crate::collect::windows_people::{self, Person};
use crate::collect::{Look, Needs};
use crate::host::EntryKind;
use crate::host::windows_api::{RegistryKey, RegistryPath};

/// Programs of everybody, of 64 bits and of 32.
const LISTS: [&str; 2] = [
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
];
/// Programs of one person, of 64 bits and of 32.
const LISTS_OF_A_PERSON: [&str; 2] = [
    r"Software\Microsoft\Windows\CurrentVersion\Uninstall",
    r"Software\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
];
/// Apps that everybody gets: those that came with the system, and those that were added to it.
const STORE: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore";
const STORES: [&str; 2] = ["InboxApplications", "Applications"];
/// Apps that one person has.
const APPS_OF_A_PERSON: &str = r"Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages";
/// Where programs that one person installs without an administrator's rights mostly lie.
const FOLDER_OF_A_PERSON: &str = "AppData/Local/Programs";
const ENTRIES_MAX: usize = 5_000;

/// Reads the names of what is installed.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Software> {
    let mut found = Found::new();
    let packages = programs(look, &mut found);
    let others = others(look, &mut found);
    Outcome::Known(told(found, packages, others))
}

fn programs(look: &Look<'_>, found: &mut Found) -> Result<(), Reason> {
    let mut any = false;
    for list in LISTS {
        any |= list_of(look, &RegistryPath::machine(list), found)?;
    }
    if any {
        return Ok(());
    }
    Err(Reason::new(ReasonCode::Missing, format!("read HKLM\\{}: there is none, as on no Windows", LISTS[0])))
}

/// The entries of a list; whether there is one. What changes below it wakes.
fn list_of(look: &Look<'_>, list: &RegistryPath, found: &mut Found) -> Result<bool, Reason> {
    let Some(key) = look.registry(list).map_err(|error| error.reason())? else { return Ok(false) };
    if key.subkeys.len() > ENTRIES_MAX {
        return Err(Reason::new(ReasonCode::TooLarge, format!("read {list}: more entries than are read")));
    }
    let aside = look.aside();
    for name in &key.subkeys {
        let entry = aside.registry(&list.join(name)).map_err(|error| error.reason())?;
        if let Some(Entry { name, is_hidden }) = entry.as_ref().and_then(windows_entry::entry) {
            put(found, ProgramSource::WindowsProgram, name, is_hidden);
        }
    }
    Ok(true)
}

/// What was chosen once counts as chosen.
fn put(found: &mut Found, source: ProgramSource, name: String, automatic: bool) {
    let known = found.entry((source, String::new(), name)).or_insert(automatic);
    *known &= automatic;
}

/// Apps, and what single persons have.
fn others(look: &Look<'_>, found: &mut Found) -> Result<(), Reason> {
    let mut apps: BTreeMap<String, bool> = BTreeMap::new();
    let mut take = |key: Option<RegistryKey>, is_of_the_system: bool| {
        for package in key.unwrap_or_default().subkeys.iter().take(ENTRIES_MAX) {
            if let Some(app) = windows_entry::app(package) {
                let automatic = is_of_the_system || app.is_part_of_windows;
                apps.entry(app.name).and_modify(|known| *known |= automatic).or_insert(automatic);
            }
        }
    };
    let read = |path: RegistryPath| look.registry(&path).map_err(|error| error.reason());
    for store in STORES {
        take(read(RegistryPath::machine(format!(r"{STORE}\{store}")))?, true);
    }
    for person in windows_people::all(look).map_err(|error| error.reason())? {
        if person.is_loaded {
            for list in LISTS_OF_A_PERSON {
                list_of(look, &person.key(list), found)?;
            }
            take(read(RegistryPath::users(format!(r"{}_Classes\{APPS_OF_A_PERSON}", person.sid)))?, false);
        } else {
            folder_of(look, &person, found)?;
        }
    }
    for (name, automatic) in apps {
        put(found, ProgramSource::WindowsApp, name, automatic);
    }
    Ok(())
}

/// Of a person who is not signed in, the list is in a file that Windows keeps closed; what lies in the usual folder is told.
fn folder_of(look: &Look<'_>, person: &Person, found: &mut Found) -> Result<(), Reason> {
    let Some(folder) = person.folder.as_deref().map(|folder| format!("{folder}/{FOLDER_OF_A_PERSON}")) else {
        return Ok(());
    };
    for entry in look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())? {
        // Windows itself puts a folder of this name there.
        if entry.kind == EntryKind::Folder && entry.name != "Common" {
            found.insert((ProgramSource::Folder, folder.clone(), entry.name), false);
        }
    }
    Ok(())
}
