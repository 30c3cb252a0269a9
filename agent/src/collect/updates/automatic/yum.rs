//! What yum-cron does, on hosts of RHEL 7 and its relatives. See the comments of /etc/yum/yum-cron.conf.

use tenken_model::fact::updates::AutomaticHindrance::{ProgramMissing, SuitesNotCovered, SwitchedOff, TimerOff};
use tenken_model::fact::updates::AutomaticLevel::{Fetched, Off};
use tenken_model::fact::updates::AutomaticUpdates;
use tenken_model::{Reason, ReasonCode, Size};

use super::super::os_release::OsRelease;
use super::dnf::COMMANDS;
use super::{Timers, has_advisories, hindered, installed};
use crate::collect::packages::dnf_config;

/// The folder by which yum is known, also where it is dnf that answers to its name.
pub(super) const YUM: &str = "/etc/yum";
const PROGRAM: &str = "/usr/sbin/yum-cron";
const SETTINGS: &str = "/etc/yum/yum-cron.conf";
const FILE_MAX: Size = Size::from_bytes(64 << 10);
/// Leaves the mark by which the job knows that it is wanted.
const WANTED: &str = "yum-cron.service";
/// Starts the job, which has to be executable.
const CRON: &str = "crond.service";
const JOB: &str = "/etc/cron.daily/0yum-daily.cron";
const EXECUTABLE: u32 = 0o111;
/// What it takes that has security updates: others leave out what is not critical, or take repairs alone.
pub const UPDATE_COMMANDS: [&str; 3] = [ALL, "security", "minimal-security"];
const ALL: &str = "default";

/// What it does on this host.
pub(super) fn read(timers: &Timers<'_, '_>, system: &OsRelease) -> Result<AutomaticUpdates, Reason> {
    let look = timers.look;
    if !look.exists(PROGRAM).map_err(|error| error.reason())? {
        return Ok(hindered(Off, ProgramMissing, PROGRAM));
    }
    for unit in [WANTED, CRON] {
        if !timers.is_on(unit)? {
            return Ok(hindered(Off, TimerOff, unit));
        }
    }
    match look.metadata(JOB) {
        Ok(metadata) if metadata.mode & EXECUTABLE != 0 => {}
        Ok(_) => return Ok(hindered(Off, TimerOff, JOB)),
        Err(error) if error.is_not_there() => return Ok(hindered(Off, TimerOff, JOB)),
        Err(error) => return Err(error.reason()),
    }
    Ok(match applied(timers)? {
        Some(command) if command == ALL || has_advisories(system) => installed(SETTINGS),
        Some(_) => hindered(Fetched, SuitesNotCovered, SETTINGS),
        None => hindered(Fetched, SwitchedOff, SETTINGS),
    })
}

/// Which updates are installed, if any: they have to be downloaded for that, too.
fn applied(timers: &Timers<'_, '_>) -> Result<Option<&'static str>, Reason> {
    let Some(bytes) = timers.look.read_text_if_there(SETTINGS, FILE_MAX).map_err(|error| error.reason())? else {
        return Ok(None);
    };
    let unparsable = |why: String| Reason::new(ReasonCode::Unparsable, format!("read {SETTINGS}: {why}"));
    let sections = dnf_config::parse(&bytes).map_err(|error| unparsable(error.to_string()))?;
    let (mut applies, mut downloads, mut command) = (false, false, ALL);
    for section in sections.iter().filter(|section| section.name == COMMANDS) {
        for (name, set) in [("apply_updates", &mut applies), ("download_updates", &mut downloads)] {
            if let Some(value) = section.value(name) {
                *set = dnf_config::is_set(value).ok_or_else(|| unparsable(format!("{name} is neither yes nor no")))?;
            }
        }
        if let Some(set) = section.value("update_cmd") {
            command = UPDATE_COMMANDS.into_iter().find(|known| *known == set).ok_or_else(|| {
                unparsable(format!("whether update_cmd {set:?} takes all security updates is not followed"))
            })?;
        }
    }
    Ok((applies && downloads).then_some(command))
}
