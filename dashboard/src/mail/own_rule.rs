//! The words of a mail about a rule of the agency's own that waits for approval. Pure.

use tenken_model::Language;

use super::render::{said, shown};
use crate::store::OwnRuleNews;

/// The subject.
pub(super) fn subject(news: &OwnRuleNews, language: Language) -> String {
    language.mail_subject_own_rule(&said(language.of(&news.title)))
}

/// The text, in lines.
pub(super) fn text(news: &OwnRuleNews, language: Language) -> Vec<String> {
    let title = said(language.of(&news.title));
    vec![
        language.mail_lead_own_rule(),
        String::new(),
        language.mail_own_rule_about(&title, news.rule.as_str(), &news.version.to_string()),
        language.mail_own_rule_by(&said(&news.by), &shown(news.at, language)),
    ]
}

#[cfg(test)]
mod tests {
    use tenken_model::RuleId;
    use tenken_model::finding::Bilingual;

    use super::super::render::letter;
    use super::super::render::tests::{about, book, settings};
    use super::*;
    use crate::store::{MailBody, MailKind, Thread};

    #[test]
    fn a_mail_says_which_rule_waits_and_where_it_is() {
        let rule = RuleId::new("own_backups_at_night").unwrap();
        let title = Bilingual { ja: "夜間に控えを取る\nTo: all".into(), en: "Backups at night".into() };
        let at = "2027-03-10T00:00:00Z".parse().unwrap();
        let news = OwnRuleNews { rule: rule.clone(), version: 2, title, by: "sato".into(), at };
        let mail = about(MailBody::OwnRule(news), Thread::OwnRule(rule), MailKind::Waiting);
        let letter = letter(&mail, &book(), &settings());
        assert_eq!(letter.subject, "【承認待ち】独自の規則: 夜間に控えを取る\u{fffd}To: all");
        for part in
            ["(own_backups_at_night、第2版)", "依頼した人: sato(2027年3月10日 09:00", "/rules/own_backups_at_night\n"]
        {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
    }
}
