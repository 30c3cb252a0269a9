//! Putting a policy together.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenken_model::digest::Digest;
use tenken_model::policy::Policy;
use tenken_model::register::{AccountRow, BackupRow, RegisterKind, Registers};
use tenken_model::{Instant, Read, ReasonCode, RuleId};

use super::PolicySettings;
use crate::correlate;
use crate::registers::{Definition, Register};
use crate::store::{Host, StoreError, Transaction};

/// The settings and registers as they are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The settings.
    pub settings: PolicySettings,
    /// The registers with the rows of every host.
    pub registers: Registers,
}

impl Kept {
    /// Reads them.
    pub async fn read(transaction: &mut Transaction) -> Result<Self, StoreError> {
        Ok(Self {
            settings: transaction.setting().await?.unwrap_or_default(),
            registers: Registers {
                accounts: rows(transaction, RegisterKind::Accounts).await?,
                devices: rows(transaction, RegisterKind::Devices).await?,
                backup_sets: rows(transaction, RegisterKind::BackupSets).await?,
            },
        })
    }

    /// The register rows that the policy of the host of that name brings it.
    pub fn for_host(&self, name: &str) -> Registers {
        let Here { accounts, backup_sets } = Here::of(name, self);
        let owned = |rows: Vec<&AccountRow>| rows.into_iter().cloned().collect();
        Registers {
            accounts: accounts.map(owned),
            devices: self.registers.devices.clone(),
            backup_sets: backup_sets.map(|rows| rows.into_iter().cloned().collect()),
        }
    }
}

/// The rows of a register that count. One that is not kept has not been read: it is not empty.
async fn rows<T: DeserializeOwned>(
    transaction: &mut Transaction,
    kind: RegisterKind,
) -> Result<Read<Vec<T>>, StoreError> {
    let not_kept = || {
        let detail = format!("{} register: it is not kept on the dashboard yet", kind.name());
        Read::not_read(ReasonCode::NotConfigured, detail)
    };
    let register = Register::Joined(kind);
    let Some(definition) = Definition::of(register) else {
        return Ok(not_kept());
    };
    if !transaction.registers_begun().await?.contains_key(&register) {
        return Ok(not_kept());
    }
    let mut typed = Vec::new();
    for row in transaction.open_rows(definition).await? {
        let value = serde_json::from_value(row.row.to_json(definition));
        let problem = |error: serde_json::Error| StoreError::Damaged {
            what: "a register row",
            problem: format!("{} {}: {error}", kind.name(), row.id),
        };
        typed.push(value.map_err(problem)?);
    }
    Ok(Read::Measured(typed))
}

/// The rows of an account or backup register that bear on one host.
#[derive(Debug, Serialize)]
pub(super) struct Here<'a> {
    accounts: Read<Vec<&'a AccountRow>>,
    backup_sets: Read<Vec<&'a BackupRow>>,
}

impl<'a> Here<'a> {
    /// Of several rows of one account the last counts: a host's own before one for every host.
    pub(super) fn of(name: &str, kept: &'a Kept) -> Self {
        let bears = |row_host: &str| row_host == "*" || row_host.eq_ignore_ascii_case(name);
        let mut accounts = bearing(&kept.registers.accounts, |row: &AccountRow| bears(&row.host));
        if let Read::Measured(rows) = &mut accounts {
            rows.sort_by_key(|row| row.host != "*");
        }
        Self { accounts, backup_sets: bearing(&kept.registers.backup_sets, |row: &BackupRow| bears(&row.host)) }
    }
}

fn bearing<T>(rows: &Read<Vec<T>>, bears: impl Fn(&T) -> bool) -> Read<Vec<&T>> {
    match rows {
        Read::Measured(rows) => Read::Measured(rows.iter().filter(|row| bears(row)).collect()),
        Read::NotRead(reason) => Read::NotRead(reason.clone()),
    }
}

/// The parameters that are set of rules that agents judge. Of any other rule an agent would refuse them.
fn parameters(kept: &Kept, rules: &BTreeMap<RuleId, String>) -> BTreeMap<RuleId, BTreeMap<String, Value>> {
    let set = kept.settings.parameters.iter().filter(|(rule, _)| !correlate::judges(rule) || rules.contains_key(rule));
    set.map(|(rule, named)| (rule.clone(), named.clone())).collect()
}

/// The policy of a host.
pub(super) fn build(host: &Host, kept: &Kept, rules: &BTreeMap<RuleId, String>, version: u64, now: Instant) -> Policy {
    Policy {
        version,
        host: host.id.clone(),
        issued_at: now,
        rules: rules.clone(),
        parameters: parameters(kept, rules),
        registers: kept.for_host(&host.name),
        time_references: kept.settings.time_references.clone(),
        collect_within: kept.settings.collect_within,
    }
}

/// The digest of what the policies of all hosts have in common, by far the most of them: taken once, not once a host.
pub(super) fn shared(kept: &Kept, rules: &BTreeMap<RuleId, String>) -> Result<Digest, serde_json::Error> {
    let parts = [
        serde_json::to_string(rules)?,
        serde_json::to_string(&kept.settings)?,
        serde_json::to_string(&kept.registers.devices)?,
    ];
    Ok(Digest::of_parts(parts.iter().map(String::as_bytes)))
}

/// The digest of what a host's policy says, without version and date.
pub(super) fn content(host: &Host, here: &Here<'_>, shared: &Digest) -> Result<Digest, serde_json::Error> {
    let parts = [shared.to_string(), host.id.to_string(), serde_json::to_string(here)?];
    Ok(Digest::of_parts(parts.iter().map(String::as_bytes)))
}
