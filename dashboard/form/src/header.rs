//! The part of the form before the checklist: the agency, its systems, services and fees.
//!
//! It is kept as it is published, table by table, because every agency's is filled in and laid out a little differently and
//! nothing of it may be lost. Choices stand in its cells as `■` and `□`, as the form writes them.

use serde::{Deserialize, Serialize};
use tenken_engine::checklist::Checklist;

use crate::declaration::FormVerdict;
use crate::plain;

/// The part before the checklist, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Header {
    /// Its tables and paragraphs.
    pub blocks: Vec<Block>,
}

/// A table or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Rows of cells. An empty cell at the beginning of a row continues the cell above it.
    Table(Vec<Vec<String>>),
    /// A line of text, such as a note.
    Paragraph(String),
}

impl Header {
    /// The same part with the marks of the overall verdict as they follow from the answers.
    #[must_use]
    pub fn with_verdict(&self, verdict: FormVerdict, checklist: &Checklist) -> Self {
        let mark = |cell: &String| {
            if !is_verdict_cell(cell, checklist) {
                return cell.clone();
            }
            FormVerdict::ALL
                .iter()
                .map(|choice| format!("{} {}", mark_of(*choice == verdict), choice.wording(checklist)))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Table(rows) => Block::Table(rows.iter().map(|row| row.iter().map(mark).collect()).collect()),
            Block::Paragraph(text) => Block::Paragraph(text.clone()),
        });
        Self { blocks: blocks.collect() }
    }

    /// The verdict that is marked in it, if exactly one is.
    pub fn verdict(&self, checklist: &Checklist) -> Option<FormVerdict> {
        let cell = self.cells().find(|cell| is_verdict_cell(cell, checklist))?;
        let mut marked = FormVerdict::ALL.iter().copied().filter(|choice| {
            let before = cell.split(choice.wording(checklist)).next().unwrap_or_default();
            before.trim_end().ends_with(plain::MARKED)
        });
        marked.next().filter(|_| marked.next().is_none())
    }

    /// Every cell of its tables.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.blocks
            .iter()
            .flat_map(|block| match block {
                Block::Table(rows) => rows.as_slice(),
                Block::Paragraph(_) => &[],
            })
            .flatten()
            .map(String::as_str)
    }
}

/// The character of a box.
pub const fn mark_of(marked: bool) -> char {
    if marked { plain::MARKED } else { plain::UNMARKED }
}

fn is_verdict_cell(cell: &str, checklist: &Checklist) -> bool {
    FormVerdict::ALL.iter().all(|choice| cell.contains(choice.wording(checklist)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(cell: &str) -> Header {
        Header {
            blocks: vec![Block::Table(vec![vec![String::new(), "ガイドラインの遵守".into(), cell.into()]])]
        }
    }

    #[test]
    fn the_verdict_is_read_and_marked_anew() {
        let checklist = Checklist::embedded().unwrap();
        let met = header("■ 最低限のガイドラインを遵守済 □ 最低限のガイドラインを遵守していない");
        assert_eq!(met.verdict(&checklist), Some(FormVerdict::Met));
        let not_met = met.with_verdict(FormVerdict::NotMet, &checklist);
        assert_eq!(not_met, header("□ 最低限のガイドラインを遵守済 ■ 最低限のガイドラインを遵守していない"));
        assert_eq!(not_met.verdict(&checklist), Some(FormVerdict::NotMet));
        assert_eq!(not_met.with_verdict(FormVerdict::Met, &checklist), met);
    }

    #[test]
    fn a_verdict_that_is_marked_twice_or_not_at_all_is_none() {
        let checklist = Checklist::embedded().unwrap();
        for cell in [
            "■最低限のガイドラインを遵守済 ■最低限のガイドラインを遵守していない",
            "□最低限のガイドラインを遵守済 □最低限のガイドラインを遵守していない",
            "■最低限のガイドラインを遵守済",
            "",
        ] {
            assert_eq!(header(cell).verdict(&checklist), None, "{cell}");
        }
    }
}
