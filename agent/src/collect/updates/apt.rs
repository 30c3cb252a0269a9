//! What apt knows of updates, without running it.

use std::collections::BTreeMap;

use tenken_model::fact::updates::{Pending, PendingUpdate};
use tenken_model::{Instant, Reason, ReasonCode, Size};

use crate::collect::Look;
use crate::collect::packages::apt_lists::{ListForm, Newer, list_of, repository};
use crate::collect::packages::debian_version::compare;
use crate::collect::packages::dpkg::Reader;
use crate::collect::packages::release_file::{self, Release};
use crate::collect::packages::{FileError, in_parts};
use crate::host::Entry;

pub(super) const STATUS: &str = "/var/lib/dpkg/status";
/// That of a host with 4,000 packages has some 5 MB.
const STATUS_MAX: Size = Size::from_bytes(32 << 20);
const LISTS: &str = "/var/lib/apt/lists";
const LISTS_MAX: usize = 5_000;
/// The largest list of security updates, Ubuntu's, has some 20 MB.
const LIST_MAX: Size = Size::from_bytes(96 << 20);
/// The head of a file of release; sums follow.
const HEAD: Size = Size::from_bytes(4 << 10);
/// Touched by apt's daily job and by update-notifier after the lists were fetched.
const STAMPS: [&str; 2] = ["/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/periodic/update-stamp"];
/// The most updates that are named; the rest are counted.
const NAMED_MAX: usize = 50;

pub(super) fn is_there(look: &Look<'_>) -> Result<bool, Reason> {
    look.exists(STATUS).map_err(|error| error.reason())
}

/// The security updates that the lists tell of and that are not installed.
pub(super) fn pending(look: &Look<'_>) -> Result<Pending, Reason> {
    let installed =
        in_parts(look, STATUS, STATUS_MAX, Reader::default, Reader::take).map_err(FileError::reason)?.finish();
    if installed.more || installed.versions.is_empty() {
        let why = if installed.more { "more packages than are read" } else { "no installed package" };
        return Err(Reason::new(ReasonCode::Unparsable, format!("read {STATUS}: {why}")));
    }
    let entries = look.list(LISTS, LISTS_MAX).map_err(|error| error.reason())?;
    let mut pending = BTreeMap::new();
    let mut lists = 0;
    for (key, release) in releases(look, &entries)? {
        if !release.is_security() {
            continue;
        }
        let published_by = release.date.ok_or_else(|| {
            Reason::new(ReasonCode::Unparsable, format!("read {LISTS}/{key}: its release has no date that is read"))
        })?;
        for (file, form) in entries.iter().filter_map(|entry| Some((&entry.name, list_of(key, &entry.name)?))) {
            let path = format!("{LISTS}/{file}");
            if form == ListForm::Compressed {
                let detail = format!("read {path}: it is compressed (Acquire::GzipIndexes), which is not read");
                return Err(Reason::new(ReasonCode::Unsupported, detail));
            }
            let begin = || Newer::than(&installed.versions);
            let newer = in_parts(look, &path, LIST_MAX, begin, Newer::take).map_err(FileError::reason)?.finish();
            lists += 1;
            for (name, version) in newer {
                add(&mut pending, &installed.versions, name, version, published_by);
            }
        }
    }
    if lists == 0 {
        let detail = format!("look for security updates in {LISTS}: no list of a suite of security updates is there");
        return Err(Reason::new(ReasonCode::Missing, detail));
    }
    let count = u32::try_from(pending.len()).unwrap_or(u32::MAX);
    let mut first: Vec<PendingUpdate> = pending.into_values().collect();
    first.sort_by(|one, other| (one.published_by, &one.name).cmp(&(other.published_by, &other.name)));
    first.truncate(NAMED_MAX);
    Ok(Pending { count, first })
}

/// Adds an update, or puts it in the place of an older one of the same package.
fn add(
    pending: &mut BTreeMap<String, PendingUpdate>,
    installed: &BTreeMap<String, String>,
    name: String,
    available: String,
    published_by: Instant,
) {
    let installed = installed.get(&name).cloned().unwrap_or_default();
    let known = pending.get(&name);
    if known.is_none_or(|known| compare(&available, &known.available).is_gt()) {
        // What replaces it came later: it has been pending since the first of them at the latest.
        let published_by = known.map_or(published_by, |known| known.published_by.min(published_by));
        pending.insert(name.clone(), PendingUpdate { name, installed, available, published_by });
    }
}

/// The files of release, by the beginning of their repositories' files.
fn releases<'e>(look: &Look<'_>, entries: &'e [Entry]) -> Result<Vec<(&'e str, Release)>, Reason> {
    let of = |entry: &'e Entry| Some((repository(&entry.name)?, &entry.name));
    entries
        .iter()
        .filter_map(of)
        .map(|(key, file)| {
            let head = look.read_part(format!("{LISTS}/{file}"), 0, HEAD).map_err(|error| error.reason())?;
            Ok((key, release_file::parse(&head)))
        })
        .collect()
}

/// When the lists were last fetched, at the latest time that is certain: when one of them was written, or a job that
/// fetches them said that it did.
pub(super) fn fetched(look: &Look<'_>, now: Instant) -> Result<Option<Instant>, Reason> {
    let entries = look.list_if_there(LISTS, LISTS_MAX).map_err(|error| error.reason())?;
    let mut known: Vec<Instant> = releases(look, &entries)?.into_iter().filter_map(|(_, of)| of.date).collect();
    for stamp in STAMPS {
        match look.metadata(stamp) {
            Ok(metadata) => known.push(metadata.modified),
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
    }
    Ok(known.into_iter().filter(|fetched| *fetched <= now).max())
}
