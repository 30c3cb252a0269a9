//! The statements of smb.conf, as Samba's `lib/util/tini.c` and `lib/param` read them.
//!
//! Leading blanks do not count, nor do lines that begin with `#` or `;`. A line that ends with a backslash goes on. Names of
//! parameters are the same in either case and with or without blanks; a parameter that is not known is passed over, and so is
//! a line without `=`. A value of a wrong form makes Samba refuse the file.

use thiserror::Error;

/// The most statements of one file.
const STATEMENTS_MAX: usize = 20_000;

/// A parameter that facts rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the parameter of its name in smb.conf(5)")]
pub enum Name {
    Path,
    GuestOk,
    ReadOnly,
    Printable,
    Available,
    Valid,
    ValidUsers,
    AdminUsers,
    ForceUser,
    ForceGroup,
    MsdfsProxy,
    VfsObjects,
    Copy,
    Include,
    GuestAccount,
    Role,
    ConfigFile,
    Backend,
    RegistryShares,
    UsersharePath,
    UsershareMax,
    UsershareGuests,
    UsershareTemplate,
    UsershareAllow,
    UsershareDeny,
    UsershareOwnerOnly,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// A flag that says the contrary of the parameter it stands for.
    Contrary,
    /// A path, name or number.
    Text,
    /// Names, with blanks or commas between them.
    List,
}

use Kind::{Contrary, Flag, List, Text};

/// Roles of a domain controller of Active Directory, without blanks.
pub const DOMAIN_CONTROLLER: [&str; 3] = ["activedirectorydomaincontroller", "domaincontroller", "dc"];

/// The names that a parameter has, without blanks.
const NAMES: &[(&str, Name, Kind)] = &[
    ("path", Name::Path, Text),
    ("directory", Name::Path, Text),
    ("guestok", Name::GuestOk, Flag),
    ("public", Name::GuestOk, Flag),
    ("readonly", Name::ReadOnly, Flag),
    ("writeable", Name::ReadOnly, Contrary),
    ("writable", Name::ReadOnly, Contrary),
    ("writeok", Name::ReadOnly, Contrary),
    ("printable", Name::Printable, Flag),
    ("printok", Name::Printable, Flag),
    ("available", Name::Available, Flag),
    ("-valid", Name::Valid, Flag),
    ("validusers", Name::ValidUsers, List),
    ("adminusers", Name::AdminUsers, List),
    ("forceuser", Name::ForceUser, Text),
    ("forcegroup", Name::ForceGroup, Text),
    ("group", Name::ForceGroup, Text),
    ("msdfsproxy", Name::MsdfsProxy, Text),
    ("vfsobjects", Name::VfsObjects, List),
    ("vfsobject", Name::VfsObjects, List),
    ("copy", Name::Copy, Text),
    ("include", Name::Include, Text),
    ("guestaccount", Name::GuestAccount, Text),
    ("serverrole", Name::Role, Text),
    ("configfile", Name::ConfigFile, Text),
    ("configbackend", Name::Backend, Text),
    ("registryshares", Name::RegistryShares, Flag),
    ("usersharepath", Name::UsersharePath, Text),
    ("usersharemaxshares", Name::UsershareMax, Text),
    ("usershareallowguests", Name::UsershareGuests, Flag),
    ("usersharetemplateshare", Name::UsershareTemplate, Text),
    ("usershareprefixallowlist", Name::UsershareAllow, List),
    ("usershareprefixdenylist", Name::UsershareDeny, List),
    ("usershareowneronly", Name::UsershareOwnerOnly, Flag),
];

impl Name {
    /// The parameter of a name, and what it takes; nothing for one that no fact rests on.
    pub fn of(written: &str) -> Option<(Self, Kind)> {
        let squeezed = squeeze(written);
        NAMES.iter().find(|(name, ..)| *name == squeezed).map(|(_, name, kind)| (*name, *kind))
    }

    /// The first of its names, without blanks.
    pub fn word(self) -> &'static str {
        NAMES.iter().find(|(_, name, _)| *name == self).map_or("", |(word, ..)| word)
    }

    /// What it takes, written by the first of its names.
    pub fn kind(self) -> Kind {
        NAMES.iter().find(|(_, name, _)| *name == self).map_or(Text, |(.., kind)| *kind)
    }

    /// It is of the server and not of a share.
    pub fn is_global(self) -> bool {
        self >= Self::GuestAccount
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// A section begins: its name as it is written.
    Section(String),
    /// A parameter with its value: flags are `yes` or `no`, all else is as it is written.
    Set(Name, String),
}

/// Why Samba would refuse a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SmbConfError {
    /// A section without `]`, or a line without a name before `=`.
    #[error("line {0} is neither a section nor a parameter")]
    Line(usize),
    /// A value of another form than its parameter takes.
    #[error("line {0} has no value that Samba accepts for its parameter")]
    Value(usize),
    /// It has too many statements.
    #[error("it has more than {STATEMENTS_MAX} statements")]
    TooLong,
}

/// Reads the statements of one file in their order.
pub fn parse(bytes: &[u8]) -> Result<Vec<Statement>, SmbConfError> {
    let mut lines = Lines { bytes: bytes.iter().copied(), number: 1 };
    let mut statements = Vec::new();
    while let Some((number, line)) = lines.next_line() {
        let statement = match line.strip_prefix('[') {
            Some(rest) => {
                let (name, _) = rest.split_once(']').ok_or(SmbConfError::Line(number))?;
                Some(Statement::Section(name.to_owned()))
            }
            None => parameter(&line, number)?,
        };
        statements.extend(statement);
        if statements.len() > STATEMENTS_MAX {
            return Err(SmbConfError::TooLong);
        }
    }
    Ok(statements)
}

fn parameter(line: &str, number: usize) -> Result<Option<Statement>, SmbConfError> {
    let Some((name, value)) = line.split_once('=') else { return Ok(None) };
    if name.is_empty() {
        return Err(SmbConfError::Line(number));
    }
    let Some((name, kind)) = Name::of(name) else { return Ok(None) };
    let value = trim_one_blank(value);
    let value = match kind {
        Flag => flag(value).map(|on| yes(on).to_owned()),
        Contrary => flag(value).map(|on| yes(!on).to_owned()),
        Text | List => Some(value.to_owned()),
    };
    value.map(|value| Some(Statement::Set(name, value))).ok_or(SmbConfError::Value(number))
}

/// `yes` or `no`.
pub fn yes(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

fn flag(value: &str) -> Option<bool> {
    match squeeze(value).as_str() {
        "yes" | "true" | "on" | "1" => Some(true),
        "no" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// The names of a list. Quotes hold blanks together and are left out.
pub fn list(value: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut name, mut quoted, mut begun) = (String::new(), false, false);
    for letter in value.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' | '\t' | ',' | '\n' | '\r' if !quoted => {
                if begun {
                    names.push(std::mem::take(&mut name));
                }
                begun = false;
            }
            letter => {
                name.push(letter);
                begun = true;
            }
        }
    }
    if begun {
        names.push(name);
    }
    names
}

/// A text without the quotes around it.
pub fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(value)
}

/// A name in lower case without blanks: Samba compares names so.
pub fn squeeze(name: &str) -> String {
    name.chars().filter(|letter| !is_blank(*letter)).flat_map(char::to_lowercase).collect()
}

fn trim_one_blank(text: &str) -> &str {
    let text = text.strip_prefix(is_blank).unwrap_or(text);
    text.strip_suffix(is_blank).unwrap_or(text)
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

struct Lines<I> {
    bytes: I,
    number: usize,
}

impl<I: Iterator<Item = u8>> Lines<I> {
    fn next_byte(&mut self) -> Option<u8> {
        let byte = self.bytes.next()?;
        self.number += usize::from(byte == b'\n');
        Some(byte)
    }

    /// The next line that says something, with the number of the line it begins on. Several blanks are one.
    fn next_line(&mut self) -> Option<(usize, String)> {
        loop {
            let begin = self.number;
            match self.next_byte()? {
                b'#' | b';' => while self.next_byte()? != b'\n' {},
                byte if is_blank(byte.into()) => {}
                first => return Some((begin, String::from_utf8_lossy(&self.rest_of_line(first)).into_owned())),
            }
        }
    }

    fn rest_of_line(&mut self, first: u8) -> Vec<u8> {
        let blank = |byte: u8| is_blank(byte.into());
        let mut line = vec![first];
        while let Some(byte) = self.next_byte() {
            match line.as_slice() {
                [.., b'\\'] if byte == b'\n' => line.truncate(line.len() - 1),
                [.., b'\\', last] if byte == b'\n' && blank(*last) => line.truncate(line.len() - 2),
                _ if byte == b'\n' => break,
                [.., last] if blank(*last) && blank(byte) => {}
                _ => line.push(byte),
            }
        }
        line
    }
}
