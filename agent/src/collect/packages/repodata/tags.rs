//! The tags of an XML file of any size, one after the other, in little memory.
//!
//! Texts between tags are most of an advisory, and nobody asks for more than their first word.

use std::io::{self, BufRead};

use quick_xml::events::attributes::Attributes;
use thiserror::Error;

/// The longest tag that is read.
const TAG_MAX: usize = 64 << 10;
/// How much of a text is kept.
const TEXT_MAX: usize = 64;

/// Why a file of XML is not read.
#[derive(Debug, Error)]
pub enum TagsError {
    /// It cannot be read or unpacked.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// It ends too early.
    #[error("it is cut off")]
    Cut,
    /// A tag is longer than any sound one.
    #[error("a tag in it is longer than {TAG_MAX} bytes")]
    TooLong,
    /// It is something else.
    #[error("it does not begin with <{0}>")]
    Other(&'static str),
}

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// It opens an element.
    Open,
    /// It closes one.
    Close,
    /// It does both.
    Empty,
}

/// A tag, and the beginning of the text before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// What it does.
    pub kind: TagKind,
    /// The element's name without what stands before a colon.
    pub name: &'a str,
    /// The first bytes of the text since the tag before.
    pub text: &'a str,
    attributes: &'a str,
}

impl Tag<'_> {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = Attributes::new(self.attributes, 0);
        let attributes = attributes.with_checks(false).filter_map(Result::ok);
        let found = attributes.into_iter().find(|attribute| attribute.key.as_ref() == name.as_bytes())?;
        let value = std::str::from_utf8(&found.value).ok()?;
        quick_xml::escape::unescape(value).ok().map(std::borrow::Cow::into_owned)
    }
}

/// Reads tags. Comments, instructions and CDATA are passed over.
#[derive(Debug)]
pub struct Tags<R> {
    read: R,
    tag: Vec<u8>,
    text: Vec<u8>,
}

impl<R: BufRead> Tags<R> {
    /// From the beginning of a file.
    pub fn of(read: R) -> Self {
        Self { read, tag: Vec::new(), text: Vec::new() }
    }

    /// The next tag; nothing at the end of the file.
    pub fn next_tag(&mut self) -> Result<Option<Tag<'_>>, TagsError> {
        self.text.clear();
        loop {
            if !self.pass_text()? {
                return Ok(None);
            }
            self.take_tag()?;
            if !self.tag.starts_with(b"!") && !self.tag.starts_with(b"?") {
                break;
            }
        }
        let text = std::str::from_utf8(&self.text).unwrap_or_default();
        let tag = std::str::from_utf8(&self.tag).unwrap_or_default();
        let (kind, inner) = match (tag.strip_prefix('/'), tag.strip_suffix('/')) {
            (Some(inner), _) => (TagKind::Close, inner),
            (None, Some(inner)) => (TagKind::Empty, inner),
            (None, None) => (TagKind::Open, tag),
        };
        let end = inner.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(end).unwrap_or((inner, ""));
        let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
        Ok(Some(Tag { kind, name, text, attributes }))
    }

    /// Passes over text to behind the next `<`; false at the end of the file.
    fn pass_text(&mut self) -> Result<bool, TagsError> {
        loop {
            let chunk = self.read.fill_buf()?;
            if chunk.is_empty() {
                return Ok(false);
            }
            let end = chunk.iter().position(|byte| *byte == b'<');
            let text = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            let room = TEXT_MAX.saturating_sub(self.text.len());
            self.text.extend_from_slice(text.get(..text.len().min(room)).unwrap_or_default());
            let passed = end.map_or(chunk.len(), |end| end + 1);
            self.read.consume(passed);
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// Takes a tag to behind its `>`.
    fn take_tag(&mut self) -> Result<(), TagsError> {
        self.tag.clear();
        let mut quotes = Quotes::default();
        loop {
            let chunk = self.read.fill_buf()?;
            if chunk.is_empty() {
                return Err(TagsError::Cut);
            }
            let end = chunk.iter().position(|byte| *byte == b'>');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            self.tag.extend_from_slice(part);
            quotes.pass(part);
            let passed = end.map_or(chunk.len(), |end| end + 1);
            self.read.consume(passed);
            let is_special = self.tag.starts_with(b"!") || self.tag.starts_with(b"?");
            if end.is_some() {
                let is_over = if is_special { ends_special(&self.tag) } else { quotes.open.is_none() };
                if is_over {
                    return Ok(());
                }
                self.tag.push(b'>');
            }
            if is_special && self.tag.len() > TEXT_MAX {
                // Its beginning and its end tell all that is asked of it.
                self.tag.drain(9..self.tag.len() - 3);
            } else if self.tag.len() > TAG_MAX {
                return Err(TagsError::TooLong);
            }
        }
    }
}

/// The quotes in a tag.
#[derive(Debug, Default)]
struct Quotes {
    /// The one that is open.
    open: Option<u8>,
}

impl Quotes {
    fn pass(&mut self, part: &[u8]) {
        for quote in part.iter().filter(|byte| matches!(byte, b'"' | b'\'')) {
            match self.open {
                Some(open) if open == *quote => self.open = None,
                Some(_) => {}
                None => self.open = Some(*quote),
            }
        }
    }
}

/// Whether a `>` ends what began with `!` or `?`.
fn ends_special(tag: &[u8]) -> bool {
    if tag.starts_with(b"!--") {
        tag.len() >= 5 && tag.ends_with(b"--")
    } else if tag.starts_with(b"![CDATA[") {
        tag.ends_with(b"]]")
    } else if tag.starts_with(b"?") {
        tag.len() >= 2 && tag.ends_with(b"?")
    } else {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn all(text: &str, buffer: usize) -> Result<Vec<String>, TagsError> {
        let mut tags = Tags::of(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut found = Vec::new();
        while let Some(tag) = tags.next_tag()? {
            found.push(format!("{:?} {} {} {:?}", tag.kind, tag.name, tag.text.trim(), tag.attribute("a")));
        }
        Ok(found)
    }

    #[test]
    fn tags_in_parts_of_any_length() {
        let text =
            "<?xml version='1.0'?><!-- <a> > --><x:b a='1>2' b=\"'\">text<![CDATA[<c/>]]></x:b>\n<d a=\"&lt;&amp;\"/>";
        let expected =
            ["Open b  Some(\"1>2\")", "Close b text None", "Empty d  Some(\"<&\")"].map(str::to_owned).to_vec();
        for buffer in [1, 2, 7, 100] {
            assert_eq!(all(text, buffer).unwrap(), expected, "{buffer}");
        }
        let long = format!("<!--{}--><a/>", "-".repeat(1_000));
        assert_eq!(all(&long, 8).unwrap().len(), 1);
    }

    #[test]
    fn what_is_cut_or_too_long_is_said() {
        assert!(matches!(all("<a", 8), Err(TagsError::Cut)));
        assert!(matches!(all("<!-- a>", 8), Err(TagsError::Cut)));
        let long = format!("<{}>", "a".repeat(TAG_MAX + 10_000));
        assert!(matches!(all(&long, 8_192), Err(TagsError::TooLong)));
        assert_eq!(all("text", 8).unwrap(), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[<>!?/a='\" -]{0,60}", buffer in 1..20_usize) {
            let _ = all(&text, buffer);
        }
    }
}
