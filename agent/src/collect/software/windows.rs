//! What programs are installed on Windows: its list of programs, and apps.
//!
//! `Win32_Product` is never asked: it repairs what it lists.

use tenken_model::fact::software::{Program, ProgramSource, Software, UnreadPerson};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Reason, ReasonCode};

use super::memory::{Mark, SoftwareMemory};
use super::windows_entry::{self, Entry};
use super::{Found, program, told};
use crate::collect::windows_people::{self, Person};
use crate::collect::windows_setting::number;
use crate::collect::{Look, Needs};
use crate::host::EntryKind;
use crate::host::windows_api::RegistryPath;

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
/// Accounts of OneDrive, which is part of every Windows: the one that is a person's own, and not an organisation's.
const ONEDRIVE: &str = r"Software\Microsoft\OneDrive\Accounts";
const ONEDRIVE_OF_A_PERSON: &str = "Personal";
/// Where policy keeps a person's own account away.
const ONEDRIVE_POLICY: &str = r"Software\Policies\Microsoft\OneDrive";
/// What such an account is told as.
pub const ONEDRIVE_IN_USE: &str = "OneDrive (personal account)";
const ENTRIES_MAX: usize = 5_000;
/// The most people who are told as unread.
const UNREAD_MAX: usize = 100;

/// People at this look, and what is remembered of them.
struct People<'a> {
    before: Option<&'a SoftwareMemory>,
    now: Instant,
    marks: Vec<(String, Mark)>,
    unread: Vec<UnreadPerson>,
}

/// Reads the names of what is installed, on a host of whose people nothing is remembered.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Software> {
    collect_after(look, needs, None).0
}

/// Like [`collect`], with what was seen of people before; and what to remember. After a look that failed that is what it was.
pub fn collect_after(
    look: &Look<'_>,
    needs: &Needs,
    before: Option<&SoftwareMemory>,
) -> (Outcome<Software>, Option<SoftwareMemory>) {
    let mut found = Found::new();
    let packages = programs(look, &mut found);
    let mut people = People { before, now: needs.now, marks: Vec::new(), unread: Vec::new() };
    let others = others(look, &mut found, &mut people);
    let People { marks, unread, .. } = people;
    let memory = (before.is_some() && others.is_ok()).then(|| SoftwareMemory::of(marks));
    (Outcome::Known(Software { unread: Some(unread), ..told(found, packages, others) }), memory)
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
            put(found, without_place(ProgramSource::WindowsProgram, name, is_hidden));
        }
    }
    Ok(true)
}

fn without_place(source: ProgramSource, name: String, automatic: bool) -> Program {
    Program { name, source, automatic, place: String::new() }
}

/// A program that was chosen once counts as chosen; an app that is part of Windows for one person is so for all.
fn put(found: &mut Found, program: Program) {
    let Program { name, source, automatic, place } = program;
    let known = found.entry((source, place, name)).or_insert(automatic);
    *known = if source == ProgramSource::WindowsApp { *known || automatic } else { *known && automatic };
}

/// Apps, and what single persons have.
fn others(look: &Look<'_>, found: &mut Found, people: &mut People<'_>) -> Result<(), Reason> {
    for store in STORES {
        apps_of(look, &RegistryPath::machine(format!(r"{STORE}\{store}")), true, found)?;
    }
    for person in windows_people::all(look).map_err(|error| error.reason())? {
        if person.is_loaded {
            let programs = of_person(look, &person)?;
            people.seen(look, &person, &programs);
            for program in programs {
                put(found, program);
            }
            continue;
        }
        folder_of(look, &person, found)?;
        if let Some(programs) = people.remembered(&person) {
            for program in programs {
                put(found, program);
            }
        } else if people.unread.len() < UNREAD_MAX {
            people.unread.push(UnreadPerson { account: person.account, signed_in: person.loaded_at });
        }
    }
    Ok(())
}

impl People<'_> {
    /// Remembers a person who is signed in. While somebody signs in, the part of the settings with the apps may come later than
    /// the rest: such a look does not count.
    fn seen(&mut self, look: &Look<'_>, person: &Person, programs: &[Program]) {
        let apps = RegistryPath::users(format!("{}_Classes", person.sid));
        if self.before.is_some() && look.aside().registry_values(&apps).is_ok_and(|key| key.is_some()) {
            let mark = Mark { looked_at: self.now, has_left: false, programs: programs.to_vec() };
            self.marks.push((person.sid.to_string(), mark));
        }
    }

    /// What a person who is not signed in has, where that is still known, which is then remembered on.
    fn remembered(&mut self, person: &Person) -> Option<Vec<Program>> {
        let mark = self.before?.people.get(person.sid.as_str()).filter(|mark| mark.holds(person, self.now))?;
        self.marks.push((person.sid.to_string(), Mark { has_left: true, ..mark.clone() }));
        Some(mark.programs.clone())
    }
}

/// What a person who is signed in has alone.
fn of_person(look: &Look<'_>, person: &Person) -> Result<Vec<Program>, Reason> {
    let mut own = Found::new();
    for list in LISTS_OF_A_PERSON {
        list_of(look, &person.key(list), &mut own)?;
    }
    onedrive(look, person, &mut own)?;
    apps_of(look, &RegistryPath::users(format!(r"{}_Classes\{APPS_OF_A_PERSON}", person.sid)), false, &mut own)?;
    Ok(own.into_iter().map(program).collect())
}

fn apps_of(look: &Look<'_>, path: &RegistryPath, is_of_the_system: bool, found: &mut Found) -> Result<(), Reason> {
    let key = look.registry(path).map_err(|error| error.reason())?.unwrap_or_default();
    for app in key.subkeys.iter().take(ENTRIES_MAX).filter_map(|package| windows_entry::app(package)) {
        put(found, without_place(ProgramSource::WindowsApp, app.name, is_of_the_system || app.is_part_of_windows));
    }
    Ok(())
}

/// OneDrive with an account of the person's own. That the program is there says nothing; what it syncs with does. While it runs it
/// writes below its key all the time: a new account wakes by its key.
/// <https://learn.microsoft.com/en-us/sharepoint/use-group-policy#prevent-users-from-syncing-personal-onedrive-accounts>
fn onedrive(look: &Look<'_>, person: &Person, found: &mut Found) -> Result<(), Reason> {
    let accounts = person.key(ONEDRIVE);
    let Some(key) = look.registry_values(&accounts).map_err(|error| error.reason())? else { return Ok(()) };
    if !key.has_subkey(ONEDRIVE_OF_A_PERSON) {
        return Ok(());
    }
    let own = look.aside().registry(&accounts.join(ONEDRIVE_OF_A_PERSON)).map_err(|error| error.reason())?;
    let is_set = |name: &str| own.as_ref().and_then(|key| key.text(name)).is_some_and(|text| !text.trim().is_empty());
    // The key may be left behind, empty, when somebody takes the account away.
    if !is_set("UserFolder") && !is_set("UserEmail") {
        return Ok(());
    }
    if number(look, "DisablePersonalSync", &[person.key(ONEDRIVE_POLICY)])?.is_none_or(|refused| refused == 0) {
        let place = person.folder.clone().unwrap_or_else(|| person.account.clone());
        found.insert((ProgramSource::WindowsProgram, place, ONEDRIVE_IN_USE.to_owned()), false);
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
