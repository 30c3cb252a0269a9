//! What registers say has to be done by a day: contracts to renew, certificates to replace, reviews to hold.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use tenken_calendar::japan;
use tenken_model::finding::Bilingual;
use tenken_model::{Instant, Language};

use super::cell;
use super::definition::{Column, Definition, Due};
use super::row::Row;
use super::turnout::Turnout;
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
    pub name: Bilingual,
    /// The column that says by when, or that is to be filled in.
    pub column: &'static Column,
    /// What has to be done.
    pub matter: Matter,
    /// By when, a day in Japan. It is over when that day is past.
    pub day: NaiveDate,
    /// How many days are left, none today; less than none where it is late.
    pub days_left: i64,
}

/// What has to be done by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// What the column is called.
    Column,
    /// To fill in the column.
    Missing,
    /// To have come who has not.
    Turnout(Turnout),
}

impl Matter {
    /// It, in the words of a column.
    pub fn text(self, column: &str, language: Language) -> String {
        match self {
            Self::Column => column.to_owned(),
            Self::Missing => language.due_missing(column),
            Self::Turnout(turnout) => language.due_with(column, &turnout.text(language)),
        }
    }
}

impl DueRow {
    /// Its day is past.
    pub const fn is_late(&self) -> bool {
        self.days_left < 0
    }

    /// What has to be done.
    pub fn what(&self, language: Language) -> String {
        self.matter.text(&(self.column.label)(language), language)
    }

    /// Where the row is.
    pub fn address(&self) -> String {
        format!("/registers/{}/{}", self.definition.slug, self.id)
    }
}

/// How many days are left until a day, none today; less than none where it is past.
pub fn days_left(day: NaiveDate, today: NaiveDate) -> i64 {
    day.signed_duration_since(today).num_days()
}

/// What the open rows of a register say is late or falls due within [`DUE_DAYS`] of today, the earliest first.
pub fn due(definition: &'static Definition, rows: &[RegisterRow], today: NaiveDate) -> Vec<DueRow> {
    let horizon = horizon(today);
    let columns: Vec<&Column> = due_columns(definition).collect();
    let mut found: Vec<DueRow> = Vec::new();
    for stored in rows.iter().filter(|stored| stored.closed_at.is_none()) {
        for column in columns.iter().filter(|column| !has_left(definition, column, &stored.row, today)) {
            if let Some((day, matter)) = open(definition, column, &stored.row).filter(|(day, _)| *day <= horizon) {
                let name = |language| stored.row.name_in(definition, language);
                let name = Bilingual { ja: name(Language::Japanese), en: name(Language::English) };
                let id = stored.id;
                found.push(DueRow { definition, id, name, column, matter, day, days_left: days_left(day, today) });
            }
        }
    }
    found.sort_by_key(|due| due.day);
    found
}

/// The last day that is listed.
pub fn horizon(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(DUE_DAYS)).unwrap_or(NaiveDate::MAX)
}

fn due_columns(definition: &Definition) -> impl Iterator<Item = &Column> {
    definition.columns.iter().filter(|column| column.due != Due::Never)
}

/// The first day by which something of a row has to be done, whoever has left since; absent if there is nothing.
pub fn earliest(definition: &Definition, row: &Row) -> Option<NaiveDate> {
    due_columns(definition).filter_map(|column| open(definition, column, row)).map(|(day, _)| day).min()
}

/// By when something about a column has still to be done, and what.
fn open(definition: &Definition, column: &Column, row: &Row) -> Option<(NaiveDate, Matter)> {
    let own = || cell::day(column, row.get(column.name));
    let other = |name: &str| day_of(definition, name, row);
    let (day, matter) = match column.due {
        Due::Never => (None, Matter::Column),
        Due::Always => (own(), Matter::Column),
        Due::Until(filled) => (own().filter(|_| row.get(filled).is_empty()), Matter::Column),
        Due::While(named, words) => (own().filter(|_| words.contains(&row.get(named))), Matter::Column),
        Due::Present(leaves) => (own().filter(|day| other(leaves).is_none_or(|last| *day < last)), Matter::Column),
        Due::Missing(missing) => {
            let asked = row.get(column.name).is_empty() && row.get(missing.unless) != "true";
            (other(missing.by).filter(|_| asked), Matter::Missing)
        }
        Due::Turnout(counted) => {
            let turnout = Turnout::of(definition, row).filter(|turnout| turnout.absent() > 0)?;
            let within = || other(counted.held_on)?.checked_add_days(Days::new(counted.within_days));
            (own().or_else(within), Matter::Turnout(turnout))
        }
    };
    Some((day?, matter))
}

/// The row is of somebody who has left, of whom the column asks no more.
fn has_left(definition: &Definition, column: &Column, row: &Row, today: NaiveDate) -> bool {
    let leaves = match column.due {
        Due::Present(leaves) => leaves,
        Due::Missing(missing) => missing.leaves,
        Due::Never | Due::Always | Due::Until(_) | Due::While(..) | Due::Turnout(_) => return false,
    };
    day_of(definition, leaves, row).is_some_and(|last| last < today)
}

/// The day in a column of that name.
fn day_of(definition: &Definition, name: &str, row: &Row) -> Option<NaiveDate> {
    definition.column(name).and_then(|column| cell::day(column, row.get(name)))
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

    fn person(cells: &[(&str, &str)]) -> RegisterRow {
        row("people", &[&[("name", "a"), ("affiliation", "own")], cells].concat())
    }

    #[test]
    fn a_pledge_is_asked_of_whom_no_law_binds_and_renewed_while_they_stay() {
        let of = |cells: &[(&str, &str)]| told("people", &[person(cells)]);
        assert_eq!(of(&[("starts", "2026-11-01")]), [("nda_on", -23)], "it is missing since the first day");
        assert_eq!(of(&[("starts", "2027-01-04")]), [("nda_on", 41)], "it is to be there by the first day");
        assert_eq!(of(&[("starts", "2026-11-01"), ("nda_on", "2026-11-01")]), []);
        assert_eq!(of(&[("starts", "2026-11-01"), ("secrecy", "true")]), [], "the law binds");
        assert_eq!(of(&[]), [], "nobody knows since when");
        let gone = [("starts", "2026-01-05"), ("leaves", "2026-11-23"), ("returned_on", "2026-11-23")];
        assert_eq!(of(&gone), [], "who has left is not asked");
        let term = [("starts", "2026-11-01"), ("leaves", "2027-03-31")];
        assert_eq!(of(&term), [("nda_on", -23)], "who will leave is");

        let until = |until, leaves| of(&[("nda_on", "2024-01-05"), ("nda_until", until), ("leaves", leaves)]);
        assert_eq!(until("2027-01-05", ""), [("nda_until", 42)]);
        assert_eq!(until("2026-11-20", ""), [("nda_until", -4)]);
        assert_eq!(until("2027-02-01", ""), [], "that is far");
        assert_eq!(until("2027-01-05", "2027-01-31"), [("nda_until", 42)], "it ends before the last day");
        assert_eq!(until("2027-01-05", "2027-01-05"), [("leaves", 42)], "it holds through the last day");
        assert_eq!(until("2026-10-05", "2026-11-20"), [("leaves", -4)], "who has left renews nothing");
    }

    #[test]
    fn who_was_not_trained_is_due_until_everybody_was() {
        let training = |cells: &[(&str, &str)]| {
            let fixed = [("title", "a"), ("held_on", "2026-11-02"), ("topic", "privacy"), ("attendees", "b")];
            row("trainings", &[fixed.as_slice(), cells].concat())
        };
        let of = |cells: &[(&str, &str)]| told("trainings", &[training(cells)]);
        assert_eq!(of(&[("invited", "34"), ("trained", "31")]), [("makeup_by", 8)], "30 days after it");
        assert_eq!(
            of(&[("invited", "34"), ("trained", "31"), ("makeup_by", "2026-12-24")]),
            [("makeup_by", 30)],
            "or when it is said"
        );
        assert_eq!(of(&[("invited", "34"), ("trained", "34"), ("makeup_by", "2026-12-24")]), []);
        assert_eq!(of(&[("makeup_by", "2026-12-24")]), [], "nobody was counted");
        let rows = [training(&[("invited", "34"), ("trained", "31")])];
        let due = due(Definition::by_slug("trainings").unwrap(), &rows, "2026-11-24".parse().unwrap());
        assert_eq!(due[0].what(Language::Japanese), "補講の期限(受講 31/34人)");
        assert_eq!((due[0].name.ja.as_str(), due[0].name.en.as_str()), ("2026年11月2日 / a", "2026-11-02 / a"));
    }

    #[test]
    fn a_row_is_found_by_the_first_day_of_all_it_says() {
        let first = |row: &RegisterRow| earliest(Definition::by_slug("people").unwrap(), &row.row);
        let missing = person(&[("starts", "2026-11-01"), ("leaves", "2027-03-31")]);
        assert_eq!(first(&missing), "2026-11-01".parse().ok());
        let ends = person(&[("nda_on", "2024-01-05"), ("nda_until", "2027-02-05"), ("leaves", "2027-03-31")]);
        assert_eq!(first(&ends), "2027-02-05".parse().ok());
        assert_eq!(first(&person(&[("starts", "2026-11-01"), ("secrecy", "true")])), None);
    }
}
