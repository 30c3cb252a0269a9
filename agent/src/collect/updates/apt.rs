//! What apt knows of updates, without running it.

use std::collections::BTreeMap;

use tenken_model::fact::updates::{Pending, PendingUpdate};
use tenken_model::{Instant, Reason, ReasonCode, Size, Span};

use super::os_release::{OsRelease, UNSTABLE};
use super::{Lists, first_named, support};
use crate::collect::Look;
use crate::collect::packages::apt_lists::{ListForm, Newer, list_of, repository, site};
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
/// Touched by apt's daily job and by update-notifier after lists were fetched, unless all of them failed.
const STAMPS: [&str; 2] = ["/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/periodic/update-stamp"];
/// Systems that publish their security updates in suites of their own.
const WITH_SECURITY_SUITES: [&str; 2] = ["debian", "ubuntu"];
/// How long a suite is written anew by nobody while its system is supported: at the end of the year Ubuntu published nothing
/// for some two weeks.
const QUIET_MAX: Span = Span::from_days(21);

pub(super) fn is_there(look: &Look<'_>) -> Result<bool, Reason> {
    look.exists(STATUS).map_err(|error| error.reason())
}

/// What the lists tell.
pub(super) fn lists(look: &Look<'_>, system: &OsRelease, now: Instant) -> Lists {
    let pending = pending(look, system, now);
    match fetched(look, system, now) {
        Ok((fetched, valid_until)) => Lists { pending, fetched: Ok(fetched), valid_until },
        Err(reason) => Lists { pending, fetched: Err(reason), valid_until: None },
    }
}

/// The security updates that the lists tell of and that are not installed. That there is none is known only where a list of a
/// suite that decides was read, and all others too.
fn pending(look: &Look<'_>, system: &OsRelease, now: Instant) -> Result<Pending, Reason> {
    let installed =
        in_parts(look, STATUS, STATUS_MAX, Reader::default, Reader::take).map_err(FileError::reason)?.finish();
    if installed.more || installed.versions.is_empty() {
        let why = if installed.more { "more packages than are read" } else { "no installed package" };
        return Err(Reason::new(ReasonCode::Unparsable, format!("read {STATUS}: {why}")));
    }
    let entries = look.list(LISTS, LISTS_MAX).map_err(|error| error.reason())?;
    let mut pending = BTreeMap::new();
    let mut lists = 0;
    // One that cannot be read hides nothing of what the others tell.
    let mut unread: Option<Reason> = None;
    let mut read = Vec::new();
    for release in releases(look, &entries) {
        match release {
            Ok(release) => read.push(release),
            Err(reason) => unread = unread.or(Some(reason)),
        }
    }
    let code = codename(system);
    let decides: Vec<&Release> = deciding(read.iter().map(|(_, release)| release), system, now);
    for (key, release) in read.iter().filter(|(_, release)| release.is_security()) {
        let is_own = code.is_none_or(|code| release.is_of(code)) && decides.contains(&release);
        let dated = release.date.ok_or_else(|| {
            Reason::new(ReasonCode::Unparsable, format!("read {LISTS}/{key}: its release has no date that is read"))
        });
        for (file, form) in entries.iter().filter_map(|entry| Some((&entry.name, list_of(key, &entry.name)?))) {
            let newer = newer(look, &format!("{LISTS}/{file}"), form, &installed.versions);
            match (&dated, newer) {
                (Ok(published_by), Ok(newer)) => {
                    lists += u32::from(is_own);
                    for (name, version) in newer {
                        add(&mut pending, &installed.versions, name, version, *published_by);
                    }
                }
                (Err(reason), _) => unread = unread.or(Some(reason.clone())),
                (_, Err(reason)) => unread = unread.or(Some(reason)),
            }
        }
    }
    if let Some(reason) = unread.filter(|_| pending.is_empty()) {
        return Err(reason);
    }
    if pending.is_empty() && lists == 0 {
        let what = code.filter(|_| decides.is_empty()).map_or_else(
            || "no list of a suite of security updates is there".to_owned(),
            |code| format!("no security suite of {code} is there"),
        );
        return Err(Reason::new(ReasonCode::Missing, format!("look for security updates in {LISTS}: {what}")));
    }
    let count = u32::try_from(pending.len()).unwrap_or(u32::MAX);
    Ok(Pending { count, first: first_named(pending.into_values().collect()), unread: None })
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
        pending.insert(name.clone(), PendingUpdate { name, installed, available, published_by, severity: None });
    }
}

/// The packages that a list has in a newer version than the one that is installed.
fn newer(
    look: &Look<'_>,
    path: &str,
    form: ListForm,
    installed: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Reason> {
    if form == ListForm::Compressed {
        let detail = format!("read {path}: it is compressed (Acquire::GzipIndexes), which is not read");
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    let begin = || Newer::than(installed);
    Ok(in_parts(look, path, LIST_MAX, begin, Newer::take).map_err(FileError::reason)?.finish())
}

/// The files of release, by the beginning of their repositories' files.
fn releases<'e>(look: &Look<'_>, entries: &'e [Entry]) -> impl Iterator<Item = Result<(&'e str, Release), Reason>> {
    let of = |entry: &'e Entry| Some((repository(&entry.name)?, &entry.name));
    entries.iter().filter_map(of).map(move |(key, file)| {
        let head = look.read_part(format!("{LISTS}/{file}"), 0, HEAD).map_err(|error| error.reason())?;
        Ok((key, Release { site: site(key).to_owned(), ..release_file::parse(&head) }))
    })
}

/// When the lists of security updates were last fetched, at the latest time that is certain, and until when they hold.
///
/// What else is fetched tells nothing of them: a mirror of something else is there while theirs has been out of reach for
/// months. Of several suites the one that was fetched first counts. A system that has no suites of its own for them is judged
/// by the newest list.
fn fetched(look: &Look<'_>, system: &OsRelease, now: Instant) -> Result<(Option<Instant>, Option<Instant>), Reason> {
    let entries = look.list_if_there(LISTS, LISTS_MAX).map_err(|error| error.reason())?;
    let releases: Vec<Release> =
        releases(look, &entries).map(|release| Ok(release?.1)).collect::<Result<_, Reason>>()?;
    let stamp = stamp(look, now)?;
    let past = |date: Option<Instant>| date.filter(|date| *date <= now);
    let suites = by_name(deciding(releases.iter(), system, now));
    if suites.is_empty() {
        let has_suites = has_suites(system);
        let newest = releases.iter().filter_map(|of| past(of.date)).max().max(stamp);
        return Ok((newest.filter(|_| !has_suites), None));
    }
    // One that says until when it holds may not have been written anew before that. Others are when there is something new.
    let fetched = suites.values().map(|suite| {
        let date = past(suite.date)?;
        let holds = suite.valid_until.map_or(Span::between(date, now) <= QUIET_MAX, |until| now <= until);
        Some(if holds { stamp.map_or(date, |stamp| stamp.max(date)) } else { date })
    });
    let valid_until = suites.values().filter_map(|suite| suite.valid_until).min();
    Ok((fetched.min().flatten(), valid_until))
}

/// The suites of security updates whose updates this host gets, by its lists, each as all places have it that it is fetched from.
pub(super) fn security_suites(look: &Look<'_>, system: &OsRelease, now: Instant) -> Result<Vec<Vec<Release>>, Reason> {
    let entries = look.list_if_there(LISTS, LISTS_MAX).map_err(|error| error.reason())?;
    let releases: Vec<Release> =
        releases(look, &entries).map(|release| Ok(release?.1)).collect::<Result<_, Reason>>()?;
    let mut suites: BTreeMap<(&str, &str), Vec<Release>> = BTreeMap::new();
    for release in deciding(releases.iter(), system, now) {
        suites.entry(name_of(release)).or_default().push(release.clone());
    }
    Ok(suites.into_values().collect())
}

/// The codename of the version that this system is, or that it is made of. Nothing where it has no suites of its own for
/// security updates, or says none.
fn codename(system: &OsRelease) -> Option<&str> {
    let own = WITH_SECURITY_SUITES.contains(&system.id.as_str()).then_some(&system.codename);
    [Some(&system.base), own].into_iter().flatten().map(String::as_str).find(|code| !code.is_empty())
}

/// Whether security updates are published in a suite of their own for it. What is always the newest (Debian testing and
/// unstable, which have no version) gets them with everything else; testing has a suite for some of them beside that.
fn has_suites(system: &OsRelease) -> bool {
    let is_known = WITH_SECURITY_SUITES.contains(&system.id.as_str()) || !system.base.is_empty();
    is_known && !system.version.is_empty() && codename(system) != Some(UNSTABLE)
}

/// The suites of security updates that decide. None does where the suite of the system's own version is missing: those of the
/// version that it had before are still written, and tell of nothing that is newer than what is installed now.
///
/// Before the end of the standard support what is sold beside it decides nothing, and after it the suites of the standard
/// support are not written any more.
fn deciding<'r>(releases: impl Iterator<Item = &'r Release>, system: &OsRelease, now: Instant) -> Vec<&'r Release> {
    let code = codename(system);
    let is_own = |release: &Release| code.is_none_or(|code| release.is_of(code));
    let mut security: Vec<&Release> = releases.filter(|release| release.is_security()).collect();
    if code.is_some() && !security.iter().any(|release| !release.is_sold() && is_own(release)) {
        return Vec::new();
    }
    let is_over = support::standard_end(system).is_some_and(|end| now > end);
    let sold_decides = is_over && security.iter().any(|release| release.is_sold() && is_own(release));
    let is_rolling = !has_suites(system);
    security.retain(|release| release.is_sold() == sold_decides);
    security.retain(|release| is_own(release) || !release.is_sold() && !is_rolling);
    security
}

/// The publisher and the name of a suite. All that is sold is one.
fn name_of(release: &Release) -> (&str, &str) {
    if release.is_sold() { ("", "") } else { (release.origin.as_str(), release.own_name()) }
}

/// Suites by their publisher and name, each as it was fetched last.
fn by_name(releases: Vec<&Release>) -> BTreeMap<(&str, &str), &Release> {
    let mut suites: BTreeMap<(&str, &str), &Release> = BTreeMap::new();
    for release in releases {
        let newest = suites.entry(name_of(release)).or_insert(release);
        if release.date > newest.date {
            *newest = release;
        }
    }
    suites
}

/// When a job last said that it fetched lists.
fn stamp(look: &Look<'_>, now: Instant) -> Result<Option<Instant>, Reason> {
    let mut newest = None;
    for stamp in STAMPS {
        match look.metadata(stamp) {
            Ok(metadata) => newest = newest.max(Some(metadata.modified).filter(|at| *at <= now)),
            Err(error) if error.is_not_there() => {}
            Err(error) => return Err(error.reason()),
        }
    }
    Ok(newest)
}
