//! How logrotate treats each log of this host.

use tenken_model::{Reason, ReasonCode, Size};

use super::logrotate::{PASSED_OVER, Rotation, Statement, parse};
use crate::collect::Look;
use crate::collect::glob::{ENTRIES_MAX, Glob, Pattern};
use crate::host::EntryKind;

/// logrotate's own file.
const LOGROTATE: &str = "/etc/logrotate.conf";
const FILE_MAX: Size = Size::from_bytes(256 * 1024);
const DEPTH_MAX: usize = 10;
const FILES_MAX: usize = 1_000;
/// Logs by their patterns, and what holds for them; or why logrotate passes over what is said of them.
type Section = (Vec<Glob>, Result<Rotation, Reason>);

/// Every section, in the order in which logrotate meets them.
pub(super) struct Rotations {
    sections: Vec<Section>,
    /// Why a part of a file is not read. What it says of other logs is not known.
    unread: Option<Reason>,
}

impl Rotations {
    /// Reads what logrotate would; none where it is not configured.
    pub(super) fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let passed_over = PASSED_OVER.iter().map(|pattern| (*pattern).to_owned()).collect();
        let mut reader = Reader {
            look,
            general: Rotation::default(),
            passed_over,
            files: 0,
            found: Self { sections: Vec::new(), unread: None },
        };
        reader.file(LOGROTATE, 0)?;
        Ok(reader.found)
    }

    /// What holds for a log; nothing where it is never put aside. Of several sections the first counts, whose second mention
    /// logrotate calls a duplicate. A section that is passed over leaves it to those behind it in some versions only.
    pub(super) fn of(&self, log: &str) -> Result<Option<&Rotation>, Reason> {
        let means = |globs: &[Glob]| globs.iter().any(|glob| glob.covers(std::path::Path::new(log)));
        match (self.sections.iter().find(|(globs, _)| means(globs)), &self.unread) {
            (Some((_, rotation)), _) => rotation.as_ref().map(Some).map_err(Clone::clone),
            (None, Some(why)) => Err(why.clone()),
            (None, None) => Ok(None),
        }
    }
}

/// What was read so far.
struct Reader<'a, 'h> {
    look: &'a Look<'h>,
    general: Rotation,
    passed_over: Vec<String>,
    files: usize,
    found: Rotations,
}

impl Reader<'_, '_> {
    fn file(&mut self, path: &str, depth: usize) -> Result<(), Reason> {
        self.files += 1;
        if depth > DEPTH_MAX || self.files > FILES_MAX {
            let detail = format!("read {path}: includes are too deep or name too many files");
            return Err(Reason::new(ReasonCode::TooLarge, detail));
        }
        let bytes = self.look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
        let Some(bytes) = bytes else { return Ok(()) };
        let unparsable = |error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"));
        let globs = |paths: Vec<String>| {
            paths.iter().map(|path| Glob::parse(path).unwrap_or_else(|_| Glob::plain(path))).collect::<Vec<_>>()
        };
        let before = self.general.clone();
        for statement in parse(&bytes).map_err(unparsable)? {
            match statement {
                Statement::Setting(setting) => self.general.set(&setting),
                Statement::PassedOver { adds, patterns } => {
                    if !adds {
                        self.passed_over.clear();
                    }
                    self.passed_over.extend(patterns);
                }
                Statement::Include(included) => {
                    for path in self.included(&included)? {
                        self.file(&path, depth + 1)?;
                    }
                }
                Statement::Section { paths, settings } => {
                    let mut rotation = self.general.clone();
                    for setting in &settings {
                        rotation.set(setting);
                    }
                    self.found.sections.push((globs(paths), Ok(rotation)));
                }
                Statement::Refused { paths, why } => self.found.sections.push((globs(paths), Err(unparsable(why)))),
                // What was general in it counts no more, and other files are read on.
                Statement::Stops(why) => {
                    self.general = before.clone();
                    self.found.unread.get_or_insert_with(|| unparsable(why));
                }
            }
        }
        Ok(())
    }

    /// A file means itself, a folder its files by their names, hidden ones too.
    fn included(&self, path: &str) -> Result<Vec<String>, Reason> {
        if !path.starts_with('/') {
            // It is looked for where logrotate was started, and under its name with the quotes that stand around it.
            let why = format!("{LOGROTATE} includes {path:?}, which is no absolute path");
            return Err(Reason::new(ReasonCode::Unsupported, why));
        }
        let metadata = match self.look.metadata(path) {
            Err(error) if error.is_not_there() => return Ok(Vec::new()),
            other => other.map_err(|error| error.reason())?,
        };
        if metadata.kind != EntryKind::Folder {
            return Ok(vec![path.to_owned()]);
        }
        let patterns = self.passed_over.iter().map(|pattern| Pattern::parse(pattern)).collect::<Result<Vec<_>, _>>();
        let patterns = patterns.map_err(|error| {
            Reason::new(ReasonCode::Unsupported, format!("read what logrotate passes over in {path}: {error}"))
        })?;
        let entries = self.look.list(path, ENTRIES_MAX).map_err(|error| error.reason())?;
        let read = entries.into_iter().filter(|entry| {
            matches!(entry.kind, EntryKind::File | EntryKind::Link)
                && !patterns.iter().any(|pattern| pattern.fits(&entry.name))
        });
        Ok(read.map(|entry| format!("{}/{}", path.trim_end_matches('/'), entry.name)).collect())
    }
}
