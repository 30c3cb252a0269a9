//! Mails to people, sent and waiting.

use askama::Template;
use tenken_model::Language;

use super::Chrome;
use super::chrome::Place;
use crate::store::{Mail, MailBody};

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
    /// What a mail is about, and what it says of it.
    fn about(&self, mail: &Mail) -> (String, String) {
        match &mail.body {
            MailBody::Drift(news) => (news.host_name.clone(), self.t.of(&news.finding.says).to_owned()),
        }
    }
}
