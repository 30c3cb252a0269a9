//! What differs between two states of the form, and between the form and what is published.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tenken_engine::checklist::Checklist;
use tenken_model::ItemId;

use crate::declaration::{Answer, Declaration};
use crate::header::{Block, Header};
use crate::plain::essence;
use crate::read::{Reading, Trouble};

/// One difference between a form and the one after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// An item has another answer.
    Answer {
        /// The item.
        item: ItemId,
        /// What stood there; absent where nothing did.
        before: Option<Answer>,
        /// What stands there; absent where nothing does.
        after: Option<Answer>,
    },
    /// The date of the last change is another one.
    Date {
        /// What it was.
        before: Option<NaiveDate>,
        /// What it is.
        after: Option<NaiveDate>,
    },
    /// The part about the agency is another one.
    Header,
}

/// The rows and paragraphs of the part about the agency that only one of two states has: those that are gone, and those that
/// came. A row that changed is in both.
pub fn header_lines(before: &Header, after: &Header) -> (Vec<String>, Vec<String>) {
    let (was, is) = (lines(before), lines(after));
    (only_in(&was, &is), only_in(&is, &was))
}

fn lines(header: &Header) -> Vec<String> {
    let line =
        |cells: &Vec<String>| cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" | ");
    header
        .blocks
        .iter()
        .flat_map(|block| match block {
            Block::Table(rows) => rows.iter().map(line).collect(),
            Block::Paragraph(text) => vec![text.clone()],
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// The lines of one list that the other does not have, or has less often.
fn only_in(one: &[String], other: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = other.iter().collect();
    let gone = one.iter().filter(|line| match left.iter().position(|it| it == line) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    });
    gone.cloned().collect()
}

/// What differs, in the order of the form: the part about the agency, the date, the items.
pub fn differences(before: &Declaration, after: &Declaration, checklist: &Checklist) -> Vec<Difference> {
    let mut found = Vec::new();
    if before.header != after.header {
        found.push(Difference::Header);
    }
    if before.updated_on != after.updated_on {
        found.push(Difference::Date { before: Some(before.updated_on), after: Some(after.updated_on) });
    }
    for item in checklist.items() {
        let (was, is) = (before.answer(&item.id), after.answer(&item.id));
        if was != is {
            found.push(Difference::Answer { item: item.id.clone(), before: was.cloned(), after: is.cloned() });
        }
    }
    found
}

/// In what a published form differs from the one in force: `before` is the declaration's, `after` what is published. An answer
/// that could not be read differs, and so does a form that is there twice. The part about the agency is compared where the page
/// has one.
pub fn published(declared: &Declaration, published: &Reading, checklist: &Checklist) -> Vec<Difference> {
    let mut found = Vec::new();
    if published.updated_on != Some(declared.updated_on) {
        found.push(Difference::Date { before: Some(declared.updated_on), after: published.updated_on });
    }
    let read = published.answers();
    for item in checklist.items() {
        let (declared, published) = (declared.answer(&item.id), read.get(&item.id));
        let same = match (declared, published) {
            (Some(declared), Some(published)) => same(declared, published),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !same {
            let (before, after) = (declared.cloned(), published.cloned());
            found.push(Difference::Answer { item: item.id.clone(), before, after });
        }
    }
    let header = declared.header.with_verdict(declared.verdict(), checklist);
    let has_header = published.header.cells().next().is_some();
    let contradicts = published.troubles.iter().any(|trouble| matches!(trouble, Trouble::Again(..)));
    if (has_header && cells(&header) != cells(&published.header)) || contradicts {
        found.push(Difference::Header);
    }
    found
}

/// What stands in the part about the agency, however its cells are merged.
fn cells(header: &Header) -> Vec<String> {
    let texts = header.blocks.iter().flat_map(|block| match block {
        Block::Table(rows) => rows.iter().flatten().map(String::as_str).collect(),
        Block::Paragraph(text) => vec![text.as_str()],
    });
    texts.map(essence).filter(|text| !text.is_empty()).collect()
}

/// Whether two answers say the same, however wide their characters and spaces are.
fn same(one: &Answer, other: &Answer) -> bool {
    let when = |answer: &Answer| answer.when().map(|when| essence(when.as_str()));
    one.is_done() == other.is_done() && when(one) == when(other) && essence(&one.remark) == essence(&other.remark)
}
