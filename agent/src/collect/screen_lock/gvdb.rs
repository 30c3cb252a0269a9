//! GVDB, the file format of compiled dconf databases and of compiled settings schemas.
//!
//! A header names the root hash table; a table is a header, an optional bloom filter, buckets and items of 24
//! bytes; an item is a value, a table or a list, and its name goes on from its parent's. Pointers are
//! little-endian always; values are in the order the signature shows. Buckets and filter only speed up
//! looking for one name, so that all items are read here.

use std::collections::BTreeMap;

use thiserror::Error;

use super::gvariant::{ByteOrder, Value, default_of_key, variant};

/// The most bytes of a database.
pub const FILE_MAX: u64 = 16 * 1024 * 1024;

/// The longest name of a key, in bytes.
const NAME_MAX: usize = 4_096;

/// The most bytes of all names of a table together: parts may be shared by any number of names, so that a small file
/// could else fill the memory.
const NAMES_MAX: usize = 8 * 1024 * 1024;

/// How many parents a name may have.
const PARENTS_MAX: usize = 64;

const ITEM: usize = 24;
const NO_PARENT: u32 = u32::MAX;

/// Why bytes are no database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GvdbError {
    /// It does not begin as a database does.
    #[error("it does not begin with GVariant")]
    Signature,
    /// Its version is not known.
    #[error("its version is not 0")]
    Version,
    /// A pointer leads outside.
    #[error("it is cut off, or a pointer leads outside")]
    Outside,
    /// An item's name is too long, no text, or its parents do not end.
    #[error("the name of an item cannot be read")]
    Name,
    /// Its names are too long together.
    #[error("its names are longer than {NAMES_MAX} bytes together")]
    Names,
    /// A value is not of its type.
    #[error("a value is not of the type it names")]
    Value,
}

/// A place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    start: usize,
    end: usize,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A value.
    Value(Place),
    /// A table of its own.
    Table(Place),
}

/// The items of one table by name.
pub type Table = BTreeMap<String, Item>;

/// A database in memory.
#[derive(Debug, Clone, Copy)]
pub struct Gvdb<'a> {
    bytes: &'a [u8],
    order: ByteOrder,
    root: Place,
}

impl<'a> Gvdb<'a> {
    /// Reads the header.
    pub fn open(bytes: &'a [u8]) -> Result<Self, GvdbError> {
        let order = match bytes.get(..8) {
            Some(b"GVariant") => ByteOrder::Little,
            Some(b"raVGtnai") => ByteOrder::Big,
            _ => return Err(GvdbError::Signature),
        };
        if word(bytes, 8)? != 0 {
            return Err(GvdbError::Version);
        }
        Ok(Self { bytes, order, root: place(bytes, 16)? })
    }

    /// The root table.
    pub fn root(&self) -> Result<Table, GvdbError> {
        self.table(self.root)
    }

    /// The table at a place.
    pub fn table(&self, place: Place) -> Result<Table, GvdbError> {
        let table = self.at(place)?;
        let filter = size(word(table, 0)? & 0x07ff_ffff);
        let buckets = size(word(table, 4)?);
        let words = filter.checked_add(buckets).and_then(|words| words.checked_mul(4)).ok_or(GvdbError::Outside)?;
        let items = table.get(8..).and_then(|rest| rest.get(words..)).ok_or(GvdbError::Outside)?;
        if !items.len().is_multiple_of(ITEM) {
            return Err(GvdbError::Outside);
        }
        let items: Vec<&[u8]> = items.chunks_exact(ITEM).collect();
        let mut found = Table::new();
        let mut length = 0;
        for item in &items {
            let kind = match item.get(14) {
                Some(b'v') => Item::Value(self::place(item, 16)?),
                Some(b'H') => Item::Table(self::place(item, 16)?),
                // Lists hold the names of children, which are items themselves; one that leads outside shows all the same
                // that the file is not whole.
                Some(b'L') => {
                    self.at(self::place(item, 16)?)?;
                    continue;
                }
                _ => continue,
            };
            let name = self.name(&items, item)?;
            length += name.len();
            if length > NAMES_MAX {
                return Err(GvdbError::Names);
            }
            found.insert(name, kind);
        }
        Ok(found)
    }

    /// The order of bytes in its values.
    pub fn order(&self) -> ByteOrder {
        self.order
    }

    /// The bytes at a place.
    pub fn at(&self, place: Place) -> Result<&'a [u8], GvdbError> {
        self.bytes.get(place.start..place.end).ok_or(GvdbError::Outside)
    }

    /// The value at a place.
    pub fn value(&self, place: Place) -> Result<Value, GvdbError> {
        variant(self.at(place)?, self.order).map_err(|_| GvdbError::Value)
    }

    /// The default of a key in a compiled schema, and whether single desktops have other ones.
    pub fn default_of_key(&self, place: Place) -> Result<(Value, bool), GvdbError> {
        default_of_key(self.at(place)?, self.order).map_err(|_| GvdbError::Value)
    }

    /// An item's name behind those of its parents.
    fn name(&self, items: &[&[u8]], item: &[u8]) -> Result<String, GvdbError> {
        let mut parts = Vec::new();
        let mut length = 0;
        let mut item = item;
        loop {
            let start = size(word(item, 8)?);
            let size_of_part = usize::from(u16::from_le_bytes([byte(item, 12)?, byte(item, 13)?]));
            let end = start.checked_add(size_of_part).ok_or(GvdbError::Outside)?;
            let part = self.bytes.get(start..end).ok_or(GvdbError::Outside)?;
            length += part.len();
            parts.push(part);
            if length > NAME_MAX || parts.len() > PARENTS_MAX {
                return Err(GvdbError::Name);
            }
            match word(item, 4)? {
                NO_PARENT => break,
                parent => item = items.get(size(parent)).ok_or(GvdbError::Outside)?,
            }
        }
        parts.reverse();
        String::from_utf8(parts.concat()).map_err(|_| GvdbError::Name)
    }
}

fn byte(bytes: &[u8], at: usize) -> Result<u8, GvdbError> {
    bytes.get(at).copied().ok_or(GvdbError::Outside)
}

fn word(bytes: &[u8], at: usize) -> Result<u32, GvdbError> {
    let field = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(GvdbError::Outside)?;
    Ok(u32::from_le_bytes(*field))
}

fn place(bytes: &[u8], at: usize) -> Result<Place, GvdbError> {
    Ok(Place { start: size(word(bytes, at)?), end: size(word(bytes, at + 4)?) })
}

/// A number that does not fit an address leads outside any file.
fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LOCAL: &[u8] = include_bytes!("../../../tests/samples/screen_lock/local.gvdb");
    const SCHEMAS: &[u8] = include_bytes!("../../../tests/samples/screen_lock/gschemas.compiled");

    fn value(bytes: &[u8], name: &str) -> Result<Value, GvdbError> {
        let gvdb = Gvdb::open(bytes)?;
        match gvdb.root()?.get(name) {
            Some(Item::Value(place)) => gvdb.value(*place),
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn a_database_that_dconf_compiled() {
        assert_eq!(value(LOCAL, "/org/gnome/desktop/session/idle-delay"), Ok(Value::Unsigned(600)));
        assert_eq!(value(LOCAL, "/org/gnome/desktop/screensaver/lock-enabled"), Ok(Value::Flag(true)));
        assert_eq!(value(LOCAL, "/org/gnome/desktop/input-sources/current"), Ok(Value::Signed(-1)));
        assert_eq!(
            value(LOCAL, "/org/gnome/desktop/screensaver/picture-uri"),
            Ok(Value::Text("file:///usr/share/backgrounds/あ.png".to_owned()))
        );
        assert!(
            matches!(value(LOCAL, "/org/gnome/desktop/input-sources/xkb-options"), Ok(Value::Texts(t)) if t.len() == 3)
        );
        assert_eq!(value(LOCAL, "/org/gnome/desktop/input-sources/sources"), Ok(Value::Other("a(ss)".to_owned())));
    }

    #[test]
    fn locks_are_a_table_of_their_own() {
        let gvdb = Gvdb::open(LOCAL).unwrap();
        let root = gvdb.root().unwrap();
        let Some(Item::Table(place)) = root.get(".locks") else { panic!("{root:?}") };
        let locks = gvdb.table(*place).unwrap();
        assert_eq!(
            locks.keys().collect::<Vec<_>>(),
            [
                "/org/gnome/desktop/screensaver/lock-delay",
                "/org/gnome/desktop/screensaver/lock-enabled",
                "/org/gnome/desktop/session/idle-delay",
            ]
        );
    }

    #[test]
    fn schemas_that_were_compiled_with_an_override() {
        let gvdb = Gvdb::open(SCHEMAS).unwrap();
        let root = gvdb.root().unwrap();
        let Some(Item::Table(place)) = root.get("org.gnome.desktop.session") else { panic!("{root:?}") };
        let Item::Value(place) = gvdb.table(*place).unwrap()["idle-delay"] else { panic!("no value") };
        assert_eq!(gvdb.default_of_key(place), Ok((Value::Unsigned(420), false)));
    }

    #[test]
    fn the_other_byte_order() {
        let mut bytes = LOCAL.to_vec();
        bytes[..8].copy_from_slice(b"raVGtnai");
        assert_eq!(value(&bytes, "/org/gnome/desktop/session/idle-delay"), Ok(Value::Unsigned(600_u32.swap_bytes())));
        assert_eq!(value(&bytes, "/org/gnome/desktop/screensaver/lock-enabled"), Ok(Value::Flag(true)));
    }

    #[test]
    fn every_cut_is_an_error() {
        for end in 0..LOCAL.len() {
            let whole = Gvdb::open(&LOCAL[..end]).and_then(|gvdb| {
                let root = gvdb.root()?;
                root.values().try_for_each(|item| match item {
                    Item::Value(place) => gvdb.value(*place).map(drop),
                    Item::Table(place) => gvdb.table(*place).map(drop),
                })
            });
            assert!(whole.is_err(), "{end}");
        }
    }

    #[test]
    fn what_is_no_database() {
        assert_eq!(Gvdb::open(b"").err(), Some(GvdbError::Signature));
        assert_eq!(Gvdb::open(b"SQLite format 3\0").err(), Some(GvdbError::Signature));
        assert_eq!(Gvdb::open(b"GVariant\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").err(), Some(GvdbError::Version));
        assert_eq!(Gvdb::open(b"GVariant").err(), Some(GvdbError::Outside));
    }

    #[test]
    fn names_that_share_their_parts_do_not_fill_the_memory() {
        // A header, a table of many items, and one long part that is every item's name.
        let count = NAMES_MAX / NAME_MAX + 1;
        let (table, part) = (24, 24 + 12 + count * ITEM);
        let word = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let mut bytes = [b"GVariant".as_slice(), &[0; 8], &word(table), &word(part)].concat();
        bytes.extend([word(0), word(1), word(0)].concat());
        for index in 0..count {
            let size_of_part = u16::try_from(NAME_MAX).unwrap().to_le_bytes();
            let item = [word(0), NO_PARENT.to_le_bytes(), word(part + index)].concat();
            bytes.extend([&item[..], &size_of_part, b"v\0", &word(0), &word(0)].concat());
        }
        bytes.extend(vec![b'a'; NAME_MAX + count]);
        assert_eq!(Gvdb::open(&bytes).unwrap().root(), Err(GvdbError::Names));
    }

    #[test]
    fn parents_in_a_circle_end() {
        let mut bytes = LOCAL.to_vec();
        // The items begin behind header and 17 buckets; the first one becomes its own parent.
        let parent = 24 + 8 + 17 * 4 + 4;
        bytes[parent..parent + 4].copy_from_slice(&0_u32.to_le_bytes());
        assert_eq!(Gvdb::open(&bytes).unwrap().root(), Err(GvdbError::Name));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Gvdb::open(&bytes);
            if let Ok(gvdb) = Gvdb::open(&[b"GVariant\0\0\0\0\0\0\0\0\x18\0\0\0\0\x01\0\0", &bytes[..]].concat()) {
                let _ = gvdb.root();
            }
        }

        #[test]
        fn never_panics_on_damage(at in 0..1120_usize, damage in proptest::collection::vec(any::<u8>(), 1..9)) {
            let mut bytes = LOCAL.to_vec();
            for (place, byte) in bytes.iter_mut().skip(at).zip(damage) {
                *place = byte;
            }
            if let Ok(gvdb) = Gvdb::open(&bytes) {
                for item in gvdb.root().unwrap_or_default().values() {
                    let (Item::Value(place) | Item::Table(place)) = item;
                    let _ = (gvdb.value(*place), gvdb.table(*place), gvdb.default_of_key(*place));
                }
            }
        }
    }
}
