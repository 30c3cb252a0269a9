//! The lines of exports(5), as `support/nfs/exports.c` and `xio.c` of nfs-utils read them.
//!
//! A folder, then clients with options in brackets; blanks between them only. An option list that stands alone, as after a
//! blank too many, is for everybody, and so is a folder without a client. A word that begins with `-` holds options for the
//! clients behind it. At the first fault exportfs stops reading.

use std::net::{Ipv4Addr, Ipv6Addr};

use tenken_model::fact::shares::ExportClient;
use thiserror::Error;

/// The most bytes of a client with its options (exportfs has room for no more), and of a folder.
const CLIENT_MAX: usize = 511;
const FOLDER_MAX: usize = 4_096;
/// The most entries of one file.
const ENTRIES_MAX: usize = 5_000;

/// A folder that is exported to some clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The folder.
    pub path: String,
    /// For whom, as it is written; `*` where nobody is named.
    pub client: String,
    /// How.
    pub options: Options,
}

/// Options that facts rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether files stay as they are, for kinds of sign-in that are not named.
    read_only: bool,
    /// The same for each kind that is named.
    flavours: Vec<(Flavour, bool)>,
    transports: Vec<Transport>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Sys,
    None,
    Krb5,
    Krb5i,
    Krb5p,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transport {
    None,
    Tls,
    Mtls,
}

/// Why exportfs reads no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ExportsError {
    /// An option list that does not end where its word ends, as with a blank in it.
    #[error("line {0} has an option list that does not end with its word")]
    List(usize),
    /// An option that exportfs does not know.
    #[error("line {0} has an option that exportfs does not know")]
    Option(usize),
    /// A word that is too long.
    #[error("line {0} has a word that is too long for exportfs")]
    Word(usize),
    /// It has too many entries.
    #[error("it has more than {ENTRIES_MAX} entries")]
    TooLong,
}

/// What a file exports, to its end or to its first fault.
pub fn parse(bytes: &[u8]) -> (Vec<Entry>, Option<ExportsError>) {
    let mut entries = Vec::new();
    let fault = read(bytes, &mut entries).err();
    (entries, fault)
}

fn read(bytes: &[u8], entries: &mut Vec<Entry>) -> Result<(), ExportsError> {
    let mut input = Input { bytes, at: 0, line: 1 };
    loop {
        input.skip(b" \t\n");
        let Some(path) = input.word(FOLDER_MAX)? else { return Ok(()) };
        let mut defaults = Options::default();
        let mut is_first = true;
        loop {
            input.skip(b" \t");
            let mut client = input.word(CLIENT_MAX)?;
            if let Some(options) = client.as_deref().and_then(|word| word.strip_prefix('-')) {
                defaults.read(options, input.line)?;
                input.skip(b" \t");
                // Nobody behind them: they are for everybody.
                client = Some(input.word(CLIENT_MAX)?.unwrap_or_default());
            }
            let word = match client {
                Some(word) => word,
                None if is_first => String::new(),
                None => break,
            };
            is_first = false;
            entries.push(entry(&path, &word, &defaults, input.line)?);
            if entries.len() > ENTRIES_MAX {
                return Err(ExportsError::TooLong);
            }
        }
    }
}

fn entry(path: &str, word: &str, defaults: &Options, line: usize) -> Result<Entry, ExportsError> {
    let mut options = defaults.clone();
    let client = match word.split_once('(') {
        Some((client, list)) => {
            let list = list.strip_suffix(')').filter(|list| !list.contains(')')).ok_or(ExportsError::List(line))?;
            options.read(list, line)?;
            client
        }
        None => word,
    };
    let client = if client.is_empty() { "*" } else { client };
    Ok(Entry { path: path.to_owned(), client: client.to_owned(), options })
}

impl Default for Options {
    fn default() -> Self {
        Self { read_only: true, flavours: Vec::new(), transports: Vec::new() }
    }
}

/// Options that change nothing facts rest on; those with `=` take a value.
const OTHERS: &[&str] = &[
    "root_squash",
    "no_root_squash",
    "all_squash",
    "no_all_squash",
    "secure",
    "insecure",
    "sync",
    "async",
    "nordirplus",
    "security_label",
    "nohide",
    "hide",
    "crossmnt",
    "nocrossmnt",
    "wdelay",
    "no_wdelay",
    "subtree_check",
    "no_subtree_check",
    "auth_nlm",
    "no_auth_nlm",
    "secure_locks",
    "insecure_locks",
    "acl",
    "no_acl",
    "pnfs",
    "no_pnfs",
    "mountpoint",
    "mp",
    "sign_fh",
    "anonuid=",
    "anongid=",
    "squash_uids=",
    "squash_gids=",
    "fsid=",
    "mountpoint=",
    "mp=",
    "refer=",
    "replicas=",
    "reexport=",
];

impl Options {
    fn read(&mut self, list: &str, line: usize) -> Result<(), ExportsError> {
        // Which kinds of sign-in the options behind are for.
        let mut active: Vec<Flavour> = Vec::new();
        let list = list.trim_start_matches([' ', '\t']);
        if list.is_empty() {
            return Ok(());
        }
        // A comma too many is a fault, but not at the end.
        let list = list.strip_suffix(',').unwrap_or(list);
        for option in list.split(',').map(|option| option.trim_start_matches([' ', '\t'])) {
            let fault = ExportsError::Option(line);
            match option {
                "ro" => self.set(&active, true),
                "rw" => self.set(&active, false),
                _ => {
                    let key = option.split_once('=').map_or(option, |(key, _)| option.get(..=key.len()).unwrap_or(key));
                    let value = option.get(key.len()..).unwrap_or_default();
                    match key {
                        "sec=" => active = self.flavours(value).ok_or(fault)?,
                        "xprtsec=" => self.transports(value).ok_or(fault)?,
                        // A list of numbers goes on behind commas.
                        _ if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {}
                        _ if OTHERS.contains(&key) => {}
                        _ => return Err(fault),
                    }
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, active: &[Flavour], read_only: bool) {
        self.read_only = read_only;
        for (_, own) in self.flavours.iter_mut().filter(|(flavour, _)| active.contains(flavour)) {
            *own = read_only;
        }
    }

    fn flavours(&mut self, value: &str) -> Option<Vec<Flavour>> {
        let mut active = Vec::new();
        for word in value.split(':') {
            let flavour = match word {
                "sys" | "unix" => Flavour::Sys,
                "null" | "none" => Flavour::None,
                "krb5" => Flavour::Krb5,
                "krb5i" => Flavour::Krb5i,
                "krb5p" => Flavour::Krb5p,
                _ => return None,
            };
            if self.flavours.iter().all(|(known, _)| *known != flavour) {
                self.flavours.push((flavour, self.read_only));
            }
            active.push(flavour);
        }
        Some(active)
    }

    fn transports(&mut self, value: &str) -> Option<()> {
        for word in value.split(':') {
            self.transports.push(match word {
                "none" => Transport::None,
                "tls" => Transport::Tls,
                "mtls" => Transport::Mtls,
                _ => return None,
            });
        }
        Some(())
    }

    /// Files can be changed.
    pub fn writable(&self) -> bool {
        if self.flavours.is_empty() { !self.read_only } else { self.flavours.iter().any(|(_, read_only)| !read_only) }
    }

    /// Clients prove who they are.
    pub fn proven(&self) -> bool {
        let kerberos = |flavour| matches!(flavour, Flavour::Krb5 | Flavour::Krb5i | Flavour::Krb5p);
        let signed_in = !self.flavours.is_empty() && self.flavours.iter().all(|(flavour, _)| kerberos(*flavour));
        signed_in || !self.transports.is_empty() && self.transports.iter().all(|one| *one == Transport::Mtls)
    }

    /// The same options as a list, without those that facts do not rest on.
    pub fn written(&self) -> String {
        let access = |read_only: bool| if read_only { "ro" } else { "rw" };
        let mut parts = vec![access(self.read_only).to_owned()];
        for (flavour, own) in &self.flavours {
            let word = match flavour {
                Flavour::Sys => "sys",
                Flavour::None => "none",
                Flavour::Krb5 => "krb5",
                Flavour::Krb5i => "krb5i",
                Flavour::Krb5p => "krb5p",
            };
            parts.push(format!("sec={word},{}", access(*own)));
        }
        for transport in &self.transports {
            let word = match transport {
                Transport::None => "none",
                Transport::Tls => "tls",
                Transport::Mtls => "mtls",
            };
            parts.push(format!("xprtsec={word}"));
        }
        parts.join(",")
    }
}

/// For whom a client is, by how it is written. A network of all addresses is everybody, and so is a pattern that every name
/// fits.
pub fn kind(client: &str) -> ExportClient {
    if client.is_empty() || client.chars().all(|letter| matches!(letter, '*' | '?' | '.')) && client.contains('*') {
        return ExportClient::Anyone;
    }
    if client.starts_with("gss/") {
        return ExportClient::Kerberos;
    }
    if client.starts_with('@') {
        return ExportClient::Netgroup;
    }
    if client.contains(['*', '?', '[']) {
        return ExportClient::Pattern;
    }
    match client.split_once('/') {
        None => ExportClient::Host,
        Some((_, mask)) => {
            let none = mask.parse::<u8>().is_ok_and(|bits| bits == 0)
                || mask.parse::<Ipv4Addr>().is_ok_and(|mask| mask.is_unspecified())
                || mask.parse::<Ipv6Addr>().is_ok_and(|mask| mask.is_unspecified());
            let all = matches!(mask, "32" | "128" | "255.255.255.255") && !(mask == "32" && client.contains(':'));
            match (none, all) {
                (true, _) => ExportClient::Anyone,
                (_, true) => ExportClient::Host,
                _ => ExportClient::Network,
            }
        }
    }
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl Input<'_> {
    /// The next byte; a line that goes on behind a backslash is one, with a blank between.
    fn next(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        if byte == b'\\' && self.bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
            self.line += 1;
            while matches!(self.bytes.get(self.at), Some(b' ' | b'\t')) {
                self.at += 1;
            }
            return Some(b' ');
        }
        self.line += usize::from(byte == b'\n');
        Some(byte)
    }

    /// Goes past those bytes and comments. A comment ends before the end of its line.
    fn skip(&mut self, bytes: &[u8]) {
        loop {
            let before = (self.at, self.line);
            let Some(mut byte) = self.next() else { return };
            if byte == b'#' {
                while self.bytes.get(self.at).is_some_and(|byte| *byte != b'\n') {
                    self.at += 1;
                }
                let end = (self.at, self.line);
                let Some(after) = self.next() else { return };
                byte = after;
                if !bytes.contains(&byte) {
                    (self.at, self.line) = end;
                    return;
                }
            }
            if !bytes.contains(&byte) {
                (self.at, self.line) = before;
                return;
            }
        }
    }

    /// A word to the next blank outside quotes; nothing at the end of a line. `\040` is the byte of that number.
    fn word(&mut self, most: usize) -> Result<Option<String>, ExportsError> {
        let (mut word, mut quoted, begin) = (Vec::new(), false, self.line);
        loop {
            let before = (self.at, self.line);
            let Some(byte) = self.next() else { break };
            if !quoted && matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) {
                if byte == b'\n' {
                    (self.at, self.line) = before;
                }
                break;
            }
            if byte == b'"' {
                quoted = !quoted;
                continue;
            }
            word.push(byte);
            if let [.., b'\\', one @ b'0'..=b'3', two @ b'0'..=b'7', three @ b'0'..=b'7'] = word.as_slice() {
                let number = (one - b'0') * 64 + (two - b'0') * 8 + (three - b'0');
                word.truncate(word.len() - 4);
                word.push(number);
            }
            if word.len() > most {
                return Err(ExportsError::Word(begin));
            }
        }
        Ok((!word.is_empty()).then(|| String::from_utf8_lossy(&word).into_owned()))
    }
}
