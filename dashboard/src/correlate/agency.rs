//! What the agency keeps that facts are joined with.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value as Json;
use tenken_calendar::{WorkingCalendar, japan};
use tenken_engine::Rule;
use tenken_model::register::{AccountRow, DeviceRow};
use tenken_model::schema::Value;
use tenken_model::{Instant, Read, RuleId};

use crate::policy::PolicySettings;
use crate::registers::hosts::HostRow;
use crate::registers::typed::{Incident, Ledger, Listed, PasswordReset, Person, Work, ledger};
use crate::store::{StoreError, Transaction};
use crate::working_calendar;

/// The registers, the working calendar and the thresholds at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Agency {
    /// People.
    pub people: Ledger<Person>,
    /// Accounts.
    pub accounts: Ledger<AccountRow>,
    /// Maintenance work.
    pub works: Ledger<Work>,
    /// Incidents and emergencies.
    pub incidents: Ledger<Incident>,
    /// Passwords that were set anew.
    pub resets: Ledger<PasswordReset>,
    /// IoT devices.
    pub devices: Ledger<DeviceRow>,
    /// Hosts.
    pub hosts: Ledger<HostRow>,
    /// The working calendar in force.
    pub calendar: WorkingCalendar,
    /// The thresholds somebody set, as they are written.
    pub parameters: BTreeMap<RuleId, BTreeMap<String, Json>>,
    /// The time it is.
    pub now: Instant,
}

impl Agency {
    /// Reads it.
    pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        Ok(Self {
            people: ledger(transaction).await?,
            accounts: ledger(transaction).await?,
            works: ledger(transaction).await?,
            incidents: ledger(transaction).await?,
            resets: ledger(transaction).await?,
            devices: ledger(transaction).await?,
            hosts: ledger(transaction).await?,
            calendar: working_calendar::read(transaction).await?,
            parameters: transaction.setting::<PolicySettings>().await?.unwrap_or_default().parameters,
            now,
        })
    }

    /// The day in Japan.
    pub fn today(&self) -> NaiveDate {
        japan::date_of(self.now)
    }

    /// Every parameter of a rule with the value in force. What its rule does not take was refused when it was set.
    pub(super) fn values(&self, rule: &Rule) -> BTreeMap<String, Value> {
        let set = self.parameters.get(&rule.id);
        let value = |(name, parameter): (&String, &tenken_engine::rule::Parameter)| {
            let written = set.and_then(|set| set.get(name)).and_then(|written| parameter.read(written).ok());
            (name.clone(), written.unwrap_or_else(|| parameter.default.clone()))
        };
        rule.parameters.iter().map(value).collect()
    }

    /// The account of a host at a time: its row then, a host's own before one for every host, an open one before one
    /// that was closed since.
    pub(super) fn account(&self, host: &str, account: &str, at: Instant) -> Option<&Listed<AccountRow>> {
        let rows = rows(&self.accounts)
            .filter(|listed| listed.row.account == account && bears(&listed.row.host, host) && stood(listed, at));
        rows.min_by_key(|listed| (!listed.is_open(), listed.row.host == "*", listed.closed_at.map(std::cmp::Reverse)))
    }

    /// The accounts of a host that count now, by name.
    pub(super) fn accounts_of(&self, host: &str) -> BTreeMap<&str, &Listed<AccountRow>> {
        let mut found: BTreeMap<&str, &Listed<AccountRow>> = BTreeMap::new();
        let open = rows(&self.accounts).filter(|listed| listed.is_open() && bears(&listed.row.host, host));
        for listed in open {
            let place = found.entry(listed.row.account.as_str()).or_insert(listed);
            if place.row.host == "*" {
                *place = listed;
            }
        }
        found
    }

    /// An account of that name counts now, on whatever host.
    pub(super) fn is_registered(&self, account: &str) -> bool {
        rows(&self.accounts).any(|listed| listed.is_open() && listed.row.account == account)
    }

    /// The person of that name: one that counts before one that was closed.
    pub(super) fn person(&self, name: &str) -> Option<&Listed<Person>> {
        let named = rows(&self.people).filter(|listed| listed.row.name == name);
        named.min_by_key(|listed| (!listed.is_open(), listed.closed_at.map(std::cmp::Reverse)))
    }
}

/// The rows of a register; none of one that is not kept, of which the caller has told.
pub(super) fn rows<T>(ledger: &Ledger<T>) -> impl Iterator<Item = &Listed<T>> {
    let rows = match ledger {
        Read::Measured(rows) => rows.as_slice(),
        Read::NotRead(_) => &[],
    };
    rows.iter()
}

/// A row of that host, or of every host, bears on the host.
fn bears(row: &str, host: &str) -> bool {
    row == "*" || row.eq_ignore_ascii_case(host)
}

/// The row counted at that time, by what is known of its end.
pub(super) fn stood<T>(listed: &Listed<T>, at: Instant) -> bool {
    listed.closed_at.is_none_or(|closed| closed > at)
}
