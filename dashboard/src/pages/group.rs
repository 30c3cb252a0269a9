//! One group or site: its hosts, what drifts on them, and what is not met because of them.

use askama::Template;
use tenken_engine::Catalog;
use tenken_engine::checklist::Checklist;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::drifts::DriftRow;
use super::hosts::{HostRow, without};
use super::pager::Pager;
use super::state::Mark;
use super::words::{self, Named as _};
use crate::groups::{Division, Missing, Standing};

/// What the page of a group or site shows.
#[derive(Debug, Clone)]
pub struct GroupView<'a> {
    /// Which of both.
    pub division: Division,
    /// How it stands.
    pub standing: &'a Standing,
    /// Of its hosts that have an agent those of this page.
    pub hosts: Vec<HostRow<'a>>,
    /// Which part of all they are.
    pub hosts_pager: Pager,
    /// Of the drifts that are open on them those of this page.
    pub drifts: Vec<DriftRow<'a>>,
    /// Which part of all they are.
    pub drifts_pager: Pager,
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The rules in force.
    pub catalog: &'a Catalog,
}

/// Renders the page of a group or site.
pub fn render(view: &GroupView<'_>, chrome: &Chrome) -> askama::Result<String> {
    GroupPage { t: chrome.language, chrome, place: Place::Hosts, view }.render()
}

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a GroupView<'a>,
}

/// An item that is not met because of the hosts.
struct Line {
    address: String,
    mark: Mark,
    name: String,
    place: String,
    cause: String,
    more: Option<String>,
    todo: Option<String>,
}

impl GroupPage<'_> {
    fn name(&self) -> String {
        let view = self.view;
        if view.standing.name.is_empty() { without(view.division, self.t) } else { view.standing.name.clone() }
    }

    /// What it is: a group or a site.
    fn kind(&self) -> String {
        match self.view.division {
            Division::Group => self.t.column_hosts_group(),
            Division::Site => self.t.column_hosts_site(),
        }
    }

    fn missing(&self) -> Vec<Line> {
        self.view.standing.missing.iter().filter_map(|missing| self.line(missing)).collect()
    }

    fn line(&self, missing: &Missing) -> Option<Line> {
        use super::state::Shown as _;
        let (section, item) = self.view.checklist.locate(&missing.item)?;
        let first = missing.causes.first()?;
        let left = missing.causes.len().saturating_sub(1);
        Some(Line {
            address: format!("/items/{}", item.id),
            mark: missing.state.mark(self.t),
            name: item.named(self.t).to_owned(),
            place: words::place(section, item, self.t),
            cause: words::cause(first, self.t),
            more: (left > 0).then(|| self.t.cause_more(left)),
            todo: words::todo(first, self.view.catalog, self.t),
        })
    }
}
