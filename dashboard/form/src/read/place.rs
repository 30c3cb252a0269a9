//! Places the lines of a form on the checklist.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tenken_engine::checklist::{Checklist, Item, Section};
use tenken_model::ItemId;

use super::line::Line;
use super::text::number;
use super::{Format, ItemReading, Reading, Trouble, UNPLACED_MAX, Unplaced, Wording, answer};
use crate::declaration::{Declaration, FormVerdict};
use crate::header::{Block, Header};
use crate::plain::{essence, likeness, without_note_marks};

/// From here on a wording is taken for that of the item whose number it has.
const ALIKE_WITH_NUMBER: u16 = 500;
/// From here on a wording is taken for that of an item though its number or section says otherwise.
const ALIKE_ALONE: u16 = 850;
/// The most lines that are looked at; a form has a few hundred.
const LINES_MAX: usize = 20_000;
/// The longest wording that is compared; the longest official one has a third of it.
const COMPARED_CHARS_MAX: usize = 2_000;
/// How many rows are compared with every item; a form has far fewer that need it.
const COMPARED_MAX: usize = 500;

/// Places lines on a checklist.
pub(super) fn place(format: Format, lines: &[Line], checklist: &Checklist) -> Reading {
    let mut placing = Placing::new(format, checklist);
    for line in lines.iter().take(LINES_MAX) {
        placing.line(line);
    }
    placing.reading.unplaced_left += lines.len().saturating_sub(LINES_MAX);
    placing.end()
}

/// The full official wording of an item: its sentence, its list, and what follows.
pub fn wording(item: &Item) -> String {
    let parts = [item.text_ja.as_str()].into_iter();
    parts.chain(item.bullets.iter().map(String::as_str)).chain(item.tail_ja.as_deref()).collect::<Vec<_>>().join(" ")
}

struct Placing<'a> {
    checklist: &'a Checklist,
    reading: Reading,
    /// The checklist itself has begun; before it stands the part about the agency.
    begun: bool,
    section: Option<&'a Section>,
    exact: BTreeMap<String, &'a Item>,
    /// Sentences, headings and labels that the form itself has.
    furniture: Vec<String>,
    headings: Vec<(String, &'a Section)>,
    last_updated: String,
    compared: usize,
    /// A note whose end has not come yet, with what was read of it.
    note: Option<(&'a str, String)>,
    notes_differ: Vec<(String, String)>,
}

impl<'a> Placing<'a> {
    fn new(format: Format, checklist: &'a Checklist) -> Self {
        let form = &checklist.form;
        let furniture = [
            &checklist.edition.title_ja,
            &form.preamble_ja,
            &form.publication_rule_ja,
            &form.choice_rule_ja,
            &form.change_rule_ja,
            &form.updates_heading_ja,
            &form.number_ja,
            &form.item_ja,
            &form.done_ja,
            &form.planned_ja,
        ];
        let reading = Reading {
            format,
            items: BTreeMap::new(),
            updated_on: None,
            header: Header::default(),
            verdict: None,
            notes: Vec::new(),
            troubles: Vec::new(),
            unplaced: Vec::new(),
            unplaced_left: 0,
        };
        Self {
            checklist,
            reading,
            begun: false,
            section: None,
            exact: checklist.items().map(|item| (essence(&wording(item)), item)).collect(),
            furniture: furniture.into_iter().map(|text| essence(text)).collect(),
            headings: checklist.sections.iter().map(|section| (essence(&section.heading_ja), section)).collect(),
            last_updated: essence(&form.last_updated_ja),
            compared: 0,
            note: None,
            notes_differ: Vec::new(),
        }
    }

    fn line(&mut self, line: &Line) {
        let text = line.text();
        if self.is_furniture(line, &text) || self.date(line) {
            self.begun = true;
        } else if let Some(section) = self.heading(&text) {
            self.begun = true;
            self.section = Some(section);
        } else if self.item(line) {
            self.begun = true;
        } else if !self.begun {
            self.header(line, &text);
        } else if !self.note(&text) {
            self.unplaced(line);
        }
    }

    /// A sentence of the form, or a row of its labels.
    fn is_furniture(&self, line: &Line, text: &str) -> bool {
        let whole = essence(text);
        let whole = whole.trim_start_matches(['*', '※']).trim_start_matches("別添");
        let label = |cell: &String| cell.is_empty() || self.furniture.contains(&essence(cell));
        self.furniture.iter().any(|known| known == whole) || (line.cells.len() > 1 && line.cells.iter().all(label))
    }

    fn date(&mut self, line: &Line) -> bool {
        // A line of text before the form is the page's own: many say when they were changed.
        if !line.row && !self.begun {
            return false;
        }
        let Some(at) = line.cells.iter().position(|cell| essence(cell).contains(&self.last_updated)) else {
            return false;
        };
        let beside = line.cells.get(at).and_then(|cell| cell.split_once(self.checklist.form.last_updated_ja.as_str()));
        let written = beside.map_or("", |(_, after)| after.trim_matches([':', ' ', '(', ')']));
        let written = if written.is_empty() {
            line.cells.get(at + 1..).unwrap_or_default().join(" ")
        } else {
            written.to_owned()
        };
        match (self.reading.updated_on, tenken_calendar::read_date(written.trim())) {
            (None, Ok(day)) => {
                self.reading.updated_on = Some(day);
                self.reading.troubles.retain(|trouble| !matches!(trouble, Trouble::BadDate(_)));
            }
            (None, Err(_)) if !written.trim().is_empty() => {
                self.reading.troubles.push(Trouble::BadDate(written.trim().to_owned()));
            }
            _ => {}
        }
        true
    }

    fn heading(&self, text: &str) -> Option<&'a Section> {
        let read = essence(text);
        self.headings.iter().find(|(heading, _)| *heading == read).map(|(_, section)| *section)
    }

    fn item(&mut self, line: &Line) -> bool {
        let mut cells = line.cells.as_slice();
        if let Some((first, rest)) = cells.split_first()
            && rest.len() >= 3
            && let Some(section) = self.heading(first)
        {
            self.section = Some(section);
            cells = rest;
        }
        let (no, read, boxes) = match cells {
            [no, wording, boxes @ ..] if number(no).is_some() && !boxes.is_empty() => (number(no), wording, boxes),
            [wording, boxes @ ..] if !boxes.is_empty() && line.row => (None, wording, boxes),
            _ => return false,
        };
        let answer = answer::read(boxes);
        if no.is_none() && answer.is_err() {
            return false;
        }
        let Some((item, alike)) = self.find(no, read) else { return false };
        if self.reading.items.contains_key(&item.id) {
            self.reading.troubles.push(Trouble::Again(item.id.clone(), line.number));
            return true;
        }
        let wording =
            if alike == 1_000 { Wording::Official } else { Wording::Differs { read: read.clone(), likeness: alike } };
        self.reading.items.insert(item.id.clone(), ItemReading { line: line.number, wording, answer });
        self.section = self.checklist.sections.iter().find(|section| section.items.iter().any(|own| own.id == item.id));
        true
    }

    /// The item that a wording is of, and how alike the two are.
    fn find(&mut self, no: Option<usize>, read: &str) -> Option<(&'a Item, u16)> {
        let here = self.section.zip(no).and_then(|(section, no)| section.items.get(no.checked_sub(1)?));
        let exact = self.exact.get(&essence(read)).copied();
        if let Some(item) = exact {
            return Some((item, 1_000));
        }
        if read.chars().count() > COMPARED_CHARS_MAX {
            return None;
        }
        if let Some(item) = here {
            let alike = likeness(read, &wording(item));
            if alike >= ALIKE_WITH_NUMBER {
                return Some((item, alike));
            }
        }
        self.compared += 1;
        if self.compared > COMPARED_MAX {
            return None;
        }
        let all = self.checklist.items().map(|item| (item, likeness(read, &wording(item))));
        all.max_by_key(|(_, alike)| *alike).filter(|(_, alike)| *alike >= ALIKE_ALONE)
    }

    /// A line of the part about the agency. What stands before its first table is the page's own, such as a menu.
    fn header(&mut self, line: &Line, text: &str) {
        let blocks = &mut self.reading.header.blocks;
        match blocks.last_mut() {
            Some(Block::Table(rows)) if line.row && !line.apart => rows.push(line.cells.clone()),
            _ if line.row => blocks.push(Block::Table(vec![line.cells.clone()])),
            Some(_) => blocks.push(Block::Paragraph(text.to_owned())),
            None if text.starts_with('注') => blocks.push(Block::Paragraph(text.to_owned())),
            None => self.unplaced(line),
        }
    }

    fn note(&mut self, text: &str) -> bool {
        if let Some((id, read)) = self.note.take() {
            let longer = format!("{read}{text}");
            let official = self.checklist.note(id).map(|note| essence(&note.text_ja)).unwrap_or_default();
            if official.starts_with(&essence(&longer)) {
                self.notes_differ.retain(|(differs, _)| differs != id);
                self.keep_note(id, longer);
                return true;
            }
        }
        let plain = crate::plain::tidy(text);
        let Some(after) = plain.strip_prefix('注') else { return false };
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        let Some(note) = self.checklist.note(&format!("注{digits}")) else { return false };
        let read = without_note_marks(&plain);
        self.keep_note(&note.id, read.trim_start_matches([':', ')', ' ']).to_owned());
        true
    }

    fn keep_note(&mut self, id: &'a str, read: String) {
        let official = self.checklist.note(id).map(|note| essence(&note.text_ja)).unwrap_or_default();
        if essence(&read) == official {
            self.reading.notes.push(id.to_owned());
        } else {
            self.notes_differ.push((id.to_owned(), read.clone()));
            self.note = Some((id, read));
        }
    }

    fn unplaced(&mut self, line: &Line) {
        if self.reading.unplaced.len() < UNPLACED_MAX {
            self.reading.unplaced.push(Unplaced { line: line.number, text: line.shown() });
        } else {
            self.reading.unplaced_left += 1;
        }
    }

    fn end(mut self) -> Reading {
        let checklist = self.checklist;
        let reading = &mut self.reading;
        reading.verdict = reading.header.verdict(checklist);
        let bad_date = reading.troubles.iter().any(|trouble| matches!(trouble, Trouble::BadDate(_)));
        if reading.updated_on.is_none() && !bad_date {
            reading.troubles.push(Trouble::NoDate);
        }
        let missing = checklist.items().filter(|item| !reading.items.contains_key(&item.id));
        reading.troubles.extend(missing.map(|item| Trouble::MissingItem(item.id.clone())));
        let differs = std::mem::take(&mut self.notes_differ);
        for note in &checklist.notes {
            if let Some((id, read)) = differs.iter().find(|(id, _)| *id == note.id) {
                reading.troubles.push(Trouble::NoteDiffers(id.clone(), read.clone()));
            } else if !reading.notes.contains(&note.id) {
                reading.troubles.push(Trouble::MissingNote(note.id.clone()));
            }
        }
        if let Some(marked) = reading.verdict
            && follows(reading, checklist).is_some_and(|follows| follows != marked)
        {
            reading.troubles.push(Trouble::VerdictDiffers(marked));
        }
        self.reading
    }
}

/// The verdict that follows from the answers, if every item has one.
fn follows(reading: &Reading, checklist: &Checklist) -> Option<FormVerdict> {
    let day = reading.updated_on.unwrap_or(NaiveDate::MIN);
    let answers: BTreeMap<ItemId, _> = reading.answers();
    Declaration::new(checklist, day, answers, Header::default()).ok().map(|declaration| declaration.verdict())
}
