//! What a rule would find on hosts, on the facts that are kept of them. Deciding is pure; [`run`] reads.
//!
//! Most facts stay on their host. A rule that rests on such a fact is not tried, on no host, and nothing is said of what it
//! would find: agents judge it within minutes of its roll-out, to a group if it is to be seen there first.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenken_engine::judge::severity;
use tenken_engine::{Catalog, Inputs, ParameterSet, Rule, judge};
use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::VerdictKind;
use tenken_model::register::Registers;
use tenken_model::{Facts, Finding, HostId, Instant, RuleId, Topic};
use thiserror::Error;
use tokio::task::{JoinError, spawn_blocking};

use crate::groups::{HostScope, Placements};
use crate::ingest;
use crate::policy::Kept;
use crate::store::{Host, StoreError, Transaction};

/// On how many hosts a rule is tried at once.
pub const HOSTS_AT_ONCE: usize = 500;
/// Of how many hosts the facts are held at a time.
const GATHERED_AT_ONCE: usize = 25;
/// How many findings of one host are told.
pub const FINDINGS_TOLD: usize = 5;

/// Why a rule could not be tried.
#[derive(Debug, Error)]
pub enum TrialError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Judging ended before its time.
    #[error("trying a rule: {0}")]
    Judging(#[from] JoinError),
}

/// What is known of a host to try a rule on.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialHost {
    /// Which.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// Its system, as it last said; absent if it said nothing yet.
    pub system: Option<SystemFamily>,
    /// The facts that are kept of it.
    pub facts: Facts,
    /// The register rows that its policy brings it.
    pub registers: Registers,
    /// The thresholds in force for it, as they are written.
    pub parameters: BTreeMap<RuleId, BTreeMap<String, serde_json::Value>>,
}

/// What came of trying a rule on a host.
#[derive(Debug, Clone, PartialEq)]
pub enum Trial {
    /// It was judged.
    Judged(Vec<Finding>),
    /// It rests on facts of these topics, which stay on the host.
    StaysOnHost(Vec<Topic>),
    /// The host has said nothing of itself yet.
    NotHeard,
}

/// What a rule would find on a host.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Which host.
    pub id: HostId,
    /// Its name.
    pub name: String,
    /// What came of it.
    pub trial: Trial,
}

/// How many hosts come out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// It would fail.
    pub failing: usize,
    /// It cannot be known, or is not known here.
    pub unknown: usize,
    /// It would pass.
    pub passing: usize,
    /// It does not bear on them.
    pub not_applicable: usize,
}

impl Tried {
    /// The worst verdict. What is not judged here is unknown, never good.
    pub fn verdict(&self) -> VerdictKind {
        match &self.trial {
            Trial::Judged(findings) => {
                let kinds = findings.iter().map(|finding| finding.verdict.kind());
                kinds.max_by_key(|kind| severity(*kind)).unwrap_or(VerdictKind::Unknown)
            }
            Trial::StaysOnHost(_) | Trial::NotHeard => VerdictKind::Unknown,
        }
    }

    /// The findings that people look at: those that fail or are unknown; of a host without any, all.
    pub fn told(&self) -> Vec<&Finding> {
        let Trial::Judged(findings) = &self.trial else { return Vec::new() };
        let is_loud = |finding: &&Finding| matches!(finding.verdict.kind(), VerdictKind::Fail | VerdictKind::Unknown);
        let mut loud: Vec<&Finding> = findings.iter().filter(is_loud).collect();
        loud.sort_by_key(|finding| std::cmp::Reverse(severity(finding.verdict.kind())));
        if loud.is_empty() { findings.iter().collect() } else { loud }
    }
}

/// The topics of a rule whose facts stay on their hosts.
pub fn not_kept(rule: &Rule) -> Vec<Topic> {
    let topics = rule.condition().map(|condition| condition.topics.as_slice()).unwrap_or_default();
    topics.iter().copied().filter(|topic| !topic.is_kept()).collect()
}

/// Tries a rule on a host.
pub fn try_on(rule: &Rule, host: &TrialHost, now: Instant) -> Tried {
    let tried = |trial| Tried { id: host.id.clone(), name: host.name.clone(), trial };
    let stays = not_kept(rule);
    if !stays.is_empty() {
        return tried(Trial::StaysOnHost(stays));
    }
    let Some(system) = host.system else { return tried(Trial::NotHeard) };
    let catalog = Catalog::default().with([rule.clone()]);
    // A threshold that the version which is tried does not take holds only for the one before.
    let taken = host.parameters.get(&rule.id).into_iter().flatten().filter(|(name, value)| {
        rule.parameters.get(name.as_str()).is_some_and(|parameter| parameter.read(value).is_ok())
    });
    let taken = taken.map(|(name, value)| (name.clone(), value.clone())).collect();
    let parameters = ParameterSet::load(&catalog, &BTreeMap::from([(rule.id.clone(), taken)])).unwrap_or_default();
    let inputs = Inputs { facts: &host.facts, registers: &host.registers, parameters: &parameters, system, now };
    tried(Trial::Judged(judge(rule, &inputs)))
}

/// What came of hosts on which a rule was tried: those that fail first, then those that are unknown, each by name.
pub fn gathered(mut tried: Vec<Tried>) -> (Vec<Tried>, Tally) {
    let mut tally = Tally::default();
    for one in &tried {
        match one.verdict() {
            VerdictKind::Fail => tally.failing += 1,
            VerdictKind::Unknown => tally.unknown += 1,
            VerdictKind::Pass => tally.passing += 1,
            VerdictKind::NotApplicable => tally.not_applicable += 1,
        }
    }
    tried.sort_by_cached_key(|one| (std::cmp::Reverse(severity(one.verdict())), one.name.to_lowercase()));
    (tried, tally)
}

/// Tries a rule on hosts, some at a time: what is known of one is forgotten once it was judged.
pub async fn run(
    transaction: &mut Transaction,
    kept: &Kept,
    rule: &Arc<Rule>,
    hosts: &[Host],
    now: Instant,
) -> Result<Vec<Tried>, TrialError> {
    let stays = not_kept(rule);
    if !stays.is_empty() {
        let tried = |host: &Host| {
            let trial = Trial::StaysOnHost(stays.clone());
            Tried { id: host.id.clone(), name: host.name.clone(), trial }
        };
        return Ok(hosts.iter().map(tried).collect());
    }
    let mut tried = Vec::new();
    for some in hosts.chunks(GATHERED_AT_ONCE) {
        let mut known = Vec::new();
        for host in some {
            known.push(gather(transaction, kept, host, now).await?);
        }
        let rule = Arc::clone(rule);
        // It may take a while, in which others are served.
        let judged = spawn_blocking(move || known.iter().map(|host| try_on(&rule, host, now)).collect::<Vec<_>>());
        tried.extend(judged.await?);
    }
    Ok(tried)
}

/// The hosts of a scope that are not revoked, by name.
pub async fn hosts(
    transaction: &mut Transaction,
    placements: &Placements,
    scope: &HostScope,
) -> Result<Vec<Host>, StoreError> {
    let mut hosts = transaction.hosts().await?;
    hosts.retain(|host| host.revoked_at.is_none() && scope.covers(placements.of(&host.name)));
    Ok(hosts)
}

/// What is known of a host to try a rule on. A fact that its last heartbeat says to be as it is kept was so then.
async fn gather(
    transaction: &mut Transaction,
    kept: &Kept,
    host: &Host,
    now: Instant,
) -> Result<TrialHost, StoreError> {
    let mut facts = transaction.facts_of(&host.id, ingest::outdated_before(now)).await?;
    let held = transaction.held_facts_of(&host.id).await?;
    if let (Some(heartbeat), Some(heard)) = (&host.heartbeat, host.last_seen) {
        for topic in Topic::ALL.iter().copied().filter(|topic| topic.is_kept()) {
            let same = held.get(topic.name()).map(|held| held.digest);
            let is_confirmed = same.is_some() && heartbeat.facts.get(topic.name()).copied() == same;
            if let Some(observation) = facts.observation(topic).filter(|_| is_confirmed) {
                let read_at = observation.read_at().max(heard.min(now));
                facts.insert(observation.read_instead_at(read_at));
            }
        }
    }
    let system = host.heartbeat.as_ref().and_then(|heartbeat| heartbeat.system.measured());
    Ok(TrialHost {
        id: host.id.clone(),
        name: host.name.clone(),
        system: system.map(|system| system.family),
        facts,
        registers: kept.for_host(&host.name),
        parameters: kept.parameters.for_host(kept.placements.of(&host.name)),
    })
}
