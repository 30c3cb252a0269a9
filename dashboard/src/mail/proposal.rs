//! The words of a mail about a change that waits for approval. Pure.

use tenken_model::Language;

use super::book::Book;
use super::render::{said, shown};
use crate::store::ProposalNews;

/// The subject.
pub(super) fn subject(news: &ProposalNews, book: &Book, language: Language) -> String {
    language.mail_subject_waiting(&about(news, book, language))
}

/// The text, in lines.
pub(super) fn text(news: &ProposalNews, book: &Book, language: Language) -> Vec<String> {
    let mut lines = vec![
        language.mail_lead_waiting(),
        String::new(),
        language.mail_change_of(&about(news, book, language)),
        language.mail_proposed_at(&shown(news.proposed_at, language)),
    ];
    if let Some(person) = &news.proposed_by {
        lines.push(language.mail_proposed_by(&said(person)));
    }
    if !news.reason.is_empty() {
        lines.push(language.mail_reason(&said(&news.reason)));
    }
    lines
}

fn about(news: &ProposalNews, book: &Book, language: Language) -> String {
    match &news.item {
        Some(item) => language.of(&book.item(item)).to_owned(),
        None => language.mail_change_header(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::render::letter;
    use super::super::render::tests::{about as mail_about, book, settings};
    use crate::store::{MailBody, MailKind, ProposalNews, Thread};

    #[test]
    fn a_mail_says_what_waits_since_when_and_why() {
        let news = ProposalNews {
            proposal: 12,
            item: None,
            proposed_at: "2026-11-24T00:00:00Z".parse().unwrap(),
            proposed_by: Some("sato".into()),
            reason: "手数料を\n改定したため。".into(),
        };
        let mail = mail_about(MailBody::Proposal(news), Thread::Proposal(12), MailKind::Waiting);
        let letter = letter(&mail, &book(), &settings());
        assert_eq!(letter.subject, "【承認待ち】公表内容の変更案が承認を待っています: 機関に関する記載");
        for part in ["提案者: sato", "2026年11月24日 09:00", "手数料を\u{fffd}改定したため。", "/declaration\n"]
        {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
    }
}
