//! The files of a path or of a pattern, as shells name them.

use tenken_model::{Reason, ReasonCode, Size};

use crate::collect::{Look, glob};

/// The most bytes of one configuration file.
const FILE_MAX: Size = Size::from_bytes(256 * 1024);

/// The files of an absolute path that may have patterns, sorted by name. A path that is not there has none.
pub(super) fn files_of(look: &Look<'_>, path: &str) -> Result<Vec<(String, Vec<u8>)>, Reason> {
    if !followed(path) {
        return Err(Reason::new(ReasonCode::Unsupported, format!("{path}: patterns of this form are not followed")));
    }
    let paths = if is_pattern(path) { glob::paths(look, path)? } else { vec![path.to_owned()] };
    let mut files = Vec::new();
    for path in paths {
        files.extend(file(look, path)?);
    }
    Ok(files)
}

/// Whether the patterns of a path are followed. Shells expand braces before patterns, and a backslash may be one that
/// stood in quotes.
pub(crate) fn followed(path: &str) -> bool {
    !(path.contains('{') || path.contains('\\') && is_pattern(path))
}

/// Whether a path is a pattern, and not the name of one file.
pub(crate) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// A file, where it is there.
pub(super) fn file(look: &Look<'_>, path: String) -> Result<Option<(String, Vec<u8>)>, Reason> {
    let bytes = look.read_text_if_there(&path, FILE_MAX).map_err(|error| error.reason())?;
    Ok(bytes.map(|bytes| (path, bytes)))
}
