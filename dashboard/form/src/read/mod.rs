//! Reads a published form: text, HTML or CSV, in whatever copy of it an agency has.
//!
//! Whatever was read is told item by item, and whatever was not is told too: nothing is dropped in silence. Reading has two steps.
//! A format is taken apart into [lines](line::Line) of cells; the lines are then [placed](place) on the checklist.

pub mod answer;
pub mod line;
mod markup;
pub mod place;
mod sheet;
mod text;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8};
use tenken_engine::checklist::Checklist;
use tenken_model::ItemId;
use thiserror::Error;

use crate::declaration::{Answer, FormVerdict};
use crate::header::Header;
use answer::Unclear;

/// The largest form that is read, in bytes.
pub const BYTES_MAX: usize = 4 << 20;
/// The most lines that could not be placed and are told; further ones are counted.
pub const UNPLACED_MAX: usize = 400;

/// How a form is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines with cells between tabs, as copied from a page or a document.
    Text,
    /// A page.
    Html,
    /// Comma-separated values.
    Csv,
}

/// Why a form could not be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It is larger than [`BYTES_MAX`].
    #[error("the form is larger than {BYTES_MAX} bytes")]
    TooLarge,
    /// It is no text in UTF-8, Shift_JIS, EUC-JP or ISO-2022-JP.
    #[error("the form is no text in UTF-8, Shift_JIS, EUC-JP or ISO-2022-JP")]
    NotText,
    /// It is a PDF or another file of a program.
    #[error("the form is a file of a program (PDF, Word, Excel) and not text, HTML or CSV")]
    Binary,
}

/// What was read of a form, and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// How the form was written.
    pub format: Format,
    /// What was found of each item.
    pub items: BTreeMap<ItemId, ItemReading>,
    /// 最終更新日; absent if there is none that could be read.
    pub updated_on: Option<NaiveDate>,
    /// The part about the agency.
    pub header: Header,
    /// The overall verdict that is marked.
    pub verdict: Option<FormVerdict>,
    /// Marks of the notes whose wording is the official one.
    pub notes: Vec<String>,
    /// What is wrong or odd, in the order of the form.
    pub troubles: Vec<Trouble>,
    /// Lines that belong to nothing that is known.
    pub unplaced: Vec<Unplaced>,
    /// How many such lines were left out.
    pub unplaced_left: usize,
}

/// What was found of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemReading {
    /// In which line, the first being 1.
    pub line: usize,
    /// How its wording compares with the official one.
    pub wording: Wording,
    /// The answer, or why it is none.
    pub answer: Result<Answer, Unclear>,
}

/// How a wording compares with the official one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wording {
    /// It is the same.
    Official,
    /// It differs.
    Differs {
        /// What was read.
        read: String,
        /// How alike the two are, up to 1000.
        likeness: u16,
    },
}

/// What is wrong or odd in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// An item of the checklist was not found.
    MissingItem(ItemId),
    /// An item was found again in that line; the first one counts.
    Again(ItemId, usize),
    /// There is no date of the last change.
    NoDate,
    /// The date of the last change cannot be read.
    BadDate(String),
    /// The overall verdict that is marked is not the one that follows from the answers.
    VerdictDiffers(FormVerdict),
    /// A note's wording differs from the official one.
    NoteDiffers(String, String),
    /// A note was not found.
    MissingNote(String),
}

/// A line that belongs to nothing that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// Which line, the first being 1.
    pub line: usize,
    /// What it says, its cells between tabs.
    pub text: String,
}

impl Reading {
    /// The answers that could be read.
    pub fn answers(&self) -> BTreeMap<ItemId, Answer> {
        let read = self.items.iter();
        read.filter_map(|(id, item)| Some((id.clone(), item.answer.clone().ok()?))).collect()
    }
}

/// Reads a form from the bytes of a file or an answer. `charset` is what the way it came says of its encoding.
///
/// # Errors
/// It is no form at all, but too large or no text. A text that is no form gives a [`Reading`] without items.
pub fn read(bytes: &[u8], charset: Option<&str>, checklist: &Checklist) -> Result<Reading, Unreadable> {
    Ok(read_text(&decode(bytes, charset)?, checklist))
}

/// Reads a form from text that was pasted.
pub fn read_text(form: &str, checklist: &Checklist) -> Reading {
    let format = format_of(form);
    let lines = match format {
        Format::Text => text::lines(form),
        Format::Html => markup::lines(form),
        Format::Csv => sheet::lines(form),
    };
    place::place(format, &lines, checklist)
}

/// How a form is written, told by what stands in it.
fn format_of(form: &str) -> Format {
    let start: String = form.trim_start_matches('\u{feff}').trim_start().chars().take(4_096).collect();
    let start = start.to_ascii_lowercase();
    let page = ["<!doctype", "<html", "<table", "<body", "<div", "<section", "<h1", "<h2", "<?xml"];
    if page.iter().any(|tag| start.starts_with(tag)) || form.contains("</td>") || form.contains("</TD>") {
        return Format::Html;
    }
    let lines = || form.lines().take(2_000);
    let tabs = lines().filter(|line| line.contains('\t')).count();
    let commas = lines().filter(|line| line.matches(',').count() >= 2).count();
    if commas > tabs { Format::Csv } else { Format::Text }
}

/// Text in the encodings that Japanese pages and files are written in. `charset` is what the way it came says of its encoding.
///
/// # Errors
/// It is no text, or too large.
pub fn decode(bytes: &[u8], charset: Option<&str>) -> Result<String, Unreadable> {
    if bytes.len() > BYTES_MAX {
        return Err(Unreadable::TooLarge);
    }
    if bytes.starts_with(b"%PDF") || bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Unreadable::Binary);
    }
    let named = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    let within = markup::charset(bytes).and_then(|label| Encoding::for_label(label.as_bytes()));
    let likely = if bytes.contains(&0x1b) { ISO_2022_JP } else { UTF_8 };
    let encodings = named.into_iter().chain(within).chain([likely, SHIFT_JIS, EUC_JP]);
    let mut texts = encodings.filter_map(|encoding| {
        let (text, _) = encoding.decode_with_bom_removal(bytes);
        (!text.contains(char::REPLACEMENT_CHARACTER) && !text.contains('\0')).then(|| text.into_owned())
    });
    texts.next().ok_or(Unreadable::NotText)
}
