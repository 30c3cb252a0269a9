//! How groups and sites of hosts stand.

use askama::Template;
use tenken_engine::item::ItemState;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::hosts::without;
use super::state::Shown as _;
use crate::groups::{Division, Standing};

/// What the page of groups and sites shows.
#[derive(Debug, Clone, Copy)]
pub struct GroupsView<'a> {
    /// Every group, by name.
    pub groups: &'a [Standing],
    /// Every site, by name.
    pub sites: &'a [Standing],
}

/// Renders the page of groups and sites.
pub fn render(view: &GroupsView<'_>, chrome: &Chrome) -> askama::Result<String> {
    GroupsPage { t: chrome.language, chrome, place: Place::Hosts, view }.render()
}

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a GroupsView<'a>,
}

/// One kind of them: its anchor, its heading and its lines.
struct Table<'a> {
    division: Division,
    heading: String,
    standings: &'a [Standing],
}

impl<'a> GroupsPage<'a> {
    fn tables(&self) -> [Table<'a>; 2] {
        let (t, view) = (self.t, self.view);
        Division::ALL.map(|division| match division {
            Division::Group => Table { division, heading: t.groups_by_group(), standings: view.groups },
            Division::Site => Table { division, heading: t.groups_by_site(), standings: view.sites },
        })
    }
}

impl Table<'_> {
    fn anchor(&self) -> &'static str {
        self.division.segment()
    }

    /// There is none of a name of its own.
    fn is_empty(&self) -> bool {
        self.standings.iter().all(|standing| standing.name.is_empty())
    }

    fn address(&self, standing: &Standing) -> String {
        self.division.address(&standing.name)
    }

    fn name(&self, standing: &Standing, t: Language) -> String {
        if standing.name.is_empty() { without(self.division, t) } else { standing.name.clone() }
    }
}

/// Whether the worst state of a group or site is that nothing is wrong.
fn is_met(standing: &Standing) -> bool {
    standing.worst() == ItemState::Met
}
