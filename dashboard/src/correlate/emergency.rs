//! Emergency accounts beside the register of incidents.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Finding, Language, NameCase, Read, ReasonCode, Span};

use super::agency::{Agency, rows};
use super::changed::{Since, changed_since};
use super::leavers;
use super::machine::Machine;
use super::maintenance::{NAMED_MAX, on_host, subject};
use super::verdicts::{Doubt, Verdicts, evidence, minute, row};
use crate::registers::OnHost;
use crate::registers::typed::{Incident, Listed};
use crate::store::HostSession;

/// Each use of an emergency account, and its being enabled, must fall within an incident on record.
pub(super) fn used_in_incidents(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if !verdicts.needs(&agency.accounts) {
        return verdicts.finish(Vec::new());
    }
    let since = verdicts.back_to("looked_back");
    let used = uses(agency, machine)
        .into_iter()
        .filter(|(session, _)| session.goes_on || session.started >= since || machine.is_failing(&subject(session)));
    let used: Vec<_> = used.collect();
    let accounts = accounts(agency, machine);
    if used.is_empty() && accounts.is_empty() {
        return verdicts.not_applicable();
    }
    verdicts.needs_records(since);
    let is_told = verdicts.needs_fact(&machine.accounts, Language::correlate_accounts);
    if !verdicts.needs(&agency.incidents) {
        return verdicts.finish(Vec::new());
    }
    let mut named = Vec::new();
    for (session, listed) in used {
        let day = japan::date_of(session.started);
        let mut on = on_host(session);
        on.push(row(listed));
        let sentence = match excuse(&verdicts, &session.account, day) {
            Excuse::Incident(incident) => {
                let mut link = row(incident);
                link.value = format!("{} {}", incident.row.number, subject(session));
                named.push(link);
                continue;
            }
            Excuse::Endless(incident) => {
                on.push(row(incident));
                "used_endless"
            }
            Excuse::None => "used",
        };
        let words = [("account", session.account.clone()), ("at", minute(session.started))];
        verdicts.fails(&subject(session), sentence, &words, on);
    }
    for listed in accounts.iter().filter(|_| is_told) {
        enabled(&mut verdicts, listed);
    }
    named.truncate(NAMED_MAX);
    verdicts.finish(named)
}

/// An emergency account that is enabled while nothing is under way.
fn enabled(verdicts: &mut Verdicts<'_>, listed: &Listed<AccountRow>) {
    let (agency, machine) = (verdicts.agency, verdicts.machine);
    let name = listed.row.account.as_str();
    let Some(account) = machine.account(name) else {
        if !machine.lists_all_accounts() {
            verdicts.doubts(Doubt::new(ReasonCode::Missing, |language| language.correlate_directory(name)));
        }
        return;
    };
    let mut on = leavers::on_host(account, [row(listed)]);
    let sentence = match excuse(verdicts, name, agency.today()) {
        Excuse::Incident(_) => return,
        Excuse::Endless(incident) => {
            on.push(row(incident));
            "enabled_endless"
        }
        Excuse::None => "enabled",
    };
    match &account.enabled {
        Read::Measured(false) => {}
        Read::Measured(true) => {
            let words = [("account", name.to_owned()), ("at", minute(agency.now))];
            verdicts.fails(name, sentence, &words, on);
        }
        Read::NotRead(reason) => {
            let doubt = Doubt::new(reason.code, |language| language.correlate_account_not_read(name));
            verdicts.doubts_of(name, doubt, on);
        }
    }
}

/// The incident in which an emergency account may be used on a day: one that ended, or that began no longer ago than an
/// incident may last without an end on record.
pub fn incident_of<'a>(
    agency: &'a Agency,
    case: NameCase,
    account: &'a str,
    day: NaiveDate,
    longest: Span,
) -> Option<&'a Listed<Incident>> {
    let mut within = incidents(agency, case, account).filter(|incident| is_within(incident, day));
    within.find(|incident| {
        ended_on(incident).is_some() || Span::from_days((day - incident.row.opened_on).num_days()) <= longest
    })
}

/// Why an emergency account may be used on a day.
enum Excuse<'a> {
    /// An incident is under way.
    Incident(&'a Listed<Incident>),
    /// One has no end on record, and has lasted for longer than one may without.
    Endless(&'a Listed<Incident>),
    /// There is none.
    None,
}

fn excuse<'a>(verdicts: &Verdicts<'a>, account: &'a str, day: NaiveDate) -> Excuse<'a> {
    let longest = verdicts.span("lasts_at_most");
    let mut found = Excuse::None;
    let case = verdicts.machine.names;
    for incident in incidents(verdicts.agency, case, account).filter(|incident| is_within(incident, day)) {
        if ended_on(incident).is_some() || Span::from_days((day - incident.row.opened_on).num_days()) <= longest {
            return Excuse::Incident(incident);
        }
        found = Excuse::Endless(incident);
    }
    found
}

/// After an incident has ended the accounts used in it must have another password and be disabled.
pub(super) fn renewed(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    if !verdicts.needs(&agency.accounts) {
        return verdicts.finish(Vec::new());
    }
    let accounts = accounts(agency, machine);
    if accounts.is_empty() {
        return verdicts.not_applicable();
    }
    let is_kept = verdicts.needs(&agency.incidents);
    if !is_kept || !verdicts.needs_fact(&machine.accounts, Language::correlate_accounts) {
        return verdicts.finish(Vec::new());
    }
    let first = japan::date_of(verdicts.back_to("looked_back"));
    for listed in accounts {
        let name = listed.row.account.as_str();
        let case = machine.names;
        let is_under_way = incidents(agency, case, name).any(|incident| is_within(incident, agency.today()));
        let ended = incidents(agency, case, name).filter_map(|incident| Some((ended_on(incident)?, incident)));
        let ended = ended.filter(|(day, incident)| *day >= first && is_used(agency, machine, name, incident));
        // What was set after the last incident was set after the others.
        let last = ended.max_by_key(|(day, incident)| (*day, incident.id));
        if let (Some((day, incident)), false) = (last, is_under_way) {
            after(&mut verdicts, listed, incident, day);
        }
    }
    verdicts.finish(Vec::new())
}

/// An account after the incident in which it was used.
fn after(verdicts: &mut Verdicts<'_>, listed: &Listed<AccountRow>, incident: &Listed<Incident>, ended: NaiveDate) {
    let machine = verdicts.machine;
    let name = listed.row.account.as_str();
    let Some(account) = machine.account(name) else {
        if !machine.lists_all_accounts() {
            verdicts.doubts(Doubt::new(ReasonCode::Missing, |language| language.correlate_directory(name)));
        }
        return;
    };
    let mut on = leavers::on_host(account, [row(incident), row(listed)]);
    if let Read::Measured(Some(changed)) = &account.password_changed {
        on.push(evidence(format!("accounts.entries[{name}].password_changed"), minute(*changed)));
    }
    let words = [("account", name.to_owned()), ("incident", incident.row.number.clone()), ("ended", ended.to_string())];
    let since = changed_since(account, ended);
    match (&account.enabled, since) {
        (Read::Measured(true), _) => verdicts.fails(name, "enabled", &words, on),
        (_, Since::Before) => verdicts.fails(name, "not_changed", &words, on),
        (Read::NotRead(reason), _) => {
            let doubt = Doubt::new(reason.code, |language| language.correlate_account_not_read(name));
            verdicts.doubts_of(name, doubt, on);
        }
        (_, Since::NotRead(code)) => {
            let doubt = Doubt::new(code, |language| language.correlate_account_not_read(name));
            verdicts.doubts_of(name, doubt, on);
        }
        (_, Since::SameDay) if is_reset(verdicts.agency, verdicts.machine.on_host(), name, ended) => {}
        (_, Since::SameDay) => {
            let day = ended.to_string();
            let doubt = Doubt::new(ReasonCode::Inconclusive, |language| language.correlate_day_only(name, &day));
            verdicts.doubts_of(name, doubt, on);
        }
        (Read::Measured(false), Since::After) => {}
    }
}

/// A person recorded that the password was set anew on a day, or later.
fn is_reset(agency: &Agency, host: OnHost<'_>, account: &str, day: NaiveDate) -> bool {
    let open = rows(&agency.resets).filter(|listed| listed.is_open());
    let is_of = |named: &str| host.accounts.is_same(named, account);
    let mut of_account = open.filter(|listed| listed.row.account_on(host).is_some_and(is_of));
    of_account.any(|listed| listed.row.reset_on >= day && listed.row.reset_on <= agency.today())
}

/// The emergency accounts of a host that count now.
fn accounts<'a>(agency: &'a Agency, machine: &Machine) -> Vec<&'a Listed<AccountRow>> {
    let of_host = agency.accounts_of(machine.on_host()).into_values();
    of_host.filter(|listed| listed.row.kind == AccountKind::Emergency).collect()
}

/// The sessions of accounts that are, or were, for emergencies, with the account's row.
fn uses<'a>(agency: &'a Agency, machine: &'a Machine) -> Vec<(&'a HostSession, &'a Listed<AccountRow>)> {
    let uses = machine.sessions.iter().filter_map(|session| {
        let listed = agency.account(machine.on_host(), &session.account, session.started)?;
        (listed.row.kind == AccountKind::Emergency).then_some((session, listed))
    });
    uses.collect()
}

/// The incidents in which an account may be used: those that name it, and emergencies.
fn incidents<'a>(agency: &'a Agency, case: NameCase, account: &'a str) -> impl Iterator<Item = &'a Listed<Incident>> {
    let is_named = move |row: &Incident| row.emergency || mentions(&row.accounts, case, account);
    rows(&agency.incidents).filter(move |listed| is_named(&listed.row))
}

/// The account was used in the incident: it is named there, or the host has a session of it of then.
fn is_used(agency: &Agency, machine: &Machine, account: &str, incident: &Listed<Incident>) -> bool {
    let used = |(session, _): &(&HostSession, _)| {
        machine.names.is_same(&session.account, account) && is_within(incident, japan::date_of(session.started))
    };
    mentions(&incident.row.accounts, machine.names, account) || uses(agency, machine).iter().any(used)
}

/// A day of an incident; its last one is in it.
fn is_within(incident: &Listed<Incident>, day: NaiveDate) -> bool {
    incident.row.opened_on <= day && ended_on(incident).is_none_or(|ended| day <= ended)
}

/// The day on which all was normal again, or on which the row was closed.
fn ended_on(incident: &Listed<Incident>) -> Option<NaiveDate> {
    let closed = incident.closed_at.map(japan::date_of);
    match (incident.row.recovered_on, closed) {
        (Some(recovered), Some(closed)) => Some(recovered.min(closed)),
        (recovered, closed) => recovered.or(closed),
    }
}

/// What people wrote names an account, as a word of its own.
fn mentions(written: &str, case: NameCase, account: &str) -> bool {
    let between = |c: char| {
        c.is_whitespace() || matches!(c, ',' | '、' | '，' | ';' | '/' | '・' | '(' | ')' | '（' | '）' | '「' | '」')
    };
    written.split(between).any(|word| case.is_same(word, account))
}
