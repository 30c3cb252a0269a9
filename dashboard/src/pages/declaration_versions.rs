//! The versions of the form, and what changed from one to the next.

use askama::Template;
use tenken_engine::checklist::Checklist;
use tenken_form::compare::{Difference, header_lines};
use tenken_form::print;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::pager::Pager;
use super::proposal::{self, ProposalView};
use super::state::Mark;
use super::words;
use crate::store::{Origin, Version};

/// What the list of versions shows.
#[derive(Debug, Clone, Copy)]
pub struct VersionsView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The versions, the newest first.
    pub versions: &'a [Version],
    /// Which part of them is shown.
    pub pager: &'a Pager,
}

/// What the page of a version shows.
#[derive(Debug, Clone)]
pub struct VersionView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The version.
    pub version: &'a Version,
    /// It is in force.
    pub in_force: bool,
    /// The version before; absent for the first.
    pub before: Option<&'a Version>,
    /// What changed from the version before; absent for the first.
    pub differences: Option<&'a [Difference]>,
    /// The proposals it came of.
    pub proposals: Vec<ProposalView<'a>>,
}

/// Renders the list of versions.
pub fn render_list(view: &VersionsView<'_>, chrome: &Chrome) -> askama::Result<String> {
    VersionsPage { t: chrome.language, chrome, place: Place::Declaration, view }.render()
}

/// Renders the page of a version.
pub fn render(view: &VersionView<'_>, chrome: &Chrome) -> askama::Result<String> {
    VersionPage { t: chrome.language, chrome, place: Place::Declaration, view }.render()
}

#[derive(Template)]
#[template(path = "declaration_versions.html")]
struct VersionsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a VersionsView<'a>,
}

#[derive(Template)]
#[template(path = "declaration_version.html")]
struct VersionPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a VersionView<'a>,
}

fn title(version: &Version, t: Language) -> String {
    t.version_title(&version.id.to_string())
}

fn origin(version: &Version, t: Language) -> String {
    let person = version.kept.accepted_by.as_str();
    match version.kept.origin {
        Origin::TakenIn => t.version_taken_in(person),
        Origin::Approved => t.version_approved(person),
    }
}

impl VersionsPage<'_> {
    fn verdict<'b>(&'b self, version: &Version) -> &'b str {
        version.declaration().verdict().wording(self.view.checklist)
    }
}

/// A difference as people read it: what it is about, what stood there, what stands there.
pub(super) struct Told {
    /// What it is about.
    pub(super) about: String,
    /// The address of the item.
    pub(super) address: Option<String>,
    /// What stood there.
    pub(super) before: String,
    /// What stands there.
    pub(super) after: String,
}

/// Tells a difference; `header` says what another part about the agency means here.
pub(super) fn told(difference: &Difference, checklist: &Checklist, header: String, t: Language) -> Told {
    let nothing = || t.difference_nothing();
    match difference {
        Difference::Answer { item, before, after } => {
            let shown = |answer: &Option<_>| answer.as_ref().map_or_else(nothing, |it| proposal::answer(it, t));
            let place = checklist.locate(item).map(|(section, it)| words::place(section, it, t));
            let about = place.unwrap_or_else(|| item.to_string());
            Told { about, address: Some(format!("/items/{item}")), before: shown(before), after: shown(after) }
        }
        Difference::Date { before, after } => {
            let shown = |day: &Option<_>| day.map_or_else(nothing, print::date);
            Told { about: t.difference_date(), address: None, before: shown(before), after: shown(after) }
        }
        Difference::Header => Told { about: header, address: None, before: String::new(), after: String::new() },
    }
}

impl VersionPage<'_> {
    fn differences(&self) -> Vec<Told> {
        let t = self.t;
        let told = |difference| told(difference, self.view.checklist, t.difference_header(), t);
        self.view.differences.unwrap_or_default().iter().map(told).collect()
    }

    /// The rows of the part about the agency that went and came.
    fn header(&self) -> Option<(Vec<String>, Vec<String>)> {
        let before = self.view.before?;
        let (gone, come) = header_lines(&before.declaration().header, &self.view.version.declaration().header);
        (!gone.is_empty() || !come.is_empty()).then_some((gone, come))
    }

    fn verdict(&self) -> &str {
        self.view.version.declaration().verdict().wording(self.view.checklist)
    }

    fn in_force(&self) -> Option<Mark> {
        self.view.in_force.then(|| Mark::new("check", "good", self.t.version_in_force()))
    }
}
