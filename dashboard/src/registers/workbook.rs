//! A register written as an Excel workbook (.xlsx).
//!
//! Every text is written as text, so that none is taken for a formula; days are real dates, which can be sorted
//! and filtered.

use chrono::{Datelike as _, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};
use tenken_model::Language;
use unicode_normalization::UnicodeNormalization as _;

use super::cell;
use super::definition::{Column, Definition, Input};
use super::export::ExportError;
use super::row::Row;

/// The first day of which spreadsheets agree on the number: some count a 29 February 1900, others do not.
const REAL_FROM: Option<NaiveDate> = NaiveDate::from_ymd_opt(1900, 3, 1);
/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (8, 40);

impl From<XlsxError> for ExportError {
    fn from(error: XlsxError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Writes rows below headings in that language.
pub fn write<'a>(
    definition: &Definition,
    rows: impl IntoIterator<Item = &'a Row>,
    language: Language,
) -> Result<Vec<u8>, ExportError> {
    let heading = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name((definition.title)(language))?;
    sheet.set_freeze_panes(1, 0)?;
    let mut widths: Vec<usize> = Vec::new();
    for (place, column) in (0_u16..).zip(definition.columns) {
        let label = (column.label)(language);
        sheet.write_string_with_format(0, place, &label, &heading)?;
        widths.push(width(&label));
    }
    for (line, row) in (1_u32..).zip(rows) {
        for ((place, column), widest) in (0_u16..).zip(definition.columns).zip(&mut widths) {
            let shown = row.shown(column, language);
            if shown.is_empty() {
                continue;
            }
            *widest = width(&shown).max(*widest);
            match (date(column, row), number(column, row)) {
                (Some(date), _) => drop(sheet.write_datetime_with_format(line, place, date, &day)?),
                (None, Some(number)) => drop(sheet.write_number(line, place, number)?),
                (None, None) => drop(sheet.write_string(line, place, &shown)?),
            }
        }
    }
    for (place, width) in (0_u16..).zip(widths) {
        let width = u16::try_from(width.clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(u16::MAX);
        sheet.set_column_width(place, f64::from(width) + 2.0)?;
    }
    Ok(book.save_to_buffer()?)
}

/// The day in a cell, as a spreadsheet counts it.
fn date(column: &Column, row: &Row) -> Option<ExcelDateTime> {
    let day = cell::day(column, row.get(column.name)).filter(|day| Some(*day) >= REAL_FROM)?;
    let (month, of_month) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).ok()?, month, of_month).ok()
}

fn number(column: &Column, row: &Row) -> Option<f64> {
    match column.input {
        Input::Count(..) => row.get(column.name).parse::<i32>().ok().map(f64::from),
        _ => None,
    }
}

/// How wide the widest line of a text is; characters of East Asia take two places.
fn width(text: &str) -> usize {
    let of_line = |line: &str| line.nfc().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    text.lines().map(of_line).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::table::Source;
    use super::super::{Names, import};
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_text_and_comes_back() {
        let accounts = Definition::by_slug("accounts").unwrap();
        let text = "account,kind,owner,ends,note\n=1+1,person,@SUM(A1),2026-11-23,\"<script>\n_x0041_ '=x\"\n-a,service,b,1900-01-01,\n";
        let rows = import::read(accounts, &Names::default(), text.as_bytes()).unwrap().rows;
        for (language, sheet) in [(Language::Japanese, "アカウント台帳"), (Language::English, "Accounts")] {
            let book = write(accounts, rows.iter().map(|(_, row)| row), language).unwrap();
            let again = import::read(accounts, &Names::default(), &book).unwrap();
            assert_eq!((again.source, again.errors), (Source::Sheet(sheet.into()), vec![]));
            let read: Vec<&Row> = again.rows.iter().map(|(_, row)| row).collect();
            assert_eq!(read, rows.iter().map(|(_, row)| row).collect::<Vec<_>>());
            assert_eq!(again.rows[0].0, 2);
        }
    }

    #[test]
    fn every_title_is_the_name_of_a_sheet() {
        for definition in Definition::all() {
            for language in [Language::Japanese, Language::English] {
                assert!(write(definition, [], language).is_ok(), "{}", definition.slug);
            }
        }
    }
}
