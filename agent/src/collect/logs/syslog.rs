//! The syslog daemon: which files take messages on sign-ins, and where records are sent.

use tenken_model::fact::logs::{LogForward, LogForwarder, Syslog, SyslogDaemon};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::journald::Settings;
use super::media::Media;
use super::routes::{Inputs, Routes, TARGETS_MAX};
use super::rsyslog::{STATEMENTS_MAX, Statement, parse};
use super::running::{is_installed, is_running};
use super::selector::FACILITIES;
use crate::collect::systemd_config::files::Files;
use crate::collect::{Look, glob};

/// rsyslog's own file.
const RSYSLOG: &str = "/etc/rsyslog.conf";
const RSYSLOGD: [&str; 2] = ["/usr/sbin/rsyslogd", "/sbin/rsyslogd"];
const SYSLOG_NG: [&str; 2] = ["/usr/sbin/syslog-ng", "/sbin/syslog-ng"];
const UPLOAD: [&str; 2] = ["/usr/lib/systemd/systemd-journal-upload", "/lib/systemd/systemd-journal-upload"];
const FILE_MAX: Size = Size::from_bytes(256 * 1024);
/// How deep files include files, and how many are followed.
const DEPTH_MAX: usize = 10;
const FILES_MAX: usize = 256;

/// What is known of journald: nothing where it is not installed.
type Journald<'s> = Result<Option<&'s Settings>, &'s Reason>;
type Sent = Result<Vec<LogForward>, Reason>;

/// What the syslog daemon does, as far as it could be read.
pub(super) struct Told {
    pub(super) syslog: Read<Option<Syslog>>,
    pub(super) forwards: Read<Vec<LogForward>>,
    pub(super) files: Vec<String>,
}

/// Reads the daemon that is installed, and what is sent without it.
pub(super) fn read(look: &Look<'_>, journald: Journald<'_>, media: &Media) -> Told {
    let (syslog, files, sent) = match daemon(look, journald, media) {
        Ok((syslog, files, sent)) => (Read::Measured(syslog), files, sent),
        Err(reason) => (Read::NotRead(reason.clone()), Vec::new(), Err(reason)),
    };
    let forwards = sent.and_then(|mut sent| {
        sent.extend(uploaded(look)?);
        sent.truncate(TARGETS_MAX);
        Ok(sent)
    });
    Told { syslog, forwards: forwards.into(), files }
}

fn daemon(
    look: &Look<'_>,
    journald: Journald<'_>,
    media: &Media,
) -> Result<(Option<Syslog>, Vec<String>, Sent), Reason> {
    let unread = |daemon, running, reason: Reason| Syslog {
        daemon,
        running,
        sign_in_files: Read::NotRead(reason.clone()),
        missing_facilities: Read::NotRead(reason),
    };
    if is_installed(look, &RSYSLOGD)? {
        let running = is_running(look, "rsyslogd")?;
        let mut followed = Followed { look, files: 0, statements: Vec::new() };
        let is_on_disk = |path: &str| media.in_memory(look, path).map(|in_memory| !in_memory);
        let read = followed.file(RSYSLOG, 0);
        let routes = match read.and_then(|()| Routes::follow(followed.statements, &is_on_disk)) {
            Ok(routes) => routes,
            Err(reason) => {
                let syslog = unread(SyslogDaemon::Rsyslog, running, reason.clone());
                return Ok((Some(syslog), Vec::new(), Err(reason)));
            }
        };
        let kept = match receives(routes.inputs, journald) {
            Ok(true) => routes.kept(),
            Ok(false) => Ok((Vec::new(), FACILITIES.iter().map(|name| (*name).to_owned()).collect())),
            Err(reason) => Err(reason),
        };
        let syslog = match kept {
            Ok((files, missing)) => Syslog {
                daemon: SyslogDaemon::Rsyslog,
                running,
                sign_in_files: Read::Measured(files),
                missing_facilities: Read::Measured(missing),
            },
            Err(reason) => unread(SyslogDaemon::Rsyslog, running, reason),
        };
        return Ok((Some(syslog), routes.files, Ok(routes.sent)));
    }
    if is_installed(look, &SYSLOG_NG)? {
        let running = is_running(look, "syslog-ng")?;
        let reason = || Reason::new(ReasonCode::Unsupported, "read the configuration of syslog-ng: it is not followed");
        return Ok((Some(unread(SyslogDaemon::SyslogNg, running, reason())), Vec::new(), Err(reason())));
    }
    Ok((None, Vec::new(), Ok(Vec::new())))
}

/// Whether rsyslog is given messages on sign-ins. Where journald runs it owns the socket that programs write to, and rsyslog gets
/// what journald passes on or stores.
fn receives(inputs: Inputs, journald: Journald<'_>) -> Result<bool, Reason> {
    if inputs.own_socket {
        return Ok(true);
    }
    if !inputs.journal && !inputs.socket {
        return Ok(false);
    }
    match journald.map_err(Clone::clone)? {
        Some(settings) => Ok(inputs.journal && settings.stores() || inputs.socket && !settings.withholds()),
        None => Ok(inputs.socket),
    }
}

/// What systemd-journal-upload sends.
fn uploaded(look: &Look<'_>) -> Sent {
    if !is_installed(look, &UPLOAD)? || !is_running(look, "systemd-journal-upload")? {
        return Ok(Vec::new());
    }
    let urls = Files::read(look, "journal-upload.conf")?.values("Upload", "URL")?;
    let url = urls.last().map(|url| url.trim()).filter(|url| !url.is_empty());
    Ok(url.map(forward_of).into_iter().collect())
}

/// Without a scheme it is https.
fn forward_of(url: &str) -> LogForward {
    let (encrypted, rest) = match url.strip_prefix("http://") {
        Some(rest) => (false, rest),
        None => (true, url.strip_prefix("https://").unwrap_or(url)),
    };
    let host = rest.split('/').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    LogForward { by: LogForwarder::JournalUpload, target: host.to_owned(), encrypted, state: None }
}

/// Files that are followed through their includes.
struct Followed<'l, 'h> {
    look: &'l Look<'h>,
    files: usize,
    statements: Vec<Statement>,
}

impl Followed<'_, '_> {
    fn file(&mut self, path: &str, depth: usize) -> Result<(), Reason> {
        self.files += 1;
        if depth > DEPTH_MAX || self.files > FILES_MAX || self.statements.len() > STATEMENTS_MAX {
            let detail = format!("read {path}: includes are too deep, or name too many files or statements");
            return Err(Reason::new(ReasonCode::TooLarge, detail));
        }
        let Some(bytes) = self.look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? else {
            let detail = format!("read {path}: rsyslog is installed, and its configuration is not there");
            return if depth == 0 { Err(Reason::new(ReasonCode::Missing, detail)) } else { Ok(()) };
        };
        let statements =
            parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
        for statement in statements {
            match statement {
                Statement::Include(pattern) => {
                    // A folder means its files.
                    let pattern = if pattern.ends_with('/') { format!("{pattern}*") } else { pattern };
                    let paths =
                        if glob::has_pattern(&pattern) { glob::paths(self.look, &pattern)? } else { vec![pattern] };
                    for path in paths {
                        self.file(&path, depth + 1)?;
                    }
                }
                statement => self.statements.push(statement),
            }
        }
        Ok(())
    }
}
