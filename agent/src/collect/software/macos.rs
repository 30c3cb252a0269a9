//! Programs on a Mac. Never run on one.

use tenken_model::fact::software::{Program, ProgramSource, Software};
use tenken_model::observation::Outcome;
use tenken_model::{Read, Reason, ReasonCode};

use crate::collect::property_list;
use crate::collect::{Look, Needs};
use crate::host::EntryKind;

/// Where programs of everybody are. Those of the system itself, on its sealed volume, are not among them.
const FOLDERS: [&str; 2] = ["/Applications", "/Applications/Utilities"];
const USERS: &str = "/Users";
const ENTRIES_MAX: usize = 5_000;

/// Reads the programs of everybody and of each person.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<Software> {
    let mut programs = Vec::new();
    let mut unread = None;
    for folder in FOLDERS {
        unread = unread.or(below(look, folder, &mut programs).err());
    }
    match look.list_if_there(USERS, ENTRIES_MAX) {
        Ok(homes) => {
            for home in homes.iter().filter(|home| home.kind == EntryKind::Folder) {
                unread = unread.or(below(look, &format!("{USERS}/{}/Applications", home.name), &mut programs).err());
            }
        }
        Err(error) => unread = unread.or(Some(error.reason())),
    }
    programs.sort_by(|one, other| (&one.name, &one.place).cmp(&(&other.name, &other.place)));
    programs.dedup();
    let packages = Reason::new(ReasonCode::Unsupported, "read what installers put elsewhere: not on macOS");
    Outcome::Known(Software {
        programs,
        packages: Read::NotRead(packages),
        others: unread.map_or(Read::Measured(true), Read::NotRead),
        unread: None,
    })
}

/// The programs in a folder, by the identifier that their `Info.plist` names.
fn below(look: &Look<'_>, folder: &str, programs: &mut Vec<Program>) -> Result<(), Reason> {
    for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
        let Some(bundle) = entry.name.strip_suffix(".app") else { continue };
        // Each has one; the folder that is looked at wakes when one comes or goes.
        let information = property_list::read(&look.aside(), &format!("{folder}/{}/Contents/Info.plist", entry.name))?;
        let identifier = information.as_ref().and_then(|list| list.get("CFBundleIdentifier")?.text());
        programs.push(Program {
            name: identifier.unwrap_or(bundle).to_owned(),
            source: ProgramSource::Bundle,
            automatic: false,
            place: folder.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::register::Registers;

    use super::*;
    use crate::host::Recording;

    #[test]
    fn programs_are_named_by_their_identifier() {
        let identifier =
            |name: &str| format!("<plist><dict><key>CFBundleIdentifier</key><string>{name}</string></dict></plist>");
        let host = Recording::new(Instant::UNIX_EPOCH)
            .file("/Applications/TeamViewer.app/Contents/Info.plist", identifier("com.teamviewer.TeamViewer"))
            .folder("/Applications/Broken.app")
            .file("/Users/taro/Applications/Game.app/Contents/Info.plist", identifier("jp.example.game"))
            .file("/Applications/readme.txt", "x");
        let needs = Needs { registers: Registers::not_given("test"), time_references: Vec::new(), now: host.now };
        let Outcome::Known(fact) = collect(&Look::new(&host), &needs) else { panic!() };
        let names: Vec<&str> = fact.programs.iter().map(|program| program.name.as_str()).collect();
        assert_eq!(names, ["Broken", "com.teamviewer.TeamViewer", "jp.example.game"]);
        assert_eq!(fact.others, Read::Measured(true));
        let Outcome::Known(denied) = collect(&Look::new(&host.denied("/Users/taro/Applications")), &needs) else {
            panic!()
        };
        assert!(matches!(denied.others, Read::NotRead(_)));
    }
}
