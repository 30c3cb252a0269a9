//! Registers as people type them and as spreadsheets write them.

use tenken_dashboard::registers::encoding::{self, Encoding};
use tenken_dashboard::registers::{Definition, Names, Row, cell, export, import};
use tenken_model::Language;

pub(super) fn file(data: &[u8]) {
    for definition in Definition::all() {
        // Behind the heading of a file of its own, so that rows are reached sooner.
        let heading: Vec<&str> = definition.columns.iter().map(|column| column.name).collect();
        let headed = [heading.join(",").as_bytes(), b"\n", data].concat();
        for bytes in [data, &headed] {
            if let Ok(file) = import::read(definition, &Names::default(), bytes) {
                assert!(file.rows.len() <= import::ROWS_MAX && file.errors.len() <= import::ERRORS_MAX);
                exported(definition, &file.rows);
            }
        }
    }
    if let Ok((text, Encoding::Utf8)) = encoding::decode(data) {
        let bytes = encoding::encode(&text, Encoding::Utf8);
        assert_eq!(bytes.map(|bytes| encoding::decode(&bytes)), Ok(Ok((text, Encoding::Utf8))));
    }
}

/// What is written as a file is read from it again.
fn exported(definition: &Definition, rows: &[(u64, Row)]) {
    for language in [Language::Japanese, Language::English] {
        let written = export::write(definition, rows.iter().map(|(_, row)| row), language, Encoding::Utf8);
        let bytes = written.expect("UTF-8 has every character");
        match import::read(definition, &Names::default(), &bytes) {
            Ok(again) => {
                let again: Vec<&Row> = again.rows.iter().map(|(_, row)| row).collect();
                assert_eq!(again, rows.iter().map(|(_, row)| row).collect::<Vec<_>>());
            }
            Err(error) => assert!(rows.is_empty() || bytes.len() > import::FILE_BYTES_MAX, "{error:?}"),
        }
    }
}

pub(super) fn cells(data: &[u8]) {
    let typed = String::from_utf8_lossy(data);
    for column in Definition::all().iter().flat_map(|definition| definition.columns) {
        let Ok(canonical) = cell::read(column, &typed) else { continue };
        for language in [Language::Japanese, Language::English] {
            // A form that is sent back unchanged changes nothing.
            assert_eq!(cell::read(column, &cell::typed(column, &canonical, language)).as_ref(), Ok(&canonical));
            assert_eq!(cell::read(column, &cell::shown(column, &canonical, language)).as_ref(), Ok(&canonical));
        }
        let stored = cell::to_json(column, &canonical);
        if !stored.is_null() {
            assert_eq!(cell::from_json(column, &stored), canonical, "{}", column.name);
        }
    }
}
