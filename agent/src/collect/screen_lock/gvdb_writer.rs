//! Writes GVDB, for databases made from parts of others.

use std::collections::BTreeMap;

use super::gvariant::ByteOrder;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A value as a variant: the value, a zero byte, its type.
    Value(Vec<u8>),
    /// A table of its own.
    Table(Branch),
}

/// The items of a table by name.
pub type Branch = BTreeMap<String, Node>;

/// A database, with its values in that order of bytes. `None` for one too large for the format.
pub fn write(root: &Branch, order: ByteOrder) -> Option<Vec<u8>> {
    let mut bytes = match order {
        ByteOrder::Little => b"GVariant".to_vec(),
        ByteOrder::Big => b"raVGtnai".to_vec(),
    };
    bytes.extend([0; 16]);
    let pointer = table(&mut bytes, root)?;
    bytes.get_mut(16..24)?.copy_from_slice(&pointer);
    Some(bytes)
}

/// Appends a table and what it holds; its pointer.
fn table(bytes: &mut Vec<u8>, branch: &Branch) -> Option<[u8; 8]> {
    let mut items = Vec::new();
    for (name, node) in branch {
        let (kind, value) = match node {
            Node::Value(value) => (b'v', put(bytes, value)?),
            Node::Table(branch) => (b'H', table(bytes, branch)?),
        };
        let pointer = put(bytes, name.as_bytes())?;
        items.extend(hash(name).to_le_bytes());
        items.extend(u32::MAX.to_le_bytes());
        items.extend(pointer.first_chunk::<4>()?);
        items.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        items.extend([kind, 0]);
        items.extend(value);
    }
    // No filter and one bucket, which begins with the first item.
    let header = [0_u32, 1, 0].map(u32::to_le_bytes).concat();
    put(bytes, &[header, items].concat())
}

/// Appends a part at a place that suits every type; its pointer.
fn put(bytes: &mut Vec<u8>, part: &[u8]) -> Option<[u8; 8]> {
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let start = u32::try_from(bytes.len()).ok()?.to_le_bytes();
    bytes.extend(part);
    let end = u32::try_from(bytes.len()).ok()?.to_le_bytes();
    [start, end].concat().try_into().ok()
}

/// The hash by which GVDB finds a name: that of D. J. Bernstein, of signed characters.
fn hash(name: &str) -> u32 {
    name.bytes().fold(5_381, |hash: u32, byte| {
        let signed = i32::from(i8::from_ne_bytes([byte]));
        hash.wrapping_mul(33).wrapping_add_signed(signed)
    })
}

#[cfg(test)]
mod tests {
    use super::super::gvariant::Value;
    use super::super::gvdb::{Gvdb, Item};
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let inner = Branch::from([("/a/b".to_owned(), Node::Value(b"\0s".to_vec()))]);
        let branch = Branch::from([
            ("/a/あ".to_owned(), Node::Value(b"\x58\x02\0\0\0u".to_vec())),
            (".locks".to_owned(), Node::Table(inner)),
            ("/empty".to_owned(), Node::Table(Branch::new())),
        ]);
        let bytes = write(&branch, ByteOrder::Little).unwrap();
        let gvdb = Gvdb::open(&bytes).unwrap();
        let root = gvdb.root().unwrap();
        assert_eq!(root.len(), 3);
        let Some(Item::Value(place)) = root.get("/a/あ") else { panic!("{root:?}") };
        assert_eq!(gvdb.value(*place), Ok(Value::Unsigned(600)));
        let Some(Item::Table(place)) = root.get(".locks") else { panic!("{root:?}") };
        assert!(gvdb.table(*place).unwrap().contains_key("/a/b"));
        let Some(Item::Table(place)) = root.get("/empty") else { panic!("{root:?}") };
        assert!(gvdb.table(*place).unwrap().is_empty());
    }

    #[test]
    fn both_orders() {
        let branch = Branch::from([("/a".to_owned(), Node::Value(b"\0\0\x02\x58\0u".to_vec()))]);
        let bytes = write(&branch, ByteOrder::Big).unwrap();
        let gvdb = Gvdb::open(&bytes).unwrap();
        let Some(Item::Value(place)) = gvdb.root().unwrap().get("/a").copied() else { panic!() };
        assert_eq!(gvdb.value(place), Ok(Value::Unsigned(600)));
    }

    #[test]
    fn hashes_as_gvdb_makes_them() {
        assert_eq!(hash(""), 5_381);
        assert_eq!(hash("a"), 5_381 * 33 + 97);
    }
}
