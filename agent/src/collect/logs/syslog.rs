//! The syslog daemon: which files take messages on sign-ins, and where records are sent.

use tenken_model::fact::logs::{LogForward, LogForwarder, Syslog, SyslogDaemon};
use tenken_model::{Read, Reason, ReasonCode, Size};

use super::rsyslog::{Encryption, Statement, Target, parse};
use super::running::{is_installed, is_running};
use super::selector::{FACILITIES, Taken};
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
/// The most files and targets of one host.
const TARGETS_MAX: usize = 100;

/// What the syslog daemon does.
pub(super) struct Found {
    pub(super) syslog: Read<Option<Syslog>>,
    pub(super) forwards: Read<Vec<LogForward>>,
}

/// Reads the daemon that is installed, and what is sent without it.
pub(super) fn read(look: &Look<'_>) -> Found {
    let (syslog, sent) = match daemon(look) {
        Ok((syslog, sent)) => (Read::Measured(syslog), sent),
        Err(reason) => (Read::NotRead(reason.clone()), Err(reason)),
    };
    let forwards = sent.and_then(|mut sent| {
        sent.extend(uploaded(look)?);
        sent.truncate(TARGETS_MAX);
        Ok(sent)
    });
    Found { syslog, forwards: forwards.into() }
}

type Sent = Result<Vec<LogForward>, Reason>;

fn daemon(look: &Look<'_>) -> Result<(Option<Syslog>, Sent), Reason> {
    if is_installed(look, &RSYSLOGD)? {
        let running = is_running(look, "rsyslogd")?;
        let mut followed = Followed { look, files: 0, read: Routes::default() };
        let routes = followed.file(RSYSLOG, 0).and_then(|()| followed.read.finish());
        let (files, missing, sent) = match routes {
            Ok((files, missing, sent)) => (Read::Measured(files), Read::Measured(missing), Ok(sent)),
            Err((reason, sent)) => (Read::NotRead(reason.clone()), Read::NotRead(reason), sent),
        };
        let daemon = SyslogDaemon::Rsyslog;
        return Ok((Some(Syslog { daemon, running, sign_in_files: files, missing_facilities: missing }), sent));
    }
    if is_installed(look, &SYSLOG_NG)? {
        let running = is_running(look, "syslog-ng")?;
        let reason = || Reason::new(ReasonCode::Unsupported, "read the configuration of syslog-ng: it is not followed");
        let syslog = Syslog {
            daemon: SyslogDaemon::SyslogNg,
            running,
            sign_in_files: Read::NotRead(reason()),
            missing_facilities: Read::NotRead(reason()),
        };
        return Ok((Some(syslog), Err(reason())));
    }
    Ok((None, Ok(Vec::new())))
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
    LogForward { by: LogForwarder::JournalUpload, target: host.to_owned(), encrypted }
}

/// Files that are followed through their includes.
struct Followed<'l, 'h> {
    look: &'l Look<'h>,
    files: usize,
    read: Routes,
}

impl Followed<'_, '_> {
    fn file(&mut self, path: &str, depth: usize) -> Result<(), (Reason, Sent)> {
        let failed = |reason: Reason| (reason.clone(), Err(reason));
        self.files += 1;
        if depth > DEPTH_MAX || self.files > FILES_MAX {
            let detail = format!("read {path}: includes are too deep or name too many files");
            return Err(failed(Reason::new(ReasonCode::TooLarge, detail)));
        }
        let bytes = self.look.read_text_if_there(path, FILE_MAX).map_err(|error| failed(error.reason()))?;
        let Some(bytes) = bytes else {
            let detail = format!("read {path}: rsyslog is installed, and its configuration is not there");
            return if depth == 0 { Err(failed(Reason::new(ReasonCode::Missing, detail))) } else { Ok(()) };
        };
        let statements = parse(&bytes)
            .map_err(|error| failed(Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))))?;
        for statement in statements {
            match statement {
                Statement::Include(pattern) => {
                    // A folder means its files.
                    let pattern = if pattern.ends_with('/') { format!("{pattern}*") } else { pattern };
                    let paths = if glob::has_pattern(&pattern) {
                        glob::paths(self.look, &pattern).map_err(failed)?
                    } else {
                        vec![pattern]
                    };
                    for path in paths {
                        self.file(&path, depth + 1)?;
                    }
                }
                statement => self.read.add(statement),
            }
        }
        Ok(())
    }
}

/// Where messages go, as far as statements were read.
#[derive(Default)]
struct Routes {
    /// Files with the facilities they take.
    files: Vec<(String, Taken)>,
    sent: Vec<LogForward>,
    /// Facilities that nothing behind this sees.
    discarded: [bool; 2],
    /// Something is done with messages on sign-ins under a condition.
    unfollowed: bool,
    /// And some of them are taken out.
    diverted: bool,
    driver: bool,
    mode: bool,
}

impl Routes {
    fn add(&mut self, statement: Statement) {
        match statement {
            Statement::Include(_) => {}
            Statement::Driver(encrypts) => self.driver = encrypts,
            Statement::Mode(encrypted) => self.mode = encrypted,
            Statement::Action { target: Target::Host { host, encryption }, .. }
            | Statement::Conditional { target: Target::Host { host, encryption }, .. } => {
                let encrypted = match encryption {
                    Encryption::No => false,
                    Encryption::Yes => true,
                    Encryption::ByDriver => self.driver,
                    Encryption::AsBefore => self.mode && self.driver,
                };
                let forward = LogForward { by: LogForwarder::Rsyslog, target: host, encrypted };
                if self.sent.len() < TARGETS_MAX && !self.sent.contains(&forward) {
                    self.sent.push(forward);
                }
            }
            Statement::Action { taken, target: Target::Discard } => {
                for (discarded, taken) in self.discarded.iter_mut().zip(taken.0) {
                    *discarded |= taken;
                }
            }
            Statement::Action { taken: Taken([auth, private]), target: Target::File(path) } => {
                let [no_auth, no_private] = self.discarded;
                let taken = Taken([auth && !no_auth, private && !no_private]);
                if taken.any() && self.files.len() < TARGETS_MAX && path != "/dev/null" && path != "/dev/console" {
                    self.files.push((path, taken));
                }
            }
            Statement::Conditional { about_sign_ins, target } => {
                self.unfollowed |= about_sign_ins;
                self.diverted |= about_sign_ins && target == Target::Discard;
            }
        }
    }

    /// The files, the facilities no file takes, and what is sent.
    #[expect(clippy::type_complexity, reason = "its parts are named where they are taken apart")]
    fn finish(&mut self) -> Result<(Vec<String>, Vec<String>, Vec<LogForward>), (Reason, Sent)> {
        let sent = std::mem::take(&mut self.sent);
        let taken = self
            .files
            .iter()
            .fold([false; 2], |[auth, private], (_, Taken([one, other]))| [auth || *one, private || *other]);
        if self.diverted || self.unfollowed && taken.contains(&false) {
            let detail = "follow rsyslog's rules: what becomes of messages on sign-ins depends on a condition";
            return Err((Reason::new(ReasonCode::Unsupported, detail), Ok(sent)));
        }
        let missing = FACILITIES.iter().zip(taken).filter(|(_, taken)| !taken).map(|(name, _)| (*name).to_owned());
        let mut files: Vec<String> = self.files.iter().map(|(path, _)| path.clone()).collect();
        files.sort();
        files.dedup();
        Ok((files, missing.collect(), sent))
    }
}
