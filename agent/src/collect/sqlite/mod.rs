//! Reading one table of an SQLite database file, without its library. See <https://www.sqlite.org/fileformat2.html>.
//!
//! Only what is needed: tables with row numbers, in UTF-8, whose rows fit on their page, and the beginnings of bytes that do
//! not ([`blobs`]). Of a large database only the pages of the table that is asked for are read. What a write-ahead log beside
//! the file holds is not in the file: the caller has to look for one.

pub mod blobs;
pub mod writer;

use std::borrow::Cow;

use thiserror::Error;

use crate::host::ReadError;

/// The most rows of a table that are read.
const ROWS_MAX: usize = 500_000;
/// The most pages of a table that are read.
const PAGES_MAX: u64 = 100_000;
/// How deep the tree of a table's pages may be. Even with two branches a page, more would be beyond [`ROWS_MAX`].
const DEPTH_MAX: u8 = 20;

/// How a database begins.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";
/// What stands on the first page before its own head.
pub(super) const HEADER_BYTES: usize = 100;
/// The kinds of a table's pages: of rows, and of pages below.
pub(super) const LEAF: u8 = 13;
pub(super) const INTERIOR: u8 = 5;

/// Why a database cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SqliteError {
    /// It is no database.
    #[error("it is no SQLite database")]
    NotSqlite,
    /// It has no such table.
    #[error("it has no table {0}")]
    NoTable(String),
    /// A page of it is damaged, or of a kind that is not read.
    #[error("page {0} is damaged or of a form that is not read")]
    Page(u32),
    /// A page cannot be read.
    #[error("{0}")]
    Read(ReadError),
    /// More rows than are read.
    #[error("more than {ROWS_MAX} rows")]
    TooMany,
}

/// A value of a row. Numbers with a fraction and bytes are not asked for and read as nothing; bytes can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text; bytes that are no UTF-8 are replaced.
    Text(String),
    /// Bytes, to be written.
    Bytes(Vec<u8>),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<String>,
    /// Its rows, in the order of its columns. A row from before a column was added is shorter.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// The place of a column in a row; names in any case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.eq_ignore_ascii_case(name))
    }
}

/// Reads a table of a database; its name in any case.
pub fn table(database: &[u8], name: &str) -> Result<Table, SqliteError> {
    let read = |at: u64, length: usize| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let end = at.saturating_add(length).min(database.len());
        Ok(Cow::Borrowed(database.get(at..end).unwrap_or_default()))
    };
    named(&File::open(&read)?.of_bytes(database.len()), name)
}

/// What gives so many bytes of a database from an offset; fewer at its end.
pub type Bytes<'a> = &'a dyn Fn(u64, usize) -> Result<Cow<'a, [u8]>, ReadError>;

/// Reads a table of a database that is read page by page.
pub fn table_of(database: Bytes<'_>, name: &str) -> Result<Table, SqliteError> {
    named(&File::open(database)?, name)
}

fn named(file: &File<'_>, name: &str) -> Result<Table, SqliteError> {
    let (root, columns) = file.find(name)?;
    Ok(Table { columns, rows: file.rows(root)? })
}

/// The names of the columns in a `CREATE TABLE` statement without constraints of their own lines.
fn columns(definition: &str) -> Vec<String> {
    let inner = definition.split_once('(').map_or("", |(_, rest)| rest);
    let inner = inner.rsplit_once(')').map_or(inner, |(before, _)| before);
    let first_word =
        |column: &str| column.split_whitespace().next().map(|name| name.trim_matches(['"', '`', '[', ']']).to_owned());
    inner.split(',').filter_map(first_word).collect()
}

struct File<'a> {
    bytes: Bytes<'a>,
    page_bytes: usize,
    pages: u64,
    /// A page without what is kept free for extensions.
    usable_bytes: usize,
}

impl<'a> File<'a> {
    fn open(bytes: Bytes<'a>) -> Result<Self, SqliteError> {
        let header = bytes(0, HEADER_BYTES).map_err(SqliteError::Read)?;
        let read = || {
            let header = header.get(..HEADER_BYTES)?;
            header.starts_with(MAGIC).then_some(())?;
            let page_bytes = match unsigned(header, 16, 2)? {
                1 => 65_536,
                size => size,
            };
            let encoding = unsigned(header, 56, 4)?;
            let page_bytes = usize::try_from(page_bytes).ok()?;
            let usable_bytes = page_bytes.checked_sub(usize::from(*header.get(20)?))?;
            // An empty database has not settled its encoding.
            let sound = page_bytes.is_power_of_two() && page_bytes >= 512 && usable_bytes >= 480 && encoding <= 1;
            // Databases of old writers do not tell how long they are.
            let pages = unsigned(header, 28, 4).filter(|pages| *pages > 0).unwrap_or(PAGES_MAX).min(PAGES_MAX);
            sound.then_some(Self { bytes, page_bytes, pages, usable_bytes })
        };
        read().ok_or(SqliteError::NotSqlite)
    }

    /// The same, which has no more pages than so many bytes hold.
    fn of_bytes(self, bytes: usize) -> Self {
        let pages = u64::try_from(bytes / self.page_bytes).unwrap_or(PAGES_MAX).min(PAGES_MAX);
        Self { pages, ..self }
    }

    /// The first page of a table, and its columns.
    fn find(&self, name: &str) -> Result<(u32, Vec<String>), SqliteError> {
        // The first page is the root of the table of tables: type, name, table, root page, definition.
        let tables = self.rows(1)?;
        let found = tables.iter().find_map(|row| match row.as_slice() {
            [Value::Text(kind), Value::Text(found), _, Value::Integer(root), Value::Text(definition), ..]
                if kind == "table" && found.eq_ignore_ascii_case(name) =>
            {
                Some((u32::try_from(*root).ok()?, columns(definition)))
            }
            _ => None,
        });
        found.ok_or_else(|| SqliteError::NoTable(name.to_owned()))
    }

    /// The rows of the tree below a page.
    fn rows(&self, root: u32) -> Result<Vec<Vec<Value>>, SqliteError> {
        let mut rows = Vec::new();
        self.leaves(root, &mut |number, page| {
            rows.extend(self.rows_of(page).ok_or(SqliteError::Page(number))?);
            if rows.len() > ROWS_MAX { Err(SqliteError::TooMany) } else { Ok(()) }
        })?;
        Ok(rows)
    }

    /// Gives `take` the cells of each page of rows in the tree below a page.
    fn leaves(
        &self,
        root: u32,
        take: &mut dyn FnMut(u32, &Cells<'_>) -> Result<(), SqliteError>,
    ) -> Result<(), SqliteError> {
        // Each page is in one tree once: more visits than pages are a ring.
        let mut visits = self.pages;
        let mut pages = vec![(root, 0)];
        while let Some((number, depth)) = pages.pop() {
            let damaged = || SqliteError::Page(number);
            visits = visits.checked_sub(1).filter(|_| depth < DEPTH_MAX).ok_or_else(damaged)?;
            let page = self.read_page(number)?;
            match self.page(number, &page).ok_or_else(damaged)? {
                Page::Leaf(cells) => take(number, &cells)?,
                Page::Interior(children) => pages.extend(children.into_iter().rev().map(|child| (child, depth + 1))),
            }
            if u64::try_from(pages.len()).unwrap_or(u64::MAX) > visits {
                return Err(SqliteError::Page(number));
            }
        }
        Ok(())
    }

    fn read_page(&self, number: u32) -> Result<Cow<'_, [u8]>, SqliteError> {
        let page_bytes = u64::try_from(self.page_bytes).unwrap_or(u64::MAX);
        let at = u64::from(number).checked_sub(1).and_then(|before| before.checked_mul(page_bytes));
        (self.bytes)(at.ok_or(SqliteError::Page(number))?, self.page_bytes).map_err(SqliteError::Read)
    }

    /// The rows in cells. Cells do not overlap: those of a sound page are together no longer than the page.
    fn rows_of(&self, cells: &Cells<'_>) -> Option<Vec<Vec<Value>>> {
        let mut left = self.usable_bytes;
        let mut row = |cell: &usize| {
            let (row, length) = self.row(cells.page.get(*cell..)?)?;
            left = left.checked_sub(length)?;
            Some(row)
        };
        cells.places.iter().map(&mut row).collect()
    }

    fn page<'p>(&self, number: u32, page: &'p [u8]) -> Option<Page<'p>> {
        let page = page.get(..self.page_bytes)?.get(..self.usable_bytes)?;
        let header = if number == 1 { HEADER_BYTES } else { 0 };
        let cells = usize::try_from(unsigned(page, header + 3, 2)?).ok()?;
        let kind = *page.get(header)?;
        let places = header + if kind == INTERIOR { 12 } else { 8 };
        let cell = |index: usize| usize::try_from(unsigned(page, places + 2 * index, 2)?).ok();
        match kind {
            LEAF => {
                let places = (0..cells).map(cell).collect::<Option<_>>()?;
                Some(Page::Leaf(Cells { page, places }))
            }
            INTERIOR => {
                let child = |at: usize| u32::try_from(unsigned(page, at, 4)?).ok();
                let children = (0..cells).map(|index| child(cell(index)?)).chain([child(header + 8)]);
                children.collect::<Option<_>>().map(Page::Interior)
            }
            _ => None,
        }
    }

    /// The row in a cell (its length, its number and its values) with the length of its values. One that goes on in other
    /// pages is not read.
    fn row(&self, mut cell: &[u8]) -> Option<(Vec<Value>, usize)> {
        let length = usize::try_from(varint(&mut cell)?).ok().filter(|length| *length <= self.usable_bytes - 35)?;
        varint(&mut cell)?;
        let record = cell.get(..length)?;
        let mut types = record;
        let header_bytes = usize::try_from(varint(&mut types)?).ok()?;
        let mut values = record.get(header_bytes..)?;
        let mut types = types.get(..types.len().checked_sub(values.len())?)?;
        let mut row = Vec::new();
        while !types.is_empty() {
            row.push(value(varint(&mut types)?, &mut values)?);
        }
        Some((row, length))
    }
}

enum Page<'p> {
    Leaf(Cells<'p>),
    Interior(Vec<u32>),
}

/// The cells of a page of rows.
struct Cells<'p> {
    page: &'p [u8],
    places: Vec<usize>,
}

/// Takes a value of that type.
fn value(kind: u64, values: &mut &[u8]) -> Option<Value> {
    let length = match kind {
        0 | 8 | 9 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => (kind - 12) / 2,
    };
    let (bytes, rest) = values.split_at_checked(usize::try_from(length).ok()?)?;
    *values = rest;
    Some(match kind {
        1..=6 => Value::Integer(signed(bytes)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        13.. if kind % 2 == 1 => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        _ => Value::Null,
    })
}

/// A number of up to eight bytes, the most significant first, in two's complement.
fn signed(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |number, byte| number << 8 | i64::from(*byte))
}

fn unsigned(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    Some(field.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Takes a number of seven bits a byte, the most significant first; the ninth byte counts whole.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for index in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if index == 8 {
            return Some(number << 8 | u64::from(*byte));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LASTLOG2: &[u8] = include_bytes!("../../../tests/samples/accounts/lastlog2.db");
    const WTMPDB: &[u8] = include_bytes!("../../../tests/samples/accounts/wtmp.db");

    #[test]
    fn a_small_table() {
        let table = table(LASTLOG2, "lastlog2").unwrap();
        assert_eq!(
            (table.column("name"), table.column("TIME"), table.column("service"), table.column("x")),
            (Some(0), Some(1), Some(4), None)
        );
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[0][..2], [Value::Text("hanako".to_owned()), Value::Integer(1_795_309_200)]);
        assert_eq!(table.rows[1][3], Value::Null);
    }

    #[test]
    fn a_table_of_many_pages_in_order() {
        let table = table(WTMPDB, "wtmp").unwrap();
        assert_eq!(table.rows.len(), 205);
        let logins: Vec<_> = table.rows.iter().map(|row| row[3].clone()).collect();
        assert_eq!(logins[4], Value::Integer(1_780_000_000_000_000));
        assert_eq!(logins[204], Value::Integer(1_780_000_200_000_000));
    }

    #[test]
    fn what_is_no_database_or_lacks_the_table() {
        assert_eq!(table(b"", "a"), Err(SqliteError::NotSqlite));
        assert_eq!(table(MAGIC, "a"), Err(SqliteError::NotSqlite));
        assert_eq!(table(&[0; 8_192], "a"), Err(SqliteError::NotSqlite));
        assert_eq!(table(LASTLOG2, "wtmp"), Err(SqliteError::NoTable("wtmp".to_owned())));
    }

    #[test]
    fn a_database_that_was_cut() {
        assert!(matches!(table(WTMPDB.get(..4_096).unwrap(), "wtmp"), Err(SqliteError::Page(_))));
        assert_eq!(table(WTMPDB.get(..100).unwrap(), "wtmp"), Err(SqliteError::Page(1)));
    }

    #[test]
    fn a_ring_of_pages_ends() {
        let mut ring = WTMPDB.to_vec();
        // The second page becomes an inner page without cells whose last child is itself.
        ring[512..524].copy_from_slice(&[INTERIOR, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(table(&ring, "wtmp"), Err(SqliteError::Page(2)));
    }

    #[test]
    fn cells_that_share_their_bytes_are_damage() {
        // The second page becomes a leaf whose cells are all the same one, as long as a tenth of the page.
        let with_cells = |count: u8| {
            let mut database = WTMPDB.to_vec();
            let page = &mut database[512..1_024];
            page[..8].copy_from_slice(&[LEAF, 0, 0, 0, count, 0, 0, 0]);
            page[8..208].copy_from_slice(&[1, 0x90].repeat(100));
            page[400..404].copy_from_slice(&[59, 1, 2, 127]);
            page[404..461].fill(b'a');
            table(&database, "wtmp").map(|table| table.rows.len())
        };
        assert_eq!(with_cells(1), Ok(1));
        assert_eq!(with_cells(8), Ok(8));
        assert_eq!(with_cells(100), Err(SqliteError::Page(2)));
    }

    #[test]
    fn numbers_as_sqlite_packs_them() {
        let varint = |mut bytes: &[u8]| varint(&mut bytes);
        assert_eq!(varint(&[0x7f]), Some(127));
        assert_eq!(varint(&[0x81, 0]), Some(128));
        assert_eq!(varint(&[0xff; 9]), Some(u64::MAX));
        assert_eq!(varint(&[0x80]), None);
        assert_eq!(signed(&[0xff, 0xfe]), -2);
        assert_eq!(signed(&[0x7f]), 127);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = table(&bytes, "wtmp");
        }

        #[test]
        fn never_panics_on_damage(at in 16..WTMPDB.len(), byte in any::<u8>(), cut in 0..WTMPDB.len()) {
            let mut bytes = WTMPDB.to_vec();
            bytes[at] = byte;
            let _ = table(&bytes, "wtmp");
            let _ = table(bytes.get(..cut).unwrap(), "wtmp");
        }

        #[test]
        fn never_panics_on_definitions(definition in ".{0,80}") {
            let _ = columns(&definition);
        }
    }
}
