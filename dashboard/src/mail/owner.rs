//! The words of a mail to the person who uses a PC: no term of the field, no evidence, no link. Pure.

use tenken_model::Language;

use super::book::Book;
use super::render::{said, shown_day};
use super::settings::MailSettings;
use crate::owner::Repair;
use crate::pages::finding::steps;
use crate::store::{ClaimedMail, MailKind, OwnerNews};

/// The subject.
pub(super) fn subject(mail: &ClaimedMail, news: &OwnerNews, language: Language) -> String {
    let host = said(&news.host_name);
    if is_thanks(mail) { language.owner_subject_thanked(&host) } else { language.owner_subject_asked(&host) }
}

/// The text, in lines.
pub(super) fn text(
    mail: &ClaimedMail,
    news: &OwnerNews,
    book: &Book,
    settings: &MailSettings,
    language: Language,
) -> Vec<String> {
    let (empty, host) = (String::new, said(&news.host_name));
    let mut lines = vec![language.owner_greeting(&said(&news.person)), empty()];
    if is_thanks(mail) {
        lines.extend([language.owner_lead_thanked(&host), empty(), language.owner_foot()]);
        return lines;
    }
    let chapter = book.chapter(&news.rule);
    let problem = chapter.problem.as_ref();
    let problem =
        problem.map_or_else(|| language.owner_problem_of(language.of(&chapter.title)), |it| language.of(it).to_owned());
    lines.extend([language.owner_lead_asked(&host), empty(), language.owner_problem(), problem, empty()]);
    lines.push(language.owner_steps());
    match &chapter.repair {
        Repair::ByUser(remedy) => {
            let numbered =
                (1..).zip(steps(language.of(remedy))).map(|(number, step)| language.owner_step(number, step));
            lines.extend(numbered);
            lines.push(language.owner_steps_fail());
        }
        Repair::ByAdministrator => lines.push(language.owner_administrator()),
    }
    let until = news
        .until
        .map_or_else(|| language.owner_until_soon(), |day| language.owner_until_day(&shown_day(day, language)));
    lines.extend([empty(), language.owner_until(), until, empty(), language.owner_contact()]);
    lines.push(if news.contact.is_empty() { language.owner_contact_officers() } else { said(&news.contact) });
    if !settings.to.is_empty() {
        lines.push(language.owner_reply());
    }
    lines.extend([empty(), language.owner_close(), empty(), language.owner_foot()]);
    lines
}

fn is_thanks(mail: &ClaimedMail) -> bool {
    mail.kind == MailKind::Thanked
}

#[cfg(test)]
mod tests {
    use tenken_engine::{Catalog, Checklist};
    use tenken_model::digest::Digest;
    use tenken_model::{HostId, RuleId};

    use super::super::render::tests::{about, settings};
    use super::super::render::{letter, message};
    use super::*;
    use crate::store::{MailBody, Thread};

    fn news(rule: &str) -> OwnerNews {
        OwnerNews {
            host: HostId::new("h-1").unwrap(),
            host_name: "受付PC".into(),
            rule: RuleId::new(rule).unwrap(),
            person: "佐藤 花子".into(),
            address: "sato@example.jp".into(),
            contact: "情報システム担当 鈴木(内線 123)".into(),
            until: chrono::NaiveDate::from_ymd_opt(2026, 12, 1),
            at: "2026-11-26T00:00:00Z".parse().unwrap(),
        }
    }

    fn written(news: OwnerNews, kind: MailKind, settings: &MailSettings) -> super::super::Letter {
        let book = Book::of(&Catalog::embedded().unwrap(), &Checklist::embedded().unwrap());
        letter(&about(MailBody::Owner(news), Thread::Owner(5), kind), &book, settings)
    }

    fn japanese() -> MailSettings {
        MailSettings { languages: vec!["ja".into()], ..settings() }
    }

    #[test]
    fn a_request_says_all_a_user_needs_in_plain_words() {
        let letter = written(news("antivirus_signatures_current"), MailKind::Asked, &japanese());
        assert_eq!(letter.subject, "【お願い】お使いのPC「受付PC」をご確認ください");
        for part in [
            "佐藤 花子 様\n",
            "お使いのPC「受付PC」について、ひとつお願いがあります。",
            "■ いまの状態\nウイルス対策ソフトの更新が、しばらく止まっています。\n",
            "■ お願いしたいこと\n1. PCの電源を入れ",
            "2026年12月1日までにお願いします。",
            "情報システム担当 鈴木(内線 123)\nこのメールに返信していただいても届きます。\n",
            "どうぞよろしくお願いいたします。",
        ] {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
        for term in
            ["http", "sudo", "freshclam", "逸脱", "規則", "パターンファイル", "エージェント", "tenken.example.jp"]
        {
            assert!(!letter.text.contains(term), "{term} is in:\n{}", letter.text);
        }
    }

    #[test]
    fn what_takes_an_administrator_is_not_asked_for() {
        let letter = written(news("screen_lock_enforced"), MailKind::Asked, &japanese());
        assert!(letter.text.contains("直すには管理者の操作が必要です。"), "{}", letter.text);
        assert!(letter.text.contains("画面ロックの設定を利用者が変更できない"), "it is named: {}", letter.text);
        assert!(!letter.text.contains("dconf") && !letter.text.contains("1."), "{}", letter.text);
        let bare = OwnerNews { contact: String::new(), until: None, ..news("no_such_rule") };
        let nobody = MailSettings { to: Vec::new(), ..japanese() };
        let letter = written(bare, MailKind::Asked, &nobody);
        assert!(letter.text.contains("情報システムの担当者まで") && letter.text.contains("なるべく早め"), "{letter:?}");
        assert!(!letter.text.contains("返信"), "nobody would get the answer");
    }

    #[test]
    fn who_was_asked_is_thanked_in_the_same_thread_and_answers_reach_the_officers() {
        let letter = written(news("antivirus_running"), MailKind::Thanked, &settings());
        assert_eq!(letter.subject, "【お礼】お使いのPC「受付PC」は元に戻りました");
        assert!(
            letter.text.contains("元に戻ったことを確認しました") && letter.text.contains("Thank you for your help")
        );
        assert!(!letter.text.contains("■") && !letter.text.contains("http"), "{}", letter.text);
        let raw = |kind| {
            let mail = about(MailBody::Owner(news("antivirus_running")), Thread::Owner(5), kind);
            let mark = Digest::of(b"authority");
            let message = message(&mail, &["sato@example.jp".to_owned()], &Book::default(), &settings(), &mark);
            String::from_utf8(message.unwrap().formatted()).unwrap()
        };
        let (asked, thanked) = (raw(MailKind::Asked), raw(MailKind::Thanked));
        assert!(asked.contains("Message-ID: <tenken.owner.5.asked.0.") && !asked.contains("In-Reply-To"), "{asked}");
        assert!(thanked.contains("In-Reply-To: <tenken.owner.5.asked.0."), "{thanked}");
        assert!(asked.contains("Reply-To: officer@example.jp") && asked.contains("To: sato@example.jp"), "{asked}");
        assert_eq!(asked.matches("officer@example.jp").count(), 1, "no officer gets it");
    }

    #[test]
    fn names_from_a_host_stay_within_their_line() {
        let odd = OwnerNews { host_name: "PC\nhttp://evil.example".into(), ..news("antivirus_running") };
        let letter = written(odd, MailKind::Asked, &japanese());
        assert!(letter.text.contains("PC\u{fffd}http://evil.example"), "{}", letter.text);
    }
}
