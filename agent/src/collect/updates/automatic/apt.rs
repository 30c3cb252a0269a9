//! What apt's daily jobs do. See apt.conf(5), the head of /usr/lib/apt/apt.systemd.daily, and unattended-upgrade(8).

use tenken_model::fact::updates::AutomaticHindrance::{
    ListsNotFetched, ProgramMissing, SuitesNotCovered, SwitchedOff, TimerOff,
};
use tenken_model::fact::updates::AutomaticLevel::{Fetched, Off};
use tenken_model::fact::updates::AutomaticUpdates;
use tenken_model::{Instant, Reason, ReasonCode, Size};

use super::super::apt::security_suites;
use super::super::os_release::OsRelease;
use super::origins::{self, Distribution};
use super::{Timers, hindered, installed};
use crate::collect::Look;
use crate::collect::packages::FileError;
use crate::collect::packages::apt_conf::{self, Action, Item, Settings};
use crate::collect::packages::release_file::Release;
use crate::host::{Entry, EntryKind};

const FOLDER: &str = "/etc/apt/apt.conf.d";
/// Read after the folder, so that it counts more.
const MAIN: &str = "/etc/apt/apt.conf";
const FILE_MAX: Size = Size::from_bytes(256 << 10);
const FILES_MAX: usize = 500;
/// How deep apt follows files that name others.
const DEPTH_MAX: usize = 10;
/// apt's own job of cron, which begins the same where systemd does not run, and the folder by which that is known.
const BY_CRON: &str = "/etc/cron.daily/apt-compat";
const SYSTEMD_RUNS: &str = "/run/systemd/system";
/// The job runs it where it is there. Its settings stay behind when the package is removed.
const PROGRAM: &str = "/usr/bin/unattended-upgrade";
const FETCHING: &str = "apt-daily.timer";
const INSTALLING: &str = "apt-daily-upgrade.timer";
/// Whether the jobs do anything, and how often they fetch lists and install updates.
pub const INTERVALS: [&str; 3] = [ENABLE, LISTS, UPGRADE];
const ENABLE: &str = "APT::Periodic::Enable";
const LISTS: &str = "APT::Periodic::Update-Package-Lists";
const UPGRADE: &str = "APT::Periodic::Unattended-Upgrade";
/// What may be installed, as publisher and suite, and as a pattern.
pub const ORIGINS: [&str; 2] = ["Unattended-Upgrade::Allowed-Origins", "Unattended-Upgrade::Origins-Pattern"];

/// What they do on this host.
pub(super) fn read(timers: &Timers<'_, '_>, system: &OsRelease, now: Instant) -> Result<AutomaticUpdates, Reason> {
    let settings = settings(timers.look)?;
    if is_disabled(settings.item(ENABLE)) {
        return Ok(hindered(Off, SwitchedOff, place(&settings, ENABLE)));
    }
    let is_there = |path: &str| timers.look.exists(path).map_err(|error| error.reason());
    if is_there(BY_CRON)? && !is_there(SYSTEMD_RUNS)? {
        // Its timers are enabled by its package, whether anything starts them or not.
        let detail = format!(
            "read how updates are installed: systemd does not run, and whether cron starts {BY_CRON} is not read"
        );
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    if !timers.is_on(FETCHING)? {
        return Ok(hindered(Off, TimerOff, FETCHING));
    }
    if !is_due(settings.item(LISTS)) {
        return Ok(hindered(Off, ListsNotFetched, place(&settings, LISTS)));
    }
    if !timers.look.exists(PROGRAM).map_err(|error| error.reason())? {
        return Ok(hindered(Fetched, ProgramMissing, PROGRAM));
    }
    if !is_due(settings.item(UPGRADE)) {
        return Ok(hindered(Fetched, SwitchedOff, place(&settings, UPGRADE)));
    }
    if !timers.is_on(INSTALLING)? {
        return Ok(hindered(Fetched, TimerOff, INSTALLING));
    }
    if let Some(place) = not_covered(timers.look, &settings, system, now)? {
        return Ok(hindered(Fetched, SuitesNotCovered, &place));
    }
    Ok(installed(place(&settings, UPGRADE)))
}

/// Everything that is set, in the order in which apt reads it.
fn settings(look: &Look<'_>) -> Result<Settings, Reason> {
    let mut reading = Reading { look, settings: Settings::default(), left: FILES_MAX };
    match reading.folder(FOLDER, 0) {
        Err(FileError::Read(error)) if error.is_not_there() => {}
        read => read.map_err(FileError::reason)?,
    }
    if look.exists(MAIN).map_err(|error| error.reason())? {
        reading.file(MAIN, 0).map_err(FileError::reason)?;
    }
    Ok(reading.settings)
}

/// Settings, as far as files are read. A file includes others where it names them, before what follows in itself.
struct Reading<'l, 'h> {
    look: &'l Look<'h>,
    settings: Settings,
    /// How many files may still be read.
    left: usize,
}

impl Reading<'_, '_> {
    fn folder(&mut self, folder: &str, depth: usize) -> Result<(), FileError> {
        let entries = self.look.list(folder, FILES_MAX)?;
        let is_read = |entry: &&Entry| entry.kind != EntryKind::Folder && apt_conf::is_read(&entry.name);
        let mut files: Vec<String> = entries
            .iter()
            .filter(is_read)
            .map(|entry| format!("{}/{}", folder.trim_end_matches('/'), entry.name))
            .collect();
        files.sort_unstable();
        for path in files {
            match self.file(&path, depth) {
                // It went away meanwhile.
                Err(FileError::Read(error)) if error.is_not_there() => {}
                read => read?,
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &str, depth: usize) -> Result<(), FileError> {
        let wrong = |code, why: &str| FileError::Reason(Reason::new(code, format!("read {path}: {why}")));
        self.left = self.left.checked_sub(1).ok_or_else(|| wrong(ReasonCode::TooLarge, "more files than are read"))?;
        let bytes = self.look.read_text(path, FILE_MAX)?;
        let directives = apt_conf::parse(&bytes).map_err(|error| wrong(ReasonCode::Unparsable, &error.to_string()))?;
        for directive in directives {
            let Action::Include(included) = &directive.action else {
                self.settings.take(&directive.action, path);
                continue;
            };
            if !included.starts_with('/') {
                return Err(wrong(ReasonCode::Unsupported, "it includes a file by a path that is not whole"));
            }
            if depth >= DEPTH_MAX {
                return Err(wrong(ReasonCode::Unparsable, "it includes a file deeper than apt follows"));
            }
            let read =
                if included.ends_with('/') { self.folder(included, depth + 1) } else { self.file(included, depth + 1) };
            // Without it apt does nothing at all.
            read.map_err(|error| FileError::Reason(error.reason()))?;
        }
        Ok(())
    }
}

/// Where a setting is, or would be.
fn place<'s>(settings: &'s Settings, name: &str) -> &'s str {
    settings.item(name).map(|item| item.place.as_str()).filter(|place| !place.is_empty()).unwrap_or(FOLDER)
}

/// The job compares it with zero as a number. What is none does not stop it.
fn is_disabled(enable: Option<&Item>) -> bool {
    enable.is_some_and(|item| item.value.trim().parse() == Ok(0))
}

/// Whether something is done every so many days, hours or always: the job compares it with zero as a text.
fn is_due(interval: Option<&Item>) -> bool {
    interval.is_some_and(|item| !["", "0"].contains(&item.value.as_str()))
}

/// Where it is said what may be installed, if that leaves out a suite of security updates.
fn not_covered(
    look: &Look<'_>,
    settings: &Settings,
    system: &OsRelease,
    now: Instant,
) -> Result<Option<String>, Reason> {
    let suites = security_suites(look, system, now)?;
    if suites.is_empty() {
        let detail =
            "look for suites of security updates: the lists of apt have none, so that what is installed is not known";
        return Err(Reason::new(ReasonCode::Missing, detail));
    }
    let distribution = Distribution::of(system);
    let mut patterns = Vec::new();
    let mut written = FOLDER;
    for (name, parse) in ORIGINS.into_iter().zip([origins::allowed, origins::pattern]) {
        let Some(item) = settings.item(name) else { continue };
        written = item.last_place();
        for value in item.values() {
            let pattern = parse(value, &distribution)
                .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {written}: {name}: {error}")))?;
            patterns.push(pattern);
        }
    }
    // What one place has is installed, whatever is said of another place that has the same.
    let is_covered =
        |places: &Vec<Release>| places.iter().any(|suite| patterns.iter().any(|pattern| pattern.fits(suite)));
    Ok((!suites.iter().all(is_covered)).then(|| written.to_owned()))
}
