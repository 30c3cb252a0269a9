//! sudoers, written anew from its statements: comments, tags and `Defaults` are not kept.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::Scrubber;
use super::files::Named;
use super::form::Form;
use crate::collect::accounts::sudoers::{self, AliasKind, Command, Member, Statement};
use crate::collect::glob::wildcard::fits;

/// What the aliases of all files are called.
pub(super) type Aliases = BTreeSet<(AliasKind, String)>;

pub(super) fn learn(bytes: &[u8], aliases: &mut Aliases) {
    for statement in sudoers::parse(bytes) {
        if let Statement::Alias { kind, name, .. } = statement {
            aliases.insert((kind, name));
        }
    }
}

/// The files that a file includes.
pub(super) fn files(path: &Path, bytes: &[u8], host_name: &str) -> Vec<Named> {
    let named = |to: PathBuf| Named::of(&to.to_string_lossy(), Form::Sudoers);
    let statements = sudoers::parse(bytes);
    let included = statements.iter().filter_map(|statement| match statement {
        Statement::Include(to) => Some(named(included(path, to, host_name))),
        Statement::IncludeFolder(to) => Some(named(included(path, to, host_name).join("*"))),
        Statement::Alias { .. } | Statement::Rule { .. } | Statement::NotUnderstood(_) => None,
    });
    included.collect()
}

/// The path an include means, as sudo finds it.
fn included(from: &Path, to: &str, host_name: &str) -> PathBuf {
    let short = host_name.split('.').next().unwrap_or_default();
    from.parent().unwrap_or(Path::new("/")).join(to.replace("%h", short))
}

pub(super) fn scrub(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    for statement in sudoers::parse(bytes) {
        written.push_str(&line(scrubber, path, &statement));
        written.push('\n');
    }
    written.into_bytes()
}

fn line(scrubber: &mut Scrubber, path: &Path, statement: &Statement) -> String {
    let include = |scrubber: &mut Scrubber, to: &str| {
        let path = included(path, to, &scrubber.host_name);
        scrubber.names.path(&path.to_string_lossy())
    };
    match statement {
        Statement::Include(to) => format!("@include {}", include(scrubber, to)),
        Statement::IncludeFolder(to) => format!("@includedir {}", include(scrubber, to)),
        Statement::Alias { kind, name, members } => {
            let word = match kind {
                AliasKind::User => "User_Alias",
                AliasKind::Runas => "Runas_Alias",
                AliasKind::Host => "Host_Alias",
                AliasKind::Command => "Cmnd_Alias",
            };
            format!("{word} {} = {}", scrubber.names.alias(name), list(scrubber, *kind, members))
        }
        Statement::Rule { users, grants } => {
            let users = list(scrubber, AliasKind::User, users);
            let grants: Vec<String> = grants
                .iter()
                .map(|grant| {
                    let commands: Vec<String> = grant.commands.iter().map(|found| command(scrubber, found)).collect();
                    format!("{} = {}", list(scrubber, AliasKind::Host, &grant.hosts), commands.join(", "))
                })
                .collect();
            format!("{users} {}", grants.join(" : "))
        }
        // A quote that does not end is understood by nobody.
        Statement::NotUnderstood(_) => "\"".to_owned(),
    }
}

fn list(scrubber: &mut Scrubber, kind: AliasKind, members: &[Member]) -> String {
    members.iter().map(|found| member(scrubber, kind, found)).collect::<Vec<_>>().join(", ")
}

fn member(scrubber: &mut Scrubber, kind: AliasKind, member: &Member) -> String {
    let word = if scrubber.aliases.contains(&(kind, member.word.clone())) {
        scrubber.names.alias(&member.word)
    } else {
        match kind {
            AliasKind::User | AliasKind::Runas => user(scrubber, &member.word),
            AliasKind::Host => host(scrubber, &member.word),
            AliasKind::Command => program(scrubber, &member.word),
        }
    };
    format!("{}{word}", if member.negated { "!" } else { "" })
}

fn command(scrubber: &mut Scrubber, command: &Command) -> String {
    let run_as = command.run_as.as_ref().map(|users| format!("({}) ", list(scrubber, AliasKind::Runas, users)));
    format!("{}{}", run_as.unwrap_or_default(), member(scrubber, AliasKind::Command, &command.command))
}

fn user(scrubber: &mut Scrubber, word: &str) -> String {
    let number = |text: &str| text.parse::<u32>().map(|number| number.to_string());
    if let Some(group) = word.strip_prefix('%') {
        if group.starts_with(':') {
            return "%:group".to_owned();
        }
        return match group.strip_prefix('#').map(number) {
            Some(Ok(gid)) => format!("%#{gid}"),
            _ => format!("%{}", scrubber.names.group(group)),
        };
    }
    match (word.strip_prefix('#').map(number), word.strip_prefix('+')) {
        (Some(Ok(uid)), _) => format!("#{uid}"),
        (_, Some(_)) => "+netgroup".to_owned(),
        _ if word == "ALL" => word.to_owned(),
        _ => scrubber.names.account_in_any_case(word),
    }
}

/// A host list's word: one that means this host means it afterwards, by its stand-in.
fn host(scrubber: &mut Scrubber, word: &str) -> String {
    if word == "ALL" {
        return word.to_owned();
    }
    if word.starts_with('+') {
        return "+netgroup".to_owned();
    }
    let (address, mask) = word.split_once('/').unwrap_or((word, ""));
    if address.parse::<IpAddr>().is_ok() {
        let mask = if mask.bytes().all(|byte| byte.is_ascii_digit()) && !mask.is_empty() { "/24" } else { "" };
        return format!("{}{mask}", scrubber.host(address));
    }
    let own = scrubber.host_name.to_ascii_lowercase();
    let short = own.split('.').next().unwrap_or_default();
    let word = word.to_ascii_lowercase();
    if !own.is_empty() && (fits(word.as_bytes(), own.as_bytes()) || fits(word.as_bytes(), short.as_bytes())) {
        return scrubber.host(short);
    }
    scrubber.host(&word.replace(['*', '?'], "x"))
}

/// A command with its arguments. Of patterns and arguments only what decides whether anything can be run is kept.
fn program(scrubber: &mut Scrubber, word: &str) -> String {
    let (path, arguments) = word.split_once(' ').unwrap_or((word, ""));
    if path == "ALL" {
        return path.to_owned();
    }
    if path.starts_with('^') || path.contains(['*', '?', '[']) {
        return "/*".to_owned();
    }
    let path = scrubber.names.path(path);
    let is_root = |word: &str| word == "root" || word.starts_with('-');
    match arguments {
        "" => path,
        free if free.contains('*') => format!("{path} *"),
        root if root.split(' ').all(is_root) => format!("{path} root"),
        _ => format!("{path} argument"),
    }
}
