//! Excel workbooks (.xlsx) as they are read: one sheet, its cells as people see them, nothing evaluated.
//!
//! A workbook is a ZIP archive, so that a small file can hold a huge one. What it would unpack to is bounded by
//! what its directory says, and then by unpacking it part by part, before the reader is let at it. The reader
//! makes room for as many strings as a part says that it has, whatever that is, and would end the whole program; so
//! that number is bounded as well. The sheet is read cell by cell: one cell in the last column would otherwise make a
//! table of millions.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use csv::StringRecord;
use tenken_calendar::{ExcelDates, read_excel_serial};
use zip::ZipArchive;
use zip::result::ZipError;

use super::definition::CELL_CHARS_MAX;
use super::fold::fold;
use super::import::FileError;
use super::table::{Source, TAKEN_MAX, Table};

/// The most that a workbook may unpack to, in bytes.
pub const UNPACKED_BYTES_MAX: u64 = 32 << 20;
/// The most digits of the number of strings that a part says it has.
const COUNT_DIGITS_MAX: usize = 6;
/// The most files in a workbook.
pub const PARTS_MAX: usize = 500;
/// The most columns in which a sheet may have something.
pub const COLUMNS_MAX: u32 = 256;
/// The most text that the cells of a sheet may have in all, in bytes: a text that is kept once can stand in each.
const TEXT_BYTES_MAX: usize = 16 << 20;

/// What the first bytes of a file tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A ZIP archive, as workbooks are.
    Workbook,
    /// A workbook with a password.
    Encrypted,
    /// A workbook of Excel 97 to 2003.
    Old,
    /// Anything else.
    Text,
}

/// What kind of file it is.
///
/// Source: [MS-OFFCRYPTO] 2.3.4.4: an encrypted workbook is a compound file with the stream `EncryptedPackage`,
/// whose name is written in UTF-16; old workbooks are compound files too ([MS-XLS] 2.1).
pub(super) fn kind(bytes: &[u8]) -> Kind {
    const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    if bytes.starts_with(b"PK") {
        return Kind::Workbook;
    }
    if !bytes.starts_with(COMPOUND) {
        return Kind::Text;
    }
    let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(stream.len()).any(|window| window == stream) { Kind::Encrypted } else { Kind::Old }
}

/// Reads the sheet of one of those titles, or else the first that is shown.
pub(super) fn read(bytes: &[u8], titles: &[String]) -> Result<Table, FileError> {
    check_size(bytes, UNPACKED_BYTES_MAX)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    let dates = if book.has_1904_epoch() { ExcelDates::From1904 } else { ExcelDates::From1900 };
    let titles: Vec<String> = titles.iter().map(|title| fold(title)).collect();
    let sheets: Vec<&str> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.as_str())
        .collect();
    let of_title = sheets.iter().find(|name| titles.contains(&fold(name)));
    let name = of_title.or(sheets.first()).ok_or(FileError::NotWorkbook)?.to_string();
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| refused(&error))?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    let mut text_bytes = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| refused(&error))? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value(), dates, u64::from(row) + 1)?;
        if text.trim().is_empty() {
            continue;
        }
        text_bytes += text.len();
        if text_bytes > TEXT_BYTES_MAX {
            return Err(FileError::Unpacked);
        }
        if column >= COLUMNS_MAX {
            return Err(FileError::TooManyColumns);
        }
        rows.entry(row).or_default().insert(column, text);
        if rows.len() > TAKEN_MAX {
            return Err(FileError::TooManyRows);
        }
    }
    let rows = rows.into_iter().map(|(row, cells)| (u64::from(row) + 1, record(&cells))).collect();
    Ok(Table { source: Source::Sheet(name), rows })
}

fn record(cells: &BTreeMap<u32, String>) -> StringRecord {
    let width = cells.last_key_value().map_or(0, |(last, _)| last + 1);
    (0..width).map(|column| cells.get(&column).map_or("", String::as_str)).collect()
}

/// Refuses a workbook that unpacks to more than `most` bytes: as its directory says, which costs nothing, and as
/// it is, since a directory can lie.
fn check_size(bytes: &[u8], most: u64) -> Result<(), FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unopened(&error))?;
    if archive.len() > PARTS_MAX {
        return Err(FileError::Unpacked);
    }
    let mut said: u64 = 0;
    for part in 0..archive.len() {
        said = said.saturating_add(archive.by_index_raw(part).map_err(|error| unopened(&error))?.size());
    }
    if said > most {
        return Err(FileError::Unpacked);
    }
    let mut left = most;
    let mut content = Vec::new();
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|error| unopened(&error))?;
        content.clear();
        let taken = part.take(left.saturating_add(1)).read_to_end(&mut content).map_err(|_| FileError::NotWorkbook)?;
        left = u64::try_from(taken).ok().and_then(|taken| left.checked_sub(taken)).ok_or(FileError::Unpacked)?;
        check_part(&content)?;
    }
    Ok(())
}

/// Refuses a part that says it has more strings than fit, or is written so that this cannot be seen: spreadsheets
/// write UTF-8.
fn check_part(content: &[u8]) -> Result<(), FileError> {
    const UTF_16: [&[u8]; 4] = [b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"];
    if UTF_16.iter().any(|start| content.starts_with(start)) {
        return Err(FileError::NotWorkbook);
    }
    let text = String::from_utf8_lossy(content);
    for (at, _) in text.match_indices("<?xml") {
        let declared = text.get(at..).and_then(|rest| rest.split('>').next()).unwrap_or_default().to_ascii_lowercase();
        let encoding = declared.split_once("encoding").map(|(_, rest)| rest.trim_start_matches(is_sign));
        if encoding.is_some_and(|encoding| !encoding.starts_with("utf-8")) {
            return Err(FileError::NotWorkbook);
        }
    }
    for (at, name) in text.match_indices("uniqueCount") {
        let number = text.get(at + name.len()..).unwrap_or_default().trim_start_matches(is_sign);
        if number.bytes().take_while(u8::is_ascii_digit).count() > COUNT_DIGITS_MAX {
            return Err(FileError::Unpacked);
        }
    }
    Ok(())
}

/// What stands between the name of an attribute and its value.
fn is_sign(c: char) -> bool {
    c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '+')
}

fn unopened(error: &ZipError) -> FileError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => FileError::Encrypted,
        _ => FileError::NotWorkbook,
    }
}

fn refused(error: &XlsxError) -> FileError {
    match error {
        XlsxError::Password => FileError::Encrypted,
        _ => FileError::NotWorkbook,
    }
}

/// A cell as people see it, cut where it is too long for any column. A formula is what it gave when it was saved.
fn text(value: &DataRef<'_>, dates: ExcelDates, line: u64) -> Result<String, FileError> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DurationIso(text) => cut(text),
        DataRef::SharedString(text) => cut(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => float(*number),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(moment) => day_or_time(moment, dates),
        DataRef::DateTimeIso(text) => iso(&cut(text)),
        DataRef::Error(error) => return Err(FileError::BrokenCell(line, error.to_string())),
    })
}

fn cut(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX + 1).collect()
}

/// With the 15 digits that a spreadsheet shows, and none after the point where they are zeros.
fn float(number: f64) -> String {
    let shown = format!("{number:.14e}").parse().unwrap_or(number);
    cut(&format!("{shown}"))
}

/// A day, with the time where there is one; a time alone, or what is no day, as it is.
fn day_or_time(moment: &ExcelDateTime, dates: ExcelDates) -> String {
    let serial = moment.as_f64();
    let (.., hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = if second == 0 { format!("{hour}:{minute:02}") } else { format!("{hour}:{minute:02}:{second:02}") };
    if moment.is_duration() || (0.0..1.0).contains(&serial) {
        return time;
    }
    match read_excel_serial(&serial.floor().to_string(), dates) {
        Ok(day) if serial.fract() == 0.0 => day.to_string(),
        Ok(day) => format!("{day} {time}"),
        Err(_) => float(serial),
    }
}

/// `2026-11-23T00:00:00` as the day that it is.
fn iso(text: &str) -> String {
    match text.split_once('T') {
        Some((day, time)) if time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z')) => day.to_owned(),
        _ => text.replace('T', " "),
    }
}

#[cfg(test)]
mod tests;
