//! Every row of every table, read out and put back: what a backup is made of, whichever database it comes from or goes to.
//!
//! Names of tables and columns are those that the database itself tells, never those of a file.

use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::value::Columns;
use super::{StoreError, Transaction, schema};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// A table with its columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, each with what it holds.
    pub columns: Vec<(String, ColumnKind)>,
}

/// What stands in one place of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The last number that was given to a row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The table.
    pub table: String,
    /// The number.
    pub last: i64,
}

/// Which schema a database has, and which program made it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaMark {
    /// The number of its schema; 0 while there are no tables.
    pub schema: i64,
    /// The version of the program.
    pub program: String,
}

impl Table {
    fn list(&self) -> String {
        self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }
}

impl ColumnKind {
    /// The kind of a type as either database names it.
    fn of(declared: &str) -> Option<Self> {
        match declared.to_ascii_uppercase().as_str() {
            "INTEGER" | "BIGINT" => Some(Self::Number),
            "TEXT" => Some(Self::Text),
            "BLOB" | "BYTEA" => Some(Self::Bytes),
            _ => None,
        }
    }
}

fn cells(table: &Table, row: &AnyRow) -> Result<Vec<Cell>, StoreError> {
    let cell = |(place, (_, kind)): (usize, &(String, ColumnKind))| {
        let read = match kind {
            ColumnKind::Number => row.try_get::<Option<i64>, _>(place)?.map(Cell::Number),
            ColumnKind::Text => row.try_get::<Option<String>, _>(place)?.map(Cell::Text),
            ColumnKind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place)?.map(Cell::Bytes),
        };
        Ok(read.unwrap_or(Cell::Null))
    };
    table.columns.iter().enumerate().map(cell).collect()
}

impl Transaction {
    /// Which schema the database has.
    pub async fn schema_mark(&mut self) -> Result<SchemaMark, StoreError> {
        let (connection, engine) = self.parts();
        schema::mark(connection, engine).await
    }

    /// Every table but the one that says which schema it is, by name.
    pub async fn tables(&mut self) -> Result<Vec<Table>, StoreError> {
        let statement = self.engine.whole().columns;
        let rows = sqlx::query(statement).fetch_all(self.connection()).await?;
        let mut tables: Vec<Table> = Vec::new();
        for row in &rows {
            let columns = Columns::of(row);
            let (table, name) = (columns.text("table_name")?, columns.text("column_name")?);
            let declared = columns.text("type")?;
            let kind = ColumnKind::of(&declared).ok_or_else(|| StoreError::Damaged {
                what: "a column",
                problem: format!("{table}.{name} is of the type {declared}"),
            })?;
            match tables.last_mut().filter(|last| last.name == table) {
                Some(last) => last.columns.push((name, kind)),
                None => tables.push(Table { name: table, columns: vec![(name, kind)] }),
            }
        }
        Ok(tables)
    }

    /// Hands every row of a table on, and returns how many there were.
    pub async fn rows_of<E: From<StoreError>>(
        &mut self,
        table: &Table,
        mut each: impl FnMut(Vec<Cell>) -> Result<(), E>,
    ) -> Result<u64, E> {
        let statement = format!("SELECT {} FROM \"{}\"", table.list(), table.name);
        let mut rows = sqlx::query(AssertSqlSafe(statement)).fetch(self.connection());
        let mut count: u64 = 0;
        while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
            each(cells(table, &row)?)?;
            count = count.saturating_add(1);
        }
        Ok(count)
    }

    /// The last numbers that were given to rows, by table.
    pub async fn counters(&mut self) -> Result<Vec<Counter>, StoreError> {
        let statement = self.engine.whole().counters;
        let rows = sqlx::query(statement).fetch_all(self.connection()).await?;
        let counter = |row: &AnyRow| {
            let columns = Columns::of(row);
            Ok(Counter { table: columns.text("table_name")?, last: columns.int("last")? })
        };
        rows.iter().map(counter).collect()
    }

    /// Readies the tables to be filled: what a new database holds goes, and references are looked at in the end.
    pub async fn begin_filling(&mut self, tables: &[Table]) -> Result<(), StoreError> {
        let defer = self.engine.whole().defer;
        self.connection().execute(defer).await?;
        for table in tables {
            let statement = format!("DELETE FROM \"{}\"", table.name);
            sqlx::query(AssertSqlSafe(statement)).execute(self.connection()).await?;
        }
        self.wrote_registers = true;
        Ok(())
    }

    /// Adds a row as it was read; there must be as many cells as the table has columns.
    pub async fn fill_row(&mut self, table: &Table, row: Vec<Cell>) -> Result<(), StoreError> {
        let places = (1..=table.columns.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
        let numbered = self.engine.whole().numbered;
        let statement = format!("INSERT INTO \"{}\" ({}){numbered} VALUES ({places})", table.name, table.list());
        let mut query = sqlx::query(AssertSqlSafe(statement));
        let mut cells = row.into_iter();
        for (column, kind) in &table.columns {
            query = match (kind, cells.next()) {
                (ColumnKind::Number, Some(Cell::Null)) => query.bind(None::<i64>),
                (ColumnKind::Text, Some(Cell::Null)) => query.bind(None::<String>),
                (ColumnKind::Bytes, Some(Cell::Null)) => query.bind(None::<Vec<u8>>),
                (ColumnKind::Number, Some(Cell::Number(number))) => query.bind(number),
                (ColumnKind::Text, Some(Cell::Text(text))) => query.bind(text),
                (ColumnKind::Bytes, Some(Cell::Bytes(bytes))) => query.bind(bytes),
                (_, other) => {
                    let problem = format!("{}.{column} cannot hold {}", table.name, kind_of(other.as_ref()));
                    return Err(StoreError::Damaged { what: "a row of the backup", problem });
                }
            };
        }
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Rows that are added from now on are numbered after that one.
    pub async fn set_counter(&mut self, counter: &Counter) -> Result<(), StoreError> {
        // A database of which no row was ever numbered has no number to begin after.
        if counter.last < 1 {
            return Ok(());
        }
        for statement in self.engine.whole().set_counter {
            sqlx::query(*statement).bind(counter.table.as_str()).bind(counter.last).execute(self.connection()).await?;
        }
        Ok(())
    }

    /// Ends every session, half-open sign-in and way back from an identity provider, and forgets the links of a first run.
    pub async fn end_all_sessions(&mut self) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM sessions",
            "DELETE FROM half_open",
            "DELETE FROM identity_flows",
            "DELETE FROM first_run_links",
        ] {
            self.connection().execute(statement).await?;
        }
        self.touch();
        Ok(())
    }
}

/// What a cell holds, in words.
const fn kind_of(cell: Option<&Cell>) -> &'static str {
    match cell {
        None => "nothing: the row is too short",
        Some(Cell::Null) => "null",
        Some(Cell::Number(_)) => "a number",
        Some(Cell::Text(_)) => "text",
        Some(Cell::Bytes(_)) => "bytes",
    }
}
