//! How systemd's units start: their files with drop-ins, their commands, and whether they begin with the system. See
//! systemd.unit(5) and systemd.service(5).

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::{Reason, ReasonCode, Size};

use super::Look;
use super::systemd_config::values;
use crate::host::{EntryKind, ReadErrorKind};

/// Where units are, the first before the others; those that generators make of other settings among them.
pub const FOLDERS: [&str; 7] = [
    "/run/systemd/generator.early",
    "/etc/systemd/system",
    "/run/systemd/system",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    OF_PACKAGES,
    "/run/systemd/generator.late",
];
/// Where administrators put units, and links to those that begin with the system.
pub const OF_ADMINISTRATORS: [&str; 2] = ["/etc/systemd/system", "/run/systemd/system"];
/// Where packages put units.
const OF_PACKAGES: &str = "/usr/lib/systemd/system";
/// What a unit that must not start is a link to.
const NOTHING: &str = "/dev/null";
const FILE_MAX: Size = Size::from_bytes(256 * 1024);
const ENTRIES_MAX: usize = 4_096;
/// Folders of units that targets want, and the most that are listed.
const WANTS: [&str; 2] = [".wants", ".requires"];
const WANTS_MAX: usize = 256;

/// The files that make one unit: its own and its drop-ins, in the order in which they count.
pub type Files = Vec<(String, Vec<u8>)>;

/// The files of a unit; nothing where no file of its own is there. An instance `a@b.service` has those of `a@.service`.
pub fn files(look: &Look<'_>, unit: &str) -> Result<Option<Files>, Reason> {
    let template = template(unit);
    let names: Vec<&str> = std::iter::once(unit).chain(template.as_deref()).collect();
    let mut found = Files::new();
    'unit: for name in &names {
        for folder in FOLDERS {
            let path = format!("{folder}/{name}");
            if let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).or_else(nothing).map_err(|e| e.reason())? {
                found.push((path, bytes));
                break 'unit;
            }
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let mut drop_ins: BTreeMap<String, String> = BTreeMap::new();
    // What is inserted later takes the place of what has the same name.
    for name in names.iter().rev() {
        for folder in FOLDERS.iter().rev() {
            let folder = format!("{folder}/{name}.d");
            for entry in look.list_if_there(&folder, ENTRIES_MAX).map_err(|error| error.reason())? {
                if entry.kind != EntryKind::Folder && is_conf(&entry.name) {
                    drop_ins.insert(entry.name.clone(), format!("{folder}/{}", entry.name));
                }
            }
        }
    }
    for path in drop_ins.into_values() {
        let bytes = look.read_text_if_there(&path, FILE_MAX).or_else(nothing).map_err(|error| error.reason())?;
        found.extend(bytes.map(|bytes| (path, bytes)));
    }
    Ok(Some(found))
}

/// systemd reads drop-ins of this ending alone, in small letters.
fn is_conf(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "conf")
}

/// Whether a file is a unit's own or a drop-in of one, by its folder and name.
pub fn is_file(folder: &str, name: &str) -> bool {
    let is_unit = |name: &str| name.ends_with(".service") || name.ends_with(".socket");
    match FOLDERS.iter().find_map(|known| folder.strip_prefix(known)) {
        Some("") => is_unit(name),
        Some(below) => below.strip_suffix(".d").is_some_and(is_unit) && is_conf(name),
        None => false,
    }
}

/// A link to `/dev/null` is no regular file, and an empty one.
fn nothing(error: crate::host::ReadError) -> Result<Option<Vec<u8>>, crate::host::ReadError> {
    if error.kind == ReadErrorKind::WrongKind { Ok(Some(Vec::new())) } else { Err(error) }
}

/// The template of an instance.
fn template(unit: &str) -> Option<String> {
    let (name, rest) = unit.split_once('@')?;
    let (_, kind) = rest.rsplit_once('.')?;
    Some(format!("{name}@.{kind}")).filter(|template| template != unit)
}

/// The values of a list, such as the commands of `ExecStart`, each with its file; an empty one takes back those before.
pub fn listed(files: &Files, section: &str, key: &str) -> Result<Vec<(String, String)>, Reason> {
    let mut list = Vec::new();
    for (path, bytes) in files {
        let found = values(bytes, section, key)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
        for value in found {
            if value.is_empty() {
                list.clear();
            } else {
                list.push((path.clone(), value));
            }
        }
    }
    Ok(list)
}

/// The words of a command as systemd splits it, without what stands before the program.
pub fn words(command: &str) -> Vec<String> {
    let mut words = arguments(command);
    if let Some(first) = words.first_mut() {
        *first = first.trim_start_matches(['@', '-', ':', '+', '!', '|']).to_owned();
    }
    words
}

/// Words with quotes resolved.
pub fn arguments(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open: Option<(String, Option<char>)> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (&mut open, letter) {
            (None, letter) if letter.is_whitespace() => {}
            (None, '"' | '\'') => open = Some((String::new(), Some(letter))),
            (None, letter) => open = Some((letter.to_string(), None)),
            (Some((word, quote)), '\\') => match letters.next() {
                Some(next) if "\\\"'".contains(next) || quote.is_none() && next.is_whitespace() => word.push(next),
                next => word.extend(std::iter::once('\\').chain(next)),
            },
            (Some((_, quote)), letter) if *quote == Some(letter) => *quote = None,
            (Some((_, quote @ None)), '"' | '\'') => *quote = Some(letter),
            (Some((word, None)), letter) if letter.is_whitespace() => {
                words.push(std::mem::take(word));
                open = None;
            }
            (Some((word, _)), letter) => word.push(letter),
        }
    }
    words.extend(open.map(|(word, _)| word));
    words
}

/// What begins with the system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The units that targets want.
    pub units: BTreeSet<String>,
    /// The files of units that no package put there, by name.
    pub own: BTreeSet<String>,
}

impl Wanted {
    /// Those that begin with the system and are no package's, or instances of such a template.
    pub fn own(&self) -> impl Iterator<Item = &String> {
        self.units.iter().filter(|unit| {
            self.own.contains(*unit) || template(unit).is_some_and(|template| self.own.contains(&template))
        })
    }
}

/// The units that begin with the system, by the links that `systemctl enable`, generators and packages make.
pub fn wanted(look: &Look<'_>) -> Result<Wanted, Reason> {
    let mut found = Wanted::default();
    let mut listed = 0;
    for folder in FOLDERS {
        let entries = look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())?;
        for entry in entries {
            if WANTS.iter().any(|ending| entry.name.ends_with(ending)) {
                listed += 1;
                if listed > WANTS_MAX {
                    let detail = format!("list {folder}: more than {WANTS_MAX} folders of wanted units");
                    return Err(Reason::new(ReasonCode::TooLarge, detail));
                }
                let path = format!("{folder}/{}", entry.name);
                let wanted = look.list_if_there(&path, ENTRIES_MAX).map_err(|error| error.reason())?;
                found.units.extend(wanted.into_iter().map(|entry| entry.name));
            } else if folder != OF_PACKAGES && entry.kind != EntryKind::Folder {
                found.own.insert(entry.name);
            }
        }
    }
    Ok(found)
}

/// Whether an administrator forbade that it starts.
pub fn is_masked(look: &Look<'_>, unit: &str) -> Result<bool, Reason> {
    for folder in OF_ADMINISTRATORS {
        match look.read_link(format!("{folder}/{unit}")) {
            Ok(target) => return Ok(target.as_os_str() == NOTHING),
            Err(error) if error.is_not_there() => {}
            // It is there and no link.
            Err(error) if matches!(error.kind, ReadErrorKind::WrongKind | ReadErrorKind::Failed) => return Ok(false),
            Err(error) => return Err(error.reason()),
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tenken_model::Instant;

    use super::*;
    use crate::host::Recording;

    const OWN: &str = "/usr/lib/systemd/system/ssh.service";

    fn commands(host: &Recording, unit: &str) -> Vec<String> {
        let files = files(&Look::new(host), unit).unwrap().unwrap();
        listed(&files, "Service", "ExecStart").unwrap().into_iter().map(|(_, command)| command).collect()
    }

    #[test]
    fn drop_ins_count_after_the_unit_and_an_empty_value_takes_back() {
        let host = Recording::new(Instant::UNIX_EPOCH).file(OWN, "[Service]\nExecStart=/usr/sbin/sshd -D\n");
        assert_eq!(commands(&host, "ssh.service"), ["/usr/sbin/sshd -D"]);
        let host = host
            .file("/etc/systemd/system/ssh.service.d/b.conf", "[Service]\nExecStart=/b\n")
            .file("/usr/lib/systemd/system/ssh.service.d/a.conf", "[Service]\nExecStart=\nExecStart=/a\n")
            .file("/etc/systemd/system/ssh.service.d/readme", "[Service]\nExecStart=/c\n");
        assert_eq!(commands(&host, "ssh.service"), ["/a", "/b"]);
        let host = host.file("/etc/systemd/system/ssh.service.d/a.conf", "");
        assert_eq!(commands(&host, "ssh.service"), ["/usr/sbin/sshd -D", "/b"], "that of /etc takes its place");
        let host = host.file("/etc/systemd/system/ssh.service", "[Service]\nExecStart=/own\n");
        assert_eq!(commands(&host, "ssh.service"), ["/own", "/b"]);
        assert_eq!(files(&Look::new(&host), "sshd.service").unwrap(), None);
    }

    #[test]
    fn drop_ins_of_generators_count_between_those_of_packages_and_of_administrators() {
        let socket = "/usr/lib/systemd/system/ssh.socket";
        let host = Recording::new(Instant::UNIX_EPOCH).file(socket, "[Socket]\nListenStream=22\n").file(
            "/run/systemd/generator/ssh.socket.d/addresses.conf",
            "[Socket]\nListenStream=\nListenStream=127.0.0.1:2222\n",
        );
        let addresses = |host: &Recording| {
            let files = files(&Look::new(host), "ssh.socket").unwrap().unwrap();
            listed(&files, "Socket", "ListenStream").unwrap().into_iter().map(|(_, at)| at).collect::<Vec<_>>()
        };
        assert_eq!(addresses(&host), ["127.0.0.1:2222"]);
        let host = host.file("/etc/systemd/system/ssh.socket.d/addresses.conf", "");
        assert_eq!(addresses(&host), ["22"], "that of /etc takes its place");
    }

    #[test]
    fn instances_have_the_files_of_their_template() {
        let host = Recording::new(Instant::UNIX_EPOCH)
            .file("/usr/lib/systemd/system/getty@.service", "[Service]\nExecStart=/t\n")
            .file("/etc/systemd/system/getty@.service.d/a.conf", "[Service]\nExecStart=/all\n")
            .file("/etc/systemd/system/getty@tty1.service.d/a.conf", "[Service]\nExecStart=/one\n");
        assert_eq!(commands(&host, "getty@tty1.service"), ["/t", "/one"]);
        assert_eq!(commands(&host, "getty@tty2.service"), ["/t", "/all"]);
    }

    #[test]
    fn commands_are_split_as_systemd_splits_them() {
        assert_eq!(
            words("-/sbin/agetty -o '-p -- \\\\u' --noclear %I $TERM"),
            ["/sbin/agetty", "-o", "-p -- \\u", "--noclear", "%I", "$TERM",]
        );
        assert_eq!(words("!/a \"b c\"d e\\ f"), ["/a", "b cd", "e f"]);
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn what_begins_with_the_system() {
        let host = Recording::new(Instant::UNIX_EPOCH)
            .link("/etc/systemd/system/multi-user.target.wants/ssh.service", OWN)
            .link("/etc/systemd/system/sockets.target.wants/cockpit.socket", "/usr/lib/systemd/system/cockpit.socket")
            .link("/run/systemd/generator.late/multi-user.target.wants/generated.service", "../generated.service")
            .file("/run/systemd/generator.late/generated.service", "")
            .link("/etc/systemd/system/xrdp.service", "/dev/null")
            .file("/etc/systemd/system/own.service", "");
        let look = Look::new(&host);
        let wants = wanted(&look).unwrap();
        assert_eq!(wants.units.iter().collect::<Vec<_>>(), ["cockpit.socket", "generated.service", "ssh.service"]);
        assert_eq!(wants.own().collect::<Vec<_>>(), ["generated.service"]);
        assert!(is_masked(&look, "xrdp.service").unwrap());
        assert!(!is_masked(&look, "own.service").unwrap() && !is_masked(&look, "gone.service").unwrap());
        let denied = Recording::new(Instant::UNIX_EPOCH).denied("/etc/systemd/system");
        assert_eq!(wanted(&Look::new(&denied)).unwrap_err().code, ReasonCode::NotPermitted);
    }

    proptest! {
        #[test]
        fn never_panics(command in "[-@a-z\"'\\\\ é$]{0,60}") {
            assert!(words(&command).iter().map(String::len).sum::<usize>() <= command.len());
        }
    }
}
