//! Generations that are folders or files of their own: named by date, or by rsnapshot's levels.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use super::dated::{Stamp, partial, stamp};
use super::generation::{Generation, Summary};
use super::rsnapshot;
use crate::collect::Look;
use crate::collect::antivirus::time_zone::Zone;
use crate::host::{EntryKind, ReadErrorKind};

/// How many entries of a backup folder are read.
pub(super) const FOLDER_LIMIT: usize = 20_000;
/// How many of the newest generations are measured, and how many files of each.
const MEASURED_GENERATIONS: usize = 4;
const MEASURED_FILES: usize = 20_000;

/// How far the time of a name and of what it names may be apart.
const APART_MAX: Span = Span::from_days(2);
const DAY: Span = Span::from_days(1);

/// Folders and files below a generation's name, and when they were last changed.
struct Found {
    made: Instant,
    parts: Vec<Part>,
}

/// A folder or file that belongs to a generation.
struct Part {
    path: PathBuf,
    kind: EntryKind,
    size: Size,
    modified: Instant,
}

/// What the files of a generation are together.
#[derive(Debug, Clone, Default)]
struct Contents {
    bytes: u64,
    newest_file: Option<Instant>,
    /// Why what is told is only of the part that was looked at.
    cut: Option<Reason>,
}

impl Contents {
    /// Adds a file. A time that is still to come is not believed: it would be the newest for ever.
    fn add(&mut self, size: Size, modified: Instant, now: Instant) {
        self.bytes = self.bytes.saturating_add(size.bytes());
        if modified <= DAY.after(now) {
            self.newest_file = self.newest_file.max(Some(modified));
        }
    }

    /// A generation of these, found below `path`.
    fn generation(self, made: Instant, path: Option<&Path>) -> Generation {
        let unseen = || {
            let path = path.unwrap_or(Path::new("it")).display();
            let detail = format!("look into {path}: no file in it has a time that is believed");
            Reason::new(ReasonCode::Inconclusive, detail)
        };
        let newest_file = match self.newest_file {
            Some(newest) => Read::Measured(Some(newest)),
            None => Read::NotRead(self.cut.clone().unwrap_or_else(unseen)),
        };
        let (size, newest_file_sure) = match self.cut {
            None => (Read::Measured(Some(Size::from_bytes(self.bytes))), Read::Measured(true)),
            Some(reason) => (Read::NotRead(reason.clone()), Read::NotRead(reason)),
        };
        Generation { made, size, newest_file, newest_file_sure }
    }
}

/// The generations in a folder of dated names. `zone` is what the names' times are in.
pub(super) fn dated(look: &Look<'_>, folder: &Path, zone: &Zone, now: Instant) -> Result<Summary, Reason> {
    let entries = look.list(folder, FOLDER_LIMIT).map_err(|error| error.reason())?;
    let mut by_stamp: BTreeMap<Stamp, Vec<Part>> = BTreeMap::new();
    let (mut left_out, mut disagreeing) = (0, 0);
    for entry in entries {
        let Some(stamp) = stamp(&entry.name) else { continue };
        let path = folder.join(&entry.name);
        let complete = matches!(entry.kind, EntryKind::File | EntryKind::Folder) && !partial(&entry.name);
        match whole(look, &path).map(|found| found.filter(|_| complete))? {
            Some((size, modified)) => {
                by_stamp.entry(stamp).or_default().push(Part { path, kind: entry.kind, size, modified });
            }
            None => left_out += 1,
        }
    }
    let found = by_stamp.into_iter().map(|(stamp, parts)| {
        let modified = parts.iter().map(|part| part.modified).max().unwrap_or(now);
        let (made, agrees) = made(&stamp, modified, zone, now);
        disagreeing += usize::from(!agrees);
        Found { made, parts }
    });
    let generations = measured(look, found.collect(), now);
    let evidence = evidence(
        "read from the dates in names and the times of changes",
        &[
            (left_out, "unfinished, empty or linked left out"),
            (disagreeing, "with a name and a time of change that disagree"),
        ],
    );
    Ok(Summary::of(generations, evidence, now))
}

/// The generations below an rsnapshot root.
pub(super) fn rsnapshot(look: &Look<'_>, root: &Path, now: Instant) -> Result<Summary, Reason> {
    let entries = look.list(root, FOLDER_LIMIT).map_err(|error| error.reason())?;
    let mut found = Vec::new();
    let mut empty = 0;
    for entry in entries.into_iter().filter(|entry| entry.kind == EntryKind::Folder) {
        if !rsnapshot::is_generation(&entry.name) {
            continue;
        }
        let path = root.join(&entry.name);
        match whole(look, &path)? {
            Some((size, made)) => {
                let part = Part { path, kind: entry.kind, size, modified: made };
                found.push(Found { made, parts: vec![part] });
            }
            None => empty += 1,
        }
    }
    let evidence =
        evidence("read from rsnapshot's folders and the times of their changes", &[(empty, "empty left out")]);
    Ok(Summary::of(measured(look, found, now), evidence, now))
}

/// How the numbers were found, with what was counted on the way.
fn evidence(how: &str, counts: &[(usize, &str)]) -> String {
    let counted = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    std::iter::once(how.to_owned()).chain(counted).collect::<Vec<_>>().join("; ")
}

/// Size and time of change of something that holds anything; `None` when it is empty or gone meanwhile.
fn whole(look: &Look<'_>, path: &Path) -> Result<Option<(Size, Instant)>, Reason> {
    let aside = look.aside();
    let metadata = match aside.metadata(path) {
        Err(error) if error.is_not_there() => return Ok(None),
        other => other.map_err(|error| error.reason())?,
    };
    let filled = match metadata.kind {
        EntryKind::Folder => match aside.list(path, 1) {
            Ok(entries) => !entries.is_empty(),
            Err(error) if error.kind == ReadErrorKind::TooLarge => true,
            Err(error) => return Err(error.reason()),
        },
        EntryKind::File | EntryKind::Link | EntryKind::Other => metadata.size.bytes() > 0,
    };
    Ok(filled.then_some((metadata.size, metadata.modified)))
}

/// When something of that name was made, and whether its time of change agrees.
///
/// A day alone is made exact by the time of change if that is near; if not, as after copying with times kept, the end of
/// the day counts, which is the latest the name can mean. A day that is still to come is not believed.
fn made(stamp: &Stamp, modified: Instant, zone: &Zone, now: Instant) -> (Instant, bool) {
    let local = stamp.begin();
    let named = match stamp.offset {
        Some(offset) => Some(Span::from_secs(-i64::from(offset)).after(local.and_utc())),
        None => zone.instant(local),
    };
    let Some(named) = named.filter(|named| *named <= DAY.after(now)) else { return (modified, false) };
    let agrees = Span::between(named, modified).abs() <= APART_MAX;
    match (stamp.time, agrees) {
        (Some(_), _) => (named, agrees),
        (None, true) => (modified, true),
        (None, false) => (DAY.after(named).min(now), false),
    }
}

/// Measures the newest generations; of the others nothing more is asked for.
fn measured(look: &Look<'_>, mut found: Vec<Found>, now: Instant) -> Vec<Generation> {
    found.sort_by_key(|found| std::cmp::Reverse(found.made));
    let looked_into = found.into_iter().enumerate().map(|(age, found)| {
        if age >= MEASURED_GENERATIONS {
            return Generation::untold(found.made);
        }
        match contents(look, &found.parts, now) {
            Ok(contents) => contents.generation(found.made, found.parts.first().map(|part| part.path.as_path())),
            Err(reason) => Generation {
                made: found.made,
                size: Read::NotRead(reason.clone()),
                newest_file: Read::NotRead(reason.clone()),
                newest_file_sure: Read::NotRead(reason),
            },
        }
    });
    looked_into.collect()
}

/// All files of a generation, links not followed.
fn contents(look: &Look<'_>, parts: &[Part], now: Instant) -> Result<Contents, Reason> {
    let mut all = Contents::default();
    let mut files = MEASURED_FILES;
    for part in parts {
        if part.kind == EntryKind::Folder {
            tree(look, &part.path, &mut files, now, &mut all)?;
        } else {
            all.add(part.size, part.modified, now);
        }
    }
    Ok(all)
}

/// Adds the files below a folder, taking each from what may still be looked at. What is beyond that is left out, and told.
fn tree(look: &Look<'_>, folder: &Path, files: &mut usize, now: Instant, all: &mut Contents) -> Result<(), Reason> {
    let aside = look.aside();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = match aside.list(&next, FOLDER_LIMIT) {
            Err(error) if error.kind == ReadErrorKind::TooLarge => {
                all.cut.get_or_insert_with(|| error.reason());
                continue;
            }
            other => other.map_err(|error| error.reason())?,
        };
        for entry in entries {
            let Some(left) = files.checked_sub(1) else {
                let detail = format!("measure {}: it holds more than {MEASURED_FILES} files", folder.display());
                all.cut.get_or_insert_with(|| Reason::new(ReasonCode::TooLarge, detail));
                return Ok(());
            };
            *files = left;
            let path = next.join(&entry.name);
            match entry.kind {
                EntryKind::Folder => folders.push(path),
                EntryKind::File => {
                    let metadata = aside.metadata(&path).map_err(|error| error.reason())?;
                    all.add(metadata.size, metadata.modified, now);
                }
                EntryKind::Link | EntryKind::Other => {}
            }
        }
    }
    Ok(())
}
