//! What the form says: an answer for every item, the date of the last change, and the part about the agency.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tenken_calendar::PlannedTime;
use tenken_engine::checklist::Checklist;
use tenken_engine::item::Declared;
use tenken_model::{ItemId, choice};

use crate::header::Header;

/// One state of the published form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The edition of the checklist whose items are answered.
    pub edition: String,
    /// 最終更新日.
    pub updated_on: NaiveDate,
    /// The answer of every item of the edition.
    pub answers: BTreeMap<ItemId, Answer>,
    /// The part about the agency.
    pub header: Header,
}

/// The answer of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which of the two boxes is marked.
    pub status: Status,
    /// What stands beside the mark; empty if nothing does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

/// Which of the two boxes of an item is marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 実施済.
    Done,
    /// 実施予定, with its 実施時期. The form asks for a time; a form that was published without one is kept as it is.
    Planned(Option<PlannedTime>),
}

choice! {
    /// The form's verdict by its note 8.
    pub enum FormVerdict {
        /// 最低限のガイドラインを遵守済: every item is 実施済.
        Met = "met",
        /// 最低限のガイドラインを遵守していない: at least one is 実施予定.
        NotMet = "not_met",
    }
}

impl FormVerdict {
    /// The verdict in the form's own words.
    pub fn wording(self, checklist: &Checklist) -> &str {
        match self {
            Self::Met => &checklist.form.verdict_met_ja,
            Self::NotMet => &checklist.form.verdict_not_met_ja,
        }
    }
}

impl Answer {
    /// 実施済 without a remark.
    pub const fn done() -> Self {
        Self { status: Status::Done, remark: String::new() }
    }

    /// 実施予定 at that time, without a remark.
    pub const fn planned(when: PlannedTime) -> Self {
        Self { status: Status::Planned(Some(when)), remark: String::new() }
    }

    /// Whether it is 実施済.
    pub const fn is_done(&self) -> bool {
        matches!(self.status, Status::Done)
    }

    /// The time that was announced, if it is planned and one was.
    pub const fn when(&self) -> Option<&PlannedTime> {
        match &self.status {
            Status::Done => None,
            Status::Planned(when) => when.as_ref(),
        }
    }

    /// The answer as items are judged by it.
    pub fn declared(&self) -> Declared {
        match &self.status {
            Status::Done => Declared::Done,
            Status::Planned(when) => {
                let last = when.as_ref().and_then(PlannedTime::last_day);
                Declared::Planned { due: last.map(tenken_calendar::japan::end_of) }
            }
        }
    }
}

impl Declaration {
    /// The form's verdict by its note 8.
    pub fn verdict(&self) -> FormVerdict {
        if self.answers.values().all(Answer::is_done) { FormVerdict::Met } else { FormVerdict::NotMet }
    }

    /// The answer of an item.
    pub fn answer(&self, item: &ItemId) -> Option<&Answer> {
        self.answers.get(item)
    }
}

/// Why answers are no declaration of an edition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} items have no answer, the first is {}", .missing.len(), .missing.first().map_or("", |item| item.as_str()))]
pub struct Incomplete {
    /// The items without an answer, in the order of the form.
    pub missing: Vec<ItemId>,
}

impl Declaration {
    /// A declaration that answers every item of the checklist, and no other.
    pub fn new(
        checklist: &Checklist,
        updated_on: NaiveDate,
        mut answers: BTreeMap<ItemId, Answer>,
        header: Header,
    ) -> Result<Self, Incomplete> {
        let missing: Vec<ItemId> =
            checklist.items().map(|item| &item.id).filter(|id| !answers.contains_key(*id)).cloned().collect();
        if !missing.is_empty() {
            return Err(Incomplete { missing });
        }
        answers.retain(|id, _| checklist.item(id).is_some());
        Ok(Self { edition: checklist.edition.id.clone(), updated_on, answers, header })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_planned_item_makes_the_form_unmet() {
        let checklist = Checklist::embedded().unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let answers: BTreeMap<ItemId, Answer> =
            checklist.items().map(|item| (item.id.clone(), Answer::done())).collect();
        let met = Declaration::new(&checklist, day, answers.clone(), Header::default()).unwrap();
        assert_eq!(met.verdict(), FormVerdict::Met);
        let mut planned = met;
        let item = ItemId::new("exchange.13").unwrap();
        planned.answers.insert(item.clone(), Answer::planned(PlannedTime::new("2027年5月").unwrap()));
        assert_eq!(planned.verdict(), FormVerdict::NotMet);
        let mut short = answers;
        short.remove(&item);
        let error = Declaration::new(&checklist, day, short, Header::default()).unwrap_err();
        assert_eq!(error.missing, [item]);
        assert!(error.to_string().contains("exchange.13"));
    }
}
