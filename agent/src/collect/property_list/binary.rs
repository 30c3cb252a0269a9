//! The binary form (`bplist00`), as CoreFoundation's `CFBinaryPList.c` describes it in its comments.

use std::collections::BTreeMap;

use tenken_model::Instant;

use super::{Budget, PropertyListError, VALUES_MAX, Value};

const TRAILER: usize = 32;
/// Seconds from 1970 to 2001, where times of Apple begin.
const EPOCH: i64 = 978_307_200;

/// Reads a property list of this form.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, PropertyListError> {
    let start = bytes.len().checked_sub(TRAILER).ok_or(PropertyListError::CutOff)?;
    let trailer = bytes.get(start..).ok_or(PropertyListError::CutOff)?;
    let byte = |at: usize| trailer.get(at).copied().map(usize::from).ok_or(PropertyListError::CutOff);
    let word = |at: usize| trailer.get(at..at + 8).and_then(number).ok_or(PropertyListError::CutOff);
    let list = List { bytes, offset_size: byte(6)?, reference_size: byte(7)?, objects: word(8)?, offsets: word(24)? };
    let sizes = [list.offset_size, list.reference_size];
    if sizes.iter().any(|size| !(1..=8).contains(size)) || list.objects > bytes.len() {
        return Err(PropertyListError::NoPropertyList);
    }
    list.object(word(16)?, 0, &mut Budget(VALUES_MAX))
}

/// A number of up to eight bytes, the highest first.
fn number(bytes: &[u8]) -> Option<usize> {
    let value = bytes.iter().try_fold(0_u64, |value, byte| value.checked_mul(256)?.checked_add(u64::from(*byte)))?;
    usize::try_from(value).ok()
}

struct List<'a> {
    bytes: &'a [u8],
    offset_size: usize,
    reference_size: usize,
    objects: usize,
    offsets: usize,
}

impl<'a> List<'a> {
    fn part(&self, at: usize, length: usize) -> Result<&'a [u8], PropertyListError> {
        let end = at.checked_add(length).ok_or(PropertyListError::CutOff)?;
        self.bytes.get(at..end).ok_or(PropertyListError::CutOff)
    }

    fn number(&self, at: usize, length: usize) -> Result<usize, PropertyListError> {
        number(self.part(at, length)?).ok_or(PropertyListError::CutOff)
    }

    fn object(&self, index: usize, depth: usize, budget: &mut Budget) -> Result<Value, PropertyListError> {
        budget.take(depth)?;
        if index >= self.objects {
            return Err(PropertyListError::CutOff);
        }
        let place = index.checked_mul(self.offset_size).and_then(|place| place.checked_add(self.offsets));
        let at = self.number(place.ok_or(PropertyListError::CutOff)?, self.offset_size)?;
        let marker = *self.part(at, 1)?.first().ok_or(PropertyListError::CutOff)?;
        let (kind, low) = (marker >> 4, usize::from(marker & 0x0f));
        Ok(match kind {
            0 if low == 8 || low == 9 => Value::Truth(low == 9),
            0x1 => self.integer(at + 1, low)?,
            0x2 => self.real(at + 1, low)?.map_or(Value::Other, Value::Real),
            0x3 => self.real(at + 1, low)?.and_then(time).map_or(Value::Other, Value::Time),
            0x4 => {
                let (at, count) = self.count(at, low)?;
                Value::Data(self.part(at, count)?.to_vec())
            }
            0x5 => {
                let (at, count) = self.count(at, low)?;
                Value::Text(String::from_utf8_lossy(self.part(at, count)?).into_owned())
            }
            0x6 => {
                let (at, count) = self.count(at, low)?;
                let bytes = self.part(at, count.checked_mul(2).ok_or(PropertyListError::CutOff)?)?;
                let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit));
                Value::Text(char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect())
            }
            0xa..=0xc => {
                let (at, count) = self.count(at, low)?;
                let mut values = Vec::new();
                for nth in 0..count {
                    values.push(self.object(self.reference(at, nth)?, depth + 1, budget)?);
                }
                Value::List(values)
            }
            0xd => self.table(at, low, depth, budget)?,
            _ => Value::Other,
        })
    }

    fn table(&self, at: usize, low: usize, depth: usize, budget: &mut Budget) -> Result<Value, PropertyListError> {
        let (at, count) = self.count(at, low)?;
        let mut table = BTreeMap::new();
        for nth in 0..count {
            let name = self.object(self.reference(at, nth)?, depth + 1, budget)?;
            let behind = count.checked_add(nth).ok_or(PropertyListError::CutOff)?;
            let value = self.object(self.reference(at, behind)?, depth + 1, budget)?;
            if let Value::Text(name) = name {
                table.entry(name).or_insert(value);
            }
        }
        Ok(Value::Table(table))
    }

    fn reference(&self, at: usize, nth: usize) -> Result<usize, PropertyListError> {
        let place = nth.checked_mul(self.reference_size).and_then(|place| place.checked_add(at));
        self.number(place.ok_or(PropertyListError::CutOff)?, self.reference_size)
    }

    /// Where the content begins, and of how many it is: in the marker, or in a number behind it.
    fn count(&self, at: usize, low: usize) -> Result<(usize, usize), PropertyListError> {
        if low < 0x0f {
            return Ok((at + 1, low));
        }
        let marker = *self.part(at + 1, 1)?.first().ok_or(PropertyListError::CutOff)?;
        if marker >> 4 != 1 || marker & 0x0f > 3 {
            return Err(PropertyListError::NoPropertyList);
        }
        let length = 1_usize << (marker & 0x0f);
        Ok((at + 2 + length, self.number(at + 2, length)?))
    }

    /// One, two and four bytes have no sign, eight have one; sixteen are kept by their lower half.
    fn integer(&self, at: usize, low: usize) -> Result<Value, PropertyListError> {
        let length = 1_usize.checked_shl(u32::try_from(low).unwrap_or(u32::MAX)).filter(|length| *length <= 16);
        let bytes = self.part(at, length.ok_or(PropertyListError::NoPropertyList)?)?;
        let bytes = bytes.get(bytes.len().saturating_sub(8)..).unwrap_or(bytes);
        let mut wide = [0_u8; 8];
        let room = wide.len() - bytes.len();
        if let Some(place) = wide.get_mut(room..) {
            place.copy_from_slice(bytes);
        }
        Ok(Value::Number(i64::from_be_bytes(wide)))
    }

    fn real(&self, at: usize, low: usize) -> Result<Option<f64>, PropertyListError> {
        Ok(match low {
            2 => <[u8; 4]>::try_from(self.part(at, 4)?).ok().map(|bytes| f64::from(f32::from_be_bytes(bytes))),
            3 => <[u8; 8]>::try_from(self.part(at, 8)?).ok().map(f64::from_be_bytes),
            _ => None,
        })
    }
}

/// A time is seconds since 2001.
fn time(seconds: f64) -> Option<Instant> {
    let whole: i64 = format!("{seconds:.0}").parse().ok()?;
    Instant::from_timestamp(whole.checked_add(EPOCH)?, 0)
}
