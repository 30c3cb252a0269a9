//! What is shared: the configurations of Samba and of the kernel's server of NFS.

use std::net::IpAddr;
use std::path::Path;

use tenken_model::fact::shares::ExportClient;

use super::Scrubber;
use super::files::Named;
use super::form::Form;
use crate::collect::shares::exports::{self, ExportsError};
use crate::collect::shares::nfs::{ENDING, EXPORTS, EXPORTS_FOLDER};
use crate::collect::shares::rights::{RIGHTS_OF_WINDOWS, SHARE_INFO, SHARE_LIST, is_owner, shares_with_list};
use crate::collect::shares::samba::SMB_CONF;
use crate::collect::shares::smb_conf::{self, DOMAIN_CONTROLLER, Name, Statement, list, squeeze, unquoted};
use crate::collect::shares::usershare::{self, EVERYONE};
use crate::collect::shares::usershares::USERSHARES;

/// The forms of these files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SharesForm {
    SmbConf,
    Usershare,
    /// Rights on shares that Windows wrote.
    ShareInfo,
    Exports,
}

/// Names of sections and shares that mean something.
const SHARES: [&str; 6] = ["global", "homes", "printers", "print$", "netlogon", "sysvol"];
/// Names that hold everybody or whoever does not sign in, which rules ask for.
const EVERYBODY: [&str; 10] = [
    "everyone",
    "authenticated users",
    "domain users",
    "domain_users",
    "domain guests",
    "guests",
    "guest",
    "users",
    "nobody",
    "nogroup",
];
/// Numbers of Windows for them, and the last part of those that every domain has.
const KNOWN_NUMBERS: [&str; 4] = [EVERYONE, "S-1-5-11", "S-1-5-32-545", "S-1-0-0"];
const DOMAIN_USERS: &str = "-513";

impl SharesForm {
    /// The form by where a file is.
    pub(super) fn of(text: &str, folder: &str, name: &str) -> Option<Self> {
        match (text, folder) {
            (SMB_CONF, _) => Some(Self::SmbConf),
            (SHARE_INFO, _) => Some(Self::ShareInfo),
            (EXPORTS, _) => Some(Self::Exports),
            (_, EXPORTS_FOLDER) if name.ends_with(ENDING) => Some(Self::Exports),
            (_, USERSHARES) => Some(Self::Usershare),
            _ => None,
        }
    }

    /// Whether it is read as text.
    pub(super) fn is_text(self) -> bool {
        self != Self::ShareInfo
    }

    /// The files that a file of this form names.
    pub(super) fn files(self, bytes: &[u8]) -> Vec<Named> {
        let named = |path: &str, form| Named::of(path, Form::Shares(form));
        if self != Self::SmbConf {
            return Vec::new();
        }
        let statements = smb_conf::parse(bytes).unwrap_or_default().into_iter();
        let files = statements.filter_map(|statement| match statement {
            Statement::Set(Name::Include, path) => Some(named(&path, Self::SmbConf)),
            Statement::Set(Name::ConfigFile, path) => Some(named(unquoted(&path), Self::SmbConf)),
            Statement::Set(Name::UsersharePath, path) => {
                Some(named(&format!("{}/*", unquoted(&path).trim_end_matches('/')), Self::Usershare))
            }
            _ => None,
        });
        files.collect()
    }

    /// What is left of a file of this form.
    pub(super) fn scrub(self, scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::SmbConf => smb_conf(scrubber, bytes),
            Self::Usershare => of_person(scrubber, path, bytes),
            Self::ShareInfo => {
                let names = shares_with_list(bytes).into_iter();
                names.flat_map(|name| [SHARE_LIST, &share(scrubber, &name), "\0"].concat().into_bytes()).collect()
            }
            Self::Exports => exports(scrubber, bytes),
        }
    }
}

fn smb_conf(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(statements) = smb_conf::parse(bytes) else { return b"[x\n".to_vec() };
    let mut lines = Vec::new();
    for statement in statements {
        lines.push(match statement {
            Statement::Section(name) if ["global", "globals"].contains(&squeeze(&name).as_str()) => {
                "[global]".to_owned()
            }
            Statement::Section(name) => format!("[{}]", share(scrubber, &name.to_lowercase())),
            Statement::Set(name, value) => format!("{} = {}", name.word(), parameter(scrubber, name, &value)),
        });
    }
    lines.join("\n").into_bytes()
}

/// A share by its name in lower case.
fn share(scrubber: &mut Scrubber, name: &str) -> String {
    if SHARES.contains(&name) { name.to_owned() } else { scrubber.names.part(name) }
}

fn parameter(scrubber: &mut Scrubber, name: Name, value: &str) -> String {
    let plain = unquoted(value);
    let if_there = |stand_in: &str| if plain.is_empty() { String::new() } else { stand_in.to_owned() };
    match name {
        Name::GuestOk
        | Name::ReadOnly
        | Name::Printable
        | Name::Available
        | Name::Valid
        | Name::RegistryShares
        | Name::UsershareGuests
        | Name::UsershareOwnerOnly => value.to_owned(),
        Name::Path | Name::ConfigFile | Name::UsersharePath => path(scrubber, plain),
        Name::Include if value.eq_ignore_ascii_case("registry") => "registry".to_owned(),
        Name::Include => path(scrubber, value),
        Name::ValidUsers | Name::AdminUsers => {
            list(value).iter().map(|name| allowed(scrubber, name)).collect::<Vec<_>>().join(", ")
        }
        Name::ForceUser | Name::ForceGroup => if_there("somebody"),
        Name::MsdfsProxy => if_there("/x"),
        Name::VfsObjects => {
            list(value).iter().map(|module| one_of(module, &RIGHTS_OF_WINDOWS)).collect::<Vec<_>>().join(" ")
        }
        Name::Copy => share(scrubber, &value.to_lowercase()),
        Name::UsershareTemplate => share(scrubber, &plain.to_lowercase()),
        Name::GuestAccount => scrubber.names.account(plain),
        Name::Role => one_of(&squeeze(value), &DOMAIN_CONTROLLER).to_owned(),
        Name::Backend => one_of(&squeeze(value), &["registry"]).to_owned(),
        Name::UsershareMax => if_there(if plain.parse::<i64>().is_ok_and(|most| most > 0) { "100" } else { "0" }),
        Name::UsershareAllow | Name::UsershareDeny => (if list(value).is_empty() { "" } else { "/x" }).to_owned(),
    }
}

/// One of these words, or a word that is none.
fn one_of<'w>(word: &str, words: &[&'w str]) -> &'w str {
    words.iter().find(|known| **known == word).map_or("x", |known| known)
}

/// A path. In one that depends on who connects nothing else matters.
fn path(scrubber: &mut Scrubber, text: &str) -> String {
    if text.contains('%') { "/%u".to_owned() } else { scrubber.names.path(text) }
}

/// A name of `valid users` with its signs.
fn allowed(scrubber: &mut Scrubber, name: &str) -> String {
    let plain = name.trim_start_matches(['@', '+', '&']);
    let signs = name.get(..name.len() - plain.len()).unwrap_or_default();
    if plain.contains('%') {
        let stand_in = if is_owner(name) {
            "%S"
        } else if plain.eq_ignore_ascii_case("%u") {
            plain
        } else {
            "%G"
        };
        return format!("{signs}{stand_in}");
    }
    if plain.starts_with("S-1-") {
        return format!("{signs}{}", number(plain));
    }
    let (domain, sign, own) = match plain.rsplit_once('\\') {
        Some((_, own)) => ("DOMAIN", "\\", own),
        None => match plain.rsplit_once('+').filter(|(_, own)| is_everybody(own)) {
            Some((_, own)) => ("DOMAIN", "+", own),
            None => ("", "", plain),
        },
    };
    let own = if is_everybody(own) {
        own.to_owned()
    } else if signs.is_empty() {
        scrubber.names.account(own)
    } else {
        scrubber.names.group(own)
    };
    format!("\"{signs}{domain}{sign}{own}\"")
}

fn is_everybody(name: &str) -> bool {
    EVERYBODY.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The number of an account or group of Windows.
fn number(written: &str) -> String {
    let last = if written.ends_with(DOMAIN_USERS) { DOMAIN_USERS } else { "-1001" };
    let known = KNOWN_NUMBERS.iter().find(|known| **known == written);
    known.map_or_else(|| format!("S-1-5-21-1-2-3{last}"), |known| (*known).to_owned())
}

fn of_person(scrubber: &mut Scrubber, file: &Path, bytes: &[u8]) -> Vec<u8> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(found) = usershare::parse(&name(file), bytes) else { return b"x".to_vec() };
    let right = if found.writable { "F" } else { "R" };
    let allowed: Vec<String> = found.allowed.iter().map(|who| format!("{}:{right}", number(who))).collect();
    let guests = if found.guests { "y" } else { "n" };
    let (path, name) = (path(scrubber, &found.path), name(&scrubber.path(file)));
    let text = format!(
        "#VERSION 2\npath={path}\ncomment=\nusershare_acl={}\nguest_ok={guests}\nsharename={name}\n",
        allowed.join(",")
    );
    text.into_bytes()
}

fn exports(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let (entries, fault) = exports::parse(bytes);
    let mut lines = Vec::new();
    for entry in entries {
        let (path, client) = (scrubber.names.path(&entry.path), client(scrubber, &entry.client));
        lines.push(format!("{path} {client}({})\n", entry.options.written()));
    }
    match fault {
        // The entries are too many again.
        None | Some(ExportsError::TooLong) => {}
        Some(_) => lines.push("/x x(x)\n".to_owned()),
    }
    lines.concat().into_bytes()
}

/// For whom, of the same kind.
fn client(scrubber: &mut Scrubber, client: &str) -> String {
    match (exports::kind(client), client.split_once('/')) {
        (ExportClient::Kerberos, _) => {
            format!("gss/{}", one_of(client.trim_start_matches("gss/"), &["krb5", "krb5i", "krb5p"]))
        }
        (ExportClient::Netgroup, _) => format!("@{}", scrubber.names.group(client.trim_start_matches('@'))),
        (ExportClient::Pattern, _) => format!("*.{}", scrubber.names.host(client)),
        (_, Some((address, mask))) => {
            let address = match address.parse::<IpAddr>() {
                Ok(IpAddr::V4(address)) => scrubber.addresses.v4(address).to_string(),
                Ok(IpAddr::V6(address)) => scrubber.addresses.v6(address).to_string(),
                Err(_) => scrubber.names.host(address),
            };
            let is_mask = mask.parse::<u8>().is_ok() || mask.parse::<IpAddr>().is_ok();
            format!("{address}/{}", if is_mask { mask } else { "x" })
        }
        (ExportClient::Anyone, None) => client.to_owned(),
        (ExportClient::Host | ExportClient::Network, None) => scrubber.host(client),
    }
}
