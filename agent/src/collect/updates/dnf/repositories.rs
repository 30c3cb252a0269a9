//! The repositories that dnf asks, and what it keeps of each.

use std::collections::BTreeMap;

use tenken_model::{Instant, Reason, ReasonCode, Size};

use crate::collect::Look;
use crate::collect::packages::dnf_config::{MAIN, Section, parse, repository_of};
use crate::collect::packages::repodata::repomd;
use crate::host::{EntryKind, ReadError};

const CONFIG: &str = "/etc/dnf/dnf.conf";
const CONFIG_MAX: Size = Size::from_bytes(1 << 20);
/// Where repositories are written down where dnf.conf does not say, for dnf 4 and 5.
const FOLDERS: [&str; 3] = ["/etc/yum.repos.d", "/etc/distro.repos.d", "/usr/share/dnf5/repos.d"];
/// Where dnf 5 keeps what is said otherwise of them: what comes later counts.
const OVERRIDES: [&str; 2] = ["/usr/share/dnf5/repos.override.d", "/etc/dnf/repos.override.d"];
/// Where dnf 4 and 5 keep what they fetched.
const CACHES: [&str; 2] = ["/var/cache/dnf", "/var/cache/libdnf5"];
const ENTRIES_MAX: usize = 2_000;
const FILES_MAX: usize = 500;
const INDEX: &str = "repomd.xml";
const INDEX_MAX: Size = Size::from_bytes(1 << 20);

/// What dnf is told to ask.
pub(in crate::collect::updates) struct Repositories {
    /// The repositories that are enabled.
    pub(super) enabled: Vec<Repository>,
}

/// A repository that is enabled.
pub(super) struct Repository {
    pub(super) id: String,
    /// dnf does without it where it cannot be reached.
    pub(super) may_be_missing: bool,
    /// What was fetched last.
    pub(super) cached: Option<Cached>,
}

/// What is kept of a repository.
pub(super) struct Cached {
    pub(super) folder: String,
    /// When it was fetched or found to be as it was; nothing where that is ahead of the clock.
    pub(super) fetched: Result<Option<Instant>, Reason>,
    /// The files that hold its advisories, in any form; none where it has none. Or why that is not known.
    pub(super) advisories: Result<Vec<String>, Reason>,
}

impl Repositories {
    /// Whether anything was ever fetched for one of them.
    pub(in crate::collect::updates) fn are_cached(&self) -> bool {
        self.enabled.iter().any(|repository| repository.cached.is_some())
    }

    /// When the lists of security updates were fetched: of several repositories with advisories the one that was fetched
    /// first, because nothing is known of what it has told since. Where none has any, the one that was fetched last.
    pub(in crate::collect::updates) fn fetched(&self) -> Result<Option<Instant>, Reason> {
        let cached = || self.enabled.iter().filter_map(|repository| repository.cached.as_ref());
        // One whose index is not read may have some.
        let with_advisories =
            cached().filter(|cached| cached.advisories.as_ref().map_or(true, |files| !files.is_empty()));
        let dates: Vec<Option<Instant>> =
            with_advisories.map(|cached| cached.fetched.clone()).collect::<Result<_, _>>()?;
        let newest = || cached().filter_map(|cached| cached.fetched.as_ref().ok().copied().flatten()).max();
        Ok(dates.into_iter().min().unwrap_or_else(newest))
    }
}

/// Reads which repositories are enabled, and what is kept of them.
pub(in crate::collect::updates) fn read(look: &Look<'_>, now: Instant) -> Result<Repositories, Reason> {
    let main = sections(look, CONFIG)?;
    let of_main = |name: &str| main.iter().rev().filter(|of| of.name == MAIN).find_map(|of| of.value(name));
    let folders: Vec<String> = match of_main("reposdir") {
        Some(folders) => folders.split([',', ' ']).filter(|folder| !folder.is_empty()).map(str::to_owned).collect(),
        None => FOLDERS.map(str::to_owned).to_vec(),
    };
    let places = match of_main("cachedir").or(of_main("system_cachedir")) {
        Some(cache) => vec![cache.trim_end_matches('/').to_owned()],
        None => CACHES.map(str::to_owned).to_vec(),
    };
    let mut known: BTreeMap<String, Section> = BTreeMap::new();
    let mut add = |section: Section, overrides: bool| {
        if section.name == MAIN {
            return;
        }
        match known.get_mut(&section.name) {
            Some(known) if overrides => known.settings.extend(section.settings),
            // Of several of one name dnf keeps the first.
            Some(_) => {}
            None if overrides => {}
            None => drop(known.insert(section.name.clone(), section)),
        }
    };
    for section in &main {
        add(section.clone(), false);
    }
    for folder in &folders {
        for section in of_folder(look, folder)? {
            add(section, false);
        }
    }
    for folder in OVERRIDES {
        for section in of_folder(look, folder)? {
            if section.name.contains(['*', '?', '[']) {
                let detail = format!("read {folder}: the pattern {} of repositories is not followed", section.name);
                return Err(Reason::new(ReasonCode::Unsupported, detail));
            }
            add(section, true);
        }
    }
    let mut cached = cached(look, &places, now)?;
    let enabled = known.into_values().filter(|of| of.is_set("enabled").unwrap_or(true)).map(|of| {
        let may_be_missing = of.is_set("skip_if_unavailable").unwrap_or(false);
        Repository { cached: cached.remove(&of.name), id: of.name, may_be_missing }
    });
    let mut enabled: Vec<Repository> = enabled.collect();
    let there = enabled.iter_mut().filter_map(|repository| repository.cached.as_mut());
    for cached in there.filter(|cached| cached.fetched.is_ok()) {
        cached.advisories = advisories(look, &cached.folder);
    }
    Ok(Repositories { enabled })
}

/// The settings of all files of a folder, in the order of their names.
fn of_folder(look: &Look<'_>, folder: &str) -> Result<Vec<Section>, Reason> {
    let entries = look.list_if_there(folder, FILES_MAX).map_err(|error| error.reason())?;
    let is_read = |name: &str| std::path::Path::new(name).extension().is_some_and(|ending| ending == "repo");
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| is_read(&entry.name)) {
        found.extend(sections(look, &format!("{folder}/{}", entry.name))?);
    }
    Ok(found)
}

fn sections(look: &Look<'_>, path: &str) -> Result<Vec<Section>, Reason> {
    let Some(bytes) = look.read_text_if_there(path, CONFIG_MAX).map_err(|error| error.reason())? else {
        return Ok(Vec::new());
    };
    parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))
}

/// What is kept of each repository. Where it was fetched from several places, the last of them counts.
fn cached(look: &Look<'_>, caches: &[String], now: Instant) -> Result<BTreeMap<String, Cached>, Reason> {
    let mut found: BTreeMap<String, Cached> = BTreeMap::new();
    for cache in caches {
        for entry in look.list_if_there(cache, ENTRIES_MAX).map_err(|error| error.reason())? {
            let Some(id) = repository_of(&entry.name).filter(|_| entry.kind == EntryKind::Folder) else { continue };
            let folder = format!("{cache}/{}/repodata", entry.name);
            let fetched = match fetched(look, &folder) {
                Ok(None) => continue,
                Ok(fetched) => Ok(fetched.filter(|fetched| *fetched <= now)),
                Err(error) => Err(error.reason()),
            };
            let is_newer = |known: &Cached| match (&known.fetched, &fetched) {
                (Ok(known), Ok(fetched)) => known < fetched,
                // It may be the newest.
                (Ok(_), Err(_)) => true,
                (Err(_), _) => false,
            };
            if found.get(id).is_none_or(is_newer) {
                let advisories = fetched.clone().map(|_| Vec::new());
                found.insert(id.to_owned(), Cached { folder, fetched, advisories });
            }
        }
    }
    Ok(found)
}

/// When a repository was last fetched, or found to be as it was: dnf then touches its list of packages. Nothing where there
/// is no index.
fn fetched(look: &Look<'_>, folder: &str) -> Result<Option<Instant>, ReadError> {
    let mut newest = None;
    let mut has_index = false;
    for entry in look.list_if_there(folder, ENTRIES_MAX)? {
        let is_index = entry.name == INDEX;
        has_index |= is_index;
        if is_index || entry.name.contains("-primary.") {
            newest = newest.max(Some(look.metadata(format!("{folder}/{}", entry.name))?.modified));
        }
    }
    Ok(newest.filter(|_| has_index))
}

fn advisories(look: &Look<'_>, folder: &str) -> Result<Vec<String>, Reason> {
    let path = format!("{folder}/{INDEX}");
    let bytes = look.read_text(&path, INDEX_MAX).map_err(|error| error.reason())?;
    repomd::advisories(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))
}
