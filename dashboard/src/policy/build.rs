//! Putting a policy together.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use tenken_model::digest::Digest;
use tenken_model::policy::Policy;
use tenken_model::register::{AccountRow, BackupRow, DeviceRow, RegisterKind, Registers};
use tenken_model::{Instant, Read, ReasonCode, RuleId};

use super::PolicySettings;
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

/// The policy of a host, without rules, version and date.
pub fn build(host: &Host, kept: &Kept) -> Policy {
    let bears = |row_host: &str| row_host == "*" || row_host.eq_ignore_ascii_case(&host.name);
    let Registers { accounts, devices, backup_sets } = kept.registers.clone();
    let here = Registers {
        accounts: accounts.map(|rows: Vec<AccountRow>| {
            let mut rows: Vec<AccountRow> = rows.into_iter().filter(|row| bears(&row.host)).collect();
            // Of several rows of one account the last counts: a host's own before one for every host.
            rows.sort_by_key(|row| row.host != "*");
            rows
        }),
        devices: devices.map(|rows: Vec<DeviceRow>| rows),
        backup_sets: backup_sets.map(|rows: Vec<BackupRow>| rows.into_iter().filter(|row| bears(&row.host)).collect()),
    };
    Policy {
        version: 0,
        host: host.id.clone(),
        issued_at: Instant::UNIX_EPOCH,
        rules: BTreeMap::new(),
        parameters: kept.settings.parameters.clone(),
        registers: here,
        time_references: kept.settings.time_references.clone(),
        collect_within: kept.settings.collect_within,
    }
}

/// The digest of what a policy says, without version and date. `rules` is the digest of its rules, which
/// are the same for every host and by far the most of it.
pub fn content(policy: &Policy, rules: &Digest) -> Result<Digest, serde_json::Error> {
    let parts = [
        rules.to_string(),
        policy.host.to_string(),
        serde_json::to_string(&policy.parameters)?,
        serde_json::to_string(&policy.registers)?,
        serde_json::to_string(&policy.time_references)?,
        serde_json::to_string(&policy.collect_within)?,
    ];
    Ok(Digest::of_parts(parts.iter().map(String::as_bytes)))
}

/// The digest of rules as they are written.
pub fn digest(rules: &BTreeMap<RuleId, String>) -> Digest {
    Digest::of_parts(rules.iter().flat_map(|(id, text)| [id.as_str().as_bytes(), text.as_bytes()]))
}
