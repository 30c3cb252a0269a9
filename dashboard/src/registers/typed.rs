//! Rows of registers with the types that programs of the dashboard read, beside those that policies bring to agents.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use tenken_model::register::{AccountRow, EndpointRow, RegisterKind};
use tenken_model::{Instant, Read, ReasonCode};

use super::definition::Definition;
use super::hosts::HostRow;
use super::on_host::OnHost;
use super::register::Register;
use super::row::Row;
use crate::store::{RegisterRow, StoreError, Transaction};

/// The most closed rows of a register that are read, the last closed.
pub const CLOSED_MAX: u32 = 2_000;

/// A row with its place in the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// Its number.
    pub id: i64,
    /// What people call it.
    pub called: String,
    /// When it was last changed.
    pub changed_at: Instant,
    /// Since when it counts no more.
    pub closed_at: Option<Instant>,
    /// What it says.
    pub row: T,
}

impl<T> Listed<T> {
    /// It still counts.
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

/// The rows of a register, open ones first. One that is not kept was not read: it is not empty. Clones share the rows.
pub type Ledger<T> = Read<Arc<[Listed<T>]>>;

/// A row that a program reads.
pub trait TypedRow: Sized {
    /// Of which register.
    const REGISTER: Register;

    /// What a row says.
    ///
    /// # Errors
    /// What of it has not the form it was checked to have when it was written.
    fn read(definition: &Definition, row: &Row) -> Result<Self, String>;
}

/// Reads a register with its open rows and the last that were closed.
pub async fn ledger<T: TypedRow>(transaction: &mut Transaction) -> Result<Ledger<T>, StoreError> {
    let name = T::REGISTER.name();
    let begun = transaction.registers_begun().await?;
    let Some(definition) = Definition::of(T::REGISTER).filter(|definition| begun.contains_key(&definition.kind)) else {
        let detail = format!("{name} register: it is not kept on the dashboard yet");
        return Ok(Read::not_read(ReasonCode::NotConfigured, detail));
    };
    let mut rows = transaction.open_rows(definition).await?;
    rows.extend(transaction.closed_rows(definition, CLOSED_MAX).await?);
    let listed = rows.into_iter().map(|stored| {
        let problem = |problem| StoreError::Damaged {
            what: "a register row",
            problem: format!("{} {}: {problem}", definition.slug, stored.id),
        };
        listed(definition, &stored).map_err(problem)
    });
    Ok(Read::Measured(listed.collect::<Result<_, _>>()?))
}

/// Reads the open rows of a register, each with its number; none while the agency does not keep it.
pub async fn open<T: TypedRow>(transaction: &mut Transaction) -> Result<Vec<(i64, T)>, StoreError> {
    let begun = transaction.registers_begun().await?;
    let Some(definition) = Definition::of(T::REGISTER).filter(|definition| begun.contains_key(&definition.kind)) else {
        return Ok(Vec::new());
    };
    let typed = transaction.open_rows(definition).await?.into_iter().map(|stored| {
        let problem = |problem| StoreError::Damaged {
            what: "a register row",
            problem: format!("{} {}: {problem}", definition.slug, stored.id),
        };
        T::read(definition, &stored.row).map(|row| (stored.id, row)).map_err(problem)
    });
    typed.collect()
}

fn listed<T: TypedRow>(definition: &Definition, stored: &RegisterRow) -> Result<Listed<T>, String> {
    Ok(Listed {
        id: stored.id,
        called: stored.row.called(definition),
        changed_at: stored.changed_at,
        closed_at: stored.closed_at,
        row: T::read(definition, &stored.row)?,
    })
}

/// A person of the people register (人の台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name by which other registers call the person.
    pub name: String,
    /// The vendor whose worker it is; absent for the agency's own and dispatched staff.
    pub vendor: Option<String>,
    /// Where the person is written to; empty if no address is known.
    pub email: String,
    /// The last day.
    pub leaves: Option<NaiveDate>,
}

impl TypedRow for Person {
    const REGISTER: Register = Register::People;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let vendor = (row.get("affiliation") == "vendor").then(|| row.get("company").to_owned());
        let (name, email) = (row.get("name").to_owned(), row.get("email").to_owned());
        Ok(Self { name, vendor, email, leaves: maybe_day(row, "leaves")? })
    }
}

/// A request of the maintenance register (保守作業台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Its number as people know it.
    pub number: String,
    /// The day of the work.
    pub work_on: NaiveDate,
    /// Who does it.
    pub vendor: String,
    /// The names of the workers.
    pub workers: String,
    /// The account that is used, as the accounts register calls it; empty if none is named.
    pub account: String,
    /// Who approved it; empty if nobody did.
    pub approver: String,
    /// When it was approved.
    pub approved_on: Option<NaiveDate>,
    /// Why it is approved late; empty if it is not to be.
    pub late_reason: String,
    /// Who reviewed result and logs; empty if nobody did.
    pub reviewed_by: String,
    /// When they were reviewed.
    pub reviewed_on: Option<NaiveDate>,
}

impl TypedRow for Work {
    const REGISTER: Register = Register::Maintenance;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let text = |column| row.get(column).to_owned();
        Ok(Self {
            number: text("number"),
            work_on: day(row, "work_on")?,
            vendor: text("vendor"),
            workers: text("workers"),
            account: text("account"),
            approver: text("approver"),
            approved_on: maybe_day(row, "approved_on")?,
            late_reason: text("late_reason"),
            reviewed_by: text("reviewed_by"),
            reviewed_on: maybe_day(row, "reviewed_on")?,
        })
    }
}

/// A row of the incidents register (事故・非常時台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its number as people know it.
    pub number: String,
    /// The first day.
    pub opened_on: NaiveDate,
    /// Something was lost or stolen.
    pub loss: bool,
    /// What happened, as it was written.
    pub summary: String,
    /// Work went over to the emergency plan.
    pub emergency: bool,
    /// The emergency accounts used, as they were written.
    pub accounts: String,
    /// The day on which all was normal again.
    pub recovered_on: Option<NaiveDate>,
}

impl TypedRow for Incident {
    const REGISTER: Register = Register::Incidents;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        Ok(Self {
            number: row.get("number").to_owned(),
            opened_on: day(row, "opened_on")?,
            loss: row.get("kind") == "loss",
            summary: row.get("summary").to_owned(),
            emergency: row.get("emergency") == "true",
            accounts: row.get("accounts").to_owned(),
            recovered_on: maybe_day(row, "recovered_on")?,
        })
    }
}

/// A row of the register of passwords set anew (パスワード再発行台帳).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordReset {
    /// The account, alone or behind its host or another system: `sato`, `SV1 / sato`.
    pub account: String,
    /// When it was set anew.
    pub reset_on: NaiveDate,
    /// Because the old one may have leaked.
    pub suspected: bool,
}

impl PasswordReset {
    /// The account, if it may be one of that host: written alone, behind the host, or behind `*` for all of them. One that
    /// stands behind another system is of no host.
    pub fn account_on(&self, host: OnHost<'_>) -> Option<&str> {
        let written = self.account.trim();
        // No name of an account holds a slash.
        let Some((place, account)) = written.rsplit_once(['/', '\u{ff0f}']) else { return Some(written) };
        host.is_meant(place.trim()).then(|| account.trim())
    }

    /// It tells of a password of that host's account that was set on that day. Who is called at night writes it down in the
    /// morning, and shadow(5) has the day by Coordinated Universal Time, so that the days beside it count.
    pub fn tells_of(&self, host: OnHost<'_>, account: &str, day: NaiveDate) -> bool {
        let is_of = self.account_on(host).is_some_and(|named| host.accounts.is_same(named, account.trim()));
        is_of && (self.reset_on - day).num_days().abs() <= 1
    }
}

impl TypedRow for PasswordReset {
    const REGISTER: Register = Register::PasswordResets;

    fn read(_definition: &Definition, row: &Row) -> Result<Self, String> {
        let suspected = row.get("reason") == "suspected";
        Ok(Self { account: row.get("account").to_owned(), reset_on: day(row, "reset_on")?, suspected })
    }
}

impl TypedRow for AccountRow {
    const REGISTER: Register = Register::Joined(RegisterKind::Accounts);

    fn read(definition: &Definition, row: &Row) -> Result<Self, String> {
        stored(definition, row)
    }
}

impl TypedRow for EndpointRow {
    const REGISTER: Register = Register::Joined(RegisterKind::Endpoints);

    fn read(definition: &Definition, row: &Row) -> Result<Self, String> {
        stored(definition, row)
    }
}

impl TypedRow for HostRow {
    const REGISTER: Register = Register::Hosts;

    fn read(definition: &Definition, row: &Row) -> Result<Self, String> {
        stored(definition, row)
    }
}

fn stored<T: DeserializeOwned>(definition: &Definition, row: &Row) -> Result<T, String> {
    serde_json::from_value(row.to_json(definition)).map_err(|error| error.to_string())
}

pub(super) fn day(row: &Row, column: &'static str) -> Result<NaiveDate, String> {
    maybe_day(row, column)?.ok_or_else(|| format!("{column} is empty"))
}

pub(super) fn maybe_day(row: &Row, column: &'static str) -> Result<Option<NaiveDate>, String> {
    match row.get(column) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|error| format!("{column} `{text}`: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::Column;

    fn read<T: TypedRow>(cells: &[(&str, &str)]) -> T {
        let definition = Definition::of(T::REGISTER).unwrap();
        let typed = |column: &'static Column| {
            cells.iter().find(|(name, _)| *name == column.name).map(|(_, text)| (*text).to_owned())
        };
        for (name, _) in cells {
            assert!(definition.column(name).is_some(), "{} has no column {name}", definition.slug);
        }
        T::read(definition, &Row::read(definition, typed).unwrap()).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_field_is_that_of_its_column() {
        let person: Person = read(&[
            ("name", "鈴木"),
            ("affiliation", "vendor"),
            ("company", "ABC保守"),
            ("leaves", "2026-03-31"),
            ("email", "s@example.jp"),
        ]);
        let vendor = Some("ABC保守".to_owned());
        assert_eq!(
            person,
            Person { name: "鈴木".into(), vendor, email: "s@example.jp".into(), leaves: Some(date("2026-03-31")) }
        );
        let own: Person = read(&[("name", "佐藤"), ("affiliation", "own"), ("company", "x")]);
        assert_eq!((own.vendor, own.leaves), (None, None));
        let work: Work = read(&[
            ("number", "2026-014"),
            ("work_on", "2026-03-12"),
            ("vendor", "ABC保守"),
            ("system", "健診"),
            ("manner", "remote"),
            ("workers", "鈴木"),
            ("content", "更新"),
            ("account", "* / maint-suzuki"),
            ("approver", "加藤"),
            ("approved_on", "2026-03-11"),
            ("late_reason", "障害"),
            ("reviewed_by", "佐藤"),
            ("reviewed_on", "2026-03-13"),
        ]);
        assert_eq!([&*work.number, &*work.vendor, &*work.workers], ["2026-014", "ABC保守", "鈴木"]);
        assert_eq!([&*work.account, &*work.approver], ["* / maint-suzuki", "加藤"]);
        assert_eq!([&*work.late_reason, &*work.reviewed_by], ["障害", "佐藤"]);
        let days = [Some(work.work_on), work.approved_on, work.reviewed_on];
        assert_eq!(days, ["2026-03-12", "2026-03-11", "2026-03-13"].map(|text| Some(date(text))));
        let incident: Incident = read(&[
            ("number", "2026-01"),
            ("opened_on", "2026-03-12"),
            ("kind", "drill"),
            ("summary", "x"),
            ("emergency", "yes"),
            ("accounts", "breakglass"),
            ("recovered_on", "2026-03-13"),
        ]);
        assert!(incident.emergency && incident.accounts == "breakglass" && incident.number == "2026-01");
        assert!(!incident.loss && incident.summary == "x");
        assert_eq!((incident.opened_on, incident.recovered_on), (date("2026-03-12"), Some(date("2026-03-13"))));
        let reset: PasswordReset = read(&[
            ("account", "sato"),
            ("reset_on", "2026-03-12"),
            ("requester", "佐藤"),
            ("reason", "suspected"),
            ("identified", "in_person"),
            ("verifier", "加藤"),
        ]);
        assert_eq!(reset, PasswordReset { account: "sato".into(), reset_on: date("2026-03-12"), suspected: true });
    }

    #[test]
    fn a_day_that_is_none_is_told() {
        let definition = Definition::of(Register::People).unwrap();
        let row = Row::from_json(definition, &serde_json::json!({"name": "a", "leaves": "soon"}));
        assert!(Person::read(definition, &row).unwrap_err().starts_with("leaves `soon`"));
        let empty = Row::from_json(Definition::of(Register::Maintenance).unwrap(), &serde_json::json!({}));
        assert_eq!(Work::read(definition, &empty).unwrap_err(), "work_on is empty");
    }
}
