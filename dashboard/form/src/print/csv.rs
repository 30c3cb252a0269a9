//! The form as CSV.

use csv::{Terminator, WriterBuilder};
use tenken_engine::checklist::Checklist;

use super::{date, done_cell, marked_wording, planned_cell};
use crate::declaration::Declaration;
use crate::formula::guarded;
use crate::header::Block;

/// Writes the form as CSV: the part about the agency, then one record an item. A cell that a spreadsheet would run begins with
/// an apostrophe.
///
/// # Errors
/// Never in practice: writing to memory does not fail.
pub fn write(declaration: &Declaration, checklist: &Checklist) -> Result<String, csv::Error> {
    let form = &checklist.form;
    let mut writer = WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer(Vec::new());
    for block in &declaration.header.with_verdict(declaration.verdict(), checklist).blocks {
        match block {
            Block::Table(rows) => {
                for row in rows.iter().filter(|row| !row.is_empty()) {
                    writer.write_record(row.iter().map(|cell| guarded(cell)))?;
                }
            }
            Block::Paragraph(text) => writer.write_record([guarded(text)])?,
        }
    }
    writer.write_record([guarded(&checklist.edition.title_ja)])?;
    writer.write_record([&form.last_updated_ja, &date(declaration.updated_on)])?;
    for section in &checklist.sections {
        writer.write_record([guarded(&section.heading_ja)])?;
        writer.write_record([&form.number_ja, &form.item_ja, &form.done_ja, &form.planned_ja])?;
        for item in &section.items {
            let Some(answer) = declaration.answer(&item.id) else { continue };
            let cells = [item.id.number().to_string(), marked_wording(item), done_cell(answer), planned_cell(answer)];
            writer.write_record(cells.iter().map(|cell| guarded(cell)))?;
        }
        for note in checklist.notes.iter().filter(|note| note.section == section.id) {
            writer.write_record([guarded(&format!("{}:{}", note.id, note.text_ja))])?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| std::io::Error::other(error).into())
}
