//! `sshd_config`: the directives that facts rest on, each on its line.

use super::files::Named;
use super::form::Form;
use super::{Scrubber, lines_at};
use crate::collect::glob::wildcard::fits;
use crate::collect::ssh_daemon::sshd_config::{Directive, SshdConfigError, parse};
use crate::collect::ssh_daemon::{algorithms, included_path};

/// Kinds of channels of OpenSSH.
const SHELL: &[u8] = b"session:shell";

pub(super) fn scrub(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let directives = match parse(bytes) {
        Ok(directives) => directives,
        Err(SshdConfigError::NotText) => return vec![0xff],
        Err(SshdConfigError::TooLong) => return vec![b'\n'; 20_001],
        Err(SshdConfigError::Quote(line) | SshdConfigError::Value(line)) => {
            return lines_at([(line, "\"".to_owned())]);
        }
    };
    let lines: Vec<(usize, String)> = directives
        .iter()
        .filter_map(|directive| {
            Some((directive.line, format!("{} {}", directive.keyword, arguments(scrubber, directive)?)))
        })
        .collect();
    lines_at(lines)
}

/// The files that a file includes.
pub(super) fn files(bytes: &[u8]) -> Vec<Named> {
    let directives = parse(bytes).unwrap_or_default().into_iter();
    let includes = directives.filter(|directive| directive.keyword == "include").flat_map(|found| found.arguments);
    includes.map(|argument| Named::of(&included_path(&argument), Form::Sshd)).collect()
}

/// What is kept of the arguments; nothing for a directive that no fact rests on.
pub(super) fn arguments(scrubber: &mut Scrubber, directive: &Directive) -> Option<String> {
    let first = directive.arguments.first().map(String::as_str);
    let is_none = first.is_none_or(|first| first.eq_ignore_ascii_case("none"));
    let each = |keep: &mut dyn FnMut(&str) -> String| {
        directive.arguments.iter().map(|argument| keep(argument)).collect::<Vec<_>>().join(" ")
    };
    Some(match directive.keyword.as_str() {
        "clientaliveinterval" | "clientalivecountmax" | "maxauthtries" | "port" => each(&mut time),
        "channeltimeout" if is_none => each(&mut |_| "none".to_owned()),
        "channeltimeout" => each(&mut |argument| match argument.split_once('=') {
            Some((pattern, limit)) => {
                let pattern = if fits(pattern.as_bytes(), SHELL) { "session:*" } else { "x11-connection" };
                format!("{pattern}={}", time(limit))
            }
            None => "x".to_owned(),
        }),
        "match" => match directive.arguments.as_slice() {
            [] => String::new(),
            [only] if only.eq_ignore_ascii_case("all") => "all".to_owned(),
            _ => "user somebody".to_owned(),
        },
        "include" if directive.arguments.is_empty() => String::new(),
        "include" => {
            let mut files = Vec::new();
            for argument in &directive.arguments {
                match argument.as_str() {
                    "" => files.push("\"\"".to_owned()),
                    argument => files.extend(scrubber.pattern(&included_path(argument))),
                }
            }
            if files.is_empty() {
                return None;
            }
            files.join(" ")
        }
        "authorizedkeysfile" if is_none => "none".to_owned(),
        "authorizedkeysfile" => each(&mut |argument| key_file(scrubber, argument)),
        "authorizedkeyscommand" | "trustedusercakeys" => (if is_none { "none" } else { "/scrubbed" }).to_owned(),
        "pubkeyauthentication" => {
            (if first.is_some_and(|first| first.eq_ignore_ascii_case("no")) { "no" } else { "yes" }).to_owned()
        }
        "permitrootlogin"
        | "passwordauthentication"
        | "kbdinteractiveauthentication"
        | "challengeresponseauthentication"
        | "skeyauthentication"
        | "permitemptypasswords"
        | "hostbasedauthentication"
        | "ignorerhosts"
        | "x11forwarding"
        | "allowtcpforwarding"
        | "gatewayports"
        | "permittunnel"
        | "loglevel"
        | "usepam" => each(&mut |word| known(word, &WORDS)),
        "listenaddress" => each(&mut address),
        "allowusers" | "allowgroups" | "denyusers" | "denygroups" => {
            each(&mut |name| if name.trim_matches('*').is_empty() { "*" } else { "somebody" }.to_owned())
        }
        "authenticationmethods" => each(&mut |list| {
            let methods = list.split(',').map(|method| known(method.split(':').next().unwrap_or_default(), &METHODS));
            methods.collect::<Vec<_>>().join(",")
        }),
        "ciphers" | "macs" | "kexalgorithms" => each(&mut algorithms),
        _ => return None,
    })
}

/// Words that are values.
const WORDS: [&str; 22] = [
    "yes",
    "no",
    "prohibit-password",
    "without-password",
    "forced-commands-only",
    "shosts-only",
    "all",
    "remote",
    "local",
    "clientspecified",
    "point-to-point",
    "ethernet",
    "quiet",
    "fatal",
    "error",
    "info",
    "verbose",
    "debug",
    "debug1",
    "debug2",
    "debug3",
    "any",
];
/// Ways to sign in.
const METHODS: [&str; 7] =
    ["any", "none", "publickey", "password", "keyboard-interactive", "hostbased", "gssapi-with-mic"];

/// One of these words; `x` for any other, which sshd refuses in place of what it refused.
fn known(word: &str, words: &[&str]) -> String {
    let found = words.iter().find(|known| word.eq_ignore_ascii_case(known));
    found.map_or("x", |found| found).to_owned()
}

/// An address of this machine alone, or of all its networks, stays; any other is one of those for examples.
pub(super) fn address(text: &str) -> String {
    const KEPT: [&str; 8] =
        ["127.0.0.1", "127.0.0.1:22", "[::1]:22", "::1", "localhost", "localhost:22", "0.0.0.0", "::"];
    if KEPT.contains(&text) {
        return text.to_owned();
    }
    let is_local = text.starts_with("127.") || text.starts_with("[::1]") || text.starts_with('/');
    if is_local { "127.0.0.1" } else { "192.0.2.1" }.to_owned()
}

/// The weak ones of a list, and one that is not for the others.
fn algorithms(text: &str) -> String {
    let sign = text.get(..1).filter(|sign| "+-^".contains(*sign)).unwrap_or_default();
    let names = text.trim_start_matches(['+', '-', '^']).split(',');
    let kept = names.map(|name| {
        let name = name.to_ascii_lowercase();
        algorithms::WEAK.iter().find(|weak| name == **weak).map_or("aes256-ctr", |weak| weak)
    });
    format!("{sign}{}", kept.collect::<Vec<_>>().join(","))
}

/// A number with its units; what is none stays none.
pub(super) fn time(text: &str) -> String {
    let sound = text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit() || b"-smhdwSMHDW".contains(&byte));
    if sound && !text.is_empty() { text.to_owned() } else { "x".to_owned() }
}

/// A pattern of files of keys, whose signs for the account stay.
pub(super) fn key_file(scrubber: &mut Scrubber, pattern: &str) -> String {
    let parts: Vec<String> = pattern
        .split('/')
        .map(|part| {
            let Some((before, rest)) = part.split_once('%') else { return scrubber.names.part(part) };
            let mut written = scrubber.names.part(before);
            for (at, text) in rest.split('%').enumerate() {
                let sign = text.get(..1).filter(|sign| "huU".contains(*sign));
                let behind = if sign.is_some() { text.get(1..).unwrap_or_default() } else { text };
                written.push('%');
                written.push_str(sign.unwrap_or("%"));
                // `%%` is split into an empty part and what is behind it.
                if !(sign.is_none() && at > 0 && behind.is_empty()) {
                    written.push_str(&scrubber.names.part(behind));
                }
            }
            written
        })
        .collect();
    parts.join("/")
}
