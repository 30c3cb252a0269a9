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
use crate::collect::packages::apt_conf::{self, Action, Item, Settings};
use crate::host::EntryKind;

const FOLDER: &str = "/etc/apt/apt.conf.d";
/// Read after the folder, so that it counts more.
const MAIN: &str = "/etc/apt/apt.conf";
const FILE_MAX: Size = Size::from_bytes(256 << 10);
const FILES_MAX: usize = 500;
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
    let mut files: Vec<String> = look
        .list_if_there(FOLDER, FILES_MAX)
        .map_err(|error| error.reason())?
        .into_iter()
        .filter(|entry| entry.kind != EntryKind::Folder && apt_conf::is_read(&entry.name))
        .map(|entry| format!("{FOLDER}/{}", entry.name))
        .collect();
    files.sort_unstable();
    files.push(MAIN.to_owned());
    let mut settings = Settings::default();
    for path in files {
        let Some(bytes) = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())? else { continue };
        let directives = apt_conf::parse(&bytes)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
        for directive in directives {
            if let Action::Include(_) = directive.action {
                let detail = format!("read {path}: it includes another file, which is not followed");
                return Err(Reason::new(ReasonCode::Unsupported, detail));
            }
            settings.take(&directive.action, &path);
        }
    }
    Ok(settings)
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
    let is_covered = |suite| patterns.iter().any(|pattern| pattern.fits(suite));
    Ok((!suites.iter().all(is_covered)).then(|| written.to_owned()))
}
