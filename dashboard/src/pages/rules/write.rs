//! Writing an own rule.

use askama::Template;
use tenken_engine::checklist::{Item, Section};
use tenken_model::{ItemId, Language, RuleId};

use super::super::Chrome;
use super::super::chrome::Place;
use super::super::field::{Field, FieldKind};
use super::super::words::Named as _;
use super::text::{ProblemLine, RuleText, problems};
use crate::own_rules::{Draft, Linted, PREFIX, Seen};

/// What the page shows on which a rule is written.
#[derive(Debug, Clone)]
pub struct WriteView<'a> {
    /// The rule; absent for one that is begun.
    pub rule: Option<&'a RuleId>,
    /// The id that was typed for one that is begun.
    pub id: &'a str,
    /// What is written.
    pub draft: &'a Draft,
    /// What of it is worth; absent before anything was written.
    pub linted: Option<&'a Linted>,
    /// The version it is written over, and how often that was written.
    pub seen: Option<Seen>,
    /// It begins this version.
    pub next: Option<i64>,
    /// The items that take rules, with their sections.
    pub items: Vec<(&'a Section, &'a Item)>,
    /// Why it was not kept.
    pub refused: Option<String>,
}

/// Renders the page on which a rule is written.
pub fn render(view: &WriteView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let t = chrome.language;
    let id = Field::new("id", t.own_rule_id(), FieldKind::Line)
        .help(t.own_rule_id_help(PREFIX))
        .required()
        .holding(view.id.to_owned(), None);
    let Draft { text, cases, .. } = view.draft;
    let wrong = |linted: &Linted| problems((text, &linted.problems), (cases, &linted.case_problems), t);
    let problems = view.linted.map(wrong).unwrap_or_default();
    let listing = view.linted.filter(|linted| !linted.problems.is_empty());
    let case_listing = view.linted.filter(|linted| !linted.case_problems.is_empty());
    let page = WritePage {
        t,
        chrome,
        place: Place::Rules,
        view,
        id,
        problems,
        text: listing.map(|linted| RuleText::new("t", t.own_rule_text_lines(), text, &linted.problems, t)),
        cases: case_listing.map(|linted| RuleText::new("c", t.own_rule_cases_lines(), cases, &linted.case_problems, t)),
    };
    page.render()
}

#[derive(Template)]
#[template(path = "rule_write.html")]
struct WritePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a WriteView<'a>,
    id: Field,
    problems: Vec<ProblemLine>,
    text: Option<RuleText>,
    cases: Option<RuleText>,
}

/// A section with its items that can be chosen.
struct SectionTicks<'a> {
    section: &'a Section,
    ticks: Vec<Tick<'a>>,
}

/// An item that can be chosen.
struct Tick<'a> {
    item: &'a ItemId,
    line: String,
    chosen: bool,
}

impl<'a> WritePage<'a> {
    fn title(&self) -> String {
        if self.view.rule.is_some() { self.t.own_rule_edit_title() } else { self.t.own_rule_new_title() }
    }

    fn address(&self) -> String {
        self.view.rule.map_or_else(|| "/rules/new".to_owned(), |rule| format!("/rules/{rule}/edit"))
    }

    fn back(&self) -> String {
        self.view.rule.map_or_else(|| "/rules".to_owned(), |rule| format!("/rules/{rule}"))
    }

    /// The items by section.
    fn sections(&self) -> Vec<SectionTicks<'a>> {
        let mut found: Vec<SectionTicks<'a>> = Vec::new();
        for (section, item) in &self.view.items {
            let line = format!("{} {}", item.id.number(), item.named(self.t));
            let tick = Tick { item: &item.id, line, chosen: self.view.draft.items.contains(&item.id) };
            match found.last_mut().filter(|last| last.section.id == section.id) {
                Some(last) => last.ticks.push(tick),
                None => found.push(SectionTicks { section, ticks: vec![tick] }),
            }
        }
        found
    }

    fn is_good(&self) -> bool {
        self.view.linted.is_some_and(Linted::is_good)
    }
}
