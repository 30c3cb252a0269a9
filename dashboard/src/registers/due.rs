//! What registers say has to be done by a day: contracts to renew, certificates to replace, reviews to hold.

use chrono::{Days, NaiveDate};
use tenken_calendar::japan;
use tenken_model::Instant;

use super::cell;
use super::definition::{Column, Definition, Due};
use super::row::Row;
use crate::store::{RegisterRow, StoreError, Transaction};

/// How many days ahead something is listed.
pub const DUE_DAYS: u64 = 60;

/// Something that has to be done by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// The register.
    pub definition: &'static Definition,
    /// The row's number.
    pub id: i64,
    /// What people call the row.
    pub name: String,
    /// The column that says by when.
    pub column: &'static Column,
    /// By when, a day in Japan. It is over when that day is past.
    pub day: NaiveDate,
    /// How many days are left, none today; less than none where it is late.
    pub days_left: i64,
}

impl DueRow {
    /// Its day is past.
    pub const fn is_late(&self) -> bool {
        self.days_left < 0
    }

    /// Where the row is.
    pub fn address(&self) -> String {
        format!("/registers/{}/{}", self.definition.slug, self.id)
    }
}

/// What the open rows of a register say is late or falls due within [`DUE_DAYS`] of today, the earliest first.
pub fn due(definition: &'static Definition, rows: &[RegisterRow], today: NaiveDate) -> Vec<DueRow> {
    let horizon = horizon(today);
    let columns: Vec<&Column> = due_columns(definition).collect();
    let mut found: Vec<DueRow> = Vec::new();
    for stored in rows.iter().filter(|stored| stored.closed_at.is_none()) {
        for column in &columns {
            if let Some(day) = open_day(column, &stored.row).filter(|day| *day <= horizon) {
                let (id, name) = (stored.id, stored.row.name(definition));
                let days_left = day.signed_duration_since(today).num_days();
                found.push(DueRow { definition, id, name, column, day, days_left });
            }
        }
    }
    found.sort_by_key(|due| due.day);
    found
}

/// The last day that is listed.
fn horizon(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(DUE_DAYS)).unwrap_or(NaiveDate::MAX)
}

fn due_columns(definition: &Definition) -> impl Iterator<Item = &Column> {
    definition.columns.iter().filter(|column| column.due != Due::Never)
}

/// The first day by which something of a row has to be done; absent if there is nothing.
pub fn earliest(definition: &Definition, row: &Row) -> Option<NaiveDate> {
    due_columns(definition).filter_map(|column| open_day(column, row)).min()
}

/// The day in a column, while something has still to be done by it.
fn open_day(column: &Column, row: &Row) -> Option<NaiveDate> {
    let open = match column.due {
        Due::Never => false,
        Due::Always => true,
        Due::Until(filled) => row.get(filled).is_empty(),
        Due::While(named, words) => words.contains(&row.get(named)),
    };
    if open { cell::day(column, row.get(column.name)) } else { None }
}

/// What all registers say is late or falls due, the earliest first.
pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Vec<DueRow>, StoreError> {
    let today = japan::date_of(now);
    let mut found = Vec::new();
    for definition in Definition::all() {
        if due_columns(definition).next().is_some() {
            found.extend(due(definition, &transaction.rows_due(definition, horizon(today)).await?, today));
        }
    }
    found.sort_by_key(|due| due.day);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(slug: &str, cells: &[(&str, &str)]) -> RegisterRow {
        let definition = Definition::by_slug(slug).unwrap();
        let typed = |column: &'static Column| {
            cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
        };
        RegisterRow {
            id: 1,
            row: Row::read(definition, typed).unwrap(),
            revision: 1,
            created_at: Instant::UNIX_EPOCH,
            changed_at: Instant::UNIX_EPOCH,
            changed_by: "sato".into(),
            closed_at: None,
        }
    }

    fn told(slug: &str, rows: &[RegisterRow]) -> Vec<(&'static str, i64)> {
        let today = "2026-11-24".parse().unwrap();
        let due = due(Definition::by_slug(slug).unwrap(), rows, today);
        due.into_iter().map(|due| (due.column.name, due.days_left)).collect()
    }

    #[test]
    fn what_is_late_or_near_is_listed_and_the_rest_is_not() {
        let contract = |ends, notice_by| {
            row("contracts", &[("party", "a"), ("service", "b"), ("ends", ends), ("notice_by", notice_by)])
        };
        assert_eq!(told("contracts", &[contract("2027-01-23", "2026-11-23")]), [("notice_by", -1), ("ends", 60)]);
        assert_eq!(told("contracts", &[contract("2027-01-24", "")]), []);
        assert_eq!(told("contracts", &[contract("2026-11-24", "")]), [("ends", 0)], "today is not late");
        let closed = RegisterRow { closed_at: Some(Instant::UNIX_EPOCH), ..contract("2026-11-24", "") };
        assert_eq!(told("contracts", &[closed]), []);
    }

    #[test]
    fn what_has_been_done_is_no_longer_due() {
        let left = |returned| {
            row("people", &[("name", "a"), ("affiliation", "own"), ("leaves", "2026-10-31"), ("returned_on", returned)])
        };
        assert_eq!(told("people", &[left("")]), [("leaves", -24)]);
        assert_eq!(told("people", &[left("2026-10-31")]), []);
        let account =
            row("accounts", &[("account", "a"), ("kind", "maintenance"), ("owner", "b"), ("ends", "2026-11-30")]);
        assert_eq!(told("accounts", &[account]), [("ends", 6)]);
    }
}
