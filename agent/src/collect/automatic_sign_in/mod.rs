//! Ways into this host on which nobody is asked who they are.

pub mod getty;
pub mod greetd;
pub mod key_files;
mod managers;
pub mod sddm;
#[cfg(test)]
mod tests;
pub mod windows;

use tenken_model::fact::automatic_sign_in::{AutomaticEntry, AutomaticSignIn, GuestSession, SignInProgram};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::{Look, Needs, systemd_unit};
use crate::host::{EntryKind, ReadErrorKind};

/// Which display manager begins with the system: the link of systemd, and what Debian's choose by.
const LINK: &str = "/etc/systemd/system/display-manager.service";
const DEBIAN_DEFAULT: &str = "/etc/X11/default-display-manager";
const FILE_MAX: Size = Size::from_bytes(128 * 1024);
const ENTRIES_MAX: usize = 2_048;
/// The most terminals whose units are read.
const TERMINALS_MAX: usize = 64;

/// Ways in without being asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    entries: Vec<AutomaticEntry>,
    guests: Vec<GuestSession>,
}

/// Reads who is let in without being asked.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<AutomaticSignIn> {
    let manager = display_manager(look);
    let shown = match &manager {
        Ok(Some(name)) => managers::read(look, name),
        Ok(None) => Ok(Found::default()),
        Err(reason) => Err(reason.clone()),
    };
    let guests = shown.as_ref().map(|found| found.guests.clone()).map_err(Clone::clone);
    let entries = shown.and_then(|found| {
        let mut entries = terminals(look)?;
        entries.extend(found.entries);
        Ok(entries)
    });
    Outcome::Known(AutomaticSignIn {
        display_manager: manager.into(),
        entries: entries.into(),
        guests: guests.into(),
        plain_passwords: Read::Measured(Vec::new()),
    })
}

/// The name of the display manager's unit, without its ending.
fn display_manager(look: &Look<'_>) -> Result<Option<String>, Reason> {
    let linked = match look.read_link(LINK) {
        Ok(target) => target.file_name().map(|name| name.to_string_lossy().into_owned()),
        Err(error) if error.is_not_there() => None,
        Err(error) if matches!(error.kind, ReadErrorKind::WrongKind | ReadErrorKind::Failed) => {
            let detail = format!("{LINK} is no link, so that its program is not recognised");
            return Err(Reason::new(ReasonCode::Unsupported, detail));
        }
        Err(error) => return Err(error.reason()),
    };
    if let Some(unit) = linked {
        let name = unit.strip_suffix(".service").unwrap_or(&unit).to_owned();
        return Ok(Some(name).filter(|name| name != "null"));
    }
    let default = look.read_text_if_there(DEBIAN_DEFAULT, FILE_MAX).map_err(|error| error.reason())?;
    Ok(default.and_then(|bytes| program(&String::from_utf8_lossy(&bytes)).map(str::to_owned)))
}

/// The program that Debian's file names.
fn program(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    line.rsplit('/').next()
}

/// Terminals that sign somebody in, by their units.
fn terminals(look: &Look<'_>) -> Result<Vec<AutomaticEntry>, Reason> {
    let mut units: Vec<String> = getty::UNITS.map(str::to_owned).to_vec();
    for folder in systemd_unit::OF_ADMINISTRATORS {
        let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
        let named = entries.iter().map(|entry| entry.name.strip_suffix(".d").unwrap_or(&entry.name).to_owned());
        units.extend(named.filter(|name| getty::is_terminal(name)));
    }
    units.sort();
    units.dedup();
    if units.len() > TERMINALS_MAX {
        let detail = format!("more than {TERMINALS_MAX} units of terminals are changed");
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    let mut found = Vec::new();
    for unit in units {
        let Some(files) = systemd_unit::files(look, &unit)? else { continue };
        let commands = systemd_unit::listed(&files, "Service", "ExecStart")?;
        for (origin, command) in commands {
            let account = getty::account(&systemd_unit::words(&command));
            found.extend(account.map(|account| AutomaticEntry {
                program: SignInProgram::Getty,
                account,
                origin,
                delayed: false,
            }));
        }
    }
    found.dedup();
    Ok(found)
}

/// A file of text; nothing where it is not there.
fn text(look: &Look<'_>, path: &str) -> Result<Option<Vec<u8>>, Reason> {
    look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())
}

/// The files of a folder by name; hidden ones are not read.
fn files(look: &Look<'_>, folder: &str, ending: &str) -> Result<Vec<String>, Reason> {
    let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
    let read = entries.into_iter().filter(|entry| {
        entry.kind != EntryKind::Folder && !entry.name.starts_with('.') && entry.name.ends_with(ending)
    });
    let mut paths: Vec<String> = read.map(|entry| format!("{folder}/{}", entry.name)).collect();
    paths.sort();
    Ok(paths)
}
