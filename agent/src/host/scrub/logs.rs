//! Logs and what is said of them, written anew from what is read of each.

use std::fmt::Write as _;

use super::Scrubber;
use crate::collect::glob::has_pattern;
use crate::collect::logs::audit_rules::{Blanks, Rules, merged};
use crate::collect::logs::auditd::{self, AuditdError};
use crate::collect::logs::journal_header;
use crate::collect::logs::logrotate::{self, Every, LogrotateError, Setting};
use crate::collect::logs::rsyslog::{self, Encryption, Input, RsyslogError, Share, Shares, Statement, Target};
use crate::collect::systemd_config::{SystemdConfigError, values};

const LINES_TOO_MANY: usize = 20_001;
/// What stands for the identity of this installation.
const OWN: &str = "00000000000000000000000000000000";
/// Where the header of a journal names the installation that wrote it.
const MACHINE_AT: usize = 40;

/// Settings of journald.
pub(super) fn journald(bytes: &[u8]) -> Vec<u8> {
    const KEYS: [&str; 6] =
        ["Storage", "SystemMaxUse", "MaxRetentionSec", "ForwardToSyslog", "MaxLevelStore", "MaxLevelSyslog"];
    let mut written = "[Journal]\n".to_owned();
    for key in KEYS {
        let found = match values(bytes, "Journal", key) {
            Ok(found) => found,
            Err(SystemdConfigError::NotText) => return vec![0xff],
            Err(SystemdConfigError::TooLong) => return vec![b'\n'; LINES_TOO_MANY],
        };
        for value in found {
            // Of a value nothing but a word or a number with its unit is read.
            let sound =
                value.len() <= 16 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" .".contains(&byte));
            let words: Vec<&str> = value.split(|sign: char| !sign.is_ascii_alphabetic()).collect();
            let known = words.iter().all(|word| {
                word.len() <= 3
                    || ["persistent", "auto", "volatile", "none", "true", "false"].contains(word)
                    || ["emerg", "alert", "crit", "warning", "notice", "info", "debug"].contains(word)
                    || is_unit(word)
            });
            _ = writeln!(written, "{key}={}", if sound && known { value.as_str() } else { "x" });
        }
    }
    written.into_bytes()
}

fn is_unit(word: &str) -> bool {
    const UNITS: [&str; 9] = ["usec", "msec", "second", "minute", "hour", "days", "week", "month", "year"];
    UNITS.contains(&word.trim_end_matches('s')) || word == "days" || word == "infinity"
}

/// Where systemd-journal-upload sends records.
pub(super) fn journal_upload(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let mut written = "[Upload]\n".to_owned();
    for url in values(bytes, "Upload", "URL").unwrap_or_default() {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", &url));
        let scheme = if scheme == "http" { "http" } else { "https" };
        let host = rest.split('/').next().unwrap_or_default();
        let host = host.trim_start_matches('[').split([']']).next().unwrap_or_default();
        let host =
            if host.parse::<std::net::IpAddr>().is_ok() { host } else { host.split(':').next().unwrap_or_default() };
        let stand_in = if host.is_empty() { String::new() } else { scrubber.host(host) };
        let stand_in = if stand_in.contains(':') { format!("[{stand_in}]") } else { stand_in };
        _ = writeln!(
            written,
            "URL={}",
            if url.trim().is_empty() { String::new() } else { format!("{scheme}://{stand_in}") }
        );
    }
    written.into_bytes()
}

/// Rules of rsyslog.
pub(super) fn rsyslog(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let statements = match rsyslog::parse(bytes) {
        Ok(statements) => statements,
        Err(RsyslogError::NotText) => return vec![0xff],
        Err(RsyslogError::Unclosed) => return b"action(".to_vec(),
        Err(RsyslogError::TooLong) => return "auth.* /x\n".repeat(rsyslog::STATEMENTS_MAX + 1).into_bytes(),
    };
    let mut written = String::new();
    for statement in statements {
        match statement {
            Statement::Include(path) if path.is_empty() => {}
            Statement::Include(path) => {
                for path in included(scrubber, &path) {
                    _ = writeln!(written, "include(file=\"{path}\")");
                }
            }
            Statement::Driver(encrypts) => {
                _ = writeln!(written, "$DefaultNetstreamDriver {}", if encrypts { "gtls" } else { "ptcp" });
            }
            Statement::Mode(encrypted) => _ = writeln!(written, "$ActionSendStreamDriverMode {}", i32::from(encrypted)),
            Statement::Input(input) => written.push_str(match input {
                Input::Journal => "module(load=\"imjournal\")\n",
                Input::Socket => "module(load=\"imuxsock\")\n",
                Input::OwnSocket => "input(type=\"imuxsock\" socket=\"/dev/log\")\n",
                Input::NoSocket => "$OmitLocalLogging on\n",
            }),
            Statement::Template { name, text } => {
                let (name, text) = (template(scrubber, &name), made(scrubber, &text));
                _ = writeln!(written, "template(name=\"{name}\" type=\"string\" string=\"{text}\")");
            }
            Statement::Action { taken, target } => {
                _ = writeln!(written, "if {} then {{", condition(taken));
                // What was written just before a message is taken out was told before: only that it was is said here.
                if let Target::Discard(outputs) = &target {
                    for output in outputs {
                        let output = match output.strip_prefix('?') {
                            Some(name) => Target::ByTemplate(name.to_owned()),
                            None => Target::File(output.clone()),
                        };
                        _ = writeln!(written, "{}", action(scrubber, &output));
                    }
                }
                _ = writeln!(written, "{}\n}}", action(scrubber, &target));
            }
        }
    }
    written.into_bytes()
}

/// A condition that holds for those messages on sign-ins.
fn condition(Shares(taken): Shares) -> String {
    let of = |wanted: Share| {
        let names = ["auth", "authpriv"].into_iter().zip(taken).filter(|(_, share)| *share == wanted);
        let names: Vec<&str> = names.map(|(name, _)| name).collect();
        if names.is_empty() { "mail.*".to_owned() } else { format!("{}.*", names.join(",")) }
    };
    format!("prifilt(\"{}\") or (prifilt(\"{}\") and $msg contains 'x')", of(Share::All), of(Share::Some))
}

/// The name of a template, of which nothing but that it is one is kept.
fn template(scrubber: &mut Scrubber, name: &str) -> String {
    quotable(&scrubber.names.part(name))
}

/// What a template makes: the folder that is the same for all files.
fn made(scrubber: &mut Scrubber, text: &str) -> String {
    let Some((fixed, _)) = text.split_once('%') else { return quotable(&scrubber.names.path(text)) };
    let folder = fixed.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = if folder.is_empty() { String::new() } else { scrubber.names.path(folder) };
    quotable(&format!("{folder}/%x%"))
}

/// The files that an include of rsyslog means. A folder stays one.
fn included(scrubber: &mut Scrubber, path: &str) -> Vec<String> {
    match path.strip_suffix('/') {
        Some(folder) => vec![format!("{}/", scrubber.names.path(folder))],
        None if has_pattern(path) => scrubber.pattern(path),
        None => vec![scrubber.names.path(path)],
    }
}

fn action(scrubber: &mut Scrubber, target: &Target) -> String {
    match target {
        Target::Discard(_) => "stop".to_owned(),
        Target::Elsewhere => "call x".to_owned(),
        Target::ByTemplate(name) => {
            format!("action(type=\"omfile\" dynafile=\"{}\")", template(scrubber, name))
        }
        Target::File(path) => format!("action(type=\"omfile\" file=\"{}\")", quotable(&scrubber.names.path(path))),
        Target::Host { host, encryption } => {
            let host = quotable(&scrubber.host(host));
            match encryption {
                Encryption::AsBefore => format!("@@[{host}]"),
                Encryption::No => format!("action(type=\"omfwd\" target=\"{host}\")"),
                Encryption::Yes => format!("action(type=\"omrelp\" target=\"{host}\" tls=\"on\")"),
                Encryption::ByDriver => {
                    format!("action(type=\"omfwd\" target=\"{host}\" protocol=\"tcp\" streamdrivermode=\"1\")")
                }
            }
        }
    }
}

fn quotable(text: &str) -> String {
    text.replace(['"', '\\', '\n'], "x")
}

/// Settings and sections of logrotate.
pub(super) fn logrotate(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let statements = match logrotate::parse(bytes) {
        Ok(statements) => statements,
        Err(LogrotateError::NotText) => return vec![0xff],
        Err(_) => return vec![b'\n'; LINES_TOO_MANY],
    };
    let mut written = String::new();
    for statement in statements {
        match statement {
            logrotate::Statement::Setting(setting) => written.push_str(&line(scrubber, &setting)),
            logrotate::Statement::Include(path) => {
                _ = writeln!(written, "include {}", scrubber.names.path(&path));
            }
            logrotate::Statement::PassedOver { adds, patterns } => {
                let sign = if adds { "+ " } else { "" };
                _ = writeln!(
                    written,
                    "taboopat {sign}{}",
                    patterns.iter().map(|pattern| passed_over(scrubber, pattern)).collect::<Vec<_>>().join(" ")
                );
            }
            logrotate::Statement::Section { paths, settings } => {
                written.push_str(&head(scrubber, &paths));
                for setting in &settings {
                    written.push_str(&line(scrubber, setting));
                }
                written.push_str("}\n");
            }
            logrotate::Statement::Refused { paths, .. } => {
                written.push_str(&head(scrubber, &paths));
                written.push_str("rotate x\n}\n");
            }
            logrotate::Statement::Stops(_) => written.push_str("rotate x\n"),
        }
    }
    written.into_bytes()
}

/// The logs of a section, up to its `{`. A section of nothing is none.
fn head(scrubber: &mut Scrubber, paths: &[String]) -> String {
    let paths = paths.iter().flat_map(|path| scrubber.pattern(path)).collect::<Vec<_>>();
    let mut written = String::new();
    for path in paths {
        _ = writeln!(written, "\"{}\"", path.replace(['\\', '"'], "x"));
    }
    written.push_str("/x\n{\n");
    written
}

/// A pattern of names: what distributions have stays, of others what names end in; any other fits nothing.
fn passed_over(scrubber: &mut Scrubber, pattern: &str) -> String {
    if logrotate::PASSED_OVER.contains(&pattern) {
        return pattern.to_owned();
    }
    match pattern.strip_prefix("*.").filter(|ending| !ending.contains(['*', '?', '[', '\\', '.'])) {
        Some(ending) => {
            let name = scrubber.names.part(&format!("x.{ending}"));
            name.rsplit_once('.').map_or_else(|| "x".to_owned(), |(_, end)| format!("*.{end}"))
        }
        None => "x".to_owned(),
    }
}

fn line(scrubber: &mut Scrubber, setting: &Setting) -> String {
    match setting {
        Setting::Size(size) => format!("size {size}\n"),
        Setting::MaxSize(size) => format!("maxsize {size}\n"),
        Setting::Every(every) => {
            let word = match every {
                Every::Hour => "hourly",
                Every::Day => "daily",
                Every::Week => "weekly",
                Every::Month => "monthly",
                Every::Year => "yearly",
                Every::Size => "size 1M",
            };
            format!("{word}\n")
        }
        Setting::Rotate(count) => format!("rotate {count}\n"),
        Setting::MaxAge(days) => format!("maxage {days}\n"),
        Setting::OldFolder(Some(folder)) => format!("olddir {}\n", scrubber.names.path(folder)),
        // It is what files of the host end in, and names keep such endings.
        Setting::Extension(extension) if extension.starts_with('.') => {
            let name = scrubber.names.part(&format!("x{extension}"));
            format!("extension {}\n", name.rsplit_once('.').map_or_else(String::new, |(_, end)| format!(".{end}")))
        }
        Setting::Extension(_) => String::new(),
        Setting::OldFolder(None) => "noolddir\n".to_owned(),
    }
}

/// Settings of auditd.
pub(super) fn auditd(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let found = match auditd::configuration(bytes) {
        Ok(found) => found,
        Err(AuditdError::NotText) => return vec![0xff],
        Err(AuditdError::TooLong) => return vec![b'\n'; LINES_TOO_MANY],
        Err(AuditdError::Refused(_) | AuditdError::Together) => return b"x\n".to_vec(),
    };
    let mut written = format!(
        "space_left = 2\nadmin_space_left = 1\nwrite_logs = {}\nlog_file = {}\nmax_log_file_action = {}\nnum_logs = {}\n",
        if found.writes { "yes" } else { "no" },
        scrubber.names.path(&found.log_file),
        found.size_action.word(),
        found.files_kept
    );
    if let Some(size) = found.file_size_max {
        _ = writeln!(written, "max_log_file = {}", size.bytes() >> 20);
    }
    if let Some(action) = found.space_left_action {
        let program = if action == "exec" { " /x" } else { "" };
        _ = writeln!(written, "space_left_action = {action}{program}");
    }
    written.into_bytes()
}

/// Rules of auditd.
pub(super) fn audit_rules(scrubber: &mut Scrubber, bytes: &[u8]) -> Vec<u8> {
    let rules = match merged(&[bytes.to_vec()], Blanks::Matched) {
        Ok(lines) => Rules::of(lines.iter().map(String::as_str)),
        Err(AuditdError::TooLong) => return vec![b'\n'; LINES_TOO_MANY],
        Err(_) => return vec![0xff],
    };
    let mut written = String::new();
    for path in &rules.watched {
        // Blanks would part it.
        let path = scrubber.names.path(path).replace(char::is_whitespace, "x");
        _ = writeln!(written, "-w {path} -p wa");
    }
    if let Some(enabled) = rules.enabled {
        _ = writeln!(written, "-e {enabled}");
    }
    written.into_bytes()
}

/// The header of a journal, without what it says of the machine; a broken one stays broken.
pub(super) fn journal(scrubber: &Scrubber, bytes: &[u8]) -> Vec<u8> {
    let Ok(header) = journal_header::parse(bytes) else { return b"x".to_vec() };
    let own = u128::from_str_radix(&scrubber.machine, 16) == Ok(u128::from_be_bytes(header.machine_id));
    let mut kept = vec![0; bytes.len()];
    // Flags, state, the file, where its index is, its numbers and times: nothing of it names anybody. Entries are not kept.
    for range in [0..24, 24..40, 72..88, 120..136, 152..160, 168..176, 184..200] {
        if let (Some(to), Some(from)) = (kept.get_mut(range.clone()), bytes.get(range)) {
            to.copy_from_slice(from);
        }
    }
    if !own && let Some(machine) = kept.get_mut(MACHINE_AT..MACHINE_AT + 16) {
        machine.fill(0xff);
    }
    kept
}

/// The identity of this installation, or of a start of the kernel.
pub(super) fn identity(bytes: &[u8]) -> Vec<u8> {
    if bytes.iter().all(u8::is_ascii_whitespace) { Vec::new() } else { format!("{OWN}\n").into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::super::NOT_FOLLOWED;
    use super::*;

    #[test]
    fn what_is_not_followed_stays_so() {
        let mut scrubber = Scrubber::of_nothing();
        assert_eq!(scrubber.pattern("/etc/[[:alpha:]]"), [NOT_FOLLOWED]);
        assert_eq!(rsyslog(&mut scrubber, b"{"), b"action(");
        assert_eq!(logrotate(&mut scrubber, b"rotate many"), b"rotate x\n");
        assert_eq!(journal(&scrubber, b"tanaka"), b"x");
    }

    #[test]
    fn settings_of_journald_are_words_and_numbers() {
        assert_eq!(
            journald(b"[Journal]\nStorage=persistent\nStorage=of tanaka\nMaxRetentionSec=3 month\n#SystemMaxUse=1G\nTTYPath=/dev/x\n"),
            b"[Journal]\nStorage=persistent\nStorage=x\nMaxRetentionSec=3 month\n"
        );
    }
}
