//! Distinguished encoding of ASN.1 (X.690): as much as private keys and their containers need.

/// Tags.
pub const INTEGER: u8 = 0x02;
/// A string of bits.
pub const BIT_STRING: u8 = 0x03;
/// A string of bytes.
pub const OCTET_STRING: u8 = 0x04;
/// An object identifier.
pub const OID: u8 = 0x06;
/// A sequence.
pub const SEQUENCE: u8 = 0x30;

/// An element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// Its tag, of one byte.
    pub tag: u8,
    /// What it holds.
    pub content: &'a [u8],
}

/// Reads elements one after the other. Lengths that are not definite, and tags of several bytes, end it.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element.
    pub fn element(&mut self) -> Option<Element<'a>> {
        let (tag, rest) = self.0.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (bytes.iter().try_fold(0_usize, |sum, byte| Some(sum.checked_mul(256)? + usize::from(*byte)))?, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Element { tag: *tag, content })
    }

    /// The content of the next element, if it has that tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.element().filter(|element| element.tag == tag).map(|element| element.content)
    }

    /// The elements of the next one, if it has that tag.
    pub fn inside(&mut self, tag: u8) -> Option<Self> {
        self.expect(tag).map(Reader)
    }

    /// The next element as a small number.
    pub fn number(&mut self) -> Option<u32> {
        let bytes = self.expect(INTEGER)?;
        let all = bytes.iter().try_fold(0_u32, |sum, byte| Some(sum.checked_mul(256)? + u32::from(*byte)));
        all.filter(|_| (1..=4).contains(&bytes.len()))
    }
}

/// The elements of a sequence that is the whole of some bytes; nothing where bytes are left over or missing.
pub fn whole(bytes: &[u8]) -> Option<Reader<'_>> {
    let mut reader = Reader(bytes);
    let inside = reader.inside(SEQUENCE)?;
    reader.0.is_empty().then_some(inside)
}

/// How many bits a number has.
pub fn bits(number: &[u8]) -> usize {
    let digits = unsigned(number);
    digits.first().map_or(0, |first| digits.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(0))
}

/// A number without leading zeros.
pub fn unsigned(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// An element of that tag.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    if let Ok(short @ 0..=0x7f) = u8::try_from(length) {
        bytes.push(short);
    } else {
        let long: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        bytes.push(0x80 | u8::try_from(long.len()).unwrap_or(0x7f));
        bytes.extend(long);
    }
    bytes.extend_from_slice(content);
    bytes
}

/// An object identifier in numbers with dots.
pub fn oid(text: &str) -> Vec<u8> {
    let mut numbers = text.split('.').map(|number| number.parse::<u64>().unwrap_or(0));
    let (first, second) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let mut content = Vec::new();
    for number in std::iter::once(first.saturating_mul(40).saturating_add(second)).chain(numbers) {
        let mut digits = vec![u8::try_from(number & 0x7f).unwrap_or(0)];
        let mut rest = number >> 7;
        while rest > 0 {
            digits.push(0x80 | u8::try_from(rest & 0x7f).unwrap_or(0));
            rest >>= 7;
        }
        content.extend(digits.into_iter().rev());
    }
    element(OID, &content)
}

/// A sequence of elements.
pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_every_length() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let written = element(OCTET_STRING, &vec![7; length]);
            let mut reader = Reader(&written);
            assert_eq!(reader.expect(OCTET_STRING).map(<[u8]>::len), Some(length));
            assert_eq!(reader.element(), None);
        }
    }

    #[test]
    fn what_is_broken_ends_it() {
        for broken in [&b""[..], b"\x30", b"\x30\x02\x01", b"\x30\x80\x00\x00", b"\x1f\x01\x00", b"\x30\x85\0\0\0\0\0"]
        {
            assert_eq!(Reader(broken).element(), None, "{broken:x?}");
        }
        assert!(whole(b"\x30\x00\x00").is_none(), "something is left over");
        assert_eq!(Reader(b"\x02\x05\x01\x00\x00\x00\x00").number(), None);
        assert_eq!(Reader(b"\x02\x01\x03").number(), Some(3));
    }

    #[test]
    fn lengths_of_numbers() {
        assert_eq!(bits(&[0, 0x80, 0]), 16);
        assert_eq!(bits(&[0x7f]), 7);
        assert_eq!(bits(&[0]), 0);
        assert_eq!(oid("1.2.840.113549.1.1.1")[2..], *super::super::private_key::RSA);
    }
}
