//! Passwords that had to be changed: since when, by records that may hold only the day; and those recorded as suspect.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::fact::accounts::Account;
use tenken_model::{Finding, Language, Read, ReasonCode, Span};

use super::agency::{Agency, rows};
use super::machine::Machine;
use super::verdicts::{Doubt, Verdicts, evidence, row};

const DAY_MILLIS: i64 = 86_400_000;

/// When a password was changed beside a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// After that day.
    After,
    /// Before it, or never.
    Before,
    /// Perhaps on that day, at a time that may lie before or after what happened on it.
    SameDay,
    /// It was not read.
    NotRead(ReasonCode),
}

/// Whether a password was changed after a day in Japan. Linux records the day by Coordinated Universal Time alone
/// (shadow(5)), which ends at 9 o'clock of the next day in Japan.
pub(super) fn changed_since(account: &Account, day: NaiveDate) -> Since {
    let changed = match &account.password_changed {
        Read::Measured(Some(changed)) => *changed,
        Read::Measured(None) => return Since::Before,
        Read::NotRead(reason) => return Since::NotRead(reason.code),
    };
    let is_day = changed.timestamp_millis().rem_euclid(DAY_MILLIS) == 0;
    let latest = if is_day { Span::from_millis(DAY_MILLIS - 1).after(changed) } else { changed };
    if japan::date_of(changed) > day {
        Since::After
    } else if japan::date_of(latest) >= day {
        Since::SameDay
    } else {
        Since::Before
    }
}

/// Each account of the host that is recorded as set anew for a suspected leak must have another password since.
pub(super) fn suspected(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let is_kept = verdicts.needs(&agency.accounts) && verdicts.needs(&agency.resets);
    if !is_kept || !verdicts.needs_fact(&machine.accounts, Language::correlate_accounts) {
        return verdicts.finish(Vec::new());
    }
    let first = japan::date_of(verdicts.back_to("looked_back"));
    let host = machine.on_host();
    let registered = agency.accounts_of(host);
    let suspected = rows(&agency.resets).filter(|reset| reset.row.suspected && reset.is_open());
    for reset in suspected {
        let Some(name) = reset.row.account_on(host) else { continue };
        if reset.row.reset_on < first && !machine.is_failing(name) {
            continue;
        }
        let listed = registered.get(&*host.accounts.fold(name));
        // One that is written alone and registered for other hosts alone is theirs.
        if listed.is_none() && reset.row.account.trim() == name && agency.is_registered(name, host.accounts) {
            continue;
        }
        let Some(account) = machine.account(name) else {
            if listed.is_some() && !machine.lists_all_accounts() {
                verdicts.doubts(Doubt::new(ReasonCode::Missing, |language| language.correlate_directory(name)));
            }
            continue;
        };
        let recorded = reset.row.reset_on;
        let Some(due) = verdicts.business_days_after(recorded, "within") else {
            verdicts.doubts(Doubt::new(ReasonCode::Unsupported, Language::correlate_no_calendar));
            continue;
        };
        let changed = account.password_changed.measured().copied().flatten();
        let changed = changed.map_or_else(|| "-".to_owned(), |changed| japan::date_of(changed).to_string());
        let place = format!("accounts.entries[{name}].password_changed");
        let mut on = vec![evidence(place, &*changed), row(reset)];
        on.extend(listed.map(|listed| row(listed)));
        match changed_since(account, recorded) {
            Since::Before if agency.today() > due => {
                let words = [("account", name.to_owned()), ("recorded", recorded.to_string()), ("changed", changed)];
                match listed {
                    Some(_) => verdicts.fails(name, "not_changed", &words, on),
                    None => verdicts.is_unsure(name, "not_registered", &words, on),
                }
            }
            // Changed on the day as far as the record goes, as the record of the reset; or it may still be.
            Since::After | Since::SameDay | Since::Before => {}
            Since::NotRead(code) => {
                let doubt = Doubt::new(code, |language| language.correlate_account_not_read(name));
                verdicts.doubts_of(name, doubt, on);
            }
        }
    }
    verdicts.finish(Vec::new())
}
