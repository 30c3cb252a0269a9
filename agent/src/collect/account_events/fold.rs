//! From events to the rows of the fact: added up by day, with who did it where that follows, and without names that no
//! account has.

use std::collections::{BTreeMap, BTreeSet};

use tenken_model::fact::account_events::{
    AccountChange, AccountChangeKind, Elevation, ElevationWay, FailedDay, FailedOf, FailedSignIns, PasswordSet,
    PasswordWay, SignInWay, Transfer,
};
use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

use super::event::{Actor, Administers, Attempt, Event, Named, What};
use super::names::{day, source};
use super::people::People;

/// The most rows of each list.
pub(super) const FAILED_MAX: usize = 600;
pub(super) const ELEVATIONS_MAX: usize = 500;
pub(super) const PASSWORDS_MAX: usize = tenken_model::fact::account_events::PASSWORDS_SET_MAX;
pub(super) const CHANGES_MAX: usize = 400;
pub(super) const TRANSFERS_MAX: usize = 200;
const MOST_FAILED_MAX: usize = 50;
/// For how long days with many failed sign-ins are told apart: one more than rules look back, because a fact holds for a day.
pub(super) const LATELY: Span = Span::from_days(9);
/// A password that is set so soon after its account was added is its first.
pub(super) const FIRST_ISSUE: Span = Span::from_secs(3_600);
/// What sudo was told to run lasts no longer until it changes an account: somebody types a password twice.
const SUDO_LASTS: Span = Span::from_secs(600);
/// Records of one process about one attempt are no farther apart. Later another process has its number.
const ATTEMPT_LASTS: Span = Span::from_secs(600);
/// A longer name is none of an account.
const NAME_CHARACTERS: usize = 64;

/// The rows.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rows {
    pub(super) failed_sign_ins: Vec<FailedSignIns>,
    pub(super) most_failed: Vec<FailedDay>,
    pub(super) passwords_set: Vec<PasswordSet>,
    pub(super) changes: Vec<AccountChange>,
    pub(super) elevations: Vec<Elevation>,
    pub(super) transfers: Vec<Transfer>,
    pub(super) left_out: i64,
}

/// The rows of events, which come the oldest first.
pub(super) fn fold(events: &[Event], people: &People, now: Instant) -> Rows {
    let known = Known::of(events, people);
    let failed = known.failed(events);
    let mut rows = Rows {
        most_failed: most_failed(&failed, now),
        failed_sign_ins: failed,
        passwords_set: known.passwords(events),
        changes: known.changes(events),
        elevations: known.elevations(events),
        transfers: transfers(events).into_iter().filter(|row| known.account(&row.account).is_some()).collect(),
        left_out: 0,
    };
    let left_out = newest_first(&mut rows.failed_sign_ins, FAILED_MAX, |row| (row.day, row.count))
        + newest_first(&mut rows.passwords_set, PASSWORDS_MAX, |row| (row.by_another != Read::Measured(false), row.at))
        + newest_first(&mut rows.changes, CHANGES_MAX, |row| row.at)
        + newest_first(&mut rows.elevations, ELEVATIONS_MAX, |row| row.day)
        + newest_first(&mut rows.transfers, TRANSFERS_MAX, |row| row.day);
    rows.left_out = i64::try_from(left_out).unwrap_or(i64::MAX);
    rows
}

/// Puts the newest first, and tells how many are left out.
pub(super) fn newest_first<T, K: Ord>(rows: &mut Vec<T>, most: usize, key: impl Fn(&T) -> K) -> usize {
    rows.sort_by_key(|row| std::cmp::Reverse(key(row)));
    let left_out = rows.len().saturating_sub(most);
    rows.truncate(most);
    left_out
}

/// What is known before rows are made.
struct Known<'a> {
    people: &'a People,
    /// Names that are those of accounts: the host has them, or had, or a directory has them.
    accounts: BTreeSet<&'a str>,
    /// When sudo was told to run something that changes accounts, by whom, and what it changes.
    administering: Vec<(Instant, &'a str, &'a Administers)>,
    /// When accounts were added.
    added: Vec<(Instant, &'a str)>,
    /// When a process said that a sign-in failed.
    failing: BTreeMap<u32, Vec<Instant>>,
}

impl<'a> Known<'a> {
    fn of(events: &'a [Event], people: &'a People) -> Self {
        let accounts = people.names().map(String::as_str).collect();
        let mut known =
            Self { people, accounts, administering: Vec::new(), added: Vec::new(), failing: BTreeMap::new() };
        for event in events {
            match &event.what {
                What::SignedIn { account }
                | What::SftpRequested { account }
                | What::SftpOpened { account }
                | What::PasswordSet { account: Named::Name(account), .. } => {
                    known.accounts.insert(account);
                }
                What::Changed { kind, account: Some(Named::Name(account)), .. } => {
                    known.accounts.insert(account);
                    if *kind == AccountChangeKind::AccountAdded {
                        known.added.push((event.at, account));
                    }
                }
                What::Elevated { account, target, granted, administers, .. } => {
                    known.accounts.insert(account);
                    if *granted {
                        known.accounts.insert(target);
                    }
                    if *administers != Administers::Nothing {
                        known.administering.push((event.at, account, administers));
                    }
                }
                What::Failed { account, way: SignInWay::Ssh, attempt, .. } => {
                    // sshd leaves out names that no account has, and so do those who read other records of it.
                    known.accounts.insert(account);
                    known.note_failing(event, *attempt);
                }
                What::Failed { attempt, .. } => known.note_failing(event, *attempt),
                What::PasswordSet { .. } | What::Changed { .. } | What::SftpClosed { .. } => {}
            }
        }
        known
    }

    fn note_failing(&mut self, event: &Event, attempt: Attempt) {
        if attempt == Attempt::Failed {
            self.failing.entry(event.process).or_default().push(event.at);
        }
    }

    /// The name, if it is that of an account.
    fn account(&self, name: &str) -> Option<String> {
        (self.accounts.contains(name) && may_be_name(name)).then(|| name.to_owned())
    }

    /// The name of an account that is told by name or number; nothing where it cannot be one.
    fn named(&self, named: &Named) -> Option<String> {
        match named {
            Named::Name(name) => self.account(name),
            Named::Number(number) => Some(self.people.name(*number)),
        }
    }

    fn failed(&self, events: &[Event]) -> Vec<FailedSignIns> {
        let mut rows: BTreeMap<_, FailedSignIns> = BTreeMap::new();
        let mut left: BTreeMap<u32, Instant> = BTreeMap::new();
        for event in events {
            let What::Failed { account, source: from, way, attempt } = &event.what else { continue };
            let is_told = match attempt {
                Attempt::Failed => false,
                Attempt::Again => self.is_told_better(event),
                Attempt::Left => self.is_told_better(event) || !is_first(&mut left, event),
            };
            if is_told {
                continue;
            }
            let (account, source, day) = (self.account(account), source(from), day(event.at));
            let row = rows.entry((account.clone(), source.clone(), *way, day)).or_insert_with(|| FailedSignIns {
                account,
                source,
                way: *way,
                day,
                count: 0,
                first: event.at,
                last: event.at,
            });
            row.count += i64::from(event.times);
            row.last = event.at;
        }
        rows.into_values().collect()
    }

    /// The same process said that the sign-in failed, and says so of each attempt.
    fn is_told_better(&self, event: &Event) -> bool {
        let near = |at: &Instant| Span::between(*at, event.at).abs() <= ATTEMPT_LASTS;
        event.process != 0 && self.failing.get(&event.process).is_some_and(|failing| failing.iter().any(near))
    }

    fn passwords(&self, events: &[Event]) -> Vec<PasswordSet> {
        let row = |event: &Event| {
            let What::PasswordSet { account, how } = &event.what else { return None };
            let account = self.named(account)?;
            let (by, by_another) = self.setter(event, &account, *how);
            let first_issue = self.added.iter().any(|(at, added)| {
                let since = Span::between(*at, event.at);
                *added == account && since >= Span::ZERO && since <= FIRST_ISSUE
            });
            Some(PasswordSet { account, at: event.at, how: *how, by, by_another, first_issue })
        };
        events.iter().filter_map(row).collect()
    }

    /// Who set a password, and whether that was another than the account's person.
    fn setter(&self, event: &Event, account: &str, how: PasswordWay) -> (Option<String>, Read<bool>) {
        let number = self.people.number(account);
        let Actor { user, signed_in } = event.actor;
        // Whoever acts as an account knows its password already; root's is set by those who may act as root.
        let is_itself = number.is_some() && user == number && how != PasswordWay::Usermod;
        let person = signed_in.map(|number| self.people.name(number));
        if how == PasswordWay::Other {
            // Whoever signs in with a password that ran out sets it; a program that somebody else runs is none of that.
            return match person.filter(|person| person != account) {
                Some(another) => (Some(another), Read::Measured(true)),
                None => (Some(account.to_owned()), Read::Measured(false)),
            };
        }
        if is_itself && user != Some(0) {
            return (Some(account.to_owned()), Read::Measured(false));
        }
        let by = person.or_else(|| self.administrator(event.at, |changes| sets(changes, how, account)));
        if is_itself || number == Some(0) || by.as_deref() == Some(account) {
            return (by, Read::Measured(false));
        }
        if by.is_some() || user.is_some() {
            return (by, Read::Measured(true));
        }
        let detail = "read who set a password: the records say only whose it is, and no sudo before it explains it";
        (None, Read::NotRead(Reason::new(ReasonCode::Inconclusive, detail)))
    }

    /// Who had last told sudo to run something that changes that.
    fn administrator(&self, at: Instant, changes: impl Fn(&Administers) -> bool) -> Option<String> {
        let before = self.administering.iter().rev().find(|(begun, _, what)| *begun <= at && changes(what))?;
        (Span::between(before.0, at) <= SUDO_LASTS).then(|| self.account(before.1)).flatten()
    }

    fn changes(&self, events: &[Event]) -> Vec<AccountChange> {
        let row = |event: &Event| {
            let What::Changed { kind, account, group, by } = &event.what else { return None };
            let signed_in = event.actor.signed_in.map(|number| self.people.name(number));
            let by = by.as_ref().and_then(|by| self.account(by));
            let written = by.clone().filter(|by| by != "root");
            let by = signed_in.or(written).or_else(|| self.administrator(event.at, |_| true)).or(by);
            let account = account.as_ref().map(|account| self.named(account));
            let group = group.as_ref().map(|group| may_be_name(group).then(|| group.clone()));
            // What has another form was written by no program that changes accounts.
            if account == Some(None) || group == Some(None) {
                return None;
            }
            Some(AccountChange { kind: *kind, account: account.flatten(), group: group.flatten(), by, at: event.at })
        };
        events.iter().filter_map(row).collect()
    }

    fn elevations(&self, events: &[Event]) -> Vec<Elevation> {
        let mut rows: BTreeMap<_, Elevation> = BTreeMap::new();
        for event in events {
            let What::Elevated { way, account, target, granted, .. } = &event.what else { continue };
            // sudo that is asked for nobody in particular is asked for root.
            let target = if target.is_empty() && *way == ElevationWay::Sudo { "root" } else { target };
            let (account, target, day) = (self.account(account), self.account(target), day(event.at));
            let row = rows.entry((*way, account.clone(), target.clone(), day)).or_insert_with(|| Elevation {
                way: *way,
                account,
                target,
                day,
                count: 0,
                failed: 0,
                first: event.at,
                last: event.at,
            });
            let counted = if *granted { &mut row.count } else { &mut row.failed };
            *counted += i64::from(event.times);
            row.last = event.at;
        }
        rows.into_values().collect()
    }
}

/// Whether that sets the password of an account by such a program.
fn sets(changes: &Administers, by: PasswordWay, account: &str) -> bool {
    match changes {
        Administers::Password { how, of } => *how == by && of.as_ref().is_none_or(|of| of == account),
        Administers::Nothing | Administers::Accounts => false,
    }
}

/// Whether a record is the first of its process about an attempt.
fn is_first(left: &mut BTreeMap<u32, Instant>, event: &Event) -> bool {
    let before = (event.process != 0).then(|| left.insert(event.process, event.at)).flatten();
    before.is_none_or(|before| Span::between(before, event.at).abs() > ATTEMPT_LASTS)
}

/// What may be the name of an account or a group.
pub(super) fn may_be_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= NAME_CHARACTERS && !name.chars().any(char::is_control)
}

/// The counts of each day, the newest first, and of each the most.
pub(super) fn most_failed(failed: &[FailedSignIns], now: Instant) -> Vec<FailedDay> {
    let mut days: BTreeMap<Instant, BTreeMap<(FailedOf, &str), i64>> = BTreeMap::new();
    for row in failed.iter().filter(|row| Span::between(row.day, now) <= LATELY) {
        let counts = days.entry(row.day).or_default();
        if let Some(account) = &row.account {
            *counts.entry((FailedOf::Account, account)).or_default() += row.count;
        }
        if !row.source.is_empty() {
            *counts.entry((FailedOf::Source, &row.source)).or_default() += row.count;
        }
    }
    let mut all = Vec::new();
    for (day, counts) in days.into_iter().rev() {
        let row = |((of, name), count): ((FailedOf, &str), i64)| FailedDay { of, name: name.to_owned(), day, count };
        let mut rows: Vec<FailedDay> = counts.into_iter().map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows.truncate(MOST_FAILED_MAX);
        all.append(&mut rows);
    }
    all
}

fn transfers(events: &[Event]) -> Vec<Transfer> {
    #[derive(Default)]
    struct Counts {
        requested: i64,
        opened: i64,
        received: (i64, Option<u64>),
        sent: (i64, Option<u64>),
    }
    let mut servers: BTreeMap<u32, &str> = BTreeMap::new();
    let mut rows: BTreeMap<(&str, Instant), Counts> = BTreeMap::new();
    for event in events {
        match &event.what {
            What::SftpRequested { account } => rows.entry((account, day(event.at))).or_default().requested += 1,
            What::SftpOpened { account } => {
                servers.insert(event.process, account);
                rows.entry((account, day(event.at))).or_default().opened += 1;
            }
            What::SftpClosed { read, written } => {
                let Some(account) = servers.get(&event.process) else { continue };
                let counts = rows.entry((account, day(event.at))).or_default();
                for (bytes, (files, sum)) in [(*written, &mut counts.received), (*read, &mut counts.sent)] {
                    *files += i64::from(bytes > 0);
                    *sum = Some(sum.unwrap_or_default().saturating_add(bytes));
                }
            }
            _ => {}
        }
    }
    let row = |((account, day), counts): ((&str, Instant), Counts)| Transfer {
        account: account.to_owned(),
        day,
        // sshd says that it was asked, the server that it began.
        sessions: counts.requested.max(counts.opened),
        received: counts.received.0,
        sent: counts.sent.0,
        bytes_received: counts.received.1.map(Size::from_bytes),
        bytes_sent: counts.sent.1.map(Size::from_bytes),
    };
    rows.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests;
