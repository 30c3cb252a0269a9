//! The words of a mail about a row of a register that waits for approval. Pure.

use tenken_model::Language;

use super::render::{said, shown, shown_day};
use crate::registers::Definition;
use crate::store::RequestNews;

/// The subject.
pub(super) fn subject(news: &RequestNews, language: Language) -> String {
    language.mail_subject_request(&register(news, language), &said(&news.name))
}

/// The text, in lines.
pub(super) fn text(news: &RequestNews, language: Language) -> Vec<String> {
    vec![
        language.mail_lead_request(&shown_day(news.day, language)),
        String::new(),
        language.mail_request_about(&register(news, language), &said(&news.name)),
        language.mail_request_by(&said(&news.by), &shown(news.at, language)),
    ]
}

fn register(news: &RequestNews, language: Language) -> String {
    Definition::by_slug(&news.register).map_or_else(|| said(&news.register), |definition| (definition.title)(language))
}

#[cfg(test)]
mod tests {
    use tenken_model::digest::Digest;

    use super::super::render::letter;
    use super::super::render::tests::{about, book, settings};
    use super::*;
    use crate::registers::Register;
    use crate::store::{MailBody, MailKind, Thread};

    #[test]
    fn a_mail_says_what_waits_by_when_and_where_it_is() {
        let news = RequestNews {
            register: "maintenance".into(),
            name: "2027-003\nTo: all".into(),
            day: "2027-03-12".parse().unwrap(),
            by: "sato".into(),
            at: "2027-03-10T00:00:00Z".parse().unwrap(),
            asked: Digest::of(b"x"),
        };
        let thread = Thread::Request(Register::Maintenance, 4);
        let letter = letter(&about(MailBody::Request(news), thread, MailKind::Waiting), &book(), &settings());
        assert_eq!(letter.subject, "【承認待ち】保守作業台帳: 2027-003\u{fffd}To: all");
        for part in ["2027年3月12日までに", "最後に変更した人: sato(2027年3月10日 09:00", "/registers/maintenance/4\n"]
        {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
    }
}
