//! What mails quote of rules and items.

use std::collections::{BTreeMap, BTreeSet};

use tenken_engine::checklist::{Checklist, Item};
use tenken_engine::rule::SubjectOf;
use tenken_engine::{Catalog, Rule};
use tenken_model::finding::Bilingual;
use tenken_model::{ItemId, RuleId};

use crate::owner::{self, Repair};
use crate::routing;

/// What mails quote, by rule and by item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    /// The rules.
    pub chapters: BTreeMap<RuleId, Chapter>,
    /// The items, each in one line.
    pub items: BTreeMap<ItemId, Bilingual>,
}

/// What mails quote of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its title.
    pub title: Bilingual,
    /// How to repair a host.
    pub remedy: Bilingual,
    /// What is wrong where it fails, for the person who uses a PC; absent where its file does not say.
    pub problem: Option<Bilingual>,
    /// Who can repair it.
    pub repair: Repair,
    /// The items it decides, each in one line.
    pub items: Vec<Bilingual>,
    /// The sections of those items, by their ids.
    pub sections: BTreeSet<String>,
    /// Whose the subjects of its findings are.
    pub subject_of: SubjectOf,
}

impl Book {
    /// The rules of a catalogue with the items of a checklist that each decides.
    pub fn of(catalog: &Catalog, checklist: &Checklist) -> Self {
        let chapter = |rule: &Rule| Chapter {
            title: rule.title.clone(),
            remedy: rule.remedy.general.clone(),
            problem: owner::problem(rule),
            repair: owner::repair(rule),
            subject_of: rule.subject_of,
            sections: routing::sections_of(checklist, &rule.id),
            items: checklist.items_of(&rule.id).map(|item| line(checklist, item)).collect(),
        };
        Self {
            chapters: catalog.rules().map(|rule| (rule.id.clone(), chapter(rule))).collect(),
            items: checklist.items().map(|item| (item.id.clone(), line(checklist, item))).collect(),
        }
    }

    /// An item in one line. One that is not known here is called by its id.
    pub(super) fn item(&self, item: &ItemId) -> Bilingual {
        let plain = || Bilingual { ja: item.to_string(), en: item.to_string() };
        self.items.get(item).cloned().unwrap_or_else(plain)
    }

    /// What to quote of a rule. One that is not known here is called by its id.
    pub(super) fn chapter(&self, rule: &RuleId) -> Chapter {
        let plain = || {
            let title = Bilingual { ja: rule.to_string(), en: rule.to_string() };
            Chapter {
                title,
                remedy: Bilingual::default(),
                problem: None,
                repair: Repair::ByAdministrator,
                subject_of: SubjectOf::Host,
                items: Vec::new(),
                sections: BTreeSet::new(),
            }
        };
        self.chapters.get(rule).cloned().unwrap_or_else(plain)
    }
}

/// An item in one line: section, number and short name.
fn line(checklist: &Checklist, item: &Item) -> Bilingual {
    let section = checklist.sections.iter().find(|section| section.id.as_str() == item.id.section());
    let number = item.id.number();
    let heading = |text: Option<&String>| text.map_or_else(|| item.id.section().to_owned(), Clone::clone);
    Bilingual {
        ja: format!("{} No.{number} {}", heading(section.map(|section| &section.heading_ja)), item.short.ja),
        en: format!("{} No. {number}: {}", heading(section.map(|section| &section.heading_en)), item.short.en),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_rule_names_the_items_it_decides() {
        let book = Book::of(&Catalog::embedded().unwrap(), &Checklist::embedded().unwrap());
        assert!(!book.chapters.is_empty());
        for (rule, chapter) in &book.chapters {
            assert!(!chapter.items.is_empty(), "{rule}");
            for item in &chapter.items {
                assert!(item.ja.contains("No.") && !item.ja.contains('\n'), "{rule}: {item:?}");
            }
        }
    }
}
