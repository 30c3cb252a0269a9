//! Rules: the list of all, the page of one, and those that people write themselves.

pub mod page;
pub mod parameters;
pub mod text;
pub mod trial;
pub mod version;
pub mod words;
pub mod write;

use askama::Template;
use tenken_engine::Rule;
use tenken_engine::checklist::{Item, Section};
use tenken_model::{Language, RuleId};

use super::Chrome;
use super::chrome::Place;
use super::state::Mark;
use super::words::Named as _;
use crate::store::{RuleHosts, VersionState};

/// How far an own rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnStanding {
    /// Its newest version.
    pub newest: VersionState,
    /// A version of it is in force.
    pub in_force: bool,
    /// That version is not taken by this version of Tenken.
    pub broken: bool,
    /// It was withdrawn.
    pub withdrawn: bool,
}

/// A rule of the list.
#[derive(Debug, Clone)]
pub struct RuleRow<'a> {
    /// Its id.
    pub id: &'a RuleId,
    /// The rule; absent for an own rule whose text cannot be read.
    pub rule: Option<&'a Rule>,
    /// The items it bears on.
    pub items: Vec<(&'a Section, &'a Item)>,
    /// On how many hosts it fails or is unknown.
    pub hosts: RuleHosts,
    /// How far it is, if it is an own one.
    pub own: Option<OwnStanding>,
}

/// What the list of rules shows.
#[derive(Debug, Clone)]
pub struct RulesView<'a> {
    /// Own rules.
    pub own: Vec<RuleRow<'a>>,
    /// Built-in rules.
    pub built_in: Vec<RuleRow<'a>>,
}

/// Renders the list of rules.
pub fn render(view: &RulesView<'_>, chrome: &Chrome) -> askama::Result<String> {
    RulesPage { t: chrome.language, chrome, place: Place::Rules, view }.render()
}

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RulesView<'a>,
}

impl OwnStanding {
    /// Its marks: whether it is in force, and how far its newest version is unless that is the one in force.
    fn marks(self, t: Language) -> Vec<Mark> {
        let mut marks = Vec::new();
        if self.broken {
            marks.push(Mark::new("late", "bad", t.own_rule_broken()));
        } else if self.in_force {
            marks.push(Mark::new("check", "good", t.own_rule_in_force()));
        } else if self.withdrawn {
            marks.push(Mark::new("cross", "plain", t.own_rule_withdrawn()));
        }
        if self.newest != VersionState::Approved || marks.is_empty() {
            marks.push(words::state(self.newest, t));
        }
        marks
    }
}

impl RuleRow<'_> {
    fn title(&self, t: Language) -> &str {
        self.rule.map_or_else(|| self.id.as_str(), |rule| t.of(&rule.title))
    }

    fn marks(&self, t: Language) -> Vec<Mark> {
        self.own.map(|own| own.marks(t)).unwrap_or_default()
    }
}
