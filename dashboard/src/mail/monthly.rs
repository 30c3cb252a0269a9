//! The words of the list of what falls due. Pure.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_model::Language;

use super::book::Book;
use super::daily::list;
use super::render::{said, shown_day};
use crate::registers::Definition;
use crate::registers::due::days_left;
use crate::store::{DueLine, DueWhat, MonthlyNews, RegisterDue, RowDue, TrainingLine};

/// The subject.
pub(super) fn subject(news: &MonthlyNews, language: Language) -> String {
    let day = shown_day(japan::date_of(news.at), language);
    match (news.count(), news.late) {
        (0, _) => language.mail_subject_monthly_none(&day),
        (count, 0) => language.mail_subject_monthly(&day, count),
        (count, late) => language.mail_subject_monthly_late(&day, count, late),
    }
}

/// The text, in lines.
pub(super) fn text(news: &MonthlyNews, book: &Book, language: Language) -> Vec<String> {
    let words = Words { today: japan::date_of(news.at), book, language };
    let mut lines = vec![match news.count() {
        0 => language.monthly_none(news.days),
        _ => language.monthly_lead(news.days),
    }];
    let mut part = |heading: String, listed: Vec<String>| {
        lines.extend([String::new(), heading]);
        lines.extend(listed);
    };
    for register in &news.registers {
        let (title, of) = words.register(register);
        let row = |due: &RowDue| words.row(due, of);
        part(language.monthly_register(&title, register.rows.count()), list(&register.rows, language, "", row));
    }
    if news.items.count() > 0 {
        part(language.monthly_items(news.items.count()), list(&news.items, language, "", |due| words.item(due)));
    }
    if news.waivers.count() > 0 {
        let waiver = |due: &crate::store::WaiverDue| {
            let rule = words.book.chapter(&due.rule).title;
            words.line(due.on, language.of(&rule), &language.monthly_waiver())
        };
        part(language.monthly_waivers(news.waivers.count()), list(&news.waivers, language, "", waiver));
    }
    let trainings = list(&news.trainings, language, &language.monthly_trainings_none(), |line| words.training(line));
    part(language.monthly_trainings(), trainings);
    lines
}

/// The words of its lines on a day.
struct Words<'a> {
    today: NaiveDate,
    book: &'a Book,
    language: Language,
}

impl Words<'_> {
    /// A register as it is called, and what is known of it: one that is not known here is called by its name in addresses.
    fn register(&self, due: &RegisterDue) -> (String, Option<&'static Definition>) {
        let of = Definition::by_slug(&due.register);
        (of.map_or_else(|| said(&due.register), |definition| (definition.title)(self.language)), of)
    }

    fn row(&self, due: &RowDue, of: Option<&'static Definition>) -> String {
        let column = of.and_then(|definition| definition.column(&due.column));
        let label = column.map_or_else(|| said(&due.column), |column| (column.label)(self.language));
        self.line(due.on, &said(self.language.of(&due.name)), &due.matter.text(&label, self.language))
    }

    fn item(&self, due: &DueLine) -> String {
        let what = match due.what {
            DueWhat::Attestation => self.language.monthly_attestation(),
            DueWhat::AttestationPart => self.language.monthly_attestation_part(),
            DueWhat::Plan => self.language.monthly_plan(),
        };
        self.line(due.on, self.language.of(&self.book.item(&due.item)), &what)
    }

    fn line(&self, on: NaiveDate, name: &str, what: &str) -> String {
        let left = match days_left(on, self.today) {
            late @ ..0 => self.language.due_late(late.saturating_neg()),
            0 => self.language.due_today(),
            left @ 1.. => self.language.due_in(left),
        };
        self.language.monthly_row(&shown_day(on, self.language), &left, what, name)
    }

    fn training(&self, line: &TrainingLine) -> String {
        let turnout = line.turnout.map(|turnout| turnout.text(self.language));
        let turnout = turnout.unwrap_or_else(|| self.language.monthly_not_counted());
        self.language.monthly_training(&shown_day(line.held_on, self.language), &said(&line.title), &turnout)
    }
}

#[cfg(test)]
mod tests {
    use tenken_model::finding::Bilingual;
    use tenken_model::{Instant, ItemId, RuleId};

    use super::super::render::letter;
    use super::super::render::tests::{about, book, settings};
    use super::*;
    use crate::mail::Letter;
    use crate::registers::due::Matter;
    use crate::registers::turnout::Turnout;
    use crate::store::{MailBody, MailKind, ShortList, Thread, WaiverDue};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn list_of<T>(lines: Vec<T>) -> ShortList<T> {
        ShortList { lines, left: 0 }
    }

    fn nothing() -> MonthlyNews {
        MonthlyNews {
            at: "2027-04-20T00:00:00Z".parse::<Instant>().unwrap(),
            days: 60,
            late: 0,
            registers: Vec::new(),
            items: list_of(Vec::new()),
            waivers: list_of(Vec::new()),
            trainings: list_of(Vec::new()),
        }
    }

    fn letter_of(news: MonthlyNews) -> Letter {
        let mail = about(MailBody::Monthly(Box::new(news)), Thread::Deadlines, MailKind::Monthly);
        letter(&mail, &book(), &settings())
    }

    #[test]
    fn a_month_in_which_nothing_is_due_is_told_too() {
        let letter = letter_of(nothing());
        assert_eq!(letter.subject, "【点検・期限一覧】2027年4月20日: 期限を迎えるものはありません");
        for part in [
            "60日以内に期限を迎えるものも、期限を過ぎたものもありません。",
            "過去1年の教育訓練は台帳にありません。",
            "nothing falls due within 60 days",
            "https://tenken.example.jp/registers\n",
        ] {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
    }

    #[test]
    fn a_list_says_what_is_due_by_when_and_how_many_were_trained() {
        let row = |name: &str, column: &str, matter, on: &str| RowDue {
            row: 1,
            name: Bilingual { ja: name.into(), en: name.into() },
            column: column.into(),
            matter,
            on: day(on),
        };
        let turnout = Turnout { attended: 31, invited: 34 };
        let of =
            |register: &str, lines, left| RegisterDue { register: register.into(), rows: ShortList { lines, left } };
        let training =
            |title: &str, turnout| TrainingLine { row: 3, title: title.into(), held_on: day("2027-03-10"), turnout };
        let news = MonthlyNews {
            late: 2,
            registers: vec![
                of("people", vec![row("田中", "nda_on", Matter::Missing, "2027-04-01")], 0),
                of(
                    "contracts",
                    vec![
                        row("みなと\n■ 偽", "ends", Matter::Column, "2027-06-01"),
                        row("つばめ", "ends", Matter::Column, "2027-04-20"),
                    ],
                    7,
                ),
                of("trainings", vec![row("研修", "makeup_by", Matter::Turnout(turnout), "2027-04-09")], 0),
                of("weather", vec![row("x", "rain", Matter::Column, "2027-04-21")], 0),
            ],
            items: list_of(vec![DueLine {
                item: ItemId::new("organizational.5").unwrap(),
                what: DueWhat::Attestation,
                on: day("2027-05-31"),
            }]),
            waivers: list_of(vec![WaiverDue {
                waiver: 4,
                rule: RuleId::new("screen_lock_enforced").unwrap(),
                on: day("2027-04-30"),
            }]),
            trainings: ShortList { lines: vec![training("研修", Some(turnout)), training("訓練", None)], left: 1 },
            ..nothing()
        };
        let letter = letter_of(news);
        assert_eq!(letter.subject, "【点検・期限一覧】2027年4月20日: 期限が近いもの・過ぎたもの14件(うち期限超過2件)");
        for part in [
            "■ 職員・作業員台帳 1件\n  - 2027年4月1日(19日超過) 誓約書の提出日(未記入): 田中\n",
            " 9件\n  - 2027年6月1日(あと42日) 契約終了日: みなと\u{fffd}■ 偽\n  - 2027年4月20日(今日まで) 契約終了日: つばめ\n  - ほか7件\n",
            "2027年4月9日(11日超過) 補講の期限(受講 31/34人): 研修\n",
            "■ weather 1件\n  - 2027年4月21日(あと1日) rain: x\n",
            "2027年5月31日(あと41日) 確認の有効期限: 組織的安全対策 No.5 担当者の設置\n",
            "2027年4月30日(あと10日) 例外承認の終了: 画面が自動でロックされる\n",
            "■ 教育訓練の受講状況(過去1年)\n  - 2027年3月10日 研修: 受講 31/34人\n  - 2027年3月10日 訓練: 受講者数の記載なし\n  - ほか1件\n",
            "2027-06-01 (42 days) Until: みなと",
            "研修: 31 of 34 trained",
        ] {
            assert!(letter.text.contains(part), "{part} is not in:\n{}", letter.text);
        }
    }

    #[test]
    fn what_is_near_is_not_called_late() {
        let due = RowDue {
            row: 1,
            name: Bilingual::default(),
            column: "ends".into(),
            matter: Matter::Column,
            on: day("2027-06-01"),
        };
        let registers = vec![RegisterDue { register: "contracts".into(), rows: list_of(vec![due]) }];
        let letter = letter_of(MonthlyNews { registers, ..nothing() });
        assert_eq!(letter.subject, "【点検・期限一覧】2027年4月20日: 期限が近いもの1件");
    }
}
