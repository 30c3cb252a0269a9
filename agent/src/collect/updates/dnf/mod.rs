//! What dnf knows of updates, without running it.

mod repositories;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use tenken_model::fact::updates::{Pending, PendingUpdate};
use tenken_model::{Instant, Reason, ReasonCode, Size};

use super::first_named;
use crate::collect::Look;
use crate::collect::packages::repodata::advisories::{self, Advised, OF_SYSTEM};
use crate::collect::packages::repodata::unpack::{self, Packing};
use crate::collect::packages::rpm::Database;
use crate::collect::packages::rpm_header::Package;
use crate::collect::packages::rpm_version::Evr;
use crate::collect::packages::{rpm, rpm_packages};

use self::repositories::{Cached, Repository};
pub(super) use self::repositories::{Repositories, read};

/// The largest, Oracle's and Fedora's, have some 6 MB, and unpacked some 60.
const PACKED_MAX: Size = Size::from_bytes(32 << 20);
const UNPACKED_MAX: Size = Size::from_bytes(256 << 20);

/// How many repositories are named that were not read, and how much of each reason.
const UNREAD_NAMED: usize = 5;
const REASON_MAX: usize = 200;

/// The newest of each name and kind that is installed: of kernels several are.
type Installed = BTreeMap<String, Vec<Package>>;

/// The security updates that the advisories of enabled repositories tell of and that are not installed. That there is none is
/// known only where one speaks of the system's own packages: those of something else, such as EPEL, tell nothing of it. A
/// repository that is not read hides nothing of what the others tell, and is named.
pub(super) fn pending(look: &Look<'_>, repositories: &Repositories) -> Result<Pending, Reason> {
    let database = rpm::database(look)?;
    let database =
        database.ok_or_else(|| Reason::new(ReasonCode::Unsupported, "look for rpm's database: there is none"))?;
    let installed = installed(look, &database)?;
    let mut pending = BTreeMap::new();
    let mut of_system = false;
    let mut unread: Vec<(&str, Reason)> = Vec::new();
    for repository in &repositories.enabled {
        match of_repository(look, repository, &installed, &mut pending) {
            Ok(speaks) => of_system |= speaks,
            Err(reason) => unread.push((&repository.id, reason)),
        }
    }
    if pending.is_empty() && !of_system {
        let detail = "look for security updates of dnf: no enabled repository tells of the system's own packages";
        let none = || Reason::new(ReasonCode::Missing, detail);
        return Err(unread.into_iter().next().map_or_else(none, |(id, reason)| {
            Reason::new(reason.code, format!("repository {id}: {}", reason.detail))
        }));
    }
    let count = u32::try_from(pending.len()).unwrap_or(u32::MAX);
    let first = first_named(pending.into_values().collect());
    Ok(Pending { count, first, unread: (!unread.is_empty()).then(|| named(&unread)) })
}

/// Some repositories with the reasons, and how many more there are.
fn named(unread: &[(&str, Reason)]) -> String {
    let each = |(id, reason): &(&str, Reason)| {
        let why: String = reason.detail.chars().take(REASON_MAX).collect();
        format!("{id} ({why})")
    };
    let mut named: Vec<String> = unread.iter().take(UNREAD_NAMED).map(each).collect();
    if let Some(more) = unread.len().checked_sub(UNREAD_NAMED).filter(|more| *more > 0) {
        named.push(format!("+{more}"));
    }
    named.join("; ")
}

/// Adds what a repository advises. Whether it speaks of the system's own packages.
fn of_repository(
    look: &Look<'_>,
    repository: &Repository,
    installed: &Installed,
    pending: &mut BTreeMap<String, PendingUpdate>,
) -> Result<bool, Reason> {
    let Some(cached) = &repository.cached else {
        if repository.may_be_missing {
            return Ok(false);
        }
        return Err(Reason::new(ReasonCode::Missing, "look for its lists: it is enabled, and none is there"));
    };
    match cached.advisories.clone()?.as_slice() {
        [] => Ok(false),
        files => of_advisories(look, cached, files, installed, pending),
    }
}

fn installed(look: &Look<'_>, database: &Database) -> Result<Installed, Reason> {
    let mut installed = Installed::new();
    for package in rpm_packages(look, database)? {
        let of_name = installed.entry(package.name.clone()).or_default();
        match of_name.iter_mut().find(|known| known.arch == package.arch) {
            Some(known) if package.evr.order(&known.evr).is_gt() => *known = package,
            Some(_) => {}
            None => of_name.push(package),
        }
    }
    if installed.is_empty() {
        return Err(Reason::new(ReasonCode::Unparsable, format!("read {}: no installed package", database.path)));
    }
    Ok(installed)
}

/// Adds what files of advisories tell, all of it or, where one cannot be read to its end, nothing. Whether they speak of the
/// system's own packages.
fn of_advisories(
    look: &Look<'_>,
    cached: &Cached,
    files: &[String],
    installed: &Installed,
    pending: &mut BTreeMap<String, PendingUpdate>,
) -> Result<bool, Reason> {
    let (path, packing) = file(look, &cached.folder, files)?;
    let failed = RefCell::new(None);
    let of_system = Cell::new(false);
    let fetched = cached.fetched.as_ref().ok().copied().flatten();
    let mut missing = BTreeMap::new();
    let unpacked = unpack::unpacked(packing, unpack::Parts::of(look, &path, &failed), UNPACKED_MAX);
    let read = unpacked.map_err(Into::into).and_then(|unpacked| {
        let wanted = |name: &str| {
            of_system.set(of_system.get() || OF_SYSTEM.contains(&name));
            installed.contains_key(name)
        };
        advisories::read(unpacked, &wanted, &mut |advised| {
            let of_name = installed.get(&advised.name).into_iter().flatten();
            for package in of_name.filter(|package| advised.repairs(package)) {
                add(&mut missing, update(package, &advised, fetched));
            }
        })
    });
    match (read, failed.into_inner()) {
        (_, Some(error)) => Err(error.reason()),
        (Err(error), None) => Err(Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))),
        (Ok(()), None) => {
            for update in missing.into_values() {
                add(pending, update);
            }
            Ok(of_system.get())
        }
    }
}

/// The file of advisories that is there and can be unpacked. A host keeps one form of those that its repository has.
fn file(look: &Look<'_>, folder: &str, names: &[String]) -> Result<(String, Packing), Reason> {
    let mut packed = None;
    for name in names {
        let path = format!("{folder}/{name}");
        match (look.metadata(&path), unpack::packing(name)) {
            (Ok(metadata), Some(_)) if metadata.size > PACKED_MAX => {
                return Err(Reason::new(ReasonCode::TooLarge, format!("read {path}: larger than {PACKED_MAX}")));
            }
            (Ok(_), Some(packing)) => return Ok((path, packing)),
            (Ok(_), None) => packed = Some(path),
            (Err(error), _) if error.is_not_there() => {}
            (Err(error), _) => return Err(error.reason()),
        }
    }
    if let Some(path) = packed {
        let detail = format!("read {path}: it is packed in a form that is not read");
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let detail = format!("look for security updates in {folder}: {} is not there", names.join(" or "));
    Err(Reason::new(ReasonCode::Missing, detail))
}

/// What an advisory tells of an installed package.
fn update(package: &Package, advised: &Advised, fetched: Option<Instant>) -> PendingUpdate {
    PendingUpdate {
        name: package.name.clone(),
        installed: package.evr.to_string(),
        available: advised.evr.to_string(),
        published_by: advised.issued.or(fetched).unwrap_or(Instant::UNIX_EPOCH),
        severity: advised.severity,
    }
}

/// Adds an update, or makes one of it and of what is known of the same package: however much advisories repeat, no more is kept
/// than one for each package.
fn add(pending: &mut BTreeMap<String, PendingUpdate>, update: PendingUpdate) {
    let Some(known) = pending.get_mut(&update.name) else {
        pending.insert(update.name.clone(), update);
        return;
    };
    // Of several advisories the first was not followed, and the most severe counts.
    known.published_by = known.published_by.min(update.published_by);
    known.severity = known.severity.max(update.severity);
    if Evr::parse(&update.available).order(&Evr::parse(&known.available)).is_gt() {
        known.available = update.available;
    }
}
