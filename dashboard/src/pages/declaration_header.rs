//! Editing the part about the agency, cell by cell.

use askama::Template;
use tenken_form::header::{Block, Header};
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};

/// What the page shows on which the part about the agency is edited.
#[derive(Debug, Clone)]
pub struct HeaderView<'a> {
    /// The version it was made from.
    pub version: i64,
    /// The part as it is typed in.
    pub header: &'a Header,
    /// The reason that was typed, and what is wrong.
    pub refused: Option<(String, String)>,
}

/// The name of the field of a cell.
pub fn cell_name(block: usize, row: usize, column: usize) -> String {
    format!("cell-{block}-{row}-{column}")
}

/// The name of the field of a paragraph.
pub fn paragraph_name(block: usize) -> String {
    format!("text-{block}")
}

/// Renders the page.
pub fn render(view: &HeaderView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let (typed, error) = view.refused.clone().unzip();
    let reason = Field::new("reason", t.propose_reason(), FieldKind::Paragraph)
        .help(t.propose_reason_help())
        .required()
        .holding(typed.unwrap_or_default(), error);
    let shapes = view.header.blocks.iter().enumerate().map(|(block, it)| match it {
        Block::Table(rows) => Shape::Table(
            rows.iter()
                .enumerate()
                .map(|(row, cells)| {
                    let cells = cells.iter().enumerate();
                    let cell = |(column, text): (usize, &'_ String)| Written {
                        name: cell_name(block, row, column),
                        label: t.declaration_header_cell(row + 1, column + 1),
                        lines: lines(text),
                        text: text.clone(),
                    };
                    cells.map(cell).collect()
                })
                .collect(),
        ),
        Block::Paragraph(text) => Shape::Paragraph(Written {
            name: paragraph_name(block),
            label: t.declaration_header_note(block + 1),
            lines: lines(text),
            text: text.clone(),
        }),
    });
    let shapes = shapes.collect();
    HeaderPage { t, chrome, place: Place::Declaration, version: view.version, shapes, reason }.render()
}

/// How many lines a cell's field shows.
fn lines(text: &str) -> usize {
    (text.chars().count() / 24 + 1).min(8)
}

/// A block as it is typed in.
enum Shape {
    Table(Vec<Vec<Written>>),
    Paragraph(Written),
}

/// One cell or paragraph as it is typed in.
struct Written {
    name: String,
    label: String,
    lines: usize,
    text: String,
}

#[derive(Template)]
#[template(path = "declaration_header.html")]
struct HeaderPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    version: i64,
    shapes: Vec<Shape>,
    reason: Field,
}
