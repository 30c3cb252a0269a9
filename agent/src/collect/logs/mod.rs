//! The logs of a host: where records go, who may touch them, for how long they are kept, and what went missing.
//!
//! Of each log a bounded beginning is read, and of each file of the journal its header, however large they are.

mod access;
pub mod access_list;
pub mod audit;
pub mod audit_rules;
pub mod auditd;
pub mod continuity;
pub mod first_record;
pub mod journal_header;
mod journald;
pub mod logrotate;
mod media;
pub mod memory;
mod pace;
mod places;
mod rotation;
mod routes;
pub mod rsyslog;
mod running;
pub mod selector;
mod series;
mod syslog;
#[cfg(test)]
mod tests;
pub mod version_order;
pub mod windows;

use std::collections::BTreeMap;

use tenken_model::fact::logs::{Audit, LogFile, LogPurpose, Logs};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Read, Reason, ReasonCode, Size};

use self::auditd::Configuration;
use self::journald::OnDisk;
use self::media::Media;
use self::memory::{LogMemory, Mark};
use self::places::{Known, Owners};
use self::rotation::Rotations;
use super::antivirus::time_zone::{self, Zone};
use super::{Look, Needs};

const MACHINE: &str = "/etc/machine-id";
const BOOT: &str = "/proc/sys/kernel/random/boot_id";
const ID_MAX: Size = Size::from_bytes(64);

/// Reads the logs of this host, of which nothing is remembered.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Logs> {
    collect_after(look, needs, None).0
}

/// Reads the logs of this host, and compares them with what is remembered of them. Gives what is to be remembered next.
pub fn collect_after(look: &Look<'_>, needs: &Needs, before: Option<&LogMemory>) -> (Outcome<Logs>, Option<LogMemory>) {
    match read(look, needs.now, before) {
        Ok((logs, memory)) => (Outcome::Known(logs), memory),
        Err(reason) => (Outcome::Failed(reason), None),
    }
}

fn read(look: &Look<'_>, now: Instant, before: Option<&LogMemory>) -> Result<(Logs, Option<LogMemory>), Reason> {
    let machine = id(look, MACHINE)?;
    let media = Media::read(look);
    let settings = journald::Settings::read(look);
    let syslog = syslog::read(look, settings.as_ref().map(Option::as_ref), &media);
    let journal = settings
        .and_then(|settings| settings.map(|settings| journald::read(look, &machine, &settings, &media)).transpose());
    let audit = audit::read(look);
    let written = written(&syslog, &audit);
    let configured = audit.as_ref().ok().and_then(Option::as_ref).map(|(_, configured)| configured);
    let set_up = look.metadata(MACHINE).ok().map(|metadata| metadata.modified);
    let mut seen = Seen { rows: Vec::new(), marks: BTreeMap::new(), set_up, now, media: &media };
    // What cannot be looked at of one log leaves the memory of the others.
    let logs = seen.files(look, (&syslog.files, &written), configured, before);
    let (journal, kept_for) = match journal {
        Ok(Some(found)) => {
            let kept_for = found.journal.kept_for;
            if found.journal.persistent || before.is_some_and(|memory| memory.logs.contains_key(journald::FOLDER)) {
                seen.journal(look, &found.journal, &found.disk)?;
            }
            (Read::Measured(Some(found.journal)), kept_for)
        }
        Ok(None) => (Read::Measured(None), None),
        Err(reason) => (Read::NotRead(reason), None),
    };
    // A journal that was not read may be what an expression looks for among the logs.
    let files = match &journal {
        Read::NotRead(reason) => Err(reason.clone()),
        Read::Measured(_) => logs.map(|()| seen.rows),
    };
    let memory = before
        .map(|before| {
            let fresh = LogMemory { machine, boot: id(look, BOOT)?, logs: seen.marks, ..LogMemory::default() };
            Ok::<LogMemory, Reason>(continuity::compare(before, fresh, now, kept_for))
        })
        .transpose()?;
    let logs = Logs {
        journal,
        syslog: syslog.syslog,
        forwards: syslog.forwards,
        audit: audit.map(|audit| audit.map(|(audit, _)| audit)).into(),
        windows: Read::Measured(None),
        files: files.into(),
        losses: memory.as_ref().map(|memory| memory.losses.clone()).unwrap_or_default(),
        watched_since: memory.as_ref().and_then(|memory| memory.since),
        agent: None,
    };
    Ok((logs, memory))
}

/// The logs that programs write which run.
fn written(syslog: &syslog::Told, audit: &Result<Option<(Audit, Configuration)>, Reason>) -> Vec<String> {
    let runs = syslog.syslog.measured().and_then(Option::as_ref).is_some_and(|syslog| syslog.running);
    let mut written = if runs { syslog.files.clone() } else { Vec::new() };
    if let Ok(Some((audit, configured))) = audit
        && audit.running
        && configured.writes
    {
        written.push(configured.log_file.clone());
    }
    written
}

/// An identity that is kept in a file; empty where there is none, as in containers.
fn id(look: &Look<'_>, path: &str) -> Result<String, Reason> {
    let bytes = look.read_if_there(path, ID_MAX).map_err(|error| error.reason())?;
    Ok(String::from_utf8_lossy(&bytes.unwrap_or_default()).trim().to_owned())
}

/// The host's time zone. A host without one is in Coordinated Universal Time.
pub(in crate::collect) fn zone(look: &Look<'_>) -> Read<Zone> {
    let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read /etc/localtime: {error}"));
    let bytes = look.read_if_there("/etc/localtime", Size::from_bytes(time_zone::FILE_MAX));
    let zone = match bytes {
        Ok(Some(bytes)) => time_zone::parse(&bytes).map_err(unparsable),
        Ok(None) => Ok(Zone::utc()),
        Err(error) => Err(error.reason()),
    };
    zone.into()
}

/// The logs that were looked at, and what is to be remembered of them.
struct Seen<'a> {
    rows: Vec<LogFile>,
    marks: BTreeMap<String, Mark>,
    set_up: Option<Instant>,
    now: Instant,
    media: &'a Media,
}

impl Seen<'_> {
    /// Looks at every log that is a file, and at those that are remembered.
    fn files(
        &mut self,
        look: &Look<'_>,
        (sign_in_files, written): (&[String], &[String]),
        audit: Option<&Configuration>,
        before: Option<&LogMemory>,
    ) -> Result<(), Reason> {
        let mut paths = places::paths(sign_in_files, audit);
        for (path, mark) in before.iter().flat_map(|memory| &memory.logs) {
            if matches!(mark, Mark::File(_)) {
                paths.entry(path.clone()).or_insert(LogPurpose::System);
            }
        }
        let owners = Owners::read(look)?;
        let (rotations, zone) = (Rotations::read(look).into(), zone(look));
        let (set_up, now, media) = (self.set_up, self.now, self.media);
        let last_sign_in = places::last_sign_in(look);
        let known = Known {
            owners: &owners,
            rotations: &rotations,
            audit,
            zone: &zone,
            set_up,
            media,
            now,
            written,
            last_sign_in,
        };
        let mut failed = Ok(());
        for (path, purpose) in paths {
            match places::look_at(look, &path, purpose, &known) {
                Ok((row, mark)) => {
                    self.rows.extend(row);
                    self.marks.insert(path, Mark::File(mark));
                }
                Err(reason) => failed = Err(reason),
            }
        }
        failed
    }

    /// Adds the journal.
    fn journal(
        &mut self,
        look: &Look<'_>,
        journal: &tenken_model::fact::logs::Journal,
        disk: &OnDisk,
    ) -> Result<(), Reason> {
        self.marks.insert(journald::FOLDER.to_owned(), Mark::Journal(disk.mark()));
        let Some((folder, metadata)) = disk.folder.as_ref().filter(|_| journal.persistent) else { return Ok(()) };
        let owners = Owners::read(look)?;
        let (public_read, public_write) = access::public(disk.mode(), metadata.mode);
        let (oldest, goes_on) = disk.oldest(self.now);
        let oldest = Read::Measured(oldest);
        self.rows.push(LogFile {
            file: folder.clone(),
            purpose: LogPurpose::Journal,
            owner: owners.account(metadata.uid),
            group: owners.group(metadata.gid, metadata.mode),
            writing_group: owners.group(metadata.gid, disk.mode() & 0o020),
            public_read,
            public_write,
            complete: goes_on && (disk.has_first() || places::as_old_as_system(&oldest, self.set_up)),
            oldest,
            copies: journal.files.saturating_sub(1),
            kept_for: Read::Measured(journal.kept_for),
        });
        Ok(())
    }
}
