//! Texts, identifiers and times as Windows writes them.

#![expect(unsafe_code, reason = "texts and identifiers are read by pointers that Windows gave")]

use std::ffi::c_void;
use std::fmt::Write as _;

use tenken_model::Instant;
use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::Security::{IsValidSid, PSID};
use windows_sys::core::GUID;

use crate::host::windows::call;
use crate::host::windows_api::{Guid, Sid};

/// The most numbers of a SID after its authority (SID_MAX_SUB_AUTHORITIES).
const SID_NUMBERS_MAX: u8 = 15;

/// A text as Windows takes it, up to a zero of its own, with a zero at its end.
pub(in crate::host::windows) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().take_while(|unit| *unit != 0).chain([0]).collect()
}

/// The text at a pointer up to its zero, or as much of it as `limit` units; empty where the pointer is null.
///
/// # Safety
///
/// The pointer is null or of units that end with a zero, and they are not changed meanwhile.
pub(in crate::host::windows) unsafe fn wide_text(pointer: *const u16, limit: usize) -> String {
    let mut units = Vec::new();
    if pointer.is_null() {
        return String::new();
    }
    for at in 0..limit {
        // SAFETY: no unit before this one was the zero that ends them, so this one is there.
        let unit = unsafe { pointer.add(at).read_unaligned() };
        if unit == 0 {
            break;
        }
        units.push(unit);
    }
    String::from_utf16_lossy(&units)
}

/// A SID at a pointer; nothing where there is none or it is none.
///
/// # Safety
///
/// The pointer is null or of a SID, as Windows allocated it whole.
pub(in crate::host::windows) unsafe fn sid(pointer: PSID) -> Option<Sid> {
    // SAFETY: the pointer is of a SID, or not null at least, and the call only looks at its first bytes.
    if pointer.is_null() || unsafe { IsValidSid(pointer) } == 0 {
        return None;
    }
    // SAFETY: every SID begins with a revision, the count of its numbers, and six bytes of authority.
    let head: [u8; 8] = unsafe { pointer.cast::<[u8; 8]>().read_unaligned() };
    let [revision, count, authority @ ..] = head;
    if revision != 1 || count > SID_NUMBERS_MAX {
        return None;
    }
    let numbers = (0..usize::from(count)).map(|at| {
        // SAFETY: as many numbers follow the head as its count says, which IsValidSid has found in bounds.
        unsafe { pointer.byte_add(head.len() + at * 4).cast::<u32>().read_unaligned() }
    });
    sid_of(authority, numbers)
}

fn sid_of(authority: [u8; 6], numbers: impl Iterator<Item = u32>) -> Option<Sid> {
    let authority = authority.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for number in numbers {
        let _infallible = write!(text, "-{number}");
    }
    text.parse().ok()
}

/// A GUID as it is written; nothing only if its form were wrong.
pub(in crate::host::windows) fn guid(guid: &GUID) -> Option<Guid> {
    let [clock_high, clock_low, node @ ..] = guid.data4;
    let mut text = format!("{:08x}-{:04x}-{:04x}-{clock_high:02x}{clock_low:02x}-", guid.data1, guid.data2, guid.data3);
    for byte in node {
        let _infallible = write!(text, "{byte:02x}");
    }
    text.parse().ok()
}

/// A time in tenths of microseconds since 1601; nothing for zero and what is before, which stand for never.
pub(in crate::host::windows) fn file_time(tenths: i64) -> Option<Instant> {
    let tenths = u64::try_from(tenths).ok()?;
    let low = u32::try_from(tenths & u64::from(u32::MAX)).ok()?;
    let high = u32::try_from(tenths >> 32).ok()?;
    call::instant(FILETIME { dwLowDateTime: low, dwHighDateTime: high })
}

/// Bytes at a pointer.
///
/// # Safety
///
/// The pointer is null, or of `length` bytes that are there and were written.
pub(in crate::host::windows) unsafe fn bytes(pointer: *const c_void, length: usize) -> Vec<u8> {
    if pointer.is_null() || length == 0 {
        return Vec::new();
    }
    // SAFETY: as the caller promises; a byte has no alignment.
    unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), length) }.to_vec()
}

#[cfg(test)]
mod tests {
    use std::ptr::null_mut;

    use super::*;

    #[test]
    fn texts_end_at_their_zero() {
        assert_eq!(wide("a\0b"), [97, 0]);
        let text = wide("イーサネット");
        // SAFETY: `text` ends with a zero; null is allowed.
        let read =
            unsafe { (wide_text(text.as_ptr(), 64), wide_text(text.as_ptr(), 2), wide_text(std::ptr::null(), 9)) };
        assert_eq!(read, ("イーサネット".to_owned(), "イー".to_owned(), String::new()));
    }

    #[test]
    fn a_sid_is_read_only_where_it_is_one() {
        let mut administrators: Vec<u8> = vec![1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
        let read = |bytes: &mut Vec<u8>| {
            // SAFETY: the bytes are a SID, or are refused by their first two.
            unsafe { sid(bytes.as_mut_ptr().cast()) }.map(|sid| sid.to_string())
        };
        assert_eq!(read(&mut administrators).as_deref(), Some("S-1-5-32-544"));
        administrators[1] = 16;
        assert_eq!(read(&mut administrators), None, "more numbers than a SID can have");
        administrators[0] = 2;
        assert_eq!(read(&mut administrators), None);
        // SAFETY: null is allowed.
        assert_eq!(unsafe { sid(null_mut()) }, None);
    }

    #[test]
    fn a_guid_and_a_time_are_written_one_way() {
        let subcategory = GUID::from_u128(0x0cce_9215_69ae_11d9_bed3_5050_5450_3030);
        assert_eq!(guid(&subcategory).unwrap().as_str(), "0cce9215-69ae-11d9-bed3-505054503030");
        assert_eq!(file_time(116_444_736_010_000_000).unwrap().to_rfc3339(), "1970-01-01T00:00:01+00:00");
        assert_eq!((file_time(0), file_time(-1)), (None, None));
    }
}
