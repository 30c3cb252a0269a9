//! The official form as PDF and as workbook: what stands in the file is what was declared.

#![expect(clippy::unwrap_used, clippy::unwrap_in_result, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};

use calamine::{Data, Reader as _, Xlsx};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use tenken_calendar::PlannedTime;
use tenken_engine::checklist::Checklist;
use tenken_form::declaration::{Answer, Declaration, Status};
use tenken_form::header::{Block, Header};
use tenken_form::print::pdf::Printed;
use tenken_form::print::{pdf, xlsx};
use tenken_form::read::read_text;
use tenken_model::ItemId;

const PUBLISHED: &str = include_str!("forms/published.txt");

fn checklist() -> Checklist {
    Checklist::embedded().unwrap()
}

fn id(item: &str) -> ItemId {
    ItemId::new(item).unwrap()
}

fn made_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_687_200, 0).unwrap()
}

fn published(checklist: &Checklist) -> Declaration {
    let reading = read_text(PUBLISHED, checklist);
    let answers = reading.answers();
    Declaration::new(checklist, reading.updated_on.unwrap(), answers, reading.header).unwrap()
}

/// A form whose every item is planned, with a remark.
fn all_planned(checklist: &Checklist, remark: &str) -> Declaration {
    let mut declaration = published(checklist);
    for answer in declaration.answers.values_mut() {
        let when = PlannedTime::new("令和9年度末(2028年3月31日)").ok();
        *answer = Answer { status: Status::Planned(when), remark: remark.into() };
    }
    declaration
}

fn printed(declaration: &Declaration, checklist: &Checklist) -> Printed {
    pdf::write(declaration, checklist, made_at()).unwrap()
}

/// What a program of poppler-utils says of a PDF; nothing, with the reason printed, if it is not installed.
fn told_by(test: &str, program: &str, arguments: &[&str], pdf: &[u8]) -> Option<String> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = started else {
        eprintln!("SKIPPED {test}: {program} (Debian package poppler-utils) is not installed");
        return None;
    };
    let (mut stdin, pdf) = (child.stdin.take().unwrap(), pdf.to_vec());
    let fed = std::thread::spawn(move || stdin.write_all(&pdf));
    let output = child.wait_with_output().unwrap();
    fed.join().unwrap().unwrap();
    assert!(output.status.success(), "{program}: {}", output.status);
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn text_of(test: &str, pdf: &[u8]) -> Option<String> {
    told_by(test, "pdftotext", &["-raw", "-nopgbrk", "-", "-"], pdf)
}

/// What a text says, however it is broken into lines.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_text_of_the_pdf_is_what_was_declared() {
    let checklist = checklist();
    let mut declaration = published(&checklist);
    let planned = id("technical.9");
    let when = PlannedTime::new("2027年5月").ok();
    declaration
        .answers
        .insert(planned, Answer { status: Status::Planned(when), remark: "機器の更新に合わせる".into() });
    let file = printed(&declaration, &checklist);
    assert_eq!(file.missing, BTreeSet::new());
    let Some(text) = text_of("the_text_of_the_pdf_is_what_was_declared", &file.bytes) else { return };
    let text = letters(&text);
    for item in checklist.items() {
        let mut parts: Vec<&str> = vec![&item.text_ja];
        parts.extend(item.bullets.iter().map(String::as_str));
        parts.extend(item.tail_ja.as_deref());
        for part in parts {
            assert!(text.contains(&letters(part)), "{}: {part}", item.id);
        }
        let answer = declaration.answer(&item.id).unwrap();
        let cells =
            letters(&format!("{}{}", tenken_form::print::done_cell(answer), tenken_form::print::planned_cell(answer)));
        assert!(text.contains(&cells), "{}: {cells}", item.id);
    }
    assert_eq!(text.matches("■□()").count() + 2, 90, "one item has a remark and one is planned");
    assert!(text.contains("■ICカードは使用していない□()") && text.contains("□■(2027年5月)機器の更新に合わせる"));
    assert!(text.contains("2024年12月11日") && text.contains(&letters(&checklist.edition.title_ja)));
    for note in &checklist.notes {
        assert!(text.contains(&letters(&format!("{}:{}", note.id, note.text_ja))), "{}", note.id);
    }
    let header = declaration.header.with_verdict(declaration.verdict(), &checklist);
    for cell in header.cells() {
        assert!(text.contains(&letters(cell)), "{cell}");
    }
    assert!(text.contains("□最低限のガイドラインを遵守済■最低限のガイドラインを遵守していない"));
}

#[test]
fn the_pdf_brings_its_font_and_says_what_it_is() {
    let test = "the_pdf_brings_its_font_and_says_what_it_is";
    let checklist = checklist();
    let file = printed(&published(&checklist), &checklist);
    let Some(fonts) = told_by(test, "pdffonts", &["-"], &file.bytes) else { return };
    let fonts: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    let [font] = fonts.as_slice() else { panic!("{fonts:?}") };
    assert!(font[0].ends_with("+BIZUDPGothic-Regular") && font[4..7] == ["yes", "yes", "yes"], "{font:?}");
    let Some(about) = told_by(test, "pdfinfo", &["-isodates", "-"], &file.bytes) else { return };
    let says = |name: &str| about.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap_or_default();
    assert_eq!(says("Title:"), checklist.edition.title_ja);
    assert_eq!(says("Tagged:"), "yes");
    assert_eq!(says("CreationDate:"), "2026-11-26T10:00:00Z");
    assert_eq!(says("Pages:"), file.pages.to_string());
    assert!(says("Page size:").contains("A4"), "{about}");
    let Some(parts) = told_by(test, "pdfinfo", &["-struct", "-"], &file.bytes) else { return };
    let count = |part: &str| parts.lines().filter(|line| line.trim_start().starts_with(part)).count();
    assert_eq!((count("H1"), count("H2"), count("Note")), (1, checklist.sections.len(), 15 + notes_of_the_agency()));
    assert!(count("TH") > 40 && count("TR") > 90 && count("LBody") > 15, "{parts}");
}

fn notes_of_the_agency() -> usize {
    let header = read_text(PUBLISHED, &checklist()).header;
    header.blocks.iter().filter(|block| matches!(block, Block::Paragraph(_))).count()
}

#[test]
fn the_same_form_gives_the_same_bytes() {
    let checklist = checklist();
    let declaration = published(&checklist);
    assert_eq!(printed(&declaration, &checklist), printed(&declaration, &checklist));
    let later = made_at() + chrono::TimeDelta::seconds(1);
    assert_ne!(printed(&declaration, &checklist), pdf::write(&declaration, &checklist, later).unwrap());
    let sheet = |at| xlsx::write(&declaration, &checklist, at).unwrap();
    assert_eq!(sheet(made_at()), sheet(made_at()));
    assert_ne!(sheet(made_at()), sheet(later));
}

#[test]
fn a_form_has_about_as_many_pages_as_on_paper() {
    let checklist = checklist();
    let declaration = published(&checklist);
    assert!((8..=12).contains(&printed(&declaration, &checklist).pages));
    let planned = all_planned(&checklist, "機器の更新に合わせて実施する。");
    assert!((8..=20).contains(&printed(&planned, &checklist).pages));
    let empty = Declaration { header: Header::default(), ..declaration };
    assert!((8..=10).contains(&printed(&empty, &checklist).pages));
}

#[test]
fn a_remark_longer_than_pages_is_printed_whole() {
    let checklist = checklist();
    let mut declaration = published(&checklist);
    let remark = (0..700).map(|at| format!("備考{at}番。")).collect::<Vec<_>>().concat();
    let item = id("technical.1");
    declaration.answers.insert(item, Answer { status: Status::Done, remark: remark.clone() });
    let long = vec!["名称".to_owned(), remark.clone()];
    declaration.header.blocks.push(Block::Table(vec![long.clone(), vec![String::new(), remark.clone()], long]));
    let file = printed(&declaration, &checklist);
    assert!(file.pages < 40);
    let Some(text) = text_of("a_remark_longer_than_pages_is_printed_whole", &file.bytes) else { return };
    let count = text.lines().filter(|line| line.contains("備考") || line.contains('番')).count();
    assert!(count > 300, "{count}");
    let text = letters(&text);
    for at in [0, 350, 699] {
        assert!(text.contains(&format!("備考{at}番")), "{at}");
    }
}

#[test]
fn hostile_text_is_seen_and_told() {
    let checklist = checklist();
    let mut declaration = published(&checklist);
    let remark = "\u{202e}逆\u{0}=HYPERLINK(\"http://x\")<b>&amp;葛\u{e0100}😀_x0041_";
    declaration.answers.insert(id("technical.1"), Answer { status: Status::Done, remark: remark.into() });
    let file = printed(&declaration, &checklist);
    assert_eq!(file.missing, BTreeSet::from(['\u{0}', '\u{202e}', '\u{e0100}', '😀']));
    if let Some(text) = text_of("hostile_text_is_seen_and_told", &file.bytes) {
        let seen = "■〓逆〓=HYPERLINK(\"http://x\")<b>&amp;葛〓_x0041_□()";
        assert!(letters(&text).contains(seen), "{text}");
    }
    let cells = cells_of(&xlsx::write(&declaration, &checklist, made_at()).unwrap());
    let wanted = format!("■ {}", remark.replace('\u{0}', "〓"));
    assert!(cells.iter().flatten().any(|cell| *cell == wanted));
}

/// The cells of a workbook's sheet; every one must be text or empty.
fn cells_of(workbook: &[u8]) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    let name = workbook.sheet_names().first().unwrap().clone();
    assert_eq!(workbook.worksheet_formula(&name).unwrap().cells().count(), 0);
    let range = workbook.worksheet_range(&name).unwrap();
    let text = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("{other:?} is no text"),
    };
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn the_workbook_says_what_was_declared() {
    let checklist = checklist();
    for declaration in [published(&checklist), all_planned(&checklist, "機器の更新,\"次期\"に合わせる")] {
        let cells = cells_of(&xlsx::write(&declaration, &checklist, made_at()).unwrap());
        // The cells that hold something, as they are copied into a text.
        let row = |row: &Vec<String>| {
            let held = row.iter().filter(|cell| !cell.is_empty());
            format!("{}\n", held.map(|cell| cell.replace('\n', " ")).collect::<Vec<_>>().join("\t"))
        };
        let text: String = cells.iter().map(row).collect();
        let reading = read_text(&text, &checklist);
        assert_eq!(reading.answers(), declaration.answers);
        assert_eq!(reading.updated_on, Some(declaration.updated_on));
        assert_eq!(reading.notes.len(), checklist.notes.len());
        let header = declaration.header.with_verdict(declaration.verdict(), &checklist);
        for wanted in header.cells().filter(|cell| !cell.is_empty()) {
            assert!(cells.iter().flatten().any(|cell| cell == wanted), "{wanted}");
        }
    }
}

#[test]
fn a_workbook_that_cannot_hold_a_text_is_refused() {
    let checklist = checklist();
    let mut declaration = published(&checklist);
    declaration.answers.insert(id("technical.1"), Answer { status: Status::Done, remark: "長".repeat(40_000) });
    let error = xlsx::write(&declaration, &checklist, made_at()).unwrap_err().to_string();
    assert!(error.starts_with("the form does not fit into a workbook"), "{error}");
}

fn headers() -> impl Strategy<Value = Header> {
    let text = "\\PC{0,30}|[ぁ-ん。、「」]{0,60}|[a-z0-9]{0,90}|[\u{0}-\u{20}\u{200b}-\u{202e}]{0,6}|";
    let table = proptest::collection::vec(proptest::collection::vec(text, 0..6), 0..9).prop_map(Block::Table);
    let block = prop_oneof![table, text.prop_map(Block::Paragraph)];
    proptest::collection::vec(block, 0..4).prop_map(|blocks| Header { blocks })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn whatever_is_declared_is_printed(header in headers(), remark in "\\PC{0,200}|[\u{0}-\u{7f}]{0,200}") {
        let checklist = checklist();
        let mut declaration = all_planned(&checklist, &remark);
        declaration.header = header;
        declaration.updated_on = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        prop_assert!(printed(&declaration, &checklist).pages < 200);
        let cells = cells_of(&xlsx::write(&declaration, &checklist, made_at()).unwrap());
        prop_assert_eq!(cells.iter().flatten().filter(|cell| cell.starts_with("■(令和9年度末")).count(), 90);
    }
}
