//! One row of a register, as canonical text by column.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use serde_json::{Map, Value};
use tenken_model::Language;

use super::cell::{self, CellError};
use super::definition::{Column, Definition, Input};
use super::fold::fold;
use super::turnout;

/// A row whose cells are all valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    cells: BTreeMap<&'static str, String>,
}

/// What is wrong in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnError {
    /// The column's field name.
    pub column: &'static str,
    /// What is wrong.
    pub error: CellError,
}

impl Row {
    /// The row that was typed, each column's text given by `typed`.
    pub fn read(
        definition: &Definition,
        typed: impl Fn(&'static Column) -> Option<String>,
    ) -> Result<Self, Vec<ColumnError>> {
        let mut cells = BTreeMap::new();
        let mut errors = Vec::new();
        for column in definition.columns {
            match cell::read(column, &typed(column).unwrap_or_default()) {
                Ok(canonical) => {
                    cells.insert(column.name, canonical);
                }
                Err(error) => errors.push(ColumnError { column: column.name, error }),
            }
        }
        let row = Self { cells };
        errors.extend(turnout::problem(definition, &row).filter(|_| errors.is_empty()));
        if errors.is_empty() { Ok(row) } else { Err(errors) }
    }

    /// The row as it is stored. A field that is missing is empty, so that a column added later
    /// can be filled in.
    pub fn from_json(definition: &Definition, stored: &Value) -> Self {
        let cells = definition
            .columns
            .iter()
            .map(|column| {
                (column.name, stored.get(column.name).map_or_else(String::new, |value| cell::from_json(column, value)))
            })
            .collect();
        Self { cells }
    }

    /// The row for the store: an object with the fields of the register's row type.
    pub fn to_json(&self, definition: &Definition) -> Value {
        let fields: Map<String, Value> = definition
            .columns
            .iter()
            .map(|column| (column.name.to_owned(), cell::to_json(column, self.get(column.name))))
            .collect();
        Value::Object(fields)
    }

    /// The canonical text of a column.
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The text of a column as people read it.
    pub fn shown(&self, column: &Column, language: Language) -> String {
        cell::shown(column, self.get(column.name), language)
    }

    /// The text of a column as a form holds it.
    pub fn typed(&self, column: &Column, language: Language) -> String {
        cell::typed(column, self.get(column.name), language)
    }

    /// What makes it the same row as another: its key columns, to the letter, as account names are.
    pub fn key(&self, definition: &Definition) -> Vec<String> {
        definition.key.iter().map(|column| self.get(column).to_owned()).collect()
    }

    /// The key as people read it.
    pub fn name(&self, definition: &Definition) -> String {
        definition.key.iter().map(|column| self.get(column)).collect::<Vec<_>>().join(" / ")
    }

    /// The key in the words of a language: days are written as elsewhere.
    pub fn name_in(&self, definition: &Definition, language: Language) -> String {
        let part = |name: &&'static str| {
            let text = self.get(name);
            let day = definition.column(name).and_then(|column| cell::day(column, text));
            day.map_or_else(|| text.to_owned(), |day| language.day(day.year(), day.month(), day.day()))
        };
        definition.key.iter().map(part).collect::<Vec<_>>().join(" / ")
    }

    /// What people call the row: its key, or its lead column where the key is no text that they chose.
    pub fn called(&self, definition: &Definition) -> String {
        let typed = |name: &&str| definition.column(name).is_some_and(|column| !matches!(column.input, Input::Mac));
        if definition.key.iter().any(typed) { self.name(definition) } else { self.get(definition.lead).to_owned() }
    }

    /// Puts a valid text into a column.
    pub(super) fn set(&mut self, column: &'static str, canonical: String) {
        self.cells.insert(column, canonical);
    }

    /// This row with the columns named taken from another.
    #[must_use]
    pub fn with(&self, other: &Self, columns: &[&'static str]) -> Self {
        let mut cells = self.cells.clone();
        cells.extend(columns.iter().map(|name| (*name, other.get(name).to_owned())));
        Self { cells }
    }

    /// The columns in which two rows differ.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        self.cells.iter().filter(|(name, text)| other.get(name) != text.as_str()).map(|(name, _)| *name).collect()
    }

    /// All its texts as they are searched: folded, as shown in either language, one cell a line.
    pub fn searched(&self, definition: &Definition) -> String {
        let columns = definition.columns.iter().filter(|column| !matches!(column.input, Input::Flag));
        let shown = columns.flat_map(|column| {
            [Language::Japanese, Language::English].map(|language| fold(&self.shown(column, language)))
        });
        let mut lines: Vec<String> = shown.filter(|line| !line.is_empty()).collect();
        lines.dedup();
        lines.join("\n")
    }

    /// Some cell holds every word of the search, as stored or as shown.
    pub fn matches(&self, definition: &Definition, search: &str, language: Language) -> bool {
        search.split_whitespace().map(str::to_lowercase).all(|word| {
            definition.columns.iter().any(|column| {
                !matches!(column.input, Input::Flag) && self.shown(column, language).to_lowercase().contains(&word)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenken_model::register::{AccountRow, BackupRow, DeviceRow};

    fn row(slug: &str, cells: &[(&str, &str)]) -> (&'static Definition, Row) {
        let definition = Definition::by_slug(slug).unwrap();
        let typed = |column: &'static Column| {
            cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
        };
        (definition, Row::read(definition, typed).unwrap())
    }

    #[test]
    fn rows_are_the_rows_that_rules_read() {
        let (accounts, row_a) = row(
            "accounts",
            &[("account", "maint01"), ("kind", "maintenance"), ("owner", "山田"), ("ends", "2026/11/23")],
        );
        let typed: AccountRow = serde_json::from_value(row_a.to_json(accounts)).unwrap();
        assert_eq!((typed.host.as_str(), typed.ends.is_some()), ("*", true));
        assert_eq!(Row::from_json(accounts, &serde_json::to_value(&typed).unwrap()), row_a);

        let (devices, row_d) = row("devices", &[("name", "血圧計"), ("mac", "001B44113AB7"), ("status", "使用中")]);
        let typed: DeviceRow = serde_json::from_value(row_d.to_json(devices)).unwrap();
        assert_eq!(typed.mac, "00:1b:44:11:3a:b7");

        let (backups, row_b) = row(
            "backups",
            &[
                ("host", "sv1"),
                ("name", "db"),
                ("system", "健診"),
                ("method", "restic"),
                ("location", "/b"),
                ("interval", "1d"),
                ("generations", "7"),
                ("isolation", "offline"),
            ],
        );
        let typed: BackupRow = serde_json::from_value(row_b.to_json(backups)).unwrap();
        assert_eq!(typed.interval.to_string(), "1d");
        assert_eq!(Row::from_json(backups, &serde_json::to_value(&typed).unwrap()), row_b);
    }

    #[test]
    fn every_error_of_a_row_is_told_at_once() {
        let accounts = Definition::by_slug("accounts").unwrap();
        let errors = Row::read(accounts, |_| None).unwrap_err();
        assert_eq!(errors.iter().map(|e| e.column).collect::<Vec<_>>(), ["account", "kind", "owner"]);
    }

    #[test]
    fn search_needs_every_word_somewhere() {
        let (devices, row) = row(
            "devices",
            &[("name", "血圧計 BP-07"), ("mac", "001B44113AB7"), ("status", "retired"), ("place", "2F")],
        );
        assert!(row.matches(devices, "bp-07 使用停止", Language::Japanese));
        assert!(row.matches(devices, "", Language::Japanese));
        assert!(!row.matches(devices, "bp-07 3F", Language::Japanese));
    }
}
