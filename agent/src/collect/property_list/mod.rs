//! Property lists of macOS, in both of their forms.
//!
//! What is made of a file is bounded: of a binary one, whose objects may name each other over and over, as well.

mod binary;
mod xml;

use std::collections::BTreeMap;

use tenken_model::{Instant, Reason, ReasonCode, Size};
use thiserror::Error;

use crate::collect::Look;

/// The largest file that is read.
pub const FILE_MAX: Size = Size::from_bytes(4 << 20);
/// The most values that are made of one.
const VALUES_MAX: usize = 100_000;
/// The deepest they lie in each other.
const DEPTH_MAX: usize = 32;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text.
    Text(String),
    /// A point in time.
    Time(Instant),
    /// Bytes.
    Data(Vec<u8>),
    /// Several values.
    List(Vec<Value>),
    /// Values by name.
    Table(BTreeMap<String, Value>),
    /// One that nothing is made of, such as a null or a reference of an archive.
    Other,
}

/// Why a file is no property list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PropertyListError {
    /// It ends before what it names.
    #[error("it is cut off, or names a place behind its end")]
    CutOff,
    /// It is neither of the two forms.
    #[error("it is no property list")]
    NoPropertyList,
    /// It makes more values than any file that is read has.
    #[error("it makes more than {VALUES_MAX} values, or they lie deeper than {DEPTH_MAX}")]
    TooMuch,
    /// It is no well-formed XML.
    #[error("{0}")]
    Xml(String),
}

/// Reads a property list.
pub fn parse(bytes: &[u8]) -> Result<Value, PropertyListError> {
    if bytes.starts_with(b"bplist00") { binary::parse(bytes) } else { xml::parse(bytes) }
}

impl Value {
    /// The value of that name, where this is a table.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Table(table) => table.get(name),
            Self::Truth(_)
            | Self::Number(_)
            | Self::Real(_)
            | Self::Text(_)
            | Self::Time(_)
            | Self::Data(_)
            | Self::List(_)
            | Self::Other => None,
        }
    }

    /// A truth value; a number is one as well, as preferences have it.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            Self::Number(number) => Some(*number != 0),
            _ => None,
        }
    }

    /// A whole number; a fraction without one is one as well.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Real(real) => format!("{real:.0}").parse().ok(),
            _ => None,
        }
    }

    /// A text.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// A point in time.
    pub fn time(&self) -> Option<Instant> {
        if let Self::Time(time) = self { Some(*time) } else { None }
    }

    /// The values of a list; none of anything else.
    pub fn list(&self) -> &[Self] {
        if let Self::List(list) = self { list } else { &[] }
    }

    /// The first text of a list, as records of directory services keep what is single.
    pub fn first_text(&self, name: &str) -> Option<&str> {
        self.get(name)?.list().first()?.text()
    }
}

/// A property list that may be missing: `None` where it is.
pub fn read(look: &Look<'_>, path: &str) -> Result<Option<Value>, Reason> {
    match look.read_if_there(path, FILE_MAX) {
        Ok(None) => Ok(None),
        Ok(Some(bytes)) => parse(&bytes)
            .map(Some)
            .map_err(|error| Reason::new(ReasonCode::Unparsable, format!("read {path}: {error}"))),
        Err(error) => Err(error.reason()),
    }
}

/// Counts what is made.
struct Budget(usize);

impl Budget {
    fn take(&mut self, depth: usize) -> Result<(), PropertyListError> {
        self.0 = self.0.checked_sub(1).filter(|_| depth <= DEPTH_MAX).ok_or(PropertyListError::TooMuch)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
