//! The rows of a file, whatever kind of file it is.

use csv::StringRecord;

use super::encoding::{self, Encoding};
use super::import::{FileError, ROWS_MAX};
use super::lines::Lines;
use super::sheet;

/// The headings are looked for among that many rows that are not empty: titles and dates may stand above them.
pub const HEADING_ROWS_MAX: usize = 10;
/// The most rows that are taken from a file.
pub(super) const TAKEN_MAX: usize = ROWS_MAX + HEADING_ROWS_MAX;

/// How a file was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// As CSV.
    Csv(Encoding),
    /// As an Excel workbook; the sheet that was read.
    Sheet(String),
}

/// A file's rows that are not empty, each with the line it begins on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) source: Source,
    pub(super) rows: Vec<(u64, StringRecord)>,
}

impl Table {
    /// Reads a file. Of a workbook the sheet of one of those titles is read, or else the first.
    pub(super) fn read(bytes: &[u8], titles: &[String]) -> Result<Self, FileError> {
        match sheet::kind(bytes) {
            sheet::Kind::Workbook => sheet::read(bytes, titles),
            sheet::Kind::Encrypted => Err(FileError::Encrypted),
            sheet::Kind::Old => Err(FileError::OldExcel),
            sheet::Kind::Text => Self::read_csv(bytes),
        }
    }

    fn read_csv(bytes: &[u8]) -> Result<Self, FileError> {
        let (text, encoding) = encoding::decode(bytes)?;
        let mut lines = Lines::new(&text);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| not_csv(&error))?;
            if is_blank(&record) {
                continue;
            }
            if rows.len() >= TAKEN_MAX {
                return Err(FileError::TooManyRows);
            }
            rows.push((lines.at(record.position().map_or(0, csv::Position::byte)), record));
        }
        // A quote that is never closed takes all that follows into its cell, and the reader lets it.
        if text.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
            return Err(FileError::NotCsv(rows.last().map_or(1, |(line, _)| *line)));
        }
        Ok(Self { source: Source::Csv(encoding), rows })
    }
}

fn not_csv(error: &csv::Error) -> FileError {
    FileError::NotCsv(error.position().map_or(0, csv::Position::line))
}

/// Rows that are empty throughout, as spreadsheets leave at the end, are no rows.
fn is_blank(record: &StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}
