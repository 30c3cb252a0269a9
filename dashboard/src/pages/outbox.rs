//! Mails about drifts, sent and waiting.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use crate::store::Mail;

/// What the page of mails shows.
#[derive(Debug, Clone)]
pub struct OutboxView<'a> {
    /// The newest mails, the newest first.
    pub mails: Vec<&'a Mail>,
}

/// Renders the page of mails.
pub fn render(view: &OutboxView<'_>, chrome: &Chrome) -> askama::Result<String> {
    OutboxPage { t: chrome.language, chrome, place: Place::Settings, view }.render()
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a OutboxView<'a>,
}

impl OutboxPage<'_> {
    fn says(&self, mail: &Mail) -> String {
        self.t.of(&mail.body.finding.says).to_owned()
    }
}
