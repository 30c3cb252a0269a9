//! `/var/log/lastlog`: the last sign-in of each account, at the place of its number. See lastlog(8).
//!
//! The file is as long as the largest number that signed in needs, which can be more than a disk holds; nearly all of
//! it is a hole. So it is read by place, never whole.

use tenken_model::Instant;

/// The layout of a file's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// 292 bytes, 32-bit seconds (x86).
    Compact,
    /// 296 bytes, 64-bit seconds (ARM64).
    Wide,
}

/// The first place that both layouts reach with whole records.
const SHARED_BYTES: u64 = 21_608;

impl Layout {
    /// The length of a record in bytes.
    pub const fn record_bytes(self) -> u64 {
        match self {
            Self::Compact => 292,
            Self::Wide => 296,
        }
    }

    /// The layout of a file of that length, which is whole records; where both fit, the one its sign-in records have.
    pub fn of(file_bytes: u64, wtmp: Option<super::utmp::Layout>) -> Option<Self> {
        if file_bytes.is_multiple_of(SHARED_BYTES) {
            return wtmp.map(|layout| match layout {
                super::utmp::Layout::Compact => Self::Compact,
                super::utmp::Layout::Wide => Self::Wide,
            });
        }
        [Self::Compact, Self::Wide].into_iter().find(|layout| file_bytes.is_multiple_of(layout.record_bytes()))
    }

    /// Where the record of that number begins.
    pub fn place(self, uid: u32) -> u64 {
        // At most 2^32 records of 296 bytes: far below 2^64.
        u64::from(uid) * self.record_bytes()
    }

    /// When a record says that the account last signed in; `None` if never, also when the file ends before it.
    pub fn last_sign_in(self, record: &[u8]) -> Option<Instant> {
        let seconds = match self {
            Self::Compact => i64::from(u32::from_le_bytes(record.get(..4)?.try_into().ok()?)),
            Self::Wide => i64::from_le_bytes(record.get(..8)?.try_into().ok()?),
        };
        (seconds > 0).then(|| Instant::from_timestamp(seconds, 0)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::utmp;
    use super::*;

    fn record(seconds: u32) -> Vec<u8> {
        let mut record = seconds.to_le_bytes().to_vec();
        record.extend_from_slice(b"pts/0");
        record.resize(292, 0);
        record
    }

    #[test]
    fn a_record_tells_the_last_sign_in() {
        let at = Layout::Compact.last_sign_in(&record(1_795_136_400)).unwrap();
        assert_eq!(at.to_rfc3339(), "2026-11-20T01:00:00+00:00");
        let mut wide = 1_795_136_400_i64.to_le_bytes().to_vec();
        wide.resize(296, 0);
        assert_eq!(Layout::Wide.last_sign_in(&wide), Some(at));
    }

    #[test]
    fn holes_and_ends_mean_never() {
        for layout in [Layout::Compact, Layout::Wide] {
            assert_eq!(layout.last_sign_in(&[0; 296]), None);
            assert_eq!(layout.last_sign_in(&[1, 2, 3]), None);
            assert_eq!(layout.last_sign_in(b""), None);
        }
    }

    #[test]
    fn the_layout_shows_in_the_length() {
        assert_eq!(Layout::of(292 * 1001, None), Some(Layout::Compact));
        assert_eq!(Layout::of(296 * 1001, None), Some(Layout::Wide));
        assert_eq!(Layout::of(292 * 1001 + 1, None), None);
        assert_eq!(Layout::of(SHARED_BYTES * 3, None), None);
        assert_eq!(Layout::of(SHARED_BYTES * 3, Some(utmp::Layout::Wide)), Some(Layout::Wide));
        assert_eq!(Layout::of(SHARED_BYTES, Some(utmp::Layout::Compact)), Some(Layout::Compact));
        assert_eq!(SHARED_BYTES % 292 + SHARED_BYTES % 296, 0);
    }

    #[test]
    fn the_largest_number_has_a_place() {
        assert_eq!(Layout::Compact.place(u32::MAX), 4_294_967_295 * 292);
        assert_eq!(Layout::Wide.place(0), 0);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), size in any::<u64>()) {
            let _ = (Layout::Compact.last_sign_in(&bytes), Layout::Wide.last_sign_in(&bytes), Layout::of(size, None));
        }
    }
}
