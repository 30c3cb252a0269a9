//! A version of an own rule: its text with what is wrong, its cases, and what is done with it.

use askama::Template;
use tenken_engine::checklist::{Item, Section};
use tenken_model::{Language, RuleId};

use super::super::Chrome;
use super::super::chrome::Place;
use super::super::field::{Field, FieldKind};
use super::super::state::{Mark, verdict};
use super::super::words::Named as _;
use super::text::{ProblemLine, RuleText, problems};
use super::words;
use crate::auth::role::Ability;
use crate::groups::HostScope;
use crate::own_rules::{CaseTried, Linted};
use crate::store::{OwnVersion, RollOut, VersionState};

/// What the page of a version shows.
#[derive(Debug, Clone)]
pub struct VersionView<'a> {
    /// The rule.
    pub id: &'a RuleId,
    /// The version.
    pub version: &'a OwnVersion,
    /// It is the newest one.
    pub is_newest: bool,
    /// What its text is worth.
    pub linted: &'a Linted,
    /// The items it bears on.
    pub items: Vec<(&'a Section, &'a Item)>,
    /// What is in force of the rule.
    pub rolled_out: Option<&'a RollOut>,
    /// The sites in use.
    pub sites: Vec<String>,
    /// The groups in use.
    pub groups: Vec<String>,
    /// Who looks at it has confirmed the session.
    pub confirmed: bool,
    /// Why what was asked for was not done.
    pub refused: Option<String>,
}

/// Renders the page of a version.
pub fn render(view: &VersionView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let (t, written) = (chrome.language, &view.version.written);
    let page = VersionPage {
        t,
        chrome,
        place: Place::Rules,
        view,
        address: format!("/rules/{}/versions/{}", view.id, written.version),
        problems: problems((&written.text, &view.linted.problems), (&written.cases, &view.linted.case_problems), t),
        text: RuleText::new("t", t.own_rule_text_lines(), &written.text, &view.linted.problems, t),
        cases: (!written.cases.trim().is_empty())
            .then(|| RuleText::new("c", t.own_rule_cases_lines(), &written.cases, &view.linted.case_problems, t)),
        note: Field::new("note", t.own_rule_note(), FieldKind::Paragraph),
    };
    page.render()
}

#[derive(Template)]
#[template(path = "rule_version.html")]
struct VersionPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a VersionView<'a>,
    address: String,
    problems: Vec<ProblemLine>,
    text: RuleText,
    cases: Option<RuleText>,
    note: Field,
}

impl VersionPage<'_> {
    fn title(&self) -> String {
        format!("{} — {}", self.name(), self.t.own_rule_version(self.view.version.written.version))
    }

    fn name(&self) -> &str {
        self.view.linted.rule.as_ref().map_or_else(|| self.view.id.as_str(), |rule| self.t.of(&rule.title))
    }

    fn mark(&self) -> Mark {
        words::state(self.view.version.state, self.t)
    }

    fn writers(&self) -> String {
        self.t.own_rule_written_by(&self.view.version.written.writers.join(&self.t.list_join()))
    }

    fn decided(&self, person: &str) -> String {
        match self.view.version.state {
            VersionState::Refused => self.t.own_rule_refused_by(person),
            VersionState::Draft | VersionState::Waiting | VersionState::Approved => self.t.own_rule_approved_by(person),
        }
    }

    fn is(&self, state: VersionState) -> bool {
        self.view.version.state == state && self.view.is_newest
    }

    fn may_write(&self) -> bool {
        self.chrome.officer() && self.view.is_newest && self.view.version.state != VersionState::Waiting
    }

    fn may_ask(&self) -> bool {
        self.chrome.officer() && self.is(VersionState::Draft) && self.view.linted.is_good()
    }

    fn may_take_back(&self) -> bool {
        self.chrome.officer() && self.is(VersionState::Waiting)
    }

    /// Who looks at it wrote of it or asked for its approval.
    fn is_own(&self) -> bool {
        let Some(person) = &self.chrome.person else { return true };
        let asked = self.view.version.asked.as_ref().map(|(_, by)| by);
        asked == Some(&person.name) || self.view.version.written.writers.contains(&person.name)
    }

    fn waits(&self) -> bool {
        self.chrome.may(Ability::Approve) && self.is(VersionState::Waiting)
    }

    fn may_roll_out(&self) -> bool {
        let approved = self.view.version.state == VersionState::Approved && self.view.linted.rule.is_some();
        self.chrome.may(Ability::Approve) && approved
    }

    /// Where it is in force.
    fn in_force(&self) -> Option<String> {
        let out = self.view.rolled_out.filter(|out| out.version == self.view.version.written.version)?;
        Some(self.t.own_rule_in_force_line(out.version, &words::scopes(&out.scopes, self.t)))
    }

    /// The scopes that can be chosen: the word, what people read, and whether the rule is in force there.
    fn scopes(&self) -> Vec<(String, String, bool)> {
        let chosen = self.view.rolled_out.map(|out| out.scopes.as_slice()).unwrap_or_default();
        let is_chosen = |word: &str| {
            HostScope::from_word(word).is_some_and(|scope| chosen.iter().any(|other| other.is_same(&scope)))
        };
        let choices = words::choices(&self.view.sites, &self.view.groups, chosen, self.t);
        choices.into_iter().map(|(word, label)| (word.clone(), label, is_chosen(&word))).collect()
    }

    fn cases_tried(&self) -> &[CaseTried] {
        &self.view.linted.cases
    }

    fn expected(&self, case: &CaseTried) -> Mark {
        verdict(case.expect, self.t)
    }

    fn judged(&self, case: &CaseTried) -> Option<Mark> {
        case.judged.map(|kind| verdict(kind, self.t))
    }
}
