//! The files of a path or of a pattern, as shells and sshd name them.

use tenken_model::{Reason, ReasonCode, Size};

use super::pattern::fits;
use crate::collect::Look;
use crate::host::EntryKind;

/// The most bytes of one configuration file.
pub(super) const FILE_MAX: Size = Size::from_bytes(256 * 1024);

/// The most entries of one folder.
pub(super) const ENTRIES_MAX: usize = 4_096;

/// The files of an absolute path whose last part may be a pattern of `*` and `?`, sorted by name. A path
/// that is not there has none; hidden files fit no pattern.
pub(super) fn files_of(look: &Look<'_>, path: &str) -> Result<Vec<(String, Vec<u8>)>, Reason> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if folder.contains(['*', '?', '[']) || name.contains(['[', '{']) {
        return Err(Reason::new(ReasonCode::Unsupported, format!("{path}: patterns of this form are not followed")));
    }
    if !name.contains(['*', '?']) {
        return read(look, path).map(|file| file.into_iter().collect());
    }
    let mut files = Vec::new();
    for entry in look.list_if_there(folder, ENTRIES_MAX).map_err(|error| error.reason())? {
        let candidate = matches!(entry.kind, EntryKind::File | EntryKind::Link) && !entry.name.starts_with('.');
        if candidate && fits(name.as_bytes(), entry.name.as_bytes()) {
            files.extend(read(look, &format!("{folder}/{}", entry.name))?);
        }
    }
    Ok(files)
}

fn read(look: &Look<'_>, path: &str) -> Result<Option<(String, Vec<u8>)>, Reason> {
    let bytes = look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())?;
    Ok(bytes.map(|bytes| (path.to_owned(), bytes)))
}
