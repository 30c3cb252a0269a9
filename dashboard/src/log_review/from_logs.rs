//! What the logs of hosts tell, gathered for a sheet: the same is added up, and what is worst comes first. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tenken_calendar::japan;
use tenken_model::fact::account_events::{
    AccountChange, AccountChangeKind, AccountEvents, Elevation, ElevationWay, EventLog, EventLogKind, EventPart,
    FailedSignIns, PasswordSet, Transfer,
};
use tenken_model::fact::logs::{LogLoss, Logs};
use tenken_model::observation::Outcome;
use tenken_model::{HostId, Instant, Read, ReasonCode, Size, Span};

use super::gather::{Told, explained, listed};
use super::happened::{AccountChanged, Elevated, Failed, Happened, Loss, Moved, NAMED_MAX, Named, PasswordGiven};
use super::network::OverNetwork;
use super::sheet::Missing;
use crate::correlate::Agency;

const DAY_MILLIS: i64 = 86_400_000;
/// A record and the date that an account has may differ by so much.
const SAME_WITHIN: Span = Span::from_secs(60);

/// A host with the time that is looked at there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here<'t> {
    pub(super) told: &'t Told,
    pub(super) from: Instant,
    pub(super) until: Instant,
}

impl Here<'_> {
    fn holds(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    /// What is told by the day may have been at any time of it, so that it counts if any of it is within.
    pub(super) fn overlaps(&self, first: Instant, last: Instant) -> bool {
        first < self.until && self.from <= last
    }
}

/// What is told of several hosts in the same words: what, account, group and by whom.
type SameChange = (AccountChangeKind, Option<String>, Option<String>, Option<String>);
/// Host, account, as whom and by what.
type SameUse = (HostId, Option<String>, Option<String>, ElevationWay);

/// The parts of a sheet that rest on logs, while it is made.
#[derive(Debug, Default)]
pub(super) struct FromLogs {
    losses: Vec<Loss>,
    failed: BTreeMap<(HostId, Option<String>), Failing>,
    passwords: Vec<PasswordGiven>,
    accounts: BTreeMap<SameChange, Changing>,
    elevations: BTreeMap<SameUse, Elevated>,
    transfers: BTreeMap<(HostId, String), Moved>,
    network: OverNetwork,
    parts_unknown: BTreeMap<EventPart, usize>,
    events_unknown: usize,
    losses_unknown: usize,
}

#[derive(Debug)]
struct Failing {
    line: Failed,
    days: BTreeSet<Instant>,
    sources: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Changing {
    times: usize,
    hosts: BTreeSet<Named>,
    first: Instant,
    last: Instant,
}

impl FromLogs {
    /// Losses that an earlier making of the same sheet knew: hosts tell of them for a month alone.
    pub(super) fn recall(&mut self, losses: impl IntoIterator<Item = Loss>) {
        self.losses.extend(losses);
    }

    /// Takes in what the logs of a host tell; what of it is missing.
    pub(super) fn take(&mut self, here: Here<'_>, agency: &Agency) -> Vec<Missing> {
        let mut missing = Vec::new();
        let (events, logs) = (here.told.facts.account_events.as_deref(), here.told.facts.logs.as_deref());
        self.events_unknown += usize::from(!events.is_some_and(|events| matches!(events.outcome, Outcome::Known(_))));
        self.losses_unknown += usize::from(match logs.map(|logs| &logs.outcome) {
            Some(Outcome::Known(logs)) => logs.watched_since.is_none(),
            Some(Outcome::Absent(_)) => false,
            Some(Outcome::Failed(_)) | None => true,
        });
        match events.map(|observation| &observation.outcome) {
            None => missing.push(Missing::EventsNotTold),
            Some(Outcome::Absent(_)) => missing.push(Missing::EventsNone),
            Some(Outcome::Failed(reason)) => missing.push(Missing::EventsNotRead(reason.code)),
            Some(Outcome::Known(events)) => {
                self.events(here, agency, events);
                missing.extend(lacking(here, events));
            }
        }
        match logs.map(|observation| &observation.outcome) {
            None => missing.push(Missing::LogsNotTold),
            // Without any log none can lose records, which is told of sign-ins already.
            Some(Outcome::Absent(_)) => {}
            Some(Outcome::Failed(reason)) => missing.push(Missing::LogsNotRead(reason.code)),
            Some(Outcome::Known(logs)) => {
                self.losses(here, logs);
                missing.extend(unwatched(here, logs));
            }
        }
        missing
    }

    fn losses(&mut self, here: Here<'_>, logs: &Logs) {
        let line = |loss: &LogLoss| Loss {
            host: here.told.host.clone(),
            host_name: here.told.name.clone(),
            log: loss.log.clone(),
            kind: loss.kind,
            noticed_at: loss.noticed_at,
            last_seen: loss.last_seen,
            last_size: loss.last_size,
            reinstalled: loss.reinstalled,
            restarted: loss.restarted,
        };
        self.losses.extend(logs.losses.iter().filter(|loss| here.holds(loss.noticed_at)).map(line));
    }

    fn events(&mut self, here: Here<'_>, agency: &Agency, events: &AccountEvents) {
        for failed in events.failed_sign_ins.iter().filter(|failed| here.overlaps(failed.first, failed.last)) {
            self.failed(here, agency, failed);
        }
        for set in events.passwords_set.iter().filter(|set| here.holds(set.at)) {
            // What people do with their own passwords nobody has to look at.
            if set.by_another != Read::Measured(false) {
                self.passwords.push(given(here, agency, set));
            }
        }
        for change in events.changes.iter().filter(|change| here.holds(change.at)) {
            self.changed(here, change);
        }
        for elevation in events.elevations.iter().filter(|used| here.overlaps(used.first, used.last)) {
            self.elevated(here, agency, elevation);
        }
        for transfer in &events.transfers {
            if here.overlaps(transfer.day, Span::from_millis(DAY_MILLIS - 1).after(transfer.day)) {
                self.moved(here, agency, transfer);
            }
        }
        self.network.take(here, agency, events.network_sign_ins.as_deref());
        for reach in events.parts.iter().flatten().filter(|reach| matches!(reach.since, Read::NotRead(_))) {
            *self.parts_unknown.entry(reach.part).or_default() += 1;
        }
    }

    fn failed(&mut self, here: Here<'_>, agency: &Agency, failed: &FailedSignIns) {
        let key = (here.told.host.clone(), failed.account.clone());
        let failing = self.failed.entry(key).or_insert_with(|| Failing {
            line: Failed {
                host: here.told.host.clone(),
                host_name: here.told.name.clone(),
                account: failed.account.clone(),
                owner: owner(here, agency, failed.account.as_deref(), failed.first),
                sources: Vec::new(),
                sources_left: 0,
                times: 0,
                days: 0,
                first: failed.first,
                last: failed.last,
            },
            days: BTreeSet::new(),
            sources: BTreeMap::new(),
        });
        let times = count(failed.count);
        failing.line.times = failing.line.times.saturating_add(times);
        failing.line.first = failing.line.first.min(failed.first);
        failing.line.last = failing.line.last.max(failed.last);
        failing.days.insert(failed.day);
        if !failed.source.is_empty() {
            let from = failing.sources.entry(failed.source.clone()).or_default();
            *from = from.saturating_add(times);
        }
    }

    fn changed(&mut self, here: Here<'_>, change: &AccountChange) {
        let AccountChange { kind, account, group, by, at } = change.clone();
        let changing = self.accounts.entry((kind, account, group, by)).or_insert_with(|| Changing {
            times: 0,
            hosts: BTreeSet::new(),
            first: at,
            last: at,
        });
        changing.times += 1;
        changing.hosts.insert(Named { name: here.told.name.clone(), host: here.told.host.clone() });
        changing.first = changing.first.min(at);
        changing.last = changing.last.max(at);
    }

    fn elevated(&mut self, here: Here<'_>, agency: &Agency, used: &Elevation) {
        let key = (here.told.host.clone(), used.account.clone(), used.target.clone(), used.way);
        let line = self.elevations.entry(key).or_insert_with(|| Elevated {
            host: here.told.host.clone(),
            host_name: here.told.name.clone(),
            account: used.account.clone(),
            owner: owner(here, agency, used.account.as_deref(), used.first),
            target: used.target.clone(),
            way: used.way,
            times: 0,
            failed: 0,
            first: used.first,
            last: used.last,
        });
        line.times = line.times.saturating_add(count(used.count));
        line.failed = line.failed.saturating_add(count(used.failed));
        line.first = line.first.min(used.first);
        line.last = line.last.max(used.last);
    }

    fn moved(&mut self, here: Here<'_>, agency: &Agency, transfer: &Transfer) {
        let key = (here.told.host.clone(), transfer.account.clone());
        let line = self.transfers.entry(key).or_insert_with(|| Moved {
            host: here.told.host.clone(),
            host_name: here.told.name.clone(),
            account: transfer.account.clone(),
            owner: owner(here, agency, Some(&transfer.account), transfer.day),
            sessions: 0,
            sent: 0,
            received: 0,
            bytes_sent: None,
            bytes_received: None,
            first: transfer.day,
            last: transfer.day,
        });
        line.sessions = line.sessions.saturating_add(count(transfer.sessions));
        line.sent = line.sent.saturating_add(count(transfer.sent));
        line.received = line.received.saturating_add(count(transfer.received));
        line.bytes_sent = added(line.bytes_sent, transfer.bytes_sent);
        line.bytes_received = added(line.bytes_received, transfer.bytes_received);
        line.first = line.first.min(transfer.day);
        line.last = line.last.max(transfer.day);
    }

    /// All of it, what is worst first.
    pub(super) fn finish(mut self) -> Happened {
        // Told by the host and known from before it is one loss.
        let mut known = BTreeSet::new();
        self.losses.retain(|loss| known.insert((loss.host.clone(), loss.log.clone(), loss.noticed_at)));
        self.losses.sort_by_key(|loss| (loss.reinstalled || loss.restarted, loss.noticed_at, loss.host_name.clone()));
        let mut failed: Vec<Failed> = self.failed.into_values().map(Failing::line).collect();
        failed.sort_by_key(|line| (Reverse(line.times), line.host_name.clone(), line.account.clone()));
        self.passwords.sort_by_key(|line| {
            let is_explained = line.explained.is_some();
            (is_explained, line.first_issue, !line.by_another, line.at, line.host_name.clone())
        });
        let mut accounts: Vec<AccountChanged> = self.accounts.into_iter().map(changed).collect();
        accounts.sort_by_key(|line| (rank(line.kind), line.first));
        let mut elevations: Vec<Elevated> = self.elevations.into_values().collect();
        elevations.sort_by_key(|line| (Reverse(line.failed), Reverse(line.times), line.host_name.clone()));
        let mut transfers: Vec<Moved> = self.transfers.into_values().collect();
        transfers.sort_by_key(|line| {
            let sent = line.bytes_sent.map_or(0, Size::bytes);
            (Reverse(sent), Reverse(line.sent), Reverse(line.sessions), line.host_name.clone())
        });
        Happened {
            losses: listed(self.losses),
            failed: listed(failed),
            passwords: listed(self.passwords),
            accounts: listed(accounts),
            elevations: listed(elevations),
            transfers: listed(transfers),
            network: self.network.finish(),
            parts_unknown: self.parts_unknown,
            events_unknown: self.events_unknown,
            losses_unknown: self.losses_unknown,
        }
    }
}

impl Failing {
    fn line(self) -> Failed {
        let (sources, sources_left) = most_first(self.sources);
        Failed { sources, sources_left, days: self.days.len(), ..self.line }
    }
}

/// From where most came, and how many more places there are.
pub(super) fn most_first(sources: BTreeMap<String, u64>) -> (Vec<String>, usize) {
    let mut sources: Vec<(String, u64)> = sources.into_iter().collect();
    sources.sort_by_key(|(source, times)| (Reverse(*times), source.clone()));
    let left = sources.len().saturating_sub(NAMED_MAX);
    (sources.into_iter().take(NAMED_MAX).map(|(source, _)| source).collect(), left)
}

fn changed(((kind, account, group, by), changing): (SameChange, Changing)) -> AccountChanged {
    let Changing { times, hosts, first, last } = changing;
    let hosts_left = hosts.len().saturating_sub(NAMED_MAX);
    let hosts = hosts.into_iter().take(NAMED_MAX).collect();
    AccountChanged { kind, account, group, by, hosts, hosts_left, times, first, last }
}

/// What gives somebody more comes first, and what takes something away last.
const fn rank(kind: AccountChangeKind) -> u8 {
    match kind {
        AccountChangeKind::MemberAdded => 0,
        AccountChangeKind::AccountAdded => 1,
        AccountChangeKind::AccountUnlocked => 2,
        AccountChangeKind::AccountChanged => 3,
        AccountChangeKind::AccountLockedOut => 4,
        AccountChangeKind::GroupAdded => 5,
        AccountChangeKind::AccountRemoved => 6,
        AccountChangeKind::AccountLocked => 7,
        AccountChangeKind::MemberRemoved => 8,
        AccountChangeKind::GroupRemoved => 9,
    }
}

fn given(here: Here<'_>, agency: &Agency, set: &PasswordSet) -> PasswordGiven {
    let mut resets = agency.resets.measured().into_iter().flat_map(|resets| resets.iter());
    let on = japan::date_of(set.at);
    let record = resets.find(|reset| reset.row.tells_of(here.told.on_host(), &set.account, on));
    PasswordGiven {
        host: here.told.host.clone(),
        host_name: here.told.name.clone(),
        account: set.account.clone(),
        owner: owner(here, agency, Some(&set.account), set.at),
        at: set.at,
        how: set.how,
        by: set.by.clone(),
        by_another: set.by_another == Read::Measured(true),
        first_issue: set.first_issue,
        explained: record.map(|record| explained(record, true)),
    }
}

/// The logs tell of that change of a password: its person's own is nothing to look at, and any other stands on its own line.
pub(super) fn is_told(told: &Told, account: &str, changed: Instant) -> bool {
    let Some(Outcome::Known(events)) = told.facts.account_events.as_deref().map(|observation| &observation.outcome)
    else {
        return false;
    };
    let is_day = changed.timestamp_millis().rem_euclid(DAY_MILLIS) == 0;
    events.passwords_set.iter().filter(|set| told.names.is_same(&set.account, account)).any(|set| {
        let at = set.at.timestamp_millis();
        let same_day = at.saturating_sub(at.rem_euclid(DAY_MILLIS)) == changed.timestamp_millis();
        (is_day && same_day) || Span::between(set.at, changed).abs() <= SAME_WITHIN
    })
}

/// What of the time a host's logs do not tell.
fn lacking(here: Here<'_>, events: &AccountEvents) -> Vec<Missing> {
    let mut missing = Vec::new();
    let counts = |kind| matches!(kind, EventLogKind::Journal | EventLogKind::Messages | EventLogKind::Security);
    // What was not read may well be there still, which is another thing than that there is none.
    let is_unread = |log: &EventLog| log.cut || matches!(log.from, Read::NotRead(_));
    let is_cut = events.logs.iter().any(|log| is_unread(log) && counts(log.kind));
    let reach = |since: &Read<Option<Instant>>, missing: fn(Instant) -> Missing| match since {
        Read::Measured(Some(since)) if *since > here.from => Some(missing(*since)),
        Read::Measured(Some(_)) => None,
        Read::Measured(None) => Some(Missing::EventsNone),
        Read::NotRead(reason) => Some(Missing::EventsNotRead(reason.code)),
    };
    missing.extend(reach(&events.since, if is_cut { Missing::EventsCut } else { Missing::EventsSince }));
    // What is frequent reaches less far only where more of it was written than is read.
    if events.uses_since != events.since {
        missing.extend(reach(&events.uses_since, Missing::UsesCut));
    }
    missing.dedup();
    missing.extend(parts(here, events));
    missing.extend(Some(count(events.left_out)).filter(|left| *left > 0).map(Missing::EventsLeftOut));
    missing
}

/// What of the parts that have reaches of their own is not told.
fn parts(here: Here<'_>, events: &AccountEvents) -> Vec<Missing> {
    let (mut missing, mut never) = (Vec::new(), Vec::new());
    for reach in events.parts.iter().flatten() {
        match &reach.since {
            Read::NotRead(reason) if matches!(reason.code, ReasonCode::Unsupported | ReasonCode::NotConfigured) => {
                never.push(reach.part);
            }
            // Of all of it, that is said already.
            _ if reach.since == events.since => {}
            Read::NotRead(reason) => missing.push(Missing::PartNotRead(reach.part, reason.code)),
            Read::Measured(Some(since)) if *since > here.from => {
                missing.push(Missing::PartSince(reach.part, *since));
            }
            Read::Measured(_) => {}
        }
    }
    never.sort_unstable();
    missing.extend((!never.is_empty()).then_some(Missing::NotRecorded(never)));
    missing
}

/// Since when losses of logs are looked for, where that is not the whole time.
fn unwatched(here: Here<'_>, logs: &Logs) -> Option<Missing> {
    match logs.watched_since {
        None => Some(Missing::LossesUnwatched),
        Some(since) => (since > here.from).then_some(Missing::LossesSince(since)),
    }
}

fn owner(here: Here<'_>, agency: &Agency, account: Option<&str>, at: Instant) -> String {
    let row = account.and_then(|account| agency.account(here.told.on_host(), account, at));
    row.map_or_else(String::new, |row| row.row.owner.clone())
}

/// A count that a host told; none is negative.
pub(super) fn count(told: i64) -> u64 {
    u64::try_from(told).unwrap_or(0)
}

fn added(before: Option<Size>, more: Option<Size>) -> Option<Size> {
    match (before, more) {
        (Some(before), Some(more)) => Some(Size::from_bytes(before.bytes().saturating_add(more.bytes()))),
        (one, other) => one.or(other),
    }
}
