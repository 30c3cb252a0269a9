//! Passwords that another than the account's person set, beside the register of password resets.

use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::fact::account_events::{AccountEvents, EventLogKind, PASSWORDS_SET_MAX, PasswordSet};
use tenken_model::register::AccountKind;
use tenken_model::{Finding, Instant, Language, Read, ReasonCode, Span};

use super::agency::{Agency, rows};
use super::machine::Machine;
use super::verdicts::{Doubt, Verdicts, evidence, minute};

/// A host that was set up anew is enrolled within so long.
const SET_UP_WITHIN: Span = Span::from_days(1);

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
    holds_all(&mut verdicts, events, first);
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
            // What is gone before it was due was never looked for.
            if *since <= verdicts.back_to("recorded_for") {
                return;
            }
            let day = japan::date_of(*since).to_string();
            if let Some(code) = unread(events) {
                let text = |language: Language| language.correlate_read_since(&what(language), &day);
                verdicts.doubts(Doubt::new(code, text));
            } else if *since > SET_UP_WITHIN.after(verdicts.machine.enrolled_at) {
                // They were there before: somebody cleared them, or they went with a restart.
                let text = |language: Language| language.correlate_begins(&what(language), &day);
                verdicts.doubts(Doubt::new(ReasonCode::Missing, text));
            }
        }
    }
}

/// Why a log that tells of passwords may have more than was read. Others are cut as a rule, and nothing rests on how far they
/// reach.
fn unread(events: &AccountEvents) -> Option<ReasonCode> {
    let mut counting = events
        .logs
        .iter()
        .filter(|log| matches!(log.kind, EventLogKind::Journal | EventLogKind::Messages | EventLogKind::Security));
    counting.find_map(|log| match &log.from {
        Read::NotRead(reason) => Some(reason.code),
        Read::Measured(_) => log.cut.then_some(ReasonCode::TooLarge),
    })
}

/// The list holds all that another set since a time; if not, that is told. What people did with their own passwords stands
/// behind, so that it is cut first.
fn holds_all(verdicts: &mut Verdicts<'_>, events: &AccountEvents, first: Instant) {
    let sets = &events.passwords_set;
    let is_full = sets.len() >= PASSWORDS_SET_MAX && events.left_out > 0;
    if is_full && sets.last().is_some_and(|last| last.by_another != Read::Measured(false) && last.at > first) {
        let text = |language: Language| language.correlate_cut(&language.correlate_account_events());
        verdicts.doubts(Doubt::new(ReasonCode::Limit, text));
    }
}

fn judge(verdicts: &mut Verdicts<'_>, set: &PasswordSet) {
    let (agency, machine) = (verdicts.agency, verdicts.machine);
    let account = set.account.trim();
    let kind = agency.account(machine.on_host(), account, set.at).map(|listed| listed.row.kind);
    // Nobody forgets the password of a service, and what is for emergencies is renewed after each of them.
    if matches!(kind, Some(AccountKind::Service | AccountKind::Emergency)) || set.by_another == Read::Measured(false) {
        return;
    }
    let day = japan::date_of(set.at);
    if rows(&agency.resets).any(|reset| reset.row.tells_of(machine.on_host(), account, day)) {
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
