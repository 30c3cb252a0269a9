//! What is wrong with a file a person wrote, and where.

use crate::expression::ExpressionError;
use crate::place::{self, Place, Step};

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct Problem {
    /// The file as it was named when it was loaded.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(crate) struct Problems<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    fn push(&mut self, place: Option<Place>, message: impl Into<String>) {
        let Place { line, column } = place.unwrap_or(Place::START);
        self.found.push(Problem { file: self.file.to_owned(), line, column, message: message.into() });
    }

    /// The file as a whole is wrong.
    pub(crate) fn whole(&mut self, message: impl Into<String>) {
        self.push(None, message);
    }

    /// The value at the path is wrong.
    pub(crate) fn value(&mut self, path: &[Step<'_>], message: impl Into<String>) {
        self.push(nearest(self.text, path, place::of_value), message);
    }

    /// The key at the end of the path is wrong.
    pub(crate) fn key(&mut self, path: &[Step<'_>], message: impl Into<String>) {
        self.push(nearest(self.text, path, place::of_key), message);
    }

    /// The expression that begins at byte `offset` of the text at the path is wrong.
    pub(crate) fn expression(&mut self, path: &[Step<'_>], offset: usize, error: &ExpressionError) {
        self.push(place::within(self.text, path, offset.saturating_add(error.at)), error.message.clone());
    }

    /// The file is no YAML, or not of the form that is asked for.
    pub(crate) fn yaml(&mut self, error: &serde_yaml::Error) {
        let place = error.location().map(|at| Place { line: at.line(), column: at.column() });
        let shown = error.to_string();
        let message = match place {
            Some(Place { line, column }) => {
                shown.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&shown)
            }
            None => &shown,
        };
        let place = place.unwrap_or(Place::START);
        let better = match message.split_once("duplicate field `").and_then(|(_, rest)| rest.split('`').next()) {
            Some(key) => place::of_second(self.text, key, place),
            // Identifiers are checked after the parser has left them; what they quote is looked for.
            None if message.contains("` is not ") => {
                message.split('`').nth(1).and_then(|quoted| place::of_text(self.text, quoted, place))
            }
            None => None,
        };
        self.push(Some(better.unwrap_or(place)), message);
    }

    /// Nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found, in the order of the file.
    pub(crate) fn into_vec(mut self) -> Vec<Problem> {
        self.found.sort();
        self.found.dedup();
        self.found
    }
}

/// The place of the path, or of what encloses it if it is not written.
fn nearest(text: &str, path: &[Step<'_>], find: fn(&str, &[Step<'_>]) -> Option<Place>) -> Option<Place> {
    find(text, path).or_else(|| {
        let (_, outer) = path.split_last()?;
        nearest(text, outer, place::of_key)
    })
}

/// Reads YAML of at most `bytes_max` bytes strictly into a type.
pub(crate) fn read<T: serde::de::DeserializeOwned>(
    text: &str,
    bytes_max: usize,
    problems: &mut Problems<'_>,
) -> Option<T> {
    if text.len() > bytes_max {
        problems.whole(format!("the file has {} bytes; at most {bytes_max} are read", text.len()));
        return None;
    }
    if let Some(at) = too_deep(text) {
        problems.push(Some(Place::of_byte(text, at)), format!("brackets are nested more than {NESTING_MAX} deep"));
        return None;
    }
    serde_yaml::from_str(text).map_err(|error| problems.yaml(&error)).ok()
}

/// The deepest nesting of brackets. The parser's time grows with its square, so that it is not asked.
const NESTING_MAX: usize = 64;

/// The byte at which brackets are nested too deep; quotes are not looked at.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_MAX {
            return Some(at);
        }
    }
    None
}

/// An optional key that, once written, must have a value: an empty `only:` is a slip, not an absence.
pub(crate) fn written<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
