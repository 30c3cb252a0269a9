//! Whether security updates are installed without a person: by unattended-upgrades and apt's daily jobs, by dnf-automatic,
//! or by yum-cron.

mod apt;
mod dnf;
pub mod origins;
#[cfg(test)]
mod tests;
mod yum;

use tenken_model::fact::updates::{AutomaticHindrance, AutomaticLevel, AutomaticUpdates};
use tenken_model::{Instant, Reason, ReasonCode};

pub use self::apt::{INTERVALS, ORIGINS};
pub use self::dnf::{COMMANDS, UPGRADE_TYPES};
pub use self::yum::UPDATE_COMMANDS;
use super::apt::is_there as is_apt_there;
use super::os_release::OsRelease;
use crate::collect::Look;
use crate::collect::systemd_unit::{self, Wanted};

/// There on systems that are replaced as a whole, whose updates neither apt nor dnf installs.
const OSTREE: &str = "/run/ostree-booted";
const DNF: &str = "/etc/dnf";

/// Reads what this system does of itself.
pub(super) fn read(look: &Look<'_>, system: &OsRelease, now: Instant) -> Result<AutomaticUpdates, Reason> {
    let is_there = |path: &str| look.exists(path).map_err(|error| error.reason());
    if is_there(OSTREE)? {
        let detail = "read how updates are installed: the system is one image, of which that is not read";
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    if is_apt_there(look)? {
        return apt::read(&Timers::read(look)?, system, now);
    }
    if is_there(DNF)? {
        return dnf::read(&Timers::read(look)?, system);
    }
    if is_there(yum::YUM)? {
        return yum::read(&Timers::read(look)?, system);
    }
    let detail = format!("read how updates are installed: there is no apt, no {DNF} and no {}", yum::YUM);
    Err(Reason::new(ReasonCode::Unsupported, detail))
}

/// The timers that begin with the system.
struct Timers<'a, 'h> {
    look: &'a Look<'h>,
    wanted: Wanted,
}

impl<'a, 'h> Timers<'a, 'h> {
    fn read(look: &'a Look<'h>) -> Result<Self, Reason> {
        Ok(Self { look, wanted: systemd_unit::wanted(look)? })
    }

    fn is_on(&self, timer: &str) -> Result<bool, Reason> {
        Ok(self.wanted.units.contains(timer) && !systemd_unit::is_masked(self.look, timer)?)
    }
}

/// Whether the system's own repositories tell which updates are of security. Where they do not, a program that takes those alone
/// takes none.
fn has_advisories(system: &OsRelease) -> bool {
    system.id != "centos"
}

/// It installs them.
fn installed(place: &str) -> AutomaticUpdates {
    AutomaticUpdates { level: AutomaticLevel::Installed, hindrance: None, place: place.to_owned() }
}

/// It does not, because of that.
fn hindered(level: AutomaticLevel, hindrance: AutomaticHindrance, place: &str) -> AutomaticUpdates {
    AutomaticUpdates { level, hindrance: Some(hindrance), place: place.to_owned() }
}
