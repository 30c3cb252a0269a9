//! How LibreOffice and OpenOffice treat macros on Windows: the same files as elsewhere, in other places. Those of people who are not
//! signed in are read, too.

use tenken_model::fact::office_macros::MacroUser;
use tenken_model::{Read, Reason, ReasonCode};

use super::{ENTRIES_MAX, OF_A_PERSON, System, of_registries, own, user};
use crate::collect::windows_people;
use crate::collect::{Look, windows_path::Variables};
use crate::host::EntryKind;
use crate::host::windows_api::RegistryPath;

/// Where their makers install them.
const PROGRAMS: [&str; 3] =
    [r"%ProgramFiles%\LibreOffice", r"%ProgramFiles(x86)%\LibreOffice", r"%ProgramFiles(x86)%\OpenOffice 4"];
/// Who has no settings of their own.
const EVERYBODY: &str = "*";
/// Folders of profiles of a person.
const PROFILES: [&str; 2] = ["AppData/Roaming/LibreOffice", "AppData/Roaming/OpenOffice"];
/// Group policy, which goes before all files; how it writes a level is not read.
const POLICY: &str = r"SOFTWARE\Policies\LibreOffice\org.openoffice.Office.Common\Security\Scripting";

/// A row for each person with settings of their own, and one for everybody else; nothing where neither program is there.
pub(super) fn users(look: &Look<'_>) -> Result<Option<Vec<MacroUser>>, Reason> {
    let variables = Variables::read(look).map_err(|error| error.reason())?;
    let mut registries = Vec::new();
    for program in PROGRAMS.iter().filter_map(|program| variables.path(program)) {
        if look.exists(program.join("program")).map_err(|error| error.reason())? {
            registries.push(program.join("share/registry").to_string_lossy().replace('\\', "/"));
        }
    }
    if registries.is_empty() {
        return Ok(None);
    }
    let system = system(look, registries);
    let mut users = vec![user(EVERYBODY, &system, Ok(None), "")];
    for person in windows_people::all(look).map_err(|error| error.reason())? {
        let Some(folder) = &person.folder else { continue };
        for profiles in PROFILES {
            let profiles = format!("{folder}/{profiles}");
            for entry in look.list_if_there(&profiles, ENTRIES_MAX).map_err(|error| error.reason())? {
                let path = format!("{profiles}/{}/{OF_A_PERSON}", entry.name);
                let own = if entry.kind == EntryKind::Folder { own(look, &path) } else { Ok(None) };
                if !matches!(own, Ok(None)) {
                    users.push(user(&person.account, &system, own, &path));
                }
            }
        }
    }
    Ok(Some(users))
}

fn system(look: &Look<'_>, registries: Vec<String>) -> Result<System, Reason> {
    let policy = RegistryPath::machine(POLICY);
    if look.registry(&policy).map_err(|error| error.reason())?.is_some() {
        let detail =
            format!("read {policy}: how group policy writes settings of LibreOffice is not read by this version");
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    of_registries(look, registries.into_iter())
}

/// Rows of both kinds of programs, one for each person: the one that restricts macros less.
pub(super) fn joined(microsoft: Vec<MacroUser>, libre: Vec<MacroUser>) -> Vec<MacroUser> {
    let mut joined = microsoft;
    for row in libre {
        match joined.iter_mut().find(|known| known.user == row.user) {
            // How other programs open documents is a setting of Microsoft's alone.
            Some(known) if is_laxer(&row, known) => *known = MacroUser { automated: known.automated, ..row },
            Some(_) => {}
            None => joined.push(row),
        }
    }
    joined
}

/// At the same level a program that makes no exception of documents from the internet restricts less.
fn is_laxer(row: &MacroUser, known: &MacroUser) -> bool {
    match (&row.level, &known.level) {
        (_, Read::NotRead(_)) => false,
        (Read::NotRead(_), Read::Measured(level)) => *level > 0,
        (Read::Measured(row_level), Read::Measured(level)) => {
            let is_lower = row_level < level || (row_level == level && known.internet.is_some());
            !row.disabled && (known.disabled || is_lower)
        }
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::fact::office_macros::{AutomatedMacros, InternetMacros};

    use super::*;

    fn row(person: &str, level: u32, disabled: bool) -> MacroUser {
        MacroUser {
            user: person.to_owned(),
            disabled,
            level: Read::Measured(level),
            enforced: false,
            trusted_folders: 0,
            trusted_authors: 0,
            internet: None,
            automated: None,
            origin: String::new(),
        }
    }

    #[test]
    fn the_program_that_restricts_less_is_told() {
        let level =
            |microsoft: MacroUser, libre: MacroUser| joined(vec![microsoft], vec![libre])[0].level.measured().copied();
        assert_eq!(level(row("a", 1, false), row("a", 0, false)), Some(0));
        assert_eq!(level(row("a", 1, false), row("a", 2, false)), Some(1));
        assert_eq!(level(row("a", 3, true), row("a", 2, false)), Some(2));
        assert_eq!(level(row("a", 1, false), row("a", 0, true)), Some(1));
        let unread = MacroUser { level: Read::not_read(ReasonCode::NotPermitted, "x"), ..row("a", 0, false) };
        assert_eq!(level(row("a", 2, false), unread.clone()), None, "what was not read may be worse");
        assert_eq!(level(row("a", 0, false), unread), Some(0), "nothing is worse than this");
        assert_eq!(joined(vec![row("a", 1, false)], vec![row("*", 2, false)]).len(), 2);
        let microsoft = MacroUser { internet: Some(InternetMacros::Blocked), ..row("a", 1, false) };
        assert_eq!(joined(vec![microsoft], vec![row("a", 1, false)])[0].internet, None);
        let automated = MacroUser { automated: Some(AutomatedMacros::Run), ..row("a", 2, false) };
        let both = joined(vec![automated], vec![row("a", 0, false)]);
        assert_eq!((both[0].level.measured(), both[0].automated), (Some(&0), Some(AutomatedMacros::Run)));
    }
}
