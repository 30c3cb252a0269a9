//! A form as an agency published it: read, printed, read again.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use tenken_calendar::PlannedTime;
use tenken_engine::checklist::Checklist;
use tenken_form::compare::{Difference, differences, header_lines, published};
use tenken_form::declaration::{Answer, Declaration, FormVerdict, Status};
use tenken_form::header::Block;
use tenken_form::print;
use tenken_form::read::{Format, Reading, Trouble, Unreadable, Wording, read, read_text};
use tenken_model::ItemId;

const PUBLISHED: &str = include_str!("forms/published.txt");

fn checklist() -> Checklist {
    Checklist::embedded().unwrap()
}

fn id(item: &str) -> ItemId {
    ItemId::new(item).unwrap()
}

fn declared(reading: &Reading, checklist: &Checklist) -> Declaration {
    Declaration::new(checklist, reading.updated_on.unwrap(), reading.answers(), reading.header.clone()).unwrap()
}

#[test]
fn every_item_mark_remark_note_and_date_of_the_published_form_is_read() {
    let checklist = checklist();
    let reading = read_text(PUBLISHED, &checklist);
    assert_eq!(reading.format, Format::Text);
    assert_eq!(reading.troubles, []);
    assert_eq!(reading.unplaced, []);
    assert_eq!(reading.items.len(), 90);
    let odd: Vec<_> = reading.items.iter().filter(|(_, item)| item.wording != Wording::Official).collect();
    assert_eq!(odd, []);
    assert_eq!(reading.updated_on, NaiveDate::from_ymd_opt(2024, 12, 11));
    assert_eq!(reading.notes.len(), 15);
    assert_eq!(reading.verdict, Some(FormVerdict::Met));
    for (item, read) in &reading.items {
        let remark = if item.as_str() == "technical.3" { "ICカードは使用していない" } else { "" };
        assert_eq!(read.answer, Ok(Answer { status: Status::Done, remark: remark.into() }), "{item}");
    }
}

#[test]
fn the_part_about_the_agency_is_kept_whole() {
    let checklist = checklist();
    let header = read_text(PUBLISHED, &checklist).header;
    let shown: String = header
        .blocks
        .iter()
        .flat_map(|block| match block {
            Block::Table(rows) => rows.concat(),
            Block::Paragraph(text) => vec![text.clone()],
        })
        .collect();
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let before = PUBLISHED.split("別添 医療情報システム").next().unwrap();
    let before = tenken_form::plain::without_superscripts(before);
    let ruled = |line: &&str| !line.is_empty() && line.chars().all(|c| matches!(c, '-' | '\t'));
    let before: String = before.lines().filter(|line| !ruled(line)).collect();
    let before =
        before.replace(r#"<input checked="" type="checkbox"/>"#, "■").replace(r#"<input type="checkbox"/>"#, "□");
    assert_eq!(letters(&tenken_form::plain::tidy(&shown)), letters(&tenken_form::plain::tidy(&before)));
    let tables = header.blocks.iter().filter(|block| matches!(block, Block::Table(_))).count();
    assert_eq!(tables, 6);
}

#[test]
fn printed_again_it_is_the_same() {
    let checklist = checklist();
    let reading = read_text(PUBLISHED, &checklist);
    let declaration = declared(&reading, &checklist);
    let page = print::html::write(&declaration, &checklist).unwrap();
    let again = read(page.as_bytes(), None, &checklist).unwrap();
    assert_eq!((again.format, &again.troubles, &again.unplaced), (Format::Html, &reading.troubles, &reading.unplaced));
    assert_eq!(
        (&again.updated_on, &again.notes, &again.verdict),
        (&reading.updated_on, &reading.notes, &reading.verdict)
    );
    assert_eq!(again.answers(), reading.answers());
    assert_eq!(published(&declaration, &again, &checklist), []);
    assert!(again.items.values().all(|item| item.wording == Wording::Official));

    let sheet = print::csv::write(&declaration, &checklist).unwrap();
    let again = read(sheet.as_bytes(), None, &checklist).unwrap();
    assert_eq!((again.format, &again.troubles, &again.unplaced), (Format::Csv, &reading.troubles, &reading.unplaced));
    assert_eq!((again.updated_on, again.answers()), (reading.updated_on, reading.answers()));
    assert_eq!(again.notes, reading.notes);
}

#[test]
fn copies_in_other_encodings_and_layouts_read_the_same() {
    let checklist = checklist();
    let wanted = read_text(PUBLISHED, &checklist);
    let page = print::html::write(&declared(&wanted, &checklist), &checklist).unwrap();
    let page = page.replace("<sup>", "").replace("</sup>", "");
    let (sjis, _, lost) = encoding_rs::SHIFT_JIS.encode(&page);
    assert!(!lost);
    let (euc, _, _) = encoding_rs::EUC_JP.encode(&page);
    for (bytes, charset) in [(sjis.as_ref(), Some("Shift_JIS")), (euc.as_ref(), Some("euc-jp"))] {
        let reading = read(bytes, charset, &checklist).unwrap();
        assert_eq!(reading.answers(), wanted.answers());
    }
    let nested = page
        .replace("<body>", "<body><table><tr><td>メニュー</td><td>")
        .replace("</body>", "</td></tr></table></body>");
    let reading = read(nested.as_bytes(), None, &checklist).unwrap();
    assert_eq!(reading.answers(), wanted.answers());
    let crlf = PUBLISHED.replace('\n', "\r\n");
    assert_eq!(read(crlf.as_bytes(), None, &checklist).unwrap().answers(), wanted.answers());
}

#[test]
fn what_could_not_be_read_is_told() {
    let checklist = checklist();
    let form = PUBLISHED
        .replace("2024年 12月 11日", "令和何年")
        .replace("1.\t情報システム運用責任者の設置及び担当者(システム管理者を含む)の限定を行っている。\t■\t□()", "")
        .replace("ICカードは使用していない\t□()", "ICカードは使用していない\t■()")
        .replace("注1:動作確認用データ", "注1:確認用のデータ")
        .replace("名札等の着用を義務付け", "名札の着用を求め");
    let reading = read_text(&format!("{form}\n担当: 佐藤\n"), &checklist);
    assert!(reading.troubles.contains(&Trouble::BadDate("令和何年".into())), "{:?}", reading.troubles);
    assert!(reading.troubles.contains(&Trouble::MissingItem(id("organizational.1"))));
    assert!(reading.troubles.iter().any(|trouble| matches!(trouble, Trouble::NoteDiffers(note, _) if note == "注1")));
    assert!(reading.items[&id("technical.3")].answer.is_err());
    assert!(matches!(&reading.items[&id("physical.3")].wording, Wording::Differs { likeness, .. } if *likeness > 800));
    assert_eq!(reading.unplaced.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["担当: 佐藤"]);
    let answers = reading.answers();
    let missing = Declaration::new(&checklist, NaiveDate::MIN, answers, reading.header).unwrap_err().missing;
    assert_eq!(missing, [id("organizational.1"), id("technical.3")]);
}

#[test]
fn a_planned_item_against_a_good_verdict_is_told() {
    let checklist = checklist();
    let row = "クローズドなネットワークで接続する場合でも";
    let line = PUBLISHED.lines().find(|line| line.contains(row)).unwrap();
    let reading = read_text(&PUBLISHED.replace(line, &line.replace("■\t□()", "□\t■(2027年5月)")), &checklist);
    assert_eq!(reading.troubles, [Trouble::VerdictDiffers(FormVerdict::Met)]);
    assert_eq!(reading.answers()[&id("exchange.13")], Answer::planned(PlannedTime::new("2027年5月").unwrap()));
}

#[test]
fn files_of_programs_and_what_is_too_large_are_refused() {
    let checklist = checklist();
    assert_eq!(read(b"%PDF-1.7", None, &checklist), Err(Unreadable::Binary));
    assert_eq!(read(b"PK\x03\x04x", None, &checklist), Err(Unreadable::Binary));
    assert_eq!(read(&[0xff, 0xfe, 0, 0x81], None, &checklist), Err(Unreadable::NotText));
    assert_eq!(read(&vec![b'a'; 5 << 20], None, &checklist), Err(Unreadable::TooLarge));
    let nothing = read("ようこそ".as_bytes(), None, &checklist).unwrap();
    assert_eq!((nothing.items.len(), nothing.unplaced.len()), (0, 1));
}

#[test]
fn a_date_that_the_page_says_of_itself_is_not_the_forms() {
    let checklist = checklist();
    let declaration = declared(&read_text(PUBLISHED, &checklist), &checklist);
    let page = print::html::write(&declaration, &checklist).unwrap();
    let page = page.replace("<body>", "<body><p>最終更新日:2026年11月1日</p>");
    let reading = read(page.as_bytes(), None, &checklist).unwrap();
    assert_eq!(reading.updated_on, Some(declaration.updated_on));
    assert_eq!(published(&declaration, &reading, &checklist), []);
}

#[test]
fn another_part_about_the_agency_and_a_second_form_are_not_the_form_in_force() {
    let checklist = checklist();
    let declaration = declared(&read_text(PUBLISHED, &checklist), &checklist);
    let page = print::html::write(&declaration, &checklist).unwrap();
    for other in [page.replace("0円", "100円"), format!("{page}{page}")] {
        let reading = read(other.as_bytes(), None, &checklist).unwrap();
        assert_eq!(published(&declaration, &reading, &checklist), [Difference::Header]);
    }
    // A page of the checklist alone says nothing of that part.
    let (_, alone) = page.split_once("<h1>").unwrap();
    let reading = read(format!("<html><h1>{alone}").as_bytes(), None, &checklist).unwrap();
    assert_eq!(published(&declaration, &reading, &checklist), []);
    let mut after = declaration.clone();
    let Some(Block::Table(rows)) = after.header.blocks.last_mut() else { panic!("a table") };
    rows[0][2] = "年間 1000 件".into();
    let (gone, come) = header_lines(&declaration.header, &after.header);
    assert!(gone.len() == 1 && gone[0].contains("900 件") && come.len() == 1 && come[0].contains("1000 件"));
}

#[test]
fn what_is_no_form_is_read_in_bounded_time() {
    let checklist = checklist();
    let hostile = [
        format!("1\tx\n{}", "ab\n".repeat(500_000)),
        "^{".repeat(500_000),
        "a\n".repeat(500_000),
        format!("<table>{}", "<tr><td>1<td>記録を確認している<td>■".repeat(50_000)),
        format!("1.\t{}\t■\t□()", "記".repeat(500_000)),
    ];
    let begun = std::time::Instant::now();
    for form in hostile {
        assert!(read_text(&form, &checklist).items.len() < 90);
    }
    // A moment, not minutes; an unoptimised build on a busy machine is slow.
    assert!(begun.elapsed() < std::time::Duration::from_mins(1), "{:?}", begun.elapsed());
}

#[test]
fn differences_name_the_items() {
    let checklist = checklist();
    let before = declared(&read_text(PUBLISHED, &checklist), &checklist);
    let mut after = before.clone();
    after.updated_on = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let planned = Answer::planned(PlannedTime::new("2027年5月").unwrap());
    after.answers.insert(id("exchange.13"), planned.clone());
    let date = Difference::Date { before: Some(before.updated_on), after: Some(after.updated_on) };
    let answer = Difference::Answer { item: id("exchange.13"), before: Some(Answer::done()), after: Some(planned) };
    assert_eq!(differences(&before, &after, &checklist), [date, answer]);
    let page = print::html::write(&after, &checklist).unwrap();
    let reading = read(page.as_bytes(), None, &checklist).unwrap();
    assert_eq!(published(&after, &reading, &checklist), []);
    assert_eq!(published(&before, &reading, &checklist).len(), 3);
}

#[test]
fn what_people_wrote_is_text_on_the_page_and_in_the_sheet() {
    let checklist = checklist();
    let mut declaration = declared(&read_text(PUBLISHED, &checklist), &checklist);
    let hostile = "<script>alert(1)</script>";
    declaration.answers.insert(id("technical.1"), Answer { status: Status::Done, remark: hostile.into() });
    declaration.header.blocks.push(Block::Table(vec![vec!["=HYPERLINK(\"x\")".into(), hostile.into()]]));
    let page = print::html::write(&declaration, &checklist).unwrap();
    assert!(!page.contains("<script"));
    let sheet = print::csv::write(&declaration, &checklist).unwrap();
    assert!(sheet.contains("'=HYPERLINK") && !sheet.contains("\n\"=HYPERLINK"));
}

fn answers() -> impl Strategy<Value = BTreeMap<ItemId, Answer>> {
    let remark = "([ぁ-んァ-ヶa-zA-Z0-9]{0,6}(\\([ぁ-ん]{0,4}\\))?){0,2}";
    let when = prop_oneof![Just("2027年5月"), Just("令和9年度末"), Just("2027年夏頃")];
    let answer = prop_oneof![
        remark.prop_map(|remark| Answer { status: Status::Done, remark }),
        (when, remark)
            .prop_map(|(when, remark)| Answer { status: Status::Planned(PlannedTime::new(when).ok()), remark }),
    ];
    proptest::collection::vec(answer, 90)
        .prop_map(|answers| checklist().items().map(|item| item.id.clone()).zip(answers).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_declaration_is_read_as_it_was_printed(answers in answers(), day in 0_i32..20_000) {
        let checklist = checklist();
        let day = NaiveDate::from_num_days_from_ce_opt(735_000 + day).unwrap();
        let declaration = Declaration::new(&checklist, day, answers, read_text(PUBLISHED, &checklist).header).unwrap();
        for printed in [
            print::html::write(&declaration, &checklist).unwrap(),
            print::csv::write(&declaration, &checklist).unwrap(),
        ] {
            let reading = read(printed.as_bytes(), None, &checklist).unwrap();
            let tidy = |answers: &BTreeMap<ItemId, Answer>| answers.iter().map(|(id, answer)| {
                let remark = tenken_form::plain::tidy(&answer.remark);
                (id.clone(), Answer { status: answer.status.clone(), remark })
            }).collect::<BTreeMap<_, _>>();
            prop_assert_eq!(tidy(&reading.answers()), tidy(&declaration.answers));
            prop_assert_eq!(published(&declaration, &reading, &checklist), []);
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "(\\PC|[\t\n■□<>&,]|注[0-9]|</?t[drh]>){0,200}") {
        let _ = read_text(&text, &checklist());
    }
}
