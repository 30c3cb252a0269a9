//! What an outsider is given to assess the agency by: everything that is known at one moment, and its renderings.
//!
//! An [`Assessment`] is read in one transaction, so that all of it was true at once. The renderings are pure: the same assessment in
//! the same language gives the same bytes.

pub mod identifier;
pub mod json;
pub mod make;
pub mod ocsf;
pub mod oscal;
pub mod package;
mod read;
pub mod readme;
pub mod sheet;
pub mod tables;
pub mod trail;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenken_engine::checklist::Item;
use tenken_engine::item::ItemStatus;
use tenken_engine::{Catalog, Checklist, Rule};
use tenken_model::digest::Digest;
use tenken_model::finding::VerdictKind;
use tenken_model::{HostId, Instant, ItemId, Language, RuleId, Span};

use crate::evidence::Kind;
use crate::store::{Attestation, AuditHead, Drift, Host, MeasuredFile, StoredFinding, Version, Waiver};

pub use read::Scope;

/// How far back drifts and changes of findings are told.
pub const LOOK_BACK: Span = Span::from_days(366);
/// The most drifts that are told.
pub const DRIFTS_MAX: u32 = 5_000;
/// The most drifts of each rule that are told where one item is read.
pub const DRIFTS_OF_RULE_MAX: u32 = 200;
/// The version of Tenken that renders.
pub const TENKEN: &str = env!("CARGO_PKG_VERSION");

/// What is told of a list, and how many entries were left out because there were too many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded<T> {
    /// The newest, the newest first.
    pub told: Vec<T>,
    /// How many older ones were left out.
    pub left: u64,
}

impl<T> Bounded<T> {
    /// The newest entries of a list that has so many in all.
    pub fn of(told: Vec<T>, all: u64) -> Self {
        let count = u64::try_from(told.len()).unwrap_or(u64::MAX);
        Self { told, left: all.saturating_sub(count) }
    }
}

/// A finding with all that bears on what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The finding.
    pub stored: StoredFinding,
    /// The name of its host.
    pub host_name: String,
    /// Since when nothing was heard of the host, if that is longer than it may be silent: then nobody knows whether it still
    /// holds.
    pub silent_since: Option<Instant>,
    /// The open drift about it.
    pub drift: Option<i64>,
    /// Somebody took the drift up.
    pub acknowledged: bool,
    /// The waivers in force that cover it.
    pub waivers: Vec<i64>,
}

/// What may be taken from a finding today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The condition holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It does not hold, which is allowed for a time.
    Waived,
    /// It is not known.
    Unknown,
    /// The rule does not bear on the host.
    NotApplicable,
}

impl Judged {
    /// What may be taken from it: of a host that is silent nothing is known any more.
    pub fn standing(&self) -> Standing {
        if self.silent_since.is_some() {
            return Standing::Unknown;
        }
        match self.stored.finding.verdict.kind() {
            VerdictKind::Pass => Standing::Pass,
            VerdictKind::Fail if self.waivers.is_empty() => Standing::Fail,
            VerdictKind::Fail => Standing::Waived,
            VerdictKind::Unknown => Standing::Unknown,
            VerdictKind::NotApplicable => Standing::NotApplicable,
        }
    }
}

impl Standing {
    /// It as people read it.
    pub fn label(self, t: Language) -> String {
        match self {
            Self::Pass => t.verdict_pass(),
            Self::Fail => t.verdict_fail(),
            Self::Waived => t.assessment_waived(),
            Self::Unknown => t.verdict_unknown(),
            Self::NotApplicable => t.verdict_not_applicable(),
        }
    }

    /// The word for it in files that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Waived => "waived",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// A statement with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The statement.
    pub attestation: Attestation,
    /// Its files.
    pub files: Vec<MeasuredFile>,
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedState {
    /// It is the one that counts, and it holds.
    InForce,
    /// It is the one that counts, and its time is over.
    Lapsed,
    /// A newer one stands in its place.
    Replaced,
    /// It was taken back.
    Withdrawn,
}

/// Everything that is known at one moment, or what is known of one item: see [`Scope`].
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The moment.
    pub at: Instant,
    /// What no other dashboard has: identifiers are made from it.
    pub seed: Digest,
    /// The agency's name; absent while none was given.
    pub agency: Option<String>,
    /// The items.
    pub checklist: Arc<Checklist>,
    /// The rules.
    pub catalog: Arc<Catalog>,
    /// The form in force; absent while there is none.
    pub version: Option<Version>,
    /// The state of every item.
    pub statuses: BTreeMap<ItemId, ItemStatus>,
    /// Every host, also revoked ones, by id.
    pub hosts: BTreeMap<HostId, Host>,
    /// Names of the hosts that the register has in use and that have no agent.
    pub without_agent: Vec<String>,
    /// The findings of hosts that are not revoked, by host, rule and subject.
    pub findings: Vec<Judged>,
    /// Every statement, the oldest first.
    pub stated: Vec<Stated>,
    /// Every waiver, the newest first.
    pub waivers: Vec<Waiver>,
    /// The drifts that are open or ended within [`LOOK_BACK`].
    pub drifts: Bounded<Drift>,
    /// The head of the audit log.
    pub head: AuditHead,
}

impl Assessment {
    /// The agency's name as people read it.
    pub fn agency(&self, t: Language) -> String {
        self.agency.clone().unwrap_or_else(|| t.agency_unnamed())
    }

    /// The hosts that are not revoked, by name.
    pub fn hosts_in_scope(&self) -> Vec<&Host> {
        let mut hosts: Vec<&Host> = self.hosts.values().filter(|host| host.revoked_at.is_none()).collect();
        hosts.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        hosts
    }

    /// The name of a host; its id if it is not known.
    pub fn host_name<'a>(&'a self, id: &'a HostId) -> &'a str {
        self.hosts.get(id).map_or(id.as_str(), |host| host.name.as_str())
    }

    /// What a rule wants, or its id if this program does not know it.
    pub fn rule_title<'a>(&'a self, id: &'a RuleId, t: Language) -> &'a str {
        self.catalog.rule(id).map_or(id.as_str(), |rule| t.of(&rule.title))
    }

    /// The rules that decide an item, in order; none twice.
    pub fn rules_of<'a>(&'a self, item: &'a Item) -> Vec<&'a Rule> {
        let mut seen = BTreeSet::new();
        item.all_rules().filter(|id| seen.insert(*id)).filter_map(|id| self.catalog.rule(id)).collect()
    }

    /// The findings of a rule, by the name of their host and subject.
    pub fn findings_of(&self, rule: &RuleId) -> Vec<&Judged> {
        let mut found: Vec<&Judged> =
            self.findings.iter().filter(|judged| judged.stored.finding.key.rule == *rule).collect();
        found.sort_by_key(|judged| (&judged.host_name, &judged.stored.host, &judged.stored.finding.key));
        found
    }

    /// The hosts in scope of which a rule said nothing, by name.
    pub fn silent_on(&self, rule: &Rule) -> Vec<&Host> {
        let said: BTreeSet<&HostId> =
            self.findings_of(&rule.id).into_iter().map(|judged| &judged.stored.host).collect();
        self.hosts_in_scope().into_iter().filter(|host| !said.contains(&host.id)).collect()
    }

    /// The statements for an item, the newest first, with what became of each.
    pub fn stated_for(&self, item: &ItemId) -> Vec<(&Stated, StatedState)> {
        let mut newest = true;
        let for_item = self.stated.iter().rev().filter(|stated| stated.attestation.stated.item == *item);
        for_item
            .map(|stated| {
                let counts = std::mem::take(&mut newest);
                let state = match (&stated.attestation.withdrawn, counts) {
                    (Some(_), _) => StatedState::Withdrawn,
                    (None, false) => StatedState::Replaced,
                    (None, true) if stated.attestation.stated.valid_until <= self.at => StatedState::Lapsed,
                    (None, true) => StatedState::InForce,
                };
                (stated, state)
            })
            .collect()
    }

    /// The waivers about the rules that decide an item, the newest first.
    pub fn waivers_of<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a Waiver> {
        self.waivers.iter().filter(|waiver| item.all_rules().any(|rule| *rule == waiver.asked.rule))
    }

    /// The drifts of the rules that decide an item, the newest first.
    pub fn drifts_of<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a Drift> {
        self.drifts.told.iter().filter(|drift| item.all_rules().any(|rule| *rule == drift.finding.key.rule))
    }
}

/// The media type of a kind of file.
pub const fn media_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Pdf => "application/pdf",
        Kind::Png => "image/png",
        Kind::Jpeg => "image/jpeg",
        Kind::Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Kind::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Kind::Csv => "text/csv",
        Kind::Text => "text/plain",
    }
}

impl StatedState {
    /// It as people read it.
    pub fn label(self, t: Language) -> String {
        match self {
            Self::InForce => t.attest_holds(),
            Self::Lapsed => t.state_expired(),
            Self::Replaced => t.attest_replaced(),
            Self::Withdrawn => t.waiver_withdrawn(),
        }
    }

    /// The word for it in files that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Lapsed => "lapsed",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
        }
    }
}
