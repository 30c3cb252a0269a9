//! Putting a policy together.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenken_calendar::japan;
use tenken_engine::Rule;
use tenken_model::digest::Digest;
use tenken_model::policy::Policy;
use tenken_model::register::{AccountRow, BackupRow, EndpointRow, RegisterKind, Registers};
use tenken_model::{Instant, Read, ReasonCode, RuleId};

use super::parameters::taken;
use super::{BuiltIn, Parameters, PolicySettings};
use crate::groups::{HostScope, Placements};
use crate::own_rules;
use crate::registers::{Definition, Register};
use crate::store::{Host, StoreError, Transaction};

/// The settings and registers as they are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The settings.
    pub settings: PolicySettings,
    /// The registers with the rows of every host.
    pub registers: Registers,
    /// The own rules in force with the hosts that they are for.
    pub own: Vec<(Rule, Vec<HostScope>)>,
    /// The thresholds that are set.
    pub parameters: Parameters,
    /// Where hosts belong; read only where a rule or a threshold is for some of them.
    pub placements: Placements,
}

impl Kept {
    /// Reads them.
    pub async fn read(transaction: &mut Transaction, now: Instant) -> Result<Self, StoreError> {
        let rolled_out = transaction.rolled_out().await?;
        // One that this version of Tenken does not take would have agents refuse everything else.
        let own = rolled_out.into_iter().filter_map(|one| Some((own_rules::load(&one).ok()?, one.scopes)));
        let own: Vec<(Rule, Vec<HostScope>)> = own.collect();
        let parameters: Parameters = transaction.setting().await?.unwrap_or_default();
        let mut scopes = own.iter().flat_map(|(_, scopes)| scopes).chain(parameters.set.iter().map(|set| &set.scope));
        let placements = if scopes.all(|scope| *scope == HostScope::All) {
            Placements::default()
        } else {
            Placements::read(transaction, japan::date_of(now)).await?
        };
        Ok(Self {
            own,
            parameters,
            placements,
            settings: transaction.setting().await?.unwrap_or_default(),
            registers: Registers {
                accounts: rows(transaction, RegisterKind::Accounts).await?,
                devices: rows(transaction, RegisterKind::Devices).await?,
                backup_sets: rows(transaction, RegisterKind::BackupSets).await?,
                endpoints: rows(transaction, RegisterKind::Endpoints).await?,
                outbox_folders: Vec::new(),
            },
        })
    }

    /// The register rows that the policy of the host of that name brings it.
    pub fn for_host(&self, name: &str) -> Registers {
        let Here { accounts, backup_sets, endpoints } = Here::of(name, self);
        let owned = |rows: Vec<&AccountRow>| rows.into_iter().cloned().collect();
        Registers {
            accounts: accounts.map(owned),
            devices: self.registers.devices.clone(),
            backup_sets: backup_sets.map(|rows| rows.into_iter().cloned().collect()),
            endpoints: endpoints.map(|rows| rows.into_iter().cloned().collect()),
            outbox_folders: Vec::new(),
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

/// The rows of the registers of accounts, backups and endpoints that bear on one host.
#[derive(Debug, Serialize)]
struct Here<'a> {
    accounts: Read<Vec<&'a AccountRow>>,
    backup_sets: Read<Vec<&'a BackupRow>>,
    endpoints: Read<Vec<&'a EndpointRow>>,
}

impl<'a> Here<'a> {
    /// Of several rows of one account the last counts: a host's own before one for every host.
    fn of(name: &str, kept: &'a Kept) -> Self {
        let bears = |row_host: &str| row_host == "*" || row_host.eq_ignore_ascii_case(name);
        let mut accounts = bearing(&kept.registers.accounts, |row: &AccountRow| bears(&row.host));
        if let Read::Measured(rows) = &mut accounts {
            rows.sort_by_key(|row| row.host != "*");
        }
        Self {
            accounts,
            backup_sets: bearing(&kept.registers.backup_sets, |row: &BackupRow| bears(&row.host)),
            endpoints: bearing(&kept.registers.endpoints, |row: &EndpointRow| row.is_probed_by(name)),
        }
    }
}

fn bearing<T>(rows: &Read<Vec<T>>, bears: impl Fn(&T) -> bool) -> Read<Vec<&T>> {
    match rows {
        Read::Measured(rows) => Read::Measured(rows.iter().filter(|row| bears(row)).collect()),
        Read::NotRead(reason) => Read::NotRead(reason.clone()),
    }
}

/// What the policy of one host says beside what all have in common and its register rows.
#[derive(Debug, Serialize)]
struct Theirs<'a> {
    /// The own rules that are for it.
    own: BTreeMap<&'a RuleId, &'a str>,
    /// The thresholds in force for it, of rules that agents judge: of any other rule an agent would refuse them.
    parameters: BTreeMap<RuleId, BTreeMap<String, Value>>,
}

impl<'a> Theirs<'a> {
    /// That of a host. An agent that would refuse everything for one own rule that it cannot read is given none.
    fn of(host: &Host, kept: &'a Kept, built_in: BuiltIn<'_>) -> Self {
        let placement = kept.placements.of(&host.name);
        let held_back = own_rules::is_held_back(host);
        let is_for =
            |(_, scopes): &&(Rule, Vec<HostScope>)| !held_back && scopes.iter().any(|scope| scope.covers(placement));
        let own: BTreeMap<&RuleId, &Rule> = kept.own.iter().filter(is_for).map(|(rule, _)| (&rule.id, rule)).collect();
        let judged = |id: &RuleId| {
            let built = built_in.catalog.rule(id).filter(|_| built_in.sources.contains_key(id));
            built.or_else(|| own.get(id).copied()).filter(|rule| rule.condition().is_some())
        };
        let set = kept.parameters.for_host(placement).into_iter();
        let set = set.filter_map(|(id, named)| {
            let named = taken(judged(&id)?, &named);
            Some((id, named))
        });
        let parameters = set.filter(|(_, named)| !named.is_empty()).collect();
        Self { own: own.into_iter().map(|(id, rule)| (id, rule.text.as_str())).collect(), parameters }
    }
}

/// The policy of a host.
pub(super) fn build(host: &Host, kept: &Kept, built_in: BuiltIn<'_>, version: u64, now: Instant) -> Policy {
    let Theirs { own, parameters } = Theirs::of(host, kept, built_in);
    let mut rules = built_in.sources.clone();
    for (id, text) in own {
        rules.entry(id.clone()).or_insert_with(|| text.to_owned());
    }
    Policy {
        version,
        host: host.id.clone(),
        issued_at: now,
        rules,
        parameters,
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
pub(super) fn content(
    host: &Host,
    kept: &Kept,
    built_in: BuiltIn<'_>,
    shared: &Digest,
) -> Result<Digest, serde_json::Error> {
    let (here, theirs) = (Here::of(&host.name, kept), Theirs::of(host, kept, built_in));
    let parts =
        [shared.to_string(), host.id.to_string(), serde_json::to_string(&here)?, serde_json::to_string(&theirs)?];
    Ok(Digest::of_parts(parts.iter().map(String::as_bytes)))
}
