//! Units of systemd and what they tell sshd and terminals, services of inetd, and display managers, each written anew from
//! what is read of it.

use std::fmt::Write as _;

use super::files::Named;
use super::form::Form;
use super::{Scrubber, sshd};
use crate::collect::automatic_sign_in::{getty, greetd, key_files, sddm};
use crate::collect::ipsec::programs::CHARON_SYSTEMD;
use crate::collect::key_file;
use crate::collect::remote_access::inetd::{self, Service};
use crate::collect::remote_access::tools;
use crate::collect::ssh_daemon::command_line;
use crate::collect::systemd_config::values;
use crate::collect::systemd_unit::{arguments, words};

/// What no program reads as a file of its own.
const BROKEN: &[u8] = b"x\n";

/// The keys of units that are read, with their sections.
const KEYS: [(&str, &str); 4] =
    [("Service", "ExecStart"), ("Service", "EnvironmentFile"), ("Service", "Environment"), ("Socket", "ListenStream")];

pub(super) fn unit(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    for (section, key) in KEYS {
        let Ok(found) = values(bytes, section, key) else { return vec![0xff] };
        for value in found {
            let kept = match key {
                _ if value.is_empty() => String::new(),
                "ExecStart" => command(scrubber, &words(&value)),
                "EnvironmentFile" => {
                    let path = value.trim_start_matches('-');
                    format!("-{}", scrubber.names.path(path))
                }
                "Environment" => environment(scrubber, &arguments(&value).join("\n")),
                _ => sshd::address(&value),
            };
            _ = writeln!(text, "[{section}]\n{key}={kept}");
        }
    }
    text.into_bytes()
}

/// The files that a unit takes variables from.
pub(super) fn unit_files(bytes: &[u8]) -> Vec<Named> {
    let files = values(bytes, "Service", "EnvironmentFile").unwrap_or_default().into_iter();
    files.map(|file| Named::of(file.trim_start_matches('-'), Form::UnitVariables)).collect()
}

/// The command of a unit, where it is sshd's, strongSwan's or a terminal's.
fn command(scrubber: &mut Scrubber, words: &[String]) -> String {
    let Some((program, rest)) = words.split_first() else { return String::new() };
    if program.ends_with("getty") {
        return match getty::account(words) {
            Some(account) => format!("/sbin/agetty --autologin {}", scrubber.names.account(&account)),
            None => "/sbin/agetty".to_owned(),
        };
    }
    if program.ends_with(CHARON_SYSTEMD) {
        return format!("/usr/sbin{CHARON_SYSTEMD}");
    }
    if program.ends_with("/sshd") {
        format!("/usr/sbin/sshd {}", options(scrubber, rest))
    } else {
        "/bin/true".to_owned()
    }
}

/// Options of sshd, and the variables that hold others.
fn options(scrubber: &mut Scrubber, words: &[String]) -> String {
    let (variables, own): (Vec<String>, Vec<String>) = words.iter().cloned().partition(|word| word.starts_with('$'));
    let Some(line) = command_line::read(&own) else { return "-o".to_owned() };
    let mut text = String::new();
    for directive in &line.directives {
        if let Some(kept) = sshd::arguments(scrubber, directive) {
            _ = write!(text, "\"-o{} {kept}\" ", directive.keyword);
        }
    }
    for port in &line.ports {
        _ = write!(text, "-p {} ", sshd::time(port));
    }
    if let Some(file) = &line.file {
        _ = write!(text, "-f {} ", scrubber.names.path(file));
    }
    for variable in variables.iter().filter(|variable| is_variable(variable.trim_matches(['$', '{', '}']))) {
        _ = write!(text, "{variable} ");
    }
    text
}

/// Variables that units of sshd use.
fn is_variable(name: &str) -> bool {
    ["SSHD_OPTS", "OPTIONS", "CRYPTO_POLICY"].contains(&name)
}

fn environment(scrubber: &mut Scrubber, text: &str) -> String {
    let mut kept = String::new();
    for name in ["SSHD_OPTS", "OPTIONS", "CRYPTO_POLICY"] {
        if let Some(value) = command_line::variable(text, name) {
            let options = options(scrubber, &arguments(&value));
            _ = write!(kept, "{name}='{options}' ");
        }
    }
    kept
}

pub(super) fn variables(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    environment(scrubber, &text).trim_end().replace("' ", "'\n").into_bytes()
}

/// A service of inetd that is one of the programs that are looked for, or sshd: what stands for its name, for what it begins,
/// and for what that is told.
fn known_service(scrubber: &mut Scrubber, service: &Service) -> Option<(String, &'static str, String)> {
    let port = service.port.map(|port| port.to_string());
    if service.programs.iter().any(|program| program == "sshd") {
        let name = port.unwrap_or_else(|| if service.name == "ssh" { "ssh" } else { "x" }.to_owned());
        return Some((name, "sshd", options(scrubber, &service.arguments).replace('"', "")));
    }
    let tool = tools::TOOLS.iter().find(|tool| tool.is_begun_by(service))?;
    let name = tool.services.iter().find(|name| **name == service.name).copied().unwrap_or("x");
    Some((name.to_owned(), tool.processes.first().copied().unwrap_or("x"), String::new()))
}

pub(super) fn inetd(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = Vec::new();
    for service in inetd::services(&text) {
        if let Some((name, program, told)) = known_service(scrubber, &service) {
            let address = service.address.map(|address| format!("{}:", sshd::address(&address)));
            let address = address.unwrap_or_default();
            lines.push(format!("{address}{name} stream tcp nowait root /usr/sbin/{program} {program} {told}"));
        }
    }
    lines.join("\n").into_bytes()
}

pub(super) fn xinetd(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let found = inetd::xinetd(&String::from_utf8_lossy(bytes));
    let mut ids = |ids: &[String]| ids.iter().map(|id| scrubber.names.part(id)).collect::<Vec<_>>().join(" ");
    let mut text = if found.reads_elsewhere() { "includedir /x\n" } else { "" }.to_owned();
    text.push_str("defaults\n{\n");
    if let Some(enabled) = &found.enabled {
        _ = writeln!(text, " enabled = {}", ids(enabled));
    }
    _ = writeln!(text, " disabled = {}\n}}", ids(&found.disabled));
    for service in &found.services {
        if let Some((name, program, told)) = known_service(scrubber, service) {
            let id = scrubber.names.part(&service.id);
            _ = writeln!(text, "service {name}\n{{\n id = {id}\n server = /usr/sbin/{program}\n server_args = {told}");
            if let Some(address) = &service.address {
                _ = writeln!(text, " bind = {}", sshd::address(address));
            }
            if let Some(port) = service.port {
                _ = writeln!(text, " port = {port}");
            }
            text.push_str("}\n");
        }
    }
    text.into_bytes()
}

pub(super) fn gdm(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(file) = key_file::parse(bytes) else { return BROKEN.to_vec() };
    let mut text = "[daemon]\n".to_owned();
    for key in ["AutomaticLoginEnable", "TimedLoginEnable"] {
        if let Some(value) = key_file::value(&file, "daemon", key) {
            let value = if value.eq_ignore_ascii_case("true") || value == "1" { "true" } else { "false" };
            _ = writeln!(text, "{key}={value}");
        }
    }
    for key in ["AutomaticLogin", "TimedLogin"] {
        if let Some(value) = key_file::value(&file, "daemon", key) {
            _ = writeln!(text, "{key}={}", scrubber.names.account(value));
        }
    }
    text.into_bytes()
}

pub(super) fn lightdm(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(file) = key_file::parse(bytes) else { return BROKEN.to_vec() };
    let mut seats = key_files::Seats::new();
    key_files::add_lightdm(&mut seats, "", &file);
    let mut text = String::new();
    for (section, seat) in &seats {
        let name = section.strip_prefix("Seat:").filter(|name| *name != "*" && *name != "seat0");
        let section = name.map_or_else(|| section.clone(), |name| format!("Seat:{}", scrubber.names.part(name)));
        _ = writeln!(text, "[{section}]");
        for key in ["allow-guest", "autologin-guest"] {
            if let Some(on) = key_files::lightdm_flag(seat, key) {
                _ = writeln!(text, "{key}={on}");
            }
        }
        if let Some((user, _)) = seat.get("autologin-user") {
            _ = writeln!(text, "autologin-user={}", scrubber.names.account(user));
        }
    }
    text.into_bytes()
}

pub(super) fn lxdm(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(file) = key_file::parse(bytes) else { return BROKEN.to_vec() };
    let user = key_files::lxdm(&file).map(|user| scrubber.names.account(&user));
    user.map_or_else(Vec::new, |user| format!("[base]\nautologin={user}\n").into_bytes())
}

pub(super) fn sddm(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let user = sddm::value(&String::from_utf8_lossy(bytes), "Autologin", "User");
    user.map_or_else(Vec::new, |user| format!("[Autologin]\nUser={}\n", scrubber.names.account(&user)).into_bytes())
}

pub(super) fn greetd(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let user = greetd::initial_user(&String::from_utf8_lossy(bytes));
    user.map_or_else(Vec::new, |user| {
        format!("[initial_session]\nuser = \"{}\"\n", scrubber.names.account(&user)).into_bytes()
    })
}

pub(super) fn default_display_manager(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    line.map_or_else(Vec::new, |path| format!("{}\n", scrubber.names.path(path)).into_bytes())
}
