//! What administrators set, and where.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;

/// What the page of settings shows.
#[derive(Debug, Clone)]
pub struct SettingsView {
    /// The mail server as `host:port`; absent while no mail is sent.
    pub mail_server: Option<String>,
    /// Who is told of drifts.
    pub recipients: Vec<String>,
    /// Where agents report.
    pub report_url: String,
    /// The version of the dashboard.
    pub version: String,
}

/// Renders the page of settings.
pub fn render(view: &SettingsView, chrome: &Chrome) -> askama::Result<String> {
    SettingsPage { t: chrome.language, chrome, place: Place::Settings, view }.render()
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a SettingsView,
}
