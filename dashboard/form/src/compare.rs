//! What differs between two states of the form, and between the form and what is published.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tenken_engine::checklist::Checklist;
use tenken_model::ItemId;

use crate::declaration::{Answer, Declaration};
use crate::plain::essence;
use crate::read::Reading;

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
/// that could not be read differs. The part about the agency is compared only where the page has one.
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
    if published.verdict.is_some_and(|verdict| verdict != declared.verdict()) {
        found.push(Difference::Header);
    }
    found
}

/// Whether two answers say the same, however wide their characters and spaces are.
fn same(one: &Answer, other: &Answer) -> bool {
    let when = |answer: &Answer| answer.when().map(|when| essence(when.as_str()));
    one.is_done() == other.is_done() && when(one) == when(other) && essence(&one.remark) == essence(&other.remark)
}
