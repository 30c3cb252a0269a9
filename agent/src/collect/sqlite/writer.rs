//! Writing an SQLite database file of a few tables, without its library. See <https://www.sqlite.org/fileformat2.html>.
//!
//! Recordings need it, from which the columns that nobody reads are to be gone.

use super::{HEADER_BYTES, INTERIOR, LEAF, MAGIC, Value};

/// The smallest page: recordings of small databases stay small.
const PAGE_BYTES: usize = 512;
/// Version 3.46, whose form this is.
const VERSION: u32 = 3_046_000;

/// A table to be written: its name, its columns, which are words, and its rows.
pub type Written<'a> = (&'a str, &'a [&'a str], &'a [Vec<Value>]);

/// A database whose table `name` has these rows in its columns, which are words; nothing where a row does not fit on a page.
pub fn write(name: &str, columns: &[&str], rows: &[Vec<Value>]) -> Option<Vec<u8>> {
    write_all(&[(name, columns, rows)])
}

/// A database of these tables; nothing where a row does not fit on a page, or the tables not on the first.
pub fn write_all(tables: &[Written<'_>]) -> Option<Vec<u8>> {
    // The first page is the table of tables, written when their own roots are known.
    let mut pages = vec![Vec::new()];
    let mut cells = Vec::new();
    for (number, (name, columns, rows)) in (1..).zip(tables) {
        let mut below = leaves(rows, &mut pages)?;
        while below.len() > 1 {
            below = interiors(&below, &mut pages)?;
        }
        let (root, _) = *below.first()?;
        let definition = format!("CREATE TABLE {name}({})", columns.join(", "));
        let [kind, name] = ["table", name].map(|text| Value::Text(text.to_owned()));
        let of_tables = [kind, name.clone(), name, Value::Integer(i64::from(root)), Value::Text(definition)];
        cells.push(leaf_cell(number, &of_tables)?);
    }
    let pages_count = u32::try_from(pages.len()).ok()?;
    let first = pages.first_mut()?;
    *first = page(LEAF, &cells, None, &header(pages_count))?;
    Some(pages.concat())
}

/// Pages of rows, each with its number and the number of its last row.
fn leaves(rows: &[Vec<Value>], pages: &mut Vec<Vec<u8>>) -> Option<Vec<(u32, u64)>> {
    let mut made = Vec::new();
    let mut cells = Vec::new();
    let mut free = room(LEAF);
    let mut number = 0;
    for row in rows {
        let cell = leaf_cell(number + 1, row)?;
        if cell.len() + 2 > free {
            made.push((add(pages, page(LEAF, &std::mem::take(&mut cells), None, &[])?)?, number));
            free = room(LEAF);
        }
        free = free.checked_sub(cell.len() + 2)?;
        cells.push(cell);
        number += 1;
    }
    made.push((add(pages, page(LEAF, &cells, None, &[])?)?, number));
    Some(made)
}

/// Pages that lead to those below.
fn interiors(below: &[(u32, u64)], pages: &mut Vec<Vec<u8>>) -> Option<Vec<(u32, u64)>> {
    // A page's number, and the number of a row in at most nine bytes.
    let per_page = room(INTERIOR) / (4 + 9 + 2) + 1;
    let mut made = Vec::new();
    for group in below.chunks(per_page) {
        let ((last, number), before) = group.split_last()?;
        let cells: Vec<Vec<u8>> =
            before.iter().map(|(page, row)| [page.to_be_bytes().as_slice(), &varint(*row)].concat()).collect();
        made.push((add(pages, page(INTERIOR, &cells, Some(*last), &[])?)?, *number));
    }
    Some(made)
}

/// Adds a page; its number.
fn add(pages: &mut Vec<Vec<u8>>, page: Vec<u8>) -> Option<u32> {
    pages.push(page);
    u32::try_from(pages.len()).ok()
}

fn head_bytes(kind: u8) -> usize {
    if kind == INTERIOR { 12 } else { 8 }
}

fn room(kind: u8) -> usize {
    PAGE_BYTES - head_bytes(kind)
}

/// A page of cells: their places follow its head, they themselves end with the page.
fn page(kind: u8, cells: &[Vec<u8>], last: Option<u32>, before: &[u8]) -> Option<Vec<u8>> {
    let content = cells.iter().map(Vec::len).sum::<usize>();
    let mut at = PAGE_BYTES.checked_sub(content)?;
    let mut page = before.to_vec();
    page.push(kind);
    page.extend([0, 0]);
    page.extend(u16::try_from(cells.len()).ok()?.to_be_bytes());
    page.extend(u16::try_from(at).ok()?.to_be_bytes());
    page.push(0);
    page.extend(last.iter().flat_map(|last| last.to_be_bytes()));
    for cell in cells {
        page.extend(u16::try_from(at).ok()?.to_be_bytes());
        at += cell.len();
    }
    let free = PAGE_BYTES.checked_sub(content)?.checked_sub(page.len())?;
    page.extend(vec![0; free]);
    page.extend(cells.concat());
    Some(page)
}

/// A row as it is on a page: its length, its number, the kinds of its values, the values.
fn leaf_cell(number: u64, row: &[Value]) -> Option<Vec<u8>> {
    let mut kinds = Vec::new();
    let mut values = Vec::new();
    for value in row {
        match value {
            Value::Null => kinds.extend(varint(0)),
            Value::Integer(number) => {
                kinds.extend(varint(6));
                values.extend(number.to_be_bytes());
            }
            Value::Text(text) => {
                kinds.extend(varint(u64::try_from(text.len()).ok()?.checked_mul(2)?.checked_add(13)?));
                values.extend(text.as_bytes());
            }
            Value::Bytes(bytes) => {
                kinds.extend(varint(u64::try_from(bytes.len()).ok()?.checked_mul(2)?.checked_add(12)?));
                values.extend(bytes);
            }
        }
    }
    // The length of the kinds counts itself, in one byte for the few columns there are.
    let header = u8::try_from(kinds.len() + 1).ok().filter(|length| *length < 0x80)?;
    let length = kinds.len() + 1 + values.len();
    // A longer row would go on in other pages.
    (length <= PAGE_BYTES - 35).then_some(())?;
    Some([varint(u64::try_from(length).ok()?), varint(number), vec![header], kinds, values].concat())
}

/// Seven bits a byte, the most significant first. Numbers of more than 56 bits are none of this file's.
fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let more = if bytes.is_empty() { 0 } else { 0x80 };
        bytes.insert(0, u8::try_from(number & 0x7f).unwrap_or_default() | more);
        number >>= 7;
        if number == 0 {
            return bytes;
        }
    }
}

/// The file's header, for a database in UTF-8 without a write-ahead log.
fn header(pages: u32) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend(u16::try_from(PAGE_BYTES).unwrap_or_default().to_be_bytes());
    // Versions of the form, nothing kept free, and fixed shares of pages.
    header.extend([1, 1, 0, 64, 32, 32]);
    // A count of changes, the pages, none of them free, a count of definitions and the form of these, and UTF-8.
    let numbers = [1, pages, 0, 0, 1, 4, 0, 0, 1];
    header.extend(numbers.iter().flat_map(|number: &u32| number.to_be_bytes()));
    header.resize(HEADER_BYTES - 8, 0);
    header.extend([1, VERSION].iter().flat_map(|number: &u32| number.to_be_bytes()));
    header
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::table;
    use super::*;

    fn rows(count: i64) -> Vec<Vec<Value>> {
        (0..count).map(|n| vec![Value::Text(format!("user{n}")), Value::Integer(n), Value::Null]).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        for count in [0, 1, 20, 700, 40_000] {
            let database = write("wtmp", &["User", "Login", "Other"], &rows(count)).unwrap();
            let read = table(&database, "wtmp").unwrap();
            assert_eq!(read.rows, rows(count), "{count}");
            assert_eq!((read.column("User"), read.column("Other")), (Some(0), Some(2)));
            assert!(table(&database, "other").is_err());
        }
    }

    #[test]
    fn a_row_that_fits_on_no_page_is_refused() {
        let row = |length: usize| vec![vec![Value::Text("a".repeat(length))]];
        assert!(write("t", &["a"], &row(470)).is_some());
        assert_eq!(write("t", &["a"], &row(500)), None);
        assert_eq!(write("t", &[&"a".repeat(600)], &[]), None);
    }

    #[test]
    fn numbers_as_sqlite_packs_them() {
        assert_eq!((varint(0), varint(127), varint(128)), (vec![0], vec![0x7f], vec![0x81, 0]));
    }

    proptest! {
        #[test]
        fn any_rows_come_back(texts in proptest::collection::vec((".{0,40}", any::<i64>()), 0..60)) {
            let rows: Vec<_> =
                texts.into_iter().map(|(text, number)| vec![Value::Text(text), Value::Integer(number)]).collect();
            let database = write("t", &["a", "b"], &rows).unwrap();
            prop_assert_eq!(table(&database, "t").unwrap().rows, rows);
        }
    }
}
