//! What is recorded of one path.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tenken_model::Size;

use crate::host::{Entry, Metadata, ReadError};

/// What a host answered: what was asked for, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// The answer.
    Given(T),
    /// Why there is none.
    Refused(ReadError),
}

impl<T> Answer<T> {
    /// The answer as the host gave it.
    pub fn get(&self) -> Result<&T, ReadError> {
        match self {
            Self::Given(value) => Ok(value),
            Self::Refused(error) => Err(error.clone()),
        }
    }
}

impl<T: Clone> Answer<T> {
    /// Keeps what a host answered.
    pub fn keep(result: &Result<T, ReadError>) -> Self {
        result.clone().into()
    }
}

impl<T> From<Result<T, ReadError>> for Answer<T> {
    fn from(result: Result<T, ReadError>) -> Self {
        match result {
            Ok(value) => Self::Given(value),
            Err(error) => Self::Refused(error),
        }
    }
}

/// Bytes, written as base64 in JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Bytes(pub Vec<u8>);

impl<T: Into<Vec<u8>>> From<T> for Bytes {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        base64_bytes::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        base64_bytes::deserialize(deserializer).map(Self)
    }
}

/// Writes a field of bytes as base64; for `#[serde(with = ..)]`.
pub(crate) mod base64_bytes {
    use super::{Deserialize, Deserializer, Engine, STANDARD, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}

/// What is known of one path. An absent part was never asked for (or, on a composed host, cannot be:
/// a folder has no content).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// What it is, symbolic links followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Answer<Metadata>>,
    /// Its access control list, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_list: Option<Answer<Option<Bytes>>>,
    /// Its content, whole or in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Answer<Content>>,
    /// Its entries. A composed folder has none here: they are the paths below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<Answer<Vec<Entry>>>,
    /// Where it points, if it is a symbolic link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Answer<PathBuf>>,
}

/// The content of a file as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Where the file ends, in bytes, if a reading reached its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<u64>,
    /// What was read, by offset.
    pub parts: BTreeMap<u64, Bytes>,
}

impl Content {
    /// A file read from its beginning to its end.
    pub fn whole(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self { ends_at: Some(length(&bytes)), parts: BTreeMap::from([(0, Bytes(bytes))]) }
    }

    /// Adds what one reading of at most `asked` bytes from `offset` gave.
    pub fn add(&mut self, offset: u64, asked: Size, bytes: &[u8]) {
        let end = offset.saturating_add(length(bytes));
        if length(bytes) < asked.bytes() && !(bytes.is_empty() && offset > 0) {
            self.ends_at = Some(end);
        }
        if bytes.is_empty() && offset > 0 {
            // Nothing from there on: the end is there or before it.
            self.ends_at = Some(self.ends_at.map_or(offset, |known| known.min(offset)));
            return;
        }
        let longer_is_kept = self.parts.get(&offset).is_some_and(|kept| kept.0.len() > bytes.len());
        if !longer_is_kept {
            self.parts.insert(offset, Bytes(bytes.to_vec()));
        }
    }

    /// The whole content, if all of it was recorded.
    pub fn all(&self) -> Option<&[u8]> {
        let first = self.parts.get(&0)?;
        (self.ends_at == Some(length(&first.0))).then_some(first.0.as_slice())
    }

    /// At most `len` bytes from `offset`, if they were recorded.
    pub fn part(&self, offset: u64, len: Size) -> Option<&[u8]> {
        let wanted_end = offset.saturating_add(len.bytes());
        let end = self.ends_at.map_or(wanted_end, |end| end.min(wanted_end));
        if end <= offset {
            return Some(&[]);
        }
        self.parts.range(..=offset).rev().find_map(|(start, bytes)| {
            let from = usize::try_from(offset.checked_sub(*start)?).ok()?;
            let to = usize::try_from(end.checked_sub(*start)?).ok()?;
            bytes.0.get(from..to)
        })
    }
}

/// The length of a slice in the width of file sizes.
pub(crate) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_whole_file() {
        let content = Content::whole(*b"0123456789");
        assert_eq!(content.part(0, Size::from_bytes(4)), Some(b"0123".as_slice()));
        assert_eq!(content.part(8, Size::from_bytes(40)), Some(b"89".as_slice()));
        assert_eq!(content.part(10, Size::from_bytes(4)), Some(b"".as_slice()));
        assert_eq!(content.part(u64::MAX, Size::from_bytes(u64::MAX)), Some(b"".as_slice()));
        assert_eq!(content.all(), Some(b"0123456789".as_slice()));
    }

    #[test]
    fn what_was_not_read_is_not_answered() {
        let mut content = Content::default();
        content.add(100, Size::from_bytes(10), b"0123456789");
        assert_eq!(content.all(), None);
        assert_eq!(content.part(100, Size::from_bytes(3)), Some(b"012".as_slice()));
        assert_eq!(content.part(105, Size::from_bytes(5)), Some(b"56789".as_slice()));
        assert_eq!(content.part(105, Size::from_bytes(6)), None, "reaches over what was read");
        assert_eq!(content.part(99, Size::from_bytes(2)), None);
        content.add(110, Size::from_bytes(10), b"ab");
        assert_eq!(content.ends_at, Some(112));
        assert_eq!(content.part(110, Size::from_bytes(99)), Some(b"ab".as_slice()));
        assert_eq!(content.part(200, Size::from_bytes(1)), Some(b"".as_slice()));
    }

    #[test]
    fn an_empty_file_and_a_read_behind_the_end() {
        let mut content = Content::default();
        content.add(0, Size::from_bytes(10), b"");
        assert_eq!(content.all(), Some(b"".as_slice()));
        let mut behind = Content::default();
        behind.add(50, Size::from_bytes(10), b"");
        assert_eq!(behind.all(), None);
        assert_eq!(behind.part(60, Size::from_bytes(1)), Some(b"".as_slice()));
        assert_eq!(behind.part(0, Size::from_bytes(1)), None);
    }

    #[test]
    fn bytes_are_base64() {
        let bytes = Bytes::from(vec![0, 255, 10]);
        assert_eq!(serde_json::to_string(&bytes).unwrap(), "\"AP8K\"");
        assert_eq!(serde_json::from_str::<Bytes>("\"AP8K\"").unwrap(), bytes);
        assert!(serde_json::from_str::<Bytes>("\"AP8\"").is_err());
        assert!(serde_json::from_str::<Bytes>("[0]").is_err());
    }
}
