use std::fmt::Write as _;
use std::io::Write as _;

use tenken_model::Language;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::super::import::{self, ReadFile};
use super::super::{Definition, Names};
use super::*;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// Style 1 is a date, 2 a time.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with sheets of that name and of those rows, written in XML.
fn book(sheets: &[(&str, &str)], properties: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut listed = String::new();
    let mut related = format!(r#"<Relationship Id="s" Type="{office}/styles" Target="styles.xml"/>"#);
    let mut parts: Vec<(String, String)> = Vec::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let _ = write!(listed, r#"<sheet name="{name}" sheetId="{0}" r:id="w{0}"/>"#, index + 1);
        let _ = write!(
            related,
            r#"<Relationship Id="w{0}" Type="{office}/worksheet" Target="worksheets/sheet{0}.xml"/>"#,
            index + 1
        );
        let sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
        parts.push((format!("xl/worksheets/sheet{}.xml", index + 1), sheet));
    }
    let workbook =
        format!(r#"<workbook xmlns="{main}" xmlns:r="{office}">{properties}<sheets>{listed}</sheets></workbook>"#);
    let related = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{related}</Relationships>"#
    );
    let mut all = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &related),
    ];
    all.extend(parts.iter().map(|(name, content)| (name.as_str(), content.as_str())));
    archive(&all)
}

/// A row of texts.
fn texts(line: u32, cells: &[&str]) -> String {
    let cell =
        |(column, text): (char, &&str)| format!(r#"<c r="{column}{line}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let cells: String = ('A'..='Z').zip(cells).map(cell).collect();
    format!(r#"<row r="{line}">{cells}</row>"#)
}

fn people() -> &'static Definition {
    Definition::by_slug("people").unwrap()
}

fn taken(bytes: &[u8]) -> Result<ReadFile, FileError> {
    import::read(people(), &Names::default(), bytes)
}

fn told(file: &ReadFile, column: &str) -> Vec<String> {
    file.rows.iter().map(|(_, row)| row.get(column).to_owned()).collect()
}

#[test]
fn a_sheet_made_by_hand_is_read_as_people_see_it() {
    let rows = [
        texts(1, &["職員名簿", "", "2026年11月現在"]),
        texts(3, &["氏 名", "所属", "着任日", "職員番号", "法令上の 守秘義務", "退職・異動日"]),
        r#"<row r="4"><c r="A4" t="inlineStr"><is><t>佐藤 花子</t></is></c><c r="B4" t="str"><f>"自"&amp;"機関"</f><v>自機関</v></c><c r="C4" s="1"><v>45637</v></c><c r="D4"><v>12</v></c><c r="E4" t="b"><v>1</v></c><c r="F4" t="d"><v>2027-03-31T00:00:00</v></c></row>"#.to_owned(),
        texts(5, &["", " ", ""]),
        r#"<row r="6"><c r="A6" t="inlineStr"><is><r><t>鈴木</t></r><r><t xml:space="preserve"> 一郎</t></r></is></c><c r="B6" t="inlineStr"><is><t>委託先</t></is></c><c r="C6" t="inlineStr"><is><t>R6.12.11</t></is></c><c r="D6"><v>1234567.5</v></c><c r="E6"><v>0</v></c></row>"#.to_owned(),
    ]
    .concat();
    let file = taken(&book(&[("名簿", &rows)], "")).unwrap();
    assert_eq!((&file.source, &file.errors), (&Source::Sheet("名簿".into()), &vec![]));
    assert_eq!(file.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 6]);
    assert_eq!(told(&file, "name"), ["佐藤 花子", "鈴木 一郎"]);
    assert_eq!(told(&file, "affiliation"), ["own", "vendor"], "what a formula gave when it was saved");
    assert_eq!(told(&file, "starts"), ["2024-12-11", "2024-12-11"]);
    assert_eq!(told(&file, "number"), ["12", "1234567.5"]);
    assert_eq!(told(&file, "secrecy"), ["true", "false"]);
    assert_eq!(told(&file, "leaves"), ["2027-03-31", ""]);
}

#[test]
fn days_are_counted_as_the_workbook_counts_them() {
    let row = r#"<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" t="inlineStr"><is><t>own</t></is></c><c r="C2" s="1"><v>44175</v></c></row>"#;
    let rows = texts(1, &["name", "affiliation", "starts"]) + row;
    let file = taken(&book(&[("a", &rows)], r#"<workbookPr date1904="1"/>"#)).unwrap();
    assert_eq!(told(&file, "starts"), ["2024-12-11"]);
    let row = r#"<row r="2"><c r="A2" s="2"><v>45637.375</v></c><c r="B2" t="inlineStr"><is><t>own</t></is></c><c r="C2"><v>45637</v></c></row>"#;
    let rows = texts(1, &["name", "affiliation", "starts"]) + row;
    let file = taken(&book(&[("a", &rows)], "")).unwrap();
    assert_eq!(file.errors.len(), 1, "a bare number is no day");
    let stamp = row.replace("A2", "D2").replace("C2", "A2").replace("D2", "C2");
    let rows = texts(1, &["name", "affiliation", "starts"]) + &stamp;
    assert_eq!(
        told(&taken(&book(&[("a", &rows)], "")).unwrap(), "starts"),
        ["2024-12-11"],
        "a time is no part of a day"
    );
    let rows = texts(1, &["name", "affiliation", "number"]) + row;
    let file = taken(&book(&[("a", &rows)], "")).unwrap();
    assert_eq!((told(&file, "name"), told(&file, "number")), (vec!["2024-12-11 9:00".into()], vec!["45637".into()]));
}

#[test]
fn the_sheet_of_the_registers_name_is_read_or_else_the_first() {
    let rows = |name: &str| texts(1, &["name", "affiliation"]) + &texts(2, &[name, "own"]);
    let (a, b) = (rows("a"), rows("b"));
    let file = taken(&book(&[("メモ", &a), ("職員・作業員 台帳", &b)], "")).unwrap();
    assert_eq!((told(&file, "name"), file.source), (vec!["b".to_owned()], Source::Sheet("職員・作業員 台帳".into())));
    assert_eq!(told(&taken(&book(&[("x", &a), ("y", &b)], "")).unwrap(), "name"), ["a"]);
    assert_eq!(taken(&book(&[], "")), Err(FileError::NotWorkbook));
    assert_eq!(taken(&book(&[("x", "")], "")), Err(FileError::Empty));
}

#[test]
fn hostile_cells_are_text() {
    let rows = texts(1, &["name", "affiliation", "job"])
        + &texts(2, &["=HYPERLINK(1)", "own", "&lt;script&gt;alert(1)&lt;/script&gt;"])
        + &texts(3, &["'=x", "own", ""])
        + &texts(4, &["c", "own", &"薬".repeat(10_000)]);
    let file = taken(&book(&[("a", &rows)], "")).unwrap();
    assert_eq!(told(&file, "name"), ["=HYPERLINK(1)", "'=x"], "a workbook needs no guard, so none is taken off");
    assert_eq!(told(&file, "job"), ["<script>alert(1)</script>", ""]);
    assert_eq!(file.errors.len(), 1);
    assert!(file.errors[0].error.text(Language::Japanese).contains("500文字"));
    let broken = texts(1, &["name", "affiliation"]) + r#"<row r="7"><c r="A7" t="e"><v>#N/A</v></c></row>"#;
    assert_eq!(taken(&book(&[("a", &broken)], "")), Err(FileError::BrokenCell(7, "#N/A".into())));
}

#[test]
fn a_cell_far_away_costs_nothing() {
    let near = texts(1, &["name", "affiliation"]) + &texts(2, &["a", "own"]);
    let right = near.clone() + r#"<row r="3"><c r="XFD3"><v>1</v></c></row>"#;
    assert_eq!(taken(&book(&[("a", &right)], "")), Err(FileError::TooManyColumns));
    let below = near
        + r#"<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>b</t></is></c><c r="B1048576" t="inlineStr"><is><t>own</t></is></c></row>"#;
    let file = taken(&book(&[("a", &below)], "")).unwrap();
    assert_eq!(file.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 1_048_576]);
    let many: String = (1..=10_100).map(|line| texts(line, &["a"])).collect();
    assert_eq!(taken(&book(&[("a", &many)], "")), Err(FileError::TooManyRows));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let zeros = "0".repeat(usize::try_from(UNPACKED_BYTES_MAX).unwrap() + 1);
    let bomb = archive(&[("[Content_Types].xml", TYPES), ("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < 100_000);
    assert_eq!(taken(&bomb), Err(FileError::Unpacked));
    let parts: Vec<String> = (0..=PARTS_MAX).map(|part| format!("{part}.xml")).collect();
    let parts: Vec<(&str, &str)> = parts.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(taken(&archive(&parts)), Err(FileError::Unpacked));
}

#[test]
fn a_directory_that_lies_is_found_out() {
    let mut bytes = archive(&[("a", &"0".repeat(5_000))]);
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    for size in [22, directory + 24] {
        bytes[size..size + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    assert!(matches!(check_size(&bytes, 1_000), Err(FileError::Unpacked | FileError::NotWorkbook)));
    assert_eq!(check_size(&archive(&[("a", &"0".repeat(5_000))]), 5_000), Ok(()));
    assert_eq!(check_size(&archive(&[("a", &"0".repeat(5_000))]), 4_999), Err(FileError::Unpacked));
}

#[test]
fn a_number_of_strings_that_ends_the_program_is_refused() {
    let rows = texts(1, &["name", "affiliation"]) + &texts(2, &["a", "own"]);
    let whole = book(&[("a", &rows)], "");
    let with = |strings: &[u8]| {
        let mut writer = ZipWriter::new_append(Cursor::new(whole.clone())).unwrap();
        writer.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
        writer.write_all(strings).unwrap();
        taken(&writer.finish().unwrap().into_inner()).map(|file| file.rows.len())
    };
    let sst = r#"<?xml version="1.0" encoding="UTF-8"?><sst count="2" uniqueCount="2"><si><t>a</t></si></sst>"#;
    assert_eq!(with(sst.as_bytes()), Ok(1));
    for count in ["=\"99999999999999\"", " = '1000000'", "=\"+18446744073709551615\""] {
        assert_eq!(
            with(sst.replace("Count=\"2\"", &format!("Count{count}")).as_bytes()),
            Err(FileError::Unpacked),
            "{count}"
        );
    }
    let hidden: Vec<u8> = sst.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(with(&hidden), Err(FileError::NotWorkbook));
    assert_eq!(with(sst.replace("UTF-8", "ISO-2022-JP").as_bytes()), Err(FileError::NotWorkbook));
}

#[test]
fn other_files_are_named_for_what_they_are() {
    let compound = |rest: &[u8]| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), rest].concat();
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(taken(&compound(&[0; 600])), Err(FileError::OldExcel));
    assert_eq!(taken(&compound(&encrypted)), Err(FileError::Encrypted));
    let whole = book(&[("a", &texts(1, &["name", "affiliation"]))], "");
    for length in [4, 30, whole.len() / 2, whole.len() - 1] {
        assert_eq!(taken(&whole[..length]), Err(FileError::NotWorkbook), "{length}");
    }
    assert_eq!(taken(&archive(&[("word/document.xml", "<a/>")])), Err(FileError::NotWorkbook));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn a_damaged_workbook_makes_nothing_panic(damage in proptest::collection::vec((0_usize..4_000, proptest::prelude::any::<u8>()), 1..12)) {
        let rows = texts(1, &["name", "affiliation", "starts"]) + &texts(2, &["a", "own", "2026-11-24"]);
        let mut bytes = book(&[("a", &rows)], "");
        for (place, byte) in damage {
            if let Some(old) = bytes.get_mut(place) {
                *old = byte;
            }
        }
        let _ = taken(&bytes);
    }
}
