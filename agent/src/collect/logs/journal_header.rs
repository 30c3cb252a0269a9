//! The header of a journal file. See systemd's JOURNAL_FILE_FORMAT.

use chrono::DateTime;
use tenken_model::Instant;
use thiserror::Error;

/// How much of a file holds what is read; every version of systemd writes at least so much.
pub const HEADER_BYTES: u64 = 208;

const SIGNATURE: &[u8] = b"LPKSHHRH";
const SEALED: u32 = 1;
const ARCHIVED: u8 = 2;

/// Why bytes are no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JournalHeaderError {
    /// It does not begin as a journal does.
    #[error("it is no journal file")]
    Signature,
    /// It ends too early.
    #[error("it is cut off")]
    Short,
}

/// What a header says of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalHeader {
    /// The file, also once it was put aside under another name.
    pub file_id: [u8; 16],
    /// The installation that wrote it.
    pub machine_id: [u8; 16],
    /// Whose numbers the records have: files of one journal share it.
    pub numbers_id: [u8; 16],
    /// It is sealed.
    pub sealed: bool,
    /// It was put aside and is not written any more.
    pub archived: bool,
    /// How many records it has.
    pub entries: u64,
    /// The number of its first record; 0 where it has none.
    pub first_number: u64,
    /// When its oldest record was written; absent where it has none.
    pub oldest: Option<Instant>,
    /// When its newest record was written; absent where it has none.
    pub newest: Option<Instant>,
}

/// Reads the beginning of a journal file.
pub fn parse(bytes: &[u8]) -> Result<JournalHeader, JournalHeaderError> {
    if !bytes.starts_with(SIGNATURE) {
        return Err(JournalHeaderError::Signature);
    }
    let number = |at: usize| Ok::<u64, JournalHeaderError>(u64::from_le_bytes(field(bytes, at)?));
    let instant = |at: usize| {
        let micros = number(at)?;
        let micros = i64::try_from(micros).ok().filter(|micros| *micros > 0);
        Ok::<Option<Instant>, JournalHeaderError>(micros.and_then(DateTime::from_timestamp_micros))
    };
    let [state] = field(bytes, 16)?;
    Ok(JournalHeader {
        file_id: field(bytes, 24)?,
        machine_id: field(bytes, 40)?,
        numbers_id: field(bytes, 72)?,
        sealed: u32::from_le_bytes(field(bytes, 8)?) & SEALED != 0,
        archived: state == ARCHIVED,
        entries: number(152)?,
        first_number: number(168)?,
        oldest: instant(184)?,
        newest: instant(192)?,
    })
}

fn field<const LENGTH: usize>(bytes: &[u8], at: usize) -> Result<[u8; LENGTH], JournalHeaderError> {
    let field = bytes.get(at..at + LENGTH).ok_or(JournalHeaderError::Short)?;
    field.try_into().map_err(|_| JournalHeaderError::Short)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Written by systemd 252; the identity of the machine was replaced.
    pub(crate) const SAMPLE: &[u8] = include_bytes!("../../../tests/samples/logs/system.252.journal");

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_file_of_systemd_252() {
        let header = parse(SAMPLE).unwrap();
        assert_eq!((header.machine_id, header.archived, header.sealed), ([0x22; 16], false, false));
        assert_eq!((header.entries, header.first_number), (2, 1));
        assert_eq!(
            (header.oldest, header.newest),
            (Some(at("2026-11-26T00:00:00Z")), Some(at("2026-11-27T00:00:00Z")))
        );
        assert_eq!(header.file_id[..4], [0x6f, 0xdf, 0x5f, 0x92]);
        assert_eq!(parse(&SAMPLE[..208]), Ok(header));
    }

    #[test]
    fn flags_and_files_without_records() {
        let mut bytes = SAMPLE.to_vec();
        (bytes[8], bytes[16]) = (1, 2);
        bytes[184..200].fill(0);
        let header = parse(&bytes).unwrap();
        assert_eq!((header.sealed, header.archived, header.oldest, header.newest), (true, true, None, None));
        bytes[184..200].fill(0xff);
        assert_eq!(parse(&bytes).unwrap().oldest, None, "behind every calendar");
    }

    #[test]
    fn what_is_no_journal() {
        assert_eq!(parse(b""), Err(JournalHeaderError::Signature));
        assert_eq!(parse(b"LPKSHHRX"), Err(JournalHeaderError::Signature));
        assert_eq!(parse(&SAMPLE[..199]), Err(JournalHeaderError::Short));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
            let _ = parse(&[SIGNATURE, &bytes].concat());
        }
    }
}
