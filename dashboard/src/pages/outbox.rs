//! Mails to people, sent and waiting.

use askama::Template;
use tenken_engine::checklist::Checklist;
use tenken_model::{ItemId, Language};

use super::Chrome;
use super::chrome::Place;
use super::pager::Pager;
use super::{moment, words};
use crate::registers::Definition;
use crate::store::{Mail, MailBody};

/// What the page of mails shows.
#[derive(Debug, Clone)]
pub struct OutboxView<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The mails of this page, the newest first.
    pub mails: Vec<&'a Mail>,
    /// Which part of all they are.
    pub pager: Pager,
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
    /// How people know an item; one that is not known here by its id.
    fn item(&self, id: &ItemId) -> String {
        self.view.checklist.locate(id).map_or_else(
            || id.to_string(),
            |(section, item)| format!("{} {}", words::place(section, item, self.t), words::Named::named(item, self.t)),
        )
    }

    /// What a mail is about, and what it says of it.
    fn about(&self, mail: &Mail) -> (String, String) {
        let t = self.t;
        match &mail.body {
            MailBody::Drift(news) => (news.host_name.clone(), t.of(&news.finding.says).to_owned()),
            MailBody::Attestation(news) => (self.item(&news.item), String::new()),
            MailBody::Proposal(news) => {
                let about = news.item.as_ref().map_or_else(|| t.mail_change_header(), |item| self.item(item));
                (about, String::new())
            }
            MailBody::Request(news) => {
                let register = Definition::by_slug(&news.register);
                (news.name.clone(), register.map_or_else(String::new, |register| (register.title)(t)))
            }
            MailBody::OwnRule(news) => (t.of(&news.title).to_owned(), t.rules_title()),
            MailBody::Daily(news) => (moment::day(t, news.at), String::new()),
            MailBody::Publication(news) => (t.publication_title(), news.url.clone()),
            MailBody::Monthly(news) => (moment::day(t, news.at), t.monthly_count(news.count())),
            MailBody::Owner(news) => (news.host_name.clone(), t.mail_to_person(&news.person)),
        }
    }
}
