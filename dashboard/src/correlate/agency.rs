//! What the agency keeps that facts are joined with.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use chrono::NaiveDate;
use serde_json::Value as Json;
use tenken_calendar::{WorkingCalendar, japan};
use tenken_engine::Rule;
use tenken_model::register::{AccountRow, EndpointRow};
use tenken_model::schema::Value;
use tenken_model::{Instant, NameCase, Read, RuleId};

use crate::policy::Parameters;
use crate::registers::belongings::{BackupSet, Device, Medium, Network, Passage, Review, Takeout};
use crate::registers::hosts::HostRow;
use crate::registers::typed::{Incident, Ledger, Listed, PasswordReset, Person, TypedRow, Work, ledger};
use crate::registers::{OnHost, Register};
use crate::store::{StoreError, Transaction};
use crate::working_calendar;

/// The registers of which something is joined. A change of any other changes no finding.
pub(super) const JOINED: [Register; 14] = [
    Person::REGISTER,
    AccountRow::REGISTER,
    Work::REGISTER,
    Incident::REGISTER,
    PasswordReset::REGISTER,
    Device::REGISTER,
    HostRow::REGISTER,
    Medium::REGISTER,
    Takeout::REGISTER,
    Review::REGISTER,
    Network::REGISTER,
    Passage::REGISTER,
    BackupSet::REGISTER,
    EndpointRow::REGISTER,
];

/// The registers, the working calendar and the thresholds at a time. Clones share the rows.
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
    pub devices: Ledger<Device>,
    /// Hosts.
    pub hosts: Ledger<HostRow>,
    /// Portable media.
    pub media: Ledger<Medium>,
    /// What is taken out, and people's own devices at work.
    pub takeouts: Ledger<Takeout>,
    /// Reviews of logs, accounts and assets.
    pub reviews: Ledger<Review>,
    /// Networks.
    pub networks: Ledger<Network>,
    /// Access from afar.
    pub passages: Ledger<Passage>,
    /// Backup sets.
    pub backups: Ledger<BackupSet>,
    /// Endpoints where data is exchanged.
    pub endpoints: Ledger<EndpointRow>,
    /// The working calendar in force.
    pub calendar: WorkingCalendar,
    /// The thresholds somebody set, as they are written.
    pub parameters: BTreeMap<RuleId, BTreeMap<String, Json>>,
    /// The time it is.
    pub now: Instant,
    /// Where the rows of an account are, once one was looked for, beside the rows of which it says so.
    pub(crate) by_account: OnceLock<(Ledger<AccountRow>, Arc<ByAccount>)>,
}

/// The registers as they were last read, so that two thousand reports in a minute do not read them as often. It is a copy and
/// no state of its own: which entries it is of is compared with the store's each time, whoever wrote them.
#[derive(Debug, Clone, Default)]
pub struct Remembered(Arc<Mutex<Option<(Entries, Agency)>>>);

/// The registers that are kept with the number of the last entry about each.
pub(super) type Entries = BTreeMap<Register, i64>;

/// Places of rows in the register of accounts.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ByAccount {
    /// Of every row, by account in the form in which case does not matter.
    named: BTreeMap<String, Vec<usize>>,
    /// Of the rows that count, by the host in small letters, or `*`.
    open: BTreeMap<String, Vec<usize>>,
}

/// The last entry about each register that is joined.
pub(super) async fn entries(transaction: &mut Transaction) -> Result<Entries, StoreError> {
    let mut entries = transaction.last_register_entries().await?;
    entries.retain(|register, _| JOINED.contains(register));
    Ok(entries)
}

impl Agency {
    /// Reads it.
    pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        let remembered = transaction.remembered();
        let entries = entries(transaction).await?;
        let known = remembered.as_ref().and_then(|remembered| remembered.of(&entries));
        let agency = if let Some(agency) = known {
            agency
        } else {
            let agency = Self::read_registers(transaction, now).await?;
            // Looked for at once, so that every copy has it.
            let _index = agency.index();
            if let Some(remembered) = remembered {
                remembered.keep(entries, agency.clone());
            }
            agency
        };
        let calendar = working_calendar::read(transaction).await?;
        let parameters = transaction.setting::<Parameters>().await?.unwrap_or_default().for_agency();
        Ok(Self { calendar, parameters, now, ..agency })
    }

    async fn read_registers(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        Ok(Self {
            people: ledger(transaction).await?,
            accounts: ledger(transaction).await?,
            works: ledger(transaction).await?,
            incidents: ledger(transaction).await?,
            resets: ledger(transaction).await?,
            devices: ledger(transaction).await?,
            hosts: ledger(transaction).await?,
            media: ledger(transaction).await?,
            takeouts: ledger(transaction).await?,
            reviews: ledger(transaction).await?,
            networks: ledger(transaction).await?,
            passages: ledger(transaction).await?,
            backups: ledger(transaction).await?,
            endpoints: ledger(transaction).await?,
            calendar: WorkingCalendar::default(),
            parameters: BTreeMap::new(),
            now,
            by_account: OnceLock::new(),
        })
    }

    fn index(&self) -> Arc<ByAccount> {
        let find = || Arc::new(ByAccount::of(&self.accounts));
        let (of, found) = self.by_account.get_or_init(|| (self.accounts.clone(), find()));
        let same = match (of, &self.accounts) {
            (Read::Measured(of), Read::Measured(rows)) => Arc::ptr_eq(of, rows),
            (Read::NotRead(_), Read::NotRead(_)) => true,
            (Read::Measured(_), Read::NotRead(_)) | (Read::NotRead(_), Read::Measured(_)) => false,
        };
        // Somebody may have put other rows into a copy.
        if same { Arc::clone(found) } else { find() }
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
    pub(crate) fn account(&self, host: OnHost<'_>, account: &str, at: Instant) -> Option<&Listed<AccountRow>> {
        let index = self.index();
        let folded = NameCase::Ignored.fold(account);
        let places = index.named.get(&*folded).map(Vec::as_slice).unwrap_or_default();
        let rows = places.iter().filter_map(|place| self.account_row(*place));
        let is_named = |listed: &&Listed<AccountRow>| host.accounts.is_same(&listed.row.account, account);
        let rows = rows.filter(|listed| is_named(listed) && host.is_meant(&listed.row.host) && stood(listed, at));
        rows.min_by_key(|listed| (!listed.is_open(), listed.row.host == "*", listed.closed_at.map(std::cmp::Reverse)))
    }

    /// The accounts of a host that count now, by name in the form in which names of one account are the same.
    pub(super) fn accounts_of(&self, host: OnHost<'_>) -> BTreeMap<Cow<'_, str>, &Listed<AccountRow>> {
        let mut found: BTreeMap<Cow<'_, str>, &Listed<AccountRow>> = BTreeMap::new();
        let index = self.index();
        let places = |host: &str| index.open.get(host).map(Vec::as_slice).unwrap_or_default();
        let mut places: Vec<usize> = [places("*"), places(&host.name.to_ascii_lowercase())].concat();
        // In the order of the register, as somebody reads it.
        places.sort_unstable();
        places.dedup();
        for listed in places.into_iter().filter_map(|place| self.account_row(place)) {
            let place = found.entry(host.accounts.fold(&listed.row.account)).or_insert(listed);
            if place.row.host == "*" {
                *place = listed;
            }
        }
        found
    }

    /// An account of that name counts now, on whatever host.
    pub(super) fn is_registered(&self, account: &str, case: NameCase) -> bool {
        rows(&self.accounts).any(|listed| listed.is_open() && case.is_same(&listed.row.account, account))
    }

    fn account_row(&self, place: usize) -> Option<&Listed<AccountRow>> {
        self.accounts.measured().and_then(|rows| rows.get(place))
    }

    /// The person of that name: one that counts before one that was closed.
    pub(super) fn person(&self, name: &str) -> Option<&Listed<Person>> {
        let named = rows(&self.people).filter(|listed| listed.row.name == name);
        named.min_by_key(|listed| (!listed.is_open(), listed.closed_at.map(std::cmp::Reverse)))
    }
}

impl Remembered {
    /// The agency whose registers had these entries, if it was read. A lock that somebody left in the middle of something
    /// remembers nothing.
    fn of(&self, entries: &Entries) -> Option<Agency> {
        let known = self.0.lock().ok()?;
        known.as_ref().filter(|(of, _)| of == entries).map(|(_, agency)| agency.clone())
    }

    fn keep(&self, entries: Entries, agency: Agency) {
        if let Ok(mut known) = self.0.lock() {
            *known = Some((entries, agency));
        }
    }
}

impl ByAccount {
    fn of(accounts: &Ledger<AccountRow>) -> Self {
        let mut places = Self::default();
        for (place, listed) in rows(accounts).enumerate() {
            places.named.entry(NameCase::Ignored.fold(&listed.row.account).into_owned()).or_default().push(place);
            if listed.is_open() {
                places.open.entry(listed.row.host.to_ascii_lowercase()).or_default().push(place);
            }
        }
        places
    }
}

/// The rows of a register; none of one that is not kept, of which the caller has told.
pub(super) fn rows<T>(ledger: &Ledger<T>) -> impl Iterator<Item = &Listed<T>> {
    let rows = match ledger {
        Read::Measured(rows) => &**rows,
        Read::NotRead(_) => &[],
    };
    rows.iter()
}

/// The row counted at that time, by what is known of its end.
pub(super) fn stood<T>(listed: &Listed<T>, at: Instant) -> bool {
    listed.closed_at.is_none_or(|closed| closed > at)
}
