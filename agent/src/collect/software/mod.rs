//! What programs are installed.

#[cfg(test)]
mod tests;
#[cfg(test)]
mod windows_tests;

pub mod macos;
pub mod memory;
pub mod windows;
pub mod windows_entry;

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::software::{Program, ProgramSource, Software};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::packages::dpkg::{AutomaticReader, Reader};
use super::packages::{in_parts, rpm, rpm_names};
use super::screen_lock::people;
use super::{Look, Needs};
use crate::host::EntryKind;

const STATUS: &str = "/var/lib/dpkg/status";
const AUTOMATIC: &str = "/var/lib/apt/extended_states";
/// Packages of images without dpkg itself, one file each.
const STATUS_FOLDER: &str = "/var/lib/dpkg/status.d";
const STATUS_MAX: Size = Size::from_bytes(32 << 20);
/// Where snaps are mounted, and links to their programs that lie beside them.
const SNAPS: [&str; 2] = ["/snap", "/var/lib/snapd/snap"];
const SNAPS_PROGRAMS: &str = "bin";
const FLATPAKS: &str = "/var/lib/flatpak/app";
const FLATPAKS_OF_A_PERSON: &str = ".local/share/flatpak/app";
const FOLDERS: [&str; 2] = ["/opt", "/usr/local/bin"];
const BIN_OF_A_PERSON: &str = ".local/bin";
const ENTRIES_MAX: usize = 5_000;
/// Those that rules judge: more make a rule unknown.
const PROGRAMS_MAX: usize = 20_000;

/// Names by what they came with; and whether only others need them.
type Found = BTreeMap<(ProgramSource, String, String), bool>;

/// Reads the names of what is installed.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Software> {
    let mut found = Found::new();
    let packages = packages(look, &mut found);
    let others = others(look, &mut found);
    Outcome::Known(told(found, packages, others))
}

/// The fact of what was found, and whether all of both kinds was read.
fn told(found: Found, packages: Result<(), Reason>, others: Result<(), Reason>) -> Software {
    let cut = found.len().saturating_sub(PROGRAMS_MAX);
    let whole = |read: Result<(), Reason>| match read {
        Ok(()) if cut > 0 => Read::not_read(ReasonCode::TooLarge, format!("{cut} programs beyond {PROGRAMS_MAX}")),
        Ok(()) => Read::Measured(true),
        Err(reason) => Read::NotRead(reason),
    };
    let (packages, others) = (whole(packages), whole(others));
    let mut programs: Vec<Program> = found.into_iter().take(PROGRAMS_MAX).map(program).collect();
    programs.sort_by(|one, other| key(one).cmp(&key(other)));
    Software { programs, packages, others, unread: None }
}

fn program(((source, place, name), automatic): ((ProgramSource, String, String), bool)) -> Program {
    Program { name, source, automatic, place }
}

/// Those that somebody chose come first.
fn key(program: &Program) -> (ProgramSource, &str, bool, &str) {
    (program.source, &program.place, program.automatic, &program.name)
}

/// What package managers installed. A host without any is not read: there is something that nobody looked at.
fn packages(look: &Look<'_>, found: &mut Found) -> Result<(), Reason> {
    let dpkg = dpkg(look, found)?;
    let rpm = rpm(look, found)?;
    if dpkg || rpm {
        return Ok(());
    }
    Err(Reason::new(ReasonCode::Unsupported, "look for a package manager: neither dpkg nor rpm is there"))
}

fn dpkg(look: &Look<'_>, found: &mut Found) -> Result<bool, Reason> {
    let mut files = vec![STATUS.to_owned()];
    let parts = look.list_if_there(STATUS_FOLDER, ENTRIES_MAX).map_err(|error| error.reason())?;
    let is_status = |name: &str| !name.ends_with(".md5sums");
    files.extend(
        parts.iter().filter(|entry| is_status(&entry.name)).map(|entry| format!("{STATUS_FOLDER}/{}", entry.name)),
    );
    let automatic = match in_parts(look, AUTOMATIC, STATUS_MAX, AutomaticReader::default, AutomaticReader::take) {
        Ok(reader) => reader.finish(),
        Err(error) if error.is_not_there() => BTreeSet::new(),
        Err(error) => return Err(error.reason()),
    };
    let mut any = false;
    for file in files {
        let installed = match in_parts(look, &file, STATUS_MAX, Reader::default, Reader::take) {
            Ok(reader) => reader.finish(),
            Err(error) if error.is_not_there() => continue,
            Err(error) => return Err(error.reason()),
        };
        any |= !installed.versions.is_empty();
        if installed.more {
            return Err(Reason::new(ReasonCode::TooLarge, format!("read {file}: more packages than are read")));
        }
        for name in installed.versions.into_keys() {
            let is_automatic = automatic.contains(&name);
            found.insert((ProgramSource::Dpkg, String::new(), name), is_automatic);
        }
    }
    Ok(any)
}

fn rpm(look: &Look<'_>, found: &mut Found) -> Result<bool, Reason> {
    let Some(database) = rpm::database(look)? else { return Ok(false) };
    let names = rpm_names(look, &database)?;
    found.extend(names.into_iter().map(|name| ((ProgramSource::Rpm, String::new(), name), false)));
    Ok(true)
}

/// Snaps, flatpaks, and what lies outside of packages.
fn others(look: &Look<'_>, found: &mut Found) -> Result<(), Reason> {
    for folder in SNAPS {
        let snaps = entries(look, folder)?.into_iter().filter(|(kind, _)| *kind == EntryKind::Folder);
        found.extend(
            snaps
                .filter(|(_, name)| name != SNAPS_PROGRAMS)
                .map(|(_, name)| ((ProgramSource::Snap, String::new(), name), false)),
        );
    }
    let people = people::all(look)?;
    let of_people = |place: &str| people.iter().map(|person| person.file(place)).collect::<Vec<_>>();
    for folder in [FLATPAKS.to_owned()].into_iter().chain(of_people(FLATPAKS_OF_A_PERSON)) {
        for (_, name) in entries(look, &folder)?.into_iter().filter(|(kind, _)| *kind == EntryKind::Folder) {
            found.insert((ProgramSource::Flatpak, String::new(), name), false);
        }
    }
    for folder in FOLDERS {
        for (_, name) in entries(look, folder)? {
            found.insert((ProgramSource::Folder, folder.to_owned(), name), false);
        }
    }
    for folder in of_people(BIN_OF_A_PERSON) {
        for (_, name) in entries(look, &folder)?.into_iter().filter(|(_, name)| is_image(name)) {
            found.insert((ProgramSource::Folder, folder.clone(), name), false);
        }
    }
    Ok(())
}

/// A program in one file, as <https://appimage.org> makes them.
fn is_image(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("appimage"))
}

fn entries(look: &Look<'_>, folder: &str) -> Result<Vec<(EntryKind, String)>, Reason> {
    let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
    Ok(entries.into_iter().filter(|entry| !entry.name.starts_with('.')).map(|entry| (entry.kind, entry.name)).collect())
}
