//! A file read against a register's definition.

use std::collections::BTreeMap;

use tenken_form::formula::unguarded;
use tenken_model::Language;

use super::approval;
use super::cell::CellError;
use super::definition::{Column, Definition, Input};
use super::encoding::NotText;
use super::fold::fold;
use super::plan::Plan;
use super::references::Names;
use super::row::{ColumnError, Row};
use super::sheet::{COLUMNS_MAX, UNPACKED_BYTES_MAX};
use super::table::{HEADING_ROWS_MAX, Source, Table};

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 2 << 20;
/// The most rows in a file.
pub const ROWS_MAX: usize = 10_000;
/// The most errors that are listed; more are counted.
pub const ERRORS_MAX: usize = 100;

/// A file whose rows can be compared with the register.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadFile {
    /// How it was written.
    pub source: Source,
    /// The columns it has, by field name.
    pub columns: Vec<&'static str>,
    /// Its valid rows with the line each begins on.
    pub rows: Vec<(u64, Row)>,
    /// What is wrong, at most [`ERRORS_MAX`].
    pub errors: Vec<LineError>,
    /// Errors that are not listed.
    pub errors_left: usize,
}

/// What is wrong on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column, when one cell is at fault.
    pub column: Option<&'static Column>,
    /// What is wrong.
    pub error: RowError,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowError {
    /// One cell.
    Cell(CellError),
    /// The same row was on the line given.
    Twice(u64),
    /// It has another number of cells than the heading: has, needs.
    Width(usize, usize),
}

impl RowError {
    /// What is wrong and what to do.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Cell(error) => error.text(language),
            Self::Twice(line) => language.import_twice(*line),
            Self::Width(has, needs) => language.import_width(*has, *needs),
        }
    }
}

/// Why a file was not read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// It is larger than [`FILE_BYTES_MAX`].
    TooLarge,
    /// It is neither UTF-8 nor CP932.
    NotText,
    /// It has no heading or no row.
    Empty,
    /// It has more than [`ROWS_MAX`] rows.
    TooManyRows,
    /// A heading names no column; the heading as written.
    UnknownHeading(String),
    /// Two headings name one column.
    HeadingTwice(&'static Column),
    /// A required column is not in the file.
    MissingColumn(&'static Column),
    /// It is not CSV from that line on.
    NotCsv(u64),
    /// It looks like a workbook and cannot be read as one.
    NotWorkbook,
    /// It is a workbook with a password.
    Encrypted,
    /// It is a workbook of Excel 97 to 2003.
    OldExcel,
    /// It is a workbook that unpacks to more than [`UNPACKED_BYTES_MAX`].
    Unpacked,
    /// It is a workbook with something beyond [`COLUMNS_MAX`] columns.
    TooManyColumns,
    /// A formula on that line gave an error, such as `#N/A`.
    BrokenCell(u64, String),
}

impl FileError {
    /// What is wrong and what to do.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::TooLarge => language.import_too_large(FILE_BYTES_MAX >> 20),
            Self::NotText => language.import_not_text(),
            Self::Empty => language.import_empty(),
            Self::TooManyRows => language.import_too_many_rows(ROWS_MAX),
            Self::UnknownHeading(heading) => language.import_unknown_heading(heading),
            Self::HeadingTwice(column) => language.import_heading_twice(&(column.label)(language)),
            Self::MissingColumn(column) => language.import_missing_column(&(column.label)(language)),
            Self::NotCsv(line) => language.import_not_csv(*line),
            Self::NotWorkbook => language.import_not_workbook(),
            Self::Encrypted => language.import_encrypted(),
            Self::OldExcel => language.import_old_excel(),
            Self::Unpacked => language.import_unpacked(UNPACKED_BYTES_MAX >> 20),
            Self::TooManyColumns => language.import_too_many_columns(COLUMNS_MAX),
            Self::BrokenCell(line, text) => language.import_broken_cell(*line, text),
        }
    }
}

impl From<NotText> for FileError {
    fn from(_: NotText) -> Self {
        Self::NotText
    }
}

/// Reads a file. References are kept as what they refer to is called; whether it is there is asked by
/// [`ReadFile::check`].
pub fn read(definition: &Definition, names: &Names, bytes: &[u8]) -> Result<ReadFile, FileError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    let titles =
        [definition.slug.to_owned(), title(definition, Language::Japanese), title(definition, Language::English)];
    let Table { source, rows } = Table::read(bytes, &titles)?;
    let place = Headings::place(definition, &rows).ok_or(FileError::Empty)?;
    let mut rows = rows.into_iter().skip(place);
    let (_, heading) = rows.next().ok_or(FileError::Empty)?;
    let headings = Headings::read(definition, &heading)?;
    let mut file = ReadFile {
        source,
        columns: headings.columns.iter().map(|(_, column)| column.name).collect(),
        rows: Vec::new(),
        errors: Vec::new(),
        errors_left: 0,
    };
    let mut seen = BTreeMap::new();
    for (line, record) in rows {
        if file.rows.len() >= ROWS_MAX {
            return Err(FileError::TooManyRows);
        }
        file.take(definition, names, &headings, &record, line, &mut seen);
    }
    if file.rows.is_empty() && file.errors.is_empty() {
        return Err(FileError::Empty);
    }
    Ok(file)
}

fn title(definition: &Definition, language: Language) -> String {
    (definition.title)(language)
}

impl ReadFile {
    fn take(
        &mut self,
        definition: &Definition,
        names: &Names,
        headings: &Headings,
        record: &csv::StringRecord,
        line: u64,
        seen: &mut BTreeMap<Vec<String>, u64>,
    ) {
        let beyond = record.iter().skip(headings.width).any(|cell| !cell.trim().is_empty());
        if beyond {
            self.refuse(LineError { line, column: None, error: RowError::Width(record.len(), headings.width) });
            return;
        }
        let guarded = matches!(self.source, Source::Csv(_));
        let typed = |wanted: &'static Column| {
            let (at, _) = headings.columns.iter().find(|(_, column)| column.name == wanted.name)?;
            let cell = record.get(*at)?;
            Some(if guarded { unguarded(cell) } else { timeless(wanted, cell) }.to_owned())
        };
        match Row::read(definition, typed).map(|row| names.resolve(definition, &row)) {
            Ok(row) => match seen.insert(row.key(definition), line) {
                Some(first) => self.refuse(LineError { line, column: None, error: RowError::Twice(first) }),
                None => self.rows.push((line, row)),
            },
            Err(errors) => {
                for error in errors {
                    let column = definition.column(error.column);
                    self.refuse(LineError { line, column, error: RowError::Cell(error.error) });
                }
            }
        }
    }

    /// Refuses references to what is not there, unless the open row said so before, and approvals that nobody gave.
    pub fn check(&mut self, definition: &Definition, names: &Names, plan: &Plan) {
        let added = plan.added.iter().map(|(line, row)| (*line, row, None));
        let changed = plan.changed.iter().map(|changed| (changed.line, &changed.after, Some(&changed.before)));
        let mut found: Vec<(u64, ColumnError)> = added
            .chain(changed)
            .flat_map(|(line, row, before)| {
                let by_hand = approval::check(definition, before, row);
                names.check(definition, row, before).into_iter().chain(by_hand).map(move |error| (line, error))
            })
            .collect();
        found.sort_by_key(|(line, _)| *line);
        for (line, error) in found {
            let column = definition.column(error.column);
            self.refuse(LineError { line, column, error: RowError::Cell(error.error) });
        }
    }

    fn refuse(&mut self, error: LineError) {
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(error);
        } else {
            self.errors_left += 1;
        }
    }
}

/// A date in a sheet may have a time of day behind it, which is no part of a day.
fn timeless<'a>(column: &Column, cell: &'a str) -> &'a str {
    match cell.rsplit_once(' ') {
        Some((day, time)) if matches!(column.input, Input::Day | Input::LastDay) && is_time(time) => day,
        _ => cell,
    }
}

fn is_time(text: &str) -> bool {
    text.contains(':') && text.bytes().all(|b| b.is_ascii_digit() || b == b':')
}

/// A file's first row.
struct Headings {
    /// The columns it names, with the places of their cells.
    columns: Vec<(usize, &'static Column)>,
    /// How many headings there are. Empty ones name nothing; a file may have any number of them.
    width: usize,
}

impl Headings {
    /// The row that names the most columns among those at the start of a file: titles may stand above it. Where
    /// none names any, the first is to say what was not found.
    fn place(definition: &Definition, rows: &[(u64, csv::StringRecord)]) -> Option<usize> {
        let headings = definition.headings();
        let named = |(_, record): &(u64, csv::StringRecord)| {
            record.iter().filter(|cell| headings.contains_key(&fold(unguarded(cell)))).count()
        };
        let counts = rows.iter().take(HEADING_ROWS_MAX).map(named).enumerate();
        counts.rev().max_by_key(|(_, count)| *count).map(|(place, _)| place)
    }

    fn read(definition: &Definition, record: &csv::StringRecord) -> Result<Self, FileError> {
        let headings = definition.headings();
        let mut columns: Vec<(usize, &'static Column)> = Vec::new();
        for (at, heading) in record.iter().map(unguarded).enumerate().filter(|(_, heading)| !heading.trim().is_empty())
        {
            let Some(&column) = headings.get(&fold(heading)) else {
                return Err(FileError::UnknownHeading(heading.trim().chars().take(40).collect()));
            };
            if columns.iter().any(|(_, other)| other.name == column.name) {
                return Err(FileError::HeadingTwice(column));
            }
            columns.push((at, column));
        }
        let missing = |column: &&Column| {
            let key = definition.key.contains(&column.name) && column.default.is_empty();
            (column.required || key) && !columns.iter().any(|(_, other)| other.name == column.name)
        };
        match definition.columns.iter().find(missing) {
            Some(column) => Err(FileError::MissingColumn(column)),
            None => Ok(Self { columns, width: record.len() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::encoding::{self, Encoding};
    use super::*;
    use proptest::prelude::*;

    fn devices() -> &'static Definition {
        Definition::by_slug("devices").unwrap()
    }

    #[test]
    fn a_file_saved_by_a_spreadsheet_is_read() {
        let text = "\u{feff}名称,MACアドレス,状態,患者情報,設置場所,備考\r\n\
                    血圧計 BP-07,00-1B-44-11-3A-B7,使用中,はい,2F,\"一行目\r\n二行目\"\r\n\
                    体重計,001B.4411.3AB8,使用停止,,,\"「\"\"旧\"\"」\"\r\n,,,,,\r\n,,,,,,\r\n";
        let file = read(devices(), &Names::default(), text.as_bytes()).unwrap();
        assert_eq!((file.rows.len(), file.errors.len(), &file.source), (2, 0, &Source::Csv(Encoding::Utf8)));
        assert_eq!(file.rows[0].1.get("note"), "一行目\n二行目");
        assert_eq!((file.rows[1].0, file.rows[1].1.get("note")), (4, "「\"旧\"」"));
        let cp932 = encoding::encode(&text[3..], Encoding::Cp932).unwrap();
        let again = read(devices(), &Names::default(), &cp932).unwrap();
        assert_eq!((again.rows, again.source), (file.rows, Source::Csv(Encoding::Cp932)));
    }

    #[test]
    fn titles_may_stand_above_the_headings() {
        let rows = "ＭＡＣ アドレス,名称,状 態\n00:1b:44:11:3a:b7,名称,使用中\n";
        let read = |above: usize, rows: &str| {
            let text = format!("{}{rows}", "IoT機器台帳,2026年\n\n".repeat(above));
            read(devices(), &Names::default(), text.as_bytes())
        };
        for above in [0, 1, 9] {
            let file = read(above, rows).unwrap();
            assert_eq!((file.rows.len(), file.errors.len()), (1, 0), "{above}");
        }
        assert_eq!(read(10, rows), Err(FileError::UnknownHeading("IoT機器台帳".into())));
        assert_eq!(read(1, "名称,MACアドレス,状態,番号\n"), Err(FileError::UnknownHeading("番号".into())));
    }

    #[test]
    fn errors_name_line_and_column() {
        let text = "mac,name,status\n00:1b:44:11:3a:b7,a,in_use\nbad,,in_use\n00-1B-44-11-3A-B7,b,retired\n1,2,3,4\n";
        let file = read(devices(), &Names::default(), text.as_bytes()).unwrap();
        let told: Vec<(u64, Option<&str>)> = file.errors.iter().map(|e| (e.line, e.column.map(|c| c.name))).collect();
        assert_eq!(told, [(3, Some("name")), (3, Some("mac")), (4, None), (5, None)]);
        assert_eq!(file.errors[2].error, RowError::Twice(2));
        assert_eq!(file.errors[3].error, RowError::Width(4, 3));
    }

    #[test]
    fn files_that_are_something_else_are_refused_whole() {
        let open = b"mac,name,status,note\n00:1b:44:11:3a:b7,a,in_use,\n00:1b:44:11:3a:b8,b,in_use,\"x\n00:1b:44:11:3a:b9,c,in_use,\n";
        assert_eq!(read(devices(), &Names::default(), open), Err(FileError::NotCsv(3)));
        let large = vec![b'a'; FILE_BYTES_MAX + 1];
        let cases: [(&[u8], FileError); 6] = [
            (b"", FileError::Empty),
            (b"mac,name,status\r\n,,\r\n", FileError::Empty),
            (b"mac,name,status,password\r\n", FileError::UnknownHeading("password".into())),
            (b"PK\x03\x04\x00", FileError::NotWorkbook),
            (b"\x82", FileError::NotText),
            (&large, FileError::TooLarge),
        ];
        for (bytes, error) in cases {
            assert_eq!(read(devices(), &Names::default(), bytes).unwrap_err(), error);
        }
        let column = |error| match error {
            Err(FileError::MissingColumn(column) | FileError::HeadingTwice(column)) => column.name,
            other => panic!("{other:?}"),
        };
        assert_eq!(column(read(devices(), &Names::default(), b"name,status\r\na,in_use\r\n")), "mac");
        assert_eq!(column(read(devices(), &Names::default(), b"name,name\r\n")), "name");
    }

    #[test]
    fn errors_are_bounded_and_the_rest_counted() {
        let text = format!("mac,name,status\n{}", "x,a,in_use\n".repeat(150));
        let file = read(devices(), &Names::default(), text.as_bytes()).unwrap();
        assert_eq!((file.errors.len(), file.errors_left), (100, 50));
    }

    #[test]
    fn a_file_of_empty_headings_is_read_in_one_pass() {
        let text = format!("mac,name,status{}\n{}", ",".repeat(1 << 10), "x,a,in_use\n".repeat(900));
        let file = read(devices(), &Names::default(), text.as_bytes()).unwrap();
        assert_eq!((file.errors.len(), file.errors_left), (100, 800));
    }

    proptest! {
        #[test]
        fn never_panics_on_arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            for definition in Definition::all() {
                let _ = read(definition, &Names::default(), &bytes);
                let _ = read(definition, &Names::default(), &[b"mac,name,status\n", bytes.as_slice()].concat());
            }
        }
    }
}
