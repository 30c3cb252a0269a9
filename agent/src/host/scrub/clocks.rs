//! Files and answers of time services, and other files of systemd.

use std::fmt::Write as _;
use std::path::Path;

use super::learning::ntp_included;
use super::{NOT_FOLLOWED, Scrubber, known};
use crate::collect::glob::has_pattern;
use crate::collect::systemd_config::{SystemdConfigError, time_span, values};
use crate::collect::time_sync::chrony_conf::{Include, parse};
use crate::collect::time_sync::control_message;
use crate::collect::time_sync::ntpd::{Line, ignores_dhcp, lines};

/// What of ntpd's variables is told.
const VARIABLES: [&str; 5] = ["leap", "stratum", "refid", "reftime", "offset"];

pub(super) fn chrony(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let conf = parse(&String::from_utf8_lossy(bytes));
    let mut written = String::new();
    for source in &conf.sources {
        match source.strip_prefix("refclock ") {
            Some(driver) if known::is_reference_clock(driver) => _ = writeln!(written, "refclock {driver}"),
            Some(_) => written.push_str("refclock OTHER\n"),
            None => _ = writeln!(written, "server {}", scrubber.host(source)),
        }
    }
    for include in &conf.includes {
        match include {
            Include::Files(pattern) => {
                for file in scrubber.pattern(pattern) {
                    _ = writeln!(written, "include {file}");
                }
            }
            Include::Folders(folders) | Include::Sources(folders) => {
                let word = if matches!(include, Include::Folders(_)) { "confdir" } else { "sourcedir" };
                let folder = |folder: &String| {
                    if has_pattern(folder) { NOT_FOLLOWED.to_owned() } else { scrubber.names.path(folder) }
                };
                let folders: Vec<String> = folders.iter().map(folder).collect();
                _ = writeln!(written, "{word} {}", folders.join(" "));
            }
        }
    }
    for (word, path) in [("pidfile", &conf.pid_file), ("bindcmdaddress", &conf.command_socket)] {
        if let Some(path) = path {
            _ = writeln!(written, "{word} {}", scrubber.names.path(path));
        }
    }
    written.into_bytes()
}

pub(super) fn ntp(scrubber: &mut Scrubber, path: &Path, bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    for line in lines(&String::from_utf8_lossy(bytes)) {
        match line {
            Line::Source(name) => _ = writeln!(written, "server \"{}\"", scrubber.host(&name)),
            Line::Include(name) => {
                _ = writeln!(written, "includefile \"{}\"", scrubber.names.path(&ntp_included(path, &name)));
            }
        }
    }
    written.into_bytes()
}

/// Of what Debian's service of ntpd is told, whether it passes over servers of a DHCP client.
pub(super) fn ntp_defaults(bytes: &[u8]) -> Vec<u8> {
    (if ignores_dhcp(&String::from_utf8_lossy(bytes)) { "IGNORE_DHCP=yes\n" } else { "" }).into()
}

pub(super) fn timesyncd(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = "[Time]\n".to_owned();
    for key in ["NTP", "FallbackNTP"] {
        let found = match values(bytes, "Time", key) {
            Ok(found) => found,
            Err(error) => return broken(&error),
        };
        for value in found {
            let names: Vec<String> = value.split_whitespace().map(|name| scrubber.host(name)).collect();
            _ = writeln!(written, "{key}={}", names.join(" "));
        }
    }
    written.into_bytes()
}

pub(super) fn logind(bytes: &[u8]) -> Vec<u8> {
    const KEY: &str = "StopIdleSessionSec";
    let found = match values(bytes, "Login", KEY) {
        Ok(found) => found,
        Err(error) => return broken(&error),
    };
    let lines = found.iter().map(|value| {
        // Of a length nothing but digits and units is read.
        let value = if time_span(value).is_some() { value } else { "x" };
        format!("{KEY}={value}\n")
    });
    format!("[Login]\n{}", lines.collect::<String>()).into_bytes()
}

fn broken(error: &SystemdConfigError) -> Vec<u8> {
    match error {
        SystemdConfigError::NotText => vec![0xff],
        SystemdConfigError::TooLong => vec![b'\n'; 20_001],
    }
}

/// The number of a process.
pub(super) fn process_number(bytes: &[u8]) -> Vec<u8> {
    let number = String::from_utf8_lossy(bytes).trim().parse::<u32>();
    number.map(|number| format!("{number}\n")).unwrap_or_default().into_bytes()
}

/// ntpd's answer, with only those variables that are read.
pub(super) fn ntp_answer(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Some((header, _)) = bytes.split_first_chunk::<12>() else { return Vec::new() };
    let mut text = String::new();
    if let Ok(told) = control_message::variables(bytes) {
        for name in VARIABLES {
            let Some(value) = told.text(name) else { continue };
            let numeric = value.len() <= 24 && value.bytes().all(|b| b.is_ascii_hexdigit() || b"x.+-".contains(&b));
            let value = match name {
                "refid" => scrubber.source(value),
                _ if numeric => value.to_owned(),
                _ => "x".to_owned(),
            };
            let separator = if text.is_empty() { "" } else { ", " };
            _ = write!(text, "{separator}{name}={value}");
        }
    }
    let [head @ .., _, _] = *header;
    let count = u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes();
    [head.as_slice(), &count, text.as_bytes()].concat()
}
