//! Columns that name a row of another register.
//!
//! A reference is kept as what people call the row. It has to name one open row, or be what the row said before:
//! who has left is still who approved. When the row is called otherwise, what refers to it follows. A register that
//! the agency does not keep yet binds nobody.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_model::Instant;

use super::approval;
use super::cell::CellError;
use super::definition::{Definition, Input};
use super::fold::fold;
use super::register::Register;
use super::row::{ColumnError, Row};
use crate::store::{RegisterRow, StoreError, Transaction};

/// The most rows that are listed as referring to one.
pub const REFERRING_MAX: usize = 100;

/// The most words of a shared column that are offered.
const SHARED_MAX: usize = 500;

/// What the open rows of registers are called, of those that are kept.
#[derive(Debug, Clone, Default)]
pub struct Names {
    registers: BTreeMap<Register, Called>,
    shared: BTreeMap<&'static str, Vec<String>>,
}

/// What the open rows of one register are called.
#[derive(Debug, Clone, Default)]
struct Called {
    /// In the order of their numbers.
    rows: Vec<Named>,
    by_word: BTreeMap<String, Meant>,
}

/// An open row with the one text that means it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    id: i64,
    word: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// The row of that place.
    One(usize),
    /// More than one row.
    Several,
}

/// A row that refers to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referring {
    /// Its register.
    pub definition: &'static Definition,
    /// Its number.
    pub id: i64,
    /// What people call it.
    pub name: String,
}

impl Names {
    /// Reads what the columns of a register may refer to.
    pub async fn read(transaction: &mut Transaction, definition: &Definition) -> Result<Self, StoreError> {
        let mut names = Self::default();
        let begun = transaction.registers_begun().await?;
        for register in definition.columns.iter().filter_map(|column| column.input.register()) {
            let kept = begun.contains_key(&register) && !names.registers.contains_key(&register);
            if let (true, Some(definition)) = (kept, Definition::of(register)) {
                names.add(definition, &transaction.open_rows(definition).await?);
            }
        }
        let shared = |column: &&'static super::Column| matches!(column.input, Input::Shared);
        if begun.contains_key(&definition.kind) && definition.columns.iter().any(|column| shared(&column)) {
            let rows = transaction.open_rows(definition).await?;
            for column in definition.columns.iter().filter(shared) {
                let words = rows.iter().map(|stored| stored.row.get(column.name)).filter(|word| !word.is_empty());
                let words: BTreeSet<&str> = words.collect();
                names.shared.insert(column.name, words.into_iter().take(SHARED_MAX).map(str::to_owned).collect());
            }
        }
        Ok(names)
    }

    /// The words that open rows of the register itself hold in a column that they share.
    pub fn shared(&self, column: &str) -> &[String] {
        self.shared.get(column).map(Vec::as_slice).unwrap_or_default()
    }

    /// Reads what the open rows of one register are called.
    pub async fn of_register(transaction: &mut Transaction, definition: &Definition) -> Result<Self, StoreError> {
        let mut names = Self::default();
        names.add(definition, &transaction.open_rows(definition).await?);
        Ok(names)
    }

    /// Takes in a register that is kept, with its open rows in the order of their numbers.
    pub fn add(&mut self, definition: &Definition, open: &[RegisterRow]) {
        self.add_named(definition, open.iter().map(|stored| (stored.id, &stored.row)));
    }

    fn add_named<'a>(&mut self, definition: &Definition, open: impl IntoIterator<Item = (i64, &'a Row)>) {
        let mut called = Called::default();
        let mut keys = Vec::new();
        for (place, (id, row)) in open.into_iter().enumerate() {
            called.rows.push(Named { id, word: row.called(definition) });
            keys.push(row.name(definition));
            called.means(&row.called(definition), place);
        }
        for (place, key) in keys.into_iter().enumerate() {
            let named =
                called.rows.get(place).is_some_and(|named| called.place(&named.word) == Some(Meant::One(place)));
            called.means(&key, place);
            if let (false, Some(row)) = (named, called.rows.get_mut(place)) {
                row.word = key;
            }
        }
        self.registers.insert(definition.kind, called);
    }

    /// What the open rows of a register are called, in order; none if it is not kept.
    pub fn of(&self, register: Register) -> Vec<&str> {
        let rows = self.registers.get(&register).map(|called| called.rows.as_slice()).unwrap_or_default();
        let mut words: Vec<&str> = rows.iter().map(|row| row.word.as_str()).collect();
        words.sort_unstable();
        words
    }

    /// The number of the open row that a text means.
    pub fn id(&self, register: Register, text: &str) -> Option<i64> {
        self.row(register, text).ok().flatten().map(|row| row.id)
    }

    /// What the open row of that number is called.
    fn word(&self, register: Register, id: i64) -> Option<&str> {
        let rows = &self.registers.get(&register)?.rows;
        let place = rows.binary_search_by_key(&id, |row| row.id).ok()?;
        rows.get(place).map(|row| row.word.as_str())
    }

    /// The row that a text means: none where the register is not kept.
    fn row(&self, register: Register, text: &str) -> Result<Option<&Named>, CellError> {
        let Some(called) = self.registers.get(&register) else { return Ok(None) };
        match called.place(text) {
            Some(Meant::One(place)) => Ok(called.rows.get(place)),
            Some(Meant::Several) => Err(CellError::SeveralRows(register, text.to_owned())),
            None => Err(CellError::NoRow(register, text.to_owned())),
        }
    }

    /// The row with its references as the rows they mean are called.
    #[must_use]
    pub fn resolve(&self, definition: &Definition, row: &Row) -> Row {
        let mut resolved = row.clone();
        for column in definition.columns {
            let Some(register) = column.input.register() else { continue };
            if let Ok(Some(meant)) = self.row(register, row.get(column.name)) {
                resolved.set(column.name, meant.word.clone());
            }
        }
        resolved
    }

    /// What of a row names no row, unless it said so before.
    pub fn check(&self, definition: &Definition, row: &Row, before: Option<&Row>) -> Vec<ColumnError> {
        let error = |column: &super::Column| {
            let register = column.input.register()?;
            let text = row.get(column.name);
            let kept = text.is_empty() || before.is_some_and(|before| before.get(column.name) == text);
            let error = if kept { None } else { self.row(register, text).err() };
            error.map(|error| ColumnError { column: column.name, error })
        };
        definition.columns.iter().filter_map(error).collect()
    }
}

impl Called {
    fn means(&mut self, word: &str, place: usize) {
        self.by_word
            .entry(fold(word))
            .and_modify(|meant| {
                if *meant != Meant::One(place) {
                    *meant = Meant::Several;
                }
            })
            .or_insert(Meant::One(place));
    }

    fn place(&self, word: &str) -> Option<Meant> {
        self.by_word.get(&fold(word)).copied()
    }
}

impl Input {
    /// The register whose rows it names.
    pub fn register(self) -> Option<Register> {
        match self {
            Self::Row(register) => Some(register),
            _ => None,
        }
    }
}

/// The columns of a register that name rows of another.
fn referring_columns(definition: &Definition, to: Register) -> Vec<&'static str> {
    let columns = definition.columns.iter().filter(|column| column.input.register() == Some(to));
    columns.map(|column| column.name).collect()
}

/// A row that was changed because a row to which it refers is called otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Its register.
    pub definition: &'static Definition,
    /// Its number.
    pub id: i64,
    /// What it said.
    pub before: Row,
    /// What it says.
    pub after: Row,
}

/// Lets rows that refer to rows of a register follow those that were called otherwise before.
pub async fn follow(
    transaction: &mut Transaction,
    definition: &Definition,
    before: &Names,
    person: &str,
    now: Instant,
) -> Result<Vec<Followed>, StoreError> {
    let register = definition.kind;
    let after = Names::of_register(transaction, definition).await?;
    let other_word = |text: &str| {
        let id = before.id(register, text)?;
        after.word(register, id).filter(|word| before.word(register, id) != Some(*word)).map(str::to_owned)
    };
    let today = japan::date_of(now);
    let mut followed = Vec::new();
    for other in Definition::all() {
        let columns = referring_columns(other, register);
        if columns.is_empty() {
            continue;
        }
        for stored in transaction.open_rows(other).await? {
            let mut row = stored.row.clone();
            let fixed = other.approval.filter(|rule| approval::is_given(rule, &row) && !is_ahead(other, &row, today));
            for column in columns.iter().filter(|column| fixed.is_none_or(|rule| !rule.covers(column))) {
                if let Some(word) = other_word(stored.row.get(column)) {
                    row.set(column, word);
                }
            }
            if row != stored.row {
                let row =
                    if is_ahead(other, &row, today) { approval::carried(other, Some(&stored.row), &row) } else { row };
                transaction.change_row(other, stored.id, stored.revision, &row, person, now).await?;
                followed.push(Followed { definition: other, id: stored.id, before: stored.row, after: row });
            }
        }
    }
    Ok(followed)
}

/// What a row asks to be approved is still to come: it is approved anew when it names something that is called otherwise. What
/// is over keeps the approval it had, and the names that were approved. So no other account is put under an approval by
/// renaming.
fn is_ahead(definition: &Definition, row: &Row, today: NaiveDate) -> bool {
    let day = definition.approval.and_then(|rule| approval::before(definition, rule, row));
    day.is_some_and(|day| day >= today)
}

/// The open rows that refer to a row, at most [`REFERRING_MAX`], and how many more there are.
pub async fn referring(
    transaction: &mut Transaction,
    definition: &Definition,
    row: &Row,
) -> Result<(Vec<Referring>, usize), StoreError> {
    let words = [fold(&row.called(definition)), fold(&row.name(definition))];
    let mut found = Vec::new();
    for other in Definition::all() {
        let columns = referring_columns(other, definition.kind);
        if columns.is_empty() {
            continue;
        }
        for stored in transaction.open_rows(other).await? {
            if columns.iter().any(|column| words.contains(&fold(stored.row.get(column)))) {
                found.push(Referring { definition: other, id: stored.id, name: stored.row.name(other) });
            }
        }
    }
    let left = found.len().saturating_sub(REFERRING_MAX);
    found.truncate(REFERRING_MAX);
    Ok((found, left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(slug: &str, cells: &[(&str, &str)]) -> (&'static Definition, Row) {
        let definition = Definition::by_slug(slug).unwrap();
        let typed = |column: &'static super::super::Column| {
            cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
        };
        (definition, Row::read(definition, typed).unwrap())
    }

    fn names(slug: &str, rows: &[&[(&str, &str)]]) -> Names {
        let rows: Vec<Row> = rows.iter().map(|cells| row(slug, cells).1).collect();
        let mut names = Names::default();
        names.add_named(Definition::by_slug(slug).unwrap(), (1..).zip(rows.iter()));
        names
    }

    fn account(owner: &str) -> (&'static Definition, Row) {
        row("accounts", &[("account", "sato"), ("kind", "person"), ("owner", owner)])
    }

    #[test]
    fn a_name_is_found_whatever_its_width_and_spaces() {
        let names = names("people", &[&[("name", "佐藤 花子"), ("affiliation", "own")]]);
        for typed in ["佐藤 花子", "佐藤　花子", "佐藤花子"] {
            let (accounts, row) = account(typed);
            let resolved = names.resolve(accounts, &row);
            assert_eq!(resolved.get("owner"), "佐藤 花子");
            assert_eq!(names.check(accounts, &resolved, None), []);
        }
        assert_eq!(names.id(Register::People, "佐藤花子"), Some(1));
        assert_eq!(names.of(Register::People), ["佐藤 花子"]);
    }

    #[test]
    fn an_unknown_name_is_an_error_unless_it_stood_there_before() {
        let names = names("people", &[&[("name", "佐藤"), ("affiliation", "own")]]);
        let (accounts, row) = account("鈴木");
        let errors = names.check(accounts, &names.resolve(accounts, &row), None);
        assert_eq!(errors.len(), 1);
        let text = errors[0].error.text(tenken_model::Language::Japanese);
        assert!(text.contains("鈴木") && text.contains("職員・作業員台帳"), "{text}");
        assert_eq!(names.check(accounts, &row, Some(&row)), []);
        assert_eq!(names.check(accounts, &account("高橋").1, Some(&row)).len(), 1);
        assert_eq!(Names::default().check(accounts, &row, None), [], "a register that is not kept binds nobody");
    }

    #[test]
    fn of_several_rows_with_one_name_the_key_tells() {
        let device = |name: &'static str, mac: &'static str| [("name", name), ("mac", mac), ("status", "in_use")];
        let (a, b) = (device("血圧計", "00:1b:44:11:3a:b7"), device("血圧計", "00:1b:44:11:3a:b8"));
        let c = device("体重計", "00:1b:44:11:3a:b9");
        let names = names("devices", &[&a, &b, &c]);
        let lending =
            |device: &str| row("lendings", &[("device", device), ("borrower", "12"), ("lent_on", "2026-11-23")]);
        let (lendings, twice) = lending("血圧計");
        assert!(matches!(names.check(lendings, &twice, None)[0].error, CellError::SeveralRows(..)));
        for (typed, kept) in
            [("00:1B:44:11:3A:B8", "00:1b:44:11:3a:b8"), ("00:1b:44:11:3a:b9", "体重計"), ("体重計", "体重計")]
        {
            let resolved = names.resolve(lendings, &lending(typed).1);
            assert_eq!(resolved.get("device"), kept);
            assert_eq!(names.check(lendings, &resolved, None), []);
        }
    }
}
