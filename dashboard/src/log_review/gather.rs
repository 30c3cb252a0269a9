//! What hosts told, gathered for the sheet of a month. Pure: one host after another goes in, the sheet comes out.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_model::fact::accounts::Accounts;
use tenken_model::fact::sessions::Sessions;
use tenken_model::observation::Outcome;
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Facts, HostId, Instant, Observation, Read, Span};

use super::Month;
use super::sheet::{Change, Explained, Gap, LINES_MAX, Missing, Reset, Sheet, SignIn, Use};
use crate::correlate::{Agency, maintenance};
use crate::registers::typed::{Listed, TypedRow};
use crate::registers::{Definition, Register};
use crate::store::{HostSession, ShortList};

/// Two records of one sign-in may differ by so much.
const SAME_WITHIN: Span = Span::from_secs(60);
/// A host that was last heard of so long before the end of the time may have signed somebody in since.
const HEARD_WITHIN: Span = Span::from_days(1);

/// What time a sheet is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The month.
    pub month: Month,
    /// From when on.
    pub from: Instant,
    /// Up to when.
    pub until: Instant,
}

impl Period {
    fn holds(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    fn holds_day(&self, day: NaiveDate) -> bool {
        japan::date_of(self.from) <= day && day <= japan::last_day_before(self.until)
    }
}

/// What is known of one host.
#[derive(Debug, Clone)]
pub struct Told {
    /// The host.
    pub host: HostId,
    /// Its name.
    pub name: String,
    /// When it was last heard of.
    pub heard: Option<Instant>,
    /// Its facts.
    pub facts: Facts,
    /// The sessions of maintenance and emergency accounts that it ever told.
    pub kept: Vec<HostSession>,
    /// From when to when its records are missing.
    pub gaps: Vec<(Instant, Instant)>,
}

/// A sheet while it is made.
#[derive(Debug)]
pub struct Gathering<'a> {
    agency: &'a Agency,
    period: Period,
    hosts: usize,
    out_of_hours: Vec<SignIn>,
    special: Vec<SignIn>,
    administrators: Vec<Use>,
    unregistered: Vec<Use>,
    changes: Vec<Change>,
    changed: BTreeMap<(String, NaiveDate), usize>,
    gaps: Vec<Gap>,
}

impl<'a> Gathering<'a> {
    /// Begins one.
    pub fn new(agency: &'a Agency, period: Period) -> Self {
        Self {
            agency,
            period,
            hosts: 0,
            out_of_hours: Vec::new(),
            special: Vec::new(),
            administrators: Vec::new(),
            unregistered: Vec::new(),
            changes: Vec::new(),
            changed: BTreeMap::new(),
            gaps: Vec::new(),
        }
    }

    /// Takes in what is known of a host.
    pub fn take(&mut self, told: &Told) {
        self.hosts += 1;
        let sessions = known(told.facts.sessions.as_ref());
        let accounts = known(told.facts.accounts.as_ref());
        let mut administrators = BTreeMap::new();
        let mut unregistered = BTreeMap::new();
        for session in signed_in(sessions, &told.kept).filter(|session| self.period.holds(session.started)) {
            let row = self.agency.account(&told.name, &session.account, session.started);
            let sign_in = self.sign_in(told, &session, row);
            if is_administrator(accounts, row, &session.account) {
                count(&mut administrators, &sign_in);
            }
            if row.is_none() && self.agency.accounts.measured().is_some() {
                count(&mut unregistered, &sign_in);
            }
            let kind = row.map(|row| row.row.kind);
            if !self.agency.calendar.is_open(session.started) {
                self.out_of_hours.push(sign_in.clone());
            }
            if matches!(kind, Some(AccountKind::Maintenance | AccountKind::Emergency)) {
                self.special.push(sign_in);
            }
        }
        self.administrators.extend(administrators.into_values());
        self.unregistered.extend(unregistered.into_values());
        self.passwords(told, accounts);
        self.records(told, accounts.is_some());
    }

    fn sign_in(&self, told: &Told, session: &HostSession, row: Option<&Listed<AccountRow>>) -> SignIn {
        SignIn {
            host: told.host.clone(),
            host_name: told.name.clone(),
            account: session.account.clone(),
            owner: row.map_or_else(String::new, |row| row.row.owner.clone()),
            from: session.from.clone(),
            started: session.started,
            ended: session.ended,
            explained: row.and_then(|row| self.explained(told, session, row)),
        }
    }

    /// The request or the incident on which a sign-in of a maintenance or emergency account falls.
    fn explained(&self, told: &Told, session: &HostSession, row: &Listed<AccountRow>) -> Option<Explained> {
        match row.row.kind {
            AccountKind::Maintenance => {
                let work = maintenance::work_of(self.agency, &told.name, session, row)?;
                Some(explained(work, maintenance::is_approved(&work.row)))
            }
            AccountKind::Emergency => {
                let day = japan::date_of(session.started);
                let incidents = self.agency.incidents.measured()?;
                let then = |listed: &&Listed<crate::registers::typed::Incident>| {
                    listed.row.opened_on <= day && listed.row.recovered_on.is_none_or(|last| day <= last)
                };
                incidents.iter().find(then).map(|incident| explained(incident, true))
            }
            _ => None,
        }
    }

    /// The passwords that were changed in the time.
    fn passwords(&mut self, told: &Told, accounts: Option<&Accounts>) {
        let Some(accounts) = accounts else { return };
        for account in &accounts.entries {
            let Read::Measured(Some(changed)) = account.password_changed else { continue };
            let on = japan::date_of(changed);
            if !self.period.holds_day(on) || changed >= self.period.until {
                continue;
            }
            *self.changed.entry((account.name.clone(), on)).or_default() += 1;
            if !self.is_recorded(&account.name, on) {
                let row = self.agency.account(&told.name, &account.name, changed);
                self.changes.push(Change {
                    host: told.host.clone(),
                    host_name: told.name.clone(),
                    account: account.name.clone(),
                    owner: row.map_or_else(String::new, |row| row.row.owner.clone()),
                    on,
                });
            }
        }
    }

    /// The register has a record of that day for an account of that name. Linux records the day alone.
    fn is_recorded(&self, account: &str, on: NaiveDate) -> bool {
        let Some(resets) = self.agency.resets.measured() else { return false };
        resets.iter().any(|reset| reset.row.reset_on == on && account_of(&reset.row.account) == account)
    }

    /// What is missing of the records.
    fn records(&mut self, told: &Told, has_accounts: bool) {
        let mut missing = Vec::new();
        let overlaps = |(from, until): &&(Instant, Instant)| *from < self.period.until && self.period.from < *until;
        missing.extend(told.gaps.iter().filter(overlaps).map(|(from, until)| Missing::Between(*from, *until)));
        match told.facts.sessions.as_ref().map(|observation| &observation.outcome) {
            None => missing.push(Missing::NotTold),
            Some(Outcome::Absent(_)) => missing.push(Missing::None),
            Some(Outcome::Failed(reason)) => missing.push(Missing::NotRead(reason.code)),
            Some(Outcome::Known(sessions)) => {
                match &sessions.since {
                    Read::Measured(None) => missing.push(Missing::None),
                    Read::Measured(Some(since)) if *since > self.period.from => missing.push(Missing::Since(*since)),
                    Read::Measured(Some(_)) => {}
                    Read::NotRead(reason) => missing.push(Missing::NotRead(reason.code)),
                }
                match &sessions.complete {
                    Read::Measured(true) if sessions.left_out == 0 => {}
                    Read::Measured(_) => missing.push(Missing::LeftOut),
                    Read::NotRead(reason) => missing.push(Missing::NotRead(reason.code)),
                }
            }
        }
        if !has_accounts {
            missing.push(Missing::NoAccounts);
        }
        if let Some(heard) = told.heard.filter(|heard| HEARD_WITHIN.after(*heard) < self.period.until) {
            missing.push(Missing::NotHeardSince(heard));
        }
        let gap = |what| Gap { address: format!("/hosts/{}", told.host), host_name: told.name.clone(), what };
        self.gaps.extend(missing.into_iter().map(gap));
    }

    /// Takes in that a row of the register of hosts has no agent.
    pub fn lacks_agent(&mut self, row: i64, name: &str) {
        let slug = Definition::of(Register::Hosts).map_or("", |definition| definition.slug);
        let address = format!("/registers/{slug}/{row}");
        self.gaps.push(Gap { address, host_name: name.to_owned(), what: Missing::NoAgent });
    }

    /// The sheet.
    pub fn finish(mut self, made_at: Instant) -> Sheet {
        let resets = self.resets();
        self.out_of_hours.sort_by(|a, b| (a.started, &a.host_name).cmp(&(b.started, &b.host_name)));
        self.special.sort_by(|a, b| (a.started, &a.host_name).cmp(&(b.started, &b.host_name)));
        self.changes.sort_by(|a, b| (a.on, &a.host_name, &a.account).cmp(&(b.on, &b.host_name, &b.account)));
        Sheet {
            month: self.period.month,
            from: self.period.from,
            until: self.period.until,
            made_at,
            hosts: self.hosts,
            accounts_kept: self.agency.accounts.measured().is_some(),
            resets_kept: self.agency.resets.measured().is_some(),
            out_of_hours: listed(self.out_of_hours),
            administrators: listed(self.administrators),
            special: listed(self.special),
            unregistered: listed(self.unregistered),
            changes: listed(self.changes),
            resets: listed(resets),
            gaps: listed(self.gaps),
        }
    }

    fn resets(&self) -> Vec<Reset> {
        let Some(rows) = self.agency.resets.measured() else { return Vec::new() };
        let within = rows.iter().filter(|reset| self.period.holds_day(reset.row.reset_on));
        let mut resets: Vec<Reset> = within
            .map(|reset| {
                let on = reset.row.reset_on;
                let seen = self.changed.get(&(account_of(&reset.row.account).to_owned(), on)).copied().unwrap_or(0);
                Reset { id: reset.id, account: reset.row.account.clone(), on, seen }
            })
            .collect();
        resets.sort_by_key(|reset| (reset.on, reset.id));
        resets
    }
}

fn known<T>(observation: Option<&Observation<T>>) -> Option<&T> {
    match &observation?.outcome {
        Outcome::Known(fact) => Some(fact),
        Outcome::Absent(_) | Outcome::Failed(_) => None,
    }
}

/// The sessions on record, and those that are no longer and were kept.
fn signed_in<'s>(sessions: Option<&'s Sessions>, kept: &'s [HostSession]) -> impl Iterator<Item = HostSession> + 's {
    let told: Vec<HostSession> =
        sessions.into_iter().flat_map(|sessions| &sessions.entries).map(HostSession::of).collect();
    let is_told = |kept: &HostSession, told: &[HostSession]| {
        let same = |one: &HostSession| {
            one.account == kept.account && Span::between(one.started, kept.started).abs() <= SAME_WITHIN
        };
        told.iter().any(same)
    };
    let gone: Vec<HostSession> = kept.iter().filter(|kept| !is_told(kept, &told)).cloned().collect();
    told.into_iter().chain(gone)
}

/// The account can become administrator, by the host or by the register.
fn is_administrator(accounts: Option<&Accounts>, row: Option<&Listed<AccountRow>>, account: &str) -> bool {
    let of_host = accounts.and_then(|accounts| accounts.entries.iter().find(|entry| entry.name == account));
    let by_host = of_host.is_some_and(|entry| entry.administrator == Read::Measured(true));
    by_host || row.is_some_and(|row| row.row.administrator)
}

fn count(known: &mut BTreeMap<String, Use>, sign_in: &SignIn) {
    let SignIn { host, host_name, account, owner, started, .. } = sign_in;
    let used = known.entry(account.clone()).or_insert_with(|| Use {
        host: host.clone(),
        host_name: host_name.clone(),
        account: account.clone(),
        owner: owner.clone(),
        times: 0,
        first: *started,
        last: *started,
    });
    used.times += 1;
    used.first = used.first.min(*started);
    used.last = used.last.max(*started);
}

fn explained<T: TypedRow>(listed: &Listed<T>, approved: bool) -> Explained {
    let register = Definition::of(T::REGISTER).map_or_else(|| T::REGISTER.name(), |definition| definition.slug);
    Explained { register: register.to_owned(), id: listed.id, called: listed.called.clone(), approved }
}

/// The name of an account as it is written with its system or host before it.
fn account_of(written: &str) -> &str {
    written.rsplit([' ', '/']).next().unwrap_or(written)
}

fn listed<T>(mut lines: Vec<T>) -> ShortList<T> {
    let left = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    ShortList { lines, left }
}
