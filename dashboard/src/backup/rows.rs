//! Rows as lines of JSON: first the names of the columns, then an array for each row.

use std::collections::BTreeMap;
use std::io::BufRead;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::BackupError;
use crate::store::{Cell, Table};

/// The longest line: far more than the largest file that people attach.
const LINE_BYTES_MAX: u64 = 128 << 20;
/// How bytes are told from text.
const BYTES: &str = "base64";

/// The first line of a table.
pub(super) fn heading(table: &Table) -> Vec<u8> {
    line(table.columns.iter().map(|(name, _)| Value::from(name.as_str())).collect())
}

/// The line of a row.
pub(super) fn row(cells: Vec<Cell>) -> Vec<u8> {
    let value = |cell: Cell| match cell {
        Cell::Null => Value::Null,
        Cell::Number(number) => Value::from(number),
        Cell::Text(text) => Value::from(text),
        Cell::Bytes(bytes) => json!({ BYTES: STANDARD.encode(bytes) }),
    };
    line(cells.into_iter().map(value).collect())
}

fn line(values: Vec<Value>) -> Vec<u8> {
    let mut line = Value::Array(values).to_string().into_bytes();
    line.push(b'\n');
    line
}

/// Reads the rows of a table, in the order of the columns that the database has.
pub(super) struct Rows<'t, R> {
    table: &'t Table,
    /// Where each column of the table stands in a line.
    places: Vec<usize>,
    source: R,
    number: u64,
}

impl<'t, R: BufRead> Rows<'t, R> {
    /// Reads the first line; the columns must be those of the table.
    pub(super) fn new(table: &'t Table, source: R) -> Result<Self, BackupError> {
        let mut rows = Self { table, places: Vec::new(), source, number: 0 };
        let heading = rows.values()?.ok_or_else(|| rows.wrong("it has no first line"))?;
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, name) in heading.iter().enumerate() {
            let name = name.as_str().ok_or_else(|| rows.wrong("a column has no name"))?;
            if places.insert(name, place).is_some() {
                return Err(rows.wrong("a column is there twice"));
            }
        }
        if places.len() != table.columns.len() {
            return Err(rows.wrong("its columns are not those of its schema"));
        }
        let place = |(name, _): &(String, _)| places.get(name.as_str()).copied();
        let found: Option<Vec<usize>> = table.columns.iter().map(place).collect();
        rows.places = found.ok_or_else(|| rows.wrong("its columns are not those of its schema"))?;
        Ok(rows)
    }

    /// The next row; absent after the last.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Cell>>, BackupError> {
        let Some(mut values) = self.values()? else { return Ok(None) };
        if values.len() != self.places.len() {
            return Err(self.wrong("a row has other columns than the first line"));
        }
        let cells: Option<Vec<Cell>> =
            self.places.iter().map(|place| values.get_mut(*place).map(Value::take).and_then(cell)).collect();
        cells.ok_or_else(|| self.wrong("a value is none that a backup has")).map(Some)
    }

    fn values(&mut self) -> Result<Option<Vec<Value>>, BackupError> {
        use std::io::Read as _;
        self.number = self.number.saturating_add(1);
        let mut line = Vec::new();
        let read = (&mut self.source).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        read.map_err(|error| self.wrong(&error.to_string()))?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Err(self.wrong("the line does not end"));
        }
        serde_json::from_slice(&line).map(Some).map_err(|error| self.wrong(&error.to_string()))
    }

    fn wrong(&self, problem: &str) -> BackupError {
        BackupError::Damaged(format!("line {} of the table {}: {problem}", self.number, self.table.name))
    }
}

fn cell(value: Value) -> Option<Cell> {
    match value {
        Value::Null => Some(Cell::Null),
        Value::Number(number) => number.as_i64().map(Cell::Number),
        Value::String(text) => Some(Cell::Text(text)),
        Value::Object(object) if object.len() == 1 => {
            object.get(BYTES)?.as_str().and_then(|text| STANDARD.decode(text).ok()).map(Cell::Bytes)
        }
        Value::Object(_) | Value::Array(_) | Value::Bool(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ColumnKind;

    fn table() -> Table {
        let column = |name: &str, kind| (name.to_owned(), kind);
        let columns =
            vec![column("id", ColumnKind::Number), column("name", ColumnKind::Text), column("body", ColumnKind::Bytes)];
        Table { name: "t".into(), columns }
    }

    fn read(text: &str) -> Result<Vec<Vec<Cell>>, String> {
        let table = table();
        let mut rows = Rows::new(&table, text.as_bytes()).map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(|error| error.to_string())? {
            all.push(row);
        }
        Ok(all)
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let rows = vec![
            vec![Cell::Number(i64::MAX), Cell::Text("改行\n\"と\u{0}".into()), Cell::Bytes(vec![0, 255])],
            vec![Cell::Number(-1), Cell::Null, Cell::Null],
        ];
        let mut text = heading(&table());
        text.extend(rows.iter().cloned().flat_map(row));
        assert_eq!(read(std::str::from_utf8(&text).unwrap()).unwrap(), rows);
    }

    #[test]
    fn columns_are_found_by_name() {
        let found = read("[\"body\",\"id\",\"name\"]\n[null,7,\"a\"]\n").unwrap();
        assert_eq!(found, [[Cell::Number(7), Cell::Text("a".into()), Cell::Null]]);
    }

    #[test]
    fn what_is_no_row_of_the_table_is_refused_with_its_line() {
        let good = "[\"id\",\"name\",\"body\"]\n";
        for (text, said) in [
            (String::new(), "line 1"),
            ("[\"id\",\"name\"]\n".into(), "columns"),
            ("[\"id\",\"name\",\"other\"]\n".into(), "columns"),
            ("[\"id\",\"id\",\"body\"]\n".into(), "twice"),
            (format!("{good}[1,\"a\"]\n"), "line 2"),
            (format!("{good}[1,\"a\",null]"), "does not end"),
            (format!("{good}[1.5,\"a\",null]\n"), "value"),
            (format!("{good}[true,\"a\",null]\n"), "value"),
            (format!("{good}[1,\"a\",{{\"base64\":\"?\"}}]\n"), "value"),
            (format!("{good}[1,\"a\"\n"), "line 2"),
        ] {
            let told = read(&text).unwrap_err();
            assert!(told.contains(said) && told.contains("nothing was changed"), "{text:?}: {told}");
        }
    }
}
