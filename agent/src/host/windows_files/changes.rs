//! What changed in a folder, as Windows tells it.

use super::{chained, word};

/// Where things are in FILE_NOTIFY_INFORMATION (winnt.h).
const ACTION: usize = 4;
const NAME_LENGTH: usize = 8;
const NAME: usize = 12;
/// FILE_ACTION_MODIFIED; the others are that it came, went, or got another name.
const MODIFIED: u32 = 3;

/// A change of something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name in the folder.
    pub name: String,
    /// It came, went, or has this name no more or from now on; otherwise it was written to.
    pub moves: bool,
}

/// The changes of one answer; nothing where the answer is damaged. Entries are aligned by Windows, and packed by Wine.
pub fn changes(answer: &[u8]) -> Option<Vec<Change>> {
    chained(answer, NAME_LENGTH, NAME, |entry, name| Some(Change { name, moves: word(entry, ACTION)? != MODIFIED }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(rows: &[(&str, u32)], aligned: usize) -> Vec<u8> {
        let mut answer = Vec::new();
        for (place, (name, action)) in rows.iter().enumerate() {
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let length = u32::try_from(name.len()).unwrap();
            let mut row = [0, *action, length].map(u32::to_le_bytes).concat();
            row.extend(name);
            if place + 1 < rows.len() {
                row.resize(row.len().next_multiple_of(aligned), 0);
                let next = u32::try_from(row.len()).unwrap();
                row[..4].copy_from_slice(&next.to_le_bytes());
            }
            answer.extend(row);
        }
        answer
    }

    #[test]
    fn changes_are_told_by_name() {
        let rows = [("健診.ini", 3), ("new", 1), ("old", 2), ("a", 4), ("b", 5)];
        for aligned in [1, 4] {
            let told = changes(&answer(&rows, aligned)).unwrap();
            let told: Vec<_> = told.iter().map(|change| (change.name.as_str(), change.moves)).collect();
            assert_eq!(told, [("健診.ini", false), ("new", true), ("old", true), ("a", true), ("b", true)]);
        }
    }

    #[test]
    fn damaged_answers_are_refused() {
        let whole = answer(&[("a", 3), ("b", 1)], 4);
        for end in 0..whole.len() {
            assert_eq!(changes(&whole[..end]), None, "{end}");
        }
        for next in [1_u32, 4, 12, 13, 4_000, u32::MAX] {
            let mut odd = whole.clone();
            odd[..4].copy_from_slice(&next.to_le_bytes());
            assert_eq!(changes(&odd), None, "{next}");
        }
    }
}
