//! Where in a YAML text something stands, so that a person is sent to the right line and column.
//!
//! The parser tells places only in its errors; so it is asked to fail at the thing looked for.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One step from a YAML value into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// The value of that key.
    Key(&'a str),
    /// The element of that number, from 0.
    Item(usize),
}

/// A place in a text, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Place {
    /// The beginning of a text.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    pub(crate) fn of_byte(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column }
    }

    fn byte(self, text: &str) -> usize {
        let start: usize = text.split_inclusive('\n').take(self.line.saturating_sub(1)).map(str::len).sum();
        let rest = text.get(start..).unwrap_or_default();
        let within = rest.char_indices().nth(self.column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
        start + within
    }
}

/// Where the value at the end of the path begins.
pub(crate) fn of_value(text: &str, path: &[Step<'_>]) -> Option<Place> {
    found(text, Seek { path, key: false })
}

/// Where the last key of the path stands.
pub(crate) fn of_key(text: &str, path: &[Step<'_>]) -> Option<Place> {
    found(text, Seek { path, key: true })
}

/// Where byte `offset` of the decoded text at the end of the path stands in the file.
pub(crate) fn within(text: &str, path: &[Step<'_>], offset: usize) -> Option<Place> {
    let start = of_value(text, path)?.byte(text);
    Some(Place::of_byte(text, start + source_offset(text.get(start..)?, offset)))
}

/// Where a text first stands at or after a place.
pub(crate) fn of_text(text: &str, wanted: &str, from: Place) -> Option<Place> {
    let start = from.byte(text);
    let at = text.get(start..)?.match_indices(wanted).map(|(at, _)| start + at).find(|at| {
        let edge = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || "_.-".contains(c)));
        let (before, after) = (text.get(..*at), text.get(at + wanted.len()..));
        edge(before.and_then(|before| before.chars().next_back())) && edge(after.and_then(|after| after.chars().next()))
    })?;
    Some(Place::of_byte(text, at))
}

/// The second line that begins with a key, from the line of `from` on.
pub(crate) fn of_second(text: &str, key: &str, from: Place) -> Option<Place> {
    let is_key = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ");
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    let lines = text.lines().enumerate().skip(from.line.saturating_sub(1));
    let (index, line) = lines.filter(|(_, line)| is_key(line)).nth(1)?;
    Some(Place { line: index + 1, column: line.chars().take_while(|c| " -".contains(*c)).count() + 1 })
}

fn found(text: &str, seek: Seek<'_>) -> Option<Place> {
    let error = seek.deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    let location = error.to_string().contains(HERE).then(|| error.location())??;
    Some(Place { line: location.line(), column: location.column() })
}

/// Fails at the end of a path.
struct Seek<'p> {
    path: &'p [Step<'p>],
    key: bool,
}

/// What the parser is made to fail with; other errors tell no place.
const HERE: &str = "the place looked for";

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Seek<'_> {
    fn scalar<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.path.is_empty() { Err(E::custom(HERE)) } else { Ok(()) }
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return Err(A::Error::custom(HERE)) };
        let Step::Key(wanted) = first else { return Ok(()) };
        let trap = self.key && rest.is_empty();
        while let Some(key) = map.next_key_seed(KeySeed { wanted, trap })? {
            if key == *wanted {
                return map.next_value_seed(Seek { path: rest, key: self.key });
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return Err(A::Error::custom(HERE)) };
        let Step::Item(wanted) = first else { return Ok(()) };
        for _ in 0..*wanted {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        list.next_element_seed(Seek { path: rest, key: self.key }).map(|_| ())
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }
    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }
    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.scalar()
    }
}

struct KeySeed<'p> {
    wanted: &'p str,
    trap: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        if self.trap && key == self.wanted { Err(E::custom(HERE)) } else { Ok(key.to_owned()) }
    }
}

/// The byte of a scalar's source at which byte `offset` of its decoded text stands.
fn source_offset(source: &str, offset: usize) -> usize {
    match source.chars().next() {
        Some('|' | '>') => block(source, offset),
        Some('"') => flow(source, 1, offset, Some('\\')),
        Some('\'') => flow(source, 1, offset, Some('\'')),
        _ => flow(source, 0, offset, None),
    }
}

/// Block scalars: the lines after the header without their indentation.
fn block(source: &str, offset: usize) -> usize {
    let mut lines = source.split_inclusive('\n');
    let mut at = lines.next().map_or(0, str::len);
    let indent =
        lines.clone().find(|line| !line.trim().is_empty()).map_or(0, |line| line.len() - line.trim_start().len());
    let mut left = offset;
    for line in lines {
        let content = line.get(indent..).unwrap_or("\n");
        if left < content.len() {
            return at + (line.len() - content.len()) + left;
        }
        left -= content.len();
        at += line.len();
    }
    source.len()
}

/// Quoted and plain scalars: escapes are longer than what they stand for, line breaks are folded.
fn flow(source: &str, start: usize, offset: usize, escape: Option<char>) -> usize {
    let mut decoded = 0;
    let mut rest = source.char_indices().skip(start).peekable();
    while let Some((at, c)) = rest.next() {
        if decoded >= offset {
            return at;
        }
        if c == '\n' {
            while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
            decoded += 1;
        } else if Some(c) == escape {
            let Some((_, escaped)) = rest.next() else { break };
            let digits = match escaped {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            let code: String = (0..digits).filter_map(|_| rest.next().map(|(_, c)| c)).collect();
            decoded += u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).map_or(1, char::len_utf8);
        } else {
            decoded += c.len_utf8();
        }
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::Step::{Item, Key};
    use super::*;

    const TEXT: &str = concat!(
        "plain: abc\n",
        "double: \"a\\\"b \\u65e5c\"\n",
        "block: |-\n  first\n\n  second\n",
        "list:\n  - {k: 'it''s', m: x}\n  - 日本: y\n",
        "again: 1\n"
    );

    fn at(path: &[Step<'_>], offset: usize) -> (usize, usize) {
        let place = within(TEXT, path, offset).unwrap();
        (place.line, place.column)
    }

    #[test]
    fn finds_bytes_of_scalars_of_every_style() {
        assert_eq!(at(&[Key("plain")], 2), (1, 10));
        assert_eq!(at(&[Key("double")], 0), (2, 10));
        assert_eq!(at(&[Key("double")], 2), (2, 13));
        assert_eq!(at(&[Key("double")], 7), (2, 21));
        assert_eq!(at(&[Key("block")], 1), (4, 4));
        assert_eq!(at(&[Key("block")], 7), (6, 3));
        assert_eq!(at(&[Key("list"), Item(0), Key("k")], 3), (8, 14));
        assert_eq!(at(&[Key("list"), Item(0), Key("m")], 0), (8, 21));
        assert_eq!(at(&[Key("list"), Item(1), Key("日本")], 0), (9, 9));
        assert_eq!(of_key(TEXT, &[Key("list"), Item(1), Key("日本")]), Some(Place { line: 9, column: 5 }));
        assert_eq!(of_value(TEXT, &[Key("again")]), Some(Place { line: 10, column: 8 }));
    }

    #[test]
    fn what_is_not_there_has_no_place() {
        for path in [&[Key("none")][..], &[Key("plain"), Key("x")], &[Key("list"), Item(7)], &[Item(0)]] {
            assert_eq!(within(TEXT, path, 0), None, "{path:?}");
        }
        assert_eq!(within("", &[Key("a")], 0), None);
        assert_eq!(of_value("[[", &[Item(0)]), Some(Place { line: 1, column: 2 }));
        assert_eq!(of_value("[[", &[Item(0), Item(0)]), None);
    }

    #[test]
    fn offsets_beyond_the_end_stay_within_the_text() {
        assert_eq!(at(&[Key("again")], 900), (11, 1));
    }
}
