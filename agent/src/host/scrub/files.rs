//! What is scrubbed of which file.

use std::collections::BTreeSet;
use std::path::Path;

use super::names::Names;
use super::{Scrubber, logins, secrets, settings};
use crate::collect::screen_lock::environment::{FOLDER_OF_A_PERSON, OF_A_PERSON};

/// Numbers of people's accounts begin here (UID_MIN of login.defs); nobody has a number above.
const FIRST_PERSON: u32 = 1_000;
const NOBODY: u32 = 65_534;

/// The form of a file, by where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Comes with the system and is the same everywhere.
    OperatingSystem,
    Passwd,
    Shadow,
    Group,
    SignIns,
    LastSignIns,
    MachineId,
    HostName,
    Serial,
    /// A person's settings of dconf as text.
    KeyFile,
    /// A person's settings of KDE.
    KConfig,
    /// A person's file that sets variables.
    Variables,
    Other,
}

impl Form {
    pub(super) fn of(path: &Path) -> Self {
        const SYSTEM: [&str; 8] =
            ["/usr", "/lib", "/lib64", "/bin", "/sbin", "/var/lib/clamav", "/etc/ssl/certs", "/etc/pki"];
        const OWN: [&str; 2] = ["/usr/local", "/usr/etc"];
        let within = |folders: &[&str]| folders.iter().any(|folder| path.starts_with(folder));
        if within(&SYSTEM) && !within(&OWN) {
            return Self::OperatingSystem;
        }
        match path.to_str().unwrap_or_default() {
            "/etc/os-release" | "/etc/localtime" => Self::OperatingSystem,
            "/etc/passwd" | "/etc/passwd-" => Self::Passwd,
            "/etc/shadow" | "/etc/shadow-" => Self::Shadow,
            "/etc/group" | "/etc/group-" | "/etc/gshadow" | "/etc/gshadow-" => Self::Group,
            "/run/utmp" | "/var/run/utmp" => Self::SignIns,
            "/var/log/lastlog" => Self::LastSignIns,
            "/etc/machine-id" | "/var/lib/dbus/machine-id" => Self::MachineId,
            "/etc/hostname" => Self::HostName,
            text if text.starts_with("/var/log/wtmp") || text.starts_with("/var/log/btmp") => Self::SignIns,
            text if text.ends_with("_serial") || text.ends_with("/product_uuid") => Self::Serial,
            _ => Self::personal(path),
        }
    }

    /// The form of a file that may be a person's. Homes may be anywhere.
    fn personal(path: &Path) -> Self {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let within = |folder: &str| path.parent().is_some_and(|parent| parent.ends_with(folder));
        match name {
            _ if within(".config/dconf") && path.extension().is_some_and(|end| end == "txt") => Self::KeyFile,
            "kdeglobals" | "kscreenlockerrc" if within(".config") => Self::KConfig,
            _ if OF_A_PERSON.contains(&name) || within(&format!(".config/{FOLDER_OF_A_PERSON}")) => Self::Variables,
            _ => Self::Other,
        }
    }
}

/// Learns from passwd who the people are, and which accounts every host has.
pub(super) fn learn_passwd(text: &[u8], names: &mut Names, everybodys: &mut BTreeSet<String>) {
    let text = String::from_utf8_lossy(text);
    for line in text.lines() {
        let [name, _, uid, _, gecos, home, _] = line.split(':').collect::<Vec<_>>()[..] else { continue };
        let Ok(uid) = uid.parse::<u32>() else { continue };
        if !(FIRST_PERSON..NOBODY).contains(&uid) {
            everybodys.insert(name.to_owned());
            continue;
        }
        names.add_account(name);
        // The full name, the room and the telephone numbers.
        for part in gecos.split(',') {
            names.add_other_name(part, name);
        }
        let home = Path::new(home);
        if let Some(folder) = home.file_name().and_then(|folder| folder.to_str())
            && home.parent() == Some(Path::new("/home"))
        {
            names.add_other_name(folder, name);
        }
    }
}

/// What is left of a content, or of a part of one from `offset`; nothing when it is of no known form.
pub(super) fn content(scrubber: &mut Scrubber, path: &Path, offset: u64, bytes: &[u8]) -> Option<Vec<u8>> {
    if offset == 0 && settings::is_database(bytes) {
        return Some(settings::database(bytes));
    }
    match Form::of(path) {
        Form::OperatingSystem => Some(bytes.to_vec()),
        Form::Passwd => Some(lines(bytes, |line| passwd(scrubber, line))),
        Form::Shadow => Some(lines(bytes, |line| shadow(scrubber, line))),
        Form::Group => Some(lines(bytes, |line| group(scrubber, line))),
        Form::SignIns if bytes.is_empty() => Some(Vec::new()),
        Form::SignIns => {
            let everybodys = &scrubber.everybodys;
            let is_everybodys =
                |name: &str| everybodys.contains(name) || matches!(name, "LOGIN" | "reboot" | "runlevel" | "shutdown");
            logins::records(bytes, offset, &scrubber.names, &is_everybodys, &mut scrubber.addresses)
        }
        Form::LastSignIns => logins::lastlog(bytes, &mut scrubber.addresses),
        Form::KeyFile => Some(settings::key_file(bytes)),
        Form::KConfig => Some(settings::kconfig(bytes)),
        Form::Variables => Some(settings::variables(bytes)),
        Form::Serial => Some(format!("{}\n", secrets::MARK).into_bytes()),
        Form::MachineId | Form::HostName | Form::Other => secrets::is_text(bytes).then(|| scrubber.bytes(bytes)),
    }
}

/// A part of a file brought to its former length, so that places in the file stay what they were. It is a part of a
/// text from its end, whose first line is cut off anyway, or from its beginning.
pub(super) fn of_length(mut bytes: Vec<u8>, offset: u64, length: usize) -> Vec<u8> {
    if offset == 0 {
        bytes.resize(length, b'\n');
        return bytes;
    }
    match bytes.len().checked_sub(length) {
        Some(more) => bytes.split_off(more),
        None => [vec![b'\n'; length - bytes.len()], bytes].concat(),
    }
}

fn lines(text: &[u8], scrub: impl FnMut(&str) -> String) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<String> = text.split('\n').map(scrub).collect();
    lines.join("\n").into_bytes()
}

fn passwd(scrubber: &mut Scrubber, line: &str) -> String {
    let [name, password, uid, gid, _, home, shell] = line.split(':').collect::<Vec<_>>()[..] else {
        return scrubber.text(line);
    };
    let password = secrets::password(password);
    let (home, shell) = (scrubber.text(home), scrubber.text(shell));
    format!("{}:{password}:{uid}:{gid}::{home}:{shell}", scrubber.names.account(name))
}

fn shadow(scrubber: &mut Scrubber, line: &str) -> String {
    match line.split(':').collect::<Vec<_>>()[..] {
        [name, password, ref rest @ ..] => {
            let first = format!("{}:{}", scrubber.names.account(name), secrets::password(password));
            [&[first.as_str()], rest].concat().join(":")
        }
        _ => scrubber.text(line),
    }
}

/// Group and gshadow: a name, a password, and lists of members (of administrators too) or a number.
fn group(scrubber: &mut Scrubber, line: &str) -> String {
    match line.split(':').collect::<Vec<_>>()[..] {
        [name, password, ref rest @ ..] => {
            let mut fields = vec![scrubber.names.account(name).to_owned(), secrets::password(password)];
            for list in rest {
                let members: Vec<&str> = list.split(',').map(|member| scrubber.names.account(member)).collect();
                fields.push(members.join(","));
            }
            fields.join(":")
        }
        _ => scrubber.text(line),
    }
}
