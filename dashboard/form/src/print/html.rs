//! The form as a static page to put on a home page.

use askama::Template;
use tenken_engine::checklist::{Checklist, Item, Note, Section};

use super::{date, done_cell, planned_cell};
use crate::declaration::Declaration;
use crate::header::{Block, Header};

/// Writes the form as one page that needs nothing else: no script, no picture, no other file.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn write(declaration: &Declaration, checklist: &Checklist) -> askama::Result<String> {
    let header = declaration.header.with_verdict(declaration.verdict(), checklist);
    Page { checklist, declaration, header }.render()
}

#[derive(Template)]
#[template(path = "form.html")]
struct Page<'a> {
    checklist: &'a Checklist,
    declaration: &'a Declaration,
    header: Header,
}

/// A cell of a table with how many rows it reaches over.
struct Reaching<'a> {
    text: &'a str,
    rows: usize,
}

impl Page<'_> {
    fn updated_on(&self) -> String {
        date(self.declaration.updated_on)
    }

    fn boxes(&self, item: &Item) -> Option<Boxes> {
        let answer = self.declaration.answer(&item.id)?;
        Some(Boxes { done: done_cell(answer), planned: planned_cell(answer) })
    }

    fn notes<'b>(&'b self, section: &'b Section) -> impl Iterator<Item = &'b Note> {
        self.checklist.notes.iter().filter(move |note| note.section == section.id)
    }
}

/// The rows of a table; an empty first cell continues the one above it.
fn reaching(rows: &[Vec<String>]) -> Vec<Vec<Reaching<'_>>> {
    let continues = |row: &Vec<String>| row.len() > 1 && row.first().is_some_and(String::is_empty);
    rows.iter()
        .enumerate()
        .map(|(at, row)| {
            let below = rows.get(at + 1..).unwrap_or_default().iter().take_while(|row| continues(row)).count();
            let skipped = usize::from(at > 0 && continues(row));
            let cells = row.iter().enumerate().skip(skipped);
            cells.map(|(column, text)| Reaching { text, rows: if column == 0 { below + 1 } else { 1 } }).collect()
        })
        .collect()
}

/// An answer's cells with their marks.
struct Boxes {
    done: String,
    planned: String,
}
