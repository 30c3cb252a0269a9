//! One route, to be changed.

use askama::Template;
use tenken_engine::checklist::Checklist;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use super::field::Field;
use super::routing::{TypedRoute, fields, label, scopes};
use crate::routing::Route;

/// What the page of a route shows.
#[derive(Debug, Clone)]
pub struct RouteView<'a> {
    /// The checklist, for the names of its sections.
    pub checklist: &'a Checklist,
    /// The route as it is kept.
    pub route: &'a Route,
    /// The sites in use.
    pub sites: Vec<String>,
    /// The groups in use.
    pub groups: Vec<String>,
    /// What was typed, if it could not be kept.
    pub typed: Option<TypedRoute>,
    /// Why nothing was changed, where that is no fault of what was typed.
    pub refused: Option<String>,
}

/// Renders the page of a route.
pub fn render(view: &RouteView<'_>, chrome: &Chrome) -> askama::Result<String> {
    let (t, route) = (chrome.language, view.route);
    let typed = view.typed.clone().unwrap_or_else(|| TypedRoute {
        scope: route.scope.word(),
        to: route.to.join("\n"),
        manner: route.manner.word().to_owned(),
        error: None,
    });
    let mut choices = scopes(view.checklist, &view.sites, &view.groups, t);
    // A site or group that no host is in any more stays what the route is for until somebody chooses another.
    if !choices.iter().any(|(word, _)| *word == route.scope.word()) {
        choices.insert(0, (route.scope.word(), label(&route.scope, view.checklist, t)));
    }
    RoutePage { t, chrome, place: Place::Settings, view, fields: fields(Some(&typed), choices, t) }.render()
}

#[derive(Template)]
#[template(path = "route.html")]
struct RoutePage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a RouteView<'a>,
    fields: [Field; 3],
}

impl RoutePage<'_> {
    /// What the route is for, as it is kept.
    fn scope(&self) -> String {
        label(&self.view.route.scope, self.view.checklist, self.t)
    }
}
