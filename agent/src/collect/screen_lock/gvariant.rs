//! Serialised GVariant values, of the few types that settings of a screen lock have.

use thiserror::Error;

/// The most strings of an array that are read.
const TEXTS_MAX: usize = 10_000;

/// The order of bytes in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant first.
    Little,
    /// Most significant first.
    Big,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `b`.
    Flag(bool),
    /// `u`.
    Unsigned(u32),
    /// `i`.
    Signed(i32),
    /// `s`.
    Text(String),
    /// `as`.
    Texts(Vec<String>),
    /// A type that no setting of interest has, by its type string.
    Other(String),
}

/// Bytes that are no value of the type they name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a value is not of the type it names")]
pub struct ValueError;

/// Reads a variant: a value, a zero byte, the value's type.
pub fn variant(bytes: &[u8], order: ByteOrder) -> Result<Value, ValueError> {
    let (value, kind) = split(bytes)?;
    of_type(kind, value, order)
}

/// Reads the first member of a variant that holds a tuple, where it is a flag or number: in compiled schemas
/// that is a key's default. Second, whether the tuple has defaults of single desktops.
pub fn default_of_key(bytes: &[u8], order: ByteOrder) -> Result<(Value, bool), ValueError> {
    let (value, kind) = split(bytes)?;
    let members = kind.strip_prefix('(').ok_or(ValueError)?;
    let per_desktop = members.contains("a{sv}");
    let (first, length) = match members.chars().next().ok_or(ValueError)? {
        'b' => ("b", 1),
        'u' => ("u", 4),
        'i' => ("i", 4),
        _ => return Ok((Value::Other(kind.to_owned()), per_desktop)),
    };
    Ok((of_type(first, value.get(..length).ok_or(ValueError)?, order)?, per_desktop))
}

fn split(bytes: &[u8]) -> Result<(&[u8], &str), ValueError> {
    let end = bytes.iter().rposition(|byte| *byte == 0).ok_or(ValueError)?;
    let (value, rest) = bytes.split_at_checked(end).ok_or(ValueError)?;
    let kind = rest.get(1..).and_then(|kind| std::str::from_utf8(kind).ok()).ok_or(ValueError)?;
    Ok((value, kind))
}

fn of_type(kind: &str, bytes: &[u8], order: ByteOrder) -> Result<Value, ValueError> {
    match kind {
        "b" => match bytes {
            [0] => Ok(Value::Flag(false)),
            [1] => Ok(Value::Flag(true)),
            _ => Err(ValueError),
        },
        "u" => number(bytes, order).map(Value::Unsigned),
        "i" => number(bytes, order).map(|number| Value::Signed(i32::from_ne_bytes(number.to_ne_bytes()))),
        "s" => text(bytes).map(Value::Text),
        "as" => texts(bytes).map(Value::Texts),
        "" => Err(ValueError),
        _ => Ok(Value::Other(kind.to_owned())),
    }
}

fn number(bytes: &[u8], order: ByteOrder) -> Result<u32, ValueError> {
    let bytes = bytes.try_into().map_err(|_| ValueError)?;
    Ok(match order {
        ByteOrder::Little => u32::from_le_bytes(bytes),
        ByteOrder::Big => u32::from_be_bytes(bytes),
    })
}

fn text(bytes: &[u8]) -> Result<String, ValueError> {
    let text = bytes.strip_suffix(&[0]).filter(|text| !text.contains(&0)).ok_or(ValueError)?;
    std::str::from_utf8(text).map(str::to_owned).map_err(|_| ValueError)
}

/// Strings one after another, then where each ends, in numbers just wide enough for the whole length and in
/// little-endian order always.
fn texts(bytes: &[u8]) -> Result<Vec<String>, ValueError> {
    let width = match bytes.len() {
        0 => return Ok(Vec::new()),
        1..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    };
    let offset = |at: usize| {
        let field = bytes.get(at..at.checked_add(width)?)?;
        field.iter().rev().try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))
    };
    let table = bytes.len().checked_sub(width).and_then(offset).ok_or(ValueError)?;
    let length = bytes.len().checked_sub(table).ok_or(ValueError)?;
    let count = length / width;
    if count == 0 || !length.is_multiple_of(width) || count > TEXTS_MAX {
        return Err(ValueError);
    }
    let mut begin = 0;
    let mut found = Vec::with_capacity(count);
    for index in 0..count {
        let end = offset(table + index * width).filter(|end| *end <= table).ok_or(ValueError)?;
        found.push(text(bytes.get(begin..end).ok_or(ValueError)?)?);
        begin = end;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn little(bytes: &[u8]) -> Result<Value, ValueError> {
        variant(bytes, ByteOrder::Little)
    }

    #[test]
    fn values_as_dconf_writes_them() {
        assert_eq!(little(b"\x01\0b"), Ok(Value::Flag(true)));
        assert_eq!(little(b"\x58\x02\0\0\0u"), Ok(Value::Unsigned(600)));
        assert_eq!(little(b"\xff\xff\xff\xff\0i"), Ok(Value::Signed(-1)));
        assert_eq!(little(b"jp\0\0s"), Ok(Value::Text("jp".to_owned())));
        assert_eq!(little(b"\0as"), Ok(Value::Texts(vec![])));
        assert_eq!(
            little(b"a\0\0bc\0\x02\x03\x06\0as"),
            Ok(Value::Texts(vec!["a".to_owned(), String::new(), "bc".to_owned()]))
        );
        assert_eq!(little(b"xkb\0jp\0\x04\x08\0a(ss)"), Ok(Value::Other("a(ss)".to_owned())));
        assert_eq!(variant(b"\0\0\x02\x58\0u", ByteOrder::Big), Ok(Value::Unsigned(600)));
    }

    #[test]
    fn long_arrays_have_wider_ends() {
        let strings: Vec<String> = (0..100).map(|number| format!("string {number}")).collect();
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for string in &strings {
            bytes.extend(string.as_bytes());
            bytes.push(0);
            ends.extend(u16::try_from(bytes.len()).unwrap().to_le_bytes());
        }
        bytes.extend(ends);
        bytes.extend(b"\0as");
        assert_eq!(little(&bytes), Ok(Value::Texts(strings)));
    }

    #[test]
    fn what_is_no_value() {
        for bad in [
            &b""[..],
            b"u",
            b"\0",
            b"\0b",
            b"\x02\0b",
            b"\0\0\0b",
            b"\x58\x02\0\0u",
            b"jp\0s",
            b"a\0b\0\0s",
            b"\xff\0\0s",
            b"a\0\x09\0as",
            b"a\0b\0\x04\x02\0as",
            b"a\0\0\0as",
            b"\x01\0\xff",
        ] {
            assert!(little(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn defaults_of_schemas() {
        let default = |bytes| default_of_key(bytes, ByteOrder::Little);
        assert_eq!(default(b"\xa4\x01\0\0\0(u)"), Ok((Value::Unsigned(420), false)));
        assert_eq!(default(b"\x01\0(b)"), Ok((Value::Flag(true), false)));
        assert_eq!(default(b"\x2c\x01\0\0\0\0\0\0d\0(u(ya{sv}))"), Ok((Value::Unsigned(300), true)));
        assert!(matches!(default(b"a\0\0(s)"), Ok((Value::Other(_), false))));
        for bad in [&b"\x01\0b"[..], b"\x2c\0(u)", b"\0("] {
            assert!(default(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80), kind in "(b|u|i|s|as|\\(u\\)|\\(b|x){1}") {
            for order in [ByteOrder::Little, ByteOrder::Big] {
                let _ = variant(&bytes, order);
                let whole = [&bytes, &b"\0"[..], kind.as_bytes()].concat();
                let _ = variant(&whole, order);
                let _ = default_of_key(&whole, order);
            }
        }
    }
}
