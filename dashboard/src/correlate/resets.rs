//! Passwords that another than the account's person set, beside the register of password resets.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::fact::account_events::{AccountEvents, PasswordSet};
use tenken_model::register::AccountKind;
use tenken_model::{Finding, Language, Read, ReasonCode, Span};

use super::agency::{Agency, rows};
use super::machine::Machine;
use super::verdicts::{Doubt, Verdicts, evidence, minute};

/// Logs that are cut off must reach back so far: until a reset is due, with a weekend and holidays between, so that none is
/// gone before it was looked for.
const REACH: Span = Span::from_days(8);

/// Each password that another set must have a row of its day.
pub(super) fn registered(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let is_kept = verdicts.needs(&agency.resets) && verdicts.needs(&agency.accounts);
    if !is_kept || !verdicts.needs_fact(&machine.events, Language::correlate_account_events) {
        return verdicts.finish(Vec::new());
    }
    let Some(events) = machine.events.known() else { return verdicts.finish(Vec::new()) };
    reaches_back(&mut verdicts, events);
    let first = verdicts.back_to("looked_back");
    for set in events.passwords_set.iter().filter(|set| set.at >= first && !set.first_issue) {
        judge(&mut verdicts, set);
    }
    verdicts.finish(Vec::new())
}

/// The records are whole for as long as counts; if not, that is told.
fn reaches_back(verdicts: &mut Verdicts<'_>, events: &AccountEvents) {
    let what = |language: Language| language.correlate_account_events();
    match &events.since {
        Read::NotRead(reason) => {
            verdicts.doubts(Doubt::new(reason.code, |language| language.correlate_not_read(&what(language))));
        }
        Read::Measured(None) => {
            verdicts.doubts(Doubt::new(ReasonCode::Missing, |language| language.correlate_not_read(&what(language))));
        }
        Read::Measured(Some(since)) => {
            let needed = Span::from_millis(REACH.millis().saturating_neg()).after(verdicts.agency.now);
            if *since > needed && events.logs.iter().any(|log| log.cut) {
                verdicts.doubts(Doubt::new(ReasonCode::TooLarge, |language| language.correlate_cut(&what(language))));
            }
        }
    }
}

fn judge(verdicts: &mut Verdicts<'_>, set: &PasswordSet) {
    let (agency, machine) = (verdicts.agency, verdicts.machine);
    let account = set.account.trim();
    let kind = agency.account(&machine.name, account, set.at).map(|listed| listed.row.kind);
    // Nobody forgets the password of a service, and what is for emergencies is renewed after each of them.
    if matches!(kind, Some(AccountKind::Service | AccountKind::Emergency)) || set.by_another == Read::Measured(false) {
        return;
    }
    let day = japan::date_of(set.at);
    if is_registered(agency, account, day) {
        return;
    }
    let Some(due) = verdicts.business_days_after(day, "within") else {
        return verdicts.doubts(Doubt::new(ReasonCode::Unsupported, Language::correlate_no_calendar));
    };
    if agency.today() <= due {
        return;
    }
    let subject = format!("{account} {day}");
    let mut words = vec![("account", account.to_owned()), ("day", day.to_string())];
    let on = vec![evidence(format!("account_events.passwords_set[{account}].at"), minute(set.at))];
    let by = set.by.as_deref().filter(|by| *by != "root");
    match (&set.by_another, by) {
        (Read::NotRead(_), _) => verdicts.is_unsure(&subject, "by_whom", &words, on),
        (Read::Measured(_), Some(by)) => {
            words.push(("by", by.to_owned()));
            verdicts.fails(&subject, "not_registered", &words, on);
        }
        (Read::Measured(_), None) => verdicts.fails(&subject, "not_registered_by_root", &words, on),
    }
}

/// A row names the account, alone or behind its system, and that day or the one beside it: who is called at night writes it
/// down in the morning.
fn is_registered(agency: &Agency, account: &str, day: NaiveDate) -> bool {
    let is_named = |written: &str| written.split_whitespace().next_back() == Some(account);
    let is_near = |written: NaiveDate| (written - day).num_days().abs() <= 1;
    rows(&agency.resets).any(|reset| is_named(&reset.row.account) && is_near(reset.row.reset_on))
}
