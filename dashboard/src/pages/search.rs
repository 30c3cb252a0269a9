//! What was found by what a person typed.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::words::{self, Named as _};
use crate::search::{Found, ROWS_MAX};
use crate::store::FoundRow;

/// What the page of the search shows.
#[derive(Debug, Clone)]
pub struct SearchView<'a> {
    /// What was typed.
    pub typed: String,
    /// What was found; absent before anything was looked for.
    pub found: Option<Found<'a>>,
}

/// Renders the page of the search.
pub fn render(view: &SearchView<'_>, chrome: &Chrome) -> askama::Result<String> {
    SearchPage { t: chrome.language, chrome, place: Place::Outside, view }.render()
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a SearchView<'a>,
}

/// Something that was found.
struct Hit {
    address: String,
    name: String,
    about: String,
    /// The name is the agency's own, in its language.
    own: bool,
}

/// What was found of one kind.
struct Group {
    title: String,
    hits: Vec<Hit>,
    left: Option<String>,
}

impl SearchPage<'_> {
    /// What was found, by kind; kinds of which nothing was found are left out.
    fn groups(&self) -> Vec<Group> {
        let t = self.t;
        let Some(found) = &self.view.found else { return Vec::new() };
        let items = found.items.iter().map(|(section, item)| Hit {
            address: format!("/items/{}", item.id),
            name: item.named(t).to_owned(),
            about: words::place(section, item, t),
            own: false,
        });
        let hosts = found.hosts.iter().map(|(id, name)| Hit {
            address: format!("/hosts/{id}"),
            name: name.clone(),
            about: String::new(),
            own: true,
        });
        let rows = found.rows.iter().map(|row| hit(row, t));
        let groups = [
            Group { title: t.search_items(), hits: items.collect(), left: None },
            Group {
                title: t.nav_hosts(),
                hits: hosts.collect(),
                left: (found.hosts_left > 0).then(|| t.rows_left(found.hosts_left)),
            },
            Group {
                title: t.search_rows(),
                hits: rows.collect(),
                left: found.more_rows.then(|| t.search_more_rows(ROWS_MAX)),
            },
        ];
        groups.into_iter().filter(|group| !group.hits.is_empty()).collect()
    }

    fn nothing(&self) -> bool {
        self.view.found.as_ref().is_some_and(Found::is_empty)
    }
}

fn hit(found: &FoundRow, t: Language) -> Hit {
    Hit {
        address: format!("/registers/{}/{}", found.definition.slug, found.id),
        name: found.row.name(found.definition),
        about: (found.definition.title)(t),
        own: true,
    }
}
