//! What hosts told, gathered for the sheet of a month. Pure: one host after another goes in, the sheet comes out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_model::fact::accounts::Accounts;
use tenken_model::fact::sessions::Sessions;
use tenken_model::observation::Outcome;
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Facts, HostId, Instant, NameCase, Observation, Read, Span};

use super::Month;
use super::from_logs::{self, FromLogs, Here};
use super::sheet::{Change, Explained, Gap, LINES_MAX, Missing, Reset, Sheet, SignIn, Use};
use crate::correlate::{Agency, emergency, maintenance};
use crate::registers::typed::{Listed, TypedRow};
use crate::registers::{Definition, OnHost, Register};
use crate::store::{HostSession, ShortList};

/// Two records of one sign-in may differ by so much.
const SAME_WITHIN: Span = Span::from_secs(60);
/// A host that was last heard of so long before the end of the time may have signed somebody in since.
const HEARD_WITHIN: Span = Span::from_days(1);

/// How long an incident explains sign-ins while it has no end on record.
const INCIDENT_LASTS: Span = Span::from_days(31);

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
    /// A session was there in the time, or in what no sheet has looked at since `from`.
    fn overlaps(&self, session: &HostSession, from: Instant) -> bool {
        let lasted = session.goes_on || session.ended.is_some_and(|ended| ended >= from);
        session.started < self.until && (session.started >= from || lasted)
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
    /// Whether case matters in the names of its accounts.
    pub names: NameCase,
    /// When it was last heard of.
    pub heard: Option<Instant>,
    /// Its facts.
    pub facts: Facts,
    /// The sessions of maintenance and emergency accounts that it ever told.
    pub kept: Vec<HostSession>,
    /// From when to when its records are missing.
    pub gaps: Vec<(Instant, Instant)>,
    /// Up to when the last sheet that was signed had heard of it, if that was before the sheet ended: what it told later is
    /// looked at now.
    pub looked_at: Option<Instant>,
}

impl Told {
    /// As rows of registers name it.
    pub fn on_host(&self) -> OnHost<'_> {
        OnHost { name: &self.name, accounts: self.names }
    }
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
    /// Host, how it compares names, account and time of each change.
    changed: Vec<(String, NameCase, String, Instant)>,
    gaps: Vec<Gap>,
    late: BTreeMap<HostId, Instant>,
    from_logs: FromLogs,
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
            changed: Vec::new(),
            gaps: Vec::new(),
            late: BTreeMap::new(),
            from_logs: FromLogs::default(),
        }
    }

    /// Takes over what an earlier making of the same sheet knew and hosts may no longer tell.
    pub fn recall(&mut self, earlier: Sheet) {
        let losses = earlier.happened.into_iter().flat_map(|happened| happened.losses.lines);
        let Period { from, until, .. } = self.period;
        self.from_logs.recall(losses.filter(|loss| from <= loss.noticed_at && loss.noticed_at < until));
    }

    /// Takes in what is known of a host.
    pub fn take(&mut self, told: &Told) {
        self.hosts += 1;
        let sessions = known(told.facts.sessions.as_deref());
        let accounts = known(told.facts.accounts.as_deref());
        let mut administrators = BTreeMap::new();
        let mut unregistered = BTreeMap::new();
        let mut unsure = BTreeSet::new();
        let from = told.looked_at.map_or(self.period.from, |until| until.min(self.period.from));
        for session in signed_in(told.names, sessions, &told.kept).filter(|session| self.period.overlaps(session, from))
        {
            let began = from <= session.started;
            let row = self.agency.account(told.on_host(), &session.account, session.started);
            let sign_in = self.sign_in(told, &session, row);
            match is_administrator(told.names, accounts, row, &session.account) {
                Some(true) => count(&mut administrators, told.names, &sign_in),
                Some(false) => {}
                None => drop(unsure.insert(told.names.fold(&session.account).into_owned())),
            }
            if row.is_none() && self.agency.accounts.measured().is_some() {
                count(&mut unregistered, told.names, &sign_in);
            }
            let kind = row.map(|row| row.row.kind);
            if began && !self.agency.calendar.is_open(session.started) {
                self.out_of_hours.push(sign_in.clone());
            }
            if matches!(kind, Some(AccountKind::Maintenance | AccountKind::Emergency)) {
                self.special.push(sign_in);
            }
        }
        self.administrators.extend(administrators.into_values());
        self.unregistered.extend(unregistered.into_values());
        let mut missing = self.passwords(told, accounts);
        missing.extend(Some(unsure.len()).filter(|count| *count > 0).map(Missing::NoRights));
        missing.extend(self.from_logs.take(Here { told, from, until: self.period.until }, self.agency));
        // Of a host that told nothing at all that is said once.
        let Facts { sessions, account_events, logs, .. } = &told.facts;
        let is_silent =
            told.facts.accounts.is_none() && sessions.is_none() && account_events.is_none() && logs.is_none();
        if is_silent {
            missing.clear();
        }
        self.records(told, accounts.is_some() || is_silent, missing);
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
                let work = maintenance::work_of(self.agency, told.on_host(), session, row)?;
                Some(explained(work, maintenance::is_approved(&work.row)))
            }
            AccountKind::Emergency => {
                let day = japan::date_of(session.started);
                let incident = emergency::incident_of(self.agency, told.names, &row.row.account, day, INCIDENT_LASTS);
                incident.map(|incident| explained(incident, true))
            }
            _ => None,
        }
    }

    /// The passwords that were changed in the time; what of them is not known.
    fn passwords(&mut self, told: &Told, accounts: Option<&Accounts>) -> Vec<Missing> {
        let Some(accounts) = accounts else { return Vec::new() };
        let (mut not_read, mut later) = (0, 0);
        for account in &accounts.entries {
            let changed = match &account.password_changed {
                Read::Measured(Some(changed)) => *changed,
                Read::Measured(None) => continue,
                Read::NotRead(_) => {
                    not_read += 1;
                    continue;
                }
            };
            let on = japan::date_of(changed);
            if changed >= self.period.until {
                later += 1;
                continue;
            }
            if !self.period.holds_day(on) {
                continue;
            }
            self.changed.push((told.name.clone(), told.names, account.name.clone(), changed));
            let is_known = self.is_recorded(told.on_host(), &account.name, changed)
                || from_logs::is_told(told, &account.name, changed);
            if !is_known {
                let row = self.agency.account(told.on_host(), &account.name, changed);
                self.changes.push(Change {
                    host: told.host.clone(),
                    host_name: told.name.clone(),
                    account: account.name.clone(),
                    owner: row.map_or_else(String::new, |row| row.row.owner.clone()),
                    on,
                });
            }
        }
        let count = |count: usize, missing: fn(usize) -> Missing| (count > 0).then(|| missing(count));
        count(not_read, Missing::NoPasswordDates).into_iter().chain(count(later, Missing::ChangedSince)).collect()
    }

    /// The register has a record of that change.
    fn is_recorded(&self, host: OnHost<'_>, account: &str, changed: Instant) -> bool {
        let Some(resets) = self.agency.resets.measured() else { return false };
        resets.iter().any(|reset| reset.row.tells_of(host, account, japan::date_of(changed)))
    }

    /// What is missing of the records.
    fn records(&mut self, told: &Told, has_accounts: bool, mut missing: Vec<Missing>) {
        let overlaps = |(from, until): &&(Instant, Instant)| *from < self.period.until && self.period.from < *until;
        missing.extend(told.gaps.iter().filter(overlaps).map(|(from, until)| Missing::Between(*from, *until)));
        match told.facts.sessions.as_deref().map(|observation| &observation.outcome) {
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
        let heard = told.heard.unwrap_or(self.period.from);
        if heard < self.period.until {
            self.late.insert(told.host.clone(), heard);
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
            late: self.late,
            happened: Some(self.from_logs.finish()),
        }
    }

    fn resets(&self) -> Vec<Reset> {
        let Some(rows) = self.agency.resets.measured() else { return Vec::new() };
        let within = rows.iter().filter(|reset| self.period.holds_day(reset.row.reset_on));
        let mut resets: Vec<Reset> = within
            .map(|reset| {
                let on = reset.row.reset_on;
                let is_seen = |(name, accounts, account, changed): &&(String, NameCase, String, Instant)| {
                    let host = OnHost { name, accounts: *accounts };
                    reset.row.tells_of(host, account, japan::date_of(*changed))
                };
                let seen = self.changed.iter().filter(is_seen).count();
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
fn signed_in<'s>(
    names: NameCase,
    sessions: Option<&'s Sessions>,
    kept: &'s [HostSession],
) -> impl Iterator<Item = HostSession> + 's {
    let told: Vec<HostSession> =
        sessions.into_iter().flat_map(|sessions| &sessions.entries).map(HostSession::of).collect();
    let is_told = |kept: &HostSession, told: &[HostSession]| {
        let same = |one: &HostSession| {
            let from = one.from == kept.from || one.from.is_empty() || kept.from.is_empty();
            from && names.is_same(&one.account, &kept.account)
                && Span::between(one.started, kept.started).abs() <= SAME_WITHIN
        };
        told.iter().any(same)
    };
    let gone: Vec<HostSession> = kept.iter().filter(|kept| !is_told(kept, &told)).cloned().collect();
    told.into_iter().chain(gone)
}

/// The account can become administrator, by the host or by the register; absent where the host's accounts are known and
/// neither tells.
fn is_administrator(
    names: NameCase,
    accounts: Option<&Accounts>,
    row: Option<&Listed<AccountRow>>,
    account: &str,
) -> Option<bool> {
    if row.is_some_and(|row| row.row.administrator) {
        return Some(true);
    }
    // That nothing was told of accounts is said of the host as a whole.
    let Some(accounts) = accounts else { return Some(false) };
    let entry = accounts.entries.iter().find(|entry| names.is_same(&entry.name, account))?;
    entry.administrator.measured().copied()
}

fn count(known: &mut BTreeMap<String, Use>, names: NameCase, sign_in: &SignIn) {
    let SignIn { host, host_name, account, owner, started, .. } = sign_in;
    let used = known.entry(names.fold(account).into_owned()).or_insert_with(|| Use {
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

pub(super) fn explained<T: TypedRow>(listed: &Listed<T>, approved: bool) -> Explained {
    let register = Definition::of(T::REGISTER).map_or_else(|| T::REGISTER.name(), |definition| definition.slug);
    Explained { register: register.to_owned(), id: listed.id, called: listed.called.clone(), approved }
}

/// The first lines of a part.
pub(super) fn listed<T>(lines: Vec<T>) -> ShortList<T> {
    ShortList::cut(lines, LINES_MAX)
}
