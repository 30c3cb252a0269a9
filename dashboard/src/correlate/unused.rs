//! Maintenance accounts while nothing is maintained.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::fact::accounts::Account;
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Finding, Instant, Language, Read, ReasonCode};

use super::agency::{Agency, rows, stood};
use super::leavers::on_host;
use super::machine::Machine;
use super::maintenance::{is_approved, means};
use super::verdicts::{Doubt, Verdicts, row};
use crate::registers::typed::{Listed, Work};

/// A maintenance account may be open only on days with an approved request for it, and shortly after.
pub(super) fn outside_work(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if !verdicts.needs(&agency.accounts) {
        return verdicts.finish(Vec::new());
    }
    let registered = agency.accounts_of(machine.on_host()).into_values();
    let registered: Vec<_> = registered.filter(|listed| listed.row.kind == AccountKind::Maintenance).collect();
    if registered.is_empty() {
        return verdicts.not_applicable();
    }
    if !verdicts.needs_fact(&machine.accounts, Language::correlate_accounts) {
        return verdicts.finish(Vec::new());
    }
    // A host that is off tells of the day on which it was on.
    let seen = machine.heard.map_or(agency.now, |heard| heard.min(agency.now));
    for listed in registered {
        let name = listed.row.account.as_str();
        let Some(account) = machine.account(name) else {
            if !machine.lists_all_accounts() {
                verdicts.doubts(Doubt::new(ReasonCode::Missing, |language| language.correlate_directory(name)));
            }
            continue;
        };
        match is_open(account, seen) {
            Read::Measured(false) => {}
            Read::Measured(true) => {
                if verdicts.needs(&agency.works) {
                    open(&mut verdicts, account, listed, japan::date_of(seen));
                }
            }
            Read::NotRead(reason) => {
                let doubt = Doubt::new(reason.code, |language| language.correlate_account_not_read(name));
                verdicts.doubts_of(name, doubt, on_host(account, [row(listed)]));
            }
        }
    }
    verdicts.finish(Vec::new())
}

/// Somebody could sign in with an account at that time. One whose time has run out lets nobody in, with keys neither.
fn is_open(account: &Account, at: Instant) -> Read<bool> {
    match (&account.enabled, &account.expires) {
        (Read::Measured(true), Read::Measured(Some(ended))) if *ended <= at => Read::Measured(false),
        (enabled, _) => enabled.clone(),
    }
}

/// An account that is open on a day.
fn open(verdicts: &mut Verdicts<'_>, account: &Account, listed: &Listed<AccountRow>, day: NaiveDate) {
    let name = account.name.as_str();
    let (agency, host) = (verdicts.agency, verdicts.machine.on_host());
    let (mut unsure, mut last) = (None, None);
    for work in before(agency, day) {
        let begins = work.row.work_on.pred_opt().map_or(Instant::MIN_UTC, japan::end_of);
        let meant = if stood(work, begins) { means(agency, &work.row, host, listed) } else { Some(false) };
        if meant == Some(false) {
            continue;
        }
        last = last.or(Some(work));
        let Some(until) = verdicts.business_days_after(work.row.work_on, "closed_within") else {
            verdicts.doubts(Doubt::new(ReasonCode::Unsupported, Language::correlate_no_calendar));
            return;
        };
        if day > until {
            // Those before it are later still.
            break;
        }
        match (is_approved(&work.row), meant) {
            (true, Some(_)) => return,
            (true, None) => unsure = Some((work, "which_account")),
            // The reason why it comes late is on record, and it may be approved yet.
            (false, Some(_)) if !work.row.late_reason.is_empty() => unsure = unsure.or(Some((work, "pending"))),
            (false, _) => {}
        }
    }
    let words = |work: Option<&Listed<Work>>| {
        let request = work.map(|work| [("request", work.row.number.clone()), ("day", work.row.work_on.to_string())]);
        [("account", name.to_owned())].into_iter().chain(request.into_iter().flatten()).collect::<Vec<_>>()
    };
    let on = |work: Option<&Listed<Work>>| on_host(account, [row(listed)].into_iter().chain(work.map(row)));
    match (unsure, last) {
        (Some((work, sentence)), _) => verdicts.is_unsure(name, sentence, &words(Some(work)), on(Some(work))),
        (None, Some(work)) => verdicts.fails(name, "left_open", &words(Some(work)), on(Some(work))),
        (None, None) => verdicts.fails(name, "open", &words(None), on(None)),
    }
}

/// The requests for that day and the days before it, the newest first.
fn before(agency: &Agency, day: NaiveDate) -> Vec<&Listed<Work>> {
    let mut works: Vec<&Listed<Work>> = rows(&agency.works).filter(|work| work.row.work_on <= day).collect();
    works.sort_by_key(|work| std::cmp::Reverse(work.row.work_on));
    works
}
