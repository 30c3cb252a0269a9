//! Whether the operating system is supported and current.

mod apt;
pub mod automatic;
mod dnf;
pub mod kernel;
pub mod macos;
pub mod os_release;
pub mod pro;
pub mod support;
#[cfg(test)]
mod tests;
pub mod windows;
pub mod windows_automatic;
pub mod windows_office;
pub mod windows_releases;

use tenken_model::fact::updates::{DueRestart, Pending, PendingUpdate, Updates};
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
/// Where yum and zypper keep what they fetched of repositories, and how many folders below it files of one lie.
const CACHES: [(&str, u8); 2] = [("/var/cache/yum", 3), ("/var/cache/zypp/raw", 2)];
const CACHE_ENTRIES_MAX: usize = 2_000;
/// The most updates that are named; the rest are counted.
const NAMED_MAX: usize = 50;

/// Reads the support of this system, its pending updates and the restart that is due.
pub fn collect(look: &Look<'_>, needs: &Needs) -> Outcome<Updates> {
    let system = match system(look) {
        Ok(system) => system,
        Err(reason) => return Outcome::Failed(reason),
    };
    let lists = match apt::is_there(look) {
        Ok(true) => apt::lists(look, &system, needs.now),
        Ok(false) => lists_of_others(look, needs.now),
        Err(reason) => Lists::unknown(&reason),
    };
    Outcome::Known(Updates {
        automatic: automatic::read(look, &system, needs.now).into(),
        office: None,
        support: support::of(&system, &mut || subscribed(look, needs.now)).into(),
        name: system.pretty_name,
        pending: lists.pending.into(),
        lists_fetched: lists.fetched.into(),
        lists_valid_until: lists.valid_until,
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

/// Until when the host takes part in what Ubuntu's maker sells after the standard support. A contract that is over counts as
/// none: what it was for is then refused.
fn subscribed(look: &Look<'_>, now: Instant) -> Result<Option<Instant>, Reason> {
    let Some(bytes) = look.read_if_there(PRO, PRO_MAX).map_err(|error| error.reason())? else { return Ok(None) };
    let until = pro::supported_until(&bytes)
        .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {PRO}: {error}")))?;
    Ok(until.filter(|until| *until >= now))
}

/// What lists of packages tell.
struct Lists {
    pending: Result<Pending, Reason>,
    fetched: Result<Option<Instant>, Reason>,
    valid_until: Option<Instant>,
}

impl Lists {
    fn unknown(reason: &Reason) -> Self {
        Self { pending: Err(reason.clone()), fetched: Err(reason.clone()), valid_until: None }
    }
}

/// What they tell where there is no apt.
fn lists_of_others(look: &Look<'_>, now: Instant) -> Lists {
    let of_dnf = || {
        other_manager(look)?;
        dnf::read(look, now)
    };
    let repositories = match of_dnf() {
        Ok(repositories) => repositories,
        Err(reason) => return Lists::unknown(&reason),
    };
    let pending = dnf::pending(look, &repositories);
    if repositories.are_cached() {
        return Lists { pending, fetched: repositories.fetched(), valid_until: None };
    }
    let fetched = fetched_by_others(look, now);
    let pending = match (pending, &fetched) {
        (Err(_), Ok(Some(_))) => {
            let detail = "read the security updates of yum or zypper: their lists are not read";
            Err(Reason::new(ReasonCode::Unsupported, detail))
        }
        (pending, _) => pending,
    };
    Lists { pending, fetched, valid_until: None }
}

/// The most severe updates, and of those the ones that have been known longest.
fn first_named(mut pending: Vec<PendingUpdate>) -> Vec<PendingUpdate> {
    pending.sort_by(|one, other| {
        let by_severity = other.severity.cmp(&one.severity);
        by_severity.then_with(|| (one.published_by, &one.name).cmp(&(other.published_by, &other.name)))
    });
    pending.truncate(NAMED_MAX);
    pending
}

/// That there is a package manager whose lists are not apt's.
fn other_manager(look: &Look<'_>) -> Result<(), Reason> {
    for (folder, form) in rpm::places() {
        if look.exists(format!("{folder}/{}", form.file())).map_err(|error| error.reason())? {
            return Ok(());
        }
    }
    Err(Reason::new(ReasonCode::Unsupported, "look for a package manager: neither dpkg nor rpm is there"))
}

/// When yum or zypper last fetched anything.
fn fetched_by_others(look: &Look<'_>, now: Instant) -> Result<Option<Instant>, Reason> {
    let mut newest = None;
    for (folder, depth) in CACHES {
        newest = newest.max(newest_below(look, folder, depth, now).map_err(|error| error.reason())?);
    }
    Ok(newest)
}

/// When a repository below a folder was last fetched, or found to be as it was: yum then touches its cookie and zypper its
/// index. Times ahead of the clock tell nothing.
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
