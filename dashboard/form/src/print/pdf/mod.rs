//! The form as a PDF, on A4 pages, with the font it is set in.
//!
//! [`write`](fn@write) prints the form. Nothing else here knows the form: [`document`] prints whatever stands in its blocks, which
//! [`page`] lays out and [`paint`](mod@paint) writes. Nothing reads a clock or draws a number: the same blocks and the same time give
//! the same bytes.

pub mod columns;
pub mod face;
mod form;
pub mod grid;
pub mod line_break;
pub mod page;
pub mod paint;
mod spread;
pub mod structure;
pub mod table;
pub mod text;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tenken_engine::checklist::Checklist;
use thiserror::Error;

use crate::declaration::Declaration;
use face::Face;
use page::Block;
use paint::About;

/// A PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// The characters that the font lacks. In their places stands [`GETA`](face::GETA); selectors of another shape of a
    /// character are left out, and the character has its usual shape.
    pub missing: BTreeSet<char>,
}

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PdfError {
    /// The built-in font cannot be read.
    #[error("the built-in font cannot be read")]
    Font,
    /// The library that writes PDF refuses the document.
    #[error("writing the PDF was refused: {0}")]
    Refused(String),
}

/// Writes the form as a PDF that says it was made at that time.
///
/// # Errors
/// Never in practice: the font is part of the program, and what the form says is drawn in a way that every reader takes.
pub fn write(declaration: &Declaration, checklist: &Checklist, made_at: DateTime<Utc>) -> Result<Printed, PdfError> {
    let about = About { title: checklist.edition.title_ja.clone(), made_at };
    document(&form::blocks(declaration, checklist), &about)
}

/// Writes blocks as a PDF on numbered pages.
///
/// # Errors
/// The title is empty, or longer than 32,767 bytes.
pub fn document(blocks: &[Block], about: &About) -> Result<Printed, PdfError> {
    let face = Face::built_in()?;
    let laid = page::lay_out(blocks, &face);
    Ok(Printed { bytes: paint::paint(&laid, &face, about)?, pages: laid.pages.len(), missing: laid.missing })
}

#[cfg(test)]
mod tests {
    use super::page::Block;
    use super::table::Table;
    use super::text::Text;
    use super::*;

    fn printed(title: &str, blocks: &[Block]) -> Result<Printed, PdfError> {
        document(blocks, &About { title: title.into(), made_at: DateTime::UNIX_EPOCH })
    }

    #[test]
    fn documents_of_any_blocks_are_printed() {
        let empty = Block::Table(Table { widths: None, head: None, rows: vec![] });
        let deep = Block::Heading(9, Text::plain("\0"));
        for blocks in [
            vec![],
            vec![Block::NewPage],
            vec![Block::Paragraph(Text::default())],
            vec![empty.clone(), deep.clone(), Block::Heading(1, Text::plain("題")), empty, deep],
        ] {
            let printed = printed("証跡\u{0}\u{fffe}<&>", &blocks).unwrap();
            assert!(printed.pages == 1 && printed.bytes.starts_with(b"%PDF-1.7"), "{blocks:?}");
        }
        assert!(matches!(printed("", &[]), Err(PdfError::Refused(_))));
    }
}
