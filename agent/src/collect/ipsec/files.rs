//! The files of a configuration, each in the place where another one includes it.

use tenken_model::{Reason, ReasonCode, Size};

use crate::collect::{Look, glob};

/// The most bytes of one file.
const FILE_MAX: Size = Size::from_bytes(256 * 1024);
/// The most files together, and how deep they include each other.
const FILES_MAX: usize = 256;
const DEPTH_MAX: usize = 10;
/// The most parts of all files together.
const PARTS_MAX: usize = 20_000;
/// The most bytes of all files together.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// Takes a file apart; an error is what is wrong with it.
type Parse<'f, T> = &'f dyn Fn(&[u8]) -> Result<Vec<T>, String>;

/// How a kind of file is taken apart.
pub(super) struct Form<'f, T> {
    /// Takes one apart.
    pub(super) parse: Parse<'f, T>,
    /// The pattern of a part that includes other files.
    pub(super) included: &'f dyn Fn(&T) -> Option<&str>,
}

/// The parts of a file and of all it includes, in the order in which a program sees them; nothing where it is not there.
pub(super) fn parts<T>(look: &Look<'_>, path: &str, form: &Form<'_, T>) -> Result<Option<Vec<T>>, Reason> {
    let mut reading = Reading { look, form, files: 0, bytes: 0, found: Vec::new() };
    Ok(reading.file(path, 0)?.then_some(reading.found))
}

struct Reading<'r, 'h, 'f, T> {
    look: &'r Look<'h>,
    form: &'r Form<'f, T>,
    files: usize,
    bytes: usize,
    found: Vec<T>,
}

impl<T> Reading<'_, '_, '_, T> {
    fn file(&mut self, path: &str, depth: usize) -> Result<bool, Reason> {
        let Some(bytes) = self.look.read_text_if_there(path, FILE_MAX).map_err(|error| error.reason())? else {
            return Ok(false);
        };
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.files > FILES_MAX || depth > DEPTH_MAX || self.bytes > BYTES_MAX {
            return Err(Reason::new(
                ReasonCode::TooLarge,
                format!("read {path}: too many files, too large or too deep"),
            ));
        }
        let parts = (self.form.parse)(&bytes)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}")))?;
        for part in parts {
            if let Some(pattern) = (self.form.included)(&part) {
                for file in included(self.look, path, pattern)? {
                    self.file(&file, depth + 1)?;
                }
            } else if self.found.len() >= PARTS_MAX {
                return Err(Reason::new(ReasonCode::TooLarge, format!("read {path}: more than {PARTS_MAX} settings")));
            } else {
                self.found.push(part);
            }
        }
        Ok(true)
    }
}

/// The files that a pattern means for the file it stands in.
fn included(look: &Look<'_>, path: &str, pattern: &str) -> Result<Vec<String>, Reason> {
    let pattern = absolute(path, pattern);
    if pattern.contains('{') {
        let detail = format!("read {pattern}: what stands in braces is not followed");
        return Err(Reason::new(ReasonCode::Unsupported, detail));
    }
    if glob::has_pattern(&pattern) { glob::paths(look, &pattern) } else { Ok(vec![pattern]) }
}

/// A pattern from the folder of the file it stands in.
pub(crate) fn absolute(path: &str, pattern: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if !pattern.starts_with('/') => format!("{folder}/{pattern}"),
        _ => pattern.to_owned(),
    }
}
