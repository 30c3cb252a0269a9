//! What mails quote of rules and items.

use std::collections::BTreeMap;

use tenken_engine::Catalog;
use tenken_model::RuleId;
use tenken_model::finding::Bilingual;

/// What mails quote, by rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    /// The rules.
    pub chapters: BTreeMap<RuleId, Chapter>,
}

/// What mails quote of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its title.
    pub title: Bilingual,
    /// How to repair a host.
    pub remedy: Bilingual,
    /// The items it decides, each in one line.
    pub items: Vec<Bilingual>,
}

impl Book {
    /// The rules of a catalogue with the items they decide.
    pub fn of(catalog: &Catalog, items: impl Fn(&RuleId) -> Vec<Bilingual>) -> Self {
        let chapter = |rule: &tenken_engine::Rule| Chapter {
            title: rule.title.clone(),
            remedy: rule.remedy.clone(),
            items: items(&rule.id),
        };
        Self { chapters: catalog.rules().map(|rule| (rule.id.clone(), chapter(rule))).collect() }
    }

    /// What to quote of a rule. One that is not known here is called by its id.
    pub(super) fn chapter(&self, rule: &RuleId) -> Chapter {
        let plain = || {
            let title = Bilingual { ja: rule.to_string(), en: rule.to_string() };
            Chapter { title, remedy: Bilingual::default(), items: Vec::new() }
        };
        self.chapters.get(rule).cloned().unwrap_or_else(plain)
    }
}
