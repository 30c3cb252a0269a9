//! Numbers, texts and lists in few bytes.

use std::collections::BTreeMap;

use tenken_model::{Instant, Size, Span};

/// What is written into bytes and read from them.
pub(super) trait Pack: Sized {
    /// Writes it behind what is there.
    fn pack(&self, into: &mut Vec<u8>);
    /// Reads what was written; nothing where that was something else.
    fn unpack(from: &mut Bytes<'_>) -> Option<Self>;
}

/// Bytes that are still to be read.
pub(super) struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub(super) fn of(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// One thing and nothing behind it.
    pub(super) fn only<T: Pack>(mut self) -> Option<T> {
        T::unpack(&mut self).filter(|_| self.rest.is_empty())
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }
}

impl Pack for u8 {
    fn pack(&self, into: &mut Vec<u8>) {
        into.push(*self);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        from.take(1)?.first().copied()
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
impl Pack for u64 {
    fn pack(&self, into: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            into.push(low_bits(rest) | 0x80);
            rest >>= 7;
        }
        into.push(low_bits(rest));
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        let mut number = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = u8::unpack(from)?;
            let bits = u64::from(byte & 0x7f);
            number |= bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

fn low_bits(number: u64) -> u8 {
    number.to_le_bytes()[0] & 0x7f
}

/// Small numbers stay short whatever their sign.
impl Pack for i64 {
    fn pack(&self, into: &mut Vec<u8>) {
        ((self << 1) ^ (self >> 63)).cast_unsigned().pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        let number = u64::unpack(from)?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Pack for usize {
    fn pack(&self, into: &mut Vec<u8>) {
        // A length that were larger would be read as another, and the rule kept whole.
        u64::try_from(*self).unwrap_or(u64::MAX).pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        Self::try_from(u64::unpack(from)?).ok()
    }
}

impl Pack for bool {
    fn pack(&self, into: &mut Vec<u8>) {
        u8::from(*self).pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        match u8::unpack(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Pack for String {
    fn pack(&self, into: &mut Vec<u8>) {
        self.len().pack(into);
        into.extend_from_slice(self.as_bytes());
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        let length = usize::unpack(from)?;
        std::str::from_utf8(from.take(length)?).ok().map(str::to_owned)
    }
}

impl<T: Pack> Pack for Box<T> {
    fn pack(&self, into: &mut Vec<u8>) {
        (**self).pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        T::unpack(from).map(Self::new)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn pack(&self, into: &mut Vec<u8>) {
        self.is_some().pack(into);
        if let Some(value) = self {
            value.pack(into);
        }
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        if bool::unpack(from)? { T::unpack(from).map(Some) } else { Some(None) }
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn pack(&self, into: &mut Vec<u8>) {
        self.len().pack(into);
        for value in self {
            value.pack(into);
        }
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        let length = usize::unpack(from)?;
        (0..length).map(|_| T::unpack(from)).collect()
    }
}

impl<T: Pack> Pack for BTreeMap<String, T> {
    fn pack(&self, into: &mut Vec<u8>) {
        self.len().pack(into);
        for (name, value) in self {
            name.pack(into);
            value.pack(into);
        }
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        let length = usize::unpack(from)?;
        (0..length).map(|_| Some((String::unpack(from)?, T::unpack(from)?))).collect()
    }
}

impl Pack for Span {
    fn pack(&self, into: &mut Vec<u8>) {
        self.millis().pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        i64::unpack(from).map(Self::from_millis)
    }
}

impl Pack for Size {
    fn pack(&self, into: &mut Vec<u8>) {
        self.bytes().pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        u64::unpack(from).map(Self::from_bytes)
    }
}

impl Pack for Instant {
    fn pack(&self, into: &mut Vec<u8>) {
        self.timestamp().pack(into);
        u64::from(self.timestamp_subsec_nanos()).pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        let seconds = i64::unpack(from)?;
        Self::from_timestamp(seconds, u32::try_from(u64::unpack(from)?).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<T: Pack + PartialEq + std::fmt::Debug>(value: &T) -> usize {
        let mut packed = Vec::new();
        value.pack(&mut packed);
        assert_eq!(Bytes::of(&packed).only::<T>().as_ref(), Some(value));
        packed.len()
    }

    #[test]
    fn numbers_come_back_and_small_ones_are_short() {
        for (number, bytes) in [(0, 1), (127, 1), (128, 2), (u64::from(u32::MAX), 5), (u64::MAX, 10)] {
            assert_eq!(there_and_back(&number), bytes, "{number}");
        }
        for (number, bytes) in [(0, 1), (-1, 1), (63, 1), (-64, 1), (64, 2), (i64::MAX, 10), (i64::MIN, 10)] {
            assert_eq!(there_and_back(&number), bytes, "{number}");
        }
        for instant in [Instant::UNIX_EPOCH, Instant::MAX_UTC, Instant::MIN_UTC] {
            there_and_back(&instant);
        }
    }

    #[test]
    fn texts_and_lists_come_back() {
        there_and_back(&"時刻".to_owned());
        there_and_back(&vec![Some("a".to_owned()), None, Some(String::new())]);
        there_and_back(&BTreeMap::from([("limit".to_owned(), Span::from_millis(-5))]));
        there_and_back(&Box::new(Size::from_bytes(u64::MAX)));
    }

    #[test]
    fn what_was_not_written_is_not_read() {
        let none = |bytes: &[u8]| {
            assert_eq!(Bytes::of(bytes).only::<u64>(), None, "{bytes:?}");
        };
        none(&[]);
        none(&[0x80]);
        none(&[1, 2]);
        none(&[0xff; 11]);
        none(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]);
        assert_eq!(Bytes::of(&[2]).only::<bool>(), None);
        assert_eq!(Bytes::of(&[2, 0xc3, 0x28]).only::<String>(), None, "no UTF-8");
        assert_eq!(Bytes::of(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).only::<Vec<u8>>(), None);
    }
}
