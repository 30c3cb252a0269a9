//! Writing what correlations find: of one host when its facts changed, of every host when a register, the calendar, a
//! threshold or the day did.
//!
//! A register is not joined in the transaction that changes it: with many hosts the person who saves a row would wait
//! for all of their facts. What it rests on is looked at every second instead, and followed in small transactions.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenken_calendar::japan;
use tenken_model::digest::Digest;
use tenken_model::{Finding, FindingKey, HostId, Instant, RuleId};

use super::agency::{self, Agency};
use super::keep;
use crate::drift::{self, Terms};
use crate::policy::Parameters;
use crate::store::{Failing, Held, Host, NewHistory, Setting, Store, StoreError, StoredFinding, Transaction};
use crate::working_calendar;

/// How many hosts are settled in one transaction.
const HOSTS_AT_ONCE: usize = 50;

/// What the findings of every host rest on beside its facts, as it was when they were last settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Settled {
    /// The last entry about each register that is joined, by its name.
    entries: BTreeMap<String, i64>,
    /// The host on which it is told what no host has to do with.
    #[serde(default)]
    teller: Option<HostId>,
    /// The day in Japan.
    day: chrono::NaiveDate,
    /// A digest of the calendar, the thresholds and the rules.
    by: Digest,
    /// The version of the program that settled them.
    #[serde(default)]
    program: [u32; 3],
}

impl Settled {
    /// What is due is not what was settled. What a newer program settled is left to it: two dashboards of different
    /// versions would otherwise judge in turns for as long as both run.
    fn is_behind(&self, due: &Self) -> bool {
        match due.program.cmp(&self.program) {
            Ordering::Greater => true,
            Ordering::Equal => self != due,
            Ordering::Less => false,
        }
    }
}

/// The version of this program.
fn program() -> [u32; 3] {
    let parts = [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")];
    parts.map(|part| part.parse().unwrap_or(0))
}

impl Setting for Settled {
    const NAME: &'static str = "correlations_settled";
}

/// Judges what is known of one host now; true if a finding changed, so that its drifts are to be settled. Doing it again
/// changes nothing.
pub async fn judge_host(
    transaction: &mut Transaction,
    terms: &Terms,
    host: &HostId,
    now: Instant,
) -> Result<bool, StoreError> {
    if terms.correlations.is_empty() {
        return Ok(false);
    }
    let Some(host) = transaction.host(host).await?.filter(|host| host.revoked_at.is_none()) else {
        return Ok(false);
    };
    let agency = Agency::read(transaction, now).await?;
    one(transaction, terms, &agency, &host, now).await
}

/// Settles every host if what all of them rest on has changed since the last time; how many. Cheap enough to be asked
/// every second.
pub async fn settle_due(store: &Store, terms: &Terms, now: Instant) -> Result<usize, StoreError> {
    if terms.correlations.is_empty() {
        return Ok(0);
    }
    let mut transaction = store.read().await?;
    let due = due(&mut transaction, terms, now).await?;
    let is_due = transaction.setting::<Settled>().await?.is_none_or(|settled| settled.is_behind(&due));
    let hosts = if is_due { transaction.hosts().await? } else { Vec::new() };
    transaction.abandon().await?;
    if !is_due {
        return Ok(0);
    }
    let ids: Vec<HostId> = hosts.into_iter().filter(|host| host.revoked_at.is_none()).map(|host| host.id).collect();
    for some in ids.chunks(HOSTS_AT_ONCE) {
        let mut transaction = store.write().await?;
        let agency = Agency::read(&mut transaction, now).await?;
        for id in some {
            let host = transaction.host(id).await?.filter(|host| host.revoked_at.is_none());
            let Some(host) = host else { continue };
            if one(&mut transaction, terms, &agency, &host, now).await? {
                drift::settle(&mut transaction, terms, Some(id), now).await?;
            }
        }
        transaction.save().await?;
    }
    let mut transaction = store.write().await?;
    transaction.set_setting(&due).await?;
    transaction.save().await?;
    Ok(ids.len())
}

async fn due(transaction: &mut Transaction, terms: &Terms, now: Instant) -> Result<Settled, StoreError> {
    let written = |error: serde_json::Error| StoreError::Damaged { what: "a setting", problem: error.to_string() };
    let calendar = serde_json::to_string(&working_calendar::read(transaction).await?).map_err(written)?;
    let parameters = transaction.setting::<Parameters>().await?.unwrap_or_default();
    let parameters = serde_json::to_string(&parameters.for_agency()).map_err(written)?;
    let rules = terms.correlations.iter().map(|(_, rule)| rule.text.as_str());
    let parts = [calendar.as_str(), parameters.as_str()].into_iter().chain(rules);
    Ok(Settled {
        entries: agency::entries(transaction).await?.iter().map(|(of, last)| (of.name().to_owned(), *last)).collect(),
        teller: transaction.eldest_host().await?,
        day: japan::date_of(now),
        by: Digest::of_parts(parts.map(str::as_bytes)),
        program: program(),
    })
}

async fn one(
    transaction: &mut Transaction,
    terms: &Terms,
    agency: &Agency,
    host: &Host,
    now: Instant,
) -> Result<bool, StoreError> {
    let mut machine = keep::take_in(transaction, agency, host).await?;
    let mut held = transaction.held_of(&host.id).await?;
    held.retain(|key, _| super::judges(&key.rule));
    let failing = held.iter().filter(|(_, held)| held.failing.is_some());
    machine.failing = failing.filter_map(|(key, _)| key.subject.clone()).collect();
    let judged = terms.correlations.iter().flat_map(|(correlation, rule)| correlation.judge(rule, agency, &machine));
    let mut found: BTreeMap<FindingKey, Finding> = judged.map(|finding| (finding.key.clone(), finding)).collect();
    doubt(&mut found, held.keys());
    let mut changed = false;
    for key in held.keys().filter(|key| !found.contains_key(key)) {
        keep_change(transaction, host, key, held.get(key), None, now).await?;
        transaction.clear_finding(&host.id, key).await?;
        changed = true;
    }
    for (key, finding) in found {
        let digest = finding.digest();
        let before = held.get(&key);
        if before.is_some_and(|before| before.digest == digest) {
            continue;
        }
        let after = Held::after(before, finding.verdict.kind(), digest, Failing { since: now, awake: host.awake });
        keep_change(transaction, host, &key, before, Some(&finding), now).await?;
        let stored = StoredFinding {
            host: host.id.clone(),
            finding,
            digest,
            since: after.since,
            failing: after.failing,
            changed_at: now,
        };
        transaction.set_finding(&stored).await?;
        changed = true;
    }
    Ok(changed)
}

/// What was found before of something on the host stays in doubt where its rule could not look.
fn doubt<'k>(found: &mut BTreeMap<FindingKey, Finding>, known: impl Iterator<Item = &'k FindingKey>) {
    let unknown = found.values().filter(|finding| finding.key.subject.is_none() && finding.verdict.reason().is_some());
    let unknown: BTreeMap<RuleId, Finding> =
        unknown.map(|finding| (finding.key.rule.clone(), finding.clone())).collect();
    for key in known.filter(|key| key.subject.is_some()) {
        if let Some(whole) = unknown.get(&key.rule) {
            let in_doubt = || Finding { key: key.clone(), evidence: Vec::new(), ..whole.clone() };
            found.entry(key.clone()).or_insert_with(in_doubt);
        }
    }
}

async fn keep_change(
    transaction: &mut Transaction,
    host: &Host,
    key: &FindingKey,
    before: Option<&Held>,
    finding: Option<&Finding>,
    now: Instant,
) -> Result<(), StoreError> {
    let history = NewHistory {
        key: key.clone(),
        number: None,
        at: now,
        received_at: now,
        before: before.map(|held| held.verdict),
        finding: finding.cloned(),
    };
    transaction.add_history(&host.id, &history).await
}
