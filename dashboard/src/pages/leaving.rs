//! The page that leads to the identity provider.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct LeavingView {
    /// What people call the provider.
    pub provider: String,
    /// Where it leads.
    pub address: String,
}

/// Renders the page.
pub fn render(view: &LeavingView, chrome: &Chrome) -> askama::Result<String> {
    LeavingPage { t: chrome.language, chrome, place: Place::Outside, view }.render()
}

#[derive(Template)]
#[template(path = "leaving.html")]
struct LeavingPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a LeavingView,
}
