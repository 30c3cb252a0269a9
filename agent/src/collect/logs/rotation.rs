//! How logrotate treats each log of this host.

use std::cell::RefCell;

use tenken_model::{Reason, ReasonCode, Size};

use super::logrotate::{Rotation, Statement, parse};
use crate::collect::Look;
use crate::collect::glob::{ENTRIES_MAX, Glob};
use crate::host::EntryKind;

/// logrotate's own file.
const LOGROTATE: &str = "/etc/logrotate.conf";
const FILE_MAX: Size = Size::from_bytes(256 * 1024);
const DEPTH_MAX: usize = 10;
const FILES_MAX: usize = 1_000;
/// Endings of files that logrotate passes over in a folder (`tabooext`).
const PASSED_OVER: [&str; 20] = [
    ",v",
    ".bak",
    ".cfsaved",
    ".disabled",
    ".dpkg-bak",
    ".dpkg-del",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-old",
    ".rhn-cfg-tmp-",
    ".rpmnew",
    ".rpmorig",
    ".rpmsave",
    ".swp",
    ".ucf-dist",
    ".ucf-new",
    ".ucf-old",
    "~",
    ".dpkg-tmp",
    ".cfnew",
];

/// Every section, in the order in which logrotate meets them.
pub(super) struct Rotations(Vec<(Vec<Glob>, Rotation)>);

impl Rotations {
    /// Reads what logrotate would; none where it is not configured.
    pub(super) fn read(look: &Look<'_>) -> Result<Self, Reason> {
        let files = RefCell::new(0);
        let mut found = Vec::new();
        file(look, LOGROTATE, &mut Rotation::default(), &mut found, (0, &files))?;
        Ok(Self(found))
    }

    /// What holds for a log; nothing where it is never put aside. Of several sections the first counts.
    pub(super) fn of(&self, log: &str) -> Option<&Rotation> {
        let means = |globs: &[Glob]| globs.iter().any(|glob| glob.covers(std::path::Path::new(log)));
        self.0.iter().find(|(globs, _)| means(globs)).map(|(_, rotation)| rotation)
    }
}

fn file(
    look: &Look<'_>,
    path: &str,
    general: &mut Rotation,
    found: &mut Vec<(Vec<Glob>, Rotation)>,
    (depth, files): (usize, &RefCell<usize>),
) -> Result<(), Reason> {
    *files.borrow_mut() += 1;
    if depth > DEPTH_MAX || *files.borrow() > FILES_MAX {
        let detail = format!("read {path}: includes are too deep or name too many files");
        return Err(Reason::new(ReasonCode::TooLarge, detail));
    }
    let Some(bytes) = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? else { return Ok(()) };
    let statements =
        parse(&bytes).map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
    for statement in statements {
        match statement {
            Statement::Setting(setting) => general.set(&setting),
            Statement::Include(included) => {
                for path in included_files(look, &included)? {
                    file(look, &path, general, found, (depth + 1, files))?;
                }
            }
            Statement::Section { paths, settings } => {
                let mut rotation = general.clone();
                for setting in &settings {
                    rotation.set(setting);
                }
                let globs = paths.iter().map(|path| Glob::parse(path).unwrap_or_else(|_| Glob::plain(path))).collect();
                found.push((globs, rotation));
            }
        }
    }
    Ok(())
}

/// A file means itself, a folder its files by their names, hidden ones too.
fn included_files(look: &Look<'_>, path: &str) -> Result<Vec<String>, Reason> {
    let metadata = match look.metadata(path) {
        Err(error) if error.is_not_there() => return Ok(Vec::new()),
        other => other.map_err(|error| error.reason())?,
    };
    if metadata.kind != EntryKind::Folder {
        return Ok(vec![path.to_owned()]);
    }
    let entries = look.list(path, ENTRIES_MAX).map_err(|error| error.reason())?;
    let read = entries.into_iter().filter(|entry| {
        matches!(entry.kind, EntryKind::File | EntryKind::Link)
            && !PASSED_OVER.iter().any(|ending| entry.name.ends_with(ending))
    });
    Ok(read.map(|entry| format!("{}/{}", path.trim_end_matches('/'), entry.name)).collect())
}
