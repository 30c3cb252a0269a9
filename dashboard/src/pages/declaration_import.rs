//! Taking in a published form: pasting it, and what was read of it.

use askama::Template;
use tenken_engine::checklist::{Checklist, Item, Section};
use tenken_form::declaration::Answer;
use tenken_form::header::Block;
use tenken_form::print;
use tenken_form::read::answer::Unclear;
use tenken_form::read::{ItemReading, Reading, Trouble, Unreadable, Wording};
use tenken_model::{ItemId, Language};

use super::Chrome;
use super::chrome::Place;
use super::field::{Field, FieldKind};
use super::proposal;
use super::words::{self, Named};

/// The most lines that belong nowhere which are shown.
const UNPLACED_SHOWN: usize = 60;

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing was pasted or chosen.
    Nothing,
    /// What was is no form.
    Unreadable(Unreadable),
    /// It has no item of the checklist.
    NoItem,
}

impl Refused {
    fn text(self, t: Language) -> String {
        match self {
            Self::Nothing => t.taking_in_nothing(),
            Self::Unreadable(Unreadable::TooLarge) => t.form_too_large(),
            Self::Unreadable(Unreadable::NotText) => t.form_not_text(),
            Self::Unreadable(Unreadable::Binary) => t.form_binary(),
            Self::NoItem => t.form_no_item(),
        }
    }
}

/// What the page shows on which what was read is confirmed.
#[derive(Debug, Clone, Copy)]
pub struct ReadingView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// What was read.
    pub reading: &'a Reading,
    /// The form's text in base64, so that confirming needs no state here.
    pub content: &'a str,
    /// A form is in force: what differs is proposed.
    pub in_force: bool,
    /// What was filled in.
    pub typed: &'a [Typed],
    /// The date that was filled in.
    pub typed_date: Option<&'a str>,
    /// That date does not do.
    pub date_is_wrong: bool,
    /// The reason that was written.
    pub reason: &'a str,
}

/// An answer that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The item.
    pub item: ItemId,
    /// The word of the answer that was chosen.
    pub status: String,
    /// The time that was written.
    pub when: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Renders the page on which a form is pasted or chosen.
pub fn render(refused: Option<Refused>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let error = refused.map(|refused| refused.text(t));
    let text = Field::new("text", t.taking_in_text(), FieldKind::Paragraph)
        .help(t.taking_in_text_help())
        .holding(String::new(), error);
    let file = Field::new("file", t.taking_in_file(), FieldKind::File(".html,.htm,.txt,.csv,.tsv"))
        .help(t.taking_in_file_help());
    ChoosePage { t, chrome, place: Place::Declaration, text, file }.render()
}

/// Renders the page on which what was read is confirmed.
pub fn render_reading(view: &ReadingView<'_>, chrome: &Chrome) -> askama::Result<String> {
    ReadingPage { t: chrome.language, chrome, place: Place::Declaration, view }.render()
}

#[derive(Template)]
#[template(path = "declaration_import.html")]
struct ChoosePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    text: Field,
    file: Field,
}

#[derive(Template)]
#[template(path = "declaration_reading.html")]
struct ReadingPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a ReadingView<'a>,
}

/// One item as it was read.
struct Row<'a> {
    section: &'a Section,
    item: &'a Item,
    reading: Option<&'a ItemReading>,
    typed: Option<&'a Typed>,
}

impl<'a> Row<'a> {
    fn answer(&self) -> Option<&'a Answer> {
        self.reading.and_then(|reading| reading.answer.as_ref().ok())
    }

    fn troubles(&self, t: Language) -> Vec<String> {
        let Some(reading) = self.reading else { return vec![t.trouble_missing_item()] };
        let wording = match &reading.wording {
            Wording::Official => None,
            Wording::Differs { likeness, .. } => Some(t.trouble_wording(likeness / 10)),
        };
        let unclear = reading.answer.as_ref().err().map(|why| match why {
            Unclear::NoneMarked => t.trouble_none_marked(),
            Unclear::BothMarked => t.trouble_both_marked(),
            Unclear::NoBoxes => t.trouble_no_boxes(),
            Unclear::LongTime => t.trouble_long_time(),
        });
        unclear.into_iter().chain(wording).collect()
    }

    /// What is wrong with what was filled in.
    fn error(&self) -> Option<&'a str> {
        self.typed?.error.as_deref()
    }

    /// The wording that was read, where it is not the official one.
    fn wording(&self) -> Option<&'a str> {
        match &self.reading?.wording {
            Wording::Official => None,
            Wording::Differs { read, .. } => Some(read),
        }
    }

    fn status_label(&self, t: Language) -> String {
        t.reading_status(&words::place(self.section, self.item, t))
    }

    fn when_label(&self, t: Language) -> String {
        t.reading_when(&words::place(self.section, self.item, t))
    }
}

impl<'a> ReadingPage<'a> {
    fn lead(&self) -> String {
        self.t.reading_lead(self.view.reading.answers().len(), self.view.checklist.items().count())
    }

    fn rows(&self, section: &'a Section) -> Vec<Row<'a>> {
        let items = &self.view.reading.items;
        let typed = |item: &Item| self.view.typed.iter().find(|typed| typed.item == item.id);
        let row = |item: &'a Item| Row { section, item, reading: items.get(&item.id), typed: typed(item) };
        section.items.iter().map(row).collect()
    }

    fn answer(&self, row: &Row<'a>) -> Option<String> {
        row.answer().map(|answer| proposal::status(answer, self.t))
    }

    fn missing(&self) -> usize {
        let answers = self.view.reading.answers();
        self.view.checklist.items().filter(|item| !answers.contains_key(&item.id)).count()
    }

    fn updated_on(&self) -> Option<String> {
        self.view.reading.updated_on.map(print::date)
    }

    fn date_error(&self) -> Option<String> {
        self.view.date_is_wrong.then(|| self.t.reading_date_bad())
    }

    fn typed_date(&self) -> &str {
        self.view.typed_date.unwrap_or_default()
    }

    /// What is odd about the form as a whole, with what was read; what is about an item stands with the item.
    fn troubles(&self) -> Vec<(String, Option<&'a str>)> {
        let t = self.t;
        let number = |note: &str| note.trim_start_matches('注').to_owned();
        let trouble = |trouble: &'a Trouble| match trouble {
            Trouble::MissingItem(_) => None,
            Trouble::Again(item, line) => {
                let name = self.view.checklist.item(item).map_or("", |item| item.named(t));
                Some((format!("{name}: {}", t.trouble_again(*line)), None))
            }
            Trouble::NoDate => Some((t.trouble_no_date(), None)),
            Trouble::BadDate(read) => Some((t.trouble_bad_date(), Some(read.as_str()))),
            Trouble::VerdictDiffers(marked) => Some((t.trouble_verdict(), Some(marked.wording(self.view.checklist)))),
            Trouble::NoteDiffers(note, read) => Some((t.trouble_note_differs(&number(note)), Some(read.as_str()))),
            Trouble::MissingNote(note) => Some((t.trouble_note_missing(&number(note)), None)),
        };
        self.view.reading.troubles.iter().filter_map(trouble).collect()
    }

    fn is_flawless(&self) -> bool {
        let official = |reading: &ItemReading| reading.wording == Wording::Official && reading.answer.is_ok();
        self.view.reading.troubles.is_empty() && self.view.reading.items.values().all(official)
    }

    fn header(&self) -> String {
        let tables = self.view.reading.header.blocks.iter().filter(|block| matches!(block, Block::Table(_))).count();
        if tables == 0 { self.t.reading_header_none() } else { self.t.reading_header_read(tables) }
    }

    fn unplaced(&self) -> Vec<(String, &'a str)> {
        let lines = self.view.reading.unplaced.iter().take(UNPLACED_SHOWN);
        lines.map(|line| (self.t.reading_line(line.line), line.text.as_str())).collect()
    }

    fn unplaced_left(&self) -> Option<String> {
        let reading = self.view.reading;
        let left = reading.unplaced.len().saturating_sub(UNPLACED_SHOWN) + reading.unplaced_left;
        (left > 0).then(|| self.t.reading_unplaced_left(left))
    }

    fn named(&self, named: &'a impl Named) -> &'a str {
        named.named(self.t)
    }
}
