//! What dnf-automatic does, that of dnf 4 and of dnf 5. See dnf-automatic(8) and dnf5-automatic(8).

use tenken_model::fact::updates::AutomaticHindrance::{SuitesNotCovered, SwitchedOff, TimerOff};
use tenken_model::fact::updates::AutomaticLevel::{Fetched, Off};
use tenken_model::fact::updates::AutomaticUpdates;
use tenken_model::{Reason, ReasonCode, Size};

use super::super::os_release::OsRelease;
use super::{Timers, has_advisories, hindered, installed};
use crate::collect::packages::dnf_config;

/// What dnf 5 brings, and what administrators set, which counts more.
const FILES: [&str; 2] = ["/usr/share/dnf5/dnf5-plugins/automatic.conf", OF_ADMINISTRATORS];
const OF_ADMINISTRATORS: &str = "/etc/dnf/automatic.conf";
const FILE_MAX: Size = Size::from_bytes(64 << 10);
/// The section of what it does.
pub const COMMANDS: &str = "commands";
/// Installs whatever the file says.
const INSTALLING: &str = "dnf-automatic-install.timer";
/// Do what the file says.
const AS_SET: [&str; 2] = ["dnf-automatic.timer", "dnf5-automatic.timer"];
/// Fetch, and install nothing.
const FETCHING: [&str; 3] = ["dnf-automatic-download.timer", "dnf-automatic-notifyonly.timer", "dnf-makecache.timer"];
/// What it takes; both have security updates.
pub const UPGRADE_TYPES: [&str; 2] = ["default", SECURITY];
const SECURITY: &str = "security";

/// What it does on this host.
pub(super) fn read(timers: &Timers<'_, '_>, system: &OsRelease) -> Result<AutomaticUpdates, Reason> {
    let installs = |settings: &Settings, place: &str| match &settings.security_alone {
        Some(place) if !has_advisories(system) => hindered(Fetched, SuitesNotCovered, place),
        _ => installed(place),
    };
    if timers.is_on(INSTALLING)? {
        return Ok(installs(&settings(timers)?, INSTALLING));
    }
    for timer in AS_SET {
        if timers.is_on(timer)? {
            let settings = settings(timers)?;
            let (applies, place) = &settings.applies;
            return Ok(if *applies { installs(&settings, place) } else { hindered(Fetched, SwitchedOff, place) });
        }
    }
    for timer in FETCHING {
        if timers.is_on(timer)? {
            return Ok(hindered(Fetched, TimerOff, timer));
        }
    }
    Ok(hindered(Off, TimerOff, AS_SET[0]))
}

/// What the files of settings say.
struct Settings {
    /// Whether updates are installed, and which file says so.
    applies: (bool, String),
    /// The file by which it takes updates of security alone, where one says so.
    security_alone: Option<String>,
}

fn settings(timers: &Timers<'_, '_>) -> Result<Settings, Reason> {
    let mut settings = Settings { applies: (false, OF_ADMINISTRATORS.to_owned()), security_alone: None };
    for path in FILES {
        let bytes = timers.look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
        let Some(bytes) = bytes else { continue };
        let unparsable = |why: String| Reason::new(ReasonCode::Unparsable, format!("read {path}: {why}"));
        let sections = dnf_config::parse(&bytes).map_err(|error| unparsable(error.to_string()))?;
        for section in sections.iter().filter(|section| section.name == COMMANDS) {
            if let Some(value) = section.value("apply_updates") {
                let set = dnf_config::is_set(value);
                let set = set.ok_or_else(|| unparsable("apply_updates is neither yes nor no".into()))?;
                settings.applies = (set, path.into());
            }
            match section.value("upgrade_type") {
                None => {}
                Some(of) if !UPGRADE_TYPES.contains(&of) => {
                    return Err(unparsable("upgrade_type is neither default nor security".into()));
                }
                Some(of) => settings.security_alone = (of == SECURITY).then(|| path.into()),
            }
        }
    }
    Ok(settings)
}
