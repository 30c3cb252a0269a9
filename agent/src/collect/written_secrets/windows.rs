//! Places on Windows where passwords are usually written: answers of installations, sites of IIS, policies, services, scheduled
//! tasks, scripts that start by themselves, saved connections, and lists on desks.

use tenken_model::fact::written_secrets::WrittenSecrets;
use tenken_model::observation::Outcome;

use super::places::lists_passwords;
use super::walk::Walk;
use super::windows_documents::Document;
use super::{DESK_MAX, LISTS_MAX, told, windows_services};
use crate::collect::windows_people::{self, Person};
use crate::collect::{Look, Needs};
use crate::host::EntryKind;

/// Files of answers, which Windows Setup looks for in these places and leaves there.
const ANSWERS: [&str; 7] = [
    "C:/Windows/Panther/Unattend.xml",
    "C:/Windows/Panther/Unattended.xml",
    "C:/Windows/Panther/Unattend/Unattend.xml",
    "C:/Windows/Panther/Unattend/Unattended.xml",
    "C:/Windows/System32/Sysprep/Unattend.xml",
    "C:/Unattend.xml",
    "C:/Autounattend.xml",
];
/// Folders with how deep they are looked through, and what of.
const PLACES: [(&str, usize, Chooser); 7] = [
    ("C:/inetpub", 4, of_site),
    ("C:/ProgramData/Microsoft/Group Policy/History", 6, of_policy),
    ("C:/Windows/SYSVOL/domain", 6, of_policy),
    ("C:/Windows/System32/GroupPolicy", 4, of_policy),
    ("C:/Windows/System32/Tasks", 3, of_tasks),
    ("C:/ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp", 0, of_script),
    ("C:/Scripts", 2, of_script),
];
/// Folders in which sites are kept on other drives than that of Windows.
const SITES: [&str; 3] = ["inetpub", "wwwroot", "www"];
const SITES_DEPTH: usize = 4;
/// What of a person holds passwords, by where it is below the person's folder.
const OF_A_PERSON: [(&str, Document); 5] = [
    (".git-credentials", Document::Assignments),
    (".netrc", Document::Netrc),
    ("_netrc", Document::Netrc),
    ("AppData/Roaming/postgresql/pgpass.conf", Document::Pgpass),
    (HISTORY, Document::Typed),
];
/// What was typed at PowerShell: it grows with every command, so it wakes nobody.
/// <https://learn.microsoft.com/en-us/powershell/module/psreadline/set-psreadlineoption>
const HISTORY: &str = "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt";
/// GetDriveType of a disk that is part of the machine.
const FIXED: u32 = 3;
/// Folders of a person in which documents lie about. Their names on the disk are not translated; those of OneDrive are.
const DESKS: [&str; 6] = [
    "Desktop",
    "Documents",
    "OneDrive/Desktop",
    "OneDrive/Documents",
    "OneDrive/デスクトップ",
    "OneDrive/ドキュメント",
];
/// Where tasks of Windows itself are.
const OF_WINDOWS: &str = "C:/Windows/System32/Tasks/Microsoft";

/// What is looked for in a file of that path.
type Chooser = fn(&str) -> Option<Document>;

/// Looks through the places where passwords are usually written.
pub fn collect(look: &Look<'_>, _needs: &Needs) -> Outcome<WrittenSecrets> {
    match windows_people::all(look) {
        Ok(people) => Outcome::Known(read(look, &people)),
        Err(error) => Outcome::Failed(error.reason()),
    }
}

fn read(look: &Look<'_>, people: &[Person]) -> WrittenSecrets {
    let mut walk = Walk::new(look);
    for path in ANSWERS {
        walk.document(look, path, Document::Answers);
    }
    for (folder, depth, chosen) in PLACES {
        walk.documents(folder, depth, &chosen);
    }
    match look.volumes() {
        Ok(volumes) => {
            let others = volumes.iter().filter(|volume| volume.kind == FIXED && volume.letter != 'C');
            for (volume, folder) in others.flat_map(|volume| SITES.map(|folder| (volume, folder))) {
                walk.documents(&format!("{}:/{folder}", volume.letter), SITES_DEPTH, &of_site);
            }
        }
        Err(error) => walk.miss(&error),
    }
    windows_services::walk(look, &mut walk);
    let (mut lists, mut lists_left_out) = (Vec::new(), 0);
    for folder in people.iter().filter_map(|person| person.folder.as_deref()) {
        for (name, document) in OF_A_PERSON {
            let from = if name == HISTORY { &look.aside() } else { look };
            walk.document(from, &format!("{folder}/{name}"), document);
        }
        for desk in DESKS {
            let desk = format!("{folder}/{desk}");
            let entries = match look.list_if_there(&desk, DESK_MAX) {
                Ok(entries) => entries,
                Err(error) => {
                    walk.miss(&error);
                    continue;
                }
            };
            for entry in entries.iter().filter(|entry| entry.kind == EntryKind::File) {
                let path = format!("{desk}/{}", entry.name);
                if ending(&entry.name) == "rdp" {
                    walk.document(&look.aside(), &path, Document::Connection);
                } else if lists_passwords(&entry.name) {
                    if lists.len() < LISTS_MAX {
                        lists.push(path);
                    } else {
                        lists_left_out += 1;
                    }
                }
            }
        }
    }
    told(walk.finish(), lists, lists_left_out)
}

/// What a file of that path is looked through as; nothing for one that is not.
pub fn document(path: &str) -> Option<Document> {
    if ANSWERS.contains(&path) {
        return Some(Document::Answers);
    }
    let below = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    match PLACES.iter().find(|(folder, _, _)| below(folder)) {
        Some((_, _, chosen)) => chosen(path),
        None if is_of_site(path) => of_site(path),
        None => {
            let of_person = OF_A_PERSON.iter().find(|(name, _)| below_a_person(path, name));
            of_person.map(|(_, document)| *document).or((ending(path) == "rdp").then_some(Document::Connection))
        }
    }
}

fn below_a_person(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|folder| folder.ends_with('/'))
}

/// In a folder of sites on any drive.
fn is_of_site(path: &str) -> bool {
    let folder = path.split_once(":/").and_then(|(_, rest)| rest.split_once('/')).map(|(folder, _)| folder);
    folder.is_some_and(|folder| SITES.contains(&folder))
}

fn ending(path: &str) -> String {
    path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

fn of_site(path: &str) -> Option<Document> {
    match ending(path).as_str() {
        "config" | "ini" | "json" | "xml" | "env" | "yml" | "yaml" | "asa" => Some(Document::Assignments),
        "asp" | "aspx" | "php" | "inc" => Some(Document::Program),
        _ => None,
    }
}

fn of_policy(path: &str) -> Option<Document> {
    match ending(path).as_str() {
        "xml" => Some(Document::Preferences),
        _ => of_script(path),
    }
}

/// Tasks of Windows itself, of which there are hundreds, have none.
fn of_tasks(path: &str) -> Option<Document> {
    (!path.starts_with(OF_WINDOWS)).then_some(Document::Task)
}

fn of_script(path: &str) -> Option<Document> {
    match ending(path).as_str() {
        "bat" | "cmd" | "ini" | "reg" => Some(Document::Assignments),
        "ps1" | "vbs" | "js" | "wsf" | "kix" => Some(Document::Program),
        _ => None,
    }
}
