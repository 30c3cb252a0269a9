//! Whether the operating system is supported and current.

mod apt;
pub mod kernel;
pub mod os_release;
pub mod pro;
pub mod support;
#[cfg(test)]
mod tests;

use tenken_model::fact::updates::{DueRestart, Pending, Updates};
use tenken_model::observation::Outcome;
use tenken_model::{Instant, Reason, ReasonCode, Size};

use super::packages::rpm;
use super::{Look, Needs};
use crate::host::{EntryKind, ReadError};

const OS_RELEASE: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];
const OS_RELEASE_MAX: Size = Size::from_bytes(64 << 10);
const BOOT: &str = "/boot";
const BOOT_MAX: usize = 2_000;
/// Made by update-notifier, unattended-upgrades and needrestart; gone with the restart, as all below /run is.
const RESTART_WANTED: &str = "/run/reboot-required";
/// What Ubuntu's Pro client tells of itself.
const PRO: &str = "/var/lib/ubuntu-advantage/status.json";
const PRO_MAX: Size = Size::from_bytes(1 << 20);
/// Where dnf, yum and zypper keep what they fetched of repositories, and how many folders below it files of one lie.
const CACHES: [(&str, u8); 4] =
    [("/var/cache/dnf", 2), ("/var/cache/libdnf5", 2), ("/var/cache/yum", 3), ("/var/cache/zypp/raw", 2)];
const CACHE_ENTRIES_MAX: usize = 2_000;

/// Reads the support of this system, its pending updates and the restart that is due.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Updates> {
    let system = match system(look) {
        Ok(system) => system,
        Err(reason) => return Outcome::Failed(reason),
    };
    let (pending, lists_fetched) = match apt::is_there(look) {
        Ok(true) => (apt::pending(look), apt::fetched(look, needs.now)),
        Ok(false) => (pending_of_others(look), fetched_by_others(look, needs.now)),
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

/// What is pending where there is no apt.
fn pending_of_others(look: &Look<'_>) -> Result<Pending, Reason> {
    other_manager(look)?;
    let detail = "read the security updates of dnf or zypper: they are kept compressed, which is not read";
    Err(Reason::new(ReasonCode::Unsupported, detail))
}

/// That there is a package manager whose lists are not apt's.
fn other_manager(look: &Look<'_>) -> Result<(), Reason> {
    for path in rpm::SQLITE.iter().chain(&rpm::OTHERS) {
        if look.exists(path).map_err(|error| error.reason())? {
            return Ok(());
        }
    }
    Err(Reason::new(ReasonCode::Unsupported, "look for a package manager: neither dpkg nor rpm is there"))
}

/// When dnf, yum or zypper last fetched anything.
fn fetched_by_others(look: &Look<'_>, now: Instant) -> Result<Option<Instant>, Reason> {
    other_manager(look)?;
    let mut newest = None;
    for (folder, depth) in CACHES {
        newest = newest.max(newest_below(look, folder, depth, now).map_err(|error| error.reason())?);
    }
    Ok(newest)
}

/// When a repository below a folder was last fetched, or found to be as it was: dnf then touches its list of packages, yum
/// its cookie and zypper its index. Times ahead of the clock tell nothing.
fn newest_below(look: &Look<'_>, folder: &str, depth: u8, now: Instant) -> Result<Option<Instant>, ReadError> {
    let mut newest = None;
    for entry in look.list_if_there(folder, CACHE_ENTRIES_MAX)? {
        let path = format!("{folder}/{}", entry.name);
        let is_folder = entry.kind == EntryKind::Folder;
        let touched = ["repomd.xml", "cachecookie"].contains(&entry.name.as_str()) || entry.name.contains("-primary.");
        if is_folder && depth > 0 {
            newest = newest.max(newest_below(look, &path, depth - 1, now)?);
        } else if !is_folder && touched {
            newest = newest.max(Some(look.metadata(&path)?.modified).filter(|fetched| *fetched <= now));
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
        since = Some(installed_at(look, newer)?);
    }
    match look.metadata(RESTART_WANTED) {
        Ok(wanted) => since = Some(since.map_or(wanted.modified, |since: Instant| since.min(wanted.modified))),
        Err(error) if error.is_not_there() => {}
        Err(error) => return Err(error),
    }
    Ok(since.map(|since| DueRestart { since, kernel: newer.map(str::to_owned) }))
}

/// When a kernel was installed. The kernel itself has the time at which it was built, so that what was written beside it
/// counts: dpkg's list of its files, or the disk that it starts with.
fn installed_at(look: &Look<'_>, release: &str) -> Result<Instant, ReadError> {
    let beside = [
        format!("/var/lib/dpkg/info/linux-image-{release}.list"),
        format!("{BOOT}/initrd.img-{release}"),
        format!("{BOOT}/initramfs-{release}.img"),
    ];
    for path in beside {
        match look.metadata(path) {
            Ok(metadata) => return Ok(metadata.modified),
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(look.metadata(format!("{BOOT}/{}{release}", kernel::FILE))?.modified)
}
