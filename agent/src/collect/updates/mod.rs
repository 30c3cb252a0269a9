//! Whether the operating system is supported and current.

mod apt;
pub mod kernel;
pub mod os_release;
pub mod pro;
pub mod support;
#[cfg(test)]
mod tests;

use std::path::Path;

use tenken_model::fact::updates::{DueRestart, Updates};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Reason, ReasonCode, Size};

use super::packages::rpm;
use super::{Look, Needs};
use crate::host::ReadError;

const OS_RELEASE: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];
const OS_RELEASE_MAX: Size = Size::from_bytes(64 << 10);
const BOOT: &str = "/boot";
const BOOT_MAX: usize = 2_000;
/// Made by update-notifier, unattended-upgrades and needrestart; gone with the restart, as all below /run is.
const RESTART_WANTED: &str = "/run/reboot-required";
/// What Ubuntu's Pro client tells of itself.
const PRO: &str = "/var/lib/ubuntu-advantage/status.json";
const PRO_MAX: Size = Size::from_bytes(1 << 20);
/// Where dnf, yum and zypper keep what they fetched of repositories, and how many folders below it a repository is.
const CACHES: [(&str, u8); 4] =
    [("/var/cache/dnf", 1), ("/var/cache/libdnf5", 1), ("/var/cache/yum", 3), ("/var/cache/zypp/raw", 1)];
const CACHE_ENTRIES_MAX: usize = 2_000;

/// Reads the support of this system, its pending updates and the restart that is due.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Updates> {
    let system = match system(look) {
        Ok(system) => system,
        Err(reason) => return Outcome::Failed(reason),
    };
    let (pending, lists_fetched) = match apt::is_there(look) {
        Ok(true) => (apt::pending(look), apt::fetched(look, needs.now)),
        Ok(false) => (Err(pending_of_others(look)), fetched_by_others(look, needs.now)),
        Err(reason) => (Err(reason.clone()), Err(reason)),
    };
    Outcome::Known(Updates {
        support: support::of(&system, &mut || subscribed(look)).into(),
        name: system.pretty_name,
        pending: pending.into(),
        lists_fetched: lists_fetched.into(),
        restart: restart(look).map_err(|error| error.reason()).into(),
    })
}

fn system(look: &Look<'_>) -> Result<os_release::OsRelease, Reason> {
    for path in OS_RELEASE {
        if let Some(bytes) = look.read_text_if_there(path, OS_RELEASE_MAX).map_err(|error| error.reason())? {
            return Ok(os_release::parse(&bytes));
        }
    }
    let [path, other] = OS_RELEASE;
    Err(Reason::new(ReasonCode::Missing, format!("read {path}: there is none, and no {other}")))
}

/// Whether the host takes part in what Ubuntu's maker sells after the standard support.
fn subscribed(look: &Look<'_>) -> Result<bool, Reason> {
    let Some(bytes) = look.read_if_there(PRO, PRO_MAX).map_err(|error| error.reason())? else { return Ok(false) };
    pro::is_supported(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {PRO}: {error}")))
}

/// Why it is not known what is pending where there is no apt.
fn pending_of_others(look: &Look<'_>) -> Reason {
    let has_rpm = rpm::SQLITE.iter().chain(&rpm::OTHERS).any(|path| look.exists(path).unwrap_or(false));
    if has_rpm {
        let detail = "read the security updates of dnf or zypper: they are kept compressed, which is not read";
        return Reason::new(ReasonCode::Unsupported, detail);
    }
    Reason::new(ReasonCode::Unsupported, "look for a package manager: neither dpkg nor rpm is there")
}

/// When dnf, yum or zypper last fetched anything.
fn fetched_by_others(look: &Look<'_>, now: Instant) -> Result<Option<Instant>, Reason> {
    let mut newest = None;
    for (folder, depth) in CACHES {
        newest = newest.max(newest_below(look, folder, depth).map_err(|error| error.reason())?);
    }
    Ok(newest.filter(|fetched| *fetched <= now))
}

/// The newest `repomd.xml` below a folder. Times ahead of the clock were not seen by it and are passed over above.
fn newest_below(look: &Look<'_>, folder: &str, depth: u8) -> Result<Option<Instant>, ReadError> {
    let mut newest = None;
    for entry in look.list_if_there(folder, CACHE_ENTRIES_MAX)? {
        let path = format!("{folder}/{}", entry.name);
        if depth > 1 {
            newest = newest.max(newest_below(look, &path, depth - 1)?);
            continue;
        }
        for file in ["repodata/repomd.xml", "repomd.xml"] {
            match look.metadata(format!("{path}/{file}")) {
                Ok(metadata) => newest = newest.max(Some(metadata.modified)),
                Err(error) if error.is_not_there() => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(newest)
}

/// The restart that is due: since the newer kernel was put there, or since it was asked for.
fn restart(look: &Look<'_>) -> Result<Option<DueRestart>, ReadError> {
    let running = look.system()?.kernel;
    let files = look.list_if_there(BOOT, BOOT_MAX)?;
    let mut since = None;
    let newer = kernel::newer(&running, files.iter().map(|entry| entry.name.as_str()));
    if let Some(newer) = newer {
        since = Some(look.metadata(Path::new(BOOT).join(format!("{}{newer}", kernel::FILE)))?.modified);
    }
    match look.metadata(RESTART_WANTED) {
        Ok(wanted) => since = Some(since.map_or(wanted.modified, |since: Instant| since.min(wanted.modified))),
        Err(error) if error.is_not_there() => {}
        Err(error) => return Err(error),
    }
    Ok(since.map(|since| DueRestart { since, kernel: newer.map(str::to_owned) }))
}
