//! The words of a mail about a statement that lapses. Pure.

use tenken_calendar::japan;
use tenken_model::{Instant, Language};

use super::book::Book;
use super::render::{said, shown_day};
use crate::store::{AttestationNews, ClaimedMail, MailKind};

/// The subject.
pub(super) fn subject(mail: &ClaimedMail, news: &AttestationNews, book: &Book, language: Language) -> String {
    let item = book.item(&news.item);
    let (item, day) = (language.of(&item), &last_day(news.valid_until, language));
    match mail.kind {
        MailKind::Lapsed => language.mail_subject_lapsed(item, day),
        MailKind::PartLapsed => language.mail_subject_part_lapsed(item, day),
        MailKind::PartLapsesInMonth | MailKind::PartLapsesInWeek => language.mail_subject_part_lapses(item, day),
        _ => language.mail_subject_lapses(item, day),
    }
}

/// The text, in lines.
pub(super) fn text(mail: &ClaimedMail, news: &AttestationNews, book: &Book, language: Language) -> Vec<String> {
    let lead = match mail.kind {
        MailKind::Lapsed => language.mail_lead_lapsed(),
        MailKind::PartLapsed => language.mail_lead_part_lapsed(),
        MailKind::PartLapsesInMonth | MailKind::PartLapsesInWeek => language.mail_lead_part_lapses(),
        _ => language.mail_lead_lapses(),
    };
    vec![
        lead,
        String::new(),
        language.mail_item(language.of(&book.item(&news.item))),
        language.mail_valid_until(&last_day(news.valid_until, language)),
        language.mail_attested_by(&said(&news.person)),
    ]
}

/// The last day on which it holds, as people read it.
pub(super) fn last_day(valid_until: Instant, language: Language) -> String {
    shown_day(japan::last_day_before(valid_until), language)
}

#[cfg(test)]
mod tests {
    use tenken_model::ItemId;

    use super::super::render::letter;
    use super::super::render::tests::{about, book, settings};
    use super::*;
    use crate::store::{MailBody, Thread};

    #[test]
    fn a_mail_says_which_item_until_when_and_where_to_record_it() {
        let item = ItemId::new("organizational.5").unwrap();
        let valid_until = "2026-12-31T15:00:00Z".parse().unwrap();
        let news = AttestationNews { item: item.clone(), attestation: 4, person: "sato".into(), valid_until };
        let thread = Thread::Attestation(item);
        let of = |kind| letter(&about(MailBody::Attestation(news.clone()), thread.clone(), kind), &book(), &settings());
        let soon = of(MailKind::LapsesInWeek);
        assert_eq!(soon.subject, "【期限間近】組織的安全対策 No.5 担当者の設置: 確認の有効期限は2026年12月31日です");
        for part in
            ["前回の確認者: sato", "Holds through: 2026-12-31", "https://tenken.example.jp/items/organizational.5"]
        {
            assert!(soon.text.contains(part), "{part} is not in:\n{}", soon.text);
        }
        let over = of(MailKind::Lapsed);
        assert!(over.subject.starts_with("【期限切れ】") && over.text.contains("期限切れになりました"), "{over:?}");
        let part = of(MailKind::PartLapsesInMonth);
        assert!(part.subject.contains("機器から測定できない部分の有効期限は2026年12月31日です"), "{part:?}");
        assert!(
            part.text.contains("期限までに最新の一覧や設定を書き出して") && part.text.contains("export the lists"),
            "{part:?}"
        );
        let part = of(MailKind::PartLapsed);
        assert!(part.subject.starts_with("【一部期限切れ】") && part.text.contains("has lapsed"), "{part:?}");
    }
}
