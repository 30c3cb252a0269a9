//! Rows of the register of accounts with the names as the host spells them, so that rules may compare names as texts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tenken_model::observation::Outcome;
use tenken_model::register::{AccountRow, RegisterKind, Registers};
use tenken_model::schema::Value;
use tenken_model::{NameCase, Read};

use super::Inputs;

/// The registers for the host. Where its system takes names that differ in case for one, the rows of its accounts are given the
/// spelling of the host; rows of accounts that it neither has nor saw stay as they were written.
pub(super) fn as_spelt<'a>(inputs: &Inputs<'a>) -> Cow<'a, Registers> {
    let case = NameCase::of(inputs.system);
    let (NameCase::Ignored, Read::Measured(rows)) = (case, &inputs.registers.accounts) else {
        return Cow::Borrowed(inputs.registers);
    };
    let mut spelt: BTreeMap<Cow<'_, str>, &str> = BTreeMap::new();
    // Accounts of a domain are seen where they signed in, or may read logs.
    if let Some(Outcome::Known(events)) = inputs.facts.account_events.as_deref().map(|seen| &seen.outcome) {
        let used = events.elevations.iter().filter_map(|used| used.account.as_deref());
        spelt.extend(used.map(|name| (case.fold(name), name)));
    }
    if let Some(Outcome::Known(logs)) = inputs.facts.logs.as_deref().map(|seen| &seen.outcome)
        && let Read::Measured(Some(windows)) = &logs.windows
    {
        let readers = windows.readers.iter().flatten();
        spelt.extend(readers.map(|name| (case.fold(name), name.as_str())));
    }
    if let Some(Outcome::Known(accounts)) = inputs.facts.accounts.as_deref().map(|seen| &seen.outcome) {
        let outside = accounts.outside_administrators.iter().flat_map(|member| [&member.name, &member.account]);
        let names = outside.chain(accounts.entries.iter().map(|account| &account.name));
        spelt.extend(names.map(|name| (case.fold(name), name.as_str())));
    }
    let of = |row: &AccountRow| spelt.get(&*case.fold(&row.account)).copied().unwrap_or(&row.account).to_owned();
    if rows.iter().all(|row| of(row) == row.account) {
        return Cow::Borrowed(inputs.registers);
    }
    let rows = rows.iter().map(|row| AccountRow { account: of(row), ..row.clone() }).collect();
    Cow::Owned(Registers { accounts: Read::Measured(rows), ..inputs.registers.clone() })
}

/// A key by which a row of that register is found, in the form in which keys of one row are the same text: records of one account
/// may write it in several ways.
pub(super) fn key(kind: RegisterKind, case: NameCase, key: &str) -> Cow<'_, str> {
    match kind {
        RegisterKind::Accounts => case.fold(key),
        RegisterKind::Devices | RegisterKind::BackupSets | RegisterKind::Endpoints => Cow::Borrowed(key),
    }
}

/// Rows of that register by such keys.
pub(super) fn by_key(kind: RegisterKind, case: NameCase, registers: &Registers) -> Read<BTreeMap<String, Value>> {
    match registers.by_key(kind) {
        Read::Measured(rows) => {
            Read::Measured(rows.into_iter().map(|(text, row)| (key(kind, case, &text).into_owned(), row)).collect())
        }
        Read::NotRead(reason) => Read::NotRead(reason),
    }
}
