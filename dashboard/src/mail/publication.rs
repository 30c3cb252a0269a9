//! The words of a mail about the home page. Pure.

use tenken_model::Language;

use super::render::{said, shown};
use crate::store::{HomePage, PublicationNews};

/// The subject.
pub(super) fn subject(news: &PublicationNews, language: Language) -> String {
    match &news.found {
        HomePage::Shown => language.mail_subject_publication_shown(),
        HomePage::Differs(_) => language.mail_subject_publication_differs(),
        HomePage::NoForm(_) | HomePage::Failed(_) => language.mail_subject_publication_unread(),
    }
}

/// The text, in lines.
pub(super) fn text(news: &PublicationNews, language: Language) -> Vec<String> {
    let lead = match &news.found {
        HomePage::Shown => language.mail_lead_publication_shown(),
        HomePage::Differs(_) => language.mail_lead_publication_differs(),
        HomePage::NoForm(_) | HomePage::Failed(_) => language.mail_lead_publication_unread(),
    };
    let mut lines = vec![
        lead,
        String::new(),
        language.mail_publication_address(&said(&news.url)),
        language.mail_publication_version(news.version),
    ];
    match &news.found {
        HomePage::Shown => {}
        HomePage::Differs(count) => lines.push(language.mail_publication_differences(*count)),
        HomePage::NoForm(why) if why.is_empty() => lines.push(language.mail_publication_no_form()),
        HomePage::NoForm(why) | HomePage::Failed(why) => lines.push(language.mail_publication_why(&said(why))),
    }
    lines.push(language.mail_since(&shown(news.since, language)));
    lines.push(language.mail_publication_looked(&shown(news.at, language)));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::render::letter;
    use super::super::render::tests::{about, book, settings};
    use super::*;
    use crate::store::{MailBody, MailKind, Thread};

    #[test]
    fn a_mail_says_what_the_home_page_shows_and_where_to_look() {
        let letter = |found| {
            let news = PublicationNews {
                version: 3,
                url: "https://agency.example/form".into(),
                found,
                since: "2026-11-21T00:00:00Z".parse().unwrap(),
                at: "2026-11-24T00:00:00Z".parse().unwrap(),
            };
            letter(&about(MailBody::Publication(news), Thread::Publication(3), MailKind::Opened), &book(), &settings())
        };
        for (found, subject, part) in [
            (HomePage::Differs(4), "【公表】ホームページの様式が", "異なる箇所: 4件"),
            (HomePage::NoForm(String::new()), "【公表】ホームページで様式を", "様式を読み取れません"),
            (HomePage::Failed("timed out\nSee: evil".into()), "【公表】ホームページで様式を", "timed out\u{fffd}See"),
            (HomePage::Shown, "【解消】ホームページ", "対応は不要です"),
        ] {
            let letter = letter(found);
            assert!(letter.subject.starts_with(subject), "{letter:?}");
            for part in [
                part,
                "掲載ページ: https://agency.example/form",
                "第3版",
                "https://tenken.example.jp/declaration/publication",
            ] {
                assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
            }
        }
    }
}
