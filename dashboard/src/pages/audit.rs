//! The audit log, the newest first.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::act;
use super::chrome::Place;
use crate::store::{AuditEntry, AuditHead};

/// What the page shows.
#[derive(Debug, Clone)]
pub struct AuditView<'a> {
    /// The head of the chain.
    pub head: AuditHead,
    /// Entries with their numbers, the newest first.
    pub entries: &'a [(i64, AuditEntry)],
    /// What is searched for.
    pub search: String,
    /// The entries are those before that number.
    pub before: Option<i64>,
    /// Where older ones are.
    pub older: Option<String>,
}

/// Renders the page.
pub fn render(view: &AuditView<'_>, chrome: &Chrome) -> askama::Result<String> {
    AuditPage { t: chrome.language, chrome, place: Place::Settings, view }.render()
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a AuditView<'a>,
}

impl AuditPage<'_> {
    fn act(&self, entry: &AuditEntry) -> String {
        act::label(&entry.act, self.t)
    }
}
