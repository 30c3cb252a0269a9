//! Accounts and keys of people who have left.

use chrono::NaiveDate;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::fact::accounts::Account;
use tenken_model::finding::Evidence;
use tenken_model::register::{AccountKind, AccountRow};
use tenken_model::{Finding, Language, Read, ReasonCode};

use super::agency::Agency;
use super::machine::Machine;
use super::verdicts::{Doubt, Verdicts, evidence, row, several};
use crate::registers::typed::{Listed, Person};

/// No account of somebody who has left may open a host, nor may its keys be there.
pub(super) fn closed(rule: &Rule, agency: &Agency, machine: &Machine) -> Vec<Finding> {
    let mut verdicts = Verdicts::new(rule, agency, machine);
    let is_kept = verdicts.needs(&agency.accounts) && verdicts.needs(&agency.people);
    if !is_kept || !verdicts.needs_fact(&machine.accounts, Language::correlate_accounts) {
        return verdicts.finish(Vec::new());
    }
    let mut nobodys = Vec::new();
    for listed in agency.accounts_of(machine.on_host()).into_values() {
        let name = listed.row.account.as_str();
        let account = machine.account(name);
        let Some(person) = agency.person(listed.row.owner.trim()) else {
            if account.is_some_and(may_open) && is_somebodys(listed.row.kind) {
                nobodys.push(name);
            }
            continue;
        };
        let Some(left) = left_on(person) else { continue };
        let from = match person.row.vendor {
            Some(_) => verdicts.business_days_after(left, "vendor_within"),
            None => left.succ_opt(),
        };
        match from {
            None => verdicts.doubts(Doubt::new(ReasonCode::Unsupported, Language::correlate_no_calendar)),
            Some(from) if from.max(left.succ_opt().unwrap_or(left)) > agency.today() => {}
            Some(_) => leaver(&mut verdicts, account, listed, person, left),
        }
    }
    if !nobodys.is_empty() {
        let text = |language: Language| language.correlate_owners(&several(&nobodys, language));
        verdicts.doubts(Doubt::new(ReasonCode::Inconclusive, text));
    }
    verdicts.finish(Vec::new())
}

/// An account of somebody who has left, as the host has it.
fn leaver(
    verdicts: &mut Verdicts<'_>,
    account: Option<&Account>,
    listed: &Listed<AccountRow>,
    person: &Listed<Person>,
    left: NaiveDate,
) {
    let name = listed.row.account.as_str();
    let Some(account) = account else {
        if !verdicts.machine.lists_all_accounts() {
            let code = verdicts.machine.why_not_all_accounts();
            verdicts.doubts(Doubt::new(code, |language| language.correlate_directory(name)));
        }
        return;
    };
    let words = [("account", name.to_owned()), ("owner", person.row.name.clone()), ("left", left.to_string())];
    let on = on_host(account, [row(listed), row(person)]);
    match (&account.enabled, &account.ssh_keys) {
        (Read::Measured(true), _) => verdicts.fails(name, "enabled", &words, on),
        (_, Read::Measured(1..)) => verdicts.fails(name, "keys", &words, on),
        (Read::NotRead(reason), _) | (_, Read::NotRead(reason)) => {
            let doubt = Doubt::new(reason.code, |language| language.correlate_account_not_read(name));
            verdicts.doubts_of(name, doubt, on);
        }
        (Read::Measured(false), Read::Measured(_)) => {}
    }
}

/// An account may be used as far as is known.
fn may_open(account: &Account) -> bool {
    account.enabled != Read::Measured(false) || account.ssh_keys.measured().is_some_and(|keys| *keys > 0)
}

/// One person answers for an account of that kind with its use.
const fn is_somebodys(kind: AccountKind) -> bool {
    match kind {
        AccountKind::Person | AccountKind::Maintenance => true,
        AccountKind::Service | AccountKind::Emergency | AccountKind::Shared | AccountKind::BuiltIn => false,
    }
}

/// The last day of a person: the one on record; or that on which the row was closed.
fn left_on(person: &Listed<Person>) -> Option<NaiveDate> {
    person.row.leaves.or_else(|| person.closed_at.map(japan::date_of))
}

/// An account on its host, and the rows beside it.
pub(super) fn on_host(account: &Account, rows: impl IntoIterator<Item = Evidence>) -> Vec<Evidence> {
    let path = |field: &str| format!("accounts.entries[{}].{field}", account.name);
    let shown = |enabled: &bool| if *enabled { "true" } else { "false" };
    let enabled = account.enabled.measured().map(|enabled| evidence(path("enabled"), shown(enabled)));
    let keys = account.ssh_keys.measured().map(|keys| evidence(path("ssh_keys"), keys.to_string()));
    enabled.into_iter().chain(keys).chain(rows).collect()
}
