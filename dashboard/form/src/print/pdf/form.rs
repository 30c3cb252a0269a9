//! What stands on the pages of the form.

use tenken_engine::checklist::{Checklist, Item, Section};

use super::page::{Block, WIDTH};
use super::table::{Cell, Content, Table};
use super::text::Text;
use crate::declaration::{Answer, Declaration};
use crate::header;
use crate::print::{Reaching, date, done_cell, entry, planned_cell, reaching};

/// The widths of the columns No, 実施済 and 実施予定(実施時期), in points.
const NUMBER_WIDTH: f32 = 28.0;
const DONE_WIDTH: f32 = 84.0;
const PLANNED_WIDTH: f32 = 108.0;

/// The form, from the part about the agency to the last note.
pub(super) fn blocks(declaration: &Declaration, checklist: &Checklist) -> Vec<Block> {
    let form = &checklist.form;
    let header = declaration.header.with_verdict(declaration.verdict(), checklist);
    let mut blocks: Vec<Block> = header.blocks.iter().filter_map(about_the_agency).collect();
    blocks.push(Block::NewPage);
    blocks.push(Block::Heading(1, Text::plain(title(checklist))));
    blocks.push(Block::Paragraph(Text::plain(&form.preamble_ja)));
    for rule in [&form.publication_rule_ja, &form.choice_rule_ja] {
        blocks.push(Block::Paragraph(Text::plain(format!("*{rule}"))));
    }
    let updated =
        [&form.updates_heading_ja, &form.last_updated_ja].map(|text| Cell::data(Text::plain(text)).row_head());
    let updated = updated.into_iter().chain([Cell::data(Text::plain(date(declaration.updated_on)))]).collect();
    blocks.push(Block::Table(Table { widths: None, head: None, rows: vec![updated] }));
    blocks.push(Block::Paragraph(Text::plain(format!("*{}", form.change_rule_ja))));
    for section in &checklist.sections {
        blocks.push(Block::Heading(2, Text::plain(&section.heading_ja)));
        blocks.push(Block::Table(items(section, declaration, checklist)));
        for note in checklist.notes.iter().filter(|note| note.section == section.id) {
            blocks.push(Block::Note(Text::plain(format!("{}:{}", note.id, note.text_ja))));
        }
    }
    blocks
}

/// The title, in two lines by its sense: the guideline, and what of it this is.
fn title(checklist: &Checklist) -> String {
    let title = &checklist.edition.title_ja;
    title.rsplit_once(' ').map_or_else(|| format!("別添 {title}"), |(first, second)| format!("別添 {first}\n{second}"))
}

/// A table or note of the part about the agency; nothing if it is a table without rows.
fn about_the_agency(block: &header::Block) -> Option<Block> {
    match block {
        header::Block::Table(rows) => {
            let row = |row: Vec<Reaching<'_>>| row.into_iter().map(|cell| agency_cell(&cell)).collect();
            let rows: Vec<Vec<Cell>> = reaching(rows).into_iter().filter(|row| !row.is_empty()).map(row).collect();
            (!rows.is_empty()).then_some(Block::Table(Table { widths: None, head: None, rows }))
        }
        header::Block::Paragraph(text) => Some(Block::Note(Text::plain(text))),
    }
}

fn agency_cell(cell: &Reaching<'_>) -> Cell {
    let set = Cell::data(Text::plain(cell.text)).over(cell.rows);
    if cell.names { set.row_head() } else { set }
}

fn items(section: &Section, declaration: &Declaration, checklist: &Checklist) -> Table {
    let form = &checklist.form;
    let head = [&form.number_ja, &form.item_ja, &form.done_ja, &form.planned_ja].map(|text| Cell::column_head(text));
    let answered = section.items.iter().filter_map(|item| Some((item, declaration.answer(&item.id)?)));
    let wording_width = WIDTH - NUMBER_WIDTH - DONE_WIDTH - PLANNED_WIDTH;
    Table {
        widths: Some(vec![NUMBER_WIDTH, wording_width, DONE_WIDTH, PLANNED_WIDTH]),
        head: Some(head.into()),
        rows: answered.map(|(item, answer)| row(item, answer)).collect(),
    }
}

fn row(item: &Item, answer: &Answer) -> Vec<Cell> {
    vec![
        Cell::data(Text::plain(format!("{}.", item.id.number()))).at_right(),
        Cell { content: wording(item), ..Cell::data(Text::default()) },
        Cell::data(Text::plain(done_cell(answer))),
        Cell::data(Text::plain(planned_cell(answer))),
    ]
}

/// The wording of an item, its list, what follows, and the mark of its note after the last.
fn wording(item: &Item) -> Vec<Content> {
    let mut content = vec![Content::Paragraph(Text::plain(&item.text_ja))];
    content.extend(item.bullets.iter().map(|bullet| {
        let (sign, text) = entry(bullet);
        Content::Entry(sign, Text::plain(text))
    }));
    content.extend(item.tail_ja.iter().map(|tail| Content::Paragraph(Text::plain(tail))));
    if let (Some(note), Some(Content::Paragraph(text) | Content::Entry(_, text))) = (&item.note, content.last_mut()) {
        *text = std::mem::take(text).raised(format!("{note})"));
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_a_note_stands_after_the_last_words() {
        let checklist = Checklist::embedded().unwrap();
        let item = checklist.items().find(|item| item.tail_ja.is_some() && item.note.is_some()).unwrap();
        let Some(Content::Paragraph(last)) = wording(item).pop() else { panic!() };
        assert_eq!(last.said(), format!("{}{})", item.tail_ja.as_ref().unwrap(), item.note.as_ref().unwrap()));
    }
}
