//! The form in its official shape.

pub mod csv;
pub mod html;
pub mod pdf;
mod reaching;
pub mod xlsx;

use chrono::{Datelike as _, NaiveDate};
use tenken_engine::checklist::Item;

use crate::declaration::{Answer, Status};
use crate::header::mark_of;
use crate::read::place::wording;
use reaching::{Reaching, reaching};

/// A date as the form writes it: `2024年12月11日`.
pub fn date(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The cell 実施済 of an answer.
pub fn done_cell(answer: &Answer) -> String {
    let mark = mark_of(answer.is_done());
    if answer.is_done() && !answer.remark.is_empty() { format!("{mark} {}", answer.remark) } else { mark.to_string() }
}

/// The cell 実施予定(実施時期) of an answer.
pub fn planned_cell(answer: &Answer) -> String {
    let mark = mark_of(!answer.is_done());
    let when = answer.when().map_or("", |when| when.as_str());
    match answer.status {
        Status::Planned(_) if !answer.remark.is_empty() => format!("{mark}({when}) {}", answer.remark),
        Status::Planned(_) | Status::Done => format!("{mark}({when})"),
    }
}

/// The full wording of an item with the mark of its note, in one line.
fn marked_wording(item: &Item) -> String {
    let wording = wording(item);
    item.note.as_ref().map_or_else(|| wording.clone(), |note| format!("{wording} {note})"))
}

/// An entry of an item's list: its sign, which is its own letter in brackets or a middle dot, and what it says.
pub fn entry(bullet: &str) -> (String, &str) {
    match bullet.split_once(' ') {
        Some((letter, rest)) if letter.starts_with('(') && letter.ends_with(')') => (format!("{letter} "), rest),
        _ => ("・".to_owned(), bullet),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_letters() {
        assert_eq!(entry("(b) 体制"), ("(b) ".to_owned(), "体制"));
        assert_eq!(entry("障害時の対処"), ("・".to_owned(), "障害時の対処"));
        assert_eq!(entry("(注意)する 対処"), ("・".to_owned(), "(注意)する 対処"));
    }
}
