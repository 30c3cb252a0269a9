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

/// An answer's cells with their marks.
struct Boxes {
    done: String,
    planned: String,
}
