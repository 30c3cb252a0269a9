//! Sessions of maintenance accounts beside the requests of their day, and the review of their logs.

use chrono::{Days, NaiveDate};
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::finding::Evidence;
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Finding, Instant, Language, ReasonCode, Span};

use super::agency::{Agency, rows, stood};
use super::machine::Machine;
use super::verdicts::{Doubt, Verdicts, evidence, minute, row};
use crate::registers::OnHost;
use crate::registers::typed::{Listed, Work};
use crate::store::HostSession;

/// The most days of one session that are looked at; one that goes on for longer has failed by then.
const DAYS_MAX: u64 = 40;
/// The most sessions that a passing finding names.
pub(super) const NAMED_MAX: usize = 20;

/// The request that a session falls on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Request<'a> {
    /// One that was approved in time.
    Approved(&'a Listed<Work>),
    /// One that was not approved yet, and may still be.
    Pending(&'a Listed<Work>),
    /// One of which it is not known whether it is for the account.
    Unsure(&'a Listed<Work>),
    /// One that was not approved in time.
    NotApproved(&'a Listed<Work>),
    /// None.
    Missing,
}

impl Request<'_> {
    /// The better of several is the smaller.
    const fn rank(&self) -> u8 {
        match self {
            Self::Approved(_) => 0,
            Self::Pending(_) => 1,
            Self::Unsure(_) => 2,
            Self::NotApproved(_) => 3,
            Self::Missing => 4,
        }
    }
}

/// Each session of a maintenance account must fall on a day with an approved request for it.
pub(super) fn requested(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    each_session(rule, agency, machine, |verdicts, session, account| {
        let asked = Asked { agency, verdicts, host: machine.on_host(), session, account };
        match asked.worst() {
            (_, Request::Approved(work)) => return Some(link(session, work)),
            (_, Request::Unsure(work)) => {
                let words = words(agency, session, account, japan::date_of(session.started), &work.row.number);
                verdicts.is_unsure(&subject(session), "which_account", &words, both(session, account, Some(work)));
            }
            (day, Request::Pending(work)) => {
                let words = words(agency, session, account, day, &work.row.number);
                verdicts.is_unsure(&subject(session), "pending", &words, both(session, account, Some(work)));
            }
            (day, Request::NotApproved(work)) => {
                let words = words(agency, session, account, day, &work.row.number);
                verdicts.fails(&subject(session), "not_approved", &words, both(session, account, Some(work)));
            }
            (day, Request::Missing) => {
                let words = words(agency, session, account, day, "");
                verdicts.fails(&subject(session), "not_requested", &words, both(session, account, None));
            }
        }
        None
    })
}

/// The logs of each session that has a request must be reviewed within some business days of its end. A session
/// without one is told by the other rule.
pub(super) fn reviewed(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    each_session(rule, agency, machine, |verdicts, session, account| {
        let work = work_of(agency, machine.on_host(), session, account)?;
        let began = japan::date_of(session.started);
        let is_reviewed = !work.row.reviewed_by.is_empty() && work.row.reviewed_on.is_some_and(|day| day >= began);
        if is_reviewed {
            return Some(link(session, work));
        }
        if !session.goes_on {
            let ended = japan::date_of(session.ended.unwrap_or(session.started));
            match verdicts.business_days_after(ended, "within") {
                Some(due) if agency.today() > due => {
                    let words = [
                        ("account", session.account.clone()),
                        ("started", minute(session.started)),
                        ("request", work.row.number.clone()),
                        ("due", due.to_string()),
                    ];
                    verdicts.fails(&subject(session), "not_reviewed", &words, both(session, account, Some(work)));
                }
                Some(_) => {}
                None => verdicts.doubts(Doubt::new(ReasonCode::Unsupported, Language::correlate_no_calendar)),
            }
        }
        None
    })
}

/// Judges each maintenance session that counts by the requests; `tell` returns what a pass names.
fn each_session<'a>(
    rule: &'a Rule,
    agency: &'a Agency,
    machine: &'a Machine,
    mut tell: impl FnMut(&mut Verdicts<'a>, &'a HostSession, &'a Listed<AccountRow>) -> Option<Evidence>,
) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if !verdicts.needs(&agency.accounts) {
        return verdicts.finish(Vec::new());
    }
    let since = verdicts.back_to("looked_back");
    let sessions = sessions(agency, machine, since);
    if sessions.is_empty() && !has_account(agency, machine) {
        return verdicts.not_applicable();
    }
    verdicts.needs_records(since);
    if !verdicts.needs(&agency.works) {
        return verdicts.finish(Vec::new());
    }
    let mut named = Vec::new();
    for (session, account) in sessions {
        named.extend(tell(&mut verdicts, session, account));
    }
    named.truncate(NAMED_MAX);
    verdicts.finish(named)
}

/// The request whose work a session is, approved or not: what a row of the register shows.
pub fn work_of<'a>(
    agency: &'a Agency,
    host: OnHost<'_>,
    session: &HostSession,
    account: &Listed<AccountRow>,
) -> Option<&'a Listed<Work>> {
    let day = japan::date_of(session.started);
    let of_day = rows(&agency.works).filter(|work| work.row.work_on == day && stood(work, session.started));
    let meant = of_day.filter(|work| means(agency, &work.row, host, account) == Some(true));
    meant.min_by_key(|work| (!is_approved(&work.row), work.id))
}

/// The sessions since then of accounts that are, or were, for maintenance, with the account's row, the newest first.
pub fn sessions<'a>(
    agency: &'a Agency,
    machine: &'a Machine,
    since: Instant,
) -> Vec<(&'a HostSession, &'a Listed<AccountRow>)> {
    let within = machine
        .sessions
        .iter()
        .filter(|session| session.goes_on || session.started >= since || machine.is_failing(&subject(session)));
    let of_maintenance = within.filter_map(|session| {
        let account = agency.account(machine.on_host(), &session.account, session.started)?;
        (account.row.kind == AccountKind::Maintenance).then_some((session, account))
    });
    of_maintenance.collect()
}

fn has_account(agency: &Agency, machine: &Machine) -> bool {
    agency.accounts_of(machine.on_host()).values().any(|listed| listed.row.kind == AccountKind::Maintenance)
}

/// A session whose request is looked for.
struct Asked<'v, 'a> {
    agency: &'a Agency,
    verdicts: &'v Verdicts<'a>,
    host: OnHost<'a>,
    session: &'a HostSession,
    account: &'a Listed<AccountRow>,
}

impl<'a> Asked<'_, 'a> {
    /// Of the days that the session took the one with the worst request, and that.
    fn worst(&self) -> (NaiveDate, Request<'a>) {
        let first = japan::date_of(self.session.started);
        let mut worst = (first, self.on(first));
        for day in first.iter_days().skip(1).take_while(|day| *day <= self.last_day(first)) {
            let request = self.on(day);
            if request.rank() > worst.1.rank() {
                worst = (day, request);
            }
        }
        worst
    }

    /// The last day that needs a request: work that only runs over is that of the day before.
    fn last_day(&self, first: NaiveDate) -> NaiveDate {
        let heard = self.verdicts.machine.heard.filter(|_| self.session.goes_on);
        let Some(until) = self.session.ended.or(heard) else { return first };
        let over = Span::from_millis(self.verdicts.span("runs_over").millis().saturating_neg());
        let longest = first.checked_add_days(Days::new(DAYS_MAX)).unwrap_or(first);
        japan::date_of(over.after(until)).clamp(first, longest)
    }

    /// The best request of a day.
    fn on(&self, day: NaiveDate) -> Request<'a> {
        let of_day =
            rows(&self.agency.works).filter(|work| work.row.work_on == day && stood(work, self.session.started));
        let requests = of_day.filter_map(|work| match means(self.agency, &work.row, self.host, self.account) {
            Some(false) => None,
            meant => Some(match (self.approval(&work.row), meant.is_some()) {
                (Approval::Given, true) => Request::Approved(work),
                (Approval::Pending, true) => Request::Pending(work),
                (Approval::Given | Approval::Pending, false) => Request::Unsure(work),
                (Approval::None, true) => Request::NotApproved(work),
                (Approval::None, false) => Request::Missing,
            }),
        });
        requests.min_by_key(Request::rank).unwrap_or(Request::Missing)
    }

    fn approval(&self, work: &Work) -> Approval {
        let late = self.verdicts.business_days_after(work.work_on, "late_approval");
        let is_pending = !work.late_reason.is_empty() && late.is_some_and(|due| self.agency.today() <= due);
        match (is_approved(work), is_pending) {
            (true, _) => Approval::Given,
            (false, true) => Approval::Pending,
            (false, false) => Approval::None,
        }
    }
}

/// Whether a request was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Approval {
    /// It was.
    Given,
    /// It was not, and may still be: the reason why it comes late is on record.
    Pending,
    /// It was not.
    None,
}

/// Somebody approved it by the day of the work; or later, with the reason.
pub fn is_approved(work: &Work) -> bool {
    let in_time = work.approved_on.is_some_and(|day| day <= work.work_on || !work.late_reason.is_empty());
    in_time && !work.approver.is_empty()
}

/// Whether a request is for an account: by the account it names; or else by its vendor or workers. Absent where
/// neither tells.
pub(super) fn means(agency: &Agency, work: &Work, host: OnHost<'_>, account: &Listed<AccountRow>) -> Option<bool> {
    if !work.account.is_empty() {
        return Some(names(&work.account, host, &account.row.account));
    }
    let owner = account.row.owner.trim();
    if !owner.is_empty() && (same(owner, &work.vendor) || is_among(owner, &work.workers)) {
        return Some(true);
    }
    let vendor = agency.person(owner).and_then(|person| person.row.vendor.as_deref()).unwrap_or_default();
    if vendor.trim().is_empty() { None } else { Some(same(vendor, &work.vendor)) }
}

/// A person is one of those that a list names.
fn is_among(person: &str, list: &str) -> bool {
    let between =
        |c: char| matches!(c, ',' | '、' | '，' | ';' | '；' | '/' | '／' | '・' | '\n' | '(' | ')' | '（' | '）');
    list.split(between).any(|name| same(name.trim(), person))
}

/// What a request says of its account is that account: by its name alone, or as the register of accounts calls it.
pub(super) fn names(written: &str, host: OnHost<'_>, account: &str) -> bool {
    match written.split_once(" / ") {
        Some((place, name)) => host.accounts.is_same(name, account) && host.is_meant(place),
        None => host.accounts.is_same(written, account),
    }
}

fn same(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}

/// What a session is called: `maint-suzuki 2026-03-13 10:02`.
pub(super) fn subject(session: &HostSession) -> String {
    format!("{} {}", session.account, minute(session.started))
}

fn words(
    agency: &Agency,
    session: &HostSession,
    account: &Listed<AccountRow>,
    day: NaiveDate,
    request: &str,
) -> [(&'static str, String); 5] {
    let owner = account.row.owner.trim();
    let vendor = agency.person(owner).and_then(|person| person.row.vendor.clone()).unwrap_or_default();
    let names = if vendor.is_empty() { owner.to_owned() } else { format!("{owner} / {vendor}") };
    [
        ("account", session.account.clone()),
        ("started", minute(session.started)),
        ("day", day.to_string()),
        ("request", request.to_owned()),
        ("names", names),
    ]
}

/// A session beside its request.
fn link(session: &HostSession, work: &Listed<Work>) -> Evidence {
    let mut on = row(work);
    on.value = format!("{} {}", work.row.number, subject(session));
    on
}

/// Both sides: the session on its host, and the rows of the registers.
pub(super) fn both(session: &HostSession, account: &Listed<AccountRow>, work: Option<&Listed<Work>>) -> Vec<Evidence> {
    let mut found = on_host(session);
    found.push(row(account));
    found.extend(work.map(row));
    found
}

/// A session on its host.
pub(super) fn on_host(session: &HostSession) -> Vec<Evidence> {
    let path = |field: &str| format!("sessions.entries[{}].{field}", subject(session));
    let mut found = vec![evidence(path("started"), minute(session.started))];
    if let Some(ended) = session.ended {
        found.push(evidence(path("ended"), minute(ended)));
    }
    if !session.from.is_empty() {
        found.push(evidence(path("from"), &*session.from));
    }
    found
}
