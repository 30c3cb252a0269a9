//! Every finding of one of the rules that decide an item, page by page.

use askama::Template;
use tenken_engine::Rule;
use tenken_engine::checklist::{Item, Section};
use tenken_model::Language;
use tenken_model::finding::VerdictKind;

use super::Chrome;
use super::chrome::Place;
use super::finding::FindingView;
use super::pager::Pager;
use super::state::{Mark, verdict};
use super::words::{self, Named as _};
use crate::store::FindingCounts;

/// What the page of a rule's findings shows.
#[derive(Debug, Clone)]
pub struct RuleFindingsView<'a> {
    /// The item's section.
    pub section: &'a Section,
    /// The item that the rule decides.
    pub item: &'a Item,
    /// The rule.
    pub rule: &'a Rule,
    /// How many of all findings have each verdict.
    pub counts: FindingCounts,
    /// The findings of this page, those that fail first.
    pub findings: Vec<FindingView<'a>>,
    /// Which part of all they are.
    pub pager: Pager,
}

/// Renders the page of a rule's findings.
pub fn render(view: &RuleFindingsView<'_>, chrome: &Chrome) -> askama::Result<String> {
    RulePage { t: chrome.language, chrome, place: Place::Overview, view, by_host: true }.render()
}

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RuleFindingsView<'a>,
    by_host: bool,
}

/// How many findings have each verdict that occurs.
pub(super) fn counts(counts: FindingCounts, t: Language) -> Vec<(Mark, u64)> {
    let of = VerdictKind::ALL.iter().map(|kind| (verdict(*kind, t), counts.of(*kind)));
    of.filter(|(_, count)| *count > 0).collect()
}

impl RulePage<'_> {
    fn title(&self) -> String {
        self.t.rule_findings(self.t.of(&self.view.rule.title))
    }

    fn place_in_form(&self) -> String {
        words::place(self.view.section, self.view.item, self.t)
    }

    fn counts(&self) -> Vec<(Mark, u64)> {
        counts(self.view.counts, self.t)
    }
}
