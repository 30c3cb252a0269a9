//! What a folder holds, as Windows lists it.

use super::{chained, is_link, word};
use crate::host::{Entry, EntryKind};

const IS_FOLDER: u32 = 0x10;
/// Where things are in FILE_ID_BOTH_DIR_INFO (winbase.h). The place of the extended attributes' size has the tag of what is a
/// reparse point ([MS-FSCC] 2.4.17).
const ATTRIBUTES: usize = 56;
const NAME_LENGTH: usize = 60;
const TAG: usize = 64;
const NAME: usize = 104;

/// The entries of one answer, without the folder itself and the one above; nothing where the answer is damaged. Symbolic links
/// and junctions are links; files of a cloud or of a compressed image, which are reparse points too, are what they look like.
pub fn entries(answer: &[u8]) -> Option<Vec<Entry>> {
    let mut listed = chained(answer, NAME_LENGTH, NAME, |entry, name| {
        let attributes = word(entry, ATTRIBUTES)?;
        let kind = if is_link(attributes, word(entry, TAG)?) {
            EntryKind::Link
        } else if attributes & IS_FOLDER != 0 {
            EntryKind::Folder
        } else {
            EntryKind::File
        };
        Some(Entry { name, kind })
    })?;
    listed.retain(|entry| entry.name != "." && entry.name != "..");
    Some(listed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{changes, link};
    use super::*;

    fn answer(rows: &[(&str, u32, u32)]) -> Vec<u8> {
        let mut answer = Vec::new();
        for (place, (name, attributes, tag)) in rows.iter().enumerate() {
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut row = vec![0; NAME];
            row[ATTRIBUTES..NAME_LENGTH].copy_from_slice(&attributes.to_le_bytes());
            row[NAME_LENGTH..TAG].copy_from_slice(&u32::try_from(name.len()).unwrap().to_le_bytes());
            row[TAG..TAG + 4].copy_from_slice(&tag.to_le_bytes());
            row.extend(name);
            if place + 1 < rows.len() {
                row.resize(row.len().next_multiple_of(8), 0);
                let next = u32::try_from(row.len()).unwrap();
                row[..4].copy_from_slice(&next.to_le_bytes());
            }
            answer.extend(row);
        }
        answer
    }

    #[test]
    fn entries_are_told_by_name_and_kind() {
        let rows = [
            (".", 0x10, 0),
            ("..", 0x10, 0),
            ("健診.txt", 0x20, 0),
            ("folder", 0x10, 0),
            ("junction", 0x410, 0xa000_0003),
            ("link.rdp", 0x420, 0xa000_000c),
            ("cloud.docx", 0x420, 0x9000_101a),
            // Without the attribute it is the size of extended attributes.
            ("extended", 0x20, 0xa000_000c),
        ];
        let found = entries(&answer(&rows)).unwrap();
        let found: Vec<_> = found.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
        let expected = [
            ("健診.txt", EntryKind::File),
            ("folder", EntryKind::Folder),
            ("junction", EntryKind::Link),
            ("link.rdp", EntryKind::Link),
            ("cloud.docx", EntryKind::File),
            ("extended", EntryKind::File),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn damaged_answers_are_refused() {
        let whole = answer(&[("a", 0x20, 0), ("b", 0x20, 0)]);
        for end in 0..whole.len() {
            assert_eq!(entries(&whole[..end]), None, "{end}");
        }
        for next in [1_u32, 8, 104, 105, 4_000, u32::MAX] {
            let mut odd = whole.clone();
            odd[..4].copy_from_slice(&next.to_le_bytes());
            assert_eq!(entries(&odd), None, "{next}");
        }
        let mut odd = whole;
        odd[NAME_LENGTH..TAG].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(entries(&odd), None);
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic_or_tell_more_than_was_said(
            bytes in proptest::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..400)
        ) {
            let _ = link(&bytes);
            let names: usize = changes(&bytes).unwrap_or_default().iter().map(|change| change.name.len()).sum();
            prop_assert!(names <= bytes.len() * 2);
            let names: usize = entries(&bytes).unwrap_or_default().iter().map(|entry| entry.name.len()).sum();
            prop_assert!(names <= bytes.len() * 2);
        }
    }
}
